//! What holds of a whole fund after any sequence of what people, providers and the bank send: I1 to I13 of the rules, as a user would meet them.
//!
//! A sequence is told to a small fund by its papers alone. After every few steps each law is held against what was recorded and what the bank
//! booked, by a reckoning of its own that asks no aggregate.

mod held;
mod ledger;
mod papers;
mod world;

use proptest::prelude::*;

use self::world::World;
use crate::support::long;

/// What is sent next. What a step is about is picked among what there is when it is told, so that steps meet.
#[derive(Clone, Debug)]
enum Step {
    /// The examiner tells a result, or corrects one.
    Result {
        learner: u8,
        exam: u8,
        version: u8,
        passed: bool,
        early: bool,
        school: u8,
    },
    /// A provider tells of a training day.
    Day {
        learner: u8,
        day: u8,
        scheme: u8,
        present: bool,
    },
    /// A grant of a region, another version of it, or its release.
    Grant {
        region: u8,
        version: u8,
        cents: i64,
        release: bool,
    },
    /// A school asks for what its lines say, or asks again under a number that it used.
    Invoice {
        school: u8,
        number: u8,
        lines: Vec<Asked>,
        other_account: bool,
    },
    /// It takes a line back.
    Credit { number: u8, line: usize, cents: i64 },
    /// A file comes again, in the same bytes.
    Again { file: usize },
    /// A person rules on a line, or on the whole invoice.
    Rule {
        by: u8,
        line: usize,
        whole: bool,
        ruling: u8,
        cents: i64,
    },
    /// Two persons approve all lines of an invoice.
    Approve { first: u8, second: u8, line: usize },
    /// Two persons approve all that is invoiced, a third proposes to pay it, and a fourth releases that; or who of them may not is refused.
    Run {
        first: u8,
        second: u8,
        payer: u8,
        releaser: u8,
    },
    /// A batch is proposed.
    Propose { by: u8 },
    /// A batch is released or withdrawn.
    Decide { batch: usize, by: u8, release: bool },
    /// The bank books, and its statement comes, late or out of order when it was lost.
    Book { bookings: Vec<Booked>, lost: bool },
    /// A statement that was lost comes after all.
    Found { statement: usize },
    /// The bank refuses an order.
    Refuse { order: usize },
    /// Somebody says what an open transaction is.
    Resolve {
        open: usize,
        fate: u8,
        about: usize,
        by: u8,
    },
    /// A payee is told that money comes back, or two give it up.
    AskBack {
        line: usize,
        manner: u8,
        reference: u8,
        by: u8,
        second: u8,
    },
    /// A change of account: proposed, approved, refused.
    Account {
        school: u8,
        step: u8,
        account: u8,
        by: u8,
    },
    /// The board amends a budget, or moves part of it.
    Amend { scheme: u8, cents: i64, transfer: bool },
    /// The board lets one approval be enough, or not any more.
    Policy { cents: i64 },
    /// A month is closed, or a year.
    Close {
        months: u8,
        year: bool,
        by: u8,
        second: u8,
    },
    /// Days pass.
    Wait { days: u8 },
    /// The program ends and begins again.
    Restart,
}

/// What a line of an invoice asks.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Exam {
        learner: u8,
        exam: u8,
        named: bool,
        cents: i64,
    },
    Day {
        learner: u8,
        day: u8,
        scheme: u8,
    },
    Region {
        region: u8,
        cents: i64,
    },
}

