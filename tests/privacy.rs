//! No person is in the ledger, and the key to them can be destroyed.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use jiff::civil::date;
use sha2::{Digest, Sha256};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::Basis;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::clock::Clock;
use subsidyd::intake::{Became, Intake, IntakeError};
use subsidyd::lang::Lang;
use subsidyd::projection::{self, AsAt};
use subsidyd::report::{self, Lens};

use crate::support::figures::{Figures, claims};
use crate::support::fund::{BRIN, Fund, bytes_of, holds};
use crate::support::papers::{exam, invoice, pass, results};
use crate::support::year::{copy_of_the_year, year};
use crate::support::{files_below, fixtures};

/// A number that passes the test of a citizen service number.
const BSN: &str = "123456782";

/// Every number of a learner that occurs in the inbox.
fn candidates() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for file in files_below(&fixtures().join("inbox")) {
        let bytes = fs::read(&file).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        for (at, _) in text.match_indices("FXK-") {
            let digits: String = text[at + 4..].chars().take_while(char::is_ascii_digit).collect();
            found.insert(format!("FXK-{digits}"));
        }
    }
    found
}

/// Every report in both languages, as JSON.
fn reports(ledger: &Ledger) -> String {
    let mut all = String::new();
    let year = FiscalYear::new(2023);
    for lang in [Lang::Nl, Lang::En] {
        let lens = Lens {
            ledger,
            as_at: AsAt::Now,
            lang,
        };
        let today = date(2024, 2, 12);
        let mut sheets = vec![
            report::exceptions(lens, today).expect("a report"),
            report::unclaimed(lens, today).expect("a report"),
            report::trace(lens, "R23-2023-004")
                .expect("a report")
                .expect("an invoice"),
        ];
        for basis in Basis::ALL {
            sheets.push(report::budget(lens, year, *basis).expect("a report"));
            sheets.push(report::concentration(lens, year, *basis, SchemeCode::MboExam).expect("a report"));
        }
        all.extend(sheets.iter().map(|sheet| sheet.to_json().to_string()));
    }
    all
}

#[test]
fn no_number_of_a_learner_and_no_citizen_service_number_is_in_the_ledger_or_a_report() {
    let candidates = candidates();
    assert!(candidates.len() > 6_000, "{} learners", candidates.len());
    let bytes = bytes_of(&year().path);
    let reports = reports(&year().ledger);
    for (name, text) in [("ledger", bytes.as_slice()), ("reports", reports.as_bytes())] {
        // Every number of a learner begins so, in either case.
        assert!(
            !holds(text, "FXK-") && !holds(text, "fxk-"),
            "a learner's number in the {name}"
        );
        assert!(!holds(text, BSN), "a citizen service number in the {name}");
        assert!(!holds(text, "kandidaat"), "the attribute in the {name}");
    }
    assert!(holds(&bytes, "LinePresented"), "the search finds what is there");
    assert!(holds(&bytes, "FXR-2002451"), "evidence numbers are kept");
}

#[test]
fn a_pseudonym_is_not_to_be_had_without_the_secret() {
    let register = claims(&year().ledger);
    let learners: BTreeSet<&str> = register
        .values()
        .filter_map(|row| row.presented.learner.as_ref())
        .map(|learner| learner.as_str())
        .collect();
    assert!(learners.len() > 4_000, "{} learners", learners.len());
    let secret = subsidyd::secret::read(&fixtures().join("learner.key")).expect("the secret");
    let (mut known, mut guessed) = (0, 0_usize);
    for candidate in candidates() {
        known += usize::from(learners.contains(secret.pseudonym(&candidate).as_str()));
        let guess = LearnerSecret::new([0; 32]).pseudonym(&candidate);
        let digest: String = Sha256::digest(&candidate)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        guessed += usize::from(learners.contains(guess.as_str()));
        guessed += usize::from(learners.contains(&digest[..32]));
    }
    assert_eq!(known, learners.len(), "with the secret they are found");
    assert_eq!(guessed, 0);
}

#[test]
fn without_the_learner_secret_every_figure_and_proof_stands() {
    // The ledger's file alone, in a folder without any key.
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy_of_the_year(folder.path());
    let ledger = Ledger::open(&path, Opening::Existing).expect("the ledger");
    let verified = ledger.verify(&mut |_, _| {}).expect("verified");
    assert_eq!(verified.root, year().ledger.head().expect("a head").root);
    for (name, rebuilt) in projection::rebuild(&ledger, None)
        .expect("rebuilt")
        .expect("views")
    {
        assert_eq!(rebuilt.differing, Some(0), "{name}");
    }
    assert_eq!(Figures::of(&ledger), Figures::of(&year().ledger));
    assert_eq!(reports(&ledger), reports(&year().ledger));
}

#[test]
fn another_learner_secret_is_refused_before_anything_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy_of_the_year(folder.path());
    let ledger = Arc::new(Ledger::open(&path, Opening::Existing).expect("the ledger"));
    let before = ledger.head().expect("a head");
    let other = LearnerSecret::new([9; 32]);
    let refused = Intake::open(Arc::clone(&ledger), other, Clock::Wall);
    assert!(matches!(refused, Err(IntakeError::Secret(_))));
    assert_eq!(ledger.head().expect("a head"), before);
}

#[test]
fn a_list_with_a_citizen_service_number_for_a_learner_is_set_apart_whole() {
    let mut fund = Fund::open();
    let before = fund.size();
    let rows = [
        pass("R-1", "K-1", "PA-1", "2023-03-15", BRIN),
        pass("R-2", BSN, "PA-1", "2023-03-15", BRIN),
    ];
    let report = fund.send("results.csv", results(&rows));
    assert!(matches!(&report.became, Became::Quarantined { reason } if reason.code() == "PERSONAL_DATA"));
    assert_eq!(fund.size(), before + 1, "that it came, and nothing of it");
    let bytes = fund.bytes();
    assert!(!holds(&bytes, BSN) && !holds(&bytes, "R-1"));
    // Sent again without, it is taken.
    assert_eq!(
        fund.send("results.csv", results(&rows[..1])).became,
        Became::Taken
    );
}

#[test]
fn an_invoice_with_a_citizen_service_number_in_a_text_is_set_apart_whole() {
    let mut fund = Fund::open();
    let mut bill = invoice("F-1", [exam("PA-1", "K-1", "R-1", "2023-03-15")]);
    bill.note = format!("BSN van de kandidaat: {BSN}");
    let before = fund.size();
    let report = fund.send("invoice.xml", bill.xml());
    assert!(matches!(report.became, Became::Quarantined { .. }));
    assert_eq!(fund.size(), before + 1);
    assert!(!holds(&fund.bytes(), BSN) && !holds(&fund.bytes(), "F-1"));
}
