//! A statement of the bank and its transactions.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::iban::Iban;
use crate::ids::{BatchNumber, ClawbackRef, DecisionRef, DocumentHash, EndToEndId, PayeeId, Subject};
use crate::money::Euro;

/// The head of a statement: where it begins and ends. All that is booked in it adds up to the difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "kop van rekeningafschrift")]
pub struct StatementHead {
    /// The account.
    pub account: Iban,
    /// The number that the bank gave it, unique for the account.
    pub id: String,
    /// Its place in the row of statements, when the bank tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The day of the closing balance.
    pub closed_on: Date,
    /// The balance before; negative when overdrawn.
    pub opening: Euro,
    /// The balance after.
    pub closing: Euro,
    /// How many transactions it has.
    pub transactions: u32,
    /// The SHA-256 over its transactions, each with what the register can recognise it by; in lower case hexadecimal.
    pub digest: String,
    /// The document.
    pub document: DocumentHash,
}

/// Whether money came in or went out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "bij of af")]
pub enum Direction {
    /// It came in.
    In,
    /// It went out.
    Out,
}

/// A transaction of a statement, without anything of a person: who sent or received it is told only where it is a registered payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "banktransactie")]
pub struct Transaction {
    /// Its number within the statement, from 1.
    pub number: u32,
    /// In or out.
    pub direction: Direction,
    /// How much.
    pub amount: Euro,
    /// The day of booking.
    pub booked_on: Date,
}

/// What a transaction turned out to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "bestemming van banktransactie")]
pub enum EntryFate {
    /// It paid an order.
    Paid {
        /// Which.
        order: EndToEndId,
    },
    /// It paid all orders of a batch, in one sum.
    PaidBatch {
        /// Which.
        batch: BatchNumber,
        /// How many orders.
        orders: u32,
    },
    /// It gave an order back.
    Returned {
        /// Which.
        order: EndToEndId,
        /// Why: the bank's reason code.
        reason: String,
    },
    /// A payee paid back what was asked.
    Recovered {
        /// Under which reference.
        reference: ClawbackRef,
        /// The payee.
        payee: PayeeId,
    },
    /// It is none of these: somebody has to look.
    Open {
        /// The payee whose account it names, when it is one.
        payee: Option<PayeeId>,
    },
}

/// What may be asked of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatementCommand {
    /// Take it in, with what each transaction turned out to be.
    Take {
        /// Its head.
        head: StatementHead,
        /// Its transactions, in order.
        transactions: Vec<(Transaction, EntryFate)>,
        /// Today.
        on: Date,
    },
    /// Say what an open transaction is: by a person, with a decision on file.
    Resolve {
        /// Which.
        number: u32,
        /// What it is.
        fate: EntryFate,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
        /// As of which day it settles that: the day of booking, or today when that is in a closed period (I9).
        effective: Date,
        /// Today.
        on: Date,
    },
    /// Set an open transaction aside: it is not about a subsidy (interest, bank charges, a levy).
    SetAside {
        /// Which.
        number: u32,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
        /// As of which day it is no subsidy: the day of booking, or today when that is in a closed period (I9).
        effective: Date,
        /// Today.
        on: Date,
    },
}

/// What can have happened to a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatementEvent {
    /// It was taken in.
    StatementTaken {
        /// Its head.
        head: StatementHead,
        /// The day.
        on: Date,
    },
    /// What a transaction is.
    TransactionMatched {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// The transaction.
        transaction: Transaction,
        /// What it is.
        fate: EntryFate,
    },
    /// What an open transaction is was said by a person.
    TransactionResolved {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// The transaction.
        transaction: Transaction,
        /// What it is.
        fate: EntryFate,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
        /// As of which day it settles that.
        effective: Date,
        /// The day.
        on: Date,
    },
    /// An open transaction is not about a subsidy.
    TransactionSetAside {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// The transaction.
        transaction: Transaction,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
        /// As of which day it is no subsidy.
        effective: Date,
        /// The day.
        on: Date,
    },
}

/// Why a statement refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementRefusal {
    /// A statement of the same number has another content.
    #[error("a statement {id} of this account is known with another content; ask the bank which one holds")]
    KnownOtherwise {
        /// Its number.
        id: String,
    },
    /// Opening balance and transactions do not make the closing balance.
    #[error("opening {opening} and transactions of {sum} make {}, but the statement closes at {closing}", *opening + *sum)]
    DoesNotAddUp {
        /// Opening balance.
        opening: Euro,
        /// What the transactions add up to.
        sum: Euro,
        /// Closing balance.
        closing: Euro,
    },
    /// There is no open transaction of that number.
    #[error("transaction {number} is not open on this statement")]
    NotOpen {
        /// Its number.
        number: u32,
    },
}

/// A statement: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankStatement {
    head: Option<StatementHead>,
    open: BTreeMap<u32, Transaction>,
}

impl BankStatement {
    /// Returns its head, once taken in.
    #[must_use]
    pub const fn head(&self) -> Option<&StatementHead> {
        self.head.as_ref()
    }

    /// Returns an open transaction.
    #[must_use]
    pub fn open(&self, number: u32) -> Option<&Transaction> {
        self.open.get(&number)
    }

