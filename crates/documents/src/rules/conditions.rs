//! How what an invoice says must agree: BR-CO of EN 16931-1, section 6.4.2, bound to UBL 2.1.
//!
//! BR-CO-05 to BR-CO-08 compare a code with a free text, which no program can, and have no row.

use rust_decimal::Decimal;

use super::codes::Codes;
use super::content::{ALLOWANCE, CHARGE, LINE_ALLOWANCE, LINE_CHARGE, LINE_PERIOD, PERIOD, SUBTOTAL};
use super::facts::{Sum, equals_rounded, to_cents, within_one};
use super::rule::{DOCUMENT, LINE, Rule, TOTALS, either, exists, holds, on};
use super::tree::Node;

const REASON: &str = "cbc:AllowanceChargeReason";
const REASON_CODE: &str = "cbc:AllowanceChargeReasonCode";

pub(super) const RULES: &[Rule] = &[
    holds("BR-CO-03", "BT-7", DOCUMENT, "cbc:TaxPointDate", |document, _| {
        !(document.has("cbc:TaxPointDate") && document.has("cac:InvoicePeriod/cbc:DescriptionCode"))
    }),
    holds(
        "BR-CO-04",
        "BT-151",
        LINE,
        "cac:Item/cac:ClassifiedTaxCategory/cbc:ID",
        |line, _| {
            let categories = line.all("cac:Item/cac:ClassifiedTaxCategory");
            categories
                .iter()
                .any(|category| category.is_vat() && category.has("cbc:ID"))
        },
    ),
    holds(
        "BR-CO-09",
        "BT-31",
        on("cac:PartyTaxScheme").when(|scheme, _| scheme.is_vat()),
        "cbc:CompanyID",
        |scheme, _| {
            let number = scheme.value("cbc:CompanyID");
            let prefix: String = number.chars().take(2).collect();
            prefix.is_empty() || prefix == "EL" || Codes::Countries.contain(&prefix)
        },
    ),
    holds(
        "BR-CO-10",
        "BT-106",
        TOTALS,
        "cbc:LineExtensionAmount",
        |totals, facts| equals_rounded(totals.number("cbc:LineExtensionAmount"), facts.lines),
    ),
    holds(
        "BR-CO-11",
        "BT-107",
        TOTALS,
        "cbc:AllowanceTotalAmount",
        |totals, facts| agrees_or_both_absent(totals, "cbc:AllowanceTotalAmount", facts.allowances, false),
    ),
    holds(
        "BR-CO-12",
        "BT-108",
        TOTALS,
        "cbc:ChargeTotalAmount",
        |totals, facts| agrees_or_both_absent(totals, "cbc:ChargeTotalAmount", facts.charges, true),
    ),
    holds(
        "BR-CO-13",
        "BT-109",
        TOTALS,
        "cbc:TaxExclusiveAmount",
        |totals, _| {
            let stated = totals.number("cbc:TaxExclusiveAmount");
            let lines = totals.number("cbc:LineExtensionAmount");
            let charges = amount_or_zero(totals, "cbc:ChargeTotalAmount");
            let allowances = amount_or_zero(totals, "cbc:AllowanceTotalAmount");
            if totals.has("cbc:ChargeTotalAmount") || totals.has("cbc:AllowanceTotalAmount") {
                equals_rounded(stated, minus(plus(lines, charges), allowances))
            } else {
                stated.is_some() && stated == lines
            }
        },
    ),
    holds(
        "BR-CO-14",
        "BT-110",
        on("/cac:TaxTotal"),
        "cbc:TaxAmount",
        |total, _| {
            let subtotals = total.all("cac:TaxSubtotal");
            let taxes = total.all("cac:TaxSubtotal/cbc:TaxAmount");
            let sum = taxes
                .iter()
                .try_fold(Decimal::ZERO, |sum, tax| plus(Some(sum), tax.decimal()));
            subtotals.is_empty() || equals_rounded(total.number("cbc:TaxAmount"), sum)
        },
    ),
    holds(
        "BR-CO-15",
        "BT-112",
        DOCUMENT,
        "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
        |document, _| {
            document.all("cbc:DocumentCurrencyCode").iter().all(|currency| {
                let taxes = document.all("cac:TaxTotal/cbc:TaxAmount");
                let own: Vec<_> = taxes
                    .iter()
                    .filter(|tax| tax.attribute("currencyID") == Some(currency.text()))
                    .collect();
                let [tax] = own.as_slice() else {
                    return false;
                };
                let without = document.number("cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount");
                equals_rounded(
                    document.number("cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount"),
                    plus(without, tax.decimal()),
                )
            })
        },
    ),
    holds("BR-CO-16", "BT-115", TOTALS, "cbc:PayableAmount", |totals, _| {
        let payable = totals.number("cbc:PayableAmount");
        let prepaid = totals.first("cbc:PrepaidAmount").map(Node::decimal);
        let rounding = totals.first("cbc:PayableRoundingAmount").map(Node::decimal);
        let mut due = totals.number("cbc:TaxInclusiveAmount");
        if let Some(prepaid) = prepaid {
            due = minus(due, prepaid).and_then(to_cents);
        }
        let mut to_pay = payable;
        if let Some(rounding) = rounding {
            to_pay = minus(to_pay, rounding).and_then(to_cents);
        }
        to_pay.is_some() && to_pay == due
    }),
    holds("BR-CO-17", "BT-117", SUBTOTAL, "cbc:TaxAmount", |subtotal, _| {
        let categories = subtotal.all("cac:TaxCategory");
        let rate = categories
            .iter()
            .find(|category| category.is_vat())
            .and_then(|category| category.number("cbc:Percent"));
        let tax = subtotal.number("cbc:TaxAmount");
        let nothing = |amount: Decimal| (amount + Decimal::new(5, 1)).floor().is_zero();
        match rate.filter(|rate| !nothing(*rate)) {
            None => tax.is_some_and(nothing),
            Some(rate) => is_about(tax, subtotal.number("cbc:TaxableAmount"), rate),
        }
    }),
    exists("BR-CO-18", "BG-23", DOCUMENT, "cac:TaxTotal/cac:TaxSubtotal"),
    holds("BR-CO-19", "BG-14", PERIOD, "", |period, _| {
        period.has("cbc:StartDate") || period.has("cbc:EndDate") || period.has("cbc:DescriptionCode")
    }),
    either("BR-CO-20", "BG-26", LINE_PERIOD, "cbc:StartDate", "cbc:EndDate"),
    either("BR-CO-21", "BT-97", ALLOWANCE, REASON, REASON_CODE),
    either("BR-CO-22", "BT-104", CHARGE, REASON, REASON_CODE),
    either("BR-CO-23", "BT-139", LINE_ALLOWANCE, REASON, REASON_CODE),
    either("BR-CO-24", "BT-144", LINE_CHARGE, REASON, REASON_CODE),
    holds(
        "BR-CO-26",
        "BT-30",
        on("cac:AccountingSupplierParty"),
        "cac:Party/cac:PartyLegalEntity/cbc:CompanyID",
        |seller, _| {
            let schemes = seller.all("cac:Party/cac:PartyTaxScheme");
            let ids = seller.all("cac:Party/cac:PartyIdentification/cbc:ID");
            schemes
                .iter()
                .any(|scheme| scheme.is_vat() && scheme.has("cbc:CompanyID"))
                || ids.iter().any(|id| id.attribute("schemeID") != Some("SEPA"))
                || seller.has("cac:Party/cac:PartyLegalEntity/cbc:CompanyID")
        },
    ),
];

