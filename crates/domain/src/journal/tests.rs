use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::bank::{
    AccountCommand, BankAccount, Direction, EntryFate, StatementEvent, StatementHead, Transaction,
};
use crate::claim::{
    Act, Claim, LineState, Manner, Money, Objection, Presented, Recourse, Rule, Settlement, UnpaidCause,
};
use crate::schemes::evc::{EvcCertificate, EvcRule};
use crate::story::{Story, again, credit};
use crate::testkit::{self, SCHOOL};
use crate::view::{GeneralLedger, GeneralLedgerKey, GeneralLedgerRow, fold_into};

const ISSUED: Date = date(2023, 5, 10);

fn certificate(in_sector: bool) -> EvcCertificate {
    EvcCertificate {
        standard: "APK".to_owned(),
        issued_on: ISSUED,
        provider_recognised: true,
        in_sector,
    }
}

fn line() -> Presented {
    testkit::line("EVC/APK", "C-1", ISSUED, "1350.00")
}

fn recorded(position: u64, event: Event) -> Recorded {
    Recorded {
        position,
        recorded_at: jiff::Timestamp::UNIX_EPOCH,
        kind: "kind".to_owned(),
        id: "id".to_owned(),
        sequence: position,
        event,
    }
}

fn told<R: Rule>(story: &Story<R>) -> Vec<Recorded> {
    let events = (1..).zip(&story.events);
    events
        .map(|(position, event)| recorded(position, Event::Claim(event.clone().with_facts())))
        .collect()
}

