//! The bank as the register knows it: every statement and every transaction, and what it turned out to be.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::bank::{AccountEvent, EntryFate, Joint, StatementEvent, StatementHead, Transaction};
use crate::iban::Iban;
use crate::ids::{DecisionRef, Subject};
use crate::recorded::{Event, Family, Recorded};

/// A statement or a transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "bankregister")]
pub enum BankRow {
    /// A statement.
    Statement {
        /// Its head.
        head: StatementHead,
        /// How it joins the statement before it.
        joint: Joint,
        /// The position at which it was taken.
        position: u64,
    },
    /// A transaction.
    Transaction {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// What it moves.
        transaction: Transaction,
        /// What it is; nothing once it was set aside as no subsidy.
        fate: Option<EntryFate>,
        /// Who said so, when not the matching, and as of which day.
        resolved: Option<(DecisionRef, Subject, Date)>,
        /// The position at which it was taken.
        position: u64,
    },
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Bank;

fn statement_key(account: &Iban, statement: &str) -> String {
    format!("{}|{statement}", account.as_str())
}

fn transaction_key(account: &Iban, statement: &str, number: u32) -> String {
    format!("{}|{statement}|{number:09}", account.as_str())
}

impl View for Bank {
    type Row = BankRow;
    const NAME: &'static str = "bank";
    const VERSION: u32 = 2;

    fn follows(family: Family, _event_type: &str) -> bool {
        matches!(family, Family::Statement | Family::Account)
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        match &event.event {
            Event::Statement(StatementEvent::StatementTaken { head, .. }) => {
                keys.push(statement_key(&head.account, &head.id));
            }
            Event::Statement(
                StatementEvent::TransactionMatched {
                    account,
                    statement,
                    transaction,
                    ..
                }
                | StatementEvent::TransactionResolved {
                    account,
                    statement,
                    transaction,
                    ..
                }
                | StatementEvent::TransactionSetAside {
                    account,
                    statement,
                    transaction,
                    ..
                },
            ) => keys.push(transaction_key(account, statement, transaction.number)),
            Event::Account(
                AccountEvent::StatementJoined {
                    account, statement, ..
                }
                | AccountEvent::StatementRejoined {
                    account, statement, ..
                },
            ) => {
                keys.push(statement_key(account, statement));
            }
            Event::Claim(_)
            | Event::Invoice(_)
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Period(_)
            | Event::Sample(_) => {}
        }
    }

    fn fold(_key: &str, row: Option<BankRow>, event: &Recorded) -> Option<BankRow> {
        let position = event.position;
        match &event.event {
            Event::Statement(StatementEvent::StatementTaken { head, .. }) => Some(BankRow::Statement {
                head: head.clone(),
                joint: Joint::default(),
                position,
            }),
            Event::Statement(StatementEvent::TransactionMatched {
                account,
                statement,
                transaction,
                fate,
            }) => Some(BankRow::Transaction {
                account: account.clone(),
                statement: statement.clone(),
                transaction: transaction.clone(),
                fate: Some(fate.clone()),
                resolved: None,
                position,
            }),
            Event::Statement(
                event @ (StatementEvent::TransactionResolved {
                    decision,
                    by,
                    effective,
                    ..
                }
                | StatementEvent::TransactionSetAside {
                    decision,
                    by,
                    effective,
                    ..
                }),
            ) => {
                let said = if let StatementEvent::TransactionResolved { fate, .. } = event {
                    Some(fate.clone())
                } else {
                    None
                };
                row.map(|row| match row {
                    BankRow::Transaction {
                        account,
                        statement,
                        transaction,
                        position,
                        ..
                    } => BankRow::Transaction {
                        account,
                        statement,
                        transaction,
                        fate: said,
                        resolved: Some((decision.clone(), by.clone(), *effective)),
                        position,
                    },
                    statement @ BankRow::Statement { .. } => statement,
                })
            }
            Event::Account(
                AccountEvent::StatementJoined { joint, .. } | AccountEvent::StatementRejoined { joint, .. },
            ) => row.map(|row| match row {
                BankRow::Statement { head, position, .. } => BankRow::Statement {
                    head,
                    joint: joint.clone(),
                    position,
                },
                transaction @ BankRow::Transaction { .. } => transaction,
            }),
            Event::Claim(_)
            | Event::Invoice(_)
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Period(_)
            | Event::Sample(_) => row,
        }
    }
}
