//! The command line: what `subsidyd` can be asked.

mod args;
mod check;
mod database;
mod export;
mod ingest;
mod office;
mod opening;
mod originals;
mod output;
mod proof;
mod sample;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use jiff::civil::Date;
use subsidy_ledger::{Ledger, Location, Opening, Position, VerifyError};

use self::args::{AsAtArg, BankArg, Cli, Command, Report};
use self::opening::Place;
use self::output::{Bar, Failure, print};
use crate::clock::{Clock, Moment};
use crate::lang::Lang;
use crate::projection::{self, AsAt};
use crate::report::reconcile::Reconciliation;
use crate::report::{self, Lens};
use crate::secret::SecretError;
use crate::sheet::{Cell, Column, Format, Sheet, Weight};
use crate::{demo, secret};

/// How a command ended: a public contract, listed in `subsidyd --help`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
enum Exit {
    Fine = 0,
    Failed = 1,
    Findings = 3,
    NoLedger = 10,
    WrongSecret = 12,
    Tampered = 20,
    OtherLedger = 21,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        let code: u8 = match exit {
            Exit::Fine => 0,
            Exit::Failed => 1,
            Exit::Findings => 3,
            Exit::NoLedger => 10,
            Exit::WrongSecret => 12,
            Exit::Tampered => 20,
            Exit::OtherLedger => 21,
        };
        Self::from(code)
    }
}

/// Runs the command that the process was given.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let lang = cli.lang;
    match run(cli) {
        Ok(exit) => exit.into(),
        Err(Failure::Closed) => Exit::Fine.into(),
        Err(failure) => {
            eprintln!("{}: {}", lang.pick("fout", "error"), failure.said(lang));
            let mut cause = std::error::Error::source(&failure);
            while let Some(because) = cause {
                eprintln!("  {} {because}", lang.pick("omdat:", "because:"));
                cause = because.source();
            }
            if let Some(help) = failure.help(lang) {
                eprintln!("  {} {help}", lang.pick("doe dit:", "do this:"));
            }
            failure.exit().into()
        }
    }
}

fn run(cli: Cli) -> Result<Exit, Failure> {
    let Cli {
        database,
        head_file,
        key_file,
        lang,
        format,
        command,
    } = cli;
    let file = |name: &str| Location::Sqlite(PathBuf::from(name));
    let database = match database {
        Some(given) => given.location()?,
        None if matches!(command, Command::Demo { .. }) => file("demo.db"),
        None => file("subsidyd.db"),
    };
    let place = Place::new(database, head_file, key_file, lang);
    match command {
        Command::Check { paths, sarif } => check::run(&paths, sarif, lang, format),
        Command::Demo { fixtures } => run_demo(&place, fixtures, lang, format),
        Command::Ingest {
            paths,
            learner_key,
            received_on,
            originals,
            by,
        } => {
            let from = ingest::From {
                paths,
                learner_key,
                received_on,
                originals,
                by,
            };
            ingest::run(&place, from, lang, format)
        }
        Command::Report { report } => run_report(&place, &report, lang, format),
        Command::Export { export } => export::run(&place, export, lang),
        Command::Trace { id, as_at } => {
            let ledger = place.open(Opening::Existing)?;
            projection::follow(&ledger)?;
            let lens = Lens {
                ledger: &ledger,
                as_at: resolve(&ledger, as_at)?,
                lang,
            };
            match report::trace(lens, &id)? {
                Some(sheet) => print(&sheet, format, lang).map(|()| Exit::Fine),
                None => Err(Failure::NothingFound { id }),
            }
        }
        Command::Db { db } => database::run(&place, db, lang, format),
        Command::Copy { from, to } => database::copy(&from.location()?, &to.location()?, lang, format),
        Command::Approve(approve) => office::approve(&place, &approve, lang, format),
        Command::Pay { step } => office::pay(&place, step, lang, format),
        Command::Recourse(recourse) => office::recourse(&place, &recourse, lang, format),
        Command::Account { step } => office::account(&place, step, lang, format),
        Command::Bank { bank } => match bank {
            BankArg::Import { paths, originals } => ingest::run_bank(&place, &paths, originals, lang, format),
            BankArg::Resolve(ruling) => office::resolve(&place, &ruling, lang, format),
        },
        Command::Originals(step) => originals::run(&place, step, lang, format),
        Command::Policy {
            one_approval_up_to,
            decision,
        } => office::policy(&place, one_approval_up_to.as_deref(), &decision, (lang, format)),
        Command::Close {
            period,
            step,
            by,
            dry_run,
        } => office::close(&place, &period, step, &by, dry_run, (lang, format)),
        Command::Sample { step } => sample::run(&place, step, lang, format),
        Command::Follow => database::follow(&place, lang),
        Command::Verify(asked) => proof::verify(&place, &asked, lang, format),
        Command::Key(step) => proof::key(&place, step, lang),
        Command::Checkpoint(step) => proof::checkpoint(&place, step, lang, format),
        Command::Tiles(step) => proof::tiles(&place, &step, lang),
        Command::Prove(what) => proof::prove(&place, &what, lang),
        Command::AcceptHead { reason } => run_accept(&place, &reason.0, lang, format),
        Command::Rebuild { view } => run_rebuild(&place, view.as_deref(), lang, format),
    }
}

