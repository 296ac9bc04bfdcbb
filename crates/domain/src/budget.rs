//! A budget line: what the board set aside for a scheme in a year, what is committed and what is realised.
//!
//! A stream `BudgetLine/<year>:<scheme>` is booked in the same append as the claims that it bears, so that two invoices can never
//! spend the same euro. A line without an adopted budget is booked too: no budget is not a budget of zero.

mod command;
mod event;
mod queue;
mod variance;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::command::{BudgetCommand, BudgetRefusal};
pub use self::event::BudgetEvent;
pub use self::queue::{Place, Queues};
pub use self::variance::{Variance, divide_pro_rata, variance};
use crate::calendar::FiscalYear;
use crate::ids::{DecisionRef, Source};
use crate::money::Euro;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::terms::BudgetPolicy;

/// Which budget line: a scheme in a fiscal year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct BudgetLineId {
    /// The year.
    pub year: FiscalYear,
    /// The scheme.
    pub scheme: SchemeCode,
}

impl std::fmt::Display for BudgetLineId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.year, self.scheme)
    }
}

/// Units and euro that move together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aantal en bedrag")]
pub struct Quantity {
    /// Units.
    pub units: i64,
    /// Euro.
    pub amount: Euro,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self {
        units: 0,
        amount: Euro::ZERO,
    };

    /// Returns so many units of so much in all.
    #[must_use]
    pub const fn new(units: i64, amount: Euro) -> Self {
        Self { units, amount }
    }

    /// Returns one unit of so much.
    #[must_use]
    pub const fn one(amount: Euro) -> Self {
        Self { units: 1, amount }
    }

    /// Whether nothing moves.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.units == 0 && self.amount.is_zero()
    }
}

impl std::ops::Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            units: self.units + other.units,
            amount: self.amount + other.amount,
        }
    }
}

impl std::ops::Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self {
            units: self.units - other.units,
            amount: self.amount - other.amount,
        }
    }
}

impl std::ops::AddAssign for Quantity {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

/// A budget as the board adopted it. Units may be left open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "begroting")]
pub struct Budget {
    /// Units, when the board set a number.
    pub units: Option<i64>,
    /// Euro.
    pub amount: Euro,
}

/// What is booked on a line by one document: commitments, realisation, or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "boeking")]
pub struct Booking {
    /// Change of the open commitments; negative when drawn or released.
    pub committed: Quantity,
    /// Change of what is realised; negative when taken back.
    pub realised: Quantity,
}

impl std::ops::AddAssign for Booking {
    fn add_assign(&mut self, other: Self) {
        self.committed += other.committed;
        self.realised += other.realised;
    }
}

/// The state of a budget line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "begrotingsregel")]
pub struct BudgetLine {
    adopted: Option<(Budget, DecisionRef)>,
    amendments: Vec<DecisionRef>,
    divisions: Vec<DecisionRef>,
    committed: Quantity,
    realised: Quantity,
    accrual: Option<Accrual>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Accrual {
    accrued: Quantity,
    /// What was realised since it was recorded.
    since: Quantity,
    decision: DecisionRef,
}

impl Accrual {
    /// Returns what the accrual bears when `since` has been realised: all of it up to the accrual, and never less than nothing.
    fn borne_of(&self, since: Quantity) -> Quantity {
        Quantity {
            units: since.units.min(self.accrued.units).max(0),
            amount: since.amount.min(self.accrued.amount).max(Euro::ZERO),
        }
    }
}

impl BudgetLine {
    /// Returns the budget as amended so far.
    #[must_use]
    pub fn budget(&self) -> Option<Budget> {
        self.adopted.as_ref().map(|(budget, _)| *budget)
    }

    /// Returns `budget - committed - realised`, never clamped; nothing without a budget (I8).
    #[must_use]
    pub fn available(&self) -> Option<Euro> {
        self.budget()
            .map(|budget| budget.amount - self.committed.amount - self.realised.amount)
    }

    /// Returns the open commitments.
    #[must_use]
    pub const fn committed(&self) -> Quantity {
        self.committed
    }

    /// Returns what is realised.
    #[must_use]
    pub const fn realised(&self) -> Quantity {
        self.realised
    }

    /// Tells whether this line, `line`, may bear `asked` beyond what its own commitment covers, under the scheme's policy (E15).
    ///
    /// `turn`: in a queue, that nobody who waits longer goes before; in a division, that the board has given a share.
    ///
    /// # Errors
    /// The obstacle, when the policy blocks, queues or divides.
    pub fn admit(
        &self,
        line: BudgetLineId,
        policy: BudgetPolicy,
        asked: Euro,
        turn: bool,
    ) -> Result<(), Obstacle> {
        let Some(available) = self.available() else {
            return Ok(());
        };
        let short = || Reason::Budget {
            line,
            available,
            asked,
        };
        let fits = asked <= available;
        match policy {
            BudgetPolicy::Warn => Ok(()),
            BudgetPolicy::Block if fits => Ok(()),
            BudgetPolicy::Queue | BudgetPolicy::ProRata if fits && turn => Ok(()),
            BudgetPolicy::Block => Err(Obstacle::Bars(short())),
            BudgetPolicy::Queue | BudgetPolicy::ProRata => Err(Obstacle::Waits(short())),
        }
    }

