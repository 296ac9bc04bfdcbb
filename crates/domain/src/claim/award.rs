//! What a line earns, and everything that a view or an auditor asks about it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::budget::{Booking, BudgetLineId, Quantity};
use crate::calendar::Allocation;
use crate::ids::{ApplicationNumber, Category, Entitlement, EvidenceId, PackageNumber, TariffKey};
use crate::money::Euro;
use crate::reason::Reason;
use crate::scheme::SchemeCode;
use crate::terms::TariffRef;

/// What a rule finds that a line has earned; the amount follows from tariff or grant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earned {
    /// What can be earned once.
    pub entitlement: Entitlement,
    /// The evidence.
    pub evidence: Option<EvidenceId>,
    /// The application whose commitment is drawn.
    pub application: Option<ApplicationNumber>,
    /// What the figure is broken down by.
    pub category: Category,
    /// The date of performance.
    pub performed_on: Date,
    /// The date that picks the tariff version.
    pub basis_date: Date,
    /// How the amount is set.
    pub amount: AmountRule,
    /// The span over whose fiscal years the amount divides; nothing: the year of performance bears it.
    pub spread: Option<(Date, Date)>,
    /// The package that funds it.
    pub package: Option<PackageNumber>,
}

/// How an amount is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AmountRule {
    /// The fixed amount of a tariff version.
    Tariff(TariffKey),
    /// What is asked, up to what is open of a grant, cheque or agreement.
    UpTo(Euro),
}

/// What a matched line earns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "toewijzing")]
pub struct Award {
    /// The scheme.
    pub scheme: SchemeCode,
    /// What can be earned once.
    pub entitlement: Entitlement,
    /// What the figure is broken down by.
    pub category: Category,
    /// The evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceId>,
    /// The application whose commitment is drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<ApplicationNumber>,
    /// The tariff version that set the amount; nothing where a grant did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<TariffRef>,
    /// The date of performance.
    pub performed_on: Date,
    /// The date that picked the tariff version.
    pub basis_date: Date,
    /// The date of the invoice.
    pub invoice_date: Date,
    /// The day of the decision.
    pub decided_on: Date,
    /// What the line asked and no credit took back; with VAT where the scheme bears it.
    pub claimed: Euro,
    /// What it earns.
    pub amount: Euro,
    /// What each fiscal year bears; adds up to the amount.
    pub allocations: Vec<Allocation>,
    /// What is drawn from a commitment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn: Option<Drawn>,
    /// The package that funds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageNumber>,
    /// Why it earns less than it asked: tariff difference, VAT left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<Reason>,
}

/// A part of a commitment that an award uses up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    /// The line that bears the commitment.
    pub line: BudgetLineId,
    /// How much.
    pub quantity: Quantity,
}

impl Award {
    /// Returns what the award books on each budget line.
    #[must_use]
    pub fn bookings(&self) -> Vec<(BudgetLineId, Booking)> {
        let mut bookings = realised(self.scheme, &self.allocations);
        if let Some(drawn) = &self.drawn {
            let committed = Quantity::ZERO - drawn.quantity;
            bookings.push((
                drawn.line,
                Booking {
                    committed,
                    realised: Quantity::ZERO,
                },
            ));
        }
        bookings
    }

    /// Returns what a credit of `credited` takes back: first goes what was asked and not awarded, then the award, never below nothing.
    pub(super) fn credit_of(&self, credited: Euro) -> Euro {
        let cut = self.claimed - self.amount;
        (credited - cut).max(Euro::ZERO).min(self.amount)
    }

    /// Returns the allocations that taking back `amount` undoes: in proportion, exact; units only when nothing is left.
    pub(super) fn share_of_allocations(&self, amount: Euro) -> Vec<Allocation> {
        let all = amount == self.amount;
        let weights: Vec<u64> = self
            .allocations
            .iter()
            .map(|part| part.amount.cents().unsigned_abs())
            .collect();
        amount
            .apportion(&weights)
            .into_iter()
            .zip(&self.allocations)
            .map(|(amount, part)| Allocation {
                year: part.year,
                units: if all { part.units } else { 0 },
                amount,
            })
            .collect()
    }

    /// Returns what goes back to the commitment when `amount` is taken back: what the rest of the award no longer uses up.
    pub(crate) fn returned(&self, amount: Euro) -> Option<Drawn> {
        let drawn = self.drawn.as_ref()?;
        let rest = self.amount - amount;
        let units = if rest.is_zero() { drawn.quantity.units } else { 0 };
        let quantity = Quantity::new(units, (drawn.quantity.amount - rest).max(Euro::ZERO));
        (!quantity.is_zero()).then_some(Drawn {
            line: drawn.line,
            quantity,
        })
    }

    /// Takes back `taken`, which an officer did not approve; what was asked stays asked.
    pub(crate) fn cut(&mut self, taken: &[Allocation]) {
        self.credit(Euro::ZERO, taken);
    }

    /// Takes back `taken`, by a credit of `credited`.
    pub(crate) fn credit(&mut self, credited: Euro, taken: &[Allocation]) {
        let amount: Euro = taken.iter().map(|part| part.amount).sum();
        if let Some(returned) = self.returned(amount)
            && let Some(drawn) = &mut self.drawn
        {
            drawn.quantity = drawn.quantity - returned.quantity;
        }
        for (part, back) in self.allocations.iter_mut().zip(taken) {
            part.units -= back.units;
            part.amount -= back.amount;
        }
        self.amount -= amount;
        self.claimed -= credited;
    }
}

/// Returns what realising these allocations books.
pub(super) fn realised(scheme: SchemeCode, allocations: &[Allocation]) -> Vec<(BudgetLineId, Booking)> {
    allocations
        .iter()
        .map(|part| {
            let realised = Quantity::new(part.units, part.amount);
            (
                BudgetLineId {
                    year: part.year,
                    scheme,
                },
                Booking {
                    committed: Quantity::ZERO,
                    realised,
                },
            )
        })
        .collect()
}

/// Returns the bookings with every sign turned.
pub(super) fn undone(bookings: Vec<(BudgetLineId, Booking)>) -> Vec<(BudgetLineId, Booking)> {
    bookings
        .into_iter()
        .map(|(line, booking)| {
            let realised = Quantity::ZERO - booking.realised;
            let committed = Quantity::ZERO - booking.committed;
            (line, Booking { committed, realised })
        })
        .collect()
}
