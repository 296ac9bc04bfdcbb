use cqrs_es::test::TestFramework;
use jiff::civil::{Date, date};

use super::*;
use crate::budget::{BudgetCommand, BudgetEvent, Quantity, variance};
use crate::calendar::FiscalYear;
use crate::claim::{ClaimCommand, ClaimEvent, LineState};
use crate::money::Euro;
use crate::payee::ShortPay;
use crate::story::{Story, TODAY, again, budget_line};
use crate::terms::TermsCommand;
use crate::testkit::{self, OTHER_SCHOOL, SCHOOL, euro};

const MAY: Date = date(2023, 5, 10);

fn booked_by(school: &str) -> Booker {
    Booker::School(school.parse().expect("a BRIN"))
}

fn pass(exam: &str, on: Date) -> ExamResult {
    ExamResult {
        exam: exam.to_owned(),
        booked_on: date(2023, 1, 15).min(on),
        examined_on: on,
        attempt: 1,
        outcome: Outcome::Passed,
        booked_by: booked_by("99AA"),
        held_by: Holder::ExamBody,
    }
}

fn ended(outcome: Outcome) -> ExamResult {
    ExamResult {
        outcome,
        ..pass("PA-001", MAY)
    }
}

fn line(exam: &str, result: &str, claimed: &str) -> Presented {
    testkit::line(&format!("MBO_EXAM/{exam}"), result, MAY, claimed)
}

fn story() -> Story<MboExamRule> {
    Story::begin()
}

#[test]
fn a_pass_earns_the_tariff_of_its_exam() {
    let evidence = ClaimEvent::EvidenceRecorded {
        id: "R-1".parse().expect("a number"),
        version: 1,
        proof: pass("PA-001", MAY),
        source: testkit::source(),
        on: MAY,
    };
    let asked = line("PA-001", "R-1", "123.50");
    let events = TestFramework::<MboExam>::with(testkit::context())
        .given(vec![evidence])
        .when(ClaimCommand::Present {
            line: asked.clone(),
            on: TODAY,
        })
        .inspect_result()
        .expect("decided");
    let [
        ClaimEvent::LinePresented { line: presented },
        ClaimEvent::LineMatched { line: matched, award },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!((presented, matched), (&asked, &asked.line));
    assert_eq!(award.amount, euro("123.50"));
    assert_eq!(
        award.tariff.as_ref().map(|tariff| tariff.version.as_str()),
        Some("2023")
    );
    assert_eq!(award.evidence.as_ref().map(EvidenceId::as_str), Some("R-1"));
    assert_eq!(award.remarks, []);
}

#[test]
fn e1_a_failed_exam_is_refused_and_the_other_line_continues() {
    let (failed, passed) = (line("PA-001", "R-1", "123.50"), line("PA-002", "R-2", "162.00"));
    let passed = again(&passed, SCHOOL, "F-1", "2");
    let mut story = story();
    story
        .evidence("R-1", 1, ended(Outcome::Failed))
        .evidence("R-2", 1, pass("PA-002", MAY));
    story.present(&failed).present(&passed);
    assert_eq!(
        story.rejected_for(&failed),
        Reason::NotPassed { examined_on: MAY }
    );
    assert_eq!(story.earned(&passed), euro("162.00"));
}

#[test]
fn e2_a_pass_at_the_resit_pays_once_and_the_fail_stays_on_file() {
    let resit = date(2023, 5, 24);
    let (first, second) = (line("PA-001", "R-1", "123.50"), line("PA-001", "R-2", "123.50"));
    let second = again(
        &Presented {
            performed_on: resit,
            ..second
        },
        SCHOOL,
        "F-2",
        "1",
    );
    let mut story = story();
    story.evidence("R-1", 1, ended(Outcome::Failed));
    story.evidence(
        "R-2",
        1,
        ExamResult {
            attempt: 2,
            ..pass("PA-001", resit)
        },
    );
    story.present(&first).present(&second);
    assert_eq!(story.rejected_for(&first).code(), "NOT_PASSED");
    assert_eq!(story.earned(&second), euro("123.50"));
    let failed = story
        .case()
        .evidence(&"R-1".parse().expect("a number"))
        .map(|result| result.outcome);
    assert_eq!(failed, Some(Outcome::Failed));
}

#[test]
fn e2_of_two_results_on_one_day_the_pass_counts_when_the_line_names_none() {
    let asked = Presented {
        evidence: None,
        ..line("PA-001", "R-2", "123.50")
    };
    let mut story = story();
    story
        .evidence("R-1", 1, ended(Outcome::Failed))
        .evidence("R-2", 1, pass("PA-001", MAY));
    story.present(&asked);
    assert_eq!(
        story.award(&asked).evidence.as_ref().map(EvidenceId::as_str),
        Some("R-2")
    );
}

#[test]
fn e3_who_was_absent_or_cancelled_earns_nothing() {
    for outcome in [Outcome::Absent, Outcome::Cancelled] {
        let asked = line("PA-001", "R-1", "123.50");
        let mut story = story();
        story.evidence("R-1", 1, ended(outcome)).present(&asked);
        assert_eq!(
            story.rejected_for(&asked),
            Reason::NotPerformed { planned_on: MAY },
            "{outcome:?}"
        );
    }
}

#[test]
fn e4_the_same_line_twice_in_one_invoice_is_refused_the_second_time() {
    let first = line("PA-001", "R-1", "123.50");
    let second = again(&first, SCHOOL, " f-1", "2");
    let mut story = story();
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .present(&first)
        .present(&second);
    assert_eq!(
        story.rejected_for(&second),
        Reason::DuplicateLine { first: first.line }
    );
}

#[test]
fn e5_the_same_claim_on_a_second_invoice_is_refused_and_names_the_first() {
    let first = line("PA-001", "R-1", "123.50");
    let second = again(&first, SCHOOL, "F-2", "1");
    let mut story = story();
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .present(&first)
        .present(&second);
    assert_eq!(
        story.rejected_for(&second),
        Reason::DuplicateInvoice { first: first.line }
    );
}

#[test]
fn the_same_line_told_twice_changes_nothing() {
    let asked = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&asked);
    let again = story.tell(ClaimCommand::Present {
        line: asked,
        on: TODAY,
    });
    assert_eq!(again, Ok(vec![]));
}

