//! Holds an audit file against the structure of XAF 4.0 and the rules of the standard, in one pass; of transactions nothing is kept.

mod books;

use serde::Serialize;

use self::books::Books;
use super::NAMESPACE;
use super::content::{Form, Often, content, form, parts};
use super::rule::AuditRule;
use crate::language::Language;
use crate::limits::Limits;
use crate::place::{Locator, Place};
use crate::rules::Severity;
use crate::text;
use crate::unreadable::Unreadable;
use crate::xml::{self, Element, Handler};

/// What the explanation of the standard prints in its section 3.7.
const OF_NOTE: &str = "http://www.odb.belastingdienst.nl/XAF/4.0";

/// A rule that an audit file breaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditFinding {
    /// The rule.
    pub rule: AuditRule,
    /// Where: for something missing, the place of what it should be in and the path it would have.
    pub place: Place,
    /// What stands there, of sums and counts and the namespace alone: all else may be about a person.
    pub found: Option<String>,
    /// What should stand there.
    pub expected: Option<String>,
}

impl AuditFinding {
    /// What to change.
    pub fn text(&self, language: Language) -> &'static str {
        self.rule.text(language)
    }

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        self.rule.severity()
    }
}

/// What is to be said of an audit file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Number of transactions that it has.
    pub transactions: u64,
    /// Number of lines of transactions.
    pub lines: u64,
    /// Every rule that is broken, in the order of the file.
    pub findings: Vec<AuditFinding>,
}

impl AuditVerdict {
    /// Whether no rule is broken but such that give a warning.
    pub fn is_accepted(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.all(|finding| finding.severity() == Severity::Warning)
    }
}

/// Whether a root element begins an audit file, of whatever version: exporters write many namespaces.
pub(crate) fn is_root(name: &str) -> bool {
    name == "auditfile"
}

/// Holds an audit file against the rules. It is UTF-8 or ISO-8859-1.
///
/// # Errors
///
/// When it is no audit file, not well-formed, beyond the limits, or has more findings than [`Limits::max_faults`].
pub fn check(bytes: &[u8], limits: &Limits) -> Result<AuditVerdict, Unreadable> {
    check_text(&text::latin_xml_within(bytes, limits)?, limits)
}

/// Holds the text of an audit file against the rules.
pub(crate) fn check_text(text: &str, limits: &Limits) -> Result<AuditVerdict, Unreadable> {
    let mut checker = Checker {
        locator: Locator::new(text),
        namespace: String::new(),
        open: Vec::with_capacity(16),
        passed: 0,
        books: Books::default(),
        findings: Findings {
            most: limits.max_faults,
            list: Vec::new(),
        },
        is_of_another_version: false,
    };
    xml::parse(text, limits, &mut checker)?;
    let mut findings = checker.findings.list;
    if findings.len() > limits.max_faults {
        let limit = limits.max_faults;
        return Err(Unreadable::TooManyFaults { limit });
    }
    findings.sort_by_key(|finding| match &finding.place {
        Place::Element { line, column, .. } => (*line, *column),
        Place::Document
        | Place::Page { .. }
        | Place::Row { .. }
        | Place::Cell { .. }
        | Place::Within { .. } => (0, 0),
    });
    Ok(AuditVerdict {
        transactions: checker.books.transactions(),
        lines: checker.books.lines(),
        findings,
    })
}

/// The findings. One more than may be listed tells that there are too many.
struct Findings {
    most: usize,
    list: Vec<AuditFinding>,
}

impl Findings {
    fn push(&mut self, rule: AuditRule, place: Place, sums: Option<(String, String)>) {
        if self.list.len() <= self.most {
            let (found, expected) = sums.unzip();
            self.list.push(AuditFinding {
                rule,
                place,
                found,
                expected,
            });
        }
    }
}

/// An element that is open.
struct Open {
    name: String,
    /// Which it is among those of its name.
    number: u64,
    line: u64,
    column: u64,
    /// What may be in it; none for one with a text.
    content: Vec<Part>,
    furthest: usize,
    /// Whether it is known where it stands.
    is_known: bool,
    text: String,
}

struct Part {
    name: &'static str,
    often: Often,
    count: u64,
}

struct Checker<'t> {
    locator: Locator<'t>,
    namespace: String,
    open: Vec<Open>,
    /// How many elements are open that are not looked into.
    passed: usize,
    books: Books,
    findings: Findings,
    is_of_another_version: bool,
}

