use std::collections::BTreeSet;
use std::fmt::Debug;

use cqrs_es::DomainEvent;
use jiff::civil::date;

use super::*;
use crate::aggregate::EVENT_VERSION;
use crate::budget::{Booking, Budget, BudgetLineId, Quantity};
use crate::calendar::{Allocation, FiscalYear};
use crate::claim::{
    Application, ApprovalOrder, Approver, Award, Drawn, GrantDecision, Presented, Release, Share,
};
use crate::counter::{Delivery, Figure, Reference};
use crate::document::{DestroyedFor, DocumentFault, ReadFor};
use crate::ids::{OriginalId, Provenance};
use crate::invoice::{AppliedRules, Conformance, InvoiceHead, InvoiceKind};
use crate::reason::{Reason, ReleaseCause};
use crate::schemes::branch_exam::{Branch, BranchExamKind, ExamProtocol};
use crate::schemes::budget_coach::{CoachingCase, CoachingKind};
use crate::schemes::career_cheque::Redemption;
use crate::schemes::ev_certification::{EvCertificate, EvExamBody};
use crate::schemes::evc::EvcCertificate;
use crate::schemes::mbo_exam::{Booker, ExamResult, Holder, Outcome};
use crate::schemes::programme::Agreement;
use crate::schemes::training_day::{Attendance, Level, Participant, SubBranch};
use crate::terms::{BudgetPolicy, TariffRef};
use crate::testkit::{self, SCHOOL, euro};
use crate::view::{
    BudgetLines, Claims, Counters, Exceptions, Invoices, Payees, Pipeline, Realisation, Unclaimed, View,
};

const DAY: Date = date(2023, 5, 10);

fn id<Id: std::str::FromStr<Err: Debug>>(text: &str) -> Id {
    text.parse().expect("an id")
}

fn evc_2023() -> BudgetLineId {
    BudgetLineId {
        year: FiscalYear::new(2023),
        scheme: SchemeCode::Evc,
    }
}

fn line() -> Presented {
    Presented {
        vat: euro("1.00"),
        credits: Some(testkit::line_ref(SCHOOL, "F-0", "1")),
        submitter: Some(id("s1")),
        ..testkit::line("EVC/APK", "C-1", DAY, "1400.00")
    }
}

fn award() -> Award {
    Award {
        scheme: SchemeCode::Evc,
        entitlement: id("APK"),
        category: id("APK"),
        evidence: Some(id("C-1")),
        application: Some(id("A-1")),
        tariff: Some(TariffRef {
            scheme: SchemeCode::Evc,
            key: id("*"),
            version: "2023".to_owned(),
            provenance: Provenance::Public,
        }),
        performed_on: DAY,
        basis_date: DAY,
        invoice_date: DAY,
        decided_on: DAY,
        claimed: euro("1400.00"),
        amount: euro("1350.00"),
        allocations: vec![Allocation {
            year: FiscalYear::new(2023),
            units: 1,
            amount: euro("1350.00"),
        }],
        drawn: Some(Drawn {
            line: evc_2023(),
            quantity: Quantity::one(euro("1350.00")),
        }),
        package: Some(id("P-1")),
        remarks: vec![Reason::TariffDiff {
            claimed: euro("1400.00"),
            tariff: euro("1350.00"),
        }],
    }
}

fn application() -> Application {
    Application {
        valid_until: Some(DAY),
        decision: Some(decision()),
        release: Some(release()),
        ..crate::story::application("A-1", SchemeCode::Evc, SCHOOL)
    }
}

fn decision() -> GrantDecision {
    GrantDecision::Granted {
        amount: euro("1350.00"),
        on: DAY,
    }
}

fn release() -> Release {
    Release {
        amount: euro("1350.00"),
        cause: ReleaseCause::Stopped,
        on: DAY,
    }
}

