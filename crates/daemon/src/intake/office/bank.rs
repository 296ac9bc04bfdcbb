//! A statement of the bank: every transaction recognised, what it settles settled, what it is not left as work for somebody.

use std::collections::BTreeSet;
use std::fmt::Display;

use jiff::civil::Date;
use subsidy_documents::statement::{Statement, StatementFile};
use subsidy_domain::bank::{
    AccountCommand, EntryFate, Evidence, OpenOrders, StatementCommand, StatementHead, Transaction, recognise,
};
use subsidy_domain::claim::{EntryRef, Money, Payment, UnpaidCause};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{EndToEndId, PayeeId};
use subsidy_domain::money::Euro;
use subsidy_domain::payee::PayeeCommand;
use subsidy_domain::payment::{OrderCommand, OrderState};
use subsidy_domain::reason::Reason;

use super::open::{Due, Open};
use super::told::{LONGEST_ID, booked, counted, signed, transactions_of};
use super::{CASES, Outcome, Placed};
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, note, plain};
use crate::intake::summary::{Became, FileReport};
use crate::intake::{Intake, IntakeError, fault_at, kept};

/// A statement that can be trusted.
type Trusted<'a> = (StatementHead, &'a Statement);

/// A transaction that names what cannot follow it after all: somebody has to look.
struct Unsettled(EntryRef);

impl Intake {
    /// Takes in all statements of a file, or, when one of them cannot be trusted, none: the file is then set apart whole.
    pub(in crate::intake) fn take_statements(
        &mut self,
        file: &Found,
        statements: &StatementFile,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        if !statements.faults.is_empty() {
            report.faults.clone_from(&statements.faults);
            let faults = statements.faults.iter().map(kept).collect();
            return self.set_apart(file, Reason::Unreadable {}, faults, report);
        }
        let closed = self.closed_through()?;
        let mut trusted = Vec::with_capacity(statements.statements.len());
        for statement in &statements.statements {
            match self.trusted(file, statement, closed)? {
                Ok(head) => trusted.push((head, statement)),
                Err(reason) => {
                    let at = subsidy_documents::Place::Document;
                    let faults = vec![fault_at(reason.code(), &at, Some(&statement.id))];
                    return self.set_apart(file, reason, faults, report);
                }
            }
        }
        // What names something that cannot follow is left as work, and all is decided again: of no transaction half happens.
        let mut left = BTreeSet::new();
        let outcomes = loop {
            match self.take_each(file, &trusted, &left)? {
                Ok(outcomes) => break outcomes,
                Err(Unsettled(entry)) => {
                    left.insert(entry);
                    self.start_over()?;
                }
            }
        };
        for outcome in outcomes {
            note(report, 1, outcome);
        }
        self.record_taken(file, report, report.refused_rows.clone())
    }

