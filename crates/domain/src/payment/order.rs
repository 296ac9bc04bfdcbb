//! A payment order: what one batch pays to one payee.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{EntryRef, UnpaidCause};
use crate::iban::Iban;
use crate::ids::{BatchNumber, EndToEndId, PayeeId};
use crate::money::Euro;

/// What an order pays, to whom and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "betaalopdracht")]
pub struct OrderTerms {
    /// What the bank shows to both sides.
    pub end_to_end: EndToEndId,
    /// The batch.
    pub batch: BatchNumber,
    /// The payee.
    pub payee: PayeeId,
    /// The exact name of the account holder, as registered when the batch was proposed.
    pub name: String,
    /// The account, as registered when the batch was proposed: a later change does not touch it (I5).
    pub iban: Iban,
    /// How many lines it pays.
    pub lines: u32,
    /// What the lines earn.
    pub gross: Euro,
    /// What is held back of clawbacks of the same payee (E23).
    pub offset: Euro,
    /// What the bank pays: the difference; nothing when all is held back.
    pub amount: Euro,
}

/// What may be asked of an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderCommand {
    /// Place it, with its batch.
    Place {
        /// What it pays.
        terms: OrderTerms,
        /// Today.
        on: Date,
    },
    /// The bank booked it; or its batch was released and nothing is left to pay after offset.
    Pay {
        /// The entry of the statement; none when nothing is left to pay.
        entry: Option<EntryRef>,
        /// The day of booking.
        on: Date,
    },
    /// It was not paid, or came back.
    Fail {
        /// Why.
        cause: UnpaidCause,
        /// The entry of the statement by which it came back.
        entry: Option<EntryRef>,
        /// Today.
        on: Date,
    },
}

/// What can have happened to an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderEvent {
    /// It was placed.
    OrderPlaced {
        /// What it pays.
        terms: OrderTerms,
        /// The day.
        on: Date,
    },
    /// It was paid; each of its lines says so too, in the same append.
    OrderPaid {
        /// Which.
        end_to_end: EndToEndId,
        /// What the bank paid.
        amount: Euro,
        /// The entry of the statement.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<EntryRef>,
        /// The day of booking.
        on: Date,
    },
    /// It was not paid, or came back; its lines are to be paid again.
    OrderFailed {
        /// Which.
        end_to_end: EndToEndId,
        /// The payee.
        payee: PayeeId,
        /// What the bank did not pay, or gave back.
        amount: Euro,
        /// Whether the bank had booked it before.
        was_paid: bool,
        /// Why.
        cause: UnpaidCause,
        /// The entry of the statement by which it came back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<EntryRef>,
        /// The day.
        on: Date,
    },
}

/// Why an order refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefusal {
    /// There is no such order.
    #[error("there is no payment order of that id")]
    Unknown,
    /// It stands elsewhere.
    #[error("payment order {order} is {state}")]
    WrongState {
        /// Which.
        order: EndToEndId,
        /// Where it stands.
        state: &'static str,
    },
    /// What it holds back is more than its lines earn.
    #[error("payment order {order} would hold back more than it pays")]
    OffsetTooLarge {
        /// Which.
        order: EndToEndId,
    },
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "status van betaalopdracht")]
pub enum OrderState {
    /// Placed, not seen on a statement yet.
    Placed,
    /// Paid.
    Paid,
    /// Not paid, or given back.
    Failed,
}

impl OrderState {
    /// Returns the name of the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Paid => "paid",
            Self::Failed => "failed",
        }
    }
}

/// A payment order: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentOrder(Option<(OrderTerms, OrderState)>);

impl PaymentOrder {
    /// Returns what it pays, once placed.
    #[must_use]
    pub fn terms(&self) -> Option<&OrderTerms> {
        self.0.as_ref().map(|(terms, _)| terms)
    }

