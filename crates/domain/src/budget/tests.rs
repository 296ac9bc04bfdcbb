use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::ids::Provenance;
use crate::testkit::{self, euro};

const YEAR: FiscalYear = FiscalYear::new(2023);
const LINE: BudgetLineId = BudgetLineId {
    year: YEAR,
    scheme: SchemeCode::Evc,
};
const TODAY: Date = date(2024, 2, 1);

fn decision(text: &str) -> DecisionRef {
    text.parse().expect("a reference")
}

fn adopt(units: Option<i64>, amount: &str) -> BudgetCommand {
    BudgetCommand::Adopt {
        budget: Budget {
            units,
            amount: euro(amount),
        },
        decision: decision("B-1"),
        decided_on: date(2022, 11, 1),
        provenance: Provenance::Fixture,
    }
}

fn amend(units: i64, amount: &str, by: &str) -> BudgetCommand {
    BudgetCommand::Amend {
        change: Quantity::new(units, euro(amount)),
        counterpart: None,
        decision: decision(by),
        decided_on: date(2023, 5, 1),
    }
}

fn accrue(units: i64, amount: &str) -> BudgetCommand {
    BudgetCommand::Accrue {
        accrued: Quantity::new(units, euro(amount)),
        decision: decision("B-9"),
        decided_on: date(2024, 1, 15),
    }
}

fn book(committed: Quantity, realised: Quantity) -> BudgetCommand {
    BudgetCommand::Book {
        booking: Booking { committed, realised },
        source: testkit::source(),
        on: TODAY,
    }
}

fn realise(units: i64, amount: &str) -> BudgetCommand {
    book(Quantity::ZERO, Quantity::new(units, euro(amount)))
}

fn commit(units: i64, amount: &str) -> BudgetCommand {
    book(Quantity::new(units, euro(amount)), Quantity::ZERO)
}

/// The line after these commands, and all that happened.
fn told(commands: &[BudgetCommand]) -> (BudgetLine, Vec<BudgetEvent>) {
    let mut line = BudgetLine::default();
    let mut events = Vec::new();
    for command in commands {
        for event in line.decide(LINE, command).expect("not refused") {
            line.evolve(event.clone());
            events.push(event);
        }
    }
    (line, events)
}

/// What the accrual bore and what is prior-period result, in all.
fn split(events: &[BudgetEvent]) -> (Quantity, Quantity) {
    let mut sums = (Quantity::ZERO, Quantity::ZERO);
    for event in events {
        if let BudgetEvent::BudgetBooked {
            against_accrual,
            prior_period,
            ..
        } = event
        {
            sums.0 += *against_accrual;
            sums.1 += *prior_period;
        }
    }
    sums
}

#[test]
fn available_is_budget_less_commitments_less_realisation_and_is_not_clamped() {
    let (line, _) = told(&[
        adopt(Some(50), "67500.00"),
        commit(1, "1350.00"),
        realise(1, "1350.00"),
    ]);
    assert_eq!(line.available(), Some(euro("64800.00")));
    let (over, _) = told(&[adopt(None, "1000.00"), realise(1, "1350.00")]);
    assert_eq!(over.available(), Some(euro("-350.00")));
    assert_eq!(
        told(&[realise(1, "1350.00")]).0.available(),
        None,
        "no budget is not a budget of zero"
    );
}

#[test]
fn a_budget_is_adopted_once_and_amended_by_differences() {
    let (line, _) = told(&[
        adopt(Some(50), "67500.00"),
        amend(-5, "-6750.00", "B-2"),
        amend(-5, "-6750.00", "B-2"),
    ]);
    assert_eq!(
        line.budget(),
        Some(Budget {
            units: Some(45),
            amount: euro("60750.00")
        })
    );
    let other = BudgetCommand::Adopt {
        budget: Budget {
            units: None,
            amount: Euro::ZERO,
        },
        decision: decision("B-3"),
        decided_on: date(2023, 1, 1),
        provenance: Provenance::Fixture,
    };
    let refused = BudgetRefusal::AlreadyAdopted {
        line: LINE,
        decision: decision("B-1"),
    };
    assert_eq!(line.decide(LINE, &other), Err(refused));
    let nothing = BudgetLine::default().decide(LINE, &amend(1, "1.00", "B-2"));
    assert_eq!(nothing, Err(BudgetRefusal::NotAdopted { line: LINE }));
}