/// What the bank books.
#[derive(Clone, Copy, Debug)]
enum Booked {
    /// All that is on its way, each order as it was asked.
    All,
    /// An order, by its id or by account only, perhaps for another amount.
    Order { order: usize, named: bool, off: i64 },
    /// A batch in one sum.
    Batch { batch: usize },
    /// An order comes back.
    Back { order: usize, told: bool },
    /// A payee pays back under a reference.
    Repaid { reference: u8, school: u8, off: i64 },
    /// Something else.
    Other { cents: i64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let most = if long() { 90 } else { 45 };
    prop::collection::vec(step(), 10..most)
}

fn step() -> impl Strategy<Value = Step> {
    let (person, pick) = (|| 0_u8..4, || 0_usize..64);
    let people = prop_oneof![
        8 => (person(), person(), person(), person())
            .prop_map(|(first, second, payer, releaser)| Step::Run { first, second, payer, releaser }),
        4 => (person(), person(), pick())
            .prop_map(|(first, second, line)| Step::Approve { first, second, line }),
        3 => (person(), pick(), any::<bool>(), 0_u8..6, 0_i64..14_000)
            .prop_map(|(by, line, whole, ruling, cents)| Step::Rule { by, line, whole, ruling, cents }),
        4 => person().prop_map(|by| Step::Propose { by }),
        5 => (pick(), person(), prop::bool::weighted(0.85))
            .prop_map(|(batch, by, release)| Step::Decide { batch, by, release }),
        2 => (pick(), 0_u8..4, 0_u8..3, person(), person())
            .prop_map(|(line, manner, reference, by, second)| Step::AskBack { line, manner, reference, by, second }),
        3 => (0_u8..2, 0_u8..4, 0_u8..3, person())
            .prop_map(|(school, step, account, by)| Step::Account { school, step, account, by }),
        4 => (pick(), 0_u8..4, pick(), person())
            .prop_map(|(open, fate, about, by)| Step::Resolve { open, fate, about, by }),
    ];
    let board = prop_oneof![
        2 => (0_u8..3, -60_000_i64..60_000, any::<bool>())
            .prop_map(|(scheme, cents, transfer)| Step::Amend { scheme, cents, transfer }),
        1 => (0_i64..20_000).prop_map(|cents| Step::Policy { cents }),
        4 => (1_u8..4, prop::bool::weighted(0.2), person(), person())
            .prop_map(|(months, year, by, second)| Step::Close { months, year, by, second }),
        5 => prop::sample::select(vec![1_u8, 1, 3, 20, 40, 120]).prop_map(|days| Step::Wait { days }),
        1 => Just(Step::Restart),
    ];
    let bank = prop_oneof![
        7 => (prop::collection::vec(booked(), 1..5), prop::bool::weighted(0.15))
            .prop_map(|(bookings, lost)| Step::Book { bookings, lost }),
        1 => pick().prop_map(|statement| Step::Found { statement }),
        1 => pick().prop_map(|order| Step::Refuse { order }),
    ];
    prop_oneof![5 => papers(), 7 => people, 2 => board, 4 => bank]
}

fn papers() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..3, 0_u8..2, 1_u8..3, prop::bool::weighted(0.8), any::<bool>(), 0_u8..2).prop_map(
            |(learner, exam, version, passed, early, school)| Step::Result { learner, exam, version, passed, early, school }
        ),
        2 => (0_u8..2, 0_u8..2, 0_u8..2, prop::bool::weighted(0.8))
            .prop_map(|(learner, day, scheme, present)| Step::Day { learner, day, scheme, present }),
        2 => (0_u8..2, 1_u8..3, 1_i64..80_000, prop::bool::weighted(0.3))
            .prop_map(|(region, version, cents, release)| Step::Grant { region, version, cents, release }),
        7 => (0_u8..2, 0_u8..6, prop::collection::vec(asked(), 1..4), prop::bool::weighted(0.1)).prop_map(
            |(school, number, lines, other_account)| Step::Invoice { school, number, lines, other_account }
        ),
        2 => (0_u8..4, 0_usize..64, 1_i64..14_000).prop_map(|(number, line, cents)| Step::Credit { number, line, cents }),
        2 => (0_usize..64).prop_map(|file| Step::Again { file }),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let cents = prop::sample::select(vec![12_350_i64, 12_350, 13_000, 9_000, 20_000]);
    prop_oneof![
        5 => (0_u8..3, 0_u8..2, any::<bool>(), cents)
            .prop_map(|(learner, exam, named, cents)| Asked::Exam { learner, exam, named, cents }),
        3 => (0_u8..2, 0_u8..2, 0_u8..2).prop_map(|(learner, day, scheme)| Asked::Day { learner, day, scheme }),
        2 => (0_u8..2, 1_i64..60_000).prop_map(|(region, cents)| Asked::Region { region, cents }),
    ]
}

fn booked() -> impl Strategy<Value = Booked> {
    let off = || prop::sample::select(vec![0_i64, 0, 0, 0, 0, 100]);
    prop_oneof![
        6 => Just(Booked::All),
        4 => (0_usize..16, prop::bool::weighted(0.7), off())
            .prop_map(|(order, named, off)| Booked::Order { order, named, off }),
        2 => (0_usize..8).prop_map(|batch| Booked::Batch { batch }),
        3 => (0_usize..16, prop::bool::weighted(0.8)).prop_map(|(order, told)| Booked::Back { order, told }),
        2 => (0_u8..3, 0_u8..2, off()).prop_map(|(reference, school, off)| Booked::Repaid { reference, school, off }),
        2 => (-9_000_i64..9_000).prop_map(|cents| Booked::Other { cents }),
    ]
}

/// How many sequences are told: each takes a fifth of a second.
fn cases() -> u32 {
    if long() { 2_000 } else { 100 }
}

/// How many steps are told between two reckonings.
const OFTEN: usize = 4;

#[test]
fn every_invariant_holds_of_a_fund_after_any_sequence() {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: cases(),
        max_shrink_iters: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let outcome = runner.run(&(0_usize..4, steps()), |(policy, steps)| {
        let mut world = World::open(policy);
        for (at, step) in steps.into_iter().enumerate() {
            world.tell(step);
            if at % OFTEN == OFTEN - 1 {
                held::now(&mut world).map_err(TestCaseError::fail)?;
            }
        }
        held::now(&mut world).map_err(TestCaseError::fail)?;
        held::at_the_end(&mut world).map_err(TestCaseError::fail)
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}
