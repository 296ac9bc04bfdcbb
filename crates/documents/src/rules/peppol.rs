//! What Peppol BIS Billing 3 asks of everyone on top of EN 16931: the rules PEPPOL-EN16931-R of release 2026.5. Codes and
//! identifiers are in [`super::peppol_codes`], the rules for Dutch sellers in [`super::peppol_dutch`]; those of other
//! countries are left to their countries.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::code_lists::{AMOUNT, is_amount};
use super::facts::{Facts, to_cents};
use super::rule::{Context, DOCUMENT, LINE, Rule, either, exists, holds, on};
use super::tree::Node;
use crate::invoice::InvoiceKind;

/// The beginning of BT-24 of an invoice under Peppol BIS Billing 3.
pub(super) const CUSTOMIZATION: &str =
    "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0";

/// An allowance or charge of the document or of a line.
const CHARGE: Context = on("cac:AllowanceCharge").when(|charge, _| is_priced(charge));
const PRICE_ALLOWANCE: Context = on("cac:Price/cac:AllowanceCharge");

pub(super) const RULES: &[Rule] = &[
    exists("PEPPOL-EN16931-R001", "BT-23", DOCUMENT, "cbc:ProfileID"),
    holds(
        "PEPPOL-EN16931-R002",
        "BT-22",
        DOCUMENT,
        "cbc:Note",
        |document, facts| document.all("cbc:Note").len() <= 1 || is_german(facts),
    ),
    either(
        "PEPPOL-EN16931-R003",
        "BT-10",
        DOCUMENT,
        "cbc:BuyerReference",
        "cac:OrderReference/cbc:ID",
    ),
    holds(
        "PEPPOL-EN16931-R004",
        "BT-24",
        DOCUMENT,
        "cbc:CustomizationID",
        |document, _| document.value("cbc:CustomizationID").starts_with(CUSTOMIZATION),
    ),
    holds(
        "PEPPOL-EN16931-R005",
        "BT-6",
        on("cbc:TaxCurrencyCode"),
        "",
        |code, facts| code.text() != facts.currency,
    ),
    holds(
        "PEPPOL-EN16931-R007",
        "BT-23",
        DOCUMENT,
        "cbc:ProfileID",
        |document, _| profile(document).is_some(),
    ),
    holds("PEPPOL-EN16931-R008", "", on("any element"), "", |node, _| {
        !node.text().is_empty() || node.children().next().is_some()
    }),
    exists(
        "PEPPOL-EN16931-R010",
        "BT-49",
        on("cac:AccountingCustomerParty/cac:Party"),
        "cbc:EndpointID",
    ),
    exists(
        "PEPPOL-EN16931-R020",
        "BT-34",
        on("cac:AccountingSupplierParty/cac:Party"),
        "cbc:EndpointID",
    ),
    holds(
        "PEPPOL-EN16931-R040",
        "BT-92",
        CHARGE,
        "cbc:Amount",
        |charge, _| {
            let (Some(factor), Some(base)) = (charge.first(FACTOR), charge.first(BASE)) else {
                return true;
            };
            let share = factor
                .decimal()
                .zip(base.decimal())
                .and_then(|(factor, base)| base.checked_mul(factor));
            let amount = charge
                .first("cbc:Amount")
                .map_or(Some(Decimal::ZERO), Node::decimal);
            is_near(
                amount,
                share.and_then(|share| share.checked_div(Decimal::ONE_HUNDRED)),
            )
        },
    ),
    holds("PEPPOL-EN16931-R041", "BT-93", CHARGE, BASE, |charge, _| {
        !charge.has(FACTOR) || charge.has(BASE)
    }),
    holds("PEPPOL-EN16931-R042", "BT-94", CHARGE, FACTOR, |charge, _| {
        charge.has(FACTOR) || !charge.has(BASE)
    }),
    holds(
        "PEPPOL-EN16931-R043",
        "BG-20",
        CHARGE,
        "cbc:ChargeIndicator",
        |charge, _| {
            charge.has(FACTOR) != charge.has(BASE)
                || matches!(charge.value("cbc:ChargeIndicator").as_ref(), "true" | "false")
        },
    ),
    holds(
        "PEPPOL-EN16931-R044",
        "BT-147",
        PRICE_ALLOWANCE,
        "cbc:ChargeIndicator",
        |charge, _| charge.value("cbc:ChargeIndicator") == "false",
    ),
    holds(
        "PEPPOL-EN16931-R046",
        "BT-146",
        PRICE_ALLOWANCE,
        BASE,
        |charge, _| {
            let Some(gross) = charge.first(BASE) else {
                return true;
            };
            let net = charge.parent().and_then(|price| price.number("cbc:PriceAmount"));
            let discount = charge.number("cbc:Amount");
            let computed = gross
                .decimal()
                .zip(discount)
                .and_then(|(gross, discount)| gross.checked_sub(discount));
            net.is_some() && net == computed
        },
    ),
    holds(
        "PEPPOL-EN16931-R051",
        "BT-5",
        AMOUNT.when(is_in_document_currency),
        "",
        |amount, facts| amount.attribute("currencyID") == Some(facts.currency),
    ),
    holds(
        "PEPPOL-EN16931-R053",
        "BG-23",
        DOCUMENT,
        "cac:TaxTotal",
        |document, _| tax_totals(document, true) == 1,
    ),
    holds(
        "PEPPOL-EN16931-R054",
        "BT-111",
        DOCUMENT,
        "cac:TaxTotal",
        |document, _| tax_totals(document, false) == usize::from(document.has("cbc:TaxCurrencyCode")),
    ),
    holds(
        "PEPPOL-EN16931-R055",
        "BT-111",
        DOCUMENT,
        "cac:TaxTotal/cbc:TaxAmount",
        |document, facts| {
            let Some(accounting) = document.first("cbc:TaxCurrencyCode") else {
                return true;
            };
            let in_currency = |currency: &str, test: &dyn Fn(Decimal) -> bool| {
                let amounts = document.all("cac:TaxTotal/cbc:TaxAmount");
                let mut own = amounts
                    .iter()
                    .filter(|amount| amount.attribute("currencyID") == Some(currency));
                own.any(|amount| amount.decimal().is_some_and(test))
            };
            let both = |test: &dyn Fn(Decimal) -> bool| {
                in_currency(accounting.text(), test) && in_currency(facts.currency, test)
            };
            both(&|amount| amount <= Decimal::ZERO) || both(&|amount| amount >= Decimal::ZERO)
        },
    ),
    exists(
        "PEPPOL-EN16931-R061",
        "BT-89",
        on("cac:PaymentMeans")
            .when(|payment, _| matches!(payment.value("cbc:PaymentMeansCode").as_ref(), "49" | "59")),
        "cac:PaymentMandate/cbc:ID",
    ),
    holds(
        "PEPPOL-EN16931-R080",
        "BT-11",
        DOCUMENT,
        "cac:AdditionalDocumentReference",
        |document, _| {
            let projects = document.all("cac:AdditionalDocumentReference/cbc:DocumentTypeCode");
            document.kind() == InvoiceKind::Invoice
                || projects.iter().filter(|code| code.text() == "50").count() <= 1
        },
    ),
    holds(
        "PEPPOL-EN16931-R100",
        "BT-128",
        LINE,
        "cac:DocumentReference",
        |line, _| line.all("cac:DocumentReference").len() <= 1,
    ),
    holds(
        "PEPPOL-EN16931-R101",
        "BT-128",
        LINE,
        "cac:DocumentReference/cbc:DocumentTypeCode",
        |line, _| {
            let codes = line.all("cac:DocumentReference/cbc:DocumentTypeCode");
            !line.has("cac:DocumentReference") || codes.iter().any(|code| code.text() == "130")
        },
    ),
    holds(
        "PEPPOL-EN16931-R110",
        "BT-134",
        on("line/cac:InvoicePeriod/cbc:StartDate"),
        "",
        |start, facts| {
            facts
                .period_start
                .is_none_or(|first| is_ordered(Some(first), date(start)))
        },
    ),
    holds(
        "PEPPOL-EN16931-R111",
        "BT-135",
        on("line/cac:InvoicePeriod/cbc:EndDate"),
        "",
        |end, facts| {
            facts
                .period_end
                .is_none_or(|last| is_ordered(date(end), Some(last)))
        },
    ),
    holds(
        "PEPPOL-EN16931-R120",
        "BT-131",
        LINE,
        "cbc:LineExtensionAmount",
        |line, _| {
            let net = line
                .first("cbc:LineExtensionAmount")
                .map_or(Some(Decimal::ZERO), Node::decimal);
            is_near(net, net_of(line))
        },
    ),
    holds(
        "PEPPOL-EN16931-R121",
        "BT-149",
        LINE,
        "cac:Price/cbc:BaseQuantity",
        |line, _| {
            line.first("cac:Price/cbc:BaseQuantity").is_none_or(|quantity| {
                quantity
                    .decimal()
                    .is_some_and(|quantity| quantity > Decimal::ZERO)
            })
        },
    ),
    holds(
        "PEPPOL-EN16931-R130",
        "BT-150",
        on("cac:Price/cbc:BaseQuantity"),
        "",
        |base, _| {
            let line = base.parent().and_then(Node::parent);
            let quantity = line.and_then(|line| line.first("quantity"));
            let unit = base.attribute("unitCode");
            quantity.is_none_or(|quantity| unit.is_none() || quantity.attribute("unitCode") == unit)
        },
    ),
];

