//! A ledger that went back, or was written anew, is refused by the head that is kept outside it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use subsidy_ledger::{Ledger, Opening};
use tempfile::TempDir;

use crate::support::fund::{BRIN, IBAN};
use crate::support::papers::{SCHOOL, exam, exam_tariff, exam_type, invoice, pass, payee, results, terms};

/// A desk: a folder with a ledger, its papers, and its head on "another disk".
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["ledger", "elsewhere", "papers"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        crate::support::learner_key(&folder.path().join("learner.key"));
        Self { folder }
    }

    pub(crate) fn ledger(&self) -> PathBuf {
        self.folder.path().join("ledger/fund.db")
    }

    pub(crate) fn head(&self) -> PathBuf {
        self.folder.path().join("elsewhere/fund.head")
    }

    pub(crate) fn run(&self, lang: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"));
        for name in [
            "SUBSIDYD_DATABASE",
            "SUBSIDYD_LANG",
            "SUBSIDYD_LEARNER_KEY_FILE",
            "SUBSIDYD_HEAD_FILE",
            "SUBSIDYD_KEY_FILE",
            "SUBSIDYD_POLICY",
        ] {
            command.env_remove(name);
        }
        command
            .args([
                "--database",
                &format!("sqlite:{}", self.ledger().display()),
                "--lang",
                lang,
            ])
            .arg("--head-file")
            .arg(self.head())
            .args(arguments);
        command.output().expect("the program runs")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Takes in papers, by name.
    fn take(&self, papers: &[(&str, Vec<u8>)]) -> Output {
        self.take_with(&[], papers)
    }

    /// Takes in papers, by name, with some more arguments.
    pub(crate) fn take_with(&self, more: &[&str], papers: &[(&str, Vec<u8>)]) -> Output {
        let mut arguments = [more, &["ingest", "--received-on", "2023-05-01", "--learner-key"]].concat();
        let key = self.folder.path().join("learner.key").display().to_string();
        arguments.push(&key);
        let paths: Vec<String> = papers
            .iter()
            .map(|(name, bytes)| {
                let path = self.folder.path().join("papers").join(name);
                std::fs::write(&path, bytes).expect("a file");
                path.display().to_string()
            })
            .collect();
        arguments.extend(paths.iter().map(String::as_str));
        self.run("en", &arguments)
    }

    pub(crate) fn open(&self) -> Ledger {
        Ledger::open(self.ledger(), Opening::Existing).expect("it opens")
    }
}

pub(crate) fn first() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("terms.csv", terms("MBO_EXAM")),
        ("tariff.csv", exam_tariff()),
        ("type.csv", exam_type("PA-1", "")),
        ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
    ]
}

/// Evidence and an invoice for one learner.
pub(crate) fn second(learner: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "results.csv",
            results(&[pass("R-1", learner, "PA-1", "2023-03-15", BRIN)]),
        ),
        (
            "invoice.xml",
            invoice("F-1", [exam("PA-1", learner, "R-1", "2023-03-15")]).xml(),
        ),
    ]
}

pub(crate) fn fine(output: &Output) {
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
}

/// Every way to use a ledger ends with 21, and says so in both languages.
fn refused(desk: &Desk, dutch: &str, english: &str) {
    for arguments in [
        ["verify"].as_slice(),
        &["report", "budget", "--year", "2023"],
        &["rebuild"],
        &["trace", "F-1"],
    ] {
        for (lang, wanted) in [("nl", dutch), ("en", english)] {
            let output = desk.run(lang, arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(21), "{arguments:?}: {said}");
            assert!(said.contains(wanted), "{arguments:?}: {said}");
        }
    }
    let output = desk.take(&second("K-9"));
    assert_eq!(output.status.code(), Some(21), "{output:?}");
}

fn copy(from: &Path, to: &Path) {
    std::fs::copy(from, to).expect("a copy");
}

