//! The paths of elements, each with the rules that may judge an element there: invoices have the same few hundred.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use super::RuleSet;
use super::index::rules_for;
use super::rule::Rule;

/// The paths of earlier documents, so that the rules of each are found once: a table for each thread that reads at the same time.
static KNOWN: Mutex<Vec<Vec<Path>>> = Mutex::new(Vec::new());

/// Bytes of names in a table that is kept: one with more was filled by something that is no invoice.
const MOST_KEPT: usize = 64 << 10;

/// Every path that occurs, by number: the names from the root to an element.
pub(super) struct Paths {
    paths: Vec<Path>,
}

struct Path {
    around: usize,
    name: String,
    below: BTreeMap<String, usize>,
    rules: Vec<(RuleSet, &'static Rule)>,
}

/// The path around the root.
pub(super) const OUTSIDE: usize = 0;

impl Default for Paths {
    fn default() -> Self {
        let known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let outside = Path {
            around: usize::MAX,
            name: String::new(),
            below: BTreeMap::new(),
            rules: Vec::new(),
        };
        let paths = known.unwrap_or_else(|| vec![outside]);
        Self { paths }
    }
}

impl Drop for Paths {
    fn drop(&mut self) {
        if self.is_worth_keeping() {
            let paths = std::mem::take(&mut self.paths);
            KNOWN.lock().unwrap_or_else(PoisonError::into_inner).push(paths);
        }
    }
}

impl Paths {
    /// The number of the path to an element of this name in one at another path.
    pub(super) fn below(&mut self, around: usize, name: &str) -> usize {
        let known = self.paths.get(around).and_then(|around| around.below.get(name));
        if let Some(number) = known {
            return *number;
        }
        let number = self.paths.len();
        let rules = rules_for(std::iter::once(name).chain(self.outwards(around)));
        if let Some(around) = self.paths.get_mut(around) {
            around.below.insert(name.to_owned(), number);
        }
        self.paths.push(Path {
            around,
            name: name.to_owned(),
            below: BTreeMap::new(),
            rules,
        });
        number
    }

    /// The name of the last element of a path.
    pub(super) fn name(&self, path: usize) -> &str {
        self.paths.get(path).map_or("", |path| &path.name)
    }

    /// The rules that may judge an element at a path, in the order of their sets.
    pub(super) fn rules(&self, path: usize) -> &[(RuleSet, &'static Rule)] {
        self.paths.get(path).map_or(&[], |path| &path.rules)
    }

    fn is_worth_keeping(&self) -> bool {
        let bytes: usize = self.paths.iter().map(|path| path.name.len()).sum();
        bytes <= MOST_KEPT
    }

    /// The names of a path from the inside out.
    fn outwards(&self, path: usize) -> impl Iterator<Item = &str> + Clone {
        let steps = std::iter::successors(self.paths.get(path), |path| self.paths.get(path.around));
        let names = steps.map(|path| path.name.as_str());
        names.take_while(|name| !name.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(paths: &Paths, path: usize) -> Vec<&'static str> {
        paths.rules(path).iter().map(|(_, rule)| rule.id).collect()
    }

    #[test]
    fn a_path_has_one_number_and_the_rules_that_judge_it() {
        let mut paths = Paths::default();
        let invoice = paths.below(OUTSIDE, "Invoice");
        let totals = paths.below(invoice, "cac:LegalMonetaryTotal");
        let elsewhere = paths.below(totals, "cac:LegalMonetaryTotal");
        assert_eq!(paths.below(invoice, "cac:LegalMonetaryTotal"), totals);
        assert_ne!(elsewhere, totals);
        assert_eq!(paths.name(totals), "cac:LegalMonetaryTotal");
        assert!(rules(&paths, invoice).contains(&"BR-02"));
        assert!(rules(&paths, totals).contains(&"BR-12"));
        assert!(!rules(&paths, totals).contains(&"BR-02"));
    }

    #[test]
    fn rules_stand_in_the_order_of_their_sets() {
        let mut paths = Paths::default();
        let invoice = paths.below(OUTSIDE, "Invoice");
        let sets: Vec<_> = paths.rules(invoice).iter().map(|(set, _)| *set).collect();
        assert!(sets.is_sorted() && sets.contains(&RuleSet::En16931) && sets.contains(&RuleSet::PeppolBis3));
    }

    #[test]
    fn a_table_filled_by_something_that_is_no_invoice_is_not_kept() {
        let mut paths = Paths::default();
        assert!(paths.is_worth_keeping());
        let invoice = paths.below(OUTSIDE, "Invoice");
        paths.below(invoice, &"x".repeat(MOST_KEPT));
        assert!(!paths.is_worth_keeping());
    }
}
