//! Tiles: the tree in pieces of 256 hashes, as C2SP tlog-tiles lays them out.
//!
//! A tile of level 0 has the hashes of 256 leaves. Each of its 256 hashes at a higher level is the root over a full tile of the level below.
//! What is at the right edge is a partial tile.

use std::fmt::Write as _;
use std::iter::successors;

use crate::merkle::{Hash, node};

/// How many hashes a full tile has.
pub const WIDTH: u16 = 256;

/// How many levels of the tree lie between the hashes of one tile and those of the tile above it.
pub const HEIGHT: u8 = 8;

/// How high the stored nodes of a tile lie above its hashes: halfway.
const MIDDLE: u8 = 4;

/// The bytes of a full tile.
pub const TILE_BYTES: usize = 8_192;

/// The bytes of the sixteen nodes that are kept beside a full tile.
pub const MIDDLE_BYTES: usize = 512;

/// Names a tile.
#[doc(alias = "plaats van een tegel")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// The level: 0 has the hashes of leaves.
    pub level: u8,
    /// The place in its level, from 0.
    pub number: u64,
    /// How many hashes it has: 256, or fewer at the right edge.
    pub width: u16,
}

impl TileId {
    /// The tile at a place in the tree of so many leaves; none where that tree has nothing.
    #[must_use]
    pub fn of_tree(level: u8, number: u64, size: u64) -> Option<Self> {
        let hashes = size
            .checked_shr(u32::from(level) * u32::from(HEIGHT))
            .unwrap_or(0);
        let before = number.checked_mul(u64::from(WIDTH))?;
        let width = hashes.checked_sub(before)?.min(u64::from(WIDTH));
        let width = u16::try_from(width).ok().filter(|width| *width > 0)?;
        Some(Self { level, number, width })
    }

    /// All tiles of the tree of so many leaves: those of level 0 first, each level from the left.
    pub fn all(size: u64) -> impl Iterator<Item = Self> {
        Self::new_since(0, size)
    }

    /// The tiles of the larger tree that the smaller one does not have as they are.
    pub fn new_since(old: u64, size: u64) -> impl Iterator<Item = Self> {
        (0..HEIGHT).flat_map(move |level| {
            let full = old.checked_shr(u32::from(level) * u32::from(HEIGHT) + u32::from(HEIGHT));
            (full.unwrap_or(0)..)
                .map_while(move |number| Self::of_tree(level, number, size))
                .filter(move |tile| Self::of_tree(level, tile.number, old) != Some(*tile))
        })
    }

    /// Whether it has all its hashes, and so never changes again.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.width == WIDTH
    }

    /// The path of its hashes below the prefix of the log: `tile/0/x001/067`, and `.p/5` behind it for a partial one.
    #[must_use]
    pub fn path(&self) -> String {
        format!("tile/{}/{}", self.level, self.place())
    }

    /// The path of the entries whose hashes it has; only those of level 0 have entries.
    #[must_use]
    pub fn entries_path(&self) -> String {
        format!("tile/entries/{}", self.place())
    }

    fn place(&self) -> String {
        let groups = successors(Some(self.number), |rest| {
            Some(rest / 1_000).filter(|rest| *rest > 0)
        });
        let mut groups: Vec<u64> = groups.map(|rest| rest % 1_000).collect();
        let last = groups.first().copied().unwrap_or_default();
        groups.remove(0);
        let mut path = String::new();
        for group in groups.into_iter().rev() {
            // Writing to a text does not fail.
            write!(path, "x{group:03}/").ok();
        }
        write!(path, "{last:03}").ok();
        if !self.is_full() {
            write!(path, ".p/{}", self.width).ok();
        }
        path
    }
}

/// The hashes of a tile, and as many of the nodes above them as are at hand.
#[doc(alias = "tegel")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tile {
    /// By height above the hashes; what is empty is derived from the nearest below.
    nodes: [Vec<Hash>; 8],
}

