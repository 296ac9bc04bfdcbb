//! What holds of the money of a case: what is ordered is paid, or given back, or must come back, and registers say the same.

use super::*;
use crate::ids::BatchNumber;
use crate::recorded::Recorded;
use crate::view::{self, Claims, Payables, View};

/// Any act on a line; more often those that bring it further.
pub(super) fn any_act() -> impl Strategy<Value = Act> {
    let decision = || "D-9".parse().expect("a reference");
    prop_oneof![
        8 => any_person().prop_map(|subject| {
            let account = subject.to_string();
            let (invoice_total, by) = (Euro::from_cents(1), Approver { subject, account });
            Act::Approve { invoice_total, by }
        }),
        1 => (0_i64..13_000, any_person()).prop_map(move |(cents, by)| {
            let to = Euro::from_cents(cents);
            Act::Cut { to, decision: decision(), by }
        }),
        1 => (any::<bool>(), any_person()).prop_map(move |(refused, by)| {
            let objection = if refused { Objection::Refused } else { Objection::ToBeCorrected };
            Act::Object { objection, decision: decision(), by }
        }),
        1 => any_person().prop_map(move |by| Act::Hold { decision: decision(), by }),
        2 => any_person().prop_map(|by| Act::Resume { by }),
        20 => any_money().prop_map(Act::Money),
    ]
}

fn any_money() -> impl Strategy<Value = Money> {
    let reference = || "TV-1".parse().expect("a reference");
    prop_oneof![
        6 => any_batch().prop_map(|batch| Money::Order { batch }),
        6 => any_batch().prop_map(|batch| Money::Paid { batch }),
        3 => (any_batch(), any_cause()).prop_map(|(batch, cause)| Money::Unpaid { batch, cause }),
        4 => (prop::sample::select(vec![Manner::Offset, Manner::Offset, Manner::Repay]), any_person())
            .prop_map(move |(manner, by)| Money::Announce { recourse: Recourse { reference: reference(), manner }, by }),
        3 => any_batch().prop_map(|batch| Money::Offset { batch }),
        2 => any_batch().prop_map(|batch| Money::Reopen { batch }),
        2 => (1_u32..9).prop_map(|number| Money::Received { entry: EntryRef { statement: "A-1".to_owned(), number } }),
        1 => (any_person(), any_person())
            .prop_map(move |(by, second)| Money::WriteOff { reference: reference(), by, second }),
    ]
}

fn any_batch() -> impl Strategy<Value = BatchNumber> {
    prop::sample::select(vec![1, 1, 1, 2, 2, 3, 4])
        .prop_map(|number: u8| format!("2023-{number:04}").parse().expect("a number"))
}

fn any_cause() -> impl Strategy<Value = UnpaidCause> {
    prop_oneof![
        1 => Just(UnpaidCause::Withdrawn),
        1 => Just(UnpaidCause::Rejected("AC01".to_owned())),
        2 => Just(UnpaidCause::Returned("AC04".to_owned())),
    ]
}

/// A step on a case that has a matched line: mostly about its money, now and then something that takes it back or brings another.
fn any_money_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => any_act().prop_map(|act| Step::Act { of: 0, act }),
        4 => (1_usize..4, any_act()).prop_map(|(of, act)| Step::Act { of, act }),
        1 => (2_u32..7, any_result()).prop_map(|(version, result)| Step::Evidence { number: 0, version, result }),
        2 => (2_u32..7, 0_i8..2).prop_map(|(version, days)| Step::Evidence { number: 0, version, result: passed(days) }),
        1 => (0_u8..9, 0_i64..13_000).prop_map(|(note, cents)| Step::Credit { of: 0, note, cents }),
        1 => any_line().prop_map(|line| Step::Present { line: Box::new(line) }),
    ]
}

/// How far the money of the first line is when any steps begin: from matched to taken back after payment and told to be held back.
fn any_beginning() -> impl Strategy<Value = Vec<Step>> {
    let taken_back = prop_oneof![
        (1_i64..12_350).prop_map(|cents| Step::Credit {
            of: 0,
            note: 9,
            cents
        }),
        Just(Step::Evidence {
            number: 0,
            version: 2,
            result: passed(1)
        }),
    ];
    (taken_back, 0_usize..8).prop_map(|(taken_back, far)| {
        let batch: BatchNumber = "2023-0001".parse().expect("a number");
        let approve = |account: &str| Act::Approve {
            invoice_total: Euro::from_cents(1),
            by: Approver {
                subject: account.parse().expect("a subject"),
                account: account.to_owned(),
            },
        };
        let recourse = Recourse {
            reference: "TV-1".parse().expect("a reference"),
            manner: Manner::Offset,
        };
        let by = "officer".parse().expect("a subject");
        let act = |act| Step::Act { of: 0, act };
        let later = "2023-0002".parse().expect("a number");
        let steps = [
            act(approve("anna")),
            act(approve("bert")),
            act(Act::Money(Money::Order { batch: batch.clone() })),
            act(Act::Money(Money::Paid { batch })),
            taken_back,
            act(Act::Money(Money::Announce { recourse, by })),
            act(Act::Money(Money::Offset { batch: later })),
        ];
        steps.into_iter().take(far).collect()
    })
}

