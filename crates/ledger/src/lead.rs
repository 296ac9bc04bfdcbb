//! Several programs that follow one ledger: one leads, the others stand by, and nobody polls faster than needed.

use std::thread::sleep;
use std::time::Duration;

use crate::error::ReadError;
use crate::event::Position;
use crate::ledger::Ledger;
use crate::postgres;
use crate::store::Store;

/// How often a file is looked at: it cannot call.
const LOOK: Duration = Duration::from_millis(200);

/// The lead in following a ledger, held until this is dropped or its session dies.
///
/// It saves work and is not what keeps views right: two that follow at once overtake each other and save nothing twice.
#[derive(Debug)]
pub struct Lead(Held);

#[derive(Debug)]
enum Held {
    /// A file has no sessions: whoever asks may follow.
    File,
    Session(postgres::Lead),
}

impl Lead {
    /// Tells whether the lead is still held; if not, ask for it again.
    pub fn holds(&mut self) -> bool {
        match &mut self.0 {
            Held::File => true,
            Held::Session(lead) => lead.holds(),
        }
    }
}

/// Waits for records, on a session of its own where the database can call.
#[derive(Debug)]
pub struct Waiting<'a> {
    ledger: &'a Ledger,
    listener: Option<postgres::Listener>,
}

impl Ledger {
    /// Takes the lead in following; none while another program has it.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn lead(&self) -> Result<Option<Lead>, ReadError> {
        match &self.store {
            Store::Sqlite(_) => Ok(Some(Lead(Held::File))),
            Store::Postgres(store) => Ok(store.lead()?.map(|lead| Lead(Held::Session(lead)))),
        }
    }

    /// Returns what waits for records.
    #[must_use]
    pub fn waiting(&self) -> Waiting<'_> {
        Waiting {
            ledger: self,
            listener: None,
        }
    }
}

impl Waiting<'_> {
    /// Waits until there are records beyond a position, or until patience ends; returns the last position.
    ///
    /// A call of the database shortens the wait; what is true is what is read after it.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn beyond(&mut self, after: Position, patience: Duration) -> Result<Position, ReadError> {
        let mut left = patience;
        loop {
            let last = self.ledger.head()?.position();
            if last > after || left.is_zero() {
                return Ok(last);
            }
            match &self.ledger.store {
                Store::Sqlite(_) => {
                    sleep(LOOK.min(left));
                    left = left.saturating_sub(LOOK);
                }
                Store::Postgres(store) => {
                    let listening = self.listener.is_some();
                    store.hint(&mut self.listener, left)?;
                    if listening {
                        left = Duration::ZERO;
                    }
                }
            }
        }
    }
}
