//! Failing midway leaves nothing; kept but reported as failed, then repeated, is harmless.

use super::*;

contract! {
    a_transaction_that_fails_midway_leaves_nothing,
    kept_but_reported_as_failed_then_repeated_is_harmless,
}

fn a_transaction_that_fails_midway_leaves_nothing() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    let before = fresh.ledger.head().unwrap();
    // Fail at each write in turn: an event in the middle, the key, the head.
    for (table, operation, when) in [
        ("events", "INSERT", "NEW.position = 5"),
        ("idempotency_key", "INSERT", "true"),
        ("ledger_head", "UPDATE", "true"),
    ] {
        fresh.raw().fail_on(operation, table, when);
        let outcomes = fresh.ledger.append_all(vec![
            batch(vec![append("b", 0, 2)]),
            keyed("k", 1, vec![append("c", 0, 4)]),
        ]);
        for outcome in outcomes {
            assert!(
                matches!(outcome, Err(AppendError::Storage(_))),
                "{table}: {outcome:?}"
            );
        }
        fresh.raw().fail_no_more(table);
        assert_eq!(fresh.ledger.head().unwrap(), before);
        assert_eq!(fresh.ledger.lookup("files", "k").unwrap(), None);
        verified(&fresh.ledger);
    }
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("c", 0, 4)]))
        .unwrap();
    assert_eq!(verified(&fresh.ledger).size, 5);
}

fn kept_but_reported_as_failed_then_repeated_is_harmless() {
    let fresh = fresh();
    let kept = fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 2)]))
        .unwrap();
    // The caller never saw that answer: its process died. Another one reads the same file and sends it again.
    let Fresh { ledger, place } = fresh;
    drop(ledger);
    let ledger = place.open();
    let again = ledger.append(keyed("k", 1, vec![append("a", 0, 2)])).unwrap();
    assert_eq!(
        again,
        Appended {
            repeated: true,
            ..kept
        }
    );
    // Without a key it is at least not recorded twice.
    let bare = ledger.append(batch(vec![append("a", 0, 2)]));
    assert!(matches!(bare, Err(AppendError::Conflict { .. })));
    assert_eq!(verified(&ledger).size, 2);
}

#[test]
fn what_was_answered_is_in_the_file_before_the_writer_closes() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 500)])).unwrap();
    // The files as they are at this moment, as a crash would leave them.
    let copy = tempfile::tempdir().unwrap();
    for name in ["ledger.db", "ledger.db-wal"] {
        std::fs::copy(folder(&fresh).join(name), copy.path().join(name)).unwrap();
    }
    let ledger = Ledger::open(copy.path().join("ledger.db"), Opening::Existing).unwrap();
    assert_eq!(verified(&ledger), verified(&fresh.ledger));
}

#[test]
fn a_log_torn_at_any_page_gives_whole_batches_only() {
    let fresh = fresh();
    let sizes: Vec<u64> = (0..6)
        .map(|n| {
            fresh
                .ledger
                .append(keyed(&format!("k{n}"), 1, vec![append("a", n * 7, 7)]))
                .unwrap()
                .last
                .0
        })
        .collect();
    let database = std::fs::read(folder(&fresh).join("ledger.db")).unwrap();
    let log = std::fs::read(folder(&fresh).join("ledger.db-wal")).unwrap();
    let mut seen = std::collections::BTreeSet::new();
    for cut in (0..log.len()).step_by(2_777) {
        let copy = tempfile::tempdir().unwrap();
        let path = copy.path().join("ledger.db");
        std::fs::write(&path, &database).unwrap();
        std::fs::write(copy.path().join("ledger.db-wal"), &log[..cut]).unwrap();
        // Before the schema was committed there is no ledger yet.
        let Ok(ledger) = Ledger::open(&path, Opening::Existing) else {
            continue;
        };
        let size = verified(&ledger).size;
        assert!(size == 0 || sizes.contains(&size), "cut at {cut} leaves {size}");
        seen.insert(size);
        let next = ledger.append(keyed("after", 1, vec![append("b", 0, 1)])).unwrap();
        assert_eq!(next.first.0, size + 1);
        verified(&ledger);
    }
    assert!(seen.len() > 4, "the cuts left only {seen:?}");
}

/// The folder of a SQLite file.
fn folder(fresh: &Fresh) -> &std::path::Path {
    match &fresh.place {
        Place::Folder(folder) => folder.path(),
        Place::Database(name) => panic!("{name} is no folder"),
    }
}
