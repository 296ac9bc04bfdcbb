//! Totals agree to the cent, or the document is faulty.

use subsidy_documents::Amount;

use crate::samples::{INVOICE, codes, faulty, lines, sound, with};

/// For every total: the element, by its neighbours, and the fault when it is one cent too high.
#[test]
fn a_total_one_cent_off_is_refused() {
    let cases = [
        (
            ">79.50</cbc:LineExtensionAmount>",
            ">79.51</cbc:LineExtensionAmount>",
            "TOTAL_MISMATCH_LINE BT-131",
        ),
        (
            ">179.55</cbc:LineExtensionAmount>",
            ">179.56</cbc:LineExtensionAmount>",
            "TOTAL_MISMATCH_LINES BT-106",
        ),
        (
            ">179.55</cbc:TaxExclusiveAmount>",
            ">179.56</cbc:TaxExclusiveAmount>",
            "TOTAL_MISMATCH_EXCLUSIVE BT-109",
        ),
        (
            ">179.55</cbc:TaxExclusiveAmount>",
            ">179.56</cbc:TaxExclusiveAmount>",
            "TOTAL_MISMATCH_TAXABLE_SUM BT-109",
        ),
        (
            ">100.05</cbc:TaxableAmount>",
            ">100.06</cbc:TaxableAmount>",
            "TOTAL_MISMATCH_TAXABLE BT-116",
        ),
        (
            ">21.01</cbc:TaxAmount><cac:TaxCategory>",
            ">21.02</cbc:TaxAmount><cac:TaxCategory>",
            "TOTAL_MISMATCH_TAX BT-117",
        ),
        (
            ">21.01</cbc:TaxAmount>\n",
            ">21.02</cbc:TaxAmount>\n",
            "TOTAL_MISMATCH_TAX_SUM BT-110",
        ),
        (
            ">200.56</cbc:TaxInclusiveAmount>",
            ">200.57</cbc:TaxInclusiveAmount>",
            "TOTAL_MISMATCH_INCLUSIVE BT-112",
        ),
        (
            ">200.56</cbc:PayableAmount>",
            ">200.57</cbc:PayableAmount>",
            "TOTAL_MISMATCH_PAYABLE BT-115",
        ),
    ];
    for (old, new, fault) in cases {
        let faults = codes(&faulty(&with(INVOICE, old, new)).faults);
        assert!(faults.iter().any(|found| found == fault), "{new}: {faults:?}");
    }
}

#[test]
fn a_mismatch_tells_what_stands_there_and_what_should() {
    let text = with(
        INVOICE,
        ">200.56</cbc:PayableAmount>",
        ">200.57</cbc:PayableAmount>",
    );
    assert_eq!(
        lines(&faulty(&text).faults),
        [
            "line 29, column 5, /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount: TOTAL_MISMATCH_PAYABLE BT-115, found \"200.57\", expected 200.56"
        ]
    );
}

#[test]
fn an_unreadable_amount_is_one_fault_and_not_ten() {
    let text = with(
        INVOICE,
        ">179.55</cbc:TaxExclusiveAmount>",
        ">veel</cbc:TaxExclusiveAmount>",
    );
    assert_eq!(codes(&faulty(&text).faults), ["INVALID_AMOUNT BT-109"]);
}

