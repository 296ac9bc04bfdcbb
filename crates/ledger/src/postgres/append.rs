//! One call of the database for a group of batches.
//!
//! A group is first planned on the head as this writer left it and on streams where its batches say they are, and the
//! database refuses it if that is not so: then nothing is read before it is written. What is refused is read and planned
//! again on what stands, so that a stale batch is refused alone and told where its stream is.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use super::PostgresWriter;
use super::connect::failed;
use super::read::head_of;
use super::wire::{Fields, Json, Moment, integer, natural};
use crate::batch::{Appended, Batch};
use crate::error::{AppendError, StorageError, StorageKind};
use crate::event::Position;
use crate::fault::Fault;
use crate::plan::{self, HeadState, KeyState, Plan, Standing};

/// How often a group is planned again when another writer is faster each time.
const ATTEMPTS: usize = 100;

type Outcomes = Vec<Result<Appended, AppendError>>;

/// What became of a planned group.
enum Written {
    /// It is durable.
    Kept,
    /// It was planned on what no longer stands: nothing was kept.
    Overtaken,
    /// The database will not have it: nothing was kept.
    Refused(StorageError),
}

impl PostgresWriter {
    /// Appends a group; see the contract of [`StoreWriter`](crate::store::StoreWriter).
    pub(crate) fn append(&mut self, batches: &[Batch]) -> Result<Outcomes, AppendError> {
        if self.usable("appending").is_err() {
            return Err(AppendError::Stopped);
        }
        let shared = std::sync::Arc::clone(&self.shared);
        match shared.wait(self.append_group(batches)) {
            Err(AppendError::Storage(error)) => self.note(Err(error)).map_err(AppendError::Storage),
            outcome => outcome,
        }
    }

    async fn append_group(&mut self, batches: &[Batch]) -> Result<Outcomes, AppendError> {
        // Until it is known how this ends, no head is known, and no connection is in order.
        let head = self.head.take();
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self
                .shared
                .connect()
                .await
                .map_err(failed("connecting"))
                .map_err(AppendError::Unavailable)?,
        };
        let hoped = head.and_then(|head| {
            let plan = plan::hopeful(batches, head.clone(), BTreeMap::new())?;
            Some((head, plan))
        });
        let outcomes = match hoped {
            Some((before, plan)) => match write(&mut connection, &before, &plan).await? {
                Written::Kept => {
                    self.head = Some(plan.head);
                    plan.outcomes
                }
                Written::Overtaken | Written::Refused(_) => {
                    self.on_what_stands(&mut connection, batches).await?
                }
            },
            None => self.on_what_stands(&mut connection, batches).await?,
        };
        self.connection = Some(connection);
        Ok(outcomes)
    }

    async fn on_what_stands(
        &mut self,
        connection: &mut PgConnection,
        batches: &[Batch],
    ) -> Result<Outcomes, AppendError> {
        for _ in 0..ATTEMPTS {
            let standing = standing(connection, batches).await?;
            let before = standing.head.clone();
            let plan = plan::plan(batches, standing);
            if plan.rows.is_empty() {
                self.head = Some(before);
                return Ok(plan.outcomes);
            }
            match write(connection, &before, &plan).await? {
                Written::Kept => {
                    self.head = Some(plan.head);
                    return Ok(plan.outcomes);
                }
                Written::Overtaken => {}
                Written::Refused(error) if batches.len() == 1 => {
                    return Ok(vec![Err(AppendError::Storage(error))]);
                }
                // One of them holds what this server cannot keep: alone, it sinks no neighbour.
                Written::Refused(_) => {
                    let mut outcomes = Vec::with_capacity(batches.len());
                    for batch in batches {
                        let alone = Box::pin(self.on_what_stands(connection, std::slice::from_ref(batch)));
                        outcomes.extend(alone.await?);
                    }
                    return Ok(outcomes);
                }
            }
        }
        let cause = std::io::Error::from(std::io::ErrorKind::WouldBlock);
        let error = StorageError::new("appending beside faster writers", StorageKind::Busy, cause);
        Err(AppendError::Unavailable(error))
    }
}

