//! The published figures of 2023 beside the ledger of the fixture year, replayed once.
#![expect(clippy::expect_used, reason = "a test may stop at what cannot be")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

use expect_test::expect_file;
use rust_decimal::Decimal;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::view::Basis;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::lang::Lang;
use subsidyd::projection::AsAt;
use subsidyd::report::Lens;
use subsidyd::report::reconcile::{Figures, Published, Reconciliation, Value, Verdict};
use subsidyd::sheet::Format;

/// The ledger of the fixture year.
static LEDGER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reconcile");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).expect("an empty folder");
    }
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("2023.db");
    let ledger = Arc::new(Ledger::open(&path, Opening::Create).expect("a ledger"));
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/2023");
    subsidyd::demo::replay(&ledger, &fixtures, &mut |_| {}).expect("the fixture year");
    path
});

fn with_lens<T>(lang: Lang, then: impl FnOnce(Lens<'_>, &Reconciliation) -> T) -> T {
    let ledger = Ledger::open(&*LEDGER, Opening::Existing).expect("the ledger");
    let lens = Lens {
        ledger: &ledger,
        as_at: AsAt::Now,
        lang,
    };
    let published = Published::of(FiscalYear::new(2023)).expect("the year is known");
    then(
        lens,
        &Reconciliation::of(lens, published).expect("a reconciliation"),
    )
}

fn written(lang: Lang, format: Format, all: bool) -> String {
    with_lens(lang, |lens, reconciliation| {
        let mut out = Vec::new();
        reconciliation
            .sheet(lens, all)
            .expect("a sheet")
            .write(format, lang, &mut out)
            .expect("written");
        String::from_utf8(out).expect("text")
    })
}

fn verdicts() -> BTreeMap<&'static str, Verdict> {
    with_lens(Lang::En, |_, reconciliation| {
        reconciliation
            .verdicts()
            .map(|(id, verdict)| (id, verdict.clone()))
            .collect()
    })
}

/// Section 7.4 of the domain dossier, claim by claim.
const EXPECTED: &[(&str, &[&str])] = &[
    (
        "match",
        &[
            // Practical training days: the total, five groups, the year before.
            "F071", "F073", "F074", "F075", "F076", "F077", "F078", "F072",
            // Mentor training, cheques, Branchemedewerker and Branchespecialist.
            "F083", "F084", "F085", "F086", "F007", "F007b", "F008", "F008b", "F030", "F031", "F032", "F033",
            "F034", "F035", // Cofinancing, coaching, exam types, the target and amount of EVC.
            "F090", "F092", "F093", "F002", "F002b", "F003", "F003b", "F067", "F015", "F012",
            // Budget coaching.
            "F017", "F018", "F019", "F020", "F021", "F022", "F023", "F024", "F024b", "F026", "F028", "F029",
            "F029b",
        ],
    ),
    (
        "match_within_approximation",
        &["F064", "F065", "F066", "F068", "F071b"],
    ),
    ("match_on_one_basis", &["F011", "F014"]),
    (
        "contradictory",
        &[
            "C1", "C2", "C3", "C9", "C12", "C13", "C14", "C15", "F091", "F101", "F108", "F109",
        ],
    ),
    (
        "published_arithmetic_wrong",
        &["F003c", "F135b", "F138b", "F139b"],
    ),
    ("not_reconcilable", &["C5", "C6", "C8", "C11", "F006", "F045"]),
    (
        "not_in_ledger",
        &["F040", "F112", "F126", "F127", "F130", "F136b", "F137"],
    ),
];

#[test]
fn every_claim_of_the_dossier_has_the_verdict_that_it_expects() {
    let verdicts = verdicts();
    for (word, ids) in EXPECTED {
        for id in *ids {
            assert_eq!(verdicts[id].word(), *word, "{id}");
        }
    }
}