/// An invoice with an allowance of 10.00 and a charge of 2.00 on the exempt part, prepaid and rounded.
fn with_charges() -> String {
    let charge = |is_charge: bool, amount: &str| {
        format!(
            r#"<cac:AllowanceCharge><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">{amount}</cbc:Amount><cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0</cbc:Percent></cac:TaxCategory></cac:AllowanceCharge>"#
        )
    };
    let text = with(
        INVOICE,
        "<cac:TaxTotal>",
        &format!("{}{}<cac:TaxTotal>", charge(false, "10.00"), charge(true, "2.00")),
    );
    let text = with(&text, ">79.50</cbc:TaxableAmount>", ">71.50</cbc:TaxableAmount>");
    let text = with(
        &text,
        ">179.55</cbc:TaxExclusiveAmount>",
        ">171.55</cbc:TaxExclusiveAmount>",
    );
    let text = with(
        &text,
        ">200.56</cbc:TaxInclusiveAmount>",
        ">192.56</cbc:TaxInclusiveAmount>",
    );
    with(
        &text,
        r#"<cbc:PayableAmount currencyID="EUR">200.56<"#,
        r#"<cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount><cbc:ChargeTotalAmount currencyID="EUR">2.00</cbc:ChargeTotalAmount><cbc:PrepaidAmount currencyID="EUR">92.50</cbc:PrepaidAmount><cbc:PayableRoundingAmount currencyID="EUR">-0.06</cbc:PayableRoundingAmount><cbc:PayableAmount currencyID="EUR">100.00<"#,
    )
}

#[test]
fn allowances_charges_prepayment_and_rounding_are_counted() {
    let totals = sound(&with_charges()).totals;
    assert_eq!(
        (totals.allowances, totals.charges),
        (Amount::from_cents(10_00), Amount::from_cents(2_00))
    );
    assert_eq!(
        (totals.prepaid, totals.rounding),
        (Amount::from_cents(92_50), Amount::from_cents(-6))
    );
    assert_eq!(totals.payable, Amount::from_cents(100_00));
}

#[test]
fn allowances_and_charges_add_up() {
    let text = with(
        &with_charges(),
        ">10.00</cbc:AllowanceTotalAmount>",
        ">10.01</cbc:AllowanceTotalAmount>",
    );
    assert!(codes(&faulty(&text).faults).contains(&"TOTAL_MISMATCH_ALLOWANCES BT-107".to_owned()));
    let text = with(
        &with_charges(),
        ">2.00</cbc:ChargeTotalAmount>",
        ">2.01</cbc:ChargeTotalAmount>",
    );
    assert!(codes(&faulty(&text).faults).contains(&"TOTAL_MISMATCH_CHARGES BT-108".to_owned()));
}

#[test]
fn an_allowance_that_no_total_mentions_is_refused() {
    let total = r#"<cbc:AllowanceTotalAmount currencyID="EUR">10.00</cbc:AllowanceTotalAmount>"#;
    let faults = codes(&faulty(&with(&with_charges(), total, "")).faults);
    assert!(
        faults.contains(&"TOTAL_MISMATCH_ALLOWANCES BT-107".to_owned()),
        "{faults:?}"
    );
}

#[test]
fn an_allowance_is_complete_or_refused() {
    let cases = [
        (
            "<cbc:ChargeIndicator>false</cbc:ChargeIndicator>",
            "",
            "MISSING_FIELD BG-20",
        ),
        (">false<", ">nee<", "INVALID_FIELD BG-20"),
        (
            r#"<cbc:Amount currencyID="EUR">10.00</cbc:Amount>"#,
            "",
            "MISSING_FIELD BT-92",
        ),
    ];
    for (old, new, fault) in cases {
        let faults = codes(&faulty(&with(&with_charges(), old, new)).faults);
        assert_eq!(faults, [fault], "{old}");
    }
}

