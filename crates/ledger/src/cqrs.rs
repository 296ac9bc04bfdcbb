//! The ledger as a repository of cqrs-es: the only file that names it.
//!
//! Use it as `PersistedEventStore::new_event_store(LedgerRepository::new(..))`, with `CqrsFramework` or without.
//! There are no snapshots: the snapshot stores of cqrs-es 0.5 apply every event twice, once in `EventSink::write`
//! and once more when the snapshot is made. Streams are short; they are loaded whole.
//!
//! On PostgreSQL an aggregate is loaded by the repository of postgres-es, from a view of the table in which the
//! database has checked each hash.
//!
//! The methods block while the database works, although the trait is asynchronous: on a runtime that serves
//! others, call them where blocking is allowed.

use std::sync::Arc;

use cqrs_es::persist::{
    PersistedEventRepository, PersistenceError, ReplayStream, SerializedEvent, SerializedSnapshot,
};
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope};
use jiff::Timestamp;
use serde_json::Value;

use crate::batch::{Batch, StreamAppend};
use crate::error::{AppendError, ReadError, StorageKind};
use crate::event::{NewEvent, Record, Sequence, StreamId};
use crate::ledger::Ledger;
use crate::store::Store;
use crate::view::DecodeError;

/// Tells the moment of recording.
pub type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// Serves cqrs-es from a ledger.
#[derive(Clone)]
pub struct LedgerRepository {
    ledger: Arc<Ledger>,
    clock: Arc<Clock>,
}

impl LedgerRepository {
    /// Wraps a ledger; `clock` gives the moment of recording of what is persisted.
    #[must_use]
    pub fn new(ledger: Arc<Ledger>, clock: Arc<Clock>) -> Self {
        Self { ledger, clock }
    }
}

/// Returns the event as it is to be recorded.
///
/// # Errors
/// If the event has no JSON form.
pub fn new_event<E: DomainEvent>(event: &E) -> Result<NewEvent, serde_json::Error> {
    Ok(NewEvent {
        event_type: event.event_type(),
        event_version: event.event_version(),
        payload: serde_json::to_string(event)?,
    })
}

/// Returns the append of an aggregate's events, decided when it was at `expected`.
///
/// # Errors
/// If an event has no JSON form.
pub fn stream_append<A: Aggregate>(
    id: &str,
    expected: Sequence,
    events: &[A::Event],
) -> Result<StreamAppend, serde_json::Error> {
    Ok(StreamAppend {
        stream: StreamId::new(A::TYPE, id),
        expected,
        events: events.iter().map(new_event).collect::<Result<_, _>>()?,
    })
}

/// Returns the event of a record. A record of an older version must be upcast first.
///
/// # Errors
/// If the payload is not such an event.
pub fn event<E: DomainEvent>(record: &Record) -> Result<E, DecodeError> {
    serde_json::from_str(&record.payload).map_err(DecodeError::new)
}

/// Returns the record as cqrs-es hands it to an aggregate.
///
/// # Errors
/// If the payload is not such an event.
pub fn envelope<A: Aggregate>(record: &Record) -> Result<EventEnvelope<A>, DecodeError> {
    Ok(EventEnvelope {
        aggregate_id: record.stream.id.clone(),
        sequence: usize::try_from(record.sequence.0).map_err(DecodeError::new)?,
        payload: event(record)?,
        metadata: record
            .metadata
            .entries()
            .map_err(DecodeError::new)?
            .into_iter()
            .collect(),
    })
}

/// Returns the record in the form that upcasters of cqrs-es take.
///
/// # Errors
/// If the payload is not JSON.
pub fn serialized(record: &Record) -> Result<SerializedEvent, DecodeError> {
    Ok(SerializedEvent::new(
        record.stream.id.clone(),
        usize::try_from(record.sequence.0).map_err(DecodeError::new)?,
        record.stream.kind.as_str().to_owned(),
        record.event_type.clone(),
        record.event_version.clone(),
        serde_json::from_str(&record.payload).map_err(DecodeError::new)?,
        serde_json::from_str(record.metadata.text()).map_err(DecodeError::new)?,
    ))
}

/// What cqrs-es asks that this repository refuses.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("no snapshots are kept: use PersistedEventStore::new_event_store")]
    Snapshot,
    #[error("the events to persist are not of one aggregate, in one row, with one metadata")]
    Mixed,
    #[error("the metadata is not an object of strings")]
    Metadata,
    #[error("an event is missing: run verify, and restore from a copy")]
    Gap,
}

fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> PersistenceError {
    PersistenceError::UnknownError(Box::new(error))
}

fn unread(error: ReadError) -> PersistenceError {
    match error {
        ReadError::Storage(_) => PersistenceError::ConnectionError(Box::new(error)),
        ReadError::Broken(_) | ReadError::Beyond { .. } => unknown(error),
    }
}

