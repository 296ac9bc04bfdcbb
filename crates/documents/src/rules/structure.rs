//! How a document is built: which elements UBL 2.1 has where, in which order and how often, and what may stand in them.
//!
//! What the schemas say is in `data/ubl-2.1.txt`. What stands in an extension is nobody's concern here, nor is whether an attachment is
//! written as Base64.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::positions::Positions;
use super::tree::{Node, Tree};
use super::{Demand, Finding, RuleSet, Severity};
use crate::limits::Limits;
use crate::place::{Locator, Place};
use crate::unreadable::Unreadable;

/// The rules, each with the kind of change that it asks for.
pub(super) const RULES: [(&str, Demand); 12] = [
    (ELEMENT, Demand::Rule),
    (ORDER, Demand::Rule),
    (TOO_MANY, Demand::Once),
    (MISSING, Demand::Present),
    (TEXT, Demand::Rule),
    (NESTED, Demand::Rule),
    (DATE, Demand::Rule),
    (TIME, Demand::Rule),
    (NUMBER, Demand::Rule),
    (INDICATOR, Demand::Rule),
    (ATTRIBUTE, Demand::Present),
    (UNKNOWN_ATTRIBUTE, Demand::Rule),
];
const ELEMENT: &str = "UBL21-ELEMENT";
const ORDER: &str = "UBL21-ORDER";
const TOO_MANY: &str = "UBL21-TOO-MANY";
const MISSING: &str = "UBL21-MISSING";
const TEXT: &str = "UBL21-TEXT";
const NESTED: &str = "UBL21-NESTED";
const DATE: &str = "UBL21-DATE";
const TIME: &str = "UBL21-TIME";
const NUMBER: &str = "UBL21-NUMBER";
const INDICATOR: &str = "UBL21-INDICATOR";
const ATTRIBUTE: &str = "UBL21-ATTRIBUTE";
const UNKNOWN_ATTRIBUTE: &str = "UBL21-UNKNOWN-ATTRIBUTE";

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::parse(include_str!("../../data/ubl-2.1.txt")));

/// What may be in which element.
struct Schema {
    contents: Vec<Content>,
    /// The content of each element, by its name.
    by_element: BTreeMap<&'static str, usize>,
}

enum Content {
    /// Elements, in this order.
    Group(Vec<Child>),
    /// A text.
    Value {
        data_type: &'static str,
        attributes: Vec<Occurring>,
    },
    /// Anything.
    Any,
}

/// An element or attribute and how often it occurs.
struct Occurring {
    name: &'static str,
    required: bool,
    many: bool,
}

struct Child {
    element: Occurring,
    content: Option<usize>,
}

impl Occurring {
    fn parse(word: &'static str) -> Option<Self> {
        let (name, often) = word.split_at_checked(word.len().checked_sub(1)?)?;
        Some(Self {
            name,
            required: matches!(often, "1" | "+"),
            many: matches!(often, "*" | "+"),
        })
    }
}

impl Schema {
    fn parse(table: &'static str) -> Self {
        let lines = || {
            table
                .lines()
                .filter(|line| !line.starts_with('#') && !line.is_empty())
        };
        let heads = lines().filter(|line| !line.starts_with(' '));
        let mut by_element = BTreeMap::new();
        for (content, head) in heads.clone().enumerate() {
            by_element.extend(head.split(' ').skip(1).map(|element| (element, content)));
        }
        let bodies = lines().filter(|line| line.starts_with(' '));
        let contents = heads.zip(bodies).map(|(head, body)| {
            let words = || body.split_ascii_whitespace();
            if body.trim() == "any" {
                Content::Any
            } else if head.starts_with("group ") {
                let children = words().filter_map(Occurring::parse).map(|element| Child {
                    content: by_element.get(element.name).copied(),
                    element,
                });
                Content::Group(children.collect())
            } else {
                Content::Value {
                    data_type: words().next().unwrap_or_default(),
                    attributes: words().skip(1).filter_map(Occurring::parse).collect(),
                }
            }
        });
        Self {
            contents: contents.collect(),
            by_element,
        }
    }
}

