//! Walks a document once and holds every element against the rules whose context it is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::facts::Facts;
use super::rule::Rule;
use super::tree::{Node, Tree, is_named};
use super::{
    Finding, RuleSet, categories, code_lists, conditions, content, decimals, gaccount, nlcius, peppol,
    peppol_codes, peppol_dutch, syntax,
};
use crate::limits::Limits;
use crate::place::{Locator, Place};
use crate::unreadable::Unreadable;

/// The rules of a set, found by the path of an element from the inside out.
struct Index {
    set: RuleSet,
    from: Step,
}

/// Where the paths of contexts have come to, read from the inside out.
#[derive(Default)]
struct Step {
    /// The rules whose contexts end here.
    rules: Vec<&'static Rule>,
    /// The next step outwards, where it is an element's name.
    named: BTreeMap<&'static str, Self>,
    /// The next step outwards, where it stands for several.
    group: BTreeMap<&'static str, Self>,
}

impl Step {
    fn add(&mut self, mut path: impl Iterator<Item = &'static str>, rule: &'static Rule) {
        match path.next() {
            Some(step) if step.contains(':') => self.named.entry(step).or_default().add(path, rule),
            Some(step) => self.group.entry(step).or_default().add(path, rule),
            None => self.rules.push(rule),
        }
    }

    /// Every rule whose context comes by here.
    fn all(&self, found: &mut Vec<&'static Rule>) {
        found.extend(&self.rules);
        for next in self.named.values().chain(self.group.values()) {
            next.all(found);
        }
    }

    /// Finds the rules whose contexts fit a path.
    fn find<'p>(
        &self,
        mut path: impl Iterator<Item = &'p str> + Clone,
        found: &mut impl FnMut(&'static Rule),
    ) {
        self.rules.iter().for_each(|rule| found(rule));
        let Some(name) = path.next() else { return };
        let named = self.named.get(name).into_iter();
        let groups = self.group.iter().filter(|(step, _)| is_named(step, name));
        for next in named.chain(groups.map(|(_, next)| next)) {
            next.find(path.clone(), found);
        }
    }
}

impl Index {
    fn of(set: RuleSet, families: &[&'static [Rule]]) -> Self {
        let mut from = Step::default();
        for rule in families.iter().copied().flatten() {
            from.add(rule.context.steps(), rule);
        }
        Self { set, from }
    }

    fn get(set: RuleSet) -> &'static Self {
        static EN16931: LazyLock<Index> = LazyLock::new(|| {
            let mut families = vec![
                content::RULES,
                conditions::RULES,
                decimals::RULES,
                code_lists::RULES,
                syntax::RULES,
            ];
            families.extend(categories::RULES);
            Index::of(RuleSet::En16931, &families)
        });
        static NLCIUS: LazyLock<Index> = LazyLock::new(|| Index::of(RuleSet::Nlcius, &[nlcius::RULES]));
        static GACCOUNT: LazyLock<Index> = LazyLock::new(|| Index::of(RuleSet::GAccount, &[gaccount::RULES]));
        static PEPPOL: LazyLock<Index> = LazyLock::new(|| {
            Index::of(
                RuleSet::PeppolBis3,
                &[peppol::RULES, peppol_codes::RULES, peppol_dutch::RULES],
            )
        });
        static NONE: LazyLock<Index> = LazyLock::new(|| Index::of(RuleSet::Ubl21, &[]));
        match set {
            // Its rules are no rows: see `super::structure`.
            RuleSet::Ubl21 => &NONE,
            RuleSet::En16931 => &EN16931,
            RuleSet::Nlcius => &NLCIUS,
            RuleSet::GAccount => &GACCOUNT,
            RuleSet::PeppolBis3 => &PEPPOL,
        }
    }
}

/// The rules of a set.
pub(super) fn rules_of(set: RuleSet) -> Vec<&'static Rule> {
    let mut rules = Vec::new();
    Index::get(set).from.all(&mut rules);
    rules
}

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
    let by_path: Vec<Vec<(RuleSet, &Rule)>> = tree.paths().map(|path| rules_for(&path, rule_sets)).collect();
    let mut broken: Vec<(RuleSet, &Rule, Node<'_>)> = Vec::new();
    for node in tree.nodes() {
        for (set, rule) in by_path.get(node.path()).into_iter().flatten() {
            if rule.context.holds(node, &facts) && !rule.is_met(node, &facts) {
                broken.push((*set, rule, node));
            }
        }
        if broken.len() > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    Ok(placed(text, tree, broken))
}

/// The rules that may judge an element of this path.
fn rules_for<'p>(
    path: &(impl Iterator<Item = &'p str> + Clone),
    rule_sets: &[RuleSet],
) -> Vec<(RuleSet, &'static Rule)> {
    let mut found = Vec::new();
    for index in rule_sets.iter().map(|set| Index::get(*set)) {
        let set = index.set;
        index.from.find(path.clone(), &mut |rule| found.push((set, rule)));
    }
    found
}

/// Gives each broken rule its place.
fn placed(text: &str, tree: &Tree, broken: Vec<(RuleSet, &Rule, Node<'_>)>) -> Vec<Finding> {
    if broken.is_empty() {
        return Vec::new();
    }
    let positions = Positions::of(tree);
    let mut locator = Locator::new(text);
    let mut findings = Vec::with_capacity(broken.len());
    for (rule_set, rule, node) in broken {
        let (at, missing) = match node.first(rule.subject) {
            Some(subject) => (subject, ""),
            None => (node, rule.subject),
        };
        let (line, column) = locator.at(node.offset());
        let (line, column) = if at == node {
            (line, column)
        } else {
            Locator::from(text, node.offset(), line, column).at(at.offset())
        };
        let mut path = positions.path(at);
        if !missing.is_empty() {
            path.push('/');
            path.push_str(missing);
        }
        findings.push(Finding {
            rule_set,
            rule: rule.id,
            severity: rule.severity,
            demand: rule.demand(),
            term: (!rule.term.is_empty()).then_some(rule.term),
            place: Place::Element { line, column, path },
        });
    }
    findings
}

/// Which of its like each element is among its siblings.
pub(super) struct Positions {
    /// By element: its position from 1, or 0 when it is the only one of its name.
    of: Vec<u32>,
}

impl Positions {
    pub(super) fn of(tree: &Tree) -> Self {
        let mut counts: BTreeMap<(usize, usize), (u32, usize)> = BTreeMap::new();
        let mut of = Vec::new();
        for node in tree.nodes() {
            let parent = node.parent().map_or(usize::MAX, Node::index);
            let (count, first) = counts.entry((parent, node.path())).or_insert((0, node.index()));
            *count += 1;
            let position = if *count == 1 && !is_named("line", node.name()) {
                0
            } else {
                *count
            };
            of.push(position);
            if *count == 2
                && let Some(first) = of.get_mut(*first)
            {
                *first = 1;
            }
        }
        Self { of }
    }

    pub(super) fn path(&self, node: Node<'_>) -> String {
        let mut steps: Vec<_> = node.ancestors().collect();
        steps.reverse();
        steps.push(node);
        let mut path = String::new();
        for step in steps {
            path.push('/');
            path.push_str(step.name());
            if let Some(position) = self.of.get(step.index()).filter(|position| **position > 0) {
                path.push_str(&format!("[{position}]"));
            }
        }
        path
    }
}
