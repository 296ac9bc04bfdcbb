//! What is appended: an invoice as a unit of work, and batches of one event a stream.

use std::collections::BTreeMap;
use std::error::Error;

use bench_exchange::{Paced, exams};
use cqrs_es::Aggregate;
use subsidy_domain::schemes::mbo_exam::MboExam;
use subsidy_ledger::cqrs::{event, stream_append};
use subsidy_ledger::{Batch, Ledger, Sequence, StreamAppend, StreamId};

use super::timed;

/// Writers at once.
pub(super) const WRITERS: u64 = 16;

/// Returns a batch at the one moment of the benchmark.
pub(super) fn batch(appends: Vec<StreamAppend>) -> Result<Batch, Box<dyn Error>> {
    Ok(Batch {
        key: None,
        recorded_at: "2023-12-31T08:00:00Z".parse()?,
        metadata: BTreeMap::from([("by".to_owned(), "bench".to_owned())]),
        appends,
    })
}

/// Returns the appends of the first events of some cases: the evidence of a claim each.
pub(super) fn evidence(claims: std::ops::Range<u64>) -> Result<Vec<StreamAppend>, Box<dyn Error>> {
    let context = exams::context();
    claims
        .map(|number| {
            let events = MboExam::default().decide(exams::evidence(number), &context)?;
            Ok(stream_append::<MboExam>(
                &exams::case(number),
                Sequence::NONE,
                &events,
            )?)
        })
        .collect()
}

/// Presents the lines of an invoice to cases that hold their evidence.
pub(super) fn invoice(ledger: &Ledger) -> Result<Paced, Box<dyn Error>> {
    // A first invoice warms up; both have their evidence before.
    let context = exams::context();
    ledger.append(batch(evidence(0..2 * exams::LINES)?)?)?;
    let mut paced = Paced::default();
    for first in [0, exams::LINES] {
        let commands: Vec<_> = (first..first + exams::LINES)
            .map(|number| (exams::case(number), exams::present(number)))
            .collect();
        paced = timed(exams::LINES, || -> Result<(), Box<dyn Error>> {
            let streams: Vec<StreamId> = commands
                .iter()
                .map(|(id, _)| StreamId::new(MboExam::TYPE, id.clone()))
                .collect();
            let mut appends = Vec::with_capacity(commands.len());
            for ((id, command), history) in commands.into_iter().zip(ledger.streams(&streams)?) {
                let mut case = MboExam::default();
                for record in &history {
                    case.evolve(event(record)?);
                }
                let events = case.decide(command, &context)?;
                let expected = Sequence(u64::try_from(history.len())?);
                appends.push(stream_append::<MboExam>(&id, expected, &events)?);
            }
            ledger.append(batch(appends)?)?;
            Ok(())
        })?;
    }
    Ok(paced)
}

/// Appends so many events, so many to a batch, each event to a stream of its own.
pub(super) fn batches(ledger: &Ledger, count: u64, size: u64) -> Result<Paced, Box<dyn Error>> {
    let mut ready = Vec::new();
    let mut from = 0;
    while from < count {
        let until = (from + size).min(count);
        ready.push(batch(evidence(from..until)?)?);
        from = until;
    }
    timed(count, || {
        for batch in ready {
            ledger.append(batch)?;
        }
        Ok(())
    })
}

/// Lets sixteen writers record the evidence of so many cases each: load, decide, append, and wait until it is durable.
pub(super) fn writers(ledger: &Ledger, each: u64) -> Result<Paced, Box<dyn Error>> {
    let context = exams::context();
    let one = |number: u64| -> Result<(), Box<dyn Error>> {
        let id = exams::case(number);
        let mut case = MboExam::default();
        let history = ledger.stream(&StreamId::new(MboExam::TYPE, id.clone()))?;
        for record in &history {
            case.evolve(event(record)?);
        }
        let events = case.decide(exams::evidence(number), &context)?;
        let expected = Sequence(u64::try_from(history.len())?);
        ledger.append(batch(vec![stream_append::<MboExam>(&id, expected, &events)?])?)?;
        Ok(())
    };
    timed(WRITERS * each, || {
        std::thread::scope(|scope| {
            let running: Vec<_> = (0..WRITERS)
                .map(|writer| {
                    let one = &one;
                    scope.spawn(move || {
                        (writer * each..(writer + 1) * each)
                            .try_for_each(one)
                            .map_err(|error| error.to_string())
                    })
                })
                .collect();
            for writer in running {
                writer.join().map_err(|_| "a writer failed")??;
            }
            Ok(())
        })
    })
}
