//! Verification believes nothing: it derives again what is stored beside the records.

use std::collections::BTreeMap;

use crate::batch::reserved;
use crate::event::{Position, Record, micros};
use crate::fault::Fault;
use crate::merkle::{CompactRange, RootHash, unhex};
use crate::plan::{HeadState, KeyState};

/// What was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The number of records.
    pub size: u64,
    /// The root of the Merkle tree over them, derived again.
    pub root: RootHash,
}

/// A walk over all records in order, collecting what the head must say.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    range: CompactRange,
    recorded_at: Option<i64>,
    keys: u64,
}

/// The idempotency key that a record carries for its batch, and the row that follows from it.
pub(crate) struct KeyOnRecord {
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) state: KeyState,
}

impl Walk {
    /// Adds the next record; returns the idempotency key it carries.
    ///
    /// Its hash was checked against its bytes when it was read.
    pub(crate) fn add(&mut self, record: &Record) -> Result<Option<KeyOnRecord>, Fault> {
        let position = record.position;
        let moment = micros(record.recorded_at);
        if self.recorded_at.is_some_and(|last| moment < last) {
            return Err(Fault::TimeWentBack { position });
        }
        self.recorded_at = Some(moment);
        self.range.push(record.leaf);
        let (_, key) = metadata_and_key(record)?;
        self.keys = self.keys.saturating_add(u64::from(key.is_some()));
        Ok(key)
    }

    /// How many idempotency keys were met.
    pub(crate) fn keys(&self) -> u64 {
        self.keys
    }

    /// Compares what was collected with the head.
    pub(crate) fn finish(self, head: &HeadState) -> Result<Verified, Fault> {
        let size = head.range.size();
        if self.range != head.range {
            return Err(Fault::Head { what: "tree", size });
        }
        if self.recorded_at != head.recorded_at {
            return Err(Fault::Head { what: "moment", size });
        }
        Ok(Verified {
            size,
            root: self.range.root(),
        })
    }
}

/// Returns a record's metadata without the idempotency key, and the key, if it carries one.
pub(crate) fn metadata_and_key(
    record: &Record,
) -> Result<(BTreeMap<String, String>, Option<KeyOnRecord>), Fault> {
    let (position, column) = (record.position, "metadata");
    let entries = record.metadata.entries();
    let mut entries = entries.map_err(|_| Fault::Unreadable { position, column })?;
    let [source, key, content, records] = reserved::ALL.map(|name| entries.remove(name));
    match (source, key, content, records) {
        (None, None, None, None) => Ok((entries, None)),
        (Some(source), Some(key), Some(content), Some(records)) => {
            let state = state(&content, &records, position).ok_or(Fault::Key { position })?;
            Ok((entries, Some(KeyOnRecord { source, key, state })))
        }
        _ => Err(Fault::Key { position }),
    }
}

fn state(content: &str, records: &str, first: Position) -> Option<KeyState> {
    let content = unhex(content)?;
    let last = first
        .0
        .checked_add(records.parse::<u64>().ok()?.checked_sub(1)?)?;
    Some(KeyState {
        content,
        first,
        last: Position(last),
    })
}
