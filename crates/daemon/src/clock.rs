//! The only place that asks the time. Everything else is given a [`Moment`].

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A moment, and the day on which it falls for the fund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The moment.
    pub at: Timestamp,
    /// The day in Europe/Amsterdam: the day of a decision.
    pub day: Date,
}

impl Moment {
    /// Returns a moment with its day in the fund's time zone.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            day: at.to_zoned(fund_zone()).date(),
        }
    }

    /// Returns nine o'clock in the morning of a day.
    #[must_use]
    pub fn morning_of(day: Date) -> Self {
        let at = day
            .at(9, 0, 0, 0)
            .to_zoned(fund_zone())
            .map_or_else(|_| Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        Self { at, day }
    }

    /// Returns the end of a day: the last moment before the next one begins.
    #[must_use]
    pub fn end_of(day: Date) -> Timestamp {
        day.at(23, 59, 59, 999_999_999)
            .to_zoned(fund_zone())
            .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
    }
}

/// Returns the time zone in which the fund counts its days.
pub(crate) fn fund_zone() -> TimeZone {
    TimeZone::get("Europe/Amsterdam").unwrap_or(TimeZone::UTC)
}

/// Where moments come from.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's clock.
    Wall,
    /// A fixed moment, for replays and tests.
    At(Moment),
}

impl Clock {
    /// Returns the moment that it is.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where the time is asked")]
    pub fn now(self) -> Moment {
        match self {
            Self::Wall => Moment::new(Timestamp::now()),
            Self::At(moment) => moment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_is_that_of_the_fund_not_of_greenwich() {
        let late = "2023-06-30T22:30:00Z".parse().expect("a moment");
        assert_eq!(Moment::new(late).day, date(2023, 7, 1));
        assert_eq!(
            Moment::morning_of(date(2023, 7, 1)).at.to_string(),
            "2023-07-01T07:00:00Z"
        );
        assert!(Moment::end_of(date(2023, 6, 30)) < late);
    }
}
