//! What an invoice is held against before a line of it is judged: the published rules, and what they let through.

use jiff::civil::date;
use subsidy_domain::document::DocumentFault;
use subsidy_domain::invoice::{Conformance, InvoiceEvent};
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;
use subsidy_domain::view::Invoices;
use subsidyd::intake::{Became, FileReport};
use subsidyd::lang::Lang;
use subsidyd::projection::AsAt;
use subsidyd::report::{self, Lens};
use subsidyd::sheet::Format;

use crate::support::figures::rows;
use crate::support::fund::{BRIN, Fund, IBAN};
use crate::support::papers::{
    Bill, SCHOOL, credit_note, decision, exam, exam_tariff, exam_type, invoice, pass, payee, results, terms,
};

const MARCH: &str = "2023-03-15";
const OTHER_ACCOUNT: &str = "NL20INGB0001234567";

/// A fund with a pass `R-1` of the candidate `K-1`.
fn fund() -> Fund {
    let mut fund = Fund::open();
    fund.send("results.csv", results(&[pass("R-1", "K-1", "PA-1", MARCH, BRIN)]));
    fund
}

fn bill(number: &'static str) -> Bill {
    invoice(number, [exam("PA-1", "K-1", "R-1", MARCH)])
}

fn text(bill: &Bill) -> String {
    String::from_utf8(bill.xml()).expect("text")
}

fn with(bill: &Bill, old: &str, new: &str) -> String {
    let text = text(bill);
    assert!(text.contains(old), "{old} does not occur");
    text.replace(old, new)
}

fn reasons(report: &FileReport) -> Vec<Reason> {
    match &report.became {
        Became::Parked { reasons } => reasons.clone(),
        Became::Quarantined { reason } => vec![reason.clone()],
        Became::Taken | Became::Repeated | Became::KnownInvoice | Became::Refused { .. } => Vec::new(),
    }
}

fn codes(report: &FileReport) -> Vec<&'static str> {
    reasons(report).iter().map(Reason::code).collect()
}

/// What happened to invoices after a position.
fn happened(fund: &Fund, after: u64) -> Vec<InvoiceEvent> {
    let records = fund.records_after(after);
    records
        .iter()
        .filter_map(|record| serde_json::from_str(&record.payload).ok())
        .collect()
}

fn rule_sets(conformance: Option<&Conformance>) -> Vec<String> {
    let sets = &conformance.expect("it was judged").rule_sets;
    sets.iter()
        .map(|set| format!("{} {}", set.name, set.version))
        .collect()
}

#[test]
fn an_invoice_that_breaks_a_rule_is_parked_with_every_fault_of_both_in_order() {
    let mut fund = fund();
    let before = fund.size();
    let mut off = bill("F-1");
    off.off_by = 1;
    let report = fund.send(
        "off.xml",
        with(&off, "<cbc:BuyerReference>test</cbc:BuyerReference>", ""),
    );
    assert_eq!(codes(&report), ["TOTAL_MISMATCH", "RULES_BROKEN"]);
    let rules = vec!["BR-CO-15".to_owned(), "BR-NL-2".to_owned()];
    assert_eq!(reasons(&report)[1], Reason::RulesBroken { rules });

    let events = happened(&fund, before);
    let [
        InvoiceEvent::InvoiceParked {
            faults, conformance, ..
        },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let told: Vec<(&str, &str)> = faults.iter().map(named).collect();
    let expected = [
        ("BR-NL-2", "BT-10"),
        ("BR-CO-15", "BT-112"),
        ("TOTAL_MISMATCH_INCLUSIVE", "BT-112"),
    ];
    assert_eq!(told, expected);
    let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.column)).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(
        places
            .iter()
            .all(|(line, column)| line.is_some() && column.is_some())
    );
    assert_eq!(
        rule_sets(conformance.as_ref()),
        ["UBL 2.1", "EN 16931 1.3.16", "NLCIUS 2.0.3.13"]
    );
}

fn named(fault: &DocumentFault) -> (&str, &str) {
    (&fault.code, fault.field.as_deref().unwrap_or_default())
}

#[test]
fn a_warning_parks_nothing_and_is_kept_with_the_verdict() {
    let mut fund = fund();
    let before = fund.size();
    let warned = with(
        &bill("F-1"),
        "<cbc:PaymentMeansCode>",
        "<cbc:PaymentMeansCode name=\"naar keuze\">",
    );
    assert_eq!(fund.send("warned.xml", warned).became, Became::Taken);
    assert_eq!(fund.stand("F-1/1"), "matched");
    let events = happened(&fund, before);
    let [InvoiceEvent::InvoiceReceived { conformance, .. }] = events.as_slice() else {
        panic!("{events:?}")
    };
    assert_eq!(
        rule_sets(conformance.as_ref()),
        ["UBL 2.1", "EN 16931 1.3.16", "NLCIUS 2.0.3.13"]
    );
    let warnings = &conformance.as_ref().expect("judged").warnings;
    let told: Vec<(&str, &str)> = warnings.iter().map(named).collect();
    assert_eq!(told, [("BR-NL-29", "BT-82")]);
}