impl Tile {
    /// A tile of these hashes, 256 at most; none for no hash, or too many.
    #[must_use]
    pub fn of(hashes: Vec<Hash>) -> Option<Self> {
        let fits = !hashes.is_empty() && hashes.len() <= usize::from(WIDTH);
        fits.then(|| {
            let mut nodes: [Vec<Hash>; 8] = Default::default();
            if let Some(lowest) = nodes.first_mut() {
                *lowest = hashes;
            }
            Self { nodes }
        })
    }

    /// A full tile from its stored bytes and those of its [`middle`](Self::middle), which are believed.
    #[must_use]
    pub fn stored(hashes: &[u8], middle: &[u8]) -> Option<Self> {
        if (hashes.len(), middle.len()) != (TILE_BYTES, MIDDLE_BYTES) {
            return None;
        }
        let mut tile = Self::of(hashes_of(hashes)?)?;
        if let Some(nodes) = tile.nodes.get_mut(usize::from(MIDDLE)) {
            *nodes = hashes_of(middle)?;
        }
        Some(tile)
    }

    /// The same tile, if it is full, with its nodes halfway at hand, as it is stored.
    #[must_use]
    pub fn halved(mut self) -> Self {
        let middle: Vec<Hash> = (0..16).filter_map(|index| self.node(MIDDLE, index)).collect();
        if let Some(nodes) = self.nodes.get_mut(usize::from(MIDDLE)) {
            *nodes = middle;
        }
        self
    }

    /// The same tile with all its inner nodes at hand: for one that is asked often.
    #[must_use]
    pub fn expanded(mut self) -> Self {
        for height in 1..usize::from(HEIGHT) {
            let below = self.nodes.get(height - 1).map(Vec::as_slice).unwrap_or_default();
            let above = pairs(below);
            if let Some(nodes) = self.nodes.get_mut(height) {
                *nodes = above;
            }
        }
        self
    }

    /// The hashes, from the left.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        self.nodes.first().map(Vec::as_slice).unwrap_or_default()
    }

    /// The bytes of its hashes, as they are stored and served.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.hashes().concat()
    }

    /// The bytes of the sixteen nodes halfway: with them at hand a path through the tile takes 22 hashes, without them 247.
    #[must_use]
    pub fn middle(&self) -> Vec<u8> {
        (0..16)
            .filter_map(|index| self.node(MIDDLE, index))
            .collect::<Vec<_>>()
            .concat()
    }

    /// The node at a height above the hashes, 8 at most, if all hashes below it are there.
    #[must_use]
    pub fn node(&self, height: u8, index: usize) -> Option<Hash> {
        let at_hand = (0..=height.min(HEIGHT - 1)).rev().find(|at| {
            self.nodes
                .get(usize::from(*at))
                .is_some_and(|nodes| !nodes.is_empty())
        })?;
        let count = 1_usize.checked_shl(u32::from(height.checked_sub(at_hand)?))?;
        let from = index.checked_mul(count)?;
        let nodes = self.nodes.get(usize::from(at_hand))?;
        folded(nodes.get(from..from.checked_add(count)?)?)
    }

    /// The root over the tile, if it is full.
    #[must_use]
    pub fn root(&self) -> Option<Hash> {
        self.node(HEIGHT, 0)
    }
}

/// The hashes that bytes are made of; none where a part of one is left over.
#[must_use]
pub fn hashes_of(bytes: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = bytes.as_chunks::<32>();
    rest.is_empty().then(|| hashes.to_vec())
}

fn pairs(below: &[Hash]) -> Vec<Hash> {
    let (pairs, _) = below.as_chunks::<2>();
    pairs.iter().map(|[left, right]| node(left, right)).collect()
}

/// The root over a full tile, from the bytes of its nodes halfway; none for other bytes.
#[must_use]
pub fn root_of_middle(middle: &[u8]) -> Option<Hash> {
    let nodes = hashes_of(middle).filter(|nodes| nodes.len() == 16)?;
    folded(&nodes)
}

/// The root over a full subtree of hashes.
fn folded(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [hash] => Some(*hash),
        _ => {
            let (left, right) = hashes.split_at(hashes.len() / 2);
            Some(node(&folded(left)?, &folded(right)?))
        }
    }
}

/// The bytes of an entry bundle: each entry behind its length in two bytes, the highest first.
///
/// None where an entry is longer than 65,535 bytes.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for entry in entries {
        bytes.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    Some(bytes)
}

