//! The budget view built anew by the stock replay, in memory or through the stock view repository.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bench_exchange::stock::{Lines, Memory, SQLITE_TABLE};
use bench_exchange::{Paced, exams};
use cqrs_es::persist::{GenericQuery, PersistenceError, QueryReplay};
use sqlite_es::{SqliteEventRepository, SqliteViewRepository};
use sqlx::{Pool, Row, Sqlite};
use subsidy_domain::budget::BudgetLine;

use crate::exams::create;
use crate::open;

/// Makes a stock table of bookings, and an empty table for the view.
pub(crate) async fn prepare(database: &Path, count: u64) -> Result<(), Box<dyn Error>> {
    create(database).await?;
    let pool = open(database, false).await?;
    sqlx::query(SQLITE_TABLE).execute(&pool).await?;
    let columns =
        "view_id text NOT NULL, version integer NOT NULL, payload text NOT NULL, PRIMARY KEY (view_id)";
    sqlx::query(&format!("CREATE TABLE budget_lines ({columns}) STRICT"))
        .execute(&pool)
        .await?;
    let mut transaction = pool.begin().await?;
    for number in 0..count {
        let (id, sequence, event) = exams::booked(number);
        sqlx::query("INSERT INTO events VALUES ('BudgetLine', ?, ?, 'BudgetBooked', '1', ?, '{}')")
            .bind(id)
            .bind(i64::try_from(sequence)?)
            .bind(serde_json::to_string(&event)?)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await?;
    pool.close().await;
    Ok(())
}

/// Replays all of them.
pub(crate) async fn replay(database: &Path, generic: bool) -> Result<Paced, Box<dyn Error>> {
    let pool = open(database, false).await?;
    sqlx::query("DELETE FROM budget_lines").execute(&pool).await?;
    let events: i64 = sqlx::query("SELECT count(*) FROM events")
        .fetch_one(&pool)
        .await?
        .get(0);
    let count = u64::try_from(events)?;
    let start = Instant::now();
    let seen = if generic {
        through_repository(&pool).await?;
        count
    } else {
        let memory = Memory::default();
        QueryReplay::new(SqliteEventRepository::new(pool.clone()), memory.clone())
            .replay_all()
            .await?;
        memory.seen()
    };
    let micros = u64::try_from(start.elapsed().as_micros())?;
    pool.close().await;
    if seen != count {
        return Err(format!("{seen} events of {count} were replayed").into());
    }
    Ok(Paced {
        count,
        micros,
        peak_kib: 0,
    })
}

async fn through_repository(pool: &Pool<Sqlite>) -> Result<(), Box<dyn Error>> {
    let rows = SqliteViewRepository::<Lines, BudgetLine>::new("budget_lines", pool.clone());
    let mut query = GenericQuery::new(Arc::new(rows));
    query.use_error_handler(Box::new(|error: PersistenceError| {
        eprintln!("the view was not kept: {error}");
    }));
    QueryReplay::new(SqliteEventRepository::new(pool.clone()), query)
        .replay_all()
        .await?;
    Ok(())
}
