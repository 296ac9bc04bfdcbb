//! Figures about a budget: a division in proportion, and a deviation explained.

use super::{Budget, Quantity};
use crate::money::Euro;

/// Divides a budget over demands in proportion, each part at most its demand, adding up exactly (E15, pro rata).
///
/// Rounding: largest remainder ([`Euro::apportion`]). A budget that covers all demands gives each its demand.
#[must_use]
pub fn divide_pro_rata(budget: Euro, demands: &[Euro]) -> Vec<Euro> {
    let total: Euro = demands.iter().copied().sum();
    if total <= budget {
        return demands.to_vec();
    }
    let weights: Vec<u64> = demands
        .iter()
        .map(|demand| demand.cents().max(0).unsigned_abs())
        .collect();
    budget.max(Euro::ZERO).apportion(&weights)
}

/// A deviation from budget, split in what prices and what volume did (E11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "verschillenanalyse")]
pub struct Variance {
    /// Realised less budget.
    pub total: Euro,
    /// The part that comes from more or fewer units, at the budget's price.
    pub volume: Euro,
    /// The rest: what a unit cost more or less than budgeted. Volume and price add up to the total exactly.
    pub price: Euro,
}

/// Splits the deviation of `realised` from `budget`; nothing without a unit budget.
#[must_use]
pub fn variance(budget: Budget, realised: Quantity) -> Option<Variance> {
    let units = budget.units.filter(|units| *units > 0)?;
    let total = realised.amount - budget.amount;
    let volume = budget.amount.part_half_up(realised.units - units, units);
    Some(Variance {
        total,
        volume,
        price: total - volume,
    })
}