    /// Decides what a command brings about. The same statement again, in other bytes, changes nothing.
    ///
    /// # Errors
    /// When it does not add up, is known with another content, or the transaction is not open.
    pub fn decide(&self, command: &StatementCommand) -> Result<Vec<StatementEvent>, StatementRefusal> {
        match command {
            StatementCommand::Take {
                head,
                transactions,
                on,
            } => self.take(head, transactions, *on),
            StatementCommand::Resolve {
                number,
                fate,
                decision,
                by,
                effective,
                on,
            } => {
                let (head, transaction) = self.found(*number)?;
                Ok(vec![StatementEvent::TransactionResolved {
                    account: head.account.clone(),
                    statement: head.id.clone(),
                    transaction: transaction.clone(),
                    fate: fate.clone(),
                    decision: decision.clone(),
                    by: by.clone(),
                    effective: *effective,
                    on: *on,
                }])
            }
            StatementCommand::SetAside {
                number,
                decision,
                by,
                effective,
                on,
            } => {
                let (head, transaction) = self.found(*number)?;
                Ok(vec![StatementEvent::TransactionSetAside {
                    account: head.account.clone(),
                    statement: head.id.clone(),
                    transaction: transaction.clone(),
                    decision: decision.clone(),
                    by: by.clone(),
                    effective: *effective,
                    on: *on,
                }])
            }
        }
    }

    fn found(&self, number: u32) -> Result<(&StatementHead, &Transaction), StatementRefusal> {
        self.head
            .as_ref()
            .zip(self.open.get(&number))
            .ok_or(StatementRefusal::NotOpen { number })
    }

    fn take(
        &self,
        head: &StatementHead,
        transactions: &[(Transaction, EntryFate)],
        on: Date,
    ) -> Result<Vec<StatementEvent>, StatementRefusal> {
        if let Some(held) = &self.head {
            let same = StatementHead {
                document: held.document.clone(),
                ..head.clone()
            } == *held;
            return if same {
                Ok(vec![])
            } else {
                Err(StatementRefusal::KnownOtherwise { id: held.id.clone() })
            };
        }
        let sum: Euro = transactions
            .iter()
            .map(|(transaction, _)| transaction.signed())
            .sum();
        if head.opening + sum != head.closing {
            return Err(StatementRefusal::DoesNotAddUp {
                opening: head.opening,
                sum,
                closing: head.closing,
            });
        }
        let taken = StatementEvent::StatementTaken {
            head: head.clone(),
            on,
        };
        let matched = transactions
            .iter()
            .map(|(transaction, fate)| StatementEvent::TransactionMatched {
                account: head.account.clone(),
                statement: head.id.clone(),
                transaction: transaction.clone(),
                fate: fate.clone(),
            });
        Ok(std::iter::once(taken).chain(matched).collect())
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: StatementEvent) {
        match event {
            StatementEvent::StatementTaken { head, .. } => self.head = Some(head),
            StatementEvent::TransactionMatched {
                transaction,
                fate: EntryFate::Open { .. },
                ..
            } => {
                self.open.insert(transaction.number, transaction);
            }
            StatementEvent::TransactionMatched { .. } => {}
            StatementEvent::TransactionResolved { transaction, .. }
            | StatementEvent::TransactionSetAside { transaction, .. } => {
                self.open.remove(&transaction.number);
            }
        }
    }
}

impl Transaction {
    /// Returns the amount as it changes the balance: what goes out is negative.
    #[must_use]
    pub fn signed(&self) -> Euro {
        match self.direction {
            Direction::In => self.amount,
            Direction::Out => Euro::ZERO - self.amount,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testkit;

    const DAY: Date = date(2023, 4, 3);

    fn head(id: &str, sequence: u64, opening: i64, closing: i64) -> StatementHead {
        StatementHead {
            account: testkit::own_account().iban,
            id: id.to_owned(),
            sequence: Some(sequence),
            closed_on: DAY,
            opening: Euro::from_cents(opening),
            closing: Euro::from_cents(closing),
            transactions: 1,
            digest: "00".repeat(32),
            document: testkit::source().document,
        }
    }

    fn out(amount: i64) -> (Transaction, EntryFate) {
        let transaction = Transaction {
            number: 1,
            direction: Direction::Out,
            amount: Euro::from_cents(amount),
            booked_on: DAY,
        };
        (transaction, EntryFate::Open { payee: None })
    }

    fn take(closing: i64) -> StatementCommand {
        StatementCommand::Take {
            head: head("A-1", 1, 1_000, closing),
            transactions: vec![out(300)],
            on: DAY,
        }
    }

    fn taken() -> BankStatement {
        let mut statement = BankStatement::default();
        for event in statement.decide(&take(700)).expect("taken") {
            statement.evolve(event);
        }
        statement
    }

    #[test]
    fn a_statement_whose_transactions_do_not_make_its_closing_balance_is_refused() {
        let refused = BankStatement::default().decide(&take(701));
        assert!(matches!(refused, Err(StatementRefusal::DoesNotAddUp { .. })));
    }

    #[test]
    fn a_statement_again_changes_nothing_and_with_other_balances_or_transactions_is_refused() {
        assert_eq!(taken().decide(&take(700)), Ok(vec![]));
        let otherwise = StatementHead {
            digest: "11".repeat(32),
            ..head("A-1", 1, 1_000, 700)
        };
        for head in [head("A-1", 1, 1_100, 800), otherwise] {
            let other = StatementCommand::Take {
                head,
                transactions: vec![out(300)],
                on: DAY,
            };
            assert!(matches!(
                taken().decide(&other),
                Err(StatementRefusal::KnownOtherwise { .. })
            ));
        }
    }

    #[test]
    fn an_open_transaction_is_set_aside_once() {
        let mut statement = taken();
        let aside = StatementCommand::SetAside {
            number: 1,
            decision: "D-1".parse().expect("a reference"),
            by: "officer".parse().expect("a subject"),
            effective: DAY,
            on: DAY,
        };
        for event in statement.decide(&aside).expect("set aside") {
            statement.evolve(event);
        }
        assert_eq!(
            statement.decide(&aside),
            Err(StatementRefusal::NotOpen { number: 1 })
        );
    }
}
