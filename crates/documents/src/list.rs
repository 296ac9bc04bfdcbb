//! Lists of evidence, terms and decisions: CSV or XLSX (`docs/formats.md`, section 2).
//!
//! One reader serves every list: a row type declares its columns once, and from that follow the header that is
//! recognised, the fields that are read and the faults that are reported.

mod account_changes;
mod agreements;
mod approval_policies;
mod approvals;
mod attendance;
mod bank_rulings;
mod branch_exams;
mod budgets;
pub(crate) mod cell;
mod certificates;
mod cheques;
mod coaching;
pub(crate) mod columns;
mod decisions;
mod exam_results;
mod exam_types;
mod figures;
mod grants;
pub(crate) mod header;
mod own_accounts;
mod payees;
mod payment_steps;
mod period_steps;
mod reader;
mod recourses;
pub(crate) mod row;
mod sample_steps;
mod scheme_terms;
mod tariffs;
pub(crate) mod words;

pub use account_changes::{AccountChange, AccountStep};
pub use agreements::{Agreement, AgreementScheme};
pub use approval_policies::ApprovalPolicy;
pub use approvals::{Approval, ApprovalRuling};
pub use attendance::{
    Attendance, AttendanceScheme, Level, MentorTraining, ParticipantKind, Presence, SubBranch,
};
pub use bank_rulings::{BankRuling, BankRulingFate};
pub use branch_exams::{BranchExam, ExamProtocol};
pub use budgets::{BudgetEntry, BudgetEntryKind};
pub use cell::{Month, MonthDay, Percentage};
pub use certificates::{EvCertificate, EvcCertificate, ExamBody};
pub use cheques::{ChequeIssued, ChequeRedeemed};
pub use coaching::{BudgetCoachingCase, CoachingProduct};
pub use columns::Column;
pub use decisions::{OfficerDecision, Ruling};
pub use exam_results::{Booker, ExamOutcome, ExamResult, ExamTaker};
pub use exam_types::{ExamBranch, ExamLevel, ExamType, ExamTypeKind};
pub use figures::{Delivery, Figure, ReferenceFigure};
pub use grants::{Grant, GrantDecision, GrantReason, GrantSubject, Release};
pub use own_accounts::OwnAccount;
pub use payees::{Payee, PayeeKind, VatStatus};
pub use payment_steps::{BatchStep, PaymentStep};
pub use period_steps::{ClosingStep, Period, PeriodStep};
pub use recourses::{Recourse, RecourseManner};
pub use sample_steps::{SampleAct, SampleBasis, SampleDesign, SampleStep};
pub use scheme_terms::{BudgetPolicy, SchemeTerms, VatBasis};
pub use tariffs::Tariff;
pub use words::{CycleBranch, Origin};

pub(crate) use reader::{Source, Text, each_row, read, rows_of};

use crate::fault::Fault;

/// A list that was read row by row: the rows without fault, and the faults of the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<T> {
    /// The rows without fault, in the order of the file.
    pub rows: Vec<Row<T>>,
    /// Every fault of every other row, in the order of the file.
    pub faults: Vec<Fault>,
    /// What was put right or ignored.
    pub warnings: Vec<Fault>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<T> {
    /// Line of the file on which the row starts, from 1; the header is a line too.
    pub number: u64,
    /// What the row says.
    pub value: T,
}

/// What a row of a list says; implemented by every row type.
pub(crate) trait Record: Sized {
    /// The fields as the columns have them: the type itself when nothing has to be put together.
    type Fields: columns::Fields;

    /// Puts the fields of a row together, and reports those that contradict each other.
    fn assemble(fields: Self::Fields, row: &mut row::RowReader<'_>) -> Option<Self>;
}

/// The columns of a record.
pub(crate) fn columns_of<T: Record>() -> &'static [Column] {
    <T::Fields as columns::Fields>::COLUMNS
}
