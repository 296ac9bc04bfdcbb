//! Whoever writes past the guards is found, and what he changed is named.

use std::path::{Path, PathBuf};

use jiff::civil::date;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use subsidy_ledger::{Fault, Ledger, Position, VerifyError};
use tempfile::TempDir;

use crate::support::year::{copy_of_the_year, days_until, replay, year};

const COLUMNS: [&str; 10] = [
    "aggregate_type",
    "aggregate_id",
    "sequence",
    "event_type",
    "event_version",
    "payload",
    "metadata",
    "position",
    "recorded_at",
    "hash",
];

/// A ledger that is being harmed.
struct Harmed {
    path: PathBuf,
    raw: Connection,
    _folder: TempDir,
}

impl Harmed {
    /// The first weeks of the year: terms, payees, evidence, invoices.
    fn weeks() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("weeks.db");
        replay(&path, &days_until(date(2023, 1, 17), folder.path()));
        Self::of(path, folder)
    }

    fn year() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path = copy_of_the_year(folder.path());
        Self::of(path, folder)
    }

    /// Takes the guards away, as whoever may write the file can.
    fn of(path: PathBuf, folder: TempDir) -> Self {
        let raw = Connection::open(&path).expect("a connection");
        let triggers: Vec<String> = raw
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
            .expect("the triggers");
        assert!(triggers.len() >= 9);
        for trigger in triggers {
            raw.execute_batch(&format!("DROP TRIGGER {trigger}"))
                .expect("dropped");
        }
        raw.pragma_update(None, "ignore_check_constraints", true)
            .expect("set");
        raw.pragma_update(None, "foreign_keys", false).expect("set");
        Self {
            path,
            raw,
            _folder: folder,
        }
    }

    fn size(&self) -> i64 {
        self.raw
            .query_row("SELECT size FROM ledger_head", [], |row| row.get(0))
            .expect("a size")
    }

    fn run(&self, sql: &str) {
        self.raw.execute_batch(sql).expect(sql);
    }

    fn fault(&self) -> Fault {
        fault(&self.path)
    }

    fn value(&self, column: &str, position: i64) -> Value {
        let sql = format!("SELECT {column} FROM events WHERE position = ?");
        self.raw
            .query_row(&sql, [position], |row| row.get(0))
            .expect("a value")
    }

    /// Writes a value; tells whether the table took it.
    fn write(&self, column: &str, value: &Value, at: &Value) -> bool {
        let cast = if matches!(self.affinity(column), Kind::Text) {
            "CAST(? AS TEXT)"
        } else {
            "?"
        };
        let sql = format!("UPDATE events SET {column} = {cast} WHERE position = ?");
        match self.raw.execute(&sql, params![value, at]) {
            Ok(changed) => changed == 1,
            // Two records cannot stand at one place: that change cannot be made at all.
            Err(error) if error.to_string().starts_with("UNIQUE") => false,
            Err(error) => panic!("{column}: {error}"),
        }
    }

    fn affinity(&self, column: &str) -> Kind {
        match column {
            "sequence" | "position" | "recorded_at" => Kind::Integer,
            "hash" => Kind::Blob,
            _ => Kind::Text,
        }
    }
}

enum Kind {
    Integer,
    Text,
    Blob,
}

