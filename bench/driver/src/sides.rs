//! Our sides of the comparison of ledgers, and the raw limits: each run is a process of its own that prints how long it took.

mod append;
mod clients;
mod logs;
mod raw;
mod read;
mod stock;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use bench_exchange::Paced;
use clap::ValueEnum;
use subsidy_ledger::{Ledger, Opening};

pub(crate) use self::logs::{journals, prepare_booked, prepare_claims};

/// A side.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// An invoice of 500 lines: loaded in one read, decided, appended as one
    Invoice,
    /// Batches of 5,000 events
    Append,
    /// Batches of 1,000 events
    Batch,
    /// One durable event after another
    One,
    /// Fifty clients that book on one budget line
    Hot,
    /// Fifty clients that book each on a line of his own
    Many,
    /// Sixteen writers, each recording the evidence of case after case
    Writers,
    /// The same through stock cqrs-es on postgres-es
    StockWriters,
    /// An invoice of 500 lines, line by line through stock cqrs-es on postgres-es
    StockInvoice,
    /// Batches of 5,000 rows by UNNEST into the stock table of PostgreSQL
    RawUnnest,
    /// The budget view built anew from so many bookings by the stock replay on postgres-es, in memory
    StockReplay,
    /// The same through the stock query and view repository
    StockGeneric,
    /// So many bookings, and the budget view of them built anew
    BookedRebuild,
    /// The budget view built anew
    Rebuild,
    /// The same events decoded, from memory, on one thread
    Decode,
    /// All that is stored derived again
    Verify,
    /// The budget report from kept views, asked a hundred times: the median
    Query,
    /// Rows inserted raw by a prepared statement, 5,000 to a transaction
    RawAppend,
    /// Every row read and its bytes hashed
    RawVerify,
    /// A page written and synced, one after another
    Fdatasync,
}

/// One run of a side.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The side
    what: What,
    /// A file, or the URL of a PostgreSQL database: new and empty for what writes, prepared for what reads
    #[arg(long)]
    at: String,
    /// How many events, or clients' events each
    #[arg(long, default_value_t = 0)]
    count: u64,
}

/// Runs a side.
pub(crate) fn run(arguments: &Arguments) -> Result<Paced, Box<dyn Error>> {
    let (url, at, count) = (arguments.at.as_str(), Path::new(&arguments.at), arguments.count);
    let opened = |opening| -> Result<Ledger, Box<dyn Error>> {
        Ok(if url.starts_with("postgres:") {
            Ledger::open_at(&url.parse()?, opening)?
        } else {
            Ledger::open(at, opening)?
        })
    };
    let fresh = || opened(Opening::Create);
    let prepared = || opened(Opening::Existing);
    match arguments.what {
        What::Invoice => append::invoice(&fresh()?),
        What::Append => append::batches(&fresh()?, count, 5_000),
        What::Batch => append::batches(&fresh()?, count, 1_000),
        What::One => append::batches(&fresh()?, count, 1),
        What::Hot => clients::book(&fresh()?, count, clients::Lines::One),
        What::Many => clients::book(&fresh()?, count, clients::Lines::Each),
        What::Writers => append::writers(&fresh()?, count),
        What::StockWriters => stock::writers(url, count),
        What::StockInvoice => stock::invoice(url),
        What::RawUnnest => stock::unnest(url, count, 5_000),
        What::StockReplay => stock::replay(url, count, false),
        What::StockGeneric => stock::replay(url, count, true),
        What::BookedRebuild => {
            let ledger = fresh()?;
            logs::book(&ledger, count)?;
            read::rebuild(&ledger)
        }
        What::Rebuild => read::rebuild(&prepared()?),
        What::Decode => read::decode(&prepared()?),
        What::Verify => read::verify(&prepared()?),
        What::Query => read::query(&prepared()?),
        What::RawAppend => raw::append(at, count, 5_000),
        What::RawVerify => raw::verify(at),
        What::Fdatasync => raw::fdatasync(at, count),
    }
}

/// Times some work on a number of things.
pub(crate) fn timed<E>(count: u64, work: impl FnOnce() -> Result<(), E>) -> Result<Paced, E> {
    let start = Instant::now();
    work()?;
    Ok(Paced {
        count,
        micros: u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX),
        peak_kib: 0,
    })
}
