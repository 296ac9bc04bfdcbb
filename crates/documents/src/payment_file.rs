//! Files with payments for the bank: pain.001, version 09, written and checked (`docs/formats.md`, sections 4.2 and 4.3).
//!
//! What is written follows the rules of the SEPA credit transfer, for a [`PaymentFile`] cannot be made of anything else, and
//! the same input gives the same bytes. An address of the payee is never written: within the European Economic Area none is asked.
//!
//! ```
//! use subsidy_documents::payment_file::{self, BatchDraft, PaymentFile, PaymentFileDraft, RemittanceDraft, TransferDraft};
//! use subsidy_documents::{Amount, Limits, PersonalText};
//!
//! let draft = PaymentFileDraft {
//!     message_id: "FUND-2026-0001".to_owned(),
//!     created: "2026-11-22T10:00:00".parse()?,
//!     initiating_party: "Stichting Voorbeeldfonds".to_owned(),
//!     batches: vec![BatchDraft {
//!         payment_information: "FUND-2026-0001-1".to_owned(),
//!         execution_date: "2026-11-24".parse()?,
//!         debtor_name: "Stichting Voorbeeldfonds".to_owned(),
//!         debtor_iban: "NL91 ABNA 0417 1643 00".to_owned(),
//!         debtor_bic: None,
//!         is_booked_as_batch: false,
//!         transfers: vec![TransferDraft {
//!             end_to_end: "PAY-000123".to_owned(),
//!             instruction: None,
//!             amount: Amount::from_cents(1_250_000),
//!             creditor_name: PersonalText::new("Café & Zn"),
//!             creditor_iban: PersonalText::new("NL44RABO0123456789"),
//!             remittance: RemittanceDraft::Text(PersonalText::new("Factuur 2026-00871")),
//!         }],
//!     }],
//! };
//! let file = PaymentFile::new(draft).map_err(|faults| faults[0].to_string())?;
//! let mut bytes = Vec::new();
//! file.write(&mut bytes)?;
//!
//! assert!(String::from_utf8_lossy(&bytes).contains("<Nm>Cafe + Zn</Nm>"));
//! assert!(payment_file::check(&bytes, &Limits::for_bank_files())?.is_accepted());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod characters;
mod check;
mod form;
mod parse;
mod rule;
mod structure;
mod tree;
mod write;

pub use check::{PaymentFinding, PaymentVerdict, check};
pub use parse::PaymentFault;
pub use rule::PaymentRule;

pub(crate) use check::check_text;

use jiff::civil::{Date, DateTime};

use crate::amount::Amount;
use crate::identifier::Iban;
use crate::personal_text::PersonalText;

/// What a payment file is to say, before it is held against the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFileDraft {
    /// The number of the message, never used before (`MsgId`).
    pub message_id: String,
    /// When it is made, by the clock of the sender.
    pub created: DateTime,
    /// Name of who sends it.
    pub initiating_party: String,
    /// The batches, at least one.
    pub batches: Vec<BatchDraft>,
}

/// What a batch is to say: transfers from one account on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchDraft {
    /// The number of the batch (`PmtInfId`).
    pub payment_information: String,
    /// The day on which the bank is to pay.
    pub execution_date: Date,
    /// Name of who pays.
    pub debtor_name: String,
    /// Account of who pays, with or without spaces.
    pub debtor_iban: String,
    /// The bank of who pays, when that is to be told.
    pub debtor_bic: Option<String>,
    /// Whether the bank books it as one entry.
    pub is_booked_as_batch: bool,
    /// The transfers, at least one.
    pub transfers: Vec<TransferDraft>,
}

/// What a transfer is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferDraft {
    /// The number by which it comes back in statements (`EndToEndId`).
    pub end_to_end: String,
    /// A number for the bank alone (`InstrId`).
    pub instruction: Option<String>,
    /// The amount in euro.
    pub amount: Amount,
    /// Name of the payee, as his bank has it.
    pub creditor_name: PersonalText,
    /// Account of the payee, with or without spaces.
    pub creditor_iban: PersonalText,
    /// What is told to the payee.
    pub remittance: RemittanceDraft,
}

/// What is told to a payee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RemittanceDraft {
    /// Nothing.
    None,
    /// A description of 140 characters at most.
    Text(PersonalText),
    /// The payee's own reference (ISO 11649): `RF`, two check digits, and 21 letters or digits at most.
    Reference(PersonalText),
}

/// Payments that a bank will understand: every rule that can be told without the bank holds.
#[doc(alias = "betaalbestand")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFile {
    message_id: String,
    created: DateTime,
    initiating_party: String,
    batches: Vec<Batch>,
}

/// Transfers from one account on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Batch {
    payment_information: String,
    execution_date: Date,
    debtor_name: String,
    debtor_iban: Iban,
    debtor_bic: Option<String>,
    is_booked_as_batch: bool,
    transfers: Vec<Transfer>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Transfer {
    end_to_end: String,
    instruction: Option<String>,
    amount: Amount,
    creditor_name: PersonalText,
    creditor_iban: PersonalText,
    remittance: RemittanceDraft,
}

impl PaymentFile {
    /// Number of transfers.
    pub fn transfers(&self) -> usize {
        self.batches.iter().map(|batch| batch.transfers.len()).sum()
    }

    /// Sum of the transfers, in cents.
    pub fn control_sum(&self) -> i128 {
        self.batches.iter().map(Batch::control_sum).sum()
    }
}

impl Batch {
    fn control_sum(&self) -> i128 {
        let amounts = self.transfers.iter();
        amounts.map(|transfer| i128::from(transfer.amount.cents())).sum()
    }
}
