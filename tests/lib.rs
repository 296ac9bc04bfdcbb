//! What the tests share with the programs that they run.

#[path = "programs/load.rs"]
pub mod load;
