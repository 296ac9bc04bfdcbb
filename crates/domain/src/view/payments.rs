//! The payment register: every batch and every order, and where it stands.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::View;
use crate::claim::{EntryRef, UnpaidCause};
use crate::ids::Subject;
use crate::payment::{BatchEvent, BatchProposal, BatchState, OrderEvent, OrderState, OrderTerms};
use crate::recorded::{Event, Family, Recorded};

/// A batch and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    /// What it pays.
    pub proposal: BatchProposal,
    /// Who proposed it, and when.
    pub proposed: (Subject, Date),
    /// Who released it, and when.
    pub released: Option<(Subject, Timestamp)>,
    /// Where it stands.
    pub state: BatchState,
    /// The positions of everything that happened to it.
    pub positions: Vec<u64>,
}

/// The view of batches.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "batchregister")]
pub struct Batches;

impl View for Batches {
    type Row = BatchRow;
    const NAME: &'static str = "batches";
    const VERSION: u32 = 2;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Batch
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Batch(event) = &event.event {
            let number = match event {
                BatchEvent::BatchProposed { proposal, .. } => &proposal.number,
                BatchEvent::ReleaseBarred { .. } => return,
                BatchEvent::BatchReleased { number, .. } | BatchEvent::BatchWithdrawn { number, .. } => {
                    number
                }
            };
            keys.push(number.to_string());
        }
    }

    fn fold(_key: &str, row: Option<BatchRow>, event: &Recorded) -> Option<BatchRow> {
        let Event::Batch(happened) = &event.event else {
            return row;
        };
        if let BatchEvent::BatchProposed { proposal, by, on } = happened {
            return Some(BatchRow {
                proposal: proposal.clone(),
                proposed: (by.clone(), *on),
                released: None,
                state: BatchState::Proposed,
                positions: vec![event.position],
            });
        }
        let mut row = row?;
        row.positions.push(event.position);
        match happened {
            BatchEvent::BatchReleased { by, at, .. } => {
                row.released = Some((by.clone(), *at));
                row.state = BatchState::Released;
            }
            BatchEvent::BatchWithdrawn { .. } => row.state = BatchState::Withdrawn,
            BatchEvent::BatchProposed { .. } | BatchEvent::ReleaseBarred { .. } => {}
        }
        Some(row)
    }
}

/// An order and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "betaalregister")]
pub struct OrderRow {
    /// What it pays.
    pub terms: OrderTerms,
    /// The day of the proposal.
    pub placed_on: Date,
    /// Where it stands.
    pub state: OrderState,
    /// The day on which the bank booked it.
    pub paid_on: Option<Date>,
    /// The entry of the statement that paid it.
    pub entry: Option<EntryRef>,
    /// When and why it was not paid, and the entry by which it came back.
    pub failed: Option<(Date, UnpaidCause, Option<EntryRef>)>,
    /// The positions of everything that happened to it.
    pub positions: Vec<u64>,
}

/// The view of orders.
#[derive(Clone, Copy, Debug)]
pub struct Orders;

impl View for Orders {
    type Row = OrderRow;
    const NAME: &'static str = "orders";
    const VERSION: u32 = 1;

    fn follows(family: Family, _event_type: &str) -> bool {
        family == Family::Order
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Order(event) = &event.event {
            let id = match event {
                OrderEvent::OrderPlaced { terms, .. } => &terms.end_to_end,
                OrderEvent::OrderPaid { end_to_end, .. } | OrderEvent::OrderFailed { end_to_end, .. } => {
                    end_to_end
                }
            };
            keys.push(id.to_string());
        }
    }

    fn fold(_key: &str, row: Option<OrderRow>, event: &Recorded) -> Option<OrderRow> {
        let Event::Order(happened) = &event.event else {
            return row;
        };
        if let OrderEvent::OrderPlaced { terms, on } = happened {
            return Some(OrderRow {
                terms: terms.clone(),
                placed_on: *on,
                state: OrderState::Placed,
                paid_on: None,
                entry: None,
                failed: None,
                positions: vec![event.position],
            });
        }
        let mut row = row?;
        row.positions.push(event.position);
        match happened {
            OrderEvent::OrderPaid { entry, on, .. } => {
                row.state = OrderState::Paid;
                row.paid_on = Some(*on);
                row.entry.clone_from(entry);
            }
            OrderEvent::OrderFailed { cause, entry, on, .. } => {
                row.state = OrderState::Failed;
                row.failed = Some((*on, cause.clone(), entry.clone()));
            }
            OrderEvent::OrderPlaced { .. } => {}
        }
        Some(row)
    }
}
