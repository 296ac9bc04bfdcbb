//! How UBL 2.1 is used for EN 16931: the fatal rules UBL-SR and UBL-DT of CEN/TS 16931-3-2, and its attributes.

use super::facts::Facts;
use super::rule::{Context, DOCUMENT, LINE, Rule, attribute, exists, has_cents_at_most, holds, on, once};
use super::tree::Node;
use crate::invoice::InvoiceKind;

const PAYEE: Context = on("cac:PayeeParty");
const PAYMENT: Context = on("cac:PaymentMeans");
const CHARGE: Context = on("cac:AllowanceCharge");
/// An amount, prices left out: those may have more decimals.
const AMOUNT: Context = on("amount").when(|node, _| {
    let in_price = |node: Node<'_>| node.name() == "cac:Price";
    let price_allowance = || {
        let charge = node
            .ancestors()
            .find(|around| around.name() == "cac:AllowanceCharge");
        charge.and_then(Node::parent).is_some_and(in_price)
    };
    !node.name().ends_with("PriceAmount") && !price_allowance()
});

macro_rules! seller {
    ($path:literal) => {
        concat!("cac:AccountingSupplierParty/cac:Party/", $path)
    };
}
macro_rules! buyer {
    ($path:literal) => {
        concat!("cac:AccountingCustomerParty/cac:Party/", $path)
    };
}

