//! The money side of a line: ordered, paid, given back by the bank, and what must come back from the payee.
//!
//! A line is decided in [`super::LineState`]; what was paid on it is kept beside that, since a line may be taken back while its money is
//! away. Each payment of a line knows what of it must come back, and what of that is still open.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Award, Line, LineState};
use crate::budget::Quantity;
use crate::ids::{BatchNumber, ClawbackRef, Subject};
use crate::money::Euro;
use crate::scheme::SchemeCode;

/// What can have happened to the money of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "afwikkeling")]
pub enum Settlement {
    /// It became part of a payment order.
    LineOrdered {
        /// The batch of the order.
        batch: BatchNumber,
        /// What is paid on the line.
        amount: Euro,
    },
    /// The bank confirmed the payment.
    LinePaid {
        /// The batch of the order.
        batch: BatchNumber,
        /// What was paid on the line.
        amount: Euro,
        /// What of that still stands: less than was paid when the line was taken back while its money was away.
        stands: Quantity,
    },
    /// The payment was not made, or the bank gave it back: the line is to be paid again (E17).
    LineUnpaid {
        /// The batch of the order.
        batch: BatchNumber,
        /// What was to be paid.
        amount: Euro,
        /// Whether the bank had confirmed the payment before.
        was_paid: bool,
        /// What of it stood.
        stood: Quantity,
        /// What was to come back of it and need not any more.
        forgiven: Euro,
        /// Why.
        cause: UnpaidCause,
    },
    /// What was ordered or paid must come back.
    ClawbackOpened {
        /// The batch in which it was paid.
        batch: BatchNumber,
        /// What must come back.
        amount: Euro,
        /// What was ordered in all.
        ordered: Euro,
        /// The day on which it was ordered.
        ordered_on: Date,
        /// The day on which the bank had booked the payment, if it had.
        paid_on: Option<Date>,
        /// What does not stand any more.
        falls: Quantity,
    },
    /// The payee was told how it comes back.
    ClawbackAnnounced {
        /// How.
        recourse: Recourse,
        /// What is open.
        open: Euro,
        /// By whom.
        by: Subject,
    },
    /// It came back.
    ClawbackRecovered {
        /// The batch in which it had been paid.
        batch: BatchNumber,
        /// How much.
        amount: Euro,
        /// How.
        by: Recovery,
    },
    /// An order in which it was offset was not paid: it is open again.
    ClawbackReopened {
        /// The batch in which it had been paid.
        batch: BatchNumber,
        /// How much.
        amount: Euro,
        /// The batch in which it had been offset.
        offset_in: BatchNumber,
    },
    /// It is given up, by two persons.
    ClawbackWrittenOff {
        /// The batch in which it had been paid.
        batch: BatchNumber,
        /// How much.
        amount: Euro,
        /// Under which reference it was asked back.
        reference: ClawbackRef,
        /// Who decided it.
        by: Subject,
        /// Who agreed.
        second: Subject,
    },
}

/// Why an order was not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "oorzaak van niet-betaling")]
pub enum UnpaidCause {
    /// Its batch was withdrawn before release.
    Withdrawn,
    /// The bank refused it, with its reason code (ISO 20022 external code, for instance `AC04`).
    Rejected(String),
    /// The bank paid and gave it back, with its reason code.
    Returned(String),
}

/// How money comes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "wijze van terugvordering")]
pub struct Recourse {
    /// Under which reference.
    pub reference: ClawbackRef,
    /// In which manner.
    pub manner: Manner,
}

/// In which manner money comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "verrekenen of terugbetalen")]
pub enum Manner {
    /// It is held back from the next payment to the same payee (E23).
    Offset,
    /// The payee pays it back.
    Repay,
}

/// How money came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "ontvangst van terugvordering")]
pub enum Recovery {
    /// Held back in a batch.
    Offset(BatchNumber),
    /// Received on the fund's account, by an entry of a statement.
    Received(EntryRef),
}

/// An entry of a bank statement.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[doc(alias = "afschriftregel")]
pub struct EntryRef {
    /// The statement: the number that the bank gave it.
    pub statement: String,
    /// The transaction within it, from 1.
    pub number: u32,
}

