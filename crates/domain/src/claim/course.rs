//! A decision on its way: each event is taken in before the next is decided.

mod approval;
mod credit;
mod evidence;
mod grant;
mod officer;
mod payment;

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::assess::Assessment;
use super::{Award, Claim, ClaimEvent, Line, LineState, Presented, Rule};
use crate::budget::{Booking, BudgetLineId};
use crate::context::Context;
use crate::ids::LineRef;
use crate::reason::{Obstacle, Reason};

/// A case while a command is decided, with what has happened so far and what that booked.
pub(super) struct Course<'a, R: Rule> {
    case: Claim<R>,
    events: Vec<ClaimEvent<R::Evidence>>,
    booked: BTreeMap<BudgetLineId, Booking>,
    context: &'a Context,
}

impl<'a, R: Rule> Course<'a, R> {
    pub(super) const fn new(case: Claim<R>, context: &'a Context) -> Self {
        Self {
            case,
            events: Vec::new(),
            booked: BTreeMap::new(),
            context,
        }
    }

    pub(super) fn into_events(self) -> Vec<ClaimEvent<R::Evidence>> {
        self.events
    }

    fn happen(&mut self, event: ClaimEvent<R::Evidence>) {
        for (line, booking) in event.bookings() {
            *self.booked.entry(line).or_default() += booking;
        }
        self.case.evolve(event.clone());
        self.events.push(event);
    }

    pub(super) fn present(&mut self, line: Presented, on: Date) {
        let key = line.line.clone();
        if self.case.line(&key).is_some() {
            return;
        }
        self.happen(ClaimEvent::LinePresented { line });
        self.judge(&key, on);
        self.resume(on);
    }

    /// Judges every line that waits, the oldest invoice first, until none moves.
    pub(super) fn resume(&mut self, on: Date) {
        loop {
            let happened = self.events.len();
            let mut waiting: Vec<(Date, LineRef)> = self
                .case
                .lines()
                .filter(|held| matches!(held.state, LineState::Parked { .. }))
                .map(|held| (held.presented.invoice_date, held.presented.line.clone()))
                .collect();
            waiting.sort();
            for (_, line) in waiting {
                // What was judged before it may have decided it.
                if self
                    .case
                    .line(&line)
                    .is_some_and(|held| matches!(held.state, LineState::Parked { .. }))
                {
                    self.judge(&line, on);
                }
            }
            if self.events.len() == happened {
                return;
            }
        }
    }

    fn assess(&self, held: &Line, on: Date) -> Result<Award, Obstacle> {
        Assessment {
            case: &self.case,
            context: self.context,
            booked: &self.booked,
            decided_on: on,
        }
        .of(held)
    }

    fn judge(&mut self, key: &LineRef, on: Date) {
        let Some(held) = self.case.line(key).cloned() else {
            return;
        };
        if held.presented.claimed.is_negative() {
            self.park(&held, Reason::CreditNoRef {}, on);
            return;
        }
        if let Some(of) = held.presented.credits.clone() {
            self.credit(&held, &of, on);
            return;
        }
        let line = key.clone();
        match self.assess(&held, on) {
            Ok(award) => self.happen(ClaimEvent::LineMatched { line, award }),
            Err(Obstacle::Bars(reason)) => self.reject(line, reason, on),
            Err(Obstacle::Waits(reason)) => self.park(&held, reason, on),
        }
    }

    fn reject(&mut self, line: LineRef, reason: Reason, on: Date) {
        self.happen(ClaimEvent::LineRejected {
            line,
            reason,
            by: None,
            on,
        });
    }

    fn park(&mut self, held: &Line, reason: Reason, on: Date) {
        let waits_already =
            matches!(&held.state, LineState::Parked { reason: known } if known.waits_alike(&reason));
        if !waits_already {
            let (line, scheme) = (held.presented.line.clone(), held.presented.item.scheme);
            self.happen(ClaimEvent::LineParked {
                line,
                scheme,
                reason,
                on,
            });
        }
    }
}