    fn take_each(
        &mut self,
        file: &Found,
        trusted: &[Trusted<'_>],
        left: &BTreeSet<EntryRef>,
    ) -> Result<Result<Vec<Result<News, RowRefusal>>, Unsettled>, IntakeError> {
        let statements: Vec<&Statement> = trusted.iter().map(|(_, statement)| *statement).collect();
        let mut open = self.open_for(&statements)?;
        let mut outcomes = Vec::with_capacity(trusted.len());
        for (head, statement) in trusted {
            let id = statement_id(&head.account, &head.id);
            outcomes.push(if self.desk.statement(&id)?.head().is_some() {
                // The same statement in other bytes: nothing changes, and with another content it is refused.
                let take = take(head, Vec::new(), self.desk.moment().day);
                self.desk
                    .ask_statement(&id, take)?
                    .map(plain)
                    .map_err(RowRefusal::from)
            } else {
                match self.take_statement(file, (head, statement), &mut open, left)? {
                    Ok(outcome) => outcome,
                    Err(unsettled) => return Ok(Err(unsettled)),
                }
            });
        }
        Ok(Ok(outcomes))
    }

    fn set_apart(
        &mut self,
        file: &Found,
        reason: Reason,
        faults: Vec<subsidy_domain::document::DocumentFault>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.quarantine(file, &reason, faults)?;
        report.became = Became::Quarantined { reason };
        Ok(())
    }

    /// Returns the head of a statement that can be trusted: of the fund's account, in euro, adding up, and not of a closed period.
    fn trusted(
        &mut self,
        file: &Found,
        statement: &Statement,
        closed: Option<Date>,
    ) -> Result<Result<StatementHead, Reason>, IntakeError> {
        let account = self.desk.own_account()?;
        let Some(account) = account.filter(|own| own.iban.as_str() == statement.account) else {
            return Ok(Err(Reason::NotOurAccount {}));
        };
        let (Some(opening), Some(closing)) = (&statement.opening, &statement.closing) else {
            return Ok(Err(Reason::TotalMismatch {}));
        };
        if statement.id.len() > LONGEST_ID {
            return Ok(Err(Reason::Unreadable {}));
        }
        let last_day = closing.on.or(statement.to);
        let Some(closed_on) = last_day else {
            return Ok(Err(Reason::Unreadable {}));
        };
        let foreign = statement
            .entries
            .iter()
            .any(|entry| entry.currency != closing.currency);
        if foreign || closing.currency.as_str() != "EUR" {
            return Ok(Err(Reason::Currency {}));
        }
        let first_booking = booked(statement).filter_map(|entry| entry.booked_on).min();
        if closed.is_some_and(|closed| first_booking.unwrap_or(closed_on) <= closed) {
            let through = closed.unwrap_or(closed_on);
            return Ok(Err(Reason::PeriodClosed { through }));
        }
        let sum: i64 = booked(statement).map(signed).sum();
        if opening.amount.cents() + sum != closing.amount.cents() {
            return Ok(Err(Reason::TotalMismatch {}));
        }
        let (transactions, digest) = counted(statement);
        Ok(Ok(StatementHead {
            account: account.iban,
            id: statement.id.clone(),
            sequence: statement.electronic_sequence.or(statement.legal_sequence),
            closed_on,
            opening: Euro::from_cents(opening.amount.cents()),
            closing: Euro::from_cents(closing.amount.cents()),
            transactions,
            digest,
            document: file.hash.clone(),
        }))
    }

    fn take_statement(
        &mut self,
        file: &Found,
        (head, statement): (&StatementHead, &Statement),
        open: &mut Open,
        left: &BTreeSet<EntryRef>,
    ) -> Result<Result<Result<News, RowRefusal>, Unsettled>, IntakeError> {
        let on = self.desk.moment().day;
        let mut news = News::default();
        let mut fates = Vec::new();
        let mut transactions = transactions_of(statement).peekable();
        while transactions.peek().is_some() {
            let part: Vec<(Transaction, Evidence)> = transactions.by_ref().take(CASES).collect();
            self.load_named(&part, open)?;
            for (transaction, evidence) in part {
                let entry = EntryRef {
                    statement: head.id.clone(),
                    number: transaction.number,
                };
                let fate = if left.contains(&entry) {
                    nothing_known(&evidence, open)
                } else {
                    let fate = recognise(&transaction, &evidence, open);
                    self.certain(fate, &transaction, open)?
                };
                match self.settle_fate(file, &fate, &entry, transaction.booked_on, open)? {
                    Ok(happened) => {
                        news.add(&happened);
                        fates.push((transaction, fate));
                    }
                    Err(_) => return Ok(Err(Unsettled(entry))),
                }
            }
            if transactions.peek().is_some() {
                self.desk.set_down();
            }
        }
        let id = statement_id(&head.account, &head.id);
        match self.desk.ask_statement(&id, take(head, fates, on))? {
            Ok(events) => news.add(&plain(events)),
            Err(refusal) => return Ok(Ok(Err(refusal.into()))),
        }
        let join = AccountCommand::Join {
            head: head.clone(),
            on,
        };
        let told = self.desk.ask_account(head.account.as_str(), join)?;
        news.add(&plain(told.len()));
        Ok(Ok(Ok(news)))
    }

    /// Loads what transactions name, in one read: orders, and their lines where these are few.
    fn load_named(&mut self, part: &[(Transaction, Evidence)], open: &Open) -> Result<(), IntakeError> {
        let named = || {
            let ids = part
                .iter()
                .filter_map(|(_, evidence)| evidence.end_to_end.as_ref());
            ids.filter_map(|id| Some((id, open.orders.get(id)?)))
        };
        let ids: Vec<&EndToEndId> = named().map(|(id, _)| id).collect();
        self.desk.load_orders(&ids)?;
        let few = named().filter(|(_, due)| due.away.len() <= FEW);
        let lines: Vec<Placed> = few.flat_map(|(_, due)| due.away.iter().cloned()).collect();
        self.load_lines(&lines)
    }

    /// Returns what a transaction is when all its lines can follow. When not, somebody has to look: the bank gave back what was partly
    /// recovered already, or a payee paid back what the bank had given back.
    fn certain(
        &mut self,
        fate: EntryFate,
        transaction: &Transaction,
        open: &Open,
    ) -> Result<EntryFate, IntakeError> {
        let (payee, follows) = match &fate {
            EntryFate::Returned { order, .. } => {
                let Some(due) = open.orders.get(order) else {
                    return Ok(OPEN);
                };
                let lines = self.lines_due(due)?;
                self.load_lines(&lines)?;
                let comes_back = |(case, line): &Placed| {
                    let held = self.desk.line(case, line)?;
                    held.payments.of(&due.batch).map(Payment::can_come_back)
                };
                let follows = lines.iter().all(|line| comes_back(line) == Some(true));
                (due.payee.clone(), follows)
            }
            EntryFate::Recovered { reference, payee } => {
                let lines = open.owed_lines(reference, payee);
                self.load_lines(&lines)?;
                let held = lines.iter().filter_map(|(case, line)| self.desk.line(case, line));
                let owed: Euro = held.map(|held| held.payments.open()).sum();
                (payee.clone(), owed == transaction.amount)
            }
            EntryFate::Paid { .. } | EntryFate::PaidBatch { .. } | EntryFate::Open { .. } => return Ok(fate),
        };
        let payee = Some(payee);
        Ok(if follows { fate } else { EntryFate::Open { payee } })
    }

    /// Returns the lines of an order: those that were away as the file came, or those that the register has.
    fn lines_due(&self, due: &Due) -> Result<Vec<Placed>, IntakeError> {
        if due.away.is_empty() {
            return self.lines_of(&due.payee, &due.batch, due.state);
        }
        Ok(due.away.clone())
    }

    /// Lets what a transaction settles happen, effective on its day of booking.
    pub(super) fn settle_fate(
        &mut self,
        file: &Found,
        fate: &EntryFate,
        entry: &EntryRef,
        on: Date,
        open: &mut Open,
    ) -> Outcome {
        match fate {
            EntryFate::Paid { order } => self.pay(file, order, entry, on, open),
            EntryFate::PaidBatch { batch, .. } => {
                let orders: Vec<EndToEndId> =
                    open.batch(batch).into_iter().map(|order| order.order).collect();
                let mut news = News::default();
                for order in orders {
                    match self.pay(file, &order, entry, on, open)? {
                        Ok(happened) => news.add(&happened),
                        Err(refusal) => return Ok(Err(refusal)),
                    }
                }
                Ok(Ok(news))
            }
            EntryFate::Returned { order, reason } => {
                let Some(due) = open.orders.get_mut(order) else {
                    return Ok(Err(RowRefusal("NO_SUCH_ORDER")));
                };
                let lines = self.lines_due(due)?;
                let cause = UnpaidCause::Returned(reason.clone());
                let of = (&due.payee, &due.batch, lines.as_slice());
                let failed = self.fail(file, of, &cause, Some(entry.clone()), on)?;
                if failed.is_ok() {
                    due.state = OrderState::Failed;
                    self.block(&due.payee, reason)?;
                }
                Ok(failed)
            }
            EntryFate::Recovered { reference, payee } => {
                let lines = open.owed_lines(reference, payee);
                let money = Money::Received { entry: entry.clone() };
                let moved = self.move_money(&lines, &money, on, file)?;
                if moved.is_ok()
                    && let Some(owed) = open.owed.get_mut(reference)
                {
                    owed.remove(payee);
                }
                Ok(moved)
            }
            EntryFate::Open { .. } => Ok(Ok(News::default())),
        }
    }

    fn pay(
        &mut self,
        file: &Found,
        order: &EndToEndId,
        entry: &EntryRef,
        on: Date,
        open: &mut Open,
    ) -> Outcome {
        let Some(due) = open.orders.get_mut(order) else {
            return Ok(Err(RowRefusal("NO_SUCH_ORDER")));
        };
        let pay = OrderCommand::Pay {
            entry: Some(entry.clone()),
            on,
        };
        if let Err(refusal) = self.desk.ask_order(order, pay)? {
            return Ok(Err(refusal.into()));
        }
        let batch = due.batch.clone();
        let paid = self.move_money(&due.away, &Money::Paid { batch }, on, file)?;
        if paid.is_ok() {
            due.state = OrderState::Paid;
        }
        Ok(paid)
    }

    /// Pays nothing more to a payee until two persons have verified its account (E17).
    pub(super) fn block(&mut self, payee: &PayeeId, reason: &str) -> Result<(), IntakeError> {
        let command = PayeeCommand::Block {
            reason: reason.to_owned(),
            on: self.desk.moment().day,
        };
        // A payee that was paid is registered.
        let _registered = self.desk.ask_payee(payee, command)?;
        Ok(())
    }
}

/// How many lines of an order are loaded with those of others.
const FEW: usize = 100;

const OPEN: EntryFate = EntryFate::Open { payee: None };

/// Returns what a transaction is that is left to somebody, however much it names.
fn nothing_known(evidence: &Evidence, open: &Open) -> EntryFate {
    let account = evidence.account.as_ref();
    EntryFate::Open {
        payee: account.and_then(|account| open.payee(account)),
    }
}

fn take(head: &StatementHead, transactions: Vec<(Transaction, EntryFate)>, on: Date) -> StatementCommand {
    StatementCommand::Take {
        head: head.clone(),
        transactions,
        on,
    }
}

/// The stream of a statement: its account and the bank's id of it.
pub(super) fn statement_id(account: &Iban, id: impl Display) -> String {
    format!("{}:{id}", account.as_str())
}
