//! Measures how fast events are appended, read, followed and verified on this machine and disk.

use std::time::Instant;

use subsidy_ledger::{
    Batch, Keys, Ledger, NewEvent, Opening, Record, Sequence, StreamAppend, StreamId, View, follow,
};

const BATCHES: u64 = 4;
const EVENTS: u64 = 5_000;

/// Counts events by the last two digits of their stream.
struct Counts;

impl View<Record> for Counts {
    type Row = u64;

    fn name(&self) -> &'static str {
        "counts"
    }

    fn version(&self) -> u32 {
        1
    }

    fn keys(&self, event: &Record, out: &mut Vec<String>) {
        out.push(event.stream.id.chars().rev().take(2).collect());
    }

    fn fold(&self, _key: &str, row: Option<u64>, _event: &Record) -> Option<u64> {
        Some(row.unwrap_or_default() + 1)
    }
}

fn batch(number: u64) -> Result<Batch, Box<dyn std::error::Error>> {
    let append = |event: u64| StreamAppend {
        stream: StreamId::new("claim", format!("claim-{:012}", number * EVENTS + event)),
        expected: Sequence::NONE,
        events: vec![NewEvent {
            event_type: "ClaimPresented".to_owned(),
            event_version: "1.0".to_owned(),
            payload: format!(
                r#"{{"scheme":"MBO_EXAM","invoice":"2023-{event}","amount":"400.00","on":"2023-05-01"}}"#
            ),
        }],
    };
    Ok(Batch {
        key: None,
        recorded_at: "2023-05-01T12:00:00Z".parse()?,
        metadata: [("by".to_owned(), "measure".to_owned())].into(),
        appends: (0..EVENTS).map(append).collect(),
    })
}

/// Appends a hundred events, each in a batch of its own, as one of many callers does.
fn one_by_one(ledger: &Ledger, caller: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut one = batch(0)?;
    one.appends.truncate(1);
    for number in 0..100 {
        for append in &mut one.appends {
            append.stream = StreamId::new("claim", format!("caller-{caller}-{number}"));
        }
        ledger.append(one.clone())?;
    }
    Ok(())
}

fn told<R>(what: &str, events: u64, work: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = work();
    let micros = start.elapsed().as_micros().max(1);
    println!(
        "{what:8} {events} events in {} ms, {} events/s",
        micros / 1_000,
        u128::from(events) * 1_000_000 / micros
    );
    result
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let ledger = Ledger::open(folder.path().join("ledger.db"), Opening::Create)?;
    let batches: Vec<Batch> = (0..BATCHES).map(batch).collect::<Result<_, _>>()?;
    let size = BATCHES * EVENTS;
    told("append", size, || {
        batches
            .into_iter()
            .try_for_each(|batch| ledger.append(batch).map(|_| ()))
    })?;
    let callers = 16;
    told("callers", callers * 100, || {
        std::thread::scope(|scope| {
            let started: Vec<_> = (0..callers)
                .map(|caller| {
                    scope.spawn({
                        let ledger = &ledger;
                        move || one_by_one(ledger, caller).is_ok()
                    })
                })
                .collect();
            started.into_iter().all(|thread| thread.join().unwrap_or(false))
        })
    });
    let size = ledger.head()?.size;
    told("read", size, || {
        ledger.records(..)?.try_for_each(|record| record.map(|_| ()))
    })?;
    told("follow", size, || {
        follow(&ledger, &|record| Ok(record.clone()), &[Box::new(Counts)])
    })?;
    told("verify", size, || ledger.verify(&mut |_, _| {}))?;
    let mut rows = 0_u64;
    ledger.rows("counts", &Keys::All, &mut |_, _| rows += 1)?;
    println!("{rows} rows, root {}", ledger.head()?.root);
    Ok(())
}
