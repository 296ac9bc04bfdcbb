//! What the driver of the benchmark and the peer tell each other: the commands to run, and how long they took.

pub mod exams;
pub mod stock;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use subsidy_domain::aggregate::BudgetOrder;
use subsidy_domain::claim::Presented;
use subsidy_domain::document::DocumentCommand;
use subsidy_domain::invoice::InvoiceCommand;
use subsidy_domain::package::PackageCommand;

/// A step of the script, one JSON line each: first what was there before the invoices, then each invoice.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Step {
    /// An event from before the invoices.
    Before(Stored),
    /// An invoice, with the commands that its intake gives.
    Document {
        /// The file.
        path: PathBuf,
        /// The commands, in order.
        orders: Vec<Order>,
    },
}

/// An event as it stands in a table of events.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    /// Aggregate type.
    pub kind: String,
    /// Aggregate id.
    pub id: String,
    /// Place in the stream, from 1.
    pub sequence: u64,
    /// Type of the event.
    pub event_type: String,
    /// Version of the event.
    pub event_version: String,
    /// JSON text.
    pub payload: String,
}

/// A command, with the aggregate that it is for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Order {
    /// Receive or park an invoice.
    Invoice {
        /// Aggregate id.
        id: String,
        /// The command.
        command: InvoiceCommand,
    },
    /// Present a line: a claim.
    Present {
        /// Aggregate type of the case.
        kind: String,
        /// Aggregate id.
        id: String,
        /// The line.
        line: Box<Presented>,
        /// The day of intake.
        on: Date,
    },
    /// Fund a pilot day of a package, or give it back.
    Package {
        /// Aggregate id.
        id: String,
        /// The command.
        command: PackageCommand,
    },
    /// Record what became of the document.
    Document {
        /// Aggregate id.
        id: String,
        /// The command.
        command: DocumentCommand,
    },
    /// Book on a budget line.
    Budget {
        /// Aggregate id.
        id: String,
        /// The command.
        order: BudgetOrder,
    },
}

/// What one run came to: printed by each side as the one line of its output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measured {
    /// Invoice lines presented.
    pub claims: u64,
    /// How long the whole took, in microseconds.
    pub micros: u64,
    /// The events that were written, counted by type.
    pub events: BTreeMap<String, u64>,
}

/// What one run of a side of the comparison of ledgers came to: printed as the one line of its output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paced {
    /// What was done, counted: events, lines, records or claims.
    pub count: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The peak memory of the program, in KiB, where it was asked for.
    pub peak_kib: u64,
}

/// Why a script or a result could not be passed on.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeError {
    /// A file could not be read or written.
    #[error("{path} cannot be read or written")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A line is no JSON of this form.
    #[error("a line could not be passed on: build driver and peer anew, from one state of the repository")]
    Line(#[from] serde_json::Error),
}

/// Writes a script.
///
/// # Errors
/// See [`ExchangeError`].
pub fn write_script<'a>(path: &Path, steps: impl Iterator<Item = &'a Step>) -> Result<(), ExchangeError> {
    let cannot = |source| ExchangeError::Io {
        path: path.to_owned(),
        source,
    };
    let mut out = BufWriter::new(File::create(path).map_err(cannot)?);
    for step in steps {
        let line = serde_json::to_string(step)?;
        writeln!(out, "{line}").map_err(cannot)?;
    }
    out.flush().map_err(cannot)
}

/// Reads a script.
///
/// # Errors
/// See [`ExchangeError`].
pub fn read_script(path: &Path) -> Result<Vec<Step>, ExchangeError> {
    let cannot = |source| ExchangeError::Io {
        path: path.to_owned(),
        source,
    };
    BufReader::new(File::open(path).map_err(cannot)?)
        .lines()
        .map(|line| Ok(serde_json::from_str(&line.map_err(cannot)?)?))
        .collect()
}

/// Copies a database as it was prepared, and has it on the disk before anything is timed.
///
/// # Errors
/// See [`ExchangeError`].
pub fn copy_prepared(from: &Path, to: &Path) -> Result<(), ExchangeError> {
    let copy = || {
        std::fs::copy(from, to)?;
        File::open(to)?.sync_all()
    };
    copy().map_err(|source| ExchangeError::Io {
        path: to.to_owned(),
        source,
    })
}
