//! The table of a comparison, as print and as JSON, in whole numbers.

use std::collections::BTreeMap;

use bench_exchange::Paced;
use serde::Serialize;

use super::plan::{Measure, Row};
use crate::machine;
use crate::table::{decimal, spread};

/// What a comparison came to.
#[derive(Serialize)]
pub(crate) struct Results {
    processor: String,
    threads: usize,
    load_before: String,
    load_after: String,
    rounds: usize,
    rows: Vec<Result>,
}

/// A row: medians of each side, and the ratio round by round.
#[derive(Serialize)]
struct Result {
    name: &'static str,
    unit: &'static str,
    ours: u64,
    theirs: u64,
    ratio: String,
    least: String,
    most: String,
    goal: Option<String>,
    met: Option<bool>,
}

impl Results {
    /// Compares the runs of the sides, round with round.
    pub(crate) fn of(rows: &[Row], runs: &BTreeMap<&str, Vec<Paced>>, load_before: &str) -> Self {
        let none = Vec::new();
        let rows = rows.iter().map(|row| {
            let ours = runs.get(row.ours).unwrap_or(&none);
            let theirs = runs.get(row.theirs).unwrap_or(&none);
            compared(row, ours, theirs)
        });
        Self {
            processor: machine::processor(),
            threads: machine::cpus(),
            load_before: load_before.to_owned(),
            load_after: machine::load(),
            rounds: runs.values().map(Vec::len).max().unwrap_or_default(),
            rows: rows.collect(),
        }
    }

    /// Prints the table.
    pub(crate) fn print(&self) {
        println!(
            "{}, {} threads; load {} before, {} after; {} rounds\n",
            self.processor, self.threads, self.load_before, self.load_after, self.rounds
        );
        println!("| what | ours | theirs | ratio | least | most | goal | met |");
        println!("|---|---:|---:|---:|---:|---:|---:|---|");
        for row in &self.rows {
            let met = match row.met {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "",
            };
            let goal = row.goal.as_deref().unwrap_or("");
            println!(
                "| {} | {} | {} {} | {} | {} | {} | {goal} | {met} |",
                row.name, row.ours, row.theirs, row.unit, row.ratio, row.least, row.most
            );
        }
    }
}

/// Things per second.
pub(super) fn per_second(paced: Paced) -> u64 {
    paced.count.saturating_mul(1_000_000) / paced.micros.max(1)
}

fn compared(row: &Row, ours: &[Paced], theirs: &[Paced]) -> Result {
    let median = |runs: &[Paced], of: &dyn Fn(Paced) -> u64| {
        spread(&runs.iter().copied().map(of).collect::<Vec<_>>()).0
    };
    let pairs = || ours.iter().copied().zip(theirs.iter().copied());
    let peak = |paced: Paced| paced.peak_kib / 1_024;
    let (unit, ours_median, theirs_median, ratios): (_, _, _, Vec<u64>) = match row.measure {
        Measure::Rate => (
            "/s",
            median(ours, &per_second),
            median(theirs, &per_second),
            pairs().map(|(ours, theirs)| hundredths(ours, theirs)).collect(),
        ),
        Measure::Memory => (
            "MiB",
            median(ours, &peak),
            median(theirs, &peak),
            pairs()
                .map(|(ours, theirs)| theirs.peak_kib * 100 / ours.peak_kib.max(1))
                .collect(),
        ),
        Measure::Below { kib } => (
            "MiB",
            median(ours, &peak),
            kib / 1_024,
            ours.iter().map(|ours| kib * 100 / ours.peak_kib.max(1)).collect(),
        ),
        Measure::Within { micros } => (
            "µs",
            median(ours, &|paced| paced.micros),
            micros,
            ours.iter()
                .map(|ours| micros * 100 / ours.micros.max(1))
                .collect(),
        ),
    };
    let (ratio, least, most) = spread(&ratios);
    Result {
        name: row.name,
        unit,
        ours: ours_median,
        theirs: theirs_median,
        ratio: decimal(ratio),
        least: decimal(least),
        most: decimal(most),
        goal: row.goal.map(decimal),
        met: row.goal.map(|goal| ratio >= goal),
    }
}

/// How many hundredths of their rate ours is.
fn hundredths(ours: Paced, theirs: Paced) -> u64 {
    let ratio = u128::from(ours.count) * u128::from(theirs.micros) * 100
        / (u128::from(ours.micros.max(1)) * u128::from(theirs.count.max(1)));
    u64::try_from(ratio).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_of_different_length_are_compared_by_their_rates() {
        let paced = |count, micros| Paced {
            count,
            micros,
            peak_kib: 0,
        };
        assert_eq!(hundredths(paced(200, 100), paced(10, 100)), 2_000);
        assert_eq!(per_second(paced(200, 100)), 2_000_000);
    }
}
