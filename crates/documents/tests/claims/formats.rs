//! `docs/formats.md` and the code say the same.

use subsidy_documents::{Kind, columns};

const FORMATS: &str = include_str!("../../../../docs/formats.md");

/// The part of the page about a list, from the heading that names it.
fn section(kind: Kind) -> &'static str {
    let name = format!("`{}`", kind.list_name());
    let heading = FORMATS
        .lines()
        .find(|line| line.starts_with("### 2.") && line.contains(&name));
    let heading = heading.unwrap_or_else(|| panic!("{name} has no heading"));
    let from = FORMATS.find(heading).expect("the heading") + heading.len();
    let rest = &FORMATS[from..];
    let end = rest
        .find("\n## ")
        .into_iter()
        .chain(rest.find("\n### "))
        .min()
        .unwrap_or(rest.len());
    &rest[..end]
}

#[test]
fn every_column_is_on_the_page() {
    for kind in Kind::ALL {
        for column in columns(*kind).unwrap_or_default() {
            for name in [column.name].iter().chain(column.also) {
                let there = section(*kind)
                    .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .any(|word| word == *name);
                assert!(there, "{name} is not in the section of {}", kind.list_name());
            }
        }
    }
}

#[test]
fn the_columns_that_must_be_there_are_bold() {
    for kind in Kind::ALL {
        for column in columns(*kind).unwrap_or_default() {
            let bold = section(*kind).contains(&format!("**{}**", column.name));
            assert_eq!(bold, column.required, "{} of {}", column.name, kind.list_name());
        }
    }
}
