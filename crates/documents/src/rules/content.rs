//! What an invoice must say: BR-01 to BR-65 of EN 16931-1, section 6.4.1, bound to UBL 2.1.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::facts::Facts;
use super::rule::{Context, DOCUMENT, LINE, Rule, TOTALS, attribute, either, exists, filled, holds, on};
use super::tree::Node;

/// An allowance on the document (BG-20).
pub(super) const ALLOWANCE: Context =
    on("/cac:AllowanceCharge").when(|node, _| node.charge_indicator() == Some(false));
/// A charge on the document (BG-21).
pub(super) const CHARGE: Context =
    on("/cac:AllowanceCharge").when(|node, _| node.charge_indicator() == Some(true));
/// An allowance on a line (BG-27).
pub(super) const LINE_ALLOWANCE: Context =
    on("line/cac:AllowanceCharge").when(|node, _| node.charge_indicator() == Some(false));
/// A charge on a line (BG-28).
pub(super) const LINE_CHARGE: Context =
    on("line/cac:AllowanceCharge").when(|node, _| node.charge_indicator() == Some(true));
/// A group of the VAT breakdown (BG-23).
pub(super) const SUBTOTAL: Context = on("cac:TaxTotal/cac:TaxSubtotal");
/// The period of the document (BG-14).
pub(super) const PERIOD: Context = on("cac:InvoicePeriod").when(|node, _| {
    !node
        .parent()
        .is_some_and(|parent| super::tree::is_named("line", parent.name()))
});
/// The period of a line (BG-26).
pub(super) const LINE_PERIOD: Context = on("line/cac:InvoicePeriod");
const SELLER_ADDRESS: Context = on("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress");
const BUYER_ADDRESS: Context = on("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress");
const REPRESENTATIVE: Context = on("cac:TaxRepresentativeParty");
const PAYMENT: Context = on("cac:PaymentMeans");
const COUNTRY: &str = "cac:Country/cbc:IdentificationCode";

