//! Lists that come as workbooks say what they say as texts, exactly.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use subsidy_documents::{Document, Kind, Limits, Place, Reading, read};

use crate::books;
use crate::samples::{LISTS, codes, lines};

/// A workbook with one sheet of texts.
fn of_texts(rows: &[Vec<&str>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, *cell).expect("a cell");
        }
    }
    book.save_to_buffer().expect("a workbook")
}

fn reading(bytes: &[u8]) -> Reading {
    read(bytes, &Limits::default()).expect("readable")
}

/// A list of tariffs with these two cells for its amount and its first day, and `write` for more.
fn tariffs(write: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    let (_, header, row) = LISTS
        .iter()
        .find(|(kind, ..)| *kind == Kind::Tariffs)
        .expect("tariffs");
    let sheet = book.add_worksheet();
    for (row, line) in [header, row].into_iter().enumerate() {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet
                .write_string(u32::try_from(row).expect("a row"), column, cell)
                .expect("a cell");
        }
    }
    write(&mut book);
    book.save_to_buffer().expect("a workbook")
}

const AMOUNT: u16 = 3;
const FROM: u16 = 5;

fn amount(write: impl FnOnce(&mut Workbook)) -> Result<String, Vec<String>> {
    let Document::Tariffs(table) = reading(&tariffs(write)).document else {
        panic!("tariffs")
    };
    match table.rows.first() {
        Some(row) => Ok(row.value.amount.to_string()),
        None => Err(lines(&table.faults)),
    }
}

#[test]
fn every_list_may_come_as_a_workbook() {
    for (kind, header, row) in LISTS {
        let rows = [header.split(';').collect(), row.split(';').collect()];
        let of_sheet = reading(&of_texts(&rows)).document;
        let of_text = reading(format!("{header}\n{row}\n").as_bytes()).document;
        assert_eq!(of_sheet.faults(), [], "{kind:?}");
        if *kind == Kind::Invoice {
            assert_eq!(of_sheet.kind(), of_text.kind());
        } else {
            assert_eq!(of_sheet, of_text, "{kind:?}");
        }
    }
}

#[test]
fn a_number_cell_is_exact_to_the_cent() {
    for (number, cents) in [
        (79.5, "79.50"),
        (1350.0, "1350.00"),
        (0.300_000_000_000_000_04, "0.30"),
        (121.000_000_000_000_01, "121.00"),
        (999_999_999.99, "999999999.99"),
    ] {
        let read = amount(|book| {
            let sheet = book.worksheet_from_index(0).expect("a sheet");
            sheet.write_number(1, AMOUNT, number).expect("a cell");
        });
        assert_eq!(read.as_deref(), Ok(cents), "{number}");
    }
}

#[test]
fn a_number_with_more_than_two_decimals_is_no_amount() {
    let read = amount(|book| {
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        sheet.write_number(1, AMOUNT, 1.355).expect("a cell");
    });
    assert_eq!(
        read,
        Err(vec![
            "Sheet1, row 2, column 4 (bedrag): INVALID_AMOUNT bedrag, found \"1,355\"".to_owned()
        ])
    );
}

#[test]
fn a_date_cell_is_a_date_in_both_calendars_and_without_its_time() {
    let format = Format::new().set_num_format("d mmm yyyy hh:mm");
    let bytes = tariffs(|book| {
        let day = ExcelDateTime::parse_from_str("2023-01-01T23:59:59").expect("a time");
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        sheet
            .write_datetime_with_format(1, FROM, &day, &format)
            .expect("a cell");
    });
    let Document::Tariffs(table) = reading(&bytes).document else {
        panic!()
    };
    assert_eq!(table.rows[0].value.from.to_string(), "2023-01-01");
}

#[test]
fn of_a_formula_counts_the_saved_value_and_an_error_is_a_fault() {
    let saved = amount(|book| {
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        sheet
            .write_formula(1, AMOUNT, Formula::new("=79+0.5").set_result("79.5"))
            .expect("a cell");
    });
    assert_eq!(saved.as_deref(), Ok("79.50"));
    let failed = amount(|book| {
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        sheet
            .write_formula(1, AMOUNT, Formula::new("=1/0").set_result("#DIV/0!"))
            .expect("a cell");
    });
    let faults = failed.expect_err("a fault");
    assert!(
        faults[0].contains("CELL_ERROR bedrag, found \"#DIV/0!\""),
        "{faults:?}"
    );
}

