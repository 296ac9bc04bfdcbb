//! Figures beside the claims: deliveries of own services (section 2.15), reference figures (section 2.16).

use super::Record;
use super::cell::{Month, Year};
use super::columns::{fields, plain_record};
use super::row::RowReader;
use super::words::words;

fields! {
    /// What was delivered of an own service in a month.
    pub struct Delivery, read as DeliveryFields {
        /// Service code, for instance `COACHING`.
        pub service: String = required "dienst",
        /// Part of the service, for instance `REGULAR`.
        pub part: Option<String> = optional "onderdeel",
        /// The month.
        pub month: Month = required "maand",
        /// Units; absent when only a target is known.
        pub units: Option<u32> = expected "aantal",
        /// Target of the year for the service as a whole.
        pub yearly_target: Option<u32> = optional "doel",
        /// Source.
        pub source: Option<String> = optional "bron",
    }
}

/// A figure of a year that stands beside the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferenceFigure {
    /// Scheme code.
    pub scheme: String,
    /// Calendar year.
    pub year: i16,
    /// Category, for instance `TW-N2`; `*` for the whole scheme.
    pub category: String,
    /// Which figure.
    pub figure: Figure,
    /// Units.
    pub units: u32,
    /// Source.
    pub source: Option<String>,
}

words! {
    /// Which reference figure.
    pub enum Figure {
        /// Units asked for.
        Requested = "aangevraagd",
        /// Units realised in a year before this ledger.
        Realised = "gerealiseerd",
        /// People invited.
        Invited = "uitgenodigd",
        /// People registered.
        Registered = "aangemeld",
    }
}

fields! {
    struct ReferenceFigureFields {
        scheme: String = required "regeling",
        year: Year = required "jaar",
        category: String = required "categorie",
        figure: Figure = required "kengetal",
        units: u32 = required "aantal",
        source: Option<String> = optional "bron",
    }
}

plain_record!(Delivery, DeliveryFields);

impl Record for ReferenceFigure {
    type Fields = ReferenceFigureFields;

    fn assemble(fields: ReferenceFigureFields, _: &mut RowReader<'_>) -> Option<Self> {
        Some(Self {
            scheme: fields.scheme?,
            year: fields.year?.0,
            category: fields.category?,
            figure: fields.figure?,
            units: fields.units?,
            source: fields.source?,
        })
    }
}
