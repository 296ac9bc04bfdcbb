use jiff::civil::date;

use super::*;
use crate::budget::{Budget, Place, divide_pro_rata};
use crate::claim::{ClaimEvent, ClaimRefusal, LineState};
use crate::payee::PayeeFacts;
use crate::schemes::evc::{EvcCertificate, EvcRule};
use crate::story::{Story, again, budget_line, credit};
use crate::terms::{BudgetPolicy, TermsCommand};
use crate::testkit::{self, SCHOOL, euro};

const ISSUED: Date = date(2023, 5, 10);
const TAXED: &str = "kvk:90000005";

fn certificate(standard: &str) -> EvcCertificate {
    EvcCertificate {
        standard: standard.to_owned(),
        issued_on: ISSUED,
        provider_recognised: true,
        in_sector: true,
    }
}

fn line(standard: &str, certificate: &str, invoice: &str) -> Presented {
    let line = testkit::line(&format!("EVC/{standard}"), certificate, ISSUED, "1350.00");
    again(&line, SCHOOL, invoice, "1")
}

/// Three certificates, and budget for two.
fn two_of_three(policy: BudgetPolicy) -> (Story<EvcRule>, [Presented; 3]) {
    let mut context = testkit::context();
    testkit::adopt(
        &mut context,
        SchemeCode::Evc,
        &TermsCommand::Adopt(testkit::terms(policy)),
    );
    testkit::budget(&mut context, SchemeCode::Evc, Some(2), "2700.00");
    let mut story = Story::within(context);
    for (number, standard) in [("C-1", "APK"), ("C-2", "EAT"), ("C-3", "SVT")] {
        story.evidence(number, 1, certificate(standard));
    }
    let lines = [
        line("APK", "C-1", "F-1"),
        line("EAT", "C-2", "F-2"),
        line("SVT", "C-3", "F-3"),
    ];
    for line in &lines {
        story.present(line);
    }
    (story, lines)
}

fn short() -> Reason {
    waits(Euro::ZERO)
}

fn evc_2023() -> BudgetLineId {
    budget_line(2023, SchemeCode::Evc)
}

fn waits(available: Euro) -> Reason {
    Reason::Budget {
        line: evc_2023(),
        available,
        asked: euro("1350.00"),
    }
}

#[test]
fn e15_block_refuses_what_is_beyond_the_budget() {
    let (story, [first, second, third]) = two_of_three(BudgetPolicy::Block);
    assert_eq!(story.earned(&first) + story.earned(&second), euro("2700.00"));
    assert_eq!(story.rejected_for(&third), short());
}

#[test]
fn e15_warn_awards_beyond_the_budget_and_records_the_overrun() {
    let (story, [_, _, third]) = two_of_three(BudgetPolicy::Warn);
    assert_eq!(story.earned(&third), euro("1350.00"));
    let Some(crate::budget::BudgetEvent::BudgetExceeded { beyond, .. }) = story.booked.last() else {
        panic!("{:?}", story.booked)
    };
    assert_eq!(*beyond, Quantity::one(euro("1350.00")));
}

#[test]
fn e15_queue_waits_for_an_amendment_and_then_goes_first_in_first_out() {
    let (mut story, [_, _, third]) = two_of_three(BudgetPolicy::Queue);
    assert_eq!(story.waits_for(&third), short());
    let fourth = line("XYZ", "C-4", "F-4");
    let fourth = Presented {
        invoice_date: date(2023, 5, 18),
        ..fourth
    };
    story.evidence("C-4", 1, certificate("XYZ")).present(&fourth);
    let amendment = crate::budget::BudgetCommand::Amend {
        change: Quantity::one(euro("1350.00")),
        counterpart: None,
        decision: "B-2023-05".parse().expect("a reference"),
        decided_on: date(2023, 6, 1),
    };
    story.book(crate::story::budget_line(2023, SchemeCode::Evc), &amendment);
    story.reassess();
    assert_eq!(
        story.earned(&fourth),
        euro("1350.00"),
        "its invoice is of an earlier day"
    );
    assert_eq!(
        story.waits_for(&third),
        short(),
        "one amendment is spent once, also within one decision"
    );
}

