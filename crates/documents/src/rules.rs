//! The published rules for e-invoices: the structure of UBL 2.1, EN 16931, NLCIUS and Peppol BIS Billing 3.
//!
//! ```
//! use subsidy_documents::{Limits, rules};
//!
//! let file = br#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
//!     xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
//!   <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
//! </Invoice>"#;
//! let verdict = rules::check(file, &Limits::default())?;
//!
//! assert_eq!(verdict.outcome(), rules::Outcome::Refused);
//! assert_eq!(verdict.rule_sets[0].to_string(), "UBL 2.1");
//! assert_eq!(verdict.rule_sets[1].to_string(), "EN 16931 1.3.16");
//! let finding = verdict.findings.iter().find(|finding| finding.rule == "BR-02").ok_or("no such finding")?;
//! assert_eq!(finding.term, Some("BT-1"));
//! assert_eq!(finding.place.to_string(), "line 1, column 1, /Invoice/cbc:ID");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod catalogue;
mod categories;
mod check_digits;
mod code_lists;
mod codes;
mod conditions;
mod content;
mod decimals;
mod engine;
mod facts;
mod gaccount;
mod index;
mod nlcius;
mod paths;
mod peppol;
mod peppol_codes;
mod peppol_dutch;
mod positions;
mod rule;
mod structure;
mod syntax;
mod texts;
mod tree;
mod unused;

pub use catalogue::{ListedRule, listed};

pub(crate) use self::tree::Builder as Elements;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::invoice::{InvoiceKind, Specification};
use crate::language::Language;
use crate::limits::Limits;
use crate::place::Place;
use crate::text;
use crate::unreadable::Unreadable;

/// A published set of rules, in the version that is applied.
#[doc(alias = "regelset")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleSet {
    /// The structure of Universal Business Language: which elements are where, in which order and how often.
    Ubl21,
    /// The European standard EN 16931-1:2017 in UBL 2.1, validation artefacts of CEN/TC 434.
    En16931,
    /// The Dutch use of it, SI-UBL 2.0.
    Nlcius,
    /// The Dutch extension of NLCIUS for payment into a blocked account.
    GAccount,
    /// Peppol BIS Billing 3: the common rules and those for Dutch sellers.
    PeppolBis3,
}

impl RuleSet {
    /// Every rule set there is.
    pub const ALL: [Self; 5] = [
        Self::Ubl21,
        Self::En16931,
        Self::Nlcius,
        Self::GAccount,
        Self::PeppolBis3,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ubl21 => "UBL",
            Self::En16931 => "EN 16931",
            Self::Nlcius => "NLCIUS",
            Self::GAccount => "G-account",
            Self::PeppolBis3 => "Peppol BIS Billing 3",
        }
    }

    /// The version of the published artefacts that the rules follow.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Ubl21 => "2.1",
            Self::En16931 => "1.3.16",
            Self::Nlcius => "2.0.3.13",
            Self::GAccount => "1.0.2.12",
            Self::PeppolBis3 => "2026.5",
        }
    }
}

impl fmt::Display for RuleSet {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.name(), self.version())
    }
}

/// What became of a document under the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// No fatal rule is broken.
    Accepted,
    /// It says to follow rules that are not known here (BT-24): it is set aside for a person, and was not judged.
    Quarantined,
    /// A fatal rule is broken.
    Refused,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The document may be used all the same.
    Warning,
    /// The document may not be used.
    Fatal,
}

/// What kind of change a finding asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// Add what is missing.
    Present,
    /// Add one of two things that are missing.
    Either,
    /// Keep one of several.
    Once,
    /// Write no more than two decimals.
    Cents,
    /// Use a code of the list.
    Code,
    /// Leave out what is not used.
    Absent,
    /// What the rule says, and no other does.
    Rule,
}

/// A rule that a document breaks.
#[doc(alias = "bevinding")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule set that the rule is of.
    pub rule_set: RuleSet,
    /// Its number there, for instance `BR-CO-15`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What kind of change it asks for.
    pub demand: Demand,
    /// The business term or group it is about, for instance `BT-112`, when it is about one.
    pub term: Option<&'static str>,
    /// Where it is: for something missing, the place of what it should be in and the path it would have.
    pub place: Place,
}

impl Finding {
    /// What to change.
    ///
    /// ```
    /// use subsidy_documents::{Language, Limits, rules};
    ///
    /// let file = br#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>"#;
    /// let verdict = rules::check(file, &Limits::default())?;
    /// let finding = verdict.findings.iter().find(|finding| finding.rule == "BR-02").ok_or("no such finding")?;
    /// assert_eq!(finding.text(Language::Dutch), "Vermeld het factuurnummer (BT-1).");
    /// assert_eq!(finding.text(Language::English), "State the invoice number (BT-1).");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn text(&self, language: Language) -> String {
        let element = match &self.place {
            Place::Element { path, .. } => path.rsplit('/').next(),
            Place::Document
            | Place::Page { .. }
            | Place::Row { .. }
            | Place::Cell { .. }
            | Place::Within { .. } => None,
        };
        let about = texts::About {
            rule: self.rule,
            demand: self.demand,
            terms: self.term.as_slice(),
            element: element.and_then(|element| element.split('[').next()),
        };
        texts::text(&about, language)
    }
}

