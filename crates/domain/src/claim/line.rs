//! A line of a case: as an invoice presents it, and where it stands.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Award, Hold, Payments, Share};
use crate::iban::Iban;
use crate::ids::{DocumentHash, EvidenceId, LearnerKey, LineRef, Subject};
use crate::money::Euro;
use crate::reason::Reason;
use crate::scheme::ItemCode;

/// A line as an invoice presents it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "gedeclareerde regel")]
pub struct Presented {
    /// Which line.
    pub line: LineRef,
    /// What it is for (BT-155).
    pub item: ItemCode,
    /// The learner, as a pseudonym.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub learner: Option<LearnerKey>,
    /// The number of the evidence that the line refers to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<EvidenceId>,
    /// The date of performance (BT-134).
    pub performed_on: Date,
    /// What is asked, without VAT (BT-131).
    pub claimed: Euro,
    /// The VAT on it.
    #[serde(default, skip_serializing_if = "Euro::is_zero_ref")]
    pub vat: Euro,
    /// The date of the invoice (BT-2).
    pub invoice_date: Date,
    /// The day on which it was received.
    pub received_on: Date,
    /// The accounts on which the invoice asks to be paid (BT-84), of which one was not the payee's registered one; none otherwise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Iban>,
    /// On a credit note: the line that is taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credits: Option<LineRef>,
    /// The document.
    pub document: DocumentHash,
    /// Who handed it in, when known by verified subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submitter: Option<Subject>,
}

/// A line of the case and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// As presented.
    pub presented: Presented,
    /// Where it stands.
    pub state: LineState,
    /// The obstacles that an officer allowed, by code.
    pub allowed: Vec<String>,
    /// What the board gave it of budgets that it divided.
    pub shares: Vec<Share>,
    /// Whether somebody holds it.
    pub hold: Option<Hold>,
    /// Who approved it in part only, and so does not approve it.
    pub cut_by: Option<Subject>,
    /// What was ordered and paid on it.
    pub payments: Payments,
}

/// Where a line stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "status")]
pub enum LineState {
    /// Presented, not yet decided.
    Presented,
    /// Waits for something; resumes by itself or by an officer.
    Parked {
        /// For what.
        reason: Reason,
    },
    /// Refused; can be presented again only as a new line.
    Rejected {
        /// Why.
        reason: Reason,
    },
    /// Matched with evidence and tariff.
    Matched {
        /// What it earns.
        award: Award,
    },
    /// Approved by a first person.
    ApprovedOnce {
        /// What it earns.
        award: Award,
        /// The first approver.
        first: Subject,
    },
    /// Approved by two persons.
    Approved {
        /// What it earns.
        award: Award,
        /// The first approver.
        first: Subject,
        /// The second; nobody where one is enough by the fund's policy.
        second: Option<Subject>,
    },
    /// Matched, then taken back.
    Reversed {
        /// Why.
        reason: Reason,
    },
    /// A credit note's line, dealt with.
    Settled,
}

impl LineState {
    /// Returns the award of a line that stands.
    #[must_use]
    pub const fn award(&self) -> Option<&Award> {
        match self {
            Self::Matched { award } | Self::ApprovedOnce { award, .. } | Self::Approved { award, .. } => {
                Some(award)
            }
            Self::Presented
            | Self::Parked { .. }
            | Self::Rejected { .. }
            | Self::Reversed { .. }
            | Self::Settled => None,
        }
    }

    /// Whether it is approved, by as many as are needed.
    #[must_use]
    pub const fn is_approved(&self) -> bool {
        match self {
            Self::Approved { .. } => true,
            Self::Presented
            | Self::Parked { .. }
            | Self::Rejected { .. }
            | Self::Matched { .. }
            | Self::ApprovedOnce { .. }
            | Self::Reversed { .. }
            | Self::Settled => false,
        }
    }

    pub(super) const fn award_mut(&mut self) -> Option<&mut Award> {
        match self {
            Self::Matched { award } | Self::ApprovedOnce { award, .. } | Self::Approved { award, .. } => {
                Some(award)
            }
            Self::Presented
            | Self::Parked { .. }
            | Self::Rejected { .. }
            | Self::Reversed { .. }
            | Self::Settled => None,
        }
    }

    /// Returns the name of the state.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Presented => "presented",
            Self::Parked { .. } => "parked",
            Self::Rejected { .. } => "rejected",
            Self::Matched { .. } => "matched",
            Self::ApprovedOnce { .. } => "approved_once",
            Self::Approved { .. } => "approved",
            Self::Reversed { .. } => "reversed",
            Self::Settled => "settled",
        }
    }
}
