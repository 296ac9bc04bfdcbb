//! The page of promises and the tests are kept in step. Each failure says what to do.

use std::collections::BTreeSet;

use crate::support::{read, root, rust_below};

/// The tests that the page names.
fn named() -> BTreeSet<String> {
    let page = read(&root().join("docs/operations.md"));
    let heading = "## What the ledger promises, and which test holds it";
    let at = page.find(heading).expect("the section of promises");
    page[at..]
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let test = line.trim_matches('|').rsplit('|').next().expect("a cell");
            test.trim().trim_matches('`').to_owned()
        })
        .collect()
}

/// The tests of a source: functions below `#[test]`, and those that a macro makes tests of.
fn tests_of(text: &str) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let mut lines = text.lines().map(str::trim);
    while let Some(line) = lines.next() {
        // Also in the macro itself, whose tests are named where it is used.
        if line == "#[test]" {
            let function = lines.clone().find_map(|line| line.strip_prefix("fn "));
            let name = function.and_then(|rest| rest.split('(').next());
            tests.extend(name.filter(|name| !name.starts_with('$')).map(str::to_owned));
        }
        if line == "on_each_store! {" {
            let names = lines.clone().take_while(|line| *line != "}");
            tests.extend(
                names.filter_map(|line| Some(line.split_once("::")?.1.trim_end_matches(',').to_owned())),
            );
        }
        if line == "contract! {" {
            let names = lines.clone().take_while(|line| *line != "}");
            tests.extend(names.map(|line| line.trim_end_matches(',').to_owned()));
        }
    }
    tests
}

fn all_tests(folder: &str) -> BTreeSet<String> {
    rust_below(&root().join(folder))
        .iter()
        .flat_map(|(_, text)| tests_of(text))
        .collect()
}

#[test]
fn every_promise_has_its_test_and_every_test_of_the_contract_its_promise() {
    let named = named();
    assert!(named.len() > 25, "{} promises", named.len());
    let there: BTreeSet<String> = ["tests", "crates"].into_iter().flat_map(all_tests).collect();
    let gone: Vec<_> = named.difference(&there).collect();
    assert!(
        gone.is_empty(),
        "docs/operations.md promises {gone:?}, which are no tests: mend the page, or write them"
    );
    let mut held: BTreeSet<String> = ["tests/contract", "tests/faults"]
        .into_iter()
        .flat_map(all_tests)
        .collect();
    held.extend(tests_of(&read(&root().join("tests/rollback.rs"))));
    let untold: Vec<_> = held.difference(&named).collect();
    assert!(
        untold.is_empty(),
        "{untold:?} hold promises that docs/operations.md does not make: add a row for each"
    );
}
