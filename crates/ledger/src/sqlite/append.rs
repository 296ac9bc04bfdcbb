//! One transaction for a group of batches.
//!
//! A group is first planned on streams where its batches say they are: the triggers refuse it if that is not so, and nothing needs to be looked up.
//! What is refused is taken back, and planned again on what stands, so that a stale batch is refused alone and told where its stream is.

use std::collections::BTreeMap;

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior, params};

use super::read::{head_state, key_state};
use super::{SqliteWriter, failed, integer};
use crate::batch::{Appended, Batch};
use crate::error::{AppendError, ReadError, StorageError, StorageKind};
use crate::event::{Position, StreamId};
use crate::fault::Fault;
use crate::plan::{self, HeadState, KeyState, Plan, Standing};

type Outcomes = Vec<Result<Appended, AppendError>>;

impl SqliteWriter {
    /// Appends a group; see the contract of [`StoreWriter`](crate::store::StoreWriter).
    pub(crate) fn append(&mut self, batches: &[Batch]) -> Result<Outcomes, AppendError> {
        if self.usable().is_err() {
            return Err(AppendError::Stopped);
        }
        match self.append_group(batches) {
            Ok(outcomes) => self.note(Ok(outcomes)).map_err(AppendError::Storage),
            Err(AppendError::Storage(error)) => self.note(Err(error)).map_err(AppendError::Storage),
            Err(refused) => Err(refused),
        }
    }

    fn append_group(&mut self, batches: &[Batch]) -> Result<Outcomes, AppendError> {
        let mut landed = None;
        let hoped = self.transact(|transaction| {
            let head = trusted_head(transaction)?;
            let before = head.range.size();
            let keys = keys(transaction, batches).map_err(broken_or_storage)?;
            let Some(plan) = plan::hopeful(batches, head, keys) else {
                return Ok(None);
            };
            match write(transaction, &plan, before) {
                Ok(()) => {
                    landed = Some((before, plan.leaves()));
                    Ok(Some(plan.outcomes))
                }
                Err(Unwritten::Refused(_)) => Ok(None),
                Err(Unwritten::Failed(error)) => Err(error),
            }
        })?;
        if let Some(outcomes) = hoped {
            if let Some((before, leaves)) = landed {
                self.appended.add(before, leaves);
            }
            return Ok(outcomes);
        }
        let planned = self.transact(|transaction| {
            let head = trusted_head(transaction)?;
            let before = head.range.size();
            let standing = Standing {
                head,
                sequences: sequences(transaction, batches).map_err(AppendError::Storage)?,
                keys: keys(transaction, batches).map_err(broken_or_storage)?,
            };
            let plan = plan::plan(batches, standing);
            if !plan.rows.is_empty() {
                write(transaction, &plan, before)?;
            }
            Ok(Some(plan.outcomes))
        })?;
        Ok(planned.unwrap_or_default())
    }

    /// Runs work under the write lock and commits; what gives nothing, or fails, is taken back.
    fn transact<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<Option<T>, AppendError>,
    ) -> Result<Option<T>, AppendError> {
        // Taking the write lock first: a reader that upgrades later would fail at once when another wrote.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| {
                let error = failed("waiting to write")(error);
                match error.kind {
                    StorageKind::Busy => AppendError::Unavailable(error),
                    StorageKind::Full | StorageKind::Damaged | StorageKind::Disk | StorageKind::Other => {
                        AppendError::Storage(error)
                    }
                }
            })?;
        // If we stop anywhere up to the commit, nothing of the group is kept.
        let done = work(&transaction)?;
        if done.is_some() {
            // If we stop during the commit, all of the group is kept or nothing is; only a key can tell later.
            transaction
                .commit()
                .map_err(failed("committing"))
                .map_err(AppendError::Storage)?;
        }
        Ok(done)
    }
}

fn broken_or_storage(error: ReadError) -> AppendError {
    match error {
        ReadError::Storage(error) => AppendError::Storage(error),
        ReadError::Broken(fault) => AppendError::Broken(fault),
        ReadError::Beyond { position, .. } => AppendError::Broken(Fault::Missing { position }),
    }
}

