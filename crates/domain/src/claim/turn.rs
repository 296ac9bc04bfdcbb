//! Whose turn it is where lines wait for one budget line: first in, first out (E15).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Claim, ClaimEvent, Line, LineState, Rule};
use crate::budget::{BudgetLineId, Place, Queues};
use crate::context::Context;
use crate::money::Euro;
use crate::reason::Reason;

/// What the board gave a line when it divided a budget line over all that waited for it (E15).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aandeel")]
pub struct Share {
    /// The budget line.
    pub budget: BudgetLineId,
    /// The most that the line may earn of it.
    pub amount: Euro,
}

impl Line {
    /// Returns the budget line for which the line waits. The credit of a line that waits has no turn of its own.
    #[must_use]
    pub const fn waits_for_budget(&self) -> Option<BudgetLineId> {
        match &self.state {
            LineState::Parked {
                reason: Reason::Budget { line, .. },
            } if self.presented.credits.is_none() => Some(*line),
            LineState::Presented
            | LineState::Parked { .. }
            | LineState::Rejected { .. }
            | LineState::Matched { .. }
            | LineState::ApprovedOnce { .. }
            | LineState::Approved { .. }
            | LineState::Reversed { .. }
            | LineState::Settled => None,
        }
    }

    /// Returns what the board gave the line of a budget line.
    #[must_use]
    pub fn share_of(&self, budget: BudgetLineId) -> Option<Euro> {
        self.shares
            .iter()
            .rev()
            .find(|share| share.budget == budget)
            .map(|share| share.amount)
    }
}

impl<R: Rule> Claim<R> {
    /// Keeps the queues in step with events that this case has taken in, decided on `on`.
    pub fn line_up(&self, events: &[ClaimEvent<R::Evidence>], on: Date, queues: &mut Queues) {
        for line in events.iter().filter_map(ClaimEvent::line) {
            match self
                .line(line)
                .and_then(|held| Some((held, held.waits_for_budget()?)))
            {
                Some((held, budget)) => queues.join(budget, place_of(held, on)),
                None => queues.leave(line),
            }
        }
    }

    /// Whether nobody who waits for a budget line goes before a line of this case, which is judged on `on`.
    ///
    /// What happened to the lines of this case in the decision at hand is not in the queues yet, and counts.
    pub(super) fn has_turn(&self, line: &Line, budget: BudgetLineId, on: Date, context: &Context) -> bool {
        let place = |held: &Line| {
            (held.waits_for_budget() == Some(budget)).then(|| {
                context
                    .queues
                    .place(budget, &held.presented.line)
                    .cloned()
                    .unwrap_or_else(|| place_of(held, on))
            })
        };
        // A line that was taken back to be judged anew had its turn.
        if matches!(line.state, LineState::Reversed { .. }) {
            return true;
        }
        let own = place(line);
        let goes_before =
            |other: &Place| other.line != line.presented.line && own.as_ref().is_none_or(|own| other < own);
        let elsewhere = context
            .queues
            .of(budget)
            .filter(|place| self.line(&place.line).is_none())
            .any(goes_before);
        let here = self.lines().filter_map(place).any(|place| goes_before(&place));
        !elsewhere && !here
    }
}

fn place_of(held: &Line, since: Date) -> Place {
    Place {
        since,
        invoice_date: held.presented.invoice_date,
        line: held.presented.line.clone(),
    }
}
