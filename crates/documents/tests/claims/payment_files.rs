//! Files with payments: what is written, and what is said of those that others write.

use subsidy_documents::payment_file::{
    BatchDraft, PaymentFile, PaymentFileDraft, PaymentRule, RemittanceDraft, TransferDraft, check,
};
use subsidy_documents::rules::Severity;
use subsidy_documents::{Amount, Kind, Language, Limits, PersonalText};

use crate::bank_samples::PAYMENTS;
use crate::samples::{reading, with};

fn transfer(end_to_end: &str, cents: i64) -> TransferDraft {
    TransferDraft {
        end_to_end: end_to_end.to_owned(),
        instruction: None,
        amount: Amount::from_cents(cents),
        creditor_name: PersonalText::new("ROC Voorbeeld"),
        creditor_iban: PersonalText::new("NL44 RABO 0123 4567 89"),
        remittance: RemittanceDraft::Text(PersonalText::new("Factuur 1")),
    }
}

fn draft(transfers: Vec<TransferDraft>) -> PaymentFileDraft {
    PaymentFileDraft {
        message_id: "F-1".to_owned(),
        created: jiff::civil::date(2026, 11, 22).at(10, 0, 0, 0),
        initiating_party: "Stichting Fonds".to_owned(),
        batches: vec![BatchDraft {
            payment_information: "P-1".to_owned(),
            execution_date: jiff::civil::date(2026, 11, 24),
            debtor_name: "Stichting Fonds".to_owned(),
            debtor_iban: "NL91ABNA0417164300".to_owned(),
            debtor_bic: None,
            is_booked_as_batch: true,
            transfers,
        }],
    }
}

fn written(draft: PaymentFileDraft) -> String {
    let file = PaymentFile::new(draft).expect("a file");
    let mut bytes = Vec::new();
    file.write(&mut bytes).expect("memory");
    String::from_utf8(bytes).expect("a text")
}

/// The faults of a transfer that is changed.
fn refused(change: impl FnOnce(&mut TransferDraft)) -> Vec<String> {
    let mut own = transfer("E-1", 12_50);
    change(&mut own);
    let faults = PaymentFile::new(draft(vec![own])).expect_err("faults");
    faults.iter().map(ToString::to_string).collect()
}

/// The name as it is written.
fn name_of(name: &str) -> String {
    let mut own = transfer("E-1", 1);
    own.creditor_name = PersonalText::new(name);
    let text = written(draft(vec![own]));
    let (_, after) = text.split_once("<Cdtr><Nm>").expect("a name");
    after.split_once('<').expect("its end").0.to_owned()
}

/// The rules that the sample breaks with one thing changed.
fn broken(old: &str, new: &str) -> Vec<&'static str> {
    let verdict = check(with(PAYMENTS, old, new).as_bytes(), &Limits::default()).expect("a verdict");
    verdict.findings.iter().map(|finding| finding.rule.id()).collect()
}