/// What stands on each account; accounts with nothing are left out.
fn balances<'r>(recorded: impl IntoIterator<Item = &'r Recorded>) -> BTreeMap<Account, Euro> {
    let mut sums: BTreeMap<Account, Euro> = BTreeMap::new();
    for entry in recorded.into_iter().filter_map(Entry::of) {
        assert_eq!(entry.balance(), Euro::ZERO, "{entry:?}");
        assert!(entry.lines.len() > 1, "{entry:?}");
        for line in entry.lines {
            *sums.entry(line.account).or_default() += line.amount;
        }
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

fn stands(story: &Story<EvcRule>) -> Vec<(&'static str, String)> {
    let sums = balances(&told(story));
    sums.into_iter()
        .map(|(account, sum)| (account.code(), sum.to_string()))
        .collect()
}

fn expected(sums: &[(Account, &str)]) -> Vec<(&'static str, String)> {
    sums.iter()
        .map(|(account, sum)| (account.code(), (*sum).to_owned()))
        .collect()
}

fn batch(number: usize) -> BatchNumber {
    format!("2023-{number:04}").parse().expect("a number")
}

fn money(story: &mut Story<EvcRule>, money: Money) {
    story.act(&line(), Act::Money(money)).expect("moved");
}

fn matched() -> Story<EvcRule> {
    let mut story = Story::begin();
    story.evidence("C-1", 1, certificate(true)).present(&line());
    story
}

fn approved() -> Story<EvcRule> {
    let mut story = matched();
    story.approve(&line(), "s1", "anna").expect("first");
    story.approve(&line(), "s2", "bert").expect("second");
    story
}

fn ordered() -> Story<EvcRule> {
    let mut story = approved();
    money(&mut story, Money::Order { batch: batch(1) });
    story
}

#[test]
fn a_line_goes_from_account_to_account_until_it_is_ordered() {
    use Account::{ApprovedUnpaid, AwaitingApproval, GrantedSubsidies, MoneyUnderWay};
    let mut story = matched();
    let cost = (GrantedSubsidies, "1350.00");
    assert_eq!(stands(&story), expected(&[(AwaitingApproval, "-1350.00"), cost]));
    story.approve(&line(), "s1", "anna").expect("first");
    assert_eq!(
        stands(&story),
        expected(&[(AwaitingApproval, "-1350.00"), cost]),
        "one approval moves nothing"
    );
    story.approve(&line(), "s2", "bert").expect("second");
    assert_eq!(stands(&story), expected(&[(ApprovedUnpaid, "-1350.00"), cost]));
    money(&mut story, Money::Order { batch: batch(1) });
    assert_eq!(stands(&story), expected(&[(MoneyUnderWay, "-1350.00"), cost]));
}

#[test]
fn what_is_decided_after_the_year_of_performance_is_no_cost_of_the_year_of_decision() {
    use Account::{AwaitingApproval, InvoicesToReceive, PriorPeriods};
    let mut story = Story::begin();
    story.today = date(2024, 2, 1);
    story.evidence("C-1", 1, certificate(true)).present(&line());
    let owed = (AwaitingApproval, "-1350.00");
    assert_eq!(stands(&story), expected(&[owed, (InvoicesToReceive, "1350.00")]));
    let entry = told(&story).iter().find_map(Entry::of).expect("an entry");
    let years: Vec<_> = entry.lines.iter().filter_map(|line| line.year).collect();
    assert_eq!(
        years,
        [FiscalYear::new(2023)],
        "it carries the year of performance"
    );

    story.today = date(2025, 2, 1);
    story.evidence("C-1", 2, certificate(false));
    assert_eq!(
        stands(&story),
        expected(&[(InvoicesToReceive, "1350.00"), (PriorPeriods, "-1350.00")]),
        "a year that is over is not written in again"
    );
}

#[test]
fn what_falls_away_is_taken_from_where_it_stands() {
    let revoked = |mut story: Story<EvcRule>| {
        story.evidence("C-1", 2, certificate(false));
        stands(&story)
    };
    assert_eq!(revoked(matched()), expected(&[]));
    assert_eq!(revoked(approved()), expected(&[]));
    let both = [
        (Account::ClawbacksReceivable, "1350.00"),
        (Account::MoneyUnderWay, "-1350.00"),
    ];
    assert_eq!(revoked(ordered()), expected(&both));
    let mut story = approved();
    story.present(&credit(&line(), "N-1", "100.00"));
    assert_eq!(
        stands(&story),
        expected(&[
            (Account::ApprovedUnpaid, "-1250.00"),
            (Account::GrantedSubsidies, "1250.00")
        ])
    );
}

#[test]
fn what_comes_back_unpaid_is_payable_for_what_still_stands_of_it() {
    let mut story = ordered();
    story.present(&credit(&line(), "N-1", "100.00"));
    let cause = UnpaidCause::Returned("AC04".to_owned());
    money(
        &mut story,
        Money::Unpaid {
            batch: batch(1),
            cause,
        },
    );
    assert_eq!(
        stands(&story),
        expected(&[
            (Account::ApprovedUnpaid, "-1250.00"),
            (Account::GrantedSubsidies, "1250.00")
        ])
    );
}

#[test]
fn a_clawback_that_is_given_up_is_a_cost() {
    let mut story = ordered();
    money(&mut story, Money::Paid { batch: batch(1) });
    story.evidence("C-1", 2, certificate(false));
    let reference = "TV-1".parse().expect("a reference");
    let (by, second) = ("s1".parse().expect("one"), "s2".parse().expect("two"));
    money(
        &mut story,
        Money::WriteOff {
            reference,
            by,
            second,
        },
    );
    assert_eq!(
        stands(&story),
        expected(&[
            (Account::MoneyUnderWay, "-1350.00"),
            (Account::ClawbacksWrittenOff, "1350.00")
        ])
    );
    let last = told(&story).iter().rev().find_map(Entry::of).expect("an entry");
    assert_eq!(last.actor.as_ref().map(Subject::as_str), Some("s1"));
}

fn head(id: &str, sequence: u64, opening: i64, closing: i64) -> StatementHead {
    StatementHead {
        account: testkit::own_account().iban,
        id: id.to_owned(),
        sequence: Some(sequence),
        closed_on: ISSUED,
        opening: Euro::from_cents(opening),
        closing: Euro::from_cents(closing),
        transactions: 0,
        digest: "00".repeat(32),
        document: testkit::source().document,
    }
}

fn transaction(direction: Direction, cents: i64) -> Transaction {
    Transaction {
        number: 1,
        direction,
        amount: Euro::from_cents(cents),
        booked_on: ISSUED,
    }
}

#[test]
fn the_bank_account_stands_where_the_statements_say_also_where_one_is_missing() {
    let sums = joined([head("A-1", 1, 1_000, 1_000), head("A-3", 3, 650, 650)]);
    assert_eq!(sums.get(&Account::Bank), Some(&Euro::from_cents(650)));
    assert_eq!(sums.get(&Account::Reserve), Some(&Euro::from_cents(-1_000)));
    assert_eq!(
        sums.get(&Account::UnexplainedTransactions),
        Some(&Euro::from_cents(350))
    );
}

#[test]
fn a_statement_that_comes_late_leaves_the_books_as_if_it_had_come_in_time() {
    let heads = [
        head("A-1", 1, 1_000, 1_000),
        head("A-2", 2, 900, 900),
        head("A-3", 3, 900, 900),
    ];
    let [first, second, third] = heads.clone();
    let in_time = joined(heads);
    assert_eq!(in_time, joined([first.clone(), third.clone(), second.clone()]));
    assert_eq!(in_time, joined([third, second, first]));
    assert_eq!(in_time.get(&Account::Bank), Some(&Euro::from_cents(900)));
}

/// The balances after statements without transactions came in some order.
fn joined<const N: usize>(heads: [StatementHead; N]) -> BTreeMap<Account, Euro> {
    let mut account = BankAccount::default();
    let mut all = Vec::new();
    for (at, head) in (1..).zip(heads) {
        let Ok(events) = account.decide(&AccountCommand::Join { head, on: ISSUED });
        for event in events {
            account.evolve(&event);
            all.push(recorded(at, Event::Account(event)));
        }
    }
    let mut sums = balances(&all);
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

#[test]
fn a_transaction_that_nobody_knows_waits_until_somebody_says_what_it_is() {
    let (account, statement) = (testkit::own_account().iban, "A-1".to_owned());
    let (decision, by): (crate::ids::DecisionRef, Subject) = (
        "D-1".parse().expect("a reference"),
        "officer".parse().expect("a subject"),
    );
    let matched = StatementEvent::TransactionMatched {
        account: account.clone(),
        statement: statement.clone(),
        transaction: transaction(Direction::Out, 500),
        fate: EntryFate::Open { payee: None },
    };
    let set_aside = StatementEvent::TransactionSetAside {
        account: account.clone(),
        statement: statement.clone(),
        transaction: transaction(Direction::Out, 500),
        decision: decision.clone(),
        by: by.clone(),
        effective: ISSUED,
        on: ISSUED,
    };
    let resolved = StatementEvent::TransactionResolved {
        account,
        statement,
        transaction: transaction(Direction::Out, 500),
        fate: EntryFate::Paid {
            order: "2023-0001-kvk-12345678".parse().expect("an id"),
        },
        decision,
        by,
        effective: ISSUED,
        on: ISSUED,
    };
    let open = [recorded(1, Event::Statement(matched))];
    let after = |second: StatementEvent| {
        let all = [open[0].clone(), recorded(2, Event::Statement(second))];
        balances(&all)
    };
    let paid = Euro::from_cents(500);
    let sums = |other| BTreeMap::from([(Account::Bank, -paid), (other, paid)]);
    assert_eq!(balances(&open), sums(Account::UnexplainedTransactions));
    assert_eq!(after(set_aside), sums(Account::OtherBooks));
    assert_eq!(after(resolved), sums(Account::MoneyUnderWay));
}

/// A step with the money of one of three lines.
#[derive(Clone, Debug)]
enum Step {
    Evidence(u32, bool),
    Present,
    Credit(i64),
    Approve(u8),
    Cut(i64),
    Object,
    Order,
    Paid,
    Unpaid,
    Announce(bool),
    Offset,
    Reopen,
    Receive,
    WriteOff,
    NextYear,
}

fn any_step() -> impl Strategy<Value = (usize, Step)> {
    let step = prop_oneof![
        3 => (1_u32..9, any::<bool>()).prop_map(|(version, in_sector)| Step::Evidence(version, in_sector)),
        3 => Just(Step::Present),
        2 => (0_i64..140_000).prop_map(Step::Credit),
        8 => (0_u8..3).prop_map(Step::Approve),
        1 => (0_i64..140_000).prop_map(Step::Cut),
        1 => Just(Step::Object),
        4 => Just(Step::Order),
        3 => Just(Step::Paid),
        2 => Just(Step::Unpaid),
        2 => any::<bool>().prop_map(Step::Announce),
        2 => Just(Step::Offset),
        1 => Just(Step::Reopen),
        1 => Just(Step::Receive),
        1 => Just(Step::WriteOff),
        1 => Just(Step::NextYear),
    ];
    (0_usize..3, step)
}

fn nth(at: usize) -> Presented {
    let line = testkit::line("EVC/APK", &format!("C-{at}"), ISSUED, "1350.00");
    again(&line, SCHOOL, &format!("F-{at}"), "1")
}

/// Tells a step; a refusal is an answer too.
fn tell(story: &mut Story<EvcRule>, number: usize, at: usize, step: &Step) {
    let line = nth(at);
    let known = story.case().line(&line.line).is_some();
    let last = |story: &Story<EvcRule>| {
        let case: Claim<EvcRule> = story.case();
        let held = case.line(&line.line).cloned()?;
        held.payments.iter().last().map(|payment| payment.batch.clone())
    };
    let batch_now = batch(number + 1);
    let ask = |story: &mut Story<EvcRule>, money| {
        let _refused = story.act(&line, Act::Money(money));
    };
    let paid = last(story).unwrap_or_else(|| batch(9_999));
    match step {
        Step::Evidence(version, in_sector) => {
            let certificate = EvcCertificate {
                standard: format!("APK-{at}"),
                ..certificate(*in_sector)
            };
            let _refused = story.try_evidence(&format!("C-{at}"), *version, certificate);
        }
        Step::Present if !known => {
            story.present(&line);
        }
        Step::Present => {}
        Step::Credit(cents) if known => {
            let amount = Euro::from_cents(*cents).to_string();
            story.present(&credit(&line, &format!("N-{number}"), &amount));
        }
        Step::Credit(_) => {}
        Step::Approve(subject) => {
            let _refused = story.approve(&line, &format!("s{subject}"), "account");
        }
        Step::Cut(cents) => {
            let to = Euro::from_cents(*cents);
            let (decision, by) = ("D-2".parse().expect("one"), "officer".parse().expect("one"));
            let _refused = story.act(&line, Act::Cut { to, decision, by });
        }
        Step::Object => {
            let (decision, by) = ("D-3".parse().expect("one"), "officer".parse().expect("one"));
            let objection = Objection::ToBeCorrected;
            let _refused = story.act(
                &line,
                Act::Object {
                    objection,
                    decision,
                    by,
                },
            );
        }
        Step::Order => ask(story, Money::Order { batch: batch_now }),
        Step::Paid => ask(story, Money::Paid { batch: paid }),
        Step::Unpaid => {
            let cause = UnpaidCause::Returned("AC04".to_owned());
            ask(story, Money::Unpaid { batch: paid, cause });
        }
        Step::Announce(offset) => {
            let manner = if *offset { Manner::Offset } else { Manner::Repay };
            let reference = "TV-1".parse().expect("a reference");
            let by = "officer".parse().expect("a subject");
            let recourse = Recourse { reference, manner };
            ask(story, Money::Announce { recourse, by });
        }
        Step::Offset => ask(
            story,
            Money::Offset {
                batch: batch(8_000 + number),
            },
        ),
        Step::Reopen => {
            let batches = (0..number).map(|earlier| batch(8_000 + earlier));
            for batch in batches {
                ask(story, Money::Reopen { batch });
            }
        }
        Step::Receive => {
            let entry = EntryRef {
                statement: "A-1".to_owned(),
                number: 1,
            };
            ask(story, Money::Received { entry });
        }
        Step::WriteOff => {
            let reference = "TV-1".parse().expect("a reference");
            let (by, second) = ("s1".parse().expect("one"), "s2".parse().expect("two"));
            ask(
                story,
                Money::WriteOff {
                    reference,
                    by,
                    second,
                },
            );
        }
        Step::NextYear => story.today = date(2024, 1, 15),
    }
}

/// What must stand on the accounts of a case, by where its lines stand.
fn by_state(story: &Story<EvcRule>) -> BTreeMap<Account, Euro> {
    let mut sums: BTreeMap<Account, Euro> = BTreeMap::new();
    let case: Claim<EvcRule> = story.case();
    for held in case.lines() {
        // In the books it is receivable as soon as it falls away, also while its money is away.
        let open: Euro = held.payments.iter().map(|payment| payment.open).sum();
        *sums.entry(Account::ClawbacksReceivable).or_default() += open;
        let ordered: Euro = held.payments.iter().map(|payment| payment.amount).sum();
        let back: Euro = held
            .payments
            .iter()
            .map(|payment| payment.taken_back - payment.open)
            .sum();
        *sums.entry(Account::MoneyUnderWay).or_default() += back - ordered;
        let Some(award) = held.state.award() else { continue };
        let (account, owed) = match (&held.state, held.payments.standing()) {
            (LineState::Approved { .. }, None) => (Account::ApprovedUnpaid, award.amount),
            (LineState::Approved { .. }, Some(_)) => (Account::ApprovedUnpaid, Euro::ZERO),
            _ => (Account::AwaitingApproval, award.amount),
        };
        *sums.entry(account).or_default() -= owed;
    }
    // What was written off did not come back.
    for event in &story.events {
        if let crate::claim::ClaimEvent::LineSettled {
            settlement: Settlement::ClawbackWrittenOff { amount, .. },
            ..
        } = event
        {
            *sums.entry(Account::MoneyUnderWay).or_default() -= *amount;
        }
    }
    sums.retain(|_, sum| !sum.is_zero());
    sums
}

proptest! {
    #[test]
    fn every_entry_balances_and_the_accounts_say_where_the_lines_stand(
        steps in prop::collection::vec(any_step(), 0..48),
    ) {
        let mut story = Story::<EvcRule>::begin();
        for at in 0..3 {
            tell(&mut story, 0, at, &Step::Evidence(1, true));
            tell(&mut story, 0, at, &Step::Present);
        }
        for (number, (at, step)) in steps.iter().enumerate() {
            tell(&mut story, number, *at, step);
            let mut sums = balances(&told(&story));
            sums.retain(|account, _| matches!(
                account,
                Account::ClawbacksReceivable | Account::MoneyUnderWay | Account::ApprovedUnpaid | Account::AwaitingApproval
            ));
            prop_assert_eq!(sums, by_state(&story), "after {:?} of {}", step, at);
        }
        let mut rows: BTreeMap<String, GeneralLedgerRow> = BTreeMap::new();
        for recorded in told(&story) {
            fold_into::<GeneralLedger>(&mut rows, &recorded);
        }
        let mut of_view: BTreeMap<Account, Euro> = BTreeMap::new();
        for (key, row) in rows {
            let key = GeneralLedgerKey::parse(&key).expect("a key");
            *of_view.entry(key.account).or_default() += row.debit - row.credit;
        }
        of_view.retain(|_, sum| !sum.is_zero());
        prop_assert_eq!(of_view, balances(&told(&story)), "the view says the same");
    }
}