fn run_demo(place: &Place, fixtures: Option<PathBuf>, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let fixtures = fixtures.unwrap_or_else(default_fixtures);
    place.forget_what_was_thrown_away()?;
    let ledger = place.open(Opening::Create)?;
    let bar = Bar::new(lang.pick("dagen", "days"));
    let replayed = demo::replay(&ledger, &fixtures, &mut |progress| bar.at(progress));
    place.keep_head(&ledger)?;
    let (summary, _) = replayed?;
    bar.finish();
    let lens = Lens {
        ledger: &ledger,
        as_at: AsAt::Now,
        lang,
    };
    let year = subsidy_domain::calendar::FiscalYear::new(2023);
    print(
        &report::budget(lens, year, subsidy_domain::view::Basis::Performance)?,
        format,
        lang,
    )?;
    if format == Format::Table {
        output::say(&ingest::in_short(&summary, lang))?;
        let database = &place.database;
        let next = format!(
            "{}\n  subsidyd --database {database} report reconcile --year 2023\n  subsidyd --database {database} report exceptions\n  subsidyd --database {database} trace R01-2023-001/1\n  subsidyd --database {database} verify\n",
            lang.pick("Verder kijken:", "Look further:")
        );
        output::say(&next)?;
    }
    Ok(Exit::Fine)
}

/// The fixture year of the folder that the program runs in, or of the repository that it was built from.
fn default_fixtures() -> PathBuf {
    let here = PathBuf::from("fixtures/2023");
    if here.is_dir() {
        here
    } else {
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/2023")
    }
}

fn run_report(place: &Place, report: &Report, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    let today = Clock::Wall.now().day;
    let lens = |as_at| -> Result<Lens<'_>, Failure> {
        let as_at = resolve(&ledger, as_at)?;
        // What was is folded from the records alone.
        if as_at == AsAt::Now {
            projection::follow(&ledger)?;
        }
        Ok(Lens {
            ledger: &ledger,
            as_at,
            lang,
        })
    };
    let sheet = match *report {
        Report::Budget { year, basis, as_at } => report::budget(lens(as_at)?, year.0, basis)?,
        Report::Variance { year, basis, as_at } => report::variance(lens(as_at)?, year.0, basis)?,
        Report::Exceptions { as_at } => {
            let on = day_of(as_at, today);
            report::exceptions(lens(as_at)?, on)?
        }
        Report::Concentration {
            year,
            basis,
            scheme,
            as_at,
        } => report::concentration(lens(as_at)?, year.0, basis, scheme)?,
        Report::Reconcile { year, all, as_at } => {
            let lens = lens(as_at)?;
            let reconciliation = Reconciliation::of(lens, year.0)?;
            print(&reconciliation.sheet(lens, all)?, format, lang)?;
            let matches = reconciliation.mismatches() == 0;
            return Ok(if matches { Exit::Fine } else { Exit::Findings });
        }
        Report::Bank { as_at } => return with_findings(report::money::bank(lens(as_at)?)?, format, lang),
        Report::Controls { as_at } => {
            return with_findings(report::money::controls(lens(as_at)?)?, format, lang);
        }
        Report::Payments { ref batch, as_at } => report::money::payments(lens(as_at)?, batch.as_deref())?,
        Report::Remittance { ref order, as_at } => {
            let nothing = || Failure::NothingFound { id: order.clone() };
            let id = subsidy_domain::ids::EndToEndId::new(order.as_str()).map_err(|_| nothing())?;
            report::money::remittance(lens(as_at)?, &id)?.ok_or_else(nothing)?
        }
        Report::Accruals { year, as_at } => report::money::accruals(lens(as_at)?, year.0)?,
        Report::OpenItems { as_at } => {
            let on = day_of(as_at, today);
            report::money::open_items(lens(as_at)?, on)?
        }
        Report::Bridge {
            year,
            from,
            to,
            as_at,
        } => report::money::bridge(lens(as_at)?, year.0, from, to)?,
        Report::GeneralLedger { year, as_at } => report::general_ledger(lens(as_at)?, year.0)?,
        Report::Invoices { ref of, as_at } => report::invoices(lens(as_at)?, of.as_deref())?,
        Report::Unclaimed { as_at } => {
            let on = day_of(as_at, today);
            report::unclaimed(lens(as_at)?, on)?
        }
    };
    print(&sheet, format, lang).map(|()| Exit::Fine)
}

fn with_findings(
    (sheet, fine): (crate::sheet::Sheet, bool),
    format: Format,
    lang: Lang,
) -> Result<Exit, Failure> {
    print(&sheet, format, lang)?;
    Ok(if fine { Exit::Fine } else { Exit::Findings })
}

