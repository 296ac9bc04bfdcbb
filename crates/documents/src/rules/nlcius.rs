//! What NLCIUS asks on top of EN 16931: SI-UBL 2.0.3.13, rules BR-NL-1 to BR-NL-35. Most hold for Dutch sellers only.

use rust_decimal::Decimal;

use super::facts::Facts;
use super::rule::{Context, DOCUMENT, Rule, either, holds, on};
use super::tree::Node;
use crate::invoice::InvoiceKind;

/// The beginning of BT-24 of an invoice under NLCIUS.
pub(super) const CUSTOMIZATION: &str = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0";
/// The identifier schemes of the KVK and of the OIN.
const DUTCH_SCHEMES: [&str; 2] = ["0106", "0190"];
const ORDER: &str = "cac:OrderReference/cbc:ID";
const TYPE: Context = on("type").when(is_dutch);

pub(super) const RULES: &[Rule] = &[
    holds("SI-UBL-2", "", on("any element"), "", |node, _| {
        !node.text().is_empty() || node.children().next().is_some()
    })
    .warning(),
    holds(
        "SI-V20-INV-R000",
        "BT-24",
        DOCUMENT,
        "cbc:CustomizationID",
        |document, _| document.value("cbc:CustomizationID").starts_with(CUSTOMIZATION),
    ),
    holds(
        "BR-NL-1",
        "BT-30",
        on("cac:AccountingSupplierParty/cac:Party").when(is_dutch),
        LEGAL_ID,
        |party, _| has_dutch_id(party) && party.filled(LEGAL_ID),
    ),
    either(
        "BR-NL-2",
        "BT-10",
        DOCUMENT.when(is_dutch),
        "cbc:BuyerReference",
        ORDER,
    ),
    holds(
        "BR-NL-3",
        "BG-5",
        on("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress").when(is_dutch),
        "",
        |address, _| is_full(address),
    ),
    holds(
        "BR-NL-4",
        "BG-8",
        on("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress").when(is_dutch),
        "",
        |address, _| is_abroad(address) || is_full(address),
    ),
    holds(
        "BR-NL-5",
        "BG-12",
        on("cac:TaxRepresentativeParty/cac:PostalAddress").when(is_dutch),
        "",
        |address, _| is_abroad(address) || is_full(address),
    ),
    holds("BR-NL-7", "BT-3", TYPE, "", |code, _| {
        matches!(code.text(), "380" | "381" | "384" | "389")
    }),
    holds("BR-NL-8", "BT-3", TYPE, "", |code, _| match code.kind() {
        InvoiceKind::Invoice => code.text() != "381",
        InvoiceKind::CreditNote => code.text() == "381",
    }),
    holds("BR-NL-9", "BT-25", TYPE, "", |code, facts| {
        code.text() != "384" || facts.has_preceding
    }),
    holds(
        "BR-NL-10",
        "BT-47",
        on("cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity").when(is_dutch),
        "cbc:CompanyID",
        |legal, _| {
            let ids = legal.all("cbc:CompanyID");
            let given = ids.is_empty() || ids.iter().any(|id| !id.text().is_empty());
            let dutch =
                |party: Node<'_>| party.value("cac:PostalAddress/cac:Country/cbc:IdentificationCode") == "NL";
            given
                && legal
                    .parent()
                    .is_none_or(|party| !dutch(party) || has_dutch_id(party))
        },
    ),
    holds(
        "BR-NL-11",
        "BG-16",
        on("/cac:LegalMonetaryTotal")
            .when(|node, facts| is_dutch(node, facts) && node.kind() == InvoiceKind::Invoice),
        "cbc:PayableAmount",
        |totals, facts| {
            let nothing_due = totals
                .number("cbc:PayableAmount")
                .is_some_and(|amount| amount <= Decimal::ZERO);
            nothing_due || facts.has_payment_means
        },
    ),
    holds(
        "BR-NL-12",
        "BT-81",
        on("cac:PaymentMeans").when(is_dutch),
        "cbc:PaymentMeansCode",
        |payment, _| is_dutch_payment(payment),
    ),
    holds(
        "BR-NL-13",
        "BT-13",
        on("cac:OrderLineReference/cbc:LineID").when(is_nlcius),
        "",
        |_, facts| facts.has_order,
    ),
    discouraged("BR-NL-19", "BT-6", "cbc:TaxCurrencyCode"),
    discouraged("BR-NL-20", "BT-7", "cbc:TaxPointDate"),
    discouraged("BR-NL-21", "BT-8", "cac:InvoicePeriod/cbc:DescriptionCode"),
    discouraged(
        "BR-NL-24",
        "BT-26",
        "cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate",
    ),
    holds(
        "BR-NL-25",
        "BT-32",
        on("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme").when(is_dutch),
        "cbc:CompanyID",
        |scheme, _| !scheme.has("cbc:CompanyID") || scheme.value("cac:TaxScheme/cbc:ID") == "VAT",
    )
    .warning(),
    discouraged(
        "BR-NL-26",
        "BT-33",
        "cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyLegalForm",
    ),
    discouraged(
        "BR-NL-27",
        "BT-162",
        "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress/cac:AddressLine/cbc:Line",
    ),
    discouraged(
        "BR-NL-27",
        "BT-163",
        "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cac:AddressLine/cbc:Line",
    ),
    discouraged(
        "BR-NL-27",
        "BT-164",
        "cac:TaxRepresentativeParty/cac:PostalAddress/cac:AddressLine/cbc:Line",
    ),
    discouraged(
        "BR-NL-27",
        "BT-165",
        "cac:Delivery/cac:DeliveryLocation/cac:Address/cac:AddressLine/cbc:Line",
    ),
    discouraged(
        "BR-NL-28",
        "BT-39",
        "cac:AccountingSupplierParty/cac:Party/cac:PostalAddress/cbc:CountrySubentity",
    ),
    discouraged(
        "BR-NL-28",
        "BT-54",
        "cac:AccountingCustomerParty/cac:Party/cac:PostalAddress/cbc:CountrySubentity",
    ),
    discouraged(
        "BR-NL-28",
        "BT-68",
        "cac:TaxRepresentativeParty/cac:PostalAddress/cbc:CountrySubentity",
    ),
    discouraged(
        "BR-NL-28",
        "BT-79",
        "cac:Delivery/cac:DeliveryLocation/cac:Address/cbc:CountrySubentity",
    ),
    holds(
        "BR-NL-29",
        "BT-82",
        on("cac:PaymentMeans/cbc:PaymentMeansCode").when(is_dutch),
        "",
        |code, _| code.attribute("name").is_none(),
    )
    .warning(),
    discouraged(
        "BR-NL-30",
        "BT-85",
        "cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:Name",
    ),
    holds(
        "BR-NL-31",
        "BT-86",
        on("cac:PaymentMeans").when(is_dutch),
        "cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID",
        |payment, _| {
            let sepa = matches!(payment.value("cbc:PaymentMeansCode").as_ref(), "58" | "59");
            !sepa || !payment.has("cac:PayeeFinancialAccount/cac:FinancialInstitutionBranch/cbc:ID")
        },
    )
    .warning(),
    holds("BR-NL-32", "BT-98", REASON_CODE, "", |code, _| is_of(code, true)).warning(),
    holds(
        "BR-NL-33",
        "BT-111",
        on("cac:TaxTotal/cbc:TaxAmount").when(is_dutch),
        "",
        |amount, facts| amount.attribute("currencyID") == Some(facts.currency),
    )
    .warning(),
    holds("BR-NL-34", "BT-105", REASON_CODE, "", |code, _| {
        is_of(code, false)
    })
    .warning(),
    discouraged(
        "BR-NL-35",
        "BT-121",
        "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode",
    ),
];

