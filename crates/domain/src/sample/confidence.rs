//! How sure a sample makes: the upper limit of a count under Poisson, and how many units must be drawn for it.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use statrs::function::gamma::gamma_lr;

/// The most units that are ever drawn: beyond it a sample is no less work than the whole.
pub const MOST_UNITS: u32 = 100_000;

/// Decimals to which a factor is found, so that every machine finds the same.
const PLACES: u32 = 10;

/// Returns how many errors there may be at most, with this confidence, when `found` were seen.
///
/// It is the mean of the Poisson distribution that gives `found` or fewer with a probability of one less the confidence, rounded half up to
/// ten decimals.
///
/// For 95 %: 2.9957 for none, 4.7439 for one, 6.2958 for two. Nothing when the confidence is not between 0 and 1.
///
/// ```
/// use rust_decimal::Decimal;
/// use subsidy_domain::sample::upper_limit;
/// let none = upper_limit(0, Decimal::new(95, 2)).expect("a confidence below one");
/// assert_eq!(none.round_dp(4), Decimal::new(29_957, 4));
/// ```
#[must_use]
pub fn upper_limit(found: u32, confidence: Decimal) -> Option<Decimal> {
    let shape = Decimal::from(found) + Decimal::ONE;
    let (mut low, mut high) = (Decimal::ZERO, shape + Decimal::TEN);
    while !reaches(shape, high, confidence)? {
        high = high.checked_mul(Decimal::TWO)?;
    }
    // Halved until it is known well beyond the places that are kept.
    for _ in 0..96 {
        let middle = (low + high) / Decimal::TWO;
        if reaches(shape, middle, confidence)? {
            high = middle;
        } else {
            low = middle;
        }
    }
    Some(high.round_dp_with_strategy(PLACES, rust_decimal::RoundingStrategy::MidpointAwayFromZero))
}

/// Returns the fewest units with which a total is shown to be no more than `materiality` of it wrong, when `expected` of that is wrong.
///
/// The size `n` is the smallest whose upper limit for `n * materiality * expected` errors is within `n * materiality`; table C-1 of the
/// AICPA's guide on audit sampling has it for 95 %. Nothing when there is none up to [`MOST_UNITS`].
#[must_use]
pub fn units(materiality: Decimal, expected: Decimal, confidence: Decimal) -> Option<u32> {
    for size in 1..=MOST_UNITS {
        let bearable = Decimal::from(size) * materiality;
        if reaches(Decimal::ONE + bearable * expected, bearable, confidence)? {
            return Some(size);
        }
    }
    None
}

/// Whether a gamma variate of this shape is within the limit with at least this confidence. Binary fractions stay in here.
fn reaches(shape: Decimal, limit: Decimal, confidence: Decimal) -> Option<bool> {
    if confidence <= Decimal::ZERO || confidence >= Decimal::ONE || limit <= Decimal::ZERO {
        return (limit <= Decimal::ZERO).then_some(false);
    }
    let within = gamma_lr(shape.to_f64()?, limit.to_f64()?);
    Some(Decimal::from_f64(within)? >= confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table C-1 of the AICPA's guide on audit sampling, risk of 5 %: a row for each share of the bearable error that is expected.
    const TABLE: [(&str, [u32; 11]); 6] = [
        ("0", [6, 10, 30, 38, 50, 60, 75, 100, 150, 300, 600]),
        ("0.1", [8, 13, 37, 46, 62, 74, 92, 123, 184, 368, 736]),
        ("0.2", [10, 16, 47, 58, 78, 93, 116, 155, 232, 463, 925]),
        ("0.3", [12, 20, 60, 75, 100, 120, 150, 200, 300, 600, 1199]),
        ("0.4", [17, 27, 81, 102, 135, 162, 203, 270, 405, 809, 1618]),
        ("0.5", [24, 39, 116, 145, 193, 231, 289, 385, 577, 1154, 2308]),
    ];
    const MATERIALITIES: [&str; 11] = [
        "0.5", "0.3", "0.1", "0.08", "0.06", "0.05", "0.04", "0.03", "0.02", "0.01", "0.005",
    ];

    fn decimal(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    #[test]
    fn every_cell_of_the_table_of_sizes_comes_out() {
        for (expected, sizes) in TABLE {
            for (materiality, size) in MATERIALITIES.into_iter().zip(sizes) {
                let found = units(decimal(materiality), decimal(expected), decimal("0.95"));
                assert_eq!(found, Some(size), "{materiality} at {expected}");
            }
        }
    }

    #[test]
    fn a_lower_confidence_asks_for_fewer() {
        assert_eq!(units(decimal("0.01"), Decimal::ZERO, decimal("0.9")), Some(231));
    }

    #[test]
    fn the_limits_are_those_that_auditors_know() {
        let known = ["2.9957", "4.7439", "6.2958", "7.7537", "9.1535", "10.5130"];
        for (found, limit) in (0..).zip(known) {
            let upper = upper_limit(found, decimal("0.95")).expect("a limit");
            assert_eq!(upper.round_dp(4), decimal(limit), "{found} found");
        }
    }

    #[test]
    fn certainty_and_nothing_are_no_confidence() {
        assert_eq!(upper_limit(0, Decimal::ONE), None);
        assert_eq!(upper_limit(0, Decimal::ZERO), None);
        assert_eq!(units(decimal("0.00001"), Decimal::ZERO, decimal("0.95")), None);
    }
}
