//! Money as the bank shows it: statements of the fund's account, and what each of their transactions is.

mod account;
#[cfg(test)]
mod laws;
mod matching;
mod statement;

pub use self::account::{AccountCommand, AccountEvent, BankAccount, Joint};
pub use self::matching::{Candidate, Evidence, OpenOrders, recognise};
pub use self::statement::{
    BankStatement, Direction, EntryFate, StatementCommand, StatementEvent, StatementHead, StatementRefusal,
    Transaction,
};
