//! Codes and identifiers under Peppol BIS Billing 3: PEPPOL-EN16931-CL, -F and -P and PEPPOL-COMMON of release 2026.5.

use super::check_digits;
use super::code_lists::AMOUNT;
use super::codes::Codes;
use super::facts::Facts;
use super::peppol::{date, is_german, profile};
use super::rule::{Context, Rule, attribute_code, code, holds, on};
use super::tree::Node;

pub(super) const RULES: &[Rule] = &[
    attribute_code(
        "PEPPOL-EN16931-CL001",
        "BT-125",
        on("cbc:EmbeddedDocumentBinaryObject"),
        "mimeCode",
        Codes::MediaTypes,
    ),
    code(
        "PEPPOL-EN16931-CL002",
        "BT-98",
        reason_of(false),
        Codes::AllowanceReasons,
    ),
    code(
        "PEPPOL-EN16931-CL003",
        "BT-105",
        reason_of(true),
        Codes::ChargeReasons,
    ),
    code(
        "PEPPOL-EN16931-CL006",
        "BT-8",
        on("cac:InvoicePeriod/cbc:DescriptionCode"),
        Codes::TaxPoints,
    ),
    holds("PEPPOL-EN16931-CL007", "BT-5", AMOUNT, "", |amount, _| {
        amount
            .attribute("currencyID")
            .is_some_and(|code| code == "STN" || (code != "STD" && Codes::Currencies.contain(code)))
    }),
    attribute_code(
        "PEPPOL-EN16931-CL008",
        "BT-34",
        on("cbc:EndpointID"),
        "schemeID",
        Codes::PeppolEndpointSchemes,
    ),
    holds("PEPPOL-EN16931-F001", "BT-2", on("date"), "", |day, _| {
        const LENGTH: usize = 10;
        day.text().len() == LENGTH && date(day).is_some()
    }),
    holds(
        "PEPPOL-EN16931-P0100",
        "BT-3",
        on("cbc:InvoiceTypeCode"),
        "",
        |code, _| profile(code.root()) != Some("01") || Codes::PeppolInvoiceTypes.contain(&code.normalised()),
    ),
    holds(
        "PEPPOL-EN16931-P0101",
        "BT-3",
        on("cbc:CreditNoteTypeCode"),
        "",
        |code, _| {
            profile(code.root()) != Some("01") || Codes::PeppolCreditNoteTypes.contain(&code.normalised())
        },
    ),
    reason_belongs_to("PEPPOL-EN16931-P0104", |node, _| {
        is_reason(node, "VATEX-EU-G", "G")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0105", |node, _| {
        is_reason(node, "VATEX-EU-O", "O")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0106", |node, _| {
        is_reason(node, "VATEX-EU-IC", "K")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0107", |node, _| {
        is_reason(node, "VATEX-EU-AE", "AE")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0108", |node, _| {
        is_reason(node, "VATEX-EU-D", "E")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0109", |node, _| {
        is_reason(node, "VATEX-EU-F", "E")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0110", |node, _| {
        is_reason(node, "VATEX-EU-I", "E")
    }),
    reason_belongs_to("PEPPOL-EN16931-P0111", |node, _| {
        is_reason(node, "VATEX-EU-J", "E")
    }),
    holds(
        "PEPPOL-EN16931-P0112",
        "BT-3",
        on("cbc:InvoiceTypeCode"),
        "",
        |code, facts| !matches!(code.normalised().as_ref(), "326" | "384") || is_german(facts),
    ),
    identifier("PEPPOL-COMMON-R040", |id, _| {
        checks(id, "0088", check_digits::is_gln)
    }),
    identifier("PEPPOL-COMMON-R041", |id, _| {
        checks(id, "0192", check_digits::is_norwegian)
    }),
    identifier("PEPPOL-COMMON-R042", |id, _| {
        checks(id, "0184", check_digits::is_danish)
    }),
    identifier("PEPPOL-COMMON-R043", |id, _| {
        checks(id, "0208", check_digits::is_belgian)
    }),
    identifier("PEPPOL-COMMON-R044", |id, _| {
        checks(id, "0201", check_digits::is_italian_office)
    })
    .warning(),
    identifier("PEPPOL-COMMON-R045", |id, _| {
        checks(id, "0210", check_digits::is_italian_person)
    })
    .warning(),
    identifier("PEPPOL-COMMON-R046", |id, _| {
        id.name() != "cbc:EndpointID" || checks(id, "9907", check_digits::is_italian_person)
    })
    .warning(),
    identifier("PEPPOL-COMMON-R047", |id, _| {
        checks(id, "0211", check_digits::is_italian_vat)
    })
    .warning(),
    identifier("PEPPOL-COMMON-R049", |id, _| {
        checks(id, "0007", check_digits::is_swedish)
    }),
    identifier("PEPPOL-COMMON-R050", |id, _| {
        checks(id, "0151", check_digits::is_australian)
    }),
    identifier("PEPPOL-COMMON-R052", |id, _| {
        checks(id, "0096", |id| is_digits(id, 10))
    }),
    identifier("PEPPOL-COMMON-R053", |id, _| {
        checks(id, "0198", |id| {
            id.strip_prefix("DK").is_some_and(|number| is_digits(number, 8))
        })
    }),
    identifier("PEPPOL-COMMON-R054", |id, _| {
        checks(id, "0106", |id| is_digits(id, 8))
    })
    .warning(),
    identifier("PEPPOL-COMMON-R055", |id, _| {
        checks(id, "0190", |id| is_digits(id, 20))
    })
    .warning(),
    identifier("PEPPOL-COMMON-R056-1", |id, _| {
        checks(id, "9944", is_shaped_as_dutch_vat_number)
    })
    .warning(),
    holds(
        "PEPPOL-COMMON-R056-2",
        "BT-31",
        on("cac:PartyTaxScheme/cbc:CompanyID"),
        "",
        |id, _| {
            let of_vat = id
                .parent()
                .is_some_and(|scheme| scheme.value("cac:TaxScheme/cbc:ID") == "VAT");
            let number = id.normalised();
            !of_vat || !number.starts_with("NL") || is_shaped_as_dutch_vat_number(&number)
        },
    )
    .warning(),
    identifier("PEPPOL-COMMON-R057", |id, _| {
        checks(id, "0217", |id| is_digits(id, 12))
    })
    .warning(),
];

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Nine digits and two, as `NL123456789B01`; the check digits are no concern of Peppol.
fn is_shaped_as_dutch_vat_number(text: &str) -> bool {
    let parts = text.strip_prefix("NL").and_then(|number| number.split_once('B'));
    parts.is_some_and(|(number, suffix)| is_digits(number, 9) && is_digits(suffix, 2))
}

