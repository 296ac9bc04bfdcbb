//! What can have happened to a case.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::award::{realised, undone};
use super::{
    Application, Approver, Award, Drawn, GrantDecision, Hold, PaidFor, Presented, Release, Settlement, Share,
};
use crate::budget::{Booking, BudgetLineId, Quantity};
use crate::calendar::{Allocation, FiscalYear};
use crate::ids::{ApplicationNumber, DecisionRef, EvidenceId, LineRef, Source, Subject};
use crate::money::Euro;
use crate::package::PackageCommand;
use crate::reason::Reason;
use crate::scheme::SchemeCode;

/// What can have happened to a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClaimEvent<P> {
    /// Evidence came in.
    EvidenceRecorded {
        /// Its number.
        id: EvidenceId,
        /// Its version.
        version: u32,
        /// What it says.
        proof: P,
        /// Where it came from.
        source: Source,
        /// The day.
        on: Date,
    },
    /// A later version of known evidence came in.
    EvidenceReplaced {
        /// Its number.
        id: EvidenceId,
        /// Its version.
        version: u32,
        /// What it says now.
        proof: P,
        /// Where it came from.
        source: Source,
        /// The day.
        on: Date,
    },
    /// An application was received.
    ApplicationRecorded {
        /// The application, without decision.
        application: Application,
        /// Where it came from.
        source: Source,
        /// The day.
        on: Date,
    },
    /// The application was decided; a grant is a commitment.
    GrantDecided {
        /// The application.
        application: ApplicationNumber,
        /// The scheme.
        scheme: SchemeCode,
        /// The year whose budget bears it.
        year: FiscalYear,
        /// The decision.
        decision: GrantDecision,
    },
    /// A commitment, or part of it, was set free (E22).
    CommitmentReleased {
        /// The application.
        application: ApplicationNumber,
        /// The scheme.
        scheme: SchemeCode,
        /// The year whose budget bore it.
        year: FiscalYear,
        /// Units that are set free with it.
        units: i64,
        /// The release.
        release: Release,
    },
    /// A line was presented.
    LinePresented {
        /// The line.
        line: Presented,
    },
    /// The line waits.
    LineParked {
        /// The line.
        line: LineRef,
        /// The scheme.
        scheme: SchemeCode,
        /// For what.
        reason: Reason,
        /// The day.
        on: Date,
    },
    /// An obstacle was lifted: lateness by an officer, a budget that is divided by the board.
    LineAllowed {
        /// The line.
        line: LineRef,
        /// The code of the obstacle.
        obstacle: String,
        /// What the board gave the line, when it divided a budget.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        share: Option<Share>,
        /// The decision on file.
        decision: DecisionRef,
        /// The officer; nobody when the board decided.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Subject>,
        /// The day.
        on: Date,
    },
    /// The line was refused.
    LineRejected {
        /// The line.
        line: LineRef,
        /// Why.
        reason: Reason,
        /// The officer's decision, when one refused it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<(DecisionRef, Subject)>,
        /// The day.
        on: Date,
    },
    /// The line was matched with evidence and tariff.
    LineMatched {
        /// The line.
        line: LineRef,
        /// What it earns.
        award: Award,
    },
    /// The line was approved.
    LineApproved {
        /// The line.
        line: LineRef,
        /// As first or as second person.
        order: ApprovalOrder,
        /// By whom.
        by: Approver,
        /// What is payable now; nothing while a second person is to approve.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payable: Option<Payable>,
        /// The day.
        on: Date,
    },
    /// Part of what a line earns by its rules was not approved (E14).
    LineCut {
        /// The line.
        line: LineRef,
        /// What it had earned.
        award: Award,
        /// What is not approved of it.
        amount: Euro,
        /// Which years give it back.
        allocations: Vec<Allocation>,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// The line was put on hold.
    LineHeld {
        /// The line.
        line: LineRef,
        /// Since when, by which decision.
        hold: Hold,
        /// By whom.
        by: Subject,
    },
    /// A line on hold goes on.
    LineResumed {
        /// The line.
        line: LineRef,
        /// By whom.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// Something happened to the money of the line.
    LineSettled {
        /// The line.
        line: LineRef,
        /// What the money is for.
        paid_for: PaidFor,
        /// What happened.
        settlement: Settlement,
        /// The day.
        on: Date,
    },
    /// A matched line was taken back.
    LineReversed {
        /// The line.
        line: LineRef,
        /// Why.
        reason: Reason,
        /// What it had earned.
        award: Award,
        /// Whether that was approved and payable.
        #[serde(default, skip_serializing_if = "is_false")]
        approved: bool,
        /// The officer's decision, when one took it back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<(DecisionRef, Subject)>,
        /// The day.
        on: Date,
    },
    /// A credit note's line was set against the line that it takes back.
    LineCredited {
        /// The credit note's line.
        line: LineRef,
        /// The line that it takes back.
        of: LineRef,
        /// What that line had earned; nothing when it did not stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        award: Option<Award>,
        /// Whether that was approved and payable.
        #[serde(default, skip_serializing_if = "is_false")]
        approved: bool,
        /// What the credit asks to take back.
        credited: Euro,
        /// What it takes back of the award; less than it asks where the award was less than the line asked.
        amount: Euro,
        /// Which years give it back.
        allocations: Vec<Allocation>,
        /// The day.
        on: Date,
    },
}

/// What an approval makes payable: what the line earns on that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "betaalbaar gesteld")]
pub struct Payable {
    /// The scheme.
    pub scheme: SchemeCode,
    /// How much.
    pub amount: Euro,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks of a condition")]
const fn is_false(told: &bool) -> bool {
    !*told
}

/// Whether an event of a case, by the name under which it is stored, is about what comes before an award: it moves no amount.
#[must_use]
pub fn comes_before_award(event_type: &str) -> bool {
    matches!(
        event_type,
        "EvidenceRecorded"
            | "EvidenceReplaced"
            | "ApplicationRecorded"
            | "GrantDecided"
            | "CommitmentReleased"
            | "LinePresented"
            | "LineParked"
            | "LineAllowed"
            | "LineRejected"
    )
}

/// Whether an approval is the first or the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "eerste en tweede goedkeuring")]
pub enum ApprovalOrder {
    /// The first.
    First,
    /// The second.
    Second,
    /// The only one, of an invoice up to the amount for which the fund's policy asks no second.
    Sole,
}

impl<P> ClaimEvent<P> {
    /// Returns what the event books on budget lines.
    #[must_use]
    pub fn bookings(&self) -> Vec<(BudgetLineId, Booking)> {
        match self {
            Self::LineMatched { award, .. } => award.bookings(),
            Self::LineReversed { award, .. } => undone(award.bookings()),
            Self::LineCut {
                award,
                amount,
                allocations,
                ..
            }
            | Self::LineCredited {
                award: Some(award),
                amount,
                allocations,
                ..
            } => {
                let mut bookings = undone(realised(award.scheme, allocations));
                if let Some(Drawn { line, quantity }) = award.returned(*amount) {
                    bookings.push((
                        line,
                        Booking {
                            committed: quantity,
                            realised: Quantity::ZERO,
                        },
                    ));
                }
                bookings
            }
            Self::GrantDecided {
                scheme,
                year,
                decision: GrantDecision::Granted { amount, .. },
                ..
            } => {
                vec![committed(*scheme, *year, Quantity::one(*amount))]
            }
            Self::CommitmentReleased {
                scheme,
                year,
                units,
                release,
                ..
            } => {
                vec![committed(
                    *scheme,
                    *year,
                    Quantity::ZERO - Quantity::new(*units, release.amount),
                )]
            }
            Self::EvidenceRecorded { .. }
            | Self::EvidenceReplaced { .. }
            | Self::ApplicationRecorded { .. }
            | Self::GrantDecided { .. }
            | Self::LinePresented { .. }
            | Self::LineParked { .. }
            | Self::LineAllowed { .. }
            | Self::LineRejected { .. }
            | Self::LineApproved { .. }
            | Self::LineHeld { .. }
            | Self::LineResumed { .. }
            | Self::LineSettled { .. }
            | Self::LineCredited { award: None, .. } => Vec::new(),
        }
    }

    /// Returns what the event asks of the package that funds its line: a day funded, or given back when nothing of it stands.
    #[must_use]
    pub fn package(&self) -> Option<PackageCommand> {
        match self {
            Self::LineMatched { line, award } => {
                let (package, line) = (award.package.clone()?, line.clone());
                Some(PackageCommand::Fund { package, line })
            }
            Self::LineReversed { line, award, .. } => {
                let (package, line) = (award.package.clone()?, line.clone());
                Some(PackageCommand::GiveBack { package, line })
            }
            Self::LineCredited {
                of,
                award: Some(award),
                amount,
                ..
            } if *amount == award.amount => {
                let (package, line) = (award.package.clone()?, of.clone());
                Some(PackageCommand::GiveBack { package, line })
            }
            Self::EvidenceRecorded { .. }
            | Self::EvidenceReplaced { .. }
            | Self::ApplicationRecorded { .. }
            | Self::GrantDecided { .. }
            | Self::CommitmentReleased { .. }
            | Self::LinePresented { .. }
            | Self::LineParked { .. }
            | Self::LineAllowed { .. }
            | Self::LineRejected { .. }
            | Self::LineApproved { .. }
            | Self::LineCut { .. }
            | Self::LineHeld { .. }
            | Self::LineResumed { .. }
            | Self::LineSettled { .. }
            | Self::LineCredited { .. } => None,
        }
    }

    /// Returns the line that the event is about.
    #[must_use]
    pub const fn line(&self) -> Option<&LineRef> {
        match self {
            Self::LinePresented { line } => Some(&line.line),
            Self::LineParked { line, .. }
            | Self::LineAllowed { line, .. }
            | Self::LineRejected { line, .. }
            | Self::LineMatched { line, .. }
            | Self::LineApproved { line, .. }
            | Self::LineCut { line, .. }
            | Self::LineHeld { line, .. }
            | Self::LineResumed { line, .. }
            | Self::LineSettled { line, .. }
            | Self::LineReversed { line, .. }
            | Self::LineCredited { line, .. } => Some(line),
            Self::EvidenceRecorded { .. }
            | Self::EvidenceReplaced { .. }
            | Self::ApplicationRecorded { .. }
            | Self::GrantDecided { .. }
            | Self::CommitmentReleased { .. } => None,
        }
    }

    /// Returns the name under which the event is stored.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::EvidenceRecorded { .. } => "EvidenceRecorded",
            Self::EvidenceReplaced { .. } => "EvidenceReplaced",
            Self::ApplicationRecorded { .. } => "ApplicationRecorded",
            Self::GrantDecided { .. } => "GrantDecided",
            Self::CommitmentReleased { .. } => "CommitmentReleased",
            Self::LinePresented { .. } => "LinePresented",
            Self::LineParked { .. } => "LineParked",
            Self::LineAllowed { .. } => "LineAllowed",
            Self::LineRejected { .. } => "LineRejected",
            Self::LineMatched { .. } => "LineMatched",
            Self::LineApproved { .. } => "LineApproved",
            Self::LineCut { .. } => "LineCut",
            Self::LineHeld { .. } => "LineHeld",
            Self::LineResumed { .. } => "LineResumed",
            Self::LineSettled { settlement, .. } => settlement.name(),
            Self::LineReversed { .. } => "LineReversed",
            Self::LineCredited { .. } => "LineCredited",
        }
    }
}

const fn committed(scheme: SchemeCode, year: FiscalYear, committed: Quantity) -> (BudgetLineId, Booking) {
    (
        BudgetLineId { year, scheme },
        Booking {
            committed,
            realised: Quantity::ZERO,
        },
    )
}
