//! What was written is read for ever: one stored event of each type, frozen in `fixtures/events`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use subsidy_domain::bank::{AccountEvent, StatementEvent};
use subsidy_domain::budget::BudgetEvent;
use subsidy_domain::claim::{ClaimEvent, Rule};
use subsidy_domain::counter::CounterEvent;
use subsidy_domain::document::DocumentEvent;
use subsidy_domain::fund::FundEvent;
use subsidy_domain::invoice::InvoiceEvent;
use subsidy_domain::package::PackageEvent;
use subsidy_domain::payee::PayeeEvent;
use subsidy_domain::payment::{BatchEvent, OrderEvent};
use subsidy_domain::period::PeriodEvent;
use subsidy_domain::recorded::Event;
use subsidy_domain::sample::SampleEvent;
use subsidy_domain::schemes::branch_exam::BranchExamRule;
use subsidy_domain::schemes::budget_coach::BudgetCoachRule;
use subsidy_domain::schemes::career_cheque::CareerChequeRule;
use subsidy_domain::schemes::cofinancing::CofinancingRule;
use subsidy_domain::schemes::ev_certification::EvCertificationRule;
use subsidy_domain::schemes::evc::EvcRule;
use subsidy_domain::schemes::mbo_exam::MboExamRule;
use subsidy_domain::schemes::programme::ProgrammeRule;
use subsidy_domain::schemes::training_day::TrainingDayRule;
use subsidy_domain::terms::TermsEvent;

use crate::support::year::year;
use crate::support::{files_below, read, root, rust_below};

/// What happened to the money of a line: stored under the name of its settlement.
const SETTLED: &str = "LineSettled";

/// Reads an event as its own type and writes it again.
type Again = fn(&str) -> Value;

/// Every aggregate type, with the enum of its events.
fn kinds() -> BTreeMap<&'static str, (&'static str, Again)> {
    BTreeMap::from([
        case::<MboExamRule>(),
        case::<EvcRule>(),
        case::<TrainingDayRule>(),
        case::<BranchExamRule>(),
        case::<CareerChequeRule>(),
        case::<BudgetCoachRule>(),
        case::<CofinancingRule>(),
        case::<EvCertificationRule>(),
        case::<ProgrammeRule>(),
        ("SchemeTerms", ("TermsEvent", again::<TermsEvent>)),
        ("BudgetLine", ("BudgetEvent", again::<BudgetEvent>)),
        ("Payee", ("PayeeEvent", again::<PayeeEvent>)),
        ("PilotPackage", ("PackageEvent", again::<PackageEvent>)),
        ("Invoice", ("InvoiceEvent", again::<InvoiceEvent>)),
        ("Document", ("DocumentEvent", again::<DocumentEvent>)),
        ("Counter", ("CounterEvent", again::<CounterEvent>)),
        ("Fund", ("FundEvent", again::<FundEvent>)),
        ("PaymentBatch", ("BatchEvent", again::<BatchEvent>)),
        ("PaymentOrder", ("OrderEvent", again::<OrderEvent>)),
        ("BankStatement", ("StatementEvent", again::<StatementEvent>)),
        ("BankAccount", ("AccountEvent", again::<AccountEvent>)),
        ("Period", ("PeriodEvent", again::<PeriodEvent>)),
        ("AuditSample", ("SampleEvent", again::<SampleEvent>)),
    ])
}

fn case<R: Rule>() -> (&'static str, (&'static str, Again)) {
    (R::AGGREGATE, ("ClaimEvent", again::<ClaimEvent<R::Evidence>>))
}

fn again<E: Serialize + DeserializeOwned>(payload: &str) -> Value {
    let event: E = serde_json::from_str(payload).unwrap_or_else(|error| panic!("{payload}: {error}"));
    serde_json::to_value(event).expect("an event has a JSON form")
}

/// A frozen event: aggregate type, event type, version, payload.
fn frozen() -> Vec<(String, String, String, String)> {
    files_below(&root().join("fixtures/events"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_str().expect("text");
            let parts: Vec<&str> = name.split('.').collect();
            let [kind, event, version] = parts.as_slice() else {
                panic!(
                    "{name} is not <aggregate type>.<event type>.v<version>, perhaps with -<what came later>"
                )
            };
            let (version, _later) = version.split_once('-').unwrap_or((*version, ""));
            let version = version.trim_start_matches('v').to_owned();
            ((*kind).to_owned(), (*event).to_owned(), version, read(&path))
        })
        .collect()
}

