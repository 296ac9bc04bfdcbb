//! What was recorded, reckoned anew from the log: no aggregate and no view is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::Value;
use subsidy_domain::bank::{EntryFate, StatementEvent};
use subsidy_domain::budget::BudgetEvent;
use subsidy_domain::claim::{ApprovalOrder, Award, ClaimEvent, Presented, Recovery, Settlement};
use subsidy_domain::document::DocumentEvent;
use subsidy_domain::ids::BatchNumber;
use subsidy_domain::invoice::InvoiceEvent;
use subsidy_domain::payee::PayeeEvent;
use subsidy_domain::payment::{BatchEvent, BatchProposal, OrderEvent, OrderTerms};
use subsidy_domain::period::PeriodEvent;
use subsidy_domain::recorded::{Event, Recorded};
use subsidy_domain::terms::{TariffVersion, TermsEvent};
use subsidyd::projection;

use crate::support::fund::Fund;

/// A line: what was presented, what it earns, who approved it since, and each payment of it that stands.
#[derive(Default)]
pub(super) struct Line {
    pub(super) kind: String,
    pub(super) case: String,
    pub(super) presented: Option<Presented>,
    pub(super) award: Option<Award>,
    pub(super) cut_by: BTreeSet<String>,
    pub(super) approved: Vec<(ApprovalOrder, String)>,
    /// What stands of each payment: ordered, less what was asked back.
    pub(super) standing: BTreeMap<BatchNumber, i64>,
}

/// A payment order, and the entry of the bank that paid it.
pub(super) struct Order {
    pub(super) terms: OrderTerms,
    /// What its lines add up to, by the lines.
    pub(super) lines: (u32, i64),
    /// The account that was in force when it was placed.
    pub(super) in_force: Option<String>,
}

/// A batch, by whom it was proposed, and by whom released.
pub(super) struct Batch {
    pub(super) proposal: BatchProposal,
    pub(super) proposed_by: String,
    pub(super) released_by: Option<String>,
    /// Who approved a line of it as last person.
    pub(super) last_approvers: BTreeSet<String>,
}

/// An invoice as received: its document, its date and its amount in cents.
pub(super) type Received = (String, Date, i64);

/// The log, and what follows from it.
#[derive(Default)]
pub(super) struct Reckoning {
    pub(super) payloads: Vec<(String, Value)>,
    pub(super) lines: BTreeMap<String, Line>,
    pub(super) orders: BTreeMap<String, Order>,
    pub(super) batches: BTreeMap<BatchNumber, Batch>,
    pub(super) evidence: BTreeMap<(String, String, String), (Value, String)>,
    pub(super) tariffs: Vec<TariffVersion>,
    pub(super) documents: BTreeSet<String>,
    /// The invoices received under each payee and number: the document, date and amount of each.
    pub(super) received: BTreeMap<(String, String), Vec<Received>>,
    pub(super) transactions: BTreeSet<(String, u32)>,
    /// What each day settled, returned and recovered: as it moves the bank.
    pub(super) moved: BTreeMap<Date, i64>,
    /// What nobody has recognised, and what is no subsidy, on the day on which it was booked, or was explained.
    pub(super) unexplained: BTreeMap<Date, i64>,
    /// Budget, commitments and realisation of each budget line.
    pub(super) budgets: BTreeMap<String, (Option<i64>, i64, i64)>,
    /// What each line books by itself.
    pub(super) booked: BTreeMap<String, (i64, i64)>,
    /// What was found broken while reading.
    pub(super) broken: Vec<String>,
    in_force: BTreeMap<String, String>,
    proposed: BTreeMap<String, (String, String, Vec<String>)>,
    closed: Option<Date>,
}

impl Reckoning {
    /// Reads the log of a fund.
    pub(super) fn of(fund: &Fund) -> Self {
        let mut found = Self::default();
        for record in fund.records_after(0) {
            let payload: Value = serde_json::from_str(&record.payload).expect("JSON");
            let recorded = projection::decode(&record).expect("an event of the domain");
            found.is_not_in_a_closed_period(&record.event_type, &payload);
            found.take(&recorded, &payload);
            found
                .payloads
                .push((format!("{} {}", record.event_type, record.payload), payload));
        }
        found
    }