fn resolve(ledger: &Ledger, as_at: Option<AsAtArg>) -> Result<AsAt, Failure> {
    Ok(match as_at {
        None => AsAt::Now,
        Some(AsAtArg::Day(day)) => AsAt::Position(ledger.position_at(Moment::end_of(day))?),
        Some(AsAtArg::Position(position)) => {
            let head = ledger.head()?.position();
            if position > head.0 {
                return Err(Failure::BeyondHead {
                    position,
                    head: head.0,
                });
            }
            AsAt::Position(Position(position))
        }
    })
}

const fn day_of(as_at: Option<AsAtArg>, today: Date) -> Date {
    match as_at {
        Some(AsAtArg::Day(day)) => day,
        Some(AsAtArg::Position(_)) | None => today,
    }
}

/// What to say of a ledger that does not verify.
fn unverified(error: VerifyError) -> Failure {
    match error {
        VerifyError::Fault(fault) => Failure::Tampered(fault),
        VerifyError::Storage(_) => Failure::Verify(error),
    }
}

fn run_accept(place: &Place, reason: &str, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let (before, now) = place.accept(reason)?;
    let mut sheet = Sheet {
        title: lang
            .pick(
                "Dit register geldt voortaan, ook als het een ouder is",
                "This ledger holds from now on, even if it is an older one",
            )
            .to_owned(),
        columns: vec![
            Column::new("head", lang.pick("kop", "head")),
            Column::new("size", lang.pick("records", "records")),
            Column::new("root", lang.pick("wortel", "root")),
        ],
        ..Sheet::default()
    };
    let rows = [
        (lang.pick("bewaard tot nu", "kept until now"), before),
        (lang.pick("bewaard voortaan", "kept from now on"), Some(now)),
    ];
    for (name, head) in rows {
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(name),
                head.map_or(Cell::Empty, |head| {
                    Cell::Units(i64::try_from(head.size).unwrap_or(i64::MAX))
                }),
                head.map_or(Cell::Empty, |head| Cell::text(head.root.to_string())),
            ],
        );
    }
    let lost = before.map_or(0, |before| before.size.saturating_sub(now.size));
    if lost > 0 {
        sheet.notes.push(format!(
            "{lost} {}",
            lang.pick(
                "records zijn hiermee prijsgegeven: lees de stukken van die tijd opnieuw in, en meld het aan de accountant.",
                "records are given up with this: take in the papers of that time again, and tell the auditor.",
            )
        ));
    }
    print(&sheet, format, lang).map(|()| Exit::Fine)
}

fn run_rebuild(place: &Place, view: Option<&str>, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    let Some(rebuilt) = projection::rebuild(&ledger, view)? else {
        return Err(Failure::NoSuchView {
            view: view.unwrap_or_default().to_owned(),
        });
    };
    let mut sheet = Sheet {
        title: lang
            .pick("Overzichten opnieuw opgebouwd", "Views built anew")
            .to_owned(),
        columns: vec![
            Column::new("view", lang.pick("overzicht", "view")),
            Column::new("rows", lang.pick("rijen", "rows")),
            Column::new("position", lang.pick("positie", "position")),
            Column::new("differing", lang.pick("afwijkend", "differing")),
        ],
        ..Sheet::default()
    };
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let mut findings = false;
    for (name, rebuilt) in rebuilt {
        findings |= rebuilt.differing.is_some_and(|differing| differing > 0);
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(name),
                Cell::Units(count(rebuilt.rows)),
                Cell::Units(count(rebuilt.position.0)),
                rebuilt.differing.map(count).into(),
            ],
        );
    }
    print(&sheet, format, lang)?;
    Ok(if findings { Exit::Findings } else { Exit::Fine })
}

/// Returns the learner secret of a ledger: the file that is named, or the one beside the file of the ledger. It is made when the ledger
/// is new. Beside a server there is no place for it: there it must be named.
fn learner_secret(
    ledger: &Ledger,
    database: &Location,
    named: Option<PathBuf>,
    lang: Lang,
) -> Result<subsidy_domain::pseudonym::LearnerSecret, Failure> {
    let path = match (database, named) {
        (Location::Sqlite(_), Some(path)) => return Ok(secret::read(&path)?),
        (Location::Sqlite(file), None) => secret::beside(file),
        (Location::Postgres(_), Some(path)) => path,
        (Location::Postgres(_), None) => return Err(SecretError::NotNamed.into()),
    };
    if ledger.head()?.size == 0 && !path.exists() {
        let made = secret::create(&path)?;
        eprintln!(
            "{} {}",
            lang.pick(
                "Nieuw geheim voor pseudoniemen, bewaar het apart van het register:",
                "New secret for pseudonyms, keep it apart from the register:"
            ),
            path.display()
        );
        return Ok(made);
    }
    Ok(secret::read_private(&path)?)
}
