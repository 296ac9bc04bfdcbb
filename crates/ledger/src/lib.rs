//! An append-only store with one order and proofs. It knows no subsidy.
//!
//! Batches of events over many streams are appended whole or not at all; each record gets a position, and a leaf
//! in the Merkle tree of RFC 6962. Views follow the records; anything can be derived again and compared.
//!
//! ```
//! use subsidy_ledger::*;
//!
//! /// Counts the events of each stream.
//! struct Counts;
//! impl View<Record> for Counts {
//!     type Row = u32;
//!     fn name(&self) -> &'static str { "counts" }
//!     fn version(&self) -> u32 { 1 }
//!     fn keys(&self, event: &Record, out: &mut Vec<String>) { out.push(event.stream.to_string()); }
//!     fn fold(&self, _key: &str, row: Option<u32>, _event: &Record) -> Option<u32> {
//!         Some(row.unwrap_or(0) + 1)
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let ledger = Ledger::open(folder.path().join("ledger.db"), Opening::Create)?;
//! let one = |stream, payload: &str| StreamAppend {
//!     stream,
//!     expected: Sequence::NONE,
//!     events: vec![NewEvent { event_type: "Noted".into(), event_version: "1".into(), payload: payload.into() }],
//! };
//! let appended = ledger.append(Batch {
//!     key: None,
//!     recorded_at: "2023-05-01T12:00:00Z".parse()?,
//!     metadata: [("by".to_owned(), "clerk".to_owned())].into(),
//!     appends: vec![one(StreamId::new("invoice", "i-1"), "{}"), one(StreamId::new("claim", "c-1"), "{}")],
//! })?;
//! assert_eq!(appended.last, Position(2));
//!
//! follow(&ledger, &|record| Ok(record.clone()), &[Box::new(Counts)])?;
//! let mut rows = Vec::new();
//! ledger.rows("counts", &Keys::All, &mut |key, row| rows.push(format!("{key} {row}")))?;
//! assert_eq!(rows, ["claim/c-1 1", "invoice/i-1 1"]);
//!
//! assert_eq!(ledger.verify(&mut |_, _| {})?.root, ledger.head()?.root);
//! # Ok(())
//! # }
//! ```
//!
//! # What is guaranteed
//!
//! - An append that was answered is durable. One that failed left nothing, except where [`AppendError`] says that
//!   it cannot be known; then the same batch with its [`IdempotencyKey`] is recorded once, however often it is sent.
//!   After a failed read, write or sync the writer has stopped: nothing is tried again on a disk that failed.
//! - Positions are 1, 2, 3 and so on, in every stream sequences too; moments of recording never go back.
//! - A record is read with its hash checked, a range without a gap to its end, or the read is an error.
//! - The rows of a view and its position are saved together: a view never skips a record or folds it twice.
//! - Through this library, and through any SQL that leaves the schema alone, no record is changed, replaced,
//!   removed or put between others: triggers refuse it, `INSERT OR REPLACE` included.
//!   A well-formed row put behind the last by hand passes them; the next append and `verify` find it, for it is not
//!   in the head.
//! - [`Ledger::verify`] finds any change of a stored record and names its position. If the record's hash was rewritten
//!   with it, the tree in the head no longer fits, and that is found without a position.
//!
//! # What is not
//!
//! - Whoever may write the file can drop the triggers, rewrite every record and hash, and put the triggers back;
//!   `verify` then finds a ledger that agrees with itself. Only a root that was kept or signed elsewhere shows it.
//!   So keep a [`KnownHead`] outside the file, and have it checked: [`Ledger::check_known_head`].
//! - Cutting off the last records and setting the head back is such a rewriting, and so is restoring an old copy.
//! - View rows are not hashed. They are derived: [`rebuild`] tells whether they differ.
//! - A file on a network share, or copied while in use without its `-wal`, is not covered by any of this.

pub mod batch;
pub mod canonical;
mod checkpoint;
mod copy;
pub mod cqrs;
mod error;
mod event;
mod fault;
mod follow;
mod known_head;
mod lead;
mod ledger;
mod location;
mod past;
mod plan;
mod postgres;
mod read_ahead;
mod records;
mod row;
mod sequencer;
mod sqlite;
mod store;
mod tiles;
mod verify;
mod view;
mod view_store;

pub use batch::{Appended, Batch, IdempotencyKey, StreamAppend};
pub use checkpoint::{CheckpointError, Signed};
pub use copy::CopyError;
pub use error::{AppendError, Malformed, OpenError, ReadError, StorageError, StorageKind, VerifyError};
pub use event::{Heading, Metadata, NewEvent, Position, Record, Sequence, StreamId, StreamKind};
pub use fault::Fault;
pub use follow::{Decode, FollowError, Following, Rebuilt, follow, rebuild};
pub use known_head::{KnownHead, KnownHeadError, NotAHead};
pub use lead::{Lead, Waiting};
pub use ledger::{Ledger, Opening};
pub use location::{Location, LocationError, Server};
pub use past::{Fold, Past, fold_all_at, fold_at};
pub use plan::Head;
pub use records::Records;
pub use sequencer::Pending;
pub use subsidy_proof::merkle::{self, LeafHash, RootHash};
pub use tiles::Tiles;
pub use verify::{Scope, Verification, Verified};
pub use view::{Changes, DecodeError, DynView, FoldError, Folding, Load, View};
pub use view_store::{Keys, ViewState};
