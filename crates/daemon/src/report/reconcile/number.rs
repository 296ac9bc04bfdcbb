//! Published numbers: of which kind, how exact, and what they give when computed again.

use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};
use subsidy_domain::money::Euro;

/// A number with its kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value {
    /// A number of units.
    Count(i64),
    /// A share in percent, as exact as it is known.
    Percent(Decimal),
    /// An amount.
    Euro(Euro),
}

impl Value {
    pub(super) fn read(kind: &str, text: &str) -> Option<Self> {
        match kind {
            "count" => text.parse().ok().map(Self::Count),
            "percent" => Decimal::from_str_exact(text).ok().map(Self::Percent),
            "euro" => text.parse().ok().map(Self::Euro),
            _ => None,
        }
    }

    /// Returns both numbers when they are of one kind.
    fn both(self, other: Self) -> Option<(Decimal, Decimal)> {
        match (self, other) {
            (Self::Count(one), Self::Count(two)) => Some((one.into(), two.into())),
            (Self::Percent(one), Self::Percent(two)) => Some((one, two)),
            (Self::Euro(one), Self::Euro(two)) => Some((one.cents().into(), two.cents().into())),
            (Self::Count(_) | Self::Percent(_) | Self::Euro(_), _) => None,
        }
    }
}

/// How exact a published number is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "nauwkeurigheid")]
pub enum Exactness {
    /// This number.
    Exact,
    /// Rounded to the nearest multiple of this.
    Approximate(u32),
    /// This number or more.
    AtLeast,
    /// Less than this number.
    LessThan,
    /// A share rounded half up to this many decimals.
    Share(u32),
    /// No number.
    NoNumber,
}

impl Exactness {
    /// Whether a ledger figure is what was published, as exactly as it was published.
    #[must_use]
    pub fn holds(self, published: Value, ledger: Value) -> bool {
        let Some((published, ledger)) = published.both(ledger) else {
            return false;
        };
        match self {
            Self::Exact => ledger == published,
            Self::Approximate(nearest) => {
                let nearest = Decimal::from(nearest.max(1));
                half_up(ledger / nearest, 0) * nearest == published
            }
            Self::AtLeast => ledger >= published,
            Self::LessThan => ledger < published,
            Self::Share(decimals) => half_up(ledger, decimals) == published,
            Self::NoNumber => false,
        }
    }
}

fn half_up(number: Decimal, decimals: u32) -> Decimal {
    number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero)
}

impl FromStr for Exactness {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let number = |text: &str| text.parse().map_err(|_| ());
        Ok(match text.split_once(':') {
            None if text == "exact" => Self::Exact,
            None if text == "at_least" => Self::AtLeast,
            None if text == "less_than" => Self::LessThan,
            None if text == "none" => Self::NoNumber,
            Some(("approx", nearest)) => Self::Approximate(number(nearest)?),
            Some(("share", decimals)) => Self::Share(number(decimals)?),
            None | Some(_) => return Err(()),
        })
    }
}

/// A computation on published numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// The one as a percentage of the other.
    Share(i64, i64),
    /// How many percent the one is above the other.
    Growth(i64, i64),
    /// The one and the other.
    Sum(i64, i64),
}

impl Arithmetic {
    /// Returns what the numbers give; nothing for a share of nothing.
    #[must_use]
    pub fn computed(self) -> Option<Value> {
        match self {
            Self::Share(part, whole) => ratio(part, whole).map(Value::Percent),
            Self::Growth(now, before) => ratio(now.checked_sub(before)?, before).map(Value::Percent),
            Self::Sum(one, two) => one.checked_add(two).map(Value::Count),
        }
    }
}

/// Returns `part / whole` in percent, not rounded; nothing when `whole` is zero.
#[must_use]
pub(super) fn ratio(part: i64, whole: i64) -> Option<Decimal> {
    (Decimal::from(part) * Decimal::ONE_HUNDRED).checked_div(Decimal::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactness_is_tested_at_its_boundaries() {
        let percent = |text: &str| Value::Percent(Decimal::from_str_exact(text).expect("a number"));
        let count = Value::Count;
        for (exactness, published, ledger, holds) in [
            (Exactness::Exact, count(24), count(24), true),
            (Exactness::Exact, count(24), count(25), false),
            (Exactness::Exact, count(24), percent("24"), false),
            (Exactness::Approximate(1000), count(9000), count(8500), true),
            (Exactness::Approximate(1000), count(9000), count(8499), false),
            (Exactness::Approximate(1000), count(9000), count(9499), true),
            (Exactness::Approximate(1000), count(9000), count(9500), false),
            (Exactness::AtLeast, count(6000), count(6000), true),
            (Exactness::AtLeast, count(6000), count(5999), false),
            (Exactness::LessThan, count(1800), count(1799), true),
            (Exactness::LessThan, count(1800), count(1800), false),
            (Exactness::Share(0), percent("35"), percent("34.5"), true),
            (Exactness::Share(0), percent("35"), percent("35.49"), true),
            (Exactness::Share(0), percent("35"), percent("35.5"), false),
            (Exactness::Share(0), percent("5"), percent("5.4996"), true),
            (Exactness::NoNumber, count(1), count(1), false),
        ] {
            assert_eq!(
                exactness.holds(published, ledger),
                holds,
                "{exactness:?} {published:?} {ledger:?}"
            );
        }
    }

    #[test]
    fn published_numbers_are_recomputed_without_rounding_twice() {
        let shown = |arithmetic: Arithmetic| match arithmetic.computed() {
            Some(Value::Percent(share)) => share.round_dp(2).to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(shown(Arithmetic::Share(2588, 2500)), "103.52");
        assert_eq!(shown(Arithmetic::Growth(1868, 1372)), "36.15");
        assert_eq!(shown(Arithmetic::Growth(7750, 7346)), "5.50");
        assert_eq!(Arithmetic::Sum(2342, 5408).computed(), Some(Value::Count(7750)));
        assert_eq!(Arithmetic::Share(1, 0).computed(), None);
    }
}