/// Only a conflict is a conflict: whoever is told of one loads and decides again.
fn unkept(error: AppendError) -> PersistenceError {
    match error {
        AppendError::Conflict { .. } => PersistenceError::OptimisticLockError,
        AppendError::Unavailable(_) | AppendError::Stopped => {
            PersistenceError::ConnectionError(Box::new(error))
        }
        AppendError::Storage(ref cause) => match cause.kind {
            StorageKind::Busy | StorageKind::Full => PersistenceError::ConnectionError(Box::new(error)),
            StorageKind::Damaged | StorageKind::Disk | StorageKind::Other => unknown(error),
        },
        AppendError::KeyReused { .. }
        | AppendError::TooLarge { .. }
        | AppendError::Empty
        | AppendError::Malformed(_)
        | AppendError::ReadOnly
        | AppendError::Broken(_) => unknown(error),
    }
}

impl LedgerRepository {
    fn load<A: Aggregate>(&self, id: &str, after: usize) -> Result<Vec<SerializedEvent>, PersistenceError> {
        if let Store::Postgres(store) = &self.ledger.store {
            return whole(store.wait(store.repository().get_events::<A>(id))?, after);
        }
        let records = self.ledger.stream(&StreamId::new(A::TYPE, id)).map_err(unread)?;
        let events: Result<_, _> = records.iter().skip(after).map(serialized).collect();
        events.map_err(|error| PersistenceError::DeserializationError(Box::new(error)))
    }

    fn batch(&self, events: &[SerializedEvent]) -> Result<Batch, PersistenceError> {
        let first = events.first().ok_or_else(|| unkept(AppendError::Empty))?;
        let stream = StreamId::new(first.aggregate_type.as_str(), first.aggregate_id.as_str());
        let before = first
            .sequence
            .checked_sub(1)
            .ok_or_else(|| unknown(Refused::Mixed))?;
        let mut append = StreamAppend {
            stream,
            expected: Sequence(u64::try_from(before).map_err(unknown)?),
            events: Vec::with_capacity(events.len()),
        };
        for (event, sequence) in events.iter().zip(first.sequence..) {
            let alike = event.aggregate_type == first.aggregate_type
                && event.aggregate_id == first.aggregate_id
                && event.metadata == first.metadata
                && event.sequence == sequence;
            if !alike {
                return Err(unknown(Refused::Mixed));
            }
            append.events.push(NewEvent {
                event_type: event.event_type.clone(),
                event_version: event.event_version.clone(),
                payload: event.payload.to_string(),
            });
        }
        let metadata =
            serde_json::from_value(first.metadata.clone()).map_err(|_| unknown(Refused::Metadata))?;
        Ok(Batch {
            key: None,
            recorded_at: (self.clock)(),
            metadata,
            appends: vec![append],
        })
    }
}

impl PersistedEventRepository for LedgerRepository {
    async fn get_events<A: Aggregate>(&self, id: &str) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.load::<A>(id, 0)
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        id: &str,
        last_sequence: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        self.load::<A>(id, last_sequence)
    }

    /// Always none; see the module.
    async fn get_snapshot<A: Aggregate>(
        &self,
        _id: &str,
    ) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        Ok(None)
    }

    /// Refuses a snapshot, and then keeps no event either.
    async fn persist<A: Aggregate>(
        &self,
        events: &[SerializedEvent],
        snapshot_update: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        if snapshot_update.is_some() {
            return Err(unknown(Refused::Snapshot));
        }
        if events.is_empty() {
            return Ok(());
        }
        self.ledger.append(self.batch(events)?).map_err(unkept)?;
        Ok(())
    }

    /// Reads the whole stream before it answers: a read that fails is this call's error, not a shorter stream.
    async fn stream_events<A: Aggregate>(&self, id: &str) -> Result<ReplayStream, PersistenceError> {
        replay(self.load::<A>(id, 0)?).await
    }

    /// Reads all events of one aggregate type, in the order of positions, before it answers.
    ///
    /// They are all in memory then; [`follow`](crate::follow()) reads page by page.
    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        let mut events = Vec::new();
        for record in self.ledger.records(..).map_err(unread)? {
            let record = record.map_err(unread)?;
            if record.stream.kind.as_str() == A::TYPE {
                events.push(
                    serialized(&record)
                        .map_err(|error| PersistenceError::DeserializationError(Box::new(error)))?,
                );
            }
        }
        replay(events).await
    }
}

/// Returns the events after the first so many, if none is missing.
fn whole(events: Vec<SerializedEvent>, after: usize) -> Result<Vec<SerializedEvent>, PersistenceError> {
    if events
        .iter()
        .zip(1..)
        .any(|(event, place)| event.sequence != place)
    {
        return Err(unknown(Refused::Gap));
    }
    Ok(events.into_iter().skip(after).collect())
}

/// Hands out events that have all been read.
async fn replay(events: Vec<SerializedEvent>) -> Result<ReplayStream, PersistenceError> {
    // There is room for all of them, so that pushing never waits for a reader.
    let (mut feed, stream) = ReplayStream::new(events.len().max(1));
    for event in events {
        feed.push(Ok(event)).await?;
    }
    Ok(stream)
}
