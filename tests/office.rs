//! What befalls the money of a small fund, told in papers: every figure to the cent.

use jiff::civil::date;
use subsidy_domain::bank::EntryFate;
use subsidy_domain::budget::Quantity;
use subsidy_domain::money::Euro;
use subsidy_domain::payment::OrderState;
use subsidy_domain::reason::Reason;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Bank, BankRow, Basis, Payables, Payees};
use subsidyd::intake::Became;

use crate::support::figures::{realised, rows};
use crate::support::fund::{IBAN, holds};
use crate::support::office::{Booking, EXAM, OWN, Office, refusals, taken};

const FIRST: &str = "2023-0001-90001111";
const SECOND: &str = "2023-0002-90001111";
const THIRD: &str = "2023-0003-90001111";

/// What is paid and stands of the exams of the year.
fn paid(office: &Office) -> Quantity {
    realised(&office.fund.ledger, Basis::Payment, 2023, SchemeCode::MboExam)
}

fn exams(units: i64) -> Quantity {
    Quantity::new(units, Euro::from_cents(units * EXAM))
}

/// An office of which the exam of the first learner is paid.
fn paid_one() -> Office {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    office.run("2023-0001");
    taken(&office.banked(&[Booking::Out(FIRST, EXAM)]));
    assert_eq!(office.fund.stand("F-1/1"), "paid");
    office
}

/// The fates of the transactions of the bank, in their order.
fn fates(office: &Office) -> Vec<EntryFate> {
    let rows = rows(&office.fund.ledger, Bank).into_values();
    rows.filter_map(|row| match row {
        BankRow::Transaction { fate, .. } => fate,
        BankRow::Statement { .. } => None,
    })
    .collect()
}

fn is_blocked(office: &Office) -> bool {
    let mut payees = rows(&office.fund.ledger, Payees).into_values();
    payees.any(|row| row.blocked.is_some())
}

#[test]
fn e14_an_invoice_is_paid_in_part_and_each_refused_euro_has_a_reason() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1, 2, 3]);
    taken(&office.rules("officer-1", "F-1", "1", "deels", "100,00"));
    taken(&office.rules("officer-1", "F-1", "2", "afwijzen", ""));
    assert_eq!(
        refusals(&office.rules("officer-1", "F-1", "1", "akkoord", "")),
        ["SELF_APPROVAL"],
        "who cut a line does not approve it"
    );
    office.approved("F-1");
    office.run("2023-0001");
    assert_eq!(office.order(FIRST), (OrderState::Placed, 10_000 + EXAM));
    taken(&office.banked(&[Booking::Out(FIRST, 10_000 + EXAM)]));
    let stands = ["1", "2", "3"].map(|line| office.fund.stand(&format!("F-1/{line}")));
    assert_eq!(stands, ["paid", "reversed REFUSED", "paid"]);
    assert_eq!(paid(&office), Quantity::new(2, Euro::from_cents(10_000 + EXAM)));
    assert_eq!(office.moved(), -10_000 - EXAM);
}

#[test]
fn e30_whoever_handed_an_invoice_in_does_not_approve_it() {
    let mut office = Office::open();
    office.fund.handed_in_by(Some("approver-1"));
    office.invoiced("F-1", &[1]);
    assert_eq!(
        refusals(&office.rules("approver-1", "F-1", "1", "akkoord", "")),
        ["SELF_APPROVAL"]
    );
    office.fund.handed_in_by(None);
    office.invoiced("F-2", &[2]);
    taken(&office.rules("approver-1", "F-2", "1", "akkoord", ""));
    for by in ["approver-2", "approver-3"] {
        taken(&office.rules(by, "F-1", "1", "akkoord", ""));
    }
    assert_eq!(office.fund.stand("F-1/1"), "approved");
}

#[test]
fn what_is_sent_back_to_be_corrected_is_paid_on_a_new_invoice_and_once() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    taken(&office.rules("officer-1", "F-1", "", "terugsturen", ""));
    office.invoiced("F-2", &[1]);
    office.approved("F-2");
    office.run("2023-0001");
    taken(&office.banked(&[Booking::Out(FIRST, EXAM)]));
    assert_eq!(office.fund.stand("F-1/1"), "reversed TO_BE_CORRECTED");
    assert_eq!(office.fund.stand("F-2/1"), "paid");
    assert_eq!(paid(&office), exams(1));
}

