//! Verifying a file: records, streams and pages, each by a way of its own and side by side.
//!
//! `PRAGMA integrity_check` looks up each row in each index, which takes longer than all else here. So the records, which are read anyway, and the
//! entries of the index of streams, which are read anyway too, are counted in a [`Census`] each, and SQLite is left the rest: every page, every row
//! and every other table. Where anything is wrong with the file its whole check is run after all, for it names the place.

use std::hash::{BuildHasher, RandomState};
use std::panic::resume_unwind;
use std::thread;

use rusqlite::{Connection, OptionalExtension, Row};

use super::read::{each_record, head_state, key_state, snapshot};
use super::{SqliteStore, failed, integer, schema};
use crate::error::{StorageError, VerifyError};
use crate::event::{Position, Sequence, StreamId};
use crate::fault::Fault;
use crate::plan::HeadState;
use crate::read_ahead::in_order;
use crate::verify::{Stretch, Verification, Verified, Walk};

const DOING: &str = "verifying";

impl SqliteStore {
    /// Verifies all that the file holds; see [`Ledger::verify`](crate::Ledger::verify).
    pub(crate) fn verify(
        &self,
        asked: &Verification<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Verified, VerifyError> {
        let reader = self.reader()?;
        let snapshot = snapshot(&reader)?;
        let head = head_state(&snapshot)?;
        one_head(&snapshot, &head)?;
        let secret = RandomState::new();
        // Records up to this head never change, so other connections, which see this snapshot or a later one, see the same of them.
        let whole = asked.is_whole();
        let (walked, streams, file) = thread::scope(|scope| {
            let streams = scope.spawn(|| stream_order(&*self.reader()?, &head, &secret));
            // A part of the records is no census to hold the index against.
            let file = scope.spawn(|| match whole {
                true => pages(&*self.reader()?, &head),
                false => integrity(&*self.reader()?, &head),
            });
            let walked = self.walk(&head, asked, &secret, progress);
            (
                walked,
                streams.join().unwrap_or_else(|panic| resume_unwind(panic)),
                file.join().unwrap_or_else(|panic| resume_unwind(panic)),
            )
        });
        let (walked, rows) = walked?;
        strays(&snapshot, &head)?;
        let entries = streams?;
        if whole {
            keys(&snapshot, walked.keys())?;
        }
        let verified = walked.finish(&head)?;
        guards(&snapshot)?;
        file?;
        if whole && entries != rows {
            integrity(&*self.reader()?, &head)?;
            return Err(Fault::Database {
                message: format!("the index of streams has {} entries", entries.count),
                size: head.range.size(),
            }
            .into());
        }
        Ok(verified)
    }

    /// Every record in the order of positions, its hash, its moment and its idempotency key.
    fn walk<'a>(
        &'a self,
        head: &HeadState,
        asked: &Verification<'a>,
        secret: &RandomState,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Walk<'a>, Census), VerifyError> {
        let mut walk = Walk::begin(self, asked, head.range.size())?;
        let mut counted = Census::default();
        let (after, to) = walk.way();
        in_order(
            (after, to),
            |after, until| {
                let reader = self.reader()?;
                let mut part = Census::default();
                let stretch = Stretch::of(|each| {
                    each_record(&reader, after, until, |checked| {
                        let row = checked.row;
                        part.count(secret, (row.kind, row.id, checked.sequence, row.position));
                        each(checked)
                    })
                });
                let stored = stretch
                    .keys()
                    .map(|key| key_state(&reader, &key.source, &key.key));
                let stored = stored.collect::<Result<Vec<_>, _>>()?;
                Ok((stretch, stored, part))
            },
            |(stretch, stored, part), until| {
                walk.add(stretch, &stored)?;
                counted.add(part);
                progress(until.0.saturating_sub(after.0), to.0.saturating_sub(after.0));
                Ok::<_, VerifyError>(())
            },
        )?;
        Ok((walk, counted))
    }
}

