//! What was recorded, as views and reports read it: any event of the domain, with when and where it was recorded.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::bank::{AccountEvent, StatementEvent};
use crate::budget::BudgetEvent;
use crate::claim::{ClaimEvent, Proof, Rule, Stage};
use crate::counter::CounterEvent;
use crate::document::DocumentEvent;
use crate::fund::FundEvent;
use crate::ids::Brin;
use crate::invoice::InvoiceEvent;
use crate::package::PackageEvent;
use crate::payee::PayeeEvent;
use crate::payment::{BatchEvent, OrderEvent};
use crate::period::PeriodEvent;
use crate::sample::SampleEvent;
use crate::scheme::SchemeCode;
use crate::schemes::branch_exam::BranchExamRule;
use crate::schemes::budget_coach::BudgetCoachRule;
use crate::schemes::career_cheque::CareerChequeRule;
use crate::schemes::cofinancing::CofinancingRule;
use crate::schemes::ev_certification::EvCertificationRule;
use crate::schemes::evc::EvcRule;
use crate::schemes::mbo_exam::MboExamRule;
use crate::schemes::programme::ProgrammeRule;
use crate::schemes::training_day::TrainingDayRule;
use crate::terms::TermsEvent;

/// An event with where and when it was recorded.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its position in the ledger, from 1.
    pub position: u64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The aggregate type of its stream.
    pub kind: String,
    /// The id of its stream.
    pub id: String,
    /// Its place in the stream, from 1.
    pub sequence: u64,
    /// What happened.
    pub event: Event,
}

/// Any event of the domain.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "read one at a time, and most are of the large variant"
)]
pub enum Event {
    /// Something happened to a case; of its evidence the facts that every scheme has.
    Claim(ClaimEvent<ProofFacts>),
    /// To the terms of a scheme.
    Terms(TermsEvent),
    /// To a budget line.
    Budget(BudgetEvent),
    /// To a payee.
    Payee(PayeeEvent),
    /// To a package.
    Package(PackageEvent),
    /// To an invoice.
    Invoice(InvoiceEvent),
    /// To a document.
    Document(DocumentEvent),
    /// To a counter.
    Counter(CounterEvent),
    /// To the fund.
    Fund(FundEvent),
    /// To a payment batch.
    Batch(BatchEvent),
    /// To a payment order.
    Order(OrderEvent),
    /// To a bank statement.
    Statement(StatementEvent),
    /// To the fund's account at its bank.
    Account(AccountEvent),
    /// To a period.
    Period(PeriodEvent),
    /// To an audit sample.
    Sample(SampleEvent),
}

/// What an event happened to, as far as [`Event`] tells it apart: a case is one family, whatever its scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A case.
    Claim,
    /// The terms of a scheme.
    Terms,
    /// A budget line.
    Budget,
    /// A payee.
    Payee,
    /// A package.
    Package,
    /// An invoice.
    Invoice,
    /// A document.
    Document,
    /// A counter.
    Counter,
    /// The fund.
    Fund,
    /// A payment batch.
    Batch,
    /// A payment order.
    Order,
    /// A bank statement.
    Statement,
    /// The fund's account at its bank.
    Account,
    /// A period.
    Period,
    /// An audit sample.
    Sample,
}

impl Family {
    /// Returns the family of an aggregate type; none when this program does not know it in that version.
    #[must_use]
    pub fn of(kind: &str, version: &str) -> Option<Self> {
        if version != crate::aggregate::EVENT_VERSION {
            return None;
        }
        Some(match kind {
            "SchemeTerms" => Self::Terms,
            "BudgetLine" => Self::Budget,
            "Payee" => Self::Payee,
            "PilotPackage" => Self::Package,
            "Invoice" => Self::Invoice,
            "Document" => Self::Document,
            "Counter" => Self::Counter,
            "Fund" => Self::Fund,
            "PaymentBatch" => Self::Batch,
            "PaymentOrder" => Self::Order,
            "BankStatement" => Self::Statement,
            "BankAccount" => Self::Account,
            "Period" => Self::Period,
            "AuditSample" => Self::Sample,
            kind => {
                let mut schemes = SchemeCode::ALL.iter();
                let is_case = schemes.any(|scheme| scheme.facts().aggregate == kind);
                return is_case.then_some(Self::Claim);
            }
        })
    }
}

/// What every piece of evidence says, whatever its scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofFacts {
    /// The scheme under which it can be claimed.
    pub scheme: SchemeCode,
    /// The date of performance.
    pub performed_on: Option<Date>,
    /// Whether it gives entitlement by itself.
    pub entitles: bool,
    /// The school that it entitles.
    pub school: Option<Brin>,
    /// How far it is, when it goes through stages.
    pub stage: Option<Stage>,
}

/// Why a stored payload is no event of the domain.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The aggregate type is not known.
    #[error("unknown aggregate type `{kind}`")]
    UnknownKind {
        /// The type.
        kind: String,
    },
    /// The version is newer than this program.
    #[error("event version {version} of `{kind}` is not known; use a newer program")]
    UnknownVersion {
        /// The type.
        kind: String,
        /// The version.
        version: String,
    },
    /// The payload does not have the form of its type.
    #[error("the payload is no event of `{kind}`")]
    Payload {
        /// The type.
        kind: String,
        /// What the reader found.
        source: serde_json::Error,
    },
}

