//! What a transaction of the bank may be about, as the register knows it when a file comes.

use std::collections::{BTreeMap, BTreeSet};

use subsidy_documents::statement::Statement;
use subsidy_domain::bank::{Candidate, OpenOrders};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{BatchNumber, ClawbackRef, EndToEndId, PayeeId};
use subsidy_domain::money::Euro;
use subsidy_domain::payment::OrderState;
use subsidy_domain::view::{Batches, OrderRow, Orders, Payables, Payees};
use subsidy_ledger::Keys;

use super::told::{BATCH, transactions_of};
use super::{Placed, placed};
use crate::intake::{Intake, IntakeError};
use crate::projection::each_row;

/// What is open, read from the views once for a file, and kept up with what the file settles.
pub(super) struct Open {
    pub(super) orders: BTreeMap<EndToEndId, Due>,
    /// The orders to each account.
    to: BTreeMap<Iban, Vec<EndToEndId>>,
    /// What each payee owes under each reference: its lines, and how much is open of them.
    pub(super) owed: BTreeMap<ClawbackRef, BTreeMap<PayeeId, (Vec<Placed>, Euro)>>,
    /// Under which references each payee owes something.
    references: BTreeMap<PayeeId, BTreeSet<ClawbackRef>>,
    accounts: BTreeMap<Iban, PayeeId>,
}

/// An order as transactions meet it.
#[derive(Clone)]
pub(super) struct Due {
    pub(super) batch: BatchNumber,
    pub(super) payee: PayeeId,
    amount: Euro,
    pub(super) state: OrderState,
    released: bool,
    /// Its lines, when it was on its way as the file came; otherwise the register has them.
    pub(super) away: Vec<Placed>,
}

impl Intake {
    /// Reads what the transactions may be about: the orders of the batches that they name, or all that are on their way, and what is owed.
    pub(super) fn open_for(&self, statements: &[&Statement]) -> Result<Open, IntakeError> {
        let mut batches: BTreeSet<String> = BTreeSet::new();
        let mut some_name_nothing = false;
        for (_, evidence) in statements.iter().flat_map(|statement| transactions_of(statement)) {
            some_name_nothing |= evidence.end_to_end.is_none() && evidence.batch.is_none();
            batches.extend(evidence.batch.iter().map(ToString::to_string));
            let named = evidence
                .end_to_end
                .as_ref()
                .and_then(|id| id.as_str().get(..BATCH));
            batches.extend(named.map(str::to_owned));
        }
        let mut open = Open::new();
        if some_name_nothing {
            self.read_orders(&Keys::All, &mut open, |row| row.state == OrderState::Placed)?;
        }
        for batch in batches {
            self.read_orders(&Keys::Prefix(format!("{batch}-")), &mut open, |_| true)?;
        }
        self.read_owed(&mut open)?;
        Ok(open)
    }

    /// Reads every order, and what is owed.
    pub(super) fn open_now(&self) -> Result<Open, IntakeError> {
        let mut open = Open::new();
        self.read_orders(&Keys::All, &mut open, |_| true)?;
        self.read_owed(&mut open)?;
        Ok(open)
    }

    fn read_orders(
        &self,
        keys: &Keys,
        open: &mut Open,
        is_meant: impl Fn(&OrderRow) -> bool,
    ) -> Result<(), IntakeError> {
        let batches = self.rows_of::<Batches>(&Keys::All)?.into_iter();
        let released = batches.filter(|(_, row)| row.released.is_some());
        let released: BTreeSet<BatchNumber> = released.map(|(_, row)| row.proposal.number).collect();
        each_row::<Orders>(&self.ledger, keys, |_, row| {
            if !is_meant(&row) {
                return;
            }
            let terms = row.terms;
            let due = Due {
                released: released.contains(&terms.batch),
                batch: terms.batch,
                payee: terms.payee,
                amount: terms.amount,
                state: row.state,
                away: Vec::new(),
            };
            let (iban, order) = (terms.iban, terms.end_to_end);
            if open.orders.insert(order.clone(), due).is_none() {
                open.to.entry(iban).or_default().push(order);
            }
        })?;
        Ok(())
    }

