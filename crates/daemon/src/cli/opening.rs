//! Opening a ledger, held against the head that is kept outside it.

use std::path::PathBuf;
use std::sync::Arc;

use subsidy_ledger::{KnownHead, KnownHeadError, Ledger, OpenError, Opening};

use super::output::Failure;
use crate::clock::Clock;
use crate::head_file::HeadFile;
use crate::lang::Lang;

/// A ledger, and where the highest head of it is kept.
pub(super) struct Place {
    pub(super) database: PathBuf,
    head: HeadFile,
    /// Whether the file was named: then it must not be missing unnoticed.
    named: bool,
    lang: Lang,
}

impl Place {
    pub(super) fn new(database: PathBuf, head: Option<PathBuf>, lang: Lang) -> Self {
        Self {
            named: head.is_some(),
            head: head.map_or_else(|| HeadFile::beside(&database), HeadFile::at),
            database,
            lang,
        }
    }

    /// Forgets the head beside a ledger that is not there: that of a demonstration may be thrown away and begun again.
    pub(super) fn forget_what_was_thrown_away(&self) -> Result<(), Failure> {
        if !self.named && !self.database.exists() && self.head.path().exists() {
            std::fs::remove_file(self.head.path())?;
        }
        Ok(())
    }

    /// Opens the ledger for reading and writing, unless it is older than its head or another.
    pub(super) fn open(&self, opening: Opening) -> Result<Arc<Ledger>, Failure> {
        // Of what has a history no second one is begun.
        let known = self.head.known()?.filter(|known| known.size > 0);
        let opening = if known.is_some() {
            Opening::Existing
        } else {
            opening
        };
        let ledger = Ledger::open(&self.database, opening).map_err(|error| self.gone(error, known))?;
        self.check(&ledger)?;
        Ok(Arc::new(ledger))
    }

    /// Opens the ledger for reading only, unless it is older than its head or another.
    pub(super) fn open_read_only(&self) -> Result<Ledger, Failure> {
        let known = self.head.known()?.filter(|known| known.size > 0);
        let ledger = Ledger::open_read_only(&self.database).map_err(|error| self.gone(error, known))?;
        self.check(&ledger)?;
        Ok(ledger)
    }

    /// A ledger that is not there is one that went back, if it had records.
    fn gone(&self, error: OpenError, known: Option<KnownHead>) -> Failure {
        match (error, known) {
            (OpenError::Absent { .. }, Some(known)) => {
                self.head.differs(KnownHeadError::Older { known, size: 0 }).into()
            }
            (error, _) => error.into(),
        }
    }

    fn check(&self, ledger: &Ledger) -> Result<(), Failure> {
        let known = self.head.check(ledger)?;
        if known.is_none() && self.named && ledger.head()?.size > 0 {
            eprintln!(
                "{} {}",
                self.lang.pick(
                    "Let op, er is nog geen kop van dit register bewaard in",
                    "Mind that no head of this ledger is kept yet in"
                ),
                self.head.path().display()
            );
        }
        Ok(())
    }

    /// Keeps the head of the ledger after something was written.
    pub(super) fn keep_head(&self, ledger: &Ledger) -> Result<(), Failure> {
        Ok(self.head.raise(ledger)?)
    }

    /// Takes the ledger as it stands for the right one, after verifying it; returns the head before and now.
    pub(super) fn accept(&self, reason: &str) -> Result<(Option<KnownHead>, KnownHead), Failure> {
        let ledger = Ledger::open_read_only(&self.database)?;
        let verified = ledger.verify(&mut |_, _| {}).map_err(super::unverified)?;
        let head = KnownHead {
            size: verified.size,
            root: verified.root,
        };
        let before = self.head.accept(head, reason, Clock::Wall.now().at)?;
        Ok((before, head))
    }
}
