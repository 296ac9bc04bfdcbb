//! What can have happened to a budget line.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Booking, Budget, BudgetLineId, Quantity};
use crate::ids::{DecisionRef, Provenance, Source};
use crate::money::Euro;
use crate::scheme::SchemeCode;

/// What can have happened to a budget line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BudgetEvent {
    /// The board adopted the budget.
    BudgetAdopted {
        /// The line.
        line: BudgetLineId,
        /// The budget.
        budget: Budget,
        /// The decision.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
        /// Public or fixture.
        provenance: Provenance,
    },
    /// The board amended the budget, or moved part of it to or from another line.
    BudgetAmended {
        /// The line.
        line: BudgetLineId,
        /// The difference.
        change: Quantity,
        /// The line on the other side of a transfer.
        counterpart: Option<SchemeCode>,
        /// The decision.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// What was available was divided over the claims that waited for it; each has its share in its own case (E15).
    BudgetDivided {
        /// The line.
        line: BudgetLineId,
        /// What was divided.
        amount: Euro,
        /// How many claims share in it.
        claims: u32,
        /// The decision.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// The accrual of an ended year was recorded: what is realised from now on is set against it.
    AccrualRecorded {
        /// The line.
        line: BudgetLineId,
        /// The accrual.
        accrued: Quantity,
        /// The decision.
        decision: DecisionRef,
        /// Its date.
        decided_on: Date,
    },
    /// A document was booked.
    BudgetBooked {
        /// The line.
        line: BudgetLineId,
        /// The booking.
        booking: Booking,
        /// The part of the realisation that the accrual bears (E8).
        against_accrual: Quantity,
        /// The part beyond the accrual: prior-period result (E10).
        prior_period: Quantity,
        /// The document.
        source: Source,
        /// The day.
        on: Date,
    },
    /// The budget was exceeded, or exceeded by more.
    BudgetExceeded {
        /// The line.
        line: BudgetLineId,
        /// Euro and units beyond the budget.
        beyond: Quantity,
        /// The document that did it.
        source: Source,
        /// The day.
        on: Date,
    },
}
