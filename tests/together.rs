//! Two programs on one ledger: neither loses, doubles or holds up what the other does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::date;
use subsidy_domain::budget::Quantity;
use subsidy_domain::view::BudgetLines;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::Intake;

use crate::support::figures::{Figures, compared, rows};
use crate::support::files_below;
use crate::support::fund::{BRIN, Fund, IBAN, secret};
use crate::support::papers::{SCHOOL, exam, invoice, one_pass, payee, tariff, terms};
use crate::support::receipt::{Receipt, no_pair_twice, take};
use crate::support::shuffle::shuffle;
use crate::support::year::days_until;

/// The files of the first weeks of the year, below a folder.
fn first_weeks(folder: &Path) -> PathBuf {
    days_until(date(2023, 3, 15), folder).join("inbox")
}

#[test]
fn two_who_take_in_the_same_files_at_once_record_them_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let files = [first_weeks(folder.path())];
    let alone = Receipt::empty();
    alone.take(&files);

    let path = folder.path().join("shared.db");
    let open = || Arc::new(Ledger::open(&path, Opening::Create).expect("a ledger"));
    let (one, other) = (open(), open());
    std::thread::scope(|scope| {
        for ledger in [&one, &other] {
            scope.spawn(|| take(ledger, &files));
        }
    });
    one.verify(&mut |_, _| {}).expect("the ledger agrees with itself");
    no_pair_twice(&one);
    assert_eq!(
        alone.figures().differences(&Figures::of(&one)),
        Vec::<String>::new()
    );
    // One may park what the other was about to bring; beside that, each event is there once.
    assert_eq!(
        compared(&kept_once(&alone.ledger), &kept_once(&one)),
        Vec::<String>::new()
    );
}

/// How often each kind of event was recorded, but for what tells of waiting and for the bookings, of which one gathers what a call decides.
fn kept_once(ledger: &Ledger) -> BTreeMap<(String, String), usize> {
    let mut counts = BTreeMap::new();
    for record in ledger.records(..).expect("records") {
        let record = record.expect("a record");
        if record.event_type != "LineParked" && record.event_type != "BudgetBooked" {
            let kind = record.stream.kind.as_str().to_owned();
            *counts.entry((kind, record.event_type)).or_default() += 1;
        }
    }
    counts
}

#[test]
fn two_who_take_in_each_half_of_the_files_at_once_give_the_figures_of_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut files = files_below(&first_weeks(folder.path()));
    let alone = Receipt::empty();
    alone.take(&files);

    shuffle(&mut files, 7);
    let path = folder.path().join("shared.db");
    let open = || Arc::new(Ledger::open(&path, Opening::Create).expect("a ledger"));
    let (one, other) = (open(), open());
    let (first, second) = files.split_at(files.len() / 2);
    std::thread::scope(|scope| {
        for (ledger, half) in [(&one, first), (&other, second)] {
            scope.spawn(|| half.chunks(3).for_each(|call| drop(take(ledger, call))));
        }
    });
    no_pair_twice(&one);
    assert_eq!(
        alone.figures().differences(&Figures::of(&one)),
        Vec::<String>::new()
    );
}

#[test]
fn what_another_program_took_in_is_known_to_one_that_was_open_before() {
    let mut fund = Fund::empty();
    let clock = Clock::At(Moment::morning_of(date(2023, 5, 1)));
    let mut open_before = Intake::open(Arc::clone(&fund.ledger), secret(), clock).expect("intake");
    fund.take(&one_pass());
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("invoice.xml");
    std::fs::write(
        &paper,
        invoice("F-1", [exam("PA-1", "K-1", "R-1", "2023-03-15")]).xml(),
    )
    .expect("a file");
    open_before.ingest(&[paper], &mut |_| {}).expect("taken in");
    assert_eq!(fund.stand("F-1/1"), "matched");
}

#[test]
fn a_commitment_that_another_program_made_meanwhile_can_be_drawn_at_once() {
    let mut other = Fund::empty();
    let certificate = "certificaatnummer;kandidaat;standaard;afgegeven_op;aanbieder;erkend;in_dienst\n\
                       C-1;K-1;APK;2023-03-15;Aanbieder;ja;ja\n";
    let grant = "aanvraagnummer;regeling;versie;kandidaat;standaard;regio;jaar;aanvrager;aangevraagd_op;besluit;\
                 besloten_op;bedrag;vrijgevallen_op;vrijval;reden\n\
                 A-1;EVC;1;K-1;APK;;;90001111;2023-01-10;toegekend;2023-01-20;1.350,00;;;\n";
    let budget = "jaar;regeling;soort;naar;aantal;bedrag;besluit;besloten_op;herkomst\n\
                  2023;EVC;vaststelling;;50;67.500,00;BB-3;01-12-2022;fixture\n";
    let rate = "EVC;*;2023;1.350,-;;01-01-2023;;BB-2;01-12-2022;fixture;";
    other.take(&[
        ("terms.csv", terms("EVC")),
        ("tariff.csv", tariff(rate)),
        ("budget.csv", budget.into()),
        ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
        ("certificate.csv", certificate.into()),
    ]);
    let mut line = exam("", "K-1", "C-1", "2023-03-15");
    line.item = "EVC/APK".to_owned();
    line.cents = 135_000;
    let folder = tempfile::tempdir().expect("a folder");
    let paper = folder.path().join("invoice.xml");
    std::fs::write(&paper, invoice("F-1", [line]).xml()).expect("a file");

    let clock = Clock::At(Moment::morning_of(date(2023, 5, 1)));
    let mut ours = Intake::open(Arc::clone(&other.ledger), secret(), clock).expect("intake");
    let mut granted = false;
    let mut meanwhile = |_| {
        if !std::mem::replace(&mut granted, true) {
            other.take(&[("grant.csv", grant.into())]);
        }
    };
    ours.ingest(&[paper], &mut meanwhile).expect("taken in");
    assert_eq!(other.stand("F-1/1"), "matched");
    let budget = rows(&other.ledger, BudgetLines)
        .remove("2023:EVC")
        .expect("a line");
    assert_eq!((budget.committed, budget.charged.units), (Quantity::ZERO, 1));
}
