//! The published material that is read in place and never copied.

use std::path::PathBuf;

use super::root;

/// The folder of synthetic Dutch invoices, or `None`, which is said, when it is absent and nothing demands it.
pub(crate) fn synthetic_invoices() -> Option<PathBuf> {
    let folder = standards().join("einvoice/synthetic");
    if folder.join("expected.csv").is_file() {
        return Some(folder);
    }
    missing("there are no synthetic invoices; set SUBSIDY_STANDARDS to the folder of the standards");
    None
}

/// The schema of XAF 4.0, or `None`, which is said, when it is absent and nothing demands it.
pub(crate) fn schema_of_audit_files() -> Option<PathBuf> {
    let schema = standards().join("xaf/4.0/XmlAuditfileFinancieel4.0.xsd");
    if schema.is_file() {
        return Some(schema);
    }
    missing("there is no schema of audit files; set SUBSIDY_STANDARDS to the folder of the standards");
    None
}

/// The schema of payment files (pain.001.001.09), or `None`, which is said, when it is absent and nothing demands it.
pub(crate) fn schema_of_payment_files() -> Option<PathBuf> {
    let schema = standards().join("sepa/xsd/pain.001.001.09.xsd");
    if schema.is_file() {
        return Some(schema);
    }
    missing("there is no schema of payment files; set SUBSIDY_STANDARDS to the folder of the standards");
    None
}

fn standards() -> PathBuf {
    let beside = || root().join("../shared/standards");
    std::env::var_os("SUBSIDY_STANDARDS").map_or_else(beside, PathBuf::from)
}

/// Says that something is not there to test with; `SUBSIDY_STANDARDS_REQUIRED=1` makes it a failure.
pub(crate) fn missing(what: &str) {
    let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
    assert!(!required, "NOT RUN: {what}");
    eprintln!("NOT RUN: {what}");
}
