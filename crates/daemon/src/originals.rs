//! Originals: the bytes of documents and attachments, encrypted, beside the ledger and never in it.
//!
//! Each original has a key of its own, wrapped under a key of the fund that is kept apart. The ledger knows an original by
//! a keyed hash of its bytes. Destroying its key makes an original unreadable for good; every amount, count and proof of
//! the ledger stays as it was (docs/adr/0017).

mod files;
mod seal;

use std::path::{Path, PathBuf};

use subsidy_domain::ids::OriginalId;

use self::files::{Kept, read_if_there, write_once};
use self::seal::FundKey;
use crate::secret::too_open;

/// Why originals cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum OriginalsError {
    /// A file cannot be read or written.
    #[error("the store of originals cannot use {path}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There are originals and the key that they were sealed with is gone.
    #[error(
        "there is no key of originals at {path}, and originals are sealed with it; restore it from your safe"
    )]
    KeyAbsent {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The file of the key holds something else.
    #[error("the file {path} holds no key of originals: it must be 64 hexadecimal digits")]
    KeyMalformed {
        /// The file.
        path: PathBuf,
    },
    /// Others can read the file of the key.
    #[error("others can read the key of originals at {path}; make it yours alone (chmod 600)")]
    KeyTooOpen {
        /// The file.
        path: PathBuf,
    },
    /// The originals were sealed with another key.
    #[error("the originals in {folder} were sealed with another key than {path}; name the right one")]
    OtherKey {
        /// The folder.
        folder: PathBuf,
        /// The file of the key.
        path: PathBuf,
    },
    /// An original is not what was sealed: it was changed, or its file was exchanged.
    #[error("the original {id} was changed after it was sealed; restore it from a backup")]
    Changed {
        /// The original.
        id: OriginalId,
    },
    /// The machine gives no randomness.
    #[error("no key could be made: {0}")]
    Random(String),
}

/// What there is of an original.
#[derive(Debug, PartialEq, Eq)]
pub enum Original<B = Vec<u8>> {
    /// Its bytes, or that they are there.
    Kept(B),
    /// Its key was destroyed.
    Destroyed,
    /// It was never kept here.
    Unknown,
}

/// The folder in which originals are kept.
pub struct Originals {
    folder: PathBuf,
    key: FundKey,
}

/// Where the sealed bytes are, below the folder.
const SEALED: &str = "sealed";
/// Where the keys are, below the folder; it may be a link to another disk, with backups of its own.
const KEYS: &str = "keys";
/// Tells whether a key is the one that the originals were sealed with.
const CHECK: &str = "check";

/// Returns where the originals of a ledger are kept when nothing else is said: beside it.
#[must_use]
pub fn beside(database: &Path) -> PathBuf {
    crate::beside::beside(database, ".originals")
}

/// Returns where the key of a folder of originals is: beside it.
#[must_use]
pub fn key_of(folder: &Path) -> PathBuf {
    crate::beside::beside(folder, ".key")
}

impl Originals {
    /// Opens the store in a folder; the folder and the key beside it, `FOLDER.key`, are made on first use.
    ///
    /// # Errors
    /// When the folder or the key cannot be used, or the key is not that of the folder.
    pub fn open(folder: &Path) -> Result<Self, OriginalsError> {
        let path = key_of(folder);
        let check = folder.join(CHECK);
        // Programs may begin a store at once: whoever is first gives the key, and writes it before the check value.
        let is_begun = read_if_there(&check)?.is_some();
        if !path.exists() {
            if is_begun {
                return Err(OriginalsError::KeyAbsent { path });
            }
            write_once(&path, FundKey::make()?.as_bytes())?;
        }
        if too_open(&path) {
            return Err(OriginalsError::KeyTooOpen { path });
        }
        let text = read_if_there(&path)?.unwrap_or_default();
        let Some(key) = FundKey::from_hex(&text) else {
            return Err(OriginalsError::KeyMalformed { path });
        };
        if !is_begun {
            write_once(&check, &key.check_value())?;
        }
        if read_if_there(&check)? != Some(key.check_value()) {
            return Err(OriginalsError::OtherKey {
                folder: folder.to_owned(),
                path,
            });
        }
        Ok(Self {
            folder: folder.to_owned(),
            key,
        })
    }

