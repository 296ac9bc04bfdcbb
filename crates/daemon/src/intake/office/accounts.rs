//! Accounts: the fund's own, and changes of a payee's under four eyes; and when one approval is enough.

use subsidy_documents as doc;
use subsidy_domain::fund::{FundCommand, OwnAccount};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{DecisionRef, Provenance, Source, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::payee::{Account, PayeeCommand};

use crate::desk::{DeskError, News};
use crate::intake::Intake;
use crate::intake::invoice::payee_id;
use crate::intake::lists::{RowRefusal, plain};

type Outcome = Result<Result<News, RowRefusal>, DeskError>;

impl Intake {
    pub(in crate::intake) fn take_account_change(&mut self, row: &doc::AccountChange, _: Source) -> Outcome {
        let on = self.desk.moment().day;
        let command = || -> Result<_, RowRefusal> {
            let by = Subject::new(row.by.as_str())?;
            let command = match (&row.step, &row.iban, &row.name) {
                (doc::AccountStep::Propose, Some(iban), Some(name)) => PayeeCommand::ProposeAccount {
                    account: Account {
                        iban: Iban::new(iban.as_str()).map_err(|_| RowRefusal("IBAN_CHECKSUM"))?,
                        name: name.clone(),
                    },
                    by,
                    on,
                },
                (doc::AccountStep::Propose, _, _) => return Err(RowRefusal("MISSING_FIELD")),
                (doc::AccountStep::Approve, _, _) => PayeeCommand::ApproveAccount { by, on },
                (doc::AccountStep::Reject, _, _) => PayeeCommand::RejectAccount { by, on },
            };
            Ok((payee_id(&row.payee)?, command))
        };
        let (payee, command) = match command() {
            Ok(command) => command,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let outcome = self.desk.ask_payee(&payee, command)?;
        Ok(outcome.map(plain).map_err(RowRefusal::from))
    }

    pub(in crate::intake) fn take_approval_policy(
        &mut self,
        row: &doc::ApprovalPolicy,
        _: Source,
    ) -> Outcome {
        let command = FundCommand::SetApprovals {
            one_up_to: Some(Euro::from_cents(row.one_up_to.cents())).filter(|most| *most > Euro::ZERO),
            decision: match DecisionRef::new(row.decision.as_str()) {
                Ok(decision) => decision,
                Err(wrong) => return Ok(Err(wrong.into())),
            },
        };
        let outcome = self.desk.ask_fund(command)?;
        Ok(outcome.map(plain).map_err(|_| RowRefusal("WRONG_STATE")))
    }

    pub(in crate::intake) fn take_own_account(&mut self, row: &doc::OwnAccount, _: Source) -> Outcome {
        let command = || -> Result<_, RowRefusal> {
            Ok(FundCommand::UseAccount {
                account: OwnAccount {
                    name: row.name.clone(),
                    iban: Iban::new(row.iban.as_str()).map_err(|_| RowRefusal("IBAN_CHECKSUM"))?,
                    bic: row.bic.clone(),
                },
                decision: DecisionRef::new(row.decision.as_str())?,
                provenance: match row.origin {
                    doc::Origin::Public => Provenance::Public,
                    doc::Origin::Fixture => Provenance::Fixture,
                },
            })
        };
        match command() {
            Ok(command) => {
                let outcome = self.desk.ask_fund(command)?;
                Ok(outcome.map(plain).map_err(|_| RowRefusal("WRONG_STATE")))
            }
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}
