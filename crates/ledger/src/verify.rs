//! Verification believes nothing: it derives again what is stored beside the records.

use std::collections::BTreeMap;

use crate::batch::reserved;
use crate::error::VerifyError;
use crate::event::{Position, Record};
use crate::fault::Fault;
use subsidy_proof::{TileBuilder, Tree, VerifierKey};

use crate::checkpoint::{check, unproven};
use crate::merkle::{CompactRange, LeafHash, RootHash, unhex};
use crate::plan::{HeadState, KeyState};
use crate::row::Checked;
use crate::tiles::{KeptCheckpoint, ProofStore, Tiles, resumed};

/// What is to be verified, and whose signatures are trusted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Verification<'a> {
    /// The keys of the ledger, those it had before among them, and of its witnesses. Without any, signatures are not checked.
    pub keys: &'a [VerifierKey],
    /// Which records are read.
    pub scope: Scope,
}

impl Verification<'_> {
    /// Whether all records are read.
    pub(crate) fn is_whole(&self) -> bool {
        self.scope == Scope::All
    }
}

/// Which records are read and held against their hashes. The order of streams and the guards are always looked at whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scope {
    /// All of them.
    #[default]
    All,
    /// Those behind the first so many, which a checkpoint stands for that was held against the ledger before.
    Since(u64),
    /// One of so many parts of about the same length, counted from 1: all parts, one each night, are all records.
    Part {
        /// Which one.
        part: u32,
        /// Of how many.
        of: u32,
    },
}

impl Scope {
    /// After which position up to which one, in a ledger of so many records.
    fn range(self, size: u64) -> (u64, u64) {
        match self {
            Self::All => (0, size),
            Self::Since(after) => (after.min(size), size),
            Self::Part { part, of } => {
                let (of, part) = (u128::from(of.max(1)), u128::from(part));
                let end = |part: u128| u64::try_from(u128::from(size) * part.min(of) / of).unwrap_or(size);
                (end(part.saturating_sub(1)), end(part))
            }
        }
    }
}

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The number of records of the ledger.
    pub size: u64,
    /// The root of the Merkle tree over them, derived again.
    pub root: RootHash,
    /// How many records were read.
    pub records: u64,
    /// How many checkpoints were held against the tree.
    pub checkpoints: u64,
}

/// A walk over records in order, collecting what the head must say.
pub(crate) struct Walk<'a> {
    asked: Verification<'a>,
    store: &'a dyn ProofStore,
    after: u64,
    to: u64,
    range: CompactRange,
    recorded_at: Option<i64>,
    keys: u64,
    tiles: TileBuilder,
    /// How many tiles of level 0 were laid when the walk began.
    laid: u64,
    /// The next checkpoints, read a page at a time.
    coming: Vec<KeptCheckpoint>,
    checkpoints: u64,
    /// The name of the log, as the first checkpoint has it.
    origin: Option<String>,
}

/// How many checkpoints are read at a time.
const PAGE: u32 = 1_000;

/// Some records in order, and what can be said of them without those before: stretches can be looked at side by side.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    leaves: Vec<LeafHash>,
    /// The position and moment of the first record, and the moment of the last.
    moments: Option<(Position, i64, i64)>,
    keys: Vec<(Position, KeyOnRecord)>,
    /// The last metadata that carried no key: most of a batch have the same.
    keyless: Option<String>,
    /// What is wrong with the record after these.
    ended_by: Option<VerifyError>,
}

/// The idempotency key that a record carries for its batch, and the row that follows from it.
#[derive(Debug)]
pub(crate) struct KeyOnRecord {
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) state: KeyState,
}