#[test]
fn what_is_written_is_what_was_said() {
    let text = written(draft(vec![transfer("E-1", 12_50), transfer("E-2", 1)]));
    assert!(text.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.001.001.09\">\n\
         <CstmrCdtTrfInitn>\n<GrpHdr><MsgId>F-1</MsgId><CreDtTm>2026-11-22T10:00:00</CreDtTm><NbOfTxs>2</NbOfTxs>\
         <CtrlSum>12.51</CtrlSum><InitgPty><Nm>Stichting Fonds</Nm></InitgPty></GrpHdr>\n<PmtInf>\n<PmtInfId>P-1</PmtInfId>"
    ));
    assert!(text.contains(
        "<CdtTrfTxInf><PmtId><EndToEndId>E-2</EndToEndId></PmtId><Amt><InstdAmt Ccy=\"EUR\">0.01</InstdAmt></Amt>\
         <Cdtr><Nm>ROC Voorbeeld</Nm></Cdtr><CdtrAcct><Id><IBAN>NL44RABO0123456789</IBAN></Id></CdtrAcct>\
         <RmtInf><Ustrd>Factuur 1</Ustrd></RmtInf></CdtTrfTxInf>\n"
    ));
    assert!(!text.contains("PstlAdr"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let one = || written(draft(vec![transfer("E-1", 12_50)]));
    assert_eq!(one(), one());
}

#[test]
fn what_is_written_passes_the_check() {
    let mut own = transfer("E-1", 99_999_999_999);
    own.remittance = RemittanceDraft::Reference(PersonalText::new("RF18 5390 0754 7034"));
    own.instruction = Some("I-1".to_owned());
    let mut other = transfer("E-2", 1);
    other.remittance = RemittanceDraft::None;
    let mut draft = draft(vec![own, other]);
    draft.batches[0].debtor_bic = Some("ABNANL2A".to_owned());
    let verdict = check(written(draft).as_bytes(), &Limits::default()).expect("a verdict");
    assert_eq!(verdict.findings, []);
    assert_eq!((verdict.message_id.as_str(), verdict.transfers), ("F-1", 2));
}

#[test]
fn names_are_put_into_sepa_characters() {
    assert_eq!(name_of("Café Groß & Zn."), "Cafe Gross + Zn.");
    assert_eq!(name_of("Łukasz\u{301} \u{a0} Øster_gård"), "Lukasz Oster-gard");
    assert_eq!(name_of("“Ĳssel” €5 [x]; 100%!"), "'IJssel' EUR5 (x), 100..");
    assert_eq!(name_of("<script>"), "(script)");
}

#[test]
fn a_name_in_other_letters_is_refused() {
    let faults = refused(|own| own.creditor_name = PersonalText::new("Иван"));
    assert_eq!(faults, ["batch 1, transfer 1, Cdtr/Nm: SCT-CHARSET"]);
    let faults = refused(|own| own.creditor_name = PersonalText::new("&%!"));
    assert_eq!(faults, ["batch 1, transfer 1, Cdtr/Nm: SCT-CHARSET"]);
}

#[test]
fn a_length_counts_as_it_is_written() {
    assert_eq!(name_of(&"x".repeat(70)).len(), 70);
    let faults = refused(|own| own.creditor_name = PersonalText::new("x".repeat(71)));
    assert_eq!(faults, ["batch 1, transfer 1, Cdtr/Nm: SCT-NAME"]);
    let faults =
        refused(|own| own.creditor_name = PersonalText::new(["x".repeat(69), "ß".to_owned()].concat()));
    assert_eq!(faults, ["batch 1, transfer 1, Cdtr/Nm: SCT-NAME"]);
    let faults = refused(|own| own.remittance = RemittanceDraft::Text(PersonalText::new("x".repeat(141))));
    assert_eq!(faults, ["batch 1, transfer 1, RmtInf/Ustrd: SCT-REMITTANCE"]);
}

#[test]
fn every_fault_is_told_at_once() {
    let mut first = transfer("/E-1", 0);
    first.creditor_iban = PersonalText::new("NL45RABO0123456789");
    first.remittance = RemittanceDraft::Reference(PersonalText::new("RF19539007547034"));
    let mut draft = draft(vec![first, transfer("E-2", 1), transfer("E-2", 100_000_000_000)]);
    draft.message_id = "x".repeat(36);
    draft.batches[0].debtor_bic = Some("ABNANL2".to_owned());
    draft.batches.push(BatchDraft {
        transfers: Vec::new(),
        ..draft.batches[0].clone()
    });
    let faults = PaymentFile::new(draft).expect_err("faults");
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        faults,
        [
            "GrpHdr/MsgId: SCT-ID-LENGTH",
            "batch 1, DbtrAgt/FinInstnId/BICFI: SCT-BIC",
            "batch 1, transfer 1, PmtId/EndToEndId: SCT-ID-SLASH",
            "batch 1, transfer 1, Amt/InstdAmt: SCT-AMOUNT",
            "batch 1, transfer 1, CdtrAcct/Id/IBAN: SCT-IBAN",
            "batch 1, transfer 1, RmtInf/Strd/CdtrRefInf/Ref: SCT-REFERENCE",
            "batch 1, transfer 3, PmtId/EndToEndId: SCT-UNIQUE",
            "batch 1, transfer 3, Amt/InstdAmt: SCT-AMOUNT",
            "batch 2, PmtInfId: SCT-UNIQUE",
            "batch 2, DbtrAgt/FinInstnId/BICFI: SCT-BIC",
            "batch 2, CdtTrfTxInf: SCT-MISSING",
        ]
    );
}

#[test]
fn an_account_outside_the_economic_area_asks_for_an_address_that_is_not_written() {
    let faults = refused(|own| own.creditor_iban = PersonalText::new("GB33BUKB20201555555555"));
    assert_eq!(faults, ["batch 1, transfer 1, CdtrAcct/Id/IBAN: SCT-COUNTRY"]);
}

#[test]
fn a_file_without_batches_is_refused() {
    let empty = PaymentFileDraft {
        batches: Vec::new(),
        ..draft(Vec::new())
    };
    let faults = PaymentFile::new(empty).expect_err("faults");
    assert_eq!(faults[0].to_string(), "PmtInf: SCT-MISSING");
}

#[test]
fn debug_output_shows_no_payee() {
    let draft = draft(vec![transfer("E-1", 1)]);
    let shown = format!("{draft:?} {:?}", PaymentFile::new(draft.clone()));
    for personal in ["ROC", "RABO", "Factuur"] {
        assert!(!shown.contains(personal), "{personal} is shown");
    }
}

