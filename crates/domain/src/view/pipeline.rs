//! The pipeline: applications, cheques, coaching cases and agreements, and how far each is. Stages are told apart and never added.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::calendar::FiscalYear;
use crate::claim::{Award, ClaimEvent, GrantDecision};
use crate::money::Euro;
use crate::recorded::{Event, Family, Recorded};
use crate::scheme::SchemeCode;

/// How far something is that comes before a claim.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aanvraag in behandeling")]
pub struct PipelineRow {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The year.
    pub year: Option<FiscalYear>,
    /// How far: `applied`, `granted`, `refused`, `released`, `drawn`; `requested`, `started`, `completed`; `agreed`.
    pub stage: String,
    /// The kind, for instance of coaching.
    pub kind: Option<String>,
    /// What was granted.
    pub granted: Euro,
    /// What is open of it.
    pub open: Euro,
    /// What was released.
    pub released: Euro,
    /// The day of the grant, from which a commitment ages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_on: Option<Date>,
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Pipeline;

impl View for Pipeline {
    type Row = PipelineRow;
    const NAME: &'static str = "pipeline";
    const VERSION: u32 = 2;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Claim
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        let Event::Claim(claim) = &event.event else { return };
        let mut push = |number: &str| keys.push(format!("{}|{}|{number}", event.kind, event.id));
        match claim {
            ClaimEvent::EvidenceRecorded { id, proof, .. }
            | ClaimEvent::EvidenceReplaced { id, proof, .. } => {
                if proof.stage.is_some() {
                    push(id.as_str());
                }
            }
            ClaimEvent::ApplicationRecorded { application, .. } => push(application.number.as_str()),
            ClaimEvent::GrantDecided { application, .. }
            | ClaimEvent::CommitmentReleased { application, .. } => {
                push(application.as_str());
            }
            ClaimEvent::LineMatched { award, .. }
            | ClaimEvent::LineReversed { award, .. }
            | ClaimEvent::LineCut { award, .. }
            | ClaimEvent::LineCredited {
                award: Some(award), ..
            } => {
                if let Some(application) = &award.application {
                    push(application.as_str());
                }
            }
            ClaimEvent::LinePresented { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. }
            | ClaimEvent::LineApproved { .. }
            | ClaimEvent::LineHeld { .. }
            | ClaimEvent::LineResumed { .. }
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { award: None, .. } => {}
        }
    }

    fn fold(_key: &str, row: Option<PipelineRow>, event: &Recorded) -> Option<PipelineRow> {
        let Event::Claim(claim) = &event.event else {
            return row;
        };
        match claim {
            ClaimEvent::EvidenceRecorded { proof, .. } | ClaimEvent::EvidenceReplaced { proof, .. } => {
                let stage = proof.stage.clone()?;
                Some(PipelineRow {
                    scheme: proof.scheme,
                    year: proof.performed_on.map(FiscalYear::of),
                    stage: stage.name,
                    kind: stage.kind,
                    granted: Euro::ZERO,
                    open: Euro::ZERO,
                    released: Euro::ZERO,
                    granted_on: None,
                })
            }
            ClaimEvent::ApplicationRecorded { application, .. } => Some(PipelineRow {
                scheme: application.scheme,
                year: Some(application.year),
                stage: "applied".to_owned(),
                kind: None,
                granted: Euro::ZERO,
                open: Euro::ZERO,
                released: Euro::ZERO,
                granted_on: None,
            }),
            ClaimEvent::GrantDecided { decision, .. } => row.map(|row| match decision {
                GrantDecision::Granted { amount, on } => PipelineRow {
                    granted_on: Some(*on),
                    stage: "granted".to_owned(),
                    granted: *amount,
                    open: *amount,
                    ..row
                },
                GrantDecision::Refused { .. } => PipelineRow {
                    stage: "refused".to_owned(),
                    ..row
                },
            }),
            ClaimEvent::CommitmentReleased { release, .. } => row.map(|row| {
                let stage = if row.stage == "granted" {
                    "released".to_owned()
                } else {
                    row.stage
                };
                PipelineRow {
                    stage,
                    open: row.open - release.amount,
                    released: row.released + release.amount,
                    ..row
                }
            }),
            ClaimEvent::LineMatched { award, .. } => row.map(|row| {
                let drawn = award
                    .drawn
                    .as_ref()
                    .map_or(Euro::ZERO, |drawn| drawn.quantity.amount);
                PipelineRow {
                    stage: "drawn".to_owned(),
                    open: row.open - drawn,
                    ..row
                }
            }),
            ClaimEvent::LineReversed { award, .. } => row.map(|row| reopened(row, award, award.amount)),
            ClaimEvent::LineCut { award, amount, .. }
            | ClaimEvent::LineCredited {
                award: Some(award),
                amount,
                ..
            } => row.map(|row| reopened(row, award, *amount)),
            ClaimEvent::LinePresented { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. }
            | ClaimEvent::LineApproved { .. }
            | ClaimEvent::LineHeld { .. }
            | ClaimEvent::LineResumed { .. }
            | ClaimEvent::LineSettled { .. }
            | ClaimEvent::LineCredited { award: None, .. } => row,
        }
    }
}

/// What is taken back of an award goes back to the commitment.
fn reopened(row: PipelineRow, award: &Award, amount: Euro) -> PipelineRow {
    let returned = award
        .returned(amount)
        .map_or(Euro::ZERO, |returned| returned.quantity.amount);
    let stage = if amount == award.amount {
        "granted".to_owned()
    } else {
        row.stage
    };
    PipelineRow {
        stage,
        open: row.open + returned,
        ..row
    }
}
