//! Lists in other encodings, and characters spoiled on their way.

use subsidy_documents::{Document, Kind};

use crate::samples::{lines, list, reading, row_with, try_reading};

fn described(text: &str) -> String {
    list(
        Kind::ExamTypes,
        &[&row_with(Kind::ExamTypes, "omschrijving", text)],
    )
}

fn description(document: &Document) -> &str {
    let Document::ExamTypes(table) = document else {
        panic!("{document:?}")
    };
    &table.rows[0].value.description
}

#[test]
fn a_file_that_is_not_utf_8_is_read_as_windows_1252() {
    let (before, after) = ("co", "rdinatie \u{80}");
    let mut bytes = Vec::new();
    for character in described(&format!("{before}@{after}")).chars() {
        bytes.push(match character {
            '@' => 0xF6,
            '\u{80}' => 0x80,
            other => u8::try_from(other).expect("ASCII"),
        });
    }
    let reading = try_reading(&bytes).expect("readable");
    assert_eq!(description(&reading.document), "coördinatie €");
    assert_eq!(
        lines(reading.document.warnings()),
        ["document: READ_AS_WINDOWS_1252"]
    );
}

#[test]
fn utf_8_that_was_read_as_something_else_is_repaired() {
    let cases = [
        ("co√∂rdinatie", "coördinatie"),
        ("coÃ¶rdinatie", "coördinatie"),
        ("‚Ç¨ 5", "€ 5"),
        ("â‚¬ 5", "€ 5"),
        ("caf√© caf√©", "café café"),
        ("‚Äútekst‚Äù", "“tekst”"),
        ("naÃ¯ef", "naïef"),
    ];
    for (spoiled, meant) in cases {
        let reading = reading(&described(spoiled));
        assert_eq!(description(&reading.document), meant);
        assert_eq!(
            lines(reading.document.warnings()),
            ["row 2: MOJIBAKE_REPAIRED, found \"1\""],
            "{spoiled}"
        );
    }
}

#[test]
fn sound_text_is_left_as_it_is() {
    for text in [
        "coördinatie",
        "é",
        "ëé",
        "Ã",
        "√2",
        "5 €",
        "ÅÄÖ",
        "“ja”",
        "ñ ó ü",
        "žluťoučký",
        "日本",
        "±5 °C",
    ] {
        let reading = reading(&described(text));
        assert_eq!(description(&reading.document), text);
        assert_eq!(lines(reading.document.warnings()), [""; 0], "{text}");
    }
}

#[test]
fn the_warning_counts_the_rows_and_names_the_first() {
    let row = |text| row_with(Kind::ExamTypes, "omschrijving", text);
    let rows = [row("goed"), row("co√∂rdinatie √©√©n"), row("goed"), row("co√∂p")];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let reading = reading(&list(Kind::ExamTypes, &rows));
    assert_eq!(
        lines(reading.document.warnings()),
        ["row 3: MOJIBAKE_REPAIRED, found \"2\""]
    );
}

#[test]
fn a_spoiled_header_is_repaired_too() {
    let reading = reading(&format!(
        "kleur Ã©Ã©n;{}",
        described("x").replacen('\n', "\n;", 1)
    ));
    let warnings = lines(reading.document.warnings());
    assert_eq!(
        warnings,
        [
            "row 1: MOJIBAKE_REPAIRED, found \"1\"",
            "row 1, column 1 (kleur één): UNKNOWN_COLUMN kleur één"
        ]
    );
}
