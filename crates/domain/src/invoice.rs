//! An invoice or credit note as a document: received once, parked when it cannot be trusted. Its lines live in their cases.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::document::{DocumentFault, MOST_FAULTS, bound};
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

/// A published set of rules, in the version that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "toegepaste regelset")]
pub struct AppliedRules {
    /// Its name, for instance `NLCIUS`.
    pub name: String,
    /// The version of the published artefacts.
    pub version: String,
}

/// What the published rules that a document says to follow said of it; what they refused it for is with its faults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "toetsing")]
pub struct Conformance {
    /// The rules that it was held against.
    pub rule_sets: Vec<AppliedRules>,
    /// What they warned of; of very many the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<DocumentFault>,
}

impl Conformance {
    fn bounded(mut self) -> Self {
        bound(&mut self.warnings, MOST_WARNINGS);
        self
    }
}

/// How many warnings are kept.
const MOST_WARNINGS: usize = 50;
/// How many reasons are kept: of each line that has one the faults tell.
const MOST_REASONS: usize = 20;

/// What may be asked of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceCommand {
    /// Receive it: its totals agree and it breaks no fatal rule.
    Receive {
        /// Its head.
        head: InvoiceHead,
        /// The last day of which it says that something was done on it (BT-7, BT-134).
        last_day: Option<Date>,
        /// What the published rules said of it.
        conformance: Option<Conformance>,
    },
    /// Park it whole: it cannot be trusted, or what its lines are for is not known.
    Park {
        /// Who sent it.
        payee: PayeeId,
        /// Its number.
        number: InvoiceNumber,
        /// Every reason.
        reasons: Vec<Reason>,
        /// Every fault of the document, with its place.
        faults: Vec<DocumentFault>,
        /// What the published rules said of it.
        conformance: Option<Conformance>,
        /// The document.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
    /// Count what a credit note takes back of it.
    Credit {
        /// Who sent both.
        payee: PayeeId,
        /// The number of the invoice.
        number: InvoiceNumber,
        /// The number of the credit note.
        by: InvoiceNumber,
        /// The total of the credit note, with VAT.
        total: Euro,
        /// The credit note.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
}

/// What can have happened to an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InvoiceEvent {
    /// It was received; its lines are presented in the same append.
    ///
    /// When what its lines are for is not known, it is parked in the same append, and received again when it comes with that.
    InvoiceReceived {
        /// Its head.
        head: InvoiceHead,
        /// What the published rules said of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conformance: Option<Conformance>,
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
        /// What the published rules said of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conformance: Option<Conformance>,
        /// The document.
        document: DocumentHash,
        /// The day.
        on: Date,
    },
    /// A credit note takes back part of it, or all.
    InvoiceCredited {
        /// Who sent both.
        payee: PayeeId,
        /// The number of the invoice.
        number: InvoiceNumber,
        /// The number of the credit note.
        by: InvoiceNumber,
        /// The total of the credit note, with VAT.
        total: Euro,
        /// The credit note.
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
    /// Whether the document that was received was parked, because what its lines are for is not known.
    unplaced: bool,
    parked: Vec<DocumentHash>,
    /// What each credit note takes back, with VAT, by its number.
    credits: BTreeMap<String, Euro>,
}

impl Invoice {
    /// Returns the head of the invoice that stands.
    #[must_use]
    pub const fn head(&self) -> Option<&InvoiceHead> {
        self.received.as_ref()
    }

    /// Whether a credit note of this total, with VAT, can take back part of it: all its credit notes together take back no more than it asks (E13).
    ///
    /// Of an invoice that has not come yet nothing is known: the lines of its credit note wait for it.
    ///
    /// # Errors
    /// When less stands than the credit note takes back, or what it credits is itself a credit note.
    pub fn has_room_for(&self, note: &InvoiceNumber, total: Euro) -> Result<(), Reason> {
        let Some(held) = &self.received else {
            return Ok(());
        };
        if held.kind == InvoiceKind::CreditNote {
            return Err(Reason::CreditNoRef {});
        }
        let note = note.normalised();
        let others = self.credits.iter().filter(|(by, _)| **by != note);
        let stands = held.net + held.vat - others.map(|(_, total)| *total).sum();
        if total > stands {
            return Err(Reason::CreditTooLarge {
                credited: total,
                stands,
            });
        }
        Ok(())
    }

    /// Whether a credit note means this invoice by the date that it gives for it (BT-26); of one that has not come yet none is known.
    ///
    /// # Errors
    /// When the invoice has another date.
    pub fn is_dated(&self, stated: Date) -> Result<(), Reason> {
        match &self.received {
            Some(held) if held.issue_date != stated => Err(Reason::CreditOtherDate {
                stated,
                known: held.issue_date,
            }),
            Some(_) | None => Ok(()),
        }
    }

    /// Decides what a command brings about. An invoice is never refused: what cannot stand is parked.
    ///
    /// The same number with the same date and amounts is a repeat; with others it is parked (I4). After a parked document a sound one of
    /// the same number is received. A credit for which there is no room changes nothing: see [`Self::has_room_for`].
    #[must_use]
    pub fn decide(&self, command: &InvoiceCommand) -> Vec<InvoiceEvent> {
        match command.clone() {
            InvoiceCommand::Receive {
                head,
                last_day,
                conformance,
            } => vec![self.receive(head, last_day, conformance)],
            InvoiceCommand::Park { document, .. } if self.parked.contains(&document) => vec![],
            InvoiceCommand::Park {
                payee,
                number,
                mut reasons,
                mut faults,
                conformance,
                document,
                on,
            } => {
                bound(&mut faults, MOST_FAULTS);
                reasons.truncate(MOST_REASONS);
                vec![InvoiceEvent::InvoiceParked {
                    payee,
                    number,
                    reasons,
                    faults,
                    conformance: conformance.map(Conformance::bounded),
                    document,
                    on,
                }]
            }
            InvoiceCommand::Credit { by, total, .. } if self.has_room_for(&by, total).is_err() => vec![],
            InvoiceCommand::Credit { by, total, .. }
                if self.credits.get(&by.normalised()) == Some(&total) =>
            {
                vec![]
            }
            InvoiceCommand::Credit {
                payee,
                number,
                by,
                total,
                document,
                on,
            } => vec![InvoiceEvent::InvoiceCredited {
                payee,
                number,
                by,
                total,
                document,
                on,
            }],
        }
    }

    fn receive(
        &self,
        head: InvoiceHead,
        last_day: Option<Date>,
        conformance: Option<Conformance>,
    ) -> InvoiceEvent {
        let held = self.received.as_ref();
        if !self.unplaced && held.is_some_and(|held| same(held, &head)) {
            return InvoiceEvent::InvoiceRepeated {
                payee: head.payee,
                number: head.number,
                document: head.document,
                on: head.received_on,
            };
        }
        let reasons: Vec<Reason> = [number_reused(held, &head), future_date(&head, last_day)]
            .into_iter()
            .flatten()
            .collect();
        if reasons.is_empty() {
            let conformance = conformance.map(Conformance::bounded);
            return InvoiceEvent::InvoiceReceived { head, conformance };
        }
        InvoiceEvent::InvoiceParked {
            payee: head.payee,
            number: head.number,
            reasons,
            faults: vec![],
            conformance: conformance.map(Conformance::bounded),
            document: head.document,
            on: head.received_on,
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: InvoiceEvent) {
        match event {
            InvoiceEvent::InvoiceReceived { head, .. } => {
                self.received = Some(head);
                self.unplaced = false;
            }
            InvoiceEvent::InvoiceRepeated { .. } => {}
            InvoiceEvent::InvoiceParked { document, .. } => {
                self.unplaced |= self
                    .received
                    .as_ref()
                    .is_some_and(|held| held.document == document);
                self.parked.push(document);
            }
            InvoiceEvent::InvoiceCredited { by, total, .. } => {
                self.credits.insert(by.normalised(), total);
            }
        }
    }
}

/// I4: a number belongs to one invoice, over the years.
fn number_reused(held: Option<&InvoiceHead>, head: &InvoiceHead) -> Option<Reason> {
    let held = held.filter(|held| !same(held, head))?;
    Some(Reason::NumberReused {
        earlier: held.issue_date,
    })
}

/// An invoice is received on the day of its date or later, and tells of what was done by then.
fn future_date(head: &InvoiceHead, last_day: Option<Date>) -> Option<Reason> {
    let date = last_day.map_or(head.issue_date, |day| day.max(head.issue_date));
    (date > head.received_on).then_some(Reason::FutureDate {
        date,
        received_on: head.received_on,
    })
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

    fn receive(head: InvoiceHead) -> InvoiceCommand {
        InvoiceCommand::Receive {
            head,
            last_day: None,
            conformance: None,
        }
    }

    fn park(head: &InvoiceHead, reason: Reason) -> InvoiceCommand {
        InvoiceCommand::Park {
            payee: head.payee.clone(),
            number: head.number.clone(),
            reasons: vec![reason],
            faults: vec![],
            conformance: None,
            document: head.document.clone(),
            on: date(2023, 3, 2),
        }
    }

    fn credit(by: &str, cents: i64) -> InvoiceCommand {
        let of = head("F-1", 0, 'a');
        InvoiceCommand::Credit {
            payee: of.payee,
            number: of.number,
            by: InvoiceNumber::new(by).expect("a number"),
            total: Euro::from_cents(cents),
            document: of.document,
            on: date(2023, 3, 9),
        }
    }

    /// The invoice after these commands.
    fn asked(commands: &[InvoiceCommand]) -> Invoice {
        let mut invoice = Invoice::default();
        for command in commands {
            for event in invoice.decide(command) {
                invoice.evolve(event);
            }
        }
        invoice
    }

    fn parked_for(events: &[InvoiceEvent]) -> &[Reason] {
        let [InvoiceEvent::InvoiceParked { reasons, .. }] = events else {
            panic!("{events:?}")
        };
        reasons
    }

    #[test]
    fn the_same_invoice_in_other_bytes_is_a_repeat_however_its_number_is_written() {
        let first = asked(&[receive(head("0F-1", 100, 'a'))]);
        for number in ["F-1", " f-1", "f -1", "000f-1"] {
            let again = first.decide(&receive(head(number, 100, 'b')));
            assert!(
                matches!(again.as_slice(), [InvoiceEvent::InvoiceRepeated { .. }]),
                "{number}"
            );
        }
    }

    #[test]
    fn a_number_used_again_with_another_amount_is_parked() {
        let first = asked(&[receive(head("F-1", 100, 'a'))]);
        let other = first.decide(&receive(head("F-1", 101, 'b')));
        let earlier = date(2023, 3, 1);
        assert_eq!(parked_for(&other), [Reason::NumberReused { earlier }]);
    }

    #[test]
    fn a_number_used_again_in_a_later_year_is_parked() {
        let first = asked(&[receive(head("F-1", 100, 'a'))]);
        let later = InvoiceHead {
            issue_date: date(2025, 3, 1),
            received_on: date(2025, 3, 2),
            ..head("F-1", 100, 'b')
        };
        let earlier = date(2023, 3, 1);
        assert_eq!(
            parked_for(&first.decide(&receive(later))),
            [Reason::NumberReused { earlier }]
        );
    }

    #[test]
    fn e29_a_document_that_does_not_add_up_is_parked_and_a_sound_one_replaces_it() {
        let bad = park(&head("F-1", 100, 'a'), Reason::TotalMismatch {});
        let parked = asked(std::slice::from_ref(&bad));
        assert!(parked.head().is_none());
        assert_eq!(parked.decide(&bad), vec![], "the same bytes again change nothing");
        let sound = parked.decide(&receive(head("F-1", 100, 'b')));
        assert!(matches!(sound.as_slice(), [InvoiceEvent::InvoiceReceived { .. }]));
    }

    #[test]
    fn an_invoice_whose_lines_could_not_be_placed_is_received_again_with_what_they_are_for() {
        let first = head("F-1", 100, 'a');
        let unplaced = asked(&[receive(first.clone()), park(&first, Reason::NotIdentified {})]);
        let again = unplaced.decide(&receive(head("F-1", 100, 'b')));
        assert!(matches!(again.as_slice(), [InvoiceEvent::InvoiceReceived { .. }]));
        let other = unplaced.decide(&receive(head("F-1", 101, 'b')));
        assert_eq!(parked_for(&other).len(), 1, "its number is taken all the same");

        let placed = asked(&[
            receive(first.clone()),
            park(&first, Reason::NotIdentified {}),
            receive(head("F-1", 100, 'b')),
        ]);
        let repeated = placed.decide(&receive(head("F-1", 100, 'c')));
        assert!(matches!(
            repeated.as_slice(),
            [InvoiceEvent::InvoiceRepeated { .. }]
        ));
    }

    #[test]
    fn an_invoice_of_the_day_of_receipt_is_received_and_one_of_the_day_after_is_parked() {
        let of_that_day = InvoiceHead {
            issue_date: date(2023, 3, 2),
            ..head("F-1", 100, 'a')
        };
        assert!(asked(&[receive(of_that_day.clone())]).head().is_some());
        let received_on = of_that_day.received_on;
        let day_after = date(2023, 3, 3);
        let dated = InvoiceHead {
            issue_date: day_after,
            ..of_that_day.clone()
        };
        let tells = InvoiceCommand::Receive {
            head: of_that_day,
            last_day: Some(day_after),
            conformance: None,
        };
        for command in [receive(dated), tells] {
            let expected = Reason::FutureDate {
                date: day_after,
                received_on,
            };
            assert_eq!(parked_for(&Invoice::default().decide(&command)), [expected]);
        }
    }

    #[test]
    fn e13_credit_notes_together_take_back_no_more_than_the_invoice() {
        let invoice = asked(&[receive(head("F-1", 100, 'a')), credit("C-1", 60)]);
        let second = InvoiceNumber::new("C-2").expect("a number");
        assert_eq!(invoice.has_room_for(&second, Euro::from_cents(40)), Ok(()));
        assert_eq!(
            invoice.has_room_for(&second, Euro::from_cents(41)),
            Err(Reason::CreditTooLarge {
                credited: Euro::from_cents(41),
                stands: Euro::from_cents(40)
            })
        );
        assert_eq!(invoice.decide(&credit("C-2", 41)), vec![]);
        let first = InvoiceNumber::new(" c-1").expect("a number");
        assert_eq!(
            invoice.has_room_for(&first, Euro::from_cents(100)),
            Ok(()),
            "itself it does not stand in the way"
        );
        assert_eq!(invoice.decide(&credit("C-1", 60)), vec![], "it counts once");
    }

    #[test]
    fn e13_a_credit_note_that_comes_before_its_invoice_counts() {
        let invoice = asked(&[credit("C-1", 60), receive(head("F-1", 100, 'a'))]);
        let second = InvoiceNumber::new("C-2").expect("a number");
        assert!(invoice.has_room_for(&second, Euro::from_cents(41)).is_err());
    }

    #[test]
    fn a_credit_note_means_the_invoice_of_the_date_that_it_gives() {
        let invoice = asked(&[receive(head("F-1", 100, 'a'))]);
        let (stated, known) = (date(2023, 3, 2), date(2023, 3, 1));
        assert_eq!(invoice.is_dated(known), Ok(()));
        assert_eq!(
            invoice.is_dated(stated),
            Err(Reason::CreditOtherDate { stated, known })
        );
        assert_eq!(
            asked(&[credit("C-1", 60)]).is_dated(stated),
            Ok(()),
            "it has not come yet"
        );
    }

    #[test]
    fn a_credit_note_credits_no_credit_note() {
        let note = InvoiceHead {
            kind: InvoiceKind::CreditNote,
            ..head("F-1", 100, 'a')
        };
        let by = InvoiceNumber::new("C-1").expect("a number");
        let room = asked(&[receive(note)]).has_room_for(&by, Euro::from_cents(1));
        assert_eq!(room, Err(Reason::CreditNoRef {}));
    }
}