    /// Returns where it stands, once placed.
    #[must_use]
    pub fn state(&self) -> Option<OrderState> {
        self.0.as_ref().map(|(_, state)| *state)
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When it stands where the command cannot be.
    pub fn decide(&self, command: &OrderCommand) -> Result<Vec<OrderEvent>, OrderRefusal> {
        match command {
            OrderCommand::Place { terms, on } => {
                let order = terms.end_to_end.clone();
                if let Some((_, state)) = &self.0 {
                    let state = state.as_str();
                    return Err(OrderRefusal::WrongState { order, state });
                }
                if terms.offset > terms.gross || terms.amount != terms.gross - terms.offset {
                    return Err(OrderRefusal::OffsetTooLarge { order });
                }
                Ok(vec![OrderEvent::OrderPlaced {
                    terms: terms.clone(),
                    on: *on,
                }])
            }
            OrderCommand::Pay { entry, on } => {
                let (terms, _) = self.that_is(&[OrderState::Placed])?;
                Ok(vec![OrderEvent::OrderPaid {
                    end_to_end: terms.end_to_end.clone(),
                    amount: terms.amount,
                    entry: entry.clone(),
                    on: *on,
                }])
            }
            OrderCommand::Fail { cause, entry, on } => {
                let allowed: &[OrderState] = match cause {
                    UnpaidCause::Withdrawn | UnpaidCause::Rejected(_) => &[OrderState::Placed],
                    // A bank may report the return without ever having shown the payment.
                    UnpaidCause::Returned(_) => &[OrderState::Placed, OrderState::Paid],
                };
                let (terms, state) = self.that_is(allowed)?;
                Ok(vec![OrderEvent::OrderFailed {
                    end_to_end: terms.end_to_end.clone(),
                    payee: terms.payee.clone(),
                    amount: terms.amount,
                    was_paid: state == OrderState::Paid,
                    cause: cause.clone(),
                    entry: entry.clone(),
                    on: *on,
                }])
            }
        }
    }

    fn that_is(&self, allowed: &[OrderState]) -> Result<(&OrderTerms, OrderState), OrderRefusal> {
        let (terms, state) = self.0.as_ref().ok_or(OrderRefusal::Unknown)?;
        if allowed.contains(state) {
            return Ok((terms, *state));
        }
        Err(OrderRefusal::WrongState {
            order: terms.end_to_end.clone(),
            state: state.as_str(),
        })
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: OrderEvent) {
        let state = match event {
            OrderEvent::OrderPlaced { terms, .. } => {
                self.0 = Some((terms, OrderState::Placed));
                return;
            }
            OrderEvent::OrderPaid { .. } => OrderState::Paid,
            OrderEvent::OrderFailed { .. } => OrderState::Failed,
        };
        if let Some((_, held)) = &mut self.0 {
            *held = state;
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testkit;

    const DAY: Date = date(2023, 4, 3);

    fn placed(gross: i64, offset: i64) -> Result<PaymentOrder, OrderRefusal> {
        let payee = testkit::school(testkit::SCHOOL, "99AA");
        let batch: BatchNumber = "2023-0001".parse().expect("a number");
        let terms = OrderTerms {
            end_to_end: EndToEndId::of(&batch, &payee.id),
            batch,
            payee: payee.id,
            name: payee.name,
            iban: payee.iban,
            lines: 2,
            gross: Euro::from_cents(gross),
            offset: Euro::from_cents(offset),
            amount: Euro::from_cents(gross - offset),
        };
        let mut order = PaymentOrder::default();
        for event in order.decide(&OrderCommand::Place { terms, on: DAY })? {
            order.evolve(event);
        }
        Ok(order)
    }

    fn fail(cause: UnpaidCause) -> OrderCommand {
        OrderCommand::Fail {
            cause,
            entry: None,
            on: DAY,
        }
    }

    #[test]
    fn an_order_holds_back_at_most_what_it_pays() {
        assert!(placed(100, 100).is_ok());
        assert!(matches!(
            placed(100, 101),
            Err(OrderRefusal::OffsetTooLarge { .. })
        ));
    }

    #[test]
    fn an_order_is_paid_once_and_can_come_back_after_that() {
        let mut order = placed(100, 0).expect("placed");
        let pay = OrderCommand::Pay { entry: None, on: DAY };
        for event in order.decide(&pay).expect("paid") {
            order.evolve(event);
        }
        assert!(matches!(
            order.decide(&pay),
            Err(OrderRefusal::WrongState { state: "paid", .. })
        ));
        let rejected = order.decide(&fail(UnpaidCause::Rejected("AC01".to_owned())));
        assert!(rejected.is_err(), "what was booked is not rejected any more");
        let returned = order
            .decide(&fail(UnpaidCause::Returned("AC04".to_owned())))
            .expect("returned");
        assert!(matches!(
            returned.as_slice(),
            [OrderEvent::OrderFailed { was_paid: true, .. }]
        ));
    }
}
