//! `ingest`: files in, and what became of each.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;
use subsidy_documents::rules::Severity;
use subsidy_domain::ids::Subject;
use subsidy_ledger::{Ledger, Location, Opening};

use super::opening::Place;
use super::output::{Bar, Failure, print, say};
use super::{Exit, learner_secret};
use crate::clock::Clock;
use crate::intake::{Became, FileReport, Intake, IntakeError, Summary};
use crate::lang::Lang;
use crate::originals::{self, Originals};
use crate::sheet::{Cell, Column, Format, Sheet, Weight};
use crate::text;

/// What is taken in, and with what.
pub(super) struct From {
    pub(super) paths: Vec<PathBuf>,
    pub(super) learner_key: Option<PathBuf>,
    pub(super) received_on: Option<Date>,
    pub(super) originals: Option<PathBuf>,
    /// Who handed the files in.
    pub(super) by: Option<Subject>,
}

pub(super) fn run(place: &Place, from: From, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let From {
        paths,
        learner_key,
        received_on,
        originals,
        by,
    } = from;
    // A mistyped path must not start a ledger, nor make a secret for it.
    all_there(&paths)?;
    let ledger = place.open(Opening::Create)?;
    let secret = learner_secret(&ledger, &place.database, learner_key, lang)?;
    let mut intake = Intake::open(Arc::clone(&ledger), secret, Clock::Wall)?;
    intake.set_originals(open_originals(originals, &place.database, lang)?);
    if let Some(day) = received_on {
        intake.set_received_on(day);
    }
    intake.set_submitter(by);
    take(place, &ledger, intake, &paths, lang, format)
}

/// Takes in what the bank sent: nothing of it is about learners.
pub(super) fn run_bank(
    place: &Place,
    paths: &[PathBuf],
    originals: Option<PathBuf>,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    all_there(paths)?;
    let ledger = place.open(Opening::Existing)?;
    let mut intake = Intake::of_office(Arc::clone(&ledger), Clock::Wall)?;
    intake.set_originals(open_originals(originals, &place.database, lang)?);
    take(place, &ledger, intake, paths, lang, format)
}

fn all_there(paths: &[PathBuf]) -> Result<(), IntakeError> {
    for path in paths {
        std::fs::metadata(path).map_err(|source| IntakeError::Path {
            path: path.clone(),
            source,
        })?;
    }
    Ok(())
}

fn take(
    place: &Place,
    ledger: &Ledger,
    mut intake: Intake,
    paths: &[PathBuf],
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let bar = Bar::new(lang.pick("bestanden", "files"));
    let taken = intake.ingest(paths, &mut |progress| bar.at(progress));
    // What was appended before a failure counts too.
    place.keep_head(ledger)?;
    let summary = taken?;
    bar.finish();
    print(&sheet(&summary, lang), format, lang)?;
    if format == Format::Table {
        say(&in_short(&summary, lang))?;
    }
    Ok(if summary.has_findings() {
        Exit::Findings
    } else {
        Exit::Fine
    })
}

/// Opens the store of originals, beside a ledger in a file unless another is named, and tells of a new key.
fn open_originals(
    named: Option<PathBuf>,
    database: &Location,
    lang: Lang,
) -> Result<Option<Originals>, IntakeError> {
    let folder = match (named, database) {
        (Some(folder), _) => folder,
        (None, Location::Sqlite(path)) => originals::beside(path),
        (None, Location::Postgres(_)) => return Ok(None),
    };
    let key = originals::key_of(&folder);
    let is_new = !key.exists();
    let store = Originals::open(&folder)?;
    if is_new {
        eprintln!(
            "{} {}",
            lang.pick(
                "Nieuwe sleutel van de originelen, bewaar hem apart van de originelen:",
                "New key of the originals, keep it apart from the originals:"
            ),
            key.display()
        );
    }
    Ok(Some(store))
}

/// Returns what became of the files: every one that somebody has to look at, the others counted by kind.
fn sheet(summary: &Summary, lang: Lang) -> Sheet {
    let mut sheet = Sheet {
        title: lang.pick("Ingelezen", "Taken in").to_owned(),
        columns: vec![
            Column::new("file", lang.pick("bestand", "file")),
            Column::new("kind", lang.pick("soort", "kind")),
            Column::new("outcome", lang.pick("uitkomst", "outcome")),
            Column::new("taken", lang.pick("genomen", "taken")),
            Column::new("unchanged", lang.pick("bekend", "known")),
            Column::new("matched", lang.pick("toegewezen", "matched")),
            Column::new("parked", lang.pick("aangehouden", "parked")),
            Column::new("rejected", lang.pick("afgekeurd", "rejected")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
            Column::new("remarks", lang.pick("opmerkingen", "remarks")),
        ],
        ..Sheet::default()
    };
    let count = |number: u64| Cell::Units(i64::try_from(number).unwrap_or(i64::MAX));
    for file in &summary.files {
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(file.path.display().to_string()),
                file.kind.map_or(Cell::Empty, |kind| {
                    Cell::text(lang.pick(kind.list_name(), kind.as_str()))
                }),
                Cell::text(outcome(file, lang)),
                count(file.taken),
                count(file.unchanged),
                count(file.news.matched),
                count(file.news.parked.values().sum()),
                count(file.news.rejected.values().sum()),
                Cell::Euro(file.news.amount),
                Cell::text(remarks(file, lang)),
            ],
        );
    }
    sheet
}

