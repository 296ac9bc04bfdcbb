//! Invoices and credit notes that are refused: for what, and where.

use jiff::civil::date;
use subsidy_documents::{Amount, PartyId};

use crate::samples::{CREDIT_NOTE, INVOICE, codes, faulty, lines, sound, with};

#[test]
fn every_fault_is_told_at_once_with_its_place() {
    let text = with(INVOICE, "2023-03-01", "2023-02-30");
    let text = with(
        &text,
        ">100.05</cbc:LineExtensionAmount>",
        ">100.06</cbc:LineExtensionAmount>",
    );
    let text = with(
        &text,
        "<cbc:InvoicedQuantity unitCode=\"C62\">3</cbc:InvoicedQuantity>",
        "",
    );
    let expected = [
        "line 7, column 3, /Invoice/cbc:IssueDate: INVALID_DATE BT-2, found \"2023-02-30\"",
        "line 23, column 22, /Invoice/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount: TOTAL_MISMATCH_TAXABLE BT-116, found \"100.05\", expected 100.06",
        "line 26, column 5, /Invoice/cac:LegalMonetaryTotal/cbc:LineExtensionAmount: TOTAL_MISMATCH_LINES BT-106, found \"179.55\", expected 179.56",
        "line 46, column 3, /Invoice/cac:InvoiceLine[2]/cbc:InvoicedQuantity: MISSING_FIELD BT-129",
    ];
    assert_eq!(lines(&faulty(&text).faults), expected);
}

#[test]
fn a_faulty_invoice_still_tells_whose_it_is() {
    let faulty = faulty(&with(
        INVOICE,
        ">200.56</cbc:PayableAmount>",
        ">200.57</cbc:PayableAmount>",
    ));
    assert_eq!(faulty.number.as_deref(), Some("F-1"));
    assert_eq!(faulty.seller, Some(PartyId::Kvk("30012345".into())));
    assert_eq!(faulty.seller_name.as_deref(), Some("ROC A & B"));
    assert_eq!(faulty.issue_date, Some(date(2023, 3, 1)));
    assert_eq!(faulty.payable, Some(Amount::from_cents(200_57)));
    assert_eq!(faulty.lines, 2);
}

/// Every required term, by the text that has it and the fault when it is gone.
#[test]
fn what_is_required_is_missed() {
    let cases = [
        (
            "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>",
            "MISSING_FIELD BT-24",
        ),
        ("<cbc:ID>F-1</cbc:ID>", "MISSING_FIELD BT-1"),
        ("<cbc:IssueDate>2023-03-01</cbc:IssueDate>", "MISSING_FIELD BT-2"),
        (
            "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>",
            "MISSING_FIELD BT-3",
        ),
        (
            "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
            "MISSING_FIELD BT-5",
        ),
        (
            "<cbc:RegistrationName>ROC A &amp; B</cbc:RegistrationName>",
            "MISSING_FIELD BT-27",
        ),
        (
            r#"<cbc:CompanyID schemeID="0106">30012345</cbc:CompanyID>"#,
            "MISSING_FIELD BT-30",
        ),
        (
            r#"<cbc:LineExtensionAmount currencyID="EUR">179.55</cbc:LineExtensionAmount>"#,
            "MISSING_FIELD BT-106",
        ),
        (
            r#"<cbc:TaxExclusiveAmount currencyID="EUR">179.55</cbc:TaxExclusiveAmount>"#,
            "MISSING_FIELD BT-109",
        ),
        (
            r#"<cbc:TaxAmount currencyID="EUR">21.01</cbc:TaxAmount>"#,
            "MISSING_FIELD BT-110",
        ),
        (
            r#"<cbc:TaxInclusiveAmount currencyID="EUR">200.56</cbc:TaxInclusiveAmount>"#,
            "MISSING_FIELD BT-112",
        ),
        (
            r#"<cbc:PayableAmount currencyID="EUR">200.56</cbc:PayableAmount>"#,
            "MISSING_FIELD BT-115",
        ),
        (
            r#"<cbc:TaxableAmount currencyID="EUR">79.50</cbc:TaxableAmount>"#,
            "MISSING_FIELD BT-116",
        ),
        (
            r#"<cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount>"#,
            "MISSING_FIELD BT-117",
        ),
        ("<cbc:ID>1</cbc:ID>", "MISSING_FIELD BT-126"),
        (
            r#"<cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity>"#,
            "MISSING_FIELD BT-129",
        ),
        (
            r#"<cbc:LineExtensionAmount currencyID="EUR">79.50</cbc:LineExtensionAmount>"#,
            "MISSING_FIELD BT-131",
        ),
        (
            "<cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>",
            "MISSING_FIELD BT-151",
        ),
        ("<cbc:Percent>21</cbc:Percent>", "MISSING_FIELD BT-152"),
        (
            "<cbc:ID>S</cbc:ID><cbc:Percent>21.00</cbc:Percent>",
            "MISSING_FIELD BT-118",
        ),
        ("<cbc:Percent>21.00</cbc:Percent>", "MISSING_FIELD BT-119"),
    ];
    for (element, fault) in cases {
        assert_eq!(
            codes(&faulty(&with(INVOICE, element, "")).faults),
            [fault],
            "without {element}"
        );
    }
}

