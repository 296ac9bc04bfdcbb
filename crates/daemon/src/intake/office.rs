//! The finance office: what is approved, what goes out, what the bank tells, what comes back, and when a period is closed.
//!
//! Each act is a document like any other, a list or a statement, so that who did what has a hash and twice is once; the commands of the
//! command line make such a list of one row. What an act is about is found in views, which are brought up to date first; whether it may be
//! is decided by the aggregates alone.

mod accounts;
mod approvals;
mod bank;
mod closing;
mod open;
mod recourse;
mod resolve;
mod run;
mod sampling;
mod status;
mod told;

use std::collections::{BTreeMap, BTreeSet};

use subsidy_documents::Row;
use subsidy_domain::bank::StatementRefusal;
use subsidy_domain::claim::{Act, Money};
use subsidy_domain::ids::{BatchNumber, LineRef, PayeeId};
use subsidy_domain::payment::{BatchRefusal, OrderRefusal, OrderState};
use subsidy_domain::period::PeriodRefusal;
use subsidy_domain::sample::SampleRefusal;
use subsidy_domain::view::{ClaimRow, Claims, OrderRow, PayableRow, Payables, View};
use subsidy_ledger::Keys;

use super::gather::Found;
use super::lists::{RowRefusal, note};
use super::summary::FileReport;
use super::{Intake, IntakeError};
use crate::desk::{CaseRef, LineCommand, News};
use crate::projection::each_row;

/// How many cases are loaded at a time.
const CASES: usize = 1_000;

/// What became of a row; the outer error stops the work.
type Outcome = Result<Result<News, RowRefusal>, IntakeError>;

/// A line and the case that it is in.
type Placed = (CaseRef, LineRef);

impl Intake {
    /// Appends what was decided and brings the views up to date, so that what an act is about can be read from them.
    pub(in crate::intake) fn look_up(&mut self) -> Result<(), IntakeError> {
        self.desk.append()?;
        self.follower.catch_up()?;
        Ok(())
    }