fn outcome(file: &FileReport, lang: Lang) -> String {
    match &file.became {
        Became::Taken if file.has_findings() => lang
            .pick("genomen, met gebreken", "taken, with faults")
            .to_owned(),
        Became::Taken => lang.pick("genomen", "taken").to_owned(),
        Became::Repeated => lang
            .pick("al bekend, niets veranderd", "known, nothing changed")
            .to_owned(),
        Became::KnownInvoice => lang
            .pick(
                "factuur al bekend, niets veranderd",
                "invoice known, nothing changed",
            )
            .to_owned(),
        Became::Parked { reasons } => {
            let reasons: Vec<String> = reasons
                .iter()
                .map(|reason| format!("{} ({})", text::reason(reason, lang), reason.code()))
                .collect();
            format!("{}: {}", lang.pick("aangehouden", "parked"), reasons.join("; "))
        }
        Became::Quarantined { reason } => {
            format!(
                "{}: {} ({})",
                lang.pick("apart gezet", "quarantined"),
                text::reason(reason, lang),
                reason.code()
            )
        }
        Became::Refused { why } => {
            format!(
                "{}: {}",
                lang.pick("geweigerd", "refused"),
                text::refusal(why, lang)
            )
        }
    }
}

/// How many faults of a file are shown; the rest is counted.
const SHOWN: usize = 5;

fn remarks(file: &FileReport, lang: Lang) -> String {
    let read = file.faults.iter().map(|fault| text::fault(fault, lang));
    let broken = file
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Fatal)
        .map(|finding| format!("{}: {}", finding.place, finding.rule));
    let refused = file.refused_rows.iter().map(|fault| text::place(fault, lang));
    let all: Vec<String> = read.chain(broken).chain(refused).collect();
    let mut text = all.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("; ");
    if all.len() > SHOWN {
        text.push_str(&format!("; {} {}", all.len() - SHOWN, lang.pick("meer", "more")));
    }
    text
}

/// Returns what was taken, parked and refused, and why, in a few lines.
pub(super) fn in_short(summary: &Summary, lang: Lang) -> String {
    let news = summary.news();
    let mut outcomes: BTreeMap<&str, u64> = BTreeMap::new();
    for file in &summary.files {
        let name = match file.became {
            Became::Taken => lang.pick("genomen", "taken"),
            Became::Repeated | Became::KnownInvoice => lang.pick("al bekend", "known"),
            Became::Parked { .. } => lang.pick("aangehouden", "parked"),
            Became::Quarantined { .. } => lang.pick("apart gezet", "quarantined"),
            Became::Refused { .. } => lang.pick("geweigerd", "refused"),
        };
        *outcomes.entry(name).or_default() += 1;
    }
    let number = |count: u64| lang.number(i64::try_from(count).unwrap_or(i64::MAX));
    let outcomes: Vec<String> = outcomes
        .into_iter()
        .map(|(name, count)| format!("{} {name}", number(count)))
        .collect();
    let codes = |counts: &BTreeMap<&'static str, u64>| {
        let parts: Vec<String> = counts
            .iter()
            .map(|(code, count)| format!("{code} {}", number(*count)))
            .collect();
        if parts.is_empty() {
            "–".to_owned()
        } else {
            parts.join(", ")
        }
    };
    format!(
        "{}: {}\n{}: {} {}, {} {} ({})\n{}: {}\n{}: {}\n{}: {}",
        lang.pick("Bestanden", "Files"),
        outcomes.join(", "),
        lang.pick("Regels", "Lines"),
        number(news.presented),
        lang.pick("aangeboden", "presented"),
        number(news.matched),
        lang.pick("toegewezen", "matched"),
        lang.euro(news.amount),
        lang.pick("Aangehouden", "Parked"),
        codes(&news.parked),
        lang.pick("Afgekeurd", "Rejected"),
        codes(&news.rejected),
        lang.pick("Teruggenomen", "Taken back"),
        codes(&news.reversed),
    )
}