    /// I9: what is recorded after a period was closed is effective after it.
    fn is_not_in_a_closed_period(&mut self, name: &str, payload: &Value) {
        let Some(closed) = self.closed else { return };
        let inner = payload.as_object().and_then(|named| named.values().next());
        let effective = inner.into_iter().flat_map(|inner| {
            let decided = &inner["award"]["decided_on"];
            let matched = name == "LineMatched";
            let booked = &inner["transaction"]["booked_on"];
            let told = name == "TransactionMatched";
            let days = [&inner["on"], &inner["effective"]].into_iter();
            days.chain(matched.then_some(decided))
                .chain(told.then_some(booked))
        });
        for day in effective.filter_map(Value::as_str) {
            let day: Date = day.parse().expect("a day");
            if day <= closed {
                self.broken.push(format!(
                    "I9: {name} is effective on {day}, and {closed} is closed"
                ));
            }
        }
    }

    fn take(&mut self, recorded: &Recorded, payload: &Value) {
        match &recorded.event {
            Event::Claim(event) => self.claim(recorded, event, payload),
            Event::Terms(TermsEvent::TariffAdopted { tariff }) => self.tariffs.push(tariff.clone()),
            Event::Document(
                DocumentEvent::DocumentTaken { document, .. }
                | DocumentEvent::DocumentQuarantined { document, .. },
            ) => {
                self.documents.insert(document.to_string());
            }
            Event::Invoice(InvoiceEvent::InvoiceReceived { head, .. }) => {
                let key = (head.payee.to_string(), head.number.normalised());
                let received = (head.document.to_string(), head.issue_date, head.payable.cents());
                self.received.entry(key).or_default().push(received);
            }
            Event::Budget(event) => self.budget(event),
            Event::Payee(event) => self.payee(event),
            Event::Batch(event) => self.batch(event),
            Event::Order(event) => self.order(event),
            Event::Statement(event) => self.statement(event),
            Event::Period(PeriodEvent::PeriodClosed { period, .. }) => {
                self.closed = self.closed.max(period.last_day());
            }
            Event::Terms(_)
            | Event::Package(_)
            | Event::Invoice(_)
            | Event::Counter(_)
            | Event::Fund(_)
            | Event::Account(_)
            | Event::Document(_)
            | Event::Sample(_)
            | Event::Period(_) => {}
        }
    }

    fn claim<P>(&mut self, recorded: &Recorded, event: &ClaimEvent<P>, payload: &Value) {
        for (line, booking) in event.bookings() {
            let sums = self.booked.entry(line.to_string()).or_default();
            sums.0 += booking.committed.amount.cents();
            sums.1 += booking.realised.amount.cents();
        }
        if let ClaimEvent::EvidenceRecorded { id, source, .. }
        | ClaimEvent::EvidenceReplaced { id, source, .. } = event
        {
            let inner = payload.as_object().and_then(|named| named.values().next());
            let proof = inner.map(|inner| inner["proof"].clone()).unwrap_or_default();
            let key = (recorded.kind.clone(), recorded.id.clone(), id.to_string());
            self.evidence.insert(key, (proof, source.document.to_string()));
        }
        let Some(of) = event.line() else { return };
        // Of a credit note the line that it takes back is meant.
        let meant = if let ClaimEvent::LineCredited { of: credited, .. } = event {
            credited
        } else {
            of
        };
        let line = self.lines.entry(meant.to_string()).or_default();
        match event {
            ClaimEvent::LinePresented { line: presented } => {
                (line.kind, line.case) = (recorded.kind.clone(), recorded.id.clone());
                line.presented = Some(presented.clone());
            }
            ClaimEvent::LineMatched { award, .. } => {
                line.award = Some(award.clone());
                line.approved.clear();
                line.cut_by.clear();
            }
            ClaimEvent::LineCut { by, amount, .. } => {
                line.cut_by.insert(by.to_string());
                if let Some(award) = &mut line.award {
                    award.amount -= *amount;
                }
            }
            ClaimEvent::LineCredited {
                amount,
                award: Some(_),
                ..
            } => {
                if let Some(award) = &mut line.award {
                    award.amount -= *amount;
                }
                line.award.take_if(|award| award.amount.is_zero());
            }
            ClaimEvent::LineReversed { .. } => line.award = None,
            ClaimEvent::LineApproved { order, by, .. } => {
                line.approved.push((*order, by.subject.to_string()));
            }
            ClaimEvent::LineSettled { settlement, on, .. } => {
                let payee = of.payee.clone();
                self.settled(&of.to_string(), payee.as_str(), settlement, *on);
            }
            ClaimEvent::EvidenceRecorded { .. }
            | ClaimEvent::EvidenceReplaced { .. }
            | ClaimEvent::ApplicationRecorded { .. }
            | ClaimEvent::GrantDecided { .. }
            | ClaimEvent::CommitmentReleased { .. }
            | ClaimEvent::LineParked { .. }
            | ClaimEvent::LineAllowed { .. }
            | ClaimEvent::LineRejected { .. }
            | ClaimEvent::LineHeld { .. }
            | ClaimEvent::LineResumed { .. }
            | ClaimEvent::LineCredited { award: None, .. } => {}
        }
    }

