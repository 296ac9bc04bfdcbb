//! What is done with originals after intake: told, read, destroyed. Who did it and why is in the ledger before it is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use subsidy_domain::document::{DestroyedFor, DocumentCommand, DocumentEvent, ReadFor};
use subsidy_domain::ids::{DecisionRef, DocumentHash, OriginalId, Subject};
use subsidy_domain::recorded::Event;
use subsidy_ledger::{Ledger, ReadError};

use crate::clock::Clock;
use crate::desk::{Desk, DeskError};
use crate::originals::{Original, Originals, OriginalsError};

/// Why nothing was done with an original.
#[derive(Debug, thiserror::Error)]
pub enum CustodyError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// What was to be recorded could not be.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The store of originals fails.
    #[error(transparent)]
    Originals(#[from] OriginalsError),
    /// No document has this hash, and none has an original of this name.
    #[error(
        "no document and no original is known as {id}: `subsidyd originals list` has them, `subsidyd trace` that of an invoice"
    )]
    Unknown {
        /// What was asked for.
        id: String,
    },
    /// Its originals were never kept.
    #[error(
        "no original of {id} is kept here: it was taken in without a store, or the store is another folder (--originals)"
    )]
    NotKept {
        /// What was asked for.
        id: String,
    },
    /// Its key was destroyed.
    #[error("the original {id} was destroyed: nobody can read it")]
    Destroyed {
        /// The original.
        id: OriginalId,
    },
}

/// A document of which originals were kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The document.
    pub document: DocumentHash,
    /// What it is; nothing of one that was set apart.
    pub kind: Option<String>,
    /// The day on which it came.
    pub on: Date,
    /// Its originals, itself first.
    pub originals: Vec<OriginalId>,
    /// How often originals of it were read.
    pub read: u32,
    /// Those that the ledger says are destroyed.
    pub destroyed: BTreeSet<OriginalId>,
}

/// What goes when originals are destroyed: for each document, which.
pub type Going = Vec<(DocumentHash, Vec<OriginalId>)>;

/// Who acts on originals, and when.
pub struct Custody<'a> {
    ledger: &'a Arc<Ledger>,
    store: &'a Originals,
    clock: Clock,
}

/// Returns every document of which originals were kept, in the order in which they came.
///
/// # Errors
/// When the ledger cannot be read.
pub fn holdings(ledger: &Ledger) -> Result<Vec<Holding>, ReadError> {
    let mut all: Vec<Holding> = Vec::new();
    let mut by_document: BTreeMap<DocumentHash, usize> = BTreeMap::new();
    for record in ledger.records(..)? {
        let record = record?;
        if record.stream.kind.as_str() != DOCUMENT {
            continue;
        }
        let event = Event::decode(DOCUMENT, &record.event_version, &record.payload);
        let Ok(Event::Document(event)) = event else {
            continue;
        };
        let mut begin =
            |document: DocumentHash, kind: Option<String>, on: Date, originals: Vec<OriginalId>| {
                if originals.is_empty() {
                    return;
                }
                let holding = Holding {
                    document: document.clone(),
                    kind,
                    on,
                    originals,
                    read: 0,
                    destroyed: BTreeSet::new(),
                };
                match by_document.get(&document).and_then(|at| all.get_mut(*at)) {
                    // It was set apart first, and taken later.
                    Some(known) => *known = holding,
                    None => {
                        by_document.insert(document, all.len());
                        all.push(holding);
                    }
                }
            };
        match event {
            DocumentEvent::DocumentTaken {
                document,
                kind,
                originals,
                on,
                ..
            } => begin(document, Some(kind), on, originals),
            DocumentEvent::DocumentQuarantined {
                document,
                originals,
                on,
                ..
            } => begin(document, None, on, originals),
            DocumentEvent::OriginalsRead { document, .. } => {
                if let Some(known) = by_document.get(&document).and_then(|at| all.get_mut(*at)) {
                    known.read += 1;
                }
            }
            DocumentEvent::OriginalsDestroyed {
                document, originals, ..
            } => {
                if let Some(known) = by_document.get(&document).and_then(|at| all.get_mut(*at)) {
                    known.destroyed.extend(originals);
                }
            }
        }
    }
    Ok(all)
}

/// The kind of the streams of documents.
const DOCUMENT: &str = "Document";

impl<'a> Custody<'a> {
    /// Takes charge of the originals of a ledger.
    #[must_use]
    pub const fn new(ledger: &'a Arc<Ledger>, store: &'a Originals, clock: Clock) -> Self {
        Self { ledger, store, clock }
    }

