//! A head that somebody keeps outside the ledger: by it a ledger that was set back or written anew is known.

use std::fmt;
use std::str::FromStr;

use crate::error::ReadError;
use crate::event::Position;
use crate::ledger::Ledger;
use crate::merkle::{CompactRange, RootHash, hex, unhex};
use crate::plan::Head;

/// What is kept of a head: how many records there were, and the root of the tree over them.
///
/// As text it is the size, a space and the root in lower-case hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownHead {
    /// The number of records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: RootHash,
}

impl From<Head> for KnownHead {
    fn from(head: Head) -> Self {
        Self {
            size: head.size,
            root: head.root,
        }
    }
}

impl fmt::Display for KnownHead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.size, hex(&self.root.0))
    }
}

/// The text is not that of a [`KnownHead`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a head is a number of records, a space and 64 lower-case hexadecimal digits")]
pub struct NotAHead;

impl FromStr for KnownHead {
    type Err = NotAHead;

    fn from_str(text: &str) -> Result<Self, NotAHead> {
        let (size, root) = text.split_once(' ').ok_or(NotAHead)?;
        let known = Self {
            size: size.parse().map_err(|_| NotAHead)?,
            root: RootHash(unhex(root).ok_or(NotAHead)?),
        };
        // One form only: no sign, no leading zero.
        if known.size.to_string() == size {
            Ok(known)
        } else {
            Err(NotAHead)
        }
    }
}

/// Why a ledger is not the one, or no longer the one, of which a head is known.
#[derive(Debug, Clone, thiserror::Error)]
pub enum KnownHeadError {
    /// The ledger has fewer records than it had.
    #[error("the ledger has {size} records, and it had {}: it is an older copy, or its end was cut off", known.size)]
    Older {
        /// The head that is known.
        known: KnownHead,
        /// The number of records that the ledger has.
        size: u64,
    },
    /// The ledger has other records than it had.
    #[error(
        "the first {} records are not those that were there: their root is {found}, and it was {}",
        known.size, known.root
    )]
    Rewritten {
        /// The head that is known.
        known: KnownHead,
        /// The root over as many records of this ledger.
        found: RootHash,
    },
    /// The ledger could not be read so far.
    #[error("the ledger could not be compared with the head that is known")]
    Read(#[from] ReadError),
}

impl Ledger {
    /// Checks that the ledger begins with the records of a head that is known from elsewhere.
    ///
    /// Where the ledger went on, the root over its first records is derived again: each is read, in bounded memory.
    ///
    /// # Errors
    /// See [`KnownHeadError`].
    pub fn check_known_head(&self, known: &KnownHead) -> Result<(), KnownHeadError> {
        let head = self.head()?;
        if head.size < known.size {
            return Err(KnownHeadError::Older {
                known: *known,
                size: head.size,
            });
        }
        let found = if head.size == known.size {
            head.root
        } else {
            let mut range = CompactRange::new();
            for record in self.records(..=Position(known.size))? {
                range.push(record?.leaf);
            }
            range.root()
        };
        if found == known.root {
            Ok(())
        } else {
            Err(KnownHeadError::Rewritten { known: *known, found })
        }
    }
}