pub(super) const RULES: &[Rule] = &[
    filled("BR-01", "BT-24", DOCUMENT, "cbc:CustomizationID"),
    filled("BR-02", "BT-1", DOCUMENT, "cbc:ID"),
    filled("BR-03", "BT-2", DOCUMENT, "cbc:IssueDate"),
    filled("BR-04", "BT-3", DOCUMENT, "type"),
    filled("BR-05", "BT-5", DOCUMENT, "cbc:DocumentCurrencyCode"),
    filled(
        "BR-06",
        "BT-27",
        DOCUMENT,
        "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    ),
    filled(
        "BR-07",
        "BT-44",
        DOCUMENT,
        "cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:RegistrationName",
    ),
    exists(
        "BR-08",
        "BG-5",
        DOCUMENT,
        "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress",
    ),
    filled("BR-09", "BT-40", SELLER_ADDRESS, COUNTRY),
    exists(
        "BR-10",
        "BG-8",
        DOCUMENT,
        "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress",
    ),
    filled("BR-11", "BT-55", BUYER_ADDRESS, COUNTRY),
    exists("BR-12", "BT-106", TOTALS, "cbc:LineExtensionAmount"),
    exists("BR-13", "BT-109", TOTALS, "cbc:TaxExclusiveAmount"),
    exists("BR-14", "BT-112", TOTALS, "cbc:TaxInclusiveAmount"),
    exists("BR-15", "BT-115", TOTALS, "cbc:PayableAmount"),
    exists("BR-16", "BG-25", DOCUMENT, "line"),
    holds(
        "BR-17",
        "BT-59",
        on("cac:PayeeParty"),
        "cac:PartyName/cbc:Name",
        |payee, facts| {
            payee.has("cac:PartyName/cbc:Name")
                && !shares(payee, facts, "cac:PartyName/cbc:Name")
                && !shares(payee, facts, "cac:PartyIdentification/cbc:ID")
        },
    ),
    filled("BR-18", "BT-62", REPRESENTATIVE, "cac:PartyName/cbc:Name"),
    exists("BR-19", "BG-12", REPRESENTATIVE, "cac:PostalAddress"),
    filled(
        "BR-20",
        "BT-69",
        on("cac:TaxRepresentativeParty/cac:PostalAddress"),
        COUNTRY,
    ),
    filled("BR-21", "BT-126", LINE, "cbc:ID"),
    exists("BR-22", "BT-129", LINE, "quantity"),
    holds("BR-23", "BT-130", LINE, "quantity", |line, _| {
        line.all("quantity")
            .iter()
            .any(|quantity| quantity.attribute("unitCode").is_some())
    }),
    exists("BR-24", "BT-131", LINE, "cbc:LineExtensionAmount"),
    filled("BR-25", "BT-153", LINE, "cac:Item/cbc:Name"),
    exists("BR-26", "BT-146", LINE, "cac:Price/cbc:PriceAmount"),
    holds("BR-27", "BT-146", LINE, "cac:Price/cbc:PriceAmount", |line, _| {
        line.number("cac:Price/cbc:PriceAmount")
            .is_some_and(|price| price >= Decimal::ZERO)
    }),
    holds(
        "BR-28",
        "BT-148",
        LINE,
        "cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
        |line, _| {
            let gross = line.all("cac:Price/cac:AllowanceCharge/cbc:BaseAmount");
            gross.is_empty()
                || gross
                    .iter()
                    .any(|price| price.decimal().is_some_and(|price| price >= Decimal::ZERO))
        },
    ),
    holds("BR-29", "BT-74", PERIOD, "cbc:EndDate", |period, _| {
        is_in_order(period)
    }),
    holds("BR-30", "BT-135", LINE_PERIOD, "cbc:EndDate", |period, _| {
        is_in_order(period)
    }),
    exists("BR-31", "BT-92", ALLOWANCE, "cbc:Amount"),
    holds(
        "BR-32",
        "BT-95",
        ALLOWANCE,
        "cac:TaxCategory/cbc:ID",
        |charge, _| has_vat_category(charge),
    ),
    either(
        "BR-33",
        "BT-97",
        ALLOWANCE,
        "cbc:AllowanceChargeReason",
        "cbc:AllowanceChargeReasonCode",
    ),
    exists("BR-36", "BT-99", CHARGE, "cbc:Amount"),
    holds(
        "BR-37",
        "BT-102",
        CHARGE,
        "cac:TaxCategory/cbc:ID",
        |charge, _| has_vat_category(charge),
    ),
    either(
        "BR-38",
        "BT-104",
        CHARGE,
        "cbc:AllowanceChargeReason",
        "cbc:AllowanceChargeReasonCode",
    ),
    exists("BR-41", "BT-136", LINE_ALLOWANCE, "cbc:Amount"),
    either(
        "BR-42",
        "BT-139",
        LINE_ALLOWANCE,
        "cbc:AllowanceChargeReason",
        "cbc:AllowanceChargeReasonCode",
    ),
    exists("BR-43", "BT-141", LINE_CHARGE, "cbc:Amount"),
    either(
        "BR-44",
        "BT-144",
        LINE_CHARGE,
        "cbc:AllowanceChargeReason",
        "cbc:AllowanceChargeReasonCode",
    ),
    exists("BR-45", "BT-116", SUBTOTAL, "cbc:TaxableAmount"),
    exists("BR-46", "BT-117", SUBTOTAL, "cbc:TaxAmount"),
    holds(
        "BR-47",
        "BT-118",
        SUBTOTAL,
        "cac:TaxCategory/cbc:ID",
        |subtotal, _| has_vat_category(subtotal),
    ),
    holds(
        "BR-48",
        "BT-119",
        SUBTOTAL,
        "cac:TaxCategory/cbc:Percent",
        |subtotal, _| {
            subtotal.all("cac:TaxCategory").iter().any(|category| {
                category.is_vat() && (category.has("cbc:Percent") || category.value("cbc:ID") == "O")
            })
        },
    ),
    exists("BR-49", "BT-81", PAYMENT, "cbc:PaymentMeansCode"),
    filled(
        "BR-50",
        "BT-84",
        on("cac:PaymentMeans/cac:PayeeFinancialAccount").when(|account, _| {
            account
                .parent()
                .is_some_and(|payment| is_transfer(payment.value("cbc:PaymentMeansCode").as_ref()))
        }),
        "cbc:ID",
    ),
    holds(
        "BR-51",
        "BT-87",
        on("cac:PaymentMeans/cac:CardAccount/cbc:PrimaryAccountNumberID"),
        "",
        |card, _| {
            const LAST_DIGITS: usize = 10;
            card.normalised().chars().count() <= LAST_DIGITS
        },
    )
    .warning(),
    filled("BR-52", "BT-122", on("cac:AdditionalDocumentReference"), "cbc:ID"),
    holds(
        "BR-53",
        "BT-111",
        DOCUMENT,
        "cac:TaxTotal/cbc:TaxAmount",
        |document, facts| {
            let currencies = document.all("cbc:TaxCurrencyCode");
            currencies
                .iter()
                .all(|currency| facts.tax_currencies.contains(currency.text()))
        },
    ),
    holds(
        "BR-54",
        "BG-32",
        on("cac:AdditionalItemProperty"),
        "",
        |property, _| property.has("cbc:Name") && property.has("cbc:Value"),
    ),
    exists(
        "BR-55",
        "BT-25",
        on("cac:BillingReference"),
        "cac:InvoiceDocumentReference/cbc:ID",
    ),
    holds(
        "BR-56",
        "BT-63",
        REPRESENTATIVE,
        "cac:PartyTaxScheme/cbc:CompanyID",
        |representative, _| {
            let schemes = representative.all("cac:PartyTaxScheme");
            schemes
                .iter()
                .any(|scheme| scheme.is_vat() && scheme.has("cbc:CompanyID"))
        },
    ),
    exists(
        "BR-57",
        "BT-80",
        on("cac:Delivery/cac:DeliveryLocation/cac:Address"),
        COUNTRY,
    ),
    holds(
        "BR-61",
        "BT-84",
        PAYMENT,
        "cac:PayeeFinancialAccount/cbc:ID",
        |payment, _| {
            !is_transfer(payment.value("cbc:PaymentMeansCode").as_ref())
                || payment.has("cac:PayeeFinancialAccount/cbc:ID")
        },
    ),
    attribute(
        "BR-62",
        "BT-34",
        on("cac:AccountingSupplierParty/cac:Party/cbc:EndpointID"),
        "",
        "schemeID",
    ),
    attribute(
        "BR-63",
        "BT-49",
        on("cac:AccountingCustomerParty/cac:Party/cbc:EndpointID"),
        "",
        "schemeID",
    ),
    attribute(
        "BR-64",
        "BT-157",
        on("line/cac:Item/cac:StandardItemIdentification/cbc:ID"),
        "",
        "schemeID",
    ),
    attribute(
        "BR-65",
        "BT-158",
        on("line/cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode"),
        "",
        "listID",
    ),
];

/// Whether a code is one of the credit transfers: 30, or 58 for SEPA.
fn is_transfer(code: &str) -> bool {
    matches!(code, "30" | "58")
}

/// Whether a group names a category of VAT.
fn has_vat_category(group: Node<'_>) -> bool {
    let categories = group.all("cac:TaxCategory");
    categories
        .iter()
        .any(|category| category.is_vat() && category.has("cbc:ID"))
}

/// Whether the payee has a text in common with the seller.
fn shares(payee: Node<'_>, facts: &Facts<'_>, path: &str) -> bool {
    let known = facts.seller.map(|seller| seller.all(path)).unwrap_or_default();
    let own = payee.all(path);
    own.iter()
        .any(|one| known.iter().any(|other| one.text() == other.text()))
}

/// Whether a period with both days ends on or after the day it starts.
fn is_in_order(period: Node<'_>) -> bool {
    let (Some(start), Some(end)) = (period.first("cbc:StartDate"), period.first("cbc:EndDate")) else {
        return true;
    };
    match (start.text().parse::<Date>(), end.text().parse::<Date>()) {
        (Ok(start), Ok(end)) => end >= start,
        (Err(_), _) | (_, Err(_)) => false,
    }
}
