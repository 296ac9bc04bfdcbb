//! What somebody found out about transactions of the bank (section 2.25).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;

fields! {
    /// What a transaction of a statement turned out to be that was not recognised.
    pub struct BankRuling, read as BankRulingFields {
        /// Reference of the decision on file.
        pub decision: String = required "besluit",
        /// Date of the decision.
        pub decided_on: Date = required "datum",
        /// The bank's number of the statement.
        pub statement: String = required "afschrift",
        /// The transaction within it, from 1.
        pub transaction: u32 = required "mutatie",
        /// What it is.
        pub fate: BankRulingFate = required "uitkomst",
        /// End-to-end id of the order, or reference under which money was asked back; there unless it is about no subsidy.
        pub reference: Option<String> = optional "kenmerk",
        /// Verified subject of who found out, no name.
        pub by: String = required "door",
    }
}

words! {
    /// What a transaction turned out to be.
    pub enum BankRulingFate {
        /// It paid an order.
        Paid = "opdracht",
        /// It gave an order back.
        Returned = "retour",
        /// A payee paid back what was asked.
        Recovered = "terugontvangst",
        /// It is about no subsidy: interest, charges, a levy.
        NoSubsidy = "geen-subsidie",
    }
}

impl Record for BankRuling {
    type Fields = BankRulingFields;

    fn assemble(fields: BankRulingFields, row: &mut RowReader<'_>) -> Option<Self> {
        match (fields.fate?, &fields.reference) {
            (BankRulingFate::NoSubsidy, Some(Some(_))) => {
                row.contradicting::<()>("kenmerk");
            }
            (BankRulingFate::NoSubsidy, Some(None) | None) => {}
            (BankRulingFate::Paid | BankRulingFate::Returned | BankRulingFate::Recovered, reference) => {
                row.needed(reference.as_ref().map(Option::as_ref), "kenmerk");
            }
        }
        fields.sound()
    }
}
