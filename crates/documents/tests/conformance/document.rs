//! The table of agreement in `docs/conformance.md`, held against what was found.

use crate::agreement::Tally;

const DOCUMENT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/conformance.md");
const START: &str = "<!-- agreement: written by the test `conformance` -->\n";
const END: &str = "<!-- end of agreement -->\n";

/// Fails when the document says something else than was found; `SUBSIDY_CONFORMANCE_WRITE=1` puts what was found into it.
pub(crate) fn compare(tallies: &[(&str, Tally)]) {
    let found = table(tallies);
    let document = std::fs::read_to_string(DOCUMENT).expect("docs/conformance.md");
    let (before, rest) = document.split_once(START).expect("the start of the table");
    let (written, after) = rest.split_once(END).expect("the end of the table");
    if std::env::var_os("SUBSIDY_CONFORMANCE_WRITE").is_some() {
        std::fs::write(DOCUMENT, [before, START, &found, END, after].concat()).expect("docs/conformance.md");
        return;
    }
    assert!(
        written == found,
        "docs/conformance.md is out of step with the rules; SUBSIDY_CONFORMANCE_WRITE=1 writes it. Found:\n{found}"
    );
}

fn table(tallies: &[(&str, Tally)]) -> String {
    let mut table = String::from(
        "\n| Rules | Fragments that agree | Whole documents with the same fatal rules | and the same warnings |\n|---|---|---|---|\n",
    );
    for (set, tally) in tallies {
        table.push_str(&format!(
            "| {set} | {} of {} | {} of {} | {} of {} |\n",
            tally.fragments_agree,
            tally.fragments,
            tally.documents_agree,
            tally.documents,
            tally.warnings_agree,
            tally.documents
        ));
    }
    table.push_str("\nDifferences:\n\n");
    for difference in tallies.iter().flat_map(|(_, tally)| &tally.differences) {
        table.push_str(&format!("* {difference}\n"));
    }
    table.push('\n');
    table
}
