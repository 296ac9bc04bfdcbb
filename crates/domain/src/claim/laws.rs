//! What holds of a case after any sequence of commands.

mod money;

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::budget::{Booking, BudgetLineId, Quantity};
use crate::ids::Subject;
use crate::recorded::Event;
use crate::scheme::SchemeCode;
use crate::schemes::cofinancing::CofinancingRule;
use crate::schemes::mbo_exam::{Booker, ExamResult, Holder, MboExam, MboExamRule, Outcome};
use crate::story::{Story, application, credit, granted, released};
use crate::terms::{BudgetPolicy, TermsCommand};
use crate::testkit::{self, OTHER_SCHOOL, SCHOOL};

const EXAMS: [&str; 5] = ["PA-001", "PA-HKS", "PA-011", "PA-012", "PA-901"];
const DAY: Date = date(2023, 5, 10);

#[derive(Clone, Debug)]
enum Step {
    Evidence {
        number: u8,
        version: u32,
        result: ExamResult,
    },
    Present {
        line: Box<Presented>,
    },
    Credit {
        of: usize,
        note: u8,
        cents: i64,
    },
    Settle {
        of: usize,
        allow: bool,
    },
    Act {
        of: usize,
        act: Act,
    },
}

fn any_result() -> impl Strategy<Value = ExamResult> {
    (
        prop::sample::select(EXAMS.to_vec()),
        prop::sample::select(vec![date(2022, 12, 1), date(2023, 1, 15)]),
        0_i8..2,
        prop_oneof![
            5 => Just(Outcome::Passed),
            1 => Just(Outcome::Failed),
            1 => Just(Outcome::Absent),
            1 => Just(Outcome::Withdrawn),
        ],
        prop_oneof![
            5 => Just(Booker::School("99AA".parse().expect("a BRIN"))),
            2 => Just(Booker::School("99BB".parse().expect("a BRIN"))),
            1 => Just(Booker::Learner),
        ],
    )
        .prop_map(|(exam, booked_on, days, outcome, booked_by)| ExamResult {
            exam: exam.to_owned(),
            booked_on,
            examined_on: date(2023, 5, 10 + days),
            attempt: 1,
            outcome,
            booked_by,
            held_by: Holder::ExamBody,
        })
}

fn any_line() -> impl Strategy<Value = Presented> {
    (
        prop::sample::select(EXAMS.to_vec()),
        prop::option::of(0_u8..3),
        0_i64..25_000,
        prop::sample::select(vec![SCHOOL, SCHOOL, OTHER_SCHOOL]),
        (0_u8..3, 0_u8..3),
        any::<bool>(),
        prop::option::of(any_person()),
    )
        .prop_map(|(exam, result, cents, payee, (invoice, id), late, submitter)| {
            let line = testkit::line(&format!("MBO_EXAM/{exam}"), "R-0", DAY, "0.00");
            Presented {
                line: testkit::line_ref(payee, &format!("F-{invoice}"), &id.to_string()),
                evidence: result.map(|number| format!("R-{number}").parse().expect("a number")),
                claimed: Euro::from_cents(cents),
                received_on: if late { date(2024, 4, 1) } else { line.received_on },
                submitter,
                ..line
            }
        })
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..3, 1_u32..5, any_result())
            .prop_map(|(number, version, result)| Step::Evidence { number, version, result }),
        4 => any_line().prop_map(|line| Step::Present { line: Box::new(line) }),
        2 => (0_usize..8, 0_u8..9, 0_i64..25_000).prop_map(|(of, note, cents)| Step::Credit { of, note, cents }),
        1 => (0_usize..8, any::<bool>()).prop_map(|(of, allow)| Step::Settle { of, allow }),
        6 => (0_usize..8, money::any_act()).prop_map(|(of, act)| Step::Act { of, act }),
    ]
}

fn any_person() -> impl Strategy<Value = Subject> {
    (0_u8..5).prop_map(|number| format!("s{number}").parse().expect("a subject"))
}

fn any_policy() -> impl Strategy<Value = BudgetPolicy> {
    prop::sample::select(vec![
        BudgetPolicy::Warn,
        BudgetPolicy::Block,
        BudgetPolicy::Queue,
        BudgetPolicy::ProRata,
    ])
}

/// A story under a policy, with a budget or without one.
fn begun<R: Rule>(scheme: SchemeCode, policy: BudgetPolicy, budget: Option<i64>) -> Story<R> {
    let mut context = testkit::context();
    testkit::adopt(&mut context, scheme, &TermsCommand::Adopt(testkit::terms(policy)));
    if let Some(cents) = budget {
        testkit::budget(&mut context, scheme, None, &Euro::from_cents(cents).to_string());
    }
    Story::within(context)
}

