//! Changes of a payee's account (section 2.22).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::identifier::{Iban, PartyId};

fields! {
    /// What one person did to change or confirm the account of a payee.
    pub struct AccountChange, read as AccountChangeFields {
        /// Whose account.
        pub payee: PartyId = required "begunstigde",
        /// What was done.
        pub step: AccountStep = required "stap",
        /// The account; there when it is proposed, and only then.
        pub iban: Option<Iban> = optional "iban",
        /// Exact name of the account holder; there when the account is proposed, and only then.
        pub name: Option<String> = optional "naam",
        /// On which day.
        pub on: Date = required "datum",
        /// Verified subject of who did it, no name.
        pub by: String = required "door",
    }
}

words! {
    /// What is done to change an account.
    pub enum AccountStep {
        /// An account is proposed, after the payee was asked.
        Propose = "voorstel",
        /// The account that was proposed last is right.
        Approve = "akkoord",
        /// The account that was proposed last is not taken over.
        Reject = "afwijzen",
    }
}

impl Record for AccountChange {
    type Fields = AccountChangeFields;

    fn assemble(fields: AccountChangeFields, row: &mut RowReader<'_>) -> Option<Self> {
        let iban = fields.iban.as_ref().map(Option::as_ref);
        let name = fields.name.as_ref().map(Option::as_ref);
        match fields.step? {
            AccountStep::Propose => {
                row.needed(iban, "iban");
                row.needed(name, "naam");
            }
            AccountStep::Approve | AccountStep::Reject => {
                if iban.flatten().is_some() {
                    row.contradicting::<()>("iban");
                }
                if name.flatten().is_some() {
                    row.contradicting::<()>("naam");
                }
            }
        }
        fields.sound()
    }
}
