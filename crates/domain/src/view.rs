//! Views: what people read, folded from what was recorded.
//!
//! A view is a set of keyed rows. An event names the rows that it touches, and each such row is folded on its own: from the row before and the
//! event follows the row after, or none. So a view can be kept in a table, computed in memory as at any position, and rebuilt, always with
//! the same bytes. A view never writes the ledger.

mod bank;
mod budget_lines;
mod claims;
mod counters;
mod exceptions;
mod general_ledger;
mod invoices;
mod payables;
mod payees;
mod payments;
mod periods;
mod pipeline;
mod realisation;
mod samples;
mod unclaimed;

use std::collections::BTreeMap;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::recorded::{Family, Recorded};

pub use self::bank::{Bank, BankRow};
pub use self::budget_lines::{BudgetLineRow, BudgetLines};
pub use self::claims::{ClaimRow, Claims, StandingPart};
pub use self::counters::{CounterRow, Counters};
pub use self::exceptions::{ExceptionRow, Exceptions, Subject as ExceptionSubject};
pub use self::general_ledger::{GeneralLedger, GeneralLedgerKey, GeneralLedgerRow};
pub use self::invoices::{CreditedBy, InvoiceRow, Invoices, LineOutcome};
pub use self::payables::{Approval, PayableRow, Payables};
pub use self::payees::{PayeeRow, Payees};
pub use self::payments::{BatchRow, Batches, OrderRow, Orders};
pub use self::periods::{PeriodRow, Periods};
pub use self::pipeline::{Pipeline, PipelineRow};
pub use self::realisation::{Basis, Realisation, RealisationKey, RealisationRow};
pub use self::samples::{AuditFinding, SampleDraw, SampleItemRow, SampleItems, SampleRow, Samples};
pub use self::unclaimed::{Unclaimed, UnclaimedRow};

/// A view as a fold over what was recorded.
pub trait View {
    /// A row.
    type Row: Clone + Serialize + DeserializeOwned + Send + 'static;
    /// The name under which it is kept.
    const NAME: &'static str;
    /// The version of its fold; another version is built anew.
    const VERSION: u32;

    /// Whether an event of this family and type may touch a row. It is asked before an event is decoded, so that what touches none is passed
    /// over: say no only to what is known.
    #[must_use]
    fn follows(family: Family, event_type: &str) -> bool {
        let _any = (family, event_type);
        true
    }

    /// Adds the rows that an event touches, each once; what `keys` holds already is of other events.
    fn keys(event: &Recorded, keys: &mut Vec<String>);

    /// Folds an event into one of the rows that it touches.
    fn fold(key: &str, row: Option<Self::Row>, event: &Recorded) -> Option<Self::Row>;
}

/// Folds an event into rows held in memory.
pub fn fold_into<V: View>(rows: &mut BTreeMap<String, V::Row>, event: &Recorded) {
    let mut keys = Vec::new();
    V::keys(event, &mut keys);
    for key in keys {
        let row = rows.remove(&key);
        if let Some(row) = V::fold(&key, row, event) {
            rows.insert(key, row);
        }
    }
}

#[cfg(test)]
mod tests;
