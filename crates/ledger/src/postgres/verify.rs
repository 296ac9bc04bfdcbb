//! Verifying a database: records, and what else one snapshot holds, side by side.

use std::panic::resume_unwind;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use sqlx::{Connection, PgConnection};

use super::PostgresStore;
use super::connect::Failure;
use super::guards::guards;
use super::read::{Read, head_state};
use super::views::SNAPSHOT;
use super::wire::{Fields, integer, natural};
use crate::error::VerifyError;
use crate::event::{Position, Sequence, StreamId};
use crate::fault::Fault;
use crate::plan::HeadState;
use crate::read_ahead::in_order;
use crate::verify::{Stretch, Verification, Verified, Walk};

const DOING: &str = "verifying";

/// What the snapshot holds beside the records.
struct Beside {
    head: HeadState,
    /// How many idempotency keys are stored.
    keys: i64,
    guards: Result<(), VerifyError>,
}

impl PostgresStore {
    /// Verifies all that the database holds; see [`Ledger::verify`](crate::Ledger::verify).
    pub(crate) fn verify(
        &self,
        asked: &Verification<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Verified, VerifyError> {
        let (tell, told) = sync_channel(1);
        // Records up to the head of the snapshot never change, so other connections see the same of them.
        let (walked, beside) = thread::scope(|scope| {
            let beside = scope.spawn(|| self.beside(tell));
            // Where no head came, the other thread tells why.
            let walked = told.recv().ok().map(|size| self.walk(size, asked, progress));
            (walked, beside.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let walked = walked.transpose()?;
        let beside = beside?;
        let Some(walked) = walked else {
            return Err(Fault::Head { what: "row", size: 0 }.into());
        };
        if walked.is_whole() && beside.keys != integer(walked.keys()) {
            return Err(self.invented_key()?.into());
        }
        let verified = walked.finish(&beside.head)?;
        beside.guards?;
        Ok(verified)
    }

    /// Every record in the order of positions, its hash, its moment and its idempotency key.
    fn walk<'a>(
        &'a self,
        size: u64,
        asked: &Verification<'a>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Walk<'a>, VerifyError> {
        let mut walk = Walk::begin(self, asked, size)?;
        let (after, to) = walk.way();
        in_order(
            (after, to),
            |after, until| {
                let stretch = Stretch::of(|each| self.each(after, until, each));
                let keys: Vec<_> = stretch
                    .keys()
                    .map(|key| (key.source.as_str(), key.key.as_str()))
                    .collect();
                let stored = self.keys(&keys)?;
                Ok((stretch, stored))
            },
            |(stretch, stored), until| {
                walk.add(stretch, &stored)?;
                progress(until.0.saturating_sub(after.0), to.0.saturating_sub(after.0));
                Ok::<_, VerifyError>(())
            },
        )?;
        Ok(walk)
    }

    /// Takes the snapshot, tells its size, and looks at what it holds beside the records.
    fn beside(&self, tell: SyncSender<u64>) -> Result<Beside, VerifyError> {
        self.shared
            .read_once(async move |connection| -> Read<_> {
                let mut snapshot = connection.begin_with(SNAPSHOT).await?;
                let head = head_state(&mut snapshot).await?;
                // It is waited for until this is told, or dropped.
                tell.send(head.range.size()).ok();
                one_head(&mut snapshot, &head).await?;
                strays(&mut snapshot, &head).await?;
                stream_order(&mut snapshot, &head).await?;
                let keys = sqlx::query_scalar("SELECT count(*) FROM subsidy.idempotency_key")
                    .fetch_one(&mut *snapshot)
                    .await?;
                let guards = guards(&mut snapshot).await;
                let guards = guards.map_err(|error: Failure<Fault>| error.read_error(DOING).into());
                snapshot.rollback().await?;
                Ok(Beside { head, keys, guards })
            })
            .map_err(|error: Failure<Fault>| error.read_error(DOING).into())
    }

    /// The first key in the table that is on no record: all keys on records are in the table, which has others.
    fn invented_key(&self) -> Result<Fault, VerifyError> {
        self.shared
            .read(async |connection| -> Read<_> {
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
                Ok(Fault::Key { position })
            })
            .map_err(|error: Failure<Fault>| error.read_error(DOING).into())
    }
}

/// The head is the one row that the schema allows.
async fn one_head(connection: &mut PgConnection, head: &HeadState) -> Read<()> {
    let is_one: bool = sqlx::query_scalar("SELECT count(*) = 1 AND bool_and(one) FROM subsidy.ledger_head")
        .fetch_one(connection)
        .await?;
    if is_one {
        return Ok(());
    }
    let size = head.range.size();
    Err(Fault::Head { what: "row", size }.into())
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
