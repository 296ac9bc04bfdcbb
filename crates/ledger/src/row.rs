//! From a row of the table of events to a record: the one place where bytes are held against their hash.

use jiff::Timestamp;

use crate::canonical::Entry;
use crate::event::{Metadata, Position, Record, Sequence, StreamId};
use crate::fault::Fault;
use crate::merkle::LeafHash;

/// The columns of a row, as a database gives them.
#[derive(Debug)]
pub(crate) struct EventRow<'a> {
    pub(crate) position: Position,
    pub(crate) stream: StreamId,
    pub(crate) sequence: i64,
    pub(crate) event_type: &'a str,
    pub(crate) event_version: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) metadata: &'a str,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) recorded_at: i64,
    pub(crate) hash: &'a [u8],
}

/// Makes records of rows, and checks each against its hash.
#[derive(Debug, Default)]
pub(crate) struct RecordReader {
    entry: Vec<u8>,
}

impl RecordReader {
    /// Returns the record of a row whose bytes are those that were hashed.
    pub(crate) fn check(&mut self, row: EventRow<'_>) -> Result<Record, Fault> {
        let position = row.position;
        let unreadable = |column| Fault::Unreadable { position, column };
        let sequence = u64::try_from(row.sequence).map_err(|_| unreadable("sequence"))?;
        let sequence = Sequence(sequence);
        let leaf = LeafHash(row.hash.try_into().map_err(|_| unreadable("hash"))?);
        let entry = Entry {
            position,
            recorded_at: row.recorded_at,
            stream: &row.stream,
            sequence,
            event_type: row.event_type,
            event_version: row.event_version,
            payload: row.payload,
            metadata: row.metadata,
        };
        entry.write_to(&mut self.entry);
        if LeafHash::of(&self.entry) != leaf {
            return Err(Fault::Altered { position });
        }
        Ok(Record {
            position,
            recorded_at: Timestamp::from_microsecond(row.recorded_at)
                .map_err(|_| unreadable("recorded_at"))?,
            sequence,
            event_type: row.event_type.to_owned(),
            event_version: row.event_version.to_owned(),
            payload: row.payload.to_owned(),
            metadata: Metadata::stored(row.metadata),
            stream: row.stream,
            leaf,
        })
    }
}

/// Adds a record to the history of its stream, if it is the next one.
pub(crate) fn add_next(history: &mut Vec<Record>, record: Record) -> Result<(), Fault> {
    let last = history.last().map_or(Sequence::NONE, |last| last.sequence);
    let expected = Sequence(last.0.saturating_add(1));
    if record.sequence != expected {
        return Err(Fault::StreamOrder {
            position: record.position,
            stream: record.stream,
            expected,
            found: record.sequence,
        });
    }
    history.push(record);
    Ok(())
}
