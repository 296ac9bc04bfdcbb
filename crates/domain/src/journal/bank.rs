//! What the bank tells, as an entry.

use jiff::civil::Date;

use super::{Account, Entry, Posting};
use crate::bank::{AccountEvent, EntryFate, StatementEvent, Transaction};
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
            on,
            ..
        } => {
            let entry = by_hand("TransactionResolved", statement, transaction, *on, by);
            let amount = transaction.signed();
            Some(moved(entry, Account::UnexplainedTransactions, amount, fate))
        }
        StatementEvent::TransactionSetAside {
            statement,
            transaction,
            by,
            on,
            ..
        } => {
            let mut entry = by_hand("TransactionSetAside", statement, transaction, *on, by);
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
pub(super) fn of_account(event: &AccountEvent, is_first: bool) -> Option<Entry> {
    let AccountEvent::StatementJoined {
        statement,
        closed_on,
        opening,
        differs_from,
        ..
    } = event;
    let opening = (*opening)?;
    let (other, before) = match (is_first, differs_from) {
        (true, _) => (Account::Reserve, Euro::ZERO),
        (false, Some(before)) => (Account::UnexplainedTransactions, *before),
        (false, None) => return None,
    };
    let mut entry = Entry::new("StatementJoined", *closed_on);
    entry.reference.statement = Some(EntryRef {
        statement: statement.clone(),
        number: 0,
    });
    entry.lines = vec![
        posting(Account::Bank, opening - before, None),
        posting(other, before - opening, None),
    ];
    Some(entry)
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
