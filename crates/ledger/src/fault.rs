//! The ways in which a ledger can contradict itself.

use crate::event::{Position, Sequence, StreamId};

/// A contradiction in what is stored, with the position it was found at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// There is no record at a position within the ledger's size.
    #[error("the record at position {position} is missing")]
    Missing {
        /// The position.
        position: Position,
    },
    /// There is a record outside the ledger's size.
    #[error("a record stands at {found}, outside the ledger's {size} records")]
    Stray {
        /// The position as stored, which may be below 1.
        found: i64,
        /// The ledger's size by its head.
        size: u64,
    },
    /// A column does not hold what it must.
    #[error("the {column} of the record at position {position} cannot be read")]
    Unreadable {
        /// The position.
        position: Position,
        /// The column.
        column: &'static str,
    },
    /// The record's bytes do not give its hash.
    #[error("the record at position {position} is not the one that was hashed")]
    Altered {
        /// The position.
        position: Position,
    },
    /// A record is dated before the one below it.
    #[error("the record at position {position} is dated before the one below it")]
    TimeWentBack {
        /// The position.
        position: Position,
    },
    /// A stream's sequences are not 1, 2, 3 and so on in the order of positions.
    #[error("{stream} has sequence {found} at position {position} where {expected} should be")]
    StreamOrder {
        /// The position.
        position: Position,
        /// The stream.
        stream: StreamId,
        /// The sequence that should be there.
        expected: Sequence,
        /// The sequence that is there.
        found: Sequence,
    },
    /// An idempotency key and the record it belongs to tell different things.
    #[error("the idempotency key of the batch at position {position} is missing, changed or invented")]
    Key {
        /// The first position of the batch.
        position: Position,
    },
    /// The head tells another size, moment or tree than the records do.
    #[error("the head's {what} does not follow from the {size} records")]
    Head {
        /// What differs.
        what: &'static str,
        /// The ledger's size by its head.
        size: u64,
    },
    /// A tile does not follow from the records, or is missing.
    #[error("the tile {number} of level {level} does not follow from the records")]
    Tile {
        /// Its level.
        level: u8,
        /// Its place in the level, from 0.
        number: u64,
    },
    /// A checkpoint is not what was signed over the records.
    #[error("the checkpoint of {size} records {what}")]
    Checkpoint {
        /// The size it stands under.
        size: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A database object that keeps the ledger append-only is missing or was changed.
    #[error("the guard {name} is missing or was changed")]
    Guard {
        /// Name of the trigger.
        name: String,
    },
    /// The database's own check found something.
    #[error("the database file of {size} records is inconsistent: {message}")]
    Database {
        /// What the check said.
        message: String,
        /// The ledger's size by its head.
        size: u64,
    },
}

impl Fault {
    /// The position at which the contradiction shows; none for one that has no place among the records.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        match self {
            Self::Missing { position }
            | Self::Unreadable { position, .. }
            | Self::Altered { position }
            | Self::TimeWentBack { position }
            | Self::StreamOrder { position, .. }
            | Self::Key { position } => Some(*position),
            Self::Stray { found, .. } => u64::try_from(*found).ok().map(Position),
            Self::Head { size, .. } | Self::Database { size, .. } | Self::Checkpoint { size, .. } => {
                Some(Position(*size))
            }
            Self::Tile { .. } | Self::Guard { .. } => None,
        }
    }
}
