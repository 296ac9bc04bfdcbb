//! Money out and back: the fixture year against what its generator expects, and what happens when something is out of order.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use subsidy_domain::bank::EntryFate;
use subsidy_domain::money::Euro;
use subsidy_domain::payment::OrderState;
use subsidy_domain::period::PeriodEvent;
use subsidy_domain::recorded::Event;
use subsidy_domain::view::{Bank, BankRow, Basis, Claims, Orders, Payables};
use subsidyd::lang::Lang;
use subsidyd::projection::AsAt;
use subsidyd::report::{Lens, money};

use crate::support::figures::{claims, compared, realised, rows};
use crate::support::manifest;
use crate::support::year::{events, year};

fn lens() -> Lens<'static> {
    Lens {
        ledger: &year().ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    }
}

#[test]
fn every_payment_order_of_the_manifest_is_the_ledgers() {
    type Order = (u32, i64, i64, i64, Option<Date>, bool);
    let expected: BTreeMap<String, Order> = manifest::payments()
        .into_iter()
        .map(|order| {
            let figures = (order.gross_cents, order.offset_cents, order.amount_cents);
            let (gross, offset, amount) = figures;
            let returned = order.fate == "returned";
            (
                order.end_to_end,
                (
                    order.lines,
                    gross,
                    offset,
                    amount,
                    Some(order.booked_on),
                    returned,
                ),
            )
        })
        .collect();
    let found = rows(&year().ledger, Orders)
        .into_iter()
        .map(|(id, row)| {
            let terms = &row.terms;
            let (gross, offset, amount) = (terms.gross.cents(), terms.offset.cents(), terms.amount.cents());
            let returned = row.state == OrderState::Failed;
            (id, (terms.lines, gross, offset, amount, row.paid_on, returned))
        })
        .collect();
    assert_eq!(expected.len(), 407);
    assert_eq!(compared(&expected, &found), Vec::<String>::new());
}

#[test]
fn every_scheme_is_paid_to_the_cent_in_the_year_in_which_it_was() {
    for ((measure, year_of), expected) in manifest::payment_totals() {
        let (scheme, unit) = measure.split_once('.').expect("a measure");
        let scheme = scheme.parse().expect("a scheme");
        let paid = realised(&year().ledger, Basis::Payment, year_of, scheme);
        let found = if unit == "units" {
            paid.units
        } else {
            paid.amount.cents()
        };
        assert_eq!(found, expected, "{measure} {year_of}");
    }
}

#[test]
fn the_bank_reconciles_on_every_day_of_the_year() {
    let (sheet, agrees) = money::bank(lens()).expect("the reconciliation");
    assert!(agrees, "{sheet:?}");
    let mut days: BTreeMap<Date, (i64, i64, i64)> = BTreeMap::new();
    for row in rows(&year().ledger, Bank).into_values() {
        match row {
            BankRow::Statement { head, joint, .. } => {
                assert_eq!(joint.missing, None);
                days.entry(head.closed_on).or_default().2 = head.closing.cents();
            }
            BankRow::Transaction { transaction, .. } => {
                let day = days.entry(transaction.booked_on).or_default();
                let cents = transaction.signed().cents();
                if cents < 0 {
                    day.0 -= cents;
                } else {
                    day.1 += cents;
                }
            }
        }
    }
    let expected = manifest::bank()
        .into_iter()
        .map(|day| (day.date, (day.debits_cents, day.credits_cents, day.closing_cents)))
        .collect();
    assert_eq!(compared(&expected, &days), Vec::<String>::new());
}

#[test]
fn settled_less_returned_less_recovered_is_what_left_the_account() {
    let orders = rows(&year().ledger, Orders);
    let settled: i64 = orders
        .values()
        .filter(|row| row.paid_on.is_some())
        .map(|row| row.terms.amount.cents())
        .sum();
    let returned: i64 = orders
        .values()
        .filter(|row| matches!(row.failed, Some((_, _, Some(_)))))
        .map(|row| row.terms.amount.cents())
        .sum();
    let recovered: i64 = claims(&year().ledger)
        .values()
        .flat_map(|row| row.payments.iter())
        .flat_map(|payment| payment.received.iter())
        .map(|(_, amount)| amount.cents())
        .sum();
    let closing = manifest::bank().last().expect("a day").closing_cents;
    assert_eq!(settled - returned - recovered, 250_000_000 - closing);
    assert_eq!((returned, recovered), (270_000, 85_650));
}

#[test]
fn twenty_two_results_were_taken_back_and_fourteen_are_offset_six_repaid_and_two_open() {
    let claims = claims(&year().ledger);
    let (mut offset, mut repaid, mut open) = (0, 0, 0);
    for expected in manifest::clawbacks() {
        let name = format!(
            "kvk:{}/{}/{}",
            expected.payee_kvk, expected.invoice, expected.line
        );
        let row = claims.get(&name).expect("a line");
        let payment = row.payments.iter().next().expect("it was paid");
        assert_eq!(payment.taken_back.cents(), expected.amount_cents, "{name}");
        let settled = payment.open.is_zero();
        assert_eq!(settled, expected.settled_on.is_some(), "{name}");
        match (expected.manner.as_str(), settled) {
            ("verrekenen", true) => {
                assert_eq!(payment.offsets.len(), 1, "{name}");
                offset += 1;
            }
            ("terugbetalen", true) => {
                assert_eq!(
                    payment.received.first().map(|(on, _)| *on),
                    expected.settled_on,
                    "{name}"
                );
                repaid += 1;
            }
            _ => open += 1,
        }
    }
    assert_eq!((offset, repaid, open), (14, 6, 2));
    let owed = rows(&year().ledger, Payables).into_values();
    let owed = owed.filter(|row| row.payable().is_some() || row.payments.open() > Euro::ZERO);
    assert_eq!(owed.count(), 2, "nothing else is open");
}

