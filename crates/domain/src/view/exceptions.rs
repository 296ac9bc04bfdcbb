//! Exceptions: what waits for somebody or something, why and since when.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::budget::BudgetLineId;
use crate::claim::ClaimEvent;
use crate::document::{DocumentEvent, DocumentFault};
use crate::ids::{DocumentHash, InvoiceNumber, LineRef, PayeeId};
use crate::invoice::InvoiceEvent;
use crate::money::Euro;
use crate::reason::Reason;
use crate::recorded::{Event, Recorded};
use crate::scheme::SchemeCode;

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "uitzondering")]
pub struct ExceptionRow {
    /// What waits.
    pub subject: Subject,
    /// Why, by code; a line that is being presented has none yet.
    pub code: Option<String>,
    /// Why, with its data.
    pub reason: Option<Reason>,
    /// Since when.
    pub since: Date,
    /// What is at stake, when it is a line.
    pub amount: Option<Euro>,
}

/// What waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A line of a case.
    Line {
        /// The line.
        line: LineRef,
        /// The scheme.
        scheme: SchemeCode,
        /// The aggregate type of its case.
        kind: String,
        /// The id of its case.
        case: String,
        /// The document that presented it.
        document: DocumentHash,
        /// The date of its invoice.
        invoice_date: Date,
        /// On a credit note: the line that is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        credits: Option<LineRef>,
    },
    /// An invoice, whole.
    Invoice {
        /// Who sent it.
        payee: PayeeId,
        /// Its number.
        number: InvoiceNumber,
        /// The document.
        document: DocumentHash,
        /// The faults.
        faults: Vec<DocumentFault>,
    },
    /// A document, or rows of it.
    Document {
        /// The document.
        document: DocumentHash,
        /// The faults.
        faults: Vec<DocumentFault>,
    },
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Exceptions;

impl View for Exceptions {
    type Row = ExceptionRow;
    const NAME: &'static str = "exceptions";
    const VERSION: u32 = 3;

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        match &event.event {
            Event::Claim(claim) => keys.extend(claim.line().map(|line| format!("line|{line}"))),
            Event::Invoice(InvoiceEvent::InvoiceReceived { head, .. }) => {
                keys.push(invoice_key(&head.payee, &head.number));
            }
            Event::Invoice(InvoiceEvent::InvoiceParked { payee, number, .. }) => {
                keys.push(invoice_key(payee, number));
            }
            Event::Document(
                DocumentEvent::DocumentTaken { document, .. }
                | DocumentEvent::DocumentQuarantined { document, .. },
            ) => keys.push(format!("document|{document}")),
            Event::Invoice(InvoiceEvent::InvoiceRepeated { .. } | InvoiceEvent::InvoiceCredited { .. })
            | Event::Document(
                DocumentEvent::OriginalsRead { .. } | DocumentEvent::OriginalsDestroyed { .. },
            )
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
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

    fn fold(_key: &str, row: Option<ExceptionRow>, event: &Recorded) -> Option<ExceptionRow> {
        match &event.event {
            Event::Claim(claim) => fold_claim(row, claim, event),
            Event::Invoice(InvoiceEvent::InvoiceParked {
                payee,
                number,
                reasons,
                faults,
                document,
                on,
                ..
            }) => {
                let subject = Subject::Invoice {
                    payee: payee.clone(),
                    number: number.clone(),
                    document: document.clone(),
                    faults: faults.clone(),
                };
                Some(because(subject, reasons.first(), *on))
            }
            Event::Invoice(InvoiceEvent::InvoiceReceived { .. }) => None,
            Event::Document(DocumentEvent::DocumentQuarantined {
                document,
                reason,
                faults,
                on,
                ..
            }) => {
                let subject = Subject::Document {
                    document: document.clone(),
                    faults: faults.clone(),
                };
                Some(because(subject, Some(reason), *on))
            }
            Event::Document(DocumentEvent::DocumentTaken { faults, .. }) if faults.is_empty() => None,
            Event::Document(DocumentEvent::DocumentTaken {
                document, faults, on, ..
            }) => {
                let subject = Subject::Document {
                    document: document.clone(),
                    faults: faults.clone(),
                };
                let mut row = because(subject, None, *on);
                row.code = Some("ROWS_NOT_TAKEN".to_owned());
                Some(row)
            }
            Event::Invoice(InvoiceEvent::InvoiceRepeated { .. } | InvoiceEvent::InvoiceCredited { .. })
            | Event::Document(
                DocumentEvent::OriginalsRead { .. } | DocumentEvent::OriginalsDestroyed { .. },
            )
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Statement(_)
            | Event::Account(_)
            | Event::Period(_)
            | Event::Sample(_) => row,
        }
    }
}

fn fold_claim<P>(row: Option<ExceptionRow>, claim: &ClaimEvent<P>, event: &Recorded) -> Option<ExceptionRow> {
    match claim {
        ClaimEvent::LinePresented { line } => {
            let subject = Subject::Line {
                line: line.line.clone(),
                scheme: line.item.scheme,
                kind: event.kind.clone(),
                case: event.id.clone(),
                document: line.document.clone(),
                invoice_date: line.invoice_date,
                credits: line.credits.clone(),
            };
            let mut row = because(subject, None, line.received_on);
            row.amount = Some(line.claimed);
            Some(row)
        }
        ClaimEvent::LineParked { reason, on, .. } => row.map(|row| ExceptionRow {
            code: Some(reason.code().to_owned()),
            since: if queued(row.reason.as_ref()).is_some()
                && queued(row.reason.as_ref()) == queued(Some(reason))
            {
                row.since
            } else {
                *on
            },
            reason: Some(reason.clone()),
            ..row
        }),
        ClaimEvent::LineRejected { .. }
        | ClaimEvent::LineMatched { .. }
        | ClaimEvent::LineReversed { .. }
        | ClaimEvent::LineCredited { .. } => None,
        ClaimEvent::EvidenceRecorded { .. }
        | ClaimEvent::EvidenceReplaced { .. }
        | ClaimEvent::ApplicationRecorded { .. }
        | ClaimEvent::GrantDecided { .. }
        | ClaimEvent::CommitmentReleased { .. }
        | ClaimEvent::LineAllowed { .. }
        | ClaimEvent::LineApproved { .. }
        | ClaimEvent::LineCut { .. }
        | ClaimEvent::LineHeld { .. }
        | ClaimEvent::LineResumed { .. }
        | ClaimEvent::LineSettled { .. } => row,
    }
}

/// Who waits for a budget line and then asks another amount of it keeps its place.
const fn queued(reason: Option<&Reason>) -> Option<BudgetLineId> {
    if let Some(Reason::Budget { line, .. }) = reason {
        Some(*line)
    } else {
        None
    }
}

fn because(subject: Subject, reason: Option<&Reason>, since: Date) -> ExceptionRow {
    ExceptionRow {
        subject,
        code: reason.map(|reason| reason.code().to_owned()),
        reason: reason.cloned(),
        since,
        amount: None,
    }
}

fn invoice_key(payee: &PayeeId, number: &InvoiceNumber) -> String {
    format!("invoice|{payee}/{}", number.normalised())
}
