//! What UBL 2.1 has and EN 16931 does not use: the rules UBL-CR of CEN/TS 16931-3-2, most of which are a path each.

use std::sync::LazyLock;

use super::rule::{Context, DOCUMENT, Rule, holds, on, unused};
use super::tree::Node;
use crate::invoice::InvoiceKind;

/// A supporting document (BG-24), or with type 130 what is invoiced (BT-18).
const REFERENCE: Context = on("cac:AdditionalDocumentReference");
/// What is invoiced (BT-18).
const OBJECT: Context = REFERENCE.when(|reference, _| is_object(reference));

pub(super) static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let lines = include_str!("../../data/unused.txt").lines();
    let rows = lines.filter(|line| !line.starts_with('#'));
    let paths = rows.filter_map(|row| row.split_once(' '));
    paths.map(|(id, path)| unused(id, path)).chain(more()).collect()
});

/// Those that ask for more than a path.
fn more() -> [Rule; 5] {
    [
        holds("UBL-CR-002", "", DOCUMENT, "cbc:UBLVersionID", |document, _| {
            let versions = document.all("cbc:UBLVersionID");
            versions.is_empty() || versions.iter().any(|version| version.text() == "2.1")
        })
        .warning(),
        unused("UBL-CR-412", "/cac:PaymentMeans/cbc:PaymentDueDate")
            .within(|node, _| node.kind() == InvoiceKind::Invoice),
        unused("UBL-CR-665", "cac:AdditionalDocumentReference/cbc:ID/@schemeID")
            .within(|id, _| id.parent().is_none_or(|reference| !is_object(reference))),
        holds("UBL-CR-666", "BT-125", OBJECT, "cac:Attachment", |object, _| {
            !object.has("cac:Attachment")
        }),
        holds(
            "UBL-CR-673",
            "BT-123",
            OBJECT,
            "cbc:DocumentDescription",
            |object, _| !object.has("cbc:DocumentDescription"),
        ),
    ]
}

fn is_object(reference: Node<'_>) -> bool {
    let types = reference.all("cbc:DocumentTypeCode");
    types.iter().any(|code| code.text() == "130")
}
