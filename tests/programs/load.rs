//! What the program `ledger-writer` appends: fixed, so that a test can say afterwards what must be there, and send it again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subsidy_ledger::{
    Batch, DecodeError, IdempotencyKey, NewEvent, Record, Sequence, StreamAppend, StreamId, View,
};

/// The source of the keys.
pub const SOURCE: &str = "load";

/// How many events a batch of a thread has for its own stream.
#[must_use]
pub const fn events(thread: u64, n: u64) -> u64 {
    1 + (thread * 3 + n * 7) % 5
}

/// The key of a batch.
#[must_use]
pub fn key(thread: u64, n: u64) -> String {
    format!("{thread}-{n}")
}

/// The batch that a thread appends as its `n`th, from 0 on: some events to a stream of its own, and one to another.
///
/// Its moment is that of a clock that jumps an hour back at every seventh batch.
#[must_use]
pub fn batch(thread: u64, n: u64) -> Batch {
    let key = key(thread, n);
    let count = events(thread, n);
    let event = |at: u64| {
        // Some are larger than a page of the database.
        let text = "x".repeat(usize::try_from(40 + (thread + n * 13 + at * 311) % 6_000).unwrap_or(40));
        NewEvent {
            event_type: "Written".to_owned(),
            event_version: "1".to_owned(),
            payload: format!(
                r#"{{"key":"{key}","at":{at},"of":{},"text":"{text}"}}"#,
                count + 1
            ),
        }
    };
    let before = (0..n).map(|earlier| events(thread, earlier)).sum();
    let seconds = i64::try_from(n).unwrap_or_default();
    let back = if n % 7 == 6 { 3_600 } else { 0 };
    Batch {
        key: Some(IdempotencyKey {
            source: SOURCE.to_owned(),
            key: key.clone(),
            content: [7; 32],
        }),
        recorded_at: Timestamp::from_second(1_700_000_000 + seconds - back).unwrap_or_default(),
        metadata: BTreeMap::new(),
        appends: vec![
            StreamAppend {
                stream: StreamId::new("own", format!("thread-{thread}")),
                expected: Sequence(before),
                events: (0..count).map(event).collect(),
            },
            StreamAppend {
                stream: StreamId::new("other", format!("thread-{thread}")),
                expected: Sequence(n),
                events: vec![event(count)],
            },
        ],
    }
}

/// What is read back of an event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Written {
    /// The key of its batch.
    pub key: String,
    /// Its place in the batch, from 0 on.
    pub at: u64,
    /// How many events the batch has.
    pub of: u64,
}

/// How many events each stream has, and the position of the last.
#[derive(Debug, Clone, Copy)]
pub struct Tally;

/// A row of [`Tally`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TallyRow {
    count: u64,
    last: u64,
}

impl View<Record> for Tally {
    type Row = TallyRow;

    fn name(&self) -> &'static str {
        "tally"
    }

    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, event: &Record, out: &mut Vec<String>) {
        out.push("all".to_owned());
        out.push(event.stream.to_string());
    }

    fn fold(&self, _key: &str, row: Option<TallyRow>, event: &Record) -> Option<TallyRow> {
        Some(TallyRow {
            count: row.map_or(0, |row| row.count) + 1,
            last: event.position.0,
        })
    }
}

/// The event that [`Tally`] counts is the record itself.
///
/// # Errors
/// None.
pub fn decode(record: &Record) -> Result<Record, DecodeError> {
    Ok(record.clone())
}
