//! The proofs held against a naive reference, and against what others made of the same standards.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails says where by panicking"
)]

mod notes;
mod policies;
mod reference;
mod trees;
