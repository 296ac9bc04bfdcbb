//! The payment run: what is approved and not paid becomes orders of a batch, less what a payee owes and was told of.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};
use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::claim::{Act, LineState, Manner, Money, UnpaidCause};
use subsidy_domain::fund::OwnAccount;
use subsidy_domain::ids::{BatchNumber, EndToEndId, PayeeId, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::payment::{BatchCommand, BatchProposal, OrderCommand, OrderTerms};
use subsidy_domain::view::{OrderRow, Orders, PayableRow};
use subsidy_ledger::Keys;

use super::{CASES, Placed, placed};
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, note, plain};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

type Outcome = Result<Result<News, RowRefusal>, IntakeError>;

impl Intake {
    pub(in crate::intake) fn take_payment_steps(
        &mut self,
        file: &Found,
        table: &Table<doc::PaymentStep>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        for row in &table.rows {
            let outcome = self.step(file, &row.value)?;
            note(report, row.number, outcome);
        }
        Ok(())
    }

    fn step(&mut self, file: &Found, row: &doc::PaymentStep) -> Outcome {
        let named = BatchNumber::new(row.batch.as_str())
            .and_then(|batch| Ok((batch, Subject::new(row.by.as_str())?)));
        let (batch, by) = match named {
            Ok(named) => named,
            Err(wrong) => return Ok(Err(wrong.into())),
        };
        match row.step {
            doc::BatchStep::Propose => {
                let execute_on = row.execute_on.unwrap_or(row.on);
                self.propose(file, &batch, execute_on, by)
            }
            doc::BatchStep::Release => self.release(file, &batch, by),
            doc::BatchStep::Withdraw => self.withdraw(file, &batch, by),
        }
    }

