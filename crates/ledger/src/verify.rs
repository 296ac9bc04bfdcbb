//! Verification believes nothing: it derives again what is stored beside the records.

use std::collections::BTreeMap;

use crate::batch::reserved;
use crate::error::VerifyError;
use crate::event::{Position, Record};
use crate::fault::Fault;
use crate::merkle::{CompactRange, LeafHash, RootHash, unhex};
use crate::plan::{HeadState, KeyState};
use crate::row::Checked;

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

/// Some records in order, and what can be said of them without those before: stretches can be looked at side by side.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    leaves: Vec<LeafHash>,
    /// The position and moment of the first record, and the moment of the last.
    moments: Option<(Position, i64, i64)>,
    keys: Vec<(Position, KeyOnRecord)>,
    /// The last metadata that carried no key: most of a batch have the same.
    keyless: Option<String>,
    /// What is wrong with the record after these.
    ended_by: Option<VerifyError>,
}

/// The idempotency key that a record carries for its batch, and the row that follows from it.
#[derive(Debug)]
pub(crate) struct KeyOnRecord {
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) state: KeyState,
}

impl Stretch {
    /// Goes over the records that `read` hands on, up to the first with which something is wrong.
    pub(crate) fn of(
        read: impl FnOnce(&mut dyn FnMut(&Checked<'_>) -> Result<(), VerifyError>) -> Result<(), VerifyError>,
    ) -> Self {
        let mut stretch = Self::default();
        stretch.ended_by = read(&mut |row| Ok(stretch.add(row)?)).err();
        stretch
    }

    /// Adds the next record, whose hash was checked against its bytes when it was read.
    fn add(&mut self, checked: &Checked<'_>) -> Result<(), Fault> {
        let row = checked.row;
        let (position, moment) = (row.position, row.recorded_at);
        match &mut self.moments {
            None => self.moments = Some((position, moment, moment)),
            Some((_, _, last)) if moment < *last => return Err(Fault::TimeWentBack { position }),
            Some((_, _, last)) => *last = moment,
        }
        if self.keyless.as_deref() != Some(row.metadata) {
            match metadata_and_key(&checked.record())? {
                (_, Some(key)) => self.keys.push((position, key)),
                (_, None) => self.keyless = Some(row.metadata.to_owned()),
            }
        }
        self.leaves.push(checked.leaf);
        Ok(())
    }

    /// The idempotency keys that its records carry, in order.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &KeyOnRecord> {
        self.keys.iter().map(|(_, key)| key)
    }
}

impl Walk {
    /// Goes on over the next stretch, given what is stored under each of its keys.
    pub(crate) fn add(&mut self, stretch: Stretch, stored: &[Option<KeyState>]) -> Result<(), VerifyError> {
        if let Some((position, first, last)) = stretch.moments {
            if self.recorded_at.is_some_and(|before| first < before) {
                return Err(Fault::TimeWentBack { position }.into());
            }
            self.recorded_at = Some(last);
        }
        for (at, (position, key)) in stretch.keys.into_iter().enumerate() {
            if stored.get(at) != Some(&Some(key.state)) {
                return Err(Fault::Key { position }.into());
            }
            self.keys = self.keys.saturating_add(1);
        }
        if let Some(error) = stretch.ended_by {
            return Err(error);
        }
        stretch.leaves.into_iter().for_each(|leaf| self.range.push(leaf));
        Ok(())
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