#[test]
fn e6_of_two_schools_the_one_that_booked_is_paid() {
    let own = line("PA-001", "R-1", "123.50");
    let others = again(&own, OTHER_SCHOOL, "X-1", "1");
    let mut story = story();
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .present(&own)
        .present(&others);
    assert_eq!(story.earned(&own), euro("123.50"));
    let expected = Reason::DuplicateOtherPayee {
        first: Some(own.line),
        booked_by: "99AA".parse().ok(),
    };
    assert_eq!(story.rejected_for(&others), expected);
}

#[test]
fn e6_the_school_that_did_not_book_is_refused_also_when_it_comes_first() {
    let own = line("PA-001", "R-1", "123.50");
    let others = again(&own, OTHER_SCHOOL, "X-1", "1");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&others);
    let expected = Reason::DuplicateOtherPayee {
        first: None,
        booked_by: "99AA".parse().ok(),
    };
    assert_eq!(story.rejected_for(&others), expected);
    story.present(&own);
    assert_eq!(story.earned(&own), euro("123.50"));
}

#[test]
fn e6_two_schools_that_wait_are_told_apart_when_the_result_comes() {
    let own = line("PA-001", "R-1", "123.50");
    let others = again(&own, OTHER_SCHOOL, "X-1", "1");
    let others = Presented {
        invoice_date: date(2023, 5, 11),
        ..others
    };
    let mut story = story();
    story.present(&others).present(&own);
    assert_eq!(story.waits_for(&own), Reason::NoEvidence {});
    story.evidence("R-1", 1, pass("PA-001", MAY));
    assert_eq!(story.earned(&own), euro("123.50"));
    assert_eq!(story.rejected_for(&others).code(), "DUPLICATE_OTHER_PAYEE");
}

#[test]
fn e6_when_the_booking_party_is_corrected_the_payment_is_taken_back_and_the_right_school_is_paid() {
    let wrong = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&wrong);
    story.approve(&wrong, "s1", "anna").expect("first");
    story.approve(&wrong, "s2", "bert").expect("second");
    story.evidence(
        "R-1",
        2,
        ExamResult {
            booked_by: booked_by("99BB"),
            ..pass("PA-001", MAY)
        },
    );
    assert_eq!(story.reversed_for(&wrong).code(), "DUPLICATE_OTHER_PAYEE");
    let right = again(&wrong, OTHER_SCHOOL, "X-1", "1");
    story.present(&right);
    assert_eq!(story.earned(&right), euro("123.50"));
    assert_eq!(
        story.budget(2023, SchemeCode::MboExam).realised(),
        Quantity::one(euro("123.50"))
    );
}

