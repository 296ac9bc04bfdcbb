//! What can go wrong, one enum for each boundary.

use std::error::Error;
use std::sync::Arc;

use crate::event::{Position, Sequence, StreamId};
use crate::fault::Fault;
use crate::location::Location;

/// The database could not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the database failed while {doing}")]
pub struct StorageError {
    /// What the ledger was doing.
    pub doing: &'static str,
    /// What sort of failure it was.
    pub kind: StorageKind,
    #[source]
    cause: Arc<dyn Error + Send + Sync>,
}

/// The sorts of storage failure that call for different answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageKind {
    /// Another process held the database for longer than the waiting time: try again.
    Busy,
    /// The disk or the database is full: make room.
    Full,
    /// The database file is damaged: stop and restore.
    Damaged,
    /// The disk failed to read, write or sync, so what it holds is no longer known: stop the program, and look at the disk.
    Disk,
    /// Anything else: see the source.
    Other,
}

impl StorageError {
    pub(crate) fn new(
        doing: &'static str,
        kind: StorageKind,
        cause: impl Error + Send + Sync + 'static,
    ) -> Self {
        Self {
            doing,
            kind,
            cause: Arc::new(cause),
        }
    }
}

/// Why a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no ledger, and none was to be made.
    #[error("there is no ledger at {at}: check the name")]
    Absent {
        /// What was tried.
        at: Location,
    },
    /// There is a database, but of something else.
    #[error("{at} is not a ledger: check the name, or name a new one")]
    NotALedger {
        /// What was tried.
        at: Location,
    },
    /// The server runs with a setting under which a ledger can be lost or garbled.
    #[error("{at} runs with {setting} = {found}: set it to {wanted}, or what is recorded is not kept")]
    Unsafe {
        /// What was tried.
        at: Location,
        /// The setting.
        setting: &'static str,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// The server is older than this program knows.
    #[error("the server is PostgreSQL {found}: use {needed} or later")]
    OldServer {
        /// Its major version.
        found: i64,
        /// The oldest that will do.
        needed: i64,
    },
    /// The login may not act as the role that is needed.
    #[error("the login may not act as {role}: GRANT {role} TO it")]
    NotMember {
        /// The group role.
        role: &'static str,
    },
    /// The ledger was written by a later version of this program.
    #[error("the ledger has schema {found}, and this program knows up to {known}: use a newer program")]
    TooNew {
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this program knows.
        known: i64,
    },
    /// The ledger must be migrated first, which read-only access cannot do.
    #[error(
        "the ledger has schema {found}, and {known} is needed: migrate it first, by opening a file once for writing or with the owner's login"
    )]
    TooOld {
        /// The schema version of the file.
        found: i64,
        /// The schema version needed.
        known: i64,
    },
    /// The SQLite in this program has a known defect that can corrupt a ledger.
    #[error("SQLite {found} can corrupt a write-ahead log: build with 3.51.3 or later")]
    OldSqlite {
        /// The version in this program.
        found: &'static str,
    },
    /// A thread could not be started.
    #[error("a thread of the ledger could not be started")]
    Writer(#[source] std::io::Error),
    /// The database failed.
    #[error("the ledger could not be opened")]
    Storage(#[from] StorageError),
}

/// Why a batch was not recorded.
///
/// Conflict, `KeyReused`, `TooLarge`, Empty, Malformed, `ReadOnly` and Unavailable: nothing was recorded.
/// Storage and Stopped may come after the batch was kept: repeat it with its idempotency key, which is harmless.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AppendError {
    /// A stream moved on since the decision: load it again and decide again.
    #[error("{stream} is at {actual}, not at {expected}: load it again and decide again")]
    Conflict {
        /// The stream.
        stream: StreamId,
        /// The sequence the batch expected.
        expected: Sequence,
        /// The sequence the stream has.
        actual: Sequence,
    },
    /// The idempotency key stands for another content.
    #[error("key {key} of {from} was used before for another content, at positions {first} to {last}")]
    KeyReused {
        /// Who gave the key.
        from: String,
        /// The key.
        key: String,
        /// First record of the batch that has it.
        first: Position,
        /// Last record of the batch that has it.
        last: Position,
    },
    /// An event is larger than an entry of the tree may be.
    #[error(
        "{event_type} for {stream} takes {bytes} bytes, at most 65535 fit: keep the document elsewhere and record its hash"
    )]
    TooLarge {
        /// The stream.
        stream: StreamId,
        /// Type of the event.
        event_type: String,
        /// Size of the canonical entry.
        bytes: usize,
    },
    /// The batch holds no event.
    #[error("the batch holds no event")]
    Empty,
    /// The batch holds something that no store can keep.
    #[error("the batch cannot be kept: {0}")]
    Malformed(Malformed),
    /// The ledger was opened read-only.
    #[error("the ledger was opened read-only: open it for writing to append")]
    ReadOnly,
    /// Another process held the database for too long: nothing was recorded, try again.
    #[error("the ledger is busy: try again")]
    Unavailable(#[source] StorageError),
    /// The writer has stopped, perhaps after the batch was kept: it does so for good when the disk failed under it.
    #[error("the ledger's writer has stopped: open the ledger again, then repeat the batch with its key")]
    Stopped,
    /// The database failed, perhaps after the batch was kept.
    #[error("the database failed, perhaps after the batch was kept: repeat it with its key")]
    Storage(#[source] StorageError),
    /// The ledger contradicts itself, so nothing more is built on it.
    #[error("the ledger is broken: run verify, and restore from a copy")]
    Broken(#[source] Fault),
}

impl AppendError {
    /// Whether the batch may be in the ledger all the same: then only its idempotency key can tell, or a repetition with that key.
    #[must_use]
    pub const fn may_have_been_kept(&self) -> bool {
        match self {
            Self::Storage(_) | Self::Stopped => true,
            Self::Conflict { .. }
            | Self::KeyReused { .. }
            | Self::TooLarge { .. }
            | Self::Empty
            | Self::Malformed(_)
            | Self::ReadOnly
            | Self::Unavailable(_)
            | Self::Broken(_) => false,
        }
    }
}

/// What no store can keep.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// A name is empty.
    #[error("the {0} is empty")]
    EmptyName(&'static str),
    /// A text holds the character NUL, which PostgreSQL cannot store.
    #[error("the {0} holds a NUL character")]
    Nul(&'static str),
    /// The payload is not JSON.
    #[error("the payload of a {event_type} for {stream} is not JSON")]
    NotJson {
        /// The stream.
        stream: StreamId,
        /// Type of the event.
        event_type: String,
    },
    /// The metadata uses a name that belongs to the ledger.
    #[error("the metadata name {0} belongs to the ledger: give the key as the batch's key")]
    ReservedName(String),
    /// A sequence would no longer fit.
    #[error("{0} has too many events")]
    LongStream(StreamId),
}

/// Why something could not be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The database failed.
    #[error("the ledger could not be read")]
    Storage(#[from] StorageError),
    /// The ledger contradicts itself.
    #[error("the ledger is broken: run verify, and restore from a copy")]
    Broken(#[from] Fault),
    /// What was asked for lies beyond the ledger's last record.
    #[error("position {position} lies beyond the last record, {last}")]
    Beyond {
        /// The position asked for.
        position: Position,
        /// The last record.
        last: Position,
    },
}

/// Why a ledger did not verify.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VerifyError {
    /// The first fault found.
    #[error("the ledger does not verify")]
    Fault(#[from] Fault),
    /// The database failed, so nothing is proven either way.
    #[error("the ledger could not be verified")]
    Storage(#[from] StorageError),
}

impl From<ReadError> for VerifyError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Storage(error) => Self::Storage(error),
            ReadError::Broken(fault) => Self::Fault(fault),
            ReadError::Beyond { position, last } => Self::Fault(Fault::Missing {
                position: position.min(last),
            }),
        }
    }
}
