//! A view built anew is the view that was kept, and the past is what it was.

use std::sync::Arc;

use jiff::civil::date;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::view::Basis;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::clock::Moment;
use subsidyd::lang::Lang;
use subsidyd::projection::{self, AsAt};
use subsidyd::report::{self, Lens};

use crate::support::figures::Figures;
use crate::support::year::{copy_of_the_year, days_until, replay, year};

#[test]
fn every_view_built_anew_is_byte_for_byte_the_one_that_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy_of_the_year(folder.path());
    let ledger = Ledger::open(&path, Opening::Existing).expect("the ledger");
    let rebuilt = projection::rebuild(&ledger, None)
        .expect("rebuilt")
        .expect("views");
    assert_eq!(rebuilt.len(), projection::names().len());
    for (name, rebuilt) in rebuilt {
        assert_eq!(rebuilt.differing, Some(0), "{name}");
        // Nobody has drawn a sample of the year: `sampling` builds those two anew.
        assert_eq!(rebuilt.rows > 0, !name.starts_with("sample"), "{name} has rows");
        assert_eq!(
            rebuilt.position,
            year().ledger.head().expect("a head").position(),
            "{name}"
        );
    }
    assert_eq!(Figures::of(&ledger), Figures::of(&year().ledger));
}

#[test]
fn a_view_that_was_tampered_with_is_told_by_its_rebuild_and_put_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy_of_the_year(folder.path());
    let raw = rusqlite::Connection::open(&path).expect("a connection");
    let changed = raw
        .execute(
            "UPDATE view_row SET body = replace(body, '\"units\":', '\"units\":1')
             WHERE view = (SELECT id FROM view WHERE name = 'realisation' AND stage = 'current')
               AND key LIKE 'performance|2023|EVC|APK|%'",
            [],
        )
        .expect("changed");
    assert!(changed > 0);
    drop(raw);

    let ledger = Ledger::open(&path, Opening::Existing).expect("the ledger");
    let rebuilt = projection::rebuild(&ledger, Some("realisation"))
        .expect("rebuilt")
        .expect("a view");
    let differing: Vec<_> = rebuilt.iter().map(|(_, rebuilt)| rebuilt.differing).collect();
    assert_eq!(differing, [Some(u64::try_from(changed).expect("a count"))]);
    assert_eq!(Figures::of(&ledger), Figures::of(&year().ledger));
}

#[test]
fn the_report_as_at_the_end_of_june_is_the_one_that_was_made_then() {
    let june = date(2023, 6, 30);
    let folder = tempfile::tempdir().expect("a folder");
    let then = folder.path().join("then.db");
    replay(&then, &days_until(june, folder.path()));
    let then = Arc::new(Ledger::open(&then, Opening::Existing).expect("the ledger"));

    let now = &year().ledger;
    let position = now.position_at(Moment::end_of(june)).expect("a position");
    assert_eq!(position, then.head().expect("a head").position());
    for basis in Basis::ALL {
        let json = |ledger: &Ledger, as_at| {
            let lens = Lens {
                ledger,
                as_at,
                lang: Lang::Nl,
            };
            let sheet = report::budget(lens, FiscalYear::new(2023), *basis).expect("a report");
            let mut json = sheet.to_json();
            // The root is that of a head: a ledger that went on has another one.
            json["facts"].as_object_mut().expect("facts").remove("root");
            json
        };
        let kept = json(&then, AsAt::Now);
        assert_eq!(json(now, AsAt::Position(position)), kept, "{basis}");
        assert_ne!(json(now, AsAt::Now), kept, "the year went on");
    }
}

#[test]
fn a_log_that_went_on_begins_with_the_log_that_it_was() {
    let march = date(2023, 3, 31);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("then.db");
    replay(&path, &days_until(march, folder.path()));
    let then = Ledger::open_read_only(&path).expect("the ledger");
    let last = then.head().expect("a head").position();
    let now = year().ledger.records(..=last).expect("records");
    for (then, now) in then.records(..).expect("records").zip(now) {
        assert_eq!(then.expect("a record").leaf, now.expect("a record").leaf);
    }
}
