//! An invoice that comes as a list of lines is checked as one in UBL is.

use rust_xlsxwriter::Workbook;
use subsidy_documents::{
    Document, FaultyInvoice, Invoice, InvoiceDocument, InvoiceKind, Limits, PartyId, Place, Reading,
    Specification, Vat, read,
};

use crate::samples::{lines, with};

const HEADER: &str = "factuurnummer;factuurdatum;soort;begunstigde;naam;iban;crediteert;totaal_exclusief;totaal_btw;totaal_inclusief;regel;code;prestatiedatum;kandidaat;bewijs;factuurregel;aantal;prijs;bedrag;btw";

/// The invoice of the UBL samples, as a list.
const INVOICE: &str = "\
F-1;01-03-2023;;30012345;ROC A & B;NL44RABO0123456789;;179,55;21,01;200,56;1;MBO_EXAM/PA-017;10-02-2023;C-7;U-1;;;79,50;79,50;vrijgesteld
;;;;;;;;;;2;RPT/PA-N2;11-02-2023;;;;3;33,35;100,05;21
";

const CREDIT_NOTE: &str = "\
C-1;01-04-2023;creditnota;30012345;ROC A;;F-1;79,50;0;79,50;1;MBO_EXAM/PA-017;;C-7;;1;;;79,50;vrijgesteld
";

fn list(rows: &str) -> String {
    format!("{HEADER}\n{rows}")
}

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), &Limits::default()).expect("readable")
}

fn sound(rows: &str) -> Invoice {
    match invoice(rows) {
        InvoiceDocument::Sound(invoice) => invoice,
        InvoiceDocument::Faulty(invoice) => panic!("{:#?}", lines(&invoice.faults)),
    }
}

fn invoice(rows: &str) -> InvoiceDocument {
    let Document::Invoice(document) = reading(&list(rows)).document else {
        panic!("an invoice")
    };
    *document
}

fn faulty(rows: &str) -> FaultyInvoice {
    match invoice(rows) {
        InvoiceDocument::Faulty(invoice) => invoice,
        InvoiceDocument::Sound(invoice) => panic!("sound: {invoice:#?}"),
    }
}

#[test]
fn a_list_says_what_the_same_invoice_says_in_ubl() {
    let of_list = sound(INVOICE);
    let of_ubl = crate::samples::sound(crate::samples::INVOICE);
    assert_eq!(of_list.specification, Specification::LineList);
    assert_eq!(of_list.lines[1].place, Place::Row { row: 3 });
    let mut same = of_list;
    same.specification = of_ubl.specification;
    same.buyer_reference.clone_from(&of_ubl.buyer_reference);
    same.buyer.clone_from(&of_ubl.buyer);
    same.seller.vat_id.clone_from(&of_ubl.seller.vat_id);
    for (line, known) in same.lines.iter_mut().zip(&of_ubl.lines) {
        line.place = known.place.clone();
    }
    assert_eq!(same, of_ubl);
}

#[test]
fn a_credit_note_names_the_invoice_and_the_line_that_it_credits() {
    let note = sound(CREDIT_NOTE);
    assert_eq!((note.kind, note.type_code), (InvoiceKind::CreditNote, 381));
    assert_eq!(note.preceding.expect("an invoice").number, "F-1");
    assert_eq!(note.lines[0].credits_line.as_deref(), Some("1"));
    assert_eq!(
        reading(&list(CREDIT_NOTE)).document.kind().as_str(),
        "credit-note"
    );
    let without = with(CREDIT_NOTE, ";F-1;", ";;");
    assert_eq!(
        lines(&faulty(&without).faults),
        ["row 2, column 7 (crediteert): CREDIT_NO_REF crediteert"]
    );
    let negative =
        with(CREDIT_NOTE, "79,50;0;79,50;1", "-79,50;0;-79,50;1").replace("79,50;vrij", "-79,50;vrij");
    assert!(lines(&faulty(&negative.replace("--", "-")).faults)[0].contains("NEGATIVE_AMOUNT"));
}

#[test]
fn a_total_one_cent_off_parks_the_list() {
    for (old, new, fault) in [
        (
            "179,55;",
            "179,56;",
            "row 2, column 8 (totaal_exclusief): TOTAL_MISMATCH_LINES totaal_exclusief, found \"179.56\", expected 179.55",
        ),
        (
            ";21,01;",
            ";21,02;",
            "row 2, column 9 (totaal_btw): TOTAL_MISMATCH_TAX_SUM totaal_btw, found \"21.02\", expected 21.01",
        ),
        (
            "200,56;",
            "200,57;",
            "row 2, column 10 (totaal_inclusief): TOTAL_MISMATCH_INCLUSIVE totaal_inclusief, found \"200.57\", expected 200.56",
        ),
        (
            "33,35;100,05",
            "33,36;100,05",
            "row 3, column 19 (bedrag): TOTAL_MISMATCH_LINE bedrag, found \"100.05\", expected 100.08",
        ),
    ] {
        let faults = faulty(&with(INVOICE, old, new)).faults;
        assert_eq!(lines(&faults)[0], fault);
        let contradictions = faults
            .iter()
            .filter(|fault| fault.code.is_total_mismatch())
            .count();
        assert!(
            contradictions <= 2,
            "one cause, few faults: {:#?}",
            lines(&faults)
        );
    }
}

