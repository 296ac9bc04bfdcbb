//! Tiles and checkpoints.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};
use subsidy_proof::{Hash, Tile};

use super::read::{head_state, snapshot};
use super::{SqliteStore, SqliteWriter, failed, integer};
use crate::error::{ReadError, StorageError};
use crate::event::Position;
use crate::fault::Fault;
use crate::tiles::{KeptCheckpoint, ProofStore, Proofs};

const DOING: &str = "reading proofs";

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

fn blob<'a>(row: &'a Row<'_>, index: usize) -> &'a [u8] {
    match row.get_ref(index) {
        Ok(ValueRef::Blob(bytes)) => bytes,
        Ok(_) | Err(_) => &[],
    }
}

impl ProofStore for SqliteStore {
    fn size(&self) -> Result<u64, ReadError> {
        Ok(head_state(&*self.reader()?)?.range.size())
    }

    fn laid(&self) -> Result<u64, ReadError> {
        let last: Option<i64> = self
            .reader()?
            .query_row("SELECT max(number) FROM tile WHERE level = 0", [], |row| {
                row.get(0)
            })
            .map_err(failed(DOING))?;
        Ok(last.map_or(0, |last| natural(last).saturating_add(1)))
    }

    fn tile(&self, level: u8, number: u64) -> Result<Option<Tile>, ReadError> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached("SELECT hashes, middle FROM tile WHERE level = ? AND number = ?")
            .map_err(failed(DOING))?;
        let tile = statement
            .query_row(params![level, integer(number)], |row| {
                Ok(Tile::stored(blob(row, 0), blob(row, 1)))
            })
            .optional()
            .map_err(failed(DOING))?;
        match tile {
            Some(None) => Err(ReadError::Broken(Fault::Tile { level, number })),
            Some(Some(tile)) => Ok(Some(tile)),
            None => Ok(None),
        }
    }

    fn middles(&self, level: u8, from: u64, to: u64) -> Result<Vec<Vec<u8>>, ReadError> {
        let reader = self.reader()?;
        let read = || {
            let mut middles = Vec::new();
            let mut statement = reader.prepare_cached(
                "SELECT number, middle FROM tile WHERE level = ? AND number >= ? AND number < ? ORDER BY number",
            )?;
            let mut rows = statement.query(params![level, integer(from), integer(to)])?;
            let mut next = integer(from);
            while let Some(row) = rows.next()? {
                if row.get::<_, i64>(0)? != next {
                    break;
                }
                middles.push(blob(row, 1).to_vec());
                next += 1;
            }
            Ok(middles)
        };
        Ok(read().map_err(failed(DOING))?)
    }

    fn leaves(&self, after: Position, to: Position) -> Result<Vec<Hash>, ReadError> {
        let reader = self.reader()?;
        let mut statement = reader
            .prepare_cached(
                "SELECT position, hash FROM events WHERE position > ? AND position <= ? ORDER BY position",
            )
            .map_err(failed(DOING))?;
        let mut rows = statement
            .query([integer(after.0), integer(to.0)])
            .map_err(failed(DOING))?;
        let (mut leaves, mut position) = (Vec::new(), after);
        while let Some(row) = rows.next().map_err(failed(DOING))? {
            position = position.next();
            if row.get::<_, i64>(0).map_err(failed(DOING))? != integer(position.0) {
                return Err(ReadError::Broken(Fault::Missing { position }));
            }
            let column = "hash";
            let hash = Hash::try_from(blob(row, 1)).map_err(|_| Fault::Unreadable { position, column })?;
            leaves.push(hash);
        }
        if position < to {
            let position = position.next();
            return Err(ReadError::Broken(Fault::Missing { position }));
        }
        Ok(leaves)
    }

    fn appended(&self, after: Position, to: Position) -> Option<Vec<Hash>> {
        self.appended.between(after, to)
    }

    fn tile_counts(&self) -> Result<Vec<(i64, i64, i64, i64)>, ReadError> {
        let reader = self.reader()?;
        let read = || {
            reader
                .prepare("SELECT level, count(*), min(number), max(number) FROM tile GROUP BY level ORDER BY level")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect::<rusqlite::Result<_>>()
        };
        Ok(read().map_err(failed(DOING))?)
    }

    fn checkpoints(&self, above: u64, limit: u32) -> Result<Vec<KeptCheckpoint>, ReadError> {
        let reader = self.reader()?;
        let snapshot = snapshot(&reader)?;
        let read = || -> rusqlite::Result<_> {
            snapshot
                .prepare_cached("SELECT size, text FROM checkpoint WHERE size > ? ORDER BY size LIMIT ?")?
                .query_map(params![integer(above), limit], kept)?
                .map(|kept| with_lines(&snapshot, kept?))
                .collect()
        };
        Ok(read().map_err(failed(DOING))?)
    }

    fn last_checkpoint(&self) -> Result<Option<KeptCheckpoint>, ReadError> {
        let reader = self.reader()?;
        let snapshot = snapshot(&reader)?;
        let read = || {
            snapshot
                .prepare_cached("SELECT size, text FROM checkpoint ORDER BY size DESC LIMIT 1")?
                .query_row([], kept)
                .optional()?
                .map(|kept| with_lines(&snapshot, kept))
                .transpose()
        };
        Ok(read().map_err(failed(DOING))?)
    }

    fn stray_signature(&self) -> Result<Option<i64>, ReadError> {
        let stray = self
            .reader()?
            .query_row(
                "SELECT size FROM checkpoint_signature AS s
                 WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE size = s.size) ORDER BY size LIMIT 1",
                [],
                |row| row.get(0),
            )
            .optional()
            .map_err(failed(DOING))?;
        Ok(stray)
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptCheckpoint> {
    Ok(KeptCheckpoint {
        size: natural(row.get(0)?),
        text: row.get(1)?,
        lines: Vec::new(),
    })
}

