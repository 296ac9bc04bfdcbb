//! What became of each file, and of the lines in it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use subsidy_documents::rules::Finding;
use subsidy_documents::{Fault, Kind, Unreadable};
use subsidy_domain::document::DocumentFault;
use subsidy_domain::money::Euro;
use subsidy_domain::reason::Reason;

use crate::desk::News;

/// Why nothing was taken from a file and nothing recorded of it: mend it and send it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read as a document.
    #[error("{0}")]
    Unreadable(Unreadable),
    /// It cannot be read from disk.
    #[error("{0}")]
    Io(String),
    /// It changed while it was read.
    #[error("the file changed while it was read; send it again")]
    Changed,
}

impl Refusal {
    /// Returns the stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(why) => why.code(),
            Self::Io(_) => "IO",
            Self::Changed => "CHANGED",
        }
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// Taken in: of so many rows or lines, so many were taken.
    Taken,
    /// The same bytes were taken before: nothing changed.
    Repeated,
    /// An invoice known under its number came again in other bytes: nothing changed.
    KnownInvoice,
    /// Parked whole.
    Parked {
        /// Every reason.
        reasons: Vec<Reason>,
    },
    /// Set apart: nothing of it was recorded but that.
    Quarantined {
        /// Why.
        reason: Reason,
    },
    /// Refused: nothing was recorded.
    Refused {
        /// Why.
        why: Refusal,
    },
}

/// A file and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub path: PathBuf,
    /// What it is.
    pub kind: Option<Kind>,
    /// What became of it.
    pub became: Became,
    /// Rows or lines taken.
    pub taken: u64,
    /// Rows that said what was known.
    pub unchanged: u64,
    /// What happened to lines.
    pub news: News,
    /// The faults of what was not taken, as the reader found them.
    pub faults: Vec<Fault>,
    /// What the published rules found in an invoice or credit note.
    pub findings: Vec<Finding>,
    /// Rows that were read and refused.
    pub refused_rows: Vec<DocumentFault>,
    /// What was put right while reading.
    pub warnings: Vec<Fault>,
}

impl FileReport {
    pub(super) const fn new(path: PathBuf, kind: Option<Kind>) -> Self {
        Self {
            path,
            kind,
            became: Became::Taken,
            taken: 0,
            unchanged: 0,
            news: News {
                events: 0,
                presented: 0,
                matched: 0,
                amount: Euro::ZERO,
                parked: BTreeMap::new(),
                rejected: BTreeMap::new(),
                reversed: BTreeMap::new(),
                credited: 0,
            },
            faults: Vec::new(),
            findings: Vec::new(),
            refused_rows: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Whether somebody has to look at it.
    #[must_use]
    pub const fn has_findings(&self) -> bool {
        let sound = matches!(
            self.became,
            Became::Taken | Became::Repeated | Became::KnownInvoice
        );
        !sound || !self.faults.is_empty() || !self.refused_rows.is_empty()
    }
}

/// What became of everything that was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Each file, by path.
    pub files: Vec<FileReport>,
    /// Lines that had waited and were judged again.
    pub resumed: News,
}

impl Summary {
    pub(super) fn add(&mut self, report: FileReport) {
        self.files.push(report);
    }

    /// A document was decided again: its later report holds.
    pub(super) fn replace(&mut self, report: FileReport) {
        self.files.retain(|known| known.path != report.path);
        self.files.push(report);
    }

    pub(super) fn refused(&mut self, path: PathBuf, why: Refusal) {
        self.add(FileReport {
            became: Became::Refused { why },
            ..FileReport::new(path, None)
        });
    }

    pub(super) fn repeated(&mut self, path: PathBuf, kind: Option<Kind>) {
        self.add(FileReport {
            became: Became::Repeated,
            ..FileReport::new(path, kind)
        });
    }

    /// Returns what happened to lines in all files, with those that had waited.
    #[must_use]
    pub fn news(&self) -> News {
        let mut news = self.resumed.clone();
        self.files.iter().for_each(|file| news.add(&file.news));
        news
    }

    /// Adds the summary of a later intake.
    pub fn extend(&mut self, later: Self) {
        self.files.extend(later.files);
        self.resumed.add(&later.resumed);
    }

    /// Whether somebody has to look at something.
    #[must_use]
    pub fn has_findings(&self) -> bool {
        self.files.iter().any(FileReport::has_findings)
    }
}
