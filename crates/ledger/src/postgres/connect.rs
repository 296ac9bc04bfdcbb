//! Connections: what is asked of a server before anything is trusted to it, and what each session is set to.

use std::sync::{Mutex, PoisonError};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection};

use super::runtime::Watch;
use super::wire::Fields;
use crate::error::{OpenError, StorageError, StorageKind};
use crate::location::{Location, Server};

/// As many read connections are kept open for the next reader: with more readers than that at once, each opens one of its own every time.
const IDLE_READERS: usize = 32;

/// The oldest server that is known to do what is asked of it.
const OLDEST_SERVER: i64 = 140_000;

/// How long a session waits for a lock before it gives up.
const PATIENCE: &str = "10s";

/// The group role that a session acts as, whoever logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Creates and migrates.
    Owner,
    /// Appends and follows.
    Daemon,
    /// Reads.
    Reader,
}

impl Role {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Owner => "subsidy_owner",
            Self::Daemon => "subsidy_daemon",
            Self::Reader => "subsidy_reader",
        }
    }
}

/// All that a store and its writer share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) server: Server,
    pub(super) role: Role,
    watch: Watch,
    idle: Mutex<Vec<PgConnection>>,
    /// What the repositories of postgres-es take; started when they are first asked.
    pool: Mutex<Option<PgPool>>,
}

/// What went wrong on the wire or in what came over it.
pub(super) enum Failure<E> {
    /// The server or the connection.
    Sql(sqlx::Error),
    /// What was read.
    Found(E),
}

impl<E> From<sqlx::Error> for Failure<E> {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

impl Shared {
    pub(super) fn new(server: &Server, role: Role) -> Result<Self, OpenError> {
        Ok(Self {
            server: server.clone(),
            role,
            watch: Watch::start().map_err(OpenError::Writer)?,
            idle: Mutex::new(Vec::new()),
            pool: Mutex::new(None),
        })
    }

    pub(super) fn wait<F: Future>(&self, work: F) -> F::Output {
        self.watch.wait(work)
    }

    fn options(&self) -> PgConnectOptions {
        self.server
            .options()
            .clone()
            .application_name("subsidyd")
            .disable_statement_logging()
    }

    /// Connects as the login that was given, with no role taken yet.
    pub(super) async fn login(&self) -> Result<PgConnection, sqlx::Error> {
        self.options().connect().await
    }

    /// Connects and sets the session up.
    pub(super) async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        let mut connection = self.login().await?;
        set_up(&mut connection, self.role).await?;
        Ok(connection)
    }

    /// Runs a read on an idle connection, or on a new one. One that was idle may have been cut meanwhile: then, as
    /// nothing was changed and `work` keeps nothing of a failed attempt, it is run once more on a new one.
    pub(super) fn read<R, E>(
        &self,
        mut work: impl AsyncFnMut(&mut PgConnection) -> Result<R, Failure<E>>,
    ) -> Result<R, Failure<E>> {
        self.wait(async {
            if let Some(mut connection) = self.take_idle() {
                match work(&mut connection).await {
                    Err(Failure::Sql(error)) if is_cut(&error) => drop(error),
                    outcome => {
                        self.put_back(connection, &outcome);
                        return outcome;
                    }
                }
            }
            let mut connection = self.connect().await?;
            let outcome = work(&mut connection).await;
            self.put_back(connection, &outcome);
            outcome
        })
    }

    /// Runs a read that hands out what it reads as it goes, and so cannot be run twice: the connection is tried first.
    pub(super) fn read_once<R, E>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<R, Failure<E>>,
    ) -> Result<R, Failure<E>> {
        self.wait(async {
            let mut connection = match self.take_idle() {
                Some(mut idle) => match idle.ping().await {
                    Ok(()) => idle,
                    Err(_) => self.connect().await?,
                },
                None => self.connect().await?,
            };
            let outcome = work(&mut connection).await;
            self.put_back(connection, &outcome);
            outcome
        })
    }

    fn take_idle(&self) -> Option<PgConnection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    /// Keeps a connection for the next reader, unless it failed and may be anywhere.
    fn put_back<R, E>(&self, connection: PgConnection, outcome: &Result<R, Failure<E>>) {
        if outcome.is_ok() {
            let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
            if idle.len() < IDLE_READERS {
                idle.push(connection);
            }
        }
    }

    /// The connections that the repositories of postgres-es take theirs from.
    pub(super) fn pool(&self) -> PgPool {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        pool.get_or_insert_with(|| {
            let role = self.role;
            self.wait(async {
                PgPoolOptions::new()
                    .max_connections(4)
                    .after_connect(move |connection, _| Box::pin(set_up(connection, role)))
                    .connect_lazy_with(self.options())
            })
        })
        .clone()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let pool = self.pool.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        // It ends its tasks on the runtime.
        self.watch.wait(async move { drop(pool) });
    }
}

