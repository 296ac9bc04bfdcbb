//! The learner secret: read from its file, or made on first use beside the ledger.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use subsidy_domain::pseudonym::LearnerSecret;

/// Why there is no learner secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The file is not there.
    #[error(
        "there is no learner secret at {path}; restore it from your safe, a new one would make every learner a stranger"
    )]
    Absent {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// No file is named, and the ledger is on a server.
    #[error("the ledger is on a server, where no secret is kept; name its file with --learner-key")]
    NotNamed,
    /// The file cannot be read or written.
    #[error("the learner secret at {path} cannot be used")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file holds something else.
    #[error("the file {path} holds no learner secret: it must be 64 hexadecimal digits")]
    Malformed {
        /// The file.
        path: PathBuf,
    },
    /// Others can read the file.
    #[error("others can read the learner secret at {path}; make it yours alone (chmod 600)")]
    TooOpen {
        /// The file.
        path: PathBuf,
    },
    /// The machine gives no randomness.
    #[error("no learner secret could be made: {0}")]
    Random(String),
}

/// Returns where the secret of a ledger is kept when nothing else is said: beside it.
#[must_use]
pub fn beside(database: &Path) -> PathBuf {
    crate::beside::beside(database, ".learner.key")
}

/// Reads the secret.
///
/// # Errors
/// See [`SecretError`].
pub fn read(path: &Path) -> Result<LearnerSecret, SecretError> {
    let text = fs::read_to_string(path).map_err(|source| {
        let path = path.to_owned();
        if source.kind() == std::io::ErrorKind::NotFound {
            SecretError::Absent { path }
        } else {
            SecretError::Io { path, source }
        }
    })?;
    LearnerSecret::from_hex(&text).map_err(|_| SecretError::Malformed {
        path: path.to_owned(),
    })
}

/// Reads the secret that is the fund's own, which nobody else may read.
///
/// # Errors
/// See [`SecretError`].
pub fn read_private(path: &Path) -> Result<LearnerSecret, SecretError> {
    let secret = read(path)?;
    if too_open(path) {
        return Err(SecretError::TooOpen {
            path: path.to_owned(),
        });
    }
    Ok(secret)
}

/// Makes a secret of the machine's randomness and writes it where only its owner can read it.
///
/// # Errors
/// See [`SecretError`].
pub fn create(path: &Path) -> Result<LearnerSecret, SecretError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| SecretError::Random(error.to_string()))?;
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    write_private(path, &text).map_err(|source| SecretError::Io {
        path: path.to_owned(),
        source,
    })?;
    Ok(LearnerSecret::new(bytes))
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{text}")?;
    file.sync_all()
}

#[cfg(unix)]
pub(crate) fn too_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(crate) fn too_open(_path: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_read_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = beside(&folder.path().join("fund.db"));
        assert!(matches!(read_private(&path), Err(SecretError::Absent { .. })));
        let made = create(&path).expect("made");
        assert_eq!(
            read_private(&path).expect("read").check_value(),
            made.check_value()
        );
        assert!(create(&path).is_err(), "a secret is never overwritten");
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("open.key");
        create(&path).expect("made");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("set");
        assert!(matches!(read_private(&path), Err(SecretError::TooOpen { .. })));
    }
}