#[test]
fn an_invoice_under_rules_that_are_not_known_is_set_apart_once_and_not_lost() {
    let mut fund = fund();
    let named = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0";
    let next = with(&bill("F-1"), named, "urn:cen.eu:en16931:2026");
    let expected = Became::Quarantined {
        reason: Reason::UnknownSpecification {
            specification: "urn:cen.eu:en16931:2026".to_owned(),
        },
    };
    assert_eq!(fund.send("next.xml", next.clone()).became, expected);
    let size = fund.size();
    // Sent again it is looked at again: by then its rules may be known.
    assert_eq!(fund.send("again.xml", next).became, expected);
    assert_eq!(fund.size(), size);
    assert_eq!(fund.send("known.xml", bill("F-1").xml()).became, Became::Taken);
}

#[test]
fn an_amount_in_dollars_and_an_account_with_wrong_check_digits_have_their_own_reasons() {
    let mut fund = fund();
    let dollars = with(
        &bill("F-1"),
        "<cbc:PayableAmount currencyID=\"EUR\">",
        "<cbc:PayableAmount currencyID=\"USD\">",
    );
    assert_eq!(codes(&fund.send("dollars.xml", dollars)), ["CURRENCY"]);
    let mut wrong = bill("F-2");
    wrong.account = Some("NL33FIXT0090000001");
    assert_eq!(codes(&fund.send("wrong.xml", wrong.xml())), ["IBAN_CHECKSUM"]);
}

#[test]
fn an_invoice_with_another_account_waits_and_an_officer_who_called_back_lets_it_pass() {
    let mut fund = fund();
    let mut asked = bill("F-1");
    asked.account = Some(OTHER_ACCOUNT);
    assert_eq!(fund.send("asked.xml", asked.xml()).became, Became::Taken);
    assert_eq!(fund.stand("F-1/1"), "parked IBAN_CHANGED");
    fund.send("verified.csv", decision("F-1", "toewijzen", "IBAN_CHANGED"));
    assert_eq!(
        (fund.stand("F-1/1").as_str(), fund.earns("F-1/1")),
        ("matched", 12_350)
    );
}

#[test]
fn an_account_is_compared_with_the_register_also_when_the_payee_is_registered_later() {
    for (account, stands) in [(IBAN, "parked NO_TERMS"), (OTHER_ACCOUNT, "parked IBAN_CHANGED")] {
        let mut fund = Fund::empty();
        let mut asked = bill("F-1");
        asked.account = Some(account);
        fund.send("asked.xml", asked.xml());
        assert_eq!(fund.stand("F-1/1"), "parked PAYEE_UNKNOWN");
        fund.send("payee.csv", payee(SCHOOL, BRIN, IBAN));
        assert_eq!(fund.stand("F-1/1"), stands);
    }
}

#[test]
fn an_account_on_an_invoice_is_never_taken_over() {
    let mut fund = Fund::empty();
    let mut asked = bill("F-1");
    asked.account = Some(OTHER_ACCOUNT);
    fund.take(&[
        ("asked.xml", asked.xml()),
        ("terms.csv", terms("MBO_EXAM")),
        ("tariff.csv", exam_tariff()),
        ("type.csv", exam_type("PA-1", "")),
    ]);
    fund.send("payee.csv", payee(SCHOOL, BRIN, IBAN));
    let mut usual = bill("F-2");
    usual.account = Some(IBAN);
    fund.send("usual.xml", usual.xml());
    assert_eq!(fund.stand("F-2/1"), "parked NO_EVIDENCE");
}

#[test]
fn an_invoice_of_after_the_day_of_receipt_is_parked() {
    let mut fund = fund();
    fund.on(date(2023, 5, 1));
    let received_on = date(2023, 5, 1);
    let mut dated = bill("F-1");
    dated.issued = "2023-05-02";
    let report = fund.send("dated.xml", dated.xml());
    let day_after = date(2023, 5, 2);
    let expected = Reason::FutureDate {
        date: day_after,
        received_on,
    };
    // Also when it tells of a performance, or of VAT that is due, on a later day.
    let performed = with(&bill("F-2"), MARCH, "2023-05-02");
    let due = with(
        &bill("F-3"),
        "<cbc:DocumentCurrencyCode>",
        "<cbc:TaxPointDate>2023-05-02</cbc:TaxPointDate><cbc:DocumentCurrencyCode>",
    );
    let others = [fund.send("performed.xml", performed), fund.send("due.xml", due)];
    for report in [report].iter().chain(&others) {
        assert_eq!(reasons(report), std::slice::from_ref(&expected));
    }
    dated.issued = "2023-05-01";
    assert_eq!(fund.send("that-day.xml", dated.xml()).became, Became::Taken);
}

