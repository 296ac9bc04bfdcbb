//! Reading records, each checked against its hash.

use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::PostgresStore;
use super::connect::{Failure, failed};
use super::wire::{Fields, integer, natural};
use crate::error::ReadError;
use crate::event::{Position, Record, StreamId};
use crate::fault::Fault;
use crate::merkle::CompactRange;
use crate::plan::{HeadState, KeyState};
use crate::row::{Checked, EventRow, RecordReader, add_next};

/// A read that fails by the database or by what is in it.
pub(super) type Read<R> = Result<R, Failure<Fault>>;

impl From<Fault> for Failure<Fault> {
    fn from(fault: Fault) -> Self {
        Self::Found(fault)
    }
}

impl Failure<Fault> {
    pub(super) fn read_error(self, doing: &'static str) -> ReadError {
        match self {
            Self::Sql(error) => ReadError::Storage(failed(doing)(error)),
            Self::Found(fault) => ReadError::Broken(fault),
        }
    }
}

impl PostgresStore {
    pub(crate) fn head(&self) -> Result<HeadState, ReadError> {
        self.shared
            .read(head_state)
            .map_err(|error| error.read_error("reading the head"))
    }

    /// Hands each record after one position up to another one to `each`, in order.
    pub(crate) fn each<E: From<ReadError>>(
        &self,
        after: Position,
        to: Position,
        mut each: impl FnMut(&Checked<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let rows = self
            .shared
            .read(async |connection| rows(connection, after, to).await)
            .map_err(|error| error.read_error("reading records"))?;
        let missing = |position| ReadError::Broken(Fault::Missing { position });
        let mut reader = RecordReader::default();
        let mut expected = after;
        for row in &rows {
            expected = expected.next();
            let found = Fields(row).number(0);
            if !found.is_ok_and(|found| found == integer(expected.0)) {
                return Err(missing(expected).into());
            }
            each(&checked(row, &mut reader).map_err(ReadError::Broken)?)?;
        }
        if expected < to {
            return Err(missing(expected.next()).into());
        }
        Ok(())
    }

    pub(crate) fn streams(&self, streams: &[StreamId]) -> Result<Vec<Vec<Record>>, ReadError> {
        self.shared
            .read(async |connection| histories(connection, streams).await)
            .map_err(|error| error.read_error("reading streams"))
    }

    pub(crate) fn key(&self, source: &str, key: &str) -> Result<Option<KeyState>, ReadError> {
        Ok(self.keys(&[(source, key)])?.pop().flatten())
    }

    /// Returns what is stored under each of some idempotency keys, in the order asked.
    pub(super) fn keys(&self, asked: &[(&str, &str)]) -> Result<Vec<Option<KeyState>>, ReadError> {
        self.shared
            .read(async |connection| key_states(connection, asked).await)
            .map_err(|error| error.read_error("looking up an idempotency key"))
    }

    /// Returns the moment of the record at a position, in microseconds.
    pub(crate) fn recorded_at(&self, position: Position) -> Result<Option<i64>, ReadError> {
        self.shared
            .read(async |connection| {
                let row = sqlx::query("SELECT recorded_at FROM subsidy.events WHERE position = $1")
                    .bind(integer(position.0))
                    .fetch_optional(connection)
                    .await?;
                let moment = row.map(|row| Fields(&row).moment(0)).transpose();
                moment.map_err(|_| unreadable(position, "recorded_at"))
            })
            .map_err(|error| error.read_error("reading a moment"))
    }

    /// Reads as postgres-es does, through its own repository.
    pub(crate) fn repository(&self) -> postgres_es::PostgresEventRepository {
        postgres_es::PostgresEventRepository::new(self.shared.pool())
            .with_tables("subsidy.checked_events", "subsidy.no_snapshots")
    }

    /// Waits for work of that repository.
    pub(crate) fn wait<F: Future>(&self, work: F) -> F::Output {
        self.shared.wait(work)
    }
}

fn unreadable(position: Position, column: &'static str) -> Failure<Fault> {
    Failure::Found(Fault::Unreadable { position, column })
}

pub(super) async fn head_state(connection: &mut PgConnection) -> Read<HeadState> {
    let row = sqlx::query("SELECT size, recorded_at, peaks FROM subsidy.ledger_head WHERE one")
        .fetch_optional(connection)
        .await?;
    Ok(row.map_or(Err(Fault::Head { what: "row", size: 0 }), |row| {
        head_of(Fields(&row))
    })?)
}

/// The head from the first three columns: size, moment, peaks.
pub(super) fn head_of(fields: Fields<'_>) -> Result<HeadState, Fault> {
    let odd = |what, size| move |_| Fault::Head { what, size };
    let size = natural(fields.number(0).map_err(odd("size", 0))?);
    let recorded_at = match fields.is_null(1) {
        true => None,
        false => Some(fields.moment(1).map_err(odd("moment", size))?),
    };
    let peaks = fields.bytes(2).map_err(odd("tree", size))?;
    match CompactRange::from_parts(size, peaks) {
        Some(range) => Ok(HeadState { range, recorded_at }),
        None => Err(Fault::Head { what: "tree", size }),
    }
}

/// What is stored under each of some idempotency keys, in the order asked.
async fn key_states(connection: &mut PgConnection, asked: &[(&str, &str)]) -> Read<Vec<Option<KeyState>>> {
    let (sources, keys): (Vec<&str>, Vec<&str>) = asked.iter().copied().unzip();
    // A key at a time by its index, whatever the planner knows of the table.
    let rows = sqlx::query(
        "SELECT known.content, known.first_position, known.last_position
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (source, key, place)
         LEFT JOIN LATERAL (SELECT * FROM subsidy.idempotency_key
                            WHERE source = asked.source AND key = asked.key LIMIT 1) AS known ON true
         ORDER BY asked.place",
    )
    .bind(sources)
    .bind(keys)
    .fetch_all(connection)
    .await?;
    let state = |fields: Fields<'_>| {
        Some(KeyState {
            content: fields.bytes(0).ok()?.try_into().ok()?,
            first: Position(natural(fields.number(1).ok()?)),
            last: Position(natural(fields.number(2).ok()?)),
        })
    };
    Ok(rows.iter().map(|row| state(Fields(row))).collect())
}

