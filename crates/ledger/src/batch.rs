//! What is appended: a batch of events over many streams that lands whole or not at all.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::event::{NewEvent, Position, Sequence, StreamId};

/// The metadata names in which a batch's idempotency key is written on its first record.
///
/// They belong to the ledger: a batch whose own metadata uses one of them is refused.
pub mod reserved {
    /// Who gave the key.
    pub const SOURCE: &str = "idempotency_source";
    /// The key itself.
    pub const KEY: &str = "idempotency_key";
    /// SHA-256 of the content that the key stands for, in hexadecimal.
    pub const CONTENT: &str = "idempotency_content";
    /// How many records the batch became, this one included.
    pub const RECORDS: &str = "idempotency_records";
    /// All of them.
    pub const ALL: [&str; 4] = [SOURCE, KEY, CONTENT, RECORDS];
}

/// Makes a batch safe to repeat: the same key with the same content is recorded once.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IdempotencyKey {
    /// Who gives the key, such as a system or an intake channel. Keys of two sources never meet.
    pub source: String,
    /// The key within the source, such as the name or number of a document.
    pub key: String,
    /// SHA-256 of what the key stands for, so that another content under the same key is noticed.
    pub content: [u8; 32],
}

/// The events for one stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamAppend {
    /// The stream.
    pub stream: StreamId,
    /// The sequence of the stream's last event, as the one who decided saw it.
    pub expected: Sequence,
    /// The events, in order. None at all states only the expectation: the batch lands if it holds.
    pub events: Vec<NewEvent>,
}

/// Events over many streams that land whole or not at all, in the order given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// Makes the batch safe to repeat.
    pub key: Option<IdempotencyKey>,
    /// The moment of recording. What is stored is never earlier than the ledger's last moment.
    pub recorded_at: Timestamp,
    /// Written on each record of the batch: who, through what, because of what.
    pub metadata: BTreeMap<String, String>,
    /// The appends. A stream may come more than once, each expecting what the one before left.
    pub appends: Vec<StreamAppend>,
}

impl Batch {
    /// The number of events in the batch.
    #[must_use]
    pub fn len(&self) -> usize {
        self.appends.iter().map(|append| append.events.len()).sum()
    }

    /// Tells whether the batch has no event at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.appends.iter().all(|append| append.events.is_empty())
    }
}

/// Where a batch came to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The position of its first record.
    pub first: Position,
    /// The position of its last record.
    pub last: Position,
    /// True when the batch had been recorded before and nothing was added now.
    pub repeated: bool,
}
