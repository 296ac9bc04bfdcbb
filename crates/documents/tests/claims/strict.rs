//! What the published rules let through and this reader does not: each sound but for one change.

use std::ops::Range;

use subsidy_documents::rules::{self, Outcome, RuleSet};
use subsidy_documents::{Amount, Document, FaultCode, InvoiceDocument, Limits, Reading};

use crate::samples::{reading, with};

/// An invoice that NLCIUS accepts and whose totals agree, with every amount that an invoice can have: two rates, an allowance and a
/// charge on the document, an allowance on a line, an advance and a rounding.
pub(crate) const SOUND: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0</cbc:CustomizationID>
<cbc:ProfileID>urn:fdc:peppol.eu:2017:poacc:billing:01:1.0</cbc:ProfileID>
<cbc:ID>F-1</cbc:ID><cbc:IssueDate>2023-03-01</cbc:IssueDate><cbc:DueDate>2023-03-31</cbc:DueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode><cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:BuyerReference>ref</cbc:BuyerReference>
<cac:AccountingSupplierParty><cac:Party>
  <cac:PostalAddress><cbc:StreetName>Straat 1</cbc:StreetName><cbc:CityName>Bunnik</cbc:CityName><cbc:PostalZone>0000 FX</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyTaxScheme><cbc:CompanyID>NL123456782B01</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
  <cac:PartyLegalEntity><cbc:RegistrationName>ROC A</cbc:RegistrationName><cbc:CompanyID schemeID="0106">30012345</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party>
  <cac:PostalAddress><cbc:StreetName>Straat 2</cbc:StreetName><cbc:CityName>Bunnik</cbc:CityName><cbc:PostalZone>0000 FX</cbc:PostalZone><cac:Country><cbc:IdentificationCode>NL</cbc:IdentificationCode></cac:Country></cac:PostalAddress>
  <cac:PartyLegalEntity><cbc:RegistrationName>Fonds</cbc:RegistrationName><cbc:CompanyID schemeID="0106">90009999</cbc:CompanyID></cac:PartyLegalEntity>
</cac:Party></cac:AccountingCustomerParty>
<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode><cac:PayeeFinancialAccount><cbc:ID>NL44RABO0123456789</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans>
<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>korting</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">10.00</cbc:Amount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:AllowanceCharge>
<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:AllowanceChargeReason>toeslag</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">2.50</cbc:Amount><cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:AllowanceCharge>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">104.90</cbc:TaxAmount>
  <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">499.50</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">104.90</cbc:TaxAmount><cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
  <cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">126.00</cbc:TaxableAmount><cbc:TaxAmount currencyID="EUR">0.00</cbc:TaxAmount><cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent><cbc:TaxExemptionReason>Onderwijs</cbc:TaxExemptionReason><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal>
</cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">633.00</cbc:LineExtensionAmount><cbc:TaxExclusiveAmount currencyID="EUR">625.50</cbc:TaxExclusiveAmount><cbc:TaxInclusiveAmount currencyID="EUR">730.40</cbc:TaxInclusiveAmount><cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount><cbc:ChargeTotalAmount currencyID="EUR">2.50</cbc:ChargeTotalAmount><cbc:PrepaidAmount currencyID="EUR">100.00</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">-0.02</cbc:PayableRoundingAmount><cbc:PayableAmount currencyID="EUR">630.38</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">3</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">509.50</cbc:LineExtensionAmount>
  <cac:InvoicePeriod><cbc:StartDate>2023-02-10</cbc:StartDate></cac:InvoicePeriod>
  <cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator><cbc:AllowanceChargeReason>korting</cbc:AllowanceChargeReason><cbc:Amount currencyID="EUR">0.50</cbc:Amount></cac:AllowanceCharge>
  <cac:Item><cbc:Name>Training</cbc:Name><cac:SellersItemIdentification><cbc:ID>RPT/PA-N2</cbc:ID></cac:SellersItemIdentification><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">170.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
<cac:InvoiceLine><cbc:ID>2</cbc:ID><cbc:InvoicedQuantity unitCode="C62">1</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">123.50</cbc:LineExtensionAmount>
  <cac:InvoicePeriod><cbc:StartDate>2023-02-11</cbc:StartDate></cac:InvoicePeriod>
  <cac:Item><cbc:Name>Examen</cbc:Name><cac:SellersItemIdentification><cbc:ID>MBO_EXAM/PA-017</cbc:ID></cac:SellersItemIdentification><cac:ClassifiedTaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent><cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
  <cac:Price><cbc:PriceAmount currencyID="EUR">123.50</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"#;

/// What the published rules say of a text, and the codes of what the reader finds in it.
fn judged(text: &str) -> (Outcome, Vec<FaultCode>) {
    let Reading {
        document, verdict, ..
    } = reading(text);
    let Document::Invoice(invoice) = document else {
        panic!("no invoice")
    };
    let outcome = verdict.expect("an invoice is judged").outcome();
    (outcome, invoice.faults().iter().map(|fault| fault.code).collect())
}

/// Where each amount in euro stands.
fn amounts(text: &str) -> Vec<Range<usize>> {
    const MARK: &str = "currencyID=\"EUR\">";
    let begin = text.match_indices(MARK).map(|(at, _)| at + MARK.len());
    begin
        .map(|at| at..at + text[at..].find('<').expect("the end of the element"))
        .collect()
}

#[test]
fn the_sound_one_is_accepted_without_a_word() {
    let reading = reading(SOUND);
    let Document::Invoice(invoice) = &reading.document else {
        panic!("no invoice")
    };
    assert!(
        matches!(**invoice, InvoiceDocument::Sound(_)),
        "{:?}",
        invoice.faults()
    );
    let verdict = reading.verdict.expect("an invoice is judged");
    assert_eq!(verdict.findings, []);
    let sets: Vec<String> = verdict.rule_sets.iter().map(ToString::to_string).collect();
    assert_eq!(sets, ["UBL 2.1", "EN 16931 1.3.16", "NLCIUS 2.0.3.13"]);
}

