//! Payees by name, for every page and report that shows an id.

use super::View;
use crate::payee::{PayeeEvent, PayeeFacts};
use crate::recorded::{Event, Family, Recorded};

/// What is registered of a payee.
pub type PayeeRow = PayeeFacts;

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Payees;

impl View for Payees {
    type Row = PayeeRow;
    const NAME: &'static str = "payees";
    const VERSION: u32 = 1;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Payee
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Payee(PayeeEvent::PayeeRegistered { facts, .. }) = &event.event {
            keys.push(facts.id.to_string());
        }
    }

    fn fold(_key: &str, row: Option<PayeeRow>, event: &Recorded) -> Option<PayeeRow> {
        match &event.event {
            Event::Payee(PayeeEvent::PayeeRegistered { facts, .. }) => Some(facts.clone()),
            Event::Claim(_)
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Package(_)
            | Event::Invoice(_)
            | Event::Document(_)
            | Event::Counter(_)
            | Event::Fund(_) => row,
        }
    }
}
