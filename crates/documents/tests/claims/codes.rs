//! Every fault code can occur, and its text is stable.

use std::collections::BTreeSet;

use subsidy_documents::{FaultCode, Kind};

use crate::samples::{CREDIT_NOTE, INVOICE, LISTS, list, reading, row_with, with};

/// For every code, a document that has it.
fn provocations() -> Vec<(FaultCode, String)> {
    use FaultCode as C;
    let invoice = |old: &str, new: &str| with(INVOICE, old, new);
    let row = |kind, column: &str, value: &str| list(kind, &[&row_with(kind, column, value)]);
    let charged = "<cac:AllowanceCharge><cbc:ChargeIndicator>true</cbc:ChargeIndicator><cbc:Amount currencyID=\"EUR\">1</cbc:Amount></cac:AllowanceCharge><cac:TaxTotal>";
    let (_, header, sample) = LISTS[0];
    vec![
        (C::MissingField, invoice("<cbc:ID>F-1</cbc:ID>", "")),
        (C::InvalidField, invoice(">380<", ">389<")),
        (
            C::RepeatedField,
            invoice("<cbc:ID>F-1</cbc:ID>", "<cbc:ID>F-1</cbc:ID><cbc:ID>F-1</cbc:ID>"),
        ),
        (
            C::ContradictingFields,
            row(Kind::Payees, "oin", "00000003412345670000"),
        ),
        (C::InvalidDate, row(Kind::ExamResults, "examendatum", "x")),
        (C::DateOrder, row(Kind::Tariffs, "tot", "01-01-2000")),
        (C::InvalidAmount, row(Kind::Tariffs, "bedrag", "x")),
        (C::NegativeAmount, row(Kind::Tariffs, "bedrag", "-1")),
        (C::InvalidNumber, row(Kind::ReferenceFigures, "aantal", "x")),
        (C::InvalidText, row(Kind::Payees, "naam", &"x".repeat(300))),
        (C::UnknownValue, row(Kind::ExamResults, "uitslag", "x")),
        (C::InvalidKvk, row(Kind::ChequesIssued, "leverancier", "x")),
        (C::InvalidOin, row(Kind::Payees, "oin", "x")),
        (C::InvalidParty, row(Kind::OfficerDecisions, "begunstigde", "x")),
        (C::InvalidBrin, row(Kind::Payees, "brin", "x")),
        (C::InvalidIban, row(Kind::Payees, "iban", "x")),
        (C::IbanChecksum, row(Kind::Payees, "iban", "NL00RABO0123456789")),
        (C::PartyScheme, invoice("0106", "0088")),
        (C::UnknownSpecification, invoice("nlcius:v1.0", "nlcius:v2.0")),
        (C::Currency, invoice(">EUR<", ">USD<")),
        (C::CreditNoRef, with(CREDIT_NOTE, "<ID>F-1</ID>", "")),
        (
            C::DuplicateLineId,
            invoice("<cbc:ID>2</cbc:ID>", "<cbc:ID>1</cbc:ID>"),
        ),
        (C::TotalMismatchLine, invoice(">33.35<", ">33.36<")),
        (
            C::TotalMismatchLines,
            invoice(">179.55</cbc:Line", ">179.56</cbc:Line"),
        ),
        (
            C::TotalMismatchAllowances,
            invoice("<cac:TaxTotal>", &charged.replace("true", "false")),
        ),
        (C::TotalMismatchCharges, invoice("<cac:TaxTotal>", charged)),
        (
            C::TotalMismatchExclusive,
            invoice(">179.55</cbc:TaxEx", ">179.56</cbc:TaxEx"),
        ),
        (
            C::TotalMismatchTaxable,
            invoice(">79.50</cbc:Taxable", ">79.51</cbc:Taxable"),
        ),
        (
            C::TotalMismatchTaxableSum,
            invoice(">79.50</cbc:Taxable", ">79.51</cbc:Taxable"),
        ),
        (
            C::TotalMismatchTax,
            invoice(">21.01</cbc:TaxAmount><cac", ">21.00</cbc:TaxAmount><cac"),
        ),
        (
            C::TotalMismatchTaxSum,
            invoice(">21.01</cbc:TaxAmount>\n", ">21.00</cbc:TaxAmount>\n"),
        ),
        (
            C::TotalMismatchInclusive,
            invoice(">200.56</cbc:TaxIn", ">200.57</cbc:TaxIn"),
        ),
        (
            C::TotalMismatchPayable,
            invoice(">200.56</cbc:Pay", ">200.57</cbc:Pay"),
        ),
        (C::FieldCount, list(Kind::ExamResults, &["x;y"])),
        (C::LineBreak, row(Kind::ExamResults, "examencode", "\"a\nb\"")),
        (C::UnknownColumn, format!("{header};x\n{sample};\n")),
        (
            C::MojibakeRepaired,
            row(Kind::ExamResults, "examenomschrijving", "√©"),
        ),
    ]
}

#[test]
fn every_code_can_occur() {
    // Shown in `encodings`, `workbooks`, `attachments`, `pdfs` and `statements`: these take files that are no text, two files, or
    // are no faults of reading.
    let mut seen = BTreeSet::from([
        FaultCode::ReadAsWindows1252,
        FaultCode::CellError,
        FaultCode::OtherSheets,
        FaultCode::HiddenRows,
        FaultCode::AttachmentEncoding,
        FaultCode::AttachmentUnreadable,
        FaultCode::AttachmentNotSearched,
        FaultCode::SeveralSpecifications,
        FaultCode::SpecificationDiffers,
        FaultCode::TotalMismatchStatement,
        FaultCode::TotalMismatchEntry,
    ]);
    for (code, text) in provocations() {
        let document = reading(&text).document;
        let codes: Vec<FaultCode> = document
            .faults()
            .iter()
            .chain(document.warnings())
            .map(|fault| fault.code)
            .collect();
        assert!(codes.contains(&code), "{code:?}: {codes:?}");
        seen.insert(code);
    }
    assert_eq!(seen, FaultCode::ALL.iter().copied().collect());
}

#[test]
fn codes_differ_and_are_written_in_capitals() {
    let codes: BTreeSet<&str> = FaultCode::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(codes.len(), FaultCode::ALL.len());
    assert!(codes.iter().all(|code| {
        code.bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    }));
    assert_eq!(
        FaultCode::ALL
            .iter()
            .filter(|code| code.is_total_mismatch())
            .count(),
        13
    );
}

#[test]
fn kinds_have_codes_that_differ() {
    let codes: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.as_str()).collect();
    assert_eq!(codes.len(), Kind::ALL.len());
}
