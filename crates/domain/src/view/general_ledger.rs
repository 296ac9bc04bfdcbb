//! The general ledger: what was debited and credited on each account, by month and scheme.

use serde::{Deserialize, Serialize};

use super::View;
use crate::journal::{Account, Entry, Posting};
use crate::money::Euro;
use crate::recorded::{Family, Recorded};
use crate::scheme::SchemeCode;

/// What was booked in a month on an account for a scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "saldobalansregel")]
pub struct GeneralLedgerRow {
    /// All debits.
    pub debit: Euro,
    /// All credits.
    pub credit: Euro,
}

/// The key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[doc(alias = "saldobalanssleutel")]
pub struct GeneralLedgerKey {
    /// The year in which it is effective.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The account.
    pub account: Account,
    /// The scheme; none on what is the bank's.
    pub scheme: Option<SchemeCode>,
}

impl GeneralLedgerKey {
    fn of(entry: &Entry, line: &Posting) -> Self {
        Self {
            year: entry.on.year(),
            month: entry.on.month(),
            account: line.account,
            scheme: line.scheme,
        }
    }

    /// Reads a key of the view.
    #[must_use]
    pub fn parse(key: &str) -> Option<Self> {
        let (month, rest) = key.split_once('|')?;
        let (account, scheme) = rest.split_once('|')?;
        let (year, month) = month.split_once('-')?;
        Some(Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            account: account.parse().ok()?,
            scheme: match scheme {
                "" => None,
                scheme => Some(scheme.parse().ok()?),
            },
        })
    }
}

impl std::fmt::Display for GeneralLedgerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}|{}|", self.year, self.month, self.account)?;
        match self.scheme {
            Some(scheme) => write!(f, "{scheme}"),
            None => Ok(()),
        }
    }
}

/// The view.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "grootboek")]
pub struct GeneralLedger;

impl View for GeneralLedger {
    type Row = GeneralLedgerRow;
    const NAME: &'static str = "general_ledger";
    const VERSION: u32 = 1;

    fn follows(family: Family, event_type: &str) -> bool {
        Entry::may_come_of(family, event_type)
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        let Some(entry) = Entry::of(event) else { return };
        let own = keys.len();
        for line in &entry.lines {
            let key = GeneralLedgerKey::of(&entry, line).to_string();
            if !keys.iter().skip(own).any(|known| *known == key) {
                keys.push(key);
            }
        }
    }

    fn fold(key: &str, row: Option<GeneralLedgerRow>, event: &Recorded) -> Option<GeneralLedgerRow> {
        let Some(entry) = Entry::of(event) else { return row };
        let mut row = row.unwrap_or_default();
        let lines = entry.lines.iter();
        for line in lines.filter(|line| GeneralLedgerKey::of(&entry, line).to_string() == key) {
            row.debit += line.debit();
            row.credit += line.credit();
        }
        Some(row)
    }
}
