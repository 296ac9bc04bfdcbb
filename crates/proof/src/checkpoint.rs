//! Checkpoints: what a log says of itself at a size, in three lines, as C2SP tlog-checkpoint has them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::key::{Distrust, KeyKind, SignerKey, VerifierKey, signers};
use crate::merkle::{Hash, RootHash};
use crate::note::{KeyName, NotANote, Note};

/// How many records a log has, and the root of the tree over them. As text it is the three lines that are signed.
#[doc(alias = "ijkpunt")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The name of the log: also the name of its keys.
    pub origin: KeyName,
    /// The number of records.
    pub size: u64,
    /// The root of the tree over them.
    pub root: RootHash,
}

/// Why something is no checkpoint of a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    /// It is no signed note.
    #[error(transparent)]
    Note(#[from] NotANote),
    /// Its text is not three lines with an origin, a size and a root.
    #[error("a checkpoint has three lines: an origin, a number of records and a root in base64")]
    Form,
    /// It is not signed as it must be.
    #[error(transparent)]
    Distrust(#[from] Distrust),
    /// It is of another log than its key.
    #[error("this is a checkpoint of {0}, and that log did not sign it")]
    OtherLog(KeyName),
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, encode(&self.root.0))
    }
}

impl FromStr for Checkpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let read = || {
            let mut lines = text.strip_suffix('\n')?.split('\n');
            let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
            let checkpoint = Self {
                origin: KeyName::new(origin)?,
                size: decimal(size)?,
                root: RootHash(decode(root)?),
            };
            lines.next().is_none().then_some(checkpoint)
        };
        read().ok_or(NotACheckpoint::Form)
    }
}

impl Checkpoint {
    /// Signs it with each of these keys of the log: one, or the old and the new one while a key is replaced.
    #[must_use]
    pub fn signed(&self, keys: &[SignerKey]) -> Note {
        let text = self.to_string();
        Note {
            // A log's key signs no moment.
            signatures: keys.iter().map(|key| key.sign(&text, 0)).collect(),
            text,
        }
    }

    /// Reads a note that a log signed with one of these keys.
    ///
    /// # Errors
    /// Where it is none, where a signature of a known key is false, or where the log that it names did not sign it.
    pub fn of_log(note: &Note, keys: &[VerifierKey]) -> Result<Self, NotACheckpoint> {
        let checkpoint: Self = note.text.parse()?;
        let signers = signers(note, keys)?;
        let is_of_log = |key: &VerifierKey| key.kind() == KeyKind::Log && *key.name() == checkpoint.origin;
        if signers.iter().any(|(key, _)| is_of_log(key)) {
            Ok(checkpoint)
        } else {
            Err(NotACheckpoint::OtherLog(checkpoint.origin))
        }
    }
}

/// A hash in base64.
pub(crate) fn encode(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// A hash from base64.
pub(crate) fn decode(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

/// A number in its one form: digits, no zero before others.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