    fn settled(&mut self, of: &str, payee: &str, settlement: &Settlement, on: Date) {
        let line = self.lines.entry(of.to_owned()).or_default();
        match settlement {
            Settlement::LineOrdered { batch, amount } => {
                line.standing.insert(batch.clone(), amount.cents());
                if line.award.as_ref().map(|award| award.amount) != Some(*amount) {
                    self.broken.push(format!(
                        "I2: {of} is ordered for {amount}, which is not what it earns"
                    ));
                }
                let persons: BTreeSet<&String> = line.approved.iter().map(|(_, by)| by).collect();
                let whole = match line.approved.as_slice() {
                    [(ApprovalOrder::Sole, _)] => true,
                    [(ApprovalOrder::First, _), (ApprovalOrder::Second, _)] => persons.len() == 2,
                    _ => false,
                };
                if !whole || persons.iter().any(|by| line.cut_by.contains(*by)) {
                    self.broken
                        .push(format!("I5: {of} is ordered, approved by {:?}", line.approved));
                }
            }
            Settlement::LineUnpaid { batch, .. } => {
                line.standing.remove(batch);
            }
            Settlement::ClawbackOpened { batch, amount, .. } => {
                let standing = line.standing.entry(batch.clone()).or_default();
                *standing -= amount.cents();
            }
            Settlement::ClawbackRecovered {
                amount,
                by: Recovery::Received(_),
                ..
            } => *self.moved.entry(on).or_default() += amount.cents(),
            Settlement::LinePaid { batch, .. } => {
                let released = self
                    .batches
                    .get(batch)
                    .and_then(|batch| batch.released_by.as_ref());
                if released.is_none() {
                    self.broken.push(format!(
                        "I2: {of} is paid to {payee} in {batch}, which nobody released"
                    ));
                }
            }
            Settlement::ClawbackAnnounced { .. }
            | Settlement::ClawbackRecovered { .. }
            | Settlement::ClawbackReopened { .. }
            | Settlement::ClawbackWrittenOff { .. } => {}
        }
    }

    fn budget(&mut self, event: &BudgetEvent) {
        match event {
            BudgetEvent::BudgetAdopted { line, budget, .. } => {
                self.budgets.entry(line.to_string()).or_default().0 = Some(budget.amount.cents());
            }
            BudgetEvent::BudgetAmended { line, change, .. } => {
                let sums = self.budgets.entry(line.to_string()).or_default();
                sums.0 = sums.0.map(|cents| cents + change.amount.cents());
            }
            BudgetEvent::BudgetBooked { line, booking, .. } => {
                let sums = self.budgets.entry(line.to_string()).or_default();
                sums.1 += booking.committed.amount.cents();
                sums.2 += booking.realised.amount.cents();
                if sums.1 < 0 {
                    self.broken
                        .push(format!("I8: open commitments of {line} are below zero"));
                }
            }
            BudgetEvent::BudgetDivided { .. }
            | BudgetEvent::AccrualRecorded { .. }
            | BudgetEvent::BudgetExceeded { .. } => {}
        }
    }

