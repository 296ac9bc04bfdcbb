//! A period that ends: after it is closed nothing is effective in it any more (I9).

#[cfg(test)]
mod laws;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::budget::Quantity;
use crate::ids::Subject;
use crate::reason::Reason;
use crate::scheme::SchemeCode;

/// A period that can be closed: all days up to and including its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[doc(alias = "periode")]
pub enum PeriodId {
    /// A fiscal year.
    Year(i16),
    /// A month of a year.
    Month(i16, i8),
}

impl PeriodId {
    /// Returns its first day; none beyond the calendar.
    #[must_use]
    pub fn first_day(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 1, 1).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok(),
        }
    }

    /// Returns its last day; none beyond the calendar.
    #[must_use]
    pub fn last_day(self) -> Option<Date> {
        match self {
            Self::Year(year) => Date::new(year, 12, 31).ok(),
            Self::Month(year, month) => Date::new(year, month, 1).ok().map(Date::last_of_month),
        }
    }
}

impl std::fmt::Display for PeriodId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Year(year) => write!(f, "{year:04}"),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
        }
    }
}

impl std::str::FromStr for PeriodId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write a year (2023) or a month (2023-03)".to_owned();
        let number = |text: &str, digits| {
            let right = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
            right
                .then(|| text.parse::<i16>().ok())
                .flatten()
                .ok_or_else(wrong)
        };
        match text.split_once('-') {
            None => number(text, 4).map(Self::Year),
            Some((year, month)) => {
                let (year, month) = (number(year, 4)?, number(month, 2)?);
                let month = i8::try_from(month).ok().filter(|month| (1..=12).contains(month));
                Ok(Self::Month(year, month.ok_or_else(wrong)?))
            }
        }
    }
}

impl TryFrom<String> for PeriodId {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<PeriodId> for String {
    fn from(period: PeriodId) -> Self {
        period.to_string()
    }
}

/// What a year that is closed still owes, by scheme: what was decided for it after its end, and what is expected still to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "nog te ontvangen facturen")]
pub struct Accrual {
    /// The scheme.
    pub scheme: SchemeCode,
    /// What the year bears of lines that were decided after it ended, up to its closing: known to the cent.
    pub decided_later: Quantity,
    /// What evidence of the year was not claimed yet is expected to cost: an estimate, at the mean of what the year realised of a unit.
    pub expected: Quantity,
}

impl Accrual {
    /// Returns what is accrued in all.
    #[must_use]
    pub fn total(&self) -> Quantity {
        self.decided_later + self.expected
    }
}

/// What may be asked of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeriodCommand {
    /// Propose to close it.
    Propose {
        /// Which.
        period: PeriodId,
        /// Who proposes.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Close it: agreed by a second person.
    Close {
        /// Which.
        period: PeriodId,
        /// What a year still owes; nothing of a month.
        accruals: Vec<Accrual>,
        /// Who agrees.
        by: Subject,
        /// Today.
        on: Date,
    },
}

/// What can have happened to a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PeriodEvent {
    /// Its closing was proposed.
    CloseProposed {
        /// Which.
        period: PeriodId,
        /// Who proposed.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// It is closed.
    PeriodClosed {
        /// Which.
        period: PeriodId,
        /// Who proposed.
        proposed_by: Subject,
        /// Who agreed.
        by: Subject,
        /// What a year still owes, in the order of schemes; effective on its last day.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        accruals: Vec<Accrual>,
        /// The day.
        on: Date,
    },
}

/// Why a period refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodRefusal {
    /// It has not ended.
    #[error("{period} has not ended; close it from the day after its last")]
    NotEnded {
        /// Which.
        period: PeriodId,
    },
    /// It is closed.
    #[error("{period} is closed")]
    Closed {
        /// Which.
        period: PeriodId,
    },
    /// Nobody proposed to close it.
    #[error("nobody proposed to close {period}")]
    NotProposed {
        /// Which.
        period: PeriodId,
    },
    /// One person would act twice.
    #[error("{reason}")]
    Forbidden {
        /// The rule, with its data.
        reason: Reason,
    },
}