#[test]
fn what_is_held_is_neither_approved_nor_paid_until_it_is_resumed() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    taken(&office.rules("officer-1", "F-1", "1", "aanhouden", ""));
    assert_eq!(
        refusals(&office.rules("approver-1", "F-1", "", "akkoord", "")),
        ["WRONG_STATE"]
    );
    taken(&office.rules("officer-1", "F-1", "1", "hervatten", ""));
    office.approved("F-1");
    taken(&office.rules("officer-1", "F-1", "1", "aanhouden", ""));
    assert_eq!(
        refusals(&office.batch("2023-0001", "voorstel", "payer-1")),
        ["NOTHING_TO_PAY"]
    );
    office.next_day();
    taken(&office.rules("officer-1", "F-1", "1", "hervatten", ""));
    office.run("2023-0001");
    assert_eq!(office.order(FIRST), (OrderState::Placed, EXAM));
}

#[test]
fn e17_a_payment_that_comes_back_is_paid_once_more_and_to_a_verified_account() {
    comes_back_and_goes_out_once_more(Office::open());
}

/// A payment comes back, its payee is blocked, and it is paid once two have verified the account.
pub(crate) fn comes_back_and_goes_out_once_more(mut office: Office) {
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    office.run("2023-0001");
    taken(&office.banked(&[Booking::Out(FIRST, EXAM)]));
    office.next_day();
    taken(&office.banked(&[Booking::Back(FIRST, EXAM, "AC04")]));
    assert_eq!(office.order(FIRST), (OrderState::Failed, EXAM));
    assert_eq!(office.fund.stand("F-1/1"), "approved");
    assert_eq!((paid(&office), office.moved()), (Quantity::ZERO, 0));
    assert!(is_blocked(&office));
    assert_eq!(
        refusals(&office.batch("2023-0002", "voorstel", "payer-1")),
        ["NOTHING_TO_PAY"]
    );
    office.next_day();
    office.account_verified();
    assert!(!is_blocked(&office));
    office.run("2023-0002");
    taken(&office.banked(&[Booking::Out(SECOND, EXAM)]));
    assert_eq!(office.fund.stand("F-1/1"), "paid");
    assert_eq!((paid(&office), office.moved()), (exams(1), -EXAM));
}

#[test]
fn what_the_bank_refuses_is_paid_once_the_account_was_verified() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1, 2]);
    office.approved("F-1");
    office.run("2023-0001");
    taken(&office.refused_by_bank("2023-0001", FIRST, "AC01"));
    assert_eq!(office.order(FIRST), (OrderState::Failed, 2 * EXAM));
    assert!(is_blocked(&office));
    office.next_day();
    office.account_verified();
    office.run("2023-0002");
    taken(&office.banked(&[Booking::Out(SECOND, 2 * EXAM)]));
    assert_eq!(
        refusals(&office.refused_by_bank("2023-0001", THIRD, "AC01")),
        ["NO_SUCH_ORDER"]
    );
    assert_eq!((paid(&office), office.moved()), (exams(2), -2 * EXAM));
}

#[test]
fn e23_what_is_held_back_is_owed_again_when_its_order_fails_and_is_held_back_once() {
    let mut office = paid_one();
    office.revoked(1);
    assert_eq!((office.owed("F-1/1"), paid(&office)), (EXAM, Quantity::ZERO));
    taken(&office.asks_back("TV-1", "F-1", "verrekenen", ""));
    office.next_day();
    office.invoiced("F-2", &[2, 3]);
    office.approved("F-2");
    office.run("2023-0002");
    assert_eq!(
        office.order(SECOND),
        (OrderState::Placed, EXAM),
        "two exams less the one held back"
    );
    assert_eq!(office.owed("F-1/1"), 0);
    taken(&office.refused_by_bank("2023-0002", SECOND, "AC04"));
    assert_eq!(office.owed("F-1/1"), EXAM);
    assert_eq!(office.fund.stand("F-2/1"), "approved");
    office.next_day();
    office.account_verified();
    office.run("2023-0003");
    assert_eq!(office.order(THIRD), (OrderState::Placed, EXAM));
    taken(&office.banked(&[Booking::Out(THIRD, EXAM)]));
    assert_eq!(office.owed("F-1/1"), 0);
    // Two exams stand for which one was paid with the first order and one with the third.
    assert_eq!((paid(&office), office.moved()), (exams(2), -2 * EXAM));
}

#[test]
fn a_clawback_is_given_up_by_two_persons_and_asked_no_more() {
    let mut office = paid_one();
    office.revoked(1);
    assert_eq!(
        refusals(&office.asks_back("TV-1", "F-1", "afboeken", "officer-1")),
        ["SELF_APPROVAL"]
    );
    taken(&office.asks_back("TV-1", "F-1", "afboeken", "controller-1"));
    assert_eq!(office.owed("F-1/1"), 0);
    assert_eq!(
        refusals(&office.asks_back("TV-2", "F-1", "verrekenen", "")),
        ["NOTHING_OWED"]
    );
    assert_eq!((paid(&office), office.moved()), (Quantity::ZERO, -EXAM));
}