/// Tells a step; a refusal is an answer too.
fn tell(story: &mut Story<MboExamRule>, step: Step) {
    let nth = |story: &Story<MboExamRule>, at: usize| {
        story.case().lines().nth(at).map(|line| line.presented.clone())
    };
    match step {
        Step::Evidence {
            number,
            version,
            result,
        } => {
            let _refused = story.try_evidence(&format!("R-{number}"), version, result);
        }
        Step::Present { line } => {
            story.present(&line);
        }
        Step::Credit { of, note, cents } => {
            if let Some(line) = nth(story, of) {
                let amount = Euro::from_cents(cents).to_string();
                story.present(&credit(&line, &format!("N-{note}"), &amount));
            }
        }
        Step::Settle { of, allow } => {
            if let Some(line) = nth(story, of) {
                let _refused = story.settle(&line, if allow { Verdict::Allow } else { Verdict::Refuse });
            }
        }
        Step::Act { of, act } => {
            if let Some(line) = nth(story, of) {
                let _refused = story.act(&line, act);
            }
        }
    }
}

fn standing<R: Rule>(case: &Claim<R>) -> Vec<Award> {
    case.lines()
        .filter_map(|line| line.state.award().cloned())
        .collect()
}

/// What all events booked, by budget line; lines on which nothing is left are left out.
fn booked<P>(events: &[ClaimEvent<P>]) -> BTreeMap<BudgetLineId, Booking> {
    let mut sums: BTreeMap<BudgetLineId, Booking> = BTreeMap::new();
    for (line, booking) in events.iter().flat_map(ClaimEvent::bookings) {
        *sums.entry(line).or_default() += booking;
    }
    sums.retain(|_, sum| *sum != Booking::default());
    sums
}

/// What the standing awards realise, by budget line.
fn realised(awards: &[Award]) -> BTreeMap<BudgetLineId, Booking> {
    let mut sums: BTreeMap<BudgetLineId, Booking> = BTreeMap::new();
    for award in awards {
        for part in &award.allocations {
            let realised = Quantity::new(part.units, part.amount);
            let line = BudgetLineId {
                year: part.year,
                scheme: award.scheme,
            };
            *sums.entry(line).or_default() += Booking {
                committed: Quantity::ZERO,
                realised,
            };
        }
    }
    sums.retain(|_, sum| *sum != Booking::default());
    sums
}

fn tariff_of(story: &Story<MboExamRule>, award: &Award) -> Euro {
    let terms = story.context.scheme(award.scheme).expect("adopted");
    let reference = award.tariff.as_ref().expect("set by a tariff");
    let version = terms
        .tariffs()
        .find(|held| held.key == reference.key && held.version == reference.version)
        .expect("the version that the award names is adopted");
    version.amount
}

fn check_awards(story: &Story<MboExamRule>) -> Result<(), TestCaseError> {
    let case: MboExam = story.case();
    let awards = standing(&case);
    for (at, award) in awards.iter().enumerate() {
        let twins = awards
            .iter()
            .skip(at + 1)
            .filter(|other| other.entitlement == award.entitlement)
            .count();
        prop_assert_eq!(twins, 0, "{} stands twice", award.entitlement);
        let parts: Euro = award.allocations.iter().map(|part| part.amount).sum();
        prop_assert_eq!(parts, award.amount, "the years bear the amount");
        prop_assert!(award.amount <= award.claimed, "never more than was asked");
        prop_assert!(
            award.amount <= tariff_of(story, award),
            "never more than the tariff"
        );
        prop_assert!(award.amount > Euro::ZERO);
    }
    for line in case.lines() {
        let Some(award) = line.state.award() else { continue };
        let evidence = award
            .evidence
            .as_ref()
            .and_then(|id| case.evidence(id))
            .expect("on file");
        prop_assert_eq!(evidence.outcome, Outcome::Passed, "what stands, stands on a pass");
        let payee = story
            .context
            .payee(&line.presented.line.payee)
            .expect("registered");
        let Booker::School(brin) = &evidence.booked_by else {
            panic!("{evidence:?}")
        };
        prop_assert_eq!(payee.brin.as_ref(), Some(brin), "of the school that booked");
    }
    let hks = awards.iter().any(|award| award.entitlement.as_str() == "PA-HKS");
    let successor = awards
        .iter()
        .any(|award| ["PA-011", "PA-012"].contains(&award.entitlement.as_str()));
    prop_assert!(
        !(hks && successor),
        "old and new form of one content exclude each other"
    );
    prop_assert_eq!(booked(&story.events), realised(&awards));
    Ok(())
}

