//! What is asked back of a payee (section 2.21).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::identifier::PartyId;

fields! {
    /// How what was paid in vain is to come back, of an invoice or of one line of it.
    pub struct Recourse, read as RecourseFields {
        /// Reference under which the payee hears of it, for instance `TV-2023-001`; several rows may share it.
        pub reference: String = required "kenmerk",
        /// Date of the announcement, or of the decision to write off.
        pub on: Date = required "datum",
        /// Of whom.
        pub payee: PartyId = required "begunstigde",
        /// Number of the invoice of which paid lines are taken back.
        pub invoice: String = required "factuur",
        /// Id of the line; absent when every line that is to be taken back is meant.
        pub line: Option<String> = optional "regel",
        /// How it is to come back.
        pub manner: RecourseManner = required "wijze",
        /// Verified subject of who decided it, no name.
        pub by: String = required "door",
        /// Verified subject of the second person; there when it is written off, and only then.
        pub second: Option<String> = optional "tweede",
    }
}

words! {
    /// How what was paid in vain comes back.
    pub enum RecourseManner {
        /// It is taken off what the payee is paid next.
        Offset = "verrekenen",
        /// The payee pays it back.
        Repay = "terugbetalen",
        /// It does not come back: the fund bears it.
        WriteOff = "afboeken",
    }
}

impl Record for Recourse {
    type Fields = RecourseFields;

    fn assemble(fields: RecourseFields, row: &mut RowReader<'_>) -> Option<Self> {
        match (fields.manner?, &fields.second) {
            (RecourseManner::WriteOff, second) => {
                row.needed(second.as_ref().map(Option::as_ref), "tweede");
            }
            (RecourseManner::Offset | RecourseManner::Repay, Some(Some(_))) => {
                row.contradicting::<()>("tweede");
            }
            (RecourseManner::Offset | RecourseManner::Repay, Some(None) | None) => {}
        }
        fields.sound()
    }
}
