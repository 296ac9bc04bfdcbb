//! The Merkle tree over the ledger: RFC 6962 section 2.1 (the same tree as RFC 9162), with SHA-256.
//!
//! A leaf is `SHA-256(0x00 || entry)`, an inner node `SHA-256(0x01 || left || right)`, the root of nothing
//! `SHA-256("")`. A tree of `n > 1` leaves splits at the largest power of two below `n`, left side full.

use std::fmt;

use sha2::{Digest, Sha256};

/// The hash of one record's canonical entry, a leaf of the tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafHash(pub [u8; 32]);

/// The root of the tree over the first `size` records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootHash(pub [u8; 32]);

impl LeafHash {
    /// Hashes a canonical entry: `SHA-256(0x00 || entry)`.
    #[must_use]
    pub fn of(entry: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update([0x00]);
        hasher.update(entry);
        Self(hasher.finalize().into())
    }
}

/// A hash somewhere in the tree: of a leaf, of an inner node or of the root.
pub type Hash = [u8; 32];

/// The hash of an inner node: `SHA-256(0x01 || left || right)`.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update([0x01]);
    hasher.update(left);
    hasher.update(right);
    hasher.finalize().into()
}

/// The tree's right edge: all that is needed to append a leaf and to tell the root.
///
/// It holds one hash for each full subtree, largest first: as many as `size` has binary ones, so 64 at most.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CompactRange {
    size: u64,
    peaks: Vec<[u8; 32]>,
}

impl CompactRange {
    /// The range of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a range back from its size and the bytes of [`peaks`](Self::peaks).
    ///
    /// Returns `None` when the number of bytes is not what a tree of this size has.
    #[must_use]
    pub fn from_parts(size: u64, bytes: &[u8]) -> Option<Self> {
        let (peaks, rest) = bytes.as_chunks::<32>();
        let wanted = usize::try_from(size.count_ones()).ok()?;
        (rest.is_empty() && peaks.len() == wanted).then(|| Self {
            size,
            peaks: peaks.to_vec(),
        })
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the full subtrees, largest first, 32 bytes each.
    #[must_use]
    pub fn peaks(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Appends one leaf.
    pub fn push(&mut self, leaf: LeafHash) {
        let mut hash = leaf.0;
        // Each trailing one of the old size is a full subtree as large as the one in hand.
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> RootHash {
        let folded = self
            .peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node(&left, &right));
        RootHash(folded.unwrap_or_else(empty_root))
    }
}

/// The root over these leaves, by the recursive definition of the standard.
///
/// Slow and plain: the measure that [`CompactRange`] is held against.
#[must_use]
pub fn root_of(leaves: &[LeafHash]) -> RootHash {
    fn hash(leaves: &[LeafHash]) -> [u8; 32] {
        match leaves {
            [] => empty_root(),
            [leaf] => leaf.0,
            _ => {
                let half = leaves.len().div_ceil(2).next_power_of_two();
                let (left, right) = leaves.split_at(half);
                node(&hash(left), &hash(right))
            }
        }
    }
    RootHash(hash(leaves))
}

/// The root of the tree without leaves: `SHA-256("")`.
#[must_use]
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Writes bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied().unwrap_or_default();
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// Reads 32 bytes back from the form that [`hex`] writes, and no other form.
#[must_use]
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    unhexed(text)
}

/// Reads as many bytes as are wanted back from the form that [`hex`] writes.
pub(crate) fn unhexed<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    (hex(&bytes) == text).then_some(bytes)
}

macro_rules! shown_as_hex {
    ($($hash:ty),*) => {$(
        impl fmt::Display for $hash {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }
        impl fmt::Debug for $hash {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&hex(&self.0))
            }
        }
    )*};
}
shown_as_hex!(LeafHash, RootHash);

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight leaves known from the Certificate Transparency test suites, and the root after each.
    const LEAVES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 9] = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn the_known_eight_leaf_tree_has_the_known_roots() {
        let mut range = CompactRange::new();
        let mut leaves = Vec::new();
        assert_eq!(range.root().to_string(), ROOTS[0]);
        for (leaf, root) in LEAVES.iter().zip(&ROOTS[1..]) {
            leaves.push(LeafHash::of(leaf));
            range.push(LeafHash::of(leaf));
            assert_eq!(range.root().to_string(), *root);
            assert_eq!(root_of(&leaves).to_string(), *root);
        }
    }

    #[test]
    fn the_compact_range_agrees_with_the_definition_at_every_size() {
        let mut range = CompactRange::new();
        let mut leaves = Vec::new();
        for n in 0..300_u16 {
            assert_eq!(range.root(), root_of(&leaves), "size {n}");
            assert_eq!(
                CompactRange::from_parts(u64::from(n), &range.peaks()),
                Some(range.clone())
            );
            leaves.push(LeafHash::of(&n.to_be_bytes()));
            range.push(LeafHash::of(&n.to_be_bytes()));
        }
    }

    #[test]
    fn a_range_with_a_peak_too_few_or_half_a_peak_is_refused() {
        assert_eq!(CompactRange::from_parts(3, &[0; 32]), None);
        assert_eq!(CompactRange::from_parts(1, &[0; 33]), None);
        assert_eq!(CompactRange::from_parts(0, &[]), Some(CompactRange::new()));
    }
}
