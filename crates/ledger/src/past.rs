//! What rows were at a past position: folded in memory, and kept nowhere.

use std::collections::BTreeMap;

use crate::error::ReadError;
use crate::event::{Heading, Position};
use crate::follow::{Decode, FollowError, events};
use crate::ledger::Ledger;
use crate::read_ahead::in_order;
use crate::view::{DynView, View};

/// Folds a view in memory up to a position: what its rows were when that was the last record.
///
/// # Errors
/// See [`FollowError`].
pub fn fold_at<E: Send, V: View<E>>(
    ledger: &Ledger,
    position: Position,
    decode: &Decode<'_, E>,
    view: &V,
) -> Result<BTreeMap<String, V::Row>, FollowError> {
    let mut past = Past::of(view);
    fold_all_at(ledger, position, decode, &mut [&mut past])?;
    Ok(past.into_rows())
}

/// Folds several views in memory up to a position in one reading of the ledger.
///
/// # Errors
/// See [`FollowError`].
pub fn fold_all_at<'a, E: Send + 'a>(
    ledger: &Ledger,
    position: Position,
    decode: &Decode<'_, E>,
    pasts: &mut [&mut dyn Fold<'a, E>],
) -> Result<(), FollowError> {
    let last = ledger.head()?.position();
    if position > last {
        return Err(ReadError::Beyond { position, last }.into());
    }
    let views: Vec<&'a dyn DynView<E>> = pasts.iter().map(|past| past.view()).collect();
    let followed = |heading: Heading<'_>| views.iter().any(|view| view.follows(heading));
    in_order(
        (Position::START, position),
        |after, until| events(ledger, decode, &followed, (after, until)),
        |page, _| {
            for (_, event) in &page.events {
                pasts.iter_mut().for_each(|past| past.add(event));
            }
            Ok(())
        },
    )
}

/// A view with the rows that events so far have made.
pub struct Past<'a, E, V: View<E>> {
    view: &'a V,
    /// The rows by key; none under a key whose row is gone.
    rows: BTreeMap<String, Option<V::Row>>,
    /// Those that an event touches, to be used again for the next.
    keys: Vec<String>,
}

impl<'a, E, V: View<E>> Past<'a, E, V> {
    /// Begins before the first event.
    pub const fn of(view: &'a V) -> Self {
        Self {
            view,
            rows: BTreeMap::new(),
            keys: Vec::new(),
        }
    }

    /// Returns the rows by key.
    #[must_use]
    pub fn into_rows(self) -> BTreeMap<String, V::Row> {
        let rows = self.rows.into_iter();
        rows.filter_map(|(key, row)| Some((key, row?))).collect()
    }
}

/// A [`Past`] of any view, so that views of one event type can be folded together.
///
/// Every `Past` is one; there is nothing to implement.
pub trait Fold<'a, E> {
    /// The view.
    fn view(&self) -> &'a dyn DynView<E>;

    /// Folds the next event.
    fn add(&mut self, event: &E);
}

impl<'a, E, V: View<E>> Fold<'a, E> for Past<'a, E, V> {
    fn view(&self) -> &'a dyn DynView<E> {
        self.view
    }

    fn add(&mut self, event: &E) {
        self.view.keys(event, &mut self.keys);
        for key in self.keys.drain(..) {
            if let Some(row) = self.rows.get_mut(&key) {
                *row = self.view.fold(&key, row.take(), event);
            } else if let Some(row) = self.view.fold(&key, None, event) {
                self.rows.insert(key, Some(row));
            }
        }
    }
}
