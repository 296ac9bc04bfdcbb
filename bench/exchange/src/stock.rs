//! What the stock peers have in common, whatever the database: the fold of the budget view by the framework's own means.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use cqrs_es::{EventEnvelope, Query, View};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use subsidy_domain::budget::BudgetLine;
use subsidy_domain::recorded::{Event, Recorded};
use subsidy_domain::view::{BudgetLineRow, BudgetLines, fold_into};

/// The table of sqlite-es, as its own migration makes it.
pub const SQLITE_TABLE: &str = "CREATE TABLE events (
    aggregate_type text                          NOT NULL,
    aggregate_id   text                          NOT NULL,
    sequence       integer CHECK (sequence >= 0) NOT NULL,
    event_type     text                          NOT NULL,
    event_version  text                          NOT NULL,
    payload        text                          NOT NULL,
    metadata       text                          NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
) STRICT";

/// The rows of the view: of all budget lines in memory, of one where each has a document of its own.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Lines(BTreeMap<String, BudgetLineRow>);

impl View<BudgetLine> for Lines {
    fn update(&mut self, event: &EventEnvelope<BudgetLine>) {
        let recorded = Recorded {
            // A stock store has no order over all streams and keeps no moment.
            position: 0,
            recorded_at: Timestamp::UNIX_EPOCH,
            kind: "BudgetLine".to_owned(),
            id: event.aggregate_id.clone(),
            sequence: u64::try_from(event.sequence).unwrap_or(u64::MAX),
            event: Event::Budget(event.payload.clone()),
        };
        fold_into::<BudgetLines>(&mut self.0, &recorded);
    }
}

/// A query that folds in memory, and counts what it was handed.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<(Lines, u64)>>);

impl Memory {
    /// Returns how many events it was handed.
    #[must_use]
    pub fn seen(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

#[async_trait]
impl Query<BudgetLine> for Memory {
    async fn dispatch(&self, _id: &str, events: &[EventEnvelope<BudgetLine>]) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for event in events {
            held.0.update(event);
            held.1 += 1;
        }
    }
}
