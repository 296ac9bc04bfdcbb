//! How a list is recognised.

use subsidy_documents::{Document, Kind, Unreadable, columns};

use crate::samples::{LISTS, lines, reading, try_reading};

fn document(text: &str) -> Document {
    reading(text).document
}

#[test]
fn the_order_case_and_spacing_of_columns_do_not_matter() {
    for (kind, header, row) in LISTS {
        let turned = |line: &str| line.split(';').rev().collect::<Vec<_>>().join(";");
        let shouted = turned(header).to_uppercase().replace(';', " ; ");
        let read = document(&format!("{shouted}\n{}\n", turned(row)));
        assert_eq!(read, document(&format!("{header}\n{row}\n")), "{kind:?}");
    }
}

#[test]
fn every_other_name_of_a_column_is_known() {
    for (kind, header, row) in LISTS {
        for column in columns(*kind).expect("a list") {
            for other in column.also {
                let renamed: Vec<&str> = header
                    .split(';')
                    .map(|name| if name == column.name { other } else { name })
                    .collect();
                let read = document(&format!("{}\n{row}\n", renamed.join(";")));
                assert_eq!(read, document(&format!("{header}\n{row}\n")), "{other}");
            }
        }
    }
}

#[test]
fn a_list_with_only_the_required_columns_is_recognised() {
    for (kind, header, row) in LISTS {
        let required = columns(*kind)
            .expect("a list")
            .iter()
            .filter(|column| column.required);
        let names: Vec<&str> = required.map(|column| column.name).collect();
        let fields: Vec<&str> = header
            .split(';')
            .zip(row.split(';'))
            .filter(|(name, _)| names.contains(name))
            .map(|(_, field)| field)
            .collect();
        let header: Vec<&str> = header.split(';').filter(|name| names.contains(name)).collect();
        let read = document(&format!("{}\n{}\n", header.join(";"), fields.join(";")));
        assert_eq!(read.kind(), *kind);
    }
}

#[test]
fn no_header_fits_two_lists() {
    for (kind, ..) in LISTS {
        for (other, ..) in LISTS.iter().filter(|(other, ..)| other != kind) {
            let all = columns(*kind).expect("a list");
            let contained = columns(*other)
                .expect("a list")
                .iter()
                .filter(|column| column.required)
                .all(|needed| {
                    all.iter()
                        .any(|column| column.name == needed.name || needed.also.contains(&column.name))
                });
            assert!(!contained, "{kind:?} has all that {other:?} requires");
        }
    }
}

#[test]
fn no_name_stands_for_two_columns_of_a_list() {
    for (kind, ..) in LISTS {
        let columns = columns(*kind).expect("a list");
        let mut names: Vec<&str> = columns
            .iter()
            .flat_map(|column| [column.name].into_iter().chain(column.also.iter().copied()))
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), count, "{kind:?}");
    }
}

#[test]
fn every_missing_column_is_named() {
    let (kind, header, row) = LISTS[0];
    let without = |gone: &[&str]| {
        let kept = header
            .split(';')
            .zip(row.split(';'))
            .filter(|(name, _)| !gone.contains(name));
        let (names, fields): (Vec<&str>, Vec<&str>) = kept.unzip();
        try_reading(format!("{}\n{}\n", names.join(";"), fields.join(";")).as_bytes())
    };
    let columns = vec!["examencode".to_owned(), "uitslag".to_owned()];
    assert_eq!(
        without(&["examencode", "uitslag", "poging"]),
        Err(Unreadable::MissingColumns { kind, columns })
    );
    assert!(without(&["poging", "versie", "examenomschrijving"]).is_ok());
}

#[test]
fn a_column_that_occurs_twice_is_refused_under_any_name() {
    let (kind, header, row) = LISTS[0];
    let refused = try_reading(format!("{header};Kandidaat\n{row};C-9\n").as_bytes());
    assert_eq!(
        refused,
        Err(Unreadable::RepeatedColumn {
            kind,
            column: "kandidaatnummer".into()
        })
    );
}

#[test]
fn an_unknown_column_is_ignored_with_a_warning() {
    let (_, header, row) = LISTS[0];
    let read = document(&format!("\n{header};Kleur;\n{row};rood;\n"));
    assert_eq!(lines(read.faults()), [""; 0]);
    assert_eq!(
        lines(read.warnings()),
        ["row 2, column 13 (Kleur): UNKNOWN_COLUMN Kleur"]
    );
}

#[test]
fn an_unknown_header_is_shown() {
    let refused = try_reading(b"naam;leeftijd\nx;3\n");
    let columns = vec!["naam".to_owned(), "leeftijd".to_owned()];
    assert_eq!(refused, Err(Unreadable::UnknownColumns { columns }));
}

#[test]
fn a_first_row_of_data_is_never_shown() {
    for (kind, _, row) in LISTS {
        let refused = try_reading(format!("{row}\n{row}\n").as_bytes());
        assert_eq!(refused, Err(Unreadable::NoHeader), "{kind:?}");
    }
}

#[test]
fn a_list_without_rows_is_refused() {
    let (kind, header, _) = LISTS[0];
    for rows in ["", "\n", "\n;;;;\n\n"] {
        assert_eq!(
            try_reading(format!("{header}{rows}").as_bytes()),
            Err(Unreadable::NoRows { kind })
        );
    }
}

#[test]
fn commas_and_tabs_are_delimiters_too() {
    let (kind, header, row) = LISTS[0];
    assert_eq!(kind, Kind::ExamResults);
    let semicolons = document(&format!("{header}\n{row}\n"));
    for delimiter in [",", "\t"] {
        let text = format!("{header}\n{row}\n").replace(';', delimiter);
        assert_eq!(document(&text), semicolons, "{delimiter:?}");
    }
}