#[test]
fn the_first_sheet_that_is_shown_is_read_and_the_others_are_looked_through() {
    let (_, header, row) = LISTS[0];
    let mut book = Workbook::new();
    let hidden = book.add_worksheet().set_name("oud").expect("a name");
    hidden.write_string(0, 0, "uitslagnummer").expect("a cell");
    hidden.set_hidden(true);
    let shown = book.add_worksheet().set_name("uitslagen").expect("a name");
    shown.set_active(true);
    for (at, line) in [(3, header), (5, row), (6, row)] {
        for (column, cell) in (0..).zip(line.split(';')) {
            shown.write_string(at, column, cell).expect("a cell");
        }
    }
    shown.set_row_hidden(6).expect("a row");
    let more = book.add_worksheet().set_name("leerlingen").expect("a name");
    more.write_string(0, 0, "naam").expect("a cell");
    more.write_string(0, 1, "BSN").expect("a cell");
    more.write_string(4, 0, "x").expect("a cell");
    more.write_number(4, 1, 111_222_333).expect("a cell");
    let read = reading(&book.save_to_buffer().expect("a workbook"));
    let Document::ExamResults(table) = &read.document else {
        panic!("{read:?}")
    };
    assert_eq!(
        table.rows.iter().map(|row| row.number).collect::<Vec<_>>(),
        [6, 7]
    );
    assert_eq!(codes(&table.warnings), ["OTHER_SHEETS -", "HIDDEN_ROWS -"]);
    let places: Vec<String> = read.personal_data.iter().map(Place::to_string).collect();
    assert_eq!(places, ["leerlingen, row 5, column 2 (B)"]);
}

#[test]
fn a_citizen_service_number_is_found_once_whatever_the_cell_holds() {
    let (_, header, row) = LISTS[0];
    for number in ["111222333", "111.222.333"] {
        let row = row.replace("C-7", number);
        let read = reading(&of_texts(&[
            header.split(';').collect(),
            row.split(';').collect(),
        ]));
        let places: Vec<String> = read.personal_data.iter().map(Place::to_string).collect();
        assert_eq!(places, ["Sheet1, row 2, column 3 (kandidaatnummer)"]);
    }
    let beside = of_texts(&[
        header.split(';').collect(),
        row.split(';').collect(),
        vec!["", "BSN", "", "111222333"],
    ]);
    let found = reading(&beside).personal_data;
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn letters_keep_the_space_between_their_runs() {
    let bold = Format::new().set_bold();
    let bytes = tariffs(|book| {
        let sheet = book.worksheet_from_index(0).expect("a sheet");
        let runs = [(&bold, "besluit "), (&Format::default(), "van mei")];
        sheet.write_rich_string(1, 7, &runs).expect("a cell");
    });
    let Document::Tariffs(table) = reading(&bytes).document else {
        panic!()
    };
    assert_eq!(table.rows[0].value.decision, "besluit van mei");
}

#[test]
fn truth_values_are_yes_and_no() {
    let (_, header, row) = LISTS
        .iter()
        .find(|(kind, ..)| *kind == Kind::EvCertificates)
        .expect("a list");
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (at, line) in [(0, header), (1, row)] {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet.write_string(at, column, cell).expect("a cell");
        }
    }
    sheet.write_boolean(1, 6, true).expect("a cell");
    let Document::EvCertificates(table) = reading(&book.save_to_buffer().expect("a workbook")).document
    else {
        panic!()
    };
    assert!(table.rows[0].value.passed);
}

#[test]
fn an_error_in_a_cell_is_a_fault_also_where_any_text_would_do() {
    let faults = reading(&books::list_with("<c r='A2' t='e'><v>#N/A</v></c>"))
        .document
        .faults()
        .to_vec();
    assert_eq!(
        lines(&faults)[0],
        "Blad1, row 2, column 1 (uitslagnummer): CELL_ERROR uitslagnummer, found \"#N/A\""
    );
}