/// A period: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    proposed_by: Option<Subject>,
    closed: bool,
}

impl Period {
    /// Whether it is closed.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When it has not ended, is closed, was not proposed, or one person would act twice.
    pub fn decide(&self, command: &PeriodCommand) -> Result<Vec<PeriodEvent>, PeriodRefusal> {
        let (PeriodCommand::Propose { period, by, on } | PeriodCommand::Close { period, by, on, .. }) =
            command;
        let (period, by, on) = (*period, by.clone(), *on);
        if self.closed {
            return Err(PeriodRefusal::Closed { period });
        }
        if period.last_day().is_none_or(|last| on <= last) {
            return Err(PeriodRefusal::NotEnded { period });
        }
        match (command, &self.proposed_by) {
            (PeriodCommand::Propose { .. }, Some(known)) if *known == by => Ok(vec![]),
            (PeriodCommand::Propose { .. }, _) => Ok(vec![PeriodEvent::CloseProposed { period, by, on }]),
            (PeriodCommand::Close { .. }, None) => Err(PeriodRefusal::NotProposed { period }),
            (PeriodCommand::Close { .. }, Some(proposer)) if *proposer == by => {
                Err(PeriodRefusal::Forbidden {
                    reason: Reason::SelfApproval { subject: by },
                })
            }
            (PeriodCommand::Close { accruals, .. }, Some(proposer)) => Ok(vec![PeriodEvent::PeriodClosed {
                period,
                proposed_by: proposer.clone(),
                by,
                accruals: accruals.clone(),
                on,
            }]),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: PeriodEvent) {
        match event {
            PeriodEvent::CloseProposed { by, .. } => self.proposed_by = Some(by),
            PeriodEvent::PeriodClosed { .. } => self.closed = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const YEAR: PeriodId = PeriodId::Year(2023);
    const AFTER: Date = date(2024, 1, 1);

    fn person(name: &str) -> Subject {
        name.parse().expect("a subject")
    }

    fn propose(by: &str, on: Date) -> PeriodCommand {
        let (period, by) = (YEAR, person(by));
        PeriodCommand::Propose { period, by, on }
    }

    fn close(by: &str) -> PeriodCommand {
        let (period, by, on) = (YEAR, person(by), AFTER);
        PeriodCommand::Close {
            period,
            accruals: Vec::new(),
            by,
            on,
        }
    }

    fn proposed() -> Period {
        let mut period = Period::default();
        for event in period.decide(&propose("controller", AFTER)).expect("proposed") {
            period.evolve(event);
        }
        period
    }

    #[test]
    fn a_period_is_closed_by_two_persons_after_its_last_day() {
        let not_ended = Err(PeriodRefusal::NotEnded { period: YEAR });
        assert_eq!(
            Period::default().decide(&propose("controller", date(2023, 12, 31))),
            not_ended
        );
        assert_eq!(
            Period::default().decide(&close("second")),
            Err(PeriodRefusal::NotProposed { period: YEAR })
        );
        let reason = Reason::SelfApproval {
            subject: person("controller"),
        };
        assert_eq!(
            proposed().decide(&close("controller")),
            Err(PeriodRefusal::Forbidden { reason })
        );
        let mut period = proposed();
        for event in period.decide(&close("second")).expect("closed") {
            period.evolve(event);
        }
        assert!(period.is_closed());
        assert_eq!(
            period.decide(&close("third")),
            Err(PeriodRefusal::Closed { period: YEAR })
        );
    }

    #[test]
    fn a_period_is_written_as_a_year_or_a_month() {
        for text in ["2023", "2023-02"] {
            let period: PeriodId = text.parse().expect("a period");
            assert_eq!(period.to_string(), text);
        }
        let month: PeriodId = "2024-02".parse().expect("a month");
        assert_eq!(month.last_day(), Some(date(2024, 2, 29)));
        for wrong in ["", "23", "2023-13", "2023-1", "2023-02-01"] {
            assert!(wrong.parse::<PeriodId>().is_err(), "{wrong}");
        }
    }
}