/// A reason for exemption that belongs to one VAT category.
const fn reason_belongs_to(id: &'static str, test: fn(Node<'_>, &Facts<'_>) -> bool) -> Rule {
    holds(
        id,
        "BT-121",
        on("cac:TaxCategory"),
        "cbc:TaxExemptionReasonCode",
        test,
    )
}

/// An identifier of a party whose scheme has a form or check digits.
const fn identifier(id: &'static str, test: fn(Node<'_>, &Facts<'_>) -> bool) -> Rule {
    const IDENTIFIER: Context = on("identifier").when(|id, _| {
        let of_party = || {
            id.parent()
                .is_some_and(|parent| parent.name() == "cac:PartyIdentification")
        };
        id.attribute("schemeID").is_some() && (id.name() != "cbc:ID" || of_party())
    });
    holds(id, "BT-29", IDENTIFIER, "", test)
}

const fn reason_of(charge: bool) -> Context {
    const REASON: &str = "cac:AllowanceCharge/cbc:AllowanceChargeReasonCode";
    if charge {
        on(REASON).when(|code, _| indicator(code) == "true")
    } else {
        on(REASON).when(|code, _| indicator(code) == "false")
    }
}

fn indicator(code: Node<'_>) -> &str {
    let charge = code
        .parent()
        .and_then(|charge| charge.first("cbc:ChargeIndicator"));
    charge.map_or("", Node::text)
}

fn is_reason(category: Node<'_>, reason: &str, code: &str) -> bool {
    category.value("cbc:TaxExemptionReasonCode").to_uppercase() != reason || category.value("cbc:ID") == code
}

fn checks(id: Node<'_>, scheme: &str, test: fn(&str) -> bool) -> bool {
    id.attribute("schemeID") != Some(scheme) || test(&id.normalised())
}
