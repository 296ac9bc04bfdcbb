//! A document that came in: what it was and what became of it. Known by the hash of its bytes; its name is not kept.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{DocumentHash, OriginalId};
use crate::reason::Reason;

/// A fault in a document that was taken for the rest, or parked for it: code and place, no content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "gebrek")]
pub struct DocumentFault {
    /// The fault's code.
    pub code: String,
    /// Line of the file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Column of the line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
    /// The field or business term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What may be asked of a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentCommand {
    /// Take it in, with what became of it.
    Take {
        /// The document.
        document: DocumentHash,
        /// What it is, for instance `results`.
        kind: String,
        /// Rows or lines taken.
        taken: u64,
        /// Faults of the rows that were not.
        faults: Vec<DocumentFault>,
        /// Where its bytes and those of its attachments are kept, itself first; empty when they are not kept.
        originals: Vec<OriginalId>,
        /// The day.
        on: Date,
    },
    /// Set it apart: nothing of it is recorded but this.
    Quarantine {
        /// The document.
        document: DocumentHash,
        /// Why.
        reason: Reason,
        /// Where.
        faults: Vec<DocumentFault>,
        /// Where its bytes and those of its attachments are kept; always empty when it holds personal data.
        originals: Vec<OriginalId>,
        /// The day.
        on: Date,
    },
}

/// What can have happened to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DocumentEvent {
    /// It was taken in.
    DocumentTaken {
        /// The document.
        document: DocumentHash,
        /// What it is.
        kind: String,
        /// Rows or lines taken.
        taken: u64,
        /// Faults of the rows that were not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<DocumentFault>,
        /// Where its bytes and those of its attachments are kept, itself first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        originals: Vec<OriginalId>,
        /// The day.
        on: Date,
    },
    /// It was set apart.
    DocumentQuarantined {
        /// The document.
        document: DocumentHash,
        /// Why.
        reason: Reason,
        /// Where.
        faults: Vec<DocumentFault>,
        /// Where its bytes and those of its attachments are kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        originals: Vec<OriginalId>,
        /// The day.
        on: Date,
    },
}

/// A document: the aggregate. Each is dealt with once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "document")]
pub struct Document {
    dealt_with: bool,
    /// It was set apart because the rules that it follows were not known.
    unjudged: bool,
}

impl Document {
    /// Decides what a command brings about; nothing when the document was dealt with.
    ///
    /// One that was set apart because its rules were not known is taken once they are.
    #[must_use]
    pub fn decide(&self, command: &DocumentCommand) -> Vec<DocumentEvent> {
        let again = self.unjudged
            && matches!(command, DocumentCommand::Quarantine { reason, .. } if is_unjudged(reason));
        if self.dealt_with || again {
            return vec![];
        }
        vec![match command.clone() {
            DocumentCommand::Take {
                document,
                kind,
                taken,
                mut faults,
                originals,
                on,
            } => {
                faults.truncate(MOST_FAULTS);
                DocumentEvent::DocumentTaken {
                    document,
                    kind,
                    taken,
                    faults,
                    originals,
                    on,
                }
            }
            DocumentCommand::Quarantine {
                document,
                reason,
                mut faults,
                originals,
                on,
            } => {
                faults.truncate(MOST_FAULTS);
                DocumentEvent::DocumentQuarantined {
                    document,
                    reason,
                    faults,
                    originals,
                    on,
                }
            }
        }]
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: &DocumentEvent) {
        match event {
            DocumentEvent::DocumentQuarantined { reason, .. } if is_unjudged(reason) => self.unjudged = true,
            DocumentEvent::DocumentTaken { .. } | DocumentEvent::DocumentQuarantined { .. } => {
                self.dealt_with = true;
            }
        }
    }
}

const fn is_unjudged(reason: &Reason) -> bool {
    matches!(reason, Reason::UnknownSpecification { .. })
}

/// A record is at most 64 KiB; of a document with more faults the first are kept.
pub(crate) const MOST_FAULTS: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn take(faults: usize) -> DocumentCommand {
        let fault = DocumentFault {
            code: "NEGATIVE_AMOUNT".to_owned(),
            line: Some(2),
            column: None,
            field: None,
        };
        DocumentCommand::Take {
            document: testkit::source().document,
            kind: "results".to_owned(),
            taken: 1,
            faults: vec![fault; faults],
            originals: Vec::new(),
            on: crate::story::TODAY,
        }
    }

    #[test]
    fn a_document_is_dealt_with_once() {
        let mut document = Document::default();
        for event in document.decide(&take(0)) {
            document.evolve(&event);
        }
        assert_eq!(document.decide(&take(0)), []);
    }

    #[test]
    fn a_document_whose_rules_were_not_known_is_set_apart_once_and_taken_when_they_are() {
        let unjudged = DocumentCommand::Quarantine {
            document: testkit::source().document,
            reason: Reason::UnknownSpecification {
                specification: "urn:cen.eu:en16931:2026".to_owned(),
            },
            faults: vec![],
            originals: Vec::new(),
            on: crate::story::TODAY,
        };
        let mut document = Document::default();
        for event in document.decide(&unjudged) {
            document.evolve(&event);
        }
        assert_eq!(document.decide(&unjudged), []);
        let taken = document.decide(&take(0));
        assert!(matches!(taken.as_slice(), [DocumentEvent::DocumentTaken { .. }]));
        document.evolve(&taken[0]);
        assert_eq!(document.decide(&take(0)), []);
    }

    #[test]
    fn of_a_document_with_very_many_faults_the_first_are_kept() {
        let events = Document::default().decide(&take(MOST_FAULTS + 1));
        let [DocumentEvent::DocumentTaken { faults, .. }] = events.as_slice() else {
            panic!("{events:?}")
        };
        assert_eq!(faults.len(), MOST_FAULTS);
    }
}