fn with_lines(connection: &Connection, mut kept: KeptCheckpoint) -> rusqlite::Result<KeptCheckpoint> {
    kept.lines = connection
        .prepare_cached("SELECT line FROM checkpoint_signature WHERE size = ? ORDER BY line")?
        .query_map([integer(kept.size)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(kept)
}

impl SqliteWriter {
    /// Keeps tiles and a checkpoint; see the contract of [`StoreWriter`](crate::store::StoreWriter).
    pub(crate) fn keep_proofs(&mut self, proofs: &Proofs) -> Result<(), StorageError> {
        self.usable()?;
        let mut keep = || {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (id, tile) in &proofs.tiles {
                // Another program may have laid it meanwhile, and the guard refuses a second one.
                transaction
                    .prepare_cached(
                        "INSERT INTO tile (level, number, middle, hashes) SELECT ?1, ?2, ?3, ?4
                         WHERE NOT EXISTS (SELECT 1 FROM tile WHERE level = ?1 AND number = ?2)",
                    )?
                    .execute(params![id.level, integer(id.number), tile.middle(), tile.bytes()])?;
            }
            if let Some(checkpoint) = &proofs.checkpoint {
                let size = integer(checkpoint.size);
                transaction
                    .prepare_cached(
                        "INSERT INTO checkpoint (size, text) SELECT ?1, ?2
                         WHERE NOT EXISTS (SELECT 1 FROM checkpoint WHERE size = ?1)",
                    )?
                    .execute(params![size, checkpoint.text])?;
                for line in &checkpoint.lines {
                    transaction
                        .prepare_cached(
                            "INSERT INTO checkpoint_signature (size, line) SELECT ?1, ?2
                             WHERE EXISTS (SELECT 1 FROM checkpoint WHERE size = ?1 AND text = ?3)
                               AND NOT EXISTS (SELECT 1 FROM checkpoint_signature WHERE size = ?1 AND line = ?2)",
                        )?
                        .execute(params![size, line, checkpoint.text])?;
                }
            }
            transaction.commit()
        };
        let outcome = keep().map_err(failed("keeping a checkpoint"));
        self.note(outcome)
    }
}
