//! Tiles and checkpoints.

use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use subsidy_proof::{Hash, Tile};

use super::read::{Read, head_state};
use super::wire::{Fields, integer, natural};
use super::{PostgresStore, PostgresWriter};
use crate::error::{ReadError, StorageError};
use crate::event::Position;
use crate::fault::Fault;
use crate::tiles::{KeptCheckpoint, ProofStore, Proofs};

/// How many tiles are sent in one statement.
const AT_A_TIME: usize = 256;

impl PostgresStore {
    fn proof<R>(&self, work: impl AsyncFnMut(&mut PgConnection) -> Read<R>) -> Result<R, ReadError> {
        self.shared
            .read(work)
            .map_err(|error| error.read_error("reading proofs"))
    }
}

impl ProofStore for PostgresStore {
    fn size(&self) -> Result<u64, ReadError> {
        self.proof(async |connection| Ok(head_state(connection).await?.range.size()))
    }

    fn laid(&self) -> Result<u64, ReadError> {
        self.proof(async |connection| {
            let last: Option<i64> =
                sqlx::query_scalar("SELECT max(number) FROM subsidy.tile WHERE level = 0")
                    .fetch_one(connection)
                    .await?;
            Ok(last.map_or(0, |last| natural(last).saturating_add(1)))
        })
    }

    fn tile(&self, level: u8, number: u64) -> Result<Option<Tile>, ReadError> {
        self.proof(async |connection| {
            let row = sqlx::query("SELECT hashes, middle FROM subsidy.tile WHERE level = $1 AND number = $2")
                .bind(i64::from(level))
                .bind(integer(number))
                .fetch_optional(connection)
                .await?;
            let Some(row) = row else { return Ok(None) };
            let (hashes, middle) = (Fields(&row).bytes(0), Fields(&row).bytes(1));
            let tile = hashes
                .ok()
                .zip(middle.ok())
                .and_then(|(hashes, middle)| Tile::stored(hashes, middle));
            Ok(Some(tile.ok_or(Fault::Tile { level, number })?))
        })
    }

    fn middles(&self, level: u8, from: u64, to: u64) -> Result<Vec<Vec<u8>>, ReadError> {
        self.proof(async |connection| {
            let rows = sqlx::query(
                "SELECT number, middle FROM subsidy.tile
                 WHERE level = $1 AND number >= $2 AND number < $3 ORDER BY number",
            )
            .bind(i64::from(level))
            .bind(integer(from))
            .bind(integer(to))
            .fetch_all(connection)
            .await?;
            let in_order = rows.iter().zip(integer(from)..);
            let laid =
                in_order.take_while(|(row, next)| Fields(row).number(0).is_ok_and(|found| found == *next));
            Ok(laid
                .map(|(row, _)| Fields(row).bytes(1).unwrap_or_default().to_vec())
                .collect())
        })
    }

    fn leaves(&self, after: Position, to: Position) -> Result<Vec<Hash>, ReadError> {
        self.proof(async |connection| {
            let rows = sqlx::query(
                "SELECT position, hash FROM subsidy.events WHERE position > $1 AND position <= $2 ORDER BY position",
            )
            .bind(integer(after.0))
            .bind(integer(to.0))
            .fetch_all(connection)
            .await?;
            let (mut leaves, mut position) = (Vec::with_capacity(rows.len()), after);
            for row in &rows {
                position = position.next();
                let fields = Fields(row);
                if !fields.number(0).is_ok_and(|found| found == integer(position.0)) {
                    return Err(Fault::Missing { position }.into());
                }
                let column = "hash";
                let hash = fields.bytes(1).ok().and_then(|hash| Hash::try_from(hash).ok());
                leaves.push(hash.ok_or(Fault::Unreadable { position, column })?);
            }
            if position < to {
                let position = position.next();
                return Err(Fault::Missing { position }.into());
            }
            Ok(leaves)
        })
    }

    fn tile_counts(&self) -> Result<Vec<(i64, i64, i64, i64)>, ReadError> {
        self.proof(async |connection| {
            let counts = sqlx::query_as(
                "SELECT level, count(*), min(number), max(number) FROM subsidy.tile GROUP BY level ORDER BY level",
            );
            Ok(counts.fetch_all(connection).await?)
        })
    }

