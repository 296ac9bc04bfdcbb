//! Verifying a database: one snapshot, read three ways.

use sqlx::{Connection, PgConnection};

use super::PostgresStore;
use super::connect::Failure;
use super::guards::guards;
use super::read::{Read, head_state, key_state, page};
use super::views::SNAPSHOT;
use super::wire::{Fields, integer, natural};
use crate::error::VerifyError;
use crate::event::{Position, Sequence, StreamId};
use crate::fault::Fault;
use crate::ledger::PAGE;
use crate::plan::HeadState;
use crate::verify::{Verified, Walk};

const DOING: &str = "verifying";

impl PostgresStore {
    /// Verifies all that the database holds; see [`Ledger::verify`](crate::Ledger::verify).
    pub(crate) fn verify(&self, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, VerifyError> {
        self.shared
            .read_once(async |connection| -> Read<_> {
                let mut snapshot = connection.begin_with(SNAPSHOT).await?;
                let head = head_state(&mut snapshot).await?;
                let walked = walk(&mut snapshot, &head, progress).await?;
                strays(&mut snapshot, &head).await?;
                stream_order(&mut snapshot, &head).await?;
                keys(&mut snapshot, walked.keys()).await?;
                let verified = walked.finish(&head)?;
                guards(&mut snapshot).await?;
                snapshot.rollback().await?;
                Ok(verified)
            })
            .map_err(|error: Failure<Fault>| error.read_error(DOING).into())
    }
}

/// Every record in the order of positions, its hash, its moment and its idempotency key.
async fn walk(
    connection: &mut PgConnection,
    head: &HeadState,
    progress: &mut dyn FnMut(u64, u64),
) -> Read<Walk> {
    let size = head.range.size();
    let mut walk = Walk::default();
    let mut at = Position::START;
    while at.0 < size {
        let to = Position(at.0.saturating_add(PAGE).min(size));
        for record in page(connection, at, to).await? {
            let Some(key) = walk.add(&record)? else { continue };
            if key_state(connection, &key.source, &key.key).await? != Some(key.state) {
                let position = record.position;
                return Err(Fault::Key { position }.into());
            }
        }
        at = to;
        progress(at.0, size);
    }
    Ok(walk)
}

/// Rows below the first position or beyond the head.
async fn strays(connection: &mut PgConnection, head: &HeadState) -> Read<()> {
    let size = head.range.size();
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT position FROM subsidy.events WHERE position < 1 OR position > $1 ORDER BY position LIMIT 1",
    )
    .bind(integer(size))
    .fetch_optional(connection)
    .await?;
    found.map_or(Ok(()), |found| Err(Fault::Stray { found, size }.into()))
}

/// Each stream's sequences are 1, 2, 3 and so on, at rising positions, and the index holds every record.
async fn stream_order(connection: &mut PgConnection, head: &HeadState) -> Read<()> {
    // By the index, which is what a stream is read by: a record that it lost is not counted.
    sqlx::query("SELECT set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true)")
        .execute(&mut *connection)
        .await?;
    let row = sqlx::query(
        "SELECT min(position) FILTER (WHERE sequence <> place OR position <= before), count(*)
         FROM (SELECT sequence, position,
                      row_number() OVER stream AS place, coalesce(lag(position) OVER stream, 0) AS before
               FROM subsidy.events WINDOW stream AS (PARTITION BY aggregate_type, aggregate_id ORDER BY sequence)) AS e",
    )
    .fetch_one(&mut *connection)
    .await?;
    let fields = Fields(&row);
    if let (false, Ok(position)) = (fields.is_null(0), fields.number(0)) {
        return Err(out_of_order(connection, position).await?.into());
    }
    let (size, count) = (head.range.size(), fields.number(1).unwrap_or_default());
    if count == integer(size) {
        return Ok(());
    }
    let message = format!("the index of streams has {count} entries");
    Err(Fault::Database { message, size }.into())
}

/// Tells what should have been at a position that is out of its stream's order.
async fn out_of_order(connection: &mut PgConnection, position: i64) -> Read<Fault> {
    let row = sqlx::query(
        "SELECT aggregate_type, aggregate_id, sequence,
                (SELECT count(*) + 1 FROM subsidy.events AS before
                 WHERE before.aggregate_type = e.aggregate_type AND before.aggregate_id = e.aggregate_id
                   AND before.position < e.position)
         FROM subsidy.events AS e WHERE position = $1",
    )
    .bind(position)
    .fetch_one(connection)
    .await?;
    let fields = Fields(&row);
    Ok(Fault::StreamOrder {
        position: Position(natural(position)),
        stream: StreamId::new(
            fields.text(0).unwrap_or_default(),
            fields.text(1).unwrap_or_default(),
        ),
        expected: Sequence(natural(fields.number(3).unwrap_or_default())),
        found: Sequence(natural(fields.number(2).unwrap_or_default())),
    })
}

/// Each key in the table was met on a record.
async fn keys(connection: &mut PgConnection, met: u64) -> Read<()> {
    let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM subsidy.idempotency_key")
        .fetch_one(&mut *connection)
        .await?;
    if stored == integer(met) {
        return Ok(());
    }
    // All keys on records are in the table, so the table has others: find the first.
    let invented: Option<i64> = sqlx::query_scalar(
        "SELECT first_position FROM subsidy.idempotency_key AS k
         WHERE NOT EXISTS (SELECT 1 FROM subsidy.events AS e WHERE e.position = k.first_position
                           AND e.metadata ->> 'idempotency_source' = k.source
                           AND e.metadata ->> 'idempotency_key' = k.key)
         ORDER BY first_position LIMIT 1",
    )
    .fetch_optional(connection)
    .await?;
    let position = Position(natural(invented.unwrap_or_default()));
    Err(Fault::Key { position }.into())
}
