//! The program as it is run: its arguments, its output, its exit codes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at what cannot be"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use tempfile::TempDir;

/// The fixture year in a ledger, and what the program said when it made it.
struct Demo {
    ledger: PathBuf,
    said: String,
}

/// Made once, by the program itself. Nobody opens it after that: a test works on a copy.
static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an empty folder");
    }
    fs::create_dir_all(&folder).expect("a folder");
    let ledger = folder.join("demo.db");
    let output = run(&folder, &["--database", &sqlite(&ledger), "demo"]);
    Demo {
        said: fine(&output),
        ledger,
    }
});

/// A folder to work in, with a copy of the year's ledger as `subsidyd.db`.
fn with_the_year() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::copy(&DEMO.ledger, folder.path().join("subsidyd.db")).expect("a copy");
    folder
}

fn sqlite(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd"));
    command.current_dir(folder).args(arguments);
    for name in [
        "SUBSIDYD_DATABASE",
        "SUBSIDYD_HEAD_FILE",
        "SUBSIDYD_LANG",
        "SUBSIDYD_LEARNER_KEY_FILE",
    ] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().expect("the program runs")
}

fn code(output: &Output) -> i32 {
    output.status.code().expect("an exit code")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// What a run that went well said.
fn fine(output: &Output) -> String {
    assert_eq!(
        code(output),
        0,
        "{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// What a run said beside its output, which ended with this code.
fn refused(output: &Output, expected: i32) -> String {
    let said = text(&output.stderr);
    assert_eq!(code(output), expected, "{}{said}", text(&output.stdout));
    said
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let output = run(folder, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&fine(&output)).expect("JSON")
}

fn names_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    entries
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect()
}

#[test]
fn help_teaches_where_to_begin_and_what_the_exit_codes_are() {
    let folder = tempfile::tempdir().expect("a folder");
    let help = fine(&run(folder.path(), &["--help"]));
    for taught in [
        "demo",
        "check",
        "ingest",
        "report",
        "trace",
        "verify",
        "rebuild",
        "accept-head",
        "Exit codes",
        "Begin with: subsidyd demo",
    ] {
        assert!(help.contains(taught), "{taught} in\n{help}");
    }
    for known in ["0 ", "1 ", "2 ", "3 ", "10 ", "12 ", "20 ", "21 "] {
        let codes = help.split("Exit codes:").nth(1).expect("the codes");
        assert!(codes.contains(known), "{known} in {codes}");
    }
    let reports = fine(&run(folder.path(), &["report", "--help"]));
    for report in [
        "budget",
        "variance",
        "exceptions",
        "concentration",
        "reconcile",
        "unclaimed",
    ] {
        assert!(reports.contains(report), "{report} in\n{reports}");
    }
    assert_eq!(names_in(folder.path()), BTreeSet::new(), "help touches nothing");
}

#[test]
fn the_demonstration_run_twice_changes_nothing_and_reports_the_same() {
    let folder = with_the_year();
    let demo = ["--database", "sqlite:subsidyd.db", "demo", "--format", "json"];
    let verified = || json(folder.path(), &["verify"]);
    let before = verified();
    let first = fine(&run(folder.path(), &demo));
    let second = fine(&run(folder.path(), &demo));
    assert_eq!(first, second);
    assert_eq!(verified(), before);
    let report: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(
        report,
        json(folder.path(), &["report", "budget", "--year", "2023"])
    );
    assert_eq!(report["facts"]["root"], before["rows"][0]["root"]);
    // Thrown away, it begins anew.
    fs::remove_file(folder.path().join("subsidyd.db")).expect("removed");
    assert_eq!(first, fine(&run(folder.path(), &demo)));
}

#[test]
fn every_command_that_the_demonstration_names_works() {
    let commands: Vec<Vec<&str>> = DEMO
        .said
        .lines()
        .filter_map(|line| line.trim().strip_prefix("subsidyd "))
        .map(|line| line.split(' ').collect())
        .collect();
    assert!(commands.len() >= 4, "{commands:?}");
    for arguments in commands {
        assert_eq!(arguments[0], "--database");
        let folder = with_the_year();
        let named = [&["--database", "sqlite:subsidyd.db"], &arguments[2..]].concat();
        fine(&run(folder.path(), &named));
    }
}

/// A report as rows of cells, written in one way whatever its form and language.
fn rows_of(form: &str, lang: &str, said: &str, keys: &[String]) -> Vec<Vec<String>> {
    let same = |cell: &str| written_alike(cell, form, lang);
    match form {
        "json" => {
            let report: Value = serde_json::from_str(said).expect("JSON");
            let rows = report["rows"].as_array().expect("rows");
            let cell = |row: &Value, key: &String| match &row[key] {
                Value::Null => String::new(),
                Value::String(text) => same(text),
                other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                    same(&other.to_string())
                }
            };
            rows.iter()
                .map(|row| keys.iter().map(|key| cell(row, key)).collect())
                .collect()
        }
        "csv" => {
            let delimiter = if lang == "nl" { b';' } else { b',' };
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .from_reader(said.as_bytes());
            let records = reader.records().map(|record| record.expect("a record"));
            records.map(|record| record.iter().map(same).collect()).collect()
        }
        _ => {
            let lines = said.lines().filter(|line| line.starts_with('│'));
            let cells = |line: &str| {
                let line = line.trim_matches('│');
                line.split('┆').map(|cell| same(cell.trim())).collect()
            };
            lines.skip(1).map(cells).collect()
        }
    }
}

/// A figure or date in one form: no thousands, a decimal point, year first. A text as it stands.
fn written_alike(cell: &str, form: &str, lang: &str) -> String {
    let cell = if form == "csv" {
        cell.trim_start_matches('\'')
    } else {
        cell
    };
    if cell == "–" {
        return String::new();
    }
    if form == "json" {
        return cell.to_owned();
    }
    let bytes = cell.as_bytes();
    if lang == "nl" && bytes.len() == 10 && bytes[2] == b'-' && bytes[5] == b'-' {
        return format!("{}-{}-{}", &cell[6..], &cell[3..5], &cell[..2]);
    }
    let figure = cell.trim_end_matches('%');
    let is_figure =
        figure.chars().all(|c| c.is_ascii_digit() || "-.,".contains(c)) && figure.contains(char::is_numeric);
    match (is_figure, lang, form) {
        (false, ..) => cell.to_owned(),
        (true, "nl", "table") => figure.replace('.', "").replace(',', "."),
        (true, "nl", _) => figure.replace(',', "."),
        (true, _, "table") => figure.replace(',', ""),
        (true, ..) => figure.to_owned(),
    }
}

#[test]
fn table_json_and_csv_say_the_same_in_both_languages() {
    let folder = with_the_year();
    for report in [
        ["budget", "--year", "2023"],
        ["variance", "--year", "2023"],
        ["concentration", "--year", "2023"],
        ["exceptions", "--as-at", "2024-02-12"],
    ] {
        let mut figures = BTreeSet::new();
        for lang in ["nl", "en"] {
            let said = |form| {
                let options = ["--lang", lang, "--format", form];
                fine(&run(
                    folder.path(),
                    &[&["report"], report.as_slice(), &options].concat(),
                ))
            };
            let listed = said("csv");
            let delimiter = if lang == "nl" { ';' } else { ',' };
            let header = listed.lines().next().expect("a header");
            let keys: Vec<String> = header.split(delimiter).map(str::to_owned).collect();
            let as_list = rows_of("csv", lang, &listed, &keys);
            assert!(!as_list.is_empty(), "{report:?}");
            for form in ["json", "table"] {
                assert_eq!(
                    rows_of(form, lang, &said(form), &keys),
                    as_list,
                    "{report:?} as {form} in {lang}"
                );
            }
            let is_figure = |cell: &String| cell.parse::<rust_decimal::Decimal>().is_ok();
            let only: Vec<Vec<String>> = as_list
                .into_iter()
                .map(|row| row.into_iter().filter(is_figure).collect())
                .collect();
            figures.insert(only);
        }
        assert_eq!(
            figures.len(),
            1,
            "{report:?} has other figures in Dutch than in English"
        );
    }
}

#[test]
fn a_report_says_what_it_is_about_in_the_language_asked() {
    let folder = with_the_year();
    let said = |lang| {
        fine(&run(
            folder.path(),
            &["report", "budget", "--year", "2023", "--lang", lang],
        ))
    };
    assert!(said("nl").contains("Begroting en realisatie 2023"));
    assert!(said("en").contains("Budget versus realisation 2023"));
    for lang in ["nl", "en"] {
        assert!(said(lang).contains("FIXTURE"), "what is invented is marked");
    }
}

#[test]
fn a_line_an_invoice_and_an_evidence_number_are_traced_to_record_and_hash() {
    let folder = with_the_year();
    for (id, steps) in [
        (
            "R01-2023-001",
            vec!["invoice", "line", "evidence", "tariff", "budget line", "decision"],
        ),
        (
            "kvk:90000001/R01-2023-004/54",
            vec!["line", "evidence", "tariff", "budget line", "decision"],
        ),
        ("FXR-2002451", vec!["line", "evidence", "outcome"]),
        ("R02-2023-003/63", vec!["line", "outcome"]),
    ] {
        let report = json(folder.path(), &["trace", id, "--lang", "en"]);
        let rows = report["rows"].as_array().expect("rows");
        let told: BTreeSet<&str> = rows.iter().filter_map(|row| row["step"].as_str()).collect();
        for step in steps {
            assert!(told.contains(step), "{id}: {step} in {told:?}");
        }
        let line = rows.iter().find(|row| row["step"] == "line").expect("a line");
        assert!(line["position"].as_i64().expect("a position") > 0, "{id}");
        assert_eq!(line["hash"].as_str().expect("a hash").len(), 64, "{id}");
    }
}

#[test]
fn a_bad_file_ends_with_findings_and_says_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let papers = folder.path().join("papers");
    fs::create_dir(&papers).expect("a folder");
    let inbox = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/2023/inbox/2023-01-02");
    fs::copy(inbox.join("01-regelingen.csv"), papers.join("good.csv")).expect("a copy");
    let fund = ["--database", "sqlite:fund.db", "--lang", "en", "ingest", "papers"];

    let first = run(folder.path(), &fund);
    assert!(
        text(&first.stderr).contains("fund.db.learner.key"),
        "the new secret is named"
    );
    fine(&first);
    let expected = [
        "fund.db",
        "fund.db.head",
        "fund.db.learner.key",
        "fund.db.originals",
        "fund.db.originals.key",
        "papers",
    ];
    assert_eq!(names_in(folder.path()), expected.map(str::to_owned).into());

    fs::write(papers.join("bad.pdf"), b"%PDF-1.7\n").expect("a file");
    let second = run(folder.path(), &fund);
    assert_eq!(code(&second), 3);
    let said = text(&second.stdout);
    for told in ["bad.pdf", "refused", "UBL 2.1", "known, nothing changed"] {
        assert!(said.contains(told), "{told} in\n{said}");
    }
}

