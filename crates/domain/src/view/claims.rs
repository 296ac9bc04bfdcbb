//! The claims register: every line that was presented, and where it stands.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Basis, View};
use crate::budget::Quantity;
use crate::calendar::FiscalYear;
use crate::claim::{ApprovalOrder, Approver, Award, ClaimEvent, Hold, Payments, Presented};
use crate::ids::LineRef;
use crate::reason::Reason;
use crate::recorded::{Event, Family, Recorded};
use crate::scheme::SchemeCode;

/// A line and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "declaratieregel")]
pub struct ClaimRow {
    /// The aggregate type of its case.
    pub kind: String,
    /// The id of its case.
    pub case: String,
    /// As presented.
    pub presented: Presented,
    /// Where it stands, by the name of the state.
    pub state: String,
    /// Why it waits, was refused or taken back.
    pub reason: Option<Reason>,
    /// What it earned; kept, for the record, when it was taken back.
    pub award: Option<Award>,
    /// The day of the last decision.
    pub decided_on: Option<Date>,
    /// Who approved it as it stands, and in which order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<(ApprovalOrder, Approver)>,
    /// Whether somebody holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Hold>,
    /// What was ordered and paid on it, and what of that must come back.
    #[serde(default, skip_serializing_if = "Payments::is_empty")]
    pub payments: Payments,
    /// The positions of everything that happened to it.
    pub positions: Vec<u64>,
}

/// A part of what stands of a line, with the year in which it counts on each basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandingPart {
    /// The scheme.
    pub scheme: SchemeCode,
    /// What it is.
    pub quantity: Quantity,
    performance: FiscalYear,
    decision: FiscalYear,
    invoice: FiscalYear,
    payment: Option<FiscalYear>,
}

impl StandingPart {
    /// Returns the year in which it counts on a basis; none when it does not yet.
    #[must_use]
    pub const fn counts(&self, basis: Basis) -> Option<FiscalYear> {
        match basis {
            Basis::Performance => Some(self.performance),
            Basis::Decision => Some(self.decision),
            Basis::Invoice => Some(self.invoice),
            Basis::Payment => self.payment,
        }
    }
}

impl ClaimRow {
    /// Returns the parts of what stands of it, one for each year that bears it; nothing of a line that was not awarded or was taken back.
    pub fn standing(&self) -> impl Iterator<Item = StandingPart> {
        let fallen = matches!(
            self.state.as_str(),
            "reversed" | "rejected" | "settled" | "parked" | "presented"
        );
        let award = self.award.as_ref().filter(|_| !fallen);
        let paid_on = self.payments.standing().and_then(|payment| payment.paid_on);
        award.into_iter().flat_map(move |award| {
            award.allocations.iter().map(move |part| StandingPart {
                scheme: award.scheme,
                quantity: Quantity::new(part.units, part.amount),
                performance: part.year,
                decision: FiscalYear::of(award.decided_on),
                invoice: FiscalYear::of(award.invoice_date),
                payment: paid_on.map(FiscalYear::of),
            })
        })
    }
}

/// The view.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "declaratieregister")]
pub struct Claims;

impl View for Claims {
    type Row = ClaimRow;
    const NAME: &'static str = "claims";
    const VERSION: u32 = 3;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Claim
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Claim(event) = &event.event {
            keys.extend(event.line().map(LineRef::to_string));
            if let ClaimEvent::LineCredited {
                of, award: Some(_), ..
            } = event
            {
                keys.push(of.to_string());
            }
        }
    }

    fn fold(key: &str, row: Option<ClaimRow>, event: &Recorded) -> Option<ClaimRow> {
        let Event::Claim(happened) = &event.event else {
            return row;
        };
        if let ClaimEvent::LinePresented { line } = happened {
            return Some(ClaimRow {
                kind: event.kind.clone(),
                case: event.id.clone(),
                presented: line.clone(),
                state: "presented".to_owned(),
                reason: None,
                award: None,
                decided_on: None,
                approvals: Vec::new(),
                hold: None,
                payments: Payments::default(),
                positions: vec![event.position],
            });
        }
        let mut row = row?;
        row.positions.push(event.position);
        let mut set = |state: &str, reason: Option<&Reason>, on: Date| {
            row.state = state.to_owned();
            row.reason = reason.cloned();
            row.decided_on = Some(on);
        };
        match happened {
            ClaimEvent::LineParked { reason, on, .. } => set("parked", Some(reason), *on),
            ClaimEvent::LineRejected { reason, on, .. } => set("rejected", Some(reason), *on),
            ClaimEvent::LineMatched { award, .. } => {
                set("matched", None, award.decided_on);
                row.award = Some(award.clone());
                row.approvals.clear();
            }
            ClaimEvent::LineApproved { order, by, on, .. } => {
                let state = match order {
                    ApprovalOrder::First => "approved_once",
                    ApprovalOrder::Second | ApprovalOrder::Sole => "approved",
                };
                set(state, None, *on);
                row.approvals.push((*order, by.clone()));
            }
            ClaimEvent::LineCut { allocations, .. } => {
                if let Some(award) = &mut row.award {
                    award.cut(allocations);
                }
            }
            ClaimEvent::LineHeld { hold, .. } => row.hold = Some(hold.clone()),
            ClaimEvent::LineResumed { .. } => row.hold = None,
            ClaimEvent::LineSettled {
                paid_for,
                settlement,
                on,
                ..
            } => {
                row.payments.evolve(paid_for, settlement, *on);
                if let "approved" | "ordered" | "paid" = row.state.as_str() {
                    let state = match row.payments.standing() {
                        None => "approved",
                        Some(payment) if payment.paid_on.is_none() => "ordered",
                        Some(_) => "paid",
                    };
                    row.state = state.to_owned();
                }
            }
            ClaimEvent::LineReversed { reason, on, .. } => set("reversed", Some(reason), *on),
            ClaimEvent::LineCredited { line, on, .. } if line.to_string() == key => set("settled", None, *on),
            ClaimEvent::LineCredited {
                line,
                credited,
                allocations,
                on,
                ..
            } => {
                let left = row.award.as_mut().map(|award| {
                    award.credit(*credited, allocations);
                    award.amount
                });
                if left.is_some_and(crate::money::Euro::is_zero) {
                    row.state = "reversed".to_owned();
                    row.reason = Some(Reason::Credited { by: line.clone() });
                }
                row.decided_on = Some(*on);
            }
            ClaimEvent::EvidenceRecorded { .. }
            | ClaimEvent::EvidenceReplaced { .. }
            | ClaimEvent::ApplicationRecorded { .. }
            | ClaimEvent::GrantDecided { .. }
            | ClaimEvent::CommitmentReleased { .. }
            | ClaimEvent::LinePresented { .. }
            | ClaimEvent::LineAllowed { .. } => {}
        }
        Some(row)
    }
}
