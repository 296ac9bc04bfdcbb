//! What may be asked of a budget line, and why it refuses.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Booking, Budget, BudgetLineId, Quantity};
use crate::ids::{DecisionRef, Provenance, Source};
use crate::money::Euro;
use crate::scheme::SchemeCode;

/// What may be asked of a budget line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetCommand {
    /// Adopt the budget of the year, once.
    Adopt {
        /// The budget.
        budget: Budget,
        /// The board's decision.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
        /// Public or fixture.
        provenance: Provenance,
    },
    /// Amend it by a signed difference.
    Amend {
        /// The difference.
        change: Quantity,
        /// The line on the other side of a transfer.
        counterpart: Option<SchemeCode>,
        /// The board's decision; one decision amends a line once.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// Divide what is available over the claims that wait for it (E15).
    Divide {
        /// What is divided.
        amount: Euro,
        /// How many claims share in it.
        claims: u32,
        /// The board's decision; one decision divides a line once.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// Record what was accrued for the year when it ended.
    Accrue {
        /// What was expected still to come.
        accrued: Quantity,
        /// The decision that adopted the accounts.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// Book what a document commits and realises.
    Book {
        /// The booking.
        booking: Booking,
        /// The document that caused it.
        source: Source,
        /// The day of booking.
        on: Date,
    },
}

/// Why a budget line refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BudgetRefusal {
    /// The line has a budget by another decision.
    #[error("{line} was adopted by {decision}; amend it")]
    AlreadyAdopted {
        /// The line.
        line: BudgetLineId,
        /// The decision that adopted it.
        decision: DecisionRef,
    },
    /// There is nothing to amend.
    #[error("{line} has no adopted budget to amend")]
    NotAdopted {
        /// The line.
        line: BudgetLineId,
    },
    /// The accrual of the year was recorded by another decision.
    #[error("{line} has an accrual already")]
    AlreadyAccrued {
        /// The line.
        line: BudgetLineId,
    },
    /// More commitment would be drawn or released than is open (I8).
    #[error("{line} would have an open commitment of {open}")]
    CommitmentBelowZero {
        /// The line.
        line: BudgetLineId,
        /// What would be open.
        open: Euro,
    },
}