const LEGAL_ID: &str = "cac:PartyLegalEntity/cbc:CompanyID";
const REASON_CODE: Context = on("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode").when(is_dutch);

/// An element that NLCIUS advises Dutch sellers not to use.
const fn discouraged(id: &'static str, term: &'static str, path: &'static str) -> Rule {
    holds(id, term, on(path).when(is_dutch), "", |_, _| false).warning()
}

/// Whether the rules for Dutch sellers hold: the seller is Dutch and the document says that it follows NLCIUS.
fn is_dutch(node: Node<'_>, facts: &Facts<'_>) -> bool {
    facts.seller_country == "NL" && is_nlcius(node, facts)
}

fn is_nlcius(_: Node<'_>, facts: &Facts<'_>) -> bool {
    facts
        .specification
        .contains("#compliant#urn:fdc:nen.nl:nlcius:v1.0")
}

/// Whether a party's registration number is one of the KVK or an OIN.
pub(super) fn has_dutch_id(party: Node<'_>) -> bool {
    let ids = party.all(LEGAL_ID);
    ids.iter().any(|id| {
        id.attribute("schemeID")
            .is_some_and(|scheme| DUTCH_SCHEMES.contains(&scheme))
    })
}

/// Whether an address has a street, a town and a postcode.
pub(super) fn is_full(address: Node<'_>) -> bool {
    ["cbc:StreetName", "cbc:CityName", "cbc:PostalZone"]
        .iter()
        .all(|part| address.has(part))
}

fn is_abroad(address: Node<'_>) -> bool {
    address
        .first("cac:Country/cbc:IdentificationCode")
        .is_some_and(|country| country.text() != "NL")
}

/// Whether a way of payment is one that is used in the Netherlands.
pub(super) fn is_dutch_payment(payment: Node<'_>) -> bool {
    matches!(
        payment.value("cbc:PaymentMeansCode").as_ref(),
        "30" | "48" | "49" | "57" | "58" | "59"
    )
}

fn is_of(code: Node<'_>, charge: bool) -> bool {
    code.parent().and_then(Node::charge_indicator) == Some(charge)
}
