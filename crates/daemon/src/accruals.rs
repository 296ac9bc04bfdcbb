//! What a year still owes when it is closed: what was decided for it after its end, and what is earned and not claimed yet.

use std::collections::{BTreeMap, BTreeSet};

use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::EvidenceId;
use subsidy_domain::money::Euro;
use subsidy_domain::period::Accrual;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{ClaimRow, UnclaimedRow};

/// What a year still owes, reckoned row by row: every claim first, then every piece of evidence that is not awarded.
///
/// What was decided later is known to the cent. What is expected is an estimate: so many units as there is evidence of the year that nobody claimed, in vain or not, each
/// at the mean of what the year realised of a unit, rounded half-up. Of a scheme of which the year realised nothing nothing can be estimated.
pub(crate) struct Owed {
    year: FiscalYear,
    realised: BTreeMap<SchemeCode, Quantity>,
    later: BTreeMap<SchemeCode, Quantity>,
    refused: BTreeSet<(SchemeCode, EvidenceId)>,
    waiting: BTreeMap<SchemeCode, i64>,
}

impl Owed {
    /// Begins for a year.
    pub(crate) const fn of(year: FiscalYear) -> Self {
        Self {
            year,
            realised: BTreeMap::new(),
            later: BTreeMap::new(),
            refused: BTreeSet::new(),
            waiting: BTreeMap::new(),
        }
    }

    /// Takes a claim into account.
    pub(crate) fn claim(&mut self, row: &ClaimRow) {
        if row.state == "reversed" {
            return;
        }
        if row.state == "rejected" {
            let evidence = row.presented.evidence.clone();
            self.refused
                .extend(evidence.map(|evidence| (row.presented.item.scheme, evidence)));
        }
        let Some(award) = &row.award else {
            return;
        };
        for part in award.allocations.iter().filter(|part| part.year == self.year) {
            let quantity = Quantity::new(part.units, part.amount);
            *self.realised.entry(award.scheme).or_default() += quantity;
            if FiscalYear::of(award.decided_on) > self.year {
                *self.later.entry(award.scheme).or_default() += quantity;
            }
        }
    }

    /// Takes a piece of evidence into account, after every claim.
    pub(crate) fn evidence(&mut self, row: &UnclaimedRow) {
        let of_the_year = row.performed_on.map(FiscalYear::of) == Some(self.year);
        if row.awarded_to.is_none()
            && of_the_year
            && !self.refused.contains(&(row.scheme, row.evidence.clone()))
        {
            *self.waiting.entry(row.scheme).or_default() += 1;
        }
    }

    /// Returns what is owed, by scheme; schemes that owe nothing are left out.
    pub(crate) fn accruals(&self) -> Vec<Accrual> {
        let owed = SchemeCode::ALL.iter().map(|scheme| {
            let done = self.realised.get(scheme).copied().unwrap_or_default();
            let units = self.waiting.get(scheme).copied().unwrap_or_default();
            let amount = if done.units > 0 {
                done.amount.part_half_up(units, done.units)
            } else {
                Euro::ZERO
            };
            Accrual {
                scheme: *scheme,
                decided_later: self.later.get(scheme).copied().unwrap_or_default(),
                expected: Quantity::new(units, amount),
            }
        });
        owed.filter(|accrual| !accrual.total().is_zero()).collect()
    }
}
