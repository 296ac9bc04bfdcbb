//! Own services and reference figures, as counted.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::View;
use crate::counter::CounterEvent;
use crate::recorded::{Event, Family, Recorded};

/// A counter of a year.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CounterRow {
    /// Counts by month, or one count under an empty name.
    pub counts: BTreeMap<String, i64>,
    /// The target of the year.
    pub target: Option<i64>,
}

impl CounterRow {
    /// Returns the sum of the counts; nothing when none was counted, which is not zero.
    #[must_use]
    pub fn total(&self) -> Option<i64> {
        (!self.counts.is_empty()).then(|| self.counts.values().sum())
    }
}

/// The view: keys `service|<year>|<service>|<part>` and `reference|<year>|<scheme>|<figure>|<category>`.
#[derive(Clone, Copy, Debug)]
pub struct Counters;

impl View for Counters {
    type Row = CounterRow;
    const NAME: &'static str = "counters";
    const VERSION: u32 = 1;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Counter
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        match &event.event {
            Event::Counter(CounterEvent::ServiceDelivered(delivery)) => {
                let part = delivery.part.as_ref().map_or("", |part| part.as_str());
                keys.push(format!(
                    "service|{}|{}|{part}",
                    delivery.month.year(),
                    delivery.service
                ));
            }
            Event::Counter(CounterEvent::ReferenceRecorded(reference)) => keys.push(format!(
                "reference|{}|{}|{}|{}",
                reference.year,
                reference.scheme,
                reference.figure.as_str(),
                reference.category
            )),
            Event::Claim(_)
            | Event::Terms(_)
            | Event::Budget(_)
            | Event::Payee(_)
            | Event::Package(_)
            | Event::Invoice(_)
            | Event::Document(_)
            | Event::Fund(_)
            | Event::Batch(_)
            | Event::Order(_)
            | Event::Statement(_)
            | Event::Account(_)
            | Event::Period(_)
            | Event::Sample(_) => {}
        }
    }

    fn fold(_key: &str, row: Option<CounterRow>, event: &Recorded) -> Option<CounterRow> {
        let Event::Counter(counter) = &event.event else {
            return row;
        };
        let mut row = row.unwrap_or_default();
        match counter {
            CounterEvent::ServiceDelivered(delivery) => {
                if let Some(count) = delivery.count {
                    row.counts.insert(delivery.month.to_string(), count);
                }
                row.target = delivery.target.or(row.target);
            }
            CounterEvent::ReferenceRecorded(reference) => {
                row.counts.insert(String::new(), reference.count);
            }
        }
        Some(row)
    }
}
