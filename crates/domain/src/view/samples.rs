//! Audit samples and their work papers.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::ids::{DecisionRef, SampleSeed, Subject};
use crate::money::Euro;
use crate::recorded::{Event, Family, Recorded};
use crate::sample::{Evaluation, SampleEvent, SamplePlan};

/// A sample and how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleRow {
    /// As planned.
    pub plan: SamplePlan,
    /// Who planned it, and when.
    pub planned: (Subject, Date),
    /// The seed, the first unit, who drew it and when.
    pub drawn: Option<SampleDraw>,
    /// What it says of the whole, who said so and when.
    pub evaluated: Option<(Evaluation, Subject, Date)>,
    /// The positions of its plan, its draw and its verdict.
    pub positions: Vec<u64>,
}

/// How a sample was drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleDraw {
    /// The seed.
    pub seed: SampleSeed,
    /// The unit that was picked first, in cents from the start of the population.
    pub start: i64,
    /// In how many items the units lie.
    pub items: u32,
    /// Who drew it.
    pub by: Subject,
    /// The day.
    pub on: Date,
}

/// The view of samples, by number.
#[derive(Clone, Copy, Debug)]
pub struct Samples;

impl View for Samples {
    type Row = SampleRow;
    const NAME: &'static str = "samples";
    const VERSION: u32 = 1;

    fn follows(family: Family, event_type: &str) -> bool {
        family == Family::Sample && !matches!(event_type, "ItemDrawn" | "ItemExamined")
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Sample(
            SampleEvent::SamplePlanned { .. }
            | SampleEvent::SampleDrawn { .. }
            | SampleEvent::SampleEvaluated { .. },
        ) = &event.event
        {
            keys.push(event.id.clone());
        }
    }

    fn fold(_key: &str, row: Option<SampleRow>, event: &Recorded) -> Option<SampleRow> {
        let Event::Sample(happened) = &event.event else {
            return row;
        };
        if let SampleEvent::SamplePlanned { plan, by, on, .. } = happened {
            return Some(SampleRow {
                plan: plan.clone(),
                planned: (by.clone(), *on),
                drawn: None,
                evaluated: None,
                positions: vec![event.position],
            });
        }
        let mut row = row?;
        match happened {
            SampleEvent::SampleDrawn {
                seed,
                start,
                items,
                by,
                on,
            } => {
                row.drawn = Some(SampleDraw {
                    seed: seed.clone(),
                    start: *start,
                    items: *items,
                    by: by.clone(),
                    on: *on,
                });
            }
            SampleEvent::SampleEvaluated { evaluation, by, on } => {
                row.evaluated = Some((*evaluation, by.clone(), *on));
            }
            SampleEvent::SamplePlanned { .. }
            | SampleEvent::ItemDrawn { .. }
            | SampleEvent::ItemExamined { .. } => {}
        }
        row.positions.push(event.position);
        Some(row)
    }
}

/// An item that was drawn, with what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "werkdocument")]
pub struct SampleItemRow {
    /// The item: a line, as payee, invoice and line.
    pub item: String,
    /// What it is booked for.
    pub booked: Euro,
    /// The first unit of it that was picked, in cents from the start of the population.
    pub unit: i64,
    /// Whether it could not be missed.
    pub certain: bool,
    /// What was found.
    pub found: Option<AuditFinding>,
    /// The positions of its draw and of what was found.
    pub positions: Vec<u64>,
}

/// What an auditor found of an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "controlebevinding")]
pub struct AuditFinding {
    /// What it should have been booked for.
    pub audited: Euro,
    /// The work paper that tells why.
    pub paper: Option<DecisionRef>,
    /// Who looked.
    pub by: Subject,
    /// The day.
    pub on: Date,
}

/// The view of what was drawn, by sample and item.
#[derive(Clone, Copy, Debug)]
pub struct SampleItems;

impl View for SampleItems {
    type Row = SampleItemRow;
    const NAME: &'static str = "sample_items";
    const VERSION: u32 = 1;

    fn follows(family: Family, event_type: &str) -> bool {
        family == Family::Sample && matches!(event_type, "ItemDrawn" | "ItemExamined")
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Sample(SampleEvent::ItemDrawn { item, .. } | SampleEvent::ItemExamined { item, .. }) =
            &event.event
        {
            keys.push(format!("{}/{item}", event.id));
        }
    }

    fn fold(_key: &str, row: Option<SampleItemRow>, event: &Recorded) -> Option<SampleItemRow> {
        let Event::Sample(happened) = &event.event else {
            return row;
        };
        match happened {
            SampleEvent::ItemDrawn {
                item,
                booked,
                unit,
                certain,
                ..
            } => Some(SampleItemRow {
                item: item.clone(),
                booked: *booked,
                unit: *unit,
                certain: *certain,
                found: None,
                positions: vec![event.position],
            }),
            SampleEvent::ItemExamined {
                audited,
                paper,
                by,
                on,
                ..
            } => {
                let mut row = row?;
                row.found = Some(AuditFinding {
                    audited: *audited,
                    paper: paper.clone(),
                    by: by.clone(),
                    on: *on,
                });
                row.positions.push(event.position);
                Some(row)
            }
            SampleEvent::SamplePlanned { .. }
            | SampleEvent::SampleDrawn { .. }
            | SampleEvent::SampleEvaluated { .. } => row,
        }
    }
}
