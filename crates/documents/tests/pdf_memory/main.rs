//! No PDF in an attachment makes the reader take much more memory or time than an invoice does.
//!
//! A process of its own, with one test: the most that it ever took counts for all that was read before.

#![cfg(target_os = "linux")]

#[cfg(test)]
mod bounded;
