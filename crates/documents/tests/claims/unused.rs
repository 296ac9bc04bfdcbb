//! What UBL has and EN 16931 does not use: a warning, told once; with two exceptions, which refuse.

use subsidy_documents::rules::{self, Finding, Outcome, RuleSet, Severity};
use subsidy_documents::{Language, Limits, Place};

use crate::samples::with;
use crate::strict::SOUND;

/// What EN 16931 and NLCIUS say of a text beside what they say of the sound one, which is nothing.
fn findings(text: &str) -> Vec<Finding> {
    let sets = [RuleSet::En16931, RuleSet::Nlcius];
    let verdict = rules::check_against(text.as_bytes(), &sets, &Limits::default());
    verdict.expect("an invoice").findings
}

fn told(text: &str) -> Vec<(&'static str, String)> {
    let place = |finding: &Finding| {
        let Place::Element { path, .. } = &finding.place else {
            panic!("{}", finding.place)
        };
        path.clone()
    };
    let findings = findings(text);
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Warning)
    );
    findings
        .iter()
        .map(|finding| (finding.rule, place(finding)))
        .collect()
}

#[test]
fn what_is_not_used_is_a_warning_wherever_it_is_about() {
    assert_eq!(told(SOUND), []);
    for (old, new, rule, path) in [
        (
            "<cbc:ProfileID>",
            "<cbc:UUID>1</cbc:UUID><cbc:ProfileID>",
            "UBL-CR-005",
            "/Invoice/cbc:UUID",
        ),
        (
            "<cbc:InvoicedQuantity",
            "<cbc:UUID>1</cbc:UUID><cbc:InvoicedQuantity",
            "UBL-CR-515",
            "/Invoice/cac:InvoiceLine[1]/cbc:UUID",
        ),
        (
            "<cac:ClassifiedTaxCategory><cbc:ID>",
            "<cac:ClassifiedTaxCategory><cbc:ID schemeID=\"UNCL5305\">",
            "UBL-CR-679",
            "/Invoice/cac:InvoiceLine[1]/cac:Item/cac:ClassifiedTaxCategory/cbc:ID/@schemeID",
        ),
        (
            "<cbc:ProfileID>",
            "<cbc:UBLVersionID>2.0</cbc:UBLVersionID><cbc:ProfileID>",
            "UBL-CR-002",
            "/Invoice/cbc:UBLVersionID",
        ),
        (
            "<cbc:InvoicedQuantity",
            "<cbc:Note/><cbc:InvoicedQuantity",
            "SI-UBL-2",
            "/Invoice/cac:InvoiceLine[1]/cbc:Note",
        ),
    ] {
        assert_eq!(told(&with(SOUND, old, new)), [(rule, path.to_owned())]);
    }
    assert_eq!(
        told(&with(
            SOUND,
            "<cbc:ProfileID>",
            "<cbc:UBLVersionID>2.1</cbc:UBLVersionID><cbc:ProfileID>"
        )),
        []
    );
}

#[test]
fn it_is_told_once_where_it_stands_first() {
    let text = SOUND.replace(
        "<cbc:InvoicedQuantity",
        "<cbc:UUID>1</cbc:UUID><cbc:InvoicedQuantity",
    );
    assert_eq!(
        told(&text),
        [("UBL-CR-515", "/Invoice/cac:InvoiceLine[1]/cbc:UUID".to_owned())]
    );
}

#[test]
fn the_text_names_what_to_leave_out() {
    let text = with(
        SOUND,
        "<cac:ClassifiedTaxCategory><cbc:ID>",
        "<cac:ClassifiedTaxCategory><cbc:ID schemeID=\"UNCL5305\">",
    );
    let texts: Vec<String> = findings(&text)
        .iter()
        .map(|finding| finding.text(Language::English))
        .collect();
    assert_eq!(texts, ["Leave @schemeID out here: EN 16931 does not use it."]);
    let listed = rules::listed(RuleSet::En16931);
    let rule = listed
        .iter()
        .find(|rule| rule.id == "UBL-CR-005")
        .expect("a rule");
    assert_eq!(
        rule.text(Language::Dutch),
        "Laat cbc:UUID hier weg: EN 16931 gebruikt het niet."
    );
}

#[test]
fn a_reference_to_what_is_invoiced_holds_neither_file_nor_description() {
    let reference = |inside: &str| {
        let reference = format!(
            "<cac:AdditionalDocumentReference><cbc:ID>1</cbc:ID><cbc:DocumentTypeCode>130</cbc:DocumentTypeCode>{inside}\
             </cac:AdditionalDocumentReference><cac:AccountingSupplierParty>"
        );
        with(SOUND, "<cac:AccountingSupplierParty>", &reference)
    };
    let refused = |inside: &str| {
        let verdict = rules::check(reference(inside).as_bytes(), &Limits::default()).expect("an invoice");
        let fatal = verdict.findings.iter().map(|finding| finding.rule);
        (verdict.outcome(), fatal.collect::<Vec<_>>())
    };
    let description = "<cbc:DocumentDescription>x</cbc:DocumentDescription>";
    let file = "<cac:Attachment><cac:ExternalReference><cbc:URI>x</cbc:URI></cac:ExternalReference></cac:Attachment>";
    assert_eq!(refused(""), (Outcome::Accepted, vec![]));
    assert_eq!(refused(file), (Outcome::Refused, vec!["UBL-CR-666"]));
    assert_eq!(refused(description), (Outcome::Refused, vec!["UBL-CR-673"]));
}
