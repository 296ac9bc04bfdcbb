//! The raw limits on a SQLite file and on the disk under it.

use std::error::Error;
use std::fs::File;
use std::hint::black_box;
use std::os::unix::fs::FileExt;
use std::path::Path;

use bench_exchange::Paced;
use bench_exchange::stock::SQLITE_TABLE;
use rusqlite::{Connection, OpenFlags, params};
use sha2::{Digest, Sha256};

use super::append::{batch, evidence};
use super::timed;
use crate::prepare::connect;

/// Inserts the rows of so many events into the stock table, so many to a transaction, synced as the ledger does.
pub(super) fn append(at: &Path, count: u64, size: usize) -> Result<Paced, Box<dyn Error>> {
    let mut connection = connect(at)?;
    connection.execute_batch(SQLITE_TABLE)?;
    let rows = batch(evidence(0..count)?)?.appends;
    let metadata = r#"{"by":"bench"}"#;
    timed(count, || {
        for chunk in rows.chunks(size) {
            let transaction = connection.transaction()?;
            {
                let mut statement =
                    transaction.prepare_cached("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)")?;
                for append in chunk {
                    for event in &append.events {
                        statement.execute(params![
                            append.stream.kind.as_str(),
                            append.stream.id,
                            1,
                            event.event_type,
                            event.event_version,
                            event.payload,
                            metadata,
                        ])?;
                    }
                }
            }
            transaction.commit()?;
        }
        Ok(())
    })
}

/// Reads every row in order and hashes its bytes, on one thread.
pub(super) fn verify(at: &Path) -> Result<Paced, Box<dyn Error>> {
    let connection = Connection::open_with_flags(at, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count: i64 = connection.query_row("SELECT size FROM ledger_head", [], |row| row.get(0))?;
    timed(u64::try_from(count)?, || {
        let mut statement = connection.prepare(
            "SELECT aggregate_type, aggregate_id, event_type, event_version, payload, metadata,
                    position, sequence, recorded_at FROM events ORDER BY position",
        )?;
        let mut rows = statement.query([])?;
        let mut entry = Vec::new();
        while let Some(row) = rows.next()? {
            entry.clear();
            for column in 0..6 {
                entry.extend_from_slice(row.get_ref(column)?.as_str()?.as_bytes());
            }
            for column in 6..9 {
                entry.extend_from_slice(&row.get::<_, i64>(column)?.to_be_bytes());
            }
            black_box(Sha256::digest(&entry));
        }
        Ok(())
    })
}

/// Writes two pages after those before and syncs, so many times: the least that a durable commit can be. The file has its length
/// before, as a log that is written over again has.
pub(super) fn fdatasync(at: &Path, count: u64) -> Result<Paced, Box<dyn Error>> {
    let file = File::create(at)?;
    let page = [7_u8; 8_192];
    for number in 0..count {
        file.write_all_at(&page, number * 8_192)?;
    }
    file.sync_all()?;
    timed(count, || {
        for number in 0..count {
            file.write_all_at(&page, number * 8_192)?;
            file.sync_data()?;
        }
        Ok(())
    })
}