#[test]
fn no_published_figure_differs_from_the_fixture_year_on_every_basis() {
    let differing: Vec<_> = verdicts()
        .into_iter()
        .filter(|(_, verdict)| *verdict == Verdict::Mismatch)
        .collect();
    assert_eq!(differing, []);
}

#[test]
fn the_two_counts_of_evc_would_be_explained_by_the_basis() {
    let verdicts = verdicts();
    assert_eq!(
        verdicts["F011"],
        Verdict::MatchOnOneBasis {
            bases: vec![Basis::Performance]
        }
    );
    assert_eq!(
        verdicts["F014"],
        Verdict::MatchOnOneBasis {
            bases: vec![Basis::Decision, Basis::Invoice, Basis::Payment]
        }
    );
    let Verdict::Contradictory { explained, .. } = &verdicts["C1"] else {
        panic!("{:?}", verdicts["C1"])
    };
    let bases = |id: &str, bases: &[Basis]| (id.to_owned(), bases.to_vec());
    assert_eq!(
        *explained,
        [
            bases("F011", &[Basis::Performance]),
            bases("F014", &[Basis::Decision, Basis::Invoice, Basis::Payment])
        ]
    );
    assert!(written(Lang::En, Format::Csv, false).contains("would be explained by"));
    assert!(written(Lang::Nl, Format::Csv, false).contains("zou worden verklaard"));
}

#[test]
fn the_share_of_the_price_is_that_of_what_stands_to_the_cent() {
    let (awarded, price) = (Decimal::from(127_986_850), Decimal::from(179_317_700));
    let share = Value::Percent(awarded * Decimal::ONE_HUNDRED / price);
    with_lens(Lang::En, |_, reconciliation| {
        let figures: BTreeMap<&str, &Figures> = reconciliation.figures().collect();
        let Figures::PerBasis(per_basis) = figures["F066"] else {
            panic!("{:?}", figures["F066"])
        };
        assert_eq!(per_basis[&Basis::Performance], share);
    });
}

#[test]
fn the_whole_report_is_as_kept() {
    expect_file!["expected/reconcile-2023.csv"].assert_eq(&written(Lang::En, Format::Csv, true));
}

#[test]
fn the_foot_counts_the_verdicts_and_says_that_it_is_a_fixture() {
    let text = written(Lang::Nl, Format::Table, false);
    let last: Vec<&str> = text.trim_end().lines().rev().take(2).collect();
    assert!(
        last[1].contains("cijfers uit 141 uitspraken: klopt "),
        "{}",
        last[1]
    );
    assert!(
        last[0].contains("tegenstrijdig gepubliceerd 8, niet te toetsen 4, alleen vermeld 8"),
        "{}",
        last[0]
    );
    assert!(text.contains("* FIXTURE"));
}

#[test]
fn what_is_no_subject_of_the_ledger_is_shown_only_when_asked_for() {
    let (some, all) = (
        written(Lang::En, Format::Csv, false),
        written(Lang::En, Format::Csv, true),
    );
    for (id, shown) in [
        ("F137,", false),
        ("F135b,", true),
        ("F108,", true),
        ("F064,", true),
    ] {
        assert_eq!(some.lines().any(|line| line.starts_with(id)), shown, "{id}");
        assert!(all.lines().any(|line| line.starts_with(id)), "{id}");
    }
}

#[test]
fn the_command_finds_nothing_in_the_whole_year_and_differences_halfway() {
    let exit = |arguments: &[&str]| {
        let database = format!("sqlite:{}", LEDGER.display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd"));
        command
            .args(["--database", &database, "report", "reconcile"])
            .args(arguments);
        command.output().expect("it runs").status.code()
    };
    assert_eq!(exit(&["--year", "2023"]), Some(0));
    assert_eq!(exit(&["--year", "2023", "--as-at", "2023-06-30"]), Some(3));
    assert_eq!(exit(&["--year", "2022"]), Some(2));
}
