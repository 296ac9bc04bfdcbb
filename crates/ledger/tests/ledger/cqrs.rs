//! The ledger under cqrs-es, and the defects of its stock stores that this one must not have.

use std::sync::Arc;

use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{PersistedEventRepository, PersistedEventStore, PersistenceError};
use cqrs_es::{Aggregate, AggregateError, CqrsFramework, DomainEvent, EventStore};
use serde::{Deserialize, Serialize};
use subsidy_ledger::cqrs::{LedgerRepository, envelope, stream_append};

use super::*;

/// Makes each promise a test of its own on each store, as a program that is asynchronous would call it.
macro_rules! contract_awaited {
    ($($promise:ident),* $(,)?) => {
        mod sqlite {
            $(#[tokio::test] async fn $promise() {
                crate::fixture::on(crate::fixture::Kind::Sqlite, super::$promise).await;
            })*
        }
        mod postgres {
            $(#[tokio::test] async fn $promise() {
                crate::fixture::on(crate::fixture::Kind::Postgres, super::$promise).await;
            })*
        }
    };
}

contract_awaited! {
    commands_through_the_framework_are_records_of_the_ledger,
    each_event_is_applied_once_and_there_are_no_snapshots,
    a_conflict_is_a_conflict,
    what_is_refused_for_another_reason_is_not_a_conflict,
    a_replay_that_fails_midway_is_an_error_and_not_a_shorter_replay,
    aggregates_of_one_type_replay_in_the_order_of_positions,
    many_aggregates_are_decided_and_appended_in_one_batch,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pot {
    pub(crate) events: u32,
    pub(crate) cents: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum PotEvent {
    Filled { cents: u64 },
}

impl DomainEvent for PotEvent {
    fn event_type(&self) -> String {
        "Filled".into()
    }

    fn event_version(&self) -> String {
        "1.0".into()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("too much")]
pub(crate) struct TooMuch;

impl Aggregate for Pot {
    const TYPE: &'static str = "pot";
    type Command = u64;
    type Event = PotEvent;
    type Error = TooMuch;
    type Services = ();

    async fn handle(&mut self, cents: u64, (): &(), sink: &EventSink<Self>) -> Result<(), TooMuch> {
        if self.cents + cents > 100 {
            return Err(TooMuch);
        }
        sink.write(PotEvent::Filled { cents }, self).await;
        Ok(())
    }

    fn apply(&mut self, PotEvent::Filled { cents }: PotEvent) {
        self.events += 1;
        self.cents += cents;
    }
}

struct Pots {
    ledger: Arc<Ledger>,
    repository: LedgerRepository,
    place: Place,
}

fn pots() -> Pots {
    let Fresh { ledger, place } = fresh();
    let ledger = Arc::new(ledger);
    let repository = LedgerRepository::new(Arc::clone(&ledger), Arc::new(|| at(0)));
    Pots {
        ledger,
        repository,
        place,
    }
}

impl Pots {
    fn store(&self) -> PersistedEventStore<LedgerRepository, Pot> {
        PersistedEventStore::new_event_store(self.repository.clone())
    }

    fn framework(&self) -> CqrsFramework<Pot, PersistedEventStore<LedgerRepository, Pot>> {
        CqrsFramework::new(self.store(), vec![], ())
    }
}

async fn commands_through_the_framework_are_records_of_the_ledger() {
    let pots = pots();
    let framework = pots.framework();
    for cents in [40, 60] {
        let metadata = [("by".to_owned(), "clerk".to_owned())].into_iter().collect();
        framework
            .execute_with_metadata("p", cents, metadata)
            .await
            .unwrap();
    }
    let refused = framework.execute("p", 1).await;
    assert!(matches!(refused, Err(AggregateError::UserError(TooMuch))));
    let records = pots.ledger.stream(&StreamId::new("pot", "p")).unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[1].payload, r#"{"Filled":{"cents":60}}"#);
    assert_eq!(records[1].metadata.entries().unwrap()["by"], "clerk");
    assert_eq!(
        envelope::<Pot>(&records[1]).unwrap().payload,
        PotEvent::Filled { cents: 60 }
    );
    verified(&pots.ledger);
}

async fn each_event_is_applied_once_and_there_are_no_snapshots() {
    let pots = pots();
    for _ in 0..3 {
        pots.framework().execute("p", 10).await.unwrap();
    }
    let pot = pots.store().load_aggregate("p").await.unwrap().aggregate;
    assert_eq!((pot.events, pot.cents), (3, 30));
    // The stock snapshot stores would say 6 and 60; asked for one, nothing is kept at all.
    let snapshots = PersistedEventStore::<_, Pot>::new_snapshot_store(pots.repository.clone(), 1);
    let refused = CqrsFramework::new(snapshots, vec![], ()).execute("p", 10).await;
    assert!(
        matches!(refused, Err(AggregateError::UnexpectedError(_))),
        "{refused:?}"
    );
    assert_eq!(pots.ledger.head().unwrap().size, 3);
    assert!(pots.repository.get_snapshot::<Pot>("p").await.unwrap().is_none());
}

async fn a_conflict_is_a_conflict() {
    let pots = pots();
    let (one, two) = (pots.store(), pots.store());
    let first = one.load_aggregate("p").await.unwrap();
    let second = two.load_aggregate("p").await.unwrap();
    let fill = vec![PotEvent::Filled { cents: 1 }];
    EventStore::<Pot>::commit(&one, fill.clone(), first, Default::default())
        .await
        .unwrap();
    let late = EventStore::<Pot>::commit(&two, fill, second, Default::default()).await;
    assert!(matches!(late, Err(AggregateError::AggregateConflict)), "{late:?}");
    assert_eq!(pots.ledger.head().unwrap().size, 1);
}

async fn what_is_refused_for_another_reason_is_not_a_conflict() {
    let pots = pots();
    let metadata = [("idempotency_key".to_owned(), "k".to_owned())]
        .into_iter()
        .collect();
    let refused = pots.framework().execute_with_metadata("p", 1, metadata).await;
    assert!(
        matches!(refused, Err(AggregateError::UnexpectedError(_))),
        "{refused:?}"
    );
}

async fn a_replay_that_fails_midway_is_an_error_and_not_a_shorter_replay() {
    let pots = pots();
    for _ in 0..5 {
        pots.framework().execute("p", 1).await.unwrap();
    }
    let mut replayed = 0;
    let mut stream = pots.repository.stream_all_events::<Pot>().await.unwrap();
    while let Some(event) = stream.next::<Pot>(&[]).await {
        event.unwrap();
        replayed += 1;
    }
    assert_eq!(replayed, 5);
    pots.place.tamper("DELETE FROM events WHERE position = 4");
    let one = pots.repository.stream_events::<Pot>("p").await;
    assert!(matches!(one, Err(PersistenceError::UnknownError(_))));
    let all = pots.repository.stream_all_events::<Pot>().await;
    assert!(matches!(all, Err(PersistenceError::UnknownError(_))));
    assert!(pots.store().load_aggregate("p").await.is_err());
}

async fn aggregates_of_one_type_replay_in_the_order_of_positions() {
    let pots = pots();
    for (id, cents) in [("b", 1), ("a", 2), ("b", 3), ("a", 4)] {
        pots.framework().execute(id, cents).await.unwrap();
    }
    let mut stream = pots.repository.stream_all_events::<Pot>().await.unwrap();
    let mut cents = Vec::new();
    while let Some(event) = stream.next::<Pot>(&[]).await {
        let PotEvent::Filled { cents: filled } = event.unwrap().payload;
        cents.push(filled);
    }
    assert_eq!(cents, [1, 2, 3, 4]);
}

async fn many_aggregates_are_decided_and_appended_in_one_batch() {
    let pots = pots();
    let mut appends = Vec::new();
    for id in ["a", "b"] {
        let mut context = pots.store().load_aggregate(id).await.unwrap();
        let sink = EventSink::default();
        context.aggregate.handle(7, &(), &sink).await.unwrap();
        let expected = Sequence(u64::try_from(context.current_sequence).unwrap());
        appends.push(stream_append::<Pot>(id, expected, &sink.collect().await).unwrap());
    }
    let appended = pots.ledger.append(batch(appends)).unwrap();
    assert_eq!((appended.first, appended.last), (Position(1), Position(2)));
    assert_eq!(pots.store().load_aggregate("b").await.unwrap().aggregate.cents, 7);
}
