//! What a year still owes when it is closed: what was decided for it after its end, and what is earned and not claimed yet.

use std::collections::{BTreeMap, BTreeSet};

use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::EvidenceId;
use subsidy_domain::money::Euro;
use subsidy_domain::period::Accrual;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{ClaimRow, UnclaimedRow};

/// Returns what a year still owes, by scheme; schemes that owe nothing are left out.
///
/// What was decided later is known to the cent. What is expected is an estimate: so many units as there is evidence of the year that nobody claimed, in vain or not, each
/// at the mean of what the year realised of a unit, rounded half-up. Of a scheme of which the year realised nothing nothing can be estimated.
pub(crate) fn accruals<'a>(
    year: FiscalYear,
    claims: impl Iterator<Item = &'a ClaimRow>,
    unclaimed: impl Iterator<Item = &'a UnclaimedRow>,
) -> Vec<Accrual> {
    let mut realised: BTreeMap<SchemeCode, Quantity> = BTreeMap::new();
    let mut later: BTreeMap<SchemeCode, Quantity> = BTreeMap::new();
    let mut refused: BTreeSet<(SchemeCode, &EvidenceId)> = BTreeSet::new();
    for row in claims.filter(|row| row.state != "reversed") {
        if row.state == "rejected" {
            let evidence = row.presented.evidence.as_ref();
            refused.extend(evidence.map(|evidence| (row.presented.item.scheme, evidence)));
        }
        let Some(award) = &row.award else {
            continue;
        };
        for part in award.allocations.iter().filter(|part| part.year == year) {
            let quantity = Quantity::new(part.units, part.amount);
            *realised.entry(award.scheme).or_default() += quantity;
            if FiscalYear::of(award.decided_on) > year {
                *later.entry(award.scheme).or_default() += quantity;
            }
        }
    }
    let mut waiting: BTreeMap<SchemeCode, i64> = BTreeMap::new();
    for row in unclaimed.filter(|row| row.awarded_to.is_none()) {
        let asked_in_vain = refused.contains(&(row.scheme, &row.evidence));
        if row.performed_on.map(FiscalYear::of) == Some(year) && !asked_in_vain {
            *waiting.entry(row.scheme).or_default() += 1;
        }
    }
    SchemeCode::ALL
        .iter()
        .map(|scheme| {
            let done = realised.get(scheme).copied().unwrap_or_default();
            let units = waiting.get(scheme).copied().unwrap_or_default();
            let amount = if done.units > 0 {
                done.amount.part_half_up(units, done.units)
            } else {
                Euro::ZERO
            };
            Accrual {
                scheme: *scheme,
                decided_later: later.get(scheme).copied().unwrap_or_default(),
                expected: Quantity::new(units, amount),
            }
        })
        .filter(|accrual| !accrual.total().is_zero())
        .collect()
}