#[test]
fn an_open_commitment_never_falls_below_nothing() {
    let (line, _) = told(&[commit(1, "1350.00")]);
    assert!(line.decide(LINE, &commit(-1, "-1350.00")).is_ok());
    let refused = BudgetRefusal::CommitmentBelowZero {
        line: LINE,
        open: euro("-0.01"),
    };
    assert_eq!(line.decide(LINE, &commit(-1, "-1350.01")), Err(refused));
}

#[test]
fn an_overrun_is_told_when_it_begins_and_when_it_grows() {
    let (_, events) = told(&[
        adopt(Some(2), "2700.00"),
        realise(2, "2700.00"),
        realise(1, "1350.00"),
        realise(-1, "-1350.00"),
        realise(1, "1350.00"),
        realise(1, "0.00"),
    ]);
    let beyond: Vec<Quantity> = events
        .iter()
        .filter_map(|event| match event {
            BudgetEvent::BudgetExceeded { beyond, .. } => Some(*beyond),
            BudgetEvent::BudgetAdopted { .. }
            | BudgetEvent::BudgetAmended { .. }
            | BudgetEvent::BudgetDivided { .. }
            | BudgetEvent::AccrualRecorded { .. }
            | BudgetEvent::BudgetBooked { .. } => None,
        })
        .collect();
    let once = Quantity::one(euro("1350.00"));
    assert_eq!(beyond, [once, once, Quantity::new(2, euro("1350.00"))]);
}

#[test]
fn e10_what_exceeds_the_accrual_is_prior_period_result() {
    let (line, events) = told(&[
        adopt(None, "5000.00"),
        accrue(2, "2700.00"),
        realise(2, "2600.00"),
        realise(1, "1350.00"),
    ]);
    assert_eq!(
        split(&events),
        (
            Quantity::new(2, euro("2700.00")),
            Quantity::new(1, euro("1250.00"))
        )
    );
    assert_eq!(line.realised(), Quantity::new(3, euro("3950.00")));
}

#[test]
fn e10_before_the_accrual_is_recorded_nothing_is_prior_period() {
    let (_, events) = told(&[realise(1, "1350.00"), accrue(0, "0.00"), realise(1, "1350.00")]);
    assert_eq!(split(&events), (Quantity::ZERO, Quantity::one(euro("1350.00"))));
}

#[test]
fn e10_what_comes_back_undoes_the_prior_period_result_before_the_accrual() {
    let (_, events) = told(&[
        accrue(1, "1000.00"),
        realise(1, "1350.00"),
        realise(-1, "-1350.00"),
    ]);
    assert_eq!(split(&events), (Quantity::ZERO, Quantity::ZERO));
    let (_, events) = told(&[accrue(1, "1000.00"), realise(1, "1350.00"), realise(0, "-100.00")]);
    assert_eq!(
        split(&events),
        (Quantity::one(euro("1000.00")), Quantity::new(0, euro("250.00")))
    );
}

#[test]
fn e10_what_comes_back_of_a_closed_year_is_prior_period_result_and_does_not_fill_the_accrual() {
    let (_, events) = told(&[
        realise(1, "1350.00"),
        accrue(1, "1350.00"),
        realise(-1, "-1350.00"),
    ]);
    assert_eq!(
        split(&events),
        (Quantity::ZERO, Quantity::new(-1, euro("-1350.00")))
    );
}

#[test]
fn an_accrual_is_recorded_by_one_decision() {
    let (line, _) = told(&[accrue(1, "1350.00"), accrue(1, "1350.00")]);
    let other = BudgetCommand::Accrue {
        accrued: Quantity::ZERO,
        decision: decision("B-10"),
        decided_on: TODAY,
    };
    assert_eq!(
        line.decide(LINE, &other),
        Err(BudgetRefusal::AlreadyAccrued { line: LINE })
    );
}

#[test]
fn e15_a_budget_divided_pro_rata_adds_up_to_the_cent() {
    let demands = ["100.00", "100.00", "100.00"].map(euro);
    assert_eq!(
        divide_pro_rata(euro("100.00"), &demands),
        ["33.34", "33.33", "33.33"].map(euro)
    );
    assert_eq!(
        divide_pro_rata(euro("300.00"), &demands),
        demands,
        "there is enough for all"
    );
    assert_eq!(divide_pro_rata(euro("-5.00"), &demands), [Euro::ZERO; 3]);
    assert_eq!(divide_pro_rata(euro("100.00"), &[]), []);
}