    /// Keeps the bytes of an original, durably; the same bytes twice is once, and what was destroyed stays so.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn keep(&self, bytes: &[u8]) -> Result<OriginalId, OriginalsError> {
        let id = self.key.id_of(bytes);
        if self.key_file(&id, GONE).exists() || self.is_kept(&id) {
            return Ok(id);
        }
        // The key first, and whoever was first: what is sealed belongs to the key that is there.
        let file = self.key_file(&id, KEY);
        let made = write_once(&file, &self.key.wrapped_key(&id)?)?;
        let key = read_if_there(&file)?.unwrap_or_default();
        let sealed = self.key.seal(&id, &key, bytes)?;
        let sealed = sealed.ok_or_else(|| OriginalsError::Changed { id: id.clone() })?;
        match made {
            Kept::Now => files::replace(&self.sealed_file(&id), &sealed)?,
            Kept::Before => drop(write_once(&self.sealed_file(&id), &sealed)?),
        }
        Ok(id)
    }

    fn is_kept(&self, id: &OriginalId) -> bool {
        self.sealed_file(id).exists() && self.key_file(id, KEY).exists()
    }

    /// Tells whether an original is there, without opening it.
    #[must_use]
    pub fn look(&self, id: &OriginalId) -> Original<()> {
        if self.key_file(id, GONE).exists() {
            Original::Destroyed
        } else if self.is_kept(id) {
            Original::Kept(())
        } else {
            Original::Unknown
        }
    }

    /// Reads an original.
    ///
    /// # Errors
    /// When it was changed, or cannot be read from disk.
    pub fn read(&self, id: &OriginalId) -> Result<Original, OriginalsError> {
        if self.key_file(id, GONE).exists() {
            return Ok(Original::Destroyed);
        }
        let sealed = read_if_there(&self.sealed_file(id))?;
        let key = read_if_there(&self.key_file(id, KEY))?;
        let (Some(sealed), Some(key)) = (sealed, key) else {
            return Ok(Original::Unknown);
        };
        let opened = self.key.open(id, &sealed, &key);
        opened
            .map(Original::Kept)
            .ok_or_else(|| OriginalsError::Changed { id: id.clone() })
    }

    /// Destroys the key of an original: nobody can read it any more. Says whether there was one.
    ///
    /// # Errors
    /// When the key cannot be taken away.
    pub fn destroy(&self, id: &OriginalId) -> Result<bool, OriginalsError> {
        let key = self.key_file(id, KEY);
        if !key.exists() {
            return Ok(false);
        }
        write_once(&self.key_file(id, GONE), b"")?;
        files::wipe(&key)?;
        Ok(true)
    }

    fn sealed_file(&self, id: &OriginalId) -> PathBuf {
        self.file(SEALED, id, "sealed")
    }

    fn key_file(&self, id: &OriginalId, end: &str) -> PathBuf {
        self.file(KEYS, id, end)
    }

    /// The file of an original: in one of 256 folders, so that none grows beyond what is handled well.
    fn file(&self, below: &str, id: &OriginalId, end: &str) -> PathBuf {
        let id = id.as_str();
        let shelf = id.get(..2).unwrap_or(id);
        self.folder.join(below).join(shelf).join(format!("{id}.{end}"))
    }
}

