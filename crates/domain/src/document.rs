//! A document that came in: what it was and what became of it. Known by the hash of its bytes; its name is not kept.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ids::{DecisionRef, DocumentHash, OriginalId, Subject};
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

/// What an original is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "doel van inzage")]
pub enum ReadFor {
    /// An audit asks for the document behind a euro.
    Audit,
    /// Somebody objects to a decision.
    Objection,
    /// The office looks something up, for instance what could not be looked through.
    Enquiry,
}

/// Why an original is destroyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "grond van vernietiging")]
pub enum DestroyedFor {
    /// The term for which it had to be kept is over.
    TermOver,
    /// A person asked to be forgotten, and there is no ground to refuse (GDPR, article 17).
    Request,
    /// It holds what the fund may not have, for instance a citizen service number in a picture.
    NotAllowed,
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
    /// Give its originals to somebody.
    Read {
        /// The document.
        document: DocumentHash,
        /// Which of its originals.
        originals: Vec<OriginalId>,
        /// To whom.
        by: Subject,
        /// For what.
        purpose: ReadFor,
        /// Under which decision, when there is one.
        decision: Option<DecisionRef>,
        /// The day.
        on: Date,
    },
    /// Destroy originals of it.
    Destroy {
        /// The document.
        document: DocumentHash,
        /// Which of its originals.
        originals: Vec<OriginalId>,
        /// Who destroys them.
        by: Subject,
        /// Why.
        ground: DestroyedFor,
        /// Under which decision.
        decision: DecisionRef,
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
    /// Originals of it were given to somebody; recorded before they were.
    OriginalsRead {
        /// The document.
        document: DocumentHash,
        /// Which.
        originals: Vec<OriginalId>,
        /// To whom.
        by: Subject,
        /// For what.
        purpose: ReadFor,
        /// Under which decision.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        decision: Option<DecisionRef>,
        /// The day.
        on: Date,
    },
    /// Originals of it are destroyed; recorded before their keys were.
    OriginalsDestroyed {
        /// The document.
        document: DocumentHash,
        /// Which.
        originals: Vec<OriginalId>,
        /// Who destroyed them.
        by: Subject,
        /// Why.
        ground: DestroyedFor,
        /// Under which decision.
        decision: DecisionRef,
        /// The day.
        on: Date,
    },
}

/// A document: the aggregate. Each is dealt with once; what was refused whole may come again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "document")]
pub struct Document {
    dealt_with: bool,
    /// It was set apart because the rules that it follows were not known.
    unjudged: bool,
    /// Originals of it that are destroyed.
    #[serde(default)]
    destroyed: BTreeSet<OriginalId>,
    /// Nothing of it was taken when it came last, for these faults.
    refused: Vec<DocumentFault>,
}

impl Document {
    /// Decides what a command brings about; a document that was dealt with is not dealt with again.
    ///
    /// One that was set apart because its rules were not known is taken once they are. An original is destroyed once, and every reading counts.
    #[must_use]
    pub fn decide(&self, command: &DocumentCommand) -> Vec<DocumentEvent> {
        let event = match command.clone() {
            DocumentCommand::Take {
                document,
                kind,
                taken,
                mut faults,
                originals,
                on,
            } if !self.dealt_with => {
                bound(&mut faults, MOST_FAULTS);
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
            } if !(self.dealt_with || self.unjudged && is_unjudged(&reason)) => {
                bound(&mut faults, MOST_FAULTS);
                DocumentEvent::DocumentQuarantined {
                    document,
                    reason,
                    faults,
                    originals,
                    on,
                }
            }
            DocumentCommand::Read {
                document,
                originals,
                by,
                purpose,
                decision,
                on,
            } if !originals.is_empty() => DocumentEvent::OriginalsRead {
                document,
                originals,
                by,
                purpose,
                decision,
                on,
            },
            DocumentCommand::Destroy {
                document,
                mut originals,
                by,
                ground,
                decision,
                on,
            } => {
                originals.retain(|original| !self.destroyed.contains(original));
                if originals.is_empty() {
                    return vec![];
                }
                DocumentEvent::OriginalsDestroyed {
                    document,
                    originals,
                    by,
                    ground,
                    decision,
                    on,
                }
            }
            DocumentCommand::Take { .. }
            | DocumentCommand::Quarantine { .. }
            | DocumentCommand::Read { .. } => return vec![],
        };
        // Refused again for the same: nothing happened.
        if event.refuses().is_some_and(|faults| *faults == self.refused) {
            return vec![];
        }
        vec![event]
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: &DocumentEvent) {
        match event {
            DocumentEvent::DocumentQuarantined { reason, .. } if is_unjudged(reason) => self.unjudged = true,
            DocumentEvent::DocumentTaken { .. } | DocumentEvent::DocumentQuarantined { .. } => {
                match event.refuses() {
                    Some(faults) => self.refused.clone_from(faults),
                    None => self.dealt_with = true,
                }
            }
            DocumentEvent::OriginalsRead { .. } => {}
            DocumentEvent::OriginalsDestroyed { originals, .. } => {
                self.destroyed.extend(originals.iter().cloned());
            }
        }
    }
}

impl DocumentEvent {
    /// Returns the faults for which nothing of the document was taken; none when something was, or when it was set apart.
    const fn refuses(&self) -> Option<&Vec<DocumentFault>> {
        match self {
            Self::DocumentTaken { taken: 0, faults, .. } if !faults.is_empty() => Some(faults),
            Self::DocumentTaken { .. }
            | Self::DocumentQuarantined { .. }
            | Self::OriginalsRead { .. }
            | Self::OriginalsDestroyed { .. } => None,
        }
    }
}

const fn is_unjudged(reason: &Reason) -> bool {
    matches!(reason, Reason::UnknownSpecification { .. })
}

/// A record is less than 64 KiB; of a document with more faults the first are kept.
pub(crate) const MOST_FAULTS: usize = 200;
/// How many bytes of a field's name, or of the path of an element, are kept: what a sender nests is as long as the sender likes.
const LONGEST_FIELD: usize = 120;

/// Keeps the first faults, so many that the record that has them stays far below its limit.
pub(crate) fn bound(faults: &mut Vec<DocumentFault>, most: usize) {
    faults.truncate(most);
    for field in faults.iter_mut().filter_map(|fault| fault.field.as_mut()) {
        // The end of a path says most.
        let from = field.len().saturating_sub(LONGEST_FIELD);
        let from = (from..field.len()).find(|at| field.is_char_boundary(*at));
        field.drain(..from.unwrap_or(0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn take(faults: usize) -> DocumentCommand {
        taken(1, faults)
    }

    fn taken(taken: u64, faults: usize) -> DocumentCommand {
        let fault = DocumentFault {
            code: "NEGATIVE_AMOUNT".to_owned(),
            line: Some(2),
            column: None,
            field: None,
        };
        DocumentCommand::Take {
            document: testkit::source().document,
            kind: "results".to_owned(),
            taken,
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
    fn a_document_that_was_refused_whole_may_come_again_and_is_recorded_when_something_changed() {
        let mut document = Document::default();
        for (command, events) in [
            (taken(0, 1), 1),
            (taken(0, 1), 0),
            (taken(0, 2), 1),
            (take(1), 1),
            (take(0), 0),
        ] {
            let happened = document.decide(&command);
            assert_eq!(happened.len(), events, "{command:?}");
            for event in happened {
                document.evolve(&event);
            }
        }
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
    fn an_original_is_destroyed_once_and_every_reading_counts() {
        let [one, two] = [1, 2].map(|byte| OriginalId::from_bytes([byte; 32]));
        let by: Subject = "officer-1".parse().expect("a subject");
        let destroy = |originals: &[OriginalId]| DocumentCommand::Destroy {
            document: testkit::source().document,
            originals: originals.to_vec(),
            by: by.clone(),
            ground: DestroyedFor::TermOver,
            decision: "D-1".parse().expect("a decision"),
            on: crate::story::TODAY,
        };
        let mut document = Document::default();
        for event in document.decide(&destroy(std::slice::from_ref(&one))) {
            document.evolve(&event);
        }
        let rest = document.decide(&destroy(&[one.clone(), two.clone()]));
        let [DocumentEvent::OriginalsDestroyed { originals, .. }] = rest.as_slice() else {
            panic!("{rest:?}")
        };
        assert_eq!(originals, std::slice::from_ref(&two));
        assert_eq!(document.decide(&destroy(&[one])), []);
        let read = DocumentCommand::Read {
            document: testkit::source().document,
            originals: vec![two],
            by,
            purpose: ReadFor::Audit,
            decision: None,
            on: crate::story::TODAY,
        };
        for _ in 0..2 {
            let events = document.decide(&read);
            assert!(matches!(events.as_slice(), [DocumentEvent::OriginalsRead { .. }]));
            document.evolve(&events[0]);
        }
        assert_eq!(document.decide(&take(0)).len(), 1, "it is still to be dealt with");
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
