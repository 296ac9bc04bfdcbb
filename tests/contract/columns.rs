//! Whoever may write the database can change anything; verification names what he changed.

use acceptance::load::{self, Tally};
use subsidy_ledger::{
    DynView, Fault, Ledger, OpenError, Position, Record, Scope, Verification, VerifyError, follow, rebuild,
};
use subsidy_proof::{KeyKind, KeyName, SignerKey};

use super::stores::{Column, Place, tally};

/// The tables that are derived from the records, which a rebuild holds against them. Every other one is verified.
const DERIVED: [&str; 3] = ["sqlite_sequence", "view", "view_row"];

fn is_derived(table: &str) -> bool {
    DERIVED.contains(&table)
}

/// Writes a few batches, follows them, and closes the ledger.
fn written(place: &dyn Place) -> Vec<(String, String)> {
    let ledger = place.open();
    for n in 0..4 {
        for thread in 0..2 {
            ledger.append(load::batch(thread, n)).expect("appended");
        }
    }
    follow_tally(&ledger).expect("followed");
    tally(&ledger)
}

fn follow_tally(ledger: &Ledger) -> Result<Position, subsidy_ledger::FollowError> {
    let views: [Box<dyn DynView<Record>>; 1] = [Box::new(Tally)];
    follow(ledger, &load::decode, &views)
}

pub(super) fn a_change_of_any_column_of_any_table_is_named(place: &dyn Place) {
    written(place);
    let mut tried = 0;
    for column in place.columns() {
        if is_derived(&column.table) {
            continue;
        }
        for row in 0..place.rows(&column.table) {
            let taken = place.changed(&column, row, &mut |harmed| is_named(harmed, &column, row));
            tried += usize::from(taken);
        }
    }
    assert!(tried > 250, "only {tried} changes were made");
}

fn is_named(harmed: &dyn Place, column: &Column, row: u32) {
    let ledger = match harmed.try_open() {
        // A ledger of another schema is not even opened.
        Err(OpenError::TooNew { .. }) if column.table == "ledger_schema" => return,
        opened => opened.expect("the ledger opens"),
    };
    let fault = match ledger.verify(&mut |_, _| {}) {
        Err(VerifyError::Fault(fault)) => fault,
        other => panic!("{column:?} of row {row} was changed: {other:?}"),
    };
    assert!(
        !matches!(fault, Fault::Guard { .. }),
        "{column:?} of row {row}: {fault}"
    );
    if column.table == "events" {
        let position = Some(Position(u64::from(row) + 1));
        assert_eq!(fault.position(), position, "{column:?} of row {row}: {fault}");
    }
}

/// The tables that prove the ledger to others.
const PROVING: [&str; 3] = ["checkpoint", "checkpoint_signature", "tile"];

pub(super) fn a_change_of_any_column_of_a_tile_or_a_checkpoint_is_named(place: &dyn Place) {
    let key = |name, kind| SignerKey::from_seed(KeyName::new(name).expect("a name"), kind, &[7; 32]);
    let (log, witness) = (
        key("ledger.fund.example/1", KeyKind::Log),
        key("w.example/1", KeyKind::Witness),
    );
    let keys = [log.verifier().clone(), witness.verifier().clone()];
    let ledger = place.open();
    let mut n = 0;
    // More than a tile of records, and a checkpoint on each side of its end.
    for at_least in [200, 270] {
        while ledger.head().expect("a head").size < at_least {
            ledger.append(load::batch(0, n)).expect("appended");
            n += 1;
        }
        ledger
            .sign_checkpoint(std::slice::from_ref(&log))
            .expect("signed");
    }
    let last = ledger.last_checkpoint().expect("read").expect("signed");
    let cosignature = witness.sign(&last.note.text, 1_700_000_000);
    ledger
        .add_signatures(last.checkpoint.size, &[cosignature], &keys)
        .expect("added");
    drop(ledger);
    let asked = Verification {
        keys: &keys,
        scope: Scope::All,
    };
    place
        .open()
        .verify_as(&asked, &mut |_, _| {})
        .expect("it is right");
    let mut tried = 0;
    for column in place
        .columns()
        .iter()
        .filter(|column| PROVING.contains(&column.table.as_str()))
    {
        for row in 0..place.rows(&column.table) {
            let taken = place.changed(column, row, &mut |harmed| {
                let ledger = harmed.open();
                let told = ledger.verify_as(&asked, &mut |_, _| {});
                let is_named = matches!(
                    told,
                    Err(VerifyError::Fault(Fault::Tile { .. } | Fault::Checkpoint { .. }))
                );
                assert!(is_named, "{column:?} of row {row} was changed: {told:?}");
            });
            tried += usize::from(taken);
        }
    }
    assert!(tried >= 14, "only {tried} changes were made");
}

pub(super) fn a_change_of_what_is_derived_is_put_right_by_a_rebuild(place: &dyn Place) {
    let right = written(place);
    let mut tried = 0;
    for column in place.columns() {
        if !is_derived(&column.table) {
            continue;
        }
        for row in 0..place.rows(&column.table) {
            let harmed = place.copy();
            if !harmed.change(&column, row) {
                continue;
            }
            tried += 1;
            let ledger = harmed.open();
            let told = tally(&ledger) == right || {
                // A row that is not what the records say is told by the rebuild, unless its whole view was gone.
                let followed = follow_tally(&ledger);
                let rebuilt = rebuild(&ledger, &load::decode, &Tally).expect("rebuilt");
                followed.is_err() || rebuilt.differing != Some(0) || column.table == "view"
            };
            assert!(told, "{column:?} of row {row} was changed, and nothing said so");
            follow_tally(&ledger).ok();
            rebuild(&ledger, &load::decode, &Tally).expect("rebuilt");
            assert_eq!(tally(&ledger), right, "{column:?} of row {row}");
        }
    }
    assert!(tried > 10, "only {tried} changes were made");
}
