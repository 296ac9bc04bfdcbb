//! What UBL 2.1 has where: a document that is built otherwise is refused, and told how to build it.

use subsidy_documents::rules::{self, Outcome, RuleSet};
use subsidy_documents::{Language, Limits};

use crate::samples::with;

/// An invoice with all that UBL 2.1 itself demands.
const INVOICE: &str = r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2" xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2" xsi:schemaLocation="a b">
  <ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent><own:Thing xmlns:own="urn:own"/></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
  <cbc:ID>F-1</cbc:ID>
  <cbc:CopyIndicator>false</cbc:CopyIndicator>
  <cbc:IssueDate>2023-03-01</cbc:IssueDate>
  <cbc:IssueTime>12:00:00</cbc:IssueTime>
  <cbc:Note>een</cbc:Note>
  <cbc:Note>twee</cbc:Note>
  <cac:AccountingSupplierParty/>
  <cac:AccountingCustomerParty/>
  <cac:LegalMonetaryTotal>
    <cbc:PayableAmount currencyID="EUR">1.00</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:LineExtensionAmount currencyID="EUR">1.00</cbc:LineExtensionAmount><cac:Item/></cac:InvoiceLine>
</Invoice>"#;

/// What is found in the structure: rule and place.
fn found(text: &str) -> Vec<String> {
    let verdict = rules::check_against(text.as_bytes(), &[RuleSet::Ubl21], &Limits::default());
    let findings = verdict.expect("an invoice").findings;
    let said = findings
        .iter()
        .map(|finding| format!("{} {}", finding.rule, finding.place));
    said.collect()
}

#[test]
fn what_ubl_demands_and_no_more_is_enough() {
    assert_eq!(found(INVOICE), Vec::<String>::new());
}

#[test]
fn each_way_of_building_otherwise_is_named_with_its_place() {
    let cases = [
        (
            "<cbc:ID>F-1</cbc:ID>",
            "",
            "UBL21-MISSING line 1, column 1, /Invoice/cbc:ID",
        ),
        (
            "<cac:Item/>",
            "",
            "UBL21-MISSING line 16, column 3, /Invoice/cac:InvoiceLine[1]/cac:Item",
        ),
        (
            "<cbc:ID>F-1</cbc:ID>",
            "<cbc:ID>F-1</cbc:ID><cbc:ID>F-2</cbc:ID>",
            "UBL21-TOO-MANY line 5, column 23, /Invoice/cbc:ID[2]",
        ),
        (
            "<cac:Item/>",
            "<cac:Item/><cbc:Note>te laat</cbc:Note>",
            "UBL21-ORDER line 16, column 121, /Invoice/cac:InvoiceLine[1]/cbc:Note",
        ),
        (
            "<cac:Item/>",
            "<cac:Item><cbc:Colour>rood</cbc:Colour></cac:Item>",
            "UBL21-ELEMENT line 16, column 120, /Invoice/cac:InvoiceLine[1]/cac:Item/cbc:Colour",
        ),
        (
            "<cac:Item/>",
            "<cac:Item>fiets</cac:Item>",
            "UBL21-TEXT line 16, column 110, /Invoice/cac:InvoiceLine[1]/cac:Item",
        ),
        (
            "<cbc:ID>F-1</cbc:ID>",
            "<cbc:ID><cbc:Name>F-1</cbc:Name></cbc:ID>",
            "UBL21-NESTED line 5, column 3, /Invoice/cbc:ID",
        ),
        (
            "2023-03-01",
            "01-03-2023",
            "UBL21-DATE line 7, column 3, /Invoice/cbc:IssueDate",
        ),
        (
            "2023-03-01",
            "2023-02-29",
            "UBL21-DATE line 7, column 3, /Invoice/cbc:IssueDate",
        ),
        (
            "12:00:00",
            "12:00",
            "UBL21-TIME line 8, column 3, /Invoice/cbc:IssueTime",
        ),
        (
            ">false<",
            ">nee<",
            "UBL21-INDICATOR line 6, column 3, /Invoice/cbc:CopyIndicator",
        ),
        (
            "<cbc:PayableAmount currencyID=\"EUR\">1.00",
            "<cbc:PayableAmount currencyID=\"EUR\">1,00",
            "UBL21-NUMBER line 14, column 5, /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount",
        ),
        (
            "<cbc:PayableAmount currencyID=\"EUR\">",
            "<cbc:PayableAmount>",
            "UBL21-ATTRIBUTE line 14, column 5, /Invoice/cac:LegalMonetaryTotal/cbc:PayableAmount/@currencyID",
        ),
        (
            "<cbc:Note>een",
            "<cbc:Note currencyID=\"EUR\">een",
            "UBL21-UNKNOWN-ATTRIBUTE line 9, column 3, /Invoice/cbc:Note[1]/@currencyID",
        ),
    ];
    for (from, to, expected) in cases {
        assert_eq!(found(&with(INVOICE, from, to)), [expected], "{from} as {to}");
    }
}