#[test]
fn an_empty_element_is_missing() {
    let text = with(INVOICE, "<cbc:ID>F-1</cbc:ID>", "<cbc:ID> </cbc:ID>");
    assert_eq!(codes(&faulty(&text).faults), ["MISSING_FIELD BT-1"]);
    let text = with(INVOICE, "<cbc:ID>F-1</cbc:ID>", "<cbc:ID/>");
    assert_eq!(codes(&faulty(&text).faults), ["MISSING_FIELD BT-1"]);
}

/// Every way in which a value can be wrong: what is changed, and the fault.
#[test]
fn what_cannot_be_is_refused() {
    let cases = [
        ("nlcius:v1.0", "nlcius:v9.9", "UNKNOWN_SPECIFICATION BT-24"),
        (">F-1<", ">F-\u{85}1<", "INVALID_TEXT BT-1"),
        ("2023-03-01", "01-03-2023", "INVALID_DATE BT-2"),
        ("2023-03-01", "0023-03-01", "INVALID_DATE BT-2"),
        ("2023-03-01", "20230301", "INVALID_DATE BT-2"),
        ("2023-03-01", "2023-03-01T00:00", "INVALID_DATE BT-2"),
        (">380<", ">381<", "INVALID_FIELD BT-3"),
        (">380<", ">384<", "MISSING_FIELD BT-25"),
        (">EUR<", ">USD<", "CURRENCY BT-5"),
        (
            r#"currencyID="EUR">79.50</cbc:TaxableAmount>"#,
            r#"currencyID="USD">79.50</cbc:TaxableAmount>"#,
            "CURRENCY BT-5",
        ),
        (
            r#" currencyID="EUR">79.50</cbc:TaxableAmount>"#,
            ">79.50</cbc:TaxableAmount>",
            "CURRENCY BT-116",
        ),
        (r#" currencyID="EUR">33.35"#, ">33.35", "CURRENCY BT-146"),
        (
            r#"schemeID="0106">30012345"#,
            r#"schemeID="0106">3001234"#,
            "INVALID_KVK BT-30",
        ),
        (
            r#"schemeID="0106">30012345"#,
            r#"schemeID="0190">30012345"#,
            "INVALID_OIN BT-30",
        ),
        (
            r#"schemeID="0106">30012345"#,
            r#"schemeID="0088">30012345"#,
            "PARTY_SCHEME BT-30",
        ),
        (r#" schemeID="0106">30012345"#, ">30012345", "PARTY_SCHEME BT-30"),
        ("NL123456782B01", "NL1234", "INVALID_FIELD BT-31"),
        (
            "NL44 RABO 0123 4567 89",
            "NL44 RABO 0123 4567 80",
            "IBAN_CHECKSUM BT-84",
        ),
        ("NL44 RABO 0123 4567 89", "0123456789", "INVALID_IBAN BT-84"),
        (
            ">79.50</cbc:TaxableAmount>",
            ">79,50</cbc:TaxableAmount>",
            "INVALID_AMOUNT BT-116",
        ),
        (
            ">79.50</cbc:TaxableAmount>",
            ">79.505</cbc:TaxableAmount>",
            "INVALID_AMOUNT BT-116",
        ),
        (
            ">3</cbc:InvoicedQuantity>",
            ">3e1</cbc:InvoicedQuantity>",
            "INVALID_NUMBER BT-129",
        ),
        (
            ">3</cbc:InvoicedQuantity>",
            ">3.00000000000001</cbc:InvoicedQuantity>",
            "INVALID_NUMBER BT-129",
        ),
        (
            "<cbc:ID>2</cbc:ID>",
            "<cbc:ID>1</cbc:ID>",
            "DUPLICATE_LINE_ID BT-126",
        ),
        (
            "<cbc:EndDate>2023-02-10",
            "<cbc:EndDate>2023-02-11",
            "INVALID_FIELD BT-135",
        ),
        (
            "<cbc:EndDate>2023-02-10",
            "<cbc:EndDate>2023-02-09",
            "DATE_ORDER BT-135",
        ),
        (
            "<cbc:ID>S</cbc:ID><cbc:Percent>21<",
            "<cbc:ID>AE</cbc:ID><cbc:Percent>21<",
            "INVALID_FIELD BT-151",
        ),
        ("<cbc:Percent>21<", "<cbc:Percent>19<", "INVALID_FIELD BT-152"),
        (
            "<cbc:ID>E</cbc:ID><cbc:Percent>0<",
            "<cbc:ID>E</cbc:ID><cbc:Percent>9<",
            "INVALID_FIELD BT-119",
        ),
        (
            "<cbc:ID>F-1</cbc:ID>",
            "<cbc:ID>F-1</cbc:ID><cbc:ID>F-2</cbc:ID>",
            "REPEATED_FIELD BT-1",
        ),
        (
            "<cbc:ID>S</cbc:ID><cbc:Percent>21.00<",
            "<cbc:ID>E</cbc:ID><cbc:Percent>0<",
            "REPEATED_FIELD BT-118",
        ),
        (
            "<cbc:Name>bewijs<",
            "<cbc:Name>kandidaat<",
            "REPEATED_FIELD BT-161 kandidaat",
        ),
    ];
    for (old, new, fault) in cases {
        let faults = codes(&faulty(&with(INVOICE, old, new)).faults);
        assert!(faults.iter().any(|found| found == fault), "{new}: {faults:?}");
    }
}

#[test]
fn a_credit_note_says_which_invoice_it_credits() {
    let text = with(CREDIT_NOTE, "<ID>F-1</ID>", "");
    assert_eq!(codes(&faulty(&text).faults), ["CREDIT_NO_REF BT-25"]);
}

#[test]
fn a_line_may_lack_what_says_what_it_is_for() {
    let text = with(INVOICE, "<cbc:ID>MBO_EXAM/PA-017</cbc:ID>", "");
    let text = with(
        &text,
        "<cac:InvoicePeriod><cbc:StartDate>2023-02-11</cbc:StartDate></cac:InvoicePeriod>",
        "",
    );
    let invoice = sound(&text);
    assert_eq!(invoice.lines[0].item_code, None);
    assert_eq!(invoice.lines[1].performed_on, None);
    let note = sound(&with(CREDIT_NOTE, "<Value>1</Value>", "<Value/>"));
    assert_eq!(note.lines[0].credits_line, None);
}

#[test]
fn a_credit_note_on_two_invoices_is_refused() {
    let reference = "<a:BillingReference><a:InvoiceDocumentReference><ID>F-2</ID></a:InvoiceDocumentReference></a:BillingReference><a:AccountingSupplierParty>";
    let text = with(CREDIT_NOTE, "<a:AccountingSupplierParty>", reference);
    assert_eq!(codes(&faulty(&text).faults), ["REPEATED_FIELD BT-25"]);
}

#[test]
fn amounts_of_a_credit_note_are_positive() {
    let text = CREDIT_NOTE.replace("79.50", "-79.50").replace("79.5<", "-79.5<");
    let text = text.replace("--", "-");
    assert_eq!(
        codes(&faulty(&text).faults),
        ["NEGATIVE_AMOUNT BT-115", "NEGATIVE_AMOUNT BT-131"]
    );
}

#[test]
fn an_invoice_without_lines_is_refused() {
    let from = INVOICE.find("<cac:InvoiceLine>").expect("lines");
    let text = format!("{}</Invoice>", &INVOICE[..from]);
    let faults = codes(&faulty(&text).faults);
    assert!(faults.contains(&"MISSING_FIELD BT-126".to_owned()), "{faults:?}");
}

#[test]
fn lines_of_a_credit_note_in_an_invoice_mean_nothing() {
    let text = INVOICE.replace("cac:InvoiceLine", "cac:CreditNoteLine");
    assert_eq!(faulty(&text).lines, 0);
}

#[test]
fn a_fault_never_shows_what_stands_in_a_personal_or_free_field() {
    let secret = "G. Heim\u{85}";
    let text = INVOICE
        .replace("C-7", secret)
        .replace("ROC A &amp; B", secret)
        .replace("vrije tekst", secret);
    let faulty = faulty(&text);
    assert_eq!(
        codes(&faulty.faults),
        ["INVALID_TEXT BT-27", "INVALID_TEXT BT-161 kandidaat"]
    );
    assert!(!format!("{:?}", faulty.faults).contains("Heim"));
    assert!(!format!("{:?}", sound(INVOICE)).contains("C-7"));
}
