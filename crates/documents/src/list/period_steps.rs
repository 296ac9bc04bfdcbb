//! Closing of periods (section 2.24).

use jiff::civil::Date;

use super::cell::{Cell, Month, Wrong, Year};
use super::columns::{fields, plain_record};
use super::words::words;
use crate::fault::FaultCode;

fields! {
    /// What one person did to close a period.
    pub struct PeriodStep, read as PeriodStepFields {
        /// The period.
        pub period: Period = required "periode",
        /// What was done.
        pub step: ClosingStep = required "stap",
        /// On which day.
        pub on: Date = required "datum",
        /// Verified subject of who did it, no name.
        pub by: String = required "door",
    }
}

/// A period that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// A calendar year.
    Year(i16),
    /// A month of a year.
    Month(Month),
}

impl Cell for Period {
    /// `YYYY` or `YYYY-MM`.
    fn parse(text: &str) -> Result<Self, Wrong> {
        let year = Year::parse(text).map(|Year(year)| Self::Year(year));
        year.or_else(|_| Month::parse(text).map(Self::Month))
            .map_err(|_| FaultCode::InvalidDate.into())
    }
}

words! {
    /// What is done to close a period.
    pub enum ClosingStep {
        /// The period is proposed for closing.
        Propose = "voorstel",
        /// A second person closes it.
        Approve = "akkoord",
    }
}

plain_record!(PeriodStep, PeriodStepFields);
