//! Taking in a list: row by row becomes commands, all rows that are sound in one append, the others reported.

use std::collections::BTreeSet;

use subsidy_documents::{Document, Row, Table};
use subsidy_domain::budget::BudgetRefusal;
use subsidy_domain::claim::ClaimRefusal;
use subsidy_domain::document::{DocumentCommand, DocumentFault};
use subsidy_domain::ids::{IdError, PackageNumber, PayeeId, Source};
use subsidy_domain::payee::PayeeRefusal;
use subsidy_domain::scheme::UnknownScheme;
use subsidy_domain::terms::TermsRefusal;

use super::gather::Found;
use super::summary::FileReport;
use super::{Intake, IntakeError, kept};
use crate::desk::{CaseRef, DeskError, News, Shelved};

mod board;
mod counters;
mod division;
mod evidence;
mod officer;
mod parties;

/// Why a row is not taken: a code, for the sender and the record.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowRefusal(pub(super) &'static str);

impl From<IdError> for RowRefusal {
    fn from(_: IdError) -> Self {
        Self("INVALID_NUMBER")
    }
}

impl From<UnknownScheme> for RowRefusal {
    fn from(_: UnknownScheme) -> Self {
        Self("UNKNOWN_SCHEME")
    }
}

impl From<ClaimRefusal> for RowRefusal {
    fn from(refusal: ClaimRefusal) -> Self {
        Self(claim_code(&refusal))
    }
}

impl From<TermsRefusal> for RowRefusal {
    fn from(refusal: TermsRefusal) -> Self {
        Self(match refusal {
            TermsRefusal::EmptySpan { .. } => "DATE_ORDER",
            TermsRefusal::TariffOverlap { .. } => "TARIFF_OVERLAP",
            TermsRefusal::TariffChanged { .. } => "TARIFF_CHANGED",
            TermsRefusal::ShareOutOfBand { .. } => "SHARE_OUT_OF_BAND",
        })
    }
}

impl From<BudgetRefusal> for RowRefusal {
    fn from(refusal: BudgetRefusal) -> Self {
        Self(match refusal {
            BudgetRefusal::AlreadyAdopted { .. } => "BUDGET_ADOPTED_BEFORE",
            BudgetRefusal::NotAdopted { .. } => "BUDGET_NOT_ADOPTED",
            BudgetRefusal::AlreadyAccrued { .. } => "ACCRUED_BEFORE",
            BudgetRefusal::CommitmentBelowZero { .. } => "COMMITMENT_BELOW_ZERO",
        })
    }
}

impl From<PayeeRefusal> for RowRefusal {
    fn from(refusal: PayeeRefusal) -> Self {
        Self(match refusal {
            PayeeRefusal::RegisteredDifferently { .. } => "PAYEE_CHANGED",
            PayeeRefusal::NotRegistered => "PAYEE_UNKNOWN",
            PayeeRefusal::NothingProposed { .. } => "NOTHING_PROPOSED",
            PayeeRefusal::AnotherProposed { .. } => "ANOTHER_PROPOSED",
            PayeeRefusal::NothingToChange { .. } => "NOTHING_TO_CHANGE",
            PayeeRefusal::Forbidden { reason } => reason.code(),
        })
    }
}

/// Returns the code under which a refusal by a case is reported.
pub(super) const fn claim_code(refusal: &ClaimRefusal) -> &'static str {
    match refusal {
        ClaimRefusal::NoSuchLine { .. } => "NO_SUCH_LINE",
        ClaimRefusal::WrongState { .. } => "WRONG_STATE",
        ClaimRefusal::Forbidden { reason } => reason.code(),
        ClaimRefusal::CannotBeAllowed { .. } => "CANNOT_BE_ALLOWED",
        ClaimRefusal::NoPart { .. } => "NO_PART",
        ClaimRefusal::DecidedOtherwise { .. } => "DECIDED_OTHERWISE",
        ClaimRefusal::ReleasedTooMuch { .. } => "RELEASED_TOO_MUCH",
        ClaimRefusal::SameVersionOtherContent { .. } => "SAME_VERSION_OTHER_CONTENT",
    }
}

