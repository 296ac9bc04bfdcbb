//! What the errors in a sample say of the whole: the most likely error and, after Stringer, how large it is at most.

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::confidence::upper_limit;
use crate::money::Euro;

/// An item that was looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Examined {
    /// What it was booked for.
    pub booked: Euro,
    /// What it should have been.
    pub audited: Euro,
    /// Whether it was drawn for certain.
    pub certain: bool,
}

/// What a sample says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "oordeel over een steekproef")]
pub struct Evaluation {
    /// How many items were booked for more than they should have been.
    pub errors: u32,
    /// By how much in all, as found.
    pub overstated: Euro,
    /// How much less than it should have been was booked, as found; never set against the other.
    pub understated: Euro,
    /// The error of the whole that is most likely.
    pub most_likely: Euro,
    /// What the error of the whole is at most, with the confidence of the plan.
    pub upper_limit: Euro,
    /// What error can be borne.
    pub bearable: Euro,
    /// What follows.
    pub verdict: Verdict,
}

/// What follows from a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The error is within what can be borne.
    #[doc(alias = "aanvaard")]
    Accepted,
    /// It probably is, and the sample is too small to say so.
    #[doc(alias = "uitbreiden")]
    Extend,
    /// It probably is not.
    #[doc(alias = "verworpen")]
    Rejected,
}

impl Verdict {
    /// Returns the name of the verdict in events and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Extend => "extend",
            Self::Rejected => "rejected",
        }
    }
}

/// Returns what examined items say of a population that was drawn from at this interval.
///
/// Taintings, the part of each booked amount that is wrong, go from large to small; with `F(k)` the upper limit for `k` errors the error is
/// at most `interval * (F(0) + sum of t(i) + sum of (F(i) - F(i-1) - 1) * t(i))` (Stringer's bound), and what is known to be wrong of
/// the certain items. Rounded half up to the cent. Nothing when the confidence is none or an amount is beyond the cents.
#[must_use]
pub fn evaluate(
    examined: impl IntoIterator<Item = Examined>,
    interval: Euro,
    confidence: Decimal,
    bearable: Euro,
) -> Option<Evaluation> {
    let (mut errors, mut known) = (0, Euro::ZERO);
    let (mut overstated, mut understated) = (Euro::ZERO, Euro::ZERO);
    let mut taintings = Vec::new();
    for item in examined {
        let over = item.booked - item.audited;
        if over.is_negative() {
            understated += -over;
        } else if !over.is_zero() {
            errors += 1;
            overstated += over;
            if item.certain {
                known += over;
            } else {
                taintings.push(over.to_decimal().checked_div(item.booked.to_decimal())?);
            }
        }
    }
    taintings.sort_unstable_by(|a, b| b.cmp(a));
    let mut limit = upper_limit(0, confidence)?;
    let (mut before, mut likely) = (limit, Decimal::ZERO);
    for (rank, tainting) in (1..).zip(&taintings) {
        let factor = upper_limit(rank, confidence)?;
        limit += tainting + (factor - before - Decimal::ONE) * tainting;
        likely += tainting;
        before = factor;
    }
    let of_interval = |times: Decimal| -> Option<Euro> {
        let cents = times.checked_mul(Decimal::from(interval.cents()))?;
        let rounding = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        cents
            .round_dp_with_strategy(0, rounding)
            .to_i64()
            .map(Euro::from_cents)
    };
    let most_likely = of_interval(likely)? + known;
    let upper_limit = of_interval(limit)? + known;
    let verdict = if upper_limit < bearable {
        Verdict::Accepted
    } else if most_likely < bearable {
        Verdict::Extend
    } else {
        Verdict::Rejected
    };
    Some(Evaluation {
        errors,
        overstated,
        understated,
        most_likely,
        upper_limit,
        bearable,
        verdict,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Euro = Euro::from_cents(1_229_950);
    const BEARABLE: Euro = Euro::from_cents(3_689_850);

    fn item(booked: i64, audited: i64) -> Examined {
        Examined {
            booked: Euro::from_cents(booked),
            audited: Euro::from_cents(audited),
            certain: false,
        }
    }

    fn evaluated(items: &[Examined]) -> Evaluation {
        let confidence = Decimal::new(95, 2);
        evaluate(items.iter().copied(), INTERVAL, confidence, BEARABLE).expect("within the cents")
    }

    #[test]
    fn the_worked_example_comes_out() {
        let sound = evaluated(&[item(12_350, 12_350)]);
        assert_eq!(sound.upper_limit.to_string(), "36846.01");
        assert_eq!(
            (sound.most_likely, sound.verdict),
            (Euro::ZERO, Verdict::Accepted)
        );

        let one = evaluated(&[item(12_350, 0)]);
        assert_eq!(one.most_likely.to_string(), "12299.50");
        assert_eq!(one.upper_limit.to_string(), "58347.16");
        assert_eq!(one.verdict, Verdict::Extend);

        // In any order: the larger tainting weighs first.
        let two = evaluated(&[item(16_200, 12_150), item(12_350, 0)]);
        assert_eq!(two.most_likely.to_string(), "15374.38");
        assert_eq!(two.upper_limit.to_string(), "63119.15");
        assert_eq!(two.errors, 2);
    }

    #[test]
    fn three_that_should_not_have_been_paid_reject() {
        let items = [item(12_350, 0), item(12_350, 0), item(12_350, 0)];
        let found = evaluated(&items);
        assert_eq!(found.most_likely.to_string(), "36898.50");
        assert_eq!(found.verdict, Verdict::Rejected);
    }

    #[test]
    fn what_was_booked_too_low_is_told_and_sets_nothing_off() {
        let found = evaluated(&[item(12_350, 16_200)]);
        assert_eq!(found.understated.to_string(), "38.50");
        assert_eq!(found.upper_limit.to_string(), "36846.01");
        assert_eq!(found.errors, 0);
    }

    #[test]
    fn a_certain_item_counts_for_what_is_wrong_of_it_and_no_more() {
        let certain = Examined {
            certain: true,
            ..item(2_000_000, 1_900_000)
        };
        let found = evaluated(&[certain]);
        assert_eq!(found.most_likely.to_string(), "1000.00");
        assert_eq!(found.upper_limit.to_string(), "37846.01");
    }
}
