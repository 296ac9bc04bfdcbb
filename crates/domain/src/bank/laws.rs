//! What holds of statements, and of what is recognised on them, whatever a bank tells.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::iban::Iban;
use crate::ids::{BatchNumber, ClawbackRef, EndToEndId, PayeeId};
use crate::money::Euro;
use crate::payment::OrderState;
use crate::testkit;

const DAY: Date = date(2023, 4, 3);
/// Accounts of payees 0, 1 and 2, and one of nobody.
const ACCOUNTS: [&str; 4] = [
    "NL44RABO0123456789",
    "NL02ABNA0123456789",
    "NL20INGB0001234567",
    "NL91ABNA0417164300",
];

fn iban(number: usize) -> Iban {
    Iban::new(ACCOUNTS[number]).expect("an account")
}

fn payee(number: usize) -> PayeeId {
    testkit::payee(&format!("kvk:9000000{number}"))
}

fn batch(number: u8) -> BatchNumber {
    format!("2023-{number:04}").parse().expect("a number")
}

fn reference(number: usize) -> ClawbackRef {
    format!("TV-{number}").parse().expect("a reference")
}

/// What is open: orders of two batches to three payees, and what each payee owes.
#[derive(Clone, Debug)]
struct Register {
    orders: BTreeMap<EndToEndId, (Candidate, BatchNumber, usize)>,
    owed: BTreeMap<ClawbackRef, (usize, Euro)>,
}

impl Register {
    fn those(&self, which: impl Fn(&Candidate, &BatchNumber, usize) -> bool) -> Vec<Candidate> {
        let found = self
            .orders
            .values()
            .filter(|(order, batch, payee)| which(order, batch, *payee));
        found.map(|(order, ..)| order.clone()).collect()
    }

    fn move_to(&mut self, id: &EndToEndId, state: OrderState) {
        self.orders.get_mut(id).expect("known").0.state = state;
    }
}

impl OpenOrders for Register {
    fn order(&self, id: &EndToEndId) -> Option<Candidate> {
        self.orders.get(id).map(|(order, ..)| order.clone())
    }

    fn batch(&self, wanted: &BatchNumber) -> Vec<Candidate> {
        self.those(|order, batch, _| batch == wanted && order.amount > Euro::ZERO)
    }

    fn placed(&self, amount: Euro, account: &Iban) -> Vec<Candidate> {
        self.those(|order, _, payee| {
            order.released
                && order.state == OrderState::Placed
                && order.amount == amount
                && iban(payee) == *account
        })
    }

    fn clawbacks(&self, reference: &ClawbackRef) -> Vec<(PayeeId, Euro)> {
        let owed = self.owed.get(reference).into_iter();
        owed.map(|(number, owed)| (payee(*number), *owed)).collect()
    }

    fn owing(&self, amount: Euro, account: &Iban) -> Vec<(ClawbackRef, PayeeId)> {
        let owed = self.owed.iter();
        owed.filter(|(_, (number, owed))| iban(*number) == *account && *owed == amount)
            .map(|(reference, (number, _))| (reference.clone(), payee(*number)))
            .collect()
    }

    fn payee(&self, account: &Iban) -> Option<PayeeId> {
        (0..3).find(|number| iban(*number) == *account).map(payee)
    }
}

fn any_register() -> impl Strategy<Value = Register> {
    let order = (1_u8..3, 0_usize..3, 0_i64..4, prop::bool::weighted(0.8));
    let owed = (0_usize..4, 0_usize..3, 1_i64..4);
    (
        prop::collection::vec(order, 0..6),
        prop::collection::vec(owed, 0..4),
    )
        .prop_map(|(orders, owed)| {
            let orders = orders.into_iter().map(|(number, to, cents, released)| {
                let order = EndToEndId::of(&batch(number), &payee(to));
                let amount = Euro::from_cents(cents);
                let candidate = Candidate {
                    order: order.clone(),
                    state: OrderState::Placed,
                    amount,
                    released,
                };
                (order, (candidate, batch(number), to))
            });
            let owed = owed
                .into_iter()
                .map(|(number, who, cents)| (reference(number), (who, Euro::from_cents(cents))));
            Register {
                orders: orders.collect(),
                owed: owed.collect(),
            }
        })
}

fn any_transaction() -> impl Strategy<Value = (Transaction, Evidence)> {
    let order = (1_u8..4, 0_usize..3).prop_map(|(number, to)| EndToEndId::of(&batch(number), &payee(to)));
    let evidence = (
        prop::option::of(order),
        prop::option::of((1_u8..4).prop_map(batch)),
        prop::option::of(1_u32..4),
        prop::option::of((0_usize..4).prop_map(iban)),
        prop::option::weighted(0.2, Just("AC04".to_owned())),
        prop::collection::vec((0_usize..5).prop_map(reference), 0..2),
    );
    (any::<bool>(), 0_i64..8, evidence).prop_map(
        |(out, cents, (end_to_end, batch, payments, account, returned, references))| {
            let transaction = Transaction {
                number: 1,
                direction: if out { Direction::Out } else { Direction::In },
                amount: Euro::from_cents(cents),
                booked_on: DAY,
            };
            let evidence = Evidence {
                end_to_end,
                batch,
                payments,
                account,
                returned,
                references,
            };
            (transaction, evidence)
        },
    )
}

