//! Citizen service numbers and education numbers are found, and nothing else is.

use subsidy_documents::{Kind, Place};

use crate::samples::{INVOICE, LISTS, list, reading, row_with, with};

/// Passes the test of a BSN.
const BSN: &str = "111222333";

fn found_in_note(note: &str) -> bool {
    !reading(&with(INVOICE, "vrije tekst", note))
        .personal_data
        .is_empty()
}

#[test]
fn a_number_beside_its_word_is_found() {
    for note in [
        "BSN 111222333",
        "bsn: 111222333",
        "BSN111222333",
        "bsn-nummer 111.222.333",
        "leerling 111222333 (BSN)",
        "Burgerservicenummer van de leerling is 111 222 333",
        "sofinummer 111-222-333",
        "Sofi-nummer 111222333",
        "BSN 12345672",
        "onderwijsnummer 100000004",
        "PGN 111222333",
        "tel 030-1234567, BSN 111222333 2007",
        "B&#83;N 111&#50;22333",
        "<![CDATA[BSN 111222333]]>",
    ] {
        assert!(found_in_note(note), "{note}");
    }
}

#[test]
fn a_number_that_is_not_personal_is_not_found() {
    for note in [
        "111222333",
        "BSN 111222334",
        "BSN onbekend, factuur 2023-02-11",
        "BSN 1112223334",
        "BSN 1112, klas 22333",
        "onderwijsnummer 200000002",
        "BSN 1112223",
        "absn 111222333",
        "kandidaat 111222333",
        "BSN staat hier niet maar wel heel veel andere woorden en dan 111222333",
        "BSN 000000000",
        "Sofia 111222333",
        "BSN 00000000",
    ] {
        assert!(!found_in_note(note), "{note}");
    }
}

#[test]
fn forty_characters_are_beside_and_forty_one_are_not() {
    assert!(found_in_note(&format!("BSN{}111222333", "é".repeat(40))));
    assert!(!found_in_note(&format!("BSN{}111222333", "é".repeat(41))));
    assert!(found_in_note(&format!("111222333{}BSN", "é ".repeat(20))));
    assert!(!found_in_note(&format!("111222333 {}BSN", "é ".repeat(20))));
}

#[test]
fn a_finding_tells_where_and_not_what() {
    let reading = reading(&with(INVOICE, "vrije tekst", "BSN 111222333"));
    let path = "/Invoice/cac:InvoiceLine[1]/cac:Item/cbc:Description".to_owned();
    assert_eq!(
        reading.personal_data,
        [Place::Element {
            line: 37,
            column: 7,
            path
        }]
    );
    assert!(!format!("{reading:?}").contains(BSN));
}

#[test]
fn every_text_of_an_invoice_is_looked_through() {
    let said = "BSN 111222333";
    for (old, new) in [
        ("maart", said),
        (">ref<", ">BSN 111222333<"),
        ("<cbc:Name>Examen", "<cbc:Name>BSN 111222333"),
        ("<cbc:Value>U-1", "<cbc:Value>BSN 111222333"),
        ("unitCode=\"C62\"", "unitCode=\"BSN 111222333\""),
        ("<cac:Item>", "<cac:Item>BSN 111222333"),
        ("<cbc:Note>", "<x:y xmlns:x='urn:x'>BSN 111222333</x:y><cbc:Note>"),
    ] {
        assert_eq!(reading(&with(INVOICE, old, new)).personal_data.len(), 1, "{new}");
    }
}

#[test]
fn a_bare_number_is_found_in_the_field_of_a_learner_only() {
    let learner = with(INVOICE, "<cbc:Value>C-7", "<cbc:Value>111222333");
    assert_eq!(reading(&learner).personal_data.len(), 1);
    let evidence = with(INVOICE, "<cbc:Value>U-1", "<cbc:Value>111222333");
    assert_eq!(reading(&evidence).personal_data, []);
    let told = with(&evidence, "<cbc:Name>bewijs", "<cbc:Name>BSN leerling");
    assert_eq!(reading(&told).personal_data.len(), 1);
}

#[test]
fn a_number_of_the_parties_themselves_is_not_personal() {
    // The seller's VAT number holds 123456782, its OIN 111222333: both would pass for a BSN.
    assert!(!found_in_note("geen BSN, wel RSIN 123456782"));
    let oin = "00000001111222333000";
    let text = with(
        INVOICE,
        "schemeID=\"0106\">30012345",
        &format!("schemeID=\"0190\">{oin}"),
    );
    assert_eq!(
        reading(&with(&text, "vrije tekst", "geen BSN, RSIN 111222333")).personal_data,
        []
    );
}

#[test]
fn a_bare_number_is_found_in_the_learner_column_of_every_list() {
    for (kind, column) in [
        (Kind::ExamResults, "kandidaatnummer"),
        (Kind::Attendance, "deelnemer"),
        (Kind::EvcCertificates, "kandidaat"),
        (Kind::ExamProtocols, "kandidaat"),
        (Kind::Grants, "kandidaat"),
        (Kind::EvCertificates, "kandidaat"),
    ] {
        let reading = reading(&list(kind, &[&row_with(kind, column, BSN)]));
        let [Place::Cell { row: 2, name, .. }] = reading.personal_data.as_slice() else {
            panic!("{kind:?}: {reading:?}")
        };
        assert_eq!(name, column);
    }
}

#[test]
fn a_learner_who_books_is_a_learner() {
    let row = row_with(Kind::ExamResults, "geboekt_door", BSN).replace(";school;", ";kandidaat;");
    assert_eq!(reading(&list(Kind::ExamResults, &[&row])).personal_data.len(), 1);
    let company = row.replace(";kandidaat;", ";leerbedrijf;");
    assert_eq!(reading(&list(Kind::ExamResults, &[&company])).personal_data, []);
}

#[test]
fn every_field_of_a_list_is_looked_through_also_those_not_kept() {
    let rows = [
        row_with(Kind::ExamResults, "examenomschrijving", "BSN 111222333"),
        row_with(Kind::ExamResults, "uitslag", "BSN 111222333"),
        "BSN 111222333;te kort".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(reading(&list(Kind::ExamResults, &rows)).personal_data.len(), 3);
}

#[test]
fn an_unknown_column_that_says_what_it_holds_is_believed() {
    let (_, header, row) = LISTS[0];
    let read = |name: &str| {
        reading(&format!("{header};{name}\n{row};{BSN}\n"))
            .personal_data
            .len()
    };
    assert_eq!(
        (read("BSN"), read("Onderwijsnummer"), read("telefoon")),
        (1, 1, 0)
    );
}

#[test]
fn no_fault_shows_a_personal_number() {
    let row = row_with(Kind::ExamResults, "boekingsdatum", BSN);
    let reading = reading(&list(Kind::ExamResults, &[&row]));
    assert!(!format!("{reading:?}").contains(BSN));
    let invoice = crate::samples::reading(&with(INVOICE, "2023-03-01", BSN));
    assert!(!format!("{invoice:?}").contains(BSN));
}
