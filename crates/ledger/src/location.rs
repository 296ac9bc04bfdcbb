//! Where a ledger is kept: read from text at the edge, and never shown with a password in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;

/// Where a ledger is kept.
///
/// ```
/// use subsidy_ledger::Location;
///
/// let file: Location = "sqlite:ledger.db".parse()?;
/// let server: Location = "postgres://subsidyd:secret@db.example/fund".parse()?;
/// assert_eq!(file.to_string(), "sqlite:ledger.db");
/// assert_eq!(server.to_string(), "postgres://subsidyd@db.example:5432/fund");
/// assert!(!format!("{server:?}").contains("secret"));
/// # Ok::<_, subsidy_ledger::LocationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server.
    Postgres(Server),
}

/// A database of a PostgreSQL server, with the login to use.
#[derive(Clone)]
pub struct Server {
    options: Box<PgConnectOptions>,
    shown: String,
}

/// Why a text names no place for a ledger. The text itself is left out: it may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum LocationError {
    /// Neither of the two forms.
    #[error("write sqlite:PATH or postgres://USER@HOST/DATABASE")]
    Form,
    /// The URL cannot be read.
    #[error("the postgres URL cannot be read")]
    Url(#[source] sqlx::Error),
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return match path {
                "" => Err(LocationError::Form),
                path => Ok(Self::Sqlite(PathBuf::from(path))),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(LocationError::Form);
        }
        let options = text.parse().map_err(LocationError::Url)?;
        Ok(Self::Postgres(Server::new(options)))
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::Sqlite(path.to_owned())
    }
}

impl Server {
    fn new(options: PgConnectOptions) -> Self {
        let user = options.get_username();
        let database = options.get_database().unwrap_or(user);
        let port = options.get_port();
        let shown = match options.get_socket() {
            Some(folder) => format!(
                "postgres:///{database}?host={}&port={port}&user={user}",
                folder.display()
            ),
            None => format!("postgres://{user}@{}:{port}/{database}", options.get_host()),
        };
        Self {
            options: Box::new(options),
            shown,
        }
    }

    pub(crate) fn options(&self) -> &PgConnectOptions {
        &self.options
    }
}

/// Two are the same when they name the same database and login; the password is not looked at.
impl PartialEq for Server {
    fn eq(&self, other: &Self) -> bool {
        self.shown == other.shown
    }
}

impl Eq for Server {}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(server) => server.fmt(f),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_another_form_is_refused_and_not_repeated() {
        for text in [
            "ledger.db",
            "sqlite:",
            "mysql://root:secret@host/db",
            "postgres://u:secret@host:port/db",
        ] {
            let error = text.parse::<Location>().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn a_socket_folder_is_shown() {
        let server: Location = "postgres:///fund?host=/run/db&user=u&password=secret"
            .parse()
            .unwrap();
        assert_eq!(
            server.to_string(),
            "postgres:///fund?host=/run/db&port=5432&user=u"
        );
    }
}