#[test]
fn e7_the_school_that_booked_is_paid_also_when_the_learner_has_moved_on() {
    let new_school = line("PA-001", "R-1", "123.50");
    let new_school = again(&new_school, OTHER_SCHOOL, "X-1", "1");
    let booking_school = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story.evidence(
        "R-1",
        1,
        ExamResult {
            booked_on: date(2023, 2, 1),
            ..pass("PA-001", MAY)
        },
    );
    story.present(&new_school).present(&booking_school);
    assert_eq!(story.rejected_for(&new_school).code(), "DUPLICATE_OTHER_PAYEE");
    assert_eq!(story.earned(&booking_school), euro("123.50"));
}

#[test]
fn e8_an_exam_in_december_invoiced_in_january_is_borne_by_the_old_years_accrual() {
    let december = date(2023, 12, 14);
    let asked = testkit::line("MBO_EXAM/PA-001", "R-1", december, "123.50");
    let asked = Presented {
        invoice_date: date(2024, 1, 20),
        received_on: date(2024, 1, 22),
        ..asked
    };
    let mut context = testkit::context();
    testkit::budget(&mut context, SchemeCode::MboExam, Some(9000), "1200000.00");
    let mut story = Story::<MboExamRule>::within(context);
    let old_year = budget_line(2023, SchemeCode::MboExam);
    story.book(
        old_year,
        &BudgetCommand::Accrue {
            accrued: Quantity::one(euro("123.50")),
            decision: "B-2024-01".parse().expect("a reference"),
            decided_on: date(2024, 1, 15),
        },
    );
    story.today = date(2024, 1, 22);
    story.evidence("R-1", 1, pass("PA-001", december)).present(&asked);

    let award = story.award(&asked);
    assert_eq!(
        award.allocations.iter().map(|part| part.year).collect::<Vec<_>>(),
        [FiscalYear::new(2023)]
    );
    assert_eq!(
        story.budget(2023, SchemeCode::MboExam).realised(),
        Quantity::one(euro("123.50"))
    );
    assert_eq!(story.budget(2024, SchemeCode::MboExam).realised(), Quantity::ZERO);
    let Some(BudgetEvent::BudgetBooked {
        against_accrual,
        prior_period,
        ..
    }) = story.booked.last()
    else {
        panic!("{:?}", story.booked)
    };
    assert_eq!(
        (*against_accrual, *prior_period),
        (Quantity::one(euro("123.50")), Quantity::ZERO)
    );
}

#[test]
fn e11_the_day_of_booking_picks_the_tariff_version() {
    let new_year = date(2023, 1, 20);
    let booked = |on| ExamResult {
        booked_on: on,
        ..pass("PA-001", new_year)
    };
    for (booked_on, version, amount) in [
        (date(2022, 12, 31), "2022", "118.50"),
        (date(2023, 1, 1), "2023", "123.50"),
    ] {
        let asked = testkit::line("MBO_EXAM/PA-001", "R-1", new_year, amount);
        let mut story = story();
        story.evidence("R-1", 1, booked(booked_on)).present(&asked);
        let award = story.award(&asked);
        assert_eq!(
            award.tariff.as_ref().map(|tariff| tariff.version.as_str()),
            Some(version)
        );
        assert_eq!(award.amount, euro(amount));
        assert_eq!(award.basis_date, booked_on);
    }
}

#[test]
fn e11_the_new_tariff_for_an_exam_booked_under_the_old_is_paid_to_the_old() {
    let new_year = date(2023, 1, 20);
    let asked = testkit::line("MBO_EXAM/PA-001", "R-1", new_year, "123.50");
    let mut story = story();
    story.evidence(
        "R-1",
        1,
        ExamResult {
            booked_on: date(2022, 12, 1),
            ..pass("PA-001", new_year)
        },
    );
    story.present(&asked);
    let award = story.award(&asked);
    assert_eq!(award.amount, euro("118.50"));
    assert_eq!(
        award.remarks,
        [Reason::TariffDiff {
            claimed: euro("123.50"),
            tariff: euro("118.50")
        }]
    );
}

#[test]
fn e11_what_price_and_volume_did_adds_up_to_the_deviation() {
    let mut context = testkit::context();
    testkit::budget(&mut context, SchemeCode::MboExam, Some(2), "237.00");
    let mut story = Story::<MboExamRule>::within(context);
    let (first, second) = (line("PA-001", "R-1", "123.50"), line("PA-002", "R-2", "162.00"));
    let second = again(&second, SCHOOL, "F-1", "2");
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .evidence("R-2", 1, pass("PA-002", MAY));
    story.present(&first).present(&second);
    let line = story.budget(2023, SchemeCode::MboExam);
    let split = variance(line.budget().expect("adopted"), line.realised()).expect("a budget of units");
    assert_eq!(
        (split.total, split.volume, split.price),
        (euro("48.50"), Euro::ZERO, euro("48.50"))
    );
}

