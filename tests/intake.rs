//! What a sender meets: good files are taken, bad ones say what to do, and what waits goes on by itself.

use jiff::civil::date;
use subsidy_domain::budget::Quantity;
use subsidy_domain::reason::Reason;
use subsidy_domain::view::BudgetLines;
use subsidyd::intake::{Became, FileReport, Refusal};

use crate::support::figures::rows;
use crate::support::fund::{BRIN, Fund, IBAN};
use crate::support::papers::{
    SCHOOL, credit_note, decision, exam, exam_tariff, exam_type, invoice, pass, payee, results, tariff, terms,
};

const MARCH: &str = "2023-03-15";

fn passed(result: &str, candidate: &str, code: &str) -> Vec<u8> {
    results(&[pass(result, candidate, code, MARCH, BRIN)])
}

fn codes(report: &FileReport) -> Vec<&'static str> {
    match &report.became {
        Became::Parked { reasons } => reasons.iter().map(Reason::code).collect(),
        Became::Quarantined { reason } => vec![reason.code()],
        Became::Refused { why } => vec![why.code()],
        Became::Taken | Became::Repeated | Became::KnownInvoice => Vec::new(),
    }
}

#[test]
fn broken_files_beside_good_ones_are_refused_with_what_to_do_and_leave_no_record() {
    let xml = invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]).xml();
    let good = [
        ("results.csv", passed("R-1", "K-1", "PA-1")),
        ("sound.xml", xml.clone()),
    ];
    let mut alone = Fund::open();
    alone.take(&good);

    let doctype = [b"<!DOCTYPE a [<!ENTITY b \"c\">]>".as_slice(), &xml].concat();
    let random: Vec<u8> = (0..4_000_u32)
        .map(|n| u8::try_from(n * 7_919 % 251).expect("a byte"))
        .collect();
    let broken = [
        ("truncated.xml", xml[..xml.len() / 2].to_vec()),
        ("random.bin", random),
        ("empty.csv", Vec::new()),
        ("document.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec()),
        ("doctype.xml", doctype),
        ("unknown.csv", b"kolom;andere\n1;2\n".to_vec()),
    ];
    let mut fund = Fund::open();
    let both: Vec<_> = good.iter().chain(&broken).cloned().collect();
    let summary = fund.take(&both);

    assert!(summary.has_findings());
    for file in &summary.files {
        let name = file.path.file_name().expect("a name").to_str().expect("text");
        if good.iter().any(|(good, _)| *good == name) {
            assert_eq!(file.became, Became::Taken, "{name}");
            continue;
        }
        let Became::Refused {
            why: Refusal::Unreadable(why),
        } = &file.became
        else {
            panic!("{name}: {:?}", file.became)
        };
        let text = why.to_string();
        assert!(text.len() > 20, "{name}: {text}");
    }
    assert_eq!(
        fund.ledger.head().expect("a head"),
        alone.ledger.head().expect("a head")
    );
    assert_eq!(fund.earns("F-1/1"), 12_350);
}

#[test]
fn an_invoice_whose_total_is_one_cent_off_is_parked_with_every_fault() {
    let mut fund = Fund::open();
    fund.send("results.csv", passed("R-1", "K-1", "PA-1"));
    let mut bill = invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]);
    bill.off_by = 1;
    let mut text = String::from_utf8(bill.xml()).expect("text");
    // A second fault, elsewhere: both are told at once.
    text = text.replace(&format!("<cbc:StartDate>{MARCH}"), "<cbc:StartDate>2023-02-30");
    let report = fund.send("off.xml", text);
    assert_eq!(codes(&report), ["TOTAL_MISMATCH", "RULES_BROKEN"]);
    let faults: Vec<&str> = report.faults.iter().map(|fault| fault.code.as_str()).collect();
    assert!(
        faults.iter().any(|code| code.starts_with("TOTAL_MISMATCH")),
        "{faults:?}"
    );
    assert!(faults.contains(&"INVALID_DATE"), "{faults:?}");
    assert!(
        report
            .faults
            .iter()
            .all(|fault| fault.to_string().contains("line ")),
        "{:?}",
        report.faults
    );

    // A sound one under the same number is received.
    bill.off_by = 0;
    assert_eq!(fund.send("sound.xml", bill.xml()).became, Became::Taken);
    assert_eq!(fund.stand("F-1/1"), "matched");
}

