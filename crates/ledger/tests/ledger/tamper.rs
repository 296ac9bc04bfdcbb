//! What the file's owner changes past the triggers, verify finds and names.

use rusqlite::types::Value;
use rusqlite::{Connection, params};

use super::fixture::{Raw, kind};
use super::*;

contract! {
    a_removed_record_is_named,
    records_that_changed_places_are_named,
    a_head_that_tells_another_story_is_found,
    a_doctored_table_of_keys_is_found,
    a_record_forged_with_its_hash_still_differs_from_the_tree,
    a_whole_ledger_rewritten_with_its_hashes_differs_only_in_its_root,
    a_stream_that_skips_a_sequence_is_named_even_with_right_hashes,
    a_moment_that_goes_back_is_named_even_with_right_hashes,
    metadata_that_is_no_object_of_strings_is_named_even_with_its_right_hash,
}

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

/// The file without its triggers.
fn unguarded(fresh: &Fresh) -> Connection {
    let raw = fresh.raw();
    raw.lift_guards();
    match raw {
        Raw::Sqlite(connection) => connection,
        Raw::Postgres(url) => panic!("{url} is no file"),
    }
}

/// Every value that differs from this one in one byte, by one bit and by all its bits.
fn one_byte_off(value: &Value) -> Vec<Value> {
    fn flipped(bytes: &[u8]) -> Vec<Vec<u8>> {
        let flip = |at: usize, mask: u8| {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= mask;
            bytes
        };
        (0..bytes.len())
            .flat_map(|at| [flip(at, 1), flip(at, 0x80), flip(at, 0xff)])
            .collect()
    }
    match value {
        Value::Integer(number) => flipped(&number.to_be_bytes())
            .into_iter()
            .map(|bytes| Value::Integer(i64::from_be_bytes(bytes.try_into().unwrap())))
            .collect(),
        // As blobs, for half of them are no longer text; the statement casts them.
        Value::Text(text) => flipped(text.as_bytes()).into_iter().map(Value::Blob).collect(),
        Value::Blob(bytes) => flipped(bytes).into_iter().map(Value::Blob).collect(),
        other => panic!("a column holds {other:?}"),
    }
}

#[test]
fn any_one_byte_changed_in_any_column_of_any_record_is_named_by_its_position() {
    let fresh = fresh();
    fresh
        .ledger
        .append(batch(vec![append("a", 0, 1), append("b", 0, 1)]))
        .unwrap();
    let later = Batch {
        recorded_at: at(5),
        ..keyed("k", 1, vec![append("a", 1, 1), append("c", 0, 1)])
    };
    fresh.ledger.append(later).unwrap();
    let raw = unguarded(&fresh);
    let mut tried = 0;
    for position in 1..=4_i64 {
        for column in COLUMNS {
            let before: Value = raw
                .query_row(
                    &format!("SELECT {column} FROM events WHERE position = ?"),
                    [position],
                    |row| row.get(0),
                )
                .unwrap();
            let cast = match before {
                Value::Text(_) => "CAST(? AS TEXT)",
                _ => "?",
            };
            for changed in one_byte_off(&before) {
                let transaction = raw.unchecked_transaction().unwrap();
                let update = format!("UPDATE events SET {column} = {cast} WHERE position = ?");
                if let Err(error) = transaction.execute(&update, params![changed, position]) {
                    // Two records cannot stand at one place: that change cannot be made at all.
                    assert!(error.to_string().starts_with("UNIQUE"), "{error}");
                    continue;
                }
                transaction.commit().unwrap();
                let fault = fault(&fresh.ledger);
                assert_eq!(
                    fault.position(),
                    Some(Position(u64::try_from(position).unwrap())),
                    "{column} of {position} from {before:?} to {changed:?}: {fault}"
                );
                let now = if column == "position" {
                    changed.clone()
                } else {
                    Value::Integer(position)
                };
                let restore = format!("UPDATE events SET {column} = ? WHERE position = ?");
                raw.execute(&restore, params![before, now]).unwrap();
                tried += 1;
            }
        }
    }
    assert!(tried > 1_500, "only {tried} changes were tried");
    // All was put back, but for the triggers.
    assert!(matches!(fault(&fresh.ledger), Fault::Guard { .. }));
}

