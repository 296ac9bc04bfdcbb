//! The glossary, the page of formats and the code say the same. Each failure says what to do.

use std::collections::{BTreeMap, BTreeSet};

use subsidy_documents::{Kind, columns};
use subsidy_domain::reason::Reason;
use subsidyd::text::codes;

use crate::support::{read, root, rust_below};

#[test]
fn the_glossary_and_the_code_use_the_same_words() {
    let glossary = read(&root().join("docs/glossary.md"));
    let terms: BTreeSet<(String, String)> = rows_of(&glossary, "## Terms")
        .into_iter()
        .map(|cells| (cells[0].clone(), cells[1].trim_matches('`').to_owned()))
        .collect();
    let in_code: BTreeSet<(String, String)> = rust_below(&root().join("crates"))
        .iter()
        .flat_map(|(_, text)| aliases(text))
        .collect();
    assert!(terms.len() > 80, "{} terms", terms.len());
    let missing: Vec<_> = terms.difference(&in_code).collect();
    assert!(
        missing.is_empty(),
        "in docs/glossary.md and without #[doc(alias = \"<Dutch>\")] on the item: {missing:?}"
    );
    let unexplained: Vec<_> = in_code.difference(&terms).collect();
    assert!(
        unexplained.is_empty(),
        "a doc(alias) without its row in docs/glossary.md: {unexplained:?}"
    );
    let dutch: BTreeSet<&String> = terms.iter().map(|(dutch, _)| dutch).collect();
    let twice: Vec<_> = terms
        .iter()
        .filter(|(dutch, _)| terms.iter().filter(|(other, _)| other == dutch).count() > 1)
        .collect();
    assert_eq!(
        dutch.len(),
        terms.len(),
        "one Dutch word for two things, name one of them otherwise: {twice:?}"
    );
}

/// The rows of the first table below a heading.
fn rows_of(page: &str, heading: &str) -> Vec<Vec<String>> {
    let at = page.find(heading).unwrap_or_else(|| panic!("{heading} is gone"));
    page[at..]
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect()
}

/// Each `doc(alias)` of a source, with the name of the item below it.
fn aliases(text: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(rest) = line.strip_prefix("#[doc(alias = \"") else {
            continue;
        };
        let alias = &rest[..rest.find('"').expect("the end of the alias")];
        found.push((alias.to_owned(), item_below(&lines[at + 1..])));
    }
    found
}

/// The name of the first item below: attributes and comments are passed over, also those of several lines.
fn item_below(lines: &[&str]) -> String {
    let mut depth = 0_usize;
    for line in lines {
        if depth > 0 || line.starts_with("#[") {
            depth = depth + line.matches('[').count() - line.matches(']').count();
        } else if !line.starts_with("//") {
            let keywords = [
                "pub", "crate", "const", "struct", "enum", "trait", "type", "fn", "mod",
            ];
            let words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
            let name = words
                .filter(|word| !word.is_empty())
                .find(|word| !keywords.contains(word));
            return name.expect("a name").to_owned();
        }
    }
    panic!("an alias above nothing")
}

#[test]
fn every_reason_is_explained_in_both_languages() {
    let glossary = read(&root().join("docs/glossary.md"));
    let rows: BTreeMap<String, Vec<String>> = rows_of(&glossary, "## Reason codes")
        .into_iter()
        .map(|cells| (cells[0].trim_matches('`').to_owned(), cells))
        .collect();
    for code in Reason::CODES {
        let cells = rows.get(*code);
        let cells = cells.unwrap_or_else(|| {
            panic!("{code} has no row under `## Reason codes` of docs/glossary.md: add it")
        });
        let text = codes().find(|(known, _, _)| known == code);
        let (_, dutch, english) =
            text.unwrap_or_else(|| panic!("{code} has no text: add it to subsidyd::text::codes"));
        assert!(
            !dutch.is_empty() && !english.is_empty() && dutch != english,
            "{code}: write it in both languages"
        );
        assert_eq!(
            cells[1..],
            [*dutch, *english],
            "{code}: the glossary and subsidyd::text::codes differ"
        );
    }
    let known: BTreeSet<&str> = Reason::CODES.iter().copied().collect();
    let ghosts: Vec<_> = rows
        .keys()
        .filter(|code| !known.contains(code.as_str()))
        .collect();
    assert!(
        ghosts.is_empty(),
        "docs/glossary.md explains {ghosts:?}, which are no reasons: take them out"
    );
}