#[test]
fn every_transaction_of_the_bank_is_recognised() {
    let transactions: Vec<EntryFate> = rows(&year().ledger, Bank)
        .into_values()
        .filter_map(|row| match row {
            BankRow::Transaction { fate, .. } => fate,
            BankRow::Statement { .. } => None,
        })
        .collect();
    assert_eq!(transactions.len(), 375);
    let open = transactions
        .iter()
        .filter(|fate| matches!(fate, EntryFate::Open { .. }))
        .count();
    let batches = transactions
        .iter()
        .filter(|fate| matches!(fate, EntryFate::PaidBatch { .. }))
        .count();
    let returned = transactions
        .iter()
        .filter(|fate| matches!(fate, EntryFate::Returned { .. }))
        .count();
    assert_eq!((open, batches, returned), (0, 1, 2));
}

#[test]
fn no_control_finds_a_violation() {
    let (sheet, kept) = money::controls(lens()).expect("the controls");
    assert!(kept, "{:?}", sheet.rows);
}

#[test]
fn every_paid_line_has_two_approvers_an_order_and_a_booking() {
    let orders = rows(&year().ledger, Orders);
    let mut paid = 0;
    for (name, row) in rows(&year().ledger, Claims) {
        let Some(payment) = row.payments.standing() else {
            continue;
        };
        let [(_, first), (_, second)] = row.approvals.as_slice() else {
            panic!("{name} was approved {:?}", row.approvals)
        };
        assert_ne!(first.subject, second.subject, "{name}");
        let digits = row
            .presented
            .line
            .payee
            .as_str()
            .split_once(':')
            .expect("a payee")
            .1;
        let order = orders
            .get(&format!("{}-{digits}", payment.batch))
            .expect("an order");
        assert_eq!(order.paid_on, payment.paid_on, "{name}");
        assert!(order.entry.is_some(), "{name}");
        paid += 1;
    }
    assert_eq!(paid, 13_450);
}

#[test]
fn the_bridge_from_performance_to_payment_adds_up_for_every_scheme() {
    let sheet = money::bridge(
        lens(),
        subsidy_domain::calendar::FiscalYear::new(2023),
        Basis::Performance,
        Basis::Payment,
    )
    .expect("the bridge");
    let json = serde_json::to_string(&sheet.to_json()).expect("JSON");
    assert!(
        json.contains("1279868.50") && json.contains("1226370.50"),
        "{json}"
    );
}

#[test]
fn what_was_paid_is_traced_to_its_approvers_its_batch_and_its_bank_entry() {
    let sheet = subsidyd::report::trace(lens(), "R01-2023-001/1")
        .expect("a trace")
        .expect("found");
    let text = format!("{:?}", sheet.rows);
    for part in [
        "goedkeurder-fixture-1",
        "goedkeurder-fixture-2",
        "2023-0001",
        "betaler-fixture-2",
        "2023-0001-90000001",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn the_year_was_closed_with_what_it_still_owed() {
    let closed = events(&year().ledger).find_map(|recorded| {
        if let Event::Period(PeriodEvent::PeriodClosed { accruals, .. }) = recorded.event {
            Some(accruals)
        } else {
            None
        }
    });
    let accruals = closed.expect("the year was closed");
    let owed: Vec<(&str, i64, i64, i64, i64)> = accruals
        .iter()
        .map(|accrual| {
            let (later, expected) = (accrual.decided_later, accrual.expected);
            let amounts = (later.amount.cents(), expected.amount.cents());
            (
                accrual.scheme.as_str(),
                later.units,
                amounts.0,
                expected.units,
                amounts.1,
            )
        })
        .collect();
    assert_eq!(owed, [("MBO_EXAM", 585, 8_372_050, 0, 0)]);
}

#[test]
fn nothing_is_recorded_as_of_a_day_of_a_closed_period() {
    let day = date(2023, 12, 31);
    let closed = rows(&year().ledger, subsidy_domain::view::Periods);
    assert!(closed.values().all(|row| row.closed.is_some()));
    let folder = tempfile::tempdir().expect("a folder");
    let copy = crate::support::year::copy_of_the_year(folder.path());
    let ledger = subsidy_ledger::Ledger::open(&copy, subsidy_ledger::Opening::Existing).expect("the copy");
    let clock = subsidyd::clock::Clock::At(subsidyd::clock::Moment::morning_of(day));
    let key = subsidyd::secret::read(&crate::support::fixtures().join("learner.key")).expect("the key");
    let mut intake = subsidyd::intake::Intake::open(std::sync::Arc::new(ledger), key, clock).expect("intake");
    let known = crate::support::fixtures().join("inbox/2023-01-02/06-kengetallen.csv");
    let again = intake.ingest(std::slice::from_ref(&known), &mut |_| {});
    assert!(
        again.is_ok(),
        "what was taken before is known, and changes nothing"
    );
    let mut bytes = std::fs::read(&known).expect("the list");
    bytes.push(b'\n');
    let new = folder.path().join("nieuw.csv");
    std::fs::write(&new, bytes).expect("a file");
    let refused = intake.ingest(&[new], &mut |_| {});
    assert!(
        matches!(refused, Err(subsidyd::intake::IntakeError::PeriodClosed { through }) if through == day)
    );
}
