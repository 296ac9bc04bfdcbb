//! Closing a period: from then on nothing is effective in it (I9).

use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::Subject;
use subsidy_domain::period::{Accrual, PeriodCommand, PeriodId};
use subsidy_domain::view::{Claims, Periods, Unclaimed};
use subsidy_ledger::Keys;

use crate::accruals::Owed;
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, note, plain};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};
use crate::projection::each_row;

impl Intake {
    pub(in crate::intake) fn take_period_steps(
        &mut self,
        _: &Found,
        table: &Table<doc::PeriodStep>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        for row in &table.rows {
            let outcome = self.close_step(&row.value)?;
            note(report, row.number, outcome);
        }
        Ok(())
    }

    fn close_step(&mut self, row: &doc::PeriodStep) -> Result<Result<News, RowRefusal>, IntakeError> {
        let by = match Subject::new(row.by.as_str()) {
            Ok(by) => by,
            Err(wrong) => return Ok(Err(wrong.into())),
        };
        let on = self.desk.moment().day;
        let period = match row.period {
            doc::Period::Year(year) => PeriodId::Year(year),
            doc::Period::Month(month) => PeriodId::Month(month.year, month.month),
        };
        let command = match row.step {
            doc::ClosingStep::Propose => PeriodCommand::Propose { period, by, on },
            doc::ClosingStep::Approve => PeriodCommand::Close {
                period,
                accruals: self.owed_by(period)?,
                by,
                on,
            },
        };
        let outcome = self.desk.ask_period(&period.to_string(), command)?;
        Ok(outcome.map(plain).map_err(RowRefusal::from))
    }

    /// Returns what a year still owes; a month is closed without.
    fn owed_by(&self, period: PeriodId) -> Result<Vec<Accrual>, IntakeError> {
        let PeriodId::Year(year) = period else {
            return Ok(Vec::new());
        };
        // Row by row: there are as many claims as there ever were.
        let mut owed = Owed::of(FiscalYear::new(year));
        each_row::<Claims>(&self.ledger, &Keys::All, |_, row| owed.claim(&row))?;
        each_row::<Unclaimed>(&self.ledger, &Keys::All, |_, row| owed.evidence(&row))?;
        Ok(owed.accruals())
    }

    /// Returns the last day that is closed: nothing may be effective on it or before.
    pub(in crate::intake) fn closed_through(&self) -> Result<Option<jiff::civil::Date>, IntakeError> {
        let rows = self.rows_of::<Periods>(&Keys::All)?;
        let closed = rows.iter().filter(|(_, row)| row.closed.is_some());
        Ok(closed.filter_map(|(_, row)| row.period.last_day()).max())
    }
}
