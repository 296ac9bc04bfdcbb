//! Reading records in order, page by page.

use std::vec;

use crate::error::ReadError;
use crate::event::{Position, Record};
use crate::read_ahead::PAGE;
use crate::store::Store;

/// Records in the order of positions, without a gap, up to a last position fixed at the start.
///
/// It ends with `None` only after that last record; anything else is an error, and the end.
#[derive(Debug)]
pub struct Records<'a> {
    store: &'a Store,
    page: vec::IntoIter<Record>,
    after: Position,
    to: Position,
}

impl<'a> Records<'a> {
    pub(crate) fn new(store: &'a Store, after: Position, to: Position) -> Self {
        Self {
            store,
            page: Vec::new().into_iter(),
            after,
            to,
        }
    }

    /// The last position that will be read.
    #[must_use]
    pub fn last(&self) -> Position {
        self.to
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(record) = self.page.next() {
            return Some(Ok(record));
        }
        if self.after >= self.to {
            return None;
        }
        let until = Position(self.after.0.saturating_add(PAGE).min(self.to.0));
        match self.store.page(self.after, until) {
            Ok(page) => {
                self.after = until;
                self.page = page.into_iter();
                self.page.next().map(Ok)
            }
            Err(error) => {
                self.after = self.to;
                Some(Err(error))
            }
        }
    }
}
