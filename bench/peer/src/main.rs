//! The peer of the benchmark: the commands of the invoices, one by one through stock cqrs-es on stock sqlite-es.

mod context;
mod exams;
mod replay;
mod stock;
mod view;

use std::collections::BTreeMap;
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

use bench_exchange::stock::SQLITE_TABLE;
use bench_exchange::{Measured, Order, Step, Stored, copy_prepared, read_script};
use clap::{Parser, Subcommand};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Pool, Row, Sqlite};
use subsidy_documents::{Limits, read};

use crate::stock::Stock;

/// Runs the commands of a script one by one through stock cqrs-es on sqlite-es
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Make a database of what was there before the invoices
    Prepare { script: PathBuf, database: PathBuf },
    /// Take in the invoices, on a copy of the prepared database, and tell how long it took
    Run {
        script: PathBuf,
        prepared: PathBuf,
        database: PathBuf,
        /// Sync at each commit (synchronous=FULL), as the ledger does; stock sqlite-es does not
        #[arg(long)]
        full: bool,
        /// Keep one of the product's nine views as well, the stock way
        #[arg(long)]
        views: bool,
    },
    /// Present an invoice of 500 lines, line by line
    Invoice {
        database: PathBuf,
        /// Sync at each commit (synchronous=FULL); stock sqlite-es does not
        #[arg(long)]
        full: bool,
    },
    /// Make a database of so many bookings on budget lines
    Events { database: PathBuf, count: u64 },
    /// Build the budget view anew with the stock replay
    Replay {
        database: PathBuf,
        /// Keep it with the stock query and view repository, and not in memory
        #[arg(long)]
        generic: bool,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match Arguments::parse().what {
        What::Prepare { script, database } => runtime.block_on(prepare(&script, &database)),
        What::Invoice { database, full } => printed(runtime.block_on(exams::invoice(&database, full))?),
        What::Events { database, count } => runtime.block_on(replay::prepare(&database, count)),
        What::Replay { database, generic } => printed(runtime.block_on(replay::replay(&database, generic))?),
        What::Run {
            script,
            prepared,
            database,
            full,
            views,
        } => {
            copy_prepared(&prepared, &database)?;
            let measured = runtime.block_on(run(&script, &database, full, views))?;
            printed(measured)
        }
    }
}

fn printed(measured: impl serde::Serialize) -> Result<(), Box<dyn Error>> {
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

async fn prepare(script: &Path, database: &Path) -> Result<(), Box<dyn Error>> {
    let pool = sqlite_es::default_sqlite_pool(&address(database)).await;
    sqlx::query(SQLITE_TABLE).execute(&pool).await?;
    for kind in Stock::CASES {
        let table = view::table(kind);
        let columns =
            "view_id text NOT NULL, version integer NOT NULL, payload text NOT NULL, PRIMARY KEY (view_id)";
        sqlx::query(&format!("CREATE TABLE {table} ({columns}) STRICT"))
            .execute(&pool)
            .await?;
    }
    let mut transaction = pool.begin().await?;
    for step in read_script(script)? {
        if let Step::Before(event) = step {
            let Stored {
                kind,
                id,
                sequence,
                event_type,
                event_version,
                payload,
            } = event;
            sqlx::query("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, '{}')")
                .bind(kind)
                .bind(id)
                .bind(i64::try_from(sequence)?)
                .bind(event_type)
                .bind(event_version)
                .bind(payload)
                .execute(&mut *transaction)
                .await?;
        }
    }
    transaction.commit().await?;
    pool.close().await;
    Ok(())
}

async fn run(script: &Path, database: &Path, full: bool, views: bool) -> Result<Measured, Box<dyn Error>> {
    let pool = open(database, full).await?;
    let (mut before, mut documents) = (Vec::new(), Vec::new());
    for step in read_script(script)? {
        match step {
            Step::Before(event) => before.push(event),
            Step::Document { path, orders } => documents.push((path, orders)),
        }
    }
    let stood: i64 = sqlx::query("SELECT count(*) FROM events")
        .fetch_one(&pool)
        .await?
        .get(0);
    let mut stock = Stock::new(pool.clone(), context::after(&before)?, views);

    let limits = Limits::default();
    let start = Instant::now();
    for (path, orders) in documents {
        black_box(read(&std::fs::read(path)?, &limits)?);
        for order in orders {
            execute(&mut stock, order).await?;
        }
    }
    let micros = u64::try_from(start.elapsed().as_micros())?;

    let events = written(&pool, stood).await?;
    pool.close().await;
    let claims = events.get("LinePresented").copied().unwrap_or_default();
    Ok(Measured {
        claims,
        micros,
        events,
    })
}

async fn execute(stock: &mut Stock, order: Order) -> Result<(), Box<dyn Error>> {
    match order {
        Order::Invoice { id, command } => stock.invoices.execute(&id, command).await?,
        Order::Present { kind, id, line, on } => stock.present(&kind, &id, *line, on).await?,
        Order::Package { id, command } => stock.package(&id, command).await?,
        Order::Document { id, command } => stock.documents.execute(&id, command).await?,
        Order::Budget { id, order } => stock.budgets.execute(&id, order).await?,
    }
    Ok(())
}

/// Counts by type the events that were written after the first `stood`.
async fn written(pool: &Pool<Sqlite>, stood: i64) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let rows = sqlx::query("SELECT event_type, count(*) FROM events WHERE rowid > ? GROUP BY event_type")
        .bind(stood)
        .fetch_all(pool)
        .await?;
    rows.iter()
        .map(|row| Ok((row.get(0), u64::try_from(row.get::<i64, _>(1))?)))
        .collect()
}

/// The pool that sqlite-es makes; if asked, one that syncs.
async fn open(database: &Path, full: bool) -> Result<Pool<Sqlite>, Box<dyn Error>> {
    Ok(if full {
        full_pool(database).await?
    } else {
        sqlite_es::default_sqlite_pool(&address(database)).await
    })
}

/// The pool that sqlite-es makes, but synced at each commit.
async fn full_pool(database: &Path) -> Result<Pool<Sqlite>, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(database)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true);
    SqlitePoolOptions::new()
        .max_connections(10)
        .connect_with(options)
        .await
}

fn address(database: &Path) -> String {
    format!("sqlite://{}", database.display())
}
