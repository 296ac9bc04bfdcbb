//! Who waits for which budget line, the one who waits longest first (E15).

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::BudgetLineId;
use crate::ids::LineRef;

/// A place in the queue of a budget line: who waits longer stands before, then the older invoice, then the line reference.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[doc(alias = "plaats in de wachtrij")]
pub struct Place {
    /// The day since which the line waits.
    pub since: Date,
    /// The date of its invoice.
    pub invoice_date: Date,
    /// The line.
    pub line: LineRef,
}

/// The queues of all budget lines, over all cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "wachtrij")]
pub struct Queues {
    places: BTreeMap<BudgetLineId, BTreeSet<Place>>,
    held: BTreeMap<LineRef, (BudgetLineId, Place)>,
}

impl Queues {
    /// Puts a line in the queue of a budget line; who stands in it keeps its place.
    pub fn join(&mut self, budget: BudgetLineId, place: Place) {
        if self.place(budget, &place.line).is_some() {
            return;
        }
        self.leave(&place.line);
        self.held.insert(place.line.clone(), (budget, place.clone()));
        self.places.entry(budget).or_default().insert(place);
    }

    /// Takes a line out of the queue in which it stands, if any.
    pub fn leave(&mut self, line: &LineRef) {
        if let Some((budget, place)) = self.held.remove(line)
            && let Some(places) = self.places.get_mut(&budget)
        {
            places.remove(&place);
        }
    }

    /// Returns the place of a line in the queue of a budget line.
    #[must_use]
    pub fn place(&self, budget: BudgetLineId, line: &LineRef) -> Option<&Place> {
        self.held
            .get(line)
            .filter(|(held, _)| *held == budget)
            .map(|(_, place)| place)
    }

    /// Returns who waits for a budget line, in order.
    pub fn of(&self, budget: BudgetLineId) -> impl Iterator<Item = &Place> {
        self.places.get(&budget).into_iter().flatten()
    }

    /// Whether a line is the one whose turn it is.
    #[must_use]
    pub fn is_first(&self, budget: BudgetLineId, line: &LineRef) -> bool {
        self.of(budget).next().is_some_and(|first| first.line == *line)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::calendar::FiscalYear;
    use crate::scheme::SchemeCode;
    use crate::testkit::{SCHOOL, line_ref};

    fn place(day: i8, invoice_day: i8, invoice: &str) -> Place {
        Place {
            since: date(2023, 6, day),
            invoice_date: date(2023, 5, invoice_day),
            line: line_ref(SCHOOL, invoice, "1"),
        }
    }

    fn budget(scheme: SchemeCode) -> BudgetLineId {
        let year = FiscalYear::new(2023);
        BudgetLineId { year, scheme }
    }

    #[test]
    fn who_waits_longest_goes_first_and_then_the_older_invoice() {
        let evc = budget(SchemeCode::Evc);
        let mut queues = Queues::default();
        for place in [place(2, 1, "F-1"), place(1, 9, "F-2"), place(1, 8, "F-3")] {
            queues.join(evc, place);
        }
        let order: Vec<&str> = queues.of(evc).map(|place| place.line.invoice.as_str()).collect();
        assert_eq!(order, ["F-3", "F-2", "F-1"]);
        assert!(queues.is_first(evc, &line_ref(SCHOOL, "F-3", "1")));
    }

    #[test]
    fn who_stands_in_a_queue_keeps_its_place_and_stands_in_one() {
        let (evc, rpt) = (budget(SchemeCode::Evc), budget(SchemeCode::Rpt));
        let mut queues = Queues::default();
        queues.join(evc, place(1, 1, "F-1"));
        queues.join(evc, place(9, 1, "F-1"));
        assert_eq!(queues.of(evc).collect::<Vec<_>>(), [&place(1, 1, "F-1")]);
        queues.join(rpt, place(9, 1, "F-1"));
        assert_eq!(queues.of(evc).next(), None);
        queues.leave(&line_ref(SCHOOL, "F-1", "1"));
        assert_eq!(
            queues,
            Queues {
                places: queues.places.clone(),
                ..Queues::default()
            }
        );
        assert_eq!(queues.of(rpt).next(), None);
    }
}
