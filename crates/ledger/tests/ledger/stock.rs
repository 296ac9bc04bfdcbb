//! The stock crates on our tables: their writer leaves a sound ledger, their repositories read it.

use std::sync::Arc;
use std::thread;

use cqrs_es::persist::{PersistedEventStore, PersistenceError, ViewRepository};
use cqrs_es::{AggregateError, EventStore};
use postgres_es::{PostgresEventRepository, PostgresViewRepository, postgres_cqrs};
use subsidy_ledger::cqrs::LedgerRepository;

use super::cqrs::{Pot, PotEvent};
use super::fixture::{alone, cluster};
use super::server::{name, name_of, on_server, stock};
use super::*;

#[test]
fn the_stock_writer_of_postgres_es_leaves_a_ledger_that_verifies() {
    let fresh = on_server();
    fresh.ledger.append(batch(vec![append("a", 0, 3)])).unwrap();
    let url = cluster().url(name(&fresh));
    alone(|| async move {
        let pots = postgres_cqrs::<Pot>(stock(url).await, vec![], ());
        for cents in [40, 60] {
            let metadata =
                [("by", "clérk \"\u{1}\\/\u{7f}"), ("a", "")].map(|(name, text)| (name.into(), text.into()));
            pots.execute_with_metadata("p", cents, metadata.into_iter().collect())
                .await
                .unwrap();
        }
        assert!(pots.execute("p", 1).await.is_err());
    });
    fresh.ledger.append(batch(vec![append("a", 3, 2)])).unwrap();
    assert_eq!(verified(&fresh.ledger).size, 7);
    let pot = fresh.ledger.stream(&StreamId::new("pot", "p")).unwrap();
    let positions: Vec<u64> = pot.iter().map(|record| record.position.0).collect();
    assert_eq!(positions, [4, 5]);
    // The stock writer sends JSON as jsonb, which writes it out in its own way; what is stored is what is hashed.
    assert_eq!(pot[1].payload, r#"{"Filled": {"cents": 60}}"#);
    assert_eq!(pot[1].metadata.entries().unwrap()["by"], "clérk \"\u{1}\\/\u{7f}");
}

#[test]
fn what_the_trigger_cannot_make_a_sound_record_of_is_refused() {
    let fresh = on_server();
    let insert = |id: &str, sequence: &str, payload: &str, metadata: &str| {
        fresh.raw().run(&format!(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata)
             VALUES ('note', '{id}', {sequence}, 'Noted', '1.0', '{payload}', '{metadata}')"
        ))
    };
    insert("a", "1", r#"{"n":1}"#, r#"{ "b" : "x",  "a" : "\u00e9" }"#).unwrap();
    for (sequence, payload, metadata, why) in [
        ("1", "{}", "{}", "has that sequence"),
        ("3", "{}", "{}", "last sequence"),
        ("2", "{}", "[]", "object of strings"),
        ("2", "{}", r#"{"a":1}"#, "object of strings"),
        ("2", "{}", r#"{"a":"1","a":"2"}"#, "names a thing twice"),
        ("2", "{}", r#"{"idempotency_key":"k"}"#, "a name of the ledger"),
        ("2", &format!("\"{}\"", "x".repeat(65_500)), "{}", "at most 65535"),
    ] {
        let error = insert("a", sequence, payload, metadata).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
    assert!(insert("", "1", "{}", "{}").unwrap_err().contains("events_names"));
    assert_eq!(verified(&fresh.ledger).size, 1);
    assert_eq!(
        fresh
            .ledger
            .record(Position(1))
            .unwrap()
            .metadata
            .entries()
            .unwrap()["a"],
        "é"
    );
}

#[test]
fn sixteen_stock_writers_beside_two_of_ours_keep_one_dense_order() {
    let fresh = on_server();
    let other = fresh.place.open();
    let url = cluster().url(name(&fresh));
    thread::scope(|scope| {
        for (id, ledger) in [("one", &fresh.ledger), ("two", &other)] {
            scope.spawn(move || {
                for n in 0..40 {
                    ledger
                        .append(keyed(&format!("{id}-{n}"), 1, vec![append(id, n * 5, 5)]))
                        .unwrap();
                }
            });
        }
        scope.spawn(|| {
            alone(|| async {
                let pool = stock(url.clone()).await;
                let tasks: Vec<_> = (0..16)
                    .map(|task| {
                        let pool = pool.clone();
                        tokio::spawn(async move {
                            let pots = postgres_cqrs::<Pot>(pool, vec![], ());
                            let mut done = 0;
                            while done < 10 {
                                // Four tasks share a pot: some lose, are told so, and try again.
                                match pots.execute(&format!("p{}", task % 4), 1).await {
                                    Ok(()) => done += 1,
                                    Err(AggregateError::AggregateConflict) => {}
                                    Err(other) => panic!("{other:?}"),
                                }
                            }
                        })
                    })
                    .collect();
                for task in tasks {
                    task.await.unwrap();
                }
            });
        });
    });
    assert_eq!(verified(&fresh.ledger).size, 2 * 40 * 5 + 16 * 10);
    for pot in 0..4 {
        let stream = StreamId::new("pot", format!("p{pot}"));
        assert_eq!(fresh.ledger.stream(&stream).unwrap().len(), 40);
    }
}

#[test]
fn aggregates_and_views_are_read_by_the_repositories_of_postgres_es() {
    let fresh = on_server();
    let ledger = Arc::new(fresh.ledger);
    let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
    let url = cluster().url(name_of(&fresh.place));
    alone(|| async {
        let ours = PersistedEventStore::<_, Pot>::new_event_store(repository);
        let pots = cqrs_es::CqrsFramework::new(ours, vec![], ());
        for cents in [10, 20, 30] {
            pots.execute("p", cents).await.unwrap();
        }
        let pool = stock(url.clone()).await;
        let theirs =
            PersistedEventStore::<_, Pot>::new_event_store(PostgresEventRepository::new(pool.clone()));
        let pot = theirs.load_aggregate("p").await.unwrap().aggregate;
        assert_eq!((pot.events, pot.cents), (3, 60));
        follow(&ledger, &super::views::decode, &[Box::new(PotSums)]).unwrap();
        let views = PostgresViewRepository::<PotView, Pot>::new("subsidy_view.pots", pool);
        let (view, context) = views.load_with_context("p").await.unwrap().unwrap();
        assert_eq!((view.cents, context.version), (60, 3));
        assert!(views.load("q").await.unwrap().is_none());
    });
}

/// The cents in each pot, as the ledger keeps it and as cqrs-es reads it.
#[derive(Debug, Default, Clone, serde::Serialize, serde::Deserialize)]
struct PotView {
    cents: u64,
}

impl cqrs_es::View<Pot> for PotView {
    fn update(&mut self, event: &cqrs_es::EventEnvelope<Pot>) {
        let PotEvent::Filled { cents } = event.payload;
        self.cents += cents;
    }
}

struct PotSums;

impl View<Record> for PotSums {
    type Row = PotView;

    fn name(&self) -> &'static str {
        "pots"
    }

    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, record: &Record, out: &mut Vec<String>) {
        out.push(record.stream.id.clone());
    }

    fn fold(&self, _: &str, row: Option<PotView>, record: &Record) -> Option<PotView> {
        let PotEvent::Filled { cents } = subsidy_ledger::cqrs::event(record).unwrap();
        Some(PotView {
            cents: row.unwrap_or_default().cents + cents,
        })
    }
}

#[tokio::test]
async fn a_record_altered_past_the_guards_is_not_loaded_by_the_repository() {
    let fresh = on_server();
    let place = fresh.place;
    let ledger = Arc::new(fresh.ledger);
    let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
    let store = PersistedEventStore::<_, Pot>::new_event_store(repository.clone());
    let context = store.load_aggregate("p").await.unwrap();
    EventStore::<Pot>::commit(
        &store,
        vec![PotEvent::Filled { cents: 7 }],
        context,
        Default::default(),
    )
    .await
    .unwrap();
    place.tamper("UPDATE events SET payload = '{\"Filled\":{\"cents\":9}}'");
    let refused = store.load_aggregate("p").await.err().unwrap();
    assert!(
        refused.to_string().contains("not the one that was hashed"),
        "{refused:?}"
    );
    let streamed: Result<_, PersistenceError> =
        cqrs_es::persist::PersistedEventRepository::stream_events::<Pot>(&repository, "p").await;
    assert!(streamed.is_err());
}
