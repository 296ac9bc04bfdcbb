//! The invoice register: every invoice number, its document and the outcome of its lines.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::claim::{ClaimEvent, Settlement};
use crate::ids::{DocumentHash, InvoiceNumber, LineId, LineRef, PayeeId};
use crate::invoice::{InvoiceEvent, InvoiceHead};
use crate::money::Euro;
use crate::reason::Reason;
use crate::recorded::{Event, Recorded};

/// An invoice and what became of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRow {
    /// Its head, once received.
    pub head: Option<InvoiceHead>,
    /// Why a document under this number was parked.
    pub parked: Vec<Reason>,
    /// How often it was sent again.
    pub repeats: u32,
    /// The outcome of each line.
    pub lines: BTreeMap<LineId, LineOutcome>,
    /// The credit notes that take back part of it, by their numbers as they are compared.
    pub credits: BTreeMap<String, CreditedBy>,
}

impl InvoiceRow {
    /// Returns what all its credit notes take back, with VAT.
    #[must_use]
    pub fn credited(&self) -> Euro {
        self.credits.values().map(|note| note.total).sum()
    }

    /// Returns what is left of it after its credit notes, with VAT; nothing is known of one that has not come yet.
    #[must_use]
    pub fn left(&self) -> Option<Euro> {
        let head = self.head.as_ref()?;
        Some(head.net + head.vat - self.credited())
    }
}

/// What a credit note takes back of an invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "gecrediteerd door")]
pub struct CreditedBy {
    /// The number of the credit note.
    pub number: InvoiceNumber,
    /// Its total, with VAT.
    pub total: Euro,
    /// The document.
    pub document: DocumentHash,
    /// The day of its receipt.
    pub on: Date,
}

/// The outcome of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "uitkomst")]
pub enum LineOutcome {
    /// Presented, or waiting for the reason of this code.
    Waits(String),
    /// Refused for the reason of this code.
    Rejected(String),
    /// Earns this much.
    Matched(Euro),
    /// Was paid this much.
    Paid(Euro),
    /// Earned, then taken back for the reason of this code.
    Reversed(String),
    /// A credit line, dealt with.
    Settled,
}

/// The view.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "factuurregister")]
pub struct Invoices;

fn key_of(payee: &PayeeId, number: &InvoiceNumber) -> String {
    format!("{payee}/{}", number.normalised())
}

impl View for Invoices {
    type Row = InvoiceRow;
    const NAME: &'static str = "invoices";
    const VERSION: u32 = 3;

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        match &event.event {
            Event::Invoice(
                InvoiceEvent::InvoiceRepeated { payee, number, .. }
                | InvoiceEvent::InvoiceParked { payee, number, .. }
                | InvoiceEvent::InvoiceCredited { payee, number, .. },
            ) => keys.push(key_of(payee, number)),
            Event::Invoice(InvoiceEvent::InvoiceReceived { head, .. }) => {
                keys.push(key_of(&head.payee, &head.number));
            }
            Event::Claim(claim) => {
                let touched: BTreeSet<String> = outcomes(claim)
                    .iter()
                    .map(|(line, _)| key_of(&line.payee, &line.invoice))
                    .collect();
                keys.extend(touched);
            }
            Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Statement(_)
            | Event::Account(_)
            | Event::Period(_)
            | Event::Sample(_) => {}
        }
    }

    fn fold(key: &str, row: Option<InvoiceRow>, event: &Recorded) -> Option<InvoiceRow> {
        let mut row = row.unwrap_or_default();
        match &event.event {
            Event::Invoice(InvoiceEvent::InvoiceReceived { head, .. }) => row.head = Some(head.clone()),
            Event::Invoice(InvoiceEvent::InvoiceRepeated { .. }) => row.repeats += 1,
            Event::Invoice(InvoiceEvent::InvoiceParked { reasons, .. }) => {
                row.parked.extend(reasons.iter().cloned());
            }
            Event::Claim(claim) => {
                for (line, outcome) in outcomes(claim) {
                    if key_of(&line.payee, &line.invoice) == key {
                        row.lines.insert(line.line.clone(), outcome);
                    }
                }
            }
            Event::Invoice(InvoiceEvent::InvoiceCredited {
                by,
                total,
                document,
                on,
                ..
            }) => {
                let note = CreditedBy {
                    number: by.clone(),
                    total: *total,
                    document: document.clone(),
                    on: *on,
                };
                row.credits.insert(by.normalised(), note);
            }
            Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Statement(_)
            | Event::Account(_)
            | Event::Period(_)
            | Event::Sample(_) => {}
        }
        Some(row)
    }
}

fn outcomes<P>(event: &ClaimEvent<P>) -> Vec<(&LineRef, LineOutcome)> {
    let code = |reason: &Reason| reason.code().to_owned();
    match event {
        ClaimEvent::LinePresented { line } => vec![(&line.line, LineOutcome::Waits("PRESENTED".to_owned()))],
        ClaimEvent::LineParked { line, reason, .. } => vec![(line, LineOutcome::Waits(code(reason)))],
        ClaimEvent::LineRejected { line, reason, .. } => vec![(line, LineOutcome::Rejected(code(reason)))],
        ClaimEvent::LineMatched { line, award } => vec![(line, LineOutcome::Matched(award.amount))],
        ClaimEvent::LineReversed { line, reason, .. } => vec![(line, LineOutcome::Reversed(code(reason)))],
        ClaimEvent::LineCredited {
            line,
            of,
            award: Some(award),
            amount,
            ..
        } => {
            let left = award.amount - *amount;
            let outcome = if left.is_zero() {
                LineOutcome::Reversed("CREDITED".to_owned())
            } else {
                LineOutcome::Matched(left)
            };
            vec![(line, LineOutcome::Settled), (of, outcome)]
        }
        ClaimEvent::LineCredited {
            line, award: None, ..
        } => vec![(line, LineOutcome::Settled)],
        ClaimEvent::EvidenceRecorded { .. }
        | ClaimEvent::EvidenceReplaced { .. }
        | ClaimEvent::ApplicationRecorded { .. }
        | ClaimEvent::GrantDecided { .. }
        | ClaimEvent::CommitmentReleased { .. }
        | ClaimEvent::LineAllowed { .. }
        | ClaimEvent::LineApproved { .. }
        | ClaimEvent::LineHeld { .. }
        | ClaimEvent::LineResumed { .. } => Vec::new(),
        ClaimEvent::LineCut {
            line, award, amount, ..
        } => vec![(line, LineOutcome::Matched(award.amount - *amount))],
        ClaimEvent::LineSettled { line, settlement, .. } => match settlement {
            Settlement::LinePaid { stands, .. } if !stands.is_zero() => {
                vec![(line, LineOutcome::Paid(stands.amount))]
            }
            Settlement::LineUnpaid { amount, forgiven, .. } if forgiven.is_zero() => {
                vec![(line, LineOutcome::Matched(*amount))]
            }
            Settlement::LineOrdered { .. }
            | Settlement::LinePaid { .. }
            | Settlement::LineUnpaid { .. }
            | Settlement::ClawbackOpened { .. }
            | Settlement::ClawbackAnnounced { .. }
            | Settlement::ClawbackRecovered { .. }
            | Settlement::ClawbackReopened { .. }
            | Settlement::ClawbackWrittenOff { .. } => Vec::new(),
        },
    }
}
