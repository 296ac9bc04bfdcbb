//! No file makes the readers take much more memory than the file and what it may unpack to.
//!
//! A process of its own, with one test: the most that it ever took counts for all that was read before.

#![cfg(target_os = "linux")]

#[cfg(test)]
mod bounded;
