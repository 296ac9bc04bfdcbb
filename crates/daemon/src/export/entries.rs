//! The entries of the ledger, one by one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::journal::{Account, Entry};
use subsidy_domain::money::Euro;
use subsidy_domain::recorded::Family;
use subsidy_domain::scheme::SchemeCode;
use subsidy_ledger::{Ledger, Position, Record};

use super::{ExportError, Scope};
use crate::projection::decode;
use crate::report::opens_in;

/// Hands over each entry up to a position, with when it was recorded.
pub(super) fn each(
    ledger: &Ledger,
    until: Position,
    take: &mut dyn FnMut(&Entry, Timestamp) -> Result<(), ExportError>,
) -> Result<(), ExportError> {
    for record in ledger.records(..=until)? {
        let record = record?;
        if !may_post(&record) {
            continue;
        }
        let recorded = decode(&record)?;
        if let Some(entry) = Entry::of(&recorded) {
            if !entry.balance().is_zero() {
                let position = entry.position;
                return Err(ExportError::OutOfBalance { position });
            }
            take(&entry, record.recorded_at)?;
        }
    }
    Ok(())
}

/// What this program does not know is decoded, and stops there.
fn may_post(record: &Record) -> bool {
    let family = Family::of(record.stream.kind.as_str(), &record.event_version);
    family.is_none_or(|family| Entry::may_come_of(family, &record.event_type))
}

/// What stood on each account when a year began.
pub(super) type Opening = BTreeMap<(Account, Option<SchemeCode>), Euro>;

/// Whether an entry is of what is handed over.
pub(super) fn is_of(scope: Scope, entry: &Entry) -> bool {
    scope.year.is_none_or(|year| FiscalYear::of(entry.on) == year)
}

/// Adds an entry to what stood when the year began; one of the year or after it is not.
pub(super) fn carry_over(opening: &mut Opening, year: FiscalYear, entry: &Entry) {
    if FiscalYear::of(entry.on) >= year {
        return;
    }
    for line in &entry.lines {
        let account = opens_in(line.account);
        let scheme = line.scheme.filter(|_| account == line.account);
        *opening.entry((account, scheme)).or_default() += line.amount;
    }
}

/// Returns what stood on each account when the year began; nothing when no year is named.
pub(super) fn opening(ledger: &Ledger, scope: Scope) -> Result<Opening, ExportError> {
    let mut opening = Opening::new();
    if let Some(year) = scope.year {
        each(ledger, scope.until, &mut |entry, _| {
            carry_over(&mut opening, year, entry);
            Ok(())
        })?;
    }
    opening.retain(|_, amount| !amount.is_zero());
    Ok(opening)
}
