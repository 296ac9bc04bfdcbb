//! The published material that is read in place and never copied.

use std::path::PathBuf;

use super::root;

/// The folder of synthetic Dutch invoices, or `None`, which is said, when it is absent and nothing demands it.
pub(crate) fn synthetic_invoices() -> Option<PathBuf> {
    let beside = || root().join("../shared/standards");
    let standards = std::env::var_os("SUBSIDY_STANDARDS").map_or_else(beside, PathBuf::from);
    let folder = standards.join("einvoice/synthetic");
    if folder.join("expected.csv").is_file() {
        return Some(folder);
    }
    let message =
        "NOT RUN: there are no synthetic invoices; set SUBSIDY_STANDARDS to the folder of the standards";
    let required = std::env::var_os("SUBSIDY_STANDARDS_REQUIRED").is_some_and(|value| value == "1");
    assert!(!required, "{message}");
    eprintln!("{message}");
    None
}