#[test]
fn numbers_days_and_times_are_those_of_xml_schema() {
    let number = |text: &str| {
        found(&with(
            INVOICE,
            "\"EUR\">1.00</cbc:PayableAmount",
            &format!("\"EUR\">{text}</cbc:PayableAmount"),
        ))
    };
    for right in [
        "1",
        "-1",
        "+1.5",
        ".5",
        "5.",
        " 7 ",
        "99999999999999999999999999999999.5",
    ] {
        assert_eq!(number(right), Vec::<String>::new(), "{right}");
    }
    for wrong in ["", ".", "-", "1e3", "1.000,00", "NaN", "1 000", "1.2.3"] {
        assert_eq!(number(wrong).len(), 1, "{wrong}");
    }
    let day = |text: &str| found(&with(INVOICE, "2023-03-01", text));
    for right in [
        "2024-02-29",
        "2023-01-01Z",
        "2023-01-01+01:00",
        "2023-01-01-14:00",
    ] {
        assert_eq!(day(right), Vec::<String>::new(), "{right}");
    }
    for wrong in [
        "2023-1-1",
        "20230301",
        "2023-03-01T00:00:00",
        "0000-01-01",
        "2023-01-01+14:01",
        "2023-13-01",
    ] {
        assert_eq!(day(wrong).len(), 1, "{wrong}");
    }
    let time = |text: &str| found(&with(INVOICE, "12:00:00", text));
    for right in ["00:00:00", "24:00:00", "23:59:59.999Z", "12:00:00+01:00"] {
        assert_eq!(time(right), Vec::<String>::new(), "{right}");
    }
    for wrong in ["24:00:01", "12:60:00", "12:00:00.", "1:00:00", "12:00:0a"] {
        assert_eq!(time(wrong).len(), 1, "{wrong}");
    }
}

#[test]
fn the_text_names_what_to_add_or_move() {
    let text = with(
        INVOICE,
        "<cbc:PayableAmount currencyID=\"EUR\">",
        "<cbc:PayableAmount>",
    );
    let text = with(&text, "<cac:Item/>", "<cac:Item/><cbc:Note>te laat</cbc:Note>");
    let verdict =
        rules::check_against(text.as_bytes(), &[RuleSet::Ubl21], &Limits::default()).expect("an invoice");
    let texts: Vec<_> = verdict
        .findings
        .iter()
        .map(|finding| finding.text(Language::English))
        .collect();
    assert_eq!(
        texts,
        [
            "Add the attribute currencyID: UBL 2.1 demands it here.",
            "Move cbc:Note up: UBL 2.1 has a fixed order, and an element before it belongs after it.",
        ]
    );
}

#[test]
fn the_structure_comes_first_and_refuses_whatever_the_other_rules_say() {
    let text = with(
        INVOICE,
        "<cbc:ID>F-1</cbc:ID>",
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID><cbc:ID>F-1</cbc:ID><cbc:Colour>rood</cbc:Colour>",
    );
    let verdict = rules::check(text.as_bytes(), &Limits::default()).expect("an invoice");
    assert_eq!(verdict.rule_sets, [RuleSet::Ubl21, RuleSet::En16931]);
    assert_eq!(verdict.findings[0].rule, "UBL21-ELEMENT");
    assert_eq!(verdict.outcome(), Outcome::Refused);
}

#[test]
fn a_document_of_nothing_but_flaws_is_given_up() {
    let limits = Limits {
        max_faults: 3,
        ..Limits::default()
    };
    let flaws = "<cbc:Colour/>".repeat(5);
    let text = with(INVOICE, "<cac:Item/>", &format!("<cac:Item>{flaws}</cac:Item>"));
    assert!(rules::check_against(text.as_bytes(), &[RuleSet::Ubl21], &limits).is_err());
}