/// Changes a ledger of five records, two of them with a key, and returns what verify says.
fn after(change: &str) -> Fault {
    let fresh = fresh();
    fresh
        .ledger
        .append(batch(vec![append("a", 0, 2), append("b", 0, 1)]))
        .unwrap();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 2, 1)]))
        .unwrap();
    fresh
        .ledger
        .append(keyed("l", 1, vec![append("a", 3, 1)]))
        .unwrap();
    fresh.tamper(change);
    fault(&fresh.ledger)
}

fn a_removed_record_is_named() {
    for position in 1..=5 {
        let fault = after(&format!("DELETE FROM events WHERE position = {position}"));
        assert_eq!(
            fault,
            Fault::Missing {
                position: Position(position)
            }
        );
    }
}

fn records_that_changed_places_are_named() {
    let fault = after(
        "UPDATE events SET position = 99 WHERE position = 2;
         UPDATE events SET position = 2 WHERE position = 3;
         UPDATE events SET position = 3 WHERE position = 99;",
    );
    assert_eq!(
        fault,
        Fault::Altered {
            position: Position(2)
        }
    );
}

fn a_head_that_tells_another_story_is_found() {
    let head = |what, size| Fault::Head { what, size };
    assert_eq!(
        after("UPDATE ledger_head SET recorded_at = moment(1)"),
        head("moment", 5)
    );
    assert_eq!(
        after("UPDATE ledger_head SET peaks = zeroblob(64)"),
        head("tree", 5)
    );
    assert_eq!(
        after("UPDATE ledger_head SET peaks = zeroblob(0)"),
        head("tree", 5)
    );
    assert_eq!(after("DELETE FROM ledger_head"), head("row", 0));
    let another = match kind() {
        Kind::Sqlite => "(2, 9, 0, x'')",
        Kind::Postgres => "(false, 9, NULL, '')",
    };
    assert_eq!(
        after(&format!("INSERT INTO ledger_head VALUES {another}")),
        head("row", 5)
    );
    // Two sizes with the same number of peaks: only the records can tell.
    assert_eq!(
        after("UPDATE ledger_head SET size = 6"),
        Fault::Missing {
            position: Position(6)
        }
    );
    assert_eq!(
        after("UPDATE ledger_head SET size = 3"),
        Fault::Stray { found: 4, size: 3 }
    );
}

fn a_doctored_table_of_keys_is_found() {
    let key = |position| Fault::Key {
        position: Position(position),
    };
    assert_eq!(after("DELETE FROM idempotency_key WHERE key = 'l'"), key(5));
    assert_eq!(
        after("UPDATE idempotency_key SET content = zeroblob(32) WHERE key = 'k'"),
        key(4)
    );
    assert_eq!(
        after("UPDATE idempotency_key SET last_position = 5 WHERE key = 'k'"),
        key(4)
    );
    assert_eq!(
        after("UPDATE idempotency_key SET key = 'm' WHERE key = 'k'"),
        key(4)
    );
    assert_eq!(
        after("INSERT INTO idempotency_key VALUES ('files', 'm', zeroblob(32), 3, 3)"),
        key(3)
    );
}

#[test]
fn a_missing_or_weakened_guard_is_found() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    fresh.raw().run("DROP TRIGGER events_update").unwrap();
    assert_eq!(
        fault(&fresh.ledger),
        Fault::Guard {
            name: "events_update".into()
        }
    );
    fresh
        .raw()
        .run("CREATE TRIGGER events_update BEFORE UPDATE ON events BEGIN SELECT 1; END")
        .unwrap();
    assert_eq!(
        fault(&fresh.ledger),
        Fault::Guard {
            name: "events_update".into()
        }
    );
}

