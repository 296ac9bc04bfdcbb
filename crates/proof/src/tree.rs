//! Roots and proofs from tiles: no leaf is hashed again, and the work grows with the logarithm of the tree.

use std::sync::Arc;

use crate::merkle::{Hash, RootHash, empty_root, node};
use crate::tile::{HEIGHT, Tile, TileId};

/// Where tiles come from: a database, a folder, a server.
pub trait TileReader {
    /// Why a tile could not be had.
    type Error;

    /// Returns the hashes of a tile: as many as its width says, or more.
    ///
    /// # Errors
    /// Where it cannot be had.
    fn tile(&self, tile: TileId) -> Result<Arc<Tile>, Self::Error>;
}

/// Why no proof could be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TreeError<E> {
    /// A tile could not be had.
    #[error("a tile of the tree could not be read")]
    Tile(#[source] E),
    /// A tile has fewer hashes than its name says.
    #[error("the tile {} is too short", .0.path())]
    Short(TileId),
    /// There is no such leaf in the tree.
    #[error("there is no leaf {index} in a tree of {size}")]
    NoLeaf {
        /// The leaf asked for, from 0.
        index: u64,
        /// The number of leaves.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {old} leaves is no beginning of one of {size}")]
    NoBeginning {
        /// The size of the older tree.
        old: u64,
        /// The size of the newer tree.
        size: u64,
    },
}

/// The tree over the first leaves of a log, as tiles have it.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a, R> {
    tiles: &'a R,
    size: u64,
}

/// The tile that was read last: a path goes through a tile at several heights.
type Last = Option<(TileId, Arc<Tile>)>;

impl<'a, R: TileReader> Tree<'a, R> {
    /// The tree of so many leaves.
    pub const fn new(tiles: &'a R, size: u64) -> Self {
        Self { tiles, size }
    }

    /// The number of leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Returns the root.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub fn root(&self) -> Result<RootHash, TreeError<R::Error>> {
        if self.size == 0 {
            return Ok(RootHash(empty_root()));
        }
        self.over(0, self.size, &mut None).map(RootHash)
    }

    /// Returns the hashes of the full subtrees that it is made of, the largest first: all that is needed to go on adding leaves.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub fn peaks(&self) -> Result<Vec<Hash>, TreeError<R::Error>> {
        let (mut at, mut peaks, mut last) = (0, Vec::new(), None);
        while at < self.size {
            let height = (self.size - at).ilog2();
            peaks.push(self.node(height, at >> height, &mut last)?);
            at += 1 << height;
        }
        Ok(peaks)
    }

    /// Returns the hash of a leaf, counted from 0.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub fn leaf(&self, index: u64) -> Result<Hash, TreeError<R::Error>> {
        self.holds(index)?;
        self.node(0, index, &mut None)
    }

    /// Proves that a leaf, counted from 0, is in the tree: the hashes beside the way from it to the root, as RFC 6962 section 2.1.1 has them.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, TreeError<R::Error>> {
        self.holds(index)?;
        let (mut from, mut to) = (0, self.size);
        let (mut proof, mut last) = (Vec::with_capacity(64), None);
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                proof.push(self.over(middle, to, &mut last)?);
                to = middle;
            } else {
                proof.push(self.over(from, middle, &mut last)?);
                from = middle;
            }
        }
        proof.reverse();
        Ok(proof)
    }

    /// Proves that the tree of the first `old` leaves is its beginning, as RFC 6962 section 2.1.2 has it.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub fn consistency(&self, old: u64) -> Result<Vec<Hash>, TreeError<R::Error>> {
        let size = self.size;
        if old > size {
            return Err(TreeError::NoBeginning { old, size });
        }
        if old == 0 || old == size {
            return Ok(Vec::new());
        }
        let (mut from, mut to) = (0, size);
        let (mut proof, mut last) = (Vec::with_capacity(64), None);
        while old != to {
            let middle = from + split(to - from);
            if old <= middle {
                proof.push(self.over(middle, to, &mut last)?);
                to = middle;
            } else {
                proof.push(self.over(from, middle, &mut last)?);
                from = middle;
            }
        }
        // What the verifier has as the old root need not be sent.
        if from > 0 {
            proof.push(self.over(from, to, &mut last)?);
        }
        proof.reverse();
        Ok(proof)
    }

    fn holds(&self, index: u64) -> Result<(), TreeError<R::Error>> {
        let size = self.size;
        if index < size {
            Ok(())
        } else {
            Err(TreeError::NoLeaf { index, size })
        }
    }

    /// The root over some leaves, of which the first is where a full subtree as large as all of them begins.
    fn over(&self, from: u64, to: u64, last: &mut Last) -> Result<Hash, TreeError<R::Error>> {
        // Full subtrees, the largest first; the hash is made from the smallest up.
        let (mut at, mut subtrees) = (from, Vec::new());
        while at < to {
            let height = (to - at).ilog2();
            subtrees.push((height, at >> height));
            at += 1 << height;
        }
        let mut hash: Option<Hash> = None;
        for (height, index) in subtrees.into_iter().rev() {
            let left = self.node(height, index, last)?;
            hash = Some(hash.map_or(left, |right| node(&left, &right)));
        }
        Ok(hash.unwrap_or_else(empty_root))
    }

    /// The root of a full subtree of `2^height` leaves.
    fn node(&self, height: u32, index: u64, last: &mut Last) -> Result<Hash, TreeError<R::Error>> {
        let tiles = u32::from(HEIGHT);
        let within = height % tiles;
        // A height is below 64, so a level is below 8.
        let level = u8::try_from(height / tiles).unwrap_or(u8::MAX);
        let number = index >> (tiles - within);
        let missing = TileId {
            level,
            number,
            width: 0,
        };
        let wanted = TileId::of_tree(level, number, self.size).ok_or(TreeError::Short(missing))?;
        let tile = match last {
            Some((id, tile)) if *id == wanted => tile,
            Some(_) | None => {
                let tile = self.tiles.tile(wanted).map_err(TreeError::Tile)?;
                &last.insert((wanted, tile)).1
            }
        };
        let place = index & ((1 << (tiles - within)) - 1);
        u8::try_from(within)
            .ok()
            .zip(usize::try_from(place).ok())
            .and_then(|(within, place)| tile.node(within, place))
            .ok_or(TreeError::Short(wanted))
    }
}

/// Where a tree of more than one leaf splits: the largest power of two below its size.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}
