//! What is attached to an invoice is taken out, looked through, and read when it specifies the lines.

use rust_xlsxwriter::Workbook;
use subsidy_documents::{Document, InvoiceDocument, Limits, Place, Reading, read};

use crate::samples::{INVOICE, lines, with};

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Bytes in base64, in lines of 76 letters as a program writes them.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (index, three) in bytes.chunks(3).enumerate() {
        if index % 19 == 0 {
            text.push('\n');
        }
        let group = three
            .iter()
            .chain([&0, &0])
            .take(3)
            .fold(0, |group, byte| group << 8 | u32::from(*byte));
        for place in 0..4_usize {
            let index = usize::try_from(group >> (18 - 6 * place) & 63).expect("an index");
            let letter = LETTERS[index];
            text.push(if place > three.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}

pub(crate) fn attached(invoice: &str, files: &[(&str, &str, &[u8])]) -> String {
    let references: String = files
        .iter()
        .map(|(name, kind, bytes)| {
            format!(
                "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode=\"{kind}\" filename=\"{name}\">{}</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>\n  ",
                base64(bytes)
            )
        })
        .collect();
    with(
        invoice,
        "<cac:AccountingSupplierParty>",
        &format!("{references}<cac:AccountingSupplierParty>"),
    )
}

fn reading(text: &str) -> Reading {
    read(text.as_bytes(), &Limits::default()).expect("readable")
}

fn places(reading: &Reading) -> Vec<String> {
    reading.personal_data.iter().map(Place::to_string).collect()
}

/// The invoice of the samples as a list of its lines, but for other evidence.
const LIST: &str = "factuurnummer;factuurdatum;begunstigde;naam;totaal_exclusief;totaal_btw;totaal_inclusief;regel;code;prestatiedatum;kandidaat;bewijs;bedrag;btw
F-1;01-03-2023;30012345;ROC A;179,55;21,01;200,56;a;MBO_EXAM/PA-017;10-02-2023;C-7;U-1;79,50;vrijgesteld
;;;;;;;b;RPT/PA-N2;11-02-2023;D-1;P-1;50,00;21
;;;;;;;c;RPT/PA-N2;12-02-2023;D-2;P-2;50,05;21
";

/// The invoice of the samples as a school's bookkeeping writes it: without item codes, days and attributes.
fn plain_invoice() -> String {
    let mut text = INVOICE.to_owned();
    for code in ["MBO_EXAM/PA-017", "RPT/PA-N2"] {
        text = with(
            &text,
            &format!(
                "<cac:SellersItemIdentification><cbc:ID>{code}</cbc:ID></cac:SellersItemIdentification>"
            ),
            "",
        );
    }
    for period in [
        "<cac:InvoicePeriod><cbc:StartDate>2023-02-10</cbc:StartDate><cbc:EndDate>2023-02-10</cbc:EndDate></cac:InvoicePeriod>",
        "<cac:InvoicePeriod><cbc:StartDate>2023-02-11</cbc:StartDate></cac:InvoicePeriod>",
    ] {
        text = with(&text, period, "");
    }
    text
}

fn document(text: &str) -> InvoiceDocument {
    let Document::Invoice(document) = reading(text).document else {
        panic!("an invoice")
    };
    *document
}

fn faults(text: &str) -> Vec<String> {
    lines(document(text).faults())
}

#[test]
fn every_attachment_is_taken_out_as_it_was() {
    let pdf = b"%PDF-1.7 ...".as_slice();
    let text = attached(
        INVOICE,
        &[
            ("factuur.pdf", "application/pdf", pdf),
            ("x.png", "image/png", b"\x89PNG\r\n"),
        ],
    );
    let reading = reading(&text);
    let [first, second] = reading.attachments.as_slice() else {
        panic!("{:?}", reading.attachments)
    };
    assert_eq!(
        (first.name.as_deref(), first.media_type.as_deref()),
        (Some("factuur.pdf"), Some("application/pdf"))
    );
    assert_eq!(
        (first.bytes.as_slice(), second.bytes.as_slice()),
        (pdf, b"\x89PNG\r\n".as_slice())
    );
    assert!(first.place.to_string().contains(
        "/Invoice/cac:AdditionalDocumentReference/cac:Attachment/cbc:EmbeddedDocumentBinaryObject"
    ));
    assert_eq!(reading.document.faults(), []);
    assert!(
        !format!("{first:?}").contains("37, 80, 68"),
        "what it holds is not shown"
    );
}

#[test]
fn what_is_not_base64_parks_the_invoice() {
    let text = attached(INVOICE, &[("a.csv", "text/csv", b"abc")]);
    let spoiled = with(&text, "YWJj", "YW*j");
    assert_eq!(
        faults(&spoiled)[0].split(": ").nth(1),
        Some("ATTACHMENT_ENCODING BT-125")
    );
}

#[test]
fn a_list_or_workbook_that_cannot_be_read_parks_the_invoice() {
    for (bytes, code) in [
        (b"PK\x03\x04 and no more".as_slice(), "WORKBOOK"),
        (b"\xD0\xCF\x11\xE0", "OTHER_FORMAT"),
        (b"\xFF\xFEa\0", "ENCODING"),
        (b"factuurnummer;factuurdatum;begunstigde;naam;totaal_exclusief;totaal_btw;totaal_inclusief;regel;code;prestatiedatum;bedrag\n1;;;;;;;;;;\n", "MISSING_COLUMNS"),
    ] {
        let found = faults(&attached(INVOICE, &[("a", "text/csv", bytes)]));
        assert!(found[0].ends_with(&format!("ATTACHMENT_UNREADABLE BT-125, found \"{code}\"")), "{found:?}");
    }
}

#[test]
fn an_attached_list_of_lines_specifies_the_lines() {
    let plain = plain_invoice();
    assert!(
        faults(&plain).iter().all(|fault| fault.contains("MISSING_FIELD")),
        "without it the lines say nothing"
    );
    let InvoiceDocument::Sound(invoice) =
        document(&attached(&plain, &[("regels.csv", "text/csv", LIST.as_bytes())]))
    else {
        panic!(
            "{:#?}",
            faults(&attached(&plain, &[("regels.csv", "text/csv", LIST.as_bytes())]))
        )
    };
    let found: Vec<_> = invoice
        .lines
        .iter()
        .map(|line| {
            (
                line.id.as_str(),
                line.item_code.as_deref().unwrap_or_default(),
                line.net.cents(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("a", "MBO_EXAM/PA-017", 79_50),
            ("b", "RPT/PA-N2", 50_00),
            ("c", "RPT/PA-N2", 50_05)
        ]
    );
    assert_eq!(invoice.lines[2].place.to_string(), "regels.csv, row 4");
    assert_eq!(invoice.vat_breakdown.len(), 2, "the rest is the invoice's own");
    assert_eq!(invoice.seller.name, "ROC A & B");
}

#[test]
fn a_specification_may_be_a_workbook() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("regels").expect("a name");
    for (row, line) in (0..).zip(LIST.lines()) {
        for (column, cell) in (0..).zip(line.split(';')) {
            sheet.write_string(row, column, cell).expect("a cell");
        }
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    let InvoiceDocument::Sound(invoice) = document(&attached(&plain_invoice(), &[("s.xlsx", "x", &bytes)]))
    else {
        panic!()
    };
    assert_eq!(invoice.lines[1].place.to_string(), "s.xlsx, regels, row 3");
}

#[test]
fn a_specification_that_says_something_else_parks_the_invoice() {
    for (old, new, field) in [
        ("F-1;", "F-2;", "BT-1, found \"F-2\", expected F-1"),
        (
            "30012345",
            "30012346",
            "BT-30, found \"KVK 30012346\", expected KVK 30012345",
        ),
        ("vrijgesteld", "0", "BT-116, found \"79.50\", expected 0.00"),
    ] {
        let list = with(LIST, old, new);
        let found = faults(&attached(INVOICE, &[("regels.csv", "text/csv", list.as_bytes())]));
        assert!(
            found[0].ends_with(&format!("SPECIFICATION_DIFFERS {field}")),
            "{found:#?}"
        );
    }
    let cheaper = LIST
        .replace("50,05", "50,00")
        .replace("179,55;21,01;200,56", "179,50;21,00;200,50");
    let found = faults(&attached(
        INVOICE,
        &[("regels.csv", "text/csv", cheaper.as_bytes())],
    ));
    assert_eq!(found.len(), 4, "three totals and a rate: {found:#?}");
    let of_another_kind = attached(
        CREDIT_NOTE_WITH_PREFIXES,
        &[("regels.csv", "text/csv", LIST.as_bytes())],
    );
    let found = faults(&of_another_kind);
    assert!(
        found
            .iter()
            .any(|fault| fault.contains("SPECIFICATION_DIFFERS BT-3,")),
        "{found:#?}"
    );
}

/// A credit note with the usual prefixes, so that a file can be attached to it.
const CREDIT_NOTE_WITH_PREFIXES: &str = r#"<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cac:AccountingSupplierParty></cac:AccountingSupplierParty></CreditNote>"#;

#[test]
fn the_faults_of_a_specification_are_told_in_its_own_places() {
    let list = with(LIST, ";11-02-2023;", ";31-02-2023;");
    assert_eq!(
        faults(&attached(
            &plain_invoice(),
            &[("regels.csv", "text/csv", list.as_bytes())]
        )),
        ["regels.csv, row 3, column 10 (prestatiedatum): INVALID_DATE prestatiedatum, found \"31-02-2023\""]
    );
    let twice = [
        ("a.csv", "text/csv", LIST.as_bytes()),
        ("b.csv", "text/csv", LIST.as_bytes()),
    ];
    assert!(faults(&attached(INVOICE, &twice))[0].contains("SEVERAL_SPECIFICATIONS"));
}

#[test]
fn a_citizen_service_number_in_an_attachment_is_found() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "BSN").expect("a cell");
    sheet.write_number(9, 0, 111_222_333).expect("a cell");
    let workbook = book.save_to_buffer().expect("a workbook");
    for (bytes, place) in [
        (b"naam;bsn\nJ;111222333\n".as_slice(), "a, row 2, column 2 (B)"),
        (b"de leerling heeft BSN 111222333", "a, row 1, column 1 (A)"),
        (b"BSN;x\n;\n111222333;\n", "a, row 3, column 1 (A)"),
        (b"x;y\nBSN;111222333\n", "a, row 2"),
        (b"<a>\n<b>BSN 111222333</b></a>", "a, row 2, column 1 (A)"),
        (b"{\"bsn\": \"111222333\"}", "a, row 1, column 1 (A)"),
        (&workbook, "a, Sheet1, row 10, column 1 (A)"),
    ] {
        let reading = reading(&attached(INVOICE, &[("a", "text/csv", bytes)]));
        assert_eq!(places(&reading), [place], "{:?}", String::from_utf8_lossy(bytes));
    }
    let learner = with(LIST, "C-7", "111222333");
    let found = places(&reading(&attached(
        INVOICE,
        &[("a", "text/csv", learner.as_bytes())],
    )));
    assert_eq!(found, ["a, row 2, column 11 (kandidaat)"]);
}

#[test]
fn the_number_of_a_party_in_an_attachment_is_none() {
    // The VAT number of the seller of the samples passes the test.
    for (number, count) in [("123456782", 0), ("111222333", 1)] {
        let text = format!("BSN of RSIN {number}");
        let reading = reading(&attached(INVOICE, &[("a", "text/plain", text.as_bytes())]));
        assert_eq!(reading.personal_data.len(), count, "{number}");
    }
}

#[test]
fn a_file_that_is_hidden_elsewhere_is_looked_through_too() {
    let note = format!(
        "<cbc:EmbeddedDocumentBinaryObject>{}</cbc:EmbeddedDocumentBinaryObject>",
        base64(b"BSN 111222333")
    );
    let text = with(INVOICE, "<cbc:Note>maart</cbc:Note>", &note);
    assert_eq!(places(&reading(&text)), ["attachment 1, row 1, column 1 (A)"]);
}

#[test]
fn more_attachments_than_are_read_are_refused() {
    let files = vec![("a", "b", b"c".as_slice()); 3];
    let limits = Limits {
        max_attachments: 2,
        ..Limits::default()
    };
    let refused = read(attached(INVOICE, &files).as_bytes(), &limits).expect_err("refused");
    assert_eq!(refused.code(), "LIMIT_EXCEEDED");
}
