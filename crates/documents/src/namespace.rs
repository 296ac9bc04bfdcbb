//! The namespaces of UBL 2.1, and which document a root element begins.

use crate::invoice::InvoiceKind;
use crate::unreadable::Unreadable;
use crate::xml::Element;

const INVOICE: &str = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2";
const CREDIT_NOTE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2";
/// Elements with elements in them, usually `cac:`.
pub(crate) const AGGREGATE: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
/// Elements with a text in them, usually `cbc:`.
pub(crate) const BASIC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
/// What is not of UBL, usually `ext:`.
pub(crate) const EXTENSION: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2";

/// Returns what a root element begins.
pub(crate) fn kind_of_root(root: &Element<'_>) -> Result<InvoiceKind, Unreadable> {
    match (root.namespace, root.name) {
        (INVOICE, "Invoice") => Ok(InvoiceKind::Invoice),
        (CREDIT_NOTE, "CreditNote") => Ok(InvoiceKind::CreditNote),
        (namespace, name) => Err(Unreadable::UnknownRoot {
            name: name.to_owned(),
            namespace: namespace.to_owned(),
        }),
    }
}
