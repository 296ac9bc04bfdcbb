//! `db`, `copy` and `follow`: what is done with a ledger as a database, whatever it says.

use std::time::Duration;

use subsidy_ledger::{FollowError, Lead, Ledger, Location, OpenError, Opening, Position};

use super::Exit;
use super::args::Db;
use super::opening::Place;
use super::output::{Bar, Failure, print, say};
use super::proof::Signing;
use crate::lang::Lang;
use crate::projection;
use crate::sheet::{Cell, Column, Format, Sheet, Weight};

/// How long a follower waits for a hint before it looks for itself, and one that stands by before it asks again.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn run(place: &Place, db: Db, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let database = &place.database;
    match db {
        Db::Init => {
            Ledger::migrate(database)?;
        }
        Db::Migrate => {
            if Ledger::schema(database)?.0.is_none() {
                return Err(OpenError::Absent { at: database.clone() }.into());
            }
            Ledger::migrate(database)?;
        }
        Db::Status => {}
    }
    status(place, lang, format)
}

fn status(place: &Place, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let database = &place.database;
    let (found, known) = Ledger::schema(database)?;
    let Some(found) = found else {
        return Err(OpenError::Absent { at: database.clone() }.into());
    };
    let mut sheet = Sheet {
        title: format!("{} {database}", lang.pick("Subsidieregister", "Subsidy ledger")),
        columns: vec![
            Column::new("schema", lang.pick("schema", "schema")),
            Column::new(
                "known_schema",
                lang.pick("schema van het programma", "the program's schema"),
            ),
            Column::new("size", lang.pick("records", "records")),
            Column::new("root", lang.pick("wortel", "root")),
        ],
        ..Sheet::default()
    };
    let (size, root) = if found == known {
        let head = place.open_read_only()?.head()?;
        (count(head.size), Cell::text(head.root.to_string()))
    } else {
        sheet.notes.push(
            lang.pick(
                "Het schema is niet dat van dit programma: draai `subsidyd db migrate`, of een nieuwer programma.",
                "The schema is not that of this program: run `subsidyd db migrate`, or a newer program.",
            )
            .to_owned(),
        );
        (Cell::Empty, Cell::Empty)
    };
    sheet.row(
        Weight::Normal,
        vec![Cell::Units(found), Cell::Units(known), size, root],
    );
    print(&sheet, format, lang)?;
    Ok(if found == known {
        Exit::Fine
    } else {
        Exit::Findings
    })
}

fn count(number: u64) -> Cell {
    Cell::Units(i64::try_from(number).unwrap_or(i64::MAX))
}

pub(super) fn copy(from: &Location, to: &Location, lang: Lang, format: Format) -> Result<Exit, Failure> {
    let source = Ledger::open_read_only_at(from)?;
    let target = Ledger::open_at(to, Opening::Create)?;
    let bar = Bar::new(lang.pick("records", "records"));
    let copied = source
        .copy_to(&target, &mut |done, of| bar.at_count(done, of))
        .map_err(Failure::Copy)?;
    bar.finish();
    let mut sheet = Sheet {
        title: lang
            .pick(
                "Gekopieerd en daar gecontroleerd: dezelfde bytes, dezelfde wortel",
                "Copied and verified there: the same bytes, the same root",
            )
            .to_owned(),
        columns: vec![
            Column::new("size", lang.pick("records", "records")),
            Column::new("root", lang.pick("wortel", "root")),
        ],
        ..Sheet::default()
    };
    sheet.row(
        Weight::Normal,
        vec![count(copied.size), Cell::text(copied.root.to_string())],
    );
    sheet.notes.push(
        lang.pick(
            "Overzichten worden daar bij het eerste gebruik opnieuw opgebouwd; bewaar het geheim van de pseudoniemen bij het nieuwe register.",
            "Views are built there again on first use; keep the secret of the pseudonyms with the new ledger.",
        )
        .to_owned(),
    );
    print(&sheet, format, lang)?;
    Ok(Exit::Fine)
}

/// Follows until the program is stopped. What was saved then stands, and the next one goes on from there.
pub(super) fn follow(place: &Place, lang: Lang) -> Result<Exit, Failure> {
    let ledger = place.open(Opening::Existing)?;
    let mut signing = Signing::of(place, &ledger)?;
    projection::following(&ledger, |catch_up| {
        lead_and_follow(&ledger, catch_up, &mut signing, lang)
    })
}

/// Catches up whenever there is something to follow, as long as this program leads.
fn lead_and_follow(
    ledger: &Ledger,
    catch_up: &mut dyn FnMut() -> Result<Position, FollowError>,
    signing: &mut Signing<'_>,
    lang: Lang,
) -> Result<Exit, Failure> {
    let mut waiting = ledger.waiting();
    let mut lead: Option<Lead> = None;
    let mut told = None;
    loop {
        if !lead.as_mut().is_some_and(Lead::holds) {
            lead = ledger.lead()?;
        }
        let leads = lead.is_some();
        if told != Some(leads) {
            told = Some(leads);
            say(match leads {
                true => lang.pick(
                    "Dit programma houdt de overzichten bij.",
                    "This program keeps the views up to date.",
                ),
                false => lang.pick(
                    "Een ander programma houdt de overzichten bij; dit staat klaar om over te nemen.",
                    "Another program keeps the views up to date; this one stands by to take over.",
                ),
            })?;
        }
        if leads {
            let at = catch_up()?;
            signing.at(at)?;
            waiting.beyond(at, PATIENCE)?;
        } else {
            std::thread::sleep(PATIENCE);
        }
    }
}
