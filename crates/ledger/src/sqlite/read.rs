//! Reading records, each checked against its hash.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use super::{SqliteStore, failed, integer};
use crate::error::{ReadError, StorageError};
use crate::event::{Position, Record, StreamId};
use crate::fault::Fault;
use crate::merkle::CompactRange;
use crate::plan::{HeadState, KeyState};
use crate::row::{Checked, EventRow, RecordReader, add_next};

/// The columns of a record, in the order that [`record_of`] takes them.
const COLUMNS: &str = "position, aggregate_type, aggregate_id, sequence, event_type, event_version, \
                       payload, metadata, recorded_at, hash";

impl SqliteStore {
    pub(crate) fn head(&self) -> Result<HeadState, ReadError> {
        head_state(&*self.reader()?)
    }

    /// Hands each record after one position up to another one to `each`, in order.
    pub(crate) fn each<E: From<ReadError>>(
        &self,
        after: Position,
        to: Position,
        each: impl FnMut(&Checked<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let reader = self.reader().map_err(ReadError::from)?;
        each_record(&reader, after, to, each)
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
        let mut reader = RecordReader::default();
        let mut histories = Vec::with_capacity(streams.len());
        for stream in streams {
            let mut rows = statement
                .query([stream.kind.as_str(), stream.id.as_str()])
                .map_err(failed("reading streams"))?;
            let mut history = Vec::new();
            while let Some(row) = rows.next().map_err(failed("reading streams"))? {
                let record = checked(row, &mut reader)?.record();
                add_next(&mut history, record).map_err(ReadError::Broken)?;
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

pub(super) fn each_record<E: From<ReadError>>(
    connection: &Connection,
    after: Position,
    to: Position,
    mut each: impl FnMut(&Checked<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let cannot = |error| ReadError::from(failed("reading records")(error));
    let missing = |position| ReadError::Broken(Fault::Missing { position });
    let mut statement = connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position"
        ))
        .map_err(cannot)?;
    let mut rows = statement
        .query([integer(after.0), integer(to.0)])
        .map_err(cannot)?;
    let mut reader = RecordReader::default();
    let mut expected = after;
    while let Some(row) = rows.next().map_err(cannot)? {
        expected = expected.next();
        let found: i64 = row.get(0).map_err(cannot)?;
        if found != integer(expected.0) {
            return Err(missing(expected).into());
        }
        each(&checked(row, &mut reader)?)?;
    }
    if expected < to {
        return Err(missing(expected.next()).into());
    }
    Ok(())
}

/// Holds a row against its hash.
fn checked<'a>(row: &'a Row<'_>, reader: &mut RecordReader) -> Result<Checked<'a>, ReadError> {
    let position: i64 = row.get(0).map_err(failed("reading a record"))?;
    let position = Position(u64::try_from(position).unwrap_or_default());
    let odd = |column| ReadError::Broken(Fault::Unreadable { position, column });
    let number = |index, column| match row.get_ref(index) {
        Ok(ValueRef::Integer(number)) => Ok(number),
        Ok(_) | Err(_) => Err(odd(column)),
    };
    let text = |index, column| match row.get_ref(index) {
        Ok(ValueRef::Text(bytes)) => str::from_utf8(bytes).map_err(|_| odd(column)),
        Ok(_) | Err(_) => Err(odd(column)),
    };
    let row = EventRow {
        position,
        kind: text(1, "aggregate_type")?,
        id: text(2, "aggregate_id")?,
        sequence: number(3, "sequence")?,
        event_type: text(4, "event_type")?,
        event_version: text(5, "event_version")?,
        payload: text(6, "payload")?,
        metadata: text(7, "metadata")?,
        recorded_at: number(8, "recorded_at")?,
        hash: match row.get_ref(9) {
            Ok(ValueRef::Blob(bytes)) => bytes,
            Ok(_) | Err(_) => return Err(odd("hash")),
        },
    };
    reader.check(row).map_err(ReadError::Broken)
}
