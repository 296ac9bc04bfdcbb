//! The texts in which proofs travel: a `.tlog-proof` to whoever wants to know, a request to a witness.

use std::fmt;
use std::str::FromStr;

use crate::check;
use crate::checkpoint::{Checkpoint, decimal, decode, encode};
use crate::merkle::{Hash, LeafHash};
use crate::note::{NotANote, Note};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// The longest proof that a tree of 64 bits can have.
const MAX_HASHES: usize = 64;

/// That one record is in a log: it is checked offline, with the record, and the keys or the policy that the reader trusts.
///
/// As text it is a C2SP tlog-proof, without the extra line, which nothing protects.
#[doc(alias = "bewijs van opname")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordProof {
    /// The leaf, from 0: one below the position of the record.
    pub index: u64,
    /// The hashes beside the way from the leaf to the root.
    pub hashes: Vec<Hash>,
    /// The checkpoint, signed by the log, and perhaps by witnesses.
    pub checkpoint: Note,
}

/// Why something is no proof of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAProof {
    /// It is not of the form.
    #[error(
        "this is no proof of a record: its first line is {HEADER}, then an index, hashes, an empty line and a checkpoint"
    )]
    Form,
    /// Its checkpoint is no signed note.
    #[error(transparent)]
    Note(#[from] NotANote),
}

impl fmt::Display for RecordProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}\nindex {}", self.index)?;
        for hash in &self.hashes {
            writeln!(f, "{}", encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for RecordProof {
    type Err = NotAProof;

    fn from_str(text: &str) -> Result<Self, NotAProof> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(NotAProof::Form)?;
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(NotAProof::Form);
        }
        let mut lines = lines.skip_while(|line| line.starts_with("extra "));
        let index = lines
            .next()
            .and_then(|line| decimal(line.strip_prefix("index ")?));
        Ok(Self {
            index: index.ok_or(NotAProof::Form)?,
            hashes: hashes(lines).ok_or(NotAProof::Form)?,
            checkpoint: checkpoint.parse()?,
        })
    }
}

impl RecordProof {
    /// Checks that an entry is in the tree of a checkpoint, whose signatures were checked before.
    ///
    /// # Errors
    /// See [`check::Unproven`].
    pub fn check(&self, entry: &[u8], checkpoint: &Checkpoint) -> Result<(), check::Unproven> {
        let leaf = LeafHash::of(entry);
        check::inclusion(leaf, self.index, checkpoint.size, &self.hashes, checkpoint.root)
    }
}

/// That one checkpoint of a log is the beginning of another. As text it is what a witness is asked by, a C2SP tlog-witness request:
/// the older size, the hashes, an empty line and the newer checkpoint.
#[doc(alias = "bewijs van voortzetting")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrowthProof {
    /// The number of records of the older checkpoint.
    pub old: u64,
    /// The hashes by which both roots can be made.
    pub hashes: Vec<Hash>,
    /// The newer checkpoint.
    pub checkpoint: Note,
}

impl fmt::Display for GrowthProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.hashes {
            writeln!(f, "{}", encode(hash))?;
        }
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for GrowthProof {
    type Err = NotAProof;

    fn from_str(text: &str) -> Result<Self, NotAProof> {
        let (head, checkpoint) = text.split_once("\n\n").ok_or(NotAProof::Form)?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|line| decimal(line.strip_prefix("old ")?));
        Ok(Self {
            old: old.ok_or(NotAProof::Form)?,
            hashes: hashes(lines).ok_or(NotAProof::Form)?,
            checkpoint: checkpoint.parse()?,
        })
    }
}

fn hashes<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Vec<Hash>> {
    let hashes: Vec<Hash> = lines.map(decode).collect::<Option<_>>()?;
    (hashes.len() <= MAX_HASHES).then_some(hashes)
}
