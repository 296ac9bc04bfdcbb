//! The ledger: opening, appending, reading, verifying.

use std::ops::{Bound, RangeBounds};
use std::path::Path;
use std::sync::mpsc::Receiver;

use jiff::Timestamp;

use crate::batch::{Appended, Batch};
use crate::error::{AppendError, OpenError, ReadError, StorageError, StorageKind, VerifyError};
use crate::event::{Position, Record, StreamId, micros};
use crate::fault::Fault;
use crate::location::Location;
use crate::plan::Head;
use crate::postgres;
use crate::records::Records;
use crate::sequencer::{Pending, Sequencer};
use crate::sqlite;
use crate::store::{Store, StoreWriter};
use crate::tiles::TileCache;
use crate::verify::{Verification, Verified};
use crate::view_store::{Keys, Stage, ViewState};

/// Whether a ledger may be started where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening {
    /// Start one if there is none.
    Create,
    /// There must be one: a mistyped path is an error and does not start a second history.
    Existing,
}

/// An append-only store with one order.
///
/// All methods block: an append until it is durable, a read until it is complete. Share it between threads by
/// reference or `Arc`; appends of several threads are committed together.
#[derive(Debug)]
pub struct Ledger {
    /// Closed before the writer, which then leaves one file without a write-ahead log.
    pub(crate) store: Store,
    sequencer: Option<Sequencer>,
    pub(crate) tiles: TileCache,
}

impl Ledger {
    /// Opens a ledger in a SQLite file for reading and appending.
    ///
    /// # Errors
    /// See [`OpenError`]; an absent file is one unless `opening` is [`Opening::Create`].
    pub fn open(path: impl AsRef<Path>, opening: Opening) -> Result<Self, OpenError> {
        Self::open_at(&Location::from(path.as_ref()), opening)
    }

