//! The order in which documents are dealt with, whatever order they are found in.

use subsidy_documents::Kind;

use super::gather::Found;

/// Sorts documents: what others rest on first, then by date, number and hash.
pub(super) fn sort(found: &mut [Found]) {
    found.sort_by(|a, b| (rank(a), a.date, &a.number, &a.hash).cmp(&(rank(b), b.date, &b.number, &b.hash)));
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
        Kind::Approvals
        | Kind::PaymentSteps
        | Kind::Recourses
        | Kind::AccountChanges
        | Kind::OwnAccounts
        | Kind::PeriodSteps => 14,
        Kind::BankStatement | Kind::PaymentFile | Kind::PaymentStatus => 14,
    }
}
