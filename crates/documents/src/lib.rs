//! What a file says: invoices, evidence lists, terms and decisions; bytes to types, with every fault in its place.
//!
//! A file is recognised by what is in it. Nothing here knows a subsidy rule, makes a pseudonym or asks for the date:
//! what a document says is one thing, what follows from it another. The formats are described field by field in
//! `docs/formats.md`.
//!
//! ```
//! use subsidy_documents::{Document, Limits, read};
//!
//! let file = "uitslagnummer;kandidaatnummer;examencode;boekingsdatum;examendatum;uitslag;geboekt_door;soort_boeker;afgenomen_door\n\
//!             U-1;C-7;PA-017;02-01-2023;10-02-2023;geslaagd;25LX;school;IBKI\n\
//!             U-2;C-8;PA-017;02-01-2023;30-02-2023;geslaagd;25LX;school;IBKI\n";
//! let reading = read(file.as_bytes(), &Limits::default())?;
//!
//! // Nothing may be recorded of a document in which a citizen service number was found.
//! assert!(reading.personal_data.is_empty());
//!
//! let Document::ExamResults(results) = reading.document else { panic!("exam results") };
//! assert_eq!(results.rows[0].value.exam_code, "PA-017");
//! assert_eq!(results.faults[0].to_string(), "row 3, column 5 (examendatum): INVALID_DATE examendatum, found \"30-02-2023\"");
//! # Ok::<(), subsidy_documents::Unreadable>(())
//! ```
//!
//! An invoice is [`InvoiceDocument::Sound`] only when all that is required is there and every total agrees to the cent;
//! otherwise it is [`InvoiceDocument::Faulty`], with every fault. Whether it follows the published rules is the matter of [`rules`].

mod amount;
mod attachment;
pub mod audit_file;
mod currency;
mod document;
mod fault;
mod identifier;
mod invoice;
mod iso20022;
mod kind;
mod language;
mod limits;
mod list;
mod namespace;
pub mod payment_file;
pub mod payment_status;
mod pdf;
mod personal;
mod personal_text;
mod place;
pub mod rules;
pub mod statement;
mod text;
mod unreadable;
mod workbook;
mod xml;

pub use amount::Amount;
pub use attachment::Attachment;
pub use currency::Currency;
pub use document::{Document, Reading, columns, read};
pub use fault::{Fault, FaultCode};
pub use identifier::{Iban, LearnerNumber, PartyId};
pub use invoice::{
    FaultyInvoice, Invoice, InvoiceDocument, InvoiceKind, InvoiceLine, PrecedingInvoice, Seller,
    Specification, Totals, Vat, VatSubtotal,
};
pub use kind::Kind;
pub use language::Language;
pub use limits::Limits;
pub use list::{
    AccountChange, AccountStep, Agreement, AgreementScheme, Approval, ApprovalPolicy, ApprovalRuling,
    Attendance, AttendanceScheme, BankRuling, BankRulingFate, BatchStep, Booker, BranchExam,
    BudgetCoachingCase, BudgetEntry, BudgetEntryKind, BudgetPolicy, ChequeIssued, ChequeRedeemed,
    ClosingStep, CoachingProduct, Column, CycleBranch, Delivery, EvCertificate, EvcCertificate, ExamBody,
    ExamBranch, ExamLevel, ExamOutcome, ExamProtocol, ExamResult, ExamTaker, ExamType, ExamTypeKind, Figure,
    Grant, GrantDecision, GrantReason, GrantSubject, Level, MentorTraining, Month, MonthDay, OfficerDecision,
    Origin, OwnAccount, ParticipantKind, Payee, PayeeKind, PaymentStep, Percentage, Period, PeriodStep,
    Presence, Recourse, RecourseManner, ReferenceFigure, Release, Row, Ruling, SampleAct, SampleBasis,
    SampleDesign, SampleStep, SchemeTerms, SubBranch, Table, Tariff, VatBasis, VatStatus,
};
pub use personal_text::PersonalText;
pub use place::Place;
pub use unreadable::{Excess, Malformation, Unreadable, WorkbookProblem};