/// A pass at the exam of the first line.
fn passed(days: i8) -> ExamResult {
    ExamResult {
        exam: "PA-001".to_owned(),
        booked_on: date(2023, 1, 15),
        examined_on: date(2023, 5, 10 + days),
        attempt: 1,
        outcome: Outcome::Passed,
        booked_by: Booker::School("99AA".parse().expect("a BRIN")),
        held_by: Holder::ExamBody,
    }
}

/// What the events say happened to the money of a case, added up without looking at the case.
#[derive(Debug, Default)]
struct Tally {
    ordered: Euro,
    unpaid: Euro,
    taken_back: Euro,
    offset: Euro,
    received: Euro,
    written_off: Euro,
    forgiven: Euro,
    realised: Quantity,
}

impl Tally {
    fn of<P>(events: &[ClaimEvent<P>]) -> Self {
        let mut tally = Self::default();
        for event in events {
            let ClaimEvent::LineSettled { settlement, .. } = event else {
                continue;
            };
            tally.realised += settlement.realised();
            match settlement {
                Settlement::LineOrdered { amount, .. } => tally.ordered += *amount,
                Settlement::LineUnpaid { amount, forgiven, .. } => {
                    tally.unpaid += *amount;
                    tally.forgiven += *forgiven;
                }
                Settlement::ClawbackOpened { amount, .. } => tally.taken_back += *amount,
                Settlement::ClawbackRecovered { amount, by, .. } => match by {
                    Recovery::Offset(_) => tally.offset += *amount,
                    Recovery::Received(_) => tally.received += *amount,
                },
                Settlement::ClawbackReopened { amount, .. } => tally.offset -= *amount,
                Settlement::ClawbackWrittenOff { amount, .. } => tally.written_off += *amount,
                Settlement::LinePaid { .. } | Settlement::ClawbackAnnounced { .. } => {}
            }
        }
        tally
    }
}

/// Every euro that was ordered stands, was given back, or came or comes back; and nothing is paid that two others did not approve.
fn check_money(story: &Story<MboExamRule>) -> Result<(), TestCaseError> {
    let case = story.case();
    let tally = Tally::of(&story.events);
    let payments = || case.lines().flat_map(|line| line.payments.iter());
    let sum = |what: fn(&Payment) -> Euro| payments().map(what).sum::<Euro>();
    let (standing, taken_back) = (sum(Payment::standing), sum(|payment| payment.taken_back));
    prop_assert_eq!(tally.ordered - tally.unpaid, standing + taken_back);
    prop_assert_eq!(
        tally.taken_back,
        sum(|payment| payment.open) + tally.offset + tally.received + tally.written_off + tally.forgiven
    );
    let came_back = tally.offset + tally.received;
    prop_assert!(
        came_back <= standing + taken_back,
        "more came back than went out: {tally:?}"
    );
    let mut realised = Quantity::ZERO;
    for line in case.lines() {
        let mut batches: Vec<_> = line.payments.iter().map(|payment| &payment.batch).collect();
        batches.sort();
        batches.dedup();
        prop_assert_eq!(
            batches.len(),
            line.payments.iter().count(),
            "a batch pays a line once"
        );
        for payment in line.payments.iter() {
            prop_assert!(payment.amount > Euro::ZERO);
            prop_assert!(payment.taken_back <= payment.amount, "{payment:?}");
            prop_assert!(
                !payment.open.is_negative() && payment.open <= payment.taken_back,
                "{payment:?}"
            );
            let back = payment.taken_back - payment.open;
            let seen: Euro = payment.offsets.iter().map(|(_, amount)| *amount).sum::<Euro>()
                + payment.received.iter().map(|(_, amount)| *amount).sum();
            prop_assert!(
                seen <= back,
                "what is not seen coming back was written off: {payment:?}"
            );
            prop_assert!(
                back.is_zero() || payment.paid_on.is_some(),
                "only what was paid comes back: {payment:?}"
            );
        }
        let mut standing = line
            .payments
            .iter()
            .filter(|payment| payment.standing() > Euro::ZERO);
        let Some(stands) = standing.next() else { continue };
        prop_assert!(standing.next().is_none(), "two payments stand: {line:?}");
        let LineState::Approved { award, first, second } = &line.state else {
            return Err(TestCaseError::fail(format!("paid and not approved: {line:?}")));
        };
        prop_assert_eq!(
            stands.standing(),
            award.amount,
            "what stands of a payment is what its line earns"
        );
        let second = second.as_ref().expect("two approve");
        prop_assert_ne!(first, second);
        for apart in [&line.presented.submitter, &line.cut_by].into_iter().flatten() {
            prop_assert!(
                apart != first && apart != second,
                "one person acted twice: {line:?}"
            );
        }
        if stands.paid_on.is_some() {
            realised += Quantity::new(award.units(), stands.standing());
        }
    }
    prop_assert_eq!(tally.realised, realised);
    Ok(())
}

