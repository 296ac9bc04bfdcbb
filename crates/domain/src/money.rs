//! Euro: exact cents, and the two places where rounding happens.

use std::fmt;
use std::iter::Sum;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

/// An exact amount of euro, held in whole cents.
///
/// Written in events as a decimal string with two decimals (`"123.50"`), never as a JSON number.
///
/// ```
/// use subsidy_domain::money::Euro;
/// let tariff: Euro = "123.50".parse()?;
/// assert_eq!(tariff.cents(), 12_350);
/// assert_eq!((tariff + tariff).to_string(), "247.00");
/// # Ok::<(), subsidy_domain::money::AmountError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Euro(i64);

/// A trillion euro: far beyond any fund, and far enough from the end of the cents that sums of what was read never reach it.
const MOST_CENTS: u64 = 100_000_000_000_000;

/// Why a text or decimal is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number.
    #[error("`{0}` is not an amount; write for instance 123.50")]
    NotANumber(String),
    /// More than two decimals: a cent is the smallest amount.
    #[error("`{0}` has more than two decimals")]
    BelowACent(String),
    /// Beyond what a ledger of this kind can hold.
    #[error("`{0}` is too large")]
    TooLarge(String),
}

impl Euro {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// Returns the amount of this many cents.
    #[must_use]
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// Returns the amount in cents.
    #[must_use]
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Whether the amount is zero.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "the signature that serde asks for"
    )]
    pub(crate) fn is_zero_ref(&self) -> bool {
        self.is_zero()
    }

    /// Reads an amount in the form that it is written in, of up to ten digits of whole euro; any other form is for the decimal reader, which
    /// takes several times as long.
    fn as_written(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
        let (whole, cents) = digits.split_once('.')?;
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if !(1..=10).contains(&whole.len()) || cents.len() != 2 || !are_digits(whole) || !are_digits(cents) {
            return None;
        }
        let (whole, cents): (i64, i64) = (whole.parse().ok()?, cents.parse().ok()?);
        Some(Self(sign * (whole * 100 + cents)))
    }

    /// Returns the amount as a decimal of scale two.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 2)
    }

    /// Returns this amount for each of `units`.
    #[must_use]
    pub const fn times(self, units: i64) -> Self {
        Self(self.0.saturating_mul(units))
    }

    /// Returns `self * numerator / denominator`, rounded half up (away from zero) to the cent.
    ///
    /// Used for the volume part of a variance only; amounts that are paid never come from a division.
    /// A denominator of zero gives zero.
    #[must_use]
    pub fn part_half_up(self, numerator: i64, denominator: i64) -> Self {
        if denominator == 0 {
            return Self::ZERO;
        }
        let doubled = i128::from(self.0) * i128::from(numerator) * 2;
        let whole = i128::from(denominator);
        let sign = if (doubled < 0) == (whole < 0) { 1 } else { -1 };
        let rounded = (doubled.abs() + whole.abs()) / (whole.abs() * 2) * sign;
        Self(i64::try_from(rounded).unwrap_or(i64::MAX))
    }

    /// Divides the amount over `weights` so that the parts add up to it exactly.
    ///
    /// The rounding is that of the largest remainder: every part gets its whole cents, the cents that are left go one by
    /// one to the largest remainders, the earlier part first when equal. Weights that add up to nothing give zeros.
    #[must_use]
    pub fn apportion(self, weights: &[u64]) -> Vec<Self> {
        let total: u128 = weights.iter().copied().map(u128::from).sum();
        if total == 0 {
            return vec![Self::ZERO; weights.len()];
        }
        let magnitude = u128::from(self.0.unsigned_abs());
        let mut parts: Vec<(u128, u128, usize)> = weights
            .iter()
            .enumerate()
            .map(|(at, weight)| {
                let share = magnitude * u128::from(*weight);
                (share / total, share % total, at)
            })
            .collect();
        let given: u128 = parts.iter().map(|(cents, _, _)| cents).sum();
        let mut left = magnitude - given;
        parts.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
        for part in &mut parts {
            if left == 0 {
                break;
            }
            part.0 += 1;
            left -= 1;
        }
        parts.sort_by_key(|part| part.2);
        let sign = self.0.signum();
        parts
            .into_iter()
            .map(|(cents, _, _)| Self(i64::try_from(cents).unwrap_or(i64::MAX) * sign))
            .collect()
    }
}

impl std::ops::Add for Euro {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Euro {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::ops::Neg for Euro {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::ops::AddAssign for Euro {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl std::ops::SubAssign for Euro {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Sum for Euro {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |total, amount| total + amount)
    }
}

impl fmt::Display for Euro {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let cents = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", cents / 100, cents % 100)
    }
}

impl TryFrom<Decimal> for Euro {
    type Error = AmountError;

