//! The rules of each set, found by the path of an element from the inside out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::rule::Rule;
use super::tree::is_named;
use super::{
    RuleSet, categories, code_lists, conditions, content, decimals, gaccount, nlcius, peppol, peppol_codes,
    peppol_dutch, syntax, unused,
};

/// Where the paths of contexts have come to, read from the inside out.
#[derive(Default)]
struct Step {
    /// The rules whose contexts end here.
    rules: Vec<(RuleSet, &'static Rule)>,
    /// The next step outwards, where it is an element's name.
    named: BTreeMap<&'static str, Self>,
    /// The next step outwards, where it stands for several.
    group: BTreeMap<&'static str, Self>,
}

/// The rules of all sets.
static INDEX: LazyLock<Step> = LazyLock::new(|| {
    let mut index = Step::default();
    for set in RuleSet::ALL {
        for rule in rules_of(set) {
            index.add(rule.context.steps(), set, rule);
        }
    }
    index
});

impl Step {
    fn add(&mut self, mut path: impl Iterator<Item = &'static str>, set: RuleSet, rule: &'static Rule) {
        match path.next() {
            Some(step) if step.contains(':') => self.named.entry(step).or_default().add(path, set, rule),
            Some(step) => self.group.entry(step).or_default().add(path, set, rule),
            None => self.rules.push((set, rule)),
        }
    }

    /// Finds the rules whose contexts fit a path.
    fn find<'p>(
        &self,
        mut path: impl Iterator<Item = &'p str> + Clone,
        found: &mut Vec<(RuleSet, &'static Rule)>,
    ) {
        found.extend(&self.rules);
        let Some(name) = path.next() else { return };
        let named = self.named.get(name).into_iter();
        let groups = self.group.iter().filter(|(step, _)| is_named(step, name));
        for next in named.chain(groups.map(|(_, next)| next)) {
            next.find(path.clone(), found);
        }
    }
}

/// The rules that may judge an element of this path, which is given from the inside out; in the order of their sets.
pub(super) fn rules_for<'p>(path: impl Iterator<Item = &'p str> + Clone) -> Vec<(RuleSet, &'static Rule)> {
    let mut found = Vec::new();
    INDEX.find(path, &mut found);
    found.sort_by_key(|(set, _)| *set);
    found
}

/// The rules of a set.
pub(super) fn rules_of(set: RuleSet) -> impl Iterator<Item = &'static Rule> {
    let families: Vec<&'static [Rule]> = match set {
        // Its rules are no rows: see `super::structure`.
        RuleSet::Ubl21 => Vec::new(),
        RuleSet::En16931 => {
            let mut families = vec![
                content::RULES,
                conditions::RULES,
                decimals::RULES,
                code_lists::RULES,
                syntax::RULES,
                &unused::RULES,
            ];
            families.extend(categories::RULES);
            families
        }
        RuleSet::Nlcius => vec![nlcius::RULES],
        RuleSet::GAccount => vec![gaccount::RULES],
        RuleSet::PeppolBis3 => vec![peppol::RULES, peppol_codes::RULES, peppol_dutch::RULES],
    };
    families.into_iter().flatten()
}
