//! What holds of a period after any sequence of commands.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn any_person() -> impl Strategy<Value = Subject> {
    (0_u8..4).prop_map(|number| format!("s{number}").parse().expect("a subject"))
}

fn any_period() -> impl Strategy<Value = PeriodId> {
    prop_oneof![
        (2000_i16..2100).prop_map(PeriodId::Year),
        (2000_i16..2100, 1_i8..13).prop_map(|(year, month)| PeriodId::Month(year, month)),
    ]
}

proptest! {
    #[test]
    fn a_period_is_closed_once_by_another_than_who_proposed_it_and_after_it_ended(
        commands in prop::collection::vec((any::<bool>(), any_person(), -3_i64..4), 0..12),
    ) {
        let march = PeriodId::Month(2023, 3);
        let mut period = Period::default();
        let (mut proposer, mut closed) = (None, 0);
        for (propose, by, days) in commands {
            let on = date(2023, 3, 31).saturating_add(jiff::Span::new().days(days));
            let command = if propose {
                PeriodCommand::Propose { period: march, by, on }
            } else {
                PeriodCommand::Close {
                    period: march,
                    accruals: Vec::new(),
                    by,
                    on,
                }
            };
            let was_closed = period.is_closed();
            let Ok(events) = period.decide(&command) else { continue };
            prop_assert!(!was_closed, "nothing happens to a closed period");
            prop_assert!(on > date(2023, 3, 31), "it has ended");
            for event in events {
                match &event {
                    PeriodEvent::CloseProposed { by, .. } => proposer = Some(by.clone()),
                    PeriodEvent::PeriodClosed { proposed_by, by, .. } => {
                        closed += 1;
                        prop_assert_eq!(Some(proposed_by), proposer.as_ref());
                        prop_assert_ne!(proposed_by, by);
                    }
                }
                period.evolve(event);
            }
        }
        prop_assert_eq!(closed, i32::from(period.is_closed()));
    }

    #[test]
    fn a_period_reads_back_as_it_is_written_and_its_days_are_its_own(period in any_period()) {
        prop_assert_eq!(period.to_string().parse::<PeriodId>(), Ok(period));
        let (first, last) = (period.first_day().expect("a day"), period.last_day().expect("a day"));
        prop_assert!(first <= last);
        let same = |day: Date| match period {
            PeriodId::Year(year) => day.year() == year,
            PeriodId::Month(year, month) => (day.year(), day.month()) == (year, month),
        };
        prop_assert!(same(first) && same(last));
        prop_assert!(!same(first.yesterday().expect("a day")) && !same(last.tomorrow().expect("a day")));
    }
}
