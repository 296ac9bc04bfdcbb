//! The lines that wait, read from the view of what waits, in the order in which they are judged again.

use subsidy_domain::budget::{BudgetLineId, Place};
use subsidy_domain::ids::DocumentHash;
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;
use subsidy_domain::view::{ExceptionRow, ExceptionSubject, Exceptions};
use subsidy_ledger::{Keys, Ledger};

use super::{CaseRef, DeskError};
use crate::projection::each_row;

/// A line that waits for something outside its case.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// The budget line for which it waits and what it asks of it; nothing when it waits for something else.
    pub(crate) budget: Option<(BudgetLineId, Euro)>,
    /// Since when, on an invoice of which day, and which line.
    pub(crate) place: Place,
    /// Its case.
    pub(crate) case: CaseRef,
    /// The document that presented it.
    pub(crate) document: DocumentHash,
}

/// Returns the lines that wait for budget, terms, tariffs, types or payees, as of the view: those that wait for budget first, who waits
/// longest before the others. A credit of a line that waits goes with that line.
///
/// # Errors
/// When the view cannot be read.
pub(crate) fn waiting(ledger: &Ledger) -> Result<Vec<Waiting>, DeskError> {
    let mut found = Vec::new();
    let lines = Keys::Prefix("line|".to_owned());
    each_row::<Exceptions>(ledger, &lines, |_, row| found.extend(waits(row)))?;
    found.sort_by(|a, b| (a.budget.is_none(), &a.place).cmp(&(b.budget.is_none(), &b.place)));
    Ok(found)
}

fn waits(row: ExceptionRow) -> Option<Waiting> {
    let reason = row.reason?;
    let budget = if let Reason::Budget { line, asked, .. } = &reason {
        Some((*line, *asked))
    } else if waits_for_reference(reason.code()) {
        None
    } else {
        return None;
    };
    let ExceptionSubject::Line {
        line,
        kind,
        case,
        document,
        invoice_date,
        credits: None,
        ..
    } = row.subject
    else {
        return None;
    };
    Some(Waiting {
        budget,
        place: Place {
            since: row.since,
            invoice_date,
            line,
        },
        case: CaseRef::named(&kind, &case)?,
        document,
    })
}

fn waits_for_reference(code: &str) -> bool {
    matches!(
        code,
        "NO_TERMS" | "NO_TARIFF" | "UNKNOWN_TYPE" | "PAYEE_UNKNOWN" | "IBAN_CHANGED"
    )
}
