//! The claim: one case, its evidence and the invoice lines that ask for it, from presented to settled.
//!
//! Every scheme has the same lifecycle, written here once. What differs, the evidence and when it gives entitlement, is a
//! [`Rule`]; [`crate::schemes`] has one for each. A case's stream is derived from who or what the entitlement belongs to, so
//! the same entitlement asked for twice, by two invoices or two schools, meets itself here.

mod application;
mod assess;
pub mod award;
pub mod command;
mod course;
pub mod event;
#[cfg(test)]
mod laws;
mod line;
mod rule;
pub mod settlement;
mod turn;

use serde::{Deserialize, Serialize};

pub use self::application::{Application, GrantDecision, HeldApplication, Release};
pub use self::award::{AmountRule, Award, Drawn, Earned};
pub use self::command::{Act, Approver, ClaimCommand, ClaimRefusal, Money, Objection, Verdict};
pub use self::event::{ApprovalOrder, ClaimEvent, Payable};
pub use self::line::{Line, LineState, Presented};
pub use self::rule::{Proof, Rule, Stage};
pub use self::settlement::{
    EntryRef, Hold, Manner, PaidFor, Payment, Payments, Recourse, Recovery, Settlement, UnpaidCause,
};
pub use self::turn::Share;

use self::course::Course;
use crate::context::Context;
use crate::few::Few;
use crate::ids::{ApplicationNumber, EvidenceId, LineRef, Source, Subject};
use crate::money::Euro;
use crate::reason::Reason;

/// A case of one scheme rule: the aggregate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
#[doc(alias = "declaratie")]
pub struct Claim<R: Rule> {
    evidence: Few<EvidenceId, Evidence<R::Evidence>>,
    applications: Few<ApplicationNumber, HeldApplication>,
    lines: Few<LineRef, Line>,
}

impl<R: Rule> Default for Claim<R> {
    fn default() -> Self {
        Self {
            evidence: Few::default(),
            applications: Few::default(),
            lines: Few::default(),
        }
    }
}

/// Evidence as held: the highest version known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence<P> {
    /// Its version; a higher one replaces a lower.
    pub version: u32,
    /// What it says.
    pub proof: P,
    /// Where it came from.
    pub source: Source,
}

impl<R: Rule> Claim<R> {
    /// Returns the evidence of that number.
    #[must_use]
    pub fn evidence(&self, id: &EvidenceId) -> Option<&R::Evidence> {
        self.evidence.get(id).map(|held| &held.proof)
    }

    /// Returns all evidence of the case, by number.
    pub fn all_evidence(&self) -> impl Iterator<Item = (&EvidenceId, &R::Evidence)> + Clone {
        self.evidence.iter().map(|(id, held)| (id, &held.proof))
    }

    /// Returns an application of the case.
    #[must_use]
    pub fn application(&self, number: &ApplicationNumber) -> Option<&HeldApplication> {
        self.applications.get(number)
    }

    /// Returns all applications of the case.
    pub fn applications(&self) -> impl Iterator<Item = &HeldApplication> {
        self.applications.values()
    }

    /// Returns a line of the case.
    #[must_use]
    pub fn line(&self, line: &LineRef) -> Option<&Line> {
        self.lines.get(line)
    }

