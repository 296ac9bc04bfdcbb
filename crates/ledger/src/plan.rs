//! Decides which batches of a group land, and the exact rows they become.
//!
//! Pure: the store tells what stands, and writes what is planned. Two stores that are told the same plan the
//! same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::thread;

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
    /// Hashed once it is known which batches land.
    pub(crate) leaf: LeafHash,
}

impl Row<'_> {
    fn entry<'a>(&'a self, metadata: &'a [String]) -> Entry<'a> {
        Entry {
            position: self.position,
            recorded_at: self.recorded_at,
            kind: self.stream.kind.as_str(),
            id: &self.stream.id,
            sequence: self.sequence,
            event_type: &self.event.event_type,
            event_version: &self.event.event_version,
            payload: &self.event.payload,
            metadata: metadata.get(self.metadata).map_or("", String::as_str),
        }
    }
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

impl Plan<'_> {
    /// The hashes of its records, in order.
    pub(crate) fn leaves(&self) -> Vec<[u8; 32]> {
        self.rows.iter().map(|row| row.leaf.0).collect()
    }
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
    let sound = sound(batches);
    let mut sound = sound.into_iter();
    let size = standing.head.range.size();
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
        last: Position(size),
    };
    for batch in batches {
        let sound: Vec<bool> = sound.by_ref().take(batch.len()).collect();
        let outcome = planner.add(batch, &sound);
        planner.plan.outcomes.push(outcome);
    }
    let mut plan = planner.plan;
    let metadata = &plan.metadata;
    in_parts(&mut plan.rows, |rows| {
        let mut bytes = Vec::new();
        for row in rows {
            row.entry(metadata).write_to(&mut bytes);
            row.leaf = LeafHash::of(&bytes);
        }
    });
    for row in &plan.rows {
        plan.head.range.push(row.leaf);
    }
    plan
}

/// Tells of each event of a group, in order, whether its payload is JSON.
fn sound(batches: &[Batch]) -> Vec<bool> {
    let appends = batches.iter().flat_map(|batch| &batch.appends);
    let events = appends.flat_map(|append| &append.events);
    let mut payloads: Vec<(&str, bool)> = events.map(|event| (event.payload.as_str(), false)).collect();
    in_parts(&mut payloads, |payloads| {
        for (payload, is_json) in payloads {
            // Raw control characters, NUL among them, are not JSON.
            *is_json = serde_json::from_str::<serde::de::IgnoredAny>(payload).is_ok();
        }
    });
    payloads.into_iter().map(|(_, is_json)| is_json).collect()
}

/// The fewest things that are worth a thread.
const WORTH_A_THREAD: usize = 500;

/// Does something to each part of many things, on as many threads as the machine has.
fn in_parts<T: Send>(things: &mut [T], work: impl Fn(&mut [T]) + Sync) {
    if things.len() <= WORTH_A_THREAD {
        return work(things);
    }
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let part = things.len().div_ceil(threads).max(WORTH_A_THREAD);
    let (first, others) = things.split_at_mut(part);
    thread::scope(|scope| {
        for part in others.chunks_mut(part) {
            scope.spawn(|| work(part));
        }
        work(first);
    });
}

/// Plans a group on streams where its batches say they are, for a store that refuses it if they are not; none where only reading can tell
/// what becomes of it.
pub(crate) fn hopeful<'a>(
    batches: &'a [Batch],
    head: HeadState,
    keys: BTreeMap<(&'a str, &'a str), KeyState>,
) -> Option<Plan<'a>> {
    let mut sequences: BTreeMap<&StreamId, u64> = BTreeMap::new();
    for append in batches.iter().flat_map(|batch| &batch.appends) {
        if append.events.is_empty() {
            return None;
        }
        sequences.entry(&append.stream).or_insert(append.expected.0);
    }
    let plan = plan(
        batches,
        Standing {
            head,
            sequences,
            keys,
        },
    );
    let lands =
        |outcome: &Result<Appended, AppendError>| outcome.as_ref().is_ok_and(|appended| !appended.repeated);
    plan.outcomes.iter().all(lands).then_some(plan)
}

struct Planner<'a> {
    sequences: BTreeMap<&'a StreamId, u64>,
    known: BTreeMap<(&'a str, &'a str), KeyState>,
    plan: Plan<'a>,
    /// The position of the last record that is planned.
    last: Position,
}

impl<'a> Planner<'a> {
    fn add(&mut self, batch: &'a Batch, sound: &[bool]) -> Result<Appended, AppendError> {
        check_form(batch, sound)?;
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
        let kept = self.plan.rows.len();
        let mut left = Vec::with_capacity(batch.appends.len());
        let planned = self.meet_expectations(batch, &mut left);
        let appended = planned.and_then(|()| self.write(batch)).inspect_err(|_| {
            self.plan.rows.truncate(kept);
            // A stream may come more than once: what stood first is put back last.
            self.sequences.extend(left.into_iter().rev());
        })?;
        // Nothing below can refuse: the batch lands.
        self.last = appended.last;
        self.plan.head.recorded_at = self.plan.rows.last().map(|row| row.recorded_at);
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

    /// Moves each stream to where the batch leaves it, if it is where the batch expects it; `left` gets where the streams were.
    fn meet_expectations(
        &mut self,
        batch: &'a Batch,
        left: &mut Vec<(&'a StreamId, u64)>,
    ) -> Result<(), AppendError> {
        for append in &batch.appends {
            let stands = self.sequences.entry(&append.stream).or_default();
            if *stands != append.expected.0 {
                return Err(AppendError::Conflict {
                    stream: append.stream.clone(),
                    expected: append.expected,
                    actual: Sequence(*stands),
                });
            }
            left.push((&append.stream, *stands));
            *stands = u64::try_from(append.events.len())
                .ok()
                .and_then(|more| stands.checked_add(more))
                // The stock readers of the table count sequences in 32 bits.
                .filter(|&last| i32::try_from(last).is_ok())
                .ok_or_else(|| AppendError::Malformed(Malformed::LongStream(append.stream.clone())))?;
        }
        Ok(())
    }

    fn write(&mut self, batch: &'a Batch) -> Result<Appended, AppendError> {
        let head = &self.plan.head;
        let given = micros(batch.recorded_at);
        let recorded_at = head.recorded_at.map_or(given, |last| given.max(last));
        let before = self.last;

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
                let row = Row {
                    stream: &append.stream,
                    sequence,
                    event,
                    metadata,
                    position,
                    recorded_at,
                    leaf: LeafHash([0; 32]),
                };
                let bytes = row.entry(&self.plan.metadata).size();
                if bytes > MAX_ENTRY {
                    return Err(AppendError::TooLarge {
                        stream: append.stream.clone(),
                        event_type: event.event_type.clone(),
                        bytes,
                    });
                }
                self.plan.rows.push(row);
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
fn check_form(batch: &Batch, sound: &[bool]) -> Result<(), AppendError> {
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
    let mut sound = sound.iter();
    for append in &batch.appends {
        name("kind of the stream", append.stream.kind.as_str())?;
        name("id of the stream", &append.stream.id)?;
        for event in &append.events {
            name("type of the event", &event.event_type)?;
            name("version of the event", &event.event_version)?;
            if sound.next() != Some(&true) {
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