async fn rows(connection: &mut PgConnection, after: Position, to: Position) -> Read<Vec<PgRow>> {
    let rows = sqlx::query(
        "SELECT position, aggregate_type, aggregate_id, sequence, event_type, event_version,
                payload, metadata, recorded_at, hash
         FROM subsidy.events WHERE position > $1 AND position <= $2 ORDER BY position",
    )
    .bind(integer(after.0))
    .bind(integer(to.0))
    .fetch_all(connection)
    .await?;
    Ok(rows)
}

/// The histories of many streams by one statement, and so of one moment.
async fn histories(connection: &mut PgConnection, streams: &[StreamId]) -> Read<Vec<Vec<Record>>> {
    let kinds: Vec<&str> = streams.iter().map(|stream| stream.kind.as_str()).collect();
    let ids: Vec<&str> = streams.iter().map(|stream| stream.id.as_str()).collect();
    // A stream at a time by its index, whatever the planner knows of the table.
    let rows = sqlx::query(
        "SELECT e.position, e.aggregate_type, e.aggregate_id, e.sequence, e.event_type, e.event_version,
                e.payload, e.metadata, e.recorded_at, e.hash, asked.place
         FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (kind, id, place)
         CROSS JOIN LATERAL (
             SELECT * FROM subsidy.events
             WHERE aggregate_type = asked.kind AND aggregate_id = asked.id
             ORDER BY sequence LIMIT 2147483647) AS e
         ORDER BY asked.place, e.sequence",
    )
    .bind(kinds)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let mut reader = RecordReader::default();
    let mut histories = vec![Vec::new(); streams.len()];
    for row in &rows {
        let place = Fields(row)
            .number(10)
            .ok()
            .and_then(|place| usize::try_from(place).ok());
        let history: Option<&mut Vec<Record>> =
            place.and_then(|place| histories.get_mut(place.checked_sub(1)?));
        let record = checked(row, &mut reader)?.record();
        let Some(history) = history else { continue };
        add_next(history, record)?;
    }
    Ok(histories)
}

/// Holds a row against its hash.
fn checked<'a>(row: &'a PgRow, reader: &mut RecordReader) -> Result<Checked<'a>, Fault> {
    let fields = Fields(row);
    let position = Position(fields.number(0).map(natural).unwrap_or_default());
    let odd = |column| move |_| Fault::Unreadable { position, column };
    reader.check(EventRow {
        position,
        kind: fields.text(1).map_err(odd("aggregate_type"))?,
        id: fields.text(2).map_err(odd("aggregate_id"))?,
        sequence: fields.number(3).map_err(odd("sequence"))?,
        event_type: fields.text(4).map_err(odd("event_type"))?,
        event_version: fields.text(5).map_err(odd("event_version"))?,
        payload: fields.text(6).map_err(odd("payload"))?,
        metadata: fields.text(7).map_err(odd("metadata"))?,
        recorded_at: fields.moment(8).map_err(odd("recorded_at"))?,
        hash: fields.bytes(9).map_err(odd("hash"))?,
    })
}
