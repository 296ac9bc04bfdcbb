//! The seam between the ledger and the database it is kept in.

use std::collections::{BTreeMap, BTreeSet};

use crate::batch::{Appended, Batch};
use crate::error::{AppendError, ReadError, StorageError, VerifyError};
use crate::event::{Position, Record, StreamId};
use crate::plan::{HeadState, KeyState};
use crate::postgres::{PostgresStore, PostgresWriter};
use crate::row::Checked;
use crate::sqlite::{SqliteStore, SqliteWriter};
use crate::tiles::{ProofStore, Proofs};
use crate::verify::{Verification, Verified};
use crate::view_store::{Generation, Keys, Saved, Stage, Switched, ViewSave, ViewState};

/// The reading side of a store, shared by all threads.
///
/// The contract of every store:
/// - A record that was answered to any caller is there for each later read, and survives a power cut.
/// - Records are read with their hash checked against their bytes; a mismatch is a fault, never skipped.
/// - A read that fails, or meets a gap or an early end, is an error; it is never a shorter answer.
/// - What one call returns is of one moment.
/// - Keys of view rows are ordered by their UTF-8 bytes.
#[derive(Debug)]
pub(crate) enum Store {
    /// One SQLite file.
    Sqlite(SqliteStore),
    /// A database of a PostgreSQL server.
    Postgres(PostgresStore),
}

/// The writing side of a store, owned by the sequencer's thread.
///
/// The contract of every store:
/// - One call is one transaction: all of it is durable when the call returns, or the call is an error.
/// - A group is planned by [`plan`](crate::plan::plan) on what stands when it is written, so that two processes on one
///   database cannot both take a position. Where its batches say that their streams are may be taken for what stands,
///   since the database refuses the group if it is not so.
/// - The last record is checked against the head first; nothing is built on a broken end.
/// - The database itself refuses an event that is not at the next position and next in its stream, and every
///   change or removal of one.
/// - View rows and the view's position are saved together, and only if the position is still where it was read.
#[derive(Debug)]
pub(crate) enum StoreWriter {
    /// One SQLite file.
    Sqlite(SqliteWriter),
    /// A database of a PostgreSQL server.
    Postgres(PostgresWriter),
}

impl Store {
    /// The head as stored.
    pub(crate) fn head(&self) -> Result<HeadState, ReadError> {
        match self {
            Self::Sqlite(store) => store.head(),
            Self::Postgres(store) => store.head(),
        }
    }

    /// Hands exactly the records after one position up to another one to `each`, in order.
    pub(crate) fn each<E: From<ReadError>>(
        &self,
        after: Position,
        to: Position,
        each: impl FnMut(&Checked<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match self {
            Self::Sqlite(store) => store.each(after, to, each),
            Self::Postgres(store) => store.each(after, to, each),
        }
    }

    /// Exactly the records after one position up to another one, in order.
    pub(crate) fn page(&self, after: Position, to: Position) -> Result<Vec<Record>, ReadError> {
        let mut records = Vec::new();
        self.each(after, to, |row| {
            records.push(row.record());
            Ok::<_, ReadError>(())
        })?;
        Ok(records)
    }

    /// Each stream's records, in order; an empty history for a stream without events.
    pub(crate) fn streams(&self, streams: &[StreamId]) -> Result<Vec<Vec<Record>>, ReadError> {
        match self {
            Self::Sqlite(store) => store.streams(streams),
            Self::Postgres(store) => store.streams(streams),
        }
    }

    /// The idempotency key, if it was used.
    pub(crate) fn key(&self, source: &str, key: &str) -> Result<Option<KeyState>, ReadError> {
        match self {
            Self::Sqlite(store) => store.key(source, key),
            Self::Postgres(store) => store.key(source, key),
        }
    }

    /// The moment of one record, in microseconds; none where there is no record.
    pub(crate) fn recorded_at(&self, position: Position) -> Result<Option<i64>, ReadError> {
        match self {
            Self::Sqlite(store) => store.recorded_at(position),
            Self::Postgres(store) => store.recorded_at(position),
        }
    }

    /// All that is stored, derived again and compared, in one snapshot.
    pub(crate) fn verify(
        &self,
        asked: &Verification<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Verified, VerifyError> {
        match self {
            Self::Sqlite(store) => store.verify(asked, progress),
            Self::Postgres(store) => store.verify(asked, progress),
        }
    }

    /// What proofs are made of.
    pub(crate) fn proofs(&self) -> &dyn ProofStore {
        match self {
            Self::Sqlite(store) => store,
            Self::Postgres(store) => store,
        }
    }

    /// The generation of a view at a stage.
    pub(crate) fn generation(&self, name: &str, stage: Stage) -> Result<Option<Generation>, ReadError> {
        match self {
            Self::Sqlite(store) => store.generation(name, stage),
            Self::Postgres(store) => store.generation(name, stage),
        }
    }

    /// The bodies of those of the keys that have a row in a generation.
    pub(crate) fn view_rows(
        &self,
        generation: i64,
        keys: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, ReadError> {
        match self {
            Self::Sqlite(store) => store.view_rows(generation, keys),
            Self::Postgres(store) => store.view_rows(generation, keys),
        }
    }

    /// Hands each row of a view to `each`, in the order of keys; none when the view was never followed.
    pub(crate) fn scan(
        &self,
        name: &str,
        keys: &Keys,
        each: &mut dyn FnMut(&str, &str),
    ) -> Result<Option<ViewState>, ReadError> {
        match self {
            Self::Sqlite(store) => store.scan(name, keys, each),
            Self::Postgres(store) => store.scan(name, keys, each),
        }
    }
}

impl StoreWriter {
    /// Appends a group in one transaction; one outcome for each batch, or an error for all of them.
    pub(crate) fn append(
        &mut self,
        batches: &[Batch],
    ) -> Result<Vec<Result<Appended, AppendError>>, AppendError> {
        match self {
            Self::Sqlite(writer) => writer.append(batches),
            Self::Postgres(writer) => writer.append(batches),
        }
    }

    /// Keeps tiles and a checkpoint in one transaction; what is there already stays as it is.
    pub(crate) fn keep_proofs(&mut self, proofs: &Proofs) -> Result<(), StorageError> {
        match self {
            Self::Sqlite(writer) => writer.keep_proofs(proofs),
            Self::Postgres(writer) => writer.keep_proofs(proofs),
        }
    }

    /// Starts a generation at position 0, in place of any other at the same stage.
    pub(crate) fn begin_view(
        &mut self,
        name: &str,
        version: u32,
        stage: Stage,
    ) -> Result<Generation, StorageError> {
        match self {
            Self::Sqlite(writer) => writer.begin_view(name, version, stage),
            Self::Postgres(writer) => writer.begin_view(name, version, stage),
        }
    }

    /// Saves changed rows and positions of some views.
    pub(crate) fn save_views(&mut self, saves: &[ViewSave]) -> Result<Saved, StorageError> {
        match self {
            Self::Sqlite(writer) => writer.save_views(saves),
            Self::Postgres(writer) => writer.save_views(saves),
        }
    }

    /// Makes the generation at a stage the one that is read, unless the current one of its version is ahead.
    pub(crate) fn switch_view(&mut self, name: &str, stage: Stage) -> Result<Switched, StorageError> {
        match self {
            Self::Sqlite(writer) => writer.switch_view(name, stage),
            Self::Postgres(writer) => writer.switch_view(name, stage),
        }
    }
}