/// Every event of a case that is not about evidence.
fn of_lines<P>() -> Vec<ClaimEvent<P>> {
    let (on, key) = (DAY, line().line);
    let year = FiscalYear::new(2023);
    vec![
        ClaimEvent::ApplicationRecorded {
            application: application(),
            source: testkit::source(),
            on,
        },
        ClaimEvent::GrantDecided {
            application: id("A-1"),
            scheme: SchemeCode::Evc,
            year,
            decision: decision(),
        },
        ClaimEvent::CommitmentReleased {
            application: id("A-1"),
            scheme: SchemeCode::Evc,
            year,
            units: 1,
            release: release(),
        },
        ClaimEvent::LinePresented { line: line() },
        ClaimEvent::LineParked {
            line: key.clone(),
            scheme: SchemeCode::Evc,
            reason: Reason::NoEvidence {},
            on,
        },
        ClaimEvent::LineAllowed {
            line: key.clone(),
            obstacle: "BUDGET".to_owned(),
            share: Some(Share {
                budget: evc_2023(),
                amount: euro("1000.00"),
            }),
            decision: id("D-1"),
            by: Some(id("s1")),
            on,
        },
        ClaimEvent::LineRejected {
            line: key.clone(),
            reason: Reason::NotEligible {},
            by: Some((id("D-1"), id("s1"))),
            on,
        },
        ClaimEvent::LineMatched {
            line: key.clone(),
            award: award(),
        },
        ClaimEvent::LineApproved {
            line: key.clone(),
            order: ApprovalOrder::First,
            by: Approver {
                subject: id("s1"),
                account: "anna".to_owned(),
            },
            payable: None,
            on,
        },
        ClaimEvent::LineReversed {
            by: None,
            line: key.clone(),
            reason: Reason::ResultRevoked {},
            award: award(),
            approved: true,
            on,
        },
        ClaimEvent::LineCredited {
            line: key.clone(),
            of: key,
            award: Some(award()),
            approved: false,
            credited: euro("60.00"),
            amount: euro("10.00"),
            allocations: award().allocations,
            on,
        },
    ]
}

fn of_evidence<P: Clone>(proof: &P) -> Vec<ClaimEvent<P>> {
    let (version, on) = (1, DAY);
    vec![
        ClaimEvent::EvidenceRecorded {
            id: id("E-1"),
            version,
            proof: proof.clone(),
            source: testkit::source(),
            on,
        },
        ClaimEvent::EvidenceReplaced {
            id: id("E-1"),
            version: 2,
            proof: proof.clone(),
            source: testkit::source(),
            on,
        },
    ]
}

/// Checks that what is written is read back as what it was; returns the names of the events.
fn check<E>(kind: &str, events: Vec<E>, expected: fn(E) -> Event) -> BTreeSet<String>
where
    E: Serialize + DomainEvent + Clone,
{
    let mut names = BTreeSet::new();
    for event in events {
        let payload = serde_json::to_string(&event).expect("written");
        assert!(payload.contains(&event.event_type()), "{payload} tells its name");
        assert_eq!(event.event_version(), EVENT_VERSION);
        names.insert(event.event_type());
        let read = Event::decode(kind, EVENT_VERSION, &payload).expect("read");
        check_followed(kind, &event.event_type(), &read);
        assert_eq!(read, expected(event), "{payload}");
    }
    names
}

fn check_view<V: View>(family: Family, event_type: &str, recorded: &Recorded) {
    let mut keys = Vec::new();
    V::keys(recorded, &mut keys);
    assert!(
        keys.is_empty() || V::follows(family, event_type),
        "{} passes over {event_type}, which touches {keys:?}",
        V::NAME
    );
    // A type that is not known yet may touch what a known one of its family touches.
    assert!(
        keys.is_empty() || V::follows(family, "NotYetKnown"),
        "{}",
        V::NAME
    );
}

/// Checks that no view says no to an event that touches a row of it.
fn check_followed(kind: &str, event_type: &str, event: &Event) {
    let family = Family::of(kind, EVENT_VERSION).expect("a family");
    let recorded = Recorded {
        position: 1,
        recorded_at: Timestamp::UNIX_EPOCH,
        kind: kind.to_owned(),
        id: "an-id".to_owned(),
        sequence: 1,
        event: event.clone(),
    };
    check_view::<BudgetLines>(family, event_type, &recorded);
    check_view::<Claims>(family, event_type, &recorded);
    check_view::<Counters>(family, event_type, &recorded);
    check_view::<Exceptions>(family, event_type, &recorded);
    check_view::<Invoices>(family, event_type, &recorded);
    check_view::<Payees>(family, event_type, &recorded);
    check_view::<Pipeline>(family, event_type, &recorded);
    check_view::<Realisation>(family, event_type, &recorded);
    check_view::<Unclaimed>(family, event_type, &recorded);
}

fn check_case<R: Rule>(proof: Option<&R::Evidence>) {
    let mut events = of_lines::<R::Evidence>();
    events.extend(proof.into_iter().flat_map(of_evidence));
    let told = events.len();
    let names = check(R::AGGREGATE, events, |event| Event::Claim(event.with_facts()));
    assert_eq!(names.len(), told, "each event once");
}

