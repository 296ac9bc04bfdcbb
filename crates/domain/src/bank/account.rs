//! The account of the fund, whose statements follow each other: which are missing, and whether each begins where the one before it ends.

use std::collections::BTreeMap;
use std::convert::Infallible;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::StatementHead;
use crate::iban::Iban;
use crate::money::Euro;

/// What may be asked of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountCommand {
    /// Join a statement to those around it.
    Join {
        /// Its head.
        head: StatementHead,
        /// Today.
        on: Date,
    },
}

/// What can have happened to an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountEvent {
    /// A statement was joined to the one before it.
    StatementJoined {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// The day of its closing balance.
        closed_on: Date,
        /// Its opening balance.
        opening: Euro,
        /// Its closing balance.
        closing: Euro,
        /// Its place in the row.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sequence: Option<u64>,
        /// How it joins what is known before it.
        joint: Joint,
        /// The day.
        on: Date,
    },
    /// What comes before a statement came after it: it joins that now.
    StatementRejoined {
        /// The account.
        account: Iban,
        /// The statement.
        statement: String,
        /// The day of its closing balance.
        closed_on: Date,
        /// Its opening balance.
        opening: Euro,
        /// How it joins now.
        joint: Joint,
        /// How it joined before.
        before: Joint,
        /// The day.
        on: Date,
    },
}

/// How a statement joins the one before it. Where nothing is told, it follows it and begins where that ends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aansluiting van afschriften")]
pub struct Joint {
    /// Whether no statement before it is known.
    #[serde(default, skip_serializing_if = "is_false")]
    pub begins: bool,
    /// The numbers that are missing before it, the first and the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<(u64, u64)>,
    /// The closing balance of the statement before it, where its opening balance is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub differs_from: Option<Euro>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks of a condition")]
const fn is_false(told: &bool) -> bool {
    !*told
}

/// The fund's account at its bank: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BankAccount {
    /// In the order in which the bank closed them, whatever the order in which they came.
    statements: BTreeMap<Place, Joined>,
}

/// Where a statement stands among the others: by day, then by number; where the bank gives none, as they came.
type Place = (Date, u64, usize);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Joined {
    id: String,
    sequence: Option<u64>,
    closed_on: Date,
    opening: Euro,
    closing: Euro,
    joint: Joint,
}

impl Joined {
    fn of(head: &StatementHead) -> Self {
        Self {
            id: head.id.clone(),
            sequence: head.sequence,
            closed_on: head.closed_on,
            opening: head.opening,
            closing: head.closing,
            joint: Joint::default(),
        }
    }

    /// Returns how it joins the one before it.
    fn after(&self, before: Option<&Self>) -> Joint {
        let Some(before) = before else {
            return Joint {
                begins: true,
                ..Joint::default()
            };
        };
        // A new year may begin at 1 again.
        let expected = match (before.sequence, self.sequence) {
            (Some(last), Some(this)) if this > last => Some((last.saturating_add(1), this)),
            (Some(_), Some(this)) if self.closed_on.year() > before.closed_on.year() => Some((1, this)),
            (Some(_) | None, Some(_) | None) => None,
        };
        Joint {
            begins: false,
            missing: expected
                .filter(|(expected, this)| expected < this)
                .map(|(expected, this)| (expected, this.saturating_sub(1))),
            differs_from: (before.closing != self.opening).then_some(before.closing),
        }
    }
}

impl BankAccount {
    /// Returns the closing balance of the last statement.
    #[must_use]
    pub fn balance(&self) -> Option<Euro> {
        let (_, last) = self.statements.last_key_value()?;
        Some(last.closing)
    }

