//! Reading the rows of views: those that are kept, or as they were at a past position.

use std::collections::BTreeMap;

use subsidy_domain::view::View;
use subsidy_ledger::{FollowError, Keys, Ledger, Past, Position, ReadError, fold_all_at};

use super::{Kept, decode};

/// At which position figures are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsAt {
    /// As far as was recorded.
    Now,
    /// As they were when this was the last record.
    Position(Position),
}

/// Why rows could not be read.
#[derive(Debug, thiserror::Error)]
pub enum RowsError {
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Read(#[from] ReadError),
    /// The view could not be folded.
    #[error("the view could not be followed")]
    Follow(#[from] FollowError),
    /// A row is not what this program keeps.
    #[error("a row of view {view} cannot be read; rebuild it")]
    Row {
        /// The view.
        view: &'static str,
        /// What is wrong.
        source: serde_json::Error,
    },
}

/// The rows of a view, by key.
type Rows<V> = BTreeMap<String, <V as View>::Row>;

/// Returns the rows of a view, as at a position; those of now are read as kept.
///
/// # Errors
/// See [`RowsError`].
pub fn rows<V: View + Send + Sync + 'static>(
    ledger: &Ledger,
    view: V,
    as_at: AsAt,
) -> Result<BTreeMap<String, V::Row>, RowsError> {
    let (rows,) = rows_together(ledger, (view,), as_at)?;
    Ok(rows)
}

/// Returns the rows of several views, as at a position, for which the ledger is read once; those of now are read as kept.
///
/// # Errors
/// See [`RowsError`].
pub fn rows_together<V: Together>(ledger: &Ledger, views: V, as_at: AsAt) -> Result<V::Rows, RowsError> {
    match as_at {
        AsAt::Position(position) => Ok(views.folded(ledger, position)?),
        AsAt::Now => views.kept(ledger),
    }
}

/// Views that are read together: a tuple of them.
pub trait Together {
    /// The rows of each.
    type Rows;

    /// Returns the rows as kept.
    ///
    /// # Errors
    /// See [`RowsError`].
    fn kept(self, ledger: &Ledger) -> Result<Self::Rows, RowsError>;

    /// Returns the rows as they were at a position.
    ///
    /// # Errors
    /// See [`FollowError`].
    fn folded(self, ledger: &Ledger, position: Position) -> Result<Self::Rows, FollowError>;
}

macro_rules! together {
    ($($type:ident $view:ident),+) => {
        impl<$($type: View + Send + Sync + 'static),+> Together for ($($type,)+) {
            type Rows = ($(Rows<$type>,)+);

            fn kept(self, ledger: &Ledger) -> Result<Self::Rows, RowsError> {
                Ok(($(kept::<$type>(ledger)?,)+))
            }

            fn folded(self, ledger: &Ledger, position: Position) -> Result<Self::Rows, FollowError> {
                let ($($view,)+) = self;
                $(let $view = Kept($view);)+
                let ($(mut $view,)+) = ($(Past::of(&$view),)+);
                fold_all_at(ledger, position, &decode, &mut [$(&mut $view),+])?;
                Ok(($($view.into_rows(),)+))
            }
        }
    };
}

together!(A a);
together!(A a, B b);
together!(A a, B b, C c);
together!(A a, B b, C c, D d);
together!(A a, B b, C c, D d, E e);

fn kept<V: View>(ledger: &Ledger) -> Result<Rows<V>, RowsError> {
    let mut rows = BTreeMap::new();
    each_row::<V>(ledger, &Keys::All, |key, row| {
        rows.insert(key.to_owned(), row);
    })?;
    Ok(rows)
}

/// Hands over the rows of a view as kept, in the order of their keys. A row that cannot be read is an error, after the others.
///
/// # Errors
/// See [`RowsError`].
pub(crate) fn each_row<V: View>(
    ledger: &Ledger,
    keys: &Keys,
    mut take: impl FnMut(&str, V::Row),
) -> Result<(), RowsError> {
    let mut broken = None;
    ledger.rows(V::NAME, keys, &mut |key, row| match serde_json::from_str(row) {
        Ok(row) => take(key, row),
        Err(error) => broken = Some(error),
    })?;
    match broken {
        Some(source) => Err(RowsError::Row {
            view: V::NAME,
            source,
        }),
        None => Ok(()),
    }
}
