//! Stock cqrs-es on postgres-es, and raw inserts into its table.

use std::error::Error;
use std::sync::Arc;

use bench_exchange::stock::{Lines, Memory};
use bench_exchange::{Paced, exams};
use cqrs_es::persist::{GenericQuery, PersistenceError, QueryReplay};
use postgres_es::{PostgresEventRepository, PostgresViewRepository, default_postgress_pool, postgres_cqrs};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::{Connection, Encode, Executor, PgConnection, Pool, Postgres, Type};
use subsidy_domain::budget::BudgetLine;
use subsidy_domain::schemes::mbo_exam::MboExam;
use subsidy_ledger::cqrs::stream_append;
use subsidy_ledger::{Sequence, StreamAppend};
use tokio::runtime::Runtime;

use super::append::{WRITERS, batch, evidence};
use super::timed;

/// The table of postgres-es, as its own migration makes it.
const STOCK: &str = "CREATE TABLE events (
    aggregate_type text                         NOT NULL,
    aggregate_id   text                         NOT NULL,
    sequence       bigint CHECK (sequence >= 0) NOT NULL,
    event_type     text                         NOT NULL,
    event_version  text                         NOT NULL,
    payload        json                         NOT NULL,
    metadata       json                         NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
)";

async fn pool(url: &str) -> Result<Pool<Postgres>, sqlx::Error> {
    let pool = default_postgress_pool(url).await;
    pool.execute(STOCK).await?;
    Ok(pool)
}

/// Presents the lines of an invoice one by one to cases that hold their evidence.
pub(super) fn invoice(url: &str) -> Result<Paced, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let pool = runtime.block_on(pool(url))?;
    let stock = postgres_cqrs::<MboExam>(pool, vec![], exams::context());
    runtime.block_on(async {
        // A few lines warm up; all have their evidence before.
        for number in 0..exams::LINES + 20 {
            stock
                .execute(&exams::case(number), exams::evidence(number))
                .await?;
        }
        for number in exams::LINES..exams::LINES + 20 {
            stock
                .execute(&exams::case(number), exams::present(number))
                .await?;
        }
        Ok::<(), Box<dyn Error>>(())
    })?;
    let commands: Vec<_> = (0..exams::LINES)
        .map(|number| (exams::case(number), exams::present(number)))
        .collect();
    timed(exams::LINES, || {
        runtime.block_on(async {
            for (id, command) in commands {
                stock.execute(&id, command).await?;
            }
            Ok(())
        })
    })
}

/// Lets sixteen writers record the evidence of so many cases each.
pub(super) fn writers(url: &str, each: u64) -> Result<Paced, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let pool = runtime.block_on(pool(url))?;
    let stock = Arc::new(postgres_cqrs::<MboExam>(pool, vec![], exams::context()));
    timed(WRITERS * each, || {
        let running: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let stock = Arc::clone(&stock);
                runtime.spawn(async move {
                    for number in writer * each..(writer + 1) * each {
                        stock
                            .execute(&exams::case(number), exams::evidence(number))
                            .await?;
                    }
                    Ok::<(), cqrs_es::AggregateError<_>>(())
                })
            })
            .collect();
        for writer in running {
            runtime.block_on(writer)??;
        }
        Ok(())
    })
}

/// Inserts the rows of so many events, so many to a statement.
pub(super) fn unnest(url: &str, count: u64, size: usize) -> Result<Paced, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let mut connection = runtime.block_on(PgConnection::connect(url))?;
    runtime.block_on(connection.execute(STOCK))?;
    let rows = batch(evidence(0..count)?)?.appends;
    timed(count, || {
        for chunk in rows.chunks(size) {
            runtime.block_on(insert(&mut connection, chunk))?;
        }
        Ok(())
    })
}

/// Inserts the one event of each append in one statement.
async fn insert(connection: &mut PgConnection, chunk: &[StreamAppend]) -> Result<(), Box<dyn Error>> {
    let events = || chunk.iter().flat_map(|append| &append.events);
    let sequences = chunk
        .iter()
        .map(|append| i64::try_from(append.expected.0 + 1))
        .collect::<Result<Vec<_>, _>>()?;
    sqlx::query(
        "INSERT INTO events SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[],
                                                 $6::json[], $7::json[])",
    )
    .bind(chunk.iter().map(|append| append.stream.kind.as_str()).collect::<Vec<_>>())
    .bind(chunk.iter().map(|append| append.stream.id.as_str()).collect::<Vec<_>>())
    .bind(sequences)
    .bind(events().map(|event| event.event_type.as_str()).collect::<Vec<_>>())
    .bind(events().map(|event| event.event_version.as_str()).collect::<Vec<_>>())
    .bind(events().map(|event| Json(event.payload.clone())).collect::<Vec<_>>())
    .bind(events().map(|_| Json(r#"{"by":"bench"}"#.to_owned())).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// Builds the budget view anew from so many bookings with the stock replay, in memory or through the stock view repository.
pub(super) fn replay(url: &str, count: u64, generic: bool) -> Result<Paced, Box<dyn Error>> {
    let runtime = Runtime::new()?;
    let pool = runtime.block_on(pool(url))?;
    let events = (0..count)
        .map(|number| {
            let (id, sequence, event) = exams::booked(number);
            Ok(stream_append::<BudgetLine>(
                &id,
                Sequence(sequence - 1),
                &[event],
            )?)
        })
        .collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let columns = "view_id text PRIMARY KEY, version bigint NOT NULL, payload json NOT NULL";
    runtime.block_on(pool.execute(format!("CREATE TABLE budget_lines ({columns})").as_str()))?;
    let mut connection = runtime.block_on(PgConnection::connect(url))?;
    for chunk in events.chunks(5_000) {
        runtime.block_on(insert(&mut connection, chunk))?;
    }
    runtime.block_on(pool.execute("VACUUM ANALYZE events"))?;
    let events = PostgresEventRepository::new(pool.clone());
    timed(count, || {
        let seen = if generic {
            let rows = PostgresViewRepository::<Lines, BudgetLine>::new("budget_lines", pool.clone());
            let mut query = GenericQuery::new(Arc::new(rows));
            query.use_error_handler(Box::new(|error: PersistenceError| {
                eprintln!("the view was not kept: {error}");
            }));
            runtime.block_on(QueryReplay::new(events, query).replay_all())?;
            count
        } else {
            let memory = Memory::default();
            runtime.block_on(QueryReplay::new(events, memory.clone()).replay_all())?;
            memory.seen()
        };
        if seen == count {
            Ok(())
        } else {
            Err(format!("{seen} events of {count} were replayed").into())
        }
    })
}

/// JSON as text, sent as it is.
struct Json(String);

impl Type<Postgres> for Json {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("json")
    }
}

impl PgHasArrayType for Json {
    fn array_type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("_json")
    }
}

impl Encode<'_, Postgres> for Json {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
        buffer.extend(self.0.as_bytes());
        Ok(sqlx::encode::IsNull::No)
    }
}
