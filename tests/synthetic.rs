//! Fourteen invoices as a school or trainer would send them, each with its expected end.
//!
//! They name no scheme and no learner in our terms, so what their lines are for is not known: one that is sound is received and then
//! parked for that alone (`NOT_IDENTIFIED`). Held against the expectations is what becomes of the document.

use std::collections::BTreeMap;

use jiff::civil::date;
use subsidy_domain::document::{DocumentEvent, DocumentFault};
use subsidy_domain::invoice::InvoiceEvent;
use subsidy_domain::reason::Reason;
use subsidyd::intake::Became;

use crate::support::fund::Fund;
use crate::support::standards::synthetic_invoices;

const PAYEES: &str = "kvk;oin;naam;soort;brin;btw;iban\n\
                      30012345;;Stichting ROC Voorbeeldstad;school;99YA;vrijgesteld;NL44RABO0123456789\n\
                      ;00000001123456782000;ROC Overheidsvoorbeeld;school;99YB;vrijgesteld;NL44RABO0123456789\n\
                      30087654;;Opleider Voorbeeld B.V.;opleider;;belast;NL02ABNA0123456789\n";

/// What becomes of a document.
#[derive(Debug, PartialEq, Eq)]
enum End {
    /// Received under its number; its lines wait for what they are for.
    Received,
    /// Received under its number, and held for this before any of it is paid.
    Held(&'static str),
    /// Parked whole for this, and not received.
    Parked(&'static str),
    /// Parked whole for breaking this rule, and not received.
    Broken(&'static str),
    /// Set apart for breaking this rule: who sent it cannot be told.
    Nameless(&'static str),
    /// Set apart for this: nothing of it is recorded.
    Quarantined(&'static str),
}

/// For each file: what is expected of it, in the words of the list of expectations, and how it ends here.
const ENDS: &[(&str, &str, End)] = &[
    ("roc-exempt-kvk.xml", "valid", End::Received),
    ("roc-exempt-oin.xml", "valid", End::Received),
    ("innovam-mixed-vat.xml", "valid", End::Received),
    ("roc-creditnote.xml", "valid", End::Received),
    (
        "roc-creditnote-no-ref.xml",
        "schema-valid, business-hold",
        End::Parked("CREDIT_NO_REF"),
    ),
    ("roc-no-reference.xml", "invalid", End::Broken("BR-NL-2")),
    ("roc-wrong-total-cent.xml", "invalid", End::Broken("BR-CO-16")),
    ("innovam-vat-wrong.xml", "invalid", End::Broken("BR-CO-15")),
    ("roc-kvk-wrong-scheme.xml", "invalid", End::Nameless("BR-NL-1")),
    (
        "business-duplicate-number.xml",
        "schema-valid, business-reject",
        End::Parked("NUMBER_REUSED"),
    ),
    (
        "business-changed-iban.xml",
        "schema-valid, business-hold",
        End::Held("IBAN_CHANGED"),
    ),
    (
        "business-bsn-in-line.xml",
        "schema-valid, privacy-quarantine",
        End::Quarantined("PERSONAL_DATA"),
    ),
    (
        "business-bad-iban.xml",
        "schema-valid, business-reject",
        End::Parked("IBAN_CHECKSUM"),
    ),
    (
        "business-future-date.xml",
        "schema-valid, business-hold",
        End::Parked("FUTURE_DATE"),
    ),
];

/// A fund that knows the three parties, on the day after which none of the sound ones is dated.
fn fund() -> Fund {
    let mut fund = Fund::empty();
    fund.on(date(2026, 11, 22));
    let payees = fund.send("payees.csv", PAYEES);
    assert_eq!((payees.taken, payees.faults.len()), (3, 0));
    fund
}

/// What the records say of the document that was sent last.
struct Recorded {
    received: bool,
    parked_for: Vec<Reason>,
    set_apart_for: Option<Reason>,
    faults: Vec<DocumentFault>,
    rule_sets: Vec<String>,
}

fn recorded(fund: &Fund, from: u64) -> Recorded {
    let mut told = Recorded {
        received: false,
        parked_for: Vec::new(),
        set_apart_for: None,
        faults: Vec::new(),
        rule_sets: Vec::new(),
    };
    for record in fund.records_after(from) {
        if let Ok(event) = serde_json::from_str::<InvoiceEvent>(&record.payload) {
            let conformance = match event {
                InvoiceEvent::InvoiceReceived { conformance, .. } => {
                    told.received = true;
                    conformance
                }
                InvoiceEvent::InvoiceParked {
                    reasons,
                    faults,
                    conformance,
                    ..
                } => {
                    told.parked_for.extend(reasons);
                    told.faults.extend(faults);
                    conformance
                }
                InvoiceEvent::InvoiceRepeated { .. } | InvoiceEvent::InvoiceCredited { .. } => None,
            };
            let sets = conformance.into_iter().flat_map(|told| told.rule_sets);
            told.rule_sets
                .extend(sets.map(|set| format!("{} {}", set.name, set.version)));
        } else if let Ok(DocumentEvent::DocumentQuarantined { reason, faults, .. }) =
            serde_json::from_str(&record.payload)
        {
            told.set_apart_for = Some(reason);
            told.faults.extend(faults);
        }
    }
    told
}

fn codes(reasons: &[Reason]) -> Vec<&'static str> {
    reasons.iter().map(Reason::code).collect()
}

#[test]
fn the_fourteen_synthetic_invoices_end_as_is_expected_of_them() {
    let Some(folder) = synthetic_invoices() else {
        return;
    };
    let mut reader = csv::Reader::from_path(folder.join("expected.csv")).expect("the expectations");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    let ends: BTreeMap<&str, (&str, &End)> = ENDS
        .iter()
        .map(|(file, expected, end)| (*file, (*expected, end)))
        .collect();
    assert_eq!(rows.len(), ENDS.len());

    let mut fund = fund();
    for row in rows {
        let (file, expected) = (&row[0], &row[1]);
        let (known, end) = ends[file];
        assert_eq!(known, expected, "{file}");
        let before = fund.size();
        let summary = fund.take_path(folder.join(file));
        let [report] = summary.files.as_slice() else {
            panic!("{file}: {summary:?}")
        };
        let told = recorded(&fund, before);
        let why = codes(&told.parked_for);
        let broken = |rule: &str| told.faults.iter().any(|fault| fault.code == rule);
        let judged = ["UBL 2.1", "EN 16931 1.3.16", "NLCIUS 2.0.3.13"];
        match end {
            End::Received => {
                assert!(told.received, "{file}: {why:?}");
                assert_eq!(why, ["NOT_IDENTIFIED"], "{file}");
                assert_eq!(told.rule_sets[..3], judged, "{file}");
            }
            End::Held(reason) => {
                assert!(told.received, "{file}");
                assert_eq!(why, [*reason, "NOT_IDENTIFIED"], "{file}");
                assert!(matches!(report.became, Became::Parked { .. }), "{file}");
            }
            End::Parked(reason) => {
                assert!(!told.received, "{file}");
                assert_eq!(why, [*reason], "{file}");
                assert_eq!(told.rule_sets[..3], judged, "{file}");
            }
            End::Broken(rule) => {
                assert!(!told.received, "{file}");
                assert!(why.contains(&"RULES_BROKEN"), "{file}: {why:?}");
                assert!(broken(rule), "{file}: {:?}", told.faults);
            }
            End::Nameless(rule) => {
                let reason = Reason::RulesBroken {
                    rules: vec![(*rule).to_owned()],
                };
                assert_eq!(told.set_apart_for, Some(reason), "{file}");
                assert!(broken(rule), "{file}: {:?}", told.faults);
            }
            End::Quarantined(reason) => {
                let apart = told.set_apart_for.as_ref().map(Reason::code);
                assert_eq!(apart, Some(*reason), "{file}");
                assert_eq!(fund.size(), before + 1, "{file}: nothing else of it is recorded");
            }
        }
    }
}
