//! The samples of banks: what each says.

use std::path::{Path, PathBuf};

use subsidy_documents::payment_file::{self, PaymentFinding};
use subsidy_documents::payment_status::{self, PaymentStatus, StatusReason};
use subsidy_documents::statement::{self, AddsUp, StatementFile};
use subsidy_documents::{Fault, Limits};

/// The folder with samples and schemas, or `None`, which is said, when it is absent and nothing demands it.
pub(crate) fn samples() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/standards");
    let standards = std::env::var_os("SUBSIDY_STANDARDS").map_or_else(beside, PathBuf::from);
    let folder = standards.join("sepa");
    if folder.join("samples/expected.csv").is_file() {
        return Some(folder);
    }
    let message = "NOT RUN: there are no samples of banks; set SUBSIDY_STANDARDS to their folder";
    let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
    assert!(!required, "{message}");
    eprintln!("{message}");
    None
}

/// What a sample says, in a line for each statement and each fault.
fn told(file: &StatementFile) -> Vec<String> {
    let statement = |statement: &statement::Statement| {
        let balance = |balance: &Option<statement::Balance>| match balance {
            Some(balance) => format!("{} {} {}", balance.code, balance.amount, balance.currency),
            None => "none".to_owned(),
        };
        let entries = statement.entries.iter();
        let transactions: usize = entries.clone().map(|entry| entry.transactions.len()).sum();
        let untold: u32 = entries.clone().map(|entry| entry.untold).sum();
        let adding = entries
            .clone()
            .filter(|entry| entry.adds_up() == AddsUp::Yes)
            .count();
        let batches = entries.filter(|entry| entry.batch.is_some()).count();
        let sum = match statement.adds_up() {
            AddsUp::Yes => "adds up".to_owned(),
            AddsUp::No(difference) => format!("adds up to {}", difference.computed),
            AddsUp::Untold => "sum untold".to_owned(),
        };
        format!(
            "{} no {:?}: {} to {}; {} entries ({adding} add up, {batches} batches), {transactions} transactions and {untold} untold; {sum}",
            statement.account,
            statement.electronic_sequence,
            balance(&statement.opening),
            balance(&statement.closing),
            statement.entries.len(),
        )
    };
    let faults = file.faults.iter().map(Fault::to_string);
    let is_first =
        |fault: &Fault, first: &Option<Fault>| first.as_ref().is_none_or(|first| first.code != fault.code);
    let mut objections = Vec::new();
    let mut before = None;
    for objection in file.objections() {
        // The first of a row of the same kind tells enough.
        if is_first(&objection, &before) {
            objections.push(format!("not to be booked: {objection}"));
        }
        before = Some(objection);
    }
    let statements = file.statements.iter().map(statement);
    statements.chain(faults).chain(objections).collect()
}

/// Every sample in a folder, in order of name, with its name.
pub(crate) fn files(folder: &Path, name: &str) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder.join("samples").join(name)).expect("a folder of samples");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let file = |path: PathBuf| {
        let own = path.file_name().expect("a name").to_string_lossy().into_owned();
        (format!("{name}/{own}"), std::fs::read(&path).expect("a sample"))
    };
    paths.into_iter().map(file).collect()
}

#[test]
fn every_sample_of_a_statement_is_read_as_it_says() {
    let Some(folder) = samples() else {
        return;
    };
    let mut found = String::new();
    for version in ["camt.053.001.02", "camt.053.001.08"] {
        for (name, bytes) in files(&folder, version) {
            let file = statement::read(&bytes, &Limits::default()).expect("a statement");
            assert!(file.personal_data.is_empty(), "{name}: {:?}", file.personal_data);
            found.push_str(&format!("{name}\n"));
            for line in told(&file) {
                found.push_str(&format!("  {line}\n"));
            }
        }
    }
    assert_eq!(found, include_str!("statements.txt"));
}

/// What became of a payment file, in a line for each finding.
fn judged(bytes: &[u8]) -> Vec<String> {
    let finding = |finding: &PaymentFinding| format!("{} at {}", finding.rule, finding.place);
    match payment_file::check(bytes, &Limits::default()) {
        Ok(verdict) => verdict.findings.iter().map(finding).collect(),
        Err(why) => vec![why.code().to_owned()],
    }
}

#[test]
fn every_sample_of_a_payment_file_is_judged_by_the_rule_that_it_is_there_to_break() {
    let Some(folder) = samples() else {
        return;
    };
    let mut found = String::new();
    for kind in ["invalid", "pain.001.001.09", "pain.001.001.03"] {
        for (name, bytes) in files(&folder, kind) {
            found.push_str(&format!("{name}\n"));
            for line in judged(&bytes) {
                found.push_str(&format!("  {line}\n"));
            }
        }
    }
    assert_eq!(found, include_str!("payments.txt"));
}

/// What a bank says became of payments, in a line for the file, for each batch and for each transfer.
fn reported(read: &PaymentStatus) -> Vec<String> {
    let said = |status: &Option<Box<str>>, reasons: &[StatusReason]| {
        let code = |reason: &StatusReason| reason.code.as_deref().unwrap_or("-").to_owned();
        let additional = reasons
            .iter()
            .filter(|reason| reason.additional.is_some())
            .count();
        let codes: Vec<String> = reasons.iter().map(code).collect();
        format!(
            "{} [{}] {additional} texts",
            status.as_deref().unwrap_or("none"),
            codes.join(" ")
        )
    };
    let told = |id: &Option<Box<str>>| id.as_deref().unwrap_or("none").to_owned();
    let mut lines = vec![format!(
        "{}: {}",
        read.original_message_id,
        said(&read.status, &read.reasons)
    )];
    for batch in &read.batches {
        let id = told(&batch.payment_information);
        lines.push(format!("batch {id}: {}", said(&batch.status, &batch.reasons)));
        for own in &batch.transactions {
            let id = told(&own.end_to_end);
            lines.push(format!("transfer {id}: {}", said(&own.status, &own.reasons)));
        }
    }
    lines.extend(read.faults.iter().map(Fault::to_string));
    lines
}

#[test]
fn every_sample_of_a_payment_status_is_read_as_it_says() {
    let Some(folder) = samples() else {
        return;
    };
    let mut found = String::new();
    for (name, bytes) in files(&folder, "pain.002") {
        let read = payment_status::read(&bytes, &Limits::default()).expect("a status");
        found.push_str(&format!("{name}\n"));
        for line in reported(&read) {
            found.push_str(&format!("  {line}\n"));
        }
    }
    assert_eq!(found, include_str!("statuses.txt"));
}