#[test]
fn credit_notes_together_take_back_no_more_than_their_invoice() {
    let mut fund = fund();
    let line = exam("PA-1", "K-1", "R-1", MARCH);
    fund.send("invoice.xml", bill("F-1").xml());
    let mut part = credit_note("C-1", "F-1", line.clone());
    part.lines[0].cents = 10_000;
    assert_eq!(fund.send("part.xml", part.xml()).became, Became::Taken);
    let mut rest = credit_note("C-2", "F-1", line);
    rest.lines[0].cents = 2_351;
    let report = fund.send("too-much.xml", rest.xml());
    assert_eq!(codes(&report), ["CREDIT_TOO_LARGE"]);
    rest.lines[0].cents = 2_350;
    assert_eq!(fund.send("rest.xml", rest.xml()).became, Became::Taken);
    assert_eq!(fund.stand("C-2/1"), "settled");
}

#[test]
fn the_register_shows_what_of_an_invoice_was_credited_by_which_notes_and_what_is_left() {
    let mut fund = fund();
    let line = exam("PA-1", "K-1", "R-1", MARCH);
    fund.send("invoice.xml", bill("F-1").xml());
    for (number, cents) in [("C-1", 10_000), ("C-2", 350)] {
        let mut note = credit_note(number, "F-1", line.clone());
        note.lines[0].cents = cents;
        assert_eq!(fund.send("note.xml", note.xml()).became, Became::Taken);
    }
    let rows = rows(&fund.ledger, Invoices);
    let row = &rows[&format!("kvk:{SCHOOL}/F-1")];
    let notes: Vec<_> = row
        .credits
        .values()
        .map(|note| (note.number.as_str(), note.total.cents()))
        .collect();
    assert_eq!(notes, [("C-1", 10_000), ("C-2", 350)]);
    assert_eq!(row.left(), Some(Euro::from_cents(12_350 - 10_350)));

    let lens = Lens {
        ledger: &fund.ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    };
    let shown = |of: Option<&str>| {
        let sheet = report::invoices(lens, of).expect("a report");
        let mut text = Vec::new();
        sheet.write(Format::Csv, Lang::En, &mut text).expect("written");
        String::from_utf8(text).expect("text")
    };
    let csv = shown(Some("f-1"));
    assert!(csv.contains("123.50,103.50,20.00"), "{csv}");
    assert!(csv.contains("C-1") && csv.contains("C-2"), "{csv}");
    assert!(!shown(Some("F-2")).contains("F-1"));
}

#[test]
fn a_credit_note_gives_the_date_of_its_invoice_or_none() {
    let mut fund = fund();
    fund.send("invoice.xml", bill("F-1").xml());
    let note = credit_note("C-1", "F-1", exam("PA-1", "K-1", "R-1", MARCH));
    let dated = |day: &str| {
        let end = "</cbc:ID></cac:InvoiceDocumentReference>";
        let date = format!("</cbc:ID><cbc:IssueDate>{day}</cbc:IssueDate></cac:InvoiceDocumentReference>");
        with(&note, end, &date)
    };
    let report = fund.send("other.xml", dated("2023-03-30"));
    assert_eq!(codes(&report), ["CREDIT_OTHER_DATE"]);
    let report = fund.send("right.xml", dated(bill("F-1").issued));
    assert_eq!(report.became, Became::Taken);
}

#[test]
fn an_invoice_whose_lines_do_not_say_what_they_are_for_is_received_and_waits_for_that() {
    let mut fund = fund();
    let before = fund.size();
    let item =
        "<cac:SellersItemIdentification><cbc:ID>MBO_EXAM/PA-1</cbc:ID></cac:SellersItemIdentification>";
    let report = fund.send("bare.xml", with(&bill("F-1"), item, ""));
    assert_eq!(codes(&report), ["NOT_IDENTIFIED"]);
    let events = happened(&fund, before);
    let [
        InvoiceEvent::InvoiceReceived { .. },
        InvoiceEvent::InvoiceParked { faults, .. },
    ] = events.as_slice()
    else {
        panic!("{events:?}")
    };
    let told: Vec<(&str, &str)> = faults.iter().map(named).collect();
    assert_eq!(told, [("NOT_IDENTIFIED", "BT-155")]);
    // Its number is taken: with other amounts it is another invoice.
    let mut other = bill("F-1");
    other.lines[0].cents = 12_400;
    assert_eq!(codes(&fund.send("other.xml", other.xml())), ["NUMBER_REUSED"]);
    assert_eq!(fund.send("whole.xml", bill("F-1").xml()).became, Became::Taken);
    assert_eq!(fund.stand("F-1/1"), "matched");
    let again = fund.send("again.xml", [bill("F-1").xml(), b"\n".to_vec()].concat());
    assert_eq!(again.became, Became::KnownInvoice);
}
