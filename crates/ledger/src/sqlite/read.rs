//! Reading records, each checked against its hash.

use jiff::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::{SqliteStore, failed, integer};
use crate::canonical::Entry;
use crate::error::{ReadError, StorageError};
use crate::event::{Metadata, Position, Record, Sequence, StreamId, StreamKind};
use crate::fault::Fault;
use crate::merkle::{CompactRange, LeafHash};
use crate::plan::{HeadState, KeyState};

/// The columns of a record, in the order that [`RecordReader`] takes them.
const COLUMNS: &str = "position, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                       payload, metadata, recorded_at, hash";

impl SqliteStore {
    pub(crate) fn head(&self) -> Result<HeadState, ReadError> {
        head_state(&*self.reader()?)
    }

    /// Returns those records that stand after one position, up to another one, in order.
    pub(crate) fn page(&self, after: Position, to: Position) -> Result<Vec<Record>, ReadError> {
        page(&*self.reader()?, after, to)
    }

    pub(crate) fn streams(&self, streams: &[StreamId]) -> Result<Vec<Vec<Record>>, ReadError> {
        let reader = self.reader()?;
        // One snapshot for all of them.
        let snapshot = snapshot(&reader)?;
        let mut statement = snapshot
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM events WHERE aggregate_type = ? AND aggregate_id = ? ORDER BY sequence"
            ))
            .map_err(failed("reading streams"))?;
        let mut record = RecordReader::default();
        let mut histories = Vec::with_capacity(streams.len());
        for stream in streams {
            let mut rows = statement
                .query([stream.kind.as_str(), stream.id.as_str()])
                .map_err(failed("reading streams"))?;
            let mut history = Vec::new();
            let mut expected = Sequence::NONE;
            while let Some(row) = rows.next().map_err(failed("reading streams"))? {
                let record = record.read(row)?;
                expected = Sequence(expected.0.saturating_add(1));
                if record.sequence != expected {
                    return Err(ReadError::Broken(Fault::StreamOrder {
                        position: record.position,
                        stream: record.stream,
                        expected,
                        found: record.sequence,
                    }));
                }
                history.push(record);
            }
            histories.push(history);
        }
        Ok(histories)
    }

    pub(crate) fn key(&self, source: &str, key: &str) -> Result<Option<KeyState>, ReadError> {
        key_state(&*self.reader()?, source, key)
    }

    /// Returns the moment of the record at a position, in microseconds.
    pub(crate) fn recorded_at(&self, position: Position) -> Result<Option<i64>, ReadError> {
        let moment = self
            .reader()?
            .prepare_cached("SELECT recorded_at FROM events WHERE position = ?")
            .and_then(|mut statement| {
                statement
                    .query_row([integer(position.0)], |row| row.get(0))
                    .optional()
            })
            .map_err(failed("reading a moment"))?;
        Ok(moment)
    }
}

/// Begins a read transaction: all that is read in it is of one moment.
pub(super) fn snapshot(connection: &Connection) -> Result<Transaction<'_>, StorageError> {
    connection
        .unchecked_transaction()
        .map_err(failed("beginning to read"))
}

pub(super) fn head_state(connection: &Connection) -> Result<HeadState, ReadError> {
    let found: Option<(i64, Option<i64>, Vec<u8>)> = connection
        .prepare_cached("SELECT size, recorded_at, peaks FROM ledger_head")
        .and_then(|mut statement| {
            statement
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()
        })
        .map_err(failed("reading the head"))?;
    let Some((size, recorded_at, peaks)) = found else {
        return Err(ReadError::Broken(Fault::Head { what: "row", size: 0 }));
    };
    let size = u64::try_from(size).unwrap_or_default();
    match CompactRange::from_parts(size, &peaks) {
        Some(range) => Ok(HeadState { range, recorded_at }),
        None => Err(ReadError::Broken(Fault::Head { what: "tree", size })),
    }
}

