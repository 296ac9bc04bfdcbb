//! Decides which batches of a group land, and the exact rows they become.
//!
//! Pure: the store tells what stands, and writes what is planned. Two stores that are told the same plan the
//! same bytes.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::batch::{Appended, Batch, IdempotencyKey, reserved};
use crate::canonical::{Entry, MAX_ENTRY, metadata_text};
use crate::error::{AppendError, Malformed};
use crate::event::{NewEvent, Position, Sequence, StreamId, micros};
use crate::merkle::{CompactRange, LeafHash, RootHash, hex};

/// The ledger's head as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HeadState {
    pub(crate) range: CompactRange,
    /// Microseconds; none while the ledger is empty.
    pub(crate) recorded_at: Option<i64>,
}

/// The ledger's size, the root of the tree over it and when it was last added to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of records, which is also the last position.
    pub size: u64,
    /// The root of the Merkle tree over all records.
    pub root: RootHash,
    /// The moment of the last record; none while the ledger is empty.
    pub recorded_at: Option<Timestamp>,
}

impl Head {
    /// The position of the last record.
    #[must_use]
    pub fn position(&self) -> Position {
        Position(self.size)
    }
}

/// An idempotency key as stored, with where its batch stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyState {
    pub(crate) content: [u8; 32],
    pub(crate) first: Position,
    pub(crate) last: Position,
}

/// What stands in the store, as far as a group of batches touches it.
#[derive(Debug)]
pub(crate) struct Standing<'a> {
    pub(crate) head: HeadState,
    /// The last sequence of each stream of the group.
    pub(crate) sequences: BTreeMap<&'a StreamId, u64>,
    /// Those keys of the group that are known, by source and key.
    pub(crate) keys: BTreeMap<(&'a str, &'a str), KeyState>,
}

/// One row of the table `events`.
#[derive(Debug)]
pub(crate) struct Row<'a> {
    pub(crate) stream: &'a StreamId,
    pub(crate) sequence: Sequence,
    pub(crate) event: &'a NewEvent,
    /// Index in [`Plan::metadata`].
    pub(crate) metadata: usize,
    pub(crate) position: Position,
    pub(crate) recorded_at: i64,
    pub(crate) leaf: LeafHash,
}

/// What is to be written, and what each batch is answered once that is durable.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) rows: Vec<Row<'a>>,
    pub(crate) metadata: Vec<String>,
    pub(crate) keys: Vec<(&'a IdempotencyKey, KeyState)>,
    pub(crate) head: HeadState,
    pub(crate) outcomes: Vec<Result<Appended, AppendError>>,
}

/// The streams that a group of batches touches.
pub(crate) fn streams(batches: &[Batch]) -> BTreeSet<&StreamId> {
    batches
        .iter()
        .flat_map(|batch| &batch.appends)
        .map(|append| &append.stream)
        .collect()
}

/// Plans a group: each batch lands whole on top of those before it, or is refused alone.
pub(crate) fn plan<'a>(batches: &'a [Batch], standing: Standing<'a>) -> Plan<'a> {
    let mut planner = Planner {
        sequences: standing.sequences,
        known: standing.keys,
        plan: Plan {
            rows: Vec::with_capacity(batches.iter().map(Batch::len).sum()),
            metadata: Vec::new(),
            keys: Vec::new(),
            head: standing.head,
            outcomes: Vec::with_capacity(batches.len()),
        },
        entry: Vec::new(),
    };
    for batch in batches {
        let outcome = planner.add(batch);
        planner.plan.outcomes.push(outcome);
    }
    planner.plan
}

struct Planner<'a> {
    sequences: BTreeMap<&'a StreamId, u64>,
    known: BTreeMap<(&'a str, &'a str), KeyState>,
    plan: Plan<'a>,
    entry: Vec<u8>,
}

impl<'a> Planner<'a> {
    fn add(&mut self, batch: &'a Batch) -> Result<Appended, AppendError> {
        check_form(batch)?;
        if let Some(key) = &batch.key
            && let Some(known) = self.known.get(&(key.source.as_str(), key.key.as_str()))
        {
            return if known.content == key.content {
                Ok(Appended {
                    first: known.first,
                    last: known.last,
                    repeated: true,
                })
            } else {
                Err(AppendError::KeyReused {
                    from: key.source.clone(),
                    key: key.key.clone(),
                    first: known.first,
                    last: known.last,
                })
            };
        }
        let sequences = self.check_expectations(batch)?;
        let kept = self.plan.rows.len();
        let appended = self.write(batch).inspect_err(|_| self.plan.rows.truncate(kept))?;
        // Nothing below can refuse: the batch lands.
        self.sequences.extend(sequences);
        for row in self.plan.rows.iter().skip(kept) {
            self.plan.head.range.push(row.leaf);
            self.plan.head.recorded_at = Some(row.recorded_at);
        }
        if let Some(key) = &batch.key {
            let state = KeyState {
                content: key.content,
                first: appended.first,
                last: appended.last,
            };
            self.known.insert((&key.source, &key.key), state);
            self.plan.keys.push((key, state));
        }
        Ok(appended)
    }