    /// Decides what a command brings about: that numbers are missing, or balances do not join, is told and not refused; and told anew of the
    /// statement after it, when that came first.
    ///
    /// # Errors
    /// None: a statement is never refused for its place.
    pub fn decide(&self, command: &AccountCommand) -> Result<Vec<AccountEvent>, Infallible> {
        let AccountCommand::Join { head, on } = command;
        let place = self.place(head.closed_on, head.sequence);
        let this = Joined::of(head);
        let before = self.statements.range(..&place).next_back();
        let mut events = vec![AccountEvent::StatementJoined {
            account: head.account.clone(),
            statement: head.id.clone(),
            closed_on: head.closed_on,
            opening: head.opening,
            closing: head.closing,
            sequence: head.sequence,
            joint: this.after(before.map(|(_, before)| before)),
            on: *on,
        }];
        if let Some((_, next)) = self.statements.range(&place..).next() {
            let joint = next.after(Some(&this));
            if joint != next.joint {
                events.push(AccountEvent::StatementRejoined {
                    account: head.account.clone(),
                    statement: next.id.clone(),
                    closed_on: next.closed_on,
                    opening: next.opening,
                    joint,
                    before: next.joint.clone(),
                    on: *on,
                });
            }
        }
        Ok(events)
    }

    fn place(&self, closed_on: Date, sequence: Option<u64>) -> Place {
        (closed_on, sequence.unwrap_or(0), self.statements.len())
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: &AccountEvent) {
        match event {
            AccountEvent::StatementJoined {
                statement,
                closed_on,
                opening,
                closing,
                sequence,
                joint,
                ..
            } => {
                let place = self.place(*closed_on, *sequence);
                let joined = Joined {
                    id: statement.clone(),
                    sequence: *sequence,
                    closed_on: *closed_on,
                    opening: *opening,
                    closing: *closing,
                    joint: joint.clone(),
                };
                self.statements.insert(place, joined);
            }
            AccountEvent::StatementRejoined { statement, joint, .. } => {
                let joined = self
                    .statements
                    .values_mut()
                    .find(|joined| joined.id == *statement);
                if let Some(joined) = joined {
                    joined.joint = joint.clone();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testkit;

    const DAY: Date = date(2023, 4, 3);

    fn head(sequence: u64, opening: i64, closing: i64) -> StatementHead {
        StatementHead {
            account: testkit::own_account().iban,
            id: format!("A-{sequence}"),
            sequence: Some(sequence),
            closed_on: DAY,
            opening: Euro::from_cents(opening),
            closing: Euro::from_cents(closing),
            transactions: 1,
            digest: "00".repeat(32),
            document: testkit::source().document,
        }
    }

    fn join(account: &mut BankAccount, head: StatementHead) -> Vec<AccountEvent> {
        let Ok(events) = account.decide(&AccountCommand::Join { head, on: DAY });
        for event in &events {
            account.evolve(event);
        }
        events
    }

    fn joint(event: &AccountEvent) -> &Joint {
        match event {
            AccountEvent::StatementJoined { joint, .. } | AccountEvent::StatementRejoined { joint, .. } => {
                joint
            }
        }
    }

    #[test]
    fn statements_that_are_missing_and_balances_that_do_not_join_are_told() {
        let mut account = BankAccount::default();
        assert!(joint(&join(&mut account, head(1, 1_000, 700))[0]).begins);
        let told = join(&mut account, head(4, 650, 600));
        let expected = Joint {
            begins: false,
            missing: Some((2, 3)),
            differs_from: Some(Euro::from_cents(700)),
        };
        assert_eq!(told.iter().map(joint).collect::<Vec<_>>(), [&expected]);
    }

    #[test]
    fn what_was_missing_is_told_no_more_once_it_has_come() {
        let mut account = BankAccount::default();
        join(&mut account, head(1, 1_000, 700));
        join(&mut account, head(4, 650, 600));
        let third = join(&mut account, head(3, 680, 650));
        let [third, fourth] = third.as_slice() else {
            panic!("{third:?}")
        };
        assert_eq!(joint(third).missing, Some((2, 2)));
        assert_eq!(joint(fourth), &Joint::default());
        let second = join(&mut account, head(2, 700, 680));
        assert!(
            second.iter().all(|event| joint(event) == &Joint::default()),
            "{second:?}"
        );
        assert_eq!(second.len(), 2);
        assert_eq!(account.balance(), Some(Euro::from_cents(600)));
    }

    #[test]
    fn a_statement_that_comes_before_the_first_begins_the_row() {
        let mut account = BankAccount::default();
        join(&mut account, head(2, 700, 650));
        let told = join(&mut account, head(1, 1_000, 700));
        let [first, second] = told.as_slice() else {
            panic!("{told:?}")
        };
        assert!(joint(first).begins);
        assert_eq!(joint(second), &Joint::default());
    }
}