    /// Opens a ledger for reading and appending, wherever it is kept.
    ///
    /// A PostgreSQL database is made a ledger by [`Opening::Create`] with a login that may create roles and a schema.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_at(location: &Location, opening: Opening) -> Result<Self, OpenError> {
        let (store, writer) = match location {
            Location::Sqlite(path) => {
                let (store, writer) = sqlite::open(path, opening)?;
                (Store::Sqlite(store), StoreWriter::Sqlite(writer))
            }
            Location::Postgres(server) => {
                let (store, writer) = postgres::open(server, opening)?;
                (Store::Postgres(store), StoreWriter::Postgres(writer))
            }
        };
        let sequencer = Sequencer::start(writer).map_err(OpenError::Writer)?;
        Ok(Self {
            sequencer: Some(sequencer),
            store,
            tiles: TileCache::default(),
        })
    }

    /// Opens a ledger in a SQLite file for reading only.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        Self::open_read_only_at(&Location::from(path.as_ref()))
    }

    /// Opens a ledger for reading only, wherever it is kept.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open_read_only_at(location: &Location) -> Result<Self, OpenError> {
        let store = match location {
            Location::Sqlite(path) => Store::Sqlite(sqlite::open_read_only(path)?),
            Location::Postgres(server) => Store::Postgres(postgres::open_read_only(server)?),
        };
        Ok(Self {
            sequencer: None,
            store,
            tiles: TileCache::default(),
        })
    }

    /// Makes a place a ledger, or brings the schema of an older one up to date; returns the schema's version.
    ///
    /// On PostgreSQL the login must be able to act as `subsidy_owner`, and for the first time to create roles.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn migrate(location: &Location) -> Result<i64, OpenError> {
        match location {
            Location::Sqlite(path) => {
                drop(sqlite::open(path, Opening::Create)?);
                Ok(sqlite::known())
            }
            Location::Postgres(server) => postgres::migrate(server),
        }
    }

    /// Returns the schema version of a ledger, none where there is no ledger, and the one that this program knows.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn schema(location: &Location) -> Result<(Option<i64>, i64), OpenError> {
        match location {
            Location::Sqlite(path) => match sqlite::open_read_only(path) {
                Ok(_) => Ok((Some(sqlite::known()), sqlite::known())),
                Err(OpenError::Absent { .. }) => Ok((None, sqlite::known())),
                Err(OpenError::TooOld { found, known } | OpenError::TooNew { found, known }) => {
                    Ok((Some(found), known))
                }
                Err(error) => Err(error),
            },
            Location::Postgres(server) => postgres::status(server),
        }
    }

    /// Appends a batch, whole or not at all, and returns once it is durable.
    ///
    /// # Errors
    /// See [`AppendError`], which also tells when the batch may have been kept all the same.
    pub fn append(&self, batch: Batch) -> Result<Appended, AppendError> {
        self.append_all(vec![batch])
            .pop()
            .unwrap_or(Err(AppendError::Stopped))
    }

    /// Appends batches in one transaction; returns one outcome for each, in order, once all is durable.
    ///
    /// A batch that is refused does not take its neighbours with it, and a later batch may build on an earlier one.
    /// A failure of the storage is the outcome of all of them.
    #[must_use = "each batch has an outcome of its own"]
    pub fn append_all(&self, batches: Vec<Batch>) -> Vec<Result<Appended, AppendError>> {
        self.submit(batches).wait()
    }

    /// Hands over batches to be appended in one transaction, and does not wait for it.
    ///
    /// What is handed over later is appended later and may build on these, so a caller can decide what comes next
    /// meanwhile. Nothing is durable, or even accepted, until [`Pending::wait`] says so.
    pub fn submit(&self, batches: Vec<Batch>) -> Pending {
        match &self.sequencer {
            // Nothing to commit, so nothing to wait for.
            _ if batches.is_empty() => Pending::refused(0, AppendError::Empty),
            Some(sequencer) => sequencer.append(batches),
            None => Pending::refused(batches.len(), AppendError::ReadOnly),
        }
    }

    /// Returns the ledger's size, root and last moment.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn head(&self) -> Result<Head, ReadError> {
        let state = self.store.head()?;
        let size = state.range.size();
        let recorded_at = state.recorded_at.map(Timestamp::from_microsecond).transpose();
        Ok(Head {
            size,
            root: state.range.root(),
            recorded_at: recorded_at.map_err(|_| ReadError::Broken(Fault::Head { what: "moment", size }))?,
        })
    }

    /// Returns the record at a position.
    ///
    /// # Errors
    /// [`ReadError::Beyond`] where there is none yet; see [`ReadError`] for the others.
    pub fn record(&self, position: Position) -> Result<Record, ReadError> {
        let last = self.head()?.position();
        let beyond = ReadError::Beyond { position, last };
        let Some(before) = position.0.checked_sub(1) else {
            return Err(beyond);
        };
        if position > last {
            return Err(beyond);
        }
        self.store
            .page(Position(before), position)?
            .pop()
            .ok_or(ReadError::Broken(Fault::Missing { position }))
    }

    /// Reads records in the order of positions, page by page.
    ///
    /// The head is read once, now: a range without an end stops there, and ending earlier is an error.
    /// After an error there is nothing more.
    ///
    /// # Errors
    /// [`ReadError::Beyond`] if the range ends beyond the head; each item may be any [`ReadError`].
    pub fn records(&self, range: impl RangeBounds<Position>) -> Result<Records<'_>, ReadError> {
        let last = self.head()?.position();
        let after = match range.start_bound() {
            Bound::Included(first) => Position(first.0.saturating_sub(1)),
            Bound::Excluded(before) => *before,
            Bound::Unbounded => Position::START,
        };
        let to = match range.end_bound() {
            Bound::Included(to) => *to,
            Bound::Excluded(next) => Position(next.0.saturating_sub(1)),
            Bound::Unbounded => last,
        };
        if to > last {
            return Err(ReadError::Beyond { position: to, last });
        }
        Ok(Records::new(&self.store, after, to))
    }

    /// Returns the history of a stream: empty if it has none.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn stream(&self, stream: &StreamId) -> Result<Vec<Record>, ReadError> {
        Ok(self
            .streams(std::slice::from_ref(stream))?
            .pop()
            .unwrap_or_default())
    }

    /// Returns the histories of many streams, in the order asked, all of one moment.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn streams(&self, streams: &[StreamId]) -> Result<Vec<Vec<Record>>, ReadError> {
        self.store.streams(streams)
    }

    /// Returns where the batch with this idempotency key stands, if there is one.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn lookup(&self, source: &str, key: &str) -> Result<Option<Appended>, ReadError> {
        let state = self.store.key(source, key)?;
        Ok(state.map(|state| Appended {
            first: state.first,
            last: state.last,
            repeated: true,
        }))
    }

    /// Returns the last position recorded at or before a moment; [`Position::START`] if there is none.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn position_at(&self, moment: Timestamp) -> Result<Position, ReadError> {
        let moment = micros(moment);
        // Moments never go back, so the first record after the moment is found by halving.
        let (mut at_or_before, mut after) = (0, self.head()?.size.saturating_add(1));
        while after - at_or_before > 1 {
            let middle = Position(at_or_before.midpoint(after));
            match self.store.recorded_at(middle)? {
                None => return Err(ReadError::Broken(Fault::Missing { position: middle })),
                Some(recorded_at) if recorded_at <= moment => at_or_before = middle.0,
                Some(_) => after = middle.0,
            }
        }
        Ok(Position(at_or_before))
    }

    /// Derives again everything that is stored beside the records, and compares.
    ///
    /// Believes nothing: that positions are dense, that each record's bytes give its hash, that streams count on,
    /// that moments never go back, that size and tree follow from the records, that idempotency keys are those on
    /// the records, that each tile and the root of each checkpoint follow from them, and that the triggers are in place. `progress` is told how many records of how many were read.
    /// It proves that the ledger agrees with itself; only a root kept elsewhere proves that it is the same ledger.
    ///
    /// # Errors
    /// The first [`Fault`] found, or a failure of the storage.
    pub fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, VerifyError> {
        self.verify_as(&Verification::default(), progress)
    }

    /// Does so for the part that is asked, and holds every signature of every checkpoint there against the keys that are trusted.
    ///
    /// # Errors
    /// The first [`Fault`] found, or a failure of the storage.
    pub fn verify_as(
        &self,
        asked: &Verification<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Verified, VerifyError> {
        self.store.verify(asked, progress)
    }

    /// Returns how far a view has followed; none if it never was.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn view_state(&self, view: &str) -> Result<Option<ViewState>, ReadError> {
        let current = self.store.generation(view, Stage::Current)?;
        Ok(current.map(|current| ViewState {
            version: current.version,
            position: current.position,
        }))
    }

    /// Hands each row of a view to `each` as key and JSON text, in the order of keys, all of one moment.
    ///
    /// Returns how far the view had followed; none if it never was.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn rows(
        &self,
        view: &str,
        keys: &Keys,
        each: &mut dyn FnMut(&str, &str),
    ) -> Result<Option<ViewState>, ReadError> {
        self.store.scan(view, keys, each)
    }

    /// Runs something on the writer and waits for it.
    pub(crate) fn write<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut StoreWriter) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<R, StorageError> {
        self.write_later(job)?.wait()
    }

    /// Hands over something to be run on the writer.
    pub(crate) fn write_later<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut StoreWriter) -> Result<R, StorageError> + Send + 'static,
    ) -> Result<Writing<R>, StorageError> {
        let Some(sequencer) = &self.sequencer else {
            return Err(unwritten(std::io::ErrorKind::ReadOnlyFilesystem));
        };
        let answer = sequencer.run(job).map_err(|_| stopped())?;
        Ok(Writing { answer })
    }
}

/// Something that was handed over to the writer.
pub(crate) struct Writing<R> {
    answer: Receiver<Result<R, StorageError>>,
}

impl<R> Writing<R> {
    /// Waits until it is done.
    pub(crate) fn wait(self) -> Result<R, StorageError> {
        self.answer.recv().unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> StorageError {
    unwritten(std::io::ErrorKind::BrokenPipe)
}

fn unwritten(why: std::io::ErrorKind) -> StorageError {
    StorageError::new("asking the writer", StorageKind::Other, std::io::Error::from(why))
}
