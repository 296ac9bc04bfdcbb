//! What was read so far of a statement, and what becomes of it when its element ends.

use jiff::civil::Date;

use super::{Balance, Direction, Entry, EntryBatch, EntryStatus, Position, Statement, Transaction};
use crate::amount::Amount;
use crate::currency::Currency;
use crate::personal_text::PersonalText;

/// What there must be once.
#[derive(Default)]
pub(super) enum Slot<T> {
    #[default]
    Absent,
    /// It is there, and a fault was told of it.
    Faulty,
    Given(T),
}

impl<T> Slot<T> {
    const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    fn given(self) -> Option<T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }
}

/// The names of those that are missing.
fn missing(fields: &[(bool, &'static str)]) -> Vec<&'static str> {
    let missing = fields.iter().filter(|(is_missing, _)| *is_missing);
    missing.map(|(_, name)| *name).collect()
}

#[derive(Default)]
pub(super) struct StatementDraft {
    pub(super) at: Position,
    pub(super) id: Option<String>,
    pub(super) account: String,
    pub(super) electronic_sequence: Option<u64>,
    pub(super) legal_sequence: Option<u64>,
    pub(super) created: Option<String>,
    pub(super) from: Option<Date>,
    pub(super) to: Option<Date>,
    pub(super) balances: Vec<Balance>,
    pub(super) entries: Vec<Entry>,
}

impl StatementDraft {
    pub(super) fn new(at: Position) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    pub(super) fn missing(&self) -> Vec<&'static str> {
        missing(&[(self.id.is_none(), "Id"), (self.account.is_empty(), "Acct/Id")])
    }

    pub(super) fn finish(mut self) -> Statement {
        self.entries.shrink_to_fit();
        let opening = self.taken("OPBD").or_else(|| self.taken("PRCD"));
        let closing = self.taken("CLBD");
        Statement {
            at: self.at,
            id: self.id.unwrap_or_default(),
            account: self.account,
            electronic_sequence: self.electronic_sequence,
            legal_sequence: self.legal_sequence,
            created: self.created,
            from: self.from,
            to: self.to,
            opening,
            closing,
            other_balances: self.balances,
            entries: self.entries,
        }
    }

    /// Takes the first balance with this code out of them.
    fn taken(&mut self, code: &str) -> Option<Balance> {
        let index = self
            .balances
            .iter()
            .position(|balance| balance.code.as_ref() == code)?;
        Some(self.balances.remove(index))
    }
}

#[derive(Default)]
pub(super) struct BalanceDraft {
    pub(super) at: Position,
    pub(super) code: Option<Box<str>>,
    pub(super) amount: Slot<(Amount, Currency)>,
    pub(super) direction: Slot<Direction>,
    pub(super) on: Option<Date>,
}

impl BalanceDraft {
    pub(super) fn new(at: Position) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    pub(super) fn missing(&self) -> Vec<&'static str> {
        missing(&[
            (self.code.is_none(), "Tp"),
            (self.amount.is_absent(), "Amt"),
            (self.direction.is_absent(), "CdtDbtInd"),
        ])
    }

    pub(super) fn finish(self) -> Option<Balance> {
        let (amount, currency) = self.amount.given()?;
        let direction = self.direction.given()?;
        Some(Balance {
            code: self.code?,
            amount: Amount::from_cents(direction.of(amount)),
            currency,
            on: self.on,
        })
    }
}

#[derive(Default)]
pub(super) struct EntryDraft {
    pub(super) at: Position,
    pub(super) amount: Slot<(Amount, Currency)>,
    pub(super) direction: Slot<Direction>,
    pub(super) status: Slot<EntryStatus>,
    pub(super) is_reversal: bool,
    pub(super) booked_on: Option<Date>,
    pub(super) value_on: Option<Date>,
    pub(super) bank_reference: Option<Box<str>>,
    pub(super) entry_reference: Option<Box<str>>,
    pub(super) bank_transaction_code: CodeDraft,
    pub(super) batch: Option<Box<EntryBatch>>,
    pub(super) transactions: Vec<Transaction>,
    pub(super) untold: u32,
    pub(super) additional: Option<Box<str>>,
}

impl EntryDraft {
    pub(super) fn new(at: Position) -> Self {
        Self {
            at,
            ..Self::default()
        }
    }

    /// The batch, which is there once something is said of it.
    pub(super) fn batch(&mut self) -> &mut EntryBatch {
        self.batch.get_or_insert_default()
    }

    pub(super) fn missing(&self) -> Vec<&'static str> {
        missing(&[
            (self.amount.is_absent(), "Amt"),
            (self.direction.is_absent(), "CdtDbtInd"),
            (self.status.is_absent(), "Sts"),
        ])
    }

    pub(super) fn finish(mut self) -> Option<Entry> {
        let (amount, currency) = self.amount.given()?;
        self.transactions.shrink_to_fit();
        Some(Entry {
            at: self.at,
            amount,
            currency,
            direction: self.direction.given()?,
            is_reversal: self.is_reversal,
            status: self.status.given()?,
            booked_on: self.booked_on,
            value_on: self.value_on,
            bank_reference: self.bank_reference,
            entry_reference: self.entry_reference,
            bank_transaction_code: self.bank_transaction_code.finish(),
            batch: self.batch,
            transactions: self.transactions,
            untold: self.untold,
            additional: self.additional.map(PersonalText::new),
        })
    }
}

