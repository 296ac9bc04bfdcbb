//! What is recorded: streams, events and the records they become.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

use crate::merkle::LeafHash;

/// What sort of thing a stream tells of: the aggregate type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamKind(String);

impl StreamKind {
    /// Names a kind.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StreamKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names one stream: the history of one aggregate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId {
    /// The kind, unique names of which an id lives under.
    pub kind: StreamKind,
    /// The id within the kind.
    pub id: String,
}

impl StreamId {
    /// Names a stream.
    #[must_use]
    pub fn new(kind: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            kind: StreamKind::new(kind),
            id: id.into(),
        }
    }

    /// Makes it another name in the same room.
    pub(crate) fn refill(&mut self, kind: &str, id: &str) {
        kind.clone_into(&mut self.kind.0);
        id.clone_into(&mut self.id);
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.kind, self.id)
    }
}

/// The place of an event in its stream: 1 for the first, 0 for a stream without events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Sequence(pub u64);

impl Sequence {
    /// The sequence of a stream that has no event yet.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The place of a record in the ledger: 1 for the first, each next one higher, no gaps.
///
/// Position 0 means before the first record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Position(pub u64);

impl Position {
    /// Before the first record.
    pub const START: Self = Self(0);

    /// The position after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// An event that is to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Type of the event.
    pub event_type: String,
    /// Version of the event's form.
    pub event_version: String,
    /// JSON text, stored and hashed exactly as given.
    pub payload: String,
}

/// The metadata of a record: the JSON text of an object of strings, as stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata(String);

impl Metadata {
    pub(crate) fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Makes it another text in the same room.
    pub(crate) fn refill(&mut self, text: &str) {
        text.clone_into(&mut self.0);
    }

    /// The JSON text, exactly as stored.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Returns the names with their texts.
    ///
    /// # Errors
    /// If it is not an object of strings, which this library never writes.
    pub fn entries(&self) -> Result<BTreeMap<String, String>, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

/// What a record says of itself before its payload is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heading<'a> {
    /// The kind of its stream.
    pub kind: &'a str,
    /// Type of the event.
    pub event_type: &'a str,
    /// Version of the event's form.
    pub event_version: &'a str,
}

/// An event as recorded, read from the ledger with its hash checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Position in the ledger.
    pub position: Position,
    /// When it was recorded, to the microsecond. Never before the record at a lower position.
    pub recorded_at: Timestamp,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Sequence in that stream.
    pub sequence: Sequence,
    /// Type of the event.
    pub event_type: String,
    /// Version of the event's form.
    pub event_version: String,
    /// JSON text as given.
    pub payload: String,
    /// Metadata of the batch it came in, with the batch's idempotency key on its first record.
    pub metadata: Metadata,
    /// The hash of its canonical entry.
    pub leaf: LeafHash,
}

impl Record {
    /// Returns the bytes that [`leaf`](Self::leaf) is the hash of, as [`canonical`](crate::canonical) lays them out.
    #[must_use]
    pub fn entry(&self) -> Vec<u8> {
        crate::canonical::Entry {
            position: self.position,
            recorded_at: micros(self.recorded_at),
            kind: self.stream.kind.as_str(),
            id: &self.stream.id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            payload: &self.payload,
            metadata: self.metadata.text(),
        }
        .bytes()
    }
}

/// Whole microseconds since 1970-01-01T00:00:00Z, rounded down.
pub(crate) fn micros(moment: Timestamp) -> i64 {
    // A Timestamp reaches from year -9999 to 9999, which is within 64 bits of microseconds.
    i64::try_from(moment.as_nanosecond().div_euclid(1_000)).unwrap_or(i64::MAX)
}
