//! Opening a ledger, held against the head that is kept outside it.

use std::path::PathBuf;
use std::sync::Arc;

use subsidy_ledger::{KnownHead, KnownHeadError, Ledger, Location, OpenError, Opening};

use super::output::Failure;
use crate::clock::Clock;
use crate::head_file::HeadFile;
use crate::lang::Lang;
use crate::proof::keys::KeyFile;

/// A ledger, and where the highest head of it is kept.
pub(super) struct Place {
    pub(super) database: Location,
    /// Beside a ledger in a file unless it is named; a server has none unless it is.
    head: Option<HeadFile>,
    /// Whether the file was named: then it must not be missing unnoticed.
    named: bool,
    /// The keys that it signs with, if it does.
    pub(super) keys: Option<KeyFile>,
    lang: Lang,
}

impl Place {
    pub(super) fn new(database: Location, head: Option<PathBuf>, keys: Option<PathBuf>, lang: Lang) -> Self {
        Self {
            named: head.is_some(),
            head: head.map(HeadFile::at).or_else(|| match &database {
                Location::Sqlite(path) => Some(HeadFile::beside(path)),
                Location::Postgres(_) => None,
            }),
            database,
            keys: keys.map(KeyFile::at),
            lang,
        }
    }

    /// Forgets the head beside a ledger that is not there: that of a demonstration may be thrown away and begun again.
    pub(super) fn forget_what_was_thrown_away(&self) -> Result<(), Failure> {
        let (Location::Sqlite(path), Some(head), false) = (&self.database, &self.head, self.named) else {
            return Ok(());
        };
        if !path.exists() && head.path().exists() {
            std::fs::remove_file(head.path())?;
        }
        Ok(())
    }

    /// Opens the ledger for reading and writing, unless it is older than its head or another.
    pub(super) fn open(&self, opening: Opening) -> Result<Arc<Ledger>, Failure> {
        // Of what has a history no second one is begun.
        let known = self.known()?;
        let opening = if known.is_some() {
            Opening::Existing
        } else {
            opening
        };
        let ledger = Ledger::open_at(&self.database, opening).map_err(|error| self.gone(error, known))?;
        self.check(&ledger)?;
        Ok(Arc::new(ledger))
    }

    /// Opens the ledger for reading only, unless it is older than its head or another.
    pub(super) fn open_read_only(&self) -> Result<Ledger, Failure> {
        let known = self.known()?;
        let ledger = Ledger::open_read_only_at(&self.database).map_err(|error| self.gone(error, known))?;
        self.check(&ledger)?;
        Ok(ledger)
    }

    /// The head that is kept of a ledger that had records.
    fn known(&self) -> Result<Option<KnownHead>, Failure> {
        let known = self.head.as_ref().map(HeadFile::known).transpose()?.flatten();
        Ok(known.filter(|known| known.size > 0))
    }

    /// A ledger that is not there is one that went back, if it had records.
    fn gone(&self, error: OpenError, known: Option<KnownHead>) -> Failure {
        match (error, known, &self.head) {
            (OpenError::Absent { .. }, Some(known), Some(head)) => {
                head.differs(KnownHeadError::Older { known, size: 0 }).into()
            }
            (error, _, _) => error.into(),
        }
    }

    fn check(&self, ledger: &Ledger) -> Result<(), Failure> {
        let Some(head) = &self.head else { return Ok(()) };
        let known = head.check(ledger)?;
        if known.is_none() && self.named && ledger.head()?.size > 0 {
            eprintln!(
                "{} {}",
                self.lang.pick(
                    "Let op, er is nog geen kop van dit register bewaard in",
                    "Mind that no head of this ledger is kept yet in"
                ),
                head.path().display()
            );
        }
        Ok(())
    }

    /// Signs what was recorded, where there is a key, and keeps the head of the ledger.
    pub(super) fn keep_head(&self, ledger: &Ledger) -> Result<(), Failure> {
        if let Some(keys) = &self.keys
            && ledger.head()?.size > 0
        {
            ledger.sign_checkpoint(&keys.keys()?)?;
        }
        self.raise_head(ledger)
    }

    /// Keeps the head of the ledger, unless a higher one is kept.
    pub(super) fn raise_head(&self, ledger: &Ledger) -> Result<(), Failure> {
        match &self.head {
            Some(head) => Ok(head.raise(ledger)?),
            None => Ok(()),
        }
    }

    /// Takes the ledger as it stands for the right one, after verifying it; returns the head before and now.
    pub(super) fn accept(&self, reason: &str) -> Result<(Option<KnownHead>, KnownHead), Failure> {
        let kept = self.head.as_ref().ok_or(Failure::NoHeadFile)?;
        let ledger = Ledger::open_read_only_at(&self.database)?;
        let verified = ledger.verify(&mut |_, _| {}).map_err(super::unverified)?;
        let head = KnownHead {
            size: verified.size,
            root: verified.root,
        };
        let before = kept.accept(head, reason, Clock::Wall.now().at)?;
        Ok((before, head))
    }
}