/// Takes in what a transaction is, as the intake does, after holding it against the register.
fn settle(
    register: &mut Register,
    (transaction, evidence): &(Transaction, Evidence),
    fate: &EntryFate,
) -> Result<(), TestCaseError> {
    let amount_of = |orders: &[Candidate]| orders.iter().map(|order| order.amount).sum::<Euro>();
    match fate {
        EntryFate::Paid { order } => {
            let paid = register.order(order).expect("known");
            prop_assert!(paid.released, "{order:?} was never asked of the bank");
            prop_assert_eq!(paid.state, OrderState::Placed, "{:?} is paid twice", order);
            prop_assert_eq!(
                (paid.amount, Direction::Out),
                (transaction.amount, transaction.direction)
            );
            register.move_to(order, OrderState::Paid);
        }
        EntryFate::PaidBatch { batch, orders } => {
            let paid = register.batch(batch);
            prop_assert_eq!(u32::try_from(paid.len()).ok(), Some(*orders));
            prop_assert!(
                evidence.payments.is_none_or(|payments| payments == *orders),
                "all of it"
            );
            prop_assert_eq!(
                (amount_of(&paid), Direction::Out),
                (transaction.amount, transaction.direction)
            );
            for order in paid {
                prop_assert!(order.released, "{:?} was never asked of the bank", order.order);
                prop_assert_eq!(order.state, OrderState::Placed, "{:?} is paid twice", order);
                register.move_to(&order.order, OrderState::Paid);
            }
        }
        EntryFate::Returned { order, .. } => {
            let back = register.order(order).expect("known");
            prop_assert!(back.released, "{order:?} was never asked of the bank");
            prop_assert_ne!(back.state, OrderState::Failed, "{:?} comes back twice", order);
            prop_assert_eq!(
                (back.amount, Direction::In),
                (transaction.amount, transaction.direction)
            );
            register.move_to(order, OrderState::Failed);
        }
        EntryFate::Recovered {
            reference,
            payee: who,
        } => {
            let (number, owed) = register
                .owed
                .remove(reference)
                .expect("owed, and not paid back before");
            prop_assert_eq!((payee(number), owed), (who.clone(), transaction.amount));
            prop_assert_eq!(transaction.direction, Direction::In);
        }
        EntryFate::Open { payee } => {
            let named = payee
                .iter()
                .all(|payee| (0..3).any(|number| super::laws::payee(number) == *payee));
            prop_assert!(named, "{payee:?}");
        }
    }
    Ok(())
}

fn head(id: u64, opening: i64, closing: i64) -> StatementHead {
    StatementHead {
        account: testkit::own_account().iban,
        id: format!("A-{id}"),
        sequence: Some(id),
        closed_on: DAY,
        opening: Euro::from_cents(opening),
        closing: Euro::from_cents(closing),
        transactions: 1,
        digest: "00".repeat(32),
        document: testkit::source().document,
    }
}

#[derive(Clone, Debug)]
enum Look {
    Resolve(u32),
    SetAside(u32),
    TakeAgain,
}

fn any_look() -> impl Strategy<Value = Look> {
    prop_oneof![
        2 => (0_u32..8).prop_map(Look::Resolve),
        2 => (0_u32..8).prop_map(Look::SetAside),
        1 => Just(Look::TakeAgain),
    ]
}

