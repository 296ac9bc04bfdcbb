//! Codes are of their list: BR-CL of EN 16931-1, bound to UBL 2.1. The lists are in `data/codes`.

use super::codes::Codes;
use super::rule::{Context, Rule, attribute_code, code, holds, on};
use super::tree::Node;

const AMOUNTS: [&str; 13] = [
    "cbc:Amount",
    "cbc:BaseAmount",
    "cbc:PriceAmount",
    "cbc:TaxAmount",
    "cbc:TaxableAmount",
    "cbc:LineExtensionAmount",
    "cbc:TaxExclusiveAmount",
    "cbc:TaxInclusiveAmount",
    "cbc:AllowanceTotalAmount",
    "cbc:ChargeTotalAmount",
    "cbc:PrepaidAmount",
    "cbc:PayableRoundingAmount",
    "cbc:PayableAmount",
];
/// Any amount that EN 16931 knows.
pub(super) const AMOUNT: Context = on("amount").when(|node, _| is_amount(node));
const OBJECT: Context = on("cac:AdditionalDocumentReference/cbc:ID").when(|id, _| is_object(id));
const LINE_OBJECT: Context = on("cac:DocumentReference/cbc:ID").when(|id, _| is_object(id));
const ALLOWANCE_REASON: Context = on("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode").when(|code, _| {
    code.parent()
        .is_some_and(|charge| charge.charge_indicator() == Some(false))
});
const CHARGE_REASON: Context = on("cac:AllowanceCharge/cbc:AllowanceChargeReasonCode").when(|code, _| {
    code.parent()
        .is_some_and(|charge| charge.charge_indicator() == Some(true))
});

pub(super) const RULES: &[Rule] = &[
    holds("BR-CL-01", "BT-3", on("type"), "", |code, _| {
        let codes = if code.name() == "cbc:InvoiceTypeCode" {
            Codes::InvoiceTypes
        } else {
            Codes::CreditNoteTypes
        };
        codes.contain(&code.normalised())
    }),
    holds("BR-CL-03", "BT-5", AMOUNT, "", |amount, _| {
        amount
            .attribute("currencyID")
            .is_some_and(|code| Codes::Currencies.contain(code.trim()))
    }),
    code(
        "BR-CL-04",
        "BT-5",
        on("cbc:DocumentCurrencyCode"),
        Codes::Currencies,
    ),
    code("BR-CL-05", "BT-6", on("cbc:TaxCurrencyCode"), Codes::Currencies),
    code(
        "BR-CL-06",
        "BT-8",
        on("cac:InvoicePeriod/cbc:DescriptionCode"),
        Codes::TaxPoints,
    ),
    attribute_code(
        "BR-CL-07",
        "BT-18",
        OBJECT,
        "schemeID",
        Codes::ReferenceQualifiers,
    ),
    attribute_code(
        "BR-CL-07",
        "BT-128",
        LINE_OBJECT,
        "schemeID",
        Codes::ReferenceQualifiers,
    ),
    holds("BR-CL-08", "BT-21", on("/cbc:Note"), "", |note, _| {
        const LENGTH: usize = 3;
        let mut parts = note.text().split('#');
        let (_, subject, rest) = (parts.next(), parts.next(), parts.next());
        match (subject, rest) {
            (Some(subject), Some(_)) if subject.chars().count() == LENGTH => {
                Codes::NoteSubjects.contain(subject)
            }
            _ => true,
        }
    }),
    holds(
        "BR-CL-10",
        "BT-29",
        on("cac:PartyIdentification/cbc:ID"),
        "",
        |id, _| {
            let payee_side = |name: &str| matches!(name, "cac:AccountingSupplierParty" | "cac:PayeeParty");
            id.attribute("schemeID").is_none_or(|scheme| {
                let scheme = scheme.trim();
                let creditor = scheme == "SEPA" && id.ancestors().any(|around| payee_side(around.name()));
                creditor || Codes::IdentifierSchemes.contain(scheme)
            })
        },
    ),
    attribute_code(
        "BR-CL-11",
        "BT-30",
        on("cac:PartyLegalEntity/cbc:CompanyID"),
        "schemeID",
        Codes::IdentifierSchemes,
    ),
    attribute_code(
        "BR-CL-13",
        "BT-158",
        on("cac:CommodityClassification/cbc:ItemClassificationCode"),
        "listID",
        Codes::ItemClassifications,
    ),
    code(
        "BR-CL-14",
        "BT-40",
        on("cac:Country/cbc:IdentificationCode"),
        Codes::Countries,
    ),
    code(
        "BR-CL-15",
        "BT-159",
        on("cac:OriginCountry/cbc:IdentificationCode"),
        Codes::Countries,
    ),
    code(
        "BR-CL-16",
        "BT-81",
        on("cac:PaymentMeans/cbc:PaymentMeansCode"),
        Codes::PaymentMeans,
    ),
    code(
        "BR-CL-17",
        "BT-118",
        on("cac:TaxCategory/cbc:ID"),
        Codes::VatCategories,
    ),
    code(
        "BR-CL-18",
        "BT-151",
        on("cac:ClassifiedTaxCategory/cbc:ID"),
        Codes::VatCategories,
    ),
    code("BR-CL-19", "BT-98", ALLOWANCE_REASON, Codes::AllowanceReasons),
    code("BR-CL-20", "BT-105", CHARGE_REASON, Codes::ChargeReasons),
    attribute_code(
        "BR-CL-21",
        "BT-157",
        on("cac:StandardItemIdentification/cbc:ID"),
        "schemeID",
        Codes::IdentifierSchemes,
    ),
    holds(
        "BR-CL-22",
        "BT-121",
        on("cbc:TaxExemptionReasonCode"),
        "",
        |code, _| Codes::ExemptionReasons.contain(&code.normalised().to_uppercase()),
    ),
    attribute_code("BR-CL-23", "BT-130", on("quantity"), "unitCode", Codes::Units),
    attribute_code(
        "BR-CL-23",
        "BT-150",
        on("cbc:BaseQuantity"),
        "unitCode",
        Codes::Units,
    ),
    attribute_code(
        "BR-CL-24",
        "BT-125",
        on("cbc:EmbeddedDocumentBinaryObject"),
        "mimeCode",
        Codes::MediaTypes,
    ),
    attribute_code(
        "BR-CL-25",
        "BT-34",
        on("cbc:EndpointID"),
        "schemeID",
        Codes::EndpointSchemes,
    ),
    attribute_code(
        "BR-CL-26",
        "BT-71",
        on("cac:DeliveryLocation/cbc:ID"),
        "schemeID",
        Codes::IdentifierSchemes,
    ),
];

/// Whether an element is an amount that EN 16931 knows.
pub(super) fn is_amount(node: Node<'_>) -> bool {
    AMOUNTS.contains(&node.name())
}

/// Whether a document reference is to the object that is invoiced: its type is 130.
fn is_object(id: Node<'_>) -> bool {
    id.parent().is_some_and(|reference| {
        reference
            .all("cbc:DocumentTypeCode")
            .iter()
            .any(|code| code.text() == "130")
    })
}
