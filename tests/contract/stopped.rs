//! A projection goes to the end or says where it stopped: it never ends early and calls itself done.

use acceptance::load::{self, Tally};
use subsidy_ledger::{
    DecodeError, DynView, Fault, FollowError, Ledger, Position, ReadError, Record, fold_at, follow, rebuild,
};

use super::stores::{Column, Place, tally};

/// Writes more than two pages of records and returns how many.
fn written(place: &dyn Place) -> u64 {
    let ledger = place.open();
    let batches = (0..1_300).map(|n| load::batch(0, n)).collect();
    for outcome in ledger.append_all(batches) {
        outcome.expect("appended");
    }
    ledger.head().expect("a head").size
}

fn position_of_the_view(ledger: &Ledger) -> u64 {
    ledger
        .view_state("tally")
        .expect("a state")
        .map_or(0, |state| state.position.0)
}

/// Follows, rebuilds and folds past a bad position with a decoder; each must stop and say why by `is_told`.
fn all_stop(
    ledger: &Ledger,
    size: u64,
    bad: u64,
    decode: &(dyn Fn(&Record) -> Result<Record, DecodeError> + Sync),
    is_told: &dyn Fn(&FollowError) -> bool,
) {
    let views = || -> [Box<dyn DynView<Record>>; 1] { [Box::new(Tally)] };
    for _ in 0..2 {
        // Also the second time: nobody steps over it.
        let error = follow(ledger, decode, &views()).expect_err("it stops");
        assert!(is_told(&error), "position {bad}: {error:?}");
        assert!(position_of_the_view(ledger) < bad);
    }
    let before = tally(ledger);
    match rebuild(ledger, decode, &Tally) {
        // A rebuild goes as far as the rows that it replaces, and says how far that is.
        Ok(rebuilt) => assert_eq!(rebuilt.position.0, position_of_the_view(ledger)),
        Err(error) => assert!(is_told(&error), "position {bad}: {error:?}"),
    }
    assert_eq!(tally(ledger), before, "the rows that were there stay");
    assert!(position_of_the_view(ledger) < bad);
    let error = fold_at(ledger, Position(size), decode, &Tally).expect_err("it stops");
    assert!(is_told(&error), "position {bad}: {error:?}");
}

pub(super) fn a_record_that_cannot_be_read_stops_every_projection_with_its_position(place: &dyn Place) {
    let size = written(place);
    // The first, the last of a page and the first of the next, one in the middle, the last.
    for bad in [1, 2_000, 2_001, 3_123, size] {
        let copy = place.copy();
        let ledger = copy.open();
        let decode = |record: &Record| {
            if record.position.0 == bad {
                return Err(DecodeError::new("an event of tomorrow"));
            }
            load::decode(record)
        };
        let told = |error: &FollowError| matches!(error, FollowError::Unreadable { position, .. } if position.0 == bad);
        all_stop(&ledger, size, bad, &decode, &told);
        if bad > 1 {
            fold_at(&ledger, Position(bad - 1), &decode, &Tally).expect("up to there it can be folded");
        }
    }
}

pub(super) fn a_record_that_is_missing_stops_every_projection_with_its_position(place: &dyn Place) {
    let size = written(place);
    for bad in [1, 2_000, 2_001, 3_123, size] {
        let harmed = place.copy();
        harmed.remove(bad);
        let ledger = harmed.open();
        let missing = Fault::Missing {
            position: Position(bad),
        };
        let told = |error: &FollowError| matches!(error, FollowError::Read(ReadError::Broken(fault)) if *fault == missing);
        all_stop(&ledger, size, bad, &load::decode, &told);
        let read: Vec<_> = ledger.records(..).expect("records").collect();
        assert!(
            matches!(read.last(), Some(Err(ReadError::Broken(fault))) if *fault == missing),
            "reading ends with the error, not before"
        );
    }
}

pub(super) fn a_view_beyond_the_head_is_refused_until_it_is_built_anew(place: &dyn Place) {
    let views = || -> [Box<dyn DynView<Record>>; 1] { [Box::new(Tally)] };
    let size = written(place);
    let ledger = place.open();
    follow(&ledger, &load::decode, &views()).expect("followed");
    let right = tally(&ledger);
    drop(ledger);
    let position = Column {
        table: "view".to_owned(),
        name: "position".to_owned(),
    };
    assert!(
        place.change(&position, 0),
        "the view says that it has seen one more"
    );
    let ledger = place.open();
    assert_eq!(position_of_the_view(&ledger), size + 1);
    let error = follow(&ledger, &load::decode, &views()).expect_err("the next record would be passed over");
    assert!(
        matches!(error, FollowError::Read(ReadError::Beyond { position, last }) if (position.0, last.0) == (size + 1, size)),
        "{error:?}"
    );
    let rebuilt = rebuild(&ledger, &load::decode, &Tally).expect("rebuilt");
    assert_eq!(rebuilt.position.0, size);
    assert_eq!(tally(&ledger), right);
    follow(&ledger, &load::decode, &views()).expect("it follows again");
}
