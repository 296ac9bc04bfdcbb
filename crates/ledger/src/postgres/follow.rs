//! Following in turn: who leads, and when there is something to follow.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Connection, PgConnection};

use super::PostgresStore;
use super::connect::{Failure, Shared};
use super::read::Read;
use crate::error::ReadError;

/// The channel on which each commit of a group tells the ledger's new size.
const CHANNEL: &str = "subsidy_ledger";

/// The lock that the leader's session holds: "subl" in ASCII.
const LEADER: i64 = 0x7375_626c;

/// A session that holds the lock of the leader. When it dies, the server lets another session have it.
#[derive(Debug)]
pub(crate) struct Lead {
    shared: Arc<Shared>,
    connection: Option<PgConnection>,
}

impl PostgresStore {
    /// Takes the lead, if nobody has it.
    pub(crate) fn lead(&self) -> Result<Option<Lead>, ReadError> {
        let taken: Read<Option<PgConnection>> = self.shared.wait(async {
            let mut connection = self.shared.connect().await?;
            let taken: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
                .bind(LEADER)
                .fetch_one(&mut connection)
                .await?;
            if taken {
                return Ok(Some(connection));
            }
            connection.close().await?;
            Ok(None)
        });
        let taken = taken.map_err(|error| error.read_error("asking who leads"))?;
        Ok(taken.map(|connection| Lead {
            shared: Arc::clone(&self.shared),
            connection: Some(connection),
        }))
    }

    /// Waits for a hint that something was appended, and no longer than that long.
    pub(crate) fn hint(&self, listener: &mut Option<Listener>, patience: Duration) -> Result<(), ReadError> {
        let heard: Read<()> = self.shared.wait(async {
            let Some(session) = listener.as_mut().and_then(|listener| listener.session.as_mut()) else {
                // What was appended before this was not told: the caller looks once more before it waits.
                let mut session = PgListener::connect_with(&self.shared.pool()).await?;
                session.listen(CHANNEL).await?;
                *listener = Some(Listener {
                    shared: Arc::clone(&self.shared),
                    session: Some(session),
                });
                return Ok(());
            };
            // A hint that was cut off, or that never comes, is no error: the caller looks for itself.
            drop(tokio::time::timeout(patience, session.recv()).await);
            Ok(())
        });
        heard.map_err(|error: Failure<_>| error.read_error("listening for appends"))
    }
}

/// A session that listens.
#[derive(Debug)]
pub(crate) struct Listener {
    shared: Arc<Shared>,
    /// Taken only when dropped.
    session: Option<PgListener>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let session = self.session.take();
        // It hands its connection back by a task of the runtime.
        self.shared.wait(async move { drop(session) });
    }
}

impl Lead {
    /// Whether the session still stands, and with it the lead.
    pub(crate) fn holds(&mut self) -> bool {
        let shared = Arc::clone(&self.shared);
        let Some(connection) = &mut self.connection else {
            return false;
        };
        let holds = shared.wait(connection.ping()).is_ok();
        if !holds {
            self.connection = None;
        }
        holds
    }
}