/// Price, quantity, base quantity and allowance of a line, and its net amount.
#[test]
fn a_line_is_price_times_quantity_by_its_base_rounded_half_up() {
    let cases = [
        ("33.35", "3", "1", "", "100.05"),
        ("200.10", "50", "100", "", "100.05"),
        ("0.3335", "300", "1", "", "100.05"),
        ("33.34835", "3", "1", "", "100.05"),
        ("33.348", "3", "1", "", "100.04"),
        ("100.045", "1", "1", "", "100.05"),
        ("110.05", "1", "1", "false:10.00", "100.05"),
        ("90.05", "1", "1", "true:10.00", "100.05"),
    ];
    for (price, quantity, base, charge, net) in cases {
        let text = with(
            INVOICE,
            ">3</cbc:InvoicedQuantity>",
            &format!(">{quantity}</cbc:InvoicedQuantity>"),
        );
        let text = with(
            &text,
            ">33.35</cbc:PriceAmount>",
            &format!(">{price}</cbc:PriceAmount><cbc:BaseQuantity>{base}</cbc:BaseQuantity>"),
        );
        let charge = charge.split_once(':').map_or(String::new(), |(is_charge, amount)| {
            format!(r#"<cac:AllowanceCharge><cbc:ChargeIndicator>{is_charge}</cbc:ChargeIndicator><cbc:Amount currencyID="EUR">{amount}</cbc:Amount></cac:AllowanceCharge>"#)
        });
        let item = "<cac:Item>\n      <cbc:Name>Training";
        let text = with(&text, item, &format!("{charge}{item}"));
        if net == "100.05" {
            assert_eq!(
                sound(&text).lines[1].net,
                Amount::from_cents(100_05),
                "{price} × {quantity}"
            );
        } else {
            let faults = faulty(&text).faults;
            assert_eq!(
                codes(&faults),
                ["TOTAL_MISMATCH_LINE BT-131"],
                "{price} × {quantity}"
            );
            assert_eq!(faults[0].expected.as_deref(), Some(net));
        }
    }
}

#[test]
fn an_allowance_of_a_line_is_complete_or_refused() {
    let charge = r#"<cac:AllowanceCharge></cac:AllowanceCharge><cac:Item>"#;
    let faults = codes(&faulty(&with(INVOICE, "<cac:Item>", charge)).faults);
    assert_eq!(faults, ["MISSING_FIELD BG-27", "MISSING_FIELD BT-136"]);
}

#[test]
fn a_base_quantity_of_nothing_is_refused() {
    let base = ">33.35</cbc:PriceAmount><cbc:BaseQuantity>0</cbc:BaseQuantity>";
    let text = with(INVOICE, ">33.35</cbc:PriceAmount>", base);
    assert_eq!(codes(&faulty(&text).faults), ["INVALID_NUMBER BT-149"]);
}

#[test]
fn vat_is_rounded_half_up() {
    // 21 % of 100.50 is 21.105.
    let text = INVOICE
        .replace("100.05", "100.50")
        .replace("33.35", "33.50")
        .replace("179.55", "180.00")
        .replace("21.01", "21.11")
        .replace("200.56", "201.11");
    assert_eq!(sound(&text).totals.vat, Amount::from_cents(21_11));
    let faults = codes(&faulty(&text.replace("21.11", "21.10").replace("201.11", "201.10")).faults);
    assert_eq!(faults, ["TOTAL_MISMATCH_TAX BT-117"]);
}

#[test]
fn a_vat_rate_on_a_line_that_the_breakdown_lacks_is_refused() {
    let line = "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21<";
    let text = with(
        INVOICE,
        line,
        "<cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>9<",
    );
    assert_eq!(
        lines(&faulty(&text).faults),
        [
            "line 2, column 1, /Invoice/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount: TOTAL_MISMATCH_TAXABLE BT-116, expected 100.05",
            "line 23, column 22, /Invoice/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount: TOTAL_MISMATCH_TAXABLE BT-116, found \"100.05\", expected 0.00",
        ]
    );
}

#[test]
fn the_largest_amounts_do_not_overflow() {
    let text = with(
        INVOICE,
        ">200.56</cbc:PayableAmount>",
        ">999999999999.99</cbc:PayableAmount>",
    );
    assert_eq!(
        faulty(&text).payable,
        Some(Amount::from_cents(99_999_999_999_999))
    );
    let text = with(
        INVOICE,
        ">200.56</cbc:PayableAmount>",
        ">1000000000000.00</cbc:PayableAmount>",
    );
    assert_eq!(codes(&faulty(&text).faults), ["INVALID_AMOUNT BT-115"]);
}
