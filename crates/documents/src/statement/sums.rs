//! Whether the figures of a statement agree.

use super::{Entry, EntryStatus, Position, Statement, StatementFile};
use crate::amount::{Amount, Cents};
use crate::currency::Currency;
use crate::fault::{Fault, FaultCode};
use crate::place::Place;

/// Whether figures agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddsUp {
    /// To the cent.
    Yes,
    /// They contradict each other.
    No(Difference),
    /// A figure is not told, or in another currency.
    Untold,
}

/// Two figures that should be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Difference {
    /// What the file says.
    pub told: Amount,
    /// What its parts add up to.
    pub computed: Amount,
}

impl AddsUp {
    fn of(told: Amount, computed: i128) -> Self {
        if i128::from(told.cents()) == computed {
            return Self::Yes;
        }
        // Twelve digits an amount and fewer entries than bytes: it fits, and a sum that would not is shown as the largest.
        let computed = i64::try_from(computed).unwrap_or(if computed < 0 { i64::MIN } else { i64::MAX });
        Self::No(Difference {
            told,
            computed: Amount::from_cents(computed),
        })
    }
}

impl Statement {
    /// Whether the opening balance and the entries that are booked give the closing balance, to the cent.
    ///
    /// [`AddsUp::Untold`] when the statement does not have both balances (a page of a longer one), or has them or an entry
    /// in different currencies.
    pub fn adds_up(&self) -> AddsUp {
        let (Some(opening), Some(closing)) = (&self.opening, &self.closing) else {
            return AddsUp::Untold;
        };
        let booked = || {
            let entries = self.entries.iter();
            entries.filter(|entry| entry.status == EntryStatus::Booked)
        };
        let same = |currency: Currency| currency == opening.currency;
        if !same(closing.currency) || !booked().all(|entry| same(entry.currency)) {
            return AddsUp::Untold;
        }
        let change: i128 = booked()
            .map(|entry| i128::from(entry.direction.of(entry.amount)))
            .sum();
        AddsUp::of(closing.amount, i128::from(opening.amount.cents()) + change)
    }

    /// Whether its balances before and after and all its entries are in euro.
    pub fn is_in_euro(&self) -> bool {
        let balances = self.opening.iter().chain(&self.closing);
        let mut currencies = balances
            .map(|balance| balance.currency)
            .chain(self.entries.iter().map(|entry| entry.currency));
        currencies.all(|currency| currency == Currency::EURO)
    }
}

impl Entry {
    /// Whether its transactions give its amount, to the cent.
    ///
    /// [`AddsUp::Untold`] when it has none, or one of which the amount is not told in the currency of the entry, or another
    /// number of them than the batch is said to have.
    pub fn adds_up(&self) -> AddsUp {
        let count = u64::try_from(self.transactions.len()).unwrap_or(u64::MAX);
        let batch = self.batch.as_ref().and_then(|batch| batch.transactions);
        if count == 0 || self.untold > 0 || batch.is_some_and(|batch| batch != count) {
            return AddsUp::Untold;
        }
        let mut sum: i128 = 0;
        for transaction in &self.transactions {
            let Some(amount) = transaction.amount else {
                return AddsUp::Untold;
            };
            let is_same = transaction
                .direction
                .is_none_or(|direction| direction == self.direction);
            let amount = i128::from(amount.cents());
            sum += if is_same { amount } else { -amount };
        }
        AddsUp::of(self.amount, sum)
    }
}

impl StatementFile {
    /// What hinders booking although all of it was understood: an amount that is not in euro, sums that do not agree.
    pub fn objections(&self) -> Vec<Fault> {
        let mut objections = Vec::new();
        for (index, statement) in self.statements.iter().enumerate() {
            let path = format!("/Document/BkToCstmrStmt/Stmt[{}]", index + 1);
            statement.object(&path, &mut objections);
        }
        objections
    }
}

impl Statement {
    fn object(&self, path: &str, objections: &mut Vec<Fault>) {
        for balance in self.opening.iter().chain(&self.closing) {
            if balance.currency != Currency::EURO {
                objections.push(not_in_euro(
                    balance.currency,
                    self.at.place(format!("{path}/Bal/Amt")),
                ));
            }
        }
        if let AddsUp::No(difference) = self.adds_up() {
            let place = self.at.place(format!("{path}/Bal"));
            objections.push(differs(
                FaultCode::TotalMismatchStatement,
                place,
                "CLBD",
                difference,
            ));
        }
        for (index, entry) in self.entries.iter().enumerate() {
            let place = || entry.at.place(format!("{path}/Ntry[{}]/Amt", index + 1));
            if entry.currency != Currency::EURO {
                objections.push(not_in_euro(entry.currency, place()));
            }
            if let AddsUp::No(difference) = entry.adds_up() {
                objections.push(differs(FaultCode::TotalMismatchEntry, place(), "Amt", difference));
            }
        }
    }
}

impl Position {
    pub(crate) const fn place(self, path: String) -> Place {
        Place::Element {
            line: self.line,
            column: self.column,
            path,
        }
    }
}

fn not_in_euro(currency: Currency, place: Place) -> Fault {
    Fault::new(FaultCode::Currency, place)
        .field("Amt")
        .found(currency)
        .expected(Currency::EURO)
}

fn differs(code: FaultCode, place: Place, field: &str, difference: Difference) -> Fault {
    Fault::new(code, place)
        .field(field)
        .found(Cents(i128::from(difference.told.cents())))
        .expected(Cents(i128::from(difference.computed.cents())))
}