/// One of the two parties of a transaction.
#[derive(Default)]
pub(super) struct PartyDraft {
    pub(super) name: Option<Box<str>>,
    pub(super) iban: Option<Box<str>>,
}

impl PartyDraft {
    /// Whether it is there and not the account of the statement itself.
    fn is_other(&self, account: &str) -> bool {
        match &self.iban {
            Some(iban) => iban.as_ref() != account,
            None => self.name.is_some(),
        }
    }
}

#[derive(Default)]
pub(super) struct TransactionDraft {
    /// All of it that is kept as it stands.
    pub(super) own: Transaction,
    pub(super) amount: Option<(Amount, Currency)>,
    pub(super) transaction_amount: Option<(Amount, Currency)>,
    pub(super) instructed_amount: Option<(Amount, Currency)>,
    pub(super) debtor: PartyDraft,
    pub(super) creditor: PartyDraft,
    pub(super) remittance: String,
    pub(super) creditor_reference: Option<Box<str>>,
    pub(super) bank_transaction_code: CodeDraft,
}

impl TransactionDraft {
    /// The transaction, as part of an entry on an account.
    ///
    /// Of a payment that came back some banks keep the roles of the payment that was sent: the party that is not the account
    /// itself is the other one, whatever its role.
    pub(super) fn finish(self, entry: &EntryDraft, account: &str) -> Transaction {
        let told = match &entry.direction {
            Slot::Given(direction) => Some(*direction),
            Slot::Absent | Slot::Faulty => None,
        };
        let (first, second) = match self.own.direction.or(told) {
            Some(Direction::Credit) | None => (self.debtor, self.creditor),
            Some(Direction::Debit) => (self.creditor, self.debtor),
        };
        let party = if first.is_other(account) || !second.is_other(account) {
            first
        } else {
            second
        };
        let currency = match &entry.amount {
            Slot::Given((_, currency)) => Some(*currency),
            Slot::Absent | Slot::Faulty => None,
        };
        let amounts = [self.amount, self.transaction_amount, self.instructed_amount];
        let mut amounts = amounts.into_iter().flatten();
        let amount = amounts.find(|(_, own)| Some(*own) == currency);
        Transaction {
            amount: amount.map(|(amount, _)| amount),
            counterparty_name: party.name.map(PersonalText::new),
            counterparty_iban: party.iban.map(PersonalText::new),
            remittance: (!self.remittance.is_empty()).then(|| PersonalText::new(self.remittance)),
            creditor_reference: self.creditor_reference.map(PersonalText::new),
            bank_transaction_code: self.bank_transaction_code.finish(),
            ..self.own
        }
    }
}

/// The parts of a bank transaction code.
#[derive(Default)]
pub(super) struct CodeDraft {
    domain: String,
    own: Option<Box<str>>,
}

impl CodeDraft {
    pub(super) fn take(&mut self, path: &str, text: &str) {
        match path {
            "Domn/Cd" | "Domn/Fmly/Cd" | "Domn/Fmly/SubFmlyCd" => {
                if !self.domain.is_empty() {
                    self.domain.push('/');
                }
                self.domain.push_str(text);
            }
            "Prtry/Cd" => self.own = Some(text.into()),
            _ => {}
        }
    }

    fn finish(self) -> Option<Box<str>> {
        if self.domain.is_empty() {
            self.own
        } else {
            Some(self.domain.into_boxed_str())
        }
    }
}
