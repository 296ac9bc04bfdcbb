//! The highest head of a ledger, kept in a small file outside it: a ledger that is older or another is known by it.
//!
//! The file has one line with the head, as [`KnownHead`] writes it, below lines that begin with `#`: one for each time that somebody
//! accepted a ledger that did not fit. It protects as far as it is out of reach of whoever can replace the ledger: put it on another disk.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use subsidy_ledger::{KnownHead, KnownHeadError, Ledger, NotAHead, ReadError};

/// Why a ledger could not be held against the head that is kept of it.
#[derive(Debug, thiserror::Error)]
pub enum HeadFileError {
    /// The file cannot be read or written.
    #[error("the head that is kept at {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the file {path} holds no head of a ledger")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it must hold.
        source: NotAHead,
    },
    /// The ledger is older than the head, or another one.
    #[error("this is not the ledger of which {path} keeps the head")]
    Differs {
        /// The file.
        path: PathBuf,
        /// In what it differs.
        source: KnownHeadError,
    },
    /// The ledger could not be read.
    #[error("the ledger's head could not be read")]
    Read(#[from] ReadError),
}

/// The file of a ledger's highest head.
#[derive(Clone, Debug)]
pub struct HeadFile {
    path: PathBuf,
}

/// What the file holds.
#[derive(Debug, Default)]
struct Content {
    /// The lines that begin with `#`.
    accepted: Vec<String>,
    head: Option<KnownHead>,
}

impl HeadFile {
    /// The file at a path, which need not be there yet.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// The file of a ledger when nothing else is said: beside it.
    #[must_use]
    pub fn beside(database: &Path) -> Self {
        Self::at(crate::beside::beside(database, ".head"))
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the head; none where there is no file yet.
    ///
    /// # Errors
    /// See [`HeadFileError`].
    pub fn known(&self) -> Result<Option<KnownHead>, HeadFileError> {
        Ok(self.content()?.head)
    }

    /// Checks that a ledger is the one of the head, and has not gone back; returns the head.
    ///
    /// # Errors
    /// See [`HeadFileError`].
    pub fn check(&self, ledger: &Ledger) -> Result<Option<KnownHead>, HeadFileError> {
        let known = self.known()?;
        if let Some(known) = &known {
            ledger
                .check_known_head(known)
                .map_err(|error| self.differs(error))?;
        }
        Ok(known)
    }

    /// What to say when the ledger differs.
    pub(crate) fn differs(&self, source: KnownHeadError) -> HeadFileError {
        let path = self.path.clone();
        HeadFileError::Differs { path, source }
    }

    /// Keeps the head of a ledger, unless a higher one is kept by now.
    ///
    /// # Errors
    /// See [`HeadFileError`].
    pub fn raise(&self, ledger: &Ledger) -> Result<(), HeadFileError> {
        let head = KnownHead::from(ledger.head()?);
        self.change(|content| {
            let higher = content.head.is_none_or(|known| known.size < head.size);
            if higher {
                content.head = Some(head);
            }
            higher
        })
    }

    /// Keeps the head of a ledger whatever was kept before, and writes down that it was accepted; returns what was kept.
    ///
    /// # Errors
    /// See [`HeadFileError`].
    pub fn accept(
        &self,
        head: KnownHead,
        reason: &str,
        at: Timestamp,
    ) -> Result<Option<KnownHead>, HeadFileError> {
        let mut before = None;
        self.change(|content| {
            before = content.head;
            let kept = before.map_or_else(|| "none".to_owned(), |known| known.to_string());
            // One line, whatever the reason holds.
            let reason: Vec<&str> = reason.split_whitespace().collect();
            content.accepted.push(format!(
                "# {at} accepted {head} in place of {kept}: {}",
                reason.join(" ")
            ));
            content.head = Some(head);
            true
        })?;
        Ok(before)
    }

    fn content(&self) -> Result<Content, HeadFileError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
            Err(source) => return Err(self.failed(source)),
        };
        let (accepted, heads): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
        let malformed = |source| HeadFileError::Malformed {
            path: self.path.clone(),
            source,
        };
        match heads[..] {
            [head] => Ok(Content {
                accepted: accepted.into_iter().map(str::to_owned).collect(),
                head: Some(head.parse().map_err(malformed)?),
            }),
            _ => Err(malformed(NotAHead)),
        }
    }

    /// Changes the file, if there is something to change: the old one or the new one is there whatever happens, and nobody else's is lost.
    fn change(&self, change: impl FnOnce(&mut Content) -> bool) -> Result<(), HeadFileError> {
        let folder = match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            Some(_) | None => Path::new("."),
        };
        // Whoever else changes a file of this folder waits.
        let folder = File::open(folder).map_err(|error| self.failed(error))?;
        folder.lock().map_err(|error| self.failed(error))?;
        let mut content = self.content()?;
        if !change(&mut content) {
            return Ok(());
        }
        let mut text = String::new();
        for line in content.accepted {
            text.push_str(&line);
            text.push('\n');
        }
        if let Some(head) = content.head {
            text.push_str(&format!("{head}\n"));
        }
        let write = || {
            let mut new = self.path.clone().into_os_string();
            new.push(".new");
            let mut file = File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            fs::rename(&new, &self.path)?;
            folder.sync_all()
        };
        write().map_err(|error| self.failed(error))
    }

    fn failed(&self, source: io::Error) -> HeadFileError {
        let path = self.path.clone();
        HeadFileError::Io { path, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use subsidy_ledger::RootHash;

    fn head(size: u64) -> KnownHead {
        KnownHead {
            size,
            root: RootHash([u8::try_from(size).expect("small"); 32]),
        }
    }

    #[test]
    fn a_head_is_read_back_with_what_was_accepted_before() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = HeadFile::beside(&folder.path().join("fund.db"));
        assert_eq!(file.known().expect("read"), None);
        assert_eq!(
            file.accept(head(5), "the old\ndisk broke", Timestamp::UNIX_EPOCH)
                .expect("kept"),
            None
        );
        assert_eq!(
            file.accept(head(3), "again", Timestamp::UNIX_EPOCH)
                .expect("kept"),
            Some(head(5))
        );
        assert_eq!(file.known().expect("read"), Some(head(3)));
        let text = fs::read_to_string(file.path()).expect("text");
        assert_eq!(text.lines().count(), 3, "{text}");
        assert!(text.contains("the old disk broke"), "{text}");
    }

    #[test]
    fn a_file_of_something_else_is_no_head() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = HeadFile::at(folder.path().join("head"));
        let good = head(7).to_string();
        for text in [
            "",
            "7",
            "seven",
            &good[..good.len() - 1],
            &format!("0{good}"),
            &format!("+{good}"),
            &format!("{good}\n{good}"),
        ] {
            fs::write(file.path(), text).expect("written");
            assert!(
                matches!(file.known(), Err(HeadFileError::Malformed { .. })),
                "{text:?}"
            );
        }
        fs::write(file.path(), good).expect("written");
        assert_eq!(file.known().expect("read"), Some(head(7)));
    }
}
