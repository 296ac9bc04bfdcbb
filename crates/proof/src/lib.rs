//! Proofs of an append-only log, for whoever keeps one and for whoever will not take its word.
//!
//! The tree is that of RFC 6962 and RFC 9162; tiles, notes, checkpoints, cosignatures, policies and proofs have the forms that C2SP publishes.
//! Nothing here reads or writes a file, a clock or a network, and nothing knows what a record says: an auditor can use it by itself.
//!
//! ```
//! use std::{collections::BTreeMap, convert::Infallible, sync::Arc};
//! use subsidy_proof::*;
//!
//! // A log of three entries, of which the tiles are kept in memory.
//! struct Memory(BTreeMap<TileId, Arc<Tile>>);
//! impl TileReader for Memory {
//!     type Error = Infallible;
//!     fn tile(&self, tile: TileId) -> Result<Arc<Tile>, Infallible> { Ok(Arc::clone(&self.0[&tile])) }
//! }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let entries = ["one", "two", "three"];
//! let leaves = entries.iter().map(|entry| LeafHash::of(entry.as_bytes()).0).collect();
//! let tile = TileId { level: 0, number: 0, width: 3 };
//! let log = Memory([(tile, Arc::new(Tile::of(leaves).ok_or("a tile")?))].into());
//! let tree = Tree::new(&log, 3);
//!
//! // The log signs what it has, and gives whoever asks a proof of the second entry.
//! let origin = KeyName::new("ledger.example/1").ok_or("a name")?;
//! let key = SignerKey::from_seed(origin.clone(), KeyKind::Log, &[7; 32]);
//! let checkpoint = Checkpoint { origin, size: 3, root: tree.root()? };
//! let given = RecordProof {
//!     index: 1,
//!     hashes: tree.inclusion(1)?,
//!     checkpoint: checkpoint.signed(std::slice::from_ref(&key)),
//! }.to_string();
//!
//! // Who knows the published key needs nothing else.
//! let published: VerifierKey = key.verifier().to_string().parse()?;
//! let proof: RecordProof = given.parse()?;
//! let checkpoint = Checkpoint::of_log(&proof.checkpoint, &[published])?;
//! proof.check(b"two", &checkpoint)?;
//! assert!(proof.check(b"too", &checkpoint).is_err());
//! # Ok(())
//! # }
//! ```

mod build;
pub mod check;
mod checkpoint;
mod key;
pub mod merkle;
mod note;
mod policy;
mod proof;
mod tile;
mod tree;

pub use build::TileBuilder;
pub use checkpoint::{Checkpoint, NotACheckpoint};
pub use key::{Distrust, KeyKind, NotAKey, Signed, SignerKey, VerifierKey, signers};
pub use merkle::{Hash, LeafHash, RootHash};
pub use note::{KeyName, MAX_NOTE, MAX_SIGNATURES, NotANote, Note, Signature};
pub use policy::{NotAPolicy, Policy, PolicyFault, Unbelieved, Witness};
pub use proof::{GrowthProof, NotAProof, RecordProof};
pub use tile::{
    HEIGHT, MIDDLE_BYTES, TILE_BYTES, Tile, TileId, WIDTH, bundle, hashes_of, root_of_middle, unbundled,
};
pub use tree::{TileReader, Tree, TreeError};
