//! An aggregate on the desk: revived from its records, and let decide.

use std::pin::pin;
use std::task::{Context as TaskContext, Poll, Waker};

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use subsidy_ledger::{Record, Sequence};

use super::DeskError;

/// An aggregate with how far its stream is.
#[derive(Default)]
pub(crate) struct Held<A> {
    /// What it has become.
    pub(super) state: A,
    /// The sequence of its last event, those that wait to be appended included.
    pub(super) at: Sequence,
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
