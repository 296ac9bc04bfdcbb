//! `check`: what is wrong with files, without recording anything.

use std::io::Write;
use std::path::PathBuf;

use super::Exit;
use super::output::{Bar, Failure, print};
use crate::check::Check;
use crate::lang::Lang;
use crate::sheet::Format;

pub(super) fn run(paths: &[PathBuf], sarif: bool, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let bar = Bar::new(lang.pick("bestanden", "files"));
    let check = Check::of(paths, &|progress| bar.at(progress))?;
    bar.finish();
    let json = |value: &serde_json::Value| -> Result<(), Failure> {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, value).map_err(std::io::Error::from)?;
        writeln!(out)?;
        out.flush()?;
        Ok(())
    };
    match format {
        _ if sarif => json(&check.to_sarif(lang))?,
        Format::Json => json(&check.to_json(lang))?,
        Format::Csv => print(&check.to_sheet(lang), format, lang)?,
        Format::Table => {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            out.write_all(check.told(lang).as_bytes())?;
            out.flush()?;
        }
    }
    Ok(if check.has_findings() {
        Exit::Findings
    } else {
        Exit::Fine
    })
}
