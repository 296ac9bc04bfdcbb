//! The limit: parsing the same files and inserting the same rows, with nothing decided and nothing checked.

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use bench_exchange::{Measured, copy_prepared};
use rusqlite::{Connection, params};
use subsidy_documents::{Limits, read};

use crate::files::{AFTER, ROWS, invoices};
use crate::prepare::connect;

/// How many rows go into one transaction: as many as the intake gathers.
const BATCH: usize = 4_000;

/// The table of the ledger with its constraints and indexes, without its triggers.
const TABLE: &str = "CREATE TABLE events (
    aggregate_type TEXT    NOT NULL CHECK (aggregate_type <> ''),
    aggregate_id   TEXT    NOT NULL CHECK (aggregate_id <> ''),
    sequence       INTEGER NOT NULL CHECK (sequence >= 1),
    event_type     TEXT    NOT NULL CHECK (event_type <> ''),
    event_version  TEXT    NOT NULL CHECK (event_version <> ''),
    payload        TEXT    NOT NULL,
    metadata       TEXT    NOT NULL,
    position       INTEGER NOT NULL CHECK (position >= 1),
    recorded_at    INTEGER NOT NULL,
    hash           BLOB    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (position),
    UNIQUE (aggregate_type, aggregate_id, sequence)
) STRICT";

struct Row {
    kind: String,
    id: String,
    sequence: i64,
    event_type: String,
    event_version: String,
    payload: String,
    metadata: String,
    position: i64,
    recorded_at: i64,
    hash: Vec<u8>,
}

/// Copies the rows of a ledger into a bare table.
pub(crate) fn copy_rows(ledger: &Path, bare: &Path) -> Result<(), Box<dyn Error>> {
    let mut connection = connect(bare)?;
    connection.execute_batch(TABLE)?;
    let rows = rows_after(ledger, 0)?;
    insert(&mut connection, &rows)?;
    Ok(())
}

/// Parses the invoices and inserts the rows that they became.
pub(crate) fn run(prepared: &Path, folder: &Path) -> Result<Measured, Box<dyn Error>> {
    let database = folder.join("limit.db");
    copy_prepared(&prepared.join(ROWS), &database)?;
    let mut connection = connect(&database)?;
    let before: i64 = connection.query_row("SELECT max(position) FROM events", [], |row| row.get(0))?;
    let rows = rows_after(&prepared.join(AFTER), before)?;
    let invoices = invoices(prepared)?;
    let limits = Limits::default();

    let start = Instant::now();
    for path in invoices {
        black_box(read(&std::fs::read(path)?, &limits)?);
    }
    for batch in rows.chunks(BATCH) {
        insert(&mut connection, batch)?;
    }
    let all = start.elapsed();

    let mut events = BTreeMap::new();
    for row in rows {
        *events.entry(row.event_type).or_default() += 1;
    }
    Ok(Measured {
        claims: events.get("LinePresented").copied().unwrap_or_default(),
        micros: u64::try_from(all.as_micros())?,
        events,
    })
}

fn insert(connection: &mut Connection, rows: &[Row]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached(
            "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version,
                                 payload, metadata, position, recorded_at, hash)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?;
        for row in rows {
            statement.execute(params![
                row.kind,
                row.id,
                row.sequence,
                row.event_type,
                row.event_version,
                row.payload,
                row.metadata,
                row.position,
                row.recorded_at,
                row.hash,
            ])?;
        }
    }
    transaction.commit()
}

fn rows_after(ledger: &Path, position: i64) -> rusqlite::Result<Vec<Row>> {
    Connection::open(ledger)?
        .prepare(
            "SELECT aggregate_type, aggregate_id, sequence, event_type, event_version,
                    payload, metadata, position, recorded_at, hash
             FROM events WHERE position > ? ORDER BY position",
        )?
        .query_map([position], |row| {
            Ok(Row {
                kind: row.get(0)?,
                id: row.get(1)?,
                sequence: row.get(2)?,
                event_type: row.get(3)?,
                event_version: row.get(4)?,
                payload: row.get(5)?,
                metadata: row.get(6)?,
                position: row.get(7)?,
                recorded_at: row.get(8)?,
                hash: row.get(9)?,
            })
        })?
        .collect()
}
