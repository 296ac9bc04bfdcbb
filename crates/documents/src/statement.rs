//! Statements of an account: camt.053, versions 02 and 08, read leniently (`docs/formats.md`, section 4.1).
//!
//! Banks break the schema themselves, so that a fault is what cannot be understood, and nothing else: a text that is too
//! long, an entry without details, a date with a time are read. That opening balance and entries give the closing balance
//! no bank promises in the file; [`Statement::adds_up`] tells.
//!
//! ```
//! use subsidy_documents::{Limits, statement};
//!
//! let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
//! <GrpHdr><MsgId>M-1</MsgId></GrpHdr>
//! <Stmt><Id>S-1</Id><ElctrncSeqNb>17</ElctrncSeqNb><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>
//! <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
//! <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">99.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
//! <Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>
//! </Stmt></BkToCstmrStmt></Document>"#;
//! let read = statement::read(file, &Limits::default())?;
//! assert!(read.faults.is_empty());
//! assert_eq!(read.statements[0].electronic_sequence, Some(17));
//! assert_eq!(read.statements[0].adds_up(), statement::AddsUp::Yes);
//! # Ok::<(), subsidy_documents::Unreadable>(())
//! ```

mod draft;
mod reader;
mod sums;
mod value;

pub use reader::read;
pub use sums::{AddsUp, Difference};

pub(crate) use reader::read_text;

use jiff::civil::Date;

use crate::amount::Amount;
use crate::currency::Currency;
use crate::fault::Fault;
use crate::personal_text::PersonalText;
use crate::place::Place;

/// What a file of the bank says about accounts of the fund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementFile {
    /// The bank's number of the message (`GrpHdr/MsgId`), empty when it has none.
    pub message_id: String,
    /// When the bank made it, as it writes that (`GrpHdr/CreDtTm`).
    pub created: Option<String>,
    /// The statements, in the order of the file.
    pub statements: Vec<Statement>,
    /// What could not be understood, in the order of the file. With a fault an entry or balance may be left out: nothing of
    /// the file is to be booked.
    pub faults: Vec<Fault>,
    /// Where a citizen service number (BSN) or education number stands in what payers wrote.
    pub personal_data: Vec<Place>,
}

/// The movements of an account over some time.
#[doc(alias = "rekeningafschrift")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Where it starts.
    pub at: Position,
    /// The bank's number of it (`Id`).
    pub id: String,
    /// The account: its IBAN as the bank writes it, without spaces, or another number when it has no IBAN.
    pub account: String,
    /// Its number in the row of files for this account (`ElctrncSeqNb`); a gap means that one is missing.
    pub electronic_sequence: Option<u64>,
    /// Its number in the row of statements with legal force (`LglSeqNb`).
    pub legal_sequence: Option<u64>,
    /// When it was made, as the bank writes that.
    pub created: Option<String>,
    /// First day that it is about.
    pub from: Option<Date>,
    /// Last day that it is about.
    pub to: Option<Date>,
    /// The balance before: opening booked (`OPBD`), or else previously closed booked (`PRCD`).
    pub opening: Option<Balance>,
    /// The balance after: closing booked (`CLBD`).
    pub closing: Option<Balance>,
    /// All other balances, in the order of the file.
    pub other_balances: Vec<Balance>,
    /// The entries, in the order of the file.
    pub entries: Vec<Entry>,
}

/// Line and column in the file, both from 1.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: u64,
    /// The character in the line.
    pub column: u64,
}

/// What stood on the account.
#[doc(alias = "saldo")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The code of its type, for instance `CLBD`.
    pub code: Box<str>,
    /// The amount; below zero when the account is overdrawn.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// The day on which it stood so.
    pub on: Option<Date>,
}

/// Whether money came in or went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Money came in (`CRDT`).
    Credit,
    /// Money went out (`DBIT`).
    Debit,
}