/// The plain name of a business term or group, with its article.
///
/// ```
/// use subsidy_documents::{Language, rules::term_name};
/// assert_eq!(term_name("BT-112", Language::English), Some("the total with VAT"));
/// ```
pub fn term_name(term: &str, language: Language) -> Option<&'static str> {
    texts::term_name(term, language)
}

/// What the rules say of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Whether it is a credit note.
    pub is_credit_note: bool,
    /// The rules it says it follows (BT-24), empty when it does not say.
    pub specification: String,
    /// The rules it was held against; none when BT-24 is not known.
    pub rule_sets: Vec<RuleSet>,
    /// Every rule that is broken, in the order of the document: those of the structure first.
    pub findings: Vec<Finding>,
}

impl Verdict {
    /// What becomes of the document.
    pub fn outcome(&self) -> Outcome {
        if self.rule_sets.is_empty() {
            Outcome::Quarantined
        } else if self
            .findings
            .iter()
            .any(|finding| finding.severity == Severity::Fatal)
        {
            Outcome::Refused
        } else {
            Outcome::Accepted
        }
    }
}

/// Holds an invoice or credit note against the structure of UBL 2.1 and the rules that it says it follows (BT-24).
///
/// One that does not say so at all is held against EN 16931, which refuses it.
///
/// # Errors
///
/// When it cannot be read as a UBL 2.1 Invoice or CreditNote, or has more findings than [`Limits::max_faults`].
pub fn check(bytes: &[u8], limits: &Limits) -> Result<Verdict, Unreadable> {
    let text = text::xml_within(bytes, limits)?;
    as_it_says(text, &tree::Tree::read(text, limits)?, limits)
}

/// Holds the elements of an invoice or credit note against the rules that it says it follows.
pub(crate) fn verdict(text: &str, elements: Elements, limits: &Limits) -> Result<Verdict, Unreadable> {
    as_it_says(text, &elements.finish(), limits)
}

fn as_it_says(text: &str, tree: &tree::Tree, limits: &Limits) -> Result<Verdict, Unreadable> {
    let specification = tree.root().value("cbc:CustomizationID").into_owned();
    let rule_sets = dispatch(&specification);
    judge(text, tree, specification, rule_sets, limits)
}

/// Holds an invoice or credit note against these rule sets, whatever it says it follows.
///
/// # Errors
///
/// As [`check`].
pub fn check_against(bytes: &[u8], rule_sets: &[RuleSet], limits: &Limits) -> Result<Verdict, Unreadable> {
    let text = text::xml_within(bytes, limits)?;
    let tree = tree::Tree::read(text, limits)?;
    let specification = tree.root().value("cbc:CustomizationID").into_owned();
    judge(text, &tree, specification, rule_sets, limits)
}

fn judge(
    text: &str,
    tree: &tree::Tree,
    specification: String,
    rule_sets: &[RuleSet],
    limits: &Limits,
) -> Result<Verdict, Unreadable> {
    let mut findings = Vec::new();
    if rule_sets.contains(&RuleSet::Ubl21) {
        findings = structure::findings(text, tree, limits)?;
    }
    findings.extend(engine::findings(text, tree, rule_sets, limits)?);
    Ok(Verdict {
        is_credit_note: tree.kind == InvoiceKind::CreditNote,
        specification,
        rule_sets: rule_sets.to_vec(),
        findings,
    })
}

/// The specification that BT-24 names; `None` when it is not known here.
pub(crate) fn specification(named: &str) -> Option<Specification> {
    const CORE: &str = "urn:cen.eu:en16931:2017";
    if named == CORE {
        return Some(Specification::En16931);
    }
    if named == peppol::CUSTOMIZATION {
        return Some(Specification::PeppolBis3);
    }
    match named.strip_prefix(nlcius::CUSTOMIZATION)? {
        "" => Some(Specification::Nlcius),
        gaccount::CONFORMANT => Some(Specification::GAccount),
        _ => None,
    }
}

/// The rule sets that a document says it follows; none when it names a specification that is not known.
fn dispatch(named: &str) -> &'static [RuleSet] {
    if named.is_empty() {
        return &[RuleSet::Ubl21, RuleSet::En16931];
    }
    match specification(named) {
        Some(Specification::En16931) => &[RuleSet::Ubl21, RuleSet::En16931],
        Some(Specification::Nlcius) => &[RuleSet::Ubl21, RuleSet::En16931, RuleSet::Nlcius],
        Some(Specification::GAccount) => &[
            RuleSet::Ubl21,
            RuleSet::En16931,
            RuleSet::Nlcius,
            RuleSet::GAccount,
        ],
        Some(Specification::PeppolBis3) => &[RuleSet::Ubl21, RuleSet::En16931, RuleSet::PeppolBis3],
        Some(Specification::LineList) | None => &[],
    }
}
