//! Money as a document writes it: exact cents.

use std::fmt;

/// An amount in euro cents, as it stands in a document.
///
/// It is written with two decimals and a dot: `1350.00`.
///
/// ```
/// use subsidy_documents::Amount;
/// assert_eq!(Amount::from_cents(-135_005).to_string(), "-1350.05");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(i64);

impl Amount {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// The amount of so many cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// Whether less than nothing.
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Reads an amount as XML writes it: digits, a dot and at most two decimals, no grouping.
    ///
    /// `None` for anything else, and for more than [`DIGITS`] digits before the dot.
    pub(crate) fn parse_plain(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
        Self::from_parts(negative, whole, decimals)
    }

    /// Puts an amount together from the digits before and after the decimal sign.
    pub(crate) fn from_parts(negative: bool, whole: &str, decimals: &str) -> Option<Self> {
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || whole.len() > DIGITS || decimals.len() > 2 {
            return None;
        }
        if !digits(whole) || !digits(decimals) {
            return None;
        }
        let units: i64 = whole.parse().ok()?;
        let fraction: i64 = match decimals.len() {
            0 => 0,
            1 => decimals.parse::<i64>().ok()?.checked_mul(10)?,
            _ => decimals.parse().ok()?,
        };
        let cents = units.checked_mul(100)?.checked_add(fraction)?;
        Some(Self(if negative { cents.checked_neg()? } else { cents }))
    }
}

/// Digits an amount may have before its decimal sign, so that sums of amounts never overflow.
pub(crate) const DIGITS: usize = 12;

impl fmt::Display for Amount {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_cents(out, i128::from(self.0))
    }
}

/// A sum of cents that may be beyond what one amount can hold, written as an amount is.
pub(crate) struct Cents(pub(crate) i128);

impl fmt::Display for Cents {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_cents(out, self.0)
    }
}

fn write_cents(out: &mut fmt::Formatter<'_>, cents: i128) -> fmt::Result {
    let sign = if cents < 0 { "-" } else { "" };
    let cents = cents.unsigned_abs();
    write!(out, "{sign}{}.{:02}", cents / 100, cents % 100)
}
