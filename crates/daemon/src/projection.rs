//! Views kept in the ledger: each follows what was recorded and saves its rows with its position.

mod reading;

use std::sync::Arc;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use subsidy_domain::recorded::{Event, Family, Recorded};
use subsidy_domain::view::{
    Bank, Batches, BudgetLines, Claims, Counters, Exceptions, GeneralLedger, Invoices, Orders, Payables,
    Payees, Periods, Pipeline, Realisation, SampleItems, Samples, Unclaimed, View,
};
use subsidy_ledger::{
    DecodeError, DynView, FollowError, Following, Heading, Ledger, Position, Rebuilt, Record,
};

pub(crate) use self::reading::each_row;
pub use self::reading::{AsAt, RowsError, Together, rows, rows_together};

/// A view of the domain, as the ledger keeps it.
struct Kept<V>(V);

impl<V: View + Send + Sync> subsidy_ledger::View<Recorded> for Kept<V> {
    type Row = V::Row;

    fn name(&self) -> &'static str {
        V::NAME
    }

    fn version(&self) -> u32 {
        V::VERSION
    }

    fn follows(&self, heading: Heading<'_>) -> bool {
        // What this program does not know is decoded, and stops the view there.
        Family::of(heading.kind, heading.event_version)
            .is_none_or(|family| V::follows(family, heading.event_type))
    }

    fn keys(&self, event: &Recorded, out: &mut Vec<String>) {
        V::keys(event, out);
    }

    fn fold(&self, key: &str, row: Option<V::Row>, event: &Recorded) -> Option<V::Row> {
        V::fold(key, row, event)
    }
}

/// Every view that is kept.
fn views() -> Vec<Box<dyn DynView<Recorded>>> {
    vec![
        Box::new(Kept(Bank)),
        Box::new(Kept(Batches)),
        Box::new(Kept(BudgetLines)),
        Box::new(Kept(Claims)),
        Box::new(Kept(Counters)),
        Box::new(Kept(Exceptions)),
        Box::new(Kept(GeneralLedger)),
        Box::new(Kept(Invoices)),
        Box::new(Kept(Orders)),
        Box::new(Kept(Payables)),
        Box::new(Kept(Payees)),
        Box::new(Kept(Periods)),
        Box::new(Kept(Pipeline)),
        Box::new(Kept(Realisation)),
        Box::new(Kept(SampleItems)),
        Box::new(Kept(Samples)),
        Box::new(Kept(Unclaimed)),
    ]
}

/// Reads a record as an event of the domain.
///
/// # Errors
/// When it is none that this program knows.
pub fn decode(record: &Record) -> Result<Recorded, DecodeError> {
    let kind = record.stream.kind.as_str();
    let event = Event::decode(kind, &record.event_version, &record.payload).map_err(DecodeError::new)?;
    Ok(Recorded {
        position: record.position.0,
        recorded_at: record.recorded_at,
        kind: kind.to_owned(),
        id: record.stream.id.clone(),
        sequence: record.sequence.0,
        event,
    })
}

/// Brings every view up to date.
///
/// # Errors
/// When the ledger cannot be read or the rows not be saved; what was saved before stands.
pub fn follow(ledger: &Ledger) -> Result<Position, FollowError> {
    following(ledger, |catch_up| catch_up())
}

/// Lets `work` bring every view up to date again and again: the rows that were folded last are kept in memory between.
pub fn following<R>(
    ledger: &Ledger,
    work: impl FnOnce(&mut dyn FnMut() -> Result<Position, FollowError>) -> R,
) -> R {
    let views = views();
    let mut following = Following::new(ledger, &decode, &views);
    work(&mut || catch_up(&mut following))
}

fn catch_up(following: &mut Following<'_, Recorded>) -> Result<Position, FollowError> {
    let mut outcome = following.advance();
    for _ in 0..OVERTAKEN {
        match outcome {
            Err(FollowError::Overtaken) => outcome = following.advance(),
            Ok(_) | Err(_) => break,
        }
    }
    outcome
}

/// Follows with every view on a thread of its own, so that rows are folded while more is decided.
///
/// Dropping it waits until it has done what it was asked for.
pub(crate) struct Follower {
    asks: Option<Sender<Ask>>,
    thread: Option<JoinHandle<()>>,
}

enum Ask {
    Nudge,
    CatchUp(SyncSender<Result<Position, FollowError>>),
}

impl Follower {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system has none left.
    pub(crate) fn start(ledger: Arc<Ledger>) -> std::io::Result<Self> {
        let (asks, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("follower".to_owned())
            .spawn(move || {
                following(&ledger, |catch_up| {
                    for ask in queue {
                        let outcome = catch_up();
                        // A failure that nobody waits for is met again by the next who does.
                        if let Ask::CatchUp(reply) = ask {
                            reply.send(outcome).ok();
                        }
                    }
                });
            })?;
        Ok(Self {
            asks: Some(asks),
            thread: Some(thread),
        })
    }

    /// Tells it that there may be something to follow, and does not wait.
    pub(crate) fn nudge(&self) {
        if let Some(asks) = &self.asks {
            asks.send(Ask::Nudge).ok();
        }
    }

    /// Brings every view to the present head.
    ///
    /// # Errors
    /// As [`follow`].
    pub(crate) fn catch_up(&self) -> Result<Position, FollowError> {
        let (reply, answer) = sync_channel(1);
        if let Some(asks) = &self.asks {
            asks.send(Ask::CatchUp(reply)).ok();
        }
        answer.recv().unwrap_or(Err(FollowError::Stopped))
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        drop(self.asks.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// How often another program may be faster before following is given up; each time it has done part of the work.
const OVERTAKEN: usize = 200;

/// Builds views anew from the first record: all of them, or the one named.
///
/// # Errors
/// As [`follow`]; and `None` when no view has that name.
pub fn rebuild(
    ledger: &Ledger,
    name: Option<&str>,
) -> Result<Option<Vec<(&'static str, Rebuilt)>>, FollowError> {
    let chosen: Vec<_> = views()
        .into_iter()
        .filter(|view| name.is_none_or(|name| view.name() == name))
        .collect();
    if chosen.is_empty() {
        return Ok(None);
    }
    follow(ledger)?;
    let mut rebuilt = Vec::new();
    for view in chosen {
        rebuilt.push((
            view.name(),
            subsidy_ledger::rebuild(ledger, &decode, view.as_ref())?,
        ));
    }
    Ok(Some(rebuilt))
}

/// Returns the names of all views.
#[must_use]
pub fn names() -> Vec<&'static str> {
    views().iter().map(|view| view.name()).collect()
}
