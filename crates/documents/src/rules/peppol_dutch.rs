//! What Peppol BIS Billing 3 asks of Dutch sellers: NL-R-001 to NL-R-009 of release 2026.5.

use rust_decimal::Decimal;

use super::facts::Facts;
use super::nlcius::{is_dutch_payment, is_full};
use super::rule::{Context, Rule, holds, on};
use super::tree::Node;
use crate::invoice::InvoiceKind;

const SELLER_ID: Context = on("cac:AccountingSupplierParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID");
const BUYER_ID: Context = on("cac:AccountingCustomerParty/cac:Party/cac:PartyLegalEntity/cbc:CompanyID");

pub(super) const RULES: &[Rule] = &[
    holds(
        "NL-R-001",
        "BT-25",
        on("cbc:CreditNoteTypeCode").when(is_dutch),
        "",
        |_, facts| facts.has_preceding,
    ),
    holds(
        "NL-R-002",
        "BG-5",
        on("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress").when(is_dutch),
        "",
        |address, _| is_full(address),
    ),
    holds("NL-R-003", "BT-30", SELLER_ID.when(is_dutch), "", |id, _| {
        is_dutch_id(id)
    }),
    holds(
        "NL-R-004",
        "BG-8",
        on("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress").when(is_domestic),
        "",
        |address, _| is_full(address),
    ),
    holds("NL-R-005", "BT-47", BUYER_ID.when(is_domestic), "", |id, _| {
        is_dutch_id(id)
    }),
    holds(
        "NL-R-006",
        "BG-12",
        on("cac:TaxRepresentativeParty/cac:PostalAddress")
            .when(|node, facts| is_dutch(node, facts) && facts.representative_country == "NL"),
        "",
        |address, _| is_full(address),
    ),
    holds(
        "NL-R-007",
        "BG-16",
        on("cac:LegalMonetaryTotal").when(is_dutch),
        "cbc:PayableAmount",
        |totals, facts| {
            let payable = totals.number("cbc:PayableAmount");
            let nothing_due = payable.is_some_and(|payable| match totals.kind() {
                InvoiceKind::Invoice => payable <= Decimal::ZERO,
                InvoiceKind::CreditNote => payable >= Decimal::ZERO,
            });
            nothing_due || facts.has_payment_means
        },
    ),
    holds(
        "NL-R-008",
        "BT-81",
        on("cac:PaymentMeans").when(is_domestic),
        "cbc:PaymentMeansCode",
        |payment, _| is_dutch_payment(payment),
    ),
    holds(
        "NL-R-009",
        "BT-13",
        on("cac:OrderLineReference/cbc:LineID").when(is_dutch),
        "",
        |_, facts| facts.has_order,
    ),
];

fn is_dutch(_: Node<'_>, facts: &Facts<'_>) -> bool {
    facts.seller_country == "NL"
}

fn is_domestic(node: Node<'_>, facts: &Facts<'_>) -> bool {
    is_dutch(node, facts) && facts.buyer_country == "NL"
}

/// Whether a number is one of the KVK or an OIN, and not blank.
fn is_dutch_id(id: Node<'_>) -> bool {
    matches!(id.attribute("schemeID"), Some("0106" | "0190")) && !id.text().is_empty()
}
