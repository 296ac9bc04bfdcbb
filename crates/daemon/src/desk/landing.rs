//! From the desk to the ledger: each document closed as a batch, batches handed over in groups, one group in flight.

use std::collections::BTreeMap;

use subsidy_domain::budget::BudgetCommand;
use subsidy_domain::ids::{DocumentHash, Source};
use subsidy_ledger::{Batch, IdempotencyKey, Pending};

use super::{Desk, DeskError, INTAKE};

impl Desk {
    /// Closes the document at hand: books its budget lines and makes it a batch under its key.
    ///
    /// # Errors
    /// When a budget line refuses, which nothing that was admitted can bring about.
    pub(crate) fn close(&mut self, document: Option<&DocumentHash>) -> Result<(), DeskError> {
        for ((line, cause), booking) in std::mem::take(&mut self.bookings) {
            let source = Source {
                document: cause,
                row: None,
            };
            let command = BudgetCommand::Book {
                booking,
                source,
                on: self.moment.day,
            };
            self.decide_line(line, command)??;
            // What was provisional is booked.
            if let Some(booked) = self.lines.get(&line) {
                self.context.budgets.insert(line, booked.clone());
            }
        }
        let appends = std::mem::take(&mut self.appends);
        if appends.is_empty() {
            return Ok(());
        }
        self.batches.push(Batch {
            key: document.map(key_of),
            recorded_at: self.moment.at,
            metadata: BTreeMap::from([("actor".to_owned(), "intake".to_owned())]),
            appends,
        });
        Ok(())
    }

    /// Returns how many events wait to be appended.
    #[must_use]
    pub(crate) fn waiting(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }

    /// Whether nobody else has written since the desk was opened: what it holds of terms, payees and budgets is then what the ledger holds.
    /// All must have landed.
    ///
    /// # Errors
    /// When the ledger cannot be read.
    pub(crate) fn is_alone(&self) -> Result<bool, DeskError> {
        Ok(self.ledger.head()?.size == self.size)
    }

    /// Hands all closed documents over to the ledger, once those before them have landed, and does not wait for these.
    ///
    /// What is decided next builds on them; should they be refused, that is refused with them.
    ///
    /// # Errors
    /// As [`Self::settle`], for the documents before these.
    pub(crate) fn submit(&mut self) -> Result<(), DeskError> {
        self.settle()?;
        let batches = std::mem::take(&mut self.batches);
        if batches.is_empty() {
            return Ok(());
        }
        // What the documents before these have touched can be read from the ledger again: they have landed.
        self.cases.turn();
        self.invoices.turn();
        self.documents.turn();
        self.counters.turn();
        self.batches_of_payment.turn();
        self.orders.turn();
        self.statements.turn();
        self.accounts.turn();
        self.periods.turn();
        self.samples.turn();
        self.landing = Some(self.ledger.submit(batches));
        Ok(())
    }

    /// Waits until all that was handed over is durable.
    ///
    /// # Errors
    /// The first refusal; documents before and after it may have landed, each whole. The desk then holds what never was: open another one.
    pub(crate) fn settle(&mut self) -> Result<(), DeskError> {
        for outcome in self.landing.take().map(Pending::wait).unwrap_or_default() {
            let outcome = outcome.map_err(DeskError::Append)?;
            if !outcome.repeated {
                self.size += outcome.last.0 + 1 - outcome.first.0;
            }
        }
        if self.appends.is_empty() && self.batches.is_empty() {
            self.set_down.clear();
        }
        Ok(())
    }

    /// Appends all closed documents, durably.
    ///
    /// # Errors
    /// As [`Self::settle`].
    pub(crate) fn append(&mut self) -> Result<(), DeskError> {
        self.submit()?;
        self.settle()
    }
}

/// Returns the key under which a document is taken once.
fn key_of(document: &DocumentHash) -> IdempotencyKey {
    let mut content = [0_u8; 32];
    for (byte, pair) in content.iter_mut().zip(document.as_str().as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair)
            .ok()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .unwrap_or(0);
    }
    IdempotencyKey {
        source: INTAKE.to_owned(),
        key: document.as_str().to_owned(),
        content,
    }
}
