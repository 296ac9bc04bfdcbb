//! Budgets: adoption, amendment, transfer, accrual, division (section 2.14).

use jiff::civil::Date;

use super::Record;
use super::cell::{Signed, Year};
use super::columns::fields;
use super::row::RowReader;
use super::words::{Origin, words};
use crate::amount::Amount;
use crate::fault::FaultCode;

/// One entry in the budget of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetEntry {
    /// Fiscal year.
    pub year: i16,
    /// Scheme code.
    pub scheme: String,
    /// What the entry does.
    pub kind: BudgetEntryKind,
    /// Units; absent when there is no unit budget. Below zero only in an amendment.
    pub units: Option<i64>,
    /// Amount. Below zero only in an amendment, zero in a division.
    pub amount: Amount,
    /// Reference of the board decision.
    pub decision: String,
    /// Date of the decision.
    pub decided_on: Date,
    /// Where the amount comes from.
    pub origin: Option<Origin>,
}

/// What an entry in the budget does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BudgetEntryKind {
    /// Adopts the budget.
    Adoption,
    /// Amends it, by more or by less.
    Amendment,
    /// Transfers a part to another scheme.
    Transfer {
        /// Code of the scheme that receives.
        to: String,
    },
    /// Opens with what a closed year still expects.
    OpeningAccrual,
    /// Divides what is available over the claims that wait for it.
    Division,
}

words! {
    /// The word that says what an entry does.
    pub(crate) enum EntryWord {
        /// Adoption.
        Adoption = "vaststelling",
        /// Amendment.
        Amendment = "wijziging",
        /// Transfer.
        Transfer = "overheveling",
        /// Opening accrual.
        OpeningAccrual = "nog_te_ontvangen",
        /// Division.
        Division = "verdeling",
    }
}

fields! {
    struct BudgetFields {
        year: Year = required "jaar",
        scheme: String = required "regeling",
        kind: EntryWord = required "soort",
        to: Option<String> = optional "naar",
        units: Option<i64> = optional "aantal",
        amount: Signed = required "bedrag",
        decision: String = required "besluit",
        decided_on: Date = required "besloten_op",
        origin: Option<Origin> = optional "herkomst",
    }
}

impl Record for BudgetEntry {
    type Fields = BudgetFields;

    fn assemble(mut fields: BudgetFields, row: &mut RowReader<'_>) -> Option<Self> {
        let kind = kind(&mut fields, row);
        let signs = signs(&fields, row);
        signs?;
        Some(Self {
            year: fields.year?.0,
            scheme: fields.scheme?,
            kind: kind?,
            units: fields.units?,
            amount: fields.amount?.0,
            decision: fields.decision?,
            decided_on: fields.decided_on?,
            origin: fields.origin?,
        })
    }
}

fn kind(fields: &mut BudgetFields, row: &mut RowReader<'_>) -> Option<BudgetEntryKind> {
    let kind = match fields.kind? {
        EntryWord::Transfer => {
            return Some(BudgetEntryKind::Transfer {
                to: row.needed(fields.to.take(), "naar")?,
            });
        }
        EntryWord::Adoption => BudgetEntryKind::Adoption,
        EntryWord::Amendment => BudgetEntryKind::Amendment,
        EntryWord::OpeningAccrual => BudgetEntryKind::OpeningAccrual,
        EntryWord::Division => BudgetEntryKind::Division,
    };
    if fields.to.take()?.is_some() {
        row.contradicting("naar")
    } else {
        Some(kind)
    }
}

/// Only an amendment may take away, and a division neither gives nor takes.
fn signs(fields: &BudgetFields, row: &mut RowReader<'_>) -> Option<()> {
    match fields.kind? {
        EntryWord::Amendment => Some(()),
        EntryWord::Division => {
            let amount = match fields.amount {
                Some(Signed(amount)) if amount.cents() != 0 => row.contradicting("bedrag"),
                Some(_) | None => Some(()),
            };
            let units = match fields.units.flatten() {
                Some(_) => row.contradicting("aantal"),
                None => Some(()),
            };
            amount.and(units)
        }
        EntryWord::Adoption | EntryWord::Transfer | EntryWord::OpeningAccrual => {
            let amount = match fields.amount {
                Some(Signed(amount)) if amount.is_negative() => {
                    row.refuse(FaultCode::NegativeAmount, "bedrag")
                }
                Some(_) | None => Some(()),
            };
            let units = match fields.units.flatten() {
                Some(units) if units < 0 => row.refuse(FaultCode::InvalidNumber, "aantal"),
                Some(_) | None => Some(()),
            };
            amount.and(units)
        }
    }
}
