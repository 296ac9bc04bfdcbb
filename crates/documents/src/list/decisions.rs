//! Decisions of an officer on invoice lines (section 2.17).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use super::words::words;
use crate::identifier::PartyId;

fields! {
    /// What an officer decided on a line of an invoice.
    pub struct OfficerDecision, read as OfficerDecisionFields {
        /// Number of the decision, unique.
        pub number: String = required "besluit",
        /// Date of the decision.
        pub decided_on: Date = required "datum",
        /// Whose invoice.
        pub payee: PartyId = required "begunstigde",
        /// Number of the invoice.
        pub invoice: String = required "factuur",
        /// Id of the line.
        pub line: String = required "regel",
        /// What was decided.
        pub ruling: Ruling = required "uitkomst",
        /// Code of the reason.
        pub reason: String = required "reden",
        /// Verified subject of the officer, no name.
        pub officer: String = required "door",
    }
}

words! {
    /// What an officer decides on a line.
    pub enum Ruling {
        /// Pay.
        Award = "toewijzen",
        /// Do not pay.
        Reject = "afwijzen",
    }
}

plain_record!(OfficerDecision, OfficerDecisionFields);