impl Stretch {
    /// Goes over the records that `read` hands on, up to the first with which something is wrong.
    pub(crate) fn of(
        read: impl FnOnce(&mut dyn FnMut(&Checked<'_>) -> Result<(), VerifyError>) -> Result<(), VerifyError>,
    ) -> Self {
        let mut stretch = Self::default();
        stretch.ended_by = read(&mut |row| Ok(stretch.add(row)?)).err();
        stretch
    }

    /// Adds the next record, whose hash was checked against its bytes when it was read.
    fn add(&mut self, checked: &Checked<'_>) -> Result<(), Fault> {
        let row = checked.row;
        let (position, moment) = (row.position, row.recorded_at);
        match &mut self.moments {
            None => self.moments = Some((position, moment, moment)),
            Some((_, _, last)) if moment < *last => return Err(Fault::TimeWentBack { position }),
            Some((_, _, last)) => *last = moment,
        }
        if self.keyless.as_deref() != Some(row.metadata) {
            match metadata_and_key(&checked.record())? {
                (_, Some(key)) => self.keys.push((position, key)),
                (_, None) => self.keyless = Some(row.metadata.to_owned()),
            }
        }
        self.leaves.push(checked.leaf);
        Ok(())
    }

    /// The idempotency keys that its records carry, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &KeyOnRecord> {
        self.keys.iter().map(|(_, key)| key)
    }
}

impl<'a> Walk<'a> {
    /// Begins a walk through a ledger of so many records. What lies before it is taken from the tiles.
    pub(crate) fn begin(
        store: &'a dyn ProofStore,
        asked: &Verification<'a>,
        size: u64,
    ) -> Result<Self, VerifyError> {
        let (after, to) = asked.scope.range(size);
        let mut walk = Self {
            asked: *asked,
            store,
            after,
            to,
            range: range_at(store, after)?,
            recorded_at: None,
            keys: 0,
            tiles: resumed(Tiles::uncached(store), after)?,
            laid: store.laid()?,
            coming: Vec::new(),
            checkpoints: 0,
            origin: None,
        };
        walk.read_checkpoints(after.saturating_sub(1))?;
        walk.check_checkpoint()?;
        Ok(walk)
    }

    /// After which position up to which one records are to be read.
    pub(crate) fn way(&self) -> (Position, Position) {
        (Position(self.after), Position(self.to))
    }

    /// Whether all records are read.
    pub(crate) fn is_whole(&self) -> bool {
        self.asked.is_whole()
    }

    fn read_checkpoints(&mut self, above: u64) -> Result<(), VerifyError> {
        self.coming = self.store.checkpoints(above, PAGE)?;
        // The next one is taken from the end.
        self.coming.reverse();
        Ok(())
    }

    /// Holds the checkpoint of as many records as were read, if there is one, against the tree.
    fn check_checkpoint(&mut self) -> Result<(), VerifyError> {
        let size = self.range.size();
        if self.coming.last().is_none_or(|next| next.size != size) {
            return Ok(());
        }
        let Some(kept) = self.coming.pop() else {
            return Ok(());
        };
        let checkpoint = check(&kept, self.range.root(), self.asked.keys)?;
        if *self.origin.get_or_insert_with(|| checkpoint.origin.to_string()) != checkpoint.origin.as_str() {
            let what = "is of another log than the one before it";
            return Err(Fault::Checkpoint { size, what }.into());
        }
        self.checkpoints = self.checkpoints.saturating_add(1);
        if self.coming.is_empty() {
            self.read_checkpoints(size)?;
        }
        Ok(())
    }

    /// Goes on to the next leaf: the tree, the tiles that it fills, and the checkpoint that is over it.
    fn leaf(&mut self, leaf: LeafHash) -> Result<(), VerifyError> {
        self.range.push(leaf);
        let (store, laid) = (self.store, self.laid);
        self.tiles.push(leaf, |id, tile| {
            let (level, number) = (id.level, id.number);
            // A tile is laid when all of level 0 below it are.
            let bits = u32::from(level) * 8;
            if number >= laid.checked_shr(bits).unwrap_or(0) || store.tile(level, number)? == Some(tile) {
                return Ok(());
            }
            Err(VerifyError::from(Fault::Tile { level, number }))
        })?;
        self.check_checkpoint()
    }

    /// Goes on over the next stretch, given what is stored under each of its keys.
    pub(crate) fn add(&mut self, stretch: Stretch, stored: &[Option<KeyState>]) -> Result<(), VerifyError> {
        if let Some((position, first, last)) = stretch.moments {
            if self.recorded_at.is_some_and(|before| first < before) {
                return Err(Fault::TimeWentBack { position }.into());
            }
            self.recorded_at = Some(last);
        }
        for (at, (position, key)) in stretch.keys.into_iter().enumerate() {
            if stored.get(at) != Some(&Some(key.state)) {
                return Err(Fault::Key { position }.into());
            }
            self.keys = self.keys.saturating_add(1);
        }
        if let Some(error) = stretch.ended_by {
            return Err(error);
        }
        stretch.leaves.into_iter().try_for_each(|leaf| self.leaf(leaf))
    }

    /// How many idempotency keys were met.
    pub(crate) fn keys(&self) -> u64 {
        self.keys
    }

