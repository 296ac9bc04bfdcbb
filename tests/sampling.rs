//! An auditor's sample over the year: the population is what the report says, anybody can draw it again, and each step stays.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::date;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::money::Euro;
use subsidy_domain::sample::{Population, SampleRefusal, Verdict};
use subsidy_domain::view::{
    Basis, Claims, Realisation, RealisationKey, SampleItemRow, SampleItems, SampleRow, Samples,
};
use subsidy_ledger::{Ledger, Opening, Position};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::{FileReport, Intake};
use subsidyd::lang::Lang;
use subsidyd::projection::{self, AsAt};
use subsidyd::report::{self, Lens};

use crate::support::figures::rows;
use crate::support::quick_folder;
use crate::support::year::{copy_of_the_year, year};

const YEAR: FiscalYear = FiscalYear::new(2023);
const COLUMNS: &str = "steekproef;stap;datum;door;jaar;grondslag;regelingen;positie;materialiteit;betrouwbaarheid;verwacht;zaad;declaratie;juist;werkdocument";

/// An auditor at a copy of the year.
struct Auditor {
    ledger: Arc<Ledger>,
    papers: u32,
}

impl Auditor {
    fn at(folder: &Path) -> Self {
        let path = copy_of_the_year(folder);
        let ledger = Arc::new(Ledger::open(&path, Opening::Existing).expect("the ledger"));
        Self { ledger, papers: 0 }
    }

    /// Enters one step: its word and what stands in the columns from `jaar` on.
    fn enters(&mut self, sample: &str, step: &str, rest: &str) -> FileReport {
        self.papers += 1;
        let list = format!(
            "{COLUMNS};nummer\n{sample};{step};2024-06-01;auditor-1;{rest};{}\n",
            self.papers
        );
        let clock = Clock::At(Moment::morning_of(date(2024, 6, 1)));
        let mut intake = Intake::of_office(Arc::clone(&self.ledger), clock).expect("intake");
        let mut summary = intake.enter("step", list.into_bytes(), false).expect("taken");
        projection::follow(&self.ledger).expect("followed");
        summary.files.remove(0)
    }

    fn plans(&mut self, sample: &str, rest: &str) -> FileReport {
        self.enters(sample, "plan", rest)
    }

    fn sample(&self, number: &str) -> SampleRow {
        rows(&self.ledger, Samples).remove(number).expect("a sample")
    }

    fn drawn(&self) -> BTreeMap<String, SampleItemRow> {
        rows(&self.ledger, SampleItems)
    }
}

fn refused(report: &FileReport) -> Vec<&str> {
    report
        .refused_rows
        .iter()
        .map(|fault| fault.code.as_str())
        .collect()
}

fn realised(basis: Basis) -> Euro {
    let rows = rows(&year().ledger, Realisation).into_iter();
    let of_year = rows.filter(|(key, _)| {
        let key: RealisationKey = key.parse().expect("a key");
        key.year == YEAR && key.basis == basis
    });
    of_year.map(|(_, row)| row.realised.amount).sum()
}

#[test]
fn the_population_is_what_the_report_says_on_every_basis() {
    let folder = quick_folder();
    let mut auditor = Auditor::at(folder.path());
    let frozen_at = auditor.ledger.head().expect("a head").size;
    for (basis, word) in [
        (Basis::Performance, "prestatie"),
        (Basis::Decision, "beslissing"),
        (Basis::Invoice, "factuur"),
        (Basis::Payment, "betaling"),
    ] {
        let report = auditor.plans(basis.as_str(), &format!("2023;{word};;{frozen_at};3;95;0;;;;"));
        assert_eq!(refused(&report), [""; 0], "{basis}");
        assert_eq!(
            auditor.sample(basis.as_str()).plan.population.total,
            realised(basis),
            "{basis}"
        );
    }
}