#[test]
fn the_same_bytes_under_another_name_are_known() {
    let mut fund = Fund::open();
    let bill = invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]).xml();
    fund.send("one.xml", bill.clone());
    let size = fund.size();
    assert_eq!(fund.send("another.xml", bill.clone()).became, Became::Repeated);
    let summary = fund.take(&[("a.xml", bill.clone()), ("b.xml", bill)]);
    assert!(summary.files.iter().all(|file| file.became == Became::Repeated));
    assert_eq!(fund.size(), size);
}

#[test]
fn the_same_invoice_in_other_bytes_is_known_and_presents_nothing() {
    let mut fund = Fund::open();
    fund.send("results.csv", passed("R-1", "K-1", "PA-1"));
    let bill = invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]).xml();
    fund.send("one.xml", bill.clone());
    let again = fund.send("again.xml", [bill.as_slice(), b"\n"].concat());
    assert_eq!((again.became, again.taken), (Became::KnownInvoice, 0));
    assert_eq!(fund.earns("F-1/1"), 12_350);
}

#[test]
fn a_number_used_again_for_another_amount_is_parked() {
    let mut fund = Fund::open();
    fund.send(
        "results.csv",
        results(&[
            pass("R-1", "K-1", "PA-1", MARCH, BRIN),
            pass("R-2", "K-2", "PA-1", MARCH, BRIN),
        ]),
    );
    let first = exam("PA-1", "K-1", "R-1", MARCH);
    fund.send("one.xml", invoice("F-1", [first.clone()]).xml());
    let two = invoice("F-1", [first, exam("PA-1", "K-2", "R-2", MARCH)]);
    assert_eq!(codes(&fund.send("two.xml", two.xml())), ["NUMBER_REUSED"]);
    // However the number is spelled.
    let mut spelled = two;
    spelled.number = " f-1";
    assert_eq!(codes(&fund.send("spelled.xml", spelled.xml())), ["NUMBER_REUSED"]);
}

#[test]
fn an_invoice_before_its_evidence_waits_and_goes_on() {
    let mut fund = Fund::open();
    fund.send(
        "invoice.xml",
        invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]).xml(),
    );
    assert_eq!(fund.stand("F-1/1"), "parked NO_EVIDENCE");
    fund.on(date(2023, 5, 9));
    let report = fund.send("results.csv", passed("R-1", "K-1", "PA-1"));
    assert_eq!(report.news.matched, 1);
    assert_eq!(
        (fund.stand("F-1/1").as_str(), fund.earns("F-1/1")),
        ("matched", 12_350)
    );
    assert_eq!(fund.line("F-1/1").decided_on, Some(date(2023, 5, 9)));
}

#[test]
fn an_invoice_before_terms_tariff_and_payee_waits_for_each_and_goes_on() {
    let mut fund = Fund::empty();
    fund.send(
        "invoice.xml",
        invoice("F-1", [exam("PA-1", "K-1", "R-1", MARCH)]).xml(),
    );
    assert_eq!(fund.stand("F-1/1"), "parked PAYEE_UNKNOWN");
    let steps = [
        (payee(SCHOOL, BRIN, IBAN), "parked NO_TERMS"),
        (terms("MBO_EXAM"), "parked UNKNOWN_TYPE"),
        (exam_type("PA-1", ""), "parked NO_EVIDENCE"),
        (passed("R-1", "K-1", "PA-1"), "parked NO_TARIFF"),
        (
            tariff("MBO_EXAM;A;2022;118,50;166,00;01-01-2022;31-12-2022;BB-2;01-12-2021;fixture;"),
            "parked NO_TARIFF",
        ),
        (exam_tariff(), "matched"),
    ];
    for (paper, stand) in steps {
        fund.send("paper.csv", paper);
        assert_eq!(fund.stand("F-1/1"), stand);
    }
    assert_eq!(fund.earns("F-1/1"), 12_350);
}