impl Direction {
    /// An amount as it changes the balance.
    pub(crate) const fn of(self, amount: Amount) -> i64 {
        match self {
            Self::Credit => amount.cents(),
            // An amount that was read has twelve digits at most before its dot.
            Self::Debit => amount.cents().wrapping_neg(),
        }
    }
}

/// How far the bank is with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryStatus {
    /// Booked: it counts in the balance (`BOOK`).
    Booked,
    /// Not yet final (`PDNG`).
    Pending,
    /// Told only (`INFO`).
    Information,
    /// Expected (`FUTR`).
    Future,
}

/// One change of the balance.
#[doc(alias = "mutatie")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it starts.
    pub at: Position,
    /// The amount, never below zero.
    pub amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// Whether money came in or went out; of a reversal too it is what happened to the balance.
    pub direction: Direction,
    /// Whether it undoes an earlier entry (`RvslInd`).
    pub is_reversal: bool,
    /// How far the bank is with it.
    pub status: EntryStatus,
    /// The day of booking, as the bank writes it: of a date with a time, its date.
    pub booked_on: Option<Date>,
    /// The day from which it counts for interest.
    pub value_on: Option<Date>,
    /// The bank's own number of it (`AcctSvcrRef`).
    pub bank_reference: Option<Box<str>>,
    /// The number of it in the statement (`NtryRef`).
    pub entry_reference: Option<Box<str>>,
    /// What the bank calls it: `PMNT/RCDT/ESCT`, or the bank's own code.
    pub bank_transaction_code: Option<Box<str>>,
    /// The batch that it is the sum of.
    pub batch: Option<Box<EntryBatch>>,
    /// What it consists of, as far as the bank tells; often nothing.
    pub transactions: Vec<Transaction>,
    /// How many transactions it has beside those, of which the bank tells nothing.
    pub untold: u32,
    /// What the bank writes about it (`AddtlNtryInf`).
    pub additional: Option<PersonalText>,
}

/// A batch that was booked as one entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryBatch {
    /// The number of the message that it was sent in (`MsgId`).
    pub message_id: Option<Box<str>>,
    /// The number of the batch in that message (`PmtInfId`).
    pub payment_information: Option<Box<str>>,
    /// How many payments it has (`NbOfTxs`).
    pub transactions: Option<u64>,
}

/// One payment in an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Transaction {
    /// The number that the payer gave it (`EndToEndId`); `NOTPROVIDED` is none. Of a payment that came back it is the number
    /// of the payment that was sent.
    pub end_to_end: Option<Box<str>>,
    /// The number of the batch that it was sent in (`PmtInfId`).
    pub payment_information: Option<Box<str>>,
    /// The number of the message that it was sent in (`MsgId`).
    pub message_id: Option<Box<str>>,
    /// The number for the payer's own bank (`InstrId`).
    pub instruction: Option<Box<str>>,
    /// The bank's own number of it (`AcctSvcrRef`).
    pub bank_reference: Option<Box<str>>,
    /// The amount, in the currency of the entry; none when the bank tells it in no or another currency.
    pub amount: Option<Amount>,
    /// Whether money came in or went out, when that is told apart from the entry.
    pub direction: Option<Direction>,
    /// Name of the other party: who paid when money came in, who was paid when it went out.
    pub counterparty_name: Option<PersonalText>,
    /// Account of the other party, without spaces, when it is an IBAN.
    pub counterparty_iban: Option<PersonalText>,
    /// What was written with it, its lines joined by a space (`Ustrd`).
    pub remittance: Option<PersonalText>,
    /// The reference of the creditor (`Strd/CdtrRefInf/Ref`).
    pub creditor_reference: Option<PersonalText>,
    /// Why it came back: the code (`RtrInf/Rsn`), for instance `AC04`.
    pub return_reason: Option<Box<str>>,
    /// What the bank calls it, when that is told apart from the entry.
    pub bank_transaction_code: Option<Box<str>>,
}