    /// Returns the sequences that the batch leaves its streams at, if each stream is where the batch expects it.
    fn check_expectations(&self, batch: &'a Batch) -> Result<BTreeMap<&'a StreamId, u64>, AppendError> {
        let mut left = BTreeMap::new();
        for append in &batch.appends {
            let stands = self.sequences.get(&append.stream).copied().unwrap_or_default();
            let actual = left.entry(&append.stream).or_insert(stands);
            if *actual != append.expected.0 {
                return Err(AppendError::Conflict {
                    stream: append.stream.clone(),
                    expected: append.expected,
                    actual: Sequence(*actual),
                });
            }
            *actual = u64::try_from(append.events.len())
                .ok()
                .and_then(|more| actual.checked_add(more))
                // The stock readers of the table count sequences in 32 bits.
                .filter(|&last| i32::try_from(last).is_ok())
                .ok_or_else(|| AppendError::Malformed(Malformed::LongStream(append.stream.clone())))?;
        }
        Ok(left)
    }

    fn write(&mut self, batch: &'a Batch) -> Result<Appended, AppendError> {
        let head = &self.plan.head;
        let given = micros(batch.recorded_at);
        let recorded_at = head.recorded_at.map_or(given, |last| given.max(last));
        let before = Position(head.range.size());

        let common = self.plan.metadata.len();
        self.plan.metadata.push(metadata_text(&batch.metadata));
        let mut metadata = common;
        if let Some(key) = &batch.key {
            metadata = common + 1;
            self.plan.metadata.push(metadata_text(&with_key(batch, key)));
        }
        let mut position = before;
        for append in &batch.appends {
            let mut sequence = append.expected;
            for event in &append.events {
                position = position.next();
                sequence = Sequence(sequence.0.saturating_add(1));
                let entry = Entry {
                    position,
                    recorded_at,
                    kind: append.stream.kind.as_str(),
                    id: &append.stream.id,
                    sequence,
                    event_type: &event.event_type,
                    event_version: &event.event_version,
                    payload: &event.payload,
                    metadata: self.plan.metadata.get(metadata).map_or("", String::as_str),
                };
                entry.write_to(&mut self.entry);
                if self.entry.len() > MAX_ENTRY {
                    return Err(AppendError::TooLarge {
                        stream: append.stream.clone(),
                        event_type: event.event_type.clone(),
                        bytes: self.entry.len(),
                    });
                }
                let leaf = LeafHash::of(&self.entry);
                self.plan.rows.push(Row {
                    stream: &append.stream,
                    sequence,
                    event,
                    metadata,
                    position,
                    recorded_at,
                    leaf,
                });
                metadata = common;
            }
        }
        Ok(Appended {
            first: before.next(),
            last: position,
            repeated: false,
        })
    }
}

/// The metadata of the first record of a batch with a key: the table of keys can be derived from it.
fn with_key(batch: &Batch, key: &IdempotencyKey) -> BTreeMap<String, String> {
    let mut metadata = batch.metadata.clone();
    metadata.insert(reserved::SOURCE.to_owned(), key.source.clone());
    metadata.insert(reserved::KEY.to_owned(), key.key.clone());
    metadata.insert(reserved::CONTENT.to_owned(), hex(&key.content));
    metadata.insert(reserved::RECORDS.to_owned(), batch.len().to_string());
    metadata
}

/// Refuses what no store can keep, so that every store refuses the same.
fn check_form(batch: &Batch) -> Result<(), AppendError> {
    if batch.is_empty() {
        return Err(AppendError::Empty);
    }
    if let Some(key) = &batch.key {
        name("source of the idempotency key", &key.source)?;
        name("idempotency key", &key.key)?;
    }
    for metadata in batch.metadata.keys() {
        if reserved::ALL.contains(&metadata.as_str()) {
            return Err(AppendError::Malformed(Malformed::ReservedName(metadata.clone())));
        }
    }
    for append in &batch.appends {
        name("kind of the stream", append.stream.kind.as_str())?;
        name("id of the stream", &append.stream.id)?;
        for event in &append.events {
            name("type of the event", &event.event_type)?;
            name("version of the event", &event.event_version)?;
            // Raw control characters, NUL among them, are not JSON.
            if serde_json::from_str::<serde::de::IgnoredAny>(&event.payload).is_err() {
                return Err(AppendError::Malformed(Malformed::NotJson {
                    stream: append.stream.clone(),
                    event_type: event.event_type.clone(),
                }));
            }
        }
    }
    Ok(())
}

fn name(what: &'static str, text: &str) -> Result<(), AppendError> {
    if text.is_empty() {
        return Err(AppendError::Malformed(Malformed::EmptyName(what)));
    }
    if text.contains('\0') {
        return Err(AppendError::Malformed(Malformed::Nul(what)));
    }
    Ok(())
}