#[test]
fn a_withdrawn_batch_pays_nothing_and_its_lines_are_paid_in_the_next() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    taken(&office.batch("2023-0001", "voorstel", "payer-1"));
    taken(&office.batch("2023-0001", "intrekking", "payer-1"));
    assert_eq!(
        refusals(&office.batch("2023-0001", "vrijgave", "payer-2")),
        ["WRONG_STATE"]
    );
    assert_eq!(office.order(FIRST), (OrderState::Failed, EXAM));
    assert!(!is_blocked(&office));
    office.run("2023-0002");
    taken(&office.banked(&[Booking::Out(SECOND, EXAM)]));
    assert_eq!((paid(&office), office.moved()), (exams(1), -EXAM));
}

#[test]
fn a_number_of_a_citizen_in_a_statement_is_booked_and_written_nowhere() {
    let mut office = Office::open();
    let text = "Voor BSN 123456782 van Jansen";
    taken(&office.banked(&[Booking::In("NL20INGB0001234567", 5_000, text)]));
    assert_eq!(fates(&office), [EntryFate::Open { payee: None }]);
    assert_eq!(office.moved(), 5_000);
    let bytes = office.fund.bytes();
    for word in ["123456782", "Jansen", "Een naam", "NL20INGB0001234567"] {
        assert!(!holds(&bytes, word), "{word} is in the ledger");
    }
}

#[test]
fn a_statement_that_is_missing_is_told_with_its_number() {
    let mut office = Office::open();
    taken(&office.banked(&[]));
    office.statement_lost();
    office.next_day();
    taken(&office.banked(&[]));
    let told: Vec<_> = rows(&office.fund.ledger, Bank)
        .into_values()
        .filter_map(|row| match row {
            BankRow::Statement { head, joint, .. } => Some((head.id, joint.missing)),
            BankRow::Transaction { .. } => None,
        })
        .collect();
    assert_eq!(told, [("S-1".to_owned(), None), ("S-3".to_owned(), Some((2, 2)))]);
}

#[test]
fn a_statement_that_comes_late_is_missed_no_more() {
    let mut office = Office::open();
    taken(&office.banked(&[]));
    let late = office.statement(OWN, &[Booking::In(IBAN, 100, "te laat")]);
    taken(&office.banked(&[]));
    taken(&office.fund.send("late.xml", late));
    let joined: Vec<_> = rows(&office.fund.ledger, Bank)
        .into_values()
        .filter_map(|row| match row {
            BankRow::Statement { joint, .. } => Some((joint.missing, joint.differs_from)),
            BankRow::Transaction { .. } => None,
        })
        .collect();
    assert_eq!(joined, [(None, None); 3]);
}

#[test]
fn a_statement_of_the_same_balances_and_other_transactions_is_refused() {
    let mut office = Office::open();
    let told = [Booking::In(IBAN, 100, "een"), Booking::In(IBAN, 200, "twee")];
    let first = office.statement(OWN, &told);
    taken(&office.fund.send("statement.xml", first.clone()));
    let text = String::from_utf8(first).expect("text");
    let otherwise = text.replace(">1.00<", ">0.50<").replace(">2.00<", ">2.50<");
    assert_ne!(text, otherwise);
    assert_eq!(
        refusals(&office.fund.send("otherwise.xml", otherwise)),
        ["STATEMENT_KNOWN_OTHERWISE"]
    );
    let size = office.fund.size();
    let again = text.replace("M-1", "M-2");
    office.fund.send("again.xml", again);
    assert_eq!(office.fund.size(), size + 1, "only that it came again");
}

#[test]
fn what_was_refused_whole_can_be_sent_again_the_same_day() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    assert_eq!(
        refusals(&office.batch("2023-0001", "voorstel", "payer-1")),
        ["NOTHING_TO_PAY"]
    );
    let size = office.fund.size();
    assert_eq!(
        refusals(&office.batch("2023-0001", "voorstel", "payer-1")),
        ["NOTHING_TO_PAY"]
    );
    assert_eq!(office.fund.size(), size, "refused again for the same");
    office.approved("F-1");
    taken(&office.batch("2023-0001", "voorstel", "payer-1"));
    assert_eq!(office.order(FIRST), (OrderState::Placed, EXAM));
}

#[test]
fn what_the_bank_never_was_asked_is_not_paid() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    taken(&office.batch("2023-0001", "voorstel", "payer-1"));
    taken(&office.banked(&[Booking::Out(FIRST, EXAM)]));
    assert_eq!(office.order(FIRST), (OrderState::Placed, EXAM));
    assert!(matches!(fates(&office).as_slice(), [EntryFate::Open { .. }]));
    assert_eq!(
        refusals(&office.refused_by_bank("2023-0001", FIRST, "AC01")),
        ["WRONG_STATE"]
    );
}

