//! When one approval is enough (section 2.26).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use crate::amount::Amount;

fields! {
    /// Up to which amount of an invoice one approval is enough.
    pub struct ApprovalPolicy, read as ApprovalPolicyFields {
        /// The amount; zero when two approvals are always needed.
        pub one_up_to: Amount = required "een_tot_en_met",
        /// Reference of the board decision.
        pub decision: String = required "besluit",
        /// Date of the decision.
        pub decided_on: Date = required "datum",
    }
}

plain_record!(ApprovalPolicy, ApprovalPolicyFields);
