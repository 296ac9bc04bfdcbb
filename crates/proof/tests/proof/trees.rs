//! Roots, inclusion and consistency.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use sha2::Sha256;
use subsidy_proof::check::{self, Unproven};
use subsidy_proof::merkle::root_of;
use subsidy_proof::{LeafHash, RootHash, Tree, TreeError};

use crate::reference::{self, Tiles, long};

fn leaves(count: usize, seed: u64) -> Vec<LeafHash> {
    let entry = |n: usize| [seed.to_be_bytes(), long(n).to_be_bytes()].concat();
    (0..count).map(|n| LeafHash::of(&entry(n))).collect()
}

/// Sizes with a full tile, a partial one, and both kinds of edges above them.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![
        1..=40_usize,
        250..=260_usize,
        500..=1_100_usize,
        65_530..=65_540_usize,
        Just(70_000_usize),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn each_leaf_of_a_random_tree_is_proven_as_the_definition_has_it_and_no_other_leaf_is(
        size in size(), seed: u64, at: prop::sample::Index, wrong: prop::sample::Index, is_stored: bool,
    ) {
        let leaves = leaves(size, seed);
        let root = root_of(&leaves);
        let tiles = Tiles::of(&leaves, is_stored);
        let tree = Tree::new(&tiles, long(size));
        prop_assert_eq!(tree.root(), Ok(root));
        let index = at.index(size);
        let proof = tree.inclusion(long(index)).unwrap();
        prop_assert_eq!(&proof, &reference::path(index, &leaves));
        prop_assert_eq!(tree.leaf(long(index)), Ok(leaves[index].0));

        let check = |leaf, index: usize, size: usize, proof: &[_], root| {
            check::inclusion(leaf, long(index), long(size), proof, root)
        };
        prop_assert_eq!(check(leaves[index], index, size, &proof, root), Ok(()));
        // Another leaf, another root, a hash changed, one too many, one too few.
        prop_assert_eq!(check(LeafHash::of(b"other"), index, size, &proof, root), Err(Unproven::Root));
        prop_assert_eq!(check(leaves[index], index, size, &proof, RootHash([1; 32])), Err(Unproven::Root));
        let mut longer = proof.clone();
        longer.push([0; 32]);
        prop_assert_eq!(check(leaves[index], index, size, &longer, root), Err(Unproven::Length));
        if !proof.is_empty() {
            let mut changed = proof.clone();
            changed[wrong.index(proof.len())][31] ^= 1;
            prop_assert_eq!(check(leaves[index], index, size, &changed, root), Err(Unproven::Root));
            prop_assert_eq!(check(leaves[index], index, size, &proof[1..], root), Err(Unproven::Length));
        }
        // At another place it is another leaf.
        let elsewhere = wrong.index(size);
        if elsewhere != index {
            prop_assert!(check(leaves[index], elsewhere, size, &proof, root).is_err());
        }
        prop_assert_eq!(check(leaves[index], size, size, &proof, root), Err(Unproven::Outside(long(size), long(size))));
    }

    #[test]
    fn each_beginning_of_a_random_tree_is_proven_as_the_definition_has_it_and_no_other_history_is(
        size in size(), seed: u64, at: prop::sample::Index, wrong: prop::sample::Index, is_stored: bool,
    ) {
        let leaves = leaves(size, seed);
        let root = root_of(&leaves);
        let tiles = Tiles::of(&leaves, is_stored);
        let tree = Tree::new(&tiles, long(size));
        let old = at.index(size) + 1;
        let old_root = root_of(&leaves[..old]);
        prop_assert_eq!(Tree::new(&tiles_of_beginning(&leaves, old), long(old)).root(), Ok(old_root));
        let proof = tree.consistency(long(old)).unwrap();
        prop_assert_eq!(&proof, &reference::proof(old, &leaves));
        let check = |old_root, proof: &[_], root| {
            check::consistency((long(old), old_root), (long(size), root), proof)
        };
        prop_assert_eq!(check(old_root, &proof, root), Ok(()));
        // A history that was rewritten somewhere in its beginning.
        let mut rewritten = leaves[..old].to_vec();
        rewritten[wrong.index(old)] = LeafHash::of(b"rewritten");
        prop_assert!(check(root_of(&rewritten), &proof, root).is_err());
        prop_assert!(check(old_root, &proof, RootHash([1; 32])).is_err());
        let mut longer = proof.clone();
        longer.push([0; 32]);
        prop_assert_eq!(check(old_root, &longer, root), Err(Unproven::Length));
        if !proof.is_empty() {
            let mut changed = proof.clone();
            changed[wrong.index(proof.len())][0] ^= 1;
            prop_assert!(check(old_root, &changed, root).is_err());
            prop_assert!(check(old_root, &proof[1..], root).is_err());
        }
    }
}