/// The end of the name of a key.
const KEY: &str = "key";
/// The end of the name of what stands where a key was destroyed.
const GONE: &str = "destroyed";

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, Originals) {
        let folder = tempfile::tempdir().expect("a folder");
        let originals = Originals::open(&folder.path().join("fund.db.originals")).expect("open");
        (folder, originals)
    }

    fn files_below(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                found.extend(files_below(&path));
            } else {
                found.push(path);
            }
        }
        found
    }

    #[test]
    fn what_is_kept_is_read_back_and_nothing_of_it_lies_open() {
        let (folder, originals) = store();
        let bytes = b"factuur van ROC A voor leerling C-7".repeat(100);
        let id = originals.keep(&bytes).expect("kept");
        assert_eq!(originals.read(&id).expect("read"), Original::Kept(bytes.clone()));
        for file in files_below(folder.path()) {
            let content = std::fs::read(&file).expect("readable");
            assert!(
                !content.windows(9).any(|part| part == b"leerling "),
                "{}",
                file.display()
            );
        }
        let again = Originals::open(&folder.path().join("fund.db.originals")).expect("open");
        assert_eq!(again.read(&id).expect("read"), Original::Kept(bytes));
    }

    #[test]
    fn the_same_bytes_twice_is_once() {
        let (folder, originals) = store();
        let id = originals.keep(b"een").expect("kept");
        let before = files_below(folder.path());
        assert_eq!(originals.keep(b"een").expect("kept"), id);
        assert_eq!(files_below(folder.path()), before);
        assert_ne!(originals.keep(b"twee").expect("kept"), id);
    }

    #[test]
    fn of_an_original_whose_key_is_destroyed_nothing_is_left_and_it_does_not_come_back() {
        let (_folder, originals) = store();
        let id = originals.keep(b"een").expect("kept");
        let other = originals.keep(b"twee").expect("kept");
        assert!(originals.destroy(&id).expect("destroyed"));
        assert!(!originals.destroy(&id).expect("destroyed"));
        assert_eq!(originals.read(&id).expect("read"), Original::Destroyed);
        assert_eq!(originals.keep(b"een").expect("kept"), id);
        assert_eq!(originals.read(&id).expect("read"), Original::Destroyed);
        assert_eq!(
            originals.read(&other).expect("read"),
            Original::Kept(b"twee".to_vec())
        );
    }

    #[test]
    fn an_original_that_was_changed_or_exchanged_is_not_believed() {
        let (_folder, originals) = store();
        let (id, other) = (
            originals.keep(b"een").expect("kept"),
            originals.keep(b"twee").expect("kept"),
        );
        for (end, from) in [
            (originals.sealed_file(&id), originals.sealed_file(&other)),
            (originals.key_file(&id, KEY), originals.key_file(&other, KEY)),
        ] {
            let sound = std::fs::read(&end).expect("readable");
            let mut spoiled = sound.clone();
            *spoiled.last_mut().expect("a byte") ^= 1;
            for bytes in [spoiled, std::fs::read(from).expect("readable"), Vec::new()] {
                std::fs::write(&end, bytes).expect("written");
                assert!(matches!(originals.read(&id), Err(OriginalsError::Changed { .. })));
            }
            std::fs::write(&end, sound).expect("written");
        }
    }

    #[test]
    fn the_key_is_needed_and_no_other_will_do() {
        let (folder, originals) = store();
        originals.keep(b"een").expect("kept");
        let (store, key) = (
            folder.path().join("fund.db.originals"),
            folder.path().join("fund.db.originals.key"),
        );
        std::fs::rename(&key, folder.path().join("safe")).expect("moved");
        assert!(matches!(
            Originals::open(&store),
            Err(OriginalsError::KeyAbsent { .. })
        ));
        write_once(&key, "ab".repeat(32).as_bytes()).expect("written");
        assert!(matches!(
            Originals::open(&store),
            Err(OriginalsError::OtherKey { .. })
        ));
        std::fs::write(&key, "no key").expect("written");
        assert!(matches!(
            Originals::open(&store),
            Err(OriginalsError::KeyMalformed { .. })
        ));
    }

    #[test]
    fn many_that_begin_one_store_at_once_have_one_key() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("originals");
        let ids: Vec<OriginalId> = std::thread::scope(|scope| {
            let begin = || Originals::open(&path).expect("open").keep(b"een").expect("kept");
            let all: Vec<_> = (0..16).map(|_| scope.spawn(begin)).collect();
            all.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        assert!(ids.iter().all(|id| *id == ids[0]));
        let store = Originals::open(&path).expect("open");
        assert_eq!(
            store.read(&ids[0]).expect("read"),
            Original::Kept(b"een".to_vec())
        );
    }

    #[test]
    fn the_id_does_not_test_a_guess_without_the_key() {
        let ((_a, one), (_b, two)) = (store(), store());
        assert_ne!(one.keep(b"een").expect("kept"), two.keep(b"een").expect("kept"));
    }

    #[test]
    fn what_a_stopped_program_left_half_written_is_mended() {
        let (_folder, originals) = store();
        let id = originals.keep(b"een").expect("kept");
        for half in [originals.sealed_file(&id), originals.key_file(&id, KEY)] {
            std::fs::remove_file(half).expect("gone");
            assert_eq!(originals.read(&id).expect("read"), Original::Unknown);
            assert_eq!(originals.keep(b"een").expect("kept"), id);
            assert_eq!(
                originals.read(&id).expect("read"),
                Original::Kept(b"een".to_vec())
            );
        }
    }
}