    /// Compares what was collected with the head, and looks for tiles and checkpoints that no record stands for.
    pub(crate) fn finish(self, head: &HeadState) -> Result<Verified, VerifyError> {
        let size = head.range.size();
        let odd = |what| Err(Fault::Head { what, size }.into());
        let end = if self.to == size {
            head.range.clone()
        } else {
            range_at(self.store, self.to)?
        };
        if self.range != end || (self.to < size && range_at(self.store, size)? != head.range) {
            return odd("tree");
        }
        if self.to == size && self.after < size && self.recorded_at != head.recorded_at {
            return odd("moment");
        }
        self.beyond()?;
        Ok(Verified {
            size,
            root: head.range.root(),
            records: self.to.saturating_sub(self.after),
            checkpoints: self.checkpoints,
        })
    }

    /// Tiles that are missing or too many, and checkpoints and signatures that stand for nothing.
    fn beyond(&self) -> Result<(), VerifyError> {
        let counts = self.store.tile_counts()?;
        // Read after them: what was appended meanwhile may have tiles and checkpoints too.
        let size = self.store.size()?;
        let lowest = counts
            .first()
            .filter(|(level, ..)| *level == 0)
            .map_or(0, |(_, count, ..)| *count);
        let mut wanted = u64::try_from(lowest).unwrap_or(0);
        if wanted > size / 256 {
            return Err(Fault::Tile {
                level: 0,
                number: size / 256,
            }
            .into());
        }
        for level in 0..8_u8 {
            let found = counts.iter().find(|(found, ..)| *found == i64::from(level));
            let dense = |count: u64| {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                found.map_or(count == 0, |(_, rows, first, last)| {
                    (*rows, *first, *last) == (count, 0, count - 1)
                })
            };
            if !dense(wanted) {
                return Err(Fault::Tile {
                    level,
                    number: wanted.saturating_sub(1),
                }
                .into());
            }
            wanted /= 256;
        }
        if let Some((level, ..)) = counts.iter().find(|(level, ..)| !(0..8).contains(level)) {
            let level = u8::try_from(*level).unwrap_or(u8::MAX);
            return Err(Fault::Tile { level, number: 0 }.into());
        }
        if let Some(last) = self.store.last_checkpoint()? {
            let stands = last.size;
            if stands > size {
                let what = "is of more records than there are";
                return Err(Fault::Checkpoint { size: stands, what }.into());
            }
            if stands / 256 > u64::try_from(lowest).unwrap_or(0) {
                return Err(Fault::Tile {
                    level: 0,
                    number: stands / 256 - 1,
                }
                .into());
            }
        }
        match self.store.stray_signature()? {
            Some(stray) => {
                let size = u64::try_from(stray).unwrap_or_default();
                let what = "is not there, and a signature of it is";
                Err(Fault::Checkpoint { size, what }.into())
            }
            None => Ok(()),
        }
    }
}

/// The right edge of the tree over the first records, as the tiles have it.
fn range_at(store: &dyn ProofStore, size: u64) -> Result<CompactRange, VerifyError> {
    let peaks = Tree::new(&Tiles::uncached(store), size)
        .peaks()
        .map_err(unproven)?;
    let odd = Fault::Head { what: "tree", size };
    CompactRange::from_parts(size, &peaks.concat()).ok_or(VerifyError::Fault(odd))
}

/// Returns a record's metadata without the idempotency key, and the key, if it carries one.
pub(crate) fn metadata_and_key(
    record: &Record,
) -> Result<(BTreeMap<String, String>, Option<KeyOnRecord>), Fault> {
    let (position, column) = (record.position, "metadata");
    let entries = record.metadata.entries();
    let mut entries = entries.map_err(|_| Fault::Unreadable { position, column })?;
    let [source, key, content, records] = reserved::ALL.map(|name| entries.remove(name));
    match (source, key, content, records) {
        (None, None, None, None) => Ok((entries, None)),
        (Some(source), Some(key), Some(content), Some(records)) => {
            let state = state(&content, &records, position).ok_or(Fault::Key { position })?;
            Ok((entries, Some(KeyOnRecord { source, key, state })))
        }
        _ => Err(Fault::Key { position }),
    }
}

fn state(content: &str, records: &str, first: Position) -> Option<KeyState> {
    let content = unhex(content)?;
    let last = first
        .0
        .checked_add(records.parse::<u64>().ok()?.checked_sub(1)?)?;
    Some(KeyState {
        content,
        first,
        last: Position(last),
    })
}