/// Reads what stands, as far as the group touches it, by one statement, and so of one moment.
async fn standing<'a>(
    connection: &mut PgConnection,
    batches: &'a [Batch],
) -> Result<Standing<'a>, AppendError> {
    // A text with a NUL cannot be asked for; planning refuses its batch.
    let sendable = |text: &str| !text.contains('\0');
    let mut streams = plan::streams(batches);
    streams.retain(|stream| sendable(stream.kind.as_str()) && sendable(&stream.id));
    let kinds: Vec<&str> = streams.iter().map(|stream| stream.kind.as_str()).collect();
    let ids: Vec<&str> = streams.iter().map(|stream| stream.id.as_str()).collect();
    let asked: Vec<_> = batches
        .iter()
        .filter_map(|batch| batch.key.as_ref())
        .filter(|key| sendable(&key.source) && sendable(&key.key))
        .collect();
    let sources: Vec<&str> = asked.iter().map(|key| key.source.as_str()).collect();
    let keys: Vec<&str> = asked.iter().map(|key| key.key.as_str()).collect();
    let row = sqlx::query(
        "SELECT head.size, head.recorded_at, head.peaks, ending.position, ending.recorded_at,
                ARRAY(SELECT coalesce((SELECT max(sequence) FROM subsidy.events
                                       WHERE aggregate_type = asked.kind AND aggregate_id = asked.id), 0)
                      FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (kind, id, place)
                      ORDER BY asked.place),
                known.contents, known.firsts, known.lasts
         FROM (SELECT array_agg(one.content ORDER BY asked.place) AS contents,
                      array_agg(one.first_position ORDER BY asked.place) AS firsts,
                      array_agg(one.last_position ORDER BY asked.place) AS lasts
               FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS asked (source, key, place)
               LEFT JOIN LATERAL (SELECT * FROM subsidy.idempotency_key
                                  WHERE source = asked.source AND key = asked.key LIMIT 1) AS one ON true) AS known
         LEFT JOIN subsidy.ledger_head AS head ON true
         LEFT JOIN LATERAL (SELECT position, recorded_at FROM subsidy.events
                            ORDER BY position DESC LIMIT 1) AS ending ON true",
    )
    .bind(kinds)
    .bind(ids)
    .bind(sources)
    .bind(keys)
    .fetch_one(connection)
    .await
    .map_err(|error| AppendError::Unavailable(failed("reading what stands")(error)))?;
    let fields = Fields(&row);
    if fields.is_null(0) {
        return Err(AppendError::Broken(Fault::Head { what: "row", size: 0 }));
    }
    let head = head_of(fields).map_err(AppendError::Broken)?;
    trusted(&head, fields)?;
    let column = |error| AppendError::Unavailable(failed("reading what stands")(error));
    let sequences: Vec<i64> = sqlx::Row::try_get(&row, 5).map_err(column)?;
    let contents: Option<Vec<Option<Vec<u8>>>> = sqlx::Row::try_get(&row, 6).map_err(column)?;
    let firsts: Option<Vec<Option<i64>>> = sqlx::Row::try_get(&row, 7).map_err(column)?;
    let lasts: Option<Vec<Option<i64>>> = sqlx::Row::try_get(&row, 8).map_err(column)?;
    let states = contents
        .unwrap_or_default()
        .into_iter()
        .zip(firsts.unwrap_or_default())
        .zip(lasts.unwrap_or_default());
    let mut known = BTreeMap::new();
    for (key, ((content, first), last)) in asked.into_iter().zip(states) {
        if let (Some(content), Some(first), Some(last)) = (content, first, last) {
            let state = KeyState {
                content: content.try_into().unwrap_or_default(),
                first: Position(natural(first)),
                last: Position(natural(last)),
            };
            known.insert((key.source.as_str(), key.key.as_str()), state);
        }
    }
    Ok(Standing {
        head,
        sequences: streams
            .into_iter()
            .zip(sequences.into_iter().map(natural))
            .collect(),
        keys: known,
    })
}

/// Checks that the last record is the one that the head speaks of: nothing is built on a broken end.
fn trusted(head: &HeadState, fields: Fields<'_>) -> Result<(), AppendError> {
    let size = head.range.size();
    let found = fields.number(3).unwrap_or_default();
    if found > integer(size) {
        return Err(AppendError::Broken(Fault::Stray { found, size }));
    }
    if found < integer(size) {
        return Err(AppendError::Broken(Fault::Missing {
            position: Position(size),
        }));
    }
    if fields.moment(4).ok() != head.recorded_at {
        return Err(AppendError::Broken(Fault::Head { what: "moment", size }));
    }
    Ok(())
}

