//! Each line and each file of the year, against the manifest that knows no ledger.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};
use subsidy_domain::reason::Reason;
use subsidy_domain::view::ClaimRow;

use crate::support::figures::{claims, compared, stands};
use crate::support::granted::Books;
use crate::support::year::year;
use crate::support::{fixtures, manifest};
use crate::totals::{fate, kind_of};

/// How a line ended: outcome, reason, cents, the years that bear it, the evidence that decided, its category.
type End = (String, String, i64, String, String, String);

#[test]
fn every_line_ends_as_the_manifest_expects_and_no_other_line_exists() {
    let books = Books::of(&year().ledger);
    let expected: BTreeMap<String, End> = manifest::lines()
        .into_iter()
        // Lines of a document that is parked whole are not presented: its reason stands with the document.
        .filter(|line| line.outcome != "parked")
        .map(|line| {
            let decides = line.outcome == "granted";
            let of_what_stands = |text: String| if decides { text } else { String::new() };
            let end = (
                line.outcome.clone(),
                line.reason.clone(),
                line.amount,
                of_what_stands(line.fiscal_year.clone()),
                of_what_stands(line.evidence.clone()),
                of_what_stands(line.category.clone()),
            );
            (line.name(), end)
        })
        .collect();
    assert_eq!(expected.len(), 13_790);
    let found = claims(&year().ledger)
        .into_iter()
        .map(|(name, row)| {
            let end = end_of(&row, &books);
            (name, end)
        })
        .collect();
    assert_eq!(compared(&expected, &found), Vec::<String>::new());
}

fn end_of(row: &ClaimRow, books: &Books) -> End {
    let outcome = match row.state.as_str() {
        "paid" => "granted",
        "settled" => "credited",
        other => other,
    };
    let Some(award) = row.award.as_ref().filter(|_| stands(row)) else {
        let reason = row.reason.as_ref().map_or("", Reason::code);
        let nothing = String::new;
        return (
            outcome.to_owned(),
            reason.to_owned(),
            0,
            nothing(),
            nothing(),
            nothing(),
        );
    };
    let remarks: Vec<&str> = award.remarks.iter().map(Reason::code).collect();
    let years: Vec<String> = award
        .allocations
        .iter()
        .map(|part| part.year.to_string())
        .collect();
    // An application or agreement decides where there is no other evidence.
    let evidence = award.evidence.as_ref().map(ToString::to_string);
    let evidence = evidence.or_else(|| award.application.as_ref().map(ToString::to_string));
    (
        outcome.to_owned(),
        remarks.join("+"),
        award.amount.cents(),
        years.join("+"),
        evidence.unwrap_or_default(),
        books.category(row).unwrap_or_default(),
    )
}

#[test]
fn every_line_is_presented_as_its_document_has_it() {
    let mut hashes: BTreeMap<String, String> = BTreeMap::new();
    let rows = claims(&year().ledger);
    for line in manifest::lines()
        .into_iter()
        .filter(|line| line.outcome != "parked")
    {
        let hash = hashes.entry(line.document.clone()).or_insert_with(|| {
            let bytes = std::fs::read(fixtures().join("inbox").join(&line.document)).expect("the document");
            Sha256::digest(&bytes)
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect()
        });
        let presented = &rows[&line.name()].presented;
        assert_eq!(presented.document.as_str(), hash, "{}", line.name());
        assert_eq!(presented.item.to_string(), line.item_code, "{}", line.name());
        assert_eq!(presented.claimed.cents(), line.claimed, "{}", line.name());
        assert_eq!(presented.performed_on, line.performed_on, "{}", line.name());
        if let Some(named) = &presented.evidence {
            assert_eq!(named.as_str(), line.evidence, "{}", line.name());
        }
    }
}

#[test]
fn every_file_becomes_what_the_manifest_expects_and_no_other_file_was_seen() {
    let expected: BTreeMap<String, (String, String)> = manifest::documents()
        .into_iter()
        .map(|document| (document.file, (document.kind, document.expected)))
        .collect();
    let found: BTreeMap<String, (String, String)> = year()
        .inbox()
        .map(|(path, file)| {
            (
                path.to_str().expect("a name").to_owned(),
                (kind_of(file), fate(file)),
            )
        })
        .collect();
    assert_eq!(compared(&expected, &found), Vec::<String>::new());
    assert_eq!(expected.len(), year().inbox().count());
}