#[test]
fn a_mistyped_path_starts_no_second_history() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        ["report", "budget", "--year", "2023"].as_slice(),
        &["report", "exceptions"],
        &["trace", "R01-2023-001"],
        &["verify"],
        &["rebuild"],
    ] {
        let all = [&["--database", "sqlite:typo.db", "--lang", "en"], arguments].concat();
        let said = refused(&run(folder.path(), &all), 10);
        assert!(said.contains("typo.db") && said.contains("do this"), "{said}");
        assert_eq!(names_in(folder.path()), BTreeSet::new(), "{arguments:?}");
    }
}

#[test]
fn a_mistyped_file_starts_no_ledger_and_makes_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = refused(&run(folder.path(), &["ingest", "typo.csv"]), 1);
    assert!(said.contains("typo.csv"), "{said}");
    assert_eq!(names_in(folder.path()), BTreeSet::new());
}

#[test]
fn what_cannot_be_asked_is_a_matter_of_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    for arguments in [
        [].as_slice(),
        &["report", "budget"],
        &["report", "budget", "--year", "last"],
        &["report", "budget", "--year", "2023", "--basis", "cash"],
        &["report", "budget", "--year", "2023", "--as-at", "june"],
        &["--database", "fund.db", "verify"],
        &["ingest"],
    ] {
        let said = refused(&run(folder.path(), arguments), 2);
        assert!(!said.is_empty(), "{arguments:?}");
    }
    let said = refused(&run(folder.path(), &["--database", "fund.db", "verify"]), 2);
    assert!(said.contains("sqlite:PATH"), "{said}");
}

