//! Files of the bank take memory for the file and what is kept of it, and time in proportion to the file.
//!
//! A process of its own, with one test: the most that it ever took counts for all that was read before.

#![cfg(target_os = "linux")]

#[cfg(test)]
mod bounded;
