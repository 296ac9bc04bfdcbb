use jiff::civil::{Date, date};

use super::*;
use crate::claim::{Proof, Rule};
use crate::ids::LineId;
use crate::money::Euro;
use crate::recorded::Event;
use crate::scheme::SchemeCode;
use crate::schemes::cofinancing::CofinancingRule;
use crate::schemes::evc::{EvcCertificate, EvcRule};
use crate::story::{Story, again, application, credit, granted, released};
use crate::testkit::{self, SCHOOL, euro};

const ISSUED: Date = date(2023, 5, 10);

fn certificate(in_sector: bool) -> EvcCertificate {
    EvcCertificate {
        standard: "APK".to_owned(),
        issued_on: ISSUED,
        provider_recognised: true,
        in_sector,
    }
}

fn line(claimed: &str) -> crate::claim::Presented {
    testkit::line("EVC/APK", "C-1", ISSUED, claimed)
}

/// The rows of a view after a story.
fn rows<V: View, R: Rule>(story: &Story<R>) -> BTreeMap<String, V::Row>
where
    R::Evidence: Proof,
{
    let mut rows = BTreeMap::new();
    let claims = story
        .events
        .iter()
        .map(|event| (R::AGGREGATE, "case", Event::Claim(event.clone().with_facts())));
    let budgets = story
        .booked
        .iter()
        .map(|event| ("BudgetLine", "line", Event::Budget(event.clone())));
    for (position, (kind, id, event)) in (1..).zip(claims.chain(budgets)) {
        let recorded = Recorded {
            position,
            recorded_at: jiff::Timestamp::UNIX_EPOCH,
            kind: kind.to_owned(),
            id: id.to_owned(),
            sequence: position,
            event,
        };
        fold_into::<V>(&mut rows, &recorded);
    }
    rows
}

fn only<Row: Clone>(rows: &BTreeMap<String, Row>) -> Row {
    assert_eq!(rows.len(), 1);
    rows.values().next().cloned().expect("one")
}

#[test]
fn e14_an_invoice_in_part_refused_tells_the_reason_of_each_line() {
    let second = again(
        &testkit::line("EVC/EAT", "C-2", ISSUED, "1350.00"),
        SCHOOL,
        "F-1",
        "2",
    );
    let third = again(
        &testkit::line("EVC/SVT", "C-3", ISSUED, "1350.00"),
        SCHOOL,
        "F-1",
        "3",
    );
    let mut story = Story::<EvcRule>::begin();
    story
        .evidence("C-1", 1, certificate(true))
        .evidence("C-2", 1, certificate(false));
    story.present(&line("1350.00")).present(&second).present(&third);
    let invoice = only(&rows::<Invoices, _>(&story));
    let outcome = |id: &str| invoice.lines.get(&LineId::new(id).expect("an id"));
    assert_eq!(outcome("1"), Some(&LineOutcome::Matched(euro("1350.00"))));
    assert_eq!(
        outcome("2"),
        Some(&LineOutcome::Rejected("NOT_ELIGIBLE".to_owned()))
    );
    assert_eq!(outcome("3"), Some(&LineOutcome::Waits("NO_EVIDENCE".to_owned())));
}

#[test]
fn what_is_realised_and_cut_goes_back_to_nothing_with_its_credits() {
    let mut story = Story::<EvcRule>::begin();
    story
        .evidence("C-1", 1, certificate(true))
        .present(&line("1400.00"));
    for row in rows::<Realisation, _>(&story).values() {
        assert_eq!(row.realised, crate::budget::Quantity::one(euro("1350.00")));
        assert_eq!(row.cut, euro("50.00"));
    }
    story
        .present(&credit(&line("1400.00"), "N-1", "30.00"))
        .present(&credit(&line("1400.00"), "N-2", "100.00"));
    for row in rows::<Realisation, _>(&story).values() {
        assert_eq!(row.realised, crate::budget::Quantity::one(euro("1270.00")));
        assert_eq!(row.cut, Euro::ZERO);
    }
    story.present(&credit(&line("1400.00"), "N-3", "1270.00"));
    assert_eq!(rows::<Realisation, _>(&story), BTreeMap::new());
}

#[test]
fn every_basis_counts_the_same_euros() {
    let mut story = Story::<EvcRule>::begin();
    story
        .evidence("C-1", 1, certificate(true))
        .present(&line("1350.00"));
    let rows = rows::<Realisation, _>(&story);
    let bases: Vec<Basis> = rows
        .keys()
        .map(|key| key.parse::<RealisationKey>().expect("a key of the view").basis)
        .collect();
    assert_eq!(bases, [Basis::Decision, Basis::Invoice, Basis::Performance]);
}