/// Something that is built otherwise than UBL 2.1 has it.
struct Flaw<'t> {
    rule: &'static str,
    at: Node<'t>,
    /// What is not there, below it.
    missing: Option<String>,
}

/// Every flaw of a document, in its order.
pub(super) fn findings(text: &str, tree: &Tree, limits: &Limits) -> Result<Vec<Finding>, Unreadable> {
    let mut walk = Walk {
        contents: Vec::new(),
        flaws: Vec::new(),
    };
    for node in tree.nodes() {
        walk.visit(node);
        if walk.flaws.len() > limits.max_faults {
            return Err(Unreadable::TooManyFaults {
                limit: limits.max_faults,
            });
        }
    }
    Ok(placed(text, walk.flaws))
}

/// Goes through the elements, parents before children.
struct Walk<'t> {
    /// By element: the number of its content from 1, or 0 when it is not known what it is.
    contents: Vec<usize>,
    flaws: Vec<Flaw<'t>>,
}

impl<'t> Walk<'t> {
    fn visit(&mut self, node: Node<'t>) {
        let schema = &*SCHEMA;
        if node.parent().is_none() {
            let content = schema.by_element.get(node.name());
            self.set(node, content.map_or(0, |content| content + 1));
        }
        let number = self.contents.get(node.index()).copied().unwrap_or_default();
        let content = number
            .checked_sub(1)
            .and_then(|number| schema.contents.get(number));
        match content {
            Some(Content::Group(children)) => {
                self.attributes(node, &[]);
                if !node.text().is_empty() {
                    self.flaw(TEXT, node);
                }
                self.children(node, children);
            }
            Some(Content::Value {
                data_type,
                attributes,
            }) => {
                self.attributes(node, attributes);
                if node.children().next().is_some() {
                    self.flaw(NESTED, node);
                } else if let Some(rule) = broken(data_type, node.text()) {
                    self.flaw(rule, node);
                }
            }
            Some(Content::Any) | None => {}
        }
    }

    fn children(&mut self, node: Node<'t>, known: &[Child]) {
        let mut counts = vec![0_usize; known.len()];
        let mut reached = 0;
        for child in node.children() {
            // Mostly it is the one that was reached, or one soon after.
            let name = child.name();
            let ahead = known.iter().enumerate().skip(reached);
            let found = ahead
                .chain(known.iter().enumerate().take(reached))
                .find(|(_, known)| known.element.name == name);
            let Some((at, known)) = found else {
                self.flaw(ELEMENT, child);
                continue;
            };
            self.set(child, known.content.map_or(0, |content| content + 1));
            if at < reached {
                self.flaw(ORDER, child);
            }
            reached = reached.max(at);
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
                if *count > 1 && !known.element.many {
                    self.flaw(TOO_MANY, child);
                }
            }
        }
        for (known, count) in known.iter().zip(counts) {
            if known.element.required && count == 0 {
                self.missing(MISSING, node, known.element.name.to_owned());
            }
        }
    }

    fn attributes(&mut self, node: Node<'t>, known: &[Occurring]) {
        for (name, _) in node.attributes() {
            // Those of XML Schema itself may stand on every element.
            if !name.starts_with("xsi:") && !known.iter().any(|known| known.name == name) {
                self.missing(UNKNOWN_ATTRIBUTE, node, format!("@{name}"));
            }
        }
        for known in known.iter().filter(|known| known.required) {
            if node.attribute(known.name).is_none() {
                self.missing(ATTRIBUTE, node, format!("@{}", known.name));
            }
        }
    }

    fn set(&mut self, node: Node<'t>, content: usize) {
        if self.contents.len() <= node.index() {
            self.contents.resize(node.index() + 1, 0);
        }
        if let Some(known) = self.contents.get_mut(node.index()) {
            *known = content;
        }
    }

    fn flaw(&mut self, rule: &'static str, at: Node<'t>) {
        self.flaws.push(Flaw {
            rule,
            at,
            missing: None,
        });
    }

    fn missing(&mut self, rule: &'static str, at: Node<'t>, missing: String) {
        let missing = Some(missing);
        self.flaws.push(Flaw { rule, at, missing });
    }
}

