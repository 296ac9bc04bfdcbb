//! The rules of a set as a list, for those who want to know them before a document breaks one.

use super::texts::{self, About};
use super::{Demand, RuleSet, Severity, index, structure};
use crate::language::Language;

/// A rule of a rule set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRule {
    /// The rule set that it is of.
    pub rule_set: RuleSet,
    /// Its number there, for instance `BR-CO-15`.
    pub id: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What kind of change it asks for.
    pub demand: Demand,
    /// The business terms or groups that it may be about.
    pub terms: Vec<&'static str>,
    element: Option<&'static str>,
}

impl ListedRule {
    /// What to change when it is broken.
    pub fn text(&self, language: Language) -> String {
        let about = About {
            rule: self.id,
            demand: self.demand,
            terms: &self.terms,
            element: self.element,
        };
        texts::text(&about, language)
    }
}

/// The rules of a set that a document is held against here, by number, each once.
///
/// ```
/// use subsidy_documents::{Language, rules};
///
/// let dutch = rules::listed(rules::RuleSet::Nlcius);
/// let rule = dutch.iter().find(|rule| rule.id == "BR-NL-2").ok_or("no such rule")?;
/// assert_eq!(
///     rule.text(Language::English),
///     "State the buyer's reference (BT-10), or the purchase order number (BT-13)."
/// );
/// # Ok::<(), &str>(())
/// ```
pub fn listed(rule_set: RuleSet) -> Vec<ListedRule> {
    if rule_set == RuleSet::Ubl21 {
        let rules = structure::RULES.iter().map(|(id, demand)| ListedRule {
            rule_set,
            id,
            severity: Severity::Fatal,
            demand: *demand,
            terms: Vec::new(),
            element: None,
        });
        return rules.collect();
    }
    let mut listed: Vec<ListedRule> = Vec::new();
    let mut rules: Vec<_> = index::rules_of(rule_set).collect();
    rules.sort_by_key(|rule| rule.id);
    for rule in rules {
        let term = (!rule.term.is_empty()).then_some(rule.term);
        match listed.last_mut().filter(|last| last.id == rule.id) {
            Some(last) => last.terms.extend(term.filter(|term| !last.terms.contains(term))),
            None => listed.push(ListedRule {
                rule_set,
                id: rule.id,
                severity: rule.severity,
                demand: rule.demand(),
                terms: term.into_iter().collect(),
                element: rule.element(),
            }),
        }
    }
    listed
}
