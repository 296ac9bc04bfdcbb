//! What is sampled: items with an amount, in an order that anybody can make again, and the units of money that a seed picks of them.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::ids::DocumentHash;
use crate::money::Euro;

/// Said before the seed, so that its hash is of this method and no other.
const METHOD: &str = "mus-v1";

/// Items with an amount above zero, in the order of their ids.
///
/// What has no amount or one below zero cannot be drawn by its money; it is counted and left to be looked at as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[doc(alias = "populatie")]
pub struct Population {
    items: BTreeMap<String, Euro>,
    total: Euro,
    apart: u32,
}

/// An item that was drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// Its id.
    pub item: String,
    /// What it is booked for.
    pub amount: Euro,
    /// The first unit of it that was picked, in cents from the start of the population.
    pub unit: i64,
    /// Whether it is as large as the interval, so that it could not be missed.
    pub certain: bool,
}

impl Population {
    /// Returns the population of these items. Amounts of one id are added up.
    #[must_use]
    pub fn of(items: impl IntoIterator<Item = (String, Euro)>) -> Self {
        let mut all: BTreeMap<String, Euro> = BTreeMap::new();
        for (id, amount) in items {
            *all.entry(id).or_default() += amount;
        }
        let before = all.len();
        all.retain(|_, amount| *amount > Euro::ZERO);
        Self {
            total: all.values().copied().sum(),
            apart: u32::try_from(before - all.len()).unwrap_or(u32::MAX),
            items: all,
        }
    }

    /// Returns how many items there are.
    #[must_use]
    pub fn count(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    /// Returns how many items stood apart for having no amount above zero.
    #[must_use]
    pub const fn apart(&self) -> u32 {
        self.apart
    }

    /// Returns what the items are booked for together.
    #[must_use]
    pub const fn total(&self) -> Euro {
        self.total
    }

    /// Returns the SHA-256 over `id;cents` of each item, a line feed between them: whoever has the items can make it again.
    #[must_use]
    pub fn hash(&self) -> DocumentHash {
        let mut hash = Sha256::new();
        for (at, (id, amount)) in self.items.iter().enumerate() {
            if at > 0 {
                hash.update(b"\n");
            }
            hash.update(format!("{id};{}", amount.cents()));
        }
        DocumentHash::from_bytes(hash.finalize().into())
    }

    /// Returns the unit that is picked first: the SHA-256 of method, seed and the population's hash, modulo the interval.
    ///
    /// Whoever chooses the seed cannot know it before the population is frozen, and whoever froze that cannot know the seed.
    #[must_use]
    pub fn start(seed: &str, population: &DocumentHash, interval: Euro) -> i64 {
        let picked: [u8; 32] = Sha256::digest(format!("{METHOD}|{seed}|{population}")).into();
        let interval = i128::from(interval.cents().max(1));
        let start = picked
            .iter()
            .fold(0_i128, |left, byte| (left * 256 + i128::from(*byte)) % interval);
        i64::try_from(start).unwrap_or(0)
    }

    /// Returns the items in which the units at `start`, and each interval further, lie.
    #[must_use]
    pub fn draw(&self, start: i64, interval: Euro) -> Vec<Drawn> {
        let step = interval.cents().max(1);
        let (mut next, mut before) = (start, 0);
        let mut drawn = Vec::new();
        for (item, amount) in &self.items {
            let end = before + amount.cents();
            if next < end {
                drawn.push(Drawn {
                    item: item.clone(),
                    amount: *amount,
                    unit: next,
                    certain: amount.cents() >= step,
                });
                // To the first unit beyond the item.
                next += (end - next + step - 1) / step * step;
            }
            before = end;
        }
        drawn
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The population of the worked example: 9,000 exams at two tariffs and 25 procedures.
    pub(in crate::sample) fn worked() -> Population {
        let exams = (0..9_000).map(|k| {
            let cents = if k % 45 < 34 { 12_350 } else { 16_200 };
            (format!("C{k:05}"), Euro::from_cents(cents))
        });
        let procedures = (0..25).map(|k| (format!("E{k:03}"), Euro::from_cents(135_000)));
        Population::of(exams.chain(procedures))
    }

    #[test]
    fn the_worked_example_comes_out() {
        let population = worked();
        assert_eq!(population.count(), 9_025);
        assert_eq!(population.total(), Euro::from_cents(122_995_000));
        let hash = population.hash();
        assert!(hash.as_str().starts_with("0e202582307a0763"), "{hash}");
        let interval = Euro::from_cents(1_229_950);
        let start = Population::start("2023-11-01/auditor", &hash, interval);
        assert_eq!(start, 966_282);
        let drawn = population.draw(start, interval);
        assert_eq!(drawn.len(), 100);
        let first: Vec<_> = drawn
            .iter()
            .take(3)
            .map(|hit| (hit.item.as_str(), hit.unit))
            .collect();
        assert_eq!(
            first,
            [("C00074", 966_282), ("C00167", 2_196_232), ("C00259", 3_426_182)]
        );
        assert!(drawn.iter().all(|hit| !hit.certain));
    }

    #[test]
    fn what_has_no_amount_stands_apart() {
        let amount = Euro::from_cents;
        let population = Population::of([
            ("a".to_owned(), amount(10)),
            ("b".to_owned(), amount(0)),
            ("c".to_owned(), amount(-10)),
        ]);
        assert_eq!((population.count(), population.apart()), (1, 2));
        assert_eq!(population.total(), amount(10));
    }

    #[test]
    fn an_item_as_large_as_the_interval_is_drawn_once_and_for_certain() {
        let amount = Euro::from_cents;
        let items = [("a", 5), ("b", 35), ("c", 5), ("d", 10)];
        let population = Population::of(items.map(|(id, cents)| (id.to_owned(), amount(cents))));
        let drawn = population.draw(3, amount(10));
        let found: Vec<_> = drawn
            .iter()
            .map(|hit| (hit.item.as_str(), hit.unit, hit.certain))
            .collect();
        assert_eq!(
            found,
            [
                ("a", 3, false),
                ("b", 13, true),
                ("c", 43, false),
                ("d", 53, true)
            ]
        );
    }

    proptest! {
        /// Against a draw that walks over every cent.
        #[test]
        fn a_draw_is_that_of_each_unit_on_its_own(cents in proptest::collection::vec(1_i64..40, 1..30), step in 1_i64..60, at in 0_i64..60) {
            let start = at % step;
            let items: Vec<_> = cents.iter().enumerate().map(|(k, cents)| (format!("{k:03}"), Euro::from_cents(*cents))).collect();
            let mut units: Vec<&str> = Vec::new();
            for (id, amount) in &items {
                units.extend(std::iter::repeat_n(id.as_str(), usize::try_from(amount.cents()).expect("above zero")));
            }
            let mut expected: Vec<&str> = Vec::new();
            let mut unit = usize::try_from(start).expect("not below zero");
            while let Some(id) = units.get(unit) {
                if expected.last() != Some(id) {
                    expected.push(id);
                }
                unit += usize::try_from(step).expect("above zero");
            }
            let drawn = Population::of(items.clone()).draw(start, Euro::from_cents(step));
            let found: Vec<&str> = drawn.iter().map(|hit| hit.item.as_str()).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
