//! What a transaction is: by its end-to-end id, then its batch, then amount and account. What is not sure is not guessed.

use super::{Direction, EntryFate, Transaction};
use crate::iban::Iban;
use crate::ids::{BatchNumber, ClawbackRef, EndToEndId, PayeeId};
use crate::money::Euro;
use crate::payment::OrderState;

/// What a statement says of a transaction beyond its amount.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "kenmerken van banktransactie")]
pub struct Evidence {
    /// The end-to-end id, when the bank kept it; of a return, that of the payment that comes back.
    pub end_to_end: Option<EndToEndId>,
    /// The batch that it names as payment information.
    pub batch: Option<BatchNumber>,
    /// How many payments of the batch it stands for, when it stands for several.
    pub payments: Option<u32>,
    /// The account on the other side.
    pub account: Option<Iban>,
    /// The reason for which a payment came back; none when it is no return.
    pub returned: Option<String>,
    /// The clawback references that its text may hold.
    pub references: Vec<ClawbackRef>,
}

/// An order that a transaction may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[doc(alias = "kandidaat")]
pub struct Candidate {
    /// The order.
    pub order: EndToEndId,
    /// Where it stands.
    pub state: OrderState,
    /// What the bank is to pay.
    pub amount: Euro,
    /// Whether its batch was released: the bank can have been asked nothing else.
    pub released: bool,
}

impl Candidate {
    /// Whether it is on its way: the bank may pay it.
    #[must_use]
    pub fn is_away(&self) -> bool {
        self.released && self.state == OrderState::Placed
    }

    /// Whether the bank may give it back: a bank may tell of that without ever having told of the payment.
    #[must_use]
    pub fn can_come_back(&self) -> bool {
        self.released && self.state != OrderState::Failed
    }
}

/// What is open, as the register knows it.
pub trait OpenOrders {
    /// Returns an order.
    fn order(&self, id: &EndToEndId) -> Option<Candidate>;
    /// Returns the orders of a batch that pay something.
    fn batch(&self, batch: &BatchNumber) -> Vec<Candidate>;
    /// Returns the orders that are placed for an amount on an account.
    fn placed(&self, amount: Euro, account: &Iban) -> Vec<Candidate>;
    /// Returns who owes something under a reference, and how much is open of it.
    fn clawbacks(&self, reference: &ClawbackRef) -> Vec<(PayeeId, Euro)>;
    /// Returns the references under which a payee owes exactly an amount.
    fn owing(&self, amount: Euro, account: &Iban) -> Vec<(ClawbackRef, PayeeId)>;
    /// Returns the payee that has an account.
    fn payee(&self, account: &Iban) -> Option<PayeeId>;
}

/// Returns what a transaction is; [`EntryFate::Open`] when nothing fits, or more than one thing does.
#[must_use]
pub fn recognise(transaction: &Transaction, evidence: &Evidence, open: &impl OpenOrders) -> EntryFate {
    let found = match (transaction.direction, &evidence.returned) {
        (Direction::Out, _) => paid(transaction, evidence, open),
        (Direction::In, Some(reason)) => returned(transaction, evidence, reason, open),
        (Direction::In, None) => {
            recovered(transaction, evidence, open).or_else(|| given_back(transaction, evidence, open))
        }
    };
    found.unwrap_or_else(|| EntryFate::Open {
        payee: evidence.account.as_ref().and_then(|account| open.payee(account)),
    })
}

fn paid(transaction: &Transaction, evidence: &Evidence, open: &impl OpenOrders) -> Option<EntryFate> {
    let fits = |order: &Candidate| order.is_away() && order.amount == transaction.amount;
    if let Some(id) = &evidence.end_to_end {
        // An id that is known decides: when its order does not fit, nothing else is tried.
        if let Some(order) = open.order(id) {
            return fits(&order).then_some(EntryFate::Paid { order: order.order });
        }
    }
    if let Some(batch) = &evidence.batch {
        let orders = open.batch(batch);
        let total: Euro = orders.iter().map(|order| order.amount).sum();
        let placed = orders.iter().all(Candidate::is_away);
        let count = u32::try_from(orders.len()).ok()?;
        let whole = evidence.payments.is_none_or(|payments| payments == count);
        if count > 0 && placed && whole && total == transaction.amount {
            return Some(EntryFate::PaidBatch {
                batch: batch.clone(),
                orders: count,
            });
        }
    }
    let account = evidence.account.as_ref()?;
    only(open.placed(transaction.amount, account)).map(|order| EntryFate::Paid { order: order.order })
}

fn returned(
    transaction: &Transaction,
    evidence: &Evidence,
    reason: &str,
    open: &impl OpenOrders,
) -> Option<EntryFate> {
    let order = open.order(evidence.end_to_end.as_ref()?)?;
    let fits = order.can_come_back() && order.amount == transaction.amount;
    fits.then(|| EntryFate::Returned {
        order: order.order,
        reason: reason.to_owned(),
    })
}

/// A bank that tells no reason may still name the payment that it gives back.
fn given_back(transaction: &Transaction, evidence: &Evidence, open: &impl OpenOrders) -> Option<EntryFate> {
    returned(transaction, evidence, "NARR", open)
}

fn recovered(transaction: &Transaction, evidence: &Evidence, open: &impl OpenOrders) -> Option<EntryFate> {
    for reference in &evidence.references {
        let owing = open.clawbacks(reference);
        if !owing.is_empty() {
            let fits = owing.into_iter().filter(|(_, owed)| *owed == transaction.amount);
            let (payee, _) = only(fits.collect())?;
            let reference = reference.clone();
            return Some(EntryFate::Recovered { reference, payee });
        }
    }
    let account = evidence.account.as_ref()?;
    let (reference, payee) = only(open.owing(transaction.amount, account))?;
    Some(EntryFate::Recovered { reference, payee })
}

fn only<T>(found: Vec<T>) -> Option<T> {
    let mut found = found.into_iter();
    let first = found.next()?;
    found.next().is_none().then_some(first)
}
