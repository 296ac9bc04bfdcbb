//! What waits for approval or payment, and what must come back: the work list of approvers and of the payment run.

use serde::{Deserialize, Serialize};

use super::View;
use crate::claim::event::comes_before_award;
use crate::claim::{ApprovalOrder, ClaimEvent, Payments, Settlement};
use crate::ids::LineRef;
use crate::money::Euro;
use crate::recorded::{Event, Family, Recorded};

/// A line that earns something and is not paid, or of which money must come back, or was to: what was held back in an order is owed again
/// when that order fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "openstaande regel")]
pub struct PayableRow {
    /// The aggregate type of its case.
    pub kind: String,
    /// The id of its case.
    pub case: String,
    /// The line.
    pub line: LineRef,
    /// What it earns; nothing when it was taken back.
    pub amount: Euro,
    /// How far approval is.
    pub approval: Approval,
    /// Whether somebody holds it.
    #[serde(default)]
    pub held: bool,
    /// What was ordered and paid on it.
    #[serde(default, skip_serializing_if = "Payments::is_empty")]
    pub payments: Payments,
}

/// How far approval is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "stand van goedkeuring")]
pub enum Approval {
    /// Nobody approved it.
    None,
    /// One person did, and a second is needed.
    Once,
    /// It is approved.
    Approved,
}

impl PayableRow {
    /// Returns what a payment order would pay on it.
    #[must_use]
    pub fn payable(&self) -> Option<Euro> {
        let free = self.approval == Approval::Approved && !self.held && self.payments.standing().is_none();
        (free && self.amount > Euro::ZERO).then_some(self.amount)
    }

    fn is_done(&self) -> bool {
        let waits = self.amount > Euro::ZERO && self.payments.standing().is_none();
        !waits && !self.held && self.payments.are_settled()
    }
}

/// The view.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "betaalwerklijst")]
pub struct Payables;

impl View for Payables {
    type Row = PayableRow;
    const NAME: &'static str = "payables";
    const VERSION: u32 = 2;

    fn follows(family: Family, event_type: &str) -> bool {
        family == Family::Claim && !comes_before_award(event_type)
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Claim(event) = &event.event {
            let line = match event {
                ClaimEvent::LineMatched { line, .. }
                | ClaimEvent::LineApproved { line, .. }
                | ClaimEvent::LineCut { line, .. }
                | ClaimEvent::LineHeld { line, .. }
                | ClaimEvent::LineResumed { line, .. }
                | ClaimEvent::LineReversed { line, .. }
                | ClaimEvent::LineSettled { line, .. }
                | ClaimEvent::LineCredited {
                    of: line,
                    award: Some(_),
                    ..
                } => line,
                ClaimEvent::EvidenceRecorded { .. }
                | ClaimEvent::EvidenceReplaced { .. }
                | ClaimEvent::ApplicationRecorded { .. }
                | ClaimEvent::GrantDecided { .. }
                | ClaimEvent::CommitmentReleased { .. }
                | ClaimEvent::LinePresented { .. }
                | ClaimEvent::LineParked { .. }
                | ClaimEvent::LineAllowed { .. }
                | ClaimEvent::LineRejected { .. }
                | ClaimEvent::LineCredited { award: None, .. } => return,
            };
            keys.push(line.to_string());
        }
    }

    fn fold(_key: &str, row: Option<PayableRow>, event: &Recorded) -> Option<PayableRow> {
        let Event::Claim(happened) = &event.event else {
            return row;
        };
        let mut row = row.or_else(|| begun(happened, event))?;
        match happened {
            ClaimEvent::LineMatched { award, .. } => {
                row.amount = award.amount;
                row.approval = Approval::None;
            }
            ClaimEvent::LineApproved { order, .. } => {
                row.approval = match order {
                    ApprovalOrder::First => Approval::Once,
                    ApprovalOrder::Second | ApprovalOrder::Sole => Approval::Approved,
                };
            }
            ClaimEvent::LineCut { amount, .. } | ClaimEvent::LineCredited { amount, .. } => {
                row.amount -= *amount;
            }
            ClaimEvent::LineHeld { .. } => row.held = true,
            ClaimEvent::LineResumed { .. } => row.held = false,
            ClaimEvent::LineReversed { .. } => {
                row.amount = Euro::ZERO;
                row.approval = Approval::None;
            }
            ClaimEvent::LineSettled {
                paid_for,
                settlement,
                on,
                ..
            } => row.payments.evolve(paid_for, settlement, *on),
            ClaimEvent::EvidenceRecorded { .. }
            | ClaimEvent::EvidenceReplaced { .. }
            | ClaimEvent::ApplicationRecorded { .. }
            | ClaimEvent::GrantDecided { .. }
            | ClaimEvent::CommitmentReleased { .. }
            | ClaimEvent::LinePresented { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. } => {}
        }
        (!row.is_done()).then_some(row)
    }
}

/// A line whose row was done comes back when it is matched anew, when its payment comes back, or when it is taken back after payment.
fn begun<P>(happened: &ClaimEvent<P>, event: &Recorded) -> Option<PayableRow> {
    let line = happened.line()?.clone();
    let row = |line, amount, approval, payments| PayableRow {
        kind: event.kind.clone(),
        case: event.id.clone(),
        line,
        amount,
        approval,
        held: false,
        payments,
    };
    match happened {
        ClaimEvent::LineMatched { award, .. } => {
            Some(row(line, award.amount, Approval::None, Payments::default()))
        }
        ClaimEvent::LineSettled {
            paid_for, settlement, ..
        } => match settlement {
            // What stood was approved; the payment that came back is taken out by the fold.
            Settlement::LineUnpaid { stood, .. } => {
                Some(row(line, stood.amount, Approval::Approved, Payments::default()))
            }
            Settlement::ClawbackOpened {
                batch,
                amount,
                ordered,
                ordered_on,
                paid_on,
                ..
            } => {
                let stands = *ordered - *amount;
                let approval = if stands.is_zero() {
                    Approval::None
                } else {
                    Approval::Approved
                };
                let payments = Payments::of_one(batch, *ordered, *ordered_on, *paid_on, paid_for);
                Some(row(line, stands, approval, payments))
            }
            Settlement::LineOrdered { .. }
            | Settlement::LinePaid { .. }
            | Settlement::ClawbackAnnounced { .. }
            | Settlement::ClawbackRecovered { .. }
            | Settlement::ClawbackReopened { .. }
            | Settlement::ClawbackWrittenOff { .. } => None,
        },
        ClaimEvent::EvidenceRecorded { .. }
        | ClaimEvent::EvidenceReplaced { .. }
        | ClaimEvent::ApplicationRecorded { .. }
        | ClaimEvent::GrantDecided { .. }
        | ClaimEvent::CommitmentReleased { .. }
        | ClaimEvent::LinePresented { .. }
        | ClaimEvent::LineParked { .. }
        | ClaimEvent::LineAllowed { .. }
        | ClaimEvent::LineRejected { .. }
        | ClaimEvent::LineApproved { .. }
        | ClaimEvent::LineCut { .. }
        | ClaimEvent::LineHeld { .. }
        | ClaimEvent::LineResumed { .. }
        | ClaimEvent::LineReversed { .. }
        | ClaimEvent::LineCredited { .. } => None,
    }
}