    fn read_owed(&self, open: &mut Open) -> Result<(), IntakeError> {
        each_row::<Payables>(&self.ledger, &Keys::All, |_, row| {
            let payee = &row.line.payee;
            for payment in row.payments.iter().filter(|payment| payment.paid_on.is_none()) {
                let order = EndToEndId::of(&payment.batch, payee);
                if let Some(due) = open.orders.get_mut(&order) {
                    due.away.extend(placed(&row));
                }
            }
            let due = row.payments.owed();
            let told = due.iter().find_map(|payment| payment.recourse.as_ref());
            if let Some(recourse) = told {
                let reference = recourse.reference.clone();
                let references = open.references.entry(payee.clone()).or_default();
                references.insert(reference.clone());
                let of_all = open.owed.entry(reference).or_default();
                let owed = of_all.entry(payee.clone()).or_default();
                owed.0.extend(placed(&row));
                owed.1 += row.payments.open();
            }
        })?;
        each_row::<Payees>(&self.ledger, &Keys::All, |_, row| {
            open.accounts.insert(row.facts.iban, row.facts.id);
        })?;
        Ok(())
    }
}

impl Open {
    const fn new() -> Self {
        Self {
            orders: BTreeMap::new(),
            to: BTreeMap::new(),
            owed: BTreeMap::new(),
            references: BTreeMap::new(),
            accounts: BTreeMap::new(),
        }
    }

    /// Returns the lines of which a payee owes something under a reference.
    pub(super) fn owed_lines(&self, reference: &ClawbackRef, payee: &PayeeId) -> Vec<Placed> {
        let owed = self.owed.get(reference).and_then(|owed| owed.get(payee));
        owed.map_or_else(Vec::new, |(lines, _)| lines.clone())
    }
}

impl OpenOrders for Open {
    fn order(&self, id: &EndToEndId) -> Option<Candidate> {
        self.orders.get(id).map(|due| candidate(id, due))
    }

    fn batch(&self, batch: &BatchNumber) -> Vec<Candidate> {
        let Ok(first) = EndToEndId::new(format!("{batch}-")) else {
            return Vec::new();
        };
        let orders = self.orders.range(first..);
        let of_batch = orders.take_while(|(_, due)| due.batch == *batch);
        let pays = of_batch.filter(|(_, due)| due.amount > Euro::ZERO);
        pays.map(|(id, due)| candidate(id, due)).collect()
    }

    fn placed(&self, amount: Euro, account: &Iban) -> Vec<Candidate> {
        let to = self.to.get(account).into_iter().flatten();
        to.filter_map(|id| Some((id, self.orders.get(id)?)))
            .map(|(id, due)| candidate(id, due))
            .filter(|order| order.is_away() && order.amount == amount)
            .collect()
    }

    fn clawbacks(&self, reference: &ClawbackRef) -> Vec<(PayeeId, Euro)> {
        let owed = self.owed.get(reference).into_iter().flatten();
        owed.map(|(payee, (_, open))| (payee.clone(), *open)).collect()
    }

    fn owing(&self, amount: Euro, account: &Iban) -> Vec<(ClawbackRef, PayeeId)> {
        let Some(payee) = self.accounts.get(account) else {
            return Vec::new();
        };
        let references = self.references.get(payee).into_iter().flatten();
        let owed = references.filter_map(|reference| {
            let (_, open) = self.owed.get(reference)?.get(payee)?;
            (*open == amount).then(|| (reference.clone(), payee.clone()))
        });
        owed.collect()
    }

    fn payee(&self, account: &Iban) -> Option<PayeeId> {
        self.accounts.get(account).cloned()
    }
}

fn candidate(id: &EndToEndId, due: &Due) -> Candidate {
    Candidate {
        order: id.clone(),
        state: due.state,
        amount: due.amount,
        released: due.released,
    }
}