fn a_record_forged_with_its_hash_still_differs_from_the_tree() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    let mut forged = fresh.ledger.record(Position(2)).unwrap();
    forged.payload = r#"{"n":9}"#.to_owned();
    let leaf = LeafHash::of(&forged.entry());
    fresh.tamper(&format!(
        "UPDATE events SET payload = '{}', hash = {} WHERE position = 2",
        forged.payload,
        blob(&leaf.0)
    ));
    assert_eq!(
        fault(&fresh.ledger),
        Fault::Head {
            what: "tree",
            size: 3
        }
    );
}

fn a_whole_ledger_rewritten_with_its_hashes_differs_only_in_its_root() {
    // What the crate's front page says is not guaranteed: this is why roots are kept elsewhere.
    let (honest, forged) = (fresh(), fresh());
    honest.ledger.append(batch(vec![append("a", 0, 2)])).unwrap();
    forged
        .ledger
        .append(batch(vec![append("a", 0, 1), append("b", 0, 1)]))
        .unwrap();
    assert_ne!(verified(&honest.ledger).root, verified(&forged.ledger).root);
}

/// Changes records and everything that is derived from them: what is left to find is what they say together.
fn forge(fresh: &Fresh, change: impl Fn(&mut Record)) {
    let mut statements = String::new();
    let mut range = merkle::CompactRange::new();
    let records: Vec<Record> = fresh
        .ledger
        .records(..)
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for mut record in records {
        change(&mut record);
        let leaf = LeafHash::of(&record.entry());
        range.push(leaf);
        statements += &format!(
            "UPDATE events SET sequence = {}, recorded_at = moment({}), hash = {} WHERE position = {};",
            record.sequence,
            record.recorded_at.as_microsecond(),
            blob(&leaf.0),
            record.position
        );
    }
    statements += &format!("UPDATE ledger_head SET peaks = {}", blob(&range.peaks()));
    fresh.tamper(&statements);
}

/// Bytes as each store writes them.
fn blob(bytes: &[u8]) -> String {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match kind() {
        Kind::Sqlite => format!("x'{hex}'"),
        Kind::Postgres => format!("'\\x{hex}'"),
    }
}

fn a_stream_that_skips_a_sequence_is_named_even_with_right_hashes() {
    let fresh = fresh();
    fresh
        .ledger
        .append(batch(vec![
            append("a", 0, 2),
            append("b", 0, 1),
            append("a", 2, 1),
        ]))
        .unwrap();
    forge(&fresh, |record| {
        if record.position == Position(2) {
            record.sequence = Sequence(7);
        }
    });
    let Fault::StreamOrder {
        position,
        expected,
        found,
        ..
    } = fault(&fresh.ledger)
    else {
        panic!()
    };
    assert_eq!(
        (position, expected, found),
        (Position(2), Sequence(2), Sequence(7))
    );
}

fn a_moment_that_goes_back_is_named_even_with_right_hashes() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 4)])).unwrap();
    forge(&fresh, |record| {
        if record.position == Position(2) {
            record.recorded_at = at(1);
        }
    });
    assert_eq!(
        fault(&fresh.ledger),
        Fault::TimeWentBack {
            position: Position(3)
        }
    );
}

fn metadata_that_is_no_object_of_strings_is_named_even_with_its_right_hash() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    let record = fresh.ledger.record(Position(1)).unwrap();
    let metadata = r#"{"by":1}"#;
    let entry = canonical::Entry {
        position: record.position,
        recorded_at: record.recorded_at.as_microsecond(),
        kind: record.stream.kind.as_str(),
        id: &record.stream.id,
        sequence: record.sequence,
        event_type: &record.event_type,
        event_version: &record.event_version,
        payload: &record.payload,
        metadata,
    };
    fresh.tamper(&format!(
        "UPDATE events SET metadata = '{metadata}', hash = {}",
        blob(&LeafHash::of(&entry.bytes()).0)
    ));
    assert_eq!(
        fault(&fresh.ledger),
        Fault::Unreadable {
            position: Position(1),
            column: "metadata"
        }
    );
}

