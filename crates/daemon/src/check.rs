//! Checking: what is wrong with a file and what to change, without a ledger and without recording anything.
//!
//! An invoice or credit note is held against the rules that it says it follows, and against what the reader asks for totals and fields; a list
//! against what the reader asks of its columns and rows; a payment file against the rules of a SEPA credit transfer; an audit file against those
//! of XAF 4.0; a statement of the bank against its own sums.

mod said;
mod sarif;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use subsidy_documents::audit_file::AuditFinding;
use subsidy_documents::payment_file::PaymentFinding;
use subsidy_documents::rules::{self, Finding, RuleSet, Severity};
use subsidy_documents::{Document, Fault, FaultCode, Kind, Limits, Place, Reading, Unreadable, read};

use crate::cores::on_all_cores;
use crate::intake::{self, IntakeError, Progress, Refusal};
use crate::lang::Lang;
use crate::text;

/// What is to be said of the files under some paths.
#[derive(Debug)]
pub struct Check {
    /// Each file, in order of name within its folder.
    pub files: Vec<Checked>,
}

/// What is to be said of a file.
#[derive(Debug)]
pub struct Checked {
    /// The file.
    pub path: PathBuf,
    /// What it is, when it could be read.
    pub kind: Option<Kind>,
    /// What an invoice was held against.
    pub held_against: Option<HeldAgainst>,
    /// What would become of it.
    pub outcome: Outcome,
    /// What is wrong, in the order of the file.
    pub remarks: Vec<Remark>,
}

/// What an invoice or credit note was held against.
#[derive(Debug)]
pub struct HeldAgainst {
    /// The rules that it says it follows (BT-24).
    pub specification: String,
    /// The rule sets that were applied; none when BT-24 is not known.
    pub rule_sets: Vec<RuleSet>,
}

/// What would become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing is wrong, or nothing that hinders.
    Sound,
    /// The published rules hold, and what the fund asks beyond them is not all there: it would be parked.
    Parked,
    /// A published rule is broken, or rows of a list cannot be taken.
    Faulty,
    /// It follows rules that are not known here (BT-24): a person looks at it.
    SetAside,
    /// There is a citizen service number in it: nothing of it may be recorded.
    Personal,
    /// It is no document that can be read.
    Unreadable,
}

/// Something that is wrong with a file.
#[derive(Debug)]
pub struct Remark {
    /// Whether it must be changed.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// What stands there, where the reader tells.
    pub found: Option<String>,
    /// What should stand there, where the reader tells.
    pub expected: Option<String>,
    what: What,
}

#[derive(Debug)]
enum What {
    Rule(Finding),
    Payment(PaymentFinding),
    Audit(AuditFinding),
    Fault(Fault),
    Refusal(Refusal),
    Personal,
}

/// In which order remarks are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Personal,
    Rule,
    Own,
    Warning,
}

impl Check {
    /// Checks every file under the paths.
    ///
    /// # Errors
    /// When a path is not there. A file that cannot be read is no error: that is what is said of it.
    pub fn of(paths: &[PathBuf], progress: &(dyn Fn(Progress) + Sync)) -> Result<Self, IntakeError> {
        let files = intake::files_under(paths)?;
        let (done, limits) = (AtomicUsize::new(0), Limits::default());
        let checked = on_all_cores(&files, |path| {
            let checked = Checked::of(path.clone(), &limits);
            progress(Progress {
                done: done.fetch_add(1, Ordering::Relaxed) + 1,
                of: files.len(),
            });
            checked
        });
        Ok(Self { files: checked })
    }

    /// Whether any file needs somebody to do something; warnings alone do not.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.files.iter().any(|file| file.outcome != Outcome::Sound)
    }
}

impl Checked {
    fn of(path: PathBuf, limits: &Limits) -> Self {
        match look(&path, limits) {
            Ok((reading, held_against, remarks)) => Self {
                kind: Some(reading.document.kind()),
                outcome: outcome(&reading, held_against.as_ref(), &remarks),
                held_against,
                path,
                remarks,
            },
            Err(why) => Self {
                path,
                kind: None,
                held_against: None,
                outcome: Outcome::Unreadable,
                remarks: vec![Remark::refusal(why)],
            },
        }
    }

    /// Number of remarks of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let own = self.remarks.iter().filter(|remark| remark.severity == severity);
        own.count()
    }
}

fn outcome(reading: &Reading, held_against: Option<&HeldAgainst>, remarks: &[Remark]) -> Outcome {
    if !reading.personal_data.is_empty() {
        Outcome::Personal
    } else if held_against.is_some_and(|held| held.rule_sets.is_empty()) {
        Outcome::SetAside
    } else {
        let worst = remarks.iter().map(Remark::rank).min();
        match worst {
            None | Some(Rank::Warning) => Outcome::Sound,
            Some(Rank::Own) if held_against.is_some() => Outcome::Parked,
            Some(Rank::Own | Rank::Rule | Rank::Personal) => Outcome::Faulty,
        }
    }
}

