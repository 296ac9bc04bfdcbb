//! Moving a ledger to another place, record by record.

use std::collections::BTreeMap;

use crate::batch::{Batch, IdempotencyKey, StreamAppend};
use crate::error::{AppendError, ReadError, StorageError, VerifyError};
use crate::event::{NewEvent, Record, Sequence};
use crate::fault::Fault;
use crate::ledger::Ledger;
use crate::tiles::LayError;
use crate::verify::{KeyOnRecord, Verified, metadata_and_key};

/// How many records are written at a time.
const GROUP: usize = 5_000;

/// Why a ledger was not copied. What was written by then stays; begin again with an empty target.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The target has records.
    #[error("the target has {size} records: name an empty one")]
    NotEmpty {
        /// How many.
        size: u64,
    },
    /// The source could not be read, or is broken.
    #[error("the source could not be read")]
    Read(#[from] ReadError),
    /// The target did not take a record.
    #[error("the target could not be written")]
    Write(#[from] AppendError),
    /// The target did not take a checkpoint.
    #[error("the checkpoints could not be written")]
    Checkpoints(#[source] StorageError),
    /// The target does not verify.
    #[error("the copy does not verify")]
    Verify(#[from] VerifyError),
    /// The target verifies and is another ledger.
    #[error("the copy has another root than the source: it is not the same ledger")]
    Differs,
}

impl Ledger {
    /// Copies all records to an empty ledger, with their moments and idempotency keys, and all checkpoints, and verifies it there.
    ///
    /// The copy has the same bytes, and so the same root. `progress` is told how many records of how many were copied.
    ///
    /// # Errors
    /// See [`CopyError`].
    pub fn copy_to(&self, target: &Self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, CopyError> {
        let size = target.head()?.size;
        if size > 0 {
            return Err(CopyError::NotEmpty { size });
        }
        let head = self.head()?;
        let mut group = Group::default();
        for record in self.records(..=head.position())? {
            let record = record?;
            let position = record.position;
            group.add(record).map_err(ReadError::Broken)?;
            if group.is_full() {
                group.write(target)?;
                progress(position.0, head.size);
            }
        }
        group.write(target)?;
        progress(head.size, head.size);
        target.take_checkpoints(self).map_err(|error| match error {
            LayError::Read(error) => CopyError::Read(error),
            LayError::Storage(error) => CopyError::Checkpoints(error),
        })?;
        let verified = target.verify(&mut |_, _| {})?;
        if (verified.size, verified.root) != (head.size, head.root) {
            return Err(CopyError::Differs);
        }
        Ok(verified)
    }
}

/// Batches as they were, as far as it matters: a batch with a key whole, others by what their records have in common.
#[derive(Default)]
struct Group {
    batches: Vec<Batch>,
    /// The metadata text of the last batch's records, if more may join it.
    open: Option<String>,
    /// How many records still belong to the last batch, which has a key.
    owed: u64,
    events: usize,
}

impl Group {
    fn is_full(&self) -> bool {
        self.events >= GROUP && self.owed == 0
    }

    fn add(&mut self, record: Record) -> Result<(), Fault> {
        let position = record.position;
        let (metadata, key) = metadata_and_key(&record)?;
        let append = StreamAppend {
            expected: Sequence(record.sequence.0.saturating_sub(1)),
            stream: record.stream,
            events: vec![NewEvent {
                event_type: record.event_type,
                event_version: record.event_version,
                payload: record.payload,
            }],
        };
        self.events += 1;
        if let Some(KeyOnRecord { source, key, state }) = key {
            self.owed = state.last.0.saturating_sub(position.0);
            self.open = None;
            let content = state.content;
            let key = Some(IdempotencyKey { source, key, content });
            self.batches
                .push(batch(key, record.recorded_at, metadata, append));
            return Ok(());
        }
        let joins = self.owed > 0 || self.open.as_deref() == Some(record.metadata.text());
        match self.batches.last_mut() {
            Some(last) if joins && last.recorded_at == record.recorded_at => {
                self.owed = self.owed.saturating_sub(1);
                match last.appends.last_mut() {
                    // One append a run of events of one stream.
                    Some(run) if run.stream == append.stream => run.events.extend(append.events),
                    Some(_) | None => last.appends.push(append),
                }
            }
            Some(_) | None => {
                self.open = Some(record.metadata.text().to_owned());
                self.batches
                    .push(batch(None, record.recorded_at, metadata, append));
            }
        }
        Ok(())
    }

    fn write(&mut self, target: &Ledger) -> Result<(), AppendError> {
        let batches = std::mem::take(self).batches;
        for outcome in target.append_all(batches) {
            outcome?;
        }
        Ok(())
    }
}

fn batch(
    key: Option<IdempotencyKey>,
    recorded_at: jiff::Timestamp,
    metadata: BTreeMap<String, String>,
    append: StreamAppend,
) -> Batch {
    Batch {
        key,
        recorded_at,
        metadata,
        appends: vec![append],
    }
}