#[test]
fn e12_a_line_above_the_tariff_is_paid_to_the_tariff_with_the_reason() {
    let asked = line("PA-001", "R-1", "130.00");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&asked);
    let award = story.award(&asked);
    assert_eq!((award.claimed, award.amount), (euro("130.00"), euro("123.50")));
    assert_eq!(
        award.remarks,
        [Reason::TariffDiff {
            claimed: euro("130.00"),
            tariff: euro("123.50")
        }]
    );
}

#[test]
fn e12_of_a_payee_that_wants_its_lines_back_a_line_above_the_tariff_is_refused() {
    let mut context = testkit::context();
    let strict = crate::payee::PayeeFacts {
        on_difference: ShortPay::Return,
        ..testkit::school("kvk:90000003", "99AA")
    };
    testkit::register(&mut context, strict);
    let mut story = Story::<MboExamRule>::within(context);
    let (above, below) = (line("PA-001", "R-1", "123.51"), line("PA-001", "R-1", "123.49"));
    let above = again(&above, "kvk:90000003", "F-1", "1");
    let below = again(&below, "kvk:90000003", "F-2", "1");
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .present(&above)
        .present(&below);
    let difference = Reason::TariffDiff {
        claimed: euro("123.51"),
        tariff: euro("123.50"),
    };
    assert_eq!(story.rejected_for(&above), difference);
    assert_eq!(story.earned(&below), euro("123.49"), "never more than was asked");
}

#[test]
fn a_line_that_asks_nothing_is_refused_and_leaves_the_exam_to_be_claimed() {
    let nothing = line("PA-001", "R-1", "0.00");
    let asked = again(&line("PA-001", "R-1", "123.50"), SCHOOL, "F-2", "1");
    let mut story = story();
    story
        .evidence("R-1", 1, pass("PA-001", MAY))
        .present(&nothing)
        .present(&asked);
    assert_eq!(story.rejected_for(&nothing).code(), "TARIFF_DIFF");
    assert_eq!(story.earned(&asked), euro("123.50"));
}

#[test]
fn e24_a_withdrawn_pass_is_taken_back_with_everything_it_booked() {
    let asked = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&asked);
    let award = story.award(&asked);
    let told = story
        .try_evidence("R-1", 2, ended(Outcome::Withdrawn))
        .expect("taken");
    let [ClaimEvent::EvidenceReplaced { version: 2, .. }, reversed] = told.as_slice() else {
        panic!("{told:?}")
    };
    let expected = ClaimEvent::LineReversed {
        by: None,
        line: asked.line,
        reason: Reason::ResultRevoked {},
        award,
        approved: false,
        on: TODAY,
    };
    assert_eq!(*reversed, expected);
    assert_eq!(story.budget(2023, SchemeCode::MboExam).realised(), Quantity::ZERO);
}

#[test]
fn e24_a_correction_that_changes_nothing_of_what_is_earned_takes_nothing_back() {
    let asked = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&asked);
    let told = story
        .try_evidence(
            "R-1",
            2,
            ExamResult {
                attempt: 2,
                ..pass("PA-001", MAY)
            },
        )
        .expect("taken");
    assert!(
        matches!(told.as_slice(), [ClaimEvent::EvidenceReplaced { .. }]),
        "{told:?}"
    );
}

#[test]
fn e24_a_corrected_day_of_booking_is_awarded_anew_at_its_own_tariff() {
    let new_year = date(2023, 1, 20);
    let asked = testkit::line("MBO_EXAM/PA-001", "R-1", new_year, "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", new_year)).present(&asked);
    story.approve(&asked, "s1", "anna").expect("first");
    story.evidence(
        "R-1",
        2,
        ExamResult {
            booked_on: date(2022, 12, 1),
            ..pass("PA-001", new_year)
        },
    );
    assert!(
        matches!(story.state(&asked), LineState::Matched { .. }),
        "it is approved anew"
    );
    assert_eq!(story.earned(&asked), euro("118.50"));
    assert_eq!(
        story.budget(2023, SchemeCode::MboExam).realised(),
        Quantity::one(euro("118.50"))
    );
}

