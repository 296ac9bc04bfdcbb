//! View rows and positions.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use super::read::snapshot;
use super::{SqliteStore, SqliteWriter, failed, integer};
use crate::error::{ReadError, StorageError};
use crate::event::Position;
use crate::view_store::{Generation, Keys, Saved, Stage, Switched, ViewSave, ViewState};

impl SqliteStore {
    pub(crate) fn generation(&self, name: &str, stage: Stage) -> Result<Option<Generation>, ReadError> {
        Ok(generation(&*self.reader()?, name, stage)?)
    }

    /// Returns the bodies of those of the keys that have a row.
    pub(crate) fn view_rows(
        &self,
        generation: i64,
        keys: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, ReadError> {
        let reader = self.reader()?;
        let read = || {
            let snapshot = reader.unchecked_transaction()?;
            let mut statement =
                snapshot.prepare_cached("SELECT body FROM view_row WHERE view = ? AND key = ?")?;
            let mut found = BTreeMap::new();
            for key in keys {
                let body = statement
                    .query_row(params![generation, key], |row| row.get(0))
                    .optional()?;
                if let Some(body) = body {
                    found.insert(key.clone(), body);
                }
            }
            Ok(found)
        };
        Ok(read().map_err(failed("reading view rows"))?)
    }

    /// Hands each row of the current generation to `each`, in the order of keys, all of one moment.
    pub(crate) fn scan(
        &self,
        name: &str,
        keys: &Keys,
        each: &mut dyn FnMut(&str, &str),
    ) -> Result<Option<ViewState>, ReadError> {
        let reader = self.reader()?;
        let snapshot = snapshot(&reader)?;
        let Some(current) = generation(&snapshot, name, Stage::Current)? else {
            return Ok(None);
        };
        let mut read = || {
            let mut statement = snapshot
                .prepare_cached("SELECT key, body FROM view_row WHERE view = ? AND key >= ? ORDER BY key")?;
            let mut rows = statement.query(params![current.id, keys.start()])?;
            while let Some(row) = rows.next()? {
                let (key, body) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
                if !keys.hold(key) {
                    break;
                }
                each(key, body);
            }
            Ok(())
        };
        read().map_err(failed("reading view rows"))?;
        Ok(Some(ViewState {
            version: current.version,
            position: current.position,
        }))
    }
}

impl SqliteWriter {
    /// Starts a generation at position 0, in place of any other at the same stage.
    pub(crate) fn begin_view(
        &mut self,
        name: &str,
        version: u32,
        stage: Stage,
    ) -> Result<Generation, StorageError> {
        self.usable()?;
        let mut begin = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute(
                "DELETE FROM view WHERE name = ? AND stage = ?",
                params![name, stage.text()],
            )?;
            transaction.execute(
                "INSERT INTO view (name, stage, version, position) VALUES (?, ?, ?, 0)",
                params![name, stage.text(), version],
            )?;
            let id = transaction.last_insert_rowid();
            transaction.commit()?;
            Ok(Generation {
                id,
                version,
                position: Position::START,
            })
        };
        let outcome = begin().map_err(failed("starting a view"));
        self.note(outcome)
    }

    /// Saves changed rows and positions of some views in one transaction.
    pub(crate) fn save_views(&mut self, saves: &[ViewSave]) -> Result<Saved, StorageError> {
        self.usable()?;
        let mut save = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for save in saves {
                let moved = transaction
                    .prepare_cached("UPDATE view SET position = ? WHERE id = ? AND position = ?")?
                    .execute(params![integer(save.to.0), save.generation, integer(save.from.0)])?;
                if moved != 1 {
                    // Another follower was here; dropping the transaction takes all of it back.
                    return Ok(Saved::Overtaken);
                }
                let mut put = transaction.prepare_cached(
                    "INSERT INTO view_row (view, key, body) VALUES (?, ?, ?)
                     ON CONFLICT (view, key) DO UPDATE SET body = excluded.body",
                )?;
                let mut remove =
                    transaction.prepare_cached("DELETE FROM view_row WHERE view = ? AND key = ?")?;
                for (key, body) in &save.changes {
                    match body {
                        Some(body) => put.execute(params![save.generation, key, body])?,
                        None => remove.execute(params![save.generation, key])?,
                    };
                }
            }
            transaction.commit()?;
            Ok(Saved::Done)
        };
        let outcome = save().map_err(failed("saving views"));
        self.note(outcome)
    }

    /// Makes the generation at a stage the one that is read, unless the current one of its version is ahead.
    pub(crate) fn switch_view(&mut self, name: &str, stage: Stage) -> Result<Switched, StorageError> {
        self.usable()?;
        let mut switch = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let current = generation_row(&transaction, name, Stage::Current)?;
            let Some(new) = generation_row(&transaction, name, stage)? else {
                return Ok(Switched::Gone);
            };
            let mut differing = None;
            if let Some(old) = current {
                if old.version == new.version && old.position > new.position {
                    return Ok(Switched::Behind);
                }
                if old.version == new.version && old.position == new.position {
                    differing = Some(difference(&transaction, old.id, new.id)?);
                }
                transaction.execute("DELETE FROM view WHERE id = ?", [old.id])?;
            }
            transaction.execute("UPDATE view SET stage = 'current' WHERE id = ?", [new.id])?;
            // A version that was catching up is what has just been folded.
            transaction.execute(
                "DELETE FROM view WHERE name = ? AND stage = 'next' AND version = ?",
                params![name, new.version],
            )?;
            let rows: i64 =
                transaction.query_row("SELECT count(*) FROM view_row WHERE view = ?", [new.id], |row| {
                    row.get(0)
                })?;
            transaction.commit()?;
            Ok(Switched::Done {
                rows: u64::try_from(rows).unwrap_or_default(),
                differing,
            })
        };
        let outcome = switch().map_err(failed("switching a view"));
        self.note(outcome)
    }
}

/// Counts the keys whose rows are not byte for byte the same in both generations.
fn difference(connection: &Connection, old: i64, new: i64) -> rusqlite::Result<u64> {
    let count: i64 = connection.query_row(
        "SELECT count(DISTINCT key) FROM (
             SELECT * FROM (SELECT key, body FROM view_row WHERE view = ?1
                            EXCEPT SELECT key, body FROM view_row WHERE view = ?2)
             UNION ALL
             SELECT * FROM (SELECT key, body FROM view_row WHERE view = ?2
                            EXCEPT SELECT key, body FROM view_row WHERE view = ?1))",
        [old, new],
        |row| row.get(0),
    )?;
    Ok(u64::try_from(count).unwrap_or_default())
}

fn generation(connection: &Connection, name: &str, stage: Stage) -> Result<Option<Generation>, StorageError> {
    generation_row(connection, name, stage).map_err(failed("reading a view's position"))
}

fn generation_row(connection: &Connection, name: &str, stage: Stage) -> rusqlite::Result<Option<Generation>> {
    connection
        .prepare_cached("SELECT id, version, position FROM view WHERE name = ? AND stage = ?")?
        .query_row([name, stage.text()], |row| {
            let position: i64 = row.get(2)?;
            Ok(Generation {
                id: row.get(0)?,
                version: row.get(1)?,
                position: Position(u64::try_from(position).unwrap_or_default()),
            })
        })
        .optional()
}