type Looked = (Reading, Option<HeldAgainst>, Vec<Remark>);

fn look(path: &Path, limits: &Limits) -> Result<Looked, Refusal> {
    let bytes = intake::load(path, limits)?;
    let mut reading = read(&bytes, limits).map_err(Refusal::Unreadable)?;
    let mut remarks: Vec<Remark> = reading.personal_data.iter().map(Remark::personal).collect();
    let warnings = reading.document.warnings().iter();
    let warnings = warnings.map(|fault| Remark::fault(fault, Severity::Warning));
    let faults = faults(&reading.document);
    if let Document::PaymentFile(verdict) = &reading.document {
        remarks.extend(verdict.findings.iter().map(Remark::payment));
    }
    if let Document::AuditFile(verdict) = &reading.document {
        remarks.extend(verdict.findings.iter().map(Remark::audit));
    }
    let held_against = if let Some(verdict) = reading.verdict.take() {
        if verdict.outcome() != rules::Outcome::Quarantined {
            remarks.extend(together(verdict.findings, &faults));
        }
        Some(HeldAgainst {
            specification: verdict.specification,
            rule_sets: verdict.rule_sets,
        })
    } else {
        remarks.extend(faults.iter().map(|fault| Remark::fault(fault, Severity::Fatal)));
        None
    };
    remarks.extend(warnings);
    remarks.sort_by_key(|remark| remark.position());
    Ok((reading, held_against, remarks))
}

/// What the reader finds wrong, what lines lack that the fund decides by, and what hinders booking a statement.
fn faults(document: &Document) -> Vec<Fault> {
    let mut faults = document.faults().to_vec();
    if let Document::BankStatement(file) = document {
        faults.extend(file.objections());
    }
    if let Document::Invoice(invoice) = document {
        faults.extend(invoice.lacking());
    }
    faults
}

/// The rules that are broken and the faults of the reader. Where both are about the same term in the same place the rule is named,
/// with what the reader found there and expected.
fn together(findings: Vec<Finding>, faults: &[Fault]) -> Vec<Remark> {
    let mut remarks: Vec<Remark> = findings.into_iter().map(Remark::rule).collect();
    let mut fatal: BTreeMap<_, usize> = BTreeMap::new();
    for (index, remark) in remarks.iter().enumerate() {
        if remark.severity == Severity::Fatal {
            let term = remark.term().map(str::to_owned);
            fatal.entry((term, remark.position())).or_insert(index);
        }
    }
    for fault in faults {
        let same = fatal.get(&(fault.field.clone(), position(&fault.place)));
        match same.and_then(|index| remarks.get_mut(*index)) {
            Some(remark) => {
                remark.found.clone_from(&fault.found);
                remark.expected.clone_from(&fault.expected);
            }
            None => remarks.push(Remark::fault(fault, Severity::Fatal)),
        }
    }
    remarks
}

impl Remark {
    fn rule(finding: Finding) -> Self {
        Self {
            severity: finding.severity,
            place: finding.place.clone(),
            found: None,
            expected: None,
            what: What::Rule(finding),
        }
    }

    fn payment(finding: &PaymentFinding) -> Self {
        Self {
            severity: finding.severity(),
            place: finding.place.clone(),
            found: finding.found.clone(),
            expected: finding.expected.clone(),
            what: What::Payment(finding.clone()),
        }
    }

    fn audit(finding: &AuditFinding) -> Self {
        Self {
            severity: finding.severity(),
            place: finding.place.clone(),
            found: finding.found.clone(),
            expected: finding.expected.clone(),
            what: What::Audit(finding.clone()),
        }
    }

    fn fault(fault: &Fault, severity: Severity) -> Self {
        Self {
            severity,
            place: fault.place.clone(),
            found: fault.found.clone(),
            expected: fault.expected.clone(),
            what: What::Fault(fault.clone()),
        }
    }

    fn personal(place: &Place) -> Self {
        Self {
            severity: Severity::Fatal,
            place: place.clone(),
            found: None,
            expected: None,
            what: What::Personal,
        }
    }

    fn refusal(why: Refusal) -> Self {
        let (place, found, expected) = match &why {
            Refusal::Unreadable(why) => (place_of(why), found_in(why), expected_by(why)),
            Refusal::Io(_) | Refusal::Changed => (Place::Document, None, None),
        };
        Self {
            severity: Severity::Fatal,
            place,
            found,
            expected,
            what: What::Refusal(why),
        }
    }