/// The columns that many rows of a group have in common, each combination once.
type Shape<'a> = (&'a str, &'a str, &'a str, i64, usize);

/// Writes a plan in one transaction of one statement. If we stop here, all of it is kept or nothing is; only a key can
/// tell later.
async fn write(
    connection: &mut PgConnection,
    before: &HeadState,
    plan: &Plan<'_>,
) -> Result<Written, AppendError> {
    let mut known: BTreeMap<Shape<'_>, i32> = BTreeMap::new();
    let mut shapes: Vec<Shape<'_>> = Vec::new();
    let mut shape_of: Vec<i32> = Vec::with_capacity(plan.rows.len());
    let mut last = None;
    for row in &plan.rows {
        let shape = (
            row.stream.kind.as_str(),
            row.event.event_type.as_str(),
            row.event.event_version.as_str(),
            row.recorded_at,
            row.metadata,
        );
        // Most rows have the shape of the row before.
        let number = match shape_of.last() {
            Some(&number) if last == Some(shape) => number,
            Some(_) | None => *known.entry(shape).or_insert_with(|| {
                shapes.push(shape);
                i32::try_from(shapes.len()).unwrap_or(i32::MAX)
            }),
        };
        last = Some(shape);
        shape_of.push(number);
    }
    let metadata = |shape: &Shape<'_>| Json(plan.metadata.get(shape.4).map_or("", String::as_str));
    let answered = sqlx::query_scalar::<_, bool>(
        "SELECT subsidy.ledger_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
                                      $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)",
    )
    .bind(integer(before.range.size()))
    .bind(before.recorded_at.map(Moment))
    .bind(before.range.peaks())
    .bind(plan.head.recorded_at.map(Moment))
    .bind(plan.head.range.peaks())
    .bind(shapes.iter().map(|shape| shape.0).collect::<Vec<_>>())
    .bind(shapes.iter().map(|shape| shape.1).collect::<Vec<_>>())
    .bind(shapes.iter().map(|shape| shape.2).collect::<Vec<_>>())
    .bind(shapes.iter().map(|shape| Moment(shape.3)).collect::<Vec<_>>())
    .bind(shapes.iter().map(metadata).collect::<Vec<_>>())
    .bind(shape_of)
    .bind(
        plan.rows
            .iter()
            .map(|row| row.stream.id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.rows
            .iter()
            .map(|row| integer(row.sequence.0))
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.rows
            .iter()
            .map(|row| Json(&row.event.payload))
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.rows
            .iter()
            .map(|row| row.leaf.0.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.keys
            .iter()
            .map(|(key, _)| key.source.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.keys
            .iter()
            .map(|(key, _)| key.key.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.keys
            .iter()
            .map(|(_, state)| state.content.as_slice())
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.keys
            .iter()
            .map(|(_, state)| integer(state.first.0))
            .collect::<Vec<_>>(),
    )
    .bind(
        plan.keys
            .iter()
            .map(|(_, state)| integer(state.last.0))
            .collect::<Vec<_>>(),
    )
    .fetch_one(connection)
    .await;
    match answered {
        Ok(true) => Ok(Written::Kept),
        Ok(false) => Ok(Written::Overtaken),
        Err(error) => refusal(error),
    }
}

/// Tells conflicts apart by the constraint, and what surely left nothing from what may have been kept.
fn refusal(error: sqlx::Error) -> Result<Written, AppendError> {
    let sqlx::Error::Database(refused) = &error else {
        // The connection broke: whether the commit was reached cannot be known.
        return Err(AppendError::Storage(failed("committing")(error)));
    };
    if matches!(
        refused.constraint(),
        Some("events_stream" | "events_next" | "events_pk" | "idempotency_key_pk" | "ledger_end")
    ) {
        return Ok(Written::Overtaken);
    }
    let code = refused.code().unwrap_or_default().into_owned();
    let error = failed("writing records")(error);
    match code.as_str() {
        // Rolled back to let another go first.
        "40001" | "40P01" => Ok(Written::Overtaken),
        // A lock was waited for in vain: the transaction had not begun to commit.
        "55P03" => Err(AppendError::Unavailable(error)),
        // Values and limits: something in the group is not for this server.
        code if code.starts_with("22") || code.starts_with("23") || code.starts_with("54") => {
            Ok(Written::Refused(error))
        }
        _ => Err(AppendError::Storage(error)),
    }
}