#[test]
fn e15_pro_rata_waits_until_the_budget_is_divided() {
    let (story, lines) = two_of_three(BudgetPolicy::ProRata);
    for line in &lines {
        assert_eq!(story.waits_for(line), waits(euro("2700.00")));
    }
}

#[test]
fn e15_pro_rata_gives_each_line_its_share_and_spends_the_budget_exactly() {
    let (mut story, lines) = two_of_three(BudgetPolicy::ProRata);
    for (line, share) in lines
        .iter()
        .zip(divide_pro_rata(euro("2700.00"), &[euro("1350.00"); 3]))
    {
        let told = story
            .share(line, evc_2023(), share)
            .expect("it waits for this budget");
        let [
            ClaimEvent::LineAllowed {
                decision, by: None, ..
            },
            ClaimEvent::LineMatched { award, .. },
        ] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(decision.as_str(), "B-2023-09");
        let remark = Reason::Shared {
            asked: euro("1350.00"),
            share,
        };
        assert_eq!(
            (award.amount, award.remarks.as_slice()),
            (share, [remark].as_slice())
        );
    }
    assert_eq!(story.budget(2023, SchemeCode::Evc).available(), Some(Euro::ZERO));
}

#[test]
fn e15_a_share_is_given_once_and_only_of_the_budget_for_which_the_line_waits() {
    let (mut story, [first, ..]) = two_of_three(BudgetPolicy::ProRata);
    let other = story.share(&first, budget_line(2024, SchemeCode::Evc), euro("900.00"));
    assert!(
        matches!(other, Err(ClaimRefusal::CannotBeAllowed { .. })),
        "{other:?}"
    );
    story.share(&first, evc_2023(), euro("900.00")).expect("shared");
    let twice = story.share(&first, evc_2023(), euro("900.00"));
    assert!(matches!(twice, Err(ClaimRefusal::WrongState { .. })), "{twice:?}");
}

#[test]
fn e15_who_gets_nothing_of_a_division_is_refused() {
    let (mut story, [first, ..]) = two_of_three(BudgetPolicy::ProRata);
    story.share(&first, evc_2023(), Euro::ZERO).expect("shared");
    let nothing = Reason::Shared {
        asked: euro("1350.00"),
        share: Euro::ZERO,
    };
    assert_eq!(story.rejected_for(&first), nothing);
}

#[test]
fn e15_a_shared_line_that_is_judged_anew_keeps_its_share() {
    let (mut story, [first, ..]) = two_of_three(BudgetPolicy::ProRata);
    story.share(&first, evc_2023(), euro("900.00")).expect("shared");
    let corrected = EvcCertificate {
        issued_on: date(2023, 5, 11),
        ..certificate("APK")
    };
    story.evidence("C-1", 2, corrected);
    assert_eq!(story.earned(&first), euro("900.00"));
}

/// A stranger to the case, who waits since before it.
fn someone_waits(story: &mut Story<EvcRule>) -> LineRef {
    let line = testkit::line_ref(testkit::OTHER_SCHOOL, "G-1", "1");
    let place = Place {
        since: date(2023, 5, 31),
        invoice_date: ISSUED,
        line: line.clone(),
    };
    story.context.queues.join(evc_2023(), place);
    line
}

#[test]
fn e15_who_comes_new_never_overtakes_who_waits_in_another_case() {
    let mut context = testkit::context();
    let terms = TermsCommand::Adopt(testkit::terms(BudgetPolicy::Queue));
    testkit::adopt(&mut context, SchemeCode::Evc, &terms);
    testkit::budget(&mut context, SchemeCode::Evc, None, "1350.00");
    let mut story = Story::<EvcRule>::within(context);
    let longer = someone_waits(&mut story);
    let new = line("APK", "C-1", "F-1");
    story.evidence("C-1", 1, certificate("APK")).present(&new);
    assert_eq!(
        story.waits_for(&new),
        waits(euro("1350.00")),
        "though it would fit"
    );
    story.reassess();
    assert_eq!(
        story.waits_for(&new).code(),
        "BUDGET",
        "nor does it when it is judged again"
    );
    story.context.queues.leave(&longer);
    story.reassess();
    assert_eq!(story.earned(&new), euro("1350.00"));
}

