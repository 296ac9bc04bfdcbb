//! Which periods are closed.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::ids::Subject;
use crate::period::{PeriodEvent, PeriodId};
use crate::recorded::{Event, Family, Recorded};

/// A period and how far its closing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "afsluiting")]
pub struct PeriodRow {
    /// Which.
    pub period: PeriodId,
    /// Who proposed to close it, and when.
    pub proposed: (Subject, Date),
    /// Who agreed, and when.
    pub closed: Option<(Subject, Date)>,
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Periods;

impl View for Periods {
    type Row = PeriodRow;
    const NAME: &'static str = "periods";
    const VERSION: u32 = 1;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Period
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Period(
            PeriodEvent::CloseProposed { period, .. } | PeriodEvent::PeriodClosed { period, .. },
        ) = &event.event
        {
            keys.push(period.to_string());
        }
    }

    fn fold(_key: &str, row: Option<PeriodRow>, event: &Recorded) -> Option<PeriodRow> {
        let Event::Period(happened) = &event.event else {
            return row;
        };
        match happened {
            PeriodEvent::CloseProposed { period, by, on } => Some(PeriodRow {
                period: *period,
                proposed: (by.clone(), *on),
                closed: None,
            }),
            PeriodEvent::PeriodClosed { by, on, .. } => row.map(|row| PeriodRow {
                closed: Some((by.clone(), *on)),
                ..row
            }),
        }
    }
}
