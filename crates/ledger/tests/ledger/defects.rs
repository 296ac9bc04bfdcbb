//! Six defects of the stock crates for event sourcing, D1 to D6, each probed: that the stock crate has it, where it can be shown on our tables, and that the ledger has not.

use std::sync::Arc;
use std::thread;

use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore};
use cqrs_es::{AggregateError, CqrsFramework, EventStore};
use postgres_es::{PostgresEventRepository, postgres_snapshot_cqrs};
use subsidy_ledger::cqrs::LedgerRepository;

use super::cqrs::Pot;
use super::fixture::{alone, cluster, contract};
use super::server::{name, on_server, stock};
use super::views::{decode, rows, sums};
use super::*;

contract! {
    d3_an_event_that_cannot_be_read_is_no_event_to_pass_over,
    d4_a_view_counts_every_event_of_sixteen_writers,
    d5_a_sequence_that_is_taken_is_a_conflict,
    d6_a_key_that_is_taken_is_no_conflict,
}

/// The stock tables, in a schema where its own writer finds them.
fn stock_tables(fresh: &Fresh) {
    fresh
        .raw()
        .run(
            "CREATE SCHEMA stock;
             CREATE TABLE stock.events (aggregate_type text, aggregate_id text, sequence bigint, event_type text,
                 event_version text, payload json, metadata json, PRIMARY KEY (aggregate_type, aggregate_id, sequence));
             CREATE TABLE stock.snapshots (aggregate_type text, aggregate_id text, last_sequence bigint,
                 current_snapshot bigint, payload json, PRIMARY KEY (aggregate_type, aggregate_id, last_sequence))",
        )
        .unwrap();
}

async fn stock_pool(fresh: &Fresh) -> sqlx::PgPool {
    sqlx::postgres::PgPoolOptions::new()
        .after_connect(|connection, _| {
            Box::pin(async {
                sqlx::Executor::execute(connection, "SET search_path = stock")
                    .await
                    .map(drop)
            })
        })
        .connect(&cluster().url(name(fresh)))
        .await
        .unwrap()
}

#[test]
fn d1_an_event_is_applied_once_where_the_stock_snapshot_store_applies_it_twice() {
    let fresh = on_server();
    stock_tables(&fresh);
    let stored = alone(|| async {
        let pool = stock_pool(&fresh).await;
        for _ in 0..3 {
            postgres_snapshot_cqrs::<Pot>(pool.clone(), vec![], 1, ())
                .execute("p", 10)
                .await
                .unwrap();
        }
        let sql = "SELECT payload::text FROM snapshots ORDER BY last_sequence DESC LIMIT 1";
        sqlx::query_scalar::<_, String>(sql)
            .fetch_one(&pool)
            .await
            .unwrap()
    });
    let theirs: Pot = serde_json::from_str(&stored).unwrap();
    assert_ne!(
        (theirs.events, theirs.cents),
        (3, 30),
        "the stock store has been mended"
    );
    let ledger = Arc::new(fresh.ledger);
    let ours = alone(|| async {
        let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
        let store = || PersistedEventStore::<_, Pot>::new_event_store(repository.clone());
        for _ in 0..3 {
            CqrsFramework::new(store(), vec![], ())
                .execute("p", 10)
                .await
                .unwrap();
        }
        store().load_aggregate("p").await.unwrap().aggregate
    });
    assert_eq!((ours.events, ours.cents), (3, 30));
}

