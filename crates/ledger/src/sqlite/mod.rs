//! The ledger in one SQLite file.
//!
//! One connection writes, and it also does the checkpoints; readers are read-only. The write-ahead log is synced
//! at each commit (`synchronous=FULL`), so what was answered survives a power cut. After a failed write or sync
//! nothing more is written: see docs/adr/0013.

mod append;
mod disk;
mod proof;
mod read;
mod schema;
mod verify;
mod views;

pub(crate) use self::schema::known;

use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::error::{OpenError, StorageError, StorageKind};
use crate::ledger::Opening;
use crate::tiles::Appended;

/// How long a connection waits for another process before it gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// As many read connections are kept open for the next reader.
const IDLE_READERS: usize = 8;

/// How much of the file the writer keeps in memory: enough for the pages that a group of some thousand events touches in the indexes.
const CACHE_KIB: i32 = 32_768;

/// The first SQLite without the defect that can corrupt a write-ahead log: 3.51.3.
const OLDEST_SQLITE: i32 = 3_051_003;

/// The reading side: a pool of read-only connections.
#[derive(Debug)]
pub(crate) struct SqliteStore {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
    /// What the writer of this program appended last.
    appended: Arc<Appended>,
}

/// The writing side: the one connection that may change the file.
#[derive(Debug)]
pub(crate) struct SqliteWriter {
    connection: Connection,
    /// Whether the disk has failed under this connection; a checkpoint tells it too.
    disk_failed: Arc<AtomicBool>,
    appended: Arc<Appended>,
}

/// Opens the file for reading and writing, or starts it when that is asked for.
pub(crate) fn open(path: &Path, opening: Opening) -> Result<(SqliteStore, SqliteWriter), OpenError> {
    check_version()?;
    let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match opening {
        Opening::Create => flags |= OpenFlags::SQLITE_OPEN_CREATE,
        Opening::Existing => check_present(path)?,
    }
    let mut connection = connect(path, flags)?;
    schema::migrate(&mut connection, path, opening)?;
    write_pragmas(&connection).map_err(failed("setting up the database"))?;
    let disk_failed = Arc::new(AtomicBool::new(false));
    disk::checkpoint_by_hand(&mut connection, Arc::clone(&disk_failed))
        .map_err(failed("setting up the database"))?;
    disk::settle(path)?;
    connection.set_prepared_statement_cache_capacity(64);
    let store = SqliteStore::new(path);
    let writer = SqliteWriter {
        connection,
        disk_failed,
        appended: Arc::clone(&store.appended),
    };
    Ok((store, writer))
}

/// Opens the file for reading only.
pub(crate) fn open_read_only(path: &Path) -> Result<SqliteStore, OpenError> {
    check_version()?;
    check_present(path)?;
    let store = SqliteStore::new(path);
    schema::check(&*store.reader()?, path)?;
    disk::settle(path)?;
    Ok(store)
}

fn check_version() -> Result<(), OpenError> {
    if rusqlite::version_number() < OLDEST_SQLITE {
        return Err(OpenError::OldSqlite {
            found: rusqlite::version(),
        });
    }
    Ok(())
}

fn check_present(path: &Path) -> Result<(), OpenError> {
    if path.exists() {
        Ok(())
    } else {
        Err(OpenError::Absent { at: path.into() })
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StorageError> {
    let connection = Connection::open_with_flags(path, flags).map_err(failed("opening the database"))?;
    connection
        .busy_timeout(PATIENCE)
        .map_err(failed("opening the database"))?;
    Ok(connection)
}

fn write_pragmas(connection: &Connection) -> rusqlite::Result<()> {
    use_log(connection)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Without it INSERT OR REPLACE would pass the triggers that refuse DELETE.
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    Ok(())
}

/// Switches to the write-ahead log. SQLite does not wait by itself while another program that starts the same ledger does so.
fn use_log(connection: &Connection) -> rusqlite::Result<()> {
    let pause = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        let switched =
            connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0));
        match switched {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && waited < PATIENCE => {
                std::thread::sleep(pause);
                waited += pause;
            }
            switched => return switched.map(drop),
        }
    }
}

impl SqliteStore {
    fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            idle: Mutex::new(Vec::new()),
            appended: Arc::default(),
        }
    }

    /// Returns a read-only connection, which goes back to the pool when dropped.
    fn reader(&self) -> Result<Reader<'_>, StorageError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = connect(&self.path, flags)?;
                connection
                    .pragma_update(None, "trusted_schema", false)
                    .map_err(failed("opening the database"))?;
                connection
            }
        };
        Ok(Reader {
            store: self,
            connection: Some(connection),
        })
    }
}

/// A read-only connection on loan from the pool.
struct Reader<'a> {
    store: &'a SqliteStore,
    connection: Option<Connection>,
}

impl Deref for Reader<'_> {
    type Target = Connection;

    #[expect(
        clippy::expect_used,
        reason = "the connection is only taken out when the loan ends"
    )]
    fn deref(&self) -> &Connection {
        self.connection
            .as_ref()
            .expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let mut idle = self.store.idle.lock().unwrap_or_else(PoisonError::into_inner);
        // A connection left inside a transaction would read an old snapshot for ever.
        if idle.len() < IDLE_READERS && connection.is_autocommit() {
            idle.push(connection);
        }
    }
}

/// Tells what the database was asked when it failed.
fn failed(doing: &'static str) -> impl Fn(rusqlite::Error) -> StorageError {
    move |error| {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StorageKind::Busy,
            Some(ErrorCode::DiskFull) => StorageKind::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StorageKind::Damaged,
            Some(ErrorCode::SystemIoFailure) => StorageKind::Disk,
            Some(_) | None => StorageKind::Other,
        };
        StorageError::new(doing, kind, error)
    }
}

/// A position, size or sequence as SQLite keeps it. What exceeds its 63 bits is nowhere in a ledger.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
