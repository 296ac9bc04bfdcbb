//! A view: rows folded from events, each event touching only the rows whose keys it names.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::ReadError;

/// Rows folded from events of type `E`.
///
/// The fold is pure: the same events in the same order give the same rows, byte for byte. A row must therefore
/// serialise in one way only; use ordered maps.
pub trait View<E>: Send + Sync {
    /// What is kept under each key, stored as JSON.
    type Row: Serialize + DeserializeOwned + Clone;

    /// The name that rows are kept and read under.
    fn name(&self) -> &'static str;

    /// The version of the fold and of its rows. Raise it when either changes: the rows are then folded anew.
    fn version(&self) -> u32;

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

/// The new body of each changed row, as JSON; none for one that is gone.
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

    /// Folds events into the rows that `load` gives, and returns the rows that changed.
    ///
    /// # Errors
    /// [`FoldError`] if rows cannot be loaded, read or written.
    fn advance(&self, events: &[&E], load: &mut Load<'_>) -> Result<Changes, FoldError>;
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

    fn advance(&self, events: &[&E], load: &mut Load<'_>) -> Result<Changes, FoldError> {
        let mut keys = Vec::new();
        let mut touched = Vec::with_capacity(events.len());
        for event in events {
            let from = keys.len();
            self.keys(event, &mut keys);
            touched.push((*event, from..keys.len()));
        }
        let wanted: BTreeSet<String> = keys.iter().cloned().collect();
        let stored = load(&wanted)?;
        let mut rows = BTreeMap::new();
        for (key, body) in &stored {
            let row: V::Row = serde_json::from_str(body).map_err(|cause| FoldError::Row {
                key: key.clone(),
                cause,
            })?;
            rows.insert(key.clone(), row);
        }
        for (event, range) in touched {
            for key in keys.get(range).unwrap_or_default() {
                fold_into(self, &mut rows, key, event);
            }
        }
        let mut changes = Vec::new();
        for key in wanted {
            let body = rows
                .get(&key)
                .map(serde_json::to_string)
                .transpose()
                .map_err(|cause| FoldError::Write {
                    key: key.clone(),
                    cause,
                })?;
            if body.as_ref() != stored.get(&key) {
                changes.push((key, body));
            }
        }
        Ok(changes)
    }
}

/// Folds one event into one row of a map.
pub(crate) fn fold_into<E, V: View<E> + ?Sized>(
    view: &V,
    rows: &mut BTreeMap<String, V::Row>,
    key: &str,
    event: &E,
) {
    let before = rows.remove(key);
    if let Some(after) = view.fold(key, before, event) {
        rows.insert(key.to_owned(), after);
    }
}