#[test]
fn e15_a_smaller_line_does_not_overtake_a_larger_one_within_one_decision() {
    let mut context = testkit::context();
    context.schemes.remove(&SchemeCode::Evc);
    testkit::budget(&mut context, SchemeCode::Evc, None, "1000.00");
    let mut story = Story::<EvcRule>::within(context);
    let (large, mut small) = (line("APK", "C-1", "F-1"), line("EAT", "C-2", "F-2"));
    small.claimed = euro("900.00");
    story.present(&large).present(&small);
    story
        .evidence("C-1", 1, certificate("APK"))
        .evidence("C-2", 1, certificate("EAT"));
    let terms = TermsCommand::Adopt(testkit::terms(BudgetPolicy::Queue));
    testkit::adopt(&mut story.context, SchemeCode::Evc, &terms);
    let tariff = testkit::tariff(SchemeCode::Evc, "*", "2023", "1350.00", ISSUED, None);
    let tariff = TermsCommand::AdoptTariff(tariff);
    testkit::adopt(&mut story.context, SchemeCode::Evc, &tariff);
    story.reassess();
    assert_eq!(story.waits_for(&large), waits(euro("1000.00")));
    assert_eq!(story.waits_for(&small).code(), "BUDGET");
}

#[test]
fn e15_a_corrected_line_does_not_lose_its_place_to_who_waits() {
    let (mut story, [first, _, third]) = two_of_three(BudgetPolicy::Queue);
    let corrected = EvcCertificate {
        issued_on: date(2023, 5, 11),
        ..certificate("APK")
    };
    story.evidence("C-1", 2, corrected);
    assert_eq!(story.earned(&first), euro("1350.00"));
    assert_eq!(story.waits_for(&third), short());
}

#[test]
fn e15_what_is_available_changes_and_the_line_waits_on_without_a_word() {
    let (mut story, [_, _, third]) = two_of_three(BudgetPolicy::Queue);
    let amendment = crate::budget::BudgetCommand::Amend {
        change: Quantity::new(0, euro("500.00")),
        counterpart: None,
        decision: "B-2023-05".parse().expect("a reference"),
        decided_on: date(2023, 6, 1),
    };
    story.book(evc_2023(), &amendment);
    let told = story.events.len();
    story.reassess();
    assert_eq!((story.events.len(), story.waits_for(&third)), (told, short()));
}

#[test]
fn e15_what_a_credit_gives_back_is_there_for_who_waits() {
    let (mut story, [first, _, third]) = two_of_three(BudgetPolicy::Queue);
    story.present(&credit(&first, "N-1", "1350.00"));
    assert_eq!(story.earned(&third), euro("1350.00"));
}

#[test]
fn e15_a_line_without_a_budget_is_awarded_under_every_policy() {
    for policy in [
        BudgetPolicy::Block,
        BudgetPolicy::Warn,
        BudgetPolicy::Queue,
        BudgetPolicy::ProRata,
    ] {
        let mut context = testkit::context();
        testkit::adopt(
            &mut context,
            SchemeCode::Evc,
            &TermsCommand::Adopt(testkit::terms(policy)),
        );
        let mut story = Story::<EvcRule>::within(context);
        let asked = line("APK", "C-1", "F-1");
        story.evidence("C-1", 1, certificate("APK")).present(&asked);
        assert_eq!(
            story.earned(&asked),
            euro("1350.00"),
            "no budget is not a budget of zero"
        );
    }
}

#[test]
fn a_budget_of_zero_is_a_budget() {
    let mut context = testkit::context();
    testkit::adopt(
        &mut context,
        SchemeCode::Evc,
        &TermsCommand::Adopt(testkit::terms(BudgetPolicy::Block)),
    );
    testkit::budget(&mut context, SchemeCode::Evc, None, "0.00");
    let mut story = Story::<EvcRule>::within(context);
    let asked = line("APK", "C-1", "F-1");
    story.evidence("C-1", 1, certificate("APK")).present(&asked);
    assert_eq!(story.rejected_for(&asked), short());
    let budget = story.budget(2023, SchemeCode::Evc).budget();
    assert_eq!(
        budget,
        Some(Budget {
            units: None,
            amount: Euro::ZERO
        })
    );
}

