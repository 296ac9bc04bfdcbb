//! Unclaimed evidence: what was passed, delivered or completed and not yet awarded.
//!
//! What a school has still to claim, and what is accrued at year end.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::claim::ClaimEvent;
use crate::ids::{Brin, EvidenceId, LineRef};
use crate::recorded::{Event, Family, Recorded};
use crate::scheme::SchemeCode;

/// Evidence that gives entitlement, and the line that was awarded for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnclaimedRow {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The number of the evidence.
    pub evidence: EvidenceId,
    /// The date of performance.
    pub performed_on: Option<Date>,
    /// The school that it entitles.
    pub school: Option<Brin>,
    /// The day on which it was recorded.
    pub since: Date,
    /// The line that was awarded for it; nothing: it is unclaimed. Kept, since what is taken back can be claimed again.
    pub awarded_to: Option<LineRef>,
}

/// The view. A row with [`UnclaimedRow::awarded_to`] is not unclaimed.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "niet gedeclareerd bewijs")]
pub struct Unclaimed;

impl View for Unclaimed {
    type Row = UnclaimedRow;
    const NAME: &'static str = "unclaimed";
    const VERSION: u32 = 1;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Claim
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        let Event::Claim(claim) = &event.event else { return };
        let evidence = match claim {
            ClaimEvent::EvidenceRecorded { id, .. } | ClaimEvent::EvidenceReplaced { id, .. } => Some(id),
            ClaimEvent::LineMatched { award, .. }
            | ClaimEvent::LineReversed { award, .. }
            | ClaimEvent::LineCredited {
                award: Some(award), ..
            } => award.evidence.as_ref(),
            ClaimEvent::ApplicationRecorded { .. }
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
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { award: None, .. } => None,
        };
        keys.extend(evidence.map(|id| format!("{}|{}|{id}", event.kind, event.id)));
    }

    fn fold(_key: &str, row: Option<UnclaimedRow>, event: &Recorded) -> Option<UnclaimedRow> {
        let Event::Claim(claim) = &event.event else {
            return row;
        };
        match claim {
            ClaimEvent::EvidenceRecorded { id, proof, on, .. }
            | ClaimEvent::EvidenceReplaced { id, proof, on, .. } => proof.entitles.then(|| UnclaimedRow {
                scheme: proof.scheme,
                evidence: id.clone(),
                performed_on: proof.performed_on,
                school: proof.school.clone(),
                since: row.as_ref().map_or(*on, |row| row.since),
                awarded_to: row.and_then(|row| row.awarded_to),
            }),
            ClaimEvent::LineMatched { line, .. } => row.map(|row| UnclaimedRow {
                awarded_to: Some(line.clone()),
                ..row
            }),
            ClaimEvent::LineReversed { .. } => row.map(|row| UnclaimedRow {
                awarded_to: None,
                ..row
            }),
            ClaimEvent::LineCredited {
                award: Some(award),
                amount,
                ..
            } if *amount == award.amount => row.map(|row| UnclaimedRow {
                awarded_to: None,
                ..row
            }),
            ClaimEvent::ApplicationRecorded { .. }
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
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { .. } => row,
        }
    }
}
