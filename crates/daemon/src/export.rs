//! Handing the books over: the journal for programs that keep books, and the audit file of a year.
//!
//! Records are read one by one, and nothing is kept of them but sums: what is written does not depend on how much there is.

mod audit;
mod entries;
mod plain_text;
mod table;
mod words;

use std::io::{self, Write};

use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::PayeeId;
use subsidy_ledger::{DecodeError, Ledger, Position, ReadError};

pub use self::audit::{AuditOf, audit_file};
use crate::lang::Lang;
use crate::projection::RowsError;

/// For which program the journal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "lower")]
pub enum JournalForm {
    /// The journal of hledger.
    HLedger,
    /// The journal of Ledger.
    Ledger,
    /// A list: Dutch with semicolons and decimal commas, English with commas and points.
    Csv,
}

/// What is handed over.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The fiscal year; all years when none is named.
    pub year: Option<FiscalYear>,
    /// The last record.
    pub until: Position,
}

/// Why nothing can be handed over; what was written until then is to be thrown away.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Read(#[from] ReadError),
    /// A record is no event that this program knows.
    #[error("a record of the ledger cannot be understood")]
    Decode(#[from] DecodeError),
    /// A view could not be read.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// The output could not be written.
    #[error("the output could not be written")]
    Output(#[from] io::Error),
    /// An entry does not balance: this program is wrong, or the ledger was written by one that is.
    #[error("the entry of position {position} does not balance")]
    OutOfBalance {
        /// Its position.
        position: u64,
    },
    /// The fund has no account: who it is stands nowhere.
    #[error("the fund has no account of its own yet; take in the list of its accounts (eigen-rekening)")]
    NoFund,
    /// A payee has money and is not registered.
    #[error("payee {payee} is not registered")]
    NoPayee {
        /// Which.
        payee: PayeeId,
    },
    /// The audit file would not be one.
    #[error(transparent)]
    Audit(#[from] subsidy_documents::audit_file::AuditWriteError),
}

/// Writes the journal.
///
/// # Errors
/// See [`ExportError`].
pub fn journal(
    ledger: &Ledger,
    scope: Scope,
    form: JournalForm,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    match form {
        JournalForm::HLedger | JournalForm::Ledger => plain_text::write(ledger, scope, form, lang, out),
        JournalForm::Csv => table::write(ledger, scope, lang, out),
    }
}
