//! Rulings of approvers on what was decided (section 2.19).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::amount::Amount;
use crate::identifier::PartyId;

fields! {
    /// What one person ruled on an invoice or on one line of it, before it is paid.
    pub struct Approval, read as ApprovalFields {
        /// Number of the ruling, unique.
        pub number: String = required "goedkeuring",
        /// Date of the ruling.
        pub decided_on: Date = required "datum",
        /// Whose invoice.
        pub payee: PartyId = required "begunstigde",
        /// Number of the invoice.
        pub invoice: String = required "factuur",
        /// Id of the line; absent when every line that can be ruled so is meant.
        pub line: Option<String> = optional "regel",
        /// What was ruled.
        pub ruling: ApprovalRuling = required "uitkomst",
        /// What is approved of the line; there when it is approved in part, and only then.
        pub amount: Option<Amount> = optional "bedrag",
        /// Code of the reason, or a reference; there unless all is approved or a hold ends.
        pub reason: Option<String> = optional "reden",
        /// Verified subject of the approver, no name.
        pub by: String = required "door",
        /// User account of the approver; more than one may belong to one subject.
        pub account: Option<String> = optional "account",
    }
}

words! {
    /// What an approver rules.
    pub enum ApprovalRuling {
        /// Pay all that was granted.
        Approve = "akkoord",
        /// Pay a part of what was granted on a line.
        Partly = "deels",
        /// Do not pay.
        Reject = "afwijzen",
        /// Back to the officer.
        Return = "terugsturen",
        /// Not yet.
        Hold = "aanhouden",
        /// A hold ends.
        Resume = "hervatten",
    }
}

impl Record for Approval {
    type Fields = ApprovalFields;

    fn assemble(fields: ApprovalFields, row: &mut RowReader<'_>) -> Option<Self> {
        match (fields.ruling?, &fields.amount) {
            (ApprovalRuling::Partly, _) => {
                row.needed(fields.amount, "bedrag");
                row.needed(fields.line.as_ref().map(Option::as_ref), "regel");
            }
            (_, Some(Some(_))) => {
                row.contradicting::<()>("bedrag");
            }
            (_, Some(None) | None) => {}
        }
        match fields.ruling? {
            ApprovalRuling::Approve | ApprovalRuling::Resume => {}
            ApprovalRuling::Partly
            | ApprovalRuling::Reject
            | ApprovalRuling::Return
            | ApprovalRuling::Hold => {
                row.needed(fields.reason.as_ref().map(Option::as_ref), "reden");
            }
        }
        fields.sound()
    }
}
