//! The keys of the ledger: private ones in a file of their own, and beside it, as a policy, what is published.
//!
//! The key file has a line for each key that signs: one, or while a key is replaced the new one above the old one. The policy has a line for
//! each key that ever signed; whoever runs the ledger adds its witnesses there.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use subsidy_proof::{KeyKind, KeyName, NotAKey, NotAPolicy, Policy, SignerKey};

use crate::beside::beside;
use crate::secret::too_open;

/// Why a key or a policy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file cannot be read or written.
    #[error("the file {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is a key already.
    #[error(
        "there is a key at {path} already: a key is never overwritten, replace it with `subsidyd key rotate`"
    )]
    Taken {
        /// The file.
        path: PathBuf,
    },
    /// Others can read the key.
    #[error("others can read the key at {path}; make it yours alone (chmod 600)")]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// The file holds no keys of one ledger.
    #[error("the file {path} holds no key of a ledger")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: NotAKey,
    },
    /// The policy cannot be read.
    #[error("the policy {path} cannot be read")]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: NotAPolicy,
    },
    /// The name cannot be that of a ledger.
    #[error(
        "a ledger cannot be named `{name}`: write a name such as ledger.fund.example/1, without spaces and plus signs"
    )]
    Name {
        /// What was given.
        name: String,
    },
    /// A key is being replaced already, or none is.
    #[error("{path} holds {found} keys, and this needs {wanted}")]
    Count {
        /// The file.
        path: PathBuf,
        /// How many keys it holds.
        found: usize,
        /// How many it must hold.
        wanted: usize,
    },
    /// The machine gives no randomness.
    #[error("no key could be made: {0}")]
    Random(String),
}

/// The file of the keys of a ledger.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The file at a path, which need not be there yet.
    #[must_use]
    pub const fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the policy is that is published: beside the key.
    #[must_use]
    pub fn policy_path(&self) -> PathBuf {
        beside(&self.path, ".policy")
    }

    /// Makes the first key of a ledger and the policy that names it.
    ///
    /// # Errors
    /// See [`KeyError`]; a file that is there is never overwritten.
    pub fn generate(&self, origin: &str) -> Result<SignerKey, KeyError> {
        let name = KeyName::new(origin).ok_or_else(|| KeyError::Name {
            name: origin.to_owned(),
        })?;
        for path in [&self.path, &self.policy_path()] {
            if path.exists() {
                return Err(KeyError::Taken { path: path.clone() });
            }
        }
        let key = made(name)?;
        self.write(std::slice::from_ref(&key))?;
        let policy = format!(
            "# The keys of this ledger. Add witnesses, a group and its number: https://c2sp.org/tlog-policy\nlog {}\n\nquorum none\n",
            key.verifier()
        );
        write_whole(&self.policy_path(), &policy, false).map_err(|source| self.policy_failed(source))?;
        Ok(key)
    }

    /// Makes a new key, which signs beside the old one from now on.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn rotate(&self) -> Result<SignerKey, KeyError> {
        let keys = self.keys()?;
        let [old] = &keys[..] else {
            return Err(self.count(keys.len(), 1));
        };
        let new = made(old.verifier().name().clone())?;
        // First what is published: a signature that nobody can check must not be made.
        let policy_path = self.policy_path();
        let policy = fs::read_to_string(&policy_path).map_err(|source| self.policy_failed(source))?;
        let policy = format!("log {}\n{policy}", new.verifier());
        write_whole(&policy_path, &policy, false).map_err(|source| self.policy_failed(source))?;
        self.write(&[new.clone(), old.clone()])?;
        Ok(new)
    }

    /// Lets the old key sign no more. The policy goes on to name it: what it signed stays signed.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn retire(&self) -> Result<SignerKey, KeyError> {
        let keys = self.keys()?;
        let [new, old] = &keys[..] else {
            return Err(self.count(keys.len(), 2));
        };
        self.write(std::slice::from_ref(new))?;
        Ok(old.clone())
    }

    /// The keys that sign, the newest first.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn keys(&self) -> Result<Vec<SignerKey>, KeyError> {
        let text = fs::read_to_string(&self.path).map_err(|source| self.failed(source))?;
        if too_open(&self.path) {
            return Err(KeyError::TooOpen {
                path: self.path.clone(),
            });
        }
        let malformed = |source| KeyError::Malformed {
            path: self.path.clone(),
            source,
        };
        let keys: Vec<SignerKey> = text
            .lines()
            .map(SignerKey::from_secret_text)
            .collect::<Result<_, _>>()
            .map_err(malformed)?;
        let is_sound = keys.first().is_some_and(|first| {
            let name = first.verifier().name();
            keys.iter()
                .all(|key| key.verifier().kind() == KeyKind::Log && key.verifier().name() == name)
        });
        if is_sound {
            Ok(keys)
        } else {
            Err(malformed(NotAKey::Kind))
        }
    }

    fn write(&self, keys: &[SignerKey]) -> Result<(), KeyError> {
        let text: String = keys.iter().map(|key| key.secret_text() + "\n").collect();
        write_whole(&self.path, &text, true).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: io::Error) -> KeyError {
        KeyError::Io {
            path: self.path.clone(),
            source,
        }
    }

    fn policy_failed(&self, source: io::Error) -> KeyError {
        KeyError::Io {
            path: self.policy_path(),
            source,
        }
    }

    fn count(&self, found: usize, wanted: usize) -> KeyError {
        let path = self.path.clone();
        KeyError::Count { path, found, wanted }
    }
}