#[test]
fn d2_a_replay_that_is_cut_off_is_an_error_where_the_stock_replay_ends_early_and_says_done() {
    const EVENTS: usize = 4_000;
    let fresh = on_server();
    fresh
        .ledger
        .append(batch(vec![StreamAppend {
            stream: StreamId::new("pot", "p"),
            expected: Sequence(0),
            events: (0..EVENTS)
                .map(|_| NewEvent {
                    event_type: "Filled".into(),
                    event_version: "1.0".into(),
                    payload: format!(r#"{{"Filled":{{"cents":1,"with":"{}"}}}}"#, "x".repeat(2_000)),
                })
                .collect(),
        }]))
        .unwrap();
    let cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    // Theirs: no error is among what the stream hands out, and it is too short.
    let (events, errors) = alone(|| async {
        let pool = stock(cluster().url(name(&fresh))).await;
        let repository = PostgresEventRepository::new(pool).with_streaming_channel_size(1);
        let mut stream = repository.stream_all_events::<Pot>().await.unwrap();
        let (mut events, mut errors) = (0, 0);
        while let Some(event) = stream.next::<Pot>(&[]).await {
            match event {
                Ok(_) => events += 1,
                Err(_) => errors += 1,
            }
            if events == 10 {
                super::server::told(&fresh, cut);
            }
        }
        (events, errors)
    });
    assert!(
        events < EVENTS && errors == 0,
        "{events} events and {errors} errors: the stock replay has been mended"
    );
    // Ours: the reader of the log says so, or finds the rest on another connection.
    let mut read = 0;
    let mut failed = false;
    for record in fresh.ledger.records(..).unwrap() {
        match record {
            Ok(_) => read += 1,
            Err(_) => failed = true,
        }
        if read == 10 {
            super::server::told(&fresh, cut);
        }
    }
    assert!(failed || read == EVENTS, "{read} records and no error");
}

/// `QueryReplay` passes over such an event and answers `Ok`.
fn d3_an_event_that_cannot_be_read_is_no_event_to_pass_over() {
    let fresh = fresh();
    fresh.ledger.append(batch(vec![append("a", 0, 5)])).unwrap();
    let decode = |record: &Record| {
        if record.position == Position(3) {
            return Err(DecodeError::new("an event of tomorrow"));
        }
        decode(record)
    };
    let error = follow(&fresh.ledger, &decode, &[Box::new(sums())]).unwrap_err();
    assert!(
        matches!(
            error,
            FollowError::Unreadable {
                position: Position(3),
                ..
            }
        ),
        "{error:?}"
    );
}

/// `GenericQuery` loses the update of whoever comes second.
fn d4_a_view_counts_every_event_of_sixteen_writers() {
    let fresh = fresh();
    let ledger = &fresh.ledger;
    thread::scope(|scope| {
        for writer in 0..16 {
            scope.spawn(move || {
                for n in 0..10 {
                    ledger
                        .append(batch(vec![append(&format!("w{writer}"), n, 1)]))
                        .unwrap();
                    // Many follow at once; who is overtaken follows again.
                    while let Err(error) = follow(ledger, &decode, &[Box::new(sums())]) {
                        assert!(matches!(error, FollowError::Overtaken), "{error:?}");
                    }
                }
            });
        }
    });
    let position = follow(ledger, &decode, &[Box::new(sums())]).unwrap();
    assert_eq!(position, Position(160));
    let before = rows(ledger, "sums", &Keys::All);
    let rebuilt = rebuild(ledger, &decode, &sums()).unwrap();
    assert_eq!((rebuilt.position, rebuilt.differing), (Position(160), Some(0)));
    assert_eq!(rows(ledger, "sums", &Keys::All), before);
}

/// sqlite-es knows the code 1555 alone: beside a position as primary key a taken sequence is 2067, and becomes an unexpected error.
fn d5_a_sequence_that_is_taken_is_a_conflict() {
    let fresh = fresh();
    let other = fresh.place.open();
    fresh.ledger.append(batch(vec![append("a", 0, 1)])).unwrap();
    for ledger in [&fresh.ledger, &other] {
        let error = ledger.append(batch(vec![append("a", 0, 1)])).unwrap_err();
        assert!(matches!(error, AppendError::Conflict { .. }), "{error:?}");
    }
    let ledger = Arc::new(fresh.ledger);
    let late = alone(|| async {
        let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
        let store = PersistedEventStore::<_, Pot>::new_event_store(repository);
        let (first, second) = (
            store.load_aggregate("p").await.unwrap(),
            store.load_aggregate("p").await.unwrap(),
        );
        let fill = || vec![super::cqrs::PotEvent::Filled { cents: 1 }];
        EventStore::<Pot>::commit(&store, fill(), first, Default::default())
            .await
            .unwrap();
        EventStore::<Pot>::commit(&store, fill(), second, Default::default()).await
    });
    assert!(matches!(late, Err(AggregateError::AggregateConflict)), "{late:?}");
}

/// postgres-es calls every unique violation a conflict of the aggregate.
fn d6_a_key_that_is_taken_is_no_conflict() {
    let fresh = fresh();
    let other = fresh.place.open();
    fresh
        .ledger
        .append(keyed("k", 1, vec![append("a", 0, 1)]))
        .unwrap();
    // The same content: it was recorded. Another content: the key is named, not the stream.
    assert!(
        other
            .append(keyed("k", 1, vec![append("b", 0, 1)]))
            .unwrap()
            .repeated
    );
    let reused = other.append(keyed("k", 2, vec![append("b", 0, 1)])).unwrap_err();
    assert!(
        matches!(&reused, AppendError::KeyReused { key, .. } if key == "k"),
        "{reused:?}"
    );
    assert!(other.stream(&StreamId::new("note", "b")).unwrap().is_empty());
}
