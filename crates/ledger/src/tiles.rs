//! The tree as tiles: those that are laid, and those at its right edge, which are made of the hashes of records.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use subsidy_proof::{Hash, LeafHash, Tile, TileBuilder, TileId, TileReader, WIDTH, root_of_middle};

use crate::error::{ReadError, StorageError};
use crate::event::Position;
use crate::fault::Fault;
use crate::ledger::Ledger;

/// What proofs are made of, as a store has it.
pub(crate) trait ProofStore: Sync {
    /// How many records there are.
    fn size(&self) -> Result<u64, ReadError>;
    /// How many full tiles of level 0 are laid. All full tiles above them are laid too.
    fn laid(&self) -> Result<u64, ReadError>;
    /// A full tile, if it is laid.
    fn tile(&self, level: u8, number: u64) -> Result<Option<Tile>, ReadError>;
    /// The nodes halfway up those tiles from one number to below another that are laid, in order and without a gap.
    fn middles(&self, level: u8, from: u64, to: u64) -> Result<Vec<Vec<u8>>, ReadError>;
    /// The hashes of exactly the records after one position up to another one, in order; not held against the records.
    fn leaves(&self, after: Position, to: Position) -> Result<Vec<Hash>, ReadError>;
    /// The same of what this program appended a moment ago, without reading; none where it does not remember all of it.
    fn appended(&self, _after: Position, _to: Position) -> Option<Vec<Hash>> {
        None
    }
    /// For each level that has tiles: how many, and the lowest and highest number.
    fn tile_counts(&self) -> Result<Vec<(i64, i64, i64, i64)>, ReadError>;
    /// The first checkpoints above a size, in order.
    fn checkpoints(&self, above: u64, limit: u32) -> Result<Vec<KeptCheckpoint>, ReadError>;
    /// The last checkpoint.
    fn last_checkpoint(&self) -> Result<Option<KeptCheckpoint>, ReadError>;
    /// A signature without a checkpoint, by the size it stands under.
    fn stray_signature(&self) -> Result<Option<i64>, ReadError>;
}

/// The hashes of what was appended last, kept by the writer for the tiles that are soon laid over them.
#[derive(Debug, Default)]
pub(crate) struct Appended(Mutex<(u64, Vec<Hash>)>);

/// How many hashes are remembered, at most twice as many: two megabytes.
const REMEMBERED: usize = 32_768;

impl Appended {
    /// Remembers the hashes of records that were committed after so many others.
    pub(crate) fn add(&self, before: u64, leaves: Vec<Hash>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (after, hashes) = &mut *known;
        // Another program appended meanwhile, or nothing was remembered.
        if after.saturating_add(u64::try_from(hashes.len()).unwrap_or(u64::MAX)) != before {
            (*after, *hashes) = (before, Vec::new());
        }
        hashes.extend(leaves);
        if hashes.len() > 2 * REMEMBERED {
            let forgotten = hashes.len() - REMEMBERED;
            hashes.drain(..forgotten);
            *after = after.saturating_add(u64::try_from(forgotten).unwrap_or(u64::MAX));
        }
    }

    /// The hashes of exactly the records after one position up to another one, if all are remembered.
    pub(crate) fn between(&self, Position(from): Position, Position(to): Position) -> Option<Vec<Hash>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (after, hashes) = &*known;
        let start = usize::try_from(from.checked_sub(*after)?).ok()?;
        let end = usize::try_from(to.checked_sub(*after)?).ok()?;
        Some(hashes.get(start..end)?.to_vec())
    }
}

/// A checkpoint as stored: nothing of it is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptCheckpoint {
    pub(crate) size: u64,
    pub(crate) text: String,
    /// In the order of their bytes.
    pub(crate) lines: Vec<String>,
}

/// What is written of proofs in one transaction. What is there already is left as it is.
#[derive(Debug, Default)]
pub(crate) struct Proofs {
    pub(crate) tiles: Vec<(TileId, Tile)>,
    /// Its lines are kept only below the text that they sign.
    pub(crate) checkpoint: Option<KeptCheckpoint>,
}

/// How many tiles are kept in memory: those above level 0, and those at the right edge.
const CACHED: usize = 64;

/// Tiles that are asked again and again.
#[derive(Debug, Default)]
pub(crate) struct TileCache(Mutex<BTreeMap<TileId, Arc<Tile>>>);

/// The tiles of a ledger: what [`Tree`](subsidy_proof::Tree) makes roots and proofs of.
///
/// A tile that is laid is read as it is stored; [`Ledger::verify`] tells whether it follows from the records. A proof that is made of a tile
/// that does not, leads to another root: check it against the checkpoint before it is handed out.
#[derive(Clone, Copy)]
pub struct Tiles<'a> {
    pub(crate) store: &'a dyn ProofStore,
    cache: Option<&'a TileCache>,
}

impl<'a> Tiles<'a> {
    /// The tiles as the store has them now, whatever was read before.
    pub(crate) const fn uncached(store: &'a dyn ProofStore) -> Self {
        Self { store, cache: None }
    }

    /// The hashes of the widest tile at the same place that is in memory, and no wider than this one.
    fn narrower(&self, id: TileId) -> Vec<Hash> {
        let Some(cache) = self.cache else {
            return Vec::new();
        };
        let tiles = cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = TileId { width: 0, ..id };
        let widest = tiles.range(empty..=id).next_back();
        widest.map(|(_, tile)| tile.hashes().to_vec()).unwrap_or_default()
    }

