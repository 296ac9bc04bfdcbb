//! `export`: the books, for programs that keep or audit books.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use subsidy_ledger::Opening;

use super::Exit;
use super::args::Export;
use super::opening::Place;
use super::output::Failure;
use crate::clock::Clock;
use crate::export::{self, AuditOf, ExportError, Scope};
use crate::lang::Lang;

pub(super) fn run(place: &Place, export: Export, lang: Lang) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    let until = ledger.head()?.position();
    match export {
        Export::Journal { year, form, out } => {
            let year = year.map(|year| year.0);
            let scope = Scope { year, until };
            to(out.as_deref(), &mut |out| {
                export::journal(&ledger, scope, form, lang, out)
            })
        }
        Export::Xaf {
            year,
            out,
            fiscal_number,
            kvk,
        } => {
            let of = AuditOf {
                year: year.0,
                until,
                created: Clock::Wall.now().day,
                fiscal_number,
                kvk,
            };
            to(out.as_deref(), &mut |out| {
                export::audit_file(&ledger, &of, lang, out)
            })
        }
    }
}

/// Writes to a file or to standard output. Beside a file that is named something is written under another name first: what stands under
/// the name is whole.
fn to(
    path: Option<&Path>,
    write: &mut dyn FnMut(&mut dyn Write) -> Result<(), ExportError>,
) -> Result<Exit, Failure> {
    let Some(path) = path else {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        out.flush()?;
        return Ok(Exit::Fine);
    };
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let failed = |error| Failure::Export(ExportError::Output(error));
    let mut out = BufWriter::new(File::create(&name).map_err(failed)?);
    let written = write(&mut out).and_then(|()| {
        out.flush()?;
        out.get_ref().sync_all()?;
        Ok(std::fs::rename(&name, path)?)
    });
    if let Err(error) = written {
        std::fs::remove_file(&name).ok();
        return Err(error.into());
    }
    Ok(Exit::Fine)
}