#[test]
fn a_statement_moves_money_once_whether_it_comes_again_as_it_was_or_in_other_bytes() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    office.run("2023-0001");
    let statement = office.statement(OWN, &[Booking::Out(FIRST, EXAM)]);
    taken(&office.fund.send("statement.xml", statement.clone()));
    let size = office.fund.size();
    assert_eq!(
        office.fund.send("again.xml", statement.clone()).became,
        Became::Repeated
    );
    assert_eq!(office.fund.size(), size);
    let mut other = statement;
    other.extend(b"\n");
    let report = office.fund.send("copy.xml", other);
    assert_eq!((report.became, report.unchanged), (Became::Taken, 1));
    assert_eq!(
        office.fund.size(),
        size + 1,
        "that it was received is recorded, and nothing else"
    );
    assert_eq!((paid(&office), office.moved()), (exams(1), -EXAM));
}

#[test]
fn a_statement_of_another_account_is_set_apart_whole() {
    let mut office = Office::open();
    let statement = office.statement("NL20INGB0001234567", &[Booking::In(IBAN, 100, "TV-1")]);
    let report = office.fund.send("statement.xml", statement);
    let reason = Reason::NotOurAccount {};
    assert_eq!(report.became, Became::Quarantined { reason });
    assert_eq!(fates(&office), []);
}

#[test]
fn i9_a_statement_of_a_closed_period_is_set_apart() {
    let mut office = Office::open();
    office.on(date(2023, 5, 31));
    let statement = office.statement(OWN, &[Booking::In(IBAN, 100, "late")]);
    office.on(date(2023, 6, 5));
    let step = |step: &str, by: &str| format!("periode;stap;datum;door\n2023-05;{step};2023-06-05;{by}\n");
    taken(&office.fund.send("propose.csv", step("voorstel", "controller-1")));
    assert_eq!(
        refusals(&office.fund.send("agree.csv", step("akkoord", "controller-1"))),
        ["SELF_APPROVAL"]
    );
    taken(&office.fund.send("agree.csv", step("akkoord", "controller-2")));
    let report = office.fund.send("statement.xml", statement);
    let reason = Reason::PeriodClosed {
        through: date(2023, 5, 31),
    };
    assert_eq!(report.became, Became::Quarantined { reason });
    assert_eq!(office.moved(), 0);
}

#[test]
fn a_payment_that_comes_back_after_the_payee_repaid_it_is_left_to_somebody() {
    let mut office = paid_one();
    office.revoked(1);
    taken(&office.asks_back("TV-1", "F-1", "terugbetalen", ""));
    taken(&office.banked(&[Booking::In(IBAN, EXAM, "terugbetaling TV-1")]));
    assert_eq!(office.owed("F-1/1"), 0);
    office.next_day();
    taken(&office.banked(&[Booking::Back(FIRST, EXAM, "AC04")]));
    assert_eq!(
        office.order(FIRST),
        (OrderState::Paid, EXAM),
        "nothing moved by it"
    );
    assert!(matches!(
        fates(&office).last(),
        Some(EntryFate::Open { payee: Some(_) })
    ));
    assert_eq!(office.moved(), EXAM);
}

#[test]
fn what_is_taken_back_on_its_way_is_neither_asked_back_nor_paid_again_when_the_bank_refuses_it() {
    let mut office = Office::open();
    office.invoiced("F-1", &[1]);
    office.approved("F-1");
    office.run("2023-0001");
    office.revoked(1);
    assert_eq!(
        refusals(&office.asks_back("TV-1", "F-1", "verrekenen", "")),
        ["NOTHING_OWED"]
    );
    taken(&office.refused_by_bank("2023-0001", FIRST, "AC04"));
    assert_eq!(office.owed("F-1/1"), 0);
    assert!(rows(&office.fund.ledger, Payables).is_empty());
}

#[test]
fn a_payment_of_which_part_was_credited_comes_back_and_the_rest_is_paid() {
    use crate::support::papers::{BillLine, credit_note, exam};
    let mut office = paid_one();
    let line = BillLine {
        cents: 2_350,
        ..exam("PA-1", "K-1", "R-1", "2023-03-15")
    };
    office
        .fund
        .send("credit.xml", credit_note("C-1", "F-1", line).xml());
    assert_eq!(office.owed("F-1/1"), 2_350);
    office.next_day();
    taken(&office.banked(&[Booking::Back(FIRST, EXAM, "AC04")]));
    office.account_verified();
    office.run("2023-0002");
    assert_eq!(office.order(SECOND), (OrderState::Placed, 10_000));
    taken(&office.banked(&[Booking::Out(SECOND, 10_000)]));
    assert_eq!((office.owed("F-1/1"), office.moved()), (0, -10_000));
    assert_eq!(paid(&office), Quantity::new(1, Euro::from_cents(10_000)));
}
