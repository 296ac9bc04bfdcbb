//! Takes statements out of the elements of camt.053.

use jiff::civil::Date;

use super::draft::{BalanceDraft, EntryDraft, Slot, StatementDraft, TransactionDraft};
use super::{Position, StatementFile, Transaction, value};
use crate::amount::Amount;
use crate::currency::Currency;
use crate::fault::{Fault, FaultCode};
use crate::iso20022::{Leaf, Message, Taker, Walk};
use crate::limits::Limits;
use crate::personal;
use crate::place::{Locator, Places};
use crate::text;
use crate::unreadable::Unreadable;
use crate::xml;

/// Reads a camt.053 file, version 02 or 08.
///
/// It takes time in proportion to the file, and no more memory than the file and what is kept of it.
/// [`Limits::for_bank_files`] has room for a statement of 100,000 entries.
///
/// # Errors
///
/// When it is not such a file, not well-formed, or beyond the limits. What could not be understood of single entries is no
/// error: it is in [`StatementFile::faults`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<StatementFile, Unreadable> {
    read_text(text::xml_within(bytes, limits)?, limits)
}

/// Reads the text of a camt.053 file.
pub(crate) fn read_text(text: &str, limits: &Limits) -> Result<StatementFile, Unreadable> {
    let reader = Reader {
        locator: Locator::new(text),
        max_faults: limits.max_faults,
        file: StatementFile {
            message_id: String::new(),
            created: None,
            statements: Vec::new(),
            faults: Vec::new(),
            personal_data: Vec::new(),
        },
        statement: StatementDraft::default(),
        balance: BalanceDraft::default(),
        entry: EntryDraft::default(),
        transaction: TransactionDraft::default(),
        count: Counts::default(),
    };
    let mut walk = Walk::new(Message::Statement, reader);
    xml::parse(text, limits, &mut walk)?;
    walk.taker.enough()?;
    let Reader { mut file, .. } = walk.taker;
    if file.statements.is_empty() && file.faults.is_empty() {
        let place = Locator::new(text).place(0, "/Document/BkToCstmrStmt/Stmt".to_owned());
        file.faults
            .push(Fault::new(FaultCode::MissingField, place).field("Stmt"));
    }
    Ok(file)
}

struct Reader<'t> {
    locator: Locator<'t>,
    max_faults: usize,
    file: StatementFile,
    statement: StatementDraft,
    balance: BalanceDraft,
    entry: EntryDraft,
    transaction: TransactionDraft,
    count: Counts,
}

/// How many there were so far: the last one is the one that is read.
#[derive(Default)]
struct Counts {
    statements: usize,
    balances: usize,
    entries: usize,
    transactions: usize,
}

impl Counts {
    /// A path with the number of each element that occurs more often.
    fn numbered(&self, path: &str) -> String {
        let mut written = String::from("/Document/BkToCstmrStmt");
        for name in path.split('/') {
            written.push('/');
            written.push_str(name);
            let number = match name {
                "Stmt" => self.statements,
                "Bal" => self.balances,
                "Ntry" => self.entries,
                "TxDtls" => self.transactions,
                _ => continue,
            };
            written.push_str(&format!("[{number}]"));
        }
        written
    }
}

impl Taker for Reader<'_> {
    fn open(&mut self, path: &str, offset: usize) -> Result<(), Unreadable> {
        match path {
            "Stmt" => {
                self.count = Counts {
                    statements: self.count.statements + 1,
                    ..Counts::default()
                };
                self.statement = StatementDraft::new(self.position(offset));
            }
            "Stmt/Bal" => {
                self.count.balances += 1;
                self.balance = BalanceDraft::new(self.position(offset));
            }
            "Stmt/Ntry" => {
                self.count.entries += 1;
                self.count.transactions = 0;
                self.entry = EntryDraft::new(self.position(offset));
            }
            "Stmt/Ntry/NtryDtls/TxDtls" => {
                self.count.transactions += 1;
                self.transaction = TransactionDraft::default();
            }
            _ => {}
        }
        self.enough()
    }

    fn leaf(&mut self, path: &str, leaf: &Leaf<'_>) {
        if !personal::beside_a_word(leaf.text).is_empty() {
            let place = self.locator.place(leaf.offset, self.count.numbered(path));
            self.file.personal_data.push(place);
        }
        let taken = match path.split_once('/') {
            Some(("GrpHdr", "MsgId")) => {
                leaf.text.clone_into(&mut self.file.message_id);
                Ok(())
            }
            Some(("GrpHdr", "CreDtTm")) => {
                self.file.created = Some(leaf.text.to_owned());
                Ok(())
            }
            Some(("Stmt", rest)) => self.take(rest, leaf),
            Some(_) | None => Ok(()),
        };
        if let Err(code) = taken {
            self.report(path, leaf, code);
        }
    }

    fn close(&mut self, path: &str) {
        match path {
            "Stmt" => {
                let draft = std::mem::take(&mut self.statement);
                for name in draft.missing() {
                    self.lacks(draft.at, path, name);
                }
                self.file.statements.push(draft.finish());
            }
            "Stmt/Bal" => {
                let draft = std::mem::take(&mut self.balance);
                for name in draft.missing() {
                    self.lacks(draft.at, path, name);
                }
                self.statement.balances.extend(draft.finish());
            }
            "Stmt/Ntry" => {
                let draft = std::mem::take(&mut self.entry);
                for name in draft.missing() {
                    self.lacks(draft.at, path, name);
                }
                self.statement.entries.extend(draft.finish());
            }
            "Stmt/Ntry/NtryDtls/TxDtls" => {
                let draft = std::mem::take(&mut self.transaction);
                let finished = draft.finish(&self.entry, &self.statement.account);
                if finished == Transaction::default() {
                    self.entry.untold = self.entry.untold.saturating_add(1);
                } else {
                    self.entry.transactions.push(finished);
                }
            }
            _ => {}
        }
    }
}

