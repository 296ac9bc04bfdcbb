//! Accounts of the fund itself (section 2.23).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use super::words::Origin;
use crate::identifier::Iban;

fields! {
    /// An account from which the fund pays.
    pub struct OwnAccount, read as OwnAccountFields {
        /// Exact name of the account holder.
        pub name: String = required "naam",
        /// The account.
        pub iban: Iban = required "iban",
        /// Business identifier code of the bank.
        pub bic: Option<String> = optional "bic",
        /// Reference of the board decision.
        pub decision: String = required "besluit",
        /// First day on which the account is used.
        pub on: Date = required "datum",
        /// Where it comes from.
        pub origin: Origin = required "herkomst",
    }
}

plain_record!(OwnAccount, OwnAccountFields);