#[test]
fn a_sample_is_planned_drawn_looked_into_and_evaluated() {
    let folder = quick_folder();
    let mut auditor = Auditor::at(folder.path());
    auditor.plans("S-1", "2023;prestatie;MBO_EXAM EVC;;3;95;0;;;;");
    let plan = auditor.sample("S-1").plan;
    assert_eq!(plan.units, 100);
    assert_eq!(plan.population.total.to_string(), "1312268.50");

    auditor.enters("S-1", "trekking", ";;;;;;;een dobbelsteen;;;");
    let sample = auditor.sample("S-1");
    let draw = sample.drawn.expect("drawn");
    let drawn = auditor.drawn();
    assert_eq!(usize::try_from(draw.items), Ok(drawn.len()));

    // Again, by hand, from the register as it was: the same lines.
    let as_at = AsAt::Position(Position(plan.scope.position));
    let register = projection::rows(&auditor.ledger, Claims, as_at).expect("the register");
    let population = Population::of(register.into_iter().filter_map(|(line, row)| {
        let award = row
            .award
            .filter(|_| !matches!(row.state.as_str(), "reversed" | "settled" | "rejected" | "parked"))?;
        let of_year = award
            .allocations
            .iter()
            .filter(|part| part.year == YEAR)
            .map(|part| part.amount);
        matches!(award.scheme.as_str(), "MBO_EXAM" | "EVC").then(|| (line, of_year.sum()))
    }));
    assert_eq!(population.hash(), plan.population.hash);
    let start = Population::start("een dobbelsteen", &population.hash(), plan.interval);
    let mine: Vec<String> = population
        .draw(start, plan.interval)
        .into_iter()
        .map(|hit| hit.item)
        .collect();
    let theirs: Vec<String> = drawn.values().map(|item| item.item.clone()).collect();
    assert_eq!(mine, theirs);

    assert_eq!(
        refused(&auditor.enters("S-1", "oordeel", ";;;;;;;;;;")),
        ["NOT_EXAMINED"]
    );
    let header = "steekproef;stap;datum;door;declaratie;juist;werkdocument";
    let mut findings = format!("{header}\n");
    for (rank, item) in drawn.values().enumerate() {
        let audited = if rank == 0 { Euro::ZERO } else { item.booked };
        findings.push_str(&format!(
            "S-1;bevinding;2024-06-02;auditor-1;{};{audited};W-{rank}\n",
            item.item
        ));
    }
    let clock = Clock::At(Moment::morning_of(date(2024, 6, 2)));
    let mut intake = Intake::of_office(Arc::clone(&auditor.ledger), clock).expect("intake");
    let summary = intake
        .enter("findings", findings.into_bytes(), false)
        .expect("taken");
    assert_eq!(refused(&summary.files[0]), [""; 0]);
    assert_eq!(refused(&auditor.enters("S-1", "oordeel", ";;;;;;;;;;")), [""; 0]);
    let (evaluation, ..) = auditor.sample("S-1").evaluated.expect("evaluated");
    assert_eq!(evaluation.errors, 1);
    assert_eq!(evaluation.most_likely, plan.interval);
    assert_eq!(evaluation.verdict, Verdict::Extend);

    let lens = Lens {
        ledger: &auditor.ledger,
        as_at: AsAt::Now,
        lang: Lang::Nl,
    };
    let papers = report::papers(lens, "S-1").expect("papers").expect("a sample");
    assert_eq!(papers.rows.len(), drawn.len());
    assert!(report::papers(lens, "S-9").expect("papers").is_none());
    assert_eq!(report::samples(lens).expect("samples").rows.len(), 1);
    auditor.ledger.verify(&mut |_, _| {}).expect("it verifies");
    for (view, rows) in [("samples", 1), ("sample_items", u64::from(draw.items))] {
        let rebuilt = projection::rebuild(&auditor.ledger, Some(view))
            .expect("rebuilt")
            .expect("a view");
        let found: Vec<_> = rebuilt
            .iter()
            .map(|(_, rebuilt)| (rebuilt.rows, rebuilt.differing))
            .collect();
        assert_eq!(found, [(rows, Some(0))], "{view}");
    }
}

#[test]
fn a_sample_is_drawn_once_and_what_came_later_does_not_touch_it() {
    let folder = quick_folder();
    let mut auditor = Auditor::at(folder.path());
    auditor.plans("S-1", "2023;prestatie;;;3;95;0;;;;");
    // Another plan lies behind it in the ledger: the population is still that of its position.
    auditor.plans("S-2", "2023;betaling;;;5;95;0;;;;");
    assert_eq!(
        refused(&auditor.enters("S-1", "trekking", ";;;;;;;zaad;;;")),
        [""; 0]
    );
    assert_eq!(
        refused(&auditor.enters("S-1", "trekking", ";;;;;;;een ander;;;")),
        ["SAMPLE_DRAWN"]
    );
    assert_eq!(
        refused(&auditor.enters("S-3", "trekking", ";;;;;;;zaad;;;")),
        ["NO_SUCH_SAMPLE"]
    );
    assert_eq!(
        refused(&auditor.plans("S-4", "2023;prestatie;NIETS;;3;95;0;;;;")),
        ["UNKNOWN_SCHEME"]
    );
    assert_eq!(
        refused(&auditor.plans("S-4", "2023;prestatie;;999999999;3;95;0;;;;")),
        ["BEYOND_THE_LEDGER"]
    );
    assert_eq!(
        refused(&auditor.plans("S-4", "2031;prestatie;;;3;95;0;;;;")),
        ["NOTHING_TO_SAMPLE"]
    );
    assert_eq!(
        refused(&auditor.plans("S-1", "2023;prestatie;;;2;95;0;;;;")),
        ["SAMPLE_NUMBER_TAKEN"]
    );
    let fine = auditor.plans("S-5", "2023;prestatie;;;0,01;95;0;;;;");
    assert_eq!(refused(&fine), ["SAMPLE_TOO_FINE"]);
    assert!(!SampleRefusal::TooFine.to_string().is_empty());
}