/// What views keep of a case, and the case as its stored events tell it.
#[derive(Default)]
struct Kept {
    case: MboExam,
    claims: BTreeMap<String, <Claims as View>::Row>,
    payables: BTreeMap<String, <Payables as View>::Row>,
    seen: usize,
}

impl Kept {
    /// Takes in what happened since, event by event; after each, registers and case say the same.
    fn follow(&mut self, story: &Story<MboExamRule>) -> Result<(), TestCaseError> {
        for event in story.events.iter().skip(self.seen) {
            self.seen += 1;
            let stored = serde_json::to_string(event).expect("serialises");
            self.case
                .evolve(serde_json::from_str(&stored).expect("reads back"));
            let recorded = Recorded {
                position: u64::try_from(self.seen).expect("small"),
                recorded_at: jiff::Timestamp::UNIX_EPOCH,
                kind: MboExamRule::AGGREGATE.to_owned(),
                id: "case".to_owned(),
                sequence: u64::try_from(self.seen).expect("small"),
                event: Event::Claim(event.clone().with_facts()),
            };
            view::fold_into::<Claims>(&mut self.claims, &recorded);
            view::fold_into::<Payables>(&mut self.payables, &recorded);
            for line in self.case.lines() {
                self.check_line(line)?;
            }
        }
        prop_assert_eq!(&self.case, &story.case());
        Ok(())
    }

    fn check_line(&self, line: &Line) -> Result<(), TestCaseError> {
        let key = line.presented.line.to_string();
        let row = self.claims.get(&key).expect("every line has a row");
        let held = row.hold.is_some() && !matches!(row.state.as_str(), "ordered" | "paid");
        prop_assert_eq!(
            if held { "held" } else { &row.state },
            line.standing(),
            "{:?}",
            row
        );
        prop_assert_eq!(&row.payments, &line.payments);
        prop_assert_eq!(&row.hold, &line.hold);
        if let Some(award) = line.state.award() {
            prop_assert_eq!(row.award.as_ref(), Some(award));
        }
        let payable = self.payables.get(&key);
        let owed = |payments: &Payments| -> Vec<(BatchNumber, Euro, Option<Recourse>)> {
            let owed = payments.owed().into_iter();
            owed.map(|payment| (payment.batch.clone(), payment.open, payment.recourse.clone()))
                .collect()
        };
        prop_assert_eq!(
            payable.is_some_and(|row| row.held),
            line.hold.is_some(),
            "{:?}",
            payable
        );
        prop_assert_eq!(
            payable.and_then(view::PayableRow::payable),
            line.payable(),
            "{:?}",
            payable
        );
        prop_assert_eq!(
            payable.map_or_else(Vec::new, |row| owed(&row.payments)),
            owed(&line.payments),
            "{:?}",
            payable
        );
        Ok(())
    }
}

proptest! {
    #[test]
    fn the_money_of_a_case_keeps_its_promises_after_any_steps(
        submitter in prop::option::of(any_person()),
        begun_with in any_beginning(),
        steps in prop::collection::vec(any_money_step(), 0..40),
    ) {
        let mut story = begun::<MboExamRule>(SchemeCode::MboExam, BudgetPolicy::Warn, None);
        let line = Presented { submitter, ..testkit::line("MBO_EXAM/PA-001", "R-0", DAY, "125.00") };
        story.evidence("R-0", 1, passed(0)).present(&line);
        let mut kept = Kept::default();
        for step in begun_with.into_iter().chain(steps) {
            tell(&mut story, step);
            kept.follow(&story)?;
            check_awards(&story)?;
            check_money(&story)?;
        }
        check_wire::<MboExamRule>(&story.events)?;
    }

    #[test]
    fn what_is_ordered_is_not_ordered_again(first in any_batch(), second in any_batch(), paid in any::<bool>()) {
        let mut story = begun::<MboExamRule>(SchemeCode::MboExam, BudgetPolicy::Warn, None);
        let line = testkit::line("MBO_EXAM/PA-001", "R-0", DAY, "125.00");
        story.evidence("R-0", 1, passed(0)).present(&line);
        for subject in ["s1", "s2"] {
            story.approve(&line, subject, subject).expect("approved");
        }
        story.act(&line, Act::Money(Money::Order { batch: first.clone() })).expect("ordered");
        if paid {
            story.act(&line, Act::Money(Money::Paid { batch: first })).expect("paid");
        }
        let state = if paid { "paid" } else { "ordered" };
        let refused = ClaimRefusal::WrongState { line: line.line.clone(), state };
        prop_assert_eq!(story.act(&line, Act::Money(Money::Order { batch: second })), Err(refused));
    }
}
