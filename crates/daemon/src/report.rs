//! Reports: views put into words and figures. Each states its basis and the position of the ledger that it was made at.

mod budget;
mod exceptions;
mod general_ledger;
mod invoices;
pub mod money;
pub mod reconcile;
mod registers;
mod samples;
mod trace;
mod variance;

use std::collections::BTreeMap;

use subsidy_domain::ids::PayeeId;
use subsidy_domain::view::PayeeRow;
use subsidy_ledger::{Ledger, Position};

pub use self::budget::budget;
pub use self::exceptions::exceptions;
pub use self::general_ledger::{Balance, balances, general_ledger, opens_in};
pub use self::invoices::invoices;
pub use self::registers::{concentration, unclaimed};
pub use self::samples::{papers, sample, samples};
pub use self::trace::trace;
pub use self::variance::variance;
use crate::lang::Lang;
use crate::projection::{AsAt, RowsError};
use crate::sheet::Sheet;

/// What every report is read through.
#[derive(Clone, Copy)]
pub struct Lens<'a> {
    /// The ledger.
    pub ledger: &'a Ledger,
    /// At which position.
    pub as_at: AsAt,
    /// In which language.
    pub lang: Lang,
}

impl Lens<'_> {
    /// Returns the last position that the figures rest on.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub fn position(&self) -> Result<Position, RowsError> {
        match self.as_at {
            AsAt::Position(position) => Ok(position),
            AsAt::Now => Ok(self.ledger.head()?.position()),
        }
    }

    /// States position, moment and root on a sheet, so that a reader knows which records it was made from.
    fn sign(&self, sheet: &mut Sheet) -> Result<(), RowsError> {
        let lang = self.lang;
        let position = self.position()?;
        let head = self.ledger.head()?;
        sheet.fact(
            "position",
            lang.pick("stand van het subsidieregister", "position of the register"),
            position.0.to_string(),
        );
        if position.0 > 0 {
            let record = self.ledger.record(position)?;
            sheet.fact(
                "recorded_at",
                lang.pick("vastgelegd tot en met", "recorded up to"),
                record.recorded_at.to_string(),
            );
        }
        if position == head.position() {
            sheet.fact("root", lang.pick("wortel", "root"), head.root.to_string());
        }
        Ok(())
    }
}

/// Returns the name of a payee, or its id when it is not registered.
fn name_of(payees: &BTreeMap<String, PayeeRow>, payee: &PayeeId) -> String {
    payees
        .get(payee.as_str())
        .map_or_else(|| payee.to_string(), |row| row.facts.name.clone())
}
