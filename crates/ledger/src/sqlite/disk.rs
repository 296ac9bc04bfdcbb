//! What a failing disk, a killed program and a power cut call for: docs/adr/0013 has the reasons.

use std::ffi::c_int;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::hooks::Wal;
use rusqlite::{Connection, ErrorCode};

use super::SqliteWriter;
use crate::error::{StorageError, StorageKind};

/// A log of this many pages is copied into the database file: SQLite's own measure.
const PAGES: c_int = 1_000;

/// Checkpoints after a commit as SQLite does by itself, but lets a failure of the disk be known.
///
/// By itself SQLite passes over it in silence. The commit before the checkpoint is durable all the same; it is reported as failed, and its
/// caller may repeat it.
pub(super) fn checkpoint_by_hand(
    connection: &mut Connection,
    disk_failed: Arc<AtomicBool>,
) -> rusqlite::Result<()> {
    connection.wal_hook(Some(move |wal: &mut Wal, pages: c_int| {
        if pages < PAGES {
            return Ok(());
        }
        match wal.checkpoint() {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) => {
                disk_failed.store(true, Ordering::Relaxed);
            }
            // Somebody else is at it, or there is no room: the log keeps what it holds, and the next commit tries again.
            Ok(()) | Err(_) => {}
        }
        // What is returned here would become the commit's outcome, without the code of the error.
        Ok(())
    }))
}

/// Syncs what a program that was killed had written to the log and not synced.
///
/// Whoever opens the file next reads it as committed, and may be told that it was recorded before: it must be durable by then.
pub(super) fn settle(path: &Path) -> Result<(), StorageError> {
    let sync = || {
        let mut log = path.canonicalize()?.into_os_string();
        log.push("-wal");
        match File::open(log) {
            Ok(log) => log.sync_all(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    };
    sync().map_err(|error| StorageError::new("syncing the log", StorageKind::Disk, error))
}

impl SqliteWriter {
    /// Refuses to write where the disk has failed before.
    pub(super) fn usable(&self) -> Result<(), StorageError> {
        if self.disk_failed.load(Ordering::Relaxed) {
            let cause = io::Error::other("a read, write or sync failed: open the ledger again");
            return Err(StorageError::new("writing", StorageKind::Disk, cause));
        }
        Ok(())
    }

    /// Remembers that the disk failed under what was just done, or in the checkpoint behind it.
    pub(super) fn note<T>(&self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        match outcome {
            Err(error) => {
                if error.kind == StorageKind::Disk {
                    self.disk_failed.store(true, Ordering::Relaxed);
                }
                Err(error)
            }
            Ok(done) => self.usable().map(|()| done),
        }
    }
}
