//! Cases of budget coaching (section 2.6).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use super::words::words;

fields! {
    /// A case of budget coaching, without personal data.
    pub struct BudgetCoachingCase, read as BudgetCoachingCaseFields {
        /// Case number of the supplier, unique.
        pub number: String = required "dossier",
        /// A higher version replaces a lower one.
        pub version: u32 = or_one "versie" | "rev",
        /// Date on which it was asked for.
        pub requested_on: Date = required "aangevraagd_op",
        /// Date on which it started.
        pub started_on: Option<Date> = optional "gestart_op",
        /// What was given; absent when undecided.
        pub product: Option<CoachingProduct> = optional "soort",
        /// Date on which it was completed: performance date.
        pub completed_on: Option<Date> = optional "afgerond_op",
    }
}

words! {
    /// What a case of budget coaching gives.
    pub enum CoachingProduct {
        /// Financial insight.
        Insight = "FI",
        /// Financial coaching.
        Coaching = "FC",
    }
}

plain_record!(BudgetCoachingCase, BudgetCoachingCaseFields);
