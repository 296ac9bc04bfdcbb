//! Payees by name, for every page and report that shows an id.

use serde::{Deserialize, Serialize};

use super::View;
use crate::ids::Subject;
use crate::payee::{Account, PayeeEvent, PayeeFacts};
use crate::recorded::{Event, Family, Recorded};

/// What is registered of a payee, with the account in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeRow {
    /// What is registered.
    pub facts: PayeeFacts,
    /// The account that is proposed, who proposed it, and who approved it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<(Account, Subject, Option<Subject>)>,
    /// Why nothing is paid to it: the bank's reason code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
}

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Payees;

impl View for Payees {
    type Row = PayeeRow;
    const NAME: &'static str = "payees";
    const VERSION: u32 = 2;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Payee
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Payee(
            PayeeEvent::PayeeRegistered {
                facts: PayeeFacts { id: payee, .. },
                ..
            }
            | PayeeEvent::AccountProposed { payee, .. }
            | PayeeEvent::AccountApproved { payee, .. }
            | PayeeEvent::AccountChanged { payee, .. }
            | PayeeEvent::AccountRejected { payee, .. }
            | PayeeEvent::PayeeBlocked { payee, .. },
        ) = &event.event
        {
            keys.push(payee.to_string());
        }
    }

    fn fold(_key: &str, row: Option<PayeeRow>, event: &Recorded) -> Option<PayeeRow> {
        let Event::Payee(event) = &event.event else {
            return row;
        };
        if let PayeeEvent::PayeeRegistered { facts, .. } = event {
            return Some(PayeeRow {
                facts: facts.clone(),
                proposed: None,
                blocked: None,
            });
        }
        let mut row = row?;
        match event {
            PayeeEvent::AccountProposed { account, by, .. } => {
                row.proposed = Some((account.clone(), by.clone(), None));
            }
            PayeeEvent::AccountApproved { by, .. } => {
                if let Some((_, _, first)) = &mut row.proposed {
                    *first = Some(by.clone());
                }
            }
            PayeeEvent::AccountChanged { account, .. } => {
                row.facts.iban = account.iban.clone();
                row.facts.name.clone_from(&account.name);
                row.proposed = None;
                row.blocked = None;
            }
            PayeeEvent::AccountRejected { .. } => row.proposed = None,
            PayeeEvent::PayeeBlocked { reason, .. } => row.blocked = Some(reason.clone()),
            PayeeEvent::PayeeRegistered { .. } => {}
        }
        Some(row)
    }
}
