//! The samples of audit files: each told apart. What is written holds under the schema of XAF 4.0 and for an independent reader (pyxaf).
//!
//! Schema and reader are asked through `python3` with `lxml` and `pyxaf` (`SUBSIDY_PYTHON` names another interpreter).

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use subsidy_documents::audit_file::{
    AuditHead, AuditLine, AuditTransaction, AuditWriter, Journal, JournalKind, LedgerAccount, Relation, check,
};
use subsidy_documents::rules::Severity;
use subsidy_documents::{Amount, Limits, Unreadable};

/// Files that are made.
const FILES: usize = 100;

/// Prints the name of each file that the schema and the reader take.
const VALIDATE: &str = "
import sys, pyxaf
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    report = pyxaf.validate(path)
    if not schema.validate(etree.parse(path)): print(path, schema.error_log.last_error, file=sys.stderr)
    elif not report.ok: print(path, report, file=sys.stderr)
    else: print(path)
";

/// The folder with samples and schema, or `None`, which is said, when it is absent and nothing demands it.
fn samples() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let standards = std::env::var_os("SUBSIDY_STANDARDS").map_or_else(beside, PathBuf::from);
    let folder = standards.join("xaf/4.0");
    if folder.join("generated/expected.csv").is_file() {
        return Some(folder);
    }
    missing("there are no samples of audit files; set SUBSIDY_STANDARDS to their folder");
    None
}

fn missing(what: &str) {
    let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
    assert!(!required, "NOT RUN: {what}");
    eprintln!("NOT RUN: {what}");
}

/// What is found that hinders, or all that is found when nothing does; a refusal by its name.
fn told(path: &Path) -> (bool, BTreeSet<String>) {
    let bytes = std::fs::read(path).expect("a sample");
    match check(&bytes, &Limits::for_bank_files()) {
        Ok(verdict) => {
            let accepted = verdict.is_accepted();
            let findings = verdict.findings.iter();
            let telling = findings.filter(|finding| accepted || finding.severity() == Severity::Fatal);
            (
                accepted,
                telling.map(|finding| finding.rule.id().to_owned()).collect(),
            )
        }
        Err(Unreadable::Doctype { .. }) => (false, BTreeSet::from(["DOCTYPE".to_owned()])),
        Err(why) => panic!("{}: {why}", path.display()),
    }
}

#[test]
fn every_bad_sample_is_told_apart_and_the_good_ones_are_accepted() {
    let Some(folder) = samples() else { return };
    let (accepted, warnings) = told(&folder.join("XAF_4_0_Test_100425.xaf"));
    assert!(accepted, "the test file of the standard: {warnings:?}");
    assert_eq!(warnings, BTreeSet::from(["XAF-REFERENCE".to_owned()]));

    let listed = std::fs::read_to_string(folder.join("generated/expected.csv")).expect("a list");
    let mut bad: BTreeMap<BTreeSet<String>, String> = BTreeMap::new();
    let mut good = 0;
    for row in listed.lines().skip(1) {
        let fields: Vec<&str> = row.split(',').collect();
        let [name, _schema, accepted_by_reader, ..] = fields.as_slice() else {
            panic!("{row}")
        };
        let (accepted, found) = told(&folder.join("generated").join(name));
        if name.starts_with("valid_") {
            assert!(accepted && found.is_empty(), "{name}: {found:?}");
            good += 1;
            continue;
        }
        assert!(!found.is_empty(), "{name}");
        // A reader that takes a file has a warning of what is bad in it; of a wrong namespace that is not enough.
        let is_warning = *accepted_by_reader == "True" && !name.contains("namespace");
        assert_eq!(accepted, is_warning, "{name}: {found:?}");
        let before = bad.insert(found.clone(), (*name).to_owned());
        assert_eq!(before, None, "{name} and another are both {found:?}");
    }
    assert_eq!((good, bad.len()), (3, 14));
}

/// Names and descriptions as people have them.
fn text() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "ROC",
        "Café",
        "&",
        "<b>",
        "€ 5",
        "]]>",
        "\u{1}",
        "\t",
        "…",
        "e\u{301}",
        "\u{1F600}",
        "'",
        "\"",
    ]);
    vec(piece, 1..40).prop_map(|pieces| pieces.join(" "))
}

fn any_transaction() -> impl Strategy<Value = (i8, String, Vec<i64>, bool)> {
    (1_i8..=12, text(), vec(-100_000_i64..100_000, 1..5), any::<bool>())
}