pub(super) const RULES: &[Rule] = &[
    once(
        "UBL-SR-01",
        "BT-12",
        DOCUMENT,
        "cac:ContractDocumentReference/cbc:ID",
    ),
    once(
        "UBL-SR-02",
        "BT-15",
        DOCUMENT,
        "cac:ReceiptDocumentReference/cbc:ID",
    ),
    once(
        "UBL-SR-03",
        "BT-16",
        DOCUMENT,
        "cac:DespatchDocumentReference/cbc:ID",
    ),
    holds(
        "UBL-SR-04",
        "BT-18",
        DOCUMENT,
        "cac:AdditionalDocumentReference/cbc:ID",
        |document, _| {
            let references = document.all("cac:AdditionalDocumentReference");
            let objects = references.iter().filter(|reference| has_type(**reference, "130"));
            objects
                .map(|reference| reference.all("cbc:ID").len())
                .sum::<usize>()
                <= 1
        },
    ),
    once("UBL-SR-05", "BT-20", DOCUMENT, "cac:PaymentTerms/cbc:Note"),
    once(
        "UBL-SR-06",
        "BG-3",
        on("cac:BillingReference"),
        "cac:InvoiceDocumentReference",
    ),
    exists(
        "UBL-SR-07",
        "BT-25",
        on("cac:BillingReference"),
        "cac:InvoiceDocumentReference/cbc:ID",
    ),
    once("UBL-SR-08", "BG-14", DOCUMENT, "cac:InvoicePeriod"),
    once(
        "UBL-SR-09",
        "BT-27",
        DOCUMENT,
        seller!("cac:PartyLegalEntity/cbc:RegistrationName"),
    ),
    once("UBL-SR-10", "BT-28", DOCUMENT, seller!("cac:PartyName/cbc:Name")),
    once(
        "UBL-SR-11",
        "BT-30",
        DOCUMENT,
        seller!("cac:PartyLegalEntity/cbc:CompanyID"),
    ),
    holds(
        "UBL-SR-12",
        "BT-31",
        DOCUMENT,
        seller!("cac:PartyTaxScheme"),
        |document, _| tax_ids(document, seller!("cac:PartyTaxScheme"), true) <= 1,
    ),
    holds(
        "UBL-SR-13",
        "BT-32",
        DOCUMENT,
        seller!("cac:PartyTaxScheme"),
        |document, _| tax_ids(document, seller!("cac:PartyTaxScheme"), false) <= 1,
    ),
    once(
        "UBL-SR-14",
        "BT-33",
        DOCUMENT,
        seller!("cac:PartyLegalEntity/cbc:CompanyLegalForm"),
    ),
    once(
        "UBL-SR-15",
        "BT-44",
        DOCUMENT,
        buyer!("cac:PartyLegalEntity/cbc:RegistrationName"),
    ),
    once(
        "UBL-SR-16",
        "BT-46",
        DOCUMENT,
        buyer!("cac:PartyIdentification/cbc:ID"),
    ),
    once(
        "UBL-SR-17",
        "BT-47",
        DOCUMENT,
        buyer!("cac:PartyLegalEntity/cbc:CompanyID"),
    ),
    holds(
        "UBL-SR-18",
        "BT-48",
        DOCUMENT,
        buyer!("cac:PartyTaxScheme"),
        |document, _| tax_ids(document, buyer!("cac:PartyTaxScheme"), true) <= 1,
    ),
    holds(
        "UBL-SR-19",
        "BT-59",
        PAYEE,
        "cac:PartyName/cbc:Name",
        |payee, facts| payee.all("cac:PartyName/cbc:Name").len() <= 1 && is_not_the_seller(payee, facts),
    ),
    holds(
        "UBL-SR-20",
        "BT-60",
        PAYEE,
        "cac:PartyIdentification/cbc:ID",
        |payee, facts| {
            let ids = payee.all("cac:PartyIdentification/cbc:ID");
            let other = ids.iter().filter(|id| {
                id.attribute("schemeID")
                    .is_none_or(|scheme| !scheme.eq_ignore_ascii_case("SEPA"))
            });
            other.count() <= 1 && is_not_the_seller(payee, facts)
        },
    ),
    holds(
        "UBL-SR-21",
        "BT-61",
        PAYEE,
        "cac:PartyLegalEntity/cbc:CompanyID",
        |payee, facts| {
            payee.all("cac:PartyLegalEntity/cbc:CompanyID").len() <= 1 && is_not_the_seller(payee, facts)
        },
    ),
    once(
        "UBL-SR-22",
        "BT-62",
        on("cac:TaxRepresentativeParty"),
        "cac:PartyName/cbc:Name",
    ),
    once(
        "UBL-SR-23",
        "BT-63",
        on("cac:TaxRepresentativeParty"),
        "cac:PartyTaxScheme/cbc:CompanyID",
    ),
    once("UBL-SR-24", "BG-13", DOCUMENT, "cac:Delivery"),
    once(
        "UBL-SR-25",
        "BT-70",
        on("cac:Delivery"),
        "cac:DeliveryParty/cac:PartyName/cbc:Name",
    ),
    once("UBL-SR-26", "BT-83", PAYMENT, "cbc:PaymentID"),
    once("UBL-SR-27", "BT-81", PAYMENT, "cbc:PaymentMeansCode"),
    once("UBL-SR-28", "BT-89", PAYMENT, "cac:PaymentMandate/cbc:ID"),
    holds("UBL-SR-29", "BT-90", DOCUMENT, "", |_, facts| facts.sepa_ids <= 1),
    once(
        "UBL-SR-30",
        "BT-97",
        CHARGE.when(|charge, _| charge.charge_indicator() == Some(false)),
        "cbc:AllowanceChargeReason",
    ),
    once(
        "UBL-SR-31",
        "BT-104",
        CHARGE.when(|charge, _| charge.charge_indicator() == Some(true)),
        "cbc:AllowanceChargeReason",
    ),
    once(
        "UBL-SR-32",
        "BT-120",
        on("cac:TaxSubtotal"),
        "cac:TaxCategory/cbc:TaxExemptionReason",
    ),
    once(
        "UBL-SR-33",
        "BT-123",
        on("cac:AdditionalDocumentReference"),
        "cbc:DocumentDescription",
    ),
    once("UBL-SR-34", "BT-127", LINE, "cbc:Note"),
    once("UBL-SR-35", "BT-132", LINE, "cac:OrderLineReference/cbc:LineID"),
    once("UBL-SR-36", "BG-26", LINE, "cac:InvoicePeriod"),
    once(
        "UBL-SR-37",
        "BT-147",
        LINE,
        "cac:Price/cac:AllowanceCharge/cbc:Amount",
    ),
    once("UBL-SR-39", "BT-11", DOCUMENT, "cac:ProjectReference/cbc:ID"),
    once("UBL-SR-40", "BT-45", DOCUMENT, buyer!("cac:PartyName/cbc:Name")),
    holds(
        "UBL-SR-42",
        "BT-31",
        on("cac:AccountingSupplierParty/cac:Party"),
        "cac:PartyTaxScheme",
        |seller, _| seller.all("cac:PartyTaxScheme").len() <= 2,
    ),
    holds(
        "UBL-SR-43",
        "BT-18",
        on("cac:AdditionalDocumentReference"),
        "cbc:DocumentTypeCode",
        |reference, _| {
            let plain = || {
                let ids = reference.all("cbc:ID");
                !reference.has("cbc:DocumentTypeCode")
                    && ids.iter().all(|id| id.attribute("schemeID").is_none())
            };
            let project = || reference.kind() == InvoiceKind::CreditNote && has_type(reference, "50");
            has_type(reference, "130") || project() || plain()
        },
    ),
    holds(
        "UBL-SR-44",
        "BT-83",
        DOCUMENT,
        "cac:PaymentMeans/cbc:PaymentID",
        |_, facts| facts.payment_ids.len() <= 1,
    ),
    once(
        "UBL-SR-45",
        "BT-9",
        DOCUMENT,
        "cac:PaymentMeans/cbc:PaymentDueDate",
    ),
    holds(
        "UBL-SR-46",
        "BT-82",
        DOCUMENT,
        "cac:PaymentMeans/cbc:PaymentMeansCode",
        |document, _| {
            let codes = document.all("cac:PaymentMeans/cbc:PaymentMeansCode");
            codes
                .iter()
                .filter(|code| code.attribute("name").is_some())
                .count()
                <= 1
        },
    ),
    holds(
        "UBL-SR-47",
        "BT-81",
        DOCUMENT,
        "cac:PaymentMeans/cbc:PaymentMeansCode",
        |_, facts| facts.payment_codes.len() <= 1,
    ),
    holds(
        "UBL-SR-48",
        "BG-30",
        LINE,
        "cac:Item/cac:ClassifiedTaxCategory",
        |line, _| line.all("cac:Item/cac:ClassifiedTaxCategory").len() == 1,
    ),
    once(
        "UBL-SR-49",
        "BT-8",
        DOCUMENT,
        "cac:InvoicePeriod/cbc:DescriptionCode",
    ),
    once("UBL-SR-50", "BT-154", LINE, "cac:Item/cbc:Description"),
    once("UBL-SR-51", "BT-162", on("cac:PostalAddress"), "cac:AddressLine"),
    once("UBL-SR-51", "BT-165", on("cac:Address"), "cac:AddressLine"),
    once("UBL-SR-52", "BT-128", LINE, "cac:DocumentReference"),
    holds(
        "UBL-SR-53",
        "BT-31",
        on("cac:PartyTaxScheme"),
        "cbc:CompanyID",
        |scheme, _| scheme.has("cac:TaxScheme/cbc:ID") && scheme.has("cbc:CompanyID"),
    ),
    once("UBL-SR-54", "BG-18", DOCUMENT, "cac:PaymentMeans/cac:CardAccount"),
    once(
        "UBL-SR-55",
        "BG-19",
        DOCUMENT,
        "cac:PaymentMeans/cac:PaymentMandate",
    ),
    once(
        "UBL-SR-56",
        "BT-17",
        DOCUMENT,
        "cac:OriginatorDocumentReference/cbc:ID",
    ),
    holds("UBL-DT-01", "BT-131", AMOUNT, "", |amount, _| {
        has_cents_at_most(amount.text())
    }),
    attribute("UBL-DT-06", "BT-125", on("binary object"), "", "mimeCode"),
    attribute("UBL-DT-07", "BT-125", on("binary object"), "", "filename"),
    no_attribute("UBL-DT-08", |_, facts| !facts.attributes.contains("schemeName")),
    no_attribute("UBL-DT-09", |_, facts| {
        !facts.attributes.contains("schemeAgencyName")
    }),
    no_attribute("UBL-DT-10", |_, facts| {
        !facts.attributes.contains("schemeDataURI")
    }),
    no_attribute("UBL-DT-11", |_, facts| !facts.attributes.contains("schemeURI")),
    no_attribute("UBL-DT-12", |_, facts| !facts.attributes.contains("format")),
    no_attribute("UBL-DT-13", |_, facts| {
        !facts.attributes.contains("unitCodeListIdentifier")
    }),
    no_attribute("UBL-DT-14", |_, facts| {
        !facts.attributes.contains("unitCodeListAgencyIdentifier")
    }),
    no_attribute("UBL-DT-15", |_, facts| {
        !facts.attributes.contains("unitCodeListAgencyName")
    }),
    no_attribute("UBL-DT-16", |_, facts| {
        !facts.attributes.contains("listAgencyName")
    }),
    no_attribute("UBL-DT-17", |_, facts| !facts.attributes.contains("listName")),
    no_attribute("UBL-DT-18", |_, facts| !facts.attributes.contains("name")),
    no_attribute("UBL-DT-19", |_, facts| !facts.attributes.contains("languageID")),
    no_attribute("UBL-DT-20", |_, facts| !facts.attributes.contains("listURI")),
    no_attribute("UBL-DT-21", |_, facts| {
        !facts.attributes.contains("listSchemeURI")
    }),
    no_attribute("UBL-DT-22", |_, facts| {
        !facts.attributes.contains("languageLocaleID")
    }),
    no_attribute("UBL-DT-23", |_, facts| !facts.attributes.contains("uri")),
    no_attribute("UBL-DT-24", |_, facts| {
        !facts.attributes.contains("currencyCodeListVersionID")
    }),
    no_attribute("UBL-DT-25", |_, facts| {
        !facts.attributes.contains("characterSetCode")
    }),
    no_attribute("UBL-DT-26", |_, facts| !facts.attributes.contains("encodingCode")),
    no_attribute("UBL-DT-27", |_, facts| {
        !facts.attributes.contains("schemeAgencyID")
    }),
    no_attribute("UBL-DT-28", |_, facts| !facts.attributes.contains("listAgencyID")),
];

