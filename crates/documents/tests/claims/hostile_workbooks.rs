//! Workbooks and lists that are damaged, impossible or meant to harm.

use subsidy_documents::{Excess, Limits, Unreadable, WorkbookProblem, read};

use crate::books::{self, CONTENTS, RELATIONS, archive, header, sheet, with_sheet};
use crate::samples::LISTS;

fn refusal(bytes: &[u8]) -> Unreadable {
    read(bytes, &Limits::default()).expect_err("refused")
}

fn problem(bytes: &[u8]) -> WorkbookProblem {
    let refused = refusal(bytes);
    let Unreadable::Workbook { problem } = refused else {
        panic!("{refused:?}")
    };
    problem
}

fn excess(bytes: &[u8], limits: &Limits) -> Excess {
    match read(bytes, limits) {
        Err(Unreadable::LimitExceeded { what, .. }) => what,
        other => panic!("{other:?}"),
    }
}

/// A list with one row, of which the sheet is put together by the test.
fn sound() -> Vec<u8> {
    let cells: String = LISTS[0]
        .2
        .split(';')
        .map(|cell| format!("<c t='inlineStr'><is><t>{cell}</t></is></c>"))
        .collect();
    with_sheet(&sheet(&format!("{}<row>{cells}</row>", header())))
}

#[test]
fn a_workbook_that_no_program_wrote_is_read_as_long_as_it_is_sound() {
    let reading = read(&sound(), &Limits::default()).expect("readable");
    assert_eq!(reading.document.faults(), []);
}

#[test]
fn an_archive_cut_anywhere_is_refused() {
    let sound = sound();
    for cut in (4..sound.len() - 1).step_by(11) {
        let refused = refusal(&sound[..cut]);
        assert!(
            matches!(refused, Unreadable::Workbook { .. }),
            "cut at {cut}: {refused:?}"
        );
    }
}

#[test]
fn an_archive_with_any_byte_changed_is_answered() {
    let sound = sound();
    for at in 0..sound.len() {
        let mut spoiled = sound.clone();
        spoiled[at] ^= 0x41;
        drop(read(&spoiled, &Limits::default()));
    }
}

#[test]
fn an_archive_that_is_no_workbook_says_so() {
    let no_workbook = archive(&[("word/document.xml", b"<x/>")]);
    assert_eq!(
        refusal(&no_workbook),
        Unreadable::OtherFormat {
            format: "a ZIP archive that is no workbook"
        }
    );
    let binary = archive(&[
        ("_rels/.rels", b"<Relationships><Relationship Id='a' Type='x/officeDocument' Target='xl/workbook.bin'/></Relationships>"),
        ("xl/workbook.bin", b"\x00"),
    ]);
    assert!(matches!(refusal(&binary), Unreadable::OtherFormat { .. }));
}

#[test]
fn a_part_that_is_missing_or_contradicts_itself_is_named() {
    assert_eq!(
        problem(&archive(&[("xl/workbook.xml", CONTENTS.as_bytes())])),
        WorkbookProblem::MissingPart
    );
    let elsewhere = RELATIONS.replace("sheet1", "sheet2");
    assert_eq!(
        problem(&books::of(CONTENTS, &elsewhere, "<x/>", None)),
        WorkbookProblem::MissingPart
    );
    let unrelated = RELATIONS.replace("rId1", "rId2");
    assert_eq!(
        problem(&books::of(CONTENTS, &unrelated, "<x/>", None)),
        WorkbookProblem::Part
    );
    for rows in [
        "<row r='2'/><row r='1'/>",
        "<row r='1'/><row r='1'/>",
        "<row r='0'/>",
        "<row r='1048577'/>",
        "<row r='-1'/>",
        "<row r='x'/>",
        "<row r='1'><c r='B1'/><c r='A1'/></row>",
        "<row r='1'><c r='A2'/></row>",
        "<row r='1'><c r='XXXX1'/></row>",
        "<row r='1'><c t='s'><v>0</v></c></row>",
        "<row r='1'><c t='s'><v>-1</v></c></row>",
        "<row r='1'><c t='unheard'><v>1</v></c></row>",
    ] {
        assert_eq!(
            problem(&with_sheet(&sheet(rows))),
            WorkbookProblem::Part,
            "{rows}"
        );
    }
    assert_eq!(problem(&with_sheet("<x/>")), WorkbookProblem::NoSheet);
    assert_eq!(
        problem(&with_sheet(&sheet("<row r='5'><c/></row>"))),
        WorkbookProblem::NoSheet
    );
}