#[test]
fn e11_a_deviation_is_what_volume_did_and_what_price_did() {
    let budget = Budget {
        units: Some(50),
        amount: euro("67500.00"),
    };
    let split = variance(budget, Quantity::new(24, euro("32400.00"))).expect("a budget of units");
    assert_eq!(
        (split.total, split.volume, split.price),
        (euro("-35100.00"), euro("-35100.00"), Euro::ZERO)
    );
    let dearer = variance(budget, Quantity::new(50, euro("70000.00"))).expect("a budget of units");
    assert_eq!((dearer.volume, dearer.price), (Euro::ZERO, euro("2500.00")));
    assert_eq!(
        variance(
            Budget {
                units: None,
                ..budget
            },
            Quantity::ZERO
        ),
        None
    );
}

fn cents(range: std::ops::Range<i64>) -> impl Strategy<Value = Euro> {
    range.prop_map(Euro::from_cents)
}

fn quantity(range: std::ops::Range<i64>) -> impl Strategy<Value = Quantity> {
    (-3_i64..4, cents(range)).prop_map(|(units, amount)| Quantity::new(units, amount))
}

fn any_command() -> impl Strategy<Value = BudgetCommand> {
    let by = (1_u8..5).prop_map(|number| decision(&format!("B-{number}")));
    prop_oneof![
        1 => cents(0..200_000).prop_map(|amount| adopt(Some(3), &amount.to_string())),
        1 => (quantity(-50_000..50_000), by).prop_map(|(change, decision)| BudgetCommand::Amend {
            change,
            counterpart: None,
            decision,
            decided_on: TODAY,
        }),
        1 => (0_i64..4, cents(0..100_000)).prop_map(|(units, amount)| accrue(units, &amount.to_string())),
        6 => (quantity(-100_000..100_000), quantity(-100_000..100_000))
            .prop_map(|(committed, realised)| book(committed, realised)),
    ]
}

proptest! {
    #[test]
    fn the_arithmetic_of_a_line_holds_after_any_commands(
        commands in prop::collection::vec(any_command(), 0..40),
    ) {
        let mut line = BudgetLine::default();
        let mut accrued = None;
        let mut since = Quantity::ZERO;
        let mut events = Vec::new();
        for command in &commands {
            let Ok(happened) = line.decide(LINE, command) else { continue };
            for event in happened {
                line.evolve(event.clone());
                match &event {
                    BudgetEvent::AccrualRecorded { accrued: held, .. } => accrued = Some(*held),
                    BudgetEvent::BudgetBooked { booking, .. } if accrued.is_some() => since += booking.realised,
                    BudgetEvent::BudgetBooked { .. }
                    | BudgetEvent::BudgetAdopted { .. }
                    | BudgetEvent::BudgetAmended { .. }
                    | BudgetEvent::BudgetDivided { .. }
                    | BudgetEvent::BudgetExceeded { .. } => {}
                }
                events.push(event);
            }
            let expected = line
                .budget()
                .map(|budget| budget.amount - line.committed().amount - line.realised().amount);
            prop_assert_eq!(line.available(), expected);
            prop_assert!(!line.committed().amount.is_negative());
            let (borne, prior) = split(&events);
            prop_assert_eq!(borne + prior, since);
            if let Some(accrued) = accrued {
                prop_assert!(borne.amount <= accrued.amount && !borne.amount.is_negative());
                prop_assert!(borne.units <= accrued.units && borne.units >= 0);
            }
        }
    }

    #[test]
    fn e15_any_division_adds_up_and_gives_nobody_more_than_asked(
        budget in cents(0..1_000_000),
        demands in prop::collection::vec(cents(0..500_000), 0..12),
    ) {
        let parts = divide_pro_rata(budget, &demands);
        let (given, asked): (Euro, Euro) = (parts.iter().copied().sum(), demands.iter().copied().sum());
        prop_assert_eq!(given, asked.min(budget));
        prop_assert!(parts.iter().zip(&demands).all(|(part, demand)| part <= demand && !part.is_negative()));
    }
}
