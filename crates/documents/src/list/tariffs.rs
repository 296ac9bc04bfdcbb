//! Tariffs, adopted by a board decision (section 2.13).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::Origin;
use crate::amount::Amount;

fields! {
    /// One version of one tariff.
    pub struct Tariff, read as TariffFields {
        /// Scheme code.
        pub scheme: String = required "regeling",
        /// Key within the scheme, for instance `PA-N2`; `*` when the scheme has one tariff.
        pub key: String = required "sleutel",
        /// Name of the version, for instance `2023`.
        pub version: String = required "versie",
        /// The amount of one unit.
        pub amount: Amount = required "bedrag",
        /// Full price, for the control of the share.
        pub full_price: Option<Amount> = optional "prijs",
        /// First basis date.
        pub from: Date = required "van",
        /// Last basis date; absent when open-ended.
        pub until: Option<Date> = optional "tot",
        /// Reference of the board decision.
        pub decision: String = required "besluit",
        /// Date of the decision.
        pub decided_on: Date = required "besloten_op",
        /// Where the amount comes from.
        pub origin: Origin = required "herkomst",
        /// Source of a public amount.
        pub source: Option<String> = optional "bron",
    }
}

impl Record for Tariff {
    type Fields = TariffFields;

    fn assemble(fields: TariffFields, row: &mut RowReader<'_>) -> Option<Self> {
        row.in_order(fields.from, fields.until.flatten(), "tot");
        fields.sound()
    }
}
