//! The figures of a ledger: what must not depend on the order in which files came, nor on a key.

use std::collections::BTreeMap;

use subsidy_domain::budget::{Budget, Quantity};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, BudgetLines, ClaimRow, Claims, Realisation, RealisationKey, View};
use subsidy_ledger::Ledger;
use subsidyd::projection::{self, AsAt};

/// What is realised and what stands on the budget lines.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Figures {
    /// Realised, by basis, year, scheme, category and payee.
    pub(crate) realised: BTreeMap<String, Quantity>,
    /// Budget, open commitments and charges, by line.
    pub(crate) lines: BTreeMap<String, (Option<Budget>, Quantity, Quantity)>,
}

impl Figures {
    /// Reads the figures of a ledger whose views have followed.
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let realised = rows(ledger, Realisation)
            .into_iter()
            .filter(|(_, row)| !row.realised.is_zero())
            .map(|(key, row)| (key, row.realised))
            .collect();
        let lines = rows(ledger, BudgetLines)
            .into_iter()
            .map(|(key, row)| (key, (row.budget, row.committed, row.charged)))
            .collect();
        Self { realised, lines }
    }

    /// Says where two sets of figures differ: nothing when they do not.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = compared(&self.realised, &other.realised);
        differences.extend(compared(&self.lines, &other.lines));
        differences
    }
}

/// Says where two maps differ.
pub(crate) fn compared<K, V>(left: &BTreeMap<K, V>, right: &BTreeMap<K, V>) -> Vec<String>
where
    K: Ord + std::fmt::Debug,
    V: PartialEq + std::fmt::Debug,
{
    let keys: std::collections::BTreeSet<&K> = left.keys().chain(right.keys()).collect();
    keys.into_iter()
        .filter(|key| left.get(key) != right.get(key))
        .map(|key| format!("{key:?}: {:?} against {:?}", left.get(key), right.get(key)))
        .collect()
}

/// The rows of a view, as kept.
pub(crate) fn rows<V: View + Send + Sync + 'static>(ledger: &Ledger, view: V) -> BTreeMap<String, V::Row> {
    projection::rows(ledger, view, AsAt::Now).expect("rows")
}

/// What is realised of a scheme in a year on a basis, by category.
pub(crate) fn by_category(
    ledger: &Ledger,
    basis: Basis,
    year: i16,
    scheme: SchemeCode,
) -> BTreeMap<String, Quantity> {
    let mut sums: BTreeMap<String, Quantity> = BTreeMap::new();
    for (key, row) in rows(ledger, Realisation) {
        let key: RealisationKey = key.parse().expect("a key");
        if key.basis == basis && key.year.number() == year && key.scheme == scheme {
            *sums.entry(key.category.to_string()).or_default() += row.realised;
        }
    }
    sums
}

/// What is realised of a scheme in a year on a basis.
pub(crate) fn realised(ledger: &Ledger, basis: Basis, year: i16, scheme: SchemeCode) -> Quantity {
    by_category(ledger, basis, year, scheme)
        .into_values()
        .fold(Quantity::ZERO, |sum, part| sum + part)
}

/// The claims register.
pub(crate) fn claims(ledger: &Ledger) -> BTreeMap<String, ClaimRow> {
    rows(ledger, Claims)
}

/// Whether a line stands: matched, however far its payment is, and not taken back.
pub(crate) fn stands(row: &ClaimRow) -> bool {
    matches!(
        row.state.as_str(),
        "matched" | "approved_once" | "approved" | "ordered" | "paid"
    )
}