#[test]
fn a_byte_changed_in_the_file_under_sqlite_is_found_in_a_record_and_in_an_index() {
    let Fresh { ledger, place } = fresh();
    ledger
        .append(batch(vec![append("findable", 0, 1), append("b", 0, 1)]))
        .unwrap();
    drop(ledger);
    let Location::Sqlite(path) = place.location() else {
        panic!()
    };
    let intact = std::fs::read(&path).unwrap();
    let mut faults = Vec::new();
    for (at, _) in intact
        .windows(8)
        .enumerate()
        .filter(|(_, bytes)| *bytes == b"findable")
    {
        let mut file = intact.clone();
        file[at + 7] = b'x';
        std::fs::write(&path, file).unwrap();
        faults.push(fault(&Ledger::open_read_only(&path).unwrap()));
    }
    // Through the changed index the stream would seem to have no events at all.
    let index = faults
        .iter()
        .filter(|fault| matches!(fault, Fault::Database { .. }))
        .count();
    let record = faults
        .iter()
        .filter(|fault| {
            **fault
                == Fault::Altered {
                    position: Position(1),
                }
        })
        .count();
    assert_eq!((index, record, faults.len()), (1, 1, 2), "{faults:?}");
}

#[test]
fn of_a_changed_index_verify_finds_all_that_the_whole_check_of_sqlite_finds() {
    let Fresh { ledger, place } = fresh();
    let streams = (0..40).map(|number| append(&format!("stream-{number}"), 0, 1 + number % 3));
    ledger.append(batch(streams.collect())).unwrap();
    drop(ledger);
    let Location::Sqlite(path) = place.location() else {
        panic!()
    };
    let connection = rusqlite::Connection::open(&path).unwrap();
    let root: u32 = connection
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_events_1'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    drop(connection);
    let intact = std::fs::read(&path).unwrap();
    let size = usize::from(u16::from_be_bytes([intact[16], intact[17]]));
    let end = usize::try_from(root).unwrap() * size;
    let (mut found, mut unused) = (0, 0);
    // A bit in every third byte of the index: in its header, in the places of its entries, in names, sequences and positions, and in room that is not used.
    for at in (end - size..end).step_by(3) {
        let mut file = intact.clone();
        file[at] ^= 1 << (at % 8);
        std::fs::write(&path, file).unwrap();
        let connection = rusqlite::Connection::open(&path).unwrap();
        let whole: String = connection
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .unwrap_or_else(|error| error.to_string());
        drop(connection);
        let verified = Ledger::open_read_only(&path)
            .map_err(|error| error.to_string())
            .and_then(|ledger| ledger.verify(&mut |_, _| {}).map_err(|error| error.to_string()));
        assert_eq!(
            verified.is_ok(),
            whole == "ok",
            "byte {at}: {whole}, but {verified:?}"
        );
        if verified.is_ok() {
            unused += 1;
        } else {
            found += 1;
        }
    }
    assert!(found > 400 && unused > 100, "{found} found, {unused} unused");
}

#[test]
fn an_index_that_somebody_added_is_checked_by_sqlite_as_a_whole() {
    let Fresh { ledger, place } = fresh();
    ledger.append(batch(vec![append("findable", 0, 1)])).unwrap();
    drop(ledger);
    let Location::Sqlite(path) = place.location() else {
        panic!()
    };
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE INDEX added ON events (aggregate_id)")
        .unwrap();
    drop(connection);
    let verify = || Ledger::open_read_only(&path).unwrap().verify(&mut |_, _| {});
    verify().unwrap();
    let mut file = std::fs::read(&path).unwrap();
    let at = file.windows(8).rposition(|bytes| bytes == b"findable").unwrap();
    file[at] = b'x';
    std::fs::write(&path, file).unwrap();
    assert!(matches!(
        verify(),
        Err(VerifyError::Fault(Fault::Database { .. }))
    ));
}
