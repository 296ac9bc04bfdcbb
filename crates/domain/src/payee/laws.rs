//! What holds of a payee's account after any sequence of commands.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::testkit;

const DAY: Date = date(2023, 5, 1);
const IBANS: [&str; 3] = ["NL44RABO0123456789", "NL02ABNA0123456789", "NL20INGB0001234567"];

fn any_person() -> impl Strategy<Value = Subject> {
    (0_u8..4).prop_map(|number| format!("s{number}").parse().expect("a subject"))
}

fn any_iban() -> impl Strategy<Value = Iban> {
    prop::sample::select(IBANS.to_vec()).prop_map(|iban| Iban::new(iban).expect("an account"))
}

fn any_command() -> impl Strategy<Value = PayeeCommand> {
    let facts = testkit::school(testkit::SCHOOL, "99AA");
    let name = facts.name.clone();
    prop_oneof![
        1 => any_iban().prop_map(move |iban| {
            let facts = PayeeFacts { iban, ..facts.clone() };
            PayeeCommand::Register { facts, source: testkit::source() }
        }),
        3 => (any_iban(), any_person()).prop_map(move |(iban, by)| {
            let account = Account { iban, name: name.clone() };
            PayeeCommand::ProposeAccount { account, by, on: DAY }
        }),
        4 => any_person().prop_map(|by| PayeeCommand::ApproveAccount { by, on: DAY }),
        1 => any_person().prop_map(|by| PayeeCommand::RejectAccount { by, on: DAY }),
        1 => Just(PayeeCommand::Block { reason: "AC04".to_owned(), on: DAY }),
    ]
}

proptest! {
    #[test]
    fn no_sequence_changes_an_account_without_two_approvers_other_than_its_proposer(
        commands in prop::collection::vec(any_command(), 0..24),
    ) {
        let mut payee = Payee::default();
        payee.evolve(PayeeEvent::PayeeRegistered {
            facts: testkit::school(testkit::SCHOOL, "99AA"),
            source: testkit::source(),
        });
        // What the events say: who proposed which account, and who approved it since.
        let mut proposed: Option<(Account, Subject)> = None;
        let mut approved: Vec<Subject> = Vec::new();
        for command in &commands {
            let before = payee.clone();
            let Ok(events) = payee.decide(command) else { continue };
            prop_assert!(events.len() <= 1);
            for event in events {
                let changes = matches!(event, PayeeEvent::AccountChanged { .. });
                match &event {
                    PayeeEvent::PayeeRegistered { .. } => prop_assert!(false, "registered twice"),
                    PayeeEvent::AccountProposed { account, by, .. } => {
                        prop_assert!(proposed.is_none(), "one account is proposed at a time");
                        proposed = Some((account.clone(), by.clone()));
                        approved.clear();
                    }
                    PayeeEvent::AccountApproved { by, .. } => approved.push(by.clone()),
                    PayeeEvent::AccountChanged { account, by, .. } => {
                        approved.push(by.clone());
                        let (wanted, proposer) = proposed.take().expect("proposed");
                        prop_assert_eq!(account, &wanted, "the account that was approved");
                        prop_assert_eq!(approved.len(), 2);
                        prop_assert_ne!(&approved[0], &approved[1]);
                        prop_assert!(!approved.contains(&proposer), "{proposer} proposed it");
                    }
                    PayeeEvent::AccountRejected { .. } => proposed = None,
                    PayeeEvent::PayeeBlocked { .. } => prop_assert!(!before.is_blocked()),
                }
                payee.evolve(event);
                if !changes {
                    let account = |payee: &Payee| payee.facts().map(|facts| (facts.iban.clone(), facts.name.clone()));
                    prop_assert_eq!(account(&payee), account(&before), "no other event changes an account");
                    prop_assert!(payee.is_blocked() || !before.is_blocked(), "no other event ends a block");
                }
            }
        }
    }
}