    /// The hashes of a tile, made of what is stored below it.
    fn derived(&self, id: TileId) -> Result<Tile, ReadError> {
        let first = id.number.saturating_mul(u64::from(WIDTH));
        let end = first.saturating_add(u64::from(id.width));
        let odd = Fault::Tile {
            level: id.level,
            number: id.number,
        };
        let Some(below) = id.level.checked_sub(1) else {
            let leaves = self.store.leaves(Position(first), Position(end))?;
            return Tile::of(leaves).ok_or(ReadError::Broken(odd));
        };
        // What was at the edge before is most of what is there now.
        let mut hashes = self.narrower(id);
        let known = first.saturating_add(u64::try_from(hashes.len()).unwrap_or(u64::MAX));
        for middle in self.store.middles(below, known, end)? {
            hashes.push(root_of_middle(&middle).ok_or_else(|| ReadError::Broken(odd.clone()))?);
        }
        let next = first.saturating_add(u64::try_from(hashes.len()).unwrap_or(u64::MAX));
        for number in next..end {
            let tile = self.derived(TileId {
                level: below,
                number,
                width: WIDTH,
            })?;
            hashes.push(tile.root().ok_or_else(|| ReadError::Broken(odd.clone()))?);
        }
        Tile::of(hashes).ok_or(ReadError::Broken(odd))
    }
}

impl TileReader for Tiles<'_> {
    type Error = ReadError;

    fn tile(&self, id: TileId) -> Result<Arc<Tile>, ReadError> {
        // Each proof reads another tile of level 0, and the same few above it.
        let is_shared = id.level > 0 || !id.is_full();
        let Some(cache) = self.cache.filter(|_| is_shared) else {
            let stored = if id.is_full() {
                self.store.tile(id.level, id.number)?
            } else {
                None
            };
            return Ok(Arc::new(stored.map_or_else(|| self.derived(id), Ok)?));
        };
        let lock = || cache.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tile) = lock().get(&id) {
            return Ok(Arc::clone(tile));
        }
        let stored = if id.is_full() {
            self.store.tile(id.level, id.number)?
        } else {
            None
        };
        let tile = Arc::new(stored.map_or_else(|| self.derived(id), Ok)?.expanded());
        let mut tiles = lock();
        if tiles.len() >= CACHED {
            tiles.clear();
        }
        tiles.insert(id, Arc::clone(&tile));
        Ok(tile)
    }
}

/// How many records' tiles are laid in one transaction.
const AT_A_TIME: u64 = 65_536;

impl Ledger {
    /// Returns the tiles of the tree: for roots, and for proofs of inclusion and consistency at any size.
    #[must_use]
    pub fn tiles(&self) -> Tiles<'_> {
        Tiles {
            store: self.store.proofs(),
            cache: Some(&self.tiles),
        }
    }

    /// The full tiles over the first `size` records that are not laid yet, when not too many; what are too many is laid first.
    pub(crate) fn unlaid(&self, size: u64) -> Result<Vec<(TileId, Tile)>, LayError> {
        let store = self.store.proofs();
        loop {
            let laid = store.laid()?.saturating_mul(u64::from(WIDTH));
            let full = size - size % u64::from(WIDTH);
            if laid >= full {
                return Ok(Vec::new());
            }
            let to = full.min(laid.saturating_add(AT_A_TIME));
            let tiles = made(self.tiles(), laid, to)?;
            if to == full {
                return Ok(tiles);
            }
            let proofs = Proofs {
                tiles,
                checkpoint: None,
            };
            self.write(move |writer| writer.keep_proofs(&proofs))?;
        }
    }
}

/// Why no tiles could be laid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LayError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Makes the full tiles of the leaves after one position, where a tile begins, up to another one.
fn made(from: Tiles<'_>, laid: u64, to: u64) -> Result<Vec<(TileId, Tile)>, ReadError> {
    let mut builder = resumed(from, laid)?;
    let mut tiles = Vec::new();
    let mut at = laid;
    while at < to {
        let until = to.min(at.saturating_add(4_096));
        let (after, end) = (Position(at), Position(until));
        let leaves = match from.store.appended(after, end) {
            Some(leaves) => leaves,
            None => from.store.leaves(after, end)?,
        };
        for leaf in leaves {
            builder.push(LeafHash(leaf), |id, tile| {
                tiles.push((id, tile));
                Ok::<_, ReadError>(())
            })?;
        }
        at = until;
    }
    Ok(tiles)
}

/// A builder of tiles that has had so many leaves.
pub(crate) fn resumed(tiles: Tiles<'_>, size: u64) -> Result<TileBuilder, ReadError> {
    TileBuilder::resumed(size, |id| Ok(tiles.tile(id)?.hashes().to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_appended_is_remembered_without_a_gap_and_not_for_ever() {
        let leaves = |from: u64, to: u64| -> Vec<Hash> {
            (from..to).map(|n| LeafHash::of(&n.to_be_bytes()).0).collect()
        };
        let appended = Appended::default();
        let between = |from, to| appended.between(Position(from), Position(to));
        assert_eq!(between(0, 1), None);
        appended.add(10, leaves(10, 20));
        appended.add(20, leaves(20, 30));
        assert_eq!(between(10, 30), Some(leaves(10, 30)));
        assert_eq!(between(15, 25), Some(leaves(15, 25)));
        assert_eq!((between(9, 20), between(20, 31)), (None, None));
        // Somebody else appended between: what is not known is not made up.
        appended.add(40, leaves(40, 50));
        assert_eq!((between(20, 30), between(40, 50)), (None, Some(leaves(40, 50))));
        appended.add(50, leaves(50, 80_000));
        assert_eq!(between(70_000, 80_000), Some(leaves(70_000, 80_000)));
        assert_eq!(between(40, 50), None);
    }
}