/// What became of a row: the news of a case, a number of events, or a refusal.
type Outcome = Result<Result<News, RowRefusal>, DeskError>;

impl Intake {
    /// Takes in a list of any kind.
    pub(super) fn take_list(
        &mut self,
        file: &Found,
        list: &Document,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        report.faults = list.faults().to_vec();
        report.warnings = list.warnings().to_vec();
        match list {
            // Invoices and statements are no lists; a payment file or an audit file is refused when it is gathered.
            Document::Invoice(_)
            | Document::BankStatement(_)
            | Document::PaymentFile(_)
            | Document::AuditFile(_) => {}
            Document::Approvals(table) => self.take_approvals(file, table, report)?,
            Document::PaymentSteps(table) => self.take_payment_steps(file, table, report)?,
            Document::Recourses(table) => self.take_recourses(file, table, report)?,
            Document::AccountChanges(table) => {
                self.take_rows(file, table, report, Self::take_account_change)?;
            }
            Document::OwnAccounts(table) => self.take_rows(file, table, report, Self::take_own_account)?,
            Document::BankRulings(table) => self.take_bank_rulings(file, table, report)?,
            Document::ApprovalPolicies(table) => {
                self.take_rows(file, table, report, Self::take_approval_policy)?;
            }
            Document::PeriodSteps(table) => self.take_period_steps(file, table, report)?,
            Document::SampleSteps(table) => self.take_sample_steps(table, report)?,
            Document::PaymentStatus(status) => self.take_payment_status(file, status, report)?,
            Document::ExamResults(table) => {
                self.take_evidence(file, table, report, evidence::exam_result)?;
            }
            Document::Attendance(table) => self.take_evidence(file, table, report, evidence::attendance)?,
            Document::EvcCertificates(table) => self.take_evidence(file, table, report, evidence::evc)?,
            Document::ExamProtocols(table) => self.take_evidence(file, table, report, evidence::protocol)?,
            Document::ChequesRedeemed(table) => {
                self.take_evidence(file, table, report, evidence::redemption)?;
            }
            Document::BudgetCoaching(table) => {
                self.take_evidence(file, table, report, evidence::coaching)?;
            }
            Document::EvCertificates(table) => self.take_evidence(file, table, report, evidence::ev)?,
            Document::Agreements(table) => self.take_evidence(file, table, report, evidence::agreement)?,
            Document::ChequesIssued(table) => {
                self.take_applications(file, table, report, parties::cheque)?;
            }
            Document::Grants(table) => self.take_applications(file, table, report, parties::grant)?,
            Document::Payees(table) => self.take_rows(file, table, report, Self::take_payee)?,
            Document::ExamTypes(table) => self.take_rows(file, table, report, Self::take_exam_type)?,
            Document::SchemeTerms(table) => self.take_rows(file, table, report, Self::take_terms)?,
            Document::Tariffs(table) => self.take_rows(file, table, report, Self::take_tariff)?,
            Document::Budgets(table) => self.take_budgets(file, table, report)?,
            Document::Deliveries(table) => self.take_rows(file, table, report, Self::take_delivery)?,
            Document::ReferenceFigures(table) => self.take_rows(file, table, report, Self::take_figure)?,
            Document::OfficerDecisions(table) => self.take_decisions(file, table, report)?,
        }
        let read = report.faults.iter().map(kept);
        let faults = read.chain(report.refused_rows.iter().cloned()).collect();
        self.record_taken(file, report, faults)
    }

    /// Records that a document was taken. One of which nothing was, because each row was refused, can be sent again: what it was refused for
    /// may have changed since.
    pub(super) fn record_taken(
        &mut self,
        file: &Found,
        report: &FileReport,
        faults: Vec<DocumentFault>,
    ) -> Result<(), IntakeError> {
        let refused_whole = report.taken == 0 && !report.refused_rows.is_empty();
        let (document, on) = (file.hash.clone(), self.desk.moment().day);
        let command = DocumentCommand::Take {
            document,
            kind: file.kind.as_str().to_owned(),
            taken: report.taken,
            faults,
            originals: self.kept.clone(),
            on,
        };
        self.desk.ask_document(&file.hash, command)?;
        self.desk.close((!refused_whole).then_some(&file.hash))?;
        Ok(())
    }

