//! What holds of a batch and of an order after any sequence of commands.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::claim::UnpaidCause;
use crate::ids::{EndToEndId, Subject};
use crate::money::Euro;
use crate::testkit;

const DAY: Date = date(2023, 4, 3);

fn any_person() -> impl Strategy<Value = Subject> {
    (0_u8..5).prop_map(|number| format!("s{number}").parse().expect("a subject"))
}

fn any_proposal() -> impl Strategy<Value = BatchProposal> {
    (0_u32..3, 0_i64..1_000).prop_map(|(lines, cents)| BatchProposal {
        number: "2023-0001".parse().expect("a number"),
        execute_on: DAY,
        account: testkit::own_account(),
        orders: lines,
        lines,
        total: Euro::from_cents(cents),
        offset: Euro::ZERO,
        digest: "00".repeat(32),
    })
}

fn any_batch_command() -> impl Strategy<Value = BatchCommand> {
    prop_oneof![
        (
            any_proposal(),
            prop::collection::btree_set(any_person(), 0..3),
            any_person()
        )
            .prop_map(|(proposal, approvers, by)| BatchCommand::Propose {
                proposal,
                approvers,
                by,
                on: DAY
            }),
        any_person().prop_map(|by| BatchCommand::Release {
            by,
            at: Timestamp::UNIX_EPOCH,
            on: DAY
        }),
        any_person().prop_map(|by| BatchCommand::Withdraw { by, on: DAY }),
    ]
}

fn any_terms() -> impl Strategy<Value = OrderTerms> {
    (0_i64..300, 0_i64..300, -1_i64..2).prop_map(|(gross, offset, wrong)| {
        let payee = testkit::school(testkit::SCHOOL, "99AA");
        let batch = "2023-0001".parse().expect("a number");
        OrderTerms {
            end_to_end: EndToEndId::of(&batch, &payee.id),
            batch,
            payee: payee.id,
            name: payee.name,
            iban: payee.iban,
            lines: 1,
            gross: Euro::from_cents(gross),
            offset: Euro::from_cents(offset),
            amount: Euro::from_cents(gross - offset + wrong),
        }
    })
}

fn any_order_command() -> impl Strategy<Value = OrderCommand> {
    let cause = prop::sample::select(vec![
        UnpaidCause::Withdrawn,
        UnpaidCause::Rejected("AC01".to_owned()),
        UnpaidCause::Returned("AC04".to_owned()),
    ]);
    prop_oneof![
        3 => any_terms().prop_map(|terms| OrderCommand::Place { terms, on: DAY }),
        2 => Just(OrderCommand::Pay { entry: None, on: DAY }),
        1 => cause.prop_map(|cause| OrderCommand::Fail { cause, entry: None, on: DAY }),
    ]
}

proptest! {
    #[test]
    fn a_batch_is_proposed_once_and_then_released_by_another_or_withdrawn(
        commands in prop::collection::vec(any_batch_command(), 0..12),
    ) {
        let mut batch = PaymentBatch::default();
        let mut told = Vec::new();
        for command in &commands {
            let Ok(events) = batch.decide(command) else { continue };
            for event in events {
                batch.evolve(event.clone());
                told.push(event);
            }
        }
        match told.as_slice() {
            [] => prop_assert_eq!(batch.state(), None),
            [BatchEvent::BatchProposed { proposal, by, .. }, rest @ ..] => {
                prop_assert!(proposal.lines > 0, "a batch of nothing is not made");
                let barred = rest.iter().map_while(|event| match event {
                    BatchEvent::ReleaseBarred { subject, .. } => Some(subject),
                    BatchEvent::BatchProposed { .. }
                    | BatchEvent::BatchReleased { .. }
                    | BatchEvent::BatchWithdrawn { .. } => None,
                });
                let acted: BTreeSet<_> = barred.chain([by]).collect();
                let ends = rest.iter().filter(|event| !matches!(event, BatchEvent::ReleaseBarred { .. }));
                match ends.collect::<Vec<_>>().as_slice() {
                    [] => prop_assert_eq!(batch.state(), Some(BatchState::Proposed)),
                    [BatchEvent::BatchReleased { by: releaser, .. }] => {
                        prop_assert!(!acted.contains(releaser), "{releaser} acted before");
                        prop_assert_eq!(batch.state(), Some(BatchState::Released));
                    }
                    [BatchEvent::BatchWithdrawn { .. }] => {
                        prop_assert_eq!(batch.state(), Some(BatchState::Withdrawn));
                        prop_assert_eq!(batch.released_at(), None);
                    }
                    _ => prop_assert!(false, "more than one end: {:?}", told),
                }
            }
            _ => prop_assert!(false, "something before it was proposed: {:?}", told),
        }
        let stored = serde_json::to_string(&told).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Vec<BatchEvent>>(&stored).expect("reads back"), told);
    }

    #[test]
    fn an_order_is_placed_then_paid_once_and_fails_once(
        commands in prop::collection::vec(any_order_command(), 0..16),
    ) {
        let mut order = PaymentOrder::default();
        let (mut placed, mut paid, mut failed) = (0, 0, 0);
        let mut away = Euro::ZERO;
        for command in &commands {
            let before = order.state();
            let Ok(events) = order.decide(command) else { continue };
            for event in events {
                match &event {
                    OrderEvent::OrderPlaced { terms, .. } => {
                        placed += 1;
                        prop_assert_eq!(terms.amount, terms.gross - terms.offset);
                        prop_assert!(!terms.amount.is_negative(), "no order takes money");
                    }
                    OrderEvent::OrderPaid { amount, .. } => {
                        paid += 1;
                        prop_assert_eq!(before, Some(OrderState::Placed));
                        away += *amount;
                    }
                    OrderEvent::OrderFailed { amount, was_paid, cause, .. } => {
                        failed += 1;
                        prop_assert_eq!(*was_paid, before == Some(OrderState::Paid));
                        prop_assert!(!was_paid || matches!(cause, UnpaidCause::Returned(_)));
                        if *was_paid {
                            away -= *amount;
                        }
                    }
                }
                let stored = serde_json::to_string(&event).expect("serialises");
                prop_assert_eq!(&serde_json::from_str::<OrderEvent>(&stored).expect("reads back"), &event);
                order.evolve(event);
            }
            let is_paid = order.state() == Some(OrderState::Paid);
            let expected = order.terms().filter(|_| is_paid).map_or(Euro::ZERO, |terms| terms.amount);
            prop_assert_eq!(away, expected, "what is away is what the order that is paid pays");
        }
        prop_assert!(placed <= 1 && paid <= placed && failed <= placed);
    }
}
