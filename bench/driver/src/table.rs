//! Rates and ratios in whole numbers, and the table of them.

use bench_exchange::Measured;

/// Claims and the time that they took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    claims: u64,
    micros: u64,
}

impl Pace {
    /// The whole of a run.
    pub(crate) fn whole(run: &Measured) -> Self {
        Self {
            claims: run.claims,
            micros: run.micros.max(1),
        }
    }

    /// Claims per second.
    pub(crate) const fn rate(self) -> u64 {
        self.claims * 1_000_000 / self.micros
    }

    /// How many hundredths of another pace this one is.
    pub(crate) fn hundredths_of(self, other: Self) -> u64 {
        let ratio = u128::from(self.claims) * u128::from(other.micros) * 100
            / (u128::from(self.micros) * u128::from(other.claims).max(1));
        u64::try_from(ratio).unwrap_or(u64::MAX)
    }
}

/// Returns the median, the least and the greatest.
pub(crate) fn spread(values: &[u64]) -> (u64, u64, u64) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let at = |index: usize| sorted.get(index).copied().unwrap_or_default();
    let middle = at(sorted.len() / 2).midpoint(at(sorted.len().saturating_sub(1) / 2));
    (middle, at(0), at(sorted.len().saturating_sub(1)))
}

/// Prints a row of rates.
pub(crate) fn rates(name: &str, values: &[u64]) {
    let (median, least, most) = spread(values);
    println!("{name:36} {median:>9} {least:>9} {most:>9}");
}

/// Prints a row of ratios: each round, then median and spread.
pub(crate) fn ratios(name: &str, hundredths: &[u64]) {
    let (median, least, most) = spread(hundredths);
    let rounds: Vec<String> = hundredths.iter().map(|&value| decimal(value)).collect();
    println!(
        "{name:36} {:>9} {:>9} {:>9}   rounds {}",
        decimal(median),
        decimal(least),
        decimal(most),
        rounds.join(" ")
    );
}

/// Writes hundredths with a point.
pub(crate) fn decimal(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_the_middle_two() {
        assert_eq!(spread(&[4, 1, 3, 2]), (2, 1, 4));
        assert_eq!(spread(&[9, 1, 5]), (5, 1, 9));
        assert_eq!(spread(&[]), (0, 0, 0));
    }

    #[test]
    fn a_ratio_compares_rates_not_times() {
        let fast = Pace {
            claims: 300,
            micros: 1_000,
        };
        let slow = Pace {
            claims: 100,
            micros: 2_000,
        };
        assert_eq!(fast.hundredths_of(slow), 600);
        assert_eq!(decimal(fast.hundredths_of(slow)), "6.00");
        assert_eq!(fast.rate(), 300_000);
    }
}
