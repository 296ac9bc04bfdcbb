//! What the ledger promises, shown on each store, on a ledger of its own for each test.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "helpers of tests fail by panicking, also on what they do not know"
)]

mod append;
mod copy;
mod cqrs;
mod crash;
mod defects;
mod fixture;
mod guards;
mod model;
mod opening;
mod postgres;
mod proofs;
mod read;
mod roles;
mod server;
mod stock;
mod tamper;
mod views;

use jiff::Timestamp;
use subsidy_ledger::*;
use tempfile::TempDir;

use self::fixture::{Fresh, Kind, Place, contract, fresh};

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
