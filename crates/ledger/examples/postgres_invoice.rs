//! Measures an invoice of 500 lines on PostgreSQL: one read and one append, beside stock cqrs-es with postgres-es line by line.
//!
//! Each line is a command to a case of its own that has one event: load it, decide, record. The stock side is not
//! whole or not at all, and its events have no order over cases.
//!
//! `cargo run --release -p subsidy-ledger --example postgres_invoice [LINES [ROUNDS]]`

use std::time::{Duration, Instant};

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent};
use postgres_es::postgres_cqrs;
use serde::{Deserialize, Serialize};
use sqlx::Executor;
use sqlx::postgres::PgPoolOptions;
use subsidy_ledger::cqrs::{event, stream_append};
use subsidy_ledger::{Batch, Ledger, Location, Opening, Record, Sequence, StreamId};
use throwaway_cluster::Cluster;

type Anything<R> = Result<R, Box<dyn std::error::Error>>;

/// The tables as postgres-es creates them.
const STOCK: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL,
        event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

/// A case: earned first, claimed once.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Case {
    earned: u32,
    claimed: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum CaseEvent {
    Earned {
        document: String,
        on: String,
    },
    Claimed {
        invoice: String,
        line: u32,
        amount: String,
        tariff: String,
    },
}

impl DomainEvent for CaseEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Earned { .. } => "Earned".to_owned(),
            Self::Claimed { .. } => "Claimed".to_owned(),
        }
    }

    fn event_version(&self) -> String {
        "1.0".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
#[error("not earned, or claimed before")]
struct Refused;

impl Aggregate for Case {
    const TYPE: &'static str = "case";
    type Command = CaseEvent;
    type Event = CaseEvent;
    type Error = Refused;
    type Services = ();

    async fn handle(&mut self, command: CaseEvent, (): &(), sink: &EventSink<Self>) -> Result<(), Refused> {
        match &command {
            CaseEvent::Earned { .. } => {}
            CaseEvent::Claimed { .. } if self.earned > self.claimed => {}
            CaseEvent::Claimed { .. } => return Err(Refused),
        }
        sink.write(command, self).await;
        Ok(())
    }

    fn apply(&mut self, event: CaseEvent) {
        match event {
            CaseEvent::Earned { .. } => self.earned += 1,
            CaseEvent::Claimed { .. } => self.claimed += 1,
        }
    }
}

fn id(round: usize, line: usize) -> String {
    format!("case-{round:04}-{line:06}")
}

fn earned(line: usize) -> CaseEvent {
    CaseEvent::Earned {
        document: format!("EX-2023-{line:05}"),
        on: "2023-05-01".to_owned(),
    }
}

fn claimed(round: usize, line: usize) -> CaseEvent {
    CaseEvent::Claimed {
        invoice: format!("2023-{round:05}"),
        line: u32::try_from(line).unwrap_or_default(),
        amount: "400.00".to_owned(),
        tariff: "MBO_EXAM@2023-1".to_owned(),
    }
}

fn batch(appends: Vec<subsidy_ledger::StreamAppend>) -> Anything<Batch> {
    Ok(Batch {
        key: None,
        recorded_at: "2023-05-01T12:00:00Z".parse()?,
        metadata: [("by".to_owned(), "measure".to_owned())].into(),
        appends,
    })
}

async fn decided(history: &[Record], command: CaseEvent) -> Anything<Vec<CaseEvent>> {
    let mut case = Case::default();
    for record in history {
        case.apply(event(record)?);
    }
    let sink = EventSink::default();
    case.handle(command, &(), &sink).await?;
    Ok(sink.collect().await)
}

fn main() -> Anything<()> {
    let mut arguments = std::env::args().skip(1);
    let lines: usize = arguments.next().map_or(Ok(500), |text| text.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(7), |text| text.parse())?;
    let cluster = Cluster::start(&["shared_buffers = 512MB", "max_wal_size = 4GB"])?;
    cluster.sql("postgres", "CREATE DATABASE ours")?;
    cluster.sql("postgres", "CREATE DATABASE stock")?;
    let location: Location = cluster.url("ours").parse()?;
    let ledger = Ledger::open_at(&location, Opening::Create)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let pool = runtime.block_on(
        PgPoolOptions::new()
            .max_connections(10)
            .connect(&cluster.url("stock")),
    )?;
    runtime.block_on(pool.execute(STOCK))?;
    let stock = postgres_cqrs::<Case>(pool, vec![], ());
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let first = |line| stream_append::<Case>(&id(round, line), Sequence::NONE, &[earned(line)]);
        ledger.append(batch((0..lines).map(first).collect::<Result<_, _>>()?)?)?;
        for line in 0..lines {
            runtime.block_on(stock.execute(&id(round, line), earned(line)))?;
        }

        let start = Instant::now();
        let streams: Vec<StreamId> = (0..lines)
            .map(|line| StreamId::new("case", id(round, line)))
            .collect();
        let mut appends = Vec::with_capacity(lines);
        for (line, history) in ledger.streams(&streams)?.iter().enumerate() {
            let events = runtime.block_on(decided(history, claimed(round, line)))?;
            let expected = Sequence(u64::try_from(history.len())?);
            appends.push(stream_append::<Case>(&id(round, line), expected, &events)?);
        }
        ledger.append(batch(appends)?)?;
        let mine = start.elapsed();

        let start = Instant::now();
        for line in 0..lines {
            runtime.block_on(stock.execute(&id(round, line), claimed(round, line)))?;
        }
        let plain = start.elapsed();
        // The first round warms up.
        if round > 0 {
            ratios.push(plain.as_micros() * 10 / mine.as_micros().max(1));
            ours.push(mine);
            theirs.push(plain);
        }
    }
    let middle = |all: &mut Vec<Duration>| {
        all.sort_unstable();
        all.get(all.len() / 2).map_or(0, Duration::as_millis)
    };
    ratios.sort_unstable();
    let tenths = ratios.get(rounds / 2).copied().unwrap_or_default();
    println!(
        "an invoice of {lines} lines: ledger {} ms, stock {} ms (median of {rounds}); ratio by round, median {}.{}",
        middle(&mut ours),
        middle(&mut theirs),
        tenths / 10,
        tenths % 10
    );
    let verified = ledger.verify(&mut |_, _| {})?;
    println!("verified {} records", verified.size);
    Ok(())
}