#[test]
fn e28_an_unknown_exam_code_waits_and_resumes_when_it_is_mapped() {
    let asked = line("PA-901", "R-1", "123.50");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-901", MAY)).present(&asked);
    assert_eq!(
        story.waits_for(&asked),
        Reason::UnknownType {
            item: "PA-901".to_owned()
        }
    );
    let mapped = ExamType {
        aliases: vec!["PA-901".to_owned()],
        ..testkit::exam_type("PA-001", "A", "PA-001")
    };
    testkit::adopt(
        &mut story.context,
        SchemeCode::MboExam,
        &TermsCommand::AdoptExamType(mapped),
    );
    story.reassess();
    assert_eq!(story.earned(&asked), euro("123.50"));
    assert_eq!(story.award(&asked).entitlement.as_str(), "PA-001");
}

#[test]
fn e28_an_exam_paid_under_a_code_that_is_mapped_later_is_not_paid_again() {
    let mut story = story();
    let own = testkit::exam_type("PA-901", "A", "PA-901");
    testkit::adopt(
        &mut story.context,
        SchemeCode::MboExam,
        &TermsCommand::AdoptExamType(own),
    );
    let first = line("PA-901", "R-1", "123.50");
    story.evidence("R-1", 1, pass("PA-901", MAY)).present(&first);
    let mapped = ExamType {
        aliases: vec!["PA-901".to_owned()],
        ..testkit::exam_type("PA-001", "A", "PA-001")
    };
    testkit::adopt(
        &mut story.context,
        SchemeCode::MboExam,
        &TermsCommand::AdoptExamType(mapped),
    );
    let second = again(&line("PA-001", "R-2", "123.50"), SCHOOL, "F-2", "1");
    story.evidence("R-2", 1, pass("PA-001", MAY)).present(&second);
    assert_eq!(
        story.rejected_for(&second),
        Reason::SameContent { first: first.line }
    );
}

#[test]
fn an_old_two_part_exam_and_its_successors_exclude_each_other() {
    let (old, new) = (
        line("PA-HKS", "R-1", "200.50"),
        again(&line("PA-011", "R-2", "123.50"), SCHOOL, "F-2", "1"),
    );
    for (first, second) in [(&old, &new), (&new, &old)] {
        let mut story = story();
        story
            .evidence("R-1", 1, pass("PA-HKS", MAY))
            .evidence("R-2", 1, pass("PA-011", MAY));
        story.present(first).present(second);
        assert!(story.earned(first) > Euro::ZERO);
        assert_eq!(
            story.rejected_for(second),
            Reason::SameContent {
                first: first.line.clone()
            }
        );
    }
}

#[test]
fn two_successors_of_one_content_are_both_paid() {
    let (first, second) = (line("PA-011", "R-1", "123.50"), line("PA-012", "R-2", "123.50"));
    let second = again(&second, SCHOOL, "F-1", "2");
    let mut story = story();
    story
        .evidence("R-1", 1, pass("PA-011", MAY))
        .evidence("R-2", 1, pass("PA-012", MAY));
    story.present(&first).present(&second);
    assert_eq!(story.earned(&first) + story.earned(&second), euro("247.00"));
}

#[test]
fn an_exam_that_the_company_or_the_learner_booked_gives_nothing() {
    for booker in [Booker::Company, Booker::Learner] {
        let asked = line("PA-001", "R-1", "123.50");
        let mut story = story();
        story
            .evidence(
                "R-1",
                1,
                ExamResult {
                    booked_by: booker,
                    ..pass("PA-001", MAY)
                },
            )
            .present(&asked);
        assert_eq!(story.rejected_for(&asked), Reason::NotBookedBySchool {});
    }
}

#[test]
fn an_exam_that_the_school_held_itself_gives_nothing() {
    let asked = line("PA-001", "R-1", "123.50");
    let mut story = story();
    story
        .evidence(
            "R-1",
            1,
            ExamResult {
                held_by: Holder::School,
                ..pass("PA-001", MAY)
            },
        )
        .present(&asked);
    assert_eq!(story.rejected_for(&asked), Reason::NotIbki {});
}

#[test]
fn a_line_of_an_unknown_payee_waits_until_it_is_registered() {
    let asked = again(&line("PA-001", "R-1", "123.50"), "kvk:90000009", "F-1", "1");
    let mut story = story();
    story.evidence("R-1", 1, pass("PA-001", MAY)).present(&asked);
    assert_eq!(story.waits_for(&asked), Reason::PayeeUnknown {});
    testkit::register(&mut story.context, testkit::school("kvk:90000009", "99AA"));
    story.reassess();
    assert_eq!(story.earned(&asked), euro("123.50"));
}