    /// Reads an original, by its name or by the hash of its document, after it was recorded who did and for what.
    ///
    /// # Errors
    /// When there is none, it was destroyed or changed, or the reading cannot be recorded; nothing is recorded of what cannot be read.
    pub fn read(
        &self,
        id: &str,
        by: &Subject,
        purpose: ReadFor,
        decision: Option<&DecisionRef>,
    ) -> Result<Vec<u8>, CustodyError> {
        let unknown = || CustodyError::Unknown { id: id.to_owned() };
        let holdings = holdings(self.ledger)?;
        let holding = holdings.iter().find(|holding| holding.document.as_str() == id);
        let (holding, original) = match holding {
            Some(holding) => (holding, holding.originals.first()),
            None => holdings
                .iter()
                .find_map(|holding| {
                    let original = holding
                        .originals
                        .iter()
                        .find(|original| original.as_str() == id)?;
                    Some((holding, Some(original)))
                })
                .ok_or_else(unknown)?,
        };
        let original = original.ok_or_else(unknown)?;
        let bytes = match self.store.read(original)? {
            Original::Kept(bytes) => bytes,
            Original::Destroyed => {
                return Err(CustodyError::Destroyed { id: original.clone() });
            }
            Original::Unknown => return Err(CustodyError::NotKept { id: id.to_owned() }),
        };
        let command = DocumentCommand::Read {
            document: holding.document.clone(),
            originals: vec![original.clone()],
            by: by.clone(),
            purpose,
            decision: decision.cloned(),
            on: self.clock.now().day,
        };
        self.record(vec![(holding.document.clone(), command)])?;
        Ok(bytes)
    }

    /// Returns what goes with a document, or with an attachment: of a document itself and the attachments that no other document
    /// holds; of an attachment every document that holds it, for each has it within.
    ///
    /// # Errors
    /// When nothing is known under the id.
    pub fn going(&self, id: &str) -> Result<Going, CustodyError> {
        let holdings = holdings(self.ledger)?;
        let is_meant = |holding: &&Holding| {
            holding.document.as_str() == id
                || holding.originals.iter().any(|original| original.as_str() == id)
        };
        let (meant, others): (Vec<&Holding>, Vec<&Holding>) = holdings.iter().partition(is_meant);
        if meant.is_empty() {
            return Err(CustodyError::Unknown { id: id.to_owned() });
        }
        let held_elsewhere: BTreeSet<&OriginalId> = others
            .into_iter()
            .flat_map(|holding| {
                holding
                    .originals
                    .iter()
                    .filter(|id| !holding.destroyed.contains(*id))
            })
            .collect();
        let going = meant.into_iter().map(|holding| {
            let goes = |original: &&OriginalId| !held_elsewhere.contains(*original);
            (
                holding.document.clone(),
                holding.originals.iter().filter(goes).cloned().collect(),
            )
        });
        Ok(going.collect())
    }

    /// Destroys originals, after it was recorded who did and why; returns how many keys were there. What was stopped between the two
    /// is finished by asking again.
    ///
    /// # Errors
    /// When it cannot be recorded, and nothing is destroyed then; or a key cannot be taken away.
    pub fn destroy(
        &self,
        going: &Going,
        by: &Subject,
        ground: DestroyedFor,
        decision: &DecisionRef,
    ) -> Result<usize, CustodyError> {
        let on = self.clock.now().day;
        let commands = going.iter().map(|(document, originals)| {
            let command = DocumentCommand::Destroy {
                document: document.clone(),
                originals: originals.clone(),
                by: by.clone(),
                ground,
                decision: decision.clone(),
                on,
            };
            (document.clone(), command)
        });
        self.record(commands.collect())?;
        let mut destroyed = 0;
        for original in going.iter().flat_map(|(_, originals)| originals) {
            if self.store.destroy(original)? {
                destroyed += 1;
            }
        }
        Ok(destroyed)
    }

    /// Records acts in one append, durably.
    fn record(&self, commands: Vec<(DocumentHash, DocumentCommand)>) -> Result<(), CustodyError> {
        let mut desk = Desk::open(Arc::clone(self.ledger), self.clock.now())?;
        for (document, command) in commands {
            desk.ask_document(&document, command)?;
        }
        desk.close(None)?;
        desk.append()?;
        Ok(())
    }
}
