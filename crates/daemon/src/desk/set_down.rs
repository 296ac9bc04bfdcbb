//! What is taken from the desk while a document is at hand: of very many cases only what was decided of them is kept, as it goes to the ledger.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use subsidy_domain::payee::Payee;
use subsidy_ledger::{StreamAppend, StreamId};

use super::{Desk, DeskError};
use cqrs_es::Aggregate;

/// Where, among the appends of the document at hand, those are of what was set down: by the hash of their stream.
#[derive(Default)]
pub(super) struct SetDown {
    at: BTreeSet<(u64, usize)>,
    /// How many appends it knows.
    known: usize,
}

impl SetDown {
    fn note(&mut self, appends: &[StreamAppend]) {
        let new = appends.iter().enumerate().skip(self.known);
        self.at.extend(new.map(|(at, append)| (hash(&append.stream), at)));
        self.known = appends.len();
    }

    /// Returns what was decided of a stream that was set down, in order.
    pub(super) fn of<'a>(
        &self,
        stream: &'a StreamId,
        appends: &'a [StreamAppend],
    ) -> impl Iterator<Item = &'a StreamAppend> {
        let hash = hash(stream);
        let places: Vec<usize> = self
            .at
            .range((hash, 0)..=(hash, usize::MAX))
            .map(|(_, at)| *at)
            .collect();
        let found = places.into_iter().filter_map(|at| appends.get(at));
        found.filter(move |append| append.stream == *stream)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.known == 0
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn hash(stream: &StreamId) -> u64 {
    let mut hasher = DefaultHasher::new();
    stream.hash(&mut hasher);
    hasher.finish()
}

impl Desk {
    /// Takes cases, payees and orders from the desk, which can be read again: from the ledger, and from what was decided of them here.
    ///
    /// For a document before which all has landed. The next one begins when this one has too: see [`Self::begin`].
    pub(crate) fn set_down(&mut self) {
        self.set_down.note(&self.appends);
        self.cases.clear();
        self.orders.clear();
        self.context.payees.clear();
        self.at.retain(|stream, _| stream.kind.as_str() != Payee::TYPE);
    }

    /// Makes ready for the next document: what an earlier one set down must have landed, to be read again.
    ///
    /// # Errors
    /// As [`Self::append`].
    pub(crate) fn begin(&mut self) -> Result<(), DeskError> {
        if self.set_down.is_empty() {
            return Ok(());
        }
        self.append()
    }
}
