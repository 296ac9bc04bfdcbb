//! Walks a document once and holds every element against the rules whose context it is.

use std::collections::BTreeSet;

use super::facts::Facts;
use super::positions::Positions;
use super::rule::Rule;
use super::tree::{Node, Tree};
use super::{Finding, RuleSet, gaccount};
use crate::limits::Limits;
use crate::place::{Place, places_of};
use crate::unreadable::Unreadable;

/// Every rule that is broken, in the order of the document.
pub(super) fn findings(
    text: &str,
    tree: &Tree,
    rule_sets: &[RuleSet],
    limits: &Limits,
) -> Result<Vec<Finding>, Unreadable> {
    if rule_sets.is_empty() {
        return Ok(Vec::new());
    }
    let facts = Facts::of(tree.root(), tree.nodes());
    let mut broken: Vec<(RuleSet, &Rule, Node<'_>)> = Vec::new();
    let lifted: &[&str] = if rule_sets.contains(&RuleSet::GAccount) {
        &gaccount::LIFTS
    } else {
        &[]
    };
    let mut told = BTreeSet::new();
    for node in tree.nodes() {
        let rules = node.rules().iter().filter(|(set, _)| rule_sets.contains(set));
        for (set, rule) in rules {
            if !rule.context.holds(node, &facts) || rule.is_met(node, &facts) || lifted.contains(&rule.id) {
                continue;
            }
            if !rule.is_told_once() || told.insert(rule.id) {
                broken.push((*set, rule, node));
            }
        }
        if broken.len() > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    Ok(placed(text, broken))
}

/// Gives each broken rule its place.
fn placed(text: &str, broken: Vec<(RuleSet, &Rule, Node<'_>)>) -> Vec<Finding> {
    let subjects = broken.iter().map(|(_, rule, node)| node.first(rule.subject));
    let subjects: Vec<Option<Node<'_>>> = subjects.collect();
    let at = |subject: &Option<Node<'_>>, node: Node<'_>| subject.unwrap_or(node).offset();
    let all = broken.iter().zip(&subjects);
    let places = places_of(text, all.map(|((_, _, node), subject)| at(subject, *node)));
    let mut positions = Positions::default();
    let finding = |((rule_set, rule, node), subject): ((RuleSet, &Rule, Node<'_>), Option<Node<'_>>)| {
        let (line, column) = places.get(&at(&subject, node)).copied().unwrap_or((1, 1));
        let mut path = positions.path(subject.unwrap_or(node));
        if subject.is_none() {
            path.push('/');
            path.push_str(rule.subject);
        }
        Finding {
            rule_set,
            rule: rule.id,
            severity: rule.severity,
            demand: rule.demand(),
            term: (!rule.term.is_empty()).then_some(rule.term),
            place: Place::Element { line, column, path },
        }
    };
    broken.into_iter().zip(subjects).map(finding).collect()
}
