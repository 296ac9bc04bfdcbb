//! Audit files of financial bookkeeping: XAF 4.0, written and checked (`docs/formats.md`, section 5).
//!
//! A file is written as a stream: its head, then journal by journal and transaction by transaction. What its head announced is held against what
//! was written, and the same input gives the same bytes.
//!
//! ```
//! use subsidy_documents::audit_file::{self, AuditHead, AuditLine, AuditTransaction, AuditWriter, Journal, JournalKind, LedgerAccount};
//! use subsidy_documents::{Amount, Limits};
//!
//! let account = |id: &str, is_balance: bool| LedgerAccount {
//!     id: id.to_owned(),
//!     name: format!("account {id}"),
//!     is_balance,
//!     rgs: None,
//! };
//! let head = AuditHead {
//!     fiscal_year: 2026,
//!     created: "2027-02-01".parse()?,
//!     software: "example".to_owned(),
//!     software_version: "1".to_owned(),
//!     rgs_version: None,
//!     company: "Stichting Voorbeeldfonds".to_owned(),
//!     company_kvk: None,
//!     fiscal_number: "123456782".to_owned(),
//!     relations: Vec::new(),
//!     accounts: vec![account("1000", true), account("4000", false)],
//!     opening: Vec::new(),
//!     lines: 2,
//!     debit: 12_345,
//!     credit: 12_345,
//! };
//! let mut file = AuditWriter::begin(Vec::new(), &head)?;
//! file.journal(&Journal { id: "BNK".to_owned(), name: "Bank".to_owned(), kind: JournalKind::Bank, offset: None })?;
//! let line = |account: &str, cents: i64| AuditLine {
//!     account: account.to_owned(),
//!     document: "A-1".to_owned(),
//!     amount: Amount::from_cents(cents),
//!     ..AuditLine::default()
//! };
//! file.transaction(&AuditTransaction {
//!     number: 1,
//!     on: "2026-03-02".parse()?,
//!     description: "Paid".to_owned(),
//!     source: None,
//!     user: None,
//!     lines: vec![line("4000", 12_345), line("1000", -12_345)],
//! })?;
//! let bytes = file.finish()?;
//! assert!(audit_file::check(&bytes, &Limits::for_bank_files())?.is_accepted());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod content;
mod rule;
mod write;

pub use check::{AuditFinding, AuditVerdict, check};
pub use rule::AuditRule;
pub use write::{AuditWriteError, AuditWriter};

pub(crate) use check::{check_text, is_root};

use jiff::civil::Date;

use crate::amount::Amount;

/// The namespace of XAF 4.0, as its schema has it. The explanation that was published with the schema prints another.
pub const NAMESPACE: &str =
    "http://www.odb.belastingdienst.nl/Belastingdienst/BCPP/1.1/structures/XmlauditfileXAF_4.0";

/// What comes before the transactions, and what they add up to.
#[doc(alias = "auditfile")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The fiscal year: a calendar year.
    pub fiscal_year: i16,
    /// The day on which the file is made.
    pub created: Date,
    /// The program.
    pub software: String,
    /// Its version.
    pub software_version: String,
    /// The version of the reference scheme, when accounts have codes of it.
    pub rgs_version: Option<String>,
    /// Whose books they are.
    pub company: String,
    /// Its number in the trade register.
    pub company_kvk: Option<String>,
    /// Its fiscal number.
    pub fiscal_number: String,
    /// Who it does business with, each under its own id.
    pub relations: Vec<Relation>,
    /// Every account, each under its own id.
    pub accounts: Vec<LedgerAccount>,
    /// What stood on accounts when the year began; debit is positive. It adds up to nothing.
    pub opening: Vec<(String, Amount)>,
    /// How many lines all transactions have.
    pub lines: u64,
    /// The sum of all debits in cents.
    pub debit: i128,
    /// The sum of all credits in cents.
    pub credit: i128,
}

/// Who is done business with.
#[doc(alias = "relatie")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its id.
    pub id: String,
    /// Its name; of more than 50 characters the first 50 are told.
    pub name: String,
    /// Its number in the trade register.
    pub kvk: Option<String>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerAccount {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether it is of the balance sheet, and not of the result.
    pub is_balance: bool,
    /// Its code in the reference scheme; no other account has it.
    pub rgs: Option<String>,
}

/// What kind of transactions a journal has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JournalKind {
    /// Of the bank.
    Bank,
    /// Of what others invoice.
    Purchase,
    /// Of what is booked by hand.
    Memorial,
}

/// A journal.
#[doc(alias = "dagboek")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: JournalKind,
    /// The account that each of its transactions moves.
    pub offset: Option<String>,
}

/// A transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditTransaction {
    /// Its number, never used before.
    pub number: u64,
    /// The day on which it is effective, in the fiscal year.
    pub on: Date,
    /// What it is.
    pub description: String,
    /// Where it came from.
    pub source: Option<String>,
    /// Who made it.
    pub user: Option<String>,
    /// Its lines.
    pub lines: Vec<AuditLine>,
}

/// A line of a transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditLine {
    /// The account.
    pub account: String,
    /// The paper that it leads to.
    pub document: String,
    /// How much: debit is positive.
    pub amount: Amount,
    /// The relation.
    pub relation: Option<String>,
    /// The number of the invoice.
    pub invoice: Option<String>,
    /// What bears it, for instance a year of performance.
    pub cost: Option<String>,
    /// What it is for, for instance a scheme.
    pub project: Option<String>,
}
