//! The files of the year, and the names of what is made of them.

use std::error::Error;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use subsidy_documents::{Kind, Limits, read};
use subsidyd::clock::{Clock, Moment};

/// The ledger before the invoices.
pub(crate) const BEFORE: &str = "before.db";
/// The same ledger after the invoices.
pub(crate) const AFTER: &str = "after.db";
/// The events before the invoices alone, in a table with the same indexes.
pub(crate) const ROWS: &str = "rows.db";
/// The commands for the peer.
pub(crate) const SCRIPT: &str = "script.jsonl";
/// The invoices, as a JSON list of paths.
pub(crate) const INVOICES: &str = "invoices.json";
/// The peer's database before the invoices.
pub(crate) const PEER: &str = "peer.db";

/// The day on which all is taken in.
const DAY: Date = date(2023, 12, 31);

/// Returns the one moment of all intake.
pub(crate) fn clock() -> Clock {
    Clock::At(Moment::morning_of(DAY))
}

/// The files of the year, by when they are taken in.
pub(crate) struct Year {
    /// Terms, tariffs, budgets, parties, applications and evidence.
    pub(crate) before: Vec<PathBuf>,
    /// Invoices and credit notes, as the intake finds them.
    pub(crate) invoices: Vec<PathBuf>,
}

/// Sorts the files of a fixture year. Officers' decisions are left out: they are about lines that wait.
pub(crate) fn year(fixtures: &Path) -> Result<Year, Box<dyn Error>> {
    let (mut before, mut invoices) = (Vec::new(), Vec::new());
    let limits = Limits::default();
    for (_, folder) in subsidyd::demo::days(fixtures)? {
        let mut files = std::fs::read_dir(folder)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>, std::io::Error>>()?;
        files.sort();
        for file in files {
            match read(&std::fs::read(&file)?, &limits).map(|reading| reading.document.kind()) {
                Ok(Kind::Invoice | Kind::CreditNote) => invoices.push(file),
                Ok(
                    Kind::OfficerDecisions
                    | Kind::Approvals
                    | Kind::PaymentSteps
                    | Kind::Recourses
                    | Kind::AccountChanges
                    | Kind::OwnAccounts
                    | Kind::PeriodSteps
                    | Kind::ApprovalPolicies
                    | Kind::SampleSteps
                    | Kind::AuditFile
                    | Kind::BankRulings
                    | Kind::BankStatement
                    | Kind::PaymentFile
                    | Kind::PaymentStatus,
                )
                | Err(_) => {}
                Ok(
                    Kind::SchemeTerms
                    | Kind::Tariffs
                    | Kind::ExamTypes
                    | Kind::Budgets
                    | Kind::Payees
                    | Kind::Agreements
                    | Kind::Grants
                    | Kind::ChequesIssued
                    | Kind::ReferenceFigures
                    | Kind::Deliveries
                    | Kind::ExamResults
                    | Kind::Attendance
                    | Kind::EvcCertificates
                    | Kind::ExamProtocols
                    | Kind::ChequesRedeemed
                    | Kind::BudgetCoaching
                    | Kind::EvCertificates,
                ) => before.push(file),
            }
        }
    }
    Ok(Year { before, invoices })
}

/// Returns the invoices that were listed when all was prepared.
pub(crate) fn invoices(prepared: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    Ok(serde_json::from_slice(&std::fs::read(prepared.join(INVOICES))?)?)
}