    /// Takes rows one after the other, each whole or not at all: when one is refused after something of it was decided, all are decided again
    /// without it. The file was looked up, so nothing but its own rows is forgotten. What the rows share is made ready by `begin`.
    fn whole_rows<T, S>(
        &mut self,
        rows: &[Row<T>],
        report: &mut FileReport,
        begin: impl Fn(&mut Self) -> Result<S, IntakeError>,
        take: impl Fn(&mut Self, &mut S, &T) -> Outcome,
    ) -> Result<(), IntakeError> {
        let mut refused: BTreeMap<u64, RowRefusal> = BTreeMap::new();
        let outcomes = 'anew: loop {
            let mut shared = begin(self)?;
            let mut outcomes = Vec::with_capacity(rows.len());
            for row in rows {
                if let Some(refusal) = refused.get(&row.number) {
                    outcomes.push(Err(*refusal));
                    continue;
                }
                let before = self.desk.decided();
                let outcome = take(self, &mut shared, &row.value)?;
                if let Err(refusal) = &outcome
                    && self.desk.decided() != before
                {
                    refused.insert(row.number, *refusal);
                    self.start_over()?;
                    continue 'anew;
                }
                outcomes.push(outcome);
            }
            break outcomes;
        };
        for (row, outcome) in rows.iter().zip(outcomes) {
            note(report, row.number, outcome);
        }
        Ok(())
    }

    /// Returns rows of a view as kept; a row that cannot be read stops the work.
    fn rows_of<V: View>(&self, keys: &Keys) -> Result<Vec<(String, V::Row)>, IntakeError> {
        let mut rows = Vec::new();
        each_row::<V>(&self.ledger, keys, |key, row| rows.push((key.to_owned(), row)))?;
        Ok(rows)
    }

    /// Asks a line something, on a day; its case must have been loaded.
    fn act(&mut self, (case, line): &Placed, act: Act, on: jiff::civil::Date, file: &Found) -> Outcome {
        let command = LineCommand::Act {
            line: line.clone(),
            act,
            on,
        };
        Ok(self
            .desk
            .ask_line(case, command, &file.hash)?
            .map_err(RowRefusal::from))
    }

    /// Asks many lines something about their money, on a day, loading their cases part by part. Every line must be able to.
    fn move_money(
        &mut self,
        lines: &[Placed],
        money: &Money,
        on: jiff::civil::Date,
        file: &Found,
    ) -> Outcome {
        let mut news = News::default();
        for part in lines.chunks(CASES) {
            self.load_lines(part)?;
            for line in part {
                match self.act(line, Act::Money(money.clone()), on, file)? {
                    Ok(happened) => news.add(&happened),
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            if lines.len() > CASES {
                self.desk.set_down();
            }
        }
        Ok(Ok(news))
    }

    fn load_lines(&mut self, lines: &[Placed]) -> Result<(), IntakeError> {
        let cases: BTreeSet<CaseRef> = lines.iter().map(|(case, _)| case.clone()).collect();
        let payees: BTreeSet<PayeeId> = lines.iter().map(|(_, line)| line.payee.clone()).collect();
        self.desk.load(&cases, &payees)?;
        Ok(())
    }

    /// Returns the lines that the order of a payee in a batch pays. While it is on its way they are all on the work list; later only the
    /// register has them.
    fn lines_of(
        &self,
        payee: &PayeeId,
        batch: &BatchNumber,
        state: OrderState,
    ) -> Result<Vec<Placed>, IntakeError> {
        let keys = Keys::Prefix(format!("{payee}/"));
        Ok(match state {
            OrderState::Placed => {
                let mut rows = self.rows_of::<Payables>(&keys)?;
                rows.retain(|(_, row)| row.payments.of(batch).is_some());
                rows.iter().filter_map(|(_, row)| placed(row)).collect()
            }
            OrderState::Paid | OrderState::Failed => {
                let mut rows = self.rows_of::<Claims>(&keys)?;
                rows.retain(|(_, row)| row.payments.of(batch).is_some());
                rows.iter().filter_map(|(_, row)| placed_claim(row)).collect()
            }
        })
    }

    fn lines_of_order(&self, order: &OrderRow) -> Result<Vec<Placed>, IntakeError> {
        self.lines_of(&order.terms.payee, &order.terms.batch, order.state)
    }

    /// Returns the lines of a payee of which something was held back in a batch.
    fn lines_offset_in(&self, payee: &PayeeId, batch: &BatchNumber) -> Result<Vec<Placed>, IntakeError> {
        let mut rows = self.rows_of::<Payables>(&Keys::Prefix(format!("{payee}/")))?;
        rows.retain(|(_, row)| {
            let mut payments = row.payments.iter();
            payments.any(|payment| payment.offsets.iter().any(|(later, _)| later == batch))
        });
        Ok(rows.iter().filter_map(|(_, row)| placed(row)).collect())
    }
}

fn placed(row: &PayableRow) -> Option<Placed> {
    Some((CaseRef::named(&row.kind, &row.case)?, row.line.clone()))
}

fn placed_claim(row: &ClaimRow) -> Option<Placed> {
    Some((CaseRef::named(&row.kind, &row.case)?, row.presented.line.clone()))
}

impl From<BatchRefusal> for RowRefusal {
    fn from(refusal: BatchRefusal) -> Self {
        Self(match refusal {
            BatchRefusal::Unknown => "NO_SUCH_BATCH",
            BatchRefusal::NumberTaken { .. } => "BATCH_NUMBER_TAKEN",
            BatchRefusal::WrongState { .. } => "WRONG_STATE",
            BatchRefusal::Nothing => "NOTHING_TO_PAY",
            BatchRefusal::Forbidden { reason } => reason.code(),
        })
    }
}

impl From<OrderRefusal> for RowRefusal {
    fn from(refusal: OrderRefusal) -> Self {
        Self(match refusal {
            OrderRefusal::Unknown => "NO_SUCH_ORDER",
            OrderRefusal::WrongState { .. } => "WRONG_STATE",
            OrderRefusal::OffsetTooLarge { .. } => "OFFSET_TOO_LARGE",
        })
    }
}

impl From<StatementRefusal> for RowRefusal {
    fn from(refusal: StatementRefusal) -> Self {
        Self(match refusal {
            StatementRefusal::KnownOtherwise { .. } => "STATEMENT_KNOWN_OTHERWISE",
            StatementRefusal::DoesNotAddUp { .. } => "DOES_NOT_ADD_UP",
            StatementRefusal::NotOpen { .. } => "NOT_OPEN",
        })
    }
}

impl From<PeriodRefusal> for RowRefusal {
    fn from(refusal: PeriodRefusal) -> Self {
        Self(match refusal {
            PeriodRefusal::NotEnded { .. } => "PERIOD_NOT_ENDED",
            PeriodRefusal::Closed { .. } => "PERIOD_CLOSED",
            PeriodRefusal::NotProposed { .. } => "CLOSE_NOT_PROPOSED",
            PeriodRefusal::Forbidden { reason } => reason.code(),
        })
    }
}

impl From<SampleRefusal> for RowRefusal {
    fn from(refusal: SampleRefusal) -> Self {
        Self(match refusal {
            SampleRefusal::Unknown => "NO_SUCH_SAMPLE",
            SampleRefusal::NumberTaken => "SAMPLE_NUMBER_TAKEN",
            SampleRefusal::NoShare => "NO_SHARE",
            SampleRefusal::NothingToSample => "NOTHING_TO_SAMPLE",
            SampleRefusal::TooFine => "SAMPLE_TOO_FINE",
            SampleRefusal::OtherPopulation { .. } => "OTHER_POPULATION",
            SampleRefusal::Drawn => "SAMPLE_DRAWN",
            SampleRefusal::NotDrawn => "SAMPLE_NOT_DRAWN",
            SampleRefusal::NotOfTheSample => "NOT_OF_THE_SAMPLE",
            SampleRefusal::BelowZero => "NEGATIVE_AMOUNT",
            SampleRefusal::NotExamined { .. } => "NOT_EXAMINED",
            SampleRefusal::Evaluated => "SAMPLE_EVALUATED",
        })
    }
}
