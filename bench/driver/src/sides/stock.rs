//! Stock cqrs-es on postgres-es, and raw inserts into its table.

use std::error::Error;
use std::sync::Arc;

use bench_exchange::{Paced, exams};
use postgres_es::{default_postgress_pool, postgres_cqrs};
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArgumentBuffer, PgHasArrayType, PgTypeInfo};
use sqlx::{Connection, Encode, Executor, PgConnection, Pool, Postgres, Type};
use subsidy_domain::schemes::mbo_exam::MboExam;
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
            stock.execute(&exams::case(number), exams::evidence(number)).await?;
        }
        for number in exams::LINES..exams::LINES + 20 {
            stock.execute(&exams::case(number), exams::present(number)).await?;
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
                        stock.execute(&exams::case(number), exams::evidence(number)).await?;
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
            let events = || chunk.iter().flat_map(|append| &append.events);
            let all = |text: &str| vec![text.to_owned(); chunk.len()];
            let column = |of: &dyn Fn(&subsidy_ledger::NewEvent) -> String| events().map(of).collect::<Vec<_>>();
            let kinds: Vec<_> = chunk.iter().map(|append| append.stream.kind.as_str()).collect();
            let ids: Vec<_> = chunk.iter().map(|append| append.stream.id.as_str()).collect();
            let insert = sqlx::query(
                "INSERT INTO events SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[],
                                                         $6::json[], $7::json[])",
            )
            .bind(kinds)
            .bind(ids)
            .bind(vec![1_i64; chunk.len()])
            .bind(column(&|event| event.event_type.clone()))
            .bind(column(&|event| event.event_version.clone()))
            .bind(events().map(|event| Json(event.payload.clone())).collect::<Vec<_>>())
            .bind(all(r#"{"by":"bench"}"#).into_iter().map(Json).collect::<Vec<_>>());
            runtime.block_on(insert.execute(&mut connection))?;
        }
        Ok(())
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
