//! An aggregate on the desk: revived from its records, and let decide.

use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use subsidy_ledger::{Ledger, Record, Sequence, StreamAppend, StreamId};

use super::DeskError;
use super::recent::Recent;

/// An aggregate with how far its stream is.
#[derive(Default)]
pub(crate) struct Held<A> {
    /// What it has become.
    pub(super) state: A,
    /// The sequence of its last event, those that wait to be appended included.
    pub(super) at: Sequence,
}

impl<A: Aggregate> Held<A> {
    /// Lets it decide; what it decided waits behind the appends so far. Returns the events, which it has taken in.
    pub(super) fn ask(
        &mut self,
        id: &str,
        command: A::Command,
        services: &A::Services,
        appends: &mut Vec<StreamAppend>,
    ) -> Result<Result<Vec<A::Event>, A::Error>, DeskError> {
        let events = match decide(&mut self.state, command, services) {
            Ok(events) => events,
            Err(refusal) => return Ok(Err(refusal)),
        };
        appends.extend(next::<A>(id, &mut self.at, &events)?);
        Ok(Ok(events))
    }
}

/// Returns an aggregate on its shelf; one that is not there is loaded.
pub(super) fn on_shelf<'a, A: Aggregate>(
    shelf: &'a mut Recent<String, Held<A>>,
    id: &str,
    ledger: &Ledger,
) -> Result<&'a mut Held<A>, DeskError> {
    let id = id.to_owned();
    if !shelf.has(&id) {
        let held = load(ledger, &id)?;
        shelf.insert(id.clone(), held);
    }
    Ok(shelf.get_or_default(&id))
}

/// Asks an aggregate on its shelf, which needs nothing but its own state to decide; one that is not there is loaded.
pub(super) fn ask_on_shelf<A: Aggregate<Services = ()>>(
    shelf: &mut Recent<String, Held<A>>,
    id: &str,
    command: A::Command,
    ledger: &Ledger,
    appends: &mut Vec<StreamAppend>,
) -> Result<Result<Vec<A::Event>, A::Error>, DeskError> {
    on_shelf(shelf, id, ledger)?.ask(id, command, &(), appends)
}

/// Loads one stream.
pub(super) fn load<A: Aggregate>(ledger: &Ledger, id: &str) -> Result<Held<A>, DeskError> {
    revive(&ledger.stream(&StreamId::new(A::TYPE, id))?)
}

/// Returns the append of what comes next in a stream, if anything does, and moves on.
pub(super) fn next<A: Aggregate>(
    id: &str,
    at: &mut Sequence,
    events: &[A::Event],
) -> Result<Option<StreamAppend>, DeskError> {
    if events.is_empty() {
        return Ok(None);
    }
    let append = subsidy_ledger::cqrs::stream_append::<A>(id, *at, events)?;
    *at = Sequence(at.0 + u64::try_from(events.len()).unwrap_or(u64::MAX));
    Ok(Some(append))
}

impl<A: Aggregate> Held<A> {
    /// Applies what was decided of it and waits to be appended.
    pub(super) fn catch_up<'a>(
        &mut self,
        decided: impl Iterator<Item = &'a StreamAppend>,
    ) -> Result<(), DeskError> {
        for append in decided {
            for event in &append.events {
                self.state.apply(serde_json::from_str(&event.payload)?);
                self.at = Sequence(self.at.0 + 1);
            }
        }
        Ok(())
    }
}

/// Applies the events of a stream, in order.
pub(super) fn revive<A: Aggregate>(records: &[Record]) -> Result<Held<A>, DeskError> {
    let mut state = A::default();
    for record in records {
        let event = serde_json::from_str(&record.payload).map_err(|source| DeskError::Unknown {
            position: record.position.0,
            source,
        })?;
        state.apply(event);
    }
    let at = records.last().map_or(Sequence::NONE, |record| record.sequence);
    Ok(Held { state, at })
}

/// Lets an aggregate handle a command; it has taken in the events that are returned.
pub(super) fn decide<A: Aggregate>(
    state: &mut A,
    command: A::Command,
    services: &A::Services,
) -> Result<Vec<A::Event>, A::Error> {
    let sink = EventSink::<A>::default();
    at_once(state.handle(command, services, &sink))?;
    Ok(at_once(sink.collect()))
}

/// Runs a future of the domain, which waits for nothing: it decides with values.
fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = TaskContext::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}
