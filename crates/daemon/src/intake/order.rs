//! The order in which documents are dealt with, whatever order they are found in.

use subsidy_documents::Kind;

use super::gather::Found;

/// Sorts documents: what others rest on first, then by date, number and hash.
pub(super) fn sort(found: &mut [Found]) {
    found.sort_by(|a, b| {
        (rank(a), a.date, step(a), &a.number, &a.hash).cmp(&(rank(b), b.date, step(b), &b.number, &b.hash))
    });
}

/// Decisions of the board, then parties, then evidence, then what is asked, then what an officer says of it, then what
/// the board divides over all that was asked.
const fn rank(file: &Found) -> u8 {
    match file.kind {
        Kind::Budgets if file.divides => 13,
        Kind::SchemeTerms => 0,
        Kind::Tariffs => 1,
        Kind::ExamTypes => 2,
        Kind::Budgets => 3,
        Kind::Payees => 4,
        Kind::Agreements => 5,
        Kind::Grants => 6,
        Kind::ChequesIssued => 7,
        Kind::ReferenceFigures | Kind::Deliveries => 8,
        Kind::ExamResults
        | Kind::Attendance
        | Kind::EvcCertificates
        | Kind::ExamProtocols
        | Kind::ChequesRedeemed
        | Kind::BudgetCoaching
        | Kind::EvCertificates => 9,
        Kind::Invoice => 10,
        Kind::CreditNote => 11,
        Kind::OfficerDecisions => 12,
        Kind::OwnAccounts | Kind::ApprovalPolicies => 4,
        // What the bank tells and what the finance office does follow each other day by day.
        Kind::BankStatement
        | Kind::BankRulings
        | Kind::AccountChanges
        | Kind::Recourses
        | Kind::Approvals
        | Kind::PaymentSteps
        | Kind::PaymentFile
        | Kind::AuditFile
        | Kind::PaymentStatus
        | Kind::PeriodSteps => 14,
        // What is sampled is what stands when all else is in.
        Kind::SampleSteps => 15,
    }
}

/// What of one day goes first: what the bank tells, then who may be paid and where, then what is approved, then what is paid.
const fn step(file: &Found) -> u8 {
    match file.kind {
        Kind::BankStatement => 1,
        Kind::BankRulings | Kind::AccountChanges => 2,
        Kind::Recourses => 3,
        Kind::Approvals => 4,
        Kind::PaymentSteps => 5,
        Kind::PaymentStatus => 6,
        Kind::PeriodSteps => 7,
        Kind::Invoice
        | Kind::CreditNote
        | Kind::ExamResults
        | Kind::Attendance
        | Kind::EvcCertificates
        | Kind::ExamProtocols
        | Kind::ChequesIssued
        | Kind::ChequesRedeemed
        | Kind::BudgetCoaching
        | Kind::Grants
        | Kind::Agreements
        | Kind::EvCertificates
        | Kind::Payees
        | Kind::ExamTypes
        | Kind::SchemeTerms
        | Kind::Tariffs
        | Kind::Budgets
        | Kind::Deliveries
        | Kind::ReferenceFigures
        | Kind::OfficerDecisions
        | Kind::OwnAccounts
        | Kind::ApprovalPolicies
        | Kind::SampleSteps
        | Kind::PaymentFile
        | Kind::AuditFile => 0,
    }
}
