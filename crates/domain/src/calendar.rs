//! Years: the fiscal year in which a euro counts, and how a span of months divides over them.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::money::Euro;

/// A fiscal year of the fund: a calendar year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
#[doc(alias = "boekjaar")]
pub struct FiscalYear(i16);

impl FiscalYear {
    /// Returns the fiscal year of that number.
    #[must_use]
    pub const fn new(year: i16) -> Self {
        Self(year)
    }

    /// Returns the fiscal year in which a day falls.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.year())
    }

    /// Returns the year as a number.
    #[must_use]
    pub const fn number(self) -> i16 {
        self.0
    }

    /// Returns the year after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The part of an award that one fiscal year bears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "toerekening")]
pub struct Allocation {
    /// The year.
    pub year: FiscalYear,
    /// Units counted in it.
    pub units: i64,
    /// Euro borne by it.
    pub amount: Euro,
}

/// Divides an amount over fiscal years by the calendar months of a span.
///
/// A school year of August to July divides 5/12 and 7/12 (dossier E27). Units are counted in the year in which the span begins. A span that
/// ends before it begins is its first month.
#[must_use]
pub fn by_months(amount: Euro, units: i64, from: Date, until: Date) -> Vec<Allocation> {
    let mut months: Vec<(FiscalYear, u64)> = Vec::new();
    let (mut year, mut month) = (from.year(), from.month());
    let until = until.max(from);
    while (year, month) <= (until.year(), until.month()) {
        let fiscal = FiscalYear::new(year);
        match months.last_mut() {
            Some((last, count)) if *last == fiscal => *count += 1,
            _ => months.push((fiscal, 1)),
        }
        (year, month) = if month == 12 {
            (year + 1, 1)
        } else {
            (year, month + 1)
        };
    }
    let weights: Vec<u64> = months.iter().map(|(_, count)| *count).collect();
    amount
        .apportion(&weights)
        .into_iter()
        .zip(months)
        .enumerate()
        .map(|(at, (amount, (year, _)))| Allocation {
            year,
            units: if at == 0 { units } else { 0 },
            amount,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn e27_a_school_year_is_borne_by_two_fiscal_years() {
        let parts = by_months(
            Euro::from_cents(6_000_000),
            1,
            date(2022, 8, 1),
            date(2023, 7, 31),
        );
        assert_eq!(
            parts,
            [
                Allocation {
                    year: FiscalYear::new(2022),
                    units: 1,
                    amount: Euro::from_cents(2_500_000)
                },
                Allocation {
                    year: FiscalYear::new(2023),
                    units: 0,
                    amount: Euro::from_cents(3_500_000)
                },
            ]
        );
    }

    #[test]
    fn a_span_within_one_year_is_borne_by_that_year() {
        let parts = by_months(Euro::from_cents(100), 1, date(2023, 1, 1), date(2023, 12, 31));
        assert_eq!(
            parts,
            [Allocation {
                year: FiscalYear::new(2023),
                units: 1,
                amount: Euro::from_cents(100)
            }]
        );
    }
}
