//! Budget lines: what the board set aside, what is committed, and what is charged.

use serde::{Deserialize, Serialize};

use super::View;
use crate::budget::{Budget, BudgetEvent, BudgetLineId, Quantity};
use crate::ids::{DecisionRef, Provenance};
use crate::money::Euro;
use crate::recorded::{Event, Family, Recorded};

/// A budget line as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BudgetLineRow {
    /// The line.
    pub line: BudgetLineId,
    /// The budget as amended; nothing: none was adopted, which is not zero.
    pub budget: Option<Budget>,
    /// Public or fixture.
    pub provenance: Option<Provenance>,
    /// The decisions that made it, in order.
    pub decisions: Vec<DecisionRef>,
    /// Open commitments.
    pub committed: Quantity,
    /// Charged to the line.
    pub charged: Quantity,
    /// The accrual of an ended year.
    pub accrued: Option<Quantity>,
    /// What of the charges the accrual bore.
    pub against_accrual: Quantity,
    /// What went beyond the accrual: prior-period result, a line of its own.
    pub prior_period: Quantity,
    /// How far the budget was exceeded at most.
    pub beyond: Quantity,
}

impl BudgetLineRow {
    /// The board may adopt or leave less than is borne already: that decision is then the record of what is beyond.
    fn exceed_by_decision(&mut self) {
        let used = self.committed + self.charged;
        let Some(budget) = self.budget else { return };
        let over = (used.amount - budget.amount).max(Euro::ZERO);
        let units = budget.units.map_or(0, |units| (used.units - units).max(0));
        self.beyond.amount = self.beyond.amount.max(over);
        self.beyond.units = self.beyond.units.max(units);
    }
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct BudgetLines;

impl View for BudgetLines {
    type Row = BudgetLineRow;
    const NAME: &'static str = "budget_lines";
    const VERSION: u32 = 2;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Budget
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Budget(event) = &event.event {
            keys.push(line_of(event).to_string());
        }
    }

    fn fold(_key: &str, row: Option<BudgetLineRow>, event: &Recorded) -> Option<BudgetLineRow> {
        let Event::Budget(event) = &event.event else {
            return row;
        };
        let mut row = row.unwrap_or_else(|| BudgetLineRow {
            line: line_of(event),
            budget: None,
            provenance: None,
            decisions: Vec::new(),
            committed: Quantity::ZERO,
            charged: Quantity::ZERO,
            accrued: None,
            against_accrual: Quantity::ZERO,
            prior_period: Quantity::ZERO,
            beyond: Quantity::ZERO,
        });
        match event {
            BudgetEvent::BudgetAdopted {
                budget,
                decision,
                provenance,
                ..
            } => {
                row.budget = Some(*budget);
                row.provenance = Some(*provenance);
                row.decisions.push(decision.clone());
                row.exceed_by_decision();
            }
            BudgetEvent::BudgetAmended { change, decision, .. } => {
                if let Some(budget) = &mut row.budget {
                    budget.amount += change.amount;
                    budget.units = budget.units.map(|units| units + change.units);
                }
                row.decisions.push(decision.clone());
                row.exceed_by_decision();
            }
            BudgetEvent::BudgetDivided { decision, .. } => row.decisions.push(decision.clone()),
            BudgetEvent::AccrualRecorded { accrued, .. } => row.accrued = Some(*accrued),
            BudgetEvent::BudgetBooked {
                booking,
                against_accrual,
                prior_period,
                ..
            } => {
                row.committed += booking.committed;
                row.charged += booking.realised;
                row.against_accrual += *against_accrual;
                row.prior_period += *prior_period;
            }
            BudgetEvent::BudgetExceeded { beyond, .. } => row.beyond = *beyond,
        }
        Some(row)
    }
}

const fn line_of(event: &BudgetEvent) -> BudgetLineId {
    match event {
        BudgetEvent::BudgetAdopted { line, .. }
        | BudgetEvent::BudgetAmended { line, .. }
        | BudgetEvent::BudgetDivided { line, .. }
        | BudgetEvent::AccrualRecorded { line, .. }
        | BudgetEvent::BudgetBooked { line, .. }
        | BudgetEvent::BudgetExceeded { line, .. } => *line,
    }
}
