//! The definitions of RFC 6962 section 2.1 as they stand there: slow, over all leaves, by recursion.

use std::collections::BTreeMap;
use std::sync::Arc;

use subsidy_proof::merkle::root_of;
use subsidy_proof::{Hash, LeafHash, Tile, TileId, TileReader};

/// A count as proofs have it.
pub(crate) fn long(count: usize) -> u64 {
    u64::try_from(count).unwrap()
}

fn split(count: usize) -> usize {
    let mut half = 1;
    while half * 2 < count {
        half *= 2;
    }
    half
}

/// `PATH(m, D[n])`.
pub(crate) fn path(index: usize, leaves: &[LeafHash]) -> Vec<Hash> {
    if leaves.len() <= 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, beside) = if index < left.len() {
        (path(index, left), right)
    } else {
        (path(index - left.len(), right), left)
    };
    path.push(root_of(beside).0);
    path
}

/// `PROOF(m, D[n])`, which is `SUBPROOF(m, D[n], true)`.
pub(crate) fn proof(old: usize, leaves: &[LeafHash]) -> Vec<Hash> {
    subproof(old, leaves, true)
}

fn subproof(old: usize, leaves: &[LeafHash], is_known: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if is_known {
            Vec::new()
        } else {
            vec![root_of(leaves).0]
        };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut proof, beside) = if old <= left.len() {
        (subproof(old, left, is_known), right)
    } else {
        (subproof(old - left.len(), right, false), left)
    };
    proof.push(root_of(beside).0);
    proof
}

/// Tiles in memory, made of the leaves by their definition.
pub(crate) struct Tiles(BTreeMap<TileId, Arc<Tile>>);

/// There is no such tile: it must not have been asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NoTile(TileId);

impl Tiles {
    pub(crate) fn of(leaves: &[LeafHash], is_stored: bool) -> Self {
        let tiles = TileId::all(long(leaves.len())).map(|id| {
            let each = 256_usize.pow(u32::from(id.level));
            let from = usize::try_from(id.number).unwrap() * 256 * each;
            let below = &leaves[from..from + usize::from(id.width) * each];
            let tile = Tile::of(below.chunks(each).map(|leaves| root_of(leaves).0).collect()).unwrap();
            let tile = match is_stored && id.is_full() {
                true => Tile::stored(&tile.bytes(), &tile.middle()).unwrap(),
                false => tile,
            };
            (id, Arc::new(tile))
        });
        Self(tiles.collect())
    }
}

impl TileReader for Tiles {
    type Error = NoTile;

    fn tile(&self, tile: TileId) -> Result<Arc<Tile>, NoTile> {
        self.0.get(&tile).cloned().ok_or(NoTile(tile))
    }
}
