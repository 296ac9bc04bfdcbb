//! What the ledger promises, shown on a file of its own for each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests fail by panicking, also on what they do not know"
)]

mod append;
mod cqrs;
mod crash;
mod guards;
mod model;
mod opening;
mod read;
mod tamper;
mod views;

use std::path::PathBuf;

use jiff::Timestamp;
use subsidy_ledger::*;
use tempfile::TempDir;

/// A ledger in a folder that goes when the test ends.
struct Fresh {
    ledger: Ledger,
    folder: TempDir,
}

impl Fresh {
    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    /// The file as anyone with access to it can open it: none of the library's care.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

fn fresh() -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(folder.path().join("ledger.db"), Opening::Create).unwrap();
    Fresh { ledger, folder }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

fn event(payload: &str) -> NewEvent {
    NewEvent {
        event_type: "Noted".into(),
        event_version: "1.0".into(),
        payload: payload.into(),
    }
}

/// An append of `count` small events.
fn append(id: &str, expected: u64, count: usize) -> StreamAppend {
    StreamAppend {
        stream: StreamId::new("note", id),
        expected: Sequence(expected),
        events: (0..count).map(|n| event(&format!(r#"{{"n":{n}}}"#))).collect(),
    }
}

fn batch(appends: Vec<StreamAppend>) -> Batch {
    Batch {
        key: None,
        recorded_at: at(0),
        metadata: [("by".into(), "test".into())].into(),
        appends,
    }
}

fn keyed(key: &str, content: u8, appends: Vec<StreamAppend>) -> Batch {
    let key = IdempotencyKey {
        source: "files".into(),
        key: key.into(),
        content: [content; 32],
    };
    Batch {
        key: Some(key),
        ..batch(appends)
    }
}

fn verified(ledger: &Ledger) -> Verified {
    let verified = ledger.verify(&mut |_, _| {}).unwrap();
    let head = ledger.head().unwrap();
    assert_eq!((verified.size, verified.root), (head.size, head.root));
    verified
}

fn fault(ledger: &Ledger) -> Fault {
    match ledger.verify(&mut |_, _| {}) {
        Err(VerifyError::Fault(fault)) => fault,
        other => panic!("a fault was expected, not {other:?}"),
    }
}
