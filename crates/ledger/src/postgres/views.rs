//! View rows and positions.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::{Connection, PgConnection};

use super::connect::{Failure, failed};
use super::read::Read;
use super::wire::{Fields, integer, natural};
use super::{PostgresStore, PostgresWriter};
use crate::error::{ReadError, StorageError};
use crate::event::Position;
use crate::view_store::{Generation, Keys, Saved, Stage, Switched, ViewSave, ViewState};

/// How many rows are read at a time.
const ROWS: usize = 5_000;

/// The transaction of a read that takes more than one statement: all of one moment.
pub(super) const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

impl PostgresStore {
    pub(crate) fn generation(&self, name: &str, stage: Stage) -> Result<Option<Generation>, ReadError> {
        self.shared
            .read(async |connection| -> Read<_> { Ok(generation(connection, name, stage).await?) })
            .map_err(|error| error.read_error("reading a view's position"))
    }

    /// Returns the bodies of those of the keys that have a row.
    pub(crate) fn view_rows(
        &self,
        generation: i64,
        keys: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, String>, ReadError> {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        self.shared
            .read(async |connection| -> Read<_> {
                let rows = sqlx::query(
                    "SELECT kept.key, kept.body FROM unnest($2::text[]) AS asked (key)
                     CROSS JOIN LATERAL (SELECT key, body FROM subsidy.view_row
                                         WHERE view = $1 AND key = asked.key LIMIT 1) AS kept",
                )
                .bind(generation)
                .bind(&keys)
                .fetch_all(connection)
                .await?;
                rows.iter()
                    .map(pair)
                    .collect::<Result<_, _>>()
                    .map_err(Failure::Sql)
            })
            .map_err(|error| error.read_error("reading view rows"))
    }

    /// Hands each row of the current generation to `each`, in the order of keys, all of one moment.
    pub(crate) fn scan(
        &self,
        name: &str,
        keys: &Keys,
        each: &mut dyn FnMut(&str, &str),
    ) -> Result<Option<ViewState>, ReadError> {
        self.shared
            .read_once(async |connection| -> Read<_> {
                let mut snapshot = connection.begin_with(SNAPSHOT).await?;
                let Some(current) = generation(&mut snapshot, name, Stage::Current).await? else {
                    return Ok(None);
                };
                let mut from = keys.start().to_owned();
                let mut first = true;
                loop {
                    let rows = sqlx::query(
                        "SELECT key, body FROM subsidy.view_row
                         WHERE view = $1 AND key >= $2 AND (key > $2 OR $3) ORDER BY key LIMIT $4",
                    )
                    .bind(current.id)
                    .bind(&from)
                    .bind(first)
                    .bind(i64::try_from(ROWS).unwrap_or(i64::MAX))
                    .fetch_all(&mut *snapshot)
                    .await?;
                    let mut done = rows.len() < ROWS;
                    for row in &rows {
                        let (key, body) = pair::<String, String>(row)?;
                        if !keys.hold(&key) {
                            done = true;
                            break;
                        }
                        each(&key, &body);
                        from = key;
                    }
                    first = false;
                    if done || matches!(keys, Keys::One(_)) {
                        break;
                    }
                }
                snapshot.commit().await?;
                Ok(Some(ViewState {
                    version: current.version,
                    position: current.position,
                }))
            })
            .map_err(|error| error.read_error("reading view rows"))
    }
}

fn pair<A, B>(row: &sqlx::postgres::PgRow) -> Result<(A, B), sqlx::Error>
where
    A: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    B: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    Ok((sqlx::Row::try_get(row, 0)?, sqlx::Row::try_get(row, 1)?))
}

/// How many numbers of views are tried before the next one is said to be taken.
const GENERATIONS: usize = 100;