    /// Returns the line as it stands when `booking` has been booked on it.
    #[must_use]
    pub fn after(&self, booking: Booking) -> Self {
        let mut line = self.clone();
        line.committed += booking.committed;
        line.realised += booking.realised;
        line
    }

    /// Decides what a command changes on `line`.
    ///
    /// # Errors
    /// When the line refuses it.
    pub fn decide(
        &self,
        line: BudgetLineId,
        command: &BudgetCommand,
    ) -> Result<Vec<BudgetEvent>, BudgetRefusal> {
        match command {
            BudgetCommand::Adopt {
                budget,
                decision,
                decided_on,
                provenance,
            } => match &self.adopted {
                Some((_, held)) if held == decision => Ok(vec![]),
                Some((_, held)) => Err(BudgetRefusal::AlreadyAdopted {
                    line,
                    decision: held.clone(),
                }),
                None => Ok(vec![BudgetEvent::BudgetAdopted {
                    line,
                    budget: *budget,
                    decision: decision.clone(),
                    decided_on: *decided_on,
                    provenance: *provenance,
                }]),
            },
            BudgetCommand::Amend {
                change,
                counterpart,
                decision,
                decided_on,
            } => {
                if self.amendments.contains(decision) {
                    return Ok(vec![]);
                }
                if self.adopted.is_none() {
                    return Err(BudgetRefusal::NotAdopted { line });
                }
                Ok(vec![BudgetEvent::BudgetAmended {
                    line,
                    change: *change,
                    counterpart: *counterpart,
                    decision: decision.clone(),
                    decided_on: *decided_on,
                }])
            }
            BudgetCommand::Divide {
                amount,
                claims,
                decision,
                decided_on,
            } => {
                if self.divisions.contains(decision) {
                    return Ok(vec![]);
                }
                Ok(vec![BudgetEvent::BudgetDivided {
                    line,
                    amount: *amount,
                    claims: *claims,
                    decision: decision.clone(),
                    decided_on: *decided_on,
                }])
            }
            BudgetCommand::Accrue {
                accrued,
                decision,
                decided_on,
            } => match &self.accrual {
                Some(held) if held.decision == *decision => Ok(vec![]),
                Some(_) => Err(BudgetRefusal::AlreadyAccrued { line }),
                None => Ok(vec![BudgetEvent::AccrualRecorded {
                    line,
                    accrued: *accrued,
                    decision: decision.clone(),
                    decided_on: *decided_on,
                }]),
            },
            BudgetCommand::Book { booking, source, on } => self.book(line, *booking, source, *on),
        }
    }

    fn book(
        &self,
        line: BudgetLineId,
        booking: Booking,
        source: &Source,
        on: Date,
    ) -> Result<Vec<BudgetEvent>, BudgetRefusal> {
        let open = self.committed + booking.committed;
        if open.amount.is_negative() {
            return Err(BudgetRefusal::CommitmentBelowZero {
                line,
                open: open.amount,
            });
        }
        let (against_accrual, prior_period) = self.split_by_accrual(booking.realised);
        let mut events = vec![BudgetEvent::BudgetBooked {
            line,
            booking,
            against_accrual,
            prior_period,
            source: source.clone(),
            on,
        }];
        let before = self.beyond(Booking::default());
        let beyond = self.beyond(booking);
        if beyond.amount > before.amount || beyond.units > before.units {
            events.push(BudgetEvent::BudgetExceeded {
                line,
                beyond,
                source: source.clone(),
                on,
            });
        }
        Ok(events)
    }

    /// What is realised after the year's accrual was recorded draws on it; what exceeds it is prior-period result, and so is what comes back
    /// of what was realised before.
    fn split_by_accrual(&self, realised: Quantity) -> (Quantity, Quantity) {
        let Some(accrual) = &self.accrual else {
            return (Quantity::ZERO, Quantity::ZERO);
        };
        let borne = accrual.borne_of(accrual.since + realised) - accrual.borne_of(accrual.since);
        (borne, realised - borne)
    }

    fn beyond(&self, booking: Booking) -> Quantity {
        let Some(budget) = self.budget() else {
            return Quantity::ZERO;
        };
        let used = self.committed + booking.committed + self.realised + booking.realised;
        Quantity {
            units: budget.units.map_or(0, |units| (used.units - units).max(0)),
            amount: (used.amount - budget.amount).max(Euro::ZERO),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: BudgetEvent) {
        match event {
            BudgetEvent::BudgetAdopted { budget, decision, .. } => self.adopted = Some((budget, decision)),
            BudgetEvent::BudgetAmended { change, decision, .. } => {
                if let Some((budget, _)) = &mut self.adopted {
                    budget.amount += change.amount;
                    budget.units = budget.units.map(|units| units + change.units);
                }
                self.amendments.push(decision);
            }
            BudgetEvent::BudgetDivided { decision, .. } => self.divisions.push(decision),
            BudgetEvent::AccrualRecorded {
                accrued, decision, ..
            } => {
                self.accrual = Some(Accrual {
                    accrued,
                    since: Quantity::ZERO,
                    decision,
                });
            }
            BudgetEvent::BudgetBooked { booking, .. } => {
                self.committed += booking.committed;
                self.realised += booking.realised;
                if let Some(accrual) = &mut self.accrual {
                    accrual.since += booking.realised;
                }
            }
            BudgetEvent::BudgetExceeded { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests;
