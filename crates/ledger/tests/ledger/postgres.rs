//! What a server can do to a ledger: other writers, cut connections, restarts, several followers.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use throwaway_cluster::Cluster;

use super::fixture::cluster;
use super::server::{on_server, told};
use super::views::{rows, sums};
use super::*;

#[test]
fn a_duplicate_key_is_told_from_a_conflict_by_its_constraint() {
    // The stock repository calls every unique violation a conflict.
    let fresh = on_server();
    let other = fresh.place.open();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 1)]))
        .unwrap();
    // The other writer has not seen the key: the database refuses it, and it is then read.
    other.append(batch(vec![append("x", 0, 1)])).unwrap();
    let again = other.append(keyed("k", 1, vec![append("b", 0, 1)])).unwrap();
    assert!(again.repeated);
    fresh.ledger.append(batch(vec![append("y", 0, 1)])).unwrap();
    let reused = fresh
        .ledger
        .append(keyed("k", 2, vec![append("b", 0, 1)]))
        .unwrap_err();
    assert!(matches!(reused, AppendError::KeyReused { .. }), "{reused}");
    assert_eq!(verified(&fresh.ledger).size, 3);
}

#[test]
fn what_this_server_cannot_keep_sinks_no_neighbour() {
    let fresh = on_server();
    fresh
        .raw()
        .run("ALTER TABLE events ADD CONSTRAINT odd CHECK (aggregate_id <> 'odd')")
        .unwrap();
    let outcomes = fresh.ledger.append_all(vec![
        batch(vec![append("a", 0, 1)]),
        batch(vec![append("odd", 0, 1)]),
        batch(vec![append("a", 1, 1)]),
    ]);
    assert!(
        matches!(outcomes[1], Err(AppendError::Storage(_))),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[2].as_ref().unwrap().first, Position(2));
    fresh.raw().run("ALTER TABLE events DROP CONSTRAINT odd").unwrap();
    assert_eq!(verified(&fresh.ledger).size, 2);
}

#[test]
fn cut_connections_lose_nothing_that_was_answered_and_double_nothing() {
    let fresh = on_server();
    let ledger = &fresh.ledger;
    let killed = AtomicU32::new(0);
    let written: u64 = thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..20 {
                let count = told(
                    &fresh,
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                     WHERE datname = current_database() AND pid <> pg_backend_pid()",
                );
                killed.fetch_add(count.parse().unwrap(), Ordering::Relaxed);
            }
            killed.fetch_add(1_000, Ordering::Relaxed);
        });
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let killed = &killed;
                scope.spawn(move || {
                    let mut written = 0;
                    while killed.load(Ordering::Relaxed) < 1_000 {
                        let id = format!("w{writer}-{written}");
                        // The same batch with its key, until it is answered.
                        for attempt in 0.. {
                            assert!(attempt < 200, "no progress");
                            match ledger.append(keyed(&id, 1, vec![append(&id, 0, 3)])) {
                                Ok(_) => break,
                                Err(AppendError::Storage(_) | AppendError::Unavailable(_)) => {}
                                Err(other) => panic!("{other}"),
                            }
                        }
                        written += 1;
                    }
                    written
                })
            })
            .collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).sum()
    });
    assert!(killed.into_inner() > 1_010, "connections were cut");
    assert_eq!(verified(&fresh.place.open()).size, written * 3);
}

#[test]
fn a_server_that_is_killed_and_started_again_has_all_that_was_answered() {
    let mut cluster = Cluster::start(&[]).unwrap();
    let location: Location = cluster.url("postgres").parse().unwrap();
    let ledger = Ledger::open_at(&location, Opening::Create).unwrap();
    let mut answered = 0;
    for round in 0..3 {
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut kept = 0;
                for n in 0.. {
                    match ledger.append(keyed(
                        &format!("{round}-{n}"),
                        1,
                        vec![append(&format!("{round}-{n}"), 0, 2)],
                    )) {
                        Ok(_) => kept += 1,
                        Err(_) => break,
                    }
                }
                kept
            });
            thread::sleep(Duration::from_millis(300));
            cluster.kill().unwrap();
            answered += writer.join().unwrap();
        });
        cluster.restart().unwrap();
        let size = verified(&ledger).size;
        // The last one may have been kept without an answer.
        assert!(
            size == answered * 2 || size == answered * 2 + 2,
            "{size} of {answered}"
        );
        answered = size / 2;
    }
    assert!(answered > 20, "only {answered}");
}

#[test]
fn a_long_read_that_is_cut_off_is_an_error_or_whole_and_not_a_shorter_answer() {
    let fresh = on_server();
    fresh.ledger.append(batch(vec![append("a", 0, 4_000)])).unwrap();
    let mut seen = 0;
    let outcome = fresh.ledger.verify(&mut |done, _| {
        seen = done;
        told(
            &fresh,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND pid <> pg_backend_pid()",
        );
    });
    // A page whose connection was cut before it was asked for is asked for again on another.
    match outcome {
        Ok(verified) => assert_eq!((verified.size, seen), (4_000, 4_000)),
        Err(VerifyError::Storage(_)) => {}
        Err(error) => panic!("{error:?}"),
    }
    // The next read finds its own connection again.
    assert_eq!(verified(&fresh.ledger).size, 4_000);
}

#[test]
fn one_leads_and_another_takes_over_when_it_dies() {
    let fresh = on_server();
    let other = fresh.place.open();
    let mut lead = fresh.ledger.lead().unwrap().unwrap();
    assert!(other.lead().unwrap().is_none());
    assert!(lead.holds());
    told(
        &fresh,
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
    );
    let taken = (0..100).find_map(|_| {
        thread::sleep(Duration::from_millis(20));
        other.lead().unwrap()
    });
    assert!(taken.unwrap().holds());
    assert!(!lead.holds());
}

#[test]
fn who_waits_is_woken_by_an_append_of_another() {
    let fresh = on_server();
    let other = fresh.place.open();
    let long = Duration::from_secs(60);
    let mut waiting = fresh.ledger.waiting();
    assert_eq!(
        waiting.beyond(Position(0), Duration::from_millis(10)).unwrap(),
        Position(0)
    );
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(100));
            other.append(batch(vec![append("a", 0, 2)])).unwrap();
        });
        assert_eq!(waiting.beyond(Position(0), long).unwrap(), Position(2));
    });
    // What was appended before is not waited for.
    assert_eq!(waiting.beyond(Position(1), long).unwrap(), Position(2));
}

#[test]
fn keys_are_ordered_by_their_bytes_in_a_database_of_another_order() {
    // English order by ICU, where the server has it: there a < B, and spaces are passed over.
    let made = cluster().sql(
        "postgres",
        "CREATE DATABASE in_english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
    );
    if let Err(error) = made {
        panic!("{error}");
    }
    let location: Location = cluster().url("in_english").parse().unwrap();
    let ledger = Ledger::open_at(&location, Opening::Create).unwrap();
    for id in ["a", "B", "ä", "A b", "Ab", "b"] {
        ledger.append(batch(vec![append(id, 0, 1)])).unwrap();
    }
    follow(&ledger, &super::views::decode, &[Box::new(sums())]).unwrap();
    let keys: Vec<String> = rows(&ledger, "sums", &Keys::Prefix("stream/".into()))
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    assert_eq!(
        keys,
        [
            "stream/A b",
            "stream/Ab",
            "stream/B",
            "stream/a",
            "stream/b",
            "stream/ä"
        ]
    );
    verified(&ledger);
}