    fn checkpoints(&self, above: u64, limit: u32) -> Result<Vec<KeptCheckpoint>, ReadError> {
        self.proof(async |connection| {
            let sql = format!("{CHECKPOINTS} WHERE size > $1 ORDER BY size LIMIT $2");
            let rows = sqlx::query(&sql)
                .bind(integer(above))
                .bind(i64::from(limit))
                .fetch_all(connection)
                .await?;
            rows.iter().map(kept).collect()
        })
    }

    fn last_checkpoint(&self) -> Result<Option<KeptCheckpoint>, ReadError> {
        self.proof(async |connection| {
            let sql = format!("{CHECKPOINTS} ORDER BY size DESC LIMIT 1");
            let row = sqlx::query(&sql).fetch_optional(connection).await?;
            row.as_ref().map(kept).transpose()
        })
    }

    fn stray_signature(&self) -> Result<Option<i64>, ReadError> {
        self.proof(async |connection| {
            let stray = sqlx::query_scalar(
                "SELECT size FROM subsidy.checkpoint_signature AS s
                 WHERE NOT EXISTS (SELECT 1 FROM subsidy.checkpoint WHERE size = s.size) ORDER BY size LIMIT 1",
            );
            Ok(stray.fetch_optional(connection).await?)
        })
    }
}

/// Checkpoints with their lines, by one statement, and so of one moment.
const CHECKPOINTS: &str = "
    SELECT size, text, ARRAY(SELECT line FROM subsidy.checkpoint_signature AS s WHERE s.size = c.size ORDER BY line)
    FROM subsidy.checkpoint AS c";

fn kept(row: &PgRow) -> Read<KeptCheckpoint> {
    Ok(KeptCheckpoint {
        size: natural(sqlx::Row::try_get(row, 0)?),
        text: sqlx::Row::try_get(row, 1)?,
        lines: sqlx::Row::try_get(row, 2)?,
    })
}

impl PostgresWriter {
    /// Keeps tiles and a checkpoint; see the contract of [`StoreWriter`](crate::store::StoreWriter).
    pub(crate) fn keep_proofs(&mut self, proofs: &Proofs) -> Result<(), StorageError> {
        self.transact(
            "keeping a checkpoint",
            async |transaction| {
                keep(transaction, proofs).await?;
                Ok(Some(()))
            },
            (),
        )
    }
}

async fn keep(transaction: &mut PgConnection, proofs: &Proofs) -> Result<(), sqlx::Error> {
    for tiles in proofs.tiles.chunks(AT_A_TIME) {
        let middles: Vec<Vec<u8>> = tiles.iter().map(|(_, tile)| tile.middle()).collect();
        let hashes: Vec<Vec<u8>> = tiles.iter().map(|(_, tile)| tile.bytes()).collect();
        sqlx::query(
            "INSERT INTO subsidy.tile (level, number, middle, hashes)
             SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
             ON CONFLICT DO NOTHING",
        )
        .bind(
            tiles
                .iter()
                .map(|(id, _)| i64::from(id.level))
                .collect::<Vec<_>>(),
        )
        .bind(tiles.iter().map(|(id, _)| integer(id.number)).collect::<Vec<_>>())
        .bind(middles)
        .bind(hashes)
        .execute(&mut *transaction)
        .await?;
    }
    let Some(checkpoint) = &proofs.checkpoint else {
        return Ok(());
    };
    sqlx::query("INSERT INTO subsidy.checkpoint (size, text) VALUES ($1, $2) ON CONFLICT DO NOTHING")
        .bind(integer(checkpoint.size))
        .bind(&checkpoint.text)
        .execute(&mut *transaction)
        .await?;
    sqlx::query(
        "INSERT INTO subsidy.checkpoint_signature (size, line)
         SELECT size, line FROM subsidy.checkpoint, unnest($2::text[]) AS given (line) WHERE size = $1 AND text = $3
         ON CONFLICT DO NOTHING",
    )
    .bind(integer(checkpoint.size))
    .bind(&checkpoint.lines)
    .bind(&checkpoint.text)
    .execute(&mut *transaction)
    .await?;
    Ok(())
}
