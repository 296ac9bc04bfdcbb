//! The fund itself: which secret its pseudonyms are made with.

use serde::{Deserialize, Serialize};

/// What may be asked of the fund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FundCommand {
    /// Use the secret with this check value.
    UseLearnerSecret {
        /// See [`crate::pseudonym::LearnerSecret::check_value`].
        check: String,
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
}

impl Fund {
    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When the ledger was made with another secret.
    pub fn decide(&self, command: &FundCommand) -> Result<Vec<FundEvent>, FundRefusal> {
        let FundCommand::UseLearnerSecret { check } = command;
        match &self.check {
            None => Ok(vec![FundEvent::LearnerSecretAdopted { check: check.clone() }]),
            Some(held) if held == check => Ok(vec![]),
            Some(held) => Err(FundRefusal::AnotherSecret {
                held: held.clone(),
                given: check.clone(),
            }),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: FundEvent) {
        let FundEvent::LearnerSecretAdopted { check } = event;
        self.check = Some(check);
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