    /// Puts all that is payable into a batch, payee by payee; a payee who is blocked waits.
    fn propose(
        &mut self,
        file: &Found,
        batch: &BatchNumber,
        execute_on: jiff::civil::Date,
        by: Subject,
    ) -> Outcome {
        let Some(account) = self.desk.own_account()? else {
            return Ok(Err(RowRefusal("NO_OWN_ACCOUNT")));
        };
        if self.desk.batch(batch)?.proposal().is_some() {
            return Ok(Err(RowRefusal("BATCH_NUMBER_TAKEN")));
        }
        let mut sums = Sums::new(batch.clone(), execute_on, account);
        let mut news = News::default();
        for (payee, rows) in self.payables()? {
            match self.order(file, batch, &payee, &rows, &mut sums)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        let on = self.desk.moment().day;
        let proposal = sums.into_proposal();
        self.proposals.push(proposal.clone());
        let proposed = self
            .desk
            .ask_batch(batch, BatchCommand::Propose { proposal, by, on })?;
        Ok(match proposed {
            Ok(events) => {
                news.add(&plain(events));
                Ok(news)
            }
            Err(refusal) => Err(refusal.into()),
        })
    }

    /// Orders the payable lines of a payee, and holds back what it owes, the oldest first, each whole, as far as it goes.
    fn order(
        &mut self,
        file: &Found,
        batch: &BatchNumber,
        payee: &PayeeId,
        rows: &[PayableRow],
        sums: &mut Sums,
    ) -> Outcome {
        let payable: Vec<Placed> = rows
            .iter()
            .filter(|row| row.payable().is_some())
            .filter_map(placed)
            .collect();
        if payable.is_empty() {
            return Ok(Ok(News::default()));
        }
        self.desk
            .load(&BTreeSet::new(), &BTreeSet::from([payee.clone()]))?;
        if self.desk.is_blocked(payee) {
            return Ok(Ok(News::default()));
        }
        let Some(facts) = self.desk.payee(payee).cloned() else {
            return Ok(Err(RowRefusal("PAYEE_UNKNOWN")));
        };
        let on = self.desk.moment().day;
        let mut news = News::default();
        let (mut gross, mut lines) = (Euro::ZERO, 0_u32);
        for part in payable.chunks(CASES) {
            self.load_lines(part)?;
            for line in part {
                let Some((amount, last)) = self.approved(line) else {
                    return Ok(Err(RowRefusal("WRONG_STATE")));
                };
                let money = Money::Order { batch: batch.clone() };
                match self.act(line, Act::Money(money), on, file)? {
                    Ok(happened) => news.add(&happened),
                    Err(refusal) => return Ok(Err(refusal)),
                }
                gross += amount;
                lines = lines.saturating_add(1);
                sums.proposal.approvers.insert(last);
            }
        }
        let mut offset = Euro::ZERO;
        for (line, owed) in announced(rows) {
            if offset + owed > gross {
                break;
            }
            let money = Money::Offset { batch: batch.clone() };
            match self.move_money(std::slice::from_ref(&line), &money, on, file)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
            offset += owed;
        }
        let terms = OrderTerms {
            end_to_end: EndToEndId::of(batch, payee),
            batch: batch.clone(),
            payee: payee.clone(),
            name: facts.name,
            iban: facts.iban,
            lines,
            gross,
            offset,
            amount: gross - offset,
        };
        sums.add(&terms);
        let id = terms.end_to_end.clone();
        Ok(
            match self.desk.ask_order(&id, OrderCommand::Place { terms, on })? {
                Ok(events) => {
                    news.add(&plain(events));
                    Ok(news)
                }
                Err(refusal) => Err(refusal.into()),
            },
        )
    }

    /// Returns what an approved line pays, and who approved it last.
    fn approved(&self, (case, line): &Placed) -> Option<(Euro, Subject)> {
        let held = self.desk.line(case, line)?;
        let LineState::Approved { first, second, .. } = &held.state else {
            return None;
        };
        Some((held.payable()?, second.as_ref().unwrap_or(first).clone()))
    }

    /// Lets a batch go to the bank; of an order with nothing left after offset there is nothing to wait for.
    fn release(&mut self, file: &Found, batch: &BatchNumber, by: Subject) -> Outcome {
        let (at, on) = (self.desk.moment().at, self.desk.moment().day);
        let released = self.desk.ask_batch(batch, BatchCommand::Release { by, at, on })?;
        let mut news = match released {
            Ok(events) => plain(events),
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        for order in self.orders_of(batch)? {
            if order.terms.amount > Euro::ZERO {
                continue;
            }
            let pay = OrderCommand::Pay { entry: None, on };
            if let Err(refusal) = self.desk.ask_order(&order.terms.end_to_end, pay)? {
                return Ok(Err(refusal.into()));
            }
            let lines = self.lines_of_order(&order)?;
            let money = Money::Paid { batch: batch.clone() };
            match self.move_money(&lines, &money, on, file)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(news))
    }

    fn withdraw(&mut self, file: &Found, batch: &BatchNumber, by: Subject) -> Outcome {
        let on = self.desk.moment().day;
        let withdrawn = self.desk.ask_batch(batch, BatchCommand::Withdraw { by, on })?;
        let mut news = match withdrawn {
            Ok(events) => plain(events),
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        for order in self.orders_of(batch)? {
            let lines = self.lines_of_order(&order)?;
            match self.fail(file, (&order, &lines), &UnpaidCause::Withdrawn, None, on)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(news))
    }

    /// An order is not paid, or came back: its lines are payable again, and what it held back is owed again.
    pub(super) fn fail(
        &mut self,
        file: &Found,
        (order, lines): (&OrderRow, &[Placed]),
        cause: &UnpaidCause,
        entry: Option<subsidy_domain::claim::EntryRef>,
        on: jiff::civil::Date,
    ) -> Outcome {
        let (payee, batch) = (&order.terms.payee, &order.terms.batch);
        let command = OrderCommand::Fail {
            cause: cause.clone(),
            entry,
            on,
        };
        let mut news = match self.desk.ask_order(&order.terms.end_to_end, command)? {
            Ok(events) => plain(events),
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let unpaid = Money::Unpaid {
            batch: batch.clone(),
            cause: cause.clone(),
        };
        match self.move_money(lines, &unpaid, on, file)? {
            Ok(happened) => news.add(&happened),
            Err(refusal) => return Ok(Err(refusal)),
        }
        let offset = self.lines_offset_in(payee, batch)?;
        let reopen = Money::Reopen { batch: batch.clone() };
        Ok(self.move_money(&offset, &reopen, on, file)?.map(|happened| {
            news.add(&happened);
            news
        }))
    }

    /// Returns the orders of a batch.
    pub(super) fn orders_of(&self, batch: &BatchNumber) -> Result<Vec<OrderRow>, IntakeError> {
        let rows = self.rows_of::<Orders>(&Keys::Prefix(format!("{batch}-")))?;
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }
}

/// Returns what a payee owes and was told is held back, the oldest payment first.
fn announced(rows: &[PayableRow]) -> Vec<(Placed, Euro)> {
    let mut owed: Vec<_> = rows
        .iter()
        .filter_map(|row| {
            let due: Vec<_> = row.payments.owed();
            let told = due.iter().filter(|payment| {
                let recourse = payment.recourse.as_ref();
                recourse.is_some_and(|recourse| recourse.manner == Manner::Offset)
            });
            let amount: Euro = told.clone().map(|payment| payment.open).sum();
            let since = told.map(|payment| payment.ordered_on).min()?;
            Some(((since, row.line.clone()), (placed(row)?, amount)))
        })
        .collect();
    owed.sort_by(|(a, _), (b, _)| a.cmp(b));
    owed.into_iter().map(|(_, owed)| owed).collect()
}

/// What a batch adds up to, order by order.
struct Sums {
    proposal: BatchProposal,
    digest: Sha256,
}

impl Sums {
    fn new(number: BatchNumber, execute_on: jiff::civil::Date, account: OwnAccount) -> Self {
        Self {
            proposal: BatchProposal {
                number,
                execute_on,
                account,
                orders: 0,
                lines: 0,
                total: Euro::ZERO,
                offset: Euro::ZERO,
                digest: String::new(),
                approvers: BTreeSet::new(),
            },
            digest: Sha256::new(),
        }
    }

    fn add(&mut self, terms: &OrderTerms) {
        self.proposal.orders += u32::from(terms.amount > Euro::ZERO);
        self.proposal.lines = self.proposal.lines.saturating_add(terms.lines);
        self.proposal.total += terms.amount;
        self.proposal.offset += terms.offset;
        let (id, iban) = (terms.end_to_end.as_str(), terms.iban.as_str());
        let (gross, offset) = (terms.gross.cents(), terms.offset.cents());
        self.digest
            .update(format!("{id}\t{iban}\t{}\t{gross}\t{offset}\n", terms.lines));
    }

    fn into_proposal(self) -> BatchProposal {
        let digest: [u8; 32] = self.digest.finalize().into();
        BatchProposal {
            digest: digest.iter().map(|byte| format!("{byte:02x}")).collect(),
            ..self.proposal
        }
    }
}
