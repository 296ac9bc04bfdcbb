//! An invoice of 500 lines as stock cqrs-es takes it: a command, a transaction and a commit for each line.

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use bench_exchange::stock::SQLITE_TABLE;
use bench_exchange::{Paced, exams};
use sqlite_es::{SqliteCqrs, sqlite_cqrs};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use subsidy_domain::schemes::mbo_exam::MboExam;

use crate::open;

/// Presents the lines one by one to cases that hold their evidence.
pub(crate) async fn invoice(database: &Path, full: bool) -> Result<Paced, Box<dyn Error>> {
    create(database).await?;
    let pool = open(database, full).await?;
    sqlx::query(SQLITE_TABLE).execute(&pool).await?;
    let stock: SqliteCqrs<MboExam> = sqlite_cqrs(pool.clone(), vec![], exams::context());
    // A few lines warm up; all have their evidence before.
    let warm = exams::LINES..exams::LINES + 20;
    for number in (0..exams::LINES).chain(warm.clone()) {
        stock
            .execute(&exams::case(number), exams::evidence(number))
            .await?;
    }
    for number in warm {
        stock
            .execute(&exams::case(number), exams::present(number))
            .await?;
    }
    let commands: Vec<_> = (0..exams::LINES)
        .map(|number| (exams::case(number), exams::present(number)))
        .collect();
    let start = Instant::now();
    for (id, command) in commands {
        stock.execute(&id, command).await?;
    }
    let micros = u64::try_from(start.elapsed().as_micros())?;
    pool.close().await;
    Ok(Paced {
        count: exams::LINES,
        micros,
        peak_kib: 0,
    })
}

/// Makes an empty file: the stock pool opens only what there is.
pub(crate) async fn create(database: &Path) -> Result<(), sqlx::Error> {
    SqliteConnectOptions::new()
        .filename(database)
        .create_if_missing(true)
        .connect()
        .await?
        .close()
        .await
}