impl Event {
    /// Reads the event that is stored under an aggregate type.
    ///
    /// # Errors
    /// When type, version or payload is not one of this domain.
    pub fn decode(kind: &str, version: &str, payload: &str) -> Result<Self, DecodeError> {
        if version != crate::aggregate::EVENT_VERSION {
            return Err(DecodeError::UnknownVersion {
                kind: kind.to_owned(),
                version: version.to_owned(),
            });
        }
        let decoded = match kind {
            MboExamRule::AGGREGATE => claim::<MboExamRule>(payload),
            EvcRule::AGGREGATE => claim::<EvcRule>(payload),
            TrainingDayRule::AGGREGATE => claim::<TrainingDayRule>(payload),
            BranchExamRule::AGGREGATE => claim::<BranchExamRule>(payload),
            CareerChequeRule::AGGREGATE => claim::<CareerChequeRule>(payload),
            BudgetCoachRule::AGGREGATE => claim::<BudgetCoachRule>(payload),
            CofinancingRule::AGGREGATE => claim::<CofinancingRule>(payload),
            EvCertificationRule::AGGREGATE => claim::<EvCertificationRule>(payload),
            ProgrammeRule::AGGREGATE => claim::<ProgrammeRule>(payload),
            "SchemeTerms" => plain(payload).map(Self::Terms),
            "BudgetLine" => plain(payload).map(Self::Budget),
            "Payee" => plain(payload).map(Self::Payee),
            "PilotPackage" => plain(payload).map(Self::Package),
            "Invoice" => plain(payload).map(Self::Invoice),
            "Document" => plain(payload).map(Self::Document),
            "Counter" => plain(payload).map(Self::Counter),
            "Fund" => plain(payload).map(Self::Fund),
            "PaymentBatch" => plain(payload).map(Self::Batch),
            "PaymentOrder" => plain(payload).map(Self::Order),
            "BankStatement" => plain(payload).map(Self::Statement),
            "BankAccount" => plain(payload).map(Self::Account),
            "Period" => plain(payload).map(Self::Period),
            "AuditSample" => plain(payload).map(Self::Sample),
            _ => {
                return Err(DecodeError::UnknownKind {
                    kind: kind.to_owned(),
                });
            }
        };
        decoded.map_err(|source| DecodeError::Payload {
            kind: kind.to_owned(),
            source,
        })
    }
}

fn plain<E: DeserializeOwned>(payload: &str) -> Result<E, serde_json::Error> {
    serde_json::from_str(payload)
}

fn claim<R: Rule>(payload: &str) -> Result<Event, serde_json::Error> {
    let event: ClaimEvent<R::Evidence> = serde_json::from_str(payload)?;
    Ok(Event::Claim(event.with_facts()))
}

impl<P: Proof> ClaimEvent<P> {
    /// Returns the event with, of its evidence, the facts that every scheme has.
    #[must_use]
    pub fn with_facts(self) -> ClaimEvent<ProofFacts> {
        let facts = |proof: P| ProofFacts {
            scheme: proof.scheme(),
            performed_on: proof.performed_on(),
            entitles: proof.entitles(),
            school: proof.school().cloned(),
            stage: proof.stage(),
        };
        match self {
            Self::EvidenceRecorded {
                id,
                version,
                proof,
                source,
                on,
            } => ClaimEvent::EvidenceRecorded {
                id,
                version,
                proof: facts(proof),
                source,
                on,
            },
            Self::EvidenceReplaced {
                id,
                version,
                proof,
                source,
                on,
            } => ClaimEvent::EvidenceReplaced {
                id,
                version,
                proof: facts(proof),
                source,
                on,
            },
            Self::ApplicationRecorded {
                application,
                source,
                on,
            } => ClaimEvent::ApplicationRecorded {
                application,
                source,
                on,
            },
            Self::GrantDecided {
                application,
                scheme,
                year,
                decision,
            } => ClaimEvent::GrantDecided {
                application,
                scheme,
                year,
                decision,
            },
            Self::CommitmentReleased {
                application,
                scheme,
                year,
                units,
                release,
            } => ClaimEvent::CommitmentReleased {
                application,
                scheme,
                year,
                units,
                release,
            },
            Self::LinePresented { line } => ClaimEvent::LinePresented { line },
            Self::LineParked {
                line,
                scheme,
                reason,
                on,
            } => ClaimEvent::LineParked {
                line,
                scheme,
                reason,
                on,
            },
            Self::LineAllowed {
                line,
                obstacle,
                share,
                decision,
                by,
                on,
            } => ClaimEvent::LineAllowed {
                line,
                obstacle,
                share,
                decision,
                by,
                on,
            },
            Self::LineRejected { line, reason, by, on } => ClaimEvent::LineRejected { line, reason, by, on },
            Self::LineMatched { line, award } => ClaimEvent::LineMatched { line, award },
            Self::LineApproved {
                line,
                order,
                by,
                payable,
                on,
            } => ClaimEvent::LineApproved {
                line,
                order,
                by,
                payable,
                on,
            },
            Self::LineReversed {
                line,
                reason,
                award,
                approved,
                by,
                on,
            } => ClaimEvent::LineReversed {
                line,
                reason,
                award,
                approved,
                by,
                on,
            },
            Self::LineCut {
                line,
                award,
                amount,
                allocations,
                decision,
                by,
                on,
            } => ClaimEvent::LineCut {
                line,
                award,
                amount,
                allocations,
                decision,
                by,
                on,
            },
            Self::LineHeld { line, hold, by } => ClaimEvent::LineHeld { line, hold, by },
            Self::LineResumed { line, by, on } => ClaimEvent::LineResumed { line, by, on },
            Self::LineSettled {
                line,
                paid_for,
                settlement,
                on,
            } => ClaimEvent::LineSettled {
                line,
                paid_for,
                settlement,
                on,
            },
            Self::LineCredited {
                line,
                of,
                award,
                approved,
                credited,
                amount,
                allocations,
                on,
            } => ClaimEvent::LineCredited {
                line,
                of,
                award,
                approved,
                credited,
                amount,
                allocations,
                on,
            },
        }
    }
}

#[cfg(test)]
mod tests;
