//! What a bank says became of payments: pain.002, versions 03 and 10 (`docs/formats.md`, section 4.4).
//!
//! A bank tells of a payment only what it has to: a status that is told of a batch holds for each of its transfers that has
//! none of its own, and that of the message for each batch.
//!
//! ```
//! use subsidy_documents::{Limits, payment_status};
//!
//! let file = br#"<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
//! <GrpHdr><MsgId>B-1</MsgId></GrpHdr>
//! <OrgnlGrpInfAndSts><OrgnlMsgId>FUND-2026-0001</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
//! <OrgnlPmtInfAndSts><OrgnlPmtInfId>FUND-2026-0001-1</OrgnlPmtInfId>
//! <TxInfAndSts><OrgnlEndToEndId>PAY-000123</OrgnlEndToEndId><TxSts>RJCT</TxSts>
//! <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>
//! </OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"#;
//! let read = payment_status::read(file, &Limits::default())?;
//! let transaction = &read.batches[0].transactions[0];
//! assert_eq!(transaction.end_to_end.as_deref(), Some("PAY-000123"));
//! assert_eq!(transaction.status.as_deref(), Some("RJCT"));
//! assert_eq!(transaction.reasons[0].code.as_deref(), Some("AC04"));
//! # Ok::<(), subsidy_documents::Unreadable>(())
//! ```

use crate::fault::{Fault, FaultCode};
use crate::iso20022::{Leaf, Message, Taker, Walk};
use crate::limits::Limits;
use crate::personal;
use crate::personal_text::PersonalText;
use crate::place::{Locator, Place, Places};
use crate::statement::Position;
use crate::text;
use crate::unreadable::Unreadable;
use crate::xml;

const ROOT: &str = "/Document/CstmrPmtStsRpt";

/// What a bank says of a payment file.
#[doc(alias = "betaalstatus")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentStatus {
    /// The bank's number of the message (`GrpHdr/MsgId`), empty when it has none.
    pub message_id: String,
    /// When the bank made it, as it writes that.
    pub created: Option<String>,
    /// The number of the payment file that it is about (`OrgnlMsgId`), empty when it has none: then there is a fault.
    pub original_message_id: String,
    /// What became of the file as a whole (`GrpSts`), for instance `ACTC` or `RJCT`.
    pub status: Option<Box<str>>,
    /// Why.
    pub reasons: Vec<StatusReason>,
    /// What became of its batches, as far as the bank tells.
    pub batches: Vec<BatchStatus>,
    /// What could not be understood, in the order of the file: nothing of it is to be relied on.
    pub faults: Vec<Fault>,
    /// Where a citizen service number (BSN) or education number stands.
    pub personal_data: Vec<Place>,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchStatus {
    /// Where it starts.
    pub at: Position,
    /// The number of the batch in the payment file (`OrgnlPmtInfId`); none when the bank does not know it.
    pub payment_information: Option<Box<str>>,
    /// What became of it (`PmtInfSts`), for instance `ACSP`, `PART` or `RJCT`.
    pub status: Option<Box<str>>,
    /// Why.
    pub reasons: Vec<StatusReason>,
    /// What became of its transfers, as far as the bank tells.
    pub transactions: Vec<TransactionStatus>,
}

/// What became of a transfer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TransactionStatus {
    /// Where it starts.
    pub at: Position,
    /// The number that the payer gave it (`OrgnlEndToEndId`); `NOTPROVIDED` is none.
    pub end_to_end: Option<Box<str>>,
    /// The number for the payer's own bank (`OrgnlInstrId`).
    pub instruction: Option<Box<str>>,
    /// What became of it (`TxSts`), for instance `ACSC` or `RJCT`.
    pub status: Option<Box<str>>,
    /// Why.
    pub reasons: Vec<StatusReason>,
}

/// Why something became what it did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StatusReason {
    /// The code, for instance `AC04` (the account is closed), or the bank's own.
    pub code: Option<Box<str>>,
    /// What the bank writes about it, its lines joined by a space.
    pub additional: Option<PersonalText>,
}