impl Reader<'_> {
    fn position(&mut self, offset: usize) -> Position {
        let (line, column) = self.locator.at(offset);
        Position { line, column }
    }

    /// Whether there are no more faults than may be listed.
    fn enough(&self) -> Result<(), Unreadable> {
        let limit = self.max_faults;
        if self.file.faults.len() > limit {
            Err(Unreadable::TooManyFaults { limit })
        } else {
            Ok(())
        }
    }

    fn lacks(&mut self, at: Position, path: &str, name: &str) {
        let place = at.place(format!("{}/{name}", self.count.numbered(path)));
        self.file
            .faults
            .push(Fault::new(FaultCode::MissingField, place).field(name));
    }

    fn report(&mut self, path: &str, leaf: &Leaf<'_>, code: FaultCode) {
        let place = self.locator.place(leaf.offset, self.count.numbered(path));
        let field = path.rsplit('/').next().unwrap_or_default();
        let fault = Fault::new(code, place).field(field);
        self.file.faults.push(match (code, leaf.currency) {
            (FaultCode::Currency, Some(currency)) => fault.found(currency),
            (FaultCode::Currency, None) => fault,
            _ => fault.found(leaf.text),
        });
    }

    fn take(&mut self, path: &str, leaf: &Leaf<'_>) -> Result<(), FaultCode> {
        if let Some(path) = path.strip_prefix("Ntry/") {
            return match path.strip_prefix("NtryDtls/TxDtls/") {
                Some(path) => self.transaction.take(path, leaf),
                None => self.entry.take(path, leaf),
            };
        }
        match path.strip_prefix("Bal/") {
            Some(path) => self.balance.take(path, leaf),
            None => self.statement.take(path, leaf),
        }
    }
}

impl StatementDraft {
    fn take(&mut self, path: &str, leaf: &Leaf<'_>) -> Result<(), FaultCode> {
        match path {
            "Id" => self.id = Some(leaf.text.to_owned()),
            "ElctrncSeqNb" => self.electronic_sequence = Some(number(leaf.text)?),
            "LglSeqNb" => self.legal_sequence = Some(number(leaf.text)?),
            "CreDtTm" => self.created = Some(leaf.text.to_owned()),
            "FrToDt/FrDtTm" | "FrToDt/FrDt" => self.from = Some(date(leaf.text)?),
            "FrToDt/ToDtTm" | "FrToDt/ToDt" => self.to = Some(date(leaf.text)?),
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" => self.account = value::account(leaf.text),
            _ => {}
        }
        Ok(())
    }
}

impl BalanceDraft {
    fn take(&mut self, path: &str, leaf: &Leaf<'_>) -> Result<(), FaultCode> {
        match path {
            "Tp/CdOrPrtry/Cd" | "Tp/CdOrPrtry/Prtry" => self.code = Some(leaf.text.into()),
            "Amt" => self.amount.keep(money(leaf))?,
            "CdtDbtInd" => self
                .direction
                .keep(value::direction(leaf.text).ok_or(FaultCode::UnknownValue))?,
            "Dt/Dt" | "Dt/DtTm" => self.on = Some(date(leaf.text)?),
            _ => {}
        }
        Ok(())
    }
}

