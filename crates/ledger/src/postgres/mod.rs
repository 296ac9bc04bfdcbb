//! The ledger in a database of a PostgreSQL server.
//!
//! One connection writes; a group of batches is one call of one function of the database, which compares the head
//! with the one that the group was planned on and moves it. So several daemons may write: who loses the race plans
//! again. Each session acts as a group role that can do no more than its work needs.

mod append;
mod connect;
mod follow;
mod guards;
mod proof;
mod read;
mod runtime;
mod schema;
mod verify;
mod views;
mod wire;

use std::io;
use std::sync::Arc;

use sqlx::PgConnection;

use self::connect::{Role, Shared, check_role, check_server, failed};
pub(crate) use self::follow::{Lead, Listener};
pub(crate) use self::schema::{migrate, status};
use crate::error::{OpenError, StorageError, StorageKind};
use crate::ledger::Opening;
use crate::location::Server;
use crate::plan::HeadState;

/// The reading side: connections that only read.
#[derive(Debug)]
pub(crate) struct PostgresStore {
    shared: Arc<Shared>,
}

/// The writing side: the one connection of this process that appends.
#[derive(Debug)]
pub(crate) struct PostgresWriter {
    shared: Arc<Shared>,
    connection: Option<PgConnection>,
    /// The head as this writer left it; none where it is not known to stand.
    head: Option<HeadState>,
    /// The server's disk failed under this writer: what it holds is in doubt, and nothing more is written.
    disk_failed: bool,
}

impl PostgresWriter {
    /// Refuses to write where the server's disk has failed before.
    fn usable(&self, doing: &'static str) -> Result<(), StorageError> {
        if self.disk_failed {
            let cause = io::Error::other("the server reported an I/O error: open the ledger again");
            return Err(StorageError::new(doing, StorageKind::Disk, cause));
        }
        Ok(())
    }

    /// Remembers that the server's disk failed under what was just done.
    fn note<T>(&mut self, outcome: Result<T, StorageError>) -> Result<T, StorageError> {
        outcome.inspect_err(|error| self.disk_failed |= error.kind == StorageKind::Disk)
    }
}

/// Opens the database for reading and writing, or makes it a ledger when that is asked for.
pub(crate) fn open(server: &Server, opening: Opening) -> Result<(PostgresStore, PostgresWriter), OpenError> {
    let shared = Arc::new(Shared::new(server, Role::Daemon)?);
    shared.wait(async {
        let mut login = shared.login().await.map_err(failed("connecting"))?;
        check_server(&mut login, server).await?;
        if opening == Opening::Create && schema::found(&mut login, server).await?.is_none() {
            schema::run(&mut login).await?;
        }
        schema::check(&mut login, server).await?;
        check_role(&mut login, Role::Daemon).await
    })?;
    let writer = PostgresWriter {
        shared: Arc::clone(&shared),
        connection: None,
        head: None,
        disk_failed: false,
    };
    Ok((PostgresStore { shared }, writer))
}

/// Opens the database for reading only, as whichever of the two roles the login has.
pub(crate) fn open_read_only(server: &Server) -> Result<PostgresStore, OpenError> {
    let asking = Shared::new(server, Role::Reader)?;
    let role = asking.wait(async {
        let mut login = asking.login().await.map_err(failed("connecting"))?;
        check_server(&mut login, server).await?;
        schema::check(&mut login, server).await?;
        Ok::<_, OpenError>(match check_role(&mut login, Role::Reader).await {
            Ok(()) => Role::Reader,
            Err(_) => {
                check_role(&mut login, Role::Daemon).await?;
                Role::Daemon
            }
        })
    })?;
    let shared = Arc::new(Shared::new(server, role)?);
    Ok(PostgresStore { shared })
}