fn check_wire<R: Rule>(events: &[ClaimEvent<R::Evidence>]) -> Result<(), TestCaseError> {
    for event in events {
        let payload = serde_json::to_string(event).expect("serialises");
        let back: ClaimEvent<R::Evidence> = serde_json::from_str(&payload).expect("reads back");
        prop_assert_eq!(&back, event);
        let decoded = Event::decode(R::AGGREGATE, "1", &payload).expect("decodes");
        prop_assert_eq!(decoded, Event::Claim(event.clone().with_facts()));
    }
    Ok(())
}

proptest! {
    #[test]
    fn an_exam_case_keeps_its_promises_after_any_steps(
        policy in any_policy(),
        budget in prop::option::of(0_i64..60_000),
        steps in prop::collection::vec(any_step(), 0..24),
    ) {
        let mut story = begun::<MboExamRule>(SchemeCode::MboExam, policy, budget);
        for step in steps {
            tell(&mut story, step);
            check_awards(&story)?;
        }
        if matches!(policy, BudgetPolicy::Block | BudgetPolicy::Queue) && budget.is_some() {
            let available = story.budget(2023, SchemeCode::MboExam).available().expect("adopted");
            prop_assert!(!available.is_negative(), "{available} is left");
        }
        check_wire::<MboExamRule>(&story.events)?;
    }

    #[test]
    fn evidence_and_a_line_end_alike_in_either_order(result in any_result(), line in any_line(), late in any_result()) {
        let orders: [&[u8]; 6] = [&[0, 1, 2], &[0, 2, 1], &[1, 0, 2], &[1, 2, 0], &[2, 0, 1], &[2, 1, 0]];
        let mut ends = Vec::new();
        for order in orders {
            let mut story = Story::<MboExamRule>::begin();
            // The exam code is known in the end, whenever it comes to be known.
            for step in order {
                match step {
                    0 => { story.evidence("R-0", 1, result.clone()); }
                    1 => { story.present(&line); }
                    _ => { story.evidence("R-9", 1, ExamResult { exam: "PA-002".to_owned(), ..late.clone() }); }
                }
            }
            ends.push(story.state(&line));
        }
        let first = ends.first().cloned().expect("told");
        prop_assert!(ends.iter().all(|end| *end == first), "{ends:?}");
    }

    #[test]
    fn versions_of_evidence_end_alike_in_either_order(first in any_result(), second in any_result(), line in any_line()) {
        let told = |versions: [(u32, &ExamResult); 2]| {
            let mut story = Story::<MboExamRule>::begin();
            for (version, result) in versions {
                story.evidence("R-0", version, result.clone());
            }
            story.present(&line);
            story.state(&line)
        };
        prop_assert_eq!(told([(1, &first), (2, &second)]), told([(2, &second), (1, &first)]));
    }

    #[test]
    fn a_grant_is_never_overdrawn_and_what_is_open_of_it_is_what_is_committed(
        amount in 1_i64..100_000,
        steps in prop::collection::vec((0_u8..4, 0_i64..120_000, 0_u8..4), 0..16),
    ) {
        let mut story = Story::<CofinancingRule>::begin();
        let grant = granted(application("STO-1", SchemeCode::Sto, SCHOOL), &Euro::from_cents(amount).to_string());
        story.application(grant.clone());
        for (what, cents, number) in steps {
            let asked = Euro::from_cents(cents).to_string();
            let line = testkit::line("STO/R07-2023", "STO-1", DAY, &asked);
            let line = crate::story::again(&line, SCHOOL, &format!("F-{number}"), "1");
            match what {
                0 | 1 => { story.present(&line); }
                2 => { story.present(&credit(&line, &format!("N-{cents}"), &asked)); }
                _ => {
                    let on = date(2023, 6, 1 + i8::try_from(number).expect("small"));
                    let release = released(grant.clone(), &asked, crate::reason::ReleaseCause::Remainder, on);
                    let _refused = story.try_application(release);
                }
            }
            let open = story.open("STO-1");
            let budget = story.budget(2023, SchemeCode::Sto);
            prop_assert!(!open.is_negative());
            prop_assert_eq!(budget.committed().amount, open);
            prop_assert!(budget.realised().amount + open <= Euro::from_cents(amount));
            let awards = standing(&story.case());
            prop_assert!(awards.len() <= 1);
            prop_assert_eq!(budget.realised().amount, awards.iter().map(|award| award.amount).sum::<Euro>());
            let units = budget.committed().units + budget.realised().units;
            prop_assert!((0..=1).contains(&units), "a grant is one unit, committed, realised or released: {units}");
        }
        check_wire::<CofinancingRule>(&story.events)?;
    }
}