    fn try_from(decimal: Decimal) -> Result<Self, AmountError> {
        let cents = decimal
            .checked_mul(Decimal::ONE_HUNDRED)
            .ok_or_else(|| AmountError::TooLarge(decimal.to_string()))?
            .normalize();
        if cents.scale() > 0 {
            return Err(AmountError::BelowACent(decimal.to_string()));
        }
        cents
            .to_i64()
            .filter(|cents| cents.unsigned_abs() <= MOST_CENTS)
            .map(Self)
            .ok_or_else(|| AmountError::TooLarge(decimal.to_string()))
    }
}

impl FromStr for Euro {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, AmountError> {
        if let Some(amount) = Self::as_written(text) {
            return Ok(amount);
        }
        let decimal = Decimal::from_str_exact(text).map_err(|_| AmountError::NotANumber(text.to_owned()))?;
        Self::try_from(decimal)
    }
}

impl TryFrom<String> for Euro {
    type Error = AmountError;
    fn try_from(text: String) -> Result<Self, AmountError> {
        text.parse()
    }
}

impl From<Euro> for String {
    fn from(amount: Euro) -> Self {
        amount.to_string()
    }
}

/// Returns `part / whole` as a percentage with one decimal, rounded half up; nothing when `whole` is zero.
///
/// The fund's rounding policy for percentages: half up, one decimal, for display and controls only.
#[must_use]
pub fn percentage(part: i64, whole: i64) -> Option<Decimal> {
    if whole == 0 {
        return None;
    }
    let share = Decimal::from(part) * Decimal::ONE_HUNDRED / Decimal::from(whole);
    let mut rounded = share.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(1);
    Some(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_two_decimals_and_read_back() {
        for (cents, text) in [
            (0, "0.00"),
            (5, "0.05"),
            (-1, "-0.01"),
            (127_986_850, "1279868.50"),
        ] {
            assert_eq!(Euro::from_cents(cents).to_string(), text);
            assert_eq!(text.parse(), Ok(Euro::from_cents(cents)));
        }
        assert_eq!("1350".parse(), Ok(Euro::from_cents(135_000)));
    }

    #[test]
    fn the_short_way_of_reading_an_amount_is_that_of_the_decimal_reader() {
        let mut short = 0;
        for sign in ["", "-", "+", "--"] {
            for whole in [
                "",
                "0",
                "007",
                "12",
                "1_2",
                "9999999999",
                "99999999999",
                "1e3",
                " 1",
                "٣",
            ] {
                for rest in [
                    "", ".", ".0", ".05", ".99", ".123", ".5 ", ".-5", ".+5", ".1.2", ",50",
                ] {
                    let text = format!("{sign}{whole}{rest}");
                    let Some(amount) = Euro::as_written(&text) else {
                        continue;
                    };
                    short += 1;
                    let decimal = Decimal::from_str_exact(&text).expect("a decimal");
                    assert_eq!(Euro::try_from(decimal), Ok(amount), "{text}");
                }
            }
        }
        assert_eq!(short, 16, "two signs, four numbers, two endings");
    }

    #[test]
    fn what_is_not_an_exact_amount_is_refused() {
        assert!(matches!("1.005".parse::<Euro>(), Err(AmountError::BelowACent(_))));
        assert!(matches!(
            "twelve".parse::<Euro>(),
            Err(AmountError::NotANumber(_))
        ));
        assert!(matches!(
            "99999999999999999999".parse::<Euro>(),
            Err(AmountError::TooLarge(_))
        ));
        assert!(matches!(
            "1000000000000.01".parse::<Euro>(),
            Err(AmountError::TooLarge(_))
        ));
        assert!(matches!(
            "-1000000000000.01".parse::<Euro>(),
            Err(AmountError::TooLarge(_))
        ));
        assert!("1000000000000.00".parse::<Euro>().is_ok());
        assert!(
            serde_json::from_str::<Euro>("123.5").is_err(),
            "a JSON number is not an amount"
        );
    }

    #[test]
    fn a_school_year_divides_five_to_seven_and_adds_up() {
        let parts = Euro::from_cents(6_000_000).apportion(&[5, 7]);
        assert_eq!(parts, [Euro::from_cents(2_500_000), Euro::from_cents(3_500_000)]);
        let odd = Euro::from_cents(100).apportion(&[1, 1, 1]);
        assert_eq!(odd.iter().copied().sum::<Euro>(), Euro::from_cents(100));
        assert_eq!(odd, [34, 33, 33].map(Euro::from_cents));
        assert_eq!(
            Euro::from_cents(-100).apportion(&[1, 1, 1]),
            [-34, -33, -33].map(Euro::from_cents)
        );
    }

    #[test]
    fn a_part_is_rounded_half_up() {
        assert_eq!(Euro::from_cents(5).part_half_up(1, 2), Euro::from_cents(3));
        assert_eq!(Euro::from_cents(-5).part_half_up(1, 2), Euro::from_cents(-3));
        assert_eq!(Euro::from_cents(5).part_half_up(1, 0), Euro::ZERO);
    }

    #[test]
    fn a_percentage_has_one_decimal_rounded_half_up() {
        let shown = |part, whole| percentage(part, whole).map(|share| share.to_string());
        assert_eq!(shown(2588, 2500).as_deref(), Some("103.5"));
        assert_eq!(shown(3145, 8987).as_deref(), Some("35.0"));
        assert_eq!(shown(71, 60).as_deref(), Some("118.3"));
        assert_eq!(shown(1, 0), None);
    }
}