/// A payment of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "uitbetaling")]
pub struct Payment {
    /// The batch.
    pub batch: BatchNumber,
    /// What was ordered.
    pub amount: Euro,
    /// The day on which it was ordered.
    pub ordered_on: Date,
    /// The day on which the bank booked it, once it did.
    pub paid_on: Option<Date>,
    /// What of it was ever asked back.
    pub taken_back: Euro,
    /// What of that is still to come back.
    pub open: Euro,
    /// How, once the payee was told.
    pub recourse: Option<Recourse>,
    /// What it was for.
    pub paid_for: PaidFor,
    /// What was offset in later batches.
    pub offsets: Vec<(BatchNumber, Euro)>,
    /// What the payee paid back, and when the bank booked it.
    pub received: Vec<(Date, Euro)>,
}

impl Payment {
    /// Whether the bank can still give it back whole: nothing that was asked back of it was recovered or written off.
    #[must_use]
    pub fn can_come_back(&self) -> bool {
        self.taken_back == self.open
    }

    /// Returns what was paid and not asked back.
    #[must_use]
    pub fn standing(&self) -> Euro {
        self.amount - self.taken_back
    }
}

/// What the money of a line was for: what views and accounts ask of every settlement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "kostenplaats")]
pub struct PaidFor {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The category.
    pub category: crate::ids::Category,
}

impl PaidFor {
    pub(super) fn of(award: &Award) -> Self {
        Self {
            scheme: award.scheme,
            category: award.category.clone(),
        }
    }
}

/// A line on hold: nobody approves or pays it until it is resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aangehouden")]
pub struct Hold {
    /// The decision on file.
    pub decision: crate::ids::DecisionRef,
    /// Since when.
    pub since: Date,
}

/// The payments of a line, in the order of their orders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[doc(alias = "betalingen van een regel")]
pub struct Payments(Vec<Payment>);

impl Payments {
    /// Whether nothing was ever ordered.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns each payment.
    pub fn iter(&self) -> impl Iterator<Item = &Payment> {
        self.0.iter()
    }

    /// Returns the payment of which something stands: away or confirmed, and not all asked back.
    #[must_use]
    pub fn standing(&self) -> Option<&Payment> {
        self.iter().find(|payment| payment.standing() > Euro::ZERO)
    }

    /// Returns the payment of a batch.
    #[must_use]
    pub fn of(&self, batch: &BatchNumber) -> Option<&Payment> {
        self.iter().find(|payment| payment.batch == *batch)
    }

    /// Returns the payments of which something must still come back: of one that is on its way nothing must, since it may not arrive.
    #[must_use]
    pub fn owed(&self) -> Vec<&Payment> {
        let paid = self.iter().filter(|payment| payment.paid_on.is_some());
        paid.filter(|payment| payment.open > Euro::ZERO).collect()
    }

    /// Returns what must still come back.
    #[must_use]
    pub fn open(&self) -> Euro {
        self.owed().iter().map(|payment| payment.open).sum()
    }

    /// Whether nothing can happen to them any more but that the bank gives the one that stands back, or that it is taken back: one
    /// payment at most, booked, of which nothing was ever taken back.
    #[must_use]
    pub(crate) fn are_settled(&self) -> bool {
        self.iter()
            .all(|payment| payment.paid_on.is_some() && payment.taken_back.is_zero())
    }

    /// Returns the one payment of a batch, ordered and booked on these days.
    pub(crate) fn of_one(
        batch: &BatchNumber,
        amount: Euro,
        ordered_on: Date,
        paid_on: Option<Date>,
        paid_for: &PaidFor,
    ) -> Self {
        Self(vec![Payment {
            batch: batch.clone(),
            amount,
            ordered_on,
            paid_on,
            taken_back: Euro::ZERO,
            open: Euro::ZERO,
            recourse: None,
            paid_for: paid_for.clone(),
            offsets: Vec::new(),
            received: Vec::new(),
        }])
    }

