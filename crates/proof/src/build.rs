//! Full tiles out of leaves as they come.

use crate::merkle::{Hash, LeafHash};
use crate::tile::{HEIGHT, Tile, TileId, WIDTH};

/// Makes each full tile as its last leaf comes, from the left, and holds no more than a part of a tile for each level.
#[derive(Debug, Clone, Default)]
pub struct TileBuilder {
    /// By level: how many full tiles there are, and the hashes of the next one.
    levels: Vec<(u64, Vec<Hash>)>,
}

impl TileBuilder {
    /// Begins with the first leaf.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins behind so many leaves; `hashes` gives those of each partial tile at the right edge of the tree over them.
    ///
    /// # Errors
    /// What `hashes` could not give.
    pub fn resumed<E>(size: u64, mut hashes: impl FnMut(TileId) -> Result<Vec<Hash>, E>) -> Result<Self, E> {
        let mut levels = Vec::new();
        for level in 0..HEIGHT {
            let bits = u32::from(level) * u32::from(HEIGHT);
            let number = size.checked_shr(bits + u32::from(HEIGHT)).unwrap_or(0);
            let open = match TileId::of_tree(level, number, size) {
                Some(edge) => hashes(edge)?,
                None => Vec::new(),
            };
            levels.push((number, open));
        }
        Ok(Self { levels })
    }

    /// Adds the next leaf, and hands each tile that is full by it to `full`, the lowest first.
    ///
    /// # Errors
    /// What `full` returns.
    pub fn push<E>(
        &mut self,
        leaf: LeafHash,
        mut full: impl FnMut(TileId, Tile) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut hash = leaf.0;
        for level in 0..HEIGHT {
            if self.levels.len() == usize::from(level) {
                self.levels.push((0, Vec::new()));
            }
            let Some((number, hashes)) = self.levels.get_mut(usize::from(level)) else {
                break;
            };
            hashes.push(hash);
            if hashes.len() < usize::from(WIDTH) {
                break;
            }
            let id = TileId {
                level,
                number: *number,
                width: WIDTH,
            };
            *number += 1;
            let Some(tile) = Tile::of(std::mem::take(hashes)).map(Tile::halved) else {
                break;
            };
            let root = tile.root();
            full(id, tile)?;
            let Some(root) = root else { break };
            hash = root;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::root_of;
    use std::convert::Infallible;

    #[test]
    fn each_full_tile_comes_once_also_from_a_builder_that_was_resumed() {
        let leaf = |n: u64| LeafHash::of(&n.to_be_bytes());
        let leaves: Vec<LeafHash> = (0..66_000).map(leaf).collect();
        let build = |mut builder: TileBuilder, from: usize| {
            let mut tiles = Vec::new();
            for leaf in &leaves[from..] {
                let Ok(()) = builder.push(*leaf, |id, tile| {
                    tiles.push((id, tile));
                    Ok::<_, Infallible>(())
                });
            }
            tiles
        };
        let all = build(TileBuilder::new(), 0);
        let wanted: Vec<TileId> = TileId::all(66_000).filter(TileId::is_full).collect();
        let mut found: Vec<TileId> = all.iter().map(|(id, _)| *id).collect();
        found.sort_unstable();
        assert_eq!(found, wanted);
        let (first, upper) = (&all[0].1, &all.iter().find(|(id, _)| id.level == 1).unwrap().1);
        assert_eq!(first.root(), Some(root_of(&leaves[..256]).0));
        assert_eq!(upper.root(), Some(root_of(&leaves[..65_536]).0));
        for from in [0, 1, 255, 256, 10_000, 65_535, 65_536, 65_999] {
            let each = |id: TileId| 256_usize.pow(u32::from(id.level));
            let resumed = TileBuilder::resumed(u64::try_from(from).unwrap(), |id| {
                let start = usize::try_from(id.number).unwrap() * 256 * each(id);
                let below = &leaves[start..start + usize::from(id.width) * each(id)];
                Ok::<_, Infallible>(below.chunks(each(id)).map(|leaves| root_of(leaves).0).collect())
            });
            let Ok(resumed) = resumed;
            let rest = build(resumed, from);
            assert_eq!(rest, all[all.len() - rest.len()..], "from {from}");
        }
    }
}