#[test]
fn an_unknown_exam_code_waits_until_it_is_made_known_as_another_name() {
    let mut fund = Fund::open();
    fund.send("results.csv", passed("R-1", "K-1", "OLD-1"));
    fund.send(
        "invoice.xml",
        invoice("F-1", [exam("OLD-1", "K-1", "R-1", MARCH)]).xml(),
    );
    assert_eq!(fund.stand("F-1/1"), "parked UNKNOWN_TYPE");
    fund.send("type.csv", exam_type("PA-1", "OLD-1"));
    assert_eq!(fund.stand("F-1/1"), "matched");
    // Under its own name it is the same exam, which is paid once.
    fund.send(
        "again.xml",
        invoice("F-2", [exam("PA-1", "K-1", "R-1", MARCH)]).xml(),
    );
    assert_eq!(fund.stand("F-2/1"), "rejected DUPLICATE_INVOICE");
}

#[test]
fn a_credit_note_before_its_invoice_waits_for_it() {
    let mut fund = Fund::open();
    fund.send("results.csv", passed("R-1", "K-1", "PA-1"));
    let line = exam("PA-1", "K-1", "R-1", MARCH);
    fund.send("credit.xml", credit_note("C-1", "F-1", line.clone()).xml());
    assert_eq!(fund.stand("C-1/1"), "parked CREDIT_NO_REF");
    fund.send("invoice.xml", invoice("F-1", [line.clone()]).xml());
    assert_eq!(fund.stand("C-1/1"), "settled");
    assert_ne!(fund.stand("F-1/1"), "matched");
    let lines = rows(&fund.ledger, BudgetLines);
    assert!(
        lines.values().all(|line| line.charged == Quantity::ZERO),
        "{lines:?}"
    );
    // What was credited can be asked for anew.
    fund.send("anew.xml", invoice("F-2", [line]).xml());
    assert_eq!(fund.stand("F-2/1"), "matched");
}

#[test]
fn an_officer_refuses_what_waits_and_nothing_else() {
    let mut fund = Fund::open();
    let lines = [
        exam("XX-9", "K-1", "R-1", MARCH),
        exam("PA-1", "K-2", "R-2", MARCH),
    ];
    fund.send("invoice.xml", invoice("F-1", lines).xml());
    let other = fund.send("other.csv", decision("F-1", "afwijzen", "LATE"));
    assert_eq!(
        (other.taken, other.refused_rows.len()),
        (0, 1),
        "it waits for another reason"
    );
    assert_eq!(fund.stand("F-1/1"), "parked UNKNOWN_TYPE");
    let unliftable = fund.send("allow.csv", decision("F-1", "toewijzen", "UNKNOWN_TYPE"));
    assert_eq!(
        unliftable.refused_rows.len(),
        1,
        "no officer can make a code known"
    );
    let refused = fund.send("refuse.csv", decision("F-1", "afwijzen", "UNKNOWN_TYPE"));
    assert_eq!((refused.taken, refused.refused_rows.len()), (1, 0));
    assert_eq!(fund.stand("F-1/1"), "rejected UNKNOWN_TYPE");
    assert_eq!(fund.stand("F-1/2"), "parked NO_EVIDENCE");
    let unknown = fund.send("unknown.csv", decision("F-9", "afwijzen", "UNKNOWN_TYPE"));
    assert_eq!(unknown.refused_rows.len(), 1);
    assert_eq!(unknown.refused_rows[0].code, "NO_SUCH_LINE");
}

