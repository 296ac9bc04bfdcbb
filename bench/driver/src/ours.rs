//! The intake: as users get it, and with its views left to another.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bench_exchange::{Measured, copy_prepared};
use subsidy_ledger::{Ledger, Opening, Position};
use subsidyd::intake::Upkeep;

use crate::files::{BEFORE, invoices};
use crate::prepare::open_intake;

/// Takes in the invoices, views included or left to another.
pub(crate) fn run(
    fixtures: &Path,
    prepared: &Path,
    folder: &Path,
    upkeep: Upkeep,
) -> Result<Measured, Box<dyn Error>> {
    let database = folder.join("ours.db");
    copy_prepared(&prepared.join(BEFORE), &database)?;
    let invoices = invoices(prepared)?;
    let ledger = Arc::new(Ledger::open(&database, Opening::Existing)?);
    let mut intake = open_intake(fixtures, &ledger)?;
    intake.set_upkeep(upkeep);
    let before = ledger.head()?.size;

    let start = Instant::now();
    let summary = intake.ingest(&invoices, &mut |_| {})?;
    let micros = u64::try_from(start.elapsed().as_micros())?;

    let mut events = BTreeMap::new();
    for record in ledger.records((Bound::Excluded(Position(before)), Bound::Unbounded))? {
        *events.entry(record?.event_type).or_default() += 1;
    }
    Ok(Measured {
        claims: summary.news().presented,
        micros,
        events,
    })
}