    /// Takes in what happened to the money, on a day.
    pub fn evolve(&mut self, paid_for: &PaidFor, happened: &Settlement, on: Date) {
        match happened {
            Settlement::LineOrdered { batch, amount } => {
                let ordered = Self::of_one(batch, *amount, on, None, paid_for);
                self.0.extend(ordered.0);
            }
            Settlement::LinePaid { batch, .. } => self.at(batch, |payment| payment.paid_on = Some(on)),
            Settlement::LineUnpaid { batch, .. } => self.0.retain(|payment| payment.batch != *batch),
            Settlement::ClawbackOpened { batch, amount, .. } => self.at(batch, |payment| {
                payment.taken_back += *amount;
                payment.open += *amount;
            }),
            Settlement::ClawbackAnnounced { recourse, .. } => {
                let paid = self.0.iter_mut().filter(|payment| payment.paid_on.is_some());
                for payment in paid.filter(|payment| payment.open > Euro::ZERO) {
                    payment.recourse = Some(recourse.clone());
                }
            }
            Settlement::ClawbackRecovered { batch, amount, by } => self.at(batch, |payment| {
                payment.open -= *amount;
                match by {
                    Recovery::Offset(later) => payment.offsets.push((later.clone(), *amount)),
                    Recovery::Received(_) => payment.received.push((on, *amount)),
                }
            }),
            Settlement::ClawbackReopened {
                batch,
                amount,
                offset_in,
            } => self.at(batch, |payment| {
                payment.open += *amount;
                payment.offsets.retain(|(later, _)| later != offset_in);
            }),
            Settlement::ClawbackWrittenOff { batch, amount, .. } => {
                self.at(batch, |payment| payment.open -= *amount);
            }
        }
    }

    fn at(&mut self, batch: &BatchNumber, change: impl FnOnce(&mut Payment)) {
        if let Some(payment) = self.0.iter_mut().find(|payment| payment.batch == *batch) {
            change(payment);
        }
    }
}

impl Line {
    /// Returns what a payment order would pay on the line: all that it earns, once it is approved, nobody holds it, and nothing is
    /// away or paid on it.
    #[must_use]
    pub fn payable(&self) -> Option<Euro> {
        let LineState::Approved { award, .. } = &self.state else {
            return None;
        };
        (self.hold.is_none() && self.payments.standing().is_none() && award.amount > Euro::ZERO)
            .then_some(award.amount)
    }

    /// Returns where the line stands, its money included: the name that registers show.
    #[must_use]
    pub fn standing(&self) -> &'static str {
        match (&self.state, self.payments.standing()) {
            (LineState::Approved { .. }, Some(payment)) if payment.paid_on.is_some() => "paid",
            (LineState::Approved { .. }, Some(_)) => "ordered",
            _ if self.hold.is_some() => "held",
            (state, _) => state.name(),
        }
    }
}

impl Settlement {
    /// Returns the name under which the event is stored.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LineOrdered { .. } => "LineOrdered",
            Self::LinePaid { .. } => "LinePaid",
            Self::LineUnpaid { .. } => "LineUnpaid",
            Self::ClawbackOpened { .. } => "ClawbackOpened",
            Self::ClawbackAnnounced { .. } => "ClawbackAnnounced",
            Self::ClawbackRecovered { .. } => "ClawbackRecovered",
            Self::ClawbackReopened { .. } => "ClawbackReopened",
            Self::ClawbackWrittenOff { .. } => "ClawbackWrittenOff",
        }
    }

    /// Returns what the payment basis of realisation gains or loses: what is paid and stands.
    #[must_use]
    pub fn realised(&self) -> Quantity {
        match self {
            Self::LinePaid { stands, .. } => *stands,
            Self::LineUnpaid {
                was_paid: true,
                stood,
                ..
            } => Quantity::ZERO - *stood,
            Self::ClawbackOpened {
                paid_on: Some(_),
                falls,
                ..
            } => Quantity::ZERO - *falls,
            Self::LineOrdered { .. }
            | Self::LineUnpaid { was_paid: false, .. }
            | Self::ClawbackOpened { paid_on: None, .. }
            | Self::ClawbackAnnounced { .. }
            | Self::ClawbackRecovered { .. }
            | Self::ClawbackReopened { .. }
            | Self::ClawbackWrittenOff { .. } => Quantity::ZERO,
        }
    }
}
