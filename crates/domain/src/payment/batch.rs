//! A payment batch: proposed, released by a third person, or withdrawn.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fund::OwnAccount;
use crate::ids::{BatchNumber, Subject};
use crate::money::Euro;
use crate::reason::Reason;

/// What a batch is to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "betaalvoorstel")]
pub struct BatchProposal {
    /// Its number.
    pub number: BatchNumber,
    /// The day on which the bank is to pay.
    pub execute_on: Date,
    /// The account from which it pays.
    pub account: OwnAccount,
    /// How many orders pay something.
    pub orders: u32,
    /// How many lines are paid by all orders, those included whose payee has nothing left after offset.
    pub lines: u32,
    /// What the orders pay together: the control sum.
    pub total: Euro,
    /// What is held back of clawbacks.
    pub offset: Euro,
    /// The SHA-256 over its orders, each as recorded: number of lines, amounts, account; in lower case hexadecimal.
    pub digest: String,
}

/// What may be asked of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchCommand {
    /// Propose it, once.
    Propose {
        /// What it is to pay.
        proposal: BatchProposal,
        /// Everybody who approved a line of it as last person: none of them releases it.
        approvers: BTreeSet<Subject>,
        /// Who proposes.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Release it: from now on it may go to the bank.
    Release {
        /// Who releases.
        by: Subject,
        /// Now: the moment of creation in the payment file.
        at: Timestamp,
        /// Today.
        on: Date,
    },
    /// Withdraw it before release: its lines can be paid in another.
    Withdraw {
        /// Who withdraws.
        by: Subject,
        /// Today.
        on: Date,
    },
}

/// What can have happened to a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BatchEvent {
    /// It was proposed; its orders were placed in the same append.
    BatchProposed {
        /// What it is to pay.
        proposal: BatchProposal,
        /// Who proposed.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// Somebody approved a line of it as last person, and does not release it: told of each person, in the append of the proposal.
    ReleaseBarred {
        /// Its number.
        number: BatchNumber,
        /// Who.
        subject: Subject,
        /// The day.
        on: Date,
    },
    /// It was released.
    BatchReleased {
        /// Its number.
        number: BatchNumber,
        /// Who released.
        by: Subject,
        /// The moment.
        at: Timestamp,
        /// The day.
        on: Date,
    },
    /// It was withdrawn; its orders were withdrawn in the same append.
    BatchWithdrawn {
        /// Its number.
        number: BatchNumber,
        /// Who withdrew.
        by: Subject,
        /// The day.
        on: Date,
    },
}

/// Why a batch refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchRefusal {
    /// There is no such batch.
    #[error("there is no batch of that number; propose one first")]
    Unknown,
    /// Its number is taken by another proposal.
    #[error("batch {number} was proposed already; take the next number")]
    NumberTaken {
        /// The number.
        number: BatchNumber,
    },
    /// It is not where the command needs it.
    #[error("batch {number} is {state}")]
    WrongState {
        /// The number.
        number: BatchNumber,
        /// Where it stands.
        state: &'static str,
    },
    /// It would pay nothing.
    #[error("nothing is approved and unpaid; a batch of nothing is not made")]
    Nothing,
    /// I5: a person acts twice where two must act.
    #[error("{reason}")]
    Forbidden {
        /// The rule, with its data.
        reason: Reason,
    },
}

/// Where a batch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "status van batch")]
pub enum BatchState {
    /// It waits for release.
    Proposed,
    /// It may go to the bank.
    Released,
    /// It pays nothing.
    Withdrawn,
}

impl BatchState {
    /// Returns the name of the state.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Released => "released",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A payment batch: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "betaalbatch")]
pub struct PaymentBatch(Option<Held>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    proposal: BatchProposal,
    by: Subject,
    /// Who approved a line of it as last person.
    barred: BTreeSet<Subject>,
    state: BatchState,
    released: Option<(Subject, Timestamp)>,
}

impl PaymentBatch {
    /// Returns what it is to pay, once proposed.
    #[must_use]
    pub fn proposal(&self) -> Option<&BatchProposal> {
        self.0.as_ref().map(|held| &held.proposal)
    }

    /// Returns where it stands, once proposed.
    #[must_use]
    pub fn state(&self) -> Option<BatchState> {
        self.0.as_ref().map(|held| held.state)
    }

