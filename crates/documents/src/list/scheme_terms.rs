//! Terms of schemes, adopted by a board decision (section 2.12).

use jiff::civil::Date;

use super::Record;
use super::cell::MonthDay;
use super::columns::fields;
use super::row::RowReader;
use super::words::{Origin, words};

fields! {
    /// The terms of one scheme.
    pub struct SchemeTerms, read as SchemeTermsFields {
        /// Scheme code.
        pub scheme: String = required "regeling",
        /// Reference of the board decision.
        pub decision: String = required "besluit",
        /// Date of the decision.
        pub decided_on: Date = required "besloten_op",
        /// First day on which the scheme is open.
        pub from: Date = required "van",
        /// Last day; absent when open-ended.
        pub until: Option<Date> = optional "tot",
        /// What happens when the budget is exhausted.
        pub budget_policy: BudgetPolicy = required "begrotingsbeleid",
        /// Whether VAT is subsidised.
        pub vat_basis: VatBasis = required "btw_grondslag",
        /// First day, in the year after performance, on which a claim is late; absent when never.
        pub late_from: Option<MonthDay> = optional "declareren_voor",
        /// Spending goal of the collective agreement.
        pub spending_goal: Option<String> = optional "bestedingsdoel",
        /// Where the terms come from.
        pub origin: Option<Origin> = optional "herkomst",
    }
}

words! {
    /// What happens when the budget of a scheme is exhausted.
    pub enum BudgetPolicy {
        /// Nothing more is paid.
        Block = "blokkeren",
        /// Payment goes on, with a warning.
        Warn = "waarschuwen",
        /// Claims wait in line.
        Queue = "wachtrij",
        /// The budget is shared out.
        ProRata = "pro_rata",
    }
}

words! {
    /// Whether VAT is subsidised.
    pub enum VatBasis {
        /// Amounts are without VAT.
        Exclusive = "exclusief",
        /// Amounts are with VAT.
        Inclusive = "inclusief",
    }
}

impl Record for SchemeTerms {
    type Fields = SchemeTermsFields;

    fn assemble(fields: SchemeTermsFields, row: &mut RowReader<'_>) -> Option<Self> {
        row.in_order(fields.from, fields.until.flatten(), "tot");
        fields.sound()
    }
}