/// Reads a pain.002 file, version 03 or 10.
///
/// # Errors
///
/// When it is not such a file, not well-formed, or beyond the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<PaymentStatus, Unreadable> {
    read_text(text::xml_within(bytes, limits)?, limits)
}

/// Reads the text of a pain.002 file.
pub(crate) fn read_text(text: &str, limits: &Limits) -> Result<PaymentStatus, Unreadable> {
    let reader = Reader {
        locator: Locator::new(text),
        max_faults: limits.max_faults,
        read: PaymentStatus::default(),
        batch: BatchStatus::default(),
        transaction: TransactionStatus::default(),
        names_batch: false,
        transactions: 0,
    };
    let mut walk = Walk::new(Message::Status, reader);
    xml::parse(text, limits, &mut walk)?;
    let mut reader = walk.taker;
    if reader.read.original_message_id.is_empty() {
        let path = "OrgnlGrpInfAndSts/OrgnlMsgId";
        let place = Locator::new(text).place(0, format!("{ROOT}/{path}"));
        let fault = Fault::new(FaultCode::MissingField, place).field("OrgnlMsgId");
        reader.read.faults.push(fault);
    }
    reader.enough()?;
    Ok(reader.read)
}

struct Reader<'t> {
    locator: Locator<'t>,
    max_faults: usize,
    read: PaymentStatus,
    batch: BatchStatus,
    transaction: TransactionStatus,
    /// Whether the batch has a number, be it that of none.
    names_batch: bool,
    /// Transfers of the batch so far.
    transactions: usize,
}

impl Reader<'_> {
    fn position(&mut self, offset: usize) -> Position {
        let (line, column) = self.locator.at(offset);
        Position { line, column }
    }

    /// Whether there are no more faults than may be listed.
    fn enough(&self) -> Result<(), Unreadable> {
        let limit = self.max_faults;
        if self.read.faults.len() > limit {
            Err(Unreadable::TooManyFaults { limit })
        } else {
            Ok(())
        }
    }

    /// A path with the numbers of its batch and transfer.
    fn numbered(&self, path: &str) -> String {
        let batch = format!("OrgnlPmtInfAndSts[{}]", self.read.batches.len() + 1);
        let transaction = format!("TxInfAndSts[{}]", self.transactions);
        let path = path.replacen("OrgnlPmtInfAndSts", &batch, 1);
        format!("{ROOT}/{}", path.replacen("TxInfAndSts", &transaction, 1))
    }

    fn lacks(&mut self, at: Position, path: &str, name: &str) {
        let place = at.place(format!("{}/{name}", self.numbered(path)));
        let fault = Fault::new(FaultCode::MissingField, place).field(name);
        self.read.faults.push(fault);
    }

    /// Keeps a status: a second one contradicts the first, and one that is no code says nothing.
    fn status(&mut self, path: &str, leaf: &Leaf<'_>) {
        let slot = match path {
            "OrgnlGrpInfAndSts/GrpSts" => &mut self.read.status,
            "OrgnlPmtInfAndSts/PmtInfSts" => &mut self.batch.status,
            _ => &mut self.transaction.status,
        };
        let is_code = leaf.text.len() <= 4 && leaf.text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let code = match (&slot, is_code) {
            (Some(_), _) => FaultCode::RepeatedField,
            (None, false) => FaultCode::UnknownValue,
            (None, true) => {
                *slot = Some(leaf.text.into());
                return;
            }
        };
        let place = self.locator.place(leaf.offset, self.numbered(path));
        let field = path.rsplit('/').next().unwrap_or_default();
        self.read.faults.push(Fault::new(code, place).field(field));
    }

    /// The reasons of what the path is in.
    fn reasons(&mut self, path: &str) -> &mut Vec<StatusReason> {
        if path.starts_with("OrgnlPmtInfAndSts/TxInfAndSts/") {
            &mut self.transaction.reasons
        } else if path.starts_with("OrgnlPmtInfAndSts/") {
            &mut self.batch.reasons
        } else {
            &mut self.read.reasons
        }
    }
}