fn plus(one: Sum, other: Sum) -> Sum {
    one.zip(other).and_then(|(one, other)| one.checked_add(other))
}

fn minus(one: Sum, other: Sum) -> Sum {
    one.zip(other).and_then(|(one, other)| one.checked_sub(other))
}

fn amount_or_zero(totals: Node<'_>, path: &str) -> Sum {
    match totals.first(path) {
        Some(amount) => amount.decimal(),
        None => Some(Decimal::ZERO),
    }
}

/// Whether a total of allowances or charges agrees with them, or there are neither.
fn agrees_or_both_absent(totals: Node<'_>, path: &str, sum: Sum, of_charges: bool) -> bool {
    if totals.has(path) {
        return equals_rounded(totals.number(path), sum);
    }
    let document = totals.parent().unwrap_or(totals);
    let of_kind = |charge: &Node<'_>| charge.charge_indicator() == Some(of_charges);
    !document.all("cac:AllowanceCharge").iter().any(of_kind)
}

/// Whether VAT is less than one away from the rate over the taxable amount, signs left out. The tolerance is the standard's.
pub(super) fn is_about(tax: Sum, taxable: Sum, rate: Decimal) -> bool {
    let due = taxable.and_then(|taxable| taxable.abs().checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED));
    within_one(tax.map(|tax| tax.abs()), due.and_then(to_cents))
}