#[test]
fn every_frozen_event_is_read_whole() {
    let kinds = kinds();
    for (kind, event, version, payload) in frozen() {
        let name = format!("{kind}.{event}.v{version}");
        Event::decode(&kind, &version, &payload).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let stored: Value = serde_json::from_str(&payload).expect("JSON");
        assert_eq!(name_in(&stored), event, "{name}");
        let (_, again) = kinds[kind.as_str()];
        assert_eq!(
            again(&payload),
            stored,
            "{name}: a field was lost or written otherwise"
        );
    }
}

/// The name under which a payload is stored: its own, or what happened to the money of a line that is settled.
fn name_in(payload: &Value) -> &str {
    match only_key(payload) {
        (SETTLED, settled) => only_key(&settled["settlement"]).0,
        (name, _) => name,
    }
}

fn only_key(value: &Value) -> (&str, &Value) {
    let mut keys = value.as_object().expect("an object").iter();
    let (key, inner) = keys.next().expect("a key");
    assert!(keys.next().is_none(), "one key and no other: {value}");
    (key, inner)
}

#[test]
fn every_event_type_is_frozen() {
    let frozen: BTreeSet<(String, String)> = frozen()
        .into_iter()
        .map(|(kind, event, _, _)| (kind, event))
        .collect();
    let kinds = kinds();
    let mut missing = Vec::new();
    for (events, variants) in event_enums() {
        let of_it: Vec<&str> = kinds
            .iter()
            .filter(|(_, (name, _))| *name == events)
            .map(|(kind, _)| *kind)
            .collect();
        assert!(
            !of_it.is_empty(),
            "{events}: tell kinds() in tests/frozen.rs under which aggregate type it is stored"
        );
        for variant in variants {
            let has = |kind: &str| frozen.contains(&(kind.to_owned(), variant.clone()));
            if variant.starts_with("Evidence") {
                // Evidence differs by case; cofinancing has none beside its grant.
                let lacking = of_it.iter().filter(|kind| **kind != "Cofinancing" && !has(kind));
                missing.extend(lacking.map(|kind| format!("{kind}.{variant}")));
            } else if !of_it.iter().any(|kind| has(kind)) {
                missing.push(format!("{}.{variant}", of_it[0]));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "freeze one of each in fixtures/events, as a .v1.json: {missing:?}"
    );
}

/// The enums of events in the domain's source, with the names under which their variants are stored.
fn event_enums() -> BTreeMap<String, Vec<String>> {
    let mut all = public_enums();
    let settlements = all.remove("Settlement").expect("the settlements of a line");
    let mut enums: BTreeMap<String, Vec<String>> = all
        .into_iter()
        .filter(|(name, _)| name.ends_with("Event") && name != "Event")
        .collect();
    for variants in enums.values_mut() {
        if variants.iter().any(|variant| variant == SETTLED) {
            variants.retain(|variant| variant != SETTLED);
            variants.extend(settlements.iter().cloned());
        }
    }
    assert!(enums.len() >= 14, "{:?}", enums.keys());
    enums
}

/// The public enums of the domain's source, with their variants.
fn public_enums() -> BTreeMap<String, Vec<String>> {
    let mut enums = BTreeMap::new();
    for (_, text) in rust_below(&root().join("crates/domain/src")) {
        for (at, _) in text.match_indices("\npub enum ") {
            let rest = &text[at + "\npub enum ".len()..];
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
            let body = &rest[..rest.find("\n}").expect("the end of the enum")];
            let variants = body
                .lines()
                .filter_map(|line| line.strip_prefix("    "))
                .filter(|line| line.starts_with(char::is_uppercase))
                .map(|line| line.chars().take_while(|c| c.is_alphanumeric()).collect())
                .collect();
            enums.insert(name, variants);
        }
    }
    enums
}

#[test]
fn every_event_type_that_the_year_holds_is_frozen() {
    let frozen: BTreeSet<(String, String)> = frozen()
        .into_iter()
        .map(|(kind, event, _, _)| (kind, event))
        .collect();
    let held: BTreeSet<(String, String)> = year()
        .ledger
        .records(..)
        .expect("records")
        .map(|record| record.expect("a record"))
        .map(|record| (record.stream.kind.as_str().to_owned(), record.event_type))
        .collect();
    let missing: Vec<_> = held.difference(&frozen).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