#[test]
fn a_grant_that_comes_after_its_claim_is_no_commitment_any_more() {
    let mut fund = Fund::empty();
    let grants = "aanvraagnummer;regeling;versie;kandidaat;standaard;regio;jaar;aanvrager;aangevraagd_op;besluit;\
                  besloten_op;bedrag;vrijgevallen_op;vrijval;reden\n\
                  A-1;EVC;1;K-1;APK;;;90001111;2023-01-10;toegekend;2023-01-20;1.350,00;;;\n";
    let certificate = "certificaatnummer;kandidaat;standaard;afgegeven_op;aanbieder;erkend;in_dienst\n\
                       C-1;K-1;APK;2023-03-15;Aanbieder;ja;ja\n";
    let mut line = exam("", "K-1", "C-1", MARCH);
    line.item = "EVC/APK".to_owned();
    line.cents = 135_000;
    fund.take(&[
        ("terms.csv", terms("EVC")),
        (
            "tariff.csv",
            tariff("EVC;*;2023;1.350,-;;01-01-2023;;BB-2;01-12-2022;fixture;"),
        ),
        ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
        ("certificate.csv", certificate.into()),
        ("invoice.xml", invoice("F-1", [line]).xml()),
    ]);
    assert_eq!(fund.stand("F-1/1"), "matched");
    fund.send("grants.csv", grants);
    let line = rows(&fund.ledger, BudgetLines)
        .remove("2023:EVC")
        .expect("a line");
    assert_eq!(line.charged.units, 1);
    assert_eq!(
        line.committed,
        Quantity::ZERO,
        "what was claimed is no longer reserved"
    );
}

/// A fund of pilot days.
fn pilot() -> Fund {
    let mut fund = Fund::empty();
    let row = "RPT_PILOT;*;2023;260,00;260,00;01-01-2023;;BB-2;01-12-2022;fixture;";
    fund.take(&[
        ("terms.csv", terms("RPT_PILOT")),
        ("tariff.csv", tariff(row)),
        ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
    ]);
    fund
}

/// The attendance of a day of the package.
fn attended(day: &str) -> String {
    format!(
        "presentienummer;deelnemer;regeling;datum;deelbranche;niveau;soort_deelnemer;aanwezig;aansluitnummer;pakket\n\
         P-{day};K-1;RPT_PILOT;{day};personenauto;2;eerstejaars;ja;A-1;PK-1\n"
    )
}

/// The invoice of a day of the package.
fn asked(number: &'static str, day: &'static str) -> Vec<u8> {
    let mut line = exam("", "K-1", &format!("P-{day}"), day);
    line.item = "RPT_PILOT/PA".to_owned();
    line.cents = 26_000;
    invoice(number, [line]).xml()
}

const DAYS: [(&str, &str); 4] = [
    ("F-1", "2023-03-01"),
    ("F-2", "2023-03-08"),
    ("F-3", "2023-03-15"),
    ("F-4", "2023-03-22"),
];

#[test]
fn a_fourth_day_of_a_package_is_not_funded_when_its_invoice_comes_last() {
    let mut fund = pilot();
    for (number, day) in DAYS {
        fund.start_again();
        fund.send("attendance.csv", attended(day));
        fund.start_again();
        fund.send("invoice.xml", asked(number, day));
    }
    let stands = DAYS.map(|(number, _)| fund.stand(&format!("{number}/1")));
    assert_eq!(stands, ["matched", "matched", "matched", "rejected PACKAGE_FULL"]);
}

#[test]
fn a_fourth_day_of_a_package_is_not_funded_when_its_evidence_comes_last() {
    let mut fund = pilot();
    for (number, day) in DAYS {
        fund.start_again();
        fund.send("invoice.xml", asked(number, day));
        fund.start_again();
        fund.send("attendance.csv", attended(day));
    }
    let stands = DAYS.map(|(number, _)| fund.stand(&format!("{number}/1")));
    assert_eq!(stands, ["matched", "matched", "matched", "rejected PACKAGE_FULL"]);
}