/// The bytes of a file of some transactions.
fn written(company: &str, opening: i64, all: &[(i8, String, Vec<i64>, bool)]) -> Vec<u8> {
    let account = |id: &str, is_balance| LedgerAccount {
        id: id.to_owned(),
        name: company.to_owned(),
        is_balance,
        rgs: Some(format!("{}Code{id}", if is_balance { "B" } else { "W" })),
    };
    let line = |account: &str, cents, text: &str, named: bool| AuditLine {
        account: account.to_owned(),
        document: text.to_owned(),
        amount: Amount::from_cents(cents),
        relation: named.then(|| "kvk:90000001".to_owned()),
        invoice: named.then(|| text.to_owned()),
        cost: named.then(|| "2025".to_owned()),
        project: named.then(|| "EVC".to_owned()),
    };
    let transactions: Vec<AuditTransaction> = (1..)
        .zip(all)
        .map(|(number, (month, text, amounts, named))| {
            let mut lines: Vec<_> = amounts
                .iter()
                .map(|cents| line("4000", *cents, text, *named))
                .collect();
            lines.push(line("1000", -amounts.iter().sum::<i64>(), text, *named));
            AuditTransaction {
                number,
                on: jiff::civil::date(2024, *month, 28),
                description: text.clone(),
                source: named.then(|| text.clone()),
                user: named.then(|| text.clone()),
                lines,
            }
        })
        .collect();
    let cents = || {
        let lines = transactions.iter().flat_map(|transaction| &transaction.lines);
        lines.map(|line| i128::from(line.amount.cents()))
    };
    let stands = |id: &str, cents| (id.to_owned(), Amount::from_cents(cents));
    let head = AuditHead {
        fiscal_year: 2024,
        created: jiff::civil::date(2025, 3, 1),
        software: company.to_owned(),
        software_version: "1".to_owned(),
        rgs_version: None,
        company: company.to_owned(),
        company_kvk: None,
        fiscal_number: "123456782".to_owned(),
        relations: vec![Relation {
            id: "kvk:90000001".to_owned(),
            name: company.to_owned(),
            kvk: Some("90000001".to_owned()),
        }],
        accounts: vec![
            account("0500", true),
            account("1000", true),
            account("4000", false),
        ],
        opening: if opening == 0 {
            vec![]
        } else {
            vec![stands("1000", opening), stands("0500", -opening)]
        },
        lines: u64::try_from(cents().count()).expect("few"),
        debit: cents().filter(|cents| *cents > 0).sum(),
        credit: -cents().filter(|cents| *cents < 0).sum::<i128>(),
    };
    let mut file = AuditWriter::begin(Vec::new(), &head).expect("begun");
    let journal = Journal {
        id: "SUB".to_owned(),
        name: company.to_owned(),
        kind: JournalKind::Memorial,
        offset: None,
    };
    file.journal(&journal).expect("begun");
    for transaction in &transactions {
        file.transaction(transaction).expect("written");
    }
    file.finish().expect("ended")
}

#[test]
fn whatever_is_written_holds_under_the_schema_and_for_another_reader() {
    let mut runner = TestRunner::deterministic();
    let strategy = (text(), -50_000_i64..50_000, vec(any_transaction(), 0..8));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit-files");
    std::fs::create_dir_all(&folder).expect("a folder");
    let paths: Vec<PathBuf> = (0..FILES)
        .map(|number| {
            let (company, opening, all) = strategy.new_tree(&mut runner).expect("a draft").current();
            let bytes = written(&company, opening, &all);
            let verdict = check(&bytes, &Limits::default()).expect("read");
            assert_eq!(verdict.findings, []);
            let path = folder.join(format!("{number}.xaf"));
            std::fs::write(&path, bytes).expect("written");
            path
        })
        .collect();
    let Some(samples) = samples() else { return };
    let python = std::env::var_os("SUBSIDY_PYTHON").unwrap_or_else(|| "python3".into());
    let python = || Command::new(&python);
    let can = python().args(["-c", "import lxml, pyxaf"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        return missing("python3 has no lxml and pyxaf; install them, or set SUBSIDY_PYTHON");
    }
    let schema = samples.join("XmlAuditfileFinancieel4.0.xsd");
    let mut asked = python();
    let output = asked.args(["-c", VALIDATE]).arg(schema).args(paths).output();
    let output = output.expect("python");
    std::fs::remove_dir_all(&folder).expect("removed");
    let refused = String::from_utf8_lossy(&output.stderr);
    assert!(refused.is_empty(), "{refused}");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), FILES);
}
