//! A statement of the bank: every transaction recognised, what it settles settled, what it is not left as work for somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use jiff::civil::Date;
use subsidy_documents::statement::{
    Direction as Said, Entry, EntryStatus, Statement, StatementFile, Transaction as Told,
};
use subsidy_domain::bank::{
    AccountCommand, AccountRefusal, Candidate, Direction, EntryFate, Evidence, OpenOrders, StatementCommand,
    StatementHead, Transaction, recognise,
};
use subsidy_domain::claim::{EntryRef, Money, Payment, UnpaidCause};
use subsidy_domain::document::DocumentCommand;
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{BatchNumber, ClawbackRef, EndToEndId, PayeeId};
use subsidy_domain::money::Euro;
use subsidy_domain::payee::PayeeCommand;
use subsidy_domain::payment::{OrderCommand, OrderState};
use subsidy_domain::reason::Reason;
use subsidy_domain::view::{OrderRow, Orders, PayableRow, Payees};
use subsidy_ledger::Keys;

use super::{Placed, placed};
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, note, plain};
use crate::intake::summary::{Became, FileReport};
use crate::intake::{Intake, IntakeError, fault_at, kept};

/// What is open, read from the views once for a file, and kept up with what the file settles.
pub(super) struct Open {
    orders: BTreeMap<EndToEndId, OrderRow>,
    /// The orders to an account.
    to: BTreeMap<Iban, Vec<EndToEndId>>,
    /// The lines of the orders that were on their way when the file came.
    away: BTreeMap<EndToEndId, Vec<Placed>>,
    owed: BTreeMap<ClawbackRef, (PayeeId, Vec<PayableRow>)>,
    accounts: BTreeMap<Iban, PayeeId>,
}