#[test]
fn what_is_not_there_is_a_failure_that_says_what_to_give() {
    let folder = with_the_year();
    let said = refused(&run(folder.path(), &["trace", "nothing", "--lang", "en"]), 1);
    assert!(
        said.contains("`nothing`") && said.contains("an invoice number"),
        "{said}"
    );
    let said = refused(&run(folder.path(), &["rebuild", "nothing"]), 1);
    assert!(said.contains("realisation"), "{said}");
    let beyond = ["report", "budget", "--year", "2023", "--as-at", "999999"];
    let said = refused(&run(folder.path(), &beyond), 1);
    assert!(said.contains("999999"), "{said}");
    fs::write(
        folder.path().join("other.db"),
        b"this is no ledger, but a text of some length",
    )
    .expect("a file");
    refused(
        &run(folder.path(), &["--database", "sqlite:other.db", "verify"]),
        1,
    );
}

#[test]
fn a_wrong_or_missing_learner_secret_is_told_apart_from_other_failures() {
    let folder = with_the_year();
    fs::write(folder.path().join("paper.csv"), "a;b\n").expect("a file");
    let said = refused(&run(folder.path(), &["ingest", "paper.csv"]), 12);
    assert!(said.contains("subsidyd.db.learner.key"), "{said}");
    fs::write(folder.path().join("other.key"), "07".repeat(32)).expect("a file");
    let with_other = [
        "ingest",
        "paper.csv",
        "--learner-key",
        "other.key",
        "--lang",
        "en",
    ];
    let said = refused(&run(folder.path(), &with_other), 12);
    assert!(
        said.contains("another learner secret") && said.contains("--learner-key"),
        "{said}"
    );
    // Figures and proof need no secret.
    fine(&run(folder.path(), &["report", "budget", "--year", "2023"]));
    fine(&run(folder.path(), &["verify"]));
}