    /// The number of the rule, or the code of the reader.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match &self.what {
            What::Rule(finding) => finding.rule,
            What::Payment(finding) => finding.rule.id(),
            What::Audit(finding) => finding.rule.id(),
            What::Fault(fault) => fault.code.as_str(),
            What::Refusal(why) => why.code(),
            What::Personal => "PERSONAL_DATA",
        }
    }

    const fn rank(&self) -> Rank {
        match (self.severity, &self.what) {
            (Severity::Warning, _) => Rank::Warning,
            (Severity::Fatal, What::Personal) => Rank::Personal,
            (Severity::Fatal, What::Rule(_) | What::Payment(_) | What::Audit(_)) => Rank::Rule,
            (Severity::Fatal, What::Fault(_) | What::Refusal(_)) => Rank::Own,
        }
    }

    /// The rule set that it is of; none when it is the reader's own.
    #[must_use]
    pub fn rule_set(&self) -> Option<RuleSet> {
        match &self.what {
            What::Rule(finding) => Some(finding.rule_set),
            What::Payment(_) | What::Audit(_) | What::Fault(_) | What::Refusal(_) | What::Personal => None,
        }
    }

    /// The business term or column that it is about.
    #[must_use]
    pub fn term(&self) -> Option<&str> {
        match &self.what {
            What::Rule(finding) => finding.term,
            What::Fault(fault) => fault.field.as_deref(),
            What::Payment(_) | What::Audit(_) | What::Refusal(_) | What::Personal => None,
        }
    }

    /// Line, and column or field in it, from 1; nothing for the file as a whole.
    #[must_use]
    pub fn position(&self) -> Option<(u64, u64)> {
        position(&self.place)
    }

    /// What to change, whatever it is about.
    fn general(&self, lang: Lang) -> String {
        match &self.what {
            What::Payment(finding) => finding.text(lang.into()).to_owned(),
            What::Audit(finding) => finding.text(lang.into()).to_owned(),
            What::Rule(_) | What::Fault(_) | What::Refusal(_) | What::Personal => {
                sentence(text::code(self.code(), lang))
            }
        }
    }

    /// What to change.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        match &self.what {
            What::Rule(finding) => finding.text(lang.into()),
            What::Payment(finding) => finding.text(lang.into()).to_owned(),
            What::Audit(finding) => finding.text(lang.into()).to_owned(),
            What::Fault(fault) if fault.code == FaultCode::UnknownSpecification => lang
                .pick(
                    "Stuur de factuur onder NLCIUS of Peppol BIS Billing 3, en zeg dat in BT-24.",
                    "Send the invoice under NLCIUS or Peppol BIS Billing 3, and say so in BT-24.",
                )
                .to_owned(),
            What::Fault(fault) => {
                let said = text::code(fault.code.as_str(), lang);
                let field = fault.field.as_deref().unwrap_or_default();
                let term = field.split(' ').next().unwrap_or_default();
                match rules::term_name(term, lang.into()) {
                    Some(name) if !said.contains(term) => sentence(&format!("{name} ({field}): {said}")),
                    Some(_) | None => sentence(said),
                }
            }
            What::Refusal(why) => sentence(text::code(why.code(), lang)),
            What::Personal => sentence(text::code("PERSONAL_DATA", lang)),
        }
    }
}

fn position(place: &Place) -> Option<(u64, u64)> {
    match place {
        Place::Document | Place::Page { .. } => None,
        Place::Element { line, column, .. } => Some((*line, *column)),
        Place::Row { row } => Some((*row, 1)),
        Place::Cell { row, column, .. } => Some((*row, *column)),
        Place::Within { place, .. } => position(place),
    }
}

fn place_of(why: &Unreadable) -> Place {
    match why {
        Unreadable::NotUtf8 { line, column }
        | Unreadable::Doctype { line, column }
        | Unreadable::Entity { line, column }
        | Unreadable::Malformed { line, column, .. }
        | Unreadable::LimitExceeded { line, column, .. } => Place::Element {
            line: *line,
            column: *column,
            path: String::new(),
        },
        Unreadable::Empty
        | Unreadable::TooLarge { .. }
        | Unreadable::OtherFormat { .. }
        | Unreadable::UnknownColumns { .. }
        | Unreadable::NoHeader
        | Unreadable::MissingColumns { .. }
        | Unreadable::RepeatedColumn { .. }
        | Unreadable::NoRows { .. }
        | Unreadable::Encoding { .. }
        | Unreadable::TooManyFaults { .. }
        | Unreadable::Workbook { .. }
        | Unreadable::UnknownRoot { .. } => Place::Document,
    }
}

/// The columns of a list that was not recognised, or the root element of another document.
fn found_in(why: &Unreadable) -> Option<String> {
    if let Unreadable::UnknownColumns { columns } = why {
        Some(columns.join(", "))
    } else if let Unreadable::RepeatedColumn { column, .. } = why {
        Some(column.clone())
    } else if let Unreadable::UnknownRoot { name, .. } = why {
        Some(name.clone())
    } else {
        None
    }
}

/// The columns that a list lacks.
fn expected_by(why: &Unreadable) -> Option<String> {
    if let Unreadable::MissingColumns { columns, .. } = why {
        Some(columns.join(", "))
    } else {
        None
    }
}

/// A text with a capital and a full stop.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    let stop = if text.ends_with('.') { "" } else { "." };
    [first.unwrap_or_default().as_str(), characters.as_str(), stop].concat()
}
