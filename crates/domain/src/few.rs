//! A map of a few values: a case has one piece of evidence and one line, seldom two.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

/// Values by key, in the order of keys, in no more room than they need.
///
/// A `BTreeMap` makes room for eleven at once, which for a case is kilobytes, and thousands of cases are in memory together. To find a key costs
/// the logarithm of their number and to add one the number: use it for few.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    from = "BTreeMap<K, V>",
    bound = "K: Ord + Deserialize<'de>, V: Deserialize<'de>"
)]
pub(crate) struct Few<K, V>(Vec<(K, V)>);

impl<K, V> Default for Few<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<K: Ord, V> Few<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let at = self.place(key).ok()?;
        self.0.get(at).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let at = self.place(key).ok()?;
        self.0.get_mut(at).map(|(_, value)| value)
    }

    /// Keeps a value, in place of the one that the key had.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(at) => {
                if let Some((_, held)) = self.0.get_mut(at) {
                    *held = value;
                }
            }
            Err(at) => {
                if self.0.len() == self.0.capacity() {
                    self.0.reserve_exact(self.0.len().max(1));
                }
                self.0.insert(at, (key, value));
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> + Clone {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }
}

impl<K, V> From<BTreeMap<K, V>> for Few<K, V> {
    fn from(map: BTreeMap<K, V>) -> Self {
        Self(map.into_iter().collect())
    }
}

impl<K: Serialize, V: Serialize> Serialize for Few<K, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(given in prop::collection::vec((0_u8..20, any::<u32>()), 0..40)) {
            let (mut few, mut map) = (Few::default(), BTreeMap::new());
            for (key, value) in given {
                few.insert(key, value);
                map.insert(key, value);
                prop_assert!(few.iter().eq(map.iter()));
                prop_assert!(few.values().eq(map.values()));
            }
            for key in 0..20 {
                prop_assert_eq!(few.get(&key), map.get(&key));
                prop_assert_eq!(few.get_mut(&key), map.get_mut(&key));
            }
            let written = serde_json::to_string(&few).expect("written");
            prop_assert_eq!(&written, &serde_json::to_string(&map).expect("written"));
            prop_assert_eq!(serde_json::from_str::<Few<u8, u32>>(&written).expect("read"), few);
        }
    }

    #[test]
    fn one_takes_the_room_of_one() {
        let mut few = Few::default();
        few.insert("one", [0_u8; 100]);
        assert_eq!(few.0.capacity(), 1);
    }
}