/// An attribute that means nothing to EN 16931 should not be used anywhere.
const fn no_attribute(id: &'static str, test: fn(Node<'_>, &Facts<'_>) -> bool) -> Rule {
    holds(id, "", DOCUMENT, "", test).warning()
}

/// Whether a reference is of a type.
fn has_type(reference: Node<'_>, code: &str) -> bool {
    reference
        .all("cbc:DocumentTypeCode")
        .iter()
        .any(|known| known.text() == code)
}

/// How many tax numbers there are at a path, of VAT or of other taxes.
fn tax_ids(document: Node<'_>, path: &str, of_vat: bool) -> usize {
    let schemes = document.all(path);
    let wanted = schemes
        .iter()
        .filter(|scheme| scheme.has("cac:TaxScheme/cbc:ID") && scheme.is_vat() == of_vat);
    wanted.map(|scheme| scheme.all("cbc:CompanyID").len()).sum()
}

/// Whether the payee's name is known and another than that of the seller.
fn is_not_the_seller(payee: Node<'_>, facts: &Facts<'_>) -> bool {
    let names = payee.all("cac:PartyName/cbc:Name");
    let sellers = facts
        .seller
        .map(|seller| seller.all("cac:PartyLegalEntity/cbc:RegistrationName"))
        .unwrap_or_default();
    names
        .iter()
        .any(|name| sellers.iter().any(|seller| seller.text() != name.text()))
}