    /// Loads the cases of a table, and the packages that it names, then records row by row.
    fn take_evidence<T, R: Shelved>(
        &mut self,
        file: &Found,
        table: &Table<T>,
        report: &mut FileReport,
        translate: evidence::Translate<T, R>,
    ) -> Result<(), IntakeError> {
        let secret = self.learner_secret(file)?;
        let mut rows = Vec::with_capacity(table.rows.len());
        let mut cases: BTreeSet<CaseRef> = BTreeSet::new();
        let mut packages: BTreeSet<PackageNumber> = BTreeSet::new();
        for row in &table.rows {
            match translate(&secret, &row.value) {
                Ok(evidence) => {
                    cases.insert(crate::desk::evidence_case::<R>(evidence.case.clone()));
                    packages.extend(evidence.package.clone());
                    rows.push((row.number, evidence));
                }
                Err(refusal) => refuse(report, row.number, refusal),
            }
        }
        for package in &packages {
            self.desk.load_package(package)?;
        }
        self.desk.load(&cases, &BTreeSet::new())?;
        let on = self.desk.moment().day;
        for (number, evidence) in rows {
            let (case, command) = evidence.command(source(file, number), on);
            let outcome = self.desk.ask_case::<R>(&case, command, &file.hash)?;
            note(report, number, outcome.map_err(RowRefusal::from));
        }
        Ok(())
    }

    fn take_applications<T>(
        &mut self,
        file: &Found,
        table: &Table<T>,
        report: &mut FileReport,
        translate: parties::Translate<T>,
    ) -> Result<(), IntakeError> {
        let secret = self.learner_secret(file)?;
        let mut rows = Vec::with_capacity(table.rows.len());
        let mut cases: BTreeSet<CaseRef> = BTreeSet::new();
        for row in &table.rows {
            match translate(&secret, &row.value) {
                Ok(application) => {
                    cases.insert(application.case.clone());
                    rows.push((row.number, application));
                }
                Err(refusal) => refuse(report, row.number, refusal),
            }
        }
        self.desk.load(&cases, &BTreeSet::new())?;
        let on = self.desk.moment().day;
        for (number, application) in rows {
            let outcome = application.ask(&mut self.desk, source(file, number), &file.hash, on)?;
            note(report, number, outcome.map_err(RowRefusal::from));
        }
        Ok(())
    }

    fn take_rows<T>(
        &mut self,
        file: &Found,
        table: &Table<T>,
        report: &mut FileReport,
        take: fn(&mut Self, &T, Source) -> Outcome,
    ) -> Result<(), IntakeError> {
        for Row { number, value } in &table.rows {
            let outcome = take(self, value, source(file, *number))?;
            note(report, *number, outcome);
        }
        Ok(())
    }
}

fn source(file: &Found, row: u64) -> Source {
    Source {
        document: file.hash.clone(),
        row: Some(row),
    }
}

pub(super) fn note(report: &mut FileReport, row: u64, outcome: Result<News, RowRefusal>) {
    match outcome {
        Ok(news) if news.events == 0 => report.unchanged += 1,
        Ok(news) => {
            report.taken += 1;
            report.news.add(&news);
        }
        Err(refusal) => refuse(report, row, refusal),
    }
}

fn refuse(report: &mut FileReport, row: u64, RowRefusal(code): RowRefusal) {
    report.refused_rows.push(DocumentFault {
        code: code.to_owned(),
        line: Some(row),
        column: None,
        field: None,
    });
}

/// Returns news of so many events that are about no line.
pub(super) fn plain(events: usize) -> News {
    News {
        events: u64::try_from(events).unwrap_or(u64::MAX),
        ..News::default()
    }
}

/// Returns the payee with a KVK number.
fn by_kvk(number: &str) -> Result<PayeeId, IdError> {
    PayeeId::new(format!("kvk:{number}"))
}
