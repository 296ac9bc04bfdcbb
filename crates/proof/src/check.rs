//! Checking proofs: from hashes alone, by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.

use crate::merkle::{Hash, LeafHash, RootHash, empty_root, node};

/// What a proof does not prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    /// The leaf does not lie in the tree, or the older tree is the larger one.
    #[error("there is nothing to prove: {0} lies outside a tree of {1}")]
    Outside(u64, u64),
    /// The proof has too many hashes, or too few.
    #[error("the proof has not as many hashes as such a proof has")]
    Length,
    /// The proof leads to another root than the one of the older tree.
    #[error(
        "the proof leads to another root for the older tree: its history is not a beginning of the newer one"
    )]
    OlderRoot,
    /// The proof leads to another root.
    #[error("the proof leads to another root")]
    Root,
}

/// Checks that a leaf, counted from 0, is in the tree of so many leaves with this root.
///
/// # Errors
/// See [`Unproven`].
pub fn inclusion(
    leaf: LeafHash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: RootHash,
) -> Result<(), Unproven> {
    if index >= size {
        return Err(Unproven::Outside(index, size));
    }
    let (mut at, mut last) = (index, size - 1);
    let mut hash = leaf.0;
    for beside in proof {
        if last == 0 {
            return Err(Unproven::Length);
        }
        if at & 1 == 1 || at == last {
            hash = node(beside, &hash);
            (at, last) = up_to_a_right_one(at, last);
        } else {
            hash = node(&hash, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(Unproven::Length);
    }
    if hash == root.0 {
        Ok(())
    } else {
        Err(Unproven::Root)
    }
}

/// Checks that one tree is the beginning of another: `old` and `new` are each a number of leaves and a root.
///
/// # Errors
/// See [`Unproven`].
pub fn consistency(old: (u64, RootHash), new: (u64, RootHash), proof: &[Hash]) -> Result<(), Unproven> {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size {
        return Err(Unproven::Outside(old_size, new_size));
    }
    if old_size == new_size || old_size == 0 {
        let old_is_right = old_size > 0 || old_root.0 == empty_root();
        return match (
            proof.is_empty(),
            old_is_right,
            old_size == 0 || old_root == new_root,
        ) {
            (false, _, _) => Err(Unproven::Length),
            (true, false, _) => Err(Unproven::OlderRoot),
            (true, true, false) => Err(Unproven::Root),
            (true, true, true) => Ok(()),
        };
    }
    // Where the older tree is one full subtree, its root is where the proof begins.
    let (start, rest) = if old_size.is_power_of_two() {
        (old_root.0, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(Unproven::Length)?;
        (*first, rest)
    };
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    let full = at.trailing_ones();
    (at, last) = (at >> full, last >> full);
    let (mut older, mut newer) = (start, start);
    for beside in rest {
        if last == 0 {
            return Err(Unproven::Length);
        }
        if at & 1 == 1 || at == last {
            older = node(beside, &older);
            newer = node(beside, &newer);
            (at, last) = up_to_a_right_one(at, last);
        } else {
            newer = node(&newer, beside);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    if last != 0 {
        return Err(Unproven::Length);
    }
    if older != old_root.0 {
        return Err(Unproven::OlderRoot);
    }
    if newer == new_root.0 {
        Ok(())
    } else {
        Err(Unproven::Root)
    }
}

/// At the right edge the way up goes past heights at which nothing lies beside it.
const fn up_to_a_right_one(mut at: u64, mut last: u64) -> (u64, u64) {
    while at & 1 == 0 && at != 0 {
        (at, last) = (at >> 1, last >> 1);
    }
    (at, last)
}