#[test]
fn evidence_is_unclaimed_until_it_is_awarded_and_again_when_that_is_taken_back() {
    let awarded_to = |story: &Story<EvcRule>| only(&rows::<Unclaimed, _>(story)).awarded_to;
    let mut story = Story::<EvcRule>::begin();
    story.evidence("C-1", 1, certificate(true));
    assert_eq!(awarded_to(&story), None);
    story.present(&line("1350.00"));
    assert_eq!(awarded_to(&story), Some(line("1350.00").line));
    story.evidence("C-1", 2, certificate(true));
    assert_eq!(
        awarded_to(&story),
        Some(line("1350.00").line),
        "a correction makes nothing unclaimed"
    );
    story.present(&credit(&line("1350.00"), "N-1", "350.00"));
    assert_eq!(
        awarded_to(&story),
        Some(line("1350.00").line),
        "a part of it stands"
    );
    story.present(&credit(&line("1350.00"), "N-2", "1000.00"));
    assert_eq!(awarded_to(&story), None);
    story.evidence("C-1", 3, certificate(false));
    assert_eq!(
        rows::<Unclaimed, _>(&story),
        BTreeMap::new(),
        "it entitles nobody any more"
    );
}

#[test]
fn the_claims_register_tells_what_stands_of_a_line() {
    let mut story = Story::<EvcRule>::begin();
    story
        .evidence("C-1", 1, certificate(true))
        .present(&line("1400.00"));
    story.present(&credit(&line("1400.00"), "N-1", "100.00"));
    let register = rows::<Claims, _>(&story);
    let row = register
        .get(&line("1400.00").line.to_string())
        .expect("presented");
    assert_eq!(row.state, "matched");
    assert_eq!(
        row.award,
        Some(story.award(&line("1400.00"))),
        "as the case itself has it"
    );
    story.evidence("C-1", 2, certificate(false));
    let register = rows::<Claims, _>(&story);
    let row = register
        .get(&line("1400.00").line.to_string())
        .expect("presented");
    assert_eq!(
        (
            row.state.as_str(),
            row.reason.as_ref().map(crate::reason::Reason::code)
        ),
        ("reversed", Some("NOT_ELIGIBLE"))
    );
}

#[test]
fn what_waits_is_an_exception_until_it_is_decided() {
    let mut story = Story::<EvcRule>::begin();
    story.present(&line("1350.00"));
    let row = only(&rows::<Exceptions, _>(&story));
    assert_eq!(
        (row.code.as_deref(), row.amount),
        (Some("NO_EVIDENCE"), Some(euro("1350.00")))
    );
    story.evidence("C-1", 1, certificate(true));
    assert_eq!(rows::<Exceptions, _>(&story), BTreeMap::new());
}

#[test]
fn a_grant_in_the_pipeline_is_open_as_in_its_case() {
    let bare = application("STO-1", SchemeCode::Sto, SCHOOL);
    let grant = granted(bare.clone(), "10000.00");
    let asked = testkit::line("STO/R07-2023", "STO-1", date(2023, 10, 2), "8000.00");
    let mut story = Story::<CofinancingRule>::begin();
    let stands = |story: &Story<CofinancingRule>, stage: &str, open: &str| {
        let row = only(&rows::<Pipeline, _>(story));
        assert_eq!((row.stage.as_str(), row.open), (stage, euro(open)));
        assert_eq!(row.open, story.open("STO-1"));
    };
    story.application(bare);
    stands(&story, "applied", "0.00");
    story.application(grant.clone());
    stands(&story, "granted", "10000.00");
    story.present(&asked);
    stands(&story, "drawn", "2000.00");
    story.present(&credit(&asked, "N-1", "500.00"));
    stands(&story, "drawn", "2500.00");
    story.present(&credit(&asked, "N-2", "7500.00"));
    stands(&story, "granted", "10000.00");
    story.application(released(
        grant,
        "10000.00",
        crate::reason::ReleaseCause::NotClaimed,
        date(2023, 12, 31),
    ));
    stands(&story, "released", "0.00");
}

#[test]
fn the_budget_view_agrees_with_the_line_itself() {
    let mut story = Story::<CofinancingRule>::begin();
    story.application(granted(application("STO-1", SchemeCode::Sto, SCHOOL), "10000.00"));
    story.present(&testkit::line(
        "STO/R07-2023",
        "STO-1",
        date(2023, 10, 2),
        "8000.00",
    ));
    let row = only(&rows::<BudgetLines, _>(&story));
    let line = story.budget(2023, SchemeCode::Sto);
    assert_eq!((row.committed, row.charged), (line.committed(), line.realised()));
}
