//! The database itself refuses what is not an append, whoever asks.

use super::fixture::kind;
use super::*;

contract! {
    change_removal_and_replacement_are_refused_whoever_asks,
    a_head_moved_by_hand_stops_appending,
    a_record_slipped_in_by_hand_stops_appending_and_is_found,
}

/// An insert by hand, with everything right except what the test makes wrong.
fn insert(verb: &str, id: &str, sequence: u32, position: &str) -> String {
    format!(
        "{verb} INTO events VALUES ('note', '{id}', {sequence}, 'Noted', '1.0', '{{}}', '{{}}', {position}, moment(0), zeroblob(32))"
    )
}

fn change_removal_and_replacement_are_refused_whoever_asks() {
    let fresh = fresh();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 3)]))
        .unwrap();
    let mut statements = vec![
        "UPDATE events SET payload = '{}' WHERE position = 2".to_owned(),
        "UPDATE events SET hash = hash".to_owned(),
        "DELETE FROM events WHERE position = 3".to_owned(),
        "DELETE FROM events".to_owned(),
        insert("INSERT", "z", 1, "9"),
        insert("INSERT", "z", 1, "0"),
        "UPDATE idempotency_key SET content = zeroblob(32)".to_owned(),
        "DELETE FROM idempotency_key".to_owned(),
        "UPDATE ledger_head SET size = 2".to_owned(),
        "DELETE FROM ledger_head".to_owned(),
    ];
    match kind() {
        Kind::Sqlite => statements.extend([
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
            "REPLACE INTO idempotency_key SELECT source, key, zeroblob(32), 1, 1 FROM idempotency_key"
                .to_owned(),
            "REPLACE INTO ledger_head VALUES (1, 9, 0, x'')".to_owned(),
        ]),
        Kind::Postgres => statements.extend([
            "TRUNCATE events".to_owned(),
            "TRUNCATE ledger_head, idempotency_key".to_owned(),
            "INSERT INTO ledger_head VALUES (false, 9, NULL, '')".to_owned(),
            "UPDATE ledger_head SET size = 9".to_owned(),
            insert("INSERT", "z", 1, "4"),
            insert("INSERT", "z", 2, "NULL"),
            format!(
                "{} ON CONFLICT (position) DO UPDATE SET payload = '1'",
                insert("INSERT", "a", 3, "4")
            ),
            "MERGE INTO events USING (SELECT 1) AS one ON position = 2 WHEN MATCHED THEN DELETE".to_owned(),
            "WITH gone AS (DELETE FROM events RETURNING 1) SELECT * FROM gone".to_owned(),
        ]),
    }
    // What lets triggers be passed over, on each store.
    let passes = match kind() {
        Kind::Sqlite => [
            "PRAGMA recursive_triggers = off;",
            "PRAGMA recursive_triggers = on;",
        ],
        Kind::Postgres => ["", "SET session_replication_role = replica;"],
    };
    for pass in passes {
        for statement in &statements {
            let error = fresh
                .raw()
                .run(&format!("{pass} {statement}"))
                .expect_err(statement);
            assert!(
                error.contains("append-only") || error.contains("violates check constraint"),
                "{statement}: {error}"
            );
        }
    }
    assert_eq!(verified(&fresh.ledger).size, 3);
}

fn a_head_moved_by_hand_stops_appending() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    fresh.tamper("UPDATE ledger_head SET recorded_at = moment(1)");
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

fn a_record_slipped_in_by_hand_stops_appending_and_is_found() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    // On SQLite a well-formed one passes the triggers; on PostgreSQL they must be taken away first.
    fresh.tamper(&insert("INSERT", "z", 1, "2"));
    let stray = Fault::Stray { found: 2, size: 1 };
    let refused = fresh.ledger.append(batch(vec![append("a", 1, 1)])).unwrap_err();
    assert!(
        matches!(&refused, AppendError::Broken(fault) if *fault == stray),
        "{refused}"
    );
    assert_eq!(fault(&fresh.ledger), stray);
    assert_eq!(fresh.ledger.records(..).unwrap().count(), 1);
}