impl PostgresWriter {
    /// Runs work in a transaction of the writer; what it does not commit is taken back.
    pub(super) fn transact<R>(
        &mut self,
        doing: &'static str,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<Option<R>, sqlx::Error>,
        otherwise: R,
    ) -> Result<R, StorageError> {
        self.usable(doing)?;
        let shared = std::sync::Arc::clone(&self.shared);
        let done: Result<R, sqlx::Error> = shared.wait(async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => shared.connect().await?,
            };
            let mut transaction = connection.begin().await?;
            let outcome = match work(&mut transaction).await? {
                Some(outcome) => {
                    transaction.commit().await?;
                    outcome
                }
                None => {
                    transaction.rollback().await?;
                    otherwise
                }
            };
            self.connection = Some(connection);
            Ok(outcome)
        });
        self.note(done.map_err(failed(doing)))
    }

    /// Starts a generation at position 0, in place of any other at the same stage.
    pub(crate) fn begin_view(
        &mut self,
        name: &str,
        version: u32,
        stage: Stage,
    ) -> Result<Generation, StorageError> {
        let begun = self.transact(
            "starting a view",
            async |transaction| {
                // One after the other: who comes second sees what the first one began, and begins in its place.
                sqlx::query("SELECT pg_advisory_xact_lock('subsidy.view'::regclass::oid::int, hashtext($1))")
                    .bind(name)
                    .execute(&mut *transaction)
                    .await?;
                remove(transaction, name, stage, None).await?;
                sqlx::query("SELECT subsidy.publish_view($1)")
                    .bind(name)
                    .execute(&mut *transaction)
                    .await?;
                // The next number is taken only where somebody changed a view by hand: then the one after it will do.
                for _ in 0..GENERATIONS {
                    let id: Option<i64> = sqlx::query_scalar(
                        "INSERT INTO subsidy.view (name, stage, version, position) VALUES ($1, $2, $3, 0)
                         ON CONFLICT ON CONSTRAINT view_pk DO NOTHING RETURNING id",
                    )
                    .bind(name)
                    .bind(stage.text())
                    .bind(i64::from(version))
                    .fetch_optional(&mut *transaction)
                    .await?;
                    if id.is_some() {
                        return Ok(Some(id));
                    }
                }
                Err(sqlx::Error::RowNotFound)
            },
            None,
        )?;
        Ok(Generation {
            id: begun.unwrap_or_default(),
            version,
            position: Position::START,
        })
    }

    /// Saves changed rows and positions of some views in one transaction.
    pub(crate) fn save_views(&mut self, saves: &[ViewSave]) -> Result<Saved, StorageError> {
        self.transact(
            "saving views",
            async |transaction| {
                for save in saves {
                    if !save_view(transaction, save).await? {
                        return Ok(None);
                    }
                }
                Ok(Some(Saved::Done))
            },
            Saved::Overtaken,
        )
    }

    /// Makes the generation at a stage the one that is read, unless the current one of its version is ahead.
    pub(crate) fn switch_view(&mut self, name: &str, stage: Stage) -> Result<Switched, StorageError> {
        let mut why_not = Switched::Gone;
        let switched = self.transact(
            "switching a view",
            async |transaction| {
                // Followers wait for these rows, so what is compared stays as it is until the switch.
                sqlx::query("SELECT id FROM subsidy.view WHERE name = $1 ORDER BY id FOR UPDATE")
                    .bind(name)
                    .execute(&mut *transaction)
                    .await?;
                let current = generation(transaction, name, Stage::Current).await?;
                let Some(new) = generation(transaction, name, stage).await? else {
                    return Ok(None);
                };
                let mut differing = None;
                if let Some(old) = current {
                    if old.version == new.version && old.position > new.position {
                        why_not = Switched::Behind;
                        return Ok(None);
                    }
                    if old.version == new.version && old.position == new.position {
                        differing = Some(difference(transaction, old.id, new.id).await?);
                    }
                    remove(transaction, name, Stage::Current, None).await?;
                }
                sqlx::query("UPDATE subsidy.view SET stage = 'current' WHERE id = $1")
                    .bind(new.id)
                    .execute(&mut *transaction)
                    .await?;
                // A version that was catching up is what has just been folded.
                remove(transaction, name, Stage::Next, Some(new.version)).await?;
                let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM subsidy.view_row WHERE view = $1")
                    .bind(new.id)
                    .fetch_one(transaction)
                    .await?;
                Ok(Some(Some(Switched::Done {
                    rows: natural(rows),
                    differing,
                })))
            },
            None,
        )?;
        Ok(switched.unwrap_or(why_not))
    }
}

