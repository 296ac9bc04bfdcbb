//! What the sides start from: the ledger before the invoices, the bare rows of it, and the commands of the invoices.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bench_exchange::{copy_prepared, write_script};
use rusqlite::Connection;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::intake::{Intake, Summary};
use subsidyd::secret;

use crate::files::{AFTER, BEFORE, INVOICES, ROWS, SCRIPT, Year, clock, year};
use crate::limit;
use crate::script;

/// Prepares everything that is not measured.
pub(crate) fn prepare(fixtures: &Path, folder: &Path) -> Result<(), Box<dyn Error>> {
    let Year { before, invoices } = year(fixtures)?;
    std::fs::write(folder.join(INVOICES), serde_json::to_vec(&invoices)?)?;
    let (path_before, path_after) = (folder.join(BEFORE), folder.join(AFTER));
    let (head, _) = ingest(fixtures, &path_before, Opening::Create, &before)?;
    copy_prepared(&path_before, &path_after)?;
    let (_, summary) = ingest(fixtures, &path_after, Opening::Existing, &invoices)?;
    let news = summary.news();
    eprintln!(
        "{} invoices, {} lines: {} matched, {} wait, {} rejected; {} events before them",
        invoices.len(),
        news.presented,
        news.matched,
        news.parked.values().sum::<u64>(),
        news.rejected.values().sum::<u64>(),
        head,
    );
    let steps = script::of(&path_after, head, &invoices)?;
    write_script(&folder.join(SCRIPT), steps.iter())?;
    limit::copy_rows(&path_before, &folder.join(ROWS))
}

fn ingest(
    fixtures: &Path,
    path: &Path,
    opening: Opening,
    files: &[PathBuf],
) -> Result<(u64, Summary), Box<dyn Error>> {
    let ledger = Arc::new(Ledger::open(path, opening)?);
    let mut intake = open_intake(fixtures, &ledger)?;
    let summary = intake.ingest(files, &mut |_| {})?;
    Ok((ledger.head()?.size, summary))
}

/// Opens intake with the secret of the fixture year and the one moment of the benchmark.
pub(crate) fn open_intake(fixtures: &Path, ledger: &Arc<Ledger>) -> Result<Intake, Box<dyn Error>> {
    let secret = secret::read(&fixtures.join("learner.key"))?;
    Ok(Intake::open(Arc::clone(ledger), secret, clock())?)
}

/// Opens a database with the pragmas under which the ledger writes.
pub(crate) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "wal_autocheckpoint", 16_000)?;
    Ok(connection)
}