proptest! {
    #[test]
    fn no_order_is_paid_or_given_back_twice_and_nothing_is_matched_of_another_amount(
        mut register in any_register(),
        transactions in prop::collection::vec(any_transaction(), 0..24),
    ) {
        for (transaction, evidence) in transactions {
            let fate = recognise(&transaction, &evidence, &register);
            settle(&mut register, &(transaction, evidence), &fate)?;
        }
    }

    #[test]
    fn what_names_nothing_that_is_open_is_left_open(
        register in any_register(),
        (transaction, evidence) in any_transaction(),
    ) {
        let unknown = Evidence {
            end_to_end: Some(EndToEndId::of(&batch(9), &payee(0))),
            batch: Some(batch(9)),
            account: Some(iban(3)),
            references: vec![reference(9)],
            ..evidence
        };
        prop_assert_eq!(recognise(&transaction, &unknown, &register), EntryFate::Open { payee: None });
    }

    #[test]
    fn what_may_be_two_things_is_left_open(register in any_register(), cents in 1_i64..4, to in 0_usize..3) {
        let (amount, account) = (Euro::from_cents(cents), iban(to));
        let evidence = Evidence { account: Some(account.clone()), ..Evidence::default() };
        for direction in [Direction::Out, Direction::In] {
            let transaction = Transaction { number: 1, direction, amount, booked_on: DAY };
            let candidates = match direction {
                Direction::Out => register.placed(amount, &account).len(),
                Direction::In => register.owing(amount, &account).len(),
            };
            let fate = recognise(&transaction, &evidence, &register);
            let open = EntryFate::Open { payee: Some(payee(to)) };
            prop_assert_eq!(candidates != 1, fate == open, "{} candidates, {:?}", candidates, fate);
        }
    }

    #[test]
    fn every_transaction_of_a_statement_is_told_once_and_explained_at_most_once(
        opening in -100_i64..100,
        told in prop::collection::vec((any_transaction(), any::<bool>()), 0..6),
        off in prop_oneof![4 => Just(0_i64), 1 => -2_i64..3],
        looks in prop::collection::vec(any_look(), 0..12),
    ) {
        let transactions: Vec<(Transaction, EntryFate)> = (1..)
            .zip(told)
            .map(|(number, ((transaction, _), open))| {
                let fate = if open {
                    EntryFate::Open { payee: None }
                } else {
                    EntryFate::Paid { order: EndToEndId::of(&batch(1), &payee(0)) }
                };
                (Transaction { number, ..transaction }, fate)
            })
            .collect();
        let sum: Euro = transactions.iter().map(|(transaction, _)| transaction.signed()).sum();
        let head = head(1, opening, opening + sum.cents() + off);
        let take = |document: &StatementHead| StatementCommand::Take {
            head: document.clone(),
            transactions: transactions.clone(),
            on: DAY,
        };
        let mut statement = BankStatement::default();
        let Ok(events) = statement.decide(&take(&head)) else {
            prop_assert_ne!(off, 0, "what adds up is taken");
            return Ok(());
        };
        prop_assert_eq!(off, 0, "what does not add up is refused");
        let matched = events.iter().filter(|event| matches!(event, StatementEvent::TransactionMatched { .. }));
        prop_assert_eq!(matched.count(), transactions.len());
        for event in events {
            statement.evolve(event);
        }
        let mut open: BTreeSet<u32> = transactions
            .iter()
            .filter(|(_, fate)| matches!(fate, EntryFate::Open { .. }))
            .map(|(transaction, _)| transaction.number)
            .collect();
        for look in looks {
            let (decision, by, on) = ("D-1".parse().expect("a reference"), "s1".parse().expect("a subject"), DAY);
            let (number, command) = match look {
                Look::TakeAgain => {
                    prop_assert_eq!(statement.decide(&take(&head)), Ok(vec![]));
                    let other = StatementHead { closing: head.closing + Euro::from_cents(1), ..head.clone() };
                    let refused = matches!(statement.decide(&take(&other)), Err(StatementRefusal::KnownOtherwise { .. }));
                    prop_assert!(refused);
                    continue;
                }
                Look::Resolve(number) => {
                    let fate = EntryFate::Paid { order: EndToEndId::of(&batch(1), &payee(1)) };
                    (number, StatementCommand::Resolve { number, fate, decision, by, effective: on, on })
                }
                Look::SetAside(number) => (number, StatementCommand::SetAside { number, decision, by, effective: on, on }),
            };
            match statement.decide(&command) {
                Ok(events) => {
                    prop_assert!(open.remove(&number), "{number} was explained twice, or was never open");
                    events.into_iter().for_each(|event| statement.evolve(event));
                }
                Err(refusal) => {
                    prop_assert_eq!(refusal, StatementRefusal::NotOpen { number });
                    prop_assert!(!open.contains(&number));
                }
            }
        }
        for number in 0..8 {
            prop_assert_eq!(statement.open(number).is_some(), open.contains(&number));
        }
    }

    #[test]
    fn every_statement_that_is_missing_is_told_and_no_other_in_whatever_order_they_come(
        sent in prop::collection::btree_set(1_u64..20, 1..10).prop_flat_map(|sent| {
            Just(sent.into_iter().collect::<Vec<u64>>()).prop_shuffle()
        }),
        movements in prop::collection::vec(-50_i64..50, 20),
    ) {
        let balance = |number: u64| movements.iter().take(usize::try_from(number).expect("small")).sum::<i64>();
        let mut account = BankAccount::default();
        let mut told: BTreeMap<String, Joint> = BTreeMap::new();
        for number in &sent {
            let head = head(*number, balance(number - 1), balance(*number));
            let Ok(joined) = account.decide(&AccountCommand::Join { head, on: DAY });
            for event in joined {
                let (AccountEvent::StatementJoined { statement, joint, .. }
                | AccountEvent::StatementRejoined { statement, joint, .. }) = &event;
                told.insert(statement.clone(), joint.clone());
                account.evolve(&event);
            }
        }
        let mut missing = BTreeSet::new();
        for joint in told.values() {
            missing.extend(joint.missing.iter().flat_map(|(from, until)| *from..=*until));
            prop_assert!(joint.differs_from.is_none() || joint.missing.is_some(), "balances join where none is missing");
        }
        let (first, last) = (*sent.iter().min().expect("one"), *sent.iter().max().expect("one"));
        let expected: BTreeSet<u64> = (first..=last).filter(|number| !sent.contains(number)).collect();
        prop_assert_eq!(missing, expected);
        prop_assert_eq!(told.values().filter(|joint| joint.begins).count(), 1);
        prop_assert_eq!(account.balance(), Some(Euro::from_cents(balance(last))));
    }
}
