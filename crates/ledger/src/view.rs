//! A view: rows folded from events, each event touching only the rows whose keys it names.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ReadError;
use crate::event::Heading;

/// Rows folded from events of type `E`.
///
/// The fold is pure: the same events in the same order give the same rows, byte for byte. A row must therefore
/// serialise in one way only; use ordered maps.
pub trait View<E>: Send + Sync {
    /// What is kept under each key, stored as JSON.
    type Row: Serialize + DeserializeOwned + Clone + 'static;

    /// The name that rows are kept and read under.
    fn name(&self) -> &'static str;

    /// The version of the fold and of its rows. Raise it when either changes: the rows are then folded anew.
    fn version(&self) -> u32;

    /// Whether an event under such a heading may touch a row. One that no view follows is passed over without being decoded, so a view says
    /// no only to what it knows.
    fn follows(&self, heading: Heading<'_>) -> bool {
        let _any = heading;
        true
    }

    /// Adds the keys of the rows that an event touches to `out`.
    fn keys(&self, event: &E, out: &mut Vec<String>);

    /// Returns what the row under a key becomes after an event; none if there is no row.
    fn fold(&self, key: &str, row: Option<Self::Row>, event: &E) -> Option<Self::Row>;
}

/// Why a record could not be made into an event.
#[derive(Debug, thiserror::Error)]
#[error("the record's event could not be read")]
pub struct DecodeError(#[source] Box<dyn Error + Send + Sync>);

impl DecodeError {
    /// Wraps the cause.
    #[must_use]
    pub fn new(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(cause.into())
    }
}

/// The new body of each row that was touched, as JSON, in the order of keys; none for one that is gone.
pub type Changes = Vec<(String, Option<String>)>;

/// Loads the stored bodies of those of the keys that have a row.
pub type Load<'a> = dyn FnMut(&BTreeSet<String>) -> Result<BTreeMap<String, String>, ReadError> + 'a;

/// A [`View`] of any row type, so that views of one event type can be followed together.
///
/// Every view is one; there is nothing to implement.
pub trait DynView<E>: Send + Sync {
    /// The view's name.
    fn name(&self) -> &'static str;

    /// The view's version.
    fn version(&self) -> u32;

    /// Whether an event under such a heading may touch a row.
    fn follows(&self, heading: Heading<'_>) -> bool;

    /// Begins to fold.
    fn folding(&self) -> Box<dyn Folding<E> + '_>;
}

/// The fold of a view over one page of events after another.
pub trait Folding<E> {
    /// Folds a page into the rows that `load` gives, and returns the rows that it touched.
    ///
    /// What the last page returned may still be on its way to the store; what the page before it returned must be
    /// there, for it is loaded again when it is needed.
    ///
    /// # Errors
    /// [`FoldError`] if rows cannot be loaded, read or written.
    fn advance(&mut self, events: &[&E], load: &mut Load<'_>) -> Result<Changes, FoldError>;
}

/// Why events could not be folded into rows.
#[derive(Debug, thiserror::Error)]
pub enum FoldError {
    /// The stored rows could not be read.
    #[error("the rows of the view could not be loaded")]
    Load(#[from] ReadError),
    /// A stored row is not what this version of the view writes.
    #[error("the row {key} is not of this version of the view: raise its version, or rebuild it")]
    Row {
        /// The row's key.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
    /// A row has no JSON form.
    #[error("the row {key} cannot be written as JSON")]
    Write {
        /// The row's key.
        key: String,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
}

impl<E, V: View<E>> DynView<E> for V {
    fn name(&self) -> &'static str {
        View::name(self)
    }

    fn version(&self) -> u32 {
        View::version(self)
    }

    fn follows(&self, heading: Heading<'_>) -> bool {
        View::follows(self, heading)
    }

    fn folding(&self) -> Box<dyn Folding<E> + '_> {
        Box::new(Rows {
            view: self,
            last: Vec::new(),
        })
    }
}

/// A view with the rows that the last page touched, in the order of keys.
struct Rows<'a, R, V: ?Sized> {
    view: &'a V,
    last: Vec<Row<R>>,
}

struct Row<R> {
    key: String,
    row: Option<R>,
    /// Whether there is one in the store once all that was returned is there.
    stored: bool,
}

impl<E, V: View<E>> Folding<E> for Rows<'_, V::Row, V> {
    fn advance(&mut self, events: &[&E], load: &mut Load<'_>) -> Result<Changes, FoldError> {
        let mut keys = Vec::new();
        let mut touches = Vec::with_capacity(events.len());
        for event in events {
            let from = keys.len();
            self.view.keys(event, &mut keys);
            touches.extend((from..keys.len()).map(|_| *event));
        }
        let (keys, rows_of) = distinct(keys);
        let mut rows = self.known(keys, load)?;
        for (event, row) in touches.into_iter().zip(rows_of) {
            if let Some(Row { key, row, .. }) = rows.get_mut(row) {
                *row = self.view.fold(key, row.take(), event);
            }
        }
        let mut changes = Vec::with_capacity(rows.len());
        for Row { key, row, stored } in &mut rows {
            let body = row
                .as_ref()
                .map(serde_json::to_string)
                .transpose()
                .map_err(|cause| FoldError::Write {
                    key: key.clone(),
                    cause,
                })?;
            if body.is_some() || *stored {
                *stored = body.is_some();
                changes.push((key.clone(), body));
            }
        }
        self.last = rows;
        Ok(changes)
    }
}

impl<R: DeserializeOwned, V: ?Sized> Rows<'_, R, V> {
    /// Returns the rows of keys: as the last page left them, or else as stored.
    fn known(&mut self, keys: Vec<String>, load: &mut Load<'_>) -> Result<Vec<Row<R>>, FoldError> {
        let mut last = std::mem::take(&mut self.last).into_iter().peekable();
        let mut unknown = BTreeSet::new();
        let mut rows = Vec::with_capacity(keys.len());
        for key in keys {
            while last.next_if(|row| row.key < key).is_some() {}
            rows.push(last.next_if(|row| row.key == key).unwrap_or_else(|| {
                unknown.insert(key.clone());
                Row {
                    key,
                    row: None,
                    stored: false,
                }
            }));
        }
        if unknown.is_empty() {
            return Ok(rows);
        }
        let mut rest = rows.iter_mut();
        for (key, body) in load(&unknown)? {
            if let Some(row) = rest.find(|row| row.key == key) {
                row.row = Some(serde_json::from_str(&body).map_err(|cause| FoldError::Row { key, cause })?);
                row.stored = true;
            }
        }
        Ok(rows)
    }
}

/// Returns each key once, in order, and for each key given which of those it is.
fn distinct(keys: Vec<String>) -> (Vec<String>, Vec<usize>) {
    let mut sorted: Vec<(String, usize)> = keys.into_iter().zip(0..).collect();
    sorted.sort_unstable();
    let mut which = vec![0; sorted.len()];
    let mut once: Vec<String> = Vec::new();
    for (key, at) in sorted {
        if once.last() != Some(&key) {
            once.push(key);
        }
        if let Some(which) = which.get_mut(at) {
            *which = once.len() - 1;
        }
    }
    (once, which)
}
