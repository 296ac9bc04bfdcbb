//! What the bank tells, as an entry.

use jiff::civil::Date;

use super::{Account, Entry, Posting};
use crate::bank::{AccountEvent, EntryFate, Joint, StatementEvent, Transaction};
use crate::claim::EntryRef;
use crate::ids::{PayeeId, Subject};
use crate::money::Euro;

pub(super) fn of_statement(event: &StatementEvent) -> Option<Entry> {
    match event {
        StatementEvent::StatementTaken { .. } => None,
        StatementEvent::TransactionMatched {
            statement,
            transaction,
            fate,
            ..
        } => {
            let entry = begun(
                "TransactionMatched",
                statement,
                transaction,
                transaction.booked_on,
            );
            Some(moved(entry, Account::Bank, transaction.signed(), fate))
        }
        StatementEvent::TransactionResolved {
            statement,
            transaction,
            fate,
            by,
            effective,
            ..
        } => {
            let entry = by_hand("TransactionResolved", statement, transaction, *effective, by);
            let amount = transaction.signed();
            Some(moved(entry, Account::UnexplainedTransactions, amount, fate))
        }
        StatementEvent::TransactionSetAside {
            statement,
            transaction,
            by,
            effective,
            ..
        } => {
            let mut entry = by_hand("TransactionSetAside", statement, transaction, *effective, by);
            let amount = transaction.signed();
            entry.lines = vec![
                posting(Account::UnexplainedTransactions, amount, None),
                posting(Account::OtherBooks, -amount, None),
            ];
            Some(entry)
        }
    }
}

/// The balance with which the first statement begins; and, where a statement does not join the one before it, what is not explained by either.
/// When what comes before it comes later, what was booked of that is put right.
pub(super) fn of_account(event: &AccountEvent) -> Option<Entry> {
    let (what, statement, closed_on, lines) = match event {
        AccountEvent::StatementJoined {
            statement,
            closed_on,
            opening,
            joint,
            ..
        } => (
            "StatementJoined",
            statement,
            closed_on,
            begins_with(*opening, joint),
        ),
        AccountEvent::StatementRejoined {
            statement,
            closed_on,
            opening,
            joint,
            before,
            ..
        } => {
            let undone = begins_with(*opening, before);
            let lines = undone
                .into_iter()
                .map(|(account, amount)| (account, -amount))
                .chain(begins_with(*opening, joint))
                .collect();
            ("StatementRejoined", statement, closed_on, lines)
        }
    };
    let mut entry = Entry::new(what, *closed_on);
    entry.reference.statement = Some(EntryRef {
        statement: statement.clone(),
        number: 0,
    });
    let lines: Vec<(Account, Euro)> = lines;
    let lines = lines.into_iter().filter(|(_, amount)| !amount.is_zero());
    entry.lines = lines
        .map(|(account, amount)| posting(account, amount, None))
        .collect();
    (!entry.lines.is_empty()).then_some(entry)
}

/// What a statement brings to the account that its transactions do not: its balance when it is the first, or what the one before it lacks.
fn begins_with(opening: Euro, joint: &Joint) -> Vec<(Account, Euro)> {
    let (other, amount) = if joint.begins {
        (Account::Reserve, opening)
    } else {
        let before = joint.differs_from.unwrap_or(opening);
        (Account::UnexplainedTransactions, opening - before)
    };
    vec![(Account::Bank, amount), (other, -amount)]
}

fn begun(what: &'static str, statement: &str, transaction: &Transaction, on: Date) -> Entry {
    let mut entry = Entry::new(what, on);
    entry.reference.statement = Some(EntryRef {
        statement: statement.to_owned(),
        number: transaction.number,
    });
    entry
}

fn by_hand(what: &'static str, statement: &str, transaction: &Transaction, on: Date, by: &Subject) -> Entry {
    let mut entry = begun(what, statement, transaction, on);
    entry.actor = Some(by.clone());
    entry
}

/// What is on an account is moved to where the fate of the transaction belongs.
fn moved(mut entry: Entry, account: Account, amount: Euro, fate: &EntryFate) -> Entry {
    let (other, payee) = match fate {
        EntryFate::Paid { order } | EntryFate::Returned { order, .. } => {
            entry.reference.order = Some(order.clone());
            (Account::MoneyUnderWay, None)
        }
        EntryFate::PaidBatch { batch, .. } => {
            entry.reference.batch = Some(batch.clone());
            (Account::MoneyUnderWay, None)
        }
        EntryFate::Recovered { payee, .. } => (Account::MoneyUnderWay, Some(payee)),
        EntryFate::Open { payee } => (Account::UnexplainedTransactions, payee.as_ref()),
    };
    entry.lines = if account == other {
        Vec::new()
    } else {
        vec![posting(account, amount, None), posting(other, -amount, payee)]
    };
    entry
}

fn posting(account: Account, amount: Euro, payee: Option<&PayeeId>) -> Posting {
    Posting {
        account,
        amount,
        scheme: None,
        year: None,
        payee: payee.cloned(),
    }
}
