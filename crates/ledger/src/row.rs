//! From a row of the table of events to a record: the one place where bytes are held against their hash.

use jiff::Timestamp;

use crate::canonical::Entry;
use crate::event::{Heading, Metadata, Position, Record, Sequence, StreamId};
use crate::fault::Fault;
use crate::merkle::LeafHash;

/// The columns of a row, as a database gives them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventRow<'a> {
    pub(crate) position: Position,
    pub(crate) kind: &'a str,
    pub(crate) id: &'a str,
    pub(crate) sequence: i64,
    pub(crate) event_type: &'a str,
    pub(crate) event_version: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) metadata: &'a str,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub(crate) recorded_at: i64,
    pub(crate) hash: &'a [u8],
}

/// A row whose bytes are those that were hashed, still where the database put them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) row: EventRow<'a>,
    pub(crate) sequence: Sequence,
    pub(crate) leaf: LeafHash,
    recorded_at: Timestamp,
}

/// Holds rows against their hashes.
#[derive(Debug, Default)]
pub(crate) struct RecordReader {
    entry: Vec<u8>,
}

impl RecordReader {
    /// Returns the row, if its bytes are those that were hashed.
    pub(crate) fn check<'a>(&mut self, row: EventRow<'a>) -> Result<Checked<'a>, Fault> {
        let position = row.position;
        let unreadable = |column| Fault::Unreadable { position, column };
        let sequence = u64::try_from(row.sequence).map_err(|_| unreadable("sequence"))?;
        let sequence = Sequence(sequence);
        let leaf = LeafHash(row.hash.try_into().map_err(|_| unreadable("hash"))?);
        let entry = Entry {
            position,
            recorded_at: row.recorded_at,
            kind: row.kind,
            id: row.id,
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
        Ok(Checked {
            row,
            sequence,
            leaf,
            recorded_at: Timestamp::from_microsecond(row.recorded_at)
                .map_err(|_| unreadable("recorded_at"))?,
        })
    }
}

impl<'a> Checked<'a> {
    pub(crate) fn heading(&self) -> Heading<'a> {
        Heading {
            kind: self.row.kind,
            event_type: self.row.event_type,
            event_version: self.row.event_version,
        }
    }

    /// Returns the record, which owns its bytes.
    pub(crate) fn record(&self) -> Record {
        let row = self.row;
        Record {
            position: row.position,
            recorded_at: self.recorded_at,
            stream: StreamId::new(row.kind, row.id),
            sequence: self.sequence,
            event_type: row.event_type.to_owned(),
            event_version: row.event_version.to_owned(),
            payload: row.payload.to_owned(),
            metadata: Metadata::stored(row.metadata),
            leaf: self.leaf,
        }
    }

    /// Returns the record, made in the room of the one before: who looks at many, one after another, needs room for one.
    pub(crate) fn record_in<'r>(&self, room: &'r mut Option<Record>) -> &'r Record {
        match room {
            Some(record) => {
                let row = self.row;
                record.position = row.position;
                record.recorded_at = self.recorded_at;
                record.stream.refill(row.kind, row.id);
                record.sequence = self.sequence;
                row.event_type.clone_into(&mut record.event_type);
                row.event_version.clone_into(&mut record.event_version);
                row.payload.clone_into(&mut record.payload);
                record.metadata.refill(row.metadata);
                record.leaf = self.leaf;
                record
            }
            none => none.insert(self.record()),
        }
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
