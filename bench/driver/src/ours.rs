//! The intake, as users get it; and the part of it that brings the views up to date.

use std::collections::BTreeMap;
use std::error::Error;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bench_exchange::{Measured, copy_prepared};
use subsidy_ledger::{Batch, Ledger, NewEvent, Opening, Position, Record, Sequence, StreamAppend};
use subsidyd::projection;

use crate::files::{BEFORE, invoices};
use crate::prepare::open_intake;

/// Takes in the invoices; the part is how long the views alone took to follow the same records on another copy.
pub(crate) fn run(fixtures: &Path, prepared: &Path, folder: &Path) -> Result<Measured, Box<dyn Error>> {
    let database = folder.join("ours.db");
    copy_prepared(&prepared.join(BEFORE), &database)?;
    let invoices = invoices(prepared)?;
    let ledger = Arc::new(Ledger::open(&database, Opening::Existing)?);
    let mut intake = open_intake(fixtures, &ledger)?;
    let before = ledger.head()?.size;

    let start = Instant::now();
    let summary = intake.ingest(&invoices, &mut |_| {})?;
    let micros = u64::try_from(start.elapsed().as_micros())?;

    let written: Vec<Record> = ledger
        .records((Bound::Excluded(Position(before)), Bound::Unbounded))?
        .collect::<Result<_, _>>()?;
    let mut events = BTreeMap::new();
    for record in &written {
        *events.entry(record.event_type.clone()).or_default() += 1;
    }
    let part_micros = follow(&prepared.join(BEFORE), &folder.join("views.db"), written)?;
    Ok(Measured {
        claims: summary.news().presented,
        micros,
        part_micros,
        events,
    })
}

/// Appends records to a ledger whose views have not seen them, and times the views.
fn follow(prepared: &Path, database: &Path, records: Vec<Record>) -> Result<u64, Box<dyn Error>> {
    copy_prepared(prepared, database)?;
    let ledger = Ledger::open(database, Opening::Existing)?;
    let Some(recorded_at) = records.first().map(|record| record.recorded_at) else {
        return Ok(0);
    };
    let appends = records.into_iter().map(|record| StreamAppend {
        stream: record.stream,
        expected: Sequence(record.sequence.0.saturating_sub(1)),
        events: vec![NewEvent {
            event_type: record.event_type,
            event_version: record.event_version,
            payload: record.payload,
        }],
    });
    let metadata = BTreeMap::from([("actor".to_owned(), "intake".to_owned())]);
    ledger.append(Batch {
        key: None,
        recorded_at,
        metadata,
        appends: appends.collect(),
    })?;
    let start = Instant::now();
    projection::follow(&ledger)?;
    Ok(u64::try_from(start.elapsed().as_micros())?)
}