/// The entries of a bundle; none where its bytes end within one.
#[must_use]
pub fn unbundled(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (entry, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        bytes = rest;
    }
    bytes.is_empty().then_some(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::merkle::{LeafHash, root_of};

    #[test]
    fn paths_are_those_of_the_specification() {
        let path = |level, number, width| TileId { level, number, width }.path();
        assert_eq!(path(0, 1_234_067, 256), "tile/0/x001/x234/067");
        assert_eq!(path(1, 0, 17), "tile/1/000.p/17");
        assert_eq!(path(0, 1_000, 256), "tile/0/x001/000");
        let entries = TileId {
            level: 0,
            number: 273,
            width: 112,
        };
        assert_eq!(entries.entries_path(), "tile/entries/273.p/112");
    }

    #[test]
    fn a_tree_of_70000_leaves_has_the_tiles_that_the_specification_names() {
        let tiles: Vec<TileId> = TileId::all(70_000).collect();
        let count = |level, is_full| {
            tiles
                .iter()
                .filter(|tile| tile.level == level && tile.is_full() == is_full)
                .count()
        };
        assert_eq!([count(0, true), count(0, false), count(1, true)], [273, 1, 1]);
        assert_eq!([count(1, false), count(2, true), count(2, false)], [1, 0, 1]);
        assert_eq!(tiles.len(), 277);
        let widths: Vec<u16> = tiles
            .iter()
            .filter(|tile| !tile.is_full())
            .map(|tile| tile.width)
            .collect();
        assert_eq!(widths, [112, 17, 1]);
        let small: Vec<String> = TileId::all(256).map(|tile| tile.path()).collect();
        assert_eq!(small, ["tile/0/000", "tile/1/000.p/1"]);
    }

    #[test]
    fn what_is_new_since_a_smaller_tree_is_what_that_one_lacks() {
        for (old, size) in [
            (0, 1),
            (255, 256),
            (256, 257),
            (256, 256),
            (300, 70_000),
            (65_535, 65_536),
        ] {
            let before: Vec<TileId> = TileId::all(old).collect();
            let wanted: Vec<TileId> = TileId::all(size).filter(|tile| !before.contains(tile)).collect();
            assert_eq!(
                TileId::new_since(old, size).collect::<Vec<_>>(),
                wanted,
                "{old} to {size}"
            );
        }
    }

    #[test]
    fn a_node_is_the_root_over_what_is_below_it_whatever_is_at_hand() {
        let leaves: Vec<LeafHash> = (0..256_u16).map(|n| LeafHash::of(&n.to_be_bytes())).collect();
        let plain = Tile::of(leaves.iter().map(|leaf| leaf.0).collect()).unwrap();
        let stored = Tile::stored(&plain.bytes(), &plain.middle()).unwrap();
        for tile in [&plain, &stored, &plain.clone().expanded()] {
            for height in 0..=8_u8 {
                let count = 1_usize << height;
                for (index, below) in leaves.chunks(count).enumerate() {
                    assert_eq!(
                        tile.node(height, index),
                        Some(root_of(below).0),
                        "{height} {index}"
                    );
                }
                assert_eq!(tile.node(height, 256 / count), None);
            }
        }
        let partial = Tile::of(plain.hashes()[..100].to_vec()).unwrap();
        for tile in [&partial, &partial.clone().expanded()] {
            assert_eq!(tile.node(5, 2), plain.node(5, 2));
            assert_eq!(tile.node(5, 3), None);
            assert_eq!(tile.root(), None);
        }
    }

    #[test]
    fn entries_come_out_of_a_bundle_as_they_went_in() {
        let entries: [&[u8]; 3] = [b"", b"one", &[7; 65_535]];
        let bytes = bundle(entries).unwrap();
        assert_eq!(unbundled(&bytes).unwrap(), entries);
        assert_eq!(unbundled(&bytes[..bytes.len() - 1]), None);
        assert_eq!(unbundled(&[0]), None);
        assert_eq!(bundle([[0; 65_536].as_slice()]), None);
    }
}
