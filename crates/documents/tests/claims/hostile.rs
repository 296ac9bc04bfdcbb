//! Files that are damaged, foreign or meant to harm.

use subsidy_documents::{Excess, Kind, Limits, Malformation, Unreadable, read};

use crate::samples::{INVOICE, LISTS, reading, sound, try_reading, with};

fn refusal(bytes: &[u8]) -> Unreadable {
    try_reading(bytes).expect_err("refused")
}

fn problem(text: &str) -> Malformation {
    let refused = refusal(text.as_bytes());
    let Unreadable::Malformed { problem, .. } = refused else {
        panic!("{refused:?}")
    };
    problem
}

#[test]
fn nothing_is_not_a_document() {
    for nothing in ["", " \r\n\t", "\u{FEFF}", "\u{FEFF}  "] {
        assert_eq!(refusal(nothing.as_bytes()), Unreadable::Empty, "{nothing:?}");
    }
}

#[test]
fn other_formats_are_named() {
    let cases: [(&[u8], &str); 6] = [
        (b"%PDF-1.7", "a PDF file"),
        (
            b"\xD0\xCF\x11\xE0\xA1",
            "an old Excel workbook (XLS), or one with a password",
        ),
        (b"\x1F\x8B\x08", "a GZIP archive"),
        (b" {\"a\": 1}", "JSON"),
        (b"\x89PNG\r\n", "an image"),
        (b"a;b\0;c", "a binary file"),
    ];
    for (bytes, format) in cases {
        assert_eq!(refusal(bytes), Unreadable::OtherFormat { format });
    }
}

#[test]
fn other_xml_is_named_by_its_root() {
    let expected = Unreadable::UnknownRoot {
        name: "Invoice".into(),
        namespace: "urn:other".into(),
    };
    assert_eq!(refusal(b"<x:Invoice xmlns:x='urn:other'/>"), expected);
    let order = with(INVOICE, "xsd:Invoice-2", "xsd:Order-2");
    assert!(matches!(
        refusal(order.as_bytes()),
        Unreadable::UnknownRoot { .. }
    ));
}

#[test]
fn a_doctype_is_refused_where_it_stands() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>\n<Invoice";
    let text = with(INVOICE, "<Invoice", bomb);
    assert_eq!(
        refusal(text.as_bytes()),
        Unreadable::Doctype { line: 2, column: 1 }
    );
    assert!(matches!(
        refusal(b"<!doctype html><html></html>"),
        Unreadable::Doctype { .. } | Unreadable::Malformed { .. }
    ));
}

#[test]
fn an_entity_of_its_own_is_refused_where_it_stands() {
    let text = with(INVOICE, "maart", "ma&euro;rt");
    assert_eq!(
        refusal(text.as_bytes()),
        Unreadable::Entity { line: 9, column: 15 }
    );
    let text = with(INVOICE, "schemeID=\"0106\"", "schemeID=\"&x;\"");
    assert!(matches!(
        refusal(text.as_bytes()),
        Unreadable::Entity { line: 14, .. }
    ));
}

#[test]
fn the_five_entities_and_numeric_references_are_read() {
    let text = with(INVOICE, "ROC A &amp; B", "&lt;&gt;&amp;&apos;&quot;&#233;&#xEB;");
    assert_eq!(sound(&text).seller.name, "<>&'\"éë");
}

