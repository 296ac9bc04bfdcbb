//! Who is paid: a school, provider or employer, registered before anything is paid to it.

use serde::{Deserialize, Serialize};

use crate::iban::Iban;
use crate::ids::{Brin, PayeeId, Source};

/// What kind of organisation a payee is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "soort begunstigde")]
pub enum PayeeKind {
    /// A school, for instance a ROC.
    School,
    /// A training provider.
    TrainingProvider,
    /// An exam body.
    ExamBody,
    /// An employer.
    Employer,
    /// A supplier.
    Supplier,
    /// Another organisation.
    Organisation,
}

/// What is done with a line that asks more than the tariff (E12).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "afwijkend tarief")]
pub enum ShortPay {
    /// It is paid to the tariff.
    #[default]
    ToTariff,
    /// It is refused, to be invoiced anew.
    Return,
}

/// What is registered of a payee. All of it is about an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeFacts {
    /// Its id.
    pub id: PayeeId,
    /// The exact name of the account holder.
    pub name: String,
    /// What it is.
    pub kind: PayeeKind,
    /// The register code, of a school.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brin: Option<Brin>,
    /// Whether its supplies are exempt from VAT.
    pub vat_exempt: bool,
    /// The account.
    pub iban: Iban,
    /// What is done with a line that asks more than the tariff.
    #[serde(default)]
    pub on_difference: ShortPay,
}

/// What may be asked of a payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayeeCommand {
    /// Register it. Repeating what is registered changes nothing.
    Register {
        /// What is known of it.
        facts: PayeeFacts,
        /// Where it came from.
        source: Source,
    },
}

/// What can have happened to a payee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PayeeEvent {
    /// It was registered.
    PayeeRegistered {
        /// What is known of it.
        facts: PayeeFacts,
        /// Where it came from.
        source: Source,
    },
}

/// Why a payee cannot be registered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayeeRefusal {
    /// It is registered with other facts; an account never changes by a list (I5).
    #[error("{id} is registered with other facts; a change of payee needs its own approval")]
    RegisteredDifferently {
        /// The payee.
        id: PayeeId,
    },
}

/// A payee: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "begunstigde")]
pub struct Payee(Option<PayeeFacts>);

impl Payee {
    /// Returns what is registered.
    #[must_use]
    pub const fn facts(&self) -> Option<&PayeeFacts> {
        self.0.as_ref()
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When the payee is registered with other facts.
    pub fn decide(&self, command: &PayeeCommand) -> Result<Vec<PayeeEvent>, PayeeRefusal> {
        let PayeeCommand::Register { facts, source } = command;
        match &self.0 {
            Some(held) if held == facts => Ok(vec![]),
            Some(_) => Err(PayeeRefusal::RegisteredDifferently { id: facts.id.clone() }),
            None => Ok(vec![PayeeEvent::PayeeRegistered {
                facts: facts.clone(),
                source: source.clone(),
            }]),
        }
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: PayeeEvent) {
        let PayeeEvent::PayeeRegistered { facts, .. } = event;
        self.0 = Some(facts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit;

    #[test]
    fn a_payee_is_registered_once_and_an_account_never_changes_by_a_list() {
        let facts = testkit::school(testkit::SCHOOL, "99AA");
        let register = |facts| PayeeCommand::Register {
            facts,
            source: testkit::source(),
        };
        let mut payee = Payee::default();
        for event in payee.decide(&register(facts.clone())).expect("registered") {
            payee.evolve(event);
        }
        assert_eq!(payee.decide(&register(facts.clone())), Ok(vec![]));
        let other = PayeeFacts {
            iban: Iban::new("NL02ABNA0123456789").expect("an account"),
            ..facts
        };
        let refused = Err(PayeeRefusal::RegisteredDifferently { id: other.id.clone() });
        assert_eq!(payee.decide(&register(other)), refused);
    }
}
