//! Own services and reference figures: counted beside the claims, never as claims.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::calendar::FiscalYear;
use crate::ids::{Category, Source};
use crate::scheme::SchemeCode;

/// What may be asked of a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CounterCommand {
    /// Count deliveries of an own service in a month.
    Deliver(Delivery),
    /// Record a reference figure of a scheme.
    Refer(Reference),
}

/// Deliveries of an own service in a month; another count for the same month replaces it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "levering")]
pub struct Delivery {
    /// The service.
    pub service: Category,
    /// The part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Category>,
    /// The first day of the month.
    pub month: Date,
    /// How many; nothing when only a target is known.
    pub count: Option<i64>,
    /// The target of the year for the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<i64>,
    /// Where it came from.
    pub source: Source,
}

/// A figure beside the budget: units requested, an opening figure, people invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "kengetal")]
pub struct Reference {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The year.
    pub year: FiscalYear,
    /// The category; `*` for the scheme.
    pub category: Category,
    /// What is counted.
    pub figure: Figure,
    /// How many.
    pub count: i64,
    /// Where it came from.
    pub source: Source,
}

/// What a reference figure counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "soort kengetal")]
pub enum Figure {
    /// Units asked for.
    Requested,
    /// Units realised before this ledger began.
    RealisedBefore,
    /// People invited.
    Invited,
    /// People registered.
    Registered,
}

impl Figure {
    /// Returns the name under which the figure is stored.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::RealisedBefore => "realised_before",
            Self::Invited => "invited",
            Self::Registered => "registered",
        }
    }
}

/// What can have happened to a counter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CounterEvent {
    /// Deliveries were counted.
    ServiceDelivered(Delivery),
    /// A reference figure was recorded.
    ReferenceRecorded(Reference),
}

/// A counter: the aggregate. It remembers what it was told, so that telling it again changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "teller")]
pub struct Counter {
    told: BTreeMap<String, (Option<i64>, Option<i64>)>,
}

impl Counter {
    /// Decides what a command brings about.
    #[must_use]
    pub fn decide(&self, command: &CounterCommand) -> Vec<CounterEvent> {
        let event = match command.clone() {
            CounterCommand::Deliver(delivery) => CounterEvent::ServiceDelivered(delivery),
            CounterCommand::Refer(reference) => CounterEvent::ReferenceRecorded(reference),
        };
        let (key, value) = told(&event);
        if self.told.get(&key) == Some(&value) {
            vec![]
        } else {
            vec![event]
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: &CounterEvent) {
        let (key, value) = told(event);
        self.told.insert(key, value);
    }
}

fn told(event: &CounterEvent) -> (String, (Option<i64>, Option<i64>)) {
    match event {
        CounterEvent::ServiceDelivered(delivery) => {
            let part = delivery.part.as_ref().map_or("", Category::as_str);
            (
                format!("{part}:{}", delivery.month),
                (delivery.count, delivery.target),
            )
        }
        CounterEvent::ReferenceRecorded(reference) => (
            format!("{}:{}", reference.category, reference.figure.as_str()),
            (Some(reference.count), None),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    fn deliver(count: i64) -> CounterCommand {
        CounterCommand::Deliver(Delivery {
            service: "coaching".parse().expect("a name"),
            part: None,
            month: jiff::civil::date(2023, 5, 1),
            count: Some(count),
            target: None,
            source: testkit::source(),
        })
    }

    #[test]
    fn a_count_told_again_changes_nothing_and_another_count_replaces_it() {
        let mut counter = Counter::default();
        for event in counter.decide(&deliver(12)) {
            counter.evolve(&event);
        }
        assert_eq!(counter.decide(&deliver(12)), []);
        assert_eq!(counter.decide(&deliver(13)).len(), 1);
    }
}
