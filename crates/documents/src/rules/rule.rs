//! A rule as a row of a table: its number, the term it is about, where it looks and what must hold there.

use super::codes::Codes;
use super::facts::Facts;
use super::tree::Node;
use super::{Demand, Severity};

/// A rule of a rule set.
pub(super) struct Rule {
    /// Its number in the published rule set.
    pub(super) id: &'static str,
    /// The business term or group it is about.
    pub(super) term: &'static str,
    pub(super) severity: Severity,
    /// The elements it judges.
    pub(super) context: Context,
    /// The element it is about, below the context; empty for the context itself.
    pub(super) subject: &'static str,
    pub(super) test: Test,
}

/// What must hold in the context.
#[derive(Clone, Copy)]
pub(super) enum Test {
    /// The subject is there.
    Exists,
    /// The subject is there and not blank.
    Filled,
    /// The subject is there once at most.
    Once,
    /// Every number at the subject has two decimals at most.
    Cents,
    /// Every text at the subject is a code of the list.
    Code(Codes),
    /// The attribute is there, on every element at the subject.
    Attribute(&'static str),
    /// The attribute is a code of the list wherever it is there, on every element at the subject.
    AttributeCode(&'static str, Codes),
    /// One of the two is there.
    Either(&'static str, &'static str),
    /// It is not there at all.
    Unused,
    /// The attribute, which is the subject, is not there.
    UnusedAttribute(&'static str),
    /// Something else.
    Holds(fn(Node<'_>, &Facts<'_>) -> bool),
}

/// Which elements a rule judges.
#[derive(Clone, Copy)]
pub(super) struct Context {
    /// The end of the path of the element; from the root when it starts with `/`.
    path: &'static str,
    /// What else must be so.
    when: Option<fn(Node<'_>, &Facts<'_>) -> bool>,
}

/// The document itself.
pub(super) const DOCUMENT: Context = on("");
/// The document's totals (BG-22).
pub(super) const TOTALS: Context = on("cac:LegalMonetaryTotal");
/// A line (BG-25).
pub(super) const LINE: Context = on("line");

/// Every element whose path ends in this.
pub(super) const fn on(path: &'static str) -> Context {
    Context { path, when: None }
}

impl Context {
    /// Only those for which something holds.
    pub(super) const fn when(self, when: fn(Node<'_>, &Facts<'_>) -> bool) -> Self {
        Self {
            when: Some(when),
            ..self
        }
    }

    /// The steps of the path, from the inside out.
    pub(super) fn steps(&self) -> impl Iterator<Item = &'static str> {
        self.path.rsplit('/')
    }

    /// Whether an element, whose path is known to fit, is judged.
    pub(super) fn holds(&self, node: Node<'_>, facts: &Facts<'_>) -> bool {
        self.when.is_none_or(|when| when(node, facts))
    }
}

impl Rule {
    const fn new(
        id: &'static str,
        term: &'static str,
        context: Context,
        subject: &'static str,
        test: Test,
    ) -> Self {
        Self {
            id,
            term,
            severity: Severity::Fatal,
            context,
            subject,
            test,
        }
    }

    /// The same rule, as a warning.
    pub(super) const fn warning(self) -> Self {
        Self {
            severity: Severity::Warning,
            ..self
        }
    }

    /// Whether an element of the context satisfies it.
    pub(super) fn is_met(&self, node: Node<'_>, facts: &Facts<'_>) -> bool {
        match self.test {
            Test::Exists => node.has(self.subject),
            Test::Filled => node.filled(self.subject),
            Test::Once => node.has_one_at_most(self.subject),
            Test::Cents => node.every(self.subject, |node| has_cents_at_most(node.text())),
            Test::Code(codes) => node.every(self.subject, |node| codes.contain(&node.normalised())),
            Test::Attribute(name) => node.every(self.subject, |node| node.attribute(name).is_some()),
            Test::AttributeCode(name, codes) => node.every(self.subject, |node| {
                node.attribute(name)
                    .is_none_or(|code| codes.contain(&super::tree::normalise(code)))
            }),
            Test::Either(one, other) => node.has(one) || node.has(other),
            Test::Unused => false,
            Test::UnusedAttribute(name) => node.attribute(name).is_none(),
            Test::Holds(holds) => holds(node, facts),
        }
    }

    /// The same rule, for those elements of its context for which something holds.
    pub(super) const fn within(self, when: fn(Node<'_>, &Facts<'_>) -> bool) -> Self {
        Self {
            context: self.context.when(when),
            ..self
        }
    }

    /// Whether it is told once, of the first element that breaks it: the others are of the same kind.
    pub(super) const fn is_told_once(&self) -> bool {
        matches!(self.test, Test::Unused | Test::UnusedAttribute(_))
    }

    /// The one element or attribute that it is about.
    pub(super) fn element(&self) -> Option<&'static str> {
        match self.test {
            Test::Unused => self.context.steps().next(),
            Test::UnusedAttribute(_) => Some(self.subject),
            Test::Exists
            | Test::Filled
            | Test::Once
            | Test::Cents
            | Test::Code(_)
            | Test::Attribute(_)
            | Test::AttributeCode(..)
            | Test::Either(..)
            | Test::Holds(_) => None,
        }
    }

    /// The kind of change it asks for.
    pub(super) fn demand(&self) -> Demand {
        match self.test {
            Test::Exists | Test::Filled | Test::Attribute(_) => Demand::Present,
            Test::Either(..) => Demand::Either,
            Test::Once => Demand::Once,
            Test::Cents => Demand::Cents,
            Test::Code(_) | Test::AttributeCode(..) => Demand::Code,
            Test::Unused | Test::UnusedAttribute(_) => Demand::Absent,
            Test::Holds(_) => Demand::Rule,
        }
    }
}

/// Whether a number has two decimals at most.
pub(super) fn has_cents_at_most(text: &str) -> bool {
    text.split_once('.')
        .is_none_or(|(_, decimals)| decimals.len() <= 2)
}

/// The subject must be there.
pub(super) const fn exists(id: &'static str, term: &'static str, at: Context, subject: &'static str) -> Rule {
    Rule::new(id, term, at, subject, Test::Exists)
}

/// The subject must be there and not blank.
pub(super) const fn filled(id: &'static str, term: &'static str, at: Context, subject: &'static str) -> Rule {
    Rule::new(id, term, at, subject, Test::Filled)
}

/// The subject may be there once.
pub(super) const fn once(id: &'static str, term: &'static str, at: Context, subject: &'static str) -> Rule {
    Rule::new(id, term, at, subject, Test::Once)
}

/// The subject has two decimals at most.
pub(super) const fn cents(id: &'static str, term: &'static str, at: Context, subject: &'static str) -> Rule {
    Rule::new(id, term, at, subject, Test::Cents)
}

/// The element's text is of a code list.
pub(super) const fn code(id: &'static str, term: &'static str, at: Context, codes: Codes) -> Rule {
    Rule::new(id, term, at, "", Test::Code(codes))
}

/// The element has the attribute.
pub(super) const fn attribute(
    id: &'static str,
    term: &'static str,
    at: Context,
    subject: &'static str,
    name: &'static str,
) -> Rule {
    Rule::new(id, term, at, subject, Test::Attribute(name))
}

/// The element's attribute is of a code list when it is there.
pub(super) const fn attribute_code(
    id: &'static str,
    term: &'static str,
    at: Context,
    name: &'static str,
    codes: Codes,
) -> Rule {
    Rule::new(id, term, at, "", Test::AttributeCode(name, codes))
}

/// One of two must be there.
pub(super) const fn either(
    id: &'static str,
    term: &'static str,
    at: Context,
    one: &'static str,
    other: &'static str,
) -> Rule {
    Rule::new(id, term, at, one, Test::Either(one, other))
}

/// What is at the path, or the attribute at its end, should not be there.
pub(super) fn unused(id: &'static str, path: &'static str) -> Rule {
    let attribute = path.rsplit_once('/').and_then(|(element, last)| {
        let name = last.strip_prefix('@')?;
        Some(Rule::new(id, "", on(element), last, Test::UnusedAttribute(name)))
    });
    let rule = attribute.unwrap_or_else(|| Rule::new(id, "", on(path), "", Test::Unused));
    rule.warning()
}

/// Something else must hold; the finding stands at the subject.
pub(super) const fn holds(
    id: &'static str,
    term: &'static str,
    at: Context,
    subject: &'static str,
    test: fn(Node<'_>, &Facts<'_>) -> bool,
) -> Rule {
    Rule::new(id, term, at, subject, Test::Holds(test))
}