/// Saves one view; false when another follower was here.
async fn save_view(connection: &mut PgConnection, save: &ViewSave) -> Result<bool, sqlx::Error> {
    let moved = sqlx::query("UPDATE subsidy.view SET position = $1 WHERE id = $2 AND position = $3")
        .bind(integer(save.to.0))
        .bind(save.generation)
        .bind(integer(save.from.0))
        .execute(&mut *connection)
        .await?;
    if moved.rows_affected() != 1 {
        return Ok(false);
    }
    let (mut keys, mut bodies, mut gone) = (Vec::new(), Vec::new(), Vec::new());
    for (key, body) in &save.changes {
        match body {
            Some(body) => {
                keys.push(key.as_str());
                bodies.push(body.as_str());
            }
            None => gone.push(key.as_str()),
        }
    }
    if !keys.is_empty() {
        sqlx::query(
            "INSERT INTO subsidy.view_row (view, key, body)
             SELECT $1, unnest($2::text[]), unnest($3::text[])
             ON CONFLICT ON CONSTRAINT view_row_pk DO UPDATE SET body = excluded.body",
        )
        .bind(save.generation)
        .bind(keys)
        .bind(bodies)
        .execute(&mut *connection)
        .await?;
    }
    if !gone.is_empty() {
        sqlx::query("DELETE FROM subsidy.view_row WHERE view = $1 AND key = ANY ($2::text[])")
            .bind(save.generation)
            .bind(gone)
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

/// Removes the generation at a stage with its rows, if it is of the version, where one is given.
async fn remove(
    connection: &mut PgConnection,
    name: &str,
    stage: Stage,
    version: Option<u32>,
) -> Result<(), sqlx::Error> {
    let gone: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM subsidy.view WHERE name = $1 AND stage = $2 AND ($3::bigint IS NULL OR version = $3) RETURNING id",
    )
    .bind(name)
    .bind(stage.text())
    .bind(version.map(i64::from))
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM subsidy.view_row WHERE view = ANY ($1)")
        .bind(gone)
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts the keys whose rows are not byte for byte the same in both generations.
async fn difference(connection: &mut PgConnection, old: i64, new: i64) -> Result<u64, sqlx::Error> {
    let count: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT key, body FROM subsidy.view_row WHERE view = $1) AS old
         FULL JOIN (SELECT key, body FROM subsidy.view_row WHERE view = $2) AS new USING (key)
         WHERE old.body IS DISTINCT FROM new.body",
    )
    .bind(old)
    .bind(new)
    .fetch_one(connection)
    .await?;
    Ok(natural(count))
}

async fn generation(
    connection: &mut PgConnection,
    name: &str,
    stage: Stage,
) -> Result<Option<Generation>, sqlx::Error> {
    let row = sqlx::query("SELECT id, version, position FROM subsidy.view WHERE name = $1 AND stage = $2")
        .bind(name)
        .bind(stage.text())
        .fetch_optional(connection)
        .await?;
    let read = |fields: Fields<'_>| {
        Some(Generation {
            id: fields.number(0).ok()?,
            version: u32::try_from(fields.number(1).ok()?).ok()?,
            position: Position(natural(fields.number(2).ok()?)),
        })
    };
    Ok(row.and_then(|row| read(Fields(&row))))
}
