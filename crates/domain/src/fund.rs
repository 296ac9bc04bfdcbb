//! The fund itself: the secret of its pseudonyms, the account from which it pays, and when one approval is enough.

use serde::{Deserialize, Serialize};

use crate::iban::Iban;
use crate::ids::{DecisionRef, Provenance};
use crate::money::Euro;

/// The account from which the fund pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "eigen rekening")]
pub struct OwnAccount {
    /// The exact name of the account holder.
    pub name: String,
    /// The account.
    pub iban: Iban,
    /// The bank's code, where the bank asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bic: Option<String>,
}

/// What may be asked of the fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FundCommand {
    /// Use the secret with this check value.
    UseLearnerSecret {
        /// See [`crate::pseudonym::LearnerSecret::check_value`].
        check: String,
    },
    /// Pay from this account from now on.
    UseAccount {
        /// The account.
        account: OwnAccount,
        /// The board's decision.
        decision: DecisionRef,
        /// Public or fixture.
        provenance: Provenance,
    },
    /// Ask a second approval only of invoices that earn more than this; nothing: always.
    SetApprovals {
        /// Up to which amount one approval is enough.
        one_up_to: Option<Euro>,
        /// The board's decision.
        decision: DecisionRef,
    },
}

/// What can have happened to the fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FundEvent {
    /// The secret for pseudonyms was taken into use.
    LearnerSecretAdopted {
        /// Its check value, from which it cannot be derived.
        check: String,
    },
    /// The fund pays from this account.
    AccountAdopted {
        /// The account.
        account: OwnAccount,
        /// The board's decision.
        decision: DecisionRef,
        /// Public or fixture.
        provenance: Provenance,
    },
    /// When one approval is enough was decided.
    ApprovalsSet {
        /// Up to which amount; nothing: two are always needed.
        one_up_to: Option<Euro>,
        /// The board's decision.
        decision: DecisionRef,
    },
}

/// Why the fund refuses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FundRefusal {
    /// Another secret would make one learner two, and pay twice.
    #[error("this ledger was made with another learner secret (check value {held}, given {given})")]
    AnotherSecret {
        /// Check value of the ledger's secret.
        held: String,
        /// Check value of the one given.
        given: String,
    },
}

/// The fund: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "fonds")]
pub struct Fund {
    check: Option<String>,
    account: Option<OwnAccount>,
    one_approval_up_to: Option<Euro>,
}

impl Fund {
    /// Returns the account from which it pays.
    #[must_use]
    pub const fn account(&self) -> Option<&OwnAccount> {
        self.account.as_ref()
    }

    /// Returns up to which amount of an invoice one approval is enough; nothing: two are always needed.
    #[must_use]
    pub const fn one_approval_up_to(&self) -> Option<Euro> {
        self.one_approval_up_to
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When the ledger was made with another secret.
    pub fn decide(&self, command: &FundCommand) -> Result<Vec<FundEvent>, FundRefusal> {
        match command {
            FundCommand::UseLearnerSecret { check } => match &self.check {
                None => Ok(vec![FundEvent::LearnerSecretAdopted { check: check.clone() }]),
                Some(held) if held == check => Ok(vec![]),
                Some(held) => Err(FundRefusal::AnotherSecret {
                    held: held.clone(),
                    given: check.clone(),
                }),
            },
            FundCommand::UseAccount { account, .. } if self.account.as_ref() == Some(account) => Ok(vec![]),
            FundCommand::UseAccount {
                account,
                decision,
                provenance,
            } => Ok(vec![FundEvent::AccountAdopted {
                account: account.clone(),
                decision: decision.clone(),
                provenance: *provenance,
            }]),
            FundCommand::SetApprovals { one_up_to, .. } if self.one_approval_up_to == *one_up_to => {
                Ok(vec![])
            }
            FundCommand::SetApprovals { one_up_to, decision } => Ok(vec![FundEvent::ApprovalsSet {
                one_up_to: *one_up_to,
                decision: decision.clone(),
            }]),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: FundEvent) {
        match event {
            FundEvent::LearnerSecretAdopted { check } => self.check = Some(check),
            FundEvent::AccountAdopted { account, .. } => self.account = Some(account),
            FundEvent::ApprovalsSet { one_up_to, .. } => self.one_approval_up_to = one_up_to,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ledger_is_used_with_one_learner_secret() {
        let using = |check: &str| FundCommand::UseLearnerSecret {
            check: check.to_owned(),
        };
        let mut fund = Fund::default();
        for event in fund.decide(&using("a1")).expect("adopted") {
            fund.evolve(event);
        }
        assert_eq!(fund.decide(&using("a1")), Ok(vec![]));
        let refused = FundRefusal::AnotherSecret {
            held: "a1".to_owned(),
            given: "b2".to_owned(),
        };
        assert_eq!(fund.decide(&using("b2")), Err(refused));
    }
}
