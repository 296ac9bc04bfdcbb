//! Many clients at once: each books, waits until it is durable, and books again; one desk decides for all of them.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::mpsc::{Receiver, Sender, channel};

use bench_exchange::{Paced, exams};
use subsidy_domain::budget::{Booking, BudgetCommand, BudgetLine, BudgetLineId, Quantity};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::testkit;
use subsidy_ledger::cqrs::stream_append;
use subsidy_ledger::{Batch, Ledger, Pending, Sequence};

use super::append::batch;
use super::timed;

const CLIENTS: i16 = 50;

/// The budget lines that are booked on.
#[derive(Clone, Copy)]
pub(super) enum Lines {
    /// All clients on one.
    One,
    /// Each client on one of his own.
    Each,
}

/// A booking on a line, and where to say that it is durable.
struct Ask {
    line: BudgetLineId,
    done: Sender<bool>,
}

/// Lets fifty clients book, so many times each.
pub(super) fn book(ledger: &Ledger, each: u64, lines: Lines) -> Result<Paced, Box<dyn Error>> {
    let clients = u64::try_from(CLIENTS)?;
    timed(clients * each, || {
        std::thread::scope(|scope| {
            let (asks, queue) = channel();
            let (handed, pending) = channel();
            let desk =
                scope.spawn(move || decide(ledger, &queue, &handed).map_err(|error| error.to_string()));
            let answers = scope.spawn(move || answer(pending));
            let running: Vec<_> = (0..CLIENTS)
                .map(|client| {
                    let asks: Sender<Ask> = asks.clone();
                    scope.spawn(move || {
                        (0..each).all(|_| {
                            let (done, told) = channel();
                            let line = BudgetLineId {
                                year: FiscalYear::new(match lines {
                                    Lines::One => 2023,
                                    Lines::Each => 2023 + client,
                                }),
                                ..exams::budget_line()
                            };
                            asks.send(Ask { line, done }).is_ok() && told.recv().unwrap_or(false)
                        })
                    })
                })
                .collect();
            drop(asks);
            let all = running.into_iter().all(|client| client.join().unwrap_or(false));
            let decided = desk.join().map_err(|_| "the desk failed")?;
            answers.join().map_err(|_| "the answers failed")?;
            decided?;
            if all {
                Ok(())
            } else {
                Err("a client was refused".into())
            }
        })
    })
}

/// Decides what has come in, in memory, and hands it over without waiting for the disk.
fn decide(
    ledger: &Ledger,
    queue: &Receiver<Ask>,
    handed: &Sender<(Pending, Vec<Sender<bool>>)>,
) -> Result<(), Box<dyn Error>> {
    let mut held: BTreeMap<BudgetLineId, (BudgetLine, u64)> = BTreeMap::new();
    while let Ok(first) = queue.recv() {
        let (mut batches, mut waiting): (Vec<Batch>, _) = (Vec::new(), Vec::new());
        for Ask { line, done } in std::iter::once(first).chain(queue.try_iter()) {
            let (budget, sequence) = held.entry(line).or_default();
            let command = BudgetCommand::Book {
                booking: Booking {
                    committed: Quantity::ZERO,
                    realised: Quantity {
                        units: 1,
                        amount: testkit::euro("123.50"),
                    },
                },
                source: testkit::source(),
                on: exams::day(0),
            };
            let events = budget.decide(line, &command)?;
            for event in &events {
                budget.evolve(event.clone());
            }
            batches.push(batch(vec![stream_append::<BudgetLine>(
                &line.to_string(),
                Sequence(*sequence),
                &events,
            )?])?);
            *sequence += u64::try_from(events.len())?;
            waiting.push(done);
        }
        handed.send((ledger.submit(batches), waiting))?;
    }
    Ok(())
}

/// Tells clients what became of what they asked, once it is durable.
fn answer(pending: Receiver<(Pending, Vec<Sender<bool>>)>) {
    for (pending, waiting) in pending {
        for (outcome, done) in pending.wait().into_iter().zip(waiting) {
            done.send(outcome.is_ok()).ok();
        }
    }
}
