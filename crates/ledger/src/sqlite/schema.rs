//! The numbered migrations, and the check that a file is a ledger this program knows.

use std::path::Path;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::failed;
use crate::error::OpenError;
use crate::ledger::Opening;

/// Marks a file as a ledger: "subs" in ASCII.
const APPLICATION_ID: i64 = 0x7375_6273;

/// The migrations, each with the schema version it leads to. What was released is never edited.
const MIGRATIONS: [(i64, &str); 2] = [
    (1, include_str!("../../migrations/sqlite/0001_ledger.sql")),
    (2, include_str!("../../migrations/sqlite/0002_proof.sql")),
];

/// The schema version that this program reads and writes.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |(version, _)| *version)
}

/// What a file says of itself.
struct Marks {
    application: i64,
    version: i64,
    objects: i64,
}

fn marks(connection: &Connection, path: &Path) -> Result<Marks, OpenError> {
    let read = || {
        Ok(Marks {
            application: connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
            version: connection.pragma_query_value(None, "user_version", |row| row.get(0))?,
            objects: connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
        })
    };
    read().map_err(|error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotALedger { at: path.into() },
        Some(_) | None => failed("reading the schema version")(error).into(),
    })
}

/// Brings the file to the schema that this program knows.
pub(super) fn migrate(connection: &mut Connection, path: &Path, opening: Opening) -> Result<(), OpenError> {
    let doing = failed("migrating the schema");
    // Two processes that start the same file must not both migrate it: the marks are read under the write lock.
    marks(connection, path)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(&doing)?;
    let found = marks(&transaction, path)?;
    let empty = found.application == 0 && found.version == 0 && found.objects == 0;
    let starting = match opening {
        Opening::Create => empty,
        Opening::Existing => false,
    };
    if !starting {
        check_marks(&found, path)?;
    }
    for (version, migration) in MIGRATIONS.iter().filter(|(version, _)| *version > found.version) {
        transaction.execute_batch(migration).map_err(&doing)?;
        transaction
            .pragma_update(None, "user_version", version)
            .map_err(&doing)?;
    }
    if starting {
        transaction
            .pragma_update(None, "application_id", APPLICATION_ID)
            .map_err(&doing)?;
    }
    transaction.commit().map_err(&doing)?;
    Ok(())
}

/// Checks that the file is a ledger of exactly the schema that this program knows.
pub(super) fn check(connection: &Connection, path: &Path) -> Result<(), OpenError> {
    let found = marks(connection, path)?;
    check_marks(&found, path)?;
    if found.version < known() {
        return Err(OpenError::TooOld {
            found: found.version,
            known: known(),
        });
    }
    Ok(())
}

fn check_marks(found: &Marks, path: &Path) -> Result<(), OpenError> {
    if found.application != APPLICATION_ID || found.version == 0 {
        return Err(OpenError::NotALedger { at: path.into() });
    }
    if found.version > known() {
        return Err(OpenError::TooNew {
            found: found.version,
            known: known(),
        });
    }
    Ok(())
}

/// Returns the triggers of the known schema, by name, as their SQL text.
pub(super) fn guards(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    connection
        .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Returns the triggers as they should be, from the migrations run on a database in memory.
pub(super) fn guards_wanted() -> rusqlite::Result<Vec<(String, String)>> {
    let memory = Connection::open_in_memory()?;
    for (_, migration) in &MIGRATIONS {
        memory.execute_batch(migration)?;
    }
    guards(&memory)
}