#[test]
fn a_truncated_document_is_refused_wherever_it_is_cut() {
    let end = INVOICE.trim_end().len();
    for cut in (1..end).step_by(7) {
        let refused = refusal(&INVOICE.as_bytes()[..cut]);
        assert!(
            matches!(refused, Unreadable::Malformed { .. }),
            "cut at {cut}: {refused:?}"
        );
    }
    assert_eq!(problem(&INVOICE[..end - 1]), Malformation::Truncated);
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let cases = [
        (
            "<cbc:ID>F-1</cbc:ID>",
            "<cbc:ID>F-1</cbc:Id>",
            Malformation::EndTag,
        ),
        (
            "schemeID=\"0106\"",
            "schemeID=\"0106\" schemeID=\"0190\"",
            Malformation::RepeatedAttribute,
        ),
        ("schemeID=\"0106\"", "schemeID=0106", Malformation::Attribute),
        ("schemeID=\"0106\"", "schemeID", Malformation::Attribute),
        (
            "<cbc:Note>maart</cbc:Note>",
            "<x:Note>maart</x:Note>",
            Malformation::Namespace,
        ),
        ("maart", "ma\u{1}art", Malformation::Character),
        ("maart", "&#0;", Malformation::Character),
        ("\"C62\"", "\"C\u{2}62\"", Malformation::Character),
        ("\"C62\"", "\"C&#2;62\"", Malformation::Character),
        ("maart", "&#xFFFFFFFF;", Malformation::Character),
        ("maart", "<!-- -- -->", Malformation::Syntax),
        ("maart", "<?xml version='1.0'?>", Malformation::Syntax),
        ("</Invoice>", "</Invoice>tekst", Malformation::OutsideRoot),
        ("</Invoice>", "</Invoice><Invoice/>", Malformation::OutsideRoot),
        ("</Invoice>", "</Invoice></Invoice>", Malformation::EndTag),
        ("maart", "ma & art", Malformation::Truncated),
    ];
    for (old, new, expected) in cases {
        assert_eq!(problem(&with(INVOICE, old, new)), expected, "{new}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_document() {
    assert_eq!(sound(&format!("\u{FEFF}{INVOICE}")), sound(INVOICE));
    for (kind, header, row) in LISTS {
        assert_eq!(
            reading(&format!("\u{FEFF}{header}\n{row}\n")),
            reading(&format!("{header}\n{row}\n")),
            "{kind:?}"
        );
    }
}

#[test]
fn another_encoding_is_named() {
    let text = with(INVOICE, "UTF-8", "ISO-8859-1");
    assert_eq!(
        refusal(text.as_bytes()),
        Unreadable::Encoding {
            encoding: "ISO-8859-1".into()
        }
    );
    let utf_16: Vec<u8> = INVOICE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        refusal(&utf_16),
        Unreadable::Encoding {
            encoding: "UTF-16".into()
        }
    );
    assert_eq!(
        refusal(b"\xFE\xFF\0a"),
        Unreadable::Encoding {
            encoding: "UTF-16".into()
        }
    );
    assert_eq!(sound(&with(INVOICE, "UTF-8", "utf-8")), sound(INVOICE));
}

#[test]
fn bytes_that_are_not_utf_8_are_refused_where_they_stand() {
    let mut bytes = INVOICE.as_bytes().to_vec();
    let position = INVOICE.find("maart").expect("a note");
    bytes[position + 1] = 0xE9;
    assert_eq!(refusal(&bytes), Unreadable::NotUtf8 { line: 9, column: 14 });
}

#[test]
fn limits_hold() {
    let tight = |limits: &Limits, text: &str| match read(text.as_bytes(), limits) {
        Err(Unreadable::LimitExceeded { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let limits = Limits::default();
    assert_eq!(
        tight(
            &Limits {
                max_depth: 4,
                ..limits
            },
            INVOICE
        ),
        Excess::Depth
    );
    assert_eq!(
        tight(
            &Limits {
                max_elements: 50,
                ..limits
            },
            INVOICE
        ),
        Excess::Elements
    );
    assert_eq!(
        tight(
            &Limits {
                max_attributes: 2,
                ..limits
            },
            INVOICE
        ),
        Excess::Attributes
    );
    assert_eq!(
        tight(
            &Limits {
                max_text: 20,
                ..limits
            },
            INVOICE
        ),
        Excess::Text
    );
    let long_attribute = with(INVOICE, "C62", &"C".repeat(101));
    let limits_of_text = Limits {
        max_text: 100,
        ..limits
    };
    assert!(read(INVOICE.as_bytes(), &limits_of_text).is_ok());
    assert_eq!(tight(&limits_of_text, &long_attribute), Excess::Text);
    let (_, header, row) = LISTS[0];
    let list = format!("{header}\n{row}\n{row}\n");
    assert_eq!(
        tight(
            &Limits {
                max_rows: 1,
                ..limits
            },
            &list
        ),
        Excess::Rows
    );
    assert_eq!(
        tight(
            &Limits {
                max_field: 5,
                ..limits
            },
            &list
        ),
        Excess::Field
    );
    let bytes = INVOICE.len();
    let small = Limits {
        max_bytes: bytes - 1,
        ..limits
    };
    assert_eq!(
        read(INVOICE.as_bytes(), &small),
        Err(Unreadable::TooLarge {
            bytes,
            limit: bytes - 1
        })
    );
    let exact = Limits {
        max_bytes: bytes,
        max_attributes: 3,
        ..limits
    };
    assert!(read(INVOICE.as_bytes(), &exact).is_ok());
}

#[test]
fn deep_nesting_is_refused_at_the_limit_and_not_later() {
    let deep = with(INVOICE, "<cac:TaxTotal>", &"<cac:Party>".repeat(100_000));
    let Err(Unreadable::LimitExceeded { what, limit, .. }) = try_reading(deep.as_bytes()) else {
        panic!()
    };
    assert_eq!((what, limit), (Excess::Depth, 64));
}

#[test]
fn too_many_faults_are_not_listed() {
    let limits = Limits {
        max_faults: 3,
        ..Limits::default()
    };
    let (kind, header, _) = LISTS[0];
    assert_eq!(kind, Kind::ExamResults);
    let list = format!("{header}\n{}", "x;;;;;;;;;;;\n".repeat(10));
    assert_eq!(
        read(list.as_bytes(), &limits),
        Err(Unreadable::TooManyFaults { limit: 3 })
    );
    let text = INVOICE.replace("currencyID=\"EUR\"", "currencyID=\"USD\"");
    assert_eq!(
        read(text.as_bytes(), &limits),
        Err(Unreadable::TooManyFaults { limit: 3 })
    );
}

#[test]
fn every_refusal_says_what_to_do_and_has_its_own_code() {
    let refusals = [
        refusal(b""),
        refusal(b"%PDF"),
        refusal(b"a;b;c\n1;2;3\n"),
        refusal(b"U-1;111222333\n"),
        refusal(b"<x/>"),
        refusal(b"<x"),
        refusal(b"<!DOCTYPE x><x/>"),
        refusal(with(INVOICE, "maart", "&x;").as_bytes()),
        refusal(b"<?xml version='1.0' encoding='latin1'?><x/>"),
        refusal(b"<x>\xE9</x>"),
        refusal(format!("{}\n", LISTS[0].1).as_bytes()),
        refusal(with(LISTS[0].1, "kandidaatnummer", "naam").as_bytes()),
        refusal(format!("{};kandidaat\n", LISTS[0].1).as_bytes()),
        read(
            b"<x/>",
            &Limits {
                max_bytes: 1,
                ..Limits::default()
            },
        )
        .expect_err("too large"),
        read(
            INVOICE.as_bytes(),
            &Limits {
                max_depth: 1,
                ..Limits::default()
            },
        )
        .expect_err("too deep"),
        read(
            INVOICE.replace("cbc:ID", "cbc:Id").as_bytes(),
            &Limits {
                max_faults: 1,
                ..Limits::default()
            },
        )
        .expect_err("too many faults"),
    ];
    let mut codes: Vec<&str> = refusals.iter().map(Unreadable::code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), refusals.len(), "{codes:?}");
    for refusal in refusals {
        assert!(refusal.to_string().len() > 20, "{refusal}");
    }
}
