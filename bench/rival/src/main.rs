//! The rival of the benchmark: doubleentry, a ledger that proves what it holds, over SQLite or PostgreSQL.

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use clap::{Parser, Subcommand};
use doubleentry::prelude::*;
use doubleentry::store::{SqlStore, Store};

/// Records entries in doubleentry, or audits them
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Record so many entries, so many to a batch, and tell how long it took; `at` is a file or a URL postgres:...
    Record { at: PathBuf, entries: u64, batch: u64 },
    /// Make a ledger of so many entries
    Prepare { at: PathBuf, entries: u64 },
    /// Audit a ledger and tell how long it took
    Audit { at: PathBuf },
}

const FROM: Date = date!("2023-01-01");

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let what = Arguments::parse().what;
        let at = match &what {
            What::Record { at, .. } | What::Prepare { at, .. } | What::Audit { at } => {
                at.display().to_string()
            }
        };
        if at.starts_with("postgres:") {
            run(SqlStore::postgres(&at).await?, what).await
        } else {
            run(SqlStore::sqlite(&format!("sqlite://{at}?mode=rwc")).await?, what).await
        }
    })
}

async fn run<S: Store<2>>(store: S, what: What) -> Result<(), Box<dyn Error>> {
    let ledger = Ledger::new(store, LedgerId::new("example.com/fund")?).await?;
    match what {
        What::Record { entries, batch, .. } => {
            open(&ledger).await?;
            record(&ledger, 0..1, 1).await?;
            let start = Instant::now();
            record(&ledger, 1..entries + 1, batch).await?;
            print(entries, start);
        }
        What::Prepare { entries, .. } => {
            open(&ledger).await?;
            record(&ledger, 0..entries, 1_000).await?;
        }
        What::Audit { .. } => {
            let start = Instant::now();
            let report = ledger.audit().await?;
            print(report.size, start);
        }
    }
    Ok(())
}

async fn open<S: Store<2>>(ledger: &Ledger<S>) -> Result<(), Box<dyn Error>> {
    ledger.declare_currency(EUR, 2, FROM).await?;
    ledger.define_months(2023, 1..=12).await?;
    ledger
        .open("Expenses:MboExam", AccountKind::Expense, FROM)
        .await?;
    ledger
        .open("Liabilities:Schools", AccountKind::Liability, FROM)
        .await?;
    Ok(())
}

/// Records claims, each an entry of two postings with a key of its own.
async fn record<S: Store<2>>(
    ledger: &Ledger<S>,
    numbers: std::ops::Range<u64>,
    batch: u64,
) -> Result<(), Box<dyn Error>> {
    let entry = |number: u64| {
        Entry::new(format!("claim-{number}"), date!("2023-06-15"))
            .debit("Expenses:MboExam", amount!("123.50"), EUR)
            .credit("Liabilities:Schools", amount!("123.50"), EUR)
    };
    let mut from = numbers.start;
    while from < numbers.end {
        let until = (from + batch).min(numbers.end);
        if batch == 1 {
            ledger.record(entry(from)).await?;
        } else {
            ledger.record_batch((from..until).map(entry)).await?;
        }
        from = until;
    }
    Ok(())
}

fn print(count: u64, start: Instant) {
    println!(
        r#"{{"count":{count},"micros":{},"peak_kib":0}}"#,
        start.elapsed().as_micros()
    );
}
