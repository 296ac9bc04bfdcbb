//! What the Dutch extension for payment into a blocked account asks on top of NLCIUS: BR-GA-0 to BR-GA-7.

use rust_decimal::Decimal;

use super::rule::{Context, DOCUMENT, Rule, holds, on};
use crate::invoice::InvoiceKind;

/// What BT-24 says of an invoice with the extension.
pub(super) const CONFORMANT: &str = "#conformant#urn:fdc:nen.nl:gaccount:v1.0";
/// The warnings about what EN 16931 does not use and the extension does: the two payments are told apart by it.
pub(super) const LIFTS: [&str; 3] = ["UBL-CR-411", "UBL-CR-453", "UBL-CR-459"];
const INVOICE: Context = DOCUMENT.when(|node, _| node.kind() == InvoiceKind::Invoice);

pub(super) const RULES: &[Rule] = &[
    holds("BR-GA-0", "BT-24", on("cbc:CustomizationID"), "", |id, _| {
        id.text().contains(CONFORMANT)
    }),
    holds(
        "BR-GA-1",
        "NL-GA-01",
        INVOICE,
        "cac:PaymentTerms",
        |invoice, _| invoice.all("cac:PaymentTerms").len() == 2,
    ),
    holds("BR-GA-2", "BG-16", INVOICE, "cac:PaymentMeans", |invoice, _| {
        invoice.all("cac:PaymentMeans").len() == 2
    }),
    holds(
        "BR-GA-3",
        "NL-GA-03",
        INVOICE,
        "cac:LegalMonetaryTotal/cbc:PayableAmount",
        |invoice, _| {
            let parts = invoice.all("cac:PaymentTerms/cbc:Amount");
            let sum = parts
                .iter()
                .try_fold(Decimal::ZERO, |sum, part| sum.checked_add(part.decimal()?));
            sum.is_some() && sum == invoice.number("cac:LegalMonetaryTotal/cbc:PayableAmount")
        },
    ),
    holds(
        "BR-GA-4",
        "NL-GA-02",
        on("/cac:PaymentTerms").when(|node, _| node.kind() == InvoiceKind::Invoice),
        "cbc:PaymentMeansID",
        |terms, _| terms.all("cbc:PaymentMeansID").len() == 1,
    ),
    holds(
        "BR-GA-5",
        "NL-GA-04",
        on("/cac:PaymentMeans").when(|node, _| node.kind() == InvoiceKind::Invoice),
        "cbc:ID",
        |payment, _| payment.all("cbc:ID").len() == 1,
    ),
    holds(
        "BR-GA-6",
        "NL-GA-02",
        on("/cac:PaymentTerms/cbc:PaymentMeansID"),
        "",
        |reference, facts| facts.payment_means_ids.contains(reference.text()),
    ),
    holds(
        "BR-GA-7",
        "NL-GA-04",
        INVOICE,
        "cac:PaymentMeans/cbc:ID",
        |invoice, _| {
            let ids = invoice.all("cac:PaymentMeans/cbc:ID");
            ids.iter().filter(|id| id.text() == "GACCOUNT").count() == 1
        },
    ),
];