impl EntryDraft {
    fn take(&mut self, path: &str, leaf: &Leaf<'_>) -> Result<(), FaultCode> {
        match path {
            "Amt" => self.amount.keep(money(leaf))?,
            "CdtDbtInd" => self
                .direction
                .keep(value::direction(leaf.text).ok_or(FaultCode::UnknownValue))?,
            "Sts" | "Sts/Cd" | "Sts/Prtry" => self
                .status
                .keep(value::status(leaf.text).ok_or(FaultCode::UnknownValue))?,
            "RvslInd" => self.is_reversal = value::indicator(leaf.text).ok_or(FaultCode::InvalidField)?,
            "BookgDt/Dt" | "BookgDt/DtTm" => self.booked_on = Some(date(leaf.text)?),
            "ValDt/Dt" | "ValDt/DtTm" => self.value_on = Some(date(leaf.text)?),
            "AcctSvcrRef" => self.bank_reference = Some(leaf.text.into()),
            "NtryRef" => self.entry_reference = Some(leaf.text.into()),
            "AddtlNtryInf" => self.additional = Some(leaf.text.into()),
            "NtryDtls/Btch/MsgId" => self.batch().message_id = Some(leaf.text.into()),
            "NtryDtls/Btch/PmtInfId" => self.batch().payment_information = Some(leaf.text.into()),
            "NtryDtls/Btch/NbOfTxs" => {
                // A second batch in one entry: their payments are counted together.
                let count = number(leaf.text)?;
                let before = self.batch().transactions.unwrap_or(0);
                self.batch().transactions = Some(before.saturating_add(count));
            }
            _ => {
                if let Some(path) = path.strip_prefix("BkTxCd/") {
                    self.bank_transaction_code.take(path, leaf.text);
                }
            }
        }
        Ok(())
    }
}

impl TransactionDraft {
    fn take(&mut self, path: &str, leaf: &Leaf<'_>) -> Result<(), FaultCode> {
        let given = || (!leaf.text.eq_ignore_ascii_case("NOTPROVIDED")).then(|| leaf.text.into());
        match path {
            "Refs/EndToEndId" => self.own.end_to_end = given(),
            "Refs/PmtInfId" => self.own.payment_information = given(),
            "Refs/MsgId" => self.own.message_id = given(),
            "Refs/InstrId" => self.own.instruction = given(),
            "Refs/AcctSvcrRef" => self.own.bank_reference = given(),
            "Amt" => self.amount = Some(money(leaf)?),
            "AmtDtls/TxAmt/Amt" => self.transaction_amount = Some(money(leaf)?),
            "AmtDtls/InstdAmt/Amt" => self.instructed_amount = Some(money(leaf)?),
            "CdtDbtInd" => {
                let direction = value::direction(leaf.text).ok_or(FaultCode::UnknownValue)?;
                self.own.direction = Some(direction);
            }
            "RltdPties/Dbtr/Nm" | "RltdPties/Dbtr/Pty/Nm" => self.debtor.name = Some(leaf.text.into()),
            "RltdPties/Cdtr/Nm" | "RltdPties/Cdtr/Pty/Nm" => self.creditor.name = Some(leaf.text.into()),
            "RltdPties/DbtrAcct/Id/IBAN" => self.debtor.iban = Some(value::account(leaf.text).into()),
            "RltdPties/CdtrAcct/Id/IBAN" => self.creditor.iban = Some(value::account(leaf.text).into()),
            "RmtInf/Ustrd" => {
                if !self.remittance.is_empty() {
                    self.remittance.push(' ');
                }
                self.remittance.push_str(leaf.text);
            }
            "RmtInf/Strd/CdtrRefInf/Ref" => self.creditor_reference = Some(leaf.text.into()),
            "RtrInf/Rsn/Cd" | "RtrInf/Rsn/Prtry" => self.own.return_reason = Some(leaf.text.into()),
            _ => {
                if let Some(path) = path.strip_prefix("BkTxCd/") {
                    self.bank_transaction_code.take(path, leaf.text);
                }
            }
        }
        Ok(())
    }
}

impl<T> Slot<T> {
    /// Keeps a value; a second one contradicts the first.
    fn keep(&mut self, value: Result<T, FaultCode>) -> Result<(), FaultCode> {
        let is_first = matches!(self, Self::Absent);
        *self = Self::Faulty;
        if !is_first {
            return Err(FaultCode::RepeatedField);
        }
        *self = Self::Given(value?);
        Ok(())
    }
}

fn money(leaf: &Leaf<'_>) -> Result<(Amount, Currency), FaultCode> {
    let currency = leaf
        .currency
        .and_then(Currency::parse)
        .ok_or(FaultCode::Currency)?;
    let amount = value::amount(leaf.text).ok_or(FaultCode::InvalidAmount)?;
    if amount.is_negative() {
        return Err(FaultCode::NegativeAmount);
    }
    Ok((amount, currency))
}

fn number(text: &str) -> Result<u64, FaultCode> {
    text.parse().map_err(|_| FaultCode::InvalidNumber)
}

fn date(text: &str) -> Result<Date, FaultCode> {
    value::date(text).ok_or(FaultCode::InvalidDate)
}
