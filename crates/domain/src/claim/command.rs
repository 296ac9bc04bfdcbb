//! What may be asked of a case.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Application, Presented, Share};
use crate::ids::{ApplicationNumber, DecisionRef, EvidenceId, LineRef, Source, Subject};
use crate::money::Euro;
use crate::reason::Reason;

/// What may be asked of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ClaimCommand<P> {
    /// Record a piece of evidence, or a later version of it.
    RecordEvidence {
        /// Its number.
        id: EvidenceId,
        /// Its version.
        version: u32,
        /// What it says.
        proof: P,
        /// Where it came from.
        source: Source,
        /// Today.
        on: Date,
    },
    /// Record an application with what was decided on it so far.
    RecordApplication {
        /// The application.
        application: Application,
        /// Where it came from.
        source: Source,
        /// Today.
        on: Date,
    },
    /// Present a line of an invoice or credit note.
    Present {
        /// The line.
        line: Presented,
        /// Today.
        on: Date,
    },
    /// Judge again what waits, since something outside the case has come.
    Reassess {
        /// Today.
        on: Date,
    },
    /// An officer's decision on a line that waits.
    Settle {
        /// The line.
        line: LineRef,
        /// Allow or refuse.
        verdict: Verdict,
        /// The decision on file.
        decision: DecisionRef,
        /// The officer.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Give a line that waits for a budget line its share of what the board divided (E15).
    Share {
        /// The line.
        line: LineRef,
        /// The share.
        share: Share,
        /// The board's decision.
        decision: DecisionRef,
        /// Today.
        on: Date,
    },
    /// Approve a matched line, as first or second person.
    Approve {
        /// The line.
        line: LineRef,
        /// Who approves.
        by: Approver,
        /// Today.
        on: Date,
    },
}

/// An officer's verdict on what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "oordeel")]
pub enum Verdict {
    /// The obstacle is lifted; only lateness can be.
    Allow,
    /// The line is refused for the reason for which it waits.
    Refuse,
}

/// Who approves: a person, and the account through which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "fiatteur")]
pub struct Approver {
    /// The verified subject: what counts.
    pub subject: Subject,
    /// The account name, for the record: what does not count (E30).
    pub account: String,
}

/// Why a command is refused. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClaimRefusal {
    /// The line is not in this case.
    #[error("line {line} is not in this case")]
    NoSuchLine {
        /// The line.
        line: LineRef,
    },
    /// The line does not stand where the command needs it.
    #[error("line {line} is {state}")]
    WrongState {
        /// The line.
        line: LineRef,
        /// Where it stands.
        state: &'static str,
    },
    /// A rule forbids the act.
    #[error("{reason}")]
    Forbidden {
        /// The rule, with its data.
        reason: Reason,
    },
    /// An officer cannot lift this obstacle.
    #[error("line {line} waits for {reason}, which no officer can allow")]
    CannotBeAllowed {
        /// The line.
        line: LineRef,
        /// For what it waits.
        reason: Box<Reason>,
    },
    /// The application was decided, and is now said to have been decided otherwise.
    #[error(
        "application {application} is known with another decision; settle with its source which one holds"
    )]
    DecidedOtherwise {
        /// The application.
        application: ApplicationNumber,
    },
    /// More is released than is open (I8).
    #[error("{released} is released of application {application}, of which {open} is open")]
    ReleasedTooMuch {
        /// The application.
        application: ApplicationNumber,
        /// What is open.
        open: Euro,
        /// What would be released.
        released: Euro,
    },
    /// The source sent two contents under one version.
    #[error("evidence {evidence} version {version} is known with another content; send a higher version")]
    SameVersionOtherContent {
        /// The evidence.
        evidence: EvidenceId,
        /// The version.
        version: u32,
    },
}