/// The rule that a text breaks which is not of its data type.
fn broken(data_type: &str, text: &str) -> Option<&'static str> {
    match data_type {
        "date" if !is_date(text) => Some(DATE),
        "time" if !is_time(text) => Some(TIME),
        "decimal" if !is_number(text) => Some(NUMBER),
        "boolean" if !matches!(text, "true" | "false" | "1" | "0") => Some(INDICATOR),
        _ => None,
    }
}

/// A day of four figures for the year, with a time zone or without.
fn is_date(text: &str) -> bool {
    const LENGTH: usize = 10;
    let Some((day, zone)) = text.split_at_checked(LENGTH) else {
        return false;
    };
    let shaped = day.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    shaped && !day.starts_with("0000") && day.parse::<Date>().is_ok() && is_zone(zone)
}

fn is_time(text: &str) -> bool {
    const LENGTH: usize = 8;
    let Some((time, rest)) = text.split_at_checked(LENGTH) else {
        return false;
    };
    let parts: Vec<Option<u8>> = time.split(':').map(two_figures).collect();
    let fraction = rest.strip_prefix('.').map(|rest| {
        let figures = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest.split_at(figures)
    });
    let (figures, zone) = fraction.unwrap_or(("0", rest));
    let midnight = figures.bytes().all(|byte| byte == b'0');
    let exists = match parts.as_slice() {
        [Some(24), Some(0), Some(0)] => midnight,
        [Some(hour), Some(minute), Some(second)] => *hour < 24 && *minute < 60 && *second < 60,
        _ => false,
    };
    exists && !figures.is_empty() && is_zone(zone)
}

/// A time zone of XML Schema, or none: `Z`, `+01:00`.
fn is_zone(text: &str) -> bool {
    if text.is_empty() || text == "Z" {
        return true;
    }
    let Some((hours, minutes)) = text
        .strip_prefix(['+', '-'])
        .and_then(|zone| zone.split_once(':'))
    else {
        return false;
    };
    match (two_figures(hours), two_figures(minutes)) {
        (Some(14), Some(0)) => true,
        (Some(hours), Some(minutes)) => hours < 14 && minutes < 60,
        (None, _) | (_, None) => false,
    }
}

fn two_figures(text: &str) -> Option<u8> {
    let figures = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| figures)
}

/// Figures with at most one point, and a sign or none.
fn is_number(text: &str) -> bool {
    let figures = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = figures.split_once('.').unwrap_or((figures, ""));
    let mut all = whole.bytes().chain(rest.bytes()).peekable();
    all.peek().is_some() && all.all(|byte| byte.is_ascii_digit())
}

/// Gives each flaw its place.
fn placed(text: &str, mut flaws: Vec<Flaw<'_>>) -> Vec<Finding> {
    flaws.sort_by_key(|flaw| flaw.at.offset());
    let mut positions = Positions::default();
    let mut locator = Locator::new(text);
    let finding = |flaw: Flaw<'_>| {
        let (line, column) = locator.at(flaw.at.offset());
        let mut path = positions.path(flaw.at);
        if let Some(missing) = flaw.missing {
            path.push('/');
            path.push_str(&missing);
        }
        let known = RULES.iter().find(|(rule, _)| *rule == flaw.rule);
        Finding {
            rule_set: RuleSet::Ubl21,
            rule: flaw.rule,
            severity: Severity::Fatal,
            demand: known.map_or(Demand::Rule, |(_, demand)| *demand),
            term: None,
            place: Place::Element { line, column, path },
        }
    };
    flaws.into_iter().map(finding).collect()
}
