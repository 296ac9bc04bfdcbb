//! What kinds of document there are.

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])+ $name:ident = $code:literal, $list:literal;)+) => {
        /// What a document is; the code is stable and may be stored.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Kind {
            $($(#[$doc])+ #[serde(rename = $code)] $name,)+
        }

        impl Kind {
            /// Every kind there is.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The stable code, for instance `exam-results`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The Dutch name by which `docs/formats.md` and senders know it, for instance `ibki-uitslagen`.
            pub const fn list_name(self) -> &'static str {
                match self {
                    $(Self::$name => $list,)+
                }
            }
        }
    };
}

kinds! {
    /// An invoice (UBL 2.1).
    Invoice = "invoice", "factuur";
    /// A credit note (UBL 2.1).
    CreditNote = "credit-note", "creditnota";
    /// Exam results of the examiner.
    ExamResults = "exam-results", "ibki-uitslagen";
    /// Attendance at training days.
    Attendance = "attendance", "presentielijst";
    /// Certificates of recognised prior learning.
    EvcCertificates = "evc-certificates", "evc-certificaten";
    /// Protocols of branch exams.
    ExamProtocols = "exam-protocols", "examenprotocollen";
    /// Career cheques issued.
    ChequesIssued = "cheques-issued", "cheques-uitgegeven";
    /// Career cheques redeemed.
    ChequesRedeemed = "cheques-redeemed", "cheques-verzilverd";
    /// Cases of budget coaching.
    BudgetCoaching = "budget-coaching", "budgetcoaching";
    /// Applications for a grant and their decisions.
    Grants = "grants", "toekenningen";
    /// Agreements with schools, projects and regions.
    Agreements = "agreements", "overeenkomsten";
    /// Certificates for work on electric vehicles.
    EvCertificates = "ev-certificates", "ev-certificaten";
    /// Payees.
    Payees = "payees", "begunstigden";
    /// Exam types.
    ExamTypes = "exam-types", "examentypen";
    /// Terms of schemes.
    SchemeTerms = "scheme-terms", "regelingen";
    /// Tariffs.
    Tariffs = "tariffs", "tarieven";
    /// Budget entries.
    Budgets = "budgets", "begroting";
    /// Deliveries of own services.
    Deliveries = "deliveries", "leveringen";
    /// Reference figures.
    ReferenceFigures = "reference-figures", "kengetallen";
    /// Decisions of an officer.
    OfficerDecisions = "officer-decisions", "besluiten";
    /// Rulings of approvers.
    Approvals = "approvals", "goedkeuringen";
    /// Steps of payment batches.
    PaymentSteps = "payment-steps", "betaalruns";
    /// What is asked back of payees.
    Recourses = "recourses", "terugvorderingen";
    /// Changes of payees' accounts.
    AccountChanges = "account-changes", "rekeningwijzigingen";
    /// Accounts of the fund itself.
    OwnAccounts = "own-accounts", "eigen-rekening";
    /// Closing of periods.
    PeriodSteps = "period-steps", "afsluitingen";
    /// What transactions of the bank turned out to be.
    BankRulings = "bank-rulings", "bankmutaties";
    /// When one approval is enough.
    ApprovalPolicies = "approval-policies", "goedkeuringsbeleid";
    /// Steps of audit samples.
    SampleSteps = "sample-steps", "steekproeven";
    /// Statements of an account (camt.053).
    BankStatement = "bank-statement", "bankafschrift";
    /// Payments for the bank (pain.001).
    PaymentFile = "payment-file", "betaalbestand";
    /// An audit file of financial bookkeeping (XAF).
    AuditFile = "audit-file", "auditfile";
    /// What became of payments (pain.002).
    PaymentStatus = "payment-status", "betaalstatus";
}
