//! What the tests share with the programs that they run.

pub mod load;
