//! An invoice or credit note as a document: received once, parked when it cannot be trusted. Its lines live in their cases.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::{DocumentFault, MOST_FAULTS};
use crate::ids::{DocumentHash, InvoiceNumber, PayeeId};
use crate::money::Euro;
use crate::reason::Reason;

/// Whether a document asks or gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "documentsoort")]
pub enum InvoiceKind {
    /// An invoice (380, 384).
    Invoice,
    /// A credit note (381).
    CreditNote,
}

/// The head of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceHead {
    /// Who sent it.
    pub payee: PayeeId,
    /// Its number (BT-1).
    pub number: InvoiceNumber,
    /// Invoice or credit note (BT-3).
    pub kind: InvoiceKind,
    /// Its date (BT-2).
    pub issue_date: Date,
    /// How many lines it has.
    pub lines: u32,
    /// Total without VAT (BT-109).
    pub net: Euro,
    /// Total VAT (BT-110).
    pub vat: Euro,
    /// Payable (BT-115).
    pub payable: Euro,
    /// The document.
    pub document: DocumentHash,
    /// The day of receipt.
    pub received_on: Date,
}

/// What may be asked of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceCommand {
    /// Receive it.
    Receive(InvoiceHead),
    /// Park it whole: it cannot be trusted.
    Park {
        /// Who sent it.
        payee: PayeeId,
        /// Its number.
        number: InvoiceNumber,
        /// Every reason.
        reasons: Vec<Reason>,
        /// Every fault of the document, with its place.
        faults: Vec<DocumentFault>,
        /// The document.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
}

/// What can have happened to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceEvent {
    /// It was received; its lines are presented in the same append.
    InvoiceReceived {
        /// Its head.
        head: InvoiceHead,
    },
    /// The same invoice came again in other bytes: nothing changes.
    InvoiceRepeated {
        /// Who sent it.
        payee: PayeeId,
        /// Its number.
        number: InvoiceNumber,
        /// The document that repeats it.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
    /// It was parked whole.
    InvoiceParked {
        /// Who sent it.
        payee: PayeeId,
        /// Its number.
        number: InvoiceNumber,
        /// Every reason.
        reasons: Vec<Reason>,
        /// Every fault of the document, with its place; of a document with very many the first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        faults: Vec<DocumentFault>,
        /// The document.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
}

/// An invoice number of a payee, over the years: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "factuur")]
pub struct Invoice {
    received: Option<InvoiceHead>,
    parked: Vec<DocumentHash>,
}

impl Invoice {
    /// Returns the head of the invoice that stands.
    #[must_use]
    pub const fn head(&self) -> Option<&InvoiceHead> {
        self.received.as_ref()
    }

    /// Decides what a command brings about. An invoice is never refused: what cannot stand is parked.
    ///
    /// The same number with the same date and amounts is a repeat; with others it is parked (I4). After a parked document a sound one of
    /// the same number is received.
    #[must_use]
    pub fn decide(&self, command: &InvoiceCommand) -> Vec<InvoiceEvent> {
        match command {
            InvoiceCommand::Receive(head) => match &self.received {
                None => vec![InvoiceEvent::InvoiceReceived { head: head.clone() }],
                Some(held) if same(held, head) => vec![InvoiceEvent::InvoiceRepeated {
                    payee: head.payee.clone(),
                    number: head.number.clone(),
                    document: head.document.clone(),
                    on: head.received_on,
                }],
                Some(held) => vec![InvoiceEvent::InvoiceParked {
                    payee: head.payee.clone(),
                    number: head.number.clone(),
                    reasons: vec![Reason::NumberReused {
                        earlier: held.issue_date,
                    }],
                    faults: vec![],
                    document: head.document.clone(),
                    on: head.received_on,
                }],
            },
            InvoiceCommand::Park { document, .. } if self.parked.contains(document) => vec![],
            InvoiceCommand::Park {
                payee,
                number,
                reasons,
                faults,
                document,
                on,
            } => vec![InvoiceEvent::InvoiceParked {
                payee: payee.clone(),
                number: number.clone(),
                reasons: reasons.clone(),
                faults: faults.iter().take(MOST_FAULTS).cloned().collect(),
                document: document.clone(),
                on: *on,
            }],
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: InvoiceEvent) {
        match event {
            InvoiceEvent::InvoiceReceived { head } => self.received = Some(head),
            InvoiceEvent::InvoiceRepeated { .. } => {}
            InvoiceEvent::InvoiceParked { document, .. } => self.parked.push(document),
        }
    }
}

fn same(held: &InvoiceHead, other: &InvoiceHead) -> bool {
    held.kind == other.kind
        && held.issue_date == other.issue_date
        && held.lines == other.lines
        && held.net == other.net
        && held.vat == other.vat
        && held.payable == other.payable
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn head(number: &str, cents: i64, document: char) -> InvoiceHead {
        InvoiceHead {
            payee: PayeeId::new("kvk:90000001").expect("a payee"),
            number: InvoiceNumber::new(number).expect("a number"),
            kind: InvoiceKind::Invoice,
            issue_date: date(2023, 3, 1),
            lines: 1,
            net: Euro::from_cents(cents),
            vat: Euro::ZERO,
            payable: Euro::from_cents(cents),
            document: DocumentHash::new(document.to_string().repeat(64)).expect("a hash"),
            received_on: date(2023, 3, 2),
        }
    }

    fn after(events: Vec<InvoiceEvent>) -> Invoice {
        events.into_iter().fold(Invoice::default(), |mut invoice, event| {
            invoice.evolve(event);
            invoice
        })
    }

    #[test]
    fn the_same_invoice_in_other_bytes_is_a_repeat() {
        let first = after(Invoice::default().decide(&InvoiceCommand::Receive(head("F-1", 100, 'a'))));
        let again = first.decide(&InvoiceCommand::Receive(head(" f-1", 100, 'b')));
        assert!(matches!(again.as_slice(), [InvoiceEvent::InvoiceRepeated { .. }]));
    }

    #[test]
    fn a_number_used_again_with_another_amount_is_parked() {
        let first = after(Invoice::default().decide(&InvoiceCommand::Receive(head("F-1", 100, 'a'))));
        let other = first.decide(&InvoiceCommand::Receive(head("F-1", 101, 'b')));
        let [InvoiceEvent::InvoiceParked { reasons, .. }] = other.as_slice() else {
            panic!("{other:?}")
        };
        assert_eq!(
            *reasons,
            [Reason::NumberReused {
                earlier: date(2023, 3, 1)
            }]
        );
    }

    #[test]
    fn e29_a_document_that_does_not_add_up_is_parked_and_a_sound_one_replaces_it() {
        let bad = head("F-1", 100, 'a');
        let park = InvoiceCommand::Park {
            payee: bad.payee.clone(),
            number: bad.number.clone(),
            reasons: vec![Reason::TotalMismatch {}],
            faults: vec![],
            document: bad.document,
            on: date(2023, 3, 2),
        };
        let parked = after(Invoice::default().decide(&park));
        assert!(parked.head().is_none());
        assert_eq!(
            parked.decide(&park),
            vec![],
            "the same bytes again change nothing"
        );
        let sound = parked.decide(&InvoiceCommand::Receive(head("F-1", 100, 'b')));
        assert!(matches!(sound.as_slice(), [InvoiceEvent::InvoiceReceived { .. }]));
    }
}