pub(super) fn key_state(
    connection: &Connection,
    source: &str,
    key: &str,
) -> Result<Option<KeyState>, ReadError> {
    let found: Option<([u8; 32], i64, i64)> = connection
        .prepare_cached(
            "SELECT content, first_position, last_position FROM idempotency_key WHERE source = ? AND key = ?",
        )
        .and_then(|mut statement| {
            statement
                .query_row([source, key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()
        })
        .map_err(failed("looking up an idempotency key"))?;
    Ok(found.map(|(content, first, last)| KeyState {
        content,
        first: Position(u64::try_from(first).unwrap_or_default()),
        last: Position(u64::try_from(last).unwrap_or_default()),
    }))
}

pub(super) fn page(connection: &Connection, after: Position, to: Position) -> Result<Vec<Record>, ReadError> {
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position"
        ))
        .map_err(failed("reading records"))?;
    let mut rows = statement
        .query([integer(after.0), integer(to.0)])
        .map_err(failed("reading records"))?;
    let mut reader = RecordReader::default();
    let mut records = Vec::new();
    let mut expected = after;
    while let Some(row) = rows.next().map_err(failed("reading records"))? {
        expected = expected.next();
        let found: i64 = row.get(0).map_err(failed("reading records"))?;
        if found != integer(expected.0) {
            return Err(ReadError::Broken(Fault::Missing { position: expected }));
        }
        records.push(reader.read(row)?);
    }
    if expected < to {
        return Err(ReadError::Broken(Fault::Missing {
            position: expected.next(),
        }));
    }
    Ok(records)
}

/// Makes records of rows, and checks each against its hash.
#[derive(Default)]
pub(super) struct RecordReader {
    entry: Vec<u8>,
}

impl RecordReader {
    pub(super) fn read(&mut self, row: &Row<'_>) -> Result<Record, ReadError> {
        let position: i64 = row.get(0).map_err(failed("reading a record"))?;
        let position = Position(u64::try_from(position).unwrap_or_default());
        let column = |column| move || ReadError::Broken(Fault::Unreadable { position, column });
        let number = |index, name| match row.get_ref(index) {
            Ok(ValueRef::Integer(number)) => Ok(number),
            Ok(_) | Err(_) => Err(column(name)()),
        };
        let text = |index, name| match row.get_ref(index) {
            Ok(ValueRef::Text(bytes)) => str::from_utf8(bytes).map_err(|_| column(name)()),
            Ok(_) | Err(_) => Err(column(name)()),
        };
        let stream = StreamId {
            kind: StreamKind::new(text(1, "aggregate_type")?),
            id: text(2, "aggregate_id")?.to_owned(),
        };
        let sequence = number(3, "sequence")?;
        let sequence = Sequence(u64::try_from(sequence).map_err(|_| column("sequence")())?);
        let event_type = text(4, "event_type")?;
        let event_version = text(5, "event_version")?;
        let payload = text(6, "payload")?;
        let metadata = text(7, "metadata")?;
        let micros = number(8, "recorded_at")?;
        let leaf = match row.get_ref(9) {
            Ok(ValueRef::Blob(bytes)) => LeafHash(bytes.try_into().map_err(|_| column("hash")())?),
            Ok(_) | Err(_) => return Err(column("hash")()),
        };
        let entry = Entry {
            position,
            recorded_at: micros,
            stream: &stream,
            sequence,
            event_type,
            event_version,
            payload,
            metadata,
        };
        entry.write_to(&mut self.entry);
        if LeafHash::of(&self.entry) != leaf {
            return Err(ReadError::Broken(Fault::Altered { position }));
        }
        Ok(Record {
            position,
            recorded_at: Timestamp::from_microsecond(micros).map_err(|_| column("recorded_at")())?,
            sequence,
            event_type: event_type.to_owned(),
            event_version: event_version.to_owned(),
            payload: payload.to_owned(),
            metadata: Metadata::stored(metadata),
            stream,
            leaf,
        })
    }
}