#[test]
fn a_ledger_that_was_tampered_with_is_said_to_be_so_with_the_position() {
    let folder = with_the_year();
    let path = folder.path().join("subsidyd.db");
    let mut bytes = fs::read(&path).expect("the file");
    // An award becomes one of another amount, in the file itself.
    let find = |from: usize, what: &str| {
        let found = bytes[from..]
            .windows(what.len())
            .position(|window| window == what.as_bytes());
        from + found.unwrap_or_else(|| panic!("{what} is in the file"))
    };
    let award = find(find(0, "{\"LineMatched\":"), "\"amount\":\"") + "\"amount\":\"".len();
    bytes[award] = if bytes[award] == b'9' { b'8' } else { b'9' };
    fs::write(&path, bytes).expect("written");
    let said = refused(&run(folder.path(), &["verify", "--lang", "en"]), 20);
    assert!(
        said.contains("VERIFICATION FAILED") && said.contains("position "),
        "{said}"
    );
    assert!(said.contains("do this"), "{said}");
    // Whatever else comes upon the record says so too, and shows no figure of it.
    let said = refused(&run(folder.path(), &["rebuild", "claims", "--lang", "en"]), 20);
    assert!(said.contains("do not use the figures"), "{said}");
}

#[test]
fn a_year_without_budgets_has_no_total_budget_which_is_not_zero() {
    let folder = with_the_year();
    let report = json(
        folder.path(),
        &["report", "budget", "--year", "2020", "--lang", "en"],
    );
    let rows = report["rows"].as_array().expect("rows");
    let total = rows
        .iter()
        .find(|row| row["scheme"] == "total in euro")
        .expect("a total");
    assert_eq!(
        (&total["budget"], &total["available"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(total["realised"], "0.00");
}

#[test]
fn what_a_reader_can_mend_is_said_in_the_reader_s_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = refused(&run(folder.path(), &["--lang", "nl", "verify"]), 10);
    assert!(
        said.contains("er is geen register op sqlite:subsidyd.db") && !said.contains("there is"),
        "{said}"
    );
}

#[test]
fn views_are_built_anew_and_found_the_same() {
    let folder = with_the_year();
    let rebuilt = json(folder.path(), &["rebuild"]);
    let rows = rebuilt["rows"].as_array().expect("rows");
    assert!(
        rows.len() >= 9 && rows.iter().all(|row| row["differing"] == 0),
        "{rows:?}"
    );
    let one = json(folder.path(), &["rebuild", "payees"]);
    assert_eq!(one["rows"].as_array().expect("rows").len(), 1);
}

#[test]
fn whoever_stops_reading_does_no_harm() {
    let folder = with_the_year();
    for arguments in [
        ["report", "unclaimed", "--format", "csv"].as_slice(),
        &["report", "budget", "--year", "2023"],
        &["verify"],
    ] {
        let mut child = command(folder.path(), arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(refused(&output, 0), "", "{arguments:?}");
    }
}
