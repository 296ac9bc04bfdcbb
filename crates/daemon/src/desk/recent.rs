//! What was touched in this round and in the one before it.

use std::collections::BTreeMap;

/// Values by key, kept while they are touched and one round longer.
///
/// Who writes in rounds, and starts each before the one before it has landed, must know what both have made of a
/// value; what neither touched can be read again from where it was written. What is touched in every round stays.
#[derive(Debug, Clone)]
pub(crate) struct Recent<K, V> {
    /// Boxed: a map moves its values about.
    now: BTreeMap<K, Box<V>>,
    before: BTreeMap<K, Box<V>>,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self {
            now: BTreeMap::new(),
            before: BTreeMap::new(),
        }
    }
}

impl<K: Ord, V> Recent<K, V> {
    /// Begins the next round, and forgets what was touched neither in the last one nor since.
    pub(super) fn turn(&mut self) {
        self.before = std::mem::take(&mut self.now);
    }

    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.now = BTreeMap::new();
        self.before = BTreeMap::new();
    }

    /// Whether there is a value. This does not touch it.
    pub(super) fn has(&self, key: &K) -> bool {
        self.now.contains_key(key) || self.before.contains_key(key)
    }

    /// Keeps a value.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.before.remove(&key);
        self.now.insert(key, Box::new(value));
    }

    /// Returns a value. This does not touch it.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.now
            .get(key)
            .or_else(|| self.before.get(key))
            .map(Box::as_ref)
    }

    /// Returns a value, touching it; a new one where there is none.
    pub(super) fn get_or_default(&mut self, key: &K) -> &mut V
    where
        K: Clone,
        V: Default,
    {
        let before = || self.before.remove(key).unwrap_or_default();
        self.now.entry(key.clone()).or_insert_with(before)
    }
}

#[cfg(test)]
mod tests {
    use super::Recent;

    #[test]
    fn what_is_touched_stays_one_round_longer() {
        let mut recent = Recent::default();
        recent.insert("hot", 1);
        recent.insert("cold", 1);
        recent.turn();
        assert_eq!(recent.get_or_default(&"hot"), &1);
        assert!(recent.has(&"cold"));
        recent.turn();
        assert_eq!(recent.get(&"hot"), Some(&1));
        assert_eq!(recent.get(&"cold"), None);
    }

    #[test]
    fn a_value_is_kept_once() {
        let mut recent = Recent::default();
        recent.insert("a", 1);
        recent.turn();
        recent.insert("a", 2);
        assert_eq!(recent.get(&"a"), Some(&2));
        recent.turn();
        recent.turn();
        assert!(!recent.has(&"a"));
    }
}
