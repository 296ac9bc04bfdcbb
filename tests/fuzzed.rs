//! The readers stand up to bytes that no sender means: `fuzz/run`, in the long form of the tests.

use std::process::Command;

use crate::support::{long, root};

/// Seconds for each reader.
const SECONDS: &str = "120";

#[test]
fn every_reader_answers_bytes_that_no_sender_means() {
    if !long() {
        eprintln!(
            "NOT RUN: the readers are fuzzed in the long form only; SUBSIDY_LONG=1, or fuzz/run by hand"
        );
        return;
    }
    let status = Command::new(root().join("fuzz/run"))
        .arg(SECONDS)
        .status()
        .expect("fuzz/run starts");
    assert!(
        status.success(),
        "fuzz/run found something: its report is above, make it a test"
    );
}
