//! Budgets as the board decides on them, and the division of one over all that wait for it (E15).

use std::collections::BTreeSet;

use subsidy_documents as doc;
use subsidy_documents::{Row, Table};
use subsidy_domain::budget::{BudgetCommand, BudgetLineId, divide_pro_rata};
use subsidy_domain::claim::Share;
use subsidy_domain::ids::DecisionRef;
use subsidy_domain::money::Euro;
use subsidy_domain::terms::BudgetPolicy;

use super::board::{budget_orders, line_of};
use super::{Outcome, RowRefusal, note};
use crate::desk::{LineCommand, News, Waiting, waiting};
use crate::intake::gather::Found;
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

impl Intake {
    /// Takes entries in the budget; who waits is read from the view of what waits, brought up to date before a list that divides.
    pub(super) fn take_budgets(
        &mut self,
        file: &Found,
        table: &Table<doc::BudgetEntry>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        let divides = table
            .rows
            .iter()
            .any(|row| row.value.kind == doc::BudgetEntryKind::Division);
        let mut waits = Vec::new();
        if divides {
            self.desk.append()?;
            self.follower.catch_up()?;
            waits = waiting(&self.ledger)?;
        }
        for Row { number, value } in &table.rows {
            let outcome = if value.kind == doc::BudgetEntryKind::Division {
                self.divide(file, value, &waits)?
            } else {
                self.take_budget(budget_orders(value))?
            };
            note(report, *number, outcome);
        }
        Ok(())
    }

    fn divide(&mut self, file: &Found, row: &doc::BudgetEntry, waits: &[Waiting]) -> Outcome {
        let (budget, decision) = match named(row) {
            Ok(named) => named,
            Err(refusal) => return Ok(Err(refusal)),
        };
        if self.desk.policy(budget.scheme) != Some(BudgetPolicy::ProRata) {
            return Ok(Err(RowRefusal("NOT_PRO_RATA")));
        }
        let demands: Vec<(&Waiting, Euro)> = waits
            .iter()
            .filter_map(|waiting| {
                let (held, asked) = waiting.budget?;
                (held == budget && self.desk.is_queued(budget, &waiting.place.line))
                    .then_some((waiting, asked))
            })
            .collect();
        let cases = demands.iter().map(|(waiting, _)| waiting.case.clone()).collect();
        self.desk.load(&cases, &BTreeSet::new())?;
        let available = self.desk.available(budget).unwrap_or_default();
        if available <= Euro::ZERO && !demands.is_empty() {
            return Ok(Err(RowRefusal("NOTHING_TO_DIVIDE")));
        }
        if demands.is_empty() {
            return Ok(Ok(News::default()));
        }
        let command = BudgetCommand::Divide {
            amount: available,
            claims: u32::try_from(demands.len()).unwrap_or(u32::MAX),
            decision: decision.clone(),
            decided_on: row.decided_on,
        };
        match self.desk.ask_budget(budget, command)? {
            // This decision was carried out before: what waits now waits for another.
            Ok(0) => return Ok(Ok(News::default())),
            Ok(_) => {}
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        let asked: Vec<Euro> = demands.iter().map(|(_, asked)| *asked).collect();
        let on = self.desk.moment().day;
        let mut news = News::default();
        for ((waiting, _), amount) in demands.into_iter().zip(divide_pro_rata(available, &asked)) {
            let command = LineCommand::Share {
                line: waiting.place.line.clone(),
                share: Share { budget, amount },
                decision: decision.clone(),
                on,
            };
            match self.desk.ask_line(&waiting.case, command, &file.hash)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        Ok(Ok(news))
    }
}

fn named(row: &doc::BudgetEntry) -> Result<(BudgetLineId, DecisionRef), RowRefusal> {
    Ok((line_of(row)?, DecisionRef::new(row.decision.as_str())?))
}
