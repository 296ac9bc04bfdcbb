//! One stock view: the register of claims, with the product's own fold, a row for each case.

use std::collections::BTreeMap;
use std::sync::Arc;

use cqrs_es::persist::{GenericQuery, PersistenceError};
use cqrs_es::{EventEnvelope, Query, View};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlite_es::SqliteViewRepository;
use sqlx::{Pool, Sqlite};
use subsidy_domain::claim::{Claim, Rule};
use subsidy_domain::recorded::{Event, Recorded};
use subsidy_domain::view::{ClaimRow, Claims, fold_into};

/// The lines of a case and where they stand.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Lines(BTreeMap<String, ClaimRow>);

impl<R: Rule> View<Claim<R>> for Lines {
    fn update(&mut self, event: &EventEnvelope<Claim<R>>) {
        let recorded = Recorded {
            // A stock store has no order over all streams and keeps no moment.
            position: 0,
            recorded_at: Timestamp::UNIX_EPOCH,
            kind: R::AGGREGATE.to_owned(),
            id: event.aggregate_id.clone(),
            sequence: u64::try_from(event.sequence).unwrap_or(u64::MAX),
            event: Event::Claim(event.payload.clone().with_facts()),
        };
        fold_into::<Claims>(&mut self.0, &recorded);
    }
}

/// Returns the stock query that keeps the view in a table of its own.
pub(crate) fn query<R: Rule>(pool: Pool<Sqlite>) -> Box<dyn Query<Claim<R>>> {
    let rows = SqliteViewRepository::<Lines, Claim<R>>::new(&table(R::AGGREGATE), pool);
    let mut query = GenericQuery::new(Arc::new(rows));
    query.use_error_handler(Box::new(|error: PersistenceError| {
        eprintln!("a view was not kept: {error}");
    }));
    Box::new(query)
}

/// Returns the name of the view's table for cases of a type: ids are unique within a type only.
pub(crate) fn table(kind: &str) -> String {
    format!("lines_of_{kind}")
}