fn tiles_of_beginning(leaves: &[LeafHash], count: usize) -> Tiles {
    Tiles::of(&leaves[..count], false)
}

#[test]
fn every_proof_of_every_small_tree_is_right() {
    let all = leaves(300, 7);
    for size in (1..=40).chain([63, 64, 65, 127, 128, 129, 255, 256, 257, 300]) {
        let tree = &all[..size];
        let root = root_of(tree);
        let tiles = Tiles::of(tree, true);
        let proofs = Tree::new(&tiles, long(size));
        for index in 0..size {
            let proof = proofs.inclusion(long(index)).unwrap();
            assert_eq!(proof, reference::path(index, tree), "{index} of {size}");
            check::inclusion(tree[index], long(index), long(size), &proof, root).unwrap();
            let old = index + 1;
            let proof = proofs.consistency(long(old)).unwrap();
            assert_eq!(proof, reference::proof(old, tree), "{old} of {size}");
            let before = (long(old), root_of(&tree[..old]));
            check::consistency(before, (long(size), root), &proof).unwrap();
        }
    }
}

#[test]
fn another_implementation_makes_the_same_proofs_and_believes_ours() {
    let mut other = MemoryBackedTree::<Sha256, Vec<u8>>::new();
    let mut ours = Vec::new();
    for n in 0..1_500_u64 {
        let entry = n.to_be_bytes().to_vec();
        ours.push(LeafHash::of(&entry));
        other.push(entry);
    }
    let tiles = Tiles::of(&ours, true);
    let tree = Tree::new(&tiles, 1_500);
    assert_eq!(
        tree.root().unwrap().0.as_slice(),
        other.root().as_bytes().as_slice()
    );
    for index in [0, 1, 255, 256, 1_023, 1_024, 1_279, 1_280, 1_498, 1_499_usize] {
        let proof = tree.inclusion(long(index)).unwrap().concat();
        assert_eq!(proof, other.prove_inclusion(index).as_bytes(), "leaf {index}");
        let older = index + 1;
        let proof = tree.consistency(long(older)).unwrap().concat();
        if older < 1_500 {
            assert_eq!(
                proof,
                other.prove_consistency(1_500 - older).as_bytes(),
                "from {older}"
            );
        }
    }
}

#[test]
fn what_is_not_there_is_not_proven() {
    let leaves = leaves(5, 1);
    let tiles = Tiles::of(&leaves, false);
    let tree = Tree::new(&tiles, 5);
    assert_eq!(tree.inclusion(5), Err(TreeError::NoLeaf { index: 5, size: 5 }));
    assert_eq!(
        tree.consistency(6),
        Err(TreeError::NoBeginning { old: 6, size: 5 })
    );
    assert_eq!(tree.consistency(0), Ok(Vec::new()));
    let empty = Tree::new(&tiles, 0);
    assert_eq!(empty.root(), Ok(root_of(&[])));
    // Nothing is the beginning of everything; something is not the beginning of nothing.
    let (nothing, all) = ((0, root_of(&[])), (5, root_of(&leaves)));
    assert_eq!(check::consistency(nothing, all, &[]), Ok(()));
    assert_eq!(
        check::consistency((0, RootHash([9; 32])), all, &[]),
        Err(Unproven::OlderRoot)
    );
    assert_eq!(
        check::consistency(all, nothing, &[]),
        Err(Unproven::Outside(5, 0))
    );
    assert_eq!(
        check::consistency(all, (5, RootHash([9; 32])), &[]),
        Err(Unproven::Root)
    );
    assert_eq!(
        check::consistency(nothing, all, &[[0; 32]]),
        Err(Unproven::Length)
    );
}