/// Reads a policy: whose signatures are believed.
///
/// # Errors
/// See [`KeyError`].
pub fn policy(path: &Path) -> Result<Policy, KeyError> {
    let text = fs::read_to_string(path).map_err(|source| KeyError::Io {
        path: path.to_owned(),
        source,
    })?;
    text.parse().map_err(|source| KeyError::Policy {
        path: path.to_owned(),
        source,
    })
}

fn made(name: KeyName) -> Result<SignerKey, KeyError> {
    let mut seed = [0_u8; 32];
    getrandom::fill(&mut seed).map_err(|error| KeyError::Random(error.to_string()))?;
    Ok(SignerKey::from_seed(name, KeyKind::Log, &seed))
}

/// Writes a file so that the old one or the new one is there whatever happens.
pub(crate) fn write_whole(path: &Path, text: &str, is_private: bool) -> io::Result<()> {
    let new = beside(path, ".new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if is_private { 0o600 } else { 0o644 });
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        Some(_) | None => File::open(".")?.sync_all(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_replaced_with_an_overlap_and_retired() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile::at(folder.path().join("fund.key"));
        let first = file.generate("ledger.fund.example/1").expect("made");
        assert!(matches!(
            file.generate("ledger.fund.example/1"),
            Err(KeyError::Taken { .. })
        ));
        let names = |keys: &[SignerKey]| -> Vec<String> {
            keys.iter().map(|key| key.verifier().to_string()).collect()
        };
        assert_eq!(names(&file.keys().expect("keys")), [first.verifier().to_string()]);
        assert!(matches!(
            file.retire(),
            Err(KeyError::Count {
                found: 1,
                wanted: 2,
                ..
            })
        ));
        let second = file.rotate().expect("a new one");
        let both = [second.verifier().to_string(), first.verifier().to_string()];
        assert_eq!(names(&file.keys().expect("keys")), both);
        assert!(matches!(
            file.rotate(),
            Err(KeyError::Count {
                found: 2,
                wanted: 1,
                ..
            })
        ));
        file.retire().expect("retired");
        assert_eq!(names(&file.keys().expect("keys")), both[..1]);
        // Whoever reads the policy can check what either signed, and learns no secret.
        let policy = policy(&file.policy_path()).expect("a policy");
        let known: Vec<String> = policy.keys().iter().map(ToString::to_string).collect();
        assert_eq!(known, both);
        let text = fs::read_to_string(file.policy_path()).expect("text");
        assert!(!text.contains("PRIVATE"), "{text}");
        assert!(matches!(
            KeyFile::at(folder.path().join("b")).generate("a b"),
            Err(KeyError::Name { .. })
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile::at(folder.path().join("fund.key"));
        file.generate("ledger.fund.example/1").expect("made");
        let mode = fs::metadata(file.path()).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o640)).expect("set");
        assert!(matches!(file.keys(), Err(KeyError::TooOpen { .. })));
    }
}