#[test]
fn a_doctype_or_an_entity_in_a_part_is_refused() {
    let bomb = "<!DOCTYPE x [<!ENTITY a 'aaaa'>]><worksheet/>";
    assert!(matches!(refusal(&with_sheet(bomb)), Unreadable::Doctype { .. }));
    let entity = sheet("<row><c t='inlineStr'><is><t>&a;</t></is></c></row>");
    assert!(matches!(refusal(&with_sheet(&entity)), Unreadable::Entity { .. }));
    let deep = format!("<worksheet>{}", "<x>".repeat(100_000));
    assert_eq!(excess(&with_sheet(&deep), &Limits::default()), Excess::Depth);
    let spoiled = archive(&[
        ("xl/workbook.xml", CONTENTS.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", b"<worksheet>\xFF</worksheet>"),
    ]);
    assert!(matches!(refusal(&spoiled), Unreadable::NotUtf8 { .. }));
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let nothing = vec![b' '; 40 << 20];
    let bomb = archive(&[("xl/workbook.xml", &nothing)]);
    assert!(bomb.len() < 100 << 10);
    assert_eq!(problem(&bomb), WorkbookProblem::Bomb);
    let small = Limits {
        max_unpacked: 1 << 10,
        ..Limits::default()
    };
    assert_eq!(excess(&sound(), &small), Excess::Unpacked);
}

#[test]
fn a_size_that_the_archive_states_wrongly_is_not_believed() {
    // The sizes before and after packing stand in the header of each part and again in the list of parts.
    let sound = sound();
    let headers: Vec<usize> = (0..sound.len() - 4)
        .filter(|at| {
            [b"PK\x01\x02", b"PK\x03\x04"].contains(&&[
                sound[*at],
                sound[at + 1],
                sound[at + 2],
                sound[at + 3],
            ])
        })
        .collect();
    for at in headers {
        let size = if sound[at + 2] == 1 { at + 24 } else { at + 22 };
        for stated in [0_u32, 1, u32::MAX - 1] {
            let mut lying = sound.clone();
            lying[size..size + 4].copy_from_slice(&stated.to_le_bytes());
            if let Ok(reading) = read(&lying, &Limits::default()) {
                assert_eq!(reading.document.faults(), []);
            }
        }
    }
}

#[test]
fn a_stated_dimension_is_not_believed() {
    for dimension in ["A1:XFD1048576", "B2:A1", "", "A0", "ZZZZZZ9999999999"] {
        let cells: String = LISTS[0]
            .2
            .split(';')
            .map(|cell| format!("<c t='str'><v>{cell}</v></c>"))
            .collect();
        let text = format!(
            "<worksheet><dimension ref='{dimension}'/><sheetData>{}<row>{cells}</row></sheetData></worksheet>",
            header()
        );
        let reading = read(&with_sheet(&text), &Limits::default()).expect("readable");
        assert_eq!(reading.document.faults(), [], "{dimension}");
    }
}

#[test]
fn limits_of_sheets_hold() {
    let limits = Limits::default();
    let wide = sheet("<row r='1'><c r='IW1'><v>1</v></c></row>");
    assert_eq!(excess(&with_sheet(&wide), &limits), Excess::Columns);
    let empty_and_wide = sheet(&format!("{}<row r='2'><c r='XFD2' s='0'/></row>", header()));
    assert!(
        matches!(refusal(&with_sheet(&empty_and_wide)), Unreadable::NoRows { .. }),
        "nothing stands there"
    );

    let sparse: String = (1..=100)
        .map(|row| format!("<row><c r='IV{row}'><v>1</v></c></row>"))
        .collect();
    let few = Limits {
        max_cells: 10_000,
        ..Limits::default()
    };
    assert_eq!(excess(&with_sheet(&sheet(&sparse)), &few), Excess::Cells);

    let rows: String = (0..10).map(|_| "<row><c><v>1</v></c></row>").collect();
    let short = Limits {
        max_rows: 5,
        ..Limits::default()
    };
    assert_eq!(excess(&with_sheet(&sheet(&rows)), &short), Excess::Rows);

    let many = CONTENTS.replace("<sheet ", "<sheet name='a' r:id='rId1'/><sheet ");
    let one = Limits {
        max_sheets: 1,
        ..Limits::default()
    };
    assert_eq!(
        excess(&books::of(&many, RELATIONS, &sheet(""), None), &one),
        Excess::Sheets
    );

    // Ten thousand cells that share one long text.
    let shared: String = (0..10_000).map(|_| "<row><c t='s'><v>0</v></c></row>").collect();
    let strings = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(10_000));
    let tight = Limits {
        max_unpacked: 10 << 20,
        ..Limits::default()
    };
    assert_eq!(
        excess(
            &books::of(CONTENTS, RELATIONS, &sheet(&shared), Some(&strings)),
            &tight
        ),
        Excess::Unpacked
    );
}