/// Reads the head and checks that the last record is the one it speaks of: nothing is built on a broken end.
fn trusted_head(connection: &Connection) -> Result<HeadState, AppendError> {
    let head = head_state(connection).map_err(broken_or_storage)?;
    let size = head.range.size();
    let last: Option<(i64, i64)> = connection
        .prepare_cached("SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1")
        .and_then(|mut statement| {
            statement
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failed("reading the last record"))
        .map_err(AppendError::Storage)?;
    let (found, recorded_at) = last.map_or((0, None), |(position, moment)| (position, Some(moment)));
    if found > integer(size) {
        return Err(AppendError::Broken(Fault::Stray { found, size }));
    }
    if found < integer(size) {
        return Err(AppendError::Broken(Fault::Missing {
            position: Position(size),
        }));
    }
    if recorded_at != head.recorded_at {
        return Err(AppendError::Broken(Fault::Head { what: "moment", size }));
    }
    Ok(head)
}

/// Looks up where each stream of the group stands, once for each.
fn sequences<'a>(
    connection: &Connection,
    batches: &'a [Batch],
) -> Result<BTreeMap<&'a StreamId, u64>, StorageError> {
    let look = || {
        let mut statement = connection.prepare_cached(
            "SELECT coalesce(max(sequence), 0) FROM events WHERE aggregate_type = ? AND aggregate_id = ?",
        )?;
        plan::streams(batches)
            .into_iter()
            .map(|stream| {
                let last: i64 =
                    statement.query_row([stream.kind.as_str(), stream.id.as_str()], |row| row.get(0))?;
                // A negative one cannot be: the column is checked. Were it there, the batch would conflict.
                Ok((stream, u64::try_from(last).unwrap_or(u64::MAX)))
            })
            .collect::<rusqlite::Result<_>>()
    };
    look().map_err(failed("looking up streams"))
}

fn keys<'a>(
    connection: &Connection,
    batches: &'a [Batch],
) -> Result<BTreeMap<(&'a str, &'a str), KeyState>, ReadError> {
    let mut known = BTreeMap::new();
    for key in batches.iter().filter_map(|batch| batch.key.as_ref()) {
        if let Some(state) = key_state(connection, &key.source, &key.key)? {
            known.insert((key.source.as_str(), key.key.as_str()), state);
        }
    }
    Ok(known)
}

/// Why a plan was not written.
enum Unwritten {
    /// A constraint or a trigger refused a row: it was planned on what does not stand.
    Refused(StorageError),
    /// Something failed.
    Failed(AppendError),
}

impl From<Unwritten> for AppendError {
    fn from(unwritten: Unwritten) -> Self {
        match unwritten {
            Unwritten::Refused(error) => Self::Storage(error),
            Unwritten::Failed(error) => error,
        }
    }
}

fn write(transaction: &Transaction<'_>, plan: &Plan<'_>, before: u64) -> Result<(), Unwritten> {
    insert(transaction, plan).map_err(|error| {
        let is_refused = error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
        let error = failed("writing records")(error);
        match is_refused {
            true => Unwritten::Refused(error),
            false => Unwritten::Failed(AppendError::Storage(error)),
        }
    })?;
    let moved = transaction
        .prepare_cached("UPDATE ledger_head SET size = ?, recorded_at = ?, peaks = ? WHERE size = ?")
        .and_then(|mut statement| {
            statement.execute(params![
                integer(plan.head.range.size()),
                plan.head.recorded_at,
                plan.head.range.peaks(),
                integer(before),
            ])
        })
        .map_err(failed("moving the head"))
        .map_err(|error| Unwritten::Failed(AppendError::Storage(error)))?;
    if moved == 1 {
        return Ok(());
    }
    let (what, size) = ("row", before);
    Err(Unwritten::Failed(AppendError::Broken(Fault::Head { what, size })))
}

fn insert(transaction: &Transaction<'_>, plan: &Plan<'_>) -> rusqlite::Result<()> {
    let mut statement = transaction.prepare_cached(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version,
                             payload, metadata, position, recorded_at, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    for row in &plan.rows {
        statement.execute(params![
            row.stream.kind.as_str(),
            row.stream.id,
            integer(row.sequence.0),
            row.event.event_type,
            row.event.event_version,
            row.event.payload,
            plan.metadata.get(row.metadata),
            integer(row.position.0),
            row.recorded_at,
            row.leaf.0,
        ])?;
    }
    let mut statement = transaction.prepare_cached(
        "INSERT INTO idempotency_key (source, key, content, first_position, last_position)
         VALUES (?, ?, ?, ?, ?)",
    )?;
    for (key, state) in &plan.keys {
        statement.execute(params![
            key.source,
            key.key,
            state.content,
            integer(state.first.0),
            integer(state.last.0),
        ])?;
    }
    Ok(())
}