    /// Returns the moment of its release.
    #[must_use]
    pub fn released_at(&self) -> Option<Timestamp> {
        let (_, at) = self.0.as_ref()?.released.as_ref()?;
        Some(*at)
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When its number is taken, it stands elsewhere, or a person would act twice (I5).
    pub fn decide(&self, command: &BatchCommand) -> Result<Vec<BatchEvent>, BatchRefusal> {
        match command {
            BatchCommand::Propose {
                proposal,
                approvers,
                by,
                on,
            } => {
                let number = proposal.number.clone();
                if self.0.is_some() {
                    return Err(BatchRefusal::NumberTaken { number });
                }
                if proposal.lines == 0 {
                    return Err(BatchRefusal::Nothing);
                }
                let proposed = BatchEvent::BatchProposed {
                    proposal: proposal.clone(),
                    by: by.clone(),
                    on: *on,
                };
                let barred = approvers.iter().map(|subject| BatchEvent::ReleaseBarred {
                    number: number.clone(),
                    subject: subject.clone(),
                    on: *on,
                });
                Ok(std::iter::once(proposed).chain(barred).collect())
            }
            BatchCommand::Release { by, at, on } => {
                let held = self.proposed()?;
                if held.by == *by || held.barred.contains(by) {
                    return Err(BatchRefusal::Forbidden {
                        reason: Reason::SelfApproval { subject: by.clone() },
                    });
                }
                Ok(vec![BatchEvent::BatchReleased {
                    number: held.proposal.number.clone(),
                    by: by.clone(),
                    at: *at,
                    on: *on,
                }])
            }
            BatchCommand::Withdraw { by, on } => {
                let held = self.proposed()?;
                Ok(vec![BatchEvent::BatchWithdrawn {
                    number: held.proposal.number.clone(),
                    by: by.clone(),
                    on: *on,
                }])
            }
        }
    }

    fn proposed(&self) -> Result<&Held, BatchRefusal> {
        let held = self.0.as_ref().ok_or(BatchRefusal::Unknown)?;
        match held.state {
            BatchState::Proposed => Ok(held),
            BatchState::Released | BatchState::Withdrawn => Err(BatchRefusal::WrongState {
                number: held.proposal.number.clone(),
                state: held.state.as_str(),
            }),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: BatchEvent) {
        match event {
            BatchEvent::BatchProposed { proposal, by, .. } => {
                self.0 = Some(Held {
                    proposal,
                    by,
                    barred: BTreeSet::new(),
                    state: BatchState::Proposed,
                    released: None,
                });
            }
            BatchEvent::ReleaseBarred { subject, .. } => {
                if let Some(held) = &mut self.0 {
                    held.barred.insert(subject);
                }
            }
            BatchEvent::BatchReleased { by, at, .. } => {
                if let Some(held) = &mut self.0 {
                    held.state = BatchState::Released;
                    held.released = Some((by, at));
                }
            }
            BatchEvent::BatchWithdrawn { .. } => {
                if let Some(held) = &mut self.0 {
                    held.state = BatchState::Withdrawn;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testkit;

    const DAY: Date = date(2023, 3, 31);

    fn person(name: &str) -> Subject {
        name.parse().expect("a subject")
    }

    fn proposal(lines: u32) -> BatchProposal {
        BatchProposal {
            number: "2023-0001".parse().expect("a number"),
            execute_on: DAY,
            account: testkit::own_account(),
            orders: 1,
            lines,
            total: Euro::from_cents(12_350),
            offset: Euro::ZERO,
            digest: "00".repeat(32),
        }
    }

    fn tell(batch: &mut PaymentBatch, command: &BatchCommand) -> Result<usize, BatchRefusal> {
        let events = batch.decide(command)?;
        let count = events.len();
        for event in events {
            batch.evolve(event);
        }
        Ok(count)
    }

    fn proposed() -> PaymentBatch {
        let mut batch = PaymentBatch::default();
        let command = BatchCommand::Propose {
            proposal: proposal(1),
            approvers: BTreeSet::from([person("approver-2")]),
            by: person("payer"),
            on: DAY,
        };
        tell(&mut batch, &command).expect("proposed");
        batch
    }

    fn release(by: &str) -> BatchCommand {
        BatchCommand::Release {
            by: person(by),
            at: Timestamp::UNIX_EPOCH,
            on: DAY,
        }
    }

    #[test]
    fn i5_neither_who_proposed_a_batch_nor_who_approved_last_releases_it() {
        for subject in ["payer", "approver-2"] {
            let reason = Reason::SelfApproval {
                subject: person(subject),
            };
            assert_eq!(
                proposed().decide(&release(subject)),
                Err(BatchRefusal::Forbidden { reason })
            );
        }
        assert!(proposed().decide(&release("releaser")).is_ok());
    }

    #[test]
    fn a_released_batch_is_neither_released_again_nor_withdrawn() {
        let mut batch = proposed();
        tell(&mut batch, &release("releaser")).expect("released");
        let wrong = Err(BatchRefusal::WrongState {
            number: proposal(1).number,
            state: "released",
        });
        assert_eq!(tell(&mut batch, &release("releaser")), wrong);
        let withdraw = BatchCommand::Withdraw {
            by: person("payer"),
            on: DAY,
        };
        assert_eq!(tell(&mut batch, &withdraw), wrong);
    }

    #[test]
    fn a_number_is_used_once_and_a_batch_of_nothing_is_not_made() {
        let again = BatchCommand::Propose {
            proposal: proposal(1),
            approvers: BTreeSet::from([person("approver-2")]),
            by: person("payer"),
            on: DAY,
        };
        let number = proposal(1).number;
        assert_eq!(
            proposed().decide(&again),
            Err(BatchRefusal::NumberTaken { number })
        );
        let nothing = BatchCommand::Propose {
            proposal: proposal(0),
            approvers: BTreeSet::from([person("approver-2")]),
            by: person("payer"),
            on: DAY,
        };
        assert_eq!(
            PaymentBatch::default().decide(&nothing),
            Err(BatchRefusal::Nothing)
        );
    }
}
