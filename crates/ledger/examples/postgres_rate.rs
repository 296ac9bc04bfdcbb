//! Measures how fast events are appended to PostgreSQL, beside plain inserts into a table as postgres-es has it.
//!
//! `cargo run --release -p subsidy-ledger --example postgres_rate [EVENTS [ROUNDS]]`

use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection};
use subsidy_ledger::{Batch, Ledger, Location, NewEvent, Opening, Sequence, StreamAppend, StreamId};
use throwaway_cluster::Cluster;

type Anything<R> = Result<R, Box<dyn std::error::Error>>;

/// The table as postgres-es creates it.
const STOCK: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL,
        event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

fn id(round: usize, event: usize) -> String {
    format!("claim-{round:06}-{event:06}")
}

fn payload(event: usize) -> String {
    format!(
        r#"{{"scheme":"MBO_EXAM","invoice":"2023-{event:06}","line":{event},"payee":"R-0012","learner":"2f6b1c0f3e0a4c1b9c55a5d7c3f0b1e2","amount":"400.00","vat":"0.00","performed_on":"2023-05-01","presented_on":"2023-05-12","evidence":{{"document":"EX-2023-0412","row":{event},"hash":"9fbf044d1831cbee60393a4d8cb9c2af020a5888d2530359a01ea50450ff80c2"}},"tariff":"MBO_EXAM@2023-1"}}"#
    )
}

fn batch(round: usize, events: usize) -> Anything<Batch> {
    let append = |event: usize| StreamAppend {
        stream: StreamId::new("claim", id(round, event)),
        expected: Sequence::NONE,
        events: vec![NewEvent {
            event_type: "ClaimPresented".to_owned(),
            event_version: "1.0".to_owned(),
            payload: payload(event),
        }],
    };
    Ok(Batch {
        key: None,
        recorded_at: "2023-05-01T12:00:00Z".parse()?,
        metadata: [("by".to_owned(), "measure".to_owned())].into(),
        appends: (0..events).map(append).collect(),
    })
}

async fn raw(connection: &mut PgConnection, round: usize, events: usize) -> Anything<()> {
    let all = |text: &str| vec![text.to_owned(); events];
    sqlx::query(
        "INSERT INTO events SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[],
                                                 $6::json[], $7::json[])",
    )
    .bind(all("claim"))
    .bind((0..events).map(|event| id(round, event)).collect::<Vec<_>>())
    .bind(vec![1_i64; events])
    .bind(all("ClaimPresented"))
    .bind(all("1.0"))
    .bind((0..events).map(payload).map(Text).collect::<Vec<_>>())
    .bind(all(r#"{"by":"measure"}"#).into_iter().map(Text).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

/// A JSON text sent as it is.
struct Text(String);

impl sqlx::Type<sqlx::Postgres> for Text {
    fn type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::with_oid(sqlx::postgres::types::Oid(114))
    }
}

impl sqlx::postgres::PgHasArrayType for Text {
    fn array_type_info() -> sqlx::postgres::PgTypeInfo {
        sqlx::postgres::PgTypeInfo::with_oid(sqlx::postgres::types::Oid(199))
    }
}

impl sqlx::Encode<'_, sqlx::Postgres> for Text {
    fn encode_by_ref(
        &self,
        buffer: &mut sqlx::postgres::PgArgumentBuffer,
    ) -> Result<sqlx::encode::IsNull, sqlx::error::BoxDynError> {
        buffer.extend(self.0.as_bytes());
        Ok(sqlx::encode::IsNull::No)
    }
}

fn main() -> Anything<()> {
    let mut arguments = std::env::args().skip(1);
    let events = arguments.next().map_or(Ok(5_000), |text| text.parse())?;
    let rounds: usize = arguments.next().map_or(Ok(15), |text| text.parse())?;
    let cluster = Cluster::start(&["shared_buffers = 512MB", "max_wal_size = 4GB"])?;
    cluster.sql("postgres", "CREATE DATABASE ours")?;
    cluster.sql("postgres", "CREATE DATABASE stock")?;
    let location: Location = cluster.url("ours").parse()?;
    let ledger = Ledger::open_at(&location, Opening::Create)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let mut connection = runtime.block_on(PgConnection::connect(&cluster.url("stock")))?;
    runtime.block_on(connection.execute(STOCK))?;
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=rounds {
        let one = batch(round, events)?;
        let mine = || -> Anything<Duration> {
            let start = Instant::now();
            ledger.append(one)?;
            Ok(start.elapsed())
        };
        let mut plain = || -> Anything<Duration> {
            let start = Instant::now();
            runtime.block_on(raw(&mut connection, round, events))?;
            Ok(start.elapsed())
        };
        // Each is first in turn, for the disk remembers who came before.
        let (mine, plain) = if round % 2 == 0 {
            let mine = mine()?;
            (mine, plain()?)
        } else {
            let plain = plain()?;
            (mine()?, plain)
        };
        // The first round warms up.
        if round > 0 {
            ratios.push(plain.as_micros() * 100 / mine.as_micros().max(1));
            ours.push(mine);
            theirs.push(plain);
        }
    }
    ratios.sort_unstable();
    ours.sort();
    theirs.sort();
    let rate = |all: &[Duration], place: usize| {
        let micros = all.get(place).map_or(1, |time| time.as_micros().max(1));
        u128::try_from(events).unwrap_or_default() * 1_000_000 / micros
    };
    for (name, all) in [("ledger", &ours), ("plain", &theirs)] {
        println!(
            "{name:7} {events} events a batch: {} events/s (median of {rounds}; {} to {})",
            rate(all, rounds / 2),
            rate(all, rounds - 1),
            rate(all, 0)
        );
    }
    let percent = ratios.get(rounds / 2).copied().unwrap_or_default();
    println!(
        "ledger to plain, by round, median: {}.{:02}",
        percent / 100,
        percent % 100
    );
    let verified = ledger.verify(&mut |_, _| {})?;
    println!("verified {} records, root {}", verified.size, verified.root);
    Ok(())
}