/// A statement that can be trusted: its head, and its transactions with what is known of each.
type Trusted = (StatementHead, Vec<(Transaction, Evidence)>);

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
                Ok(statement) => trusted.push(statement),
                Err(reason) => {
                    let at = subsidy_documents::Place::Document;
                    let faults = vec![fault_at(reason.code(), &at, Some(&statement.id))];
                    return self.set_apart(file, reason, faults, report);
                }
            }
        }
        let mut open = self.open_for(&trusted)?;
        for (head, transactions) in trusted {
            let id = statement_id(&head.account, &head.id);
            if self.desk.statement(&id)?.head().is_some() {
                // The same statement in other bytes: nothing changes, and with another content it is refused below.
                let told = transactions.into_iter().map(|(told, _)| (told, OPEN));
                let take = take(&head, told.collect(), self.desk.moment().day);
                let outcome = self.desk.ask_statement(&id, take)?;
                note(report, 1, outcome.map(plain).map_err(RowRefusal::from));
                continue;
            }
            let outcome = self.take_statement(file, &head, transactions, &mut open)?;
            note(report, 1, outcome);
        }
        self.close_as_taken(file, report)
    }

    fn close_as_taken(&mut self, file: &Found, report: &FileReport) -> Result<(), IntakeError> {
        let (document, on) = (file.hash.clone(), self.desk.moment().day);
        let command = DocumentCommand::Take {
            document,
            kind: file.kind.as_str().to_owned(),
            taken: report.taken,
            faults: report.refused_rows.clone(),
            originals: self.kept.clone(),
            on,
        };
        self.desk.ask_document(&file.hash, command)?;
        self.desk.close(Some(&file.hash))?;
        Ok(())
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

    /// Returns a statement that can be trusted: of the fund's account, in euro, adding up, and not of a closed period.
    fn trusted(
        &mut self,
        file: &Found,
        statement: &Statement,
        closed: Option<Date>,
    ) -> Result<Result<Trusted, Reason>, IntakeError> {
        let account = self.desk.own_account()?;
        let Some(account) = account.filter(|own| own.iban.as_str() == statement.account) else {
            return Ok(Err(Reason::NotOurAccount {}));
        };
        let (Some(opening), Some(closing)) = (&statement.opening, &statement.closing) else {
            return Ok(Err(Reason::TotalMismatch {}));
        };
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
        let transactions = transactions_of(statement);
        let head = StatementHead {
            account: account.iban,
            id: statement.id.clone(),
            sequence: statement.electronic_sequence.or(statement.legal_sequence),
            closed_on,
            opening: Euro::from_cents(opening.amount.cents()),
            closing: Euro::from_cents(closing.amount.cents()),
            transactions: u32::try_from(transactions.len()).unwrap_or(u32::MAX),
            document: file.hash.clone(),
        };
        Ok(Ok((head, transactions)))
    }

    fn take_statement(
        &mut self,
        file: &Found,
        head: &StatementHead,
        transactions: Vec<(Transaction, Evidence)>,
        open: &mut Open,
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
        let on = self.desk.moment().day;
        let mut news = News::default();
        let mut fates = Vec::with_capacity(transactions.len());
        for (transaction, evidence) in transactions {
            let fate = recognise(&transaction, &evidence, open);
            let fate = self.certain(fate, &transaction, open)?;
            let entry = EntryRef {
                statement: head.id.clone(),
                number: transaction.number,
            };
            let settled = self.settle_fate(file, &fate, &entry, transaction.booked_on, open)?;
            match settled {
                Ok(happened) => {
                    news.add(&happened);
                    fates.push((transaction, fate));
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let taken = self
            .desk
            .ask_statement(&statement_id(&head.account, &head.id), take(head, fates, on))?;
        match taken {
            Ok(events) => news.add(&plain(events)),
            Err(refusal) => return Ok(Err(refusal.into())),
        }
        let join = AccountCommand::Join {
            head: head.clone(),
            on,
        };
        match self.desk.ask_account(head.account.as_str(), join)? {
            Ok(told) => news.add(&plain(told.len())),
            // It was late: its place in the row cannot be checked any more.
            Err(AccountRefusal::Earlier { .. }) => {}
        }
        Ok(Ok(news))
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
                let Some(row) = open.orders.get(order) else {
                    return Ok(OPEN);
                };
                let lines = self.lines_on_desk(open.lines_of(row), row)?;
                let comes_back = |(case, line): &Placed| {
                    let held = self.desk.line(case, line)?;
                    held.payments.of(&row.terms.batch).map(Payment::can_come_back)
                };
                let follows = lines.iter().all(|line| comes_back(line) == Some(true));
                (row.terms.payee.clone(), follows)
            }
            EntryFate::Recovered { reference, payee } => {
                let lines = open.owed_lines(reference);
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

    /// Returns the lines of an order, their cases loaded: those known to be away, or those that the register has.
    fn lines_on_desk(
        &mut self,
        away: Option<Vec<Placed>>,
        order: &OrderRow,
    ) -> Result<Vec<Placed>, IntakeError> {
        let lines = match away {
            Some(lines) => lines,
            None => self.lines_of_order(order)?,
        };
        self.load_lines(&lines)?;
        Ok(lines)
    }

    /// Lets what a transaction settles happen, effective on its day of booking.
    pub(super) fn settle_fate(
        &mut self,
        file: &Found,
        fate: &EntryFate,
        entry: &EntryRef,
        on: Date,
        open: &mut Open,
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
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
                let Some(row) = open.orders.get_mut(order) else {
                    return Ok(Err(RowRefusal("NO_SUCH_ORDER")));
                };
                let returned = row.clone();
                row.state = OrderState::Failed;
                let lines = self.lines_on_desk(open.lines_of(&returned), &returned)?;
                let cause = UnpaidCause::Returned(reason.clone());
                let failed = self.fail(file, (&returned, &lines), &cause, Some(entry.clone()), on)?;
                if failed.is_ok() {
                    self.block(&returned.terms.payee, reason)?;
                }
                Ok(failed)
            }
            EntryFate::Recovered { reference, .. } => {
                let lines = open.owed_lines(reference);
                open.owed.remove(reference);
                let money = Money::Received { entry: entry.clone() };
                self.move_money(&lines, &money, on, file)
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
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
        let Some(row) = open.orders.get_mut(order) else {
            return Ok(Err(RowRefusal("NO_SUCH_ORDER")));
        };
        row.state = OrderState::Paid;
        let batch = row.terms.batch.clone();
        let pay = OrderCommand::Pay {
            entry: Some(entry.clone()),
            on,
        };
        if let Err(refusal) = self.desk.ask_order(order, pay)? {
            return Ok(Err(refusal.into()));
        }
        // It was placed when the file came, so its lines were away.
        let lines = open.away.get(order).map_or(&[][..], Vec::as_slice);
        self.move_money(lines, &Money::Paid { batch }, on, file)
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

    /// Reads what the transactions may be about: the orders of the batches that they name, or all that are on their way, and what is owed.
    fn open_for(&self, statements: &[Trusted]) -> Result<Open, IntakeError> {
        let evidence = || {
            statements
                .iter()
                .flat_map(|(_, told)| told)
                .map(|(_, evidence)| evidence)
        };
        let mut batches: BTreeSet<String> = BTreeSet::new();
        for told in evidence() {
            batches.extend(told.batch.iter().map(ToString::to_string));
            let named = told.end_to_end.as_ref().and_then(|id| id.as_str().get(..BATCH));
            batches.extend(named.map(str::to_owned));
        }
        let mut orders = BTreeMap::new();
        if evidence().any(|told| told.end_to_end.is_none() && told.batch.is_none()) {
            orders = self.orders(&Keys::All)?;
            orders.retain(|_, row| row.state == OrderState::Placed);
        }
        for batch in batches {
            orders.extend(self.orders(&Keys::Prefix(format!("{batch}-")))?);
        }
        self.open_with(orders)
    }

    /// Reads every order, and what is owed.
    pub(super) fn open_now(&self) -> Result<Open, IntakeError> {
        self.open_with(self.orders(&Keys::All)?)
    }

    fn orders(&self, keys: &Keys) -> Result<BTreeMap<EndToEndId, OrderRow>, IntakeError> {
        let rows = self.rows_of::<Orders>(keys)?;
        Ok(rows
            .into_iter()
            .map(|(_, row)| (row.terms.end_to_end.clone(), row))
            .collect())
    }

    fn open_with(&self, orders: BTreeMap<EndToEndId, OrderRow>) -> Result<Open, IntakeError> {
        let mut to: BTreeMap<Iban, Vec<EndToEndId>> = BTreeMap::new();
        for row in orders.values() {
            let (iban, order) = (row.terms.iban.clone(), row.terms.end_to_end.clone());
            to.entry(iban).or_default().push(order);
        }
        let mut away: BTreeMap<EndToEndId, Vec<Placed>> = BTreeMap::new();
        let mut owed: BTreeMap<ClawbackRef, (PayeeId, Vec<PayableRow>)> = BTreeMap::new();
        for (payee, rows) in self.payables()? {
            for row in rows {
                for payment in row.payments.iter().filter(|payment| payment.paid_on.is_none()) {
                    let order = EndToEndId::of(&payment.batch, &payee);
                    away.entry(order).or_default().extend(placed(&row));
                }
                let due = row.payments.owed();
                let Some(reference) = due
                    .iter()
                    .find_map(|payment| Some(&payment.recourse.as_ref()?.reference))
                else {
                    continue;
                };
                let (_, lines) = owed
                    .entry(reference.clone())
                    .or_insert_with(|| (payee.clone(), Vec::new()));
                lines.push(row.clone());
            }
        }
        let payees = self.rows_of::<Payees>(&Keys::All)?;
        let accounts = payees
            .into_iter()
            .map(|(_, row)| (row.facts.iban, row.facts.id))
            .collect();
        Ok(Open {
            orders,
            to,
            away,
            owed,
            accounts,
        })
    }
}

/// How many characters of an end-to-end id are the batch: a year, a hyphen and four digits.
const BATCH: usize = 9;

const OPEN: EntryFate = EntryFate::Open { payee: None };

impl Open {
    /// Returns the lines of an order that was on its way when the file came.
    fn lines_of(&self, order: &OrderRow) -> Option<Vec<Placed>> {
        self.away.get(&order.terms.end_to_end).cloned()
    }

    /// Returns the lines of which something is owed under a reference.
    fn owed_lines(&self, reference: &ClawbackRef) -> Vec<Placed> {
        let owed = self.owed.get(reference);
        owed.map_or_else(Vec::new, |(_, rows)| rows.iter().filter_map(placed).collect())
    }
}

impl OpenOrders for Open {
    fn order(&self, id: &EndToEndId) -> Option<Candidate> {
        self.orders.get(id).map(candidate)
    }

    fn batch(&self, batch: &BatchNumber) -> Vec<Candidate> {
        let orders = self.orders.values().filter(|row| row.terms.batch == *batch);
        orders
            .filter(|row| row.terms.amount > Euro::ZERO)
            .map(candidate)
            .collect()
    }

    fn placed(&self, amount: Euro, account: &Iban) -> Vec<Candidate> {
        let orders = self.to.get(account).into_iter().flatten();
        orders
            .filter_map(|order| self.orders.get(order))
            .filter(|row| row.state == OrderState::Placed && row.terms.amount == amount)
            .map(candidate)
            .collect()
    }

    fn clawback(&self, reference: &ClawbackRef) -> Option<(PayeeId, Euro)> {
        let (payee, rows) = self.owed.get(reference)?;
        Some((payee.clone(), rows.iter().map(|row| row.payments.open()).sum()))
    }

    fn owing(&self, amount: Euro, account: &Iban) -> Vec<(ClawbackRef, PayeeId)> {
        let Some(payee) = self.accounts.get(account) else {
            return Vec::new();
        };
        self.owed
            .iter()
            .filter(|(_, (owing, rows))| {
                owing == payee && rows.iter().map(|row| row.payments.open()).sum::<Euro>() == amount
            })
            .map(|(reference, (owing, _))| (reference.clone(), owing.clone()))
            .collect()
    }

    fn payee(&self, account: &Iban) -> Option<PayeeId> {
        self.accounts.get(account).cloned()
    }
}

fn candidate(row: &OrderRow) -> Candidate {
    Candidate {
        order: row.terms.end_to_end.clone(),
        state: row.state,
        amount: row.terms.amount,
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

fn booked(statement: &Statement) -> impl Iterator<Item = &Entry> {
    let entries = statement.entries.iter();
    entries.filter(|entry| entry.status == EntryStatus::Booked)
}

const fn signed(entry: &Entry) -> i64 {
    match entry.direction {
        Said::Credit => entry.amount.cents(),
        Said::Debit => entry.amount.cents().wrapping_neg(),
    }
}

/// Returns the transactions of a statement: those of its entries, or the entry itself where the bank does not tell them apart with amounts.
fn transactions_of(statement: &Statement) -> Vec<(Transaction, Evidence)> {
    let mut told: Vec<(Transaction, Evidence)> = Vec::new();
    for entry in booked(statement) {
        let booked_on = entry
            .booked_on
            .or(statement.closing.as_ref().and_then(|closing| closing.on))
            .or(statement.to)
            .unwrap_or_default();
        let mut push = |direction: Said, cents: i64, evidence: Evidence| {
            let number = u32::try_from(told.len() + 1).unwrap_or(u32::MAX);
            let transaction = Transaction {
                number,
                direction: match direction {
                    Said::Credit => Direction::In,
                    Said::Debit => Direction::Out,
                },
                amount: Euro::from_cents(cents),
                booked_on,
            };
            told.push((transaction, evidence));
        };
        let parts: Option<Vec<i64>> = entry
            .transactions
            .iter()
            .map(|part| part.amount.map(subsidy_documents::Amount::cents))
            .collect();
        match (entry.transactions.as_slice(), parts) {
            ([one], _) => push(
                entry.direction,
                entry.amount.cents(),
                evidence_of(entry, Some(one)),
            ),
            (many, Some(amounts))
                if !many.is_empty() && amounts.iter().sum::<i64>() == entry.amount.cents() =>
            {
                for (part, cents) in many.iter().zip(amounts) {
                    push(
                        part.direction.unwrap_or(entry.direction),
                        cents,
                        evidence_of(entry, Some(part)),
                    );
                }
            }
            _ => push(entry.direction, entry.amount.cents(), evidence_of(entry, None)),
        }
    }
    told
}

fn evidence_of(entry: &Entry, part: Option<&Told>) -> Evidence {
    let batch = entry.batch.as_deref();
    let of_part = part.and_then(|part| part.payment_information.as_deref());
    let of_batch = batch.and_then(|batch| batch.payment_information.as_deref());
    let named = |text: &str| BatchNumber::new(text).ok();
    let account = part.and_then(|part| part.counterparty_iban.as_ref());
    let texts = part
        .into_iter()
        .flat_map(|part| [&part.remittance, &part.creditor_reference]);
    Evidence {
        end_to_end: part.and_then(|part| EndToEndId::new(part.end_to_end.as_deref()?).ok()),
        batch: of_part.or(of_batch).and_then(named),
        payments: match part {
            Some(_) => Some(1),
            None => batch.and_then(|batch| u32::try_from(batch.transactions?).ok()),
        },
        account: account.and_then(|account| Iban::new(account.reveal()).ok()),
        returned: part.and_then(|part| Some(part.return_reason.as_deref()?.to_owned())),
        references: texts
            .flatten()
            .flat_map(|text| text.reveal().split_whitespace())
            .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
            .filter_map(|word| ClawbackRef::new(word).ok())
            .collect(),
    }
}