#[test]
fn what_is_missing_is_named_by_its_column() {
    for (old, new, fault) in [
        (
            "F-1;",
            ";",
            "row 2, column 1 (factuurnummer): MISSING_FIELD factuurnummer",
        ),
        (";21\n", ";\n", "row 3, column 20 (btw): MISSING_FIELD btw"),
        (
            ";100,05;",
            ";;",
            "row 3, column 19 (bedrag): MISSING_FIELD bedrag",
        ),
        (
            ";2;RPT",
            ";1;RPT",
            "row 3, column 11 (regel): DUPLICATE_LINE_ID regel, found \"1\"",
        ),
        (
            ";200,56;",
            ";;",
            "row 2, column 10 (totaal_inclusief): MISSING_FIELD totaal_inclusief",
        ),
    ] {
        assert_eq!(lines(&faulty(&with(INVOICE, old, new)).faults), [fault]);
    }
}

#[test]
fn a_line_that_does_not_say_what_it_is_for_is_told_too() {
    let without = with(&with(INVOICE, ";RPT/PA-N2;", ";;"), ";11-02-2023;", ";;");
    let lacking = sound(&without).lacking();
    assert_eq!(
        lines(&lacking),
        ["row 3: MISSING_FIELD BT-155", "row 3: MISSING_FIELD BT-134"]
    );
    let unnamed = sound(CREDIT_NOTE);
    assert_eq!(unnamed.lacking(), []);
}

#[test]
fn rows_that_tell_of_two_invoices_are_refused_where_they_differ() {
    let other = with(INVOICE, "\n;;;;", "\nF-2;;;30012346;");
    assert_eq!(
        lines(&faulty(&other).faults),
        [
            "row 3, column 1 (factuurnummer): CONTRADICTING_FIELDS factuurnummer",
            "row 3, column 4 (begunstigde): CONTRADICTING_FIELDS begunstigde"
        ]
    );
    let same = with(INVOICE, "\n;;;;", "\nF-1;;;30012345;");
    assert_eq!(sound(&same).lines.len(), 2);
}

#[test]
fn a_faulty_list_still_tells_who_asks_for_how_much() {
    let faulty = faulty(&with(INVOICE, ";2;RPT", ";1;RPT"));
    assert_eq!(faulty.number.as_deref(), Some("F-1"));
    assert_eq!(faulty.seller, Some(PartyId::Kvk("30012345".to_owned())));
    assert_eq!(faulty.payable.expect("an amount").to_string(), "200.56");
    assert_eq!(faulty.lines, 2);
}

#[test]
fn a_list_as_a_workbook_says_the_same() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("regels").expect("a name");
    for (at, line) in (0..).zip(list(INVOICE).lines()) {
        for (column, cell) in (0..).zip(line.split(';')) {
            match cell {
                "179,55" => sheet.write_number(at, column, 179.55),
                "200,56" => sheet.write_number(at, column, 200.56),
                "33,35" => sheet.write_number(at, column, 33.35),
                "100,05" => sheet.write_number(at, column, 100.050_000_000_000_01),
                "21" => sheet.write_number(at, column, 0.21),
                "3" => sheet.write_number(at, column, 3),
                _ => sheet.write_string(at, column, cell),
            }
            .expect("a cell");
        }
    }
    let read = read(&book.save_to_buffer().expect("a workbook"), &Limits::default()).expect("readable");
    let Document::Invoice(document) = read.document else {
        panic!("an invoice")
    };
    let InvoiceDocument::Sound(invoice) = *document else {
        panic!("{:#?}", lines(document.faults()))
    };
    assert_eq!(invoice.lines[1].place.to_string(), "regels, row 3");
    let mut of_text = sound(INVOICE);
    for (line, known) in of_text.lines.iter_mut().zip(&invoice.lines) {
        line.place = known.place.clone();
    }
    assert_eq!(invoice, of_text);
}

#[test]
fn the_number_of_a_learner_in_a_list_is_looked_at() {
    let found = reading(&list(&with(INVOICE, "C-7", "111222333"))).personal_data;
    let places: Vec<String> = found.iter().map(Place::to_string).collect();
    assert_eq!(places, ["row 2, column 14 (kandidaat)"]);
}

#[test]
fn percentages_may_be_written_as_a_sheet_shows_them() {
    for twenty_one in ["21%", "0,21"] {
        let invoice = sound(&with(INVOICE, ";21\n", &format!(";{twenty_one}\n")));
        assert_eq!(invoice.lines[1].vat, Vat::Standard);
    }
}