    /// Returns all lines of the case.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.values()
    }

    /// Decides what a command brings about, judged against `context`.
    ///
    /// # Errors
    /// When the command itself is refused; a refused *line* is an event.
    pub fn decide(
        &self,
        command: ClaimCommand<R::Evidence>,
        context: &Context,
    ) -> Result<Vec<ClaimEvent<R::Evidence>>, ClaimRefusal> {
        let mut course = Course::<R>::new(self.clone(), context);
        match command {
            ClaimCommand::RecordEvidence {
                id,
                version,
                proof,
                source,
                on,
            } => {
                course.record_evidence(id, version, proof, source, on)?;
            }
            ClaimCommand::RecordApplication {
                application,
                source,
                on,
            } => {
                course.record_application(application, source, on)?;
            }
            ClaimCommand::Present { line, on } => course.present(line, on),
            ClaimCommand::Reassess { on } => course.resume(on),
            ClaimCommand::Settle {
                line,
                verdict,
                decision,
                by,
                on,
            } => {
                course.settle(line, verdict, decision, by, on)?;
            }
            ClaimCommand::Share {
                line,
                share,
                decision,
                on,
            } => course.share(line, share, decision, on)?,
            ClaimCommand::Act { line, act, on } => match act {
                Act::Approve { invoice_total, by } => course.approve(line, invoice_total, by, on)?,
                Act::Cut { to, decision, by } => course.cut(line, to, decision, by, on)?,
                Act::Object {
                    objection,
                    decision,
                    by,
                } => course.object(line, objection, decision, by, on)?,
                Act::Hold { decision, by } => course.hold(line, decision, by, on)?,
                Act::Resume { by } => course.release_hold(line, by, on)?,
                Act::Money(money) => course.money(line, money, on)?,
            },
        }
        Ok(course.into_events())
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: ClaimEvent<R::Evidence>) {
        match event {
            ClaimEvent::EvidenceRecorded {
                id,
                version,
                proof,
                source,
                ..
            }
            | ClaimEvent::EvidenceReplaced {
                id,
                version,
                proof,
                source,
                ..
            } => {
                self.evidence.insert(
                    id,
                    Evidence {
                        version,
                        proof,
                        source,
                    },
                );
            }
            ClaimEvent::ApplicationRecorded { application, .. } => {
                let number = application.number.clone();
                self.applications.insert(
                    number,
                    HeldApplication {
                        application,
                        open: Euro::ZERO,
                    },
                );
            }
            ClaimEvent::GrantDecided {
                application,
                decision,
                ..
            } => {
                if let Some(held) = self.applications.get_mut(&application) {
                    if let GrantDecision::Granted { amount, .. } = &decision {
                        held.open = *amount;
                    }
                    held.application.decision = Some(decision);
                }
            }
            ClaimEvent::CommitmentReleased {
                application, release, ..
            } => {
                if let Some(held) = self.applications.get_mut(&application) {
                    held.open -= release.amount;
                    held.application.release = Some(release);
                }
            }
            ClaimEvent::LinePresented { line } => {
                let key = line.line.clone();
                self.lines.insert(
                    key,
                    Line {
                        presented: line,
                        state: LineState::Presented,
                        allowed: Vec::new(),
                        shares: Vec::new(),
                        hold: None,
                        cut_by: None,
                        payments: Payments::default(),
                    },
                );
            }
            ClaimEvent::LineParked { line, reason, .. } => self.set(&line, LineState::Parked { reason }),
            ClaimEvent::LineAllowed {
                line,
                obstacle,
                share,
                ..
            } => {
                if let Some(held) = self.lines.get_mut(&line) {
                    held.allowed.push(obstacle);
                    held.shares.extend(share);
                }
            }
            ClaimEvent::LineRejected { line, reason, .. } => self.set(&line, LineState::Rejected { reason }),
            ClaimEvent::LineMatched { line, award } => {
                if let Some((number, drawn)) = award.application.as_ref().zip(award.drawn.as_ref())
                    && let Some(held) = self.applications.get_mut(number)
                {
                    held.open -= drawn.quantity.amount;
                }
                self.set(&line, LineState::Matched { award });
            }
            ClaimEvent::LineApproved { line, order, by, .. } => {
                self.evolve_approval(&line, order, by.subject);
            }
            ClaimEvent::LineCut {
                line,
                award,
                amount,
                allocations,
                by,
                ..
            } => {
                self.reopen(&award, amount);
                if let Some(held) = self.lines.get_mut(&line) {
                    if let Some(award) = held.state.award_mut() {
                        award.cut(&allocations);
                    }
                    held.cut_by = Some(by);
                }
            }
            ClaimEvent::LineHeld { line, hold, .. } => {
                if let Some(held) = self.lines.get_mut(&line) {
                    held.hold = Some(hold);
                }
            }
            ClaimEvent::LineResumed { line, .. } => {
                if let Some(held) = self.lines.get_mut(&line) {
                    held.hold = None;
                }
            }
            ClaimEvent::LineSettled {
                line,
                paid_for,
                settlement,
                on,
            } => {
                if let Some(held) = self.lines.get_mut(&line) {
                    held.payments.evolve(&paid_for, &settlement, on);
                }
            }
            ClaimEvent::LineReversed {
                line, reason, award, ..
            } => {
                self.reopen(&award, award.amount);
                self.set(&line, LineState::Reversed { reason });
            }
            ClaimEvent::LineCredited {
                line,
                of,
                award,
                credited,
                amount,
                allocations,
                ..
            } => {
                self.set(&line, LineState::Settled);
                if let Some(award) = award {
                    self.reopen(&award, amount);
                }
                if let Some(award) = self.lines.get_mut(&of).and_then(|held| held.state.award_mut()) {
                    award.credit(credited, &allocations);
                    if award.amount.is_zero() {
                        self.set(
                            &of,
                            LineState::Reversed {
                                reason: Reason::Credited { by: line },
                            },
                        );
                    }
                }
            }
        }
    }

    /// What goes back to the commitment of an award when `amount` of it is taken back is open again.
    fn reopen(&mut self, award: &Award, amount: Euro) {
        if let Some((number, returned)) = award.application.as_ref().zip(award.returned(amount))
            && let Some(held) = self.applications.get_mut(number)
        {
            held.open += returned.quantity.amount;
        }
    }

    fn evolve_approval(&mut self, line: &LineRef, order: ApprovalOrder, by: Subject) {
        let Some(held) = self.lines.get_mut(line) else {
            return;
        };
        held.state = match (std::mem::replace(&mut held.state, LineState::Presented), order) {
            (LineState::Matched { award }, ApprovalOrder::First) => {
                LineState::ApprovedOnce { award, first: by }
            }
            (LineState::ApprovedOnce { award, first }, ApprovalOrder::Second) => LineState::Approved {
                award,
                first,
                second: Some(by),
            },
            (LineState::Matched { award }, ApprovalOrder::Sole) => LineState::Approved {
                award,
                first: by,
                second: None,
            },
            (other, _) => other,
        };
    }

    fn set(&mut self, line: &LineRef, state: LineState) {
        if let Some(held) = self.lines.get_mut(line) {
            held.state = state;
        }
    }
}