#[test]
fn every_event_of_a_case_is_read_back_as_it_was_written() {
    check_case::<MboExamRule>(Some(&ExamResult {
        exam: "PA-001".to_owned(),
        booked_on: DAY,
        examined_on: DAY,
        attempt: 1,
        outcome: Outcome::Passed,
        booked_by: Booker::School(id("99AA")),
        held_by: Holder::ExamBody,
    }));
    check_case::<EvcRule>(Some(&EvcCertificate {
        standard: "APK".to_owned(),
        issued_on: DAY,
        provider_recognised: true,
        in_sector: true,
    }));
    check_case::<TrainingDayRule>(Some(&Attendance {
        scheme: SchemeCode::RptPilot,
        day: DAY,
        sub_branch: SubBranch::TwoWheeler,
        level: Some(Level::LateralEntry),
        participant: Participant::FirstYear,
        present: true,
        affiliated: true,
        package: Some(id("P-1")),
        module_on: Some(DAY),
        training: Some(id("LZ")),
    }));
    check_case::<BranchExamRule>(Some(&ExamProtocol {
        exam: BranchExamKind::Basic,
        branch: Branch::Scooter,
        core_task: Some(2),
        attempt: 2,
        examined_on: DAY,
        took_part: true,
        referred_by_uwv: true,
        job_guarantee: true,
    }));
    check_case::<CareerChequeRule>(Some(&Redemption {
        redeemed_on: DAY,
        supplier: id(SCHOOL),
    }));
    check_case::<BudgetCoachRule>(Some(&CoachingCase {
        requested_on: DAY,
        started_on: Some(DAY),
        kind: Some(CoachingKind::FinancialCoaching),
        completed_on: Some(DAY),
    }));
    check_case::<CofinancingRule>(None);
    check_case::<EvCertificationRule>(Some(&EvCertificate {
        exam_body: EvExamBody::Ecarr,
        examined_on: DAY,
        issued_on: DAY,
        passed: true,
    }));
    check_case::<ProgrammeRule>(Some(&Agreement {
        scheme: SchemeCode::OnStage,
        contractor: id(SCHOOL),
        region: Some(id("R07")),
        from: DAY,
        until: DAY,
        amount: Some(euro("60000.00")),
        decision: id("B-1"),
    }));
}

#[test]
fn every_event_of_terms_and_budgets_is_read_back_as_it_was_written() {
    let terms = testkit::terms(BudgetPolicy::Queue);
    let tariff = testkit::tariff(SchemeCode::Evc, "*", "2023", "1350.00", DAY, Some(DAY));
    let exam_type = testkit::exam_type("PA-001", "A", "PA-001");
    let names = check(
        "SchemeTerms",
        vec![
            TermsEvent::TermsAdopted { terms: terms.clone() },
            TermsEvent::TermsAmended { terms },
            TermsEvent::TariffAdopted { tariff },
            TermsEvent::ExamTypeAdopted {
                exam_type: exam_type.clone(),
            },
            TermsEvent::ExamTypeAmended { exam_type },
        ],
        Event::Terms,
    );
    assert_eq!(names.len(), 5);

    let (line, decided_on, one) = (evc_2023(), DAY, Quantity::one(euro("-1.00")));
    let names = check(
        "BudgetLine",
        vec![
            BudgetEvent::BudgetAdopted {
                line,
                budget: Budget {
                    units: Some(50),
                    amount: euro("67500.00"),
                },
                decision: id("B-1"),
                decided_on,
                provenance: Provenance::Public,
            },
            BudgetEvent::BudgetAmended {
                line,
                change: one,
                counterpart: Some(SchemeCode::Rpt),
                decision: id("B-2"),
                decided_on,
            },
            BudgetEvent::BudgetDivided {
                line,
                amount: one.amount,
                claims: 2,
                decision: id("B-4"),
                decided_on,
            },
            BudgetEvent::AccrualRecorded {
                line,
                accrued: one,
                decision: id("B-3"),
                decided_on,
            },
            BudgetEvent::BudgetBooked {
                line,
                booking: Booking {
                    committed: one,
                    realised: one,
                },
                against_accrual: one,
                prior_period: one,
                source: testkit::source(),
                on: DAY,
            },
            BudgetEvent::BudgetExceeded {
                line,
                beyond: one,
                source: testkit::source(),
                on: DAY,
            },
        ],
        Event::Budget,
    );
    assert_eq!(names.len(), 6);
}