#[test]
fn each_rule_is_broken_by_the_change_that_breaks_it_and_no_other() {
    let xml = "<Ustrd>Factuur 1</Ustrd>";
    let strd = |reference: &str| {
        format!(
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>{reference}</Ref></CdtrRefInf></Strd>"
        )
    };
    let cases: Vec<(&str, String, &[&str])> = vec![
        ("ROC Voorbeeld", "ROC Voorbeeld".to_owned(), &[]),
        ("<PmtMtd>TRF</PmtMtd>", String::new(), &["SCT-MISSING"]),
        ("<PmtMtd>TRF</PmtMtd>", "<PmtMtd/>".to_owned(), &["SCT-MISSING"]),
        ("<PmtMtd>TRF", "<PmtMtd>CHK".to_owned(), &["SCT-METHOD"]),
        (
            "<ChrgBr>SLEV</ChrgBr>",
            "<ChrgBr>SLEV</ChrgBr><ChrgBr>SLEV</ChrgBr>".to_owned(),
            &["SCT-REPEATED"],
        ),
        ("<ChrgBr>SLEV", "<ChrgBr>DEBT".to_owned(), &["SCT-CHARGES"]),
        ("<Cd>SEPA<", "<Cd>URGP<".to_owned(), &["SCT-SERVICE"]),
        ("2026-11-22T10:00:00", "22-11-2026".to_owned(), &["SCT-CREATED"]),
        ("<Dt>2026-11-24", "<Dt>2026-11-31".to_owned(), &["SCT-DATE"]),
        (
            "<PmtId><End",
            "<PmtId><Foo>x</Foo><End".to_owned(),
            &["SCT-ELEMENT"],
        ),
        (
            "<PmtInfId>P-1</PmtInfId><PmtMtd>TRF</PmtMtd>",
            "<PmtMtd>TRF</PmtMtd><PmtInfId>P-1</PmtInfId>".to_owned(),
            &["SCT-ORDER"],
        ),
        ("NL44RABO", "GB33BUKB20201555555555".to_owned(), &["SCT-IBAN"]),
        (
            "NL44RABO0123456789",
            "GB33BUKB20201555555555".to_owned(),
            &["SCT-COUNTRY"],
        ),
        ("NOTPROVIDED", "ONBEKEND".to_owned(), &["SCT-BIC"]),
        (
            ">12.50</InstdAmt>",
            ">1250</InstdAmt>".to_owned(),
            &["SCT-CTRLSUM", "SCT-CTRLSUM"],
        ),
        (
            ">12.50</InstdAmt>",
            ">12,50</InstdAmt>".to_owned(),
            &["SCT-CENTS"],
        ),
        (xml, [xml, xml].concat(), &["SCT-REMITTANCE"]),
        (xml, strd("RF18539007547034"), &[]),
        (xml, strd("RF19539007547034"), &["SCT-REFERENCE"]),
        (
            "<Nm>ROC Voorbeeld</Nm>",
            "<PstlAdr><TwnNm>Ede</TwnNm><Ctry>NL</Ctry></PstlAdr>".to_owned(),
            &["SCT-MISSING"],
        ),
        ("Factuur 1", "Factuur é".to_owned(), &["SCT-CHARSET"]),
    ];
    for (old, new, rules) in cases {
        assert_eq!(broken(old, &new), rules, "{old} to {new}");
    }
}

#[test]
fn a_finding_tells_figures_and_what_to_change_in_both_languages() {
    let text = with(
        PAYMENTS,
        "<CtrlSum>12.50</CtrlSum><InitgPty>",
        "<CtrlSum>12.51</CtrlSum><InitgPty>",
    );
    let verdict = check(text.as_bytes(), &Limits::default()).expect("a verdict");
    let finding = &verdict.findings[0];
    assert_eq!(
        finding.place.to_string(),
        "line 2, column 85, /Document/CstmrCdtTrfInitn/GrpHdr/CtrlSum"
    );
    assert_eq!(finding.found.as_deref(), Some("12.51"));
    assert_eq!(finding.expected.as_deref(), Some("12.50"));
    assert!(
        finding
            .text(Language::Dutch)
            .starts_with("Maak het controletotaal")
    );
    assert!(!verdict.is_accepted());
}

#[test]
fn every_rule_has_a_text_in_both_languages() {
    for rule in PaymentRule::ALL {
        for language in Language::ALL {
            assert!(rule.text(language).ends_with(['.', '+']), "{rule}");
        }
    }
    let texts = include_str!("../../data/texts/payments.txt");
    let told = texts.lines().filter(|line| line.starts_with("SCT-")).count();
    assert_eq!(told, PaymentRule::ALL.len());
}

#[test]
fn the_older_version_is_judged_by_its_own_structure_and_warned_of() {
    let older = PAYMENTS
        .replace("pain.001.001.09", "pain.001.001.03")
        .replace("<ReqdExctnDt><Dt>2026-11-24</Dt>", "<ReqdExctnDt>2026-11-24")
        .replace("<Othr><Id>NOTPROVIDED</Id></Othr>", "<BIC>ABNANL2A</BIC>");
    let verdict = check(older.as_bytes(), &Limits::default()).expect("a verdict");
    let rules: Vec<PaymentRule> = verdict.findings.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [PaymentRule::Version]);
    assert_eq!(PaymentRule::Version.severity(), Severity::Warning);
    assert!(verdict.is_accepted());
}

#[test]
fn a_citizen_service_number_in_a_description_is_found() {
    let text = with(PAYMENTS, "Factuur 1", "BSN 111222333");
    assert_eq!(reading(&text).personal_data.len(), 1);
    assert_eq!(reading(&text).document.kind(), Kind::PaymentFile);
}
