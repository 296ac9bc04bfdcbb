//! What a store knows of views: generations of rows, each with the position it has followed to.

use crate::event::Position;

/// What a generation of a view is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The one that is read.
    Current,
    /// One of another version, catching up beside it.
    Next,
    /// One that is folded anew beside it.
    Rebuild,
}

impl Stage {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Next => "next",
            Self::Rebuild => "rebuild",
        }
    }
}

/// One generation of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation {
    pub(crate) id: i64,
    pub(crate) version: u32,
    pub(crate) position: Position,
}

/// Rows that changed while a generation followed from one position to another.
#[derive(Debug)]
pub(crate) struct ViewSave {
    pub(crate) generation: i64,
    pub(crate) from: Position,
    pub(crate) to: Position,
    /// The new body of each changed row; none for one that is gone.
    pub(crate) changes: Vec<(String, Option<String>)>,
}

/// The outcome of a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Saved {
    Done,
    /// A view was no longer where it was read: nothing was saved.
    Overtaken,
}

/// The outcome of a switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switched {
    Done {
        rows: u64,
        differing: Option<u64>,
    },
    /// The current generation went ahead meanwhile: follow on, then switch.
    Behind,
    /// There is no generation to switch to.
    Gone,
}

/// How far a view has followed the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewState {
    /// The version of the view whose rows are read.
    pub version: u32,
    /// The last position that is in the rows.
    pub position: Position,
}

/// Which rows of a view to read. Keys are ordered by their UTF-8 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys {
    /// All rows.
    All,
    /// The row with this key.
    One(String),
    /// The rows whose key begins with this.
    Prefix(String),
    /// The rows from one key to another one, both included.
    Range(String, String),
}

impl Keys {
    /// Where to begin.
    pub(crate) fn start(&self) -> &str {
        match self {
            Self::All => "",
            Self::One(key) | Self::Prefix(key) | Self::Range(key, _) => key,
        }
    }

    /// Whether a key from there on belongs; after the first that does not, none does.
    pub(crate) fn hold(&self, key: &str) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => key == one,
            Self::Prefix(prefix) => key.starts_with(prefix.as_str()),
            Self::Range(_, last) => key <= last.as_str(),
        }
    }
}