impl Checker<'_> {
    /// The path of the innermost element, with that of a child when one is named.
    fn path(&self, child: Option<&str>) -> String {
        let mut path = String::new();
        for open in &self.open {
            path.push('/');
            path.push_str(&open.name);
            if matches!(
                open.name.as_str(),
                "customerSupplier"
                    | "ledgerAccount"
                    | "vatCode"
                    | "period"
                    | "obLine"
                    | "journal"
                    | "transaction"
                    | "trLine"
            ) {
                path.push_str(&format!("[{}]", open.number));
            }
        }
        if let Some(child) = child {
            path.push('/');
            path.push_str(child);
        }
        path
    }

    /// The place of the innermost element.
    fn place(&self, child: Option<&str>) -> Place {
        let (line, column) = self.open.last().map_or((1, 1), |open| (open.line, open.column));
        Place::Element {
            line,
            column,
            path: self.path(child),
        }
    }

    fn report(&mut self, rule: AuditRule, child: Option<&str>, sums: Option<(String, String)>) {
        let place = self.place(child);
        self.findings.push(rule, place, sums);
    }

    fn root(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        if !is_root(element.name) {
            return Err(Unreadable::UnknownRoot {
                name: element.name.to_owned(),
                namespace: element.namespace.to_owned(),
            });
        }
        element.namespace.clone_into(&mut self.namespace);
        if element.namespace != NAMESPACE {
            let is_version_3 = element.namespace.contains("/XAF/3");
            let sums = (element.namespace.to_owned(), NAMESPACE.to_owned());
            let rule = match element.namespace {
                _ if is_version_3 => AuditRule::Version,
                OF_NOTE => AuditRule::NamespaceOfNote,
                _ => AuditRule::Namespace,
            };
            self.is_of_another_version = is_version_3;
            self.report(rule, None, Some(sums));
        }
        Ok(())
    }

    /// Finds the place of an element among those of its parent.
    fn placed(&mut self, element: &Element<'_>, line: u64, column: u64) -> (u64, bool) {
        let is_own = element.namespace == self.namespace;
        let mut broken = None;
        let mut found = (1, true);
        if let Some(parent) = self.open.last_mut() {
            let at = parent
                .content
                .iter()
                .position(|part| is_own && part.name == element.name);
            match at.and_then(|at| Some((at, parent.content.get_mut(at)?))) {
                Some((at, part)) => {
                    part.count += 1;
                    found.0 = part.count;
                    if part.count > 1 && !part.often.may_repeat {
                        broken = Some(AuditRule::Repeated);
                    } else if at < parent.furthest {
                        broken = Some(AuditRule::Order);
                    }
                    parent.furthest = parent.furthest.max(at);
                }
                None => {
                    found.1 = false;
                    broken = Some(AuditRule::Element);
                }
            }
        }
        if let Some(rule) = broken {
            let path = self.path(Some(element.name));
            let place = Place::Element { line, column, path };
            self.findings.push(rule, place, None);
        }
        found
    }

    fn leaf(&mut self, name: &str, text: &str) {
        if let Some(rule) = broken_form(form(name), text) {
            self.report(rule, None, None);
        }
        let parent = self
            .open
            .iter()
            .rev()
            .nth(1)
            .map_or("", |open| open.name.as_str());
        if let Some(rule) = self.books.take(parent, name, text) {
            self.report(rule, None, None);
        }
    }
}

impl Handler for Checker<'_> {
    fn open(&mut self, element: &Element<'_>) -> Result<(), Unreadable> {
        let is_first = self.open.is_empty() && self.passed == 0;
        if is_first {
            self.root(element)?;
        }
        if self.passed > 0 || self.is_of_another_version {
            self.passed += 1;
            return Ok(());
        }
        let (line, column) = self.locator.at(element.offset);
        let (number, is_known) = if is_first {
            (1, true)
        } else {
            self.placed(element, line, column)
        };
        if !is_known {
            self.passed += 1;
            return Ok(());
        }
        let parts = content(element.name).into_iter().flat_map(parts);
        let content = parts.map(|(name, often)| Part {
            name,
            often,
            count: 0,
        });
        self.open.push(Open {
            name: element.name.to_owned(),
            number,
            line,
            column,
            content: content.collect(),
            furthest: 0,
            is_known,
            text: String::new(),
        });
        self.books.open(element.name);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.passed == 0
            && let Some(open) = self.open.last_mut()
        {
            open.text.push_str(text);
        }
    }

    fn close(&mut self) {
        if self.passed > 0 {
            self.passed -= 1;
            return;
        }
        let Some(open) = self.open.last_mut() else { return };
        let (name, text) = (std::mem::take(&mut open.name), std::mem::take(&mut open.text));
        let missing: Vec<&str> = open
            .content
            .iter()
            .filter(|part| part.often.is_required && part.count == 0)
            .map(|part| part.name)
            .collect();
        let (is_container, is_known) = (!open.content.is_empty(), open.is_known);
        open.name.clone_from(&name);
        for missing in missing {
            self.report(AuditRule::Missing, Some(missing), None);
        }
        if is_container && !text.is_empty() {
            self.report(AuditRule::Element, None, None);
        }
        if !is_container && is_known {
            self.leaf(&name, &text);
        }
        let mut sums = Vec::new();
        self.books.close(&name, &mut sums);
        for (rule, child, found) in sums {
            self.report(rule, child, found);
        }
        self.open.pop();
    }
}

/// The rule that a text breaks by its form.
fn broken_form(form: Form, text: &str) -> Option<AuditRule> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let broken = match form {
        Form::Text(most) => text.chars().count() > most,
        Form::OneOf(values) => !values.contains(&text),
        Form::Date => {
            let sound = text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok();
            return (!sound).then_some(AuditRule::Date);
        }
        Form::Amount => {
            return books::cents(text).err();
        }
        Form::Percentage => {
            let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
            !digits(whole) || !digits(decimals) || decimals.len() > 3 || whole.len() + decimals.len() > 8
        }
        Form::Number(most) => !digits(text) || text.len() > most,
        Form::Letters { exactly, count } => {
            let characters = text.chars().count();
            characters > count || (exactly && characters != count) || text.contains(|c: char| c.is_numeric())
        }
        Form::Year => {
            let year = |text: &str| text.len() == 4 && digits(text);
            let sound = match text.split_once('-') {
                Some((from, until)) => year(from) && year(until),
                None => year(text),
            };
            !sound
        }
    };
    broken.then_some(AuditRule::Value)
}