/// Whether the connection is gone, rather than the statement refused.
pub(super) fn is_cut(error: &sqlx::Error) -> bool {
    if let sqlx::Error::Database(error) = error {
        return error.code().is_some_and(|code| code.starts_with("57P"));
    }
    matches!(
        error,
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed
    )
}

/// Sets a session: the rights of its role and no others, no path, one isolation, and durable commits.
async fn set_up(connection: &mut PgConnection, role: Role) -> Result<(), sqlx::Error> {
    let role = role.name();
    let settings = format!(
        "SET ROLE {role};
         SET search_path = pg_catalog;
         SET default_transaction_isolation = 'read committed';
         SET default_transaction_read_only = off;
         SET lock_timeout = '{PATIENCE}';
         SET TimeZone = 'UTC';
         SET jit = off;
         SELECT set_config('synchronous_commit', 'on', false)
          WHERE current_setting('synchronous_commit') IN ('off', 'local')"
    );
    connection.execute(sqlx::raw_sql(&settings)).await?;
    Ok(())
}

/// What a server and a database say of themselves before a role is taken.
pub(super) async fn check_server(connection: &mut PgConnection, server: &Server) -> Result<(), OpenError> {
    let row = sqlx::query(
        "SELECT current_setting('server_version_num')::bigint, current_setting('fsync'),
                current_setting('full_page_writes'), current_setting('server_encoding')",
    )
    .fetch_one(connection)
    .await
    .map_err(failed("asking the server for its settings"))?;
    let fields = Fields(&row);
    let version = fields.number(0).unwrap_or_default();
    if version < OLDEST_SERVER {
        return Err(OpenError::OldServer {
            found: version / 10_000,
            needed: OLDEST_SERVER / 10_000,
        });
    }
    for (index, setting, wanted) in [
        (1, "fsync", "on"),
        (2, "full_page_writes", "on"),
        (3, "server_encoding", "UTF8"),
    ] {
        let found = fields.text(index).unwrap_or_default();
        if found != wanted {
            return Err(OpenError::Unsafe {
                at: Location::Postgres(server.clone()),
                setting,
                found: found.to_owned(),
                wanted,
            });
        }
    }
    Ok(())
}

/// Refuses a login that may not act as a role.
pub(super) async fn check_role(connection: &mut PgConnection, role: Role) -> Result<(), OpenError> {
    let row =
        sqlx::query("SELECT 1 FROM pg_roles WHERE rolname = $1 AND pg_has_role(current_user, oid, 'MEMBER')")
            .bind(role.name())
            .fetch_optional(connection)
            .await
            .map_err(failed("asking what the login may do"))?;
    match row {
        Some(_) => Ok(()),
        None => Err(OpenError::NotMember { role: role.name() }),
    }
}

/// Tells what the server was asked when it failed.
pub(super) fn failed(doing: &'static str) -> impl Fn(sqlx::Error) -> StorageError {
    move |error| {
        let code = error.as_database_error().and_then(|error| error.code());
        let kind = match code.as_deref().unwrap_or_default() {
            // A lock was held too long, others were in the way, or the server is starting or has no place left.
            "55P03" | "40001" | "40P01" | "53300" | "57P03" => StorageKind::Busy,
            "53100" | "53200" => StorageKind::Full,
            "XX001" | "XX002" => StorageKind::Damaged,
            "58030" => StorageKind::Disk,
            _ => StorageKind::Other,
        };
        StorageError::new(doing, kind, error)
    }
}