#[test]
fn more_parts_than_any_workbook_has_are_refused() {
    let mut bytes = sound();
    for _ in 0..10_001 {
        bytes.extend(b"PK\x01\x02");
    }
    assert_eq!(problem(&bytes), WorkbookProblem::Archive);
}

#[test]
fn a_list_with_a_million_columns_is_refused() {
    for delimiter in [";", ",", "\t"] {
        let header = format!(
            "{}{}",
            LISTS[0].1.replace(';', delimiter),
            format!("{delimiter}x").repeat(1_000_000)
        );
        let list = format!("{header}\n{}\n", LISTS[0].2.replace(';', delimiter));
        assert_eq!(excess(list.as_bytes(), &Limits::default()), Excess::Columns);
    }
    let row = format!("{}\n{}\n", LISTS[0].1, ";".repeat(1_000_000));
    let reading = read(row.as_bytes(), &Limits::default());
    assert!(reading.is_err(), "a row of nothing is no row");
}

#[test]
fn a_quote_that_is_never_closed_swallows_no_more_than_a_field() {
    let list = format!("{}\n\"{}", LISTS[0].1, "x;\n".repeat(100_000));
    assert_eq!(excess(list.as_bytes(), &Limits::default()), Excess::Field);
}

#[test]
fn bytes_of_no_text_in_a_list_are_refused() {
    let list = format!("{}\n{}\n", LISTS[0].1, LISTS[0].2.replace("Banden", "Ban\0den"));
    assert_eq!(
        refusal(list.as_bytes()),
        Unreadable::OtherFormat {
            format: "a binary file"
        }
    );
}

#[test]
fn a_row_of_a_million_fields_is_refused_however_it_is_quoted() {
    let many = |field: &str| format!("{}\n{}\n", LISTS[0].1, field.repeat(1_000_000));
    for field in ["x;", "\"\";", "\"\n\";", "\"a\"\"b\";", "a\"b;"] {
        assert_eq!(
            excess(many(field).as_bytes(), &Limits::default()),
            Excess::Columns,
            "{field:?}"
        );
    }
    // Delimiters within quotes and quotes within fields make no columns.
    let row = LISTS[0].2.replace("Banden", &format!("\"{}\"", "b;".repeat(100)));
    for rows in [row.clone(), row.replace("\"b;", "\"\"\"b;")] {
        let list = format!("{}\n{}", LISTS[0].1, format!("{rows}\n").repeat(1_000));
        let read = read(list.as_bytes(), &Limits::default()).expect("readable");
        assert_eq!(read.document.faults(), []);
    }
}
