//! The database itself refuses what is not an append, whoever asks.

use super::*;

/// An insert by hand, with everything right except what the test makes wrong.
fn insert(verb: &str, id: &str, sequence: u32, position: &str) -> String {
    format!(
        "{verb} INTO events VALUES ('note', '{id}', {sequence}, 'Noted', '1.0', '{{}}', '{{}}', {position}, 0, zeroblob(32))"
    )
}

#[test]
fn the_file_refuses_change_removal_and_replacement_by_any_connection() {
    let fresh = fresh();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 3)]))
        .unwrap();
    let statements = [
        "UPDATE events SET payload = '{}' WHERE position = 2".to_owned(),
        "UPDATE events SET hash = hash".to_owned(),
        "DELETE FROM events WHERE position = 3".to_owned(),
        "DELETE FROM events".to_owned(),
        insert("INSERT", "z", 1, "9"),
        insert("INSERT", "z", 1, "2"),
        insert("INSERT", "z", 1, "NULL"),
        insert("INSERT", "z", 2, "4"),
        insert("INSERT", "a", 3, "4"),
        insert("INSERT OR REPLACE", "z", 1, "2"),
        insert("INSERT OR REPLACE", "a", 3, "4"),
        insert("INSERT OR IGNORE", "a", 3, "4"),
        format!(
            "{} ON CONFLICT DO UPDATE SET payload = '1'",
            insert("INSERT", "a", 3, "4")
        ),
        "UPDATE idempotency_key SET content = zeroblob(32)".to_owned(),
        "DELETE FROM idempotency_key".to_owned(),
        "REPLACE INTO idempotency_key SELECT source, key, zeroblob(32), 1, 1 FROM idempotency_key".to_owned(),
        "UPDATE ledger_head SET size = 2".to_owned(),
        "DELETE FROM ledger_head".to_owned(),
        "REPLACE INTO ledger_head VALUES (1, 9, 0, x'')".to_owned(),
    ];
    for recursive in [false, true] {
        let raw = fresh.raw();
        raw.pragma_update(None, "recursive_triggers", recursive).unwrap();
        for statement in &statements {
            let error = raw.execute_batch(statement).expect_err(statement);
            assert!(error.to_string().contains("append-only"), "{statement}: {error}");
        }
    }
    assert_eq!(verified(&fresh.ledger).size, 3);
}

#[test]
fn a_head_moved_by_hand_stops_appending() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    fresh
        .raw()
        .execute_batch("UPDATE ledger_head SET recorded_at = recorded_at + 1")
        .unwrap();
    let refused = fresh.ledger.append(batch(vec![append("a", 1, 1)])).unwrap_err();
    assert!(
        matches!(
            refused,
            AppendError::Broken(Fault::Head {
                what: "moment",
                size: 1
            })
        ),
        "{refused}"
    );
}

#[test]
fn a_record_slipped_in_by_hand_stops_appending_and_is_found() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    fresh.raw().execute_batch(&insert("INSERT", "z", 1, "2")).unwrap();
    let stray = Fault::Stray { found: 2, size: 1 };
    let refused = fresh.ledger.append(batch(vec![append("a", 1, 1)])).unwrap_err();
    assert!(
        matches!(&refused, AppendError::Broken(fault) if *fault == stray),
        "{refused}"
    );
    assert_eq!(fault(&fresh.ledger), stray);
    assert_eq!(fresh.ledger.records(..).unwrap().count(), 1);
}
