//! What the reader of invoices refuses, the published rules refuse too, and in the same words.

use std::time::{Duration, Instant};

use subsidy_documents::rules::{RuleSet, check_against};
use subsidy_documents::{Excess, Limits, Malformation, Unreadable, read};

use crate::samples::{INVOICE, with};

const ALL: [RuleSet; 4] = [
    RuleSet::En16931,
    RuleSet::Nlcius,
    RuleSet::GAccount,
    RuleSet::PeppolBis3,
];

/// Refused by both, alike.
fn refusal(bytes: &[u8]) -> Unreadable {
    let limits = Limits::default();
    let read = read(bytes, &limits).expect_err("refused");
    let checked = check_against(bytes, &ALL, &limits).expect_err("refused");
    assert_eq!(read, checked);
    read
}

/// Read by both.
fn is_read(text: &str) {
    let limits = Limits::default();
    assert!(read(text.as_bytes(), &limits).is_ok());
    assert!(check_against(text.as_bytes(), &ALL, &limits).is_ok());
}

#[test]
fn documents_meant_to_harm_are_refused_alike() {
    let nested: String = (0..10)
        .map(|n| format!("<!ENTITY l{n} \"{}\">", format!("&l{};", n + 1).repeat(10)))
        .collect();
    let laughs = with(INVOICE, "<Invoice", &format!("<!DOCTYPE x [{nested}]>\n<Invoice"));
    assert!(matches!(
        refusal(laughs.as_bytes()),
        Unreadable::Doctype { line: 2, .. }
    ));
    let outside = with(
        INVOICE,
        "<Invoice",
        "<!DOCTYPE x SYSTEM \"file:///etc/passwd\">\n<Invoice",
    );
    assert!(matches!(refusal(outside.as_bytes()), Unreadable::Doctype { .. }));
    let entity = with(INVOICE, "maart", "&l9;");
    assert!(matches!(refusal(entity.as_bytes()), Unreadable::Entity { .. }));
    let deep = with(
        INVOICE,
        "<cbc:Note>maart</cbc:Note>",
        &"<cbc:Note>".repeat(1_000_000),
    );
    assert!(matches!(
        refusal(deep.as_bytes()),
        Unreadable::LimitExceeded {
            what: Excess::Depth,
            ..
        }
    ));
    let attributes: String = (0..1_000_000).map(|n| format!(" a{n}=''")).collect();
    let many = with(INVOICE, "<cbc:Note>", &format!("<cbc:Note{attributes}>"));
    assert!(matches!(
        refusal(many.as_bytes()),
        Unreadable::LimitExceeded {
            what: Excess::Attributes,
            ..
        }
    ));
    let huge = with(
        INVOICE,
        "<cbc:Note>",
        &format!("<cbc:Note a='{}'>", "x".repeat(33 << 20)),
    );
    assert!(matches!(
        refusal(huge.as_bytes()),
        Unreadable::LimitExceeded {
            what: Excess::Text,
            ..
        }
    ));
    for (old, new, problem) in [
        ("maart", "ma\0art", Malformation::Character),
        (
            "schemeID=\"0106\"",
            "schemeID=\"0106\" schemeID=\"0106\"",
            Malformation::RepeatedAttribute,
        ),
        (
            "<cbc:Note>maart",
            "<cbc:Note xmlns:xml='urn:x'>maart",
            Malformation::Namespace,
        ),
        (
            "<cbc:Note>maart",
            "<cbc:Note xmlns:xmlns='urn:x'>maart",
            Malformation::Namespace,
        ),
        ("maart", "<![CDATA[maart", Malformation::Truncated),
        ("maart", "<?maart", Malformation::Truncated),
        ("maart", "<!--maart", Malformation::Truncated),
    ] {
        let refused = refusal(with(INVOICE, old, new).as_bytes());
        assert!(
            matches!(refused, Unreadable::Malformed { problem: found, .. } if found == problem),
            "{new}: {refused:?}"
        );
    }
    assert!(matches!(
        refusal(&INVOICE.as_bytes()[..1000]),
        Unreadable::Malformed { .. }
    ));
    let mut spoiled = INVOICE.as_bytes().to_vec();
    spoiled[1000] = 0xFF;
    assert!(matches!(refusal(&spoiled), Unreadable::NotUtf8 { .. }));
    let utf_16: Vec<u8> = [0xFEFF]
        .into_iter()
        .chain(INVOICE.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(matches!(refusal(&utf_16), Unreadable::Encoding { .. }));
}

#[test]
fn what_xml_allows_is_read() {
    is_read(&with(INVOICE, "maart", "<![CDATA[maart <b> & ]]>"));
    is_read(&with(INVOICE, "maart", "<?anything at all?>maart"));
    is_read(&with(
        INVOICE,
        "<cbc:Note>",
        "<cbc:Note xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">",
    ));
    is_read(&with(
        INVOICE,
        "<cbc:Note>maart</cbc:Note>",
        "<cbc:Note xmlns:cac=\"urn:elsewhere\">maart</cbc:Note>",
    ));
}

/// Time that grows with the square of a file would end no day: these files take seconds at most, on any machine.
#[test]
fn no_file_takes_time_with_the_square_of_its_size() {
    let note = "bsn 111222333 ".repeat(400_000);
    let learners: String = "<cac:InvoiceLine><cac:Item><cac:AdditionalItemProperty><cbc:Name>kandidaat</cbc:Name><cbc:Value>111222333</cbc:Value></cac:AdditionalItemProperty></cac:Item></cac:InvoiceLine>".repeat(9_000);
    let accounts: String = (0..100_000_u64)
        .map(|number| {
            // The check digits of an account with this number.
            let digits = format!("{number:010}");
            let rest = format!("10112310{digits}232100")
                .bytes()
                .fold(0_u64, |rest, digit| (rest * 10 + u64::from(digit - b'0')) % 97);
            format!("<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>NL{:02}ABNA{digits}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>", 98 - rest)
        })
        .collect();
    for (what, text) in [
        ("numbers", with(INVOICE, "maart", &note)),
        (
            "learners",
            with(INVOICE, "</Invoice>", &format!("{learners}</Invoice>")),
        ),
        (
            "accounts",
            with(INVOICE, "<cac:TaxTotal>", &format!("{accounts}<cac:TaxTotal>")),
        ),
    ] {
        let started = Instant::now();
        let reading = read(text.as_bytes(), &Limits::default()).expect("readable");
        let took = started.elapsed();
        let faults = reading.document.faults();
        assert!(
            faults.iter().all(|fault| fault.field.as_deref() != Some("BT-84")),
            "accounts are sound"
        );
        assert!(took < Duration::from_secs(20), "{what}: {took:?}");
    }
}