/// Places of records, counted in any order: the same of the rows and of the entries of an index only if they are the same places.
///
/// The hash is keyed by a secret of this run, so nobody can make a file in which different places come to the same sum.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Census {
    count: u64,
    sum: u64,
}

impl Census {
    /// Counts the place of one record: kind and id of its stream, its sequence and its position.
    fn count(&mut self, secret: &RandomState, place: (&str, &str, Sequence, Position)) {
        self.add(Self {
            count: 1,
            sum: secret.hash_one(place),
        });
    }

    fn add(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.wrapping_add(other.sum);
    }
}

/// The head is the one row that the schema allows.
fn one_head(connection: &Connection, head: &HeadState) -> Result<(), VerifyError> {
    let is_one: bool = connection
        .query_row(
            "SELECT count(*) = 1 AND max(one) = 1 FROM ledger_head",
            [],
            |row| row.get(0),
        )
        .map_err(failed(DOING))?;
    if is_one {
        return Ok(());
    }
    let size = head.range.size();
    Err(Fault::Head { what: "row", size }.into())
}

/// Rows below the first position or beyond the head.
fn strays(connection: &Connection, head: &HeadState) -> Result<(), VerifyError> {
    let size = head.range.size();
    let found: Option<i64> = connection
        .query_row(
            "SELECT position FROM events WHERE position < 1 OR position > ? ORDER BY position LIMIT 1",
            [integer(size)],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed(DOING))?;
    found.map_or(Ok(()), |found| Err(Fault::Stray { found, size }.into()))
}

/// Each stream's sequences are 1, 2, 3 and so on, at rising positions; returns the census of the index's entries, in the order of which it is read.
fn stream_order(
    connection: &Connection,
    head: &HeadState,
    secret: &RandomState,
) -> Result<Census, VerifyError> {
    let mut statement = connection
        .prepare(
            "SELECT aggregate_type, aggregate_id, sequence, position FROM events
             ORDER BY aggregate_type, aggregate_id, sequence",
        )
        .map_err(failed(DOING))?;
    let mut rows = statement.query([]).map_err(failed(DOING))?;
    let mut stream = StreamId::new("", "");
    let (mut sequence, mut position) = (Sequence::NONE, Position::START);
    let mut first: Option<Position> = None;
    let mut counted = Census::default();
    let size = head.range.size();
    while let Some(row) = rows.next().map_err(failed(DOING))? {
        let (kind, id, found, at) = place(row).map_err(failed(DOING))?;
        // Appended since the head was read, or a stray, which is told as such.
        if at.0 > size {
            continue;
        }
        let before = (stream.kind.as_str(), stream.id.as_str());
        if before != (kind, id) {
            if before > (kind, id) {
                // An entry that is not where it is looked for: SQLite's own check names it.
                return Ok(Census::default());
            }
            stream.refill(kind, id);
            (sequence, position) = (Sequence::NONE, Position::START);
        }
        let in_order = found.0 == sequence.0.saturating_add(1) && at > position;
        if !in_order && first.is_none_or(|earlier| at < earlier) {
            first = Some(at);
        }
        (sequence, position) = (found, at);
        counted.count(secret, (kind, id, found, at));
    }
    match first {
        Some(position) => Err(out_of_order(connection, position)?.into()),
        None => Ok(counted),
    }
}

fn place<'a>(row: &'a Row<'_>) -> rusqlite::Result<(&'a str, &'a str, Sequence, Position)> {
    let number = |index| {
        row.get::<_, i64>(index)
            .map(|number| u64::try_from(number).unwrap_or_default())
    };
    let (kind, id) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_str()?);
    Ok((kind, id, Sequence(number(2)?), Position(number(3)?)))
}

