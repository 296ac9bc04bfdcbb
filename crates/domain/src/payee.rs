//! Who is paid: a school, provider or employer, registered before anything is paid to it.

#[cfg(test)]
mod laws;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::iban::Iban;
use crate::ids::{Brin, PayeeId, Source, Subject};
use crate::reason::Reason;

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
    /// Propose another account, or the same one after it was called in question.
    ProposeAccount {
        /// The account.
        account: Account,
        /// Who proposes.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Approve the account that is proposed, as first or second person: the second puts it in force (I5).
    ApproveAccount {
        /// Who approves.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Refuse the account that is proposed.
    RejectAccount {
        /// Who refuses.
        by: Subject,
        /// Today.
        on: Date,
    },
    /// Pay nothing until two persons have verified the account (E17).
    Block {
        /// Why: the bank's reason code of the payment that came back.
        reason: String,
        /// Today.
        on: Date,
    },
}

/// An account and the exact name of its holder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "bankrekening")]
pub struct Account {
    /// The account.
    pub iban: Iban,
    /// The exact name of its holder, as its bank has it.
    pub name: String,
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
    /// An account was proposed; the registered one stays in force.
    AccountProposed {
        /// The payee.
        payee: PayeeId,
        /// The account.
        account: Account,
        /// Who proposed.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// A first person approved it.
    AccountApproved {
        /// The payee.
        payee: PayeeId,
        /// Who approved.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// A second person approved it: it is in force, for payments that are proposed from now on.
    AccountChanged {
        /// The payee.
        payee: PayeeId,
        /// The account.
        account: Account,
        /// Who approved as second.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// It was refused.
    AccountRejected {
        /// The payee.
        payee: PayeeId,
        /// Who refused.
        by: Subject,
        /// The day.
        on: Date,
    },
    /// Nothing is paid to it until its account is verified.
    PayeeBlocked {
        /// The payee.
        payee: PayeeId,
        /// The bank's reason code.
        reason: String,
        /// The day.
        on: Date,
    },
}

/// Why a payee refuses. Nothing is recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayeeRefusal {
    /// It is registered with other facts; an account never changes by a list (I5).
    #[error("{id} is registered with other facts; a change of payee needs its own approval")]
    RegisteredDifferently {
        /// The payee.
        id: PayeeId,
    },
    /// It is not registered.
    #[error("the payee is not registered; register it first")]
    NotRegistered,
    /// Nothing is proposed.
    #[error("no account is proposed for {id}")]
    NothingProposed {
        /// The payee.
        id: PayeeId,
    },
    /// Another account is proposed and not decided.
    #[error("another account is proposed for {id}; approve or refuse that one first")]
    AnotherProposed {
        /// The payee.
        id: PayeeId,
    },
    /// The account is in force already, and the payee is not blocked.
    #[error("that account is registered for {id} already")]
    NothingToChange {
        /// The payee.
        id: PayeeId,
    },
    /// I5: one person would act twice.
    #[error("{reason}")]
    Forbidden {
        /// The rule, with its data.
        reason: Reason,
    },
}

/// A payee: the aggregate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "begunstigde")]
pub struct Payee {
    facts: Option<PayeeFacts>,
    /// As it was registered: what a list may repeat.
    registered: Option<PayeeFacts>,
    proposed: Option<Proposed>,
    blocked: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Proposed {
    account: Account,
    by: Subject,
    first: Option<Subject>,
}

impl Payee {
    /// Returns what is registered, with the account in force.
    #[must_use]
    pub const fn facts(&self) -> Option<&PayeeFacts> {
        self.facts.as_ref()
    }

    /// Whether nothing is paid to it until its account is verified.
    #[must_use]
    pub const fn is_blocked(&self) -> bool {
        self.blocked.is_some()
    }

    /// Decides what a command brings about.
    ///
    /// # Errors
    /// When it is registered otherwise or not at all, nothing or something else is proposed, or one person would act twice.
    pub fn decide(&self, command: &PayeeCommand) -> Result<Vec<PayeeEvent>, PayeeRefusal> {
        if let PayeeCommand::Register { facts, source } = command {
            return match &self.registered {
                Some(held) if held == facts => Ok(vec![]),
                Some(_) => Err(PayeeRefusal::RegisteredDifferently { id: facts.id.clone() }),
                None => Ok(vec![PayeeEvent::PayeeRegistered {
                    facts: facts.clone(),
                    source: source.clone(),
                }]),
            };
        }
        let facts = self.facts.as_ref().ok_or(PayeeRefusal::NotRegistered)?;
        let payee = facts.id.clone();
        let proposed = || {
            let id = facts.id.clone();
            self.proposed.as_ref().ok_or(PayeeRefusal::NothingProposed { id })
        };
        let event = match command {
            PayeeCommand::Register { .. } => return Ok(vec![]),
            PayeeCommand::ProposeAccount { account, by, on } => {
                match &self.proposed {
                    Some(held) if held.account == *account => return Ok(vec![]),
                    Some(_) => return Err(PayeeRefusal::AnotherProposed { id: payee }),
                    None => {}
                }
                let in_force = facts.iban == account.iban && facts.name == account.name;
                if in_force && !self.is_blocked() {
                    return Err(PayeeRefusal::NothingToChange { id: payee });
                }
                PayeeEvent::AccountProposed {
                    payee,
                    account: account.clone(),
                    by: by.clone(),
                    on: *on,
                }
            }
            PayeeCommand::ApproveAccount { by, on } => {
                let held = proposed()?;
                if held.by == *by || held.first.as_ref() == Some(by) {
                    return Err(PayeeRefusal::Forbidden {
                        reason: Reason::SelfApproval { subject: by.clone() },
                    });
                }
                match &held.first {
                    None => PayeeEvent::AccountApproved {
                        payee,
                        by: by.clone(),
                        on: *on,
                    },
                    Some(_) => PayeeEvent::AccountChanged {
                        payee,
                        account: held.account.clone(),
                        by: by.clone(),
                        on: *on,
                    },
                }
            }
            PayeeCommand::RejectAccount { by, on } => {
                proposed()?;
                PayeeEvent::AccountRejected {
                    payee,
                    by: by.clone(),
                    on: *on,
                }
            }
            PayeeCommand::Block { .. } if self.is_blocked() => return Ok(vec![]),
            PayeeCommand::Block { reason, on } => PayeeEvent::PayeeBlocked {
                payee,
                reason: reason.clone(),
                on: *on,
            },
        };
        Ok(vec![event])
    }

    /// Takes in what happened.
    pub fn evolve(&mut self, event: PayeeEvent) {
        match event {
            PayeeEvent::PayeeRegistered { facts, .. } => {
                self.registered = Some(facts.clone());
                self.facts = Some(facts);
            }
            PayeeEvent::AccountProposed { account, by, .. } => {
                self.proposed = Some(Proposed {
                    account,
                    by,
                    first: None,
                });
            }
            PayeeEvent::AccountApproved { by, .. } => {
                if let Some(held) = &mut self.proposed {
                    held.first = Some(by);
                }
            }
            PayeeEvent::AccountChanged { account, .. } => {
                if let Some(facts) = &mut self.facts {
                    facts.iban = account.iban;
                    facts.name = account.name;
                }
                self.proposed = None;
                self.blocked = None;
            }
            PayeeEvent::AccountRejected { .. } => self.proposed = None,
            PayeeEvent::PayeeBlocked { reason, .. } => self.blocked = Some(reason),
        }
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

    const DAY: Date = jiff::civil::date(2023, 5, 1);

    fn registered() -> Payee {
        let mut payee = Payee::default();
        payee.evolve(PayeeEvent::PayeeRegistered {
            facts: testkit::school(testkit::SCHOOL, "99AA"),
            source: testkit::source(),
        });
        payee
    }

    fn account(iban: &str) -> Account {
        Account {
            iban: Iban::new(iban).expect("an account"),
            name: "ROC Fixture".to_owned(),
        }
    }

    fn by(name: &str) -> Subject {
        name.parse().expect("a subject")
    }

    fn tell(payee: &mut Payee, command: &PayeeCommand) -> Result<(), PayeeRefusal> {
        for event in payee.decide(command)? {
            payee.evolve(event);
        }
        Ok(())
    }

    #[test]
    fn i5_an_account_changes_when_two_others_than_its_proposer_approved_it() {
        let mut payee = registered();
        let before = payee.facts().expect("registered").iban.clone();
        let new = account("NL02ABNA0123456789");
        let propose = PayeeCommand::ProposeAccount {
            account: new.clone(),
            by: by("officer"),
            on: DAY,
        };
        let approve = |name| PayeeCommand::ApproveAccount {
            by: by(name),
            on: DAY,
        };
        let forbidden = |name| {
            Err(PayeeRefusal::Forbidden {
                reason: Reason::SelfApproval { subject: by(name) },
            })
        };
        tell(&mut payee, &propose).expect("proposed");
        assert_eq!(tell(&mut payee, &approve("officer")), forbidden("officer"));
        tell(&mut payee, &approve("first")).expect("first");
        assert_eq!(
            payee.facts().expect("registered").iban,
            before,
            "one is not enough"
        );
        assert_eq!(tell(&mut payee, &approve("first")), forbidden("first"));
        tell(&mut payee, &approve("second")).expect("second");
        assert_eq!(payee.facts().expect("registered").iban, new.iban);
    }

    #[test]
    fn e17_a_blocked_payee_is_paid_again_once_two_persons_verified_its_account() {
        let mut payee = registered();
        let same = Account {
            iban: payee.facts().expect("registered").iban.clone(),
            name: payee.facts().expect("registered").name.clone(),
        };
        let propose = PayeeCommand::ProposeAccount {
            account: same,
            by: by("officer"),
            on: DAY,
        };
        assert!(matches!(
            payee.decide(&propose),
            Err(PayeeRefusal::NothingToChange { .. })
        ));
        let block = PayeeCommand::Block {
            reason: "AC04".to_owned(),
            on: DAY,
        };
        tell(&mut payee, &block).expect("blocked");
        assert!(payee.is_blocked());
        tell(&mut payee, &propose).expect("proposed");
        for name in ["first", "second"] {
            let approve = PayeeCommand::ApproveAccount {
                by: by(name),
                on: DAY,
            };
            tell(&mut payee, &approve).expect("approved");
        }
        assert!(!payee.is_blocked());
    }
}
