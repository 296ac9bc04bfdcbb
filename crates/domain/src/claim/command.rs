//! What may be asked of a case.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Application, EntryRef, Presented, Recourse, Share, UnpaidCause};
use crate::ids::{
    ApplicationNumber, BatchNumber, ClawbackRef, DecisionRef, EvidenceId, LineRef, Source, Subject,
};
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
    /// What people decide about a line that is matched, or what is to happen to its money.
    Act {
        /// The line.
        line: LineRef,
        /// What.
        act: Act,
        /// Today.
        on: Date,
    },
}

/// What people decide about a line that is matched, or what is to happen to its money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "handeling")]
pub enum Act {
    /// Approve it, as first or second person.
    Approve {
        /// What the invoice earns in all: the fund's policy may ask a second person only above an amount.
        invoice_total: Euro,
        /// Who approves.
        by: Approver,
    },
    /// Approve less than it earns (E14).
    Cut {
        /// What is approved of it.
        to: Euro,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
    },
    /// Refuse it, also when it waits, or send it back to be corrected.
    Object {
        /// Which of both.
        objection: Objection,
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
    },
    /// Hold it: nobody approves or pays it.
    Hold {
        /// The decision on file.
        decision: DecisionRef,
        /// By whom.
        by: Subject,
    },
    /// Go on with a line on hold.
    Resume {
        /// By whom.
        by: Subject,
    },
    /// Something is to happen to its money.
    Money(Money),
}

/// What is to happen to the money of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Money {
    /// Pay it in a batch.
    Order {
        /// The batch.
        batch: BatchNumber,
    },
    /// The bank paid.
    Paid {
        /// The batch.
        batch: BatchNumber,
    },
    /// It was not paid.
    Unpaid {
        /// The batch.
        batch: BatchNumber,
        /// Why.
        cause: UnpaidCause,
    },
    /// Tell the payee how what is owed comes back.
    Announce {
        /// How.
        recourse: Recourse,
        /// By whom.
        by: Subject,
    },
    /// Hold back in a batch what was announced to be held back.
    Offset {
        /// The batch.
        batch: BatchNumber,
    },
    /// The payee paid it back.
    Received {
        /// The entry of the statement.
        entry: EntryRef,
    },
    /// The order in which it was held back was not paid.
    Reopen {
        /// The batch of that order.
        batch: BatchNumber,
    },
    /// Give it up.
    WriteOff {
        /// Under which reference it was asked back.
        reference: ClawbackRef,
        /// Who decides.
        by: Subject,
        /// Who agrees.
        second: Subject,
    },
}

/// Why an officer takes back what was matched, or refuses what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "bezwaar")]
pub enum Objection {
    /// It is refused.
    Refused,
    /// Its sender is to correct it and send it anew.
    ToBeCorrected,
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
    /// What is to be approved is no part of what the line earns.
    #[error(
        "{to} is no part of the {of} that line {line} earns: name more than nothing and less than all, or approve or refuse it whole"
    )]
    NoPart {
        /// The line.
        line: LineRef,
        /// What is to be approved.
        to: Euro,
        /// What the line earns.
        of: Euro,
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