fn vat_story(basis: VatBasis) -> (Story<EvcRule>, Presented, Presented) {
    let mut context = testkit::context();
    let terms = Terms {
        vat_basis: basis,
        ..testkit::terms(BudgetPolicy::Warn)
    };
    testkit::adopt(&mut context, SchemeCode::Evc, &TermsCommand::Adopt(terms));
    testkit::register(
        &mut context,
        PayeeFacts {
            vat_exempt: false,
            ..testkit::school(TAXED, "99CC")
        },
    );
    let mut story = Story::within(context);
    story
        .evidence("C-1", 1, certificate("APK"))
        .evidence("C-2", 1, certificate("EAT"));
    let charged = |line: Presented| Presented {
        claimed: euro("1000.00"),
        vat: euro("210.00"),
        ..line
    };
    let exempt = charged(line("APK", "C-1", "F-1"));
    let taxed = charged(again(&line("EAT", "C-2", "F-1"), TAXED, "X-1", "1"));
    story.present(&exempt).present(&taxed);
    (story, exempt, taxed)
}

#[test]
fn e19_vat_is_left_out_and_shown_where_the_scheme_does_not_bear_it() {
    let (story, exempt, taxed) = vat_story(VatBasis::Exclusive);
    for line in [exempt, taxed] {
        let award = story.award(&line);
        assert_eq!(award.amount, euro("1000.00"));
        assert!(
            award
                .remarks
                .contains(&Reason::VatUnexpected { vat: euro("210.00") })
        );
    }
}

#[test]
fn e19_vat_is_borne_where_the_scheme_bears_it_but_not_of_an_exempt_payee() {
    let (story, exempt, taxed) = vat_story(VatBasis::Inclusive);
    assert_eq!(story.earned(&taxed), euro("1210.00"));
    assert_eq!(story.award(&taxed).claimed, euro("1210.00"));
    assert_eq!(story.earned(&exempt), euro("1000.00"));
    assert!(
        story
            .award(&exempt)
            .remarks
            .contains(&Reason::VatUnexpected { vat: euro("210.00") })
    );
}

#[test]
fn e13_a_credit_takes_back_the_vat_that_was_borne() {
    let (mut story, _, taxed) = vat_story(VatBasis::Inclusive);
    let mut half = credit(&taxed, "N-1", "500.00");
    half.vat = euro("105.00");
    story.present(&half);
    assert_eq!(story.earned(&taxed), euro("605.00"));
}

#[test]
fn a_scheme_that_closes_still_pays_what_was_earned_while_it_was_open() {
    let mut context = testkit::context();
    let terms = Terms {
        closes_on: Some(ISSUED),
        ..testkit::terms(BudgetPolicy::Warn)
    };
    testkit::adopt(&mut context, SchemeCode::Evc, &TermsCommand::Adopt(terms));
    let mut story = Story::<EvcRule>::within(context);
    let last = line("APK", "C-1", "F-1");
    let after = EvcCertificate {
        issued_on: date(2023, 5, 11),
        ..certificate("EAT")
    };
    let late = line("EAT", "C-2", "F-2");
    story
        .evidence("C-1", 1, certificate("APK"))
        .evidence("C-2", 1, after)
        .present(&last)
        .present(&late);
    assert_eq!(story.earned(&last), euro("1350.00"));
    assert_eq!(story.rejected_for(&late).code(), "SCHEME_NOT_OPEN");
}

#[test]
fn a_scheme_without_terms_or_tariff_waits_for_them() {
    let mut context = testkit::context();
    context.schemes.remove(&SchemeCode::Evc);
    let mut story = Story::<EvcRule>::within(context);
    let asked = line("APK", "C-1", "F-1");
    story.evidence("C-1", 1, certificate("APK")).present(&asked);
    assert_eq!(story.waits_for(&asked), Reason::NoTerms {});
    let terms = TermsCommand::Adopt(testkit::terms(BudgetPolicy::Warn));
    testkit::adopt(&mut story.context, SchemeCode::Evc, &terms);
    story.reassess();
    assert_eq!(story.waits_for(&asked), Reason::NoTariff { basis_date: ISSUED });
    let tariff = testkit::tariff(SchemeCode::Evc, "*", "2023", "1350.00", ISSUED, None);
    testkit::adopt(
        &mut story.context,
        SchemeCode::Evc,
        &TermsCommand::AdoptTariff(tariff),
    );
    story.reassess();
    assert!(matches!(story.state(&asked), LineState::Matched { .. }));
}
