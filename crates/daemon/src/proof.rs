//! What proves the ledger to others: the keys that it signs with, the files that it hands out.

pub mod hand_out;
pub mod keys;