#[test]
fn a_change_of_any_amount_by_a_cent_or_nearly_a_euro_is_caught() {
    let places = amounts(SOUND);
    assert_eq!(places.len(), 20);
    for place in places {
        for change in [-99, -1, 1, 99] {
            let stands: Amount = parse(&SOUND[place.clone()]);
            let mut text = SOUND.to_owned();
            text.replace_range(
                place.clone(),
                &Amount::from_cents(stands.cents() + change).to_string(),
            );
            let (_, faults) = judged(&text);
            assert!(
                faults.iter().any(|code| code.is_total_mismatch()),
                "{stands} at {} changed by {change}: {faults:?}",
                place.start
            );
        }
    }
}

fn parse(text: &str) -> Amount {
    let cents: String = text.chars().filter(|c| *c != '.').collect();
    Amount::from_cents(cents.parse().expect("cents"))
}

#[test]
fn an_amount_in_another_currency_is_caught_wherever_it_stands() {
    for place in amounts(SOUND) {
        let mut text = SOUND.to_owned();
        text.replace_range(place.start - 5..place.start - 2, "USD");
        let (_, faults) = judged(&text);
        assert_eq!(faults, [FaultCode::Currency], "at {}", place.start);
    }
}

/// The rules accept each of these: what is changed, and what is found here.
#[test]
fn what_the_published_rules_let_through_has_a_code_of_its_own() {
    let cases = [
        // BR-CO-17 and BR-S-08 have a tolerance of a euro.
        (
            ">499.50</cbc:TaxableAmount>",
            ">499.51</cbc:TaxableAmount>",
            FaultCode::TotalMismatchTaxable,
        ),
        (
            "currencyID=\"EUR\">630.38",
            "currencyID=\"USD\">630.38",
            FaultCode::Currency,
        ),
        (
            "NL44RABO0123456789",
            "NL44RABO0123456780",
            FaultCode::IbanChecksum,
        ),
        ("NL44RABO0123456789", "NL44RABO012345678", FaultCode::InvalidIban),
    ];
    for (old, new, code) in cases {
        let (outcome, faults) = judged(&with(SOUND, old, new));
        assert_eq!(outcome, Outcome::Accepted, "{new}");
        assert!(faults.contains(&code), "{new}: {faults:?}");
    }
    let nearly_a_euro = SOUND
        .replace("104.90", "105.80")
        .replace("730.40", "731.30")
        .replace("630.38", "631.28");
    assert_eq!(
        judged(&nearly_a_euro),
        (Outcome::Accepted, vec![FaultCode::TotalMismatchTax])
    );
}

#[test]
fn rules_that_are_not_known_are_not_applied_and_not_broken() {
    let named = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0";
    for other in ["urn:cen.eu:en16931:2026", "urn:cen.eu:en16931:2017#other"] {
        let reading = reading(&with(SOUND, named, other));
        let verdict = reading.verdict.expect("an invoice is judged");
        assert_eq!(verdict.outcome(), Outcome::Quarantined);
        assert_eq!(
            (verdict.specification.as_str(), verdict.findings),
            (other, vec![])
        );
    }
}

#[test]
fn a_list_is_held_against_no_rules_for_invoices() {
    let list = "chequenummer;verzilverd_op;leverancier\nQ-1;10-02-2023;30012345\n";
    assert_eq!(reading(list).verdict, None);
}

#[test]
fn what_lines_lack_is_known_of_a_faulty_invoice_too() {
    let without = with(
        SOUND,
        "<cac:SellersItemIdentification><cbc:ID>RPT/PA-N2</cbc:ID></cac:SellersItemIdentification>",
        "",
    );
    let without = with(
        &without,
        "<cac:InvoicePeriod><cbc:StartDate>2023-02-11</cbc:StartDate></cac:InvoicePeriod>",
        "",
    );
    let lacking = |text: &str| {
        let Document::Invoice(invoice) = reading(text).document else {
            panic!("no invoice")
        };
        let is_sound = matches!(*invoice, InvoiceDocument::Sound(_));
        let lacking: Vec<String> = invoice.lacking().iter().map(ToString::to_string).collect();
        (is_sound, lacking)
    };
    let (is_sound, of_sound) = lacking(&without);
    assert!(is_sound && of_sound.len() == 2, "{of_sound:?}");
    assert!(
        of_sound[0].ends_with("/Invoice/cac:InvoiceLine[1]: MISSING_FIELD BT-155"),
        "{of_sound:?}"
    );
    assert!(
        of_sound[1].ends_with("/Invoice/cac:InvoiceLine[2]: MISSING_FIELD BT-134"),
        "{of_sound:?}"
    );
    let faulty = with(&without, ">630.38<", ">630.39<");
    assert_eq!(lacking(&faulty), (false, of_sound));
}

#[test]
fn the_number_of_an_establishment_has_twelve_digits() {
    let warned = |number: &str| {
        let text = with(
            SOUND,
            "schemeID=\"0106\">30012345",
            &format!("schemeID=\"0217\">{number}"),
        );
        let verdict = rules::check_against(text.as_bytes(), &[RuleSet::PeppolBis3], &Limits::default());
        let findings = verdict.expect("an invoice is judged").findings;
        findings
            .iter()
            .any(|finding| finding.rule == "PEPPOL-COMMON-R057")
    };
    assert_eq!(
        [
            "000012345678",
            "00001234567",
            "12345678901234567890",
            "00001234567x"
        ]
        .map(warned),
        [false, true, true, true]
    );
}