    fn payee(&mut self, event: &PayeeEvent) {
        match event {
            PayeeEvent::PayeeRegistered { facts, .. } => {
                let iban = facts.iban.as_str().to_owned();
                self.in_force.insert(facts.id.to_string(), iban);
            }
            PayeeEvent::AccountProposed {
                payee, account, by, ..
            } => {
                let proposed = (account.iban.as_str().to_owned(), by.to_string(), Vec::new());
                self.proposed.insert(payee.to_string(), proposed);
            }
            PayeeEvent::AccountApproved { payee, by, .. } => {
                if let Some((_, _, approved)) = self.proposed.get_mut(payee.as_str()) {
                    approved.push(by.to_string());
                }
            }
            PayeeEvent::AccountChanged {
                payee, account, by, ..
            } => {
                let proposed = self.proposed.remove(payee.as_str());
                let persons: BTreeSet<String> = proposed
                    .iter()
                    .flat_map(|(_, by, approved)| approved.iter().chain([by]).cloned())
                    .chain([by.to_string()])
                    .collect();
                let same = proposed.is_some_and(|(iban, _, _)| iban == account.iban.as_str());
                if persons.len() != 3 || !same {
                    self.broken
                        .push(format!("I5: the account of {payee} was changed by {persons:?}"));
                }
                self.in_force
                    .insert(payee.to_string(), account.iban.as_str().to_owned());
            }
            PayeeEvent::AccountRejected { payee, .. } => {
                self.proposed.remove(payee.as_str());
            }
            PayeeEvent::PayeeBlocked { .. } => {}
        }
    }

    fn batch(&mut self, event: &BatchEvent) {
        match event {
            BatchEvent::BatchProposed { proposal, by, .. } => {
                let ordered = self
                    .lines
                    .values()
                    .filter(|line| line.standing.contains_key(&proposal.number));
                let last_approvers = ordered
                    .filter_map(|line| Some(line.approved.last()?.1.clone()))
                    .collect();
                let batch = Batch {
                    proposal: proposal.clone(),
                    proposed_by: by.to_string(),
                    released_by: None,
                    last_approvers,
                };
                self.batches.insert(proposal.number.clone(), batch);
            }
            BatchEvent::BatchReleased { number, by, .. } => {
                if let Some(batch) = self.batches.get_mut(number) {
                    batch.released_by = Some(by.to_string());
                }
            }
            BatchEvent::ReleaseBarred { .. } | BatchEvent::BatchWithdrawn { .. } => {}
        }
    }

    fn order(&mut self, event: &OrderEvent) {
        match event {
            OrderEvent::OrderPlaced { terms, .. } => {
                let of = |line: &&Line| {
                    let presented = line.presented.as_ref();
                    presented.is_some_and(|presented| presented.line.payee == terms.payee)
                };
                let lines = self.lines.values().filter(of);
                let standing: Vec<i64> = lines
                    .filter_map(|line| line.standing.get(&terms.batch).copied())
                    .collect();
                let count = u32::try_from(standing.len()).expect("few");
                let order = Order {
                    lines: (count, standing.iter().sum()),
                    in_force: self.in_force.get(terms.payee.as_str()).cloned(),
                    terms: terms.clone(),
                };
                self.orders.insert(terms.end_to_end.to_string(), order);
            }
            OrderEvent::OrderPaid {
                end_to_end,
                amount,
                entry,
                on,
            } => {
                if let Some(entry) = entry {
                    *self.moved.entry(*on).or_default() -= amount.cents();
                    let known = self.orders.contains_key(end_to_end.as_str());
                    // A transaction is recorded after what it settles, in the same append.
                    if !known || entry.number == 0 {
                        self.broken.push(format!("I2: {end_to_end} is paid by {entry:?}"));
                    }
                }
            }
            // A bank may tell that a payment came back without ever having told of the payment.
            OrderEvent::OrderFailed {
                entry: Some(_),
                amount,
                on,
                ..
            } => *self.moved.entry(*on).or_default() += amount.cents(),
            OrderEvent::OrderFailed { entry: None, .. } => {}
        }
    }

    fn statement(&mut self, event: &StatementEvent) {
        match event {
            StatementEvent::StatementTaken { .. } => {}
            StatementEvent::TransactionMatched {
                statement,
                transaction,
                fate,
                ..
            } => {
                self.transactions.insert((statement.clone(), transaction.number));
                if let EntryFate::Open { .. } = fate {
                    let open = self.unexplained.entry(transaction.booked_on).or_default();
                    *open += transaction.signed().cents();
                }
            }
            StatementEvent::TransactionResolved {
                transaction,
                effective,
                ..
            } => {
                let open = self.unexplained.entry(*effective).or_default();
                *open -= transaction.signed().cents();
            }
            // It stays what the register does not explain, and somebody has said so.
            StatementEvent::TransactionSetAside { .. } => {}
        }
    }
}