#[test]
fn an_older_copy_put_back_is_refused_until_somebody_accepts_it() {
    let desk = Desk::empty();
    fine(&desk.take(&first()));
    let old = desk.folder.path().join("old.db");
    copy(&desk.ledger(), &old);
    fine(&desk.take(&second("K-1")));
    let newest = desk.open().head().expect("a head");
    fine(&desk.run("en", &["verify"]));

    copy(&old, &desk.ledger());
    refused(&desk, "een oudere kopie", "an older copy");
    assert!(
        desk.open().head().expect("a head").size < newest.size,
        "nothing was added to it"
    );

    // An explicit act, with a reason, which is written down beside the head.
    assert_eq!(desk.run("en", &["accept-head"]).status.code(), Some(2));
    assert_eq!(
        desk.run("en", &["accept-head", "--reason", " "]).status.code(),
        Some(2)
    );
    let output = desk.run("en", &["accept-head", "--reason", "the disk of Tuesday burnt"]);
    fine(&output);
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("given up"),
        "{output:?}"
    );
    let kept = std::fs::read_to_string(desk.head()).expect("the head");
    assert!(
        kept.contains("the disk of Tuesday burnt") && kept.contains(&newest.root.to_string()),
        "{kept}"
    );
    fine(&desk.run("en", &["verify"]));
    fine(&desk.take(&second("K-1")));
    let kept = std::fs::read_to_string(desk.head()).expect("the head");
    assert!(kept.contains("the disk of Tuesday burnt"), "it stays: {kept}");
}

#[test]
fn a_rewritten_history_of_equal_length_is_refused_and_one_that_went_on_too() {
    let (desk, forger) = (Desk::empty(), Desk::empty());
    fine(&desk.take(&first()));
    fine(&desk.take(&second("K-1")));
    // The same papers but for one learner: as many records, and another history that agrees with itself.
    fine(&forger.take(&first()));
    fine(&forger.take(&second("K-2")));
    fine(&forger.run("en", &["verify"]));
    let (ours, theirs) = (
        desk.open().head().expect("a head"),
        forger.open().head().expect("a head"),
    );
    assert_eq!(ours.size, theirs.size);
    copy(&forger.ledger(), &desk.ledger());
    refused(&desk, "herschreven", "rewritten");

    fine(&forger.take(&[(
        "more.csv",
        results(&[pass("R-7", "K-7", "PA-1", "2023-03-16", BRIN)]),
    )]));
    copy(&forger.ledger(), &desk.ledger());
    refused(&desk, "herschreven", "rewritten");
}

#[test]
fn a_ledger_that_is_gone_is_refused_and_no_second_history_begun() {
    let desk = Desk::empty();
    fine(&desk.take(&first()));
    std::fs::remove_file(desk.ledger()).expect("removed");
    refused(&desk, "een oudere kopie", "an older copy");
    assert!(!desk.ledger().exists());
}

#[test]
fn a_head_that_lags_behind_a_killed_program_is_no_reason_to_refuse() {
    let desk = Desk::empty();
    fine(&desk.take(&first()));
    let lagging = std::fs::read(desk.head()).expect("a head");
    fine(&desk.take(&second("K-1")));
    std::fs::write(desk.head(), lagging).expect("put back");
    fine(&desk.run("en", &["verify"]));
    fine(&desk.take(&second("K-1")));
    let kept = std::fs::read_to_string(desk.head()).expect("the head");
    let head = desk.open().head().expect("a head");
    assert!(
        kept.contains(&head.root.to_string()),
        "it is raised again: {kept}"
    );
}

#[test]
fn a_head_that_was_named_and_is_not_there_is_told() {
    let desk = Desk::empty();
    fine(&desk.take(&first()));
    std::fs::remove_file(desk.head()).expect("removed");
    let output = desk.run("en", &["verify"]);
    fine(&output);
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("no head of this ledger"),
        "{output:?}"
    );
    std::fs::write(desk.head(), "12 not a head\n").expect("written");
    let output = desk.run("en", &["verify"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("do this"),
        "{output:?}"
    );
}