fn fault(path: &Path) -> Fault {
    let ledger = Ledger::open_read_only(path).expect("the ledger opens");
    match ledger.verify(&mut |_, _| {}) {
        Err(VerifyError::Fault(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

/// The value with one byte of it changed, near its beginning, its middle and its end.
fn flipped(value: &Value) -> Vec<Value> {
    let bytes = match value {
        Value::Integer(number) => number.to_be_bytes().to_vec(),
        Value::Text(text) => text.as_bytes().to_vec(),
        Value::Blob(bytes) => bytes.clone(),
        Value::Null | Value::Real(_) => panic!("a column holds {value:?}"),
    };
    let places = [0, bytes.len() / 2, bytes.len() - 1];
    places
        .into_iter()
        .map(|at| {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            match value {
                Value::Integer(_) => {
                    Value::Integer(i64::from_be_bytes(changed.try_into().expect("eight bytes")))
                }
                Value::Text(_) | Value::Blob(_) | Value::Null | Value::Real(_) => Value::Blob(changed),
            }
        })
        .collect()
}

/// Changes the columns of a row, byte by byte, and returns how many changes were found, each by its position.
fn change_every_column(harmed: &Harmed, row: i64) -> usize {
    let mut found = 0;
    for column in COLUMNS {
        let before = harmed.value(column, row);
        for after in flipped(&before) {
            if !harmed.write(column, &after, &Value::Integer(row)) {
                continue;
            }
            let fault = harmed.fault();
            let position = fault.position();
            let expected = u64::try_from(row).map(Position).expect("a position");
            assert_eq!(
                position,
                Some(expected),
                "{column} of {row} to {after:?}: {fault}"
            );
            let now = if column == "position" {
                after
            } else {
                Value::Integer(row)
            };
            assert!(harmed.write(column, &before, &now), "put back");
            found += 1;
        }
    }
    found
}

#[test]
fn a_byte_changed_in_any_column_of_a_record_is_named_by_its_position() {
    let harmed = Harmed::weeks();
    let size = harmed.size();
    // From the first record to the last, every kind of event among them.
    let rows = (0..20).map(|step| 1 + (size - 1) * step / 19);
    let found: usize = rows.map(|row| change_every_column(&harmed, row)).sum();
    assert!(found > 500, "only {found} changes were made");
    // All was put back, but for the guards; and their absence is found too.
    assert!(matches!(harmed.fault(), Fault::Guard { .. }));
}

#[test]
fn a_byte_changed_anywhere_in_the_year_is_named_by_its_position() {
    let harmed = Harmed::year();
    let size = harmed.size();
    for (row, column) in [
        (size / 3, "payload"),
        (size / 2, "metadata"),
        (size - 1, "aggregate_id"),
        (size, "hash"),
    ] {
        let before = harmed.value(column, row);
        let after = flipped(&before).remove(1);
        assert!(harmed.write(column, &after, &Value::Integer(row)));
        let expected = Position(u64::try_from(row).expect("a position"));
        assert_eq!(harmed.fault(), Fault::Altered { position: expected }, "{column}");
        assert!(harmed.write(column, &before, &Value::Integer(row)));
    }
}

#[test]
fn one_euro_more_in_an_award_is_named() {
    let harmed = Harmed::weeks();
    let position: i64 = harmed
        .raw
        .query_row(
            "SELECT max(position) FROM events WHERE event_type = 'LineMatched'",
            [],
            |row| row.get(0),
        )
        .expect("an award");
    harmed.run(&format!(
        "UPDATE events SET payload = replace(payload, '\"amount\":\"1', '\"amount\":\"2') WHERE position = {position}"
    ));
    let expected = Position(u64::try_from(position).expect("a position"));
    assert_eq!(harmed.fault(), Fault::Altered { position: expected });
}

#[test]
fn a_removed_record_is_named() {
    for from_the_end in [0, 1, 300] {
        let harmed = Harmed::weeks();
        let row = harmed.size() - from_the_end;
        harmed.run(&format!("DELETE FROM events WHERE position = {row}"));
        let position = Position(u64::try_from(row).expect("a position"));
        assert_eq!(harmed.fault(), Fault::Missing { position });
    }
}

#[test]
fn records_that_changed_places_are_named() {
    let harmed = Harmed::weeks();
    let row = harmed.size() / 2;
    harmed.run(&format!(
        "UPDATE events SET position = 999999 WHERE position = {row};
         UPDATE events SET position = {row} WHERE position = {row} + 1;
         UPDATE events SET position = {row} + 1 WHERE position = 999999;"
    ));
    let position = Position(u64::try_from(row).expect("a position"));
    assert_eq!(harmed.fault(), Fault::Altered { position });
}

#[test]
fn a_head_that_tells_another_story_is_found() {
    for change in [
        "UPDATE ledger_head SET size = size + 1",
        "UPDATE ledger_head SET size = size - 1",
        "UPDATE ledger_head SET recorded_at = recorded_at - 1",
        "UPDATE ledger_head SET peaks = zeroblob(length(peaks))",
        "UPDATE ledger_head SET peaks = substr(peaks, 33)",
        "DELETE FROM ledger_head",
    ] {
        let harmed = Harmed::weeks();
        harmed.run(change);
        let fault = harmed.fault();
        assert!(!matches!(fault, Fault::Guard { .. }), "{change}: {fault}");
    }
}

#[test]
fn a_doctored_table_of_what_was_taken_before_is_found() {
    let last = "WHERE first_position = (SELECT max(first_position) FROM idempotency_key)";
    for change in [
        format!("DELETE FROM idempotency_key {last}"),
        format!("UPDATE idempotency_key SET key = key || '0' {last}"),
        format!("UPDATE idempotency_key SET content = zeroblob(32) {last}"),
        format!("UPDATE idempotency_key SET first_position = first_position + 1 {last}"),
        format!("UPDATE idempotency_key SET last_position = last_position + 1 {last}"),
        "INSERT INTO idempotency_key VALUES ('intake', 'invented', zeroblob(32), 3, 3)".to_owned(),
    ] {
        let harmed = Harmed::weeks();
        harmed.run(&change);
        let fault = harmed.fault();
        assert!(matches!(fault, Fault::Key { .. }), "{change}: {fault}");
    }
}

#[test]
fn the_guards_refuse_what_these_tests_had_to_take_them_away_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let raw = Connection::open(copy_of_the_year(folder.path())).expect("a connection");
    for change in [
        "UPDATE events SET payload = '{}' WHERE position = 7",
        "DELETE FROM events WHERE position = 7",
        "DELETE FROM events",
        "UPDATE ledger_head SET size = size - 1",
        "DELETE FROM ledger_head",
        "UPDATE idempotency_key SET key = 'another'",
        "DELETE FROM idempotency_key",
    ] {
        let refused = raw.execute_batch(change).expect_err(change);
        assert!(refused.to_string().contains("append-only"), "{change}: {refused}");
    }
    assert_eq!(
        Ledger::open_read_only(raw.path().expect("a path"))
            .expect("opens")
            .head()
            .expect("a head"),
        year().ledger.head().expect("a head")
    );
}