impl Taker for Reader<'_> {
    fn open(&mut self, path: &str, offset: usize) -> Result<(), Unreadable> {
        match path {
            "OrgnlPmtInfAndSts" => {
                self.transactions = 0;
                self.names_batch = false;
                self.batch = BatchStatus {
                    at: self.position(offset),
                    ..BatchStatus::default()
                };
            }
            "OrgnlPmtInfAndSts/TxInfAndSts" => {
                self.transactions += 1;
                self.transaction = TransactionStatus {
                    at: self.position(offset),
                    ..TransactionStatus::default()
                };
            }
            "OrgnlGrpInfAndSts/StsRsnInf"
            | "OrgnlPmtInfAndSts/StsRsnInf"
            | "OrgnlPmtInfAndSts/TxInfAndSts/StsRsnInf" => self.reasons(path).push(StatusReason::default()),
            _ => {}
        }
        self.enough()
    }

    fn leaf(&mut self, path: &str, leaf: &Leaf<'_>) {
        if !personal::beside_a_word(leaf.text).is_empty() {
            let place = self.locator.place(leaf.offset, self.numbered(path));
            self.read.personal_data.push(place);
        }
        let given = || (!leaf.text.eq_ignore_ascii_case("NOTPROVIDED")).then(|| leaf.text.into());
        match path {
            "GrpHdr/MsgId" => leaf.text.clone_into(&mut self.read.message_id),
            "GrpHdr/CreDtTm" => self.read.created = Some(leaf.text.to_owned()),
            "OrgnlGrpInfAndSts/OrgnlMsgId" => leaf.text.clone_into(&mut self.read.original_message_id),
            "OrgnlGrpInfAndSts/GrpSts"
            | "OrgnlPmtInfAndSts/PmtInfSts"
            | "OrgnlPmtInfAndSts/TxInfAndSts/TxSts" => self.status(path, leaf),
            "OrgnlPmtInfAndSts/OrgnlPmtInfId" => {
                self.names_batch = true;
                self.batch.payment_information = given();
            }
            "OrgnlPmtInfAndSts/TxInfAndSts/OrgnlEndToEndId" => self.transaction.end_to_end = given(),
            "OrgnlPmtInfAndSts/TxInfAndSts/OrgnlInstrId" => self.transaction.instruction = given(),
            _ => {
                let Some(reason) = self.reasons(path).last_mut() else {
                    return;
                };
                if path.ends_with("/StsRsnInf/Rsn/Cd") || path.ends_with("/StsRsnInf/Rsn/Prtry") {
                    reason.code = Some(leaf.text.into());
                } else if path.ends_with("/StsRsnInf/AddtlInf") {
                    let before = reason.additional.as_ref().map(PersonalText::reveal);
                    let joined = before.map_or_else(
                        || leaf.text.to_owned(),
                        |before| format!("{before} {}", leaf.text),
                    );
                    reason.additional = Some(PersonalText::new(joined));
                }
            }
        }
    }

    fn close(&mut self, path: &str) {
        match path {
            "OrgnlPmtInfAndSts" => {
                let batch = std::mem::take(&mut self.batch);
                if !self.names_batch {
                    self.lacks(batch.at, path, "OrgnlPmtInfId");
                }
                self.read.batches.push(batch);
            }
            "OrgnlPmtInfAndSts/TxInfAndSts" => {
                let transaction = std::mem::take(&mut self.transaction);
                let is_known = transaction.end_to_end.is_some() || transaction.instruction.is_some();
                if !is_known && transaction.status.is_none() {
                    self.lacks(transaction.at, path, "OrgnlEndToEndId");
                }
                self.batch.transactions.push(transaction);
            }
            _ => {}
        }
    }
}