const FACTOR: &str = "cbc:MultiplierFactorNumeric";
const BASE: &str = "cbc:BaseAmount";

fn is_priced(charge: Node<'_>) -> bool {
    let around = charge.parent();
    around.is_some_and(|around| {
        let line = super::tree::is_named("line", around.name());
        around.parent().is_none() || (line && around.parent().and_then(Node::parent).is_none())
    })
}

pub(super) fn is_german(facts: &Facts<'_>) -> bool {
    facts.seller_country == "DE" && facts.buyer_country == "DE"
}

/// Whether an amount must be in the currency of the document: all but the VAT total in accounting currency.
fn is_in_document_currency(amount: Node<'_>, _: &Facts<'_>) -> bool {
    let of_total = amount.name() == "cbc:TaxAmount"
        && amount
            .parent()
            .is_some_and(|total| total.name() == "cac:TaxTotal");
    let broken_down = || amount.parent().is_some_and(|total| total.has("cac:TaxSubtotal"));
    let of_subtotal = amount.name() != "cbc:TaxAmount"
        || amount
            .parent()
            .is_some_and(|group| matches!(group.name(), "cac:TaxSubtotal" | "cac:TaxTotal"));
    is_amount(amount) && of_subtotal && (!of_total || broken_down())
}

/// The process (BT-23) that a document names: `01` for billing, `02` for billing with a response.
pub(super) fn profile(document: Node<'_>) -> Option<&'static str> {
    match document.value("cbc:ProfileID").as_ref() {
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
        | "urn:peppol:france:billing:regulated"
        | "urn:peppol:france:billing:non-regulated" => Some("01"),
        "urn:peppol:bis:billing_with_response" => Some("02"),
        _ => None,
    }
}

/// How many totals of VAT there are, with a breakdown or without.
fn tax_totals(document: Node<'_>, broken_down: bool) -> usize {
    let totals = document.all("cac:TaxTotal");
    totals
        .iter()
        .filter(|total| total.has("cac:TaxSubtotal") == broken_down)
        .count()
}

pub(super) fn date(node: Node<'_>) -> Option<Date> {
    node.text().parse().ok()
}

fn is_ordered(first: Option<Date>, second: Option<Date>) -> bool {
    first.zip(second).is_some_and(|(first, second)| first <= second)
}

/// Whether two amounts are known and at most two cents apart: the tolerance of Peppol for products.
fn is_near(stated: Option<Decimal>, computed: Option<Decimal>) -> bool {
    let difference = stated
        .zip(computed)
        .and_then(|(one, other)| one.checked_sub(other));
    difference.is_some_and(|difference| difference.abs() <= Decimal::new(2, 2))
}

/// Quantity times price, plus charges, minus allowances.
fn net_of(line: Node<'_>) -> Option<Decimal> {
    let or = |path: &str, otherwise: Decimal| match line.first(path) {
        Some(number) => number.decimal(),
        None => Some(otherwise),
    };
    let base = or("cac:Price/cbc:BaseQuantity", Decimal::ONE)?;
    let base = if base.is_zero() { Decimal::ONE } else { base };
    let price = or("cac:Price/cbc:PriceAmount", Decimal::ZERO)?.checked_div(base)?;
    let goods = or("quantity", Decimal::ONE)?.checked_mul(price)?;
    let charges = line.all("cac:AllowanceCharge");
    let sum = |indicator: &str| {
        let own = charges
            .iter()
            .filter(|charge| charge.value("cbc:ChargeIndicator") == indicator);
        let sum = own
            .filter_map(|charge| charge.first("cbc:Amount"))
            .try_fold(Decimal::ZERO, |sum, amount| {
                amount.decimal().and_then(|amount| sum.checked_add(amount))
            });
        sum.and_then(to_cents)
    };
    goods.checked_add(sum("true")?)?.checked_sub(sum("false")?)
}