/// Tells what should have been at a position that is out of its stream's order.
fn out_of_order(connection: &Connection, position: Position) -> Result<Fault, StorageError> {
    let found = connection
        .query_row(
            "SELECT aggregate_type, aggregate_id, sequence,
                    (SELECT count(*) + 1 FROM events AS before
                     WHERE before.aggregate_type = e.aggregate_type AND before.aggregate_id = e.aggregate_id
                       AND before.position < e.position)
             FROM events AS e WHERE position = ?",
            [integer(position.0)],
            |row| place(row).map(|(kind, id, found, at)| (StreamId::new(kind, id), found, at)),
        )
        .map_err(failed(DOING))?;
    let (stream, found, Position(expected)) = found;
    Ok(Fault::StreamOrder {
        position,
        stream,
        expected: Sequence(expected),
        found,
    })
}

/// Each key in the table was met on a record.
fn keys(connection: &Connection, met: u64) -> Result<(), VerifyError> {
    let stored: i64 = connection
        .query_row("SELECT count(*) FROM idempotency_key", [], |row| row.get(0))
        .map_err(failed(DOING))?;
    if stored == integer(met) {
        return Ok(());
    }
    // All keys on records are in the table, so the table has others: find the first.
    let invented: Option<i64> = connection
        .query_row(
            "SELECT first_position FROM idempotency_key AS k
             WHERE NOT EXISTS (SELECT 1 FROM events AS e WHERE e.position = k.first_position
                               AND json_extract(e.metadata, '$.idempotency_source') = k.source
                               AND json_extract(e.metadata, '$.idempotency_key') = k.key)
             ORDER BY first_position LIMIT 1",
            [],
            |row| row.get(0),
        )
        .optional()
        .map_err(failed(DOING))?;
    let position = Position(u64::try_from(invented.unwrap_or_default()).unwrap_or_default());
    Err(Fault::Key { position }.into())
}

/// The triggers are those of the schema.
fn guards(connection: &Connection) -> Result<(), VerifyError> {
    let read = || -> Result<_, StorageError> {
        Ok((
            schema::guards_wanted().map_err(failed(DOING))?,
            schema::guards(connection).map_err(failed(DOING))?,
        ))
    };
    let (wanted, found) = read()?;
    let wrong = wanted
        .iter()
        .find(|guard| !found.contains(guard))
        .or_else(|| found.iter().find(|guard| !wanted.contains(guard)));
    wrong.map_or(
        Ok(()),
        |(name, _)| Err(Fault::Guard { name: name.clone() }.into()),
    )
}

/// Every page and every row, and the indexes of every table but that of events, whose index is in the census.
fn pages(connection: &Connection, head: &HeadState) -> Result<(), VerifyError> {
    let is_whole = || -> rusqlite::Result<bool> {
        let is_ok =
            |pragma: &str| connection.query_row(pragma, [], |row| Ok(row.get_ref(0)?.as_str()? == "ok"));
        let mut others = connection.prepare(
            "SELECT name, type = 'index' FROM sqlite_schema
             WHERE type = 'table' AND name <> 'events'
                OR type = 'index' AND tbl_name = 'events' AND name <> 'sqlite_autoindex_events_1'",
        )?;
        let mut others = others.query([])?;
        let mut whole = is_ok("PRAGMA quick_check(1)")?;
        while let Some(other) = others.next()? {
            let (name, of_events): (_, bool) = (other.get_ref(0)?.as_str()?, other.get(1)?);
            // An index of events that somebody added is not counted here.
            whole &= !of_events
                && is_ok(&format!(
                    "PRAGMA integrity_check(\"{}\")",
                    name.replace('"', "\"\"")
                ))?;
        }
        Ok(whole)
    };
    if is_whole().map_err(failed(DOING))? {
        return Ok(());
    }
    integrity(connection, head)
}

/// SQLite's own check of pages and indexes: an index that lost an entry would hide a record from its stream.
///
/// CHECK constraints are not part of it, for SQLite does not load them where it cannot write.
fn integrity(connection: &Connection, head: &HeadState) -> Result<(), VerifyError> {
    let message: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(failed(DOING))?;
    if message == "ok" {
        return Ok(());
    }
    Err(Fault::Database {
        message,
        size: head.range.size(),
    }
    .into())
}
