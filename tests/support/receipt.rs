//! The year's files, taken into a ledger of one's own as the command would: one call after the other, on one day.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::{Date, date};
use subsidy_ledger::{Ledger, Opening};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::{Intake, Summary};
use subsidyd::secret;
use tempfile::TempDir;

use super::figures::{Figures, claims, stands};
use super::fixtures;

/// The day on which everything of the year has come in.
const LATER: Date = date(2024, 2, 12);

/// A ledger of its own into which the year's files go.
pub(crate) struct Receipt {
    pub(crate) ledger: Arc<Ledger>,
    _folder: TempDir,
}

impl Receipt {
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(folder.path().join("ledger.db"), Opening::Create).expect("a ledger");
        Self {
            ledger: Arc::new(ledger),
            _folder: folder,
        }
    }

    /// Takes in files, as one call of the command does.
    pub(crate) fn take(&self, paths: &[PathBuf]) {
        take(&self.ledger, paths);
    }

    pub(crate) fn figures(&self) -> Figures {
        self.ledger
            .verify(&mut |_, _| {})
            .expect("the ledger agrees with itself");
        no_pair_twice(&self.ledger);
        Figures::of(&self.ledger)
    }
}

/// Takes in files, as one call of the command does, on the day after the last of the year.
pub(crate) fn take(ledger: &Arc<Ledger>, paths: &[PathBuf]) -> Summary {
    let secret = secret::read(&fixtures().join("learner.key")).expect("the secret");
    let clock = Clock::At(Moment::morning_of(LATER));
    let mut intake = Intake::open(Arc::clone(ledger), secret, clock).expect("intake");
    intake.ingest(paths, &mut |_| {}).expect("taken in")
}

/// Asserts that nothing that can be earned once stands twice.
pub(crate) fn no_pair_twice(ledger: &Ledger) {
    let mut pairs = BTreeSet::new();
    for row in claims(ledger).values().filter(|row| stands(row)) {
        let award = row.award.as_ref().expect("an award");
        let pair = (row.kind.clone(), row.case.clone(), award.entitlement.clone());
        assert!(pairs.insert(pair), "awarded twice: {}", row.presented.line);
    }
}