#[test]
fn every_event_of_payees_packages_and_papers_is_read_back_as_it_was_written() {
    let facts = testkit::school(SCHOOL, "99AA");
    check(
        "Payee",
        vec![PayeeEvent::PayeeRegistered {
            facts,
            source: testkit::source(),
        }],
        Event::Payee,
    );
    let (package, line) = (id("P-1"), line().line);
    let funded = PackageEvent::PackageDayFunded {
        package: id("P-1"),
        line: line.clone(),
    };
    let given_back = PackageEvent::PackageDayGivenBack { package, line };
    assert_eq!(
        check("PilotPackage", vec![funded, given_back], Event::Package).len(),
        2
    );

    let document = testkit::source().document;
    let head = InvoiceHead {
        payee: id(SCHOOL),
        number: crate::ids::InvoiceNumber::new("F-1").expect("a number"),
        kind: InvoiceKind::CreditNote,
        issue_date: DAY,
        lines: 1,
        net: euro("100.00"),
        vat: euro("21.00"),
        payable: euro("121.00"),
        document: document.clone(),
        received_on: DAY,
    };
    let (payee, number) = (head.payee.clone(), head.number.clone());
    let invoices = vec![
        InvoiceEvent::InvoiceRepeated {
            payee: payee.clone(),
            number: number.clone(),
            document: document.clone(),
            on: DAY,
        },
        InvoiceEvent::InvoiceParked {
            payee,
            number,
            faults: vec![],
            reasons: vec![Reason::TotalMismatch {}, Reason::NumberReused { earlier: DAY }],
            conformance: None,
            document: document.clone(),
            on: DAY,
        },
        InvoiceEvent::InvoiceCredited {
            payee: head.payee.clone(),
            number: head.number.clone(),
            by: crate::ids::InvoiceNumber::new("C-1").expect("a number"),
            total: euro("121.00"),
            document: document.clone(),
            on: DAY,
        },
        InvoiceEvent::InvoiceReceived {
            head,
            conformance: Some(Conformance {
                rule_sets: vec![AppliedRules {
                    name: "NLCIUS".to_owned(),
                    version: "2.0.3.13".to_owned(),
                }],
                warnings: vec![],
            }),
        },
    ];
    assert_eq!(check("Invoice", invoices, Event::Invoice).len(), 4);

    let faults = vec![DocumentFault {
        code: "UNREADABLE".to_owned(),
        line: Some(3),
        column: Some(7),
        field: Some("bedrag".to_owned()),
    }];
    let documents = vec![
        DocumentEvent::DocumentTaken {
            document: document.clone(),
            kind: "results".to_owned(),
            taken: 12,
            faults: faults.clone(),
            originals: vec![OriginalId::from_bytes([7; 32])],
            on: DAY,
        },
        DocumentEvent::OriginalsRead {
            document: document.clone(),
            originals: vec![OriginalId::from_bytes([7; 32])],
            by: id("officer-1"),
            purpose: ReadFor::Objection,
            decision: Some(id("D-1")),
            on: DAY,
        },
        DocumentEvent::OriginalsDestroyed {
            document: document.clone(),
            originals: vec![OriginalId::from_bytes([7; 32])],
            by: id("officer-1"),
            ground: DestroyedFor::NotAllowed,
            decision: id("D-1"),
            on: DAY,
        },
        DocumentEvent::DocumentQuarantined {
            document,
            reason: Reason::PersonalData {},
            faults,
            originals: Vec::new(),
            on: DAY,
        },
    ];
    assert_eq!(check("Document", documents, Event::Document).len(), 4);
}

#[test]
fn every_event_of_counters_and_the_fund_is_read_back_as_it_was_written() {
    let delivered = CounterEvent::ServiceDelivered(Delivery {
        service: id("coaching"),
        part: Some(id("advies")),
        month: DAY,
        count: Some(12),
        target: Some(2500),
        source: testkit::source(),
    });
    let referred = CounterEvent::ReferenceRecorded(Reference {
        scheme: SchemeCode::Rpt,
        year: FiscalYear::new(2023),
        category: id("*"),
        figure: Figure::Requested,
        count: 6000,
        source: testkit::source(),
    });
    assert_eq!(
        check("Counter", vec![delivered, referred], Event::Counter).len(),
        2
    );
    check(
        "Fund",
        vec![FundEvent::LearnerSecretAdopted {
            check: "a1".to_owned(),
        }],
        Event::Fund,
    );
}

#[test]
fn what_this_program_does_not_know_is_told_apart() {
    let fund = r#"{"LearnerSecretAdopted":{"check":"a1"}}"#;
    assert!(matches!(
        Event::decode("Fund", "2", fund),
        Err(DecodeError::UnknownVersion { .. })
    ));
    assert!(matches!(
        Event::decode("Payment", "1", fund),
        Err(DecodeError::UnknownKind { .. })
    ));
    assert!(matches!(
        Event::decode("Payee", "1", fund),
        Err(DecodeError::Payload { .. })
    ));
}