#[test]
fn every_code_of_a_refused_row_is_explained_in_both_languages() {
    let explained: BTreeSet<&str> = codes().map(|(code, _, _)| *code).collect();
    let mut given = BTreeSet::new();
    for (_, text) in rust_below(&root().join("crates/daemon/src/intake")) {
        if text.contains("RowRefusal") {
            given.extend(
                ["RowRefusal(\"", "=> \""]
                    .iter()
                    .flat_map(|before| codes_after(&text, before)),
            );
        }
    }
    assert!(given.len() > 35, "{given:?}");
    let silent: Vec<_> = given
        .iter()
        .filter(|code| !explained.contains(code.as_str()))
        .collect();
    assert!(
        silent.is_empty(),
        "a sender would see bare codes, add their texts to subsidyd::text::codes: {silent:?}"
    );
}

/// Each code that stands in a text behind these signs: capitals, digits and underscores up to the closing quotation mark.
fn codes_after(text: &str, before: &str) -> Vec<String> {
    let starts = text
        .match_indices(before)
        .map(|(at, _)| &text[at + before.len()..]);
    starts
        .filter_map(|rest| rest.split_once('"').map(|(code, _)| code))
        .filter(|code| code.starts_with(|c: char| c.is_ascii_uppercase()))
        .filter(|code| {
            code.chars()
                .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_of_formats_names_no_column_that_is_not_read() {
    let page = read(&root().join("docs/formats.md"));
    for kind in Kind::ALL {
        let Some(columns) = columns(*kind) else { continue };
        let section = section(&page, kind.list_name());
        let names: BTreeSet<&str> = columns.iter().map(|column| column.name).collect();
        for bold in section.split("**").skip(1).step_by(2) {
            let read = names.contains(bold) || *kind == Kind::ChequesIssued || *kind == Kind::ChequesRedeemed;
            assert!(
                read,
                "docs/formats.md: {bold} of {} is not read: mend the page or the reader",
                kind.list_name()
            );
        }
        let rows = table(section);
        if rows.is_empty() {
            continue;
        }
        let also_at = section.contains("| column | also |");
        let told: BTreeMap<&str, Vec<&str>> = rows
            .iter()
            .map(|cells| {
                let also = if also_at {
                    cells[1].split(", ").filter(|name| !name.is_empty()).collect()
                } else {
                    Vec::new()
                };
                (cells[0].trim_matches('*'), also)
            })
            .collect();
        let read: BTreeMap<&str, Vec<&str>> = columns
            .iter()
            .map(|column| (column.name, column.also.to_vec()))
            .collect();
        assert_eq!(
            told,
            read,
            "docs/formats.md and the reader of {} differ: mend one",
            kind.list_name()
        );
    }
}

/// The section of a list: from the heading that names it to the next.
fn section<'a>(page: &'a str, list: &str) -> &'a str {
    let name = format!("`{list}`");
    let mut from = page.match_indices("\n### 2.");
    let at = from.find(|(at, _)| {
        page[at + 1..]
            .lines()
            .next()
            .is_some_and(|heading| heading.contains(&name))
    });
    let (at, _) = at.unwrap_or_else(|| panic!("docs/formats.md has no heading with {name}: add its section"));
    let rest = &page[at + 1..];
    let end = ["\n### ", "\n## "]
        .iter()
        .filter_map(|next| rest.find(next))
        .min()
        .unwrap_or(rest.len());
    &rest[..end]
}

fn table(section: &str) -> Vec<Vec<&str>> {
    section
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}
