//! Invoices and credit notes that are sound: what is read.

use jiff::civil::date;
use rust_decimal::Decimal;
use subsidy_documents::{Amount, InvoiceKind, PartyId, Place, PrecedingInvoice, Specification, Vat};

use crate::samples::{CREDIT_NOTE, INVOICE, codes, faulty, sound, with};

#[test]
fn a_sound_invoice_is_read_field_by_field() {
    let invoice = sound(INVOICE);
    assert_eq!(invoice.kind, InvoiceKind::Invoice);
    assert_eq!(invoice.specification, Specification::Nlcius);
    assert_eq!(invoice.number, "F-1");
    assert_eq!(invoice.issue_date, date(2023, 3, 1));
    assert_eq!(invoice.type_code, 380);
    assert_eq!(invoice.buyer_reference.as_deref(), Some("ref"));
    assert_eq!(invoice.seller.name, "ROC A & B");
    assert_eq!(invoice.seller.id, PartyId::Kvk("30012345".into()));
    assert_eq!(invoice.seller.vat_id.as_deref(), Some("NL123456782B01"));
    assert_eq!(invoice.buyer, Some(PartyId::Oin("00000003412345670000".into())));
    assert_eq!(
        invoice
            .accounts
            .iter()
            .map(|iban| iban.as_str())
            .collect::<Vec<_>>(),
        ["NL44RABO0123456789"]
    );
    assert_eq!(invoice.preceding, None);
    assert_eq!(invoice.totals.payable, Amount::from_cents(200_56));
    assert_eq!(invoice.totals.prepaid, Amount::ZERO);
    assert_eq!(
        invoice
            .vat_breakdown
            .iter()
            .map(|part| part.vat)
            .collect::<Vec<_>>(),
        [Vat::Exempt, Vat::Standard]
    );
}

#[test]
fn a_line_says_what_is_claimed_for_whom_and_where_it_stands() {
    let invoice = sound(INVOICE);
    let line = &invoice.lines[0];
    assert_eq!(line.id, "1");
    assert_eq!(line.quantity, Decimal::ONE);
    assert_eq!(line.net, Amount::from_cents(79_50));
    assert_eq!(line.performed_on, Some(date(2023, 2, 10)));
    assert_eq!(line.item_code.as_deref(), Some("MBO_EXAM/PA-017"));
    assert_eq!(line.learner.as_ref().map(|learner| learner.reveal()), Some("C-7"));
    assert_eq!(line.evidence.as_deref(), Some("U-1"));
    assert_eq!((line.vat, invoice.lines[1].vat), (Vat::Exempt, Vat::Standard));
    let path = "/Invoice/cac:InvoiceLine[2]".to_owned();
    assert_eq!(
        invoice.lines[1].place,
        Place::Element {
            line: 46,
            column: 3,
            path
        }
    );
}

#[test]
fn a_credit_note_is_read_whatever_its_prefixes() {
    let note = sound(CREDIT_NOTE);
    assert_eq!(note.kind, InvoiceKind::CreditNote);
    assert_eq!(note.specification, Specification::PeppolBis3);
    let preceding = PrecedingInvoice {
        number: "F-1".into(),
        issue_date: Some(date(2023, 3, 1)),
    };
    assert_eq!(note.preceding, Some(preceding));
    assert_eq!(note.lines[0].credits_line.as_deref(), Some("1"));
    assert_eq!(note.lines[0].performed_on, None);
    assert_eq!(note.lines[0].vat, Vat::OutsideScope);
    assert_eq!(note.totals.payable, Amount::from_cents(79_50));
}

#[test]
fn a_tax_number_is_a_vat_number_when_its_scheme_says_so() {
    let scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>";
    let other = with(INVOICE, scheme, &scheme.replace("VAT", "TAX"));
    assert_eq!(sound(&other).seller.vat_id, None);
    let untold = with(
        INVOICE,
        scheme,
        &format!("</cac:PartyTaxScheme><cac:PartyTaxScheme>{scheme}"),
    );
    assert_eq!(sound(&untold).seller.vat_id, None);
}

#[test]
fn an_account_is_listed_once() {
    let account = "<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>NL44RABO0123456789</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>";
    let other = account.replace("NL44RABO0123456789", "BE68539007547034");
    let text = with(
        INVOICE,
        "<cac:TaxTotal>",
        &format!("{account}{other}<cac:TaxTotal>"),
    );
    let accounts = sound(&text).accounts;
    assert_eq!(
        accounts.iter().map(|iban| iban.as_str()).collect::<Vec<_>>(),
        ["NL44RABO0123456789", "BE68539007547034"]
    );
}

#[test]
fn an_element_of_another_namespace_means_nothing() {
    let text = with(
        INVOICE,
        "<cbc:ID>F-1</cbc:ID>",
        r#"<x:ID xmlns:x="urn:x">F-1</x:ID>"#,
    );
    assert_eq!(codes(&faulty(&text).faults), ["MISSING_FIELD BT-1"]);
    let text = with(INVOICE, "<cbc:ID>F-1</cbc:ID>", "<cac:ID>F-1</cac:ID>");
    assert_eq!(codes(&faulty(&text).faults), ["MISSING_FIELD BT-1"]);
}

#[test]
fn comments_instructions_and_cdata_do_not_change_what_is_said() {
    let text = with(
        INVOICE,
        "<cbc:ID>F-1</cbc:ID>",
        "<cbc:ID><!-- x -->F<?p?><![CDATA[-]]>&#49;</cbc:ID>",
    );
    assert_eq!(sound(&text), sound(INVOICE));
}
