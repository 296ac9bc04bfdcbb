//! The payment run: what is approved and not paid becomes orders of a batch, less what a payee owes and was told of.

use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use sha2::{Digest, Sha256};
use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::claim::{Act, LineState, Manner, Money, UnpaidCause};
use subsidy_domain::fund::OwnAccount;
use subsidy_domain::ids::{BatchNumber, EndToEndId, PayeeId, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::payment::{BatchCommand, BatchProposal, OrderCommand, OrderTerms};
use subsidy_domain::view::{OrderRow, Orders, PayableRow, Payables};
use subsidy_ledger::Keys;

use super::{CASES, Outcome, Placed, placed};
use crate::desk::{CaseRef, News};
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, plain};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};
use crate::projection::each_row;

/// An order of which nothing is left to pay, with its lines.
type PaidOff = (EndToEndId, Vec<Placed>);

/// What a file proposed so far: of each batch the orders of which nothing is left to pay.
#[derive(Default)]
struct Proposed {
    batches: BTreeMap<BatchNumber, Vec<PaidOff>>,
}

/// What there is to do for a payee.
#[derive(Default)]
struct Work {
    payable: Vec<Placed>,
    /// What it owes and was told is held back, the oldest first.
    owed: Vec<Owed>,
}

/// What is owed on a line.
struct Owed {
    since: jiff::civil::Date,
    line: Placed,
    amount: Euro,
}

impl Intake {
    pub(in crate::intake) fn take_payment_steps(
        &mut self,
        file: &Found,
        table: &Table<doc::PaymentStep>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        self.whole_rows(
            &table.rows,
            report,
            |intake| {
                intake.proposals.clear();
                Ok(Proposed::default())
            },
            |intake, proposed, row| intake.step(file, row, proposed),
        )
    }

    fn step(&mut self, file: &Found, row: &doc::PaymentStep, proposed: &mut Proposed) -> Outcome {
        let named = BatchNumber::new(row.batch.as_str())
            .and_then(|batch| Ok((batch, Subject::new(row.by.as_str())?)));
        let (batch, by) = match named {
            Ok(named) => named,
            Err(wrong) => return Ok(Err(wrong.into())),
        };
        match row.step {
            doc::BatchStep::Propose => {
                let execute_on = row.execute_on.unwrap_or(row.on);
                self.propose(file, &batch, (execute_on, by), proposed)
            }
            doc::BatchStep::Release => self.release(file, &batch, by, proposed),
            // What a list proposes it does not take back.
            doc::BatchStep::Withdraw if proposed.batches.contains_key(&batch) => {
                Ok(Err(RowRefusal("WRONG_STATE")))
            }
            doc::BatchStep::Withdraw => self.withdraw(file, &batch, by),
        }
    }

    /// Puts all that is payable into a batch, payee by payee; a payee who is blocked waits.
    fn propose(
        &mut self,
        file: &Found,
        batch: &BatchNumber,
        (execute_on, by): (jiff::civil::Date, Subject),
        proposed: &mut Proposed,
    ) -> Outcome {
        let Some(account) = self.desk.own_account()? else {
            return Ok(Err(RowRefusal("NO_OWN_ACCOUNT")));
        };
        if self.desk.batch(batch)?.proposal().is_some() {
            return Ok(Err(RowRefusal("BATCH_NUMBER_TAKEN")));
        }
        let mut sums = Sums::new(batch.clone(), execute_on, account);
        let mut news = News::default();
        let mut paid_off = Vec::new();
        let mut work = self.work()?.into_iter().peekable();
        while work.peek().is_some() {
            let part = next_part(&mut work);
            self.load_part(&part)?;
            for (payee, work) in &part {
                match self.order(file, batch, (payee, work), &mut sums)? {
                    Ok((happened, order)) => {
                        news.add(&happened);
                        paid_off.extend(order);
                    }
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
            self.desk.set_down();
        }
        let on = self.desk.moment().day;
        let approvers = std::mem::take(&mut sums.approvers);
        let proposal = sums.into_proposal();
        self.proposals.push(proposal.clone());
        let propose = BatchCommand::Propose {
            proposal,
            approvers,
            by,
            on,
        };
        Ok(match self.desk.ask_batch(batch, propose)? {
            Ok(events) => {
                proposed.batches.insert(batch.clone(), paid_off);
                news.add(&plain(events));
                Ok(news)
            }
            Err(refusal) => Err(refusal.into()),
        })
    }

    /// Returns what there is to do for each payee: lines that are payable, and what is held back of them.
    fn work(&self) -> Result<BTreeMap<PayeeId, Work>, IntakeError> {
        let mut all: BTreeMap<PayeeId, Work> = BTreeMap::new();
        each_row::<Payables>(&self.ledger, &Keys::All, |_, row| {
            let (is_payable, owed) = (row.payable().is_some(), announced(&row));
            if !is_payable && owed.is_none() {
                return;
            }
            let work = all.entry(row.line.payee.clone()).or_default();
            if is_payable {
                work.payable.extend(placed(&row));
            }
            work.owed.extend(owed);
        })?;
        all.retain(|_, work| !work.payable.is_empty());
        for work in all.values_mut() {
            work.owed
                .sort_by(|a, b| (a.since, &a.line.1).cmp(&(b.since, &b.line.1)));
        }
        Ok(all)
    }

    /// Loads what a part of the work is about, in one read; of a payee with very many lines its orders load them part by part.
    fn load_part(&mut self, part: &[(PayeeId, Work)]) -> Result<(), IntakeError> {
        let payees: BTreeSet<PayeeId> = part.iter().map(|(payee, _)| payee.clone()).collect();
        let lines = part.iter().flat_map(|(_, work)| work.payable.iter().take(CASES));
        let cases: BTreeSet<CaseRef> = lines.map(|(case, _)| case.clone()).collect();
        self.desk.load(&cases, &payees)?;
        Ok(())
    }

    /// Orders the payable lines of a payee, and holds back what it owes, the oldest first, each whole, as far as it goes. Returns the order
    /// with its lines when nothing is left of it.
    fn order(
        &mut self,
        file: &Found,
        batch: &BatchNumber,
        (payee, work): (&PayeeId, &Work),
        sums: &mut Sums,
    ) -> Result<Result<(News, Option<PaidOff>), RowRefusal>, IntakeError> {
        let mut news = News::default();
        self.desk
            .load(&BTreeSet::new(), &BTreeSet::from([payee.clone()]))?;
        if self.desk.is_blocked(payee) {
            return Ok(Ok((news, None)));
        }
        let Some(facts) = self.desk.payee(payee).cloned() else {
            return Ok(Err(RowRefusal("PAYEE_UNKNOWN")));
        };
        let on = self.desk.moment().day;
        let (mut gross, mut lines) = (Euro::ZERO, 0_u32);
        for part in work.payable.chunks(CASES) {
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
                sums.approvers.insert(last);
            }
            if work.payable.len() > CASES {
                self.desk.set_down();
            }
        }
        let mut offset = Euro::ZERO;
        for owed in &work.owed {
            if offset + owed.amount > gross {
                break;
            }
            let money = Money::Offset { batch: batch.clone() };
            match self.move_money(std::slice::from_ref(&owed.line), &money, on, file)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
            offset += owed.amount;
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
        let paid_off = terms.amount.is_zero().then(|| (id.clone(), work.payable.clone()));
        Ok(
            match self.desk.ask_order(&id, OrderCommand::Place { terms, on })? {
                Ok(events) => {
                    news.add(&plain(events));
                    Ok((news, paid_off))
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
    fn release(&mut self, file: &Found, batch: &BatchNumber, by: Subject, proposed: &Proposed) -> Outcome {
        let (at, on) = (self.desk.moment().at, self.desk.moment().day);
        let released = self.desk.ask_batch(batch, BatchCommand::Release { by, at, on })?;
        let mut news = match released {
            Ok(events) => plain(events),
            Err(refusal) => return Ok(Err(refusal.into())),
        };
        let paid_off = match proposed.batches.get(batch) {
            Some(paid_off) => paid_off.clone(),
            None => self.paid_off(batch)?,
        };
        for (order, lines) in paid_off {
            let pay = OrderCommand::Pay { entry: None, on };
            if let Err(refusal) = self.desk.ask_order(&order, pay)? {
                return Ok(Err(refusal.into()));
            }
            let money = Money::Paid { batch: batch.clone() };
            match self.move_money(&lines, &money, on, file)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(news))
    }

    /// Returns the orders of a batch of which nothing is left to pay, with their lines.
    fn paid_off(&self, batch: &BatchNumber) -> Result<Vec<PaidOff>, IntakeError> {
        let orders = self.orders_of(batch)?.into_iter();
        let paid_off = orders.filter(|order| order.terms.amount.is_zero());
        paid_off
            .map(|order| Ok((order.terms.end_to_end.clone(), self.lines_of_order(&order)?)))
            .collect()
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
            let of = (&order.terms.payee, batch, lines.as_slice());
            match self.fail(file, of, &UnpaidCause::Withdrawn, None, on)? {
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
        (payee, batch, lines): (&PayeeId, &BatchNumber, &[Placed]),
        cause: &UnpaidCause,
        entry: Option<subsidy_domain::claim::EntryRef>,
        on: jiff::civil::Date,
    ) -> Outcome {
        let command = OrderCommand::Fail {
            cause: cause.clone(),
            entry,
            on,
        };
        let mut news = match self.desk.ask_order(&EndToEndId::of(batch, payee), command)? {
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

/// Takes payees off the work, as many as have a part of lines together.
fn next_part(work: &mut Peekable<impl Iterator<Item = (PayeeId, Work)>>) -> Vec<(PayeeId, Work)> {
    let (mut part, mut lines) = (Vec::new(), 0);
    while let Some((payee, work)) =
        work.next_if(|(_, work)| lines == 0 || lines + work.payable.len() <= CASES)
    {
        lines += work.payable.len();
        part.push((payee, work));
    }
    part
}

/// Returns what is owed on a line and was told is held back, when anything is.
fn announced(row: &PayableRow) -> Option<Owed> {
    let due = row.payments.owed();
    let told = due.iter().filter(|payment| {
        let recourse = payment.recourse.as_ref();
        recourse.is_some_and(|recourse| recourse.manner == Manner::Offset)
    });
    let amount: Euro = told.clone().map(|payment| payment.open).sum();
    let since = told.map(|payment| payment.ordered_on).min()?;
    let line = placed(row)?;
    Some(Owed { since, line, amount })
}

/// What a batch adds up to, order by order.
struct Sums {
    proposal: BatchProposal,
    /// Who approved a line of it as last person.
    approvers: BTreeSet<Subject>,
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
            },
            approvers: BTreeSet::new(),
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
