//! Payees, and what they applied for: grants and cheques.

use jiff::civil::Date;
use subsidy_documents as doc;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::claim::{Application, ClaimCommand, ClaimRefusal, GrantDecision, Release, Rule};
use subsidy_domain::iban::Iban;
use subsidy_domain::ids::{ApplicationNumber, Brin, DocumentHash, Source};
use subsidy_domain::money::Euro;
use subsidy_domain::payee::{PayeeCommand, PayeeFacts, PayeeKind, ShortPay};
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::reason::ReleaseCause;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::career_cheque::CareerChequeRule;
use subsidy_domain::schemes::cofinancing::CofinancingRule;
use subsidy_domain::schemes::evc::EvcRule;

use super::{Outcome, RowRefusal, by_kvk, plain};
use crate::desk::{CaseRef, Desk, DeskError, News};
use crate::intake::Intake;
use crate::intake::invoice::payee_id;

/// An application and the case where it belongs.
pub(in crate::intake) struct Applied {
    pub(in crate::intake) case: CaseRef,
    application: Application,
}

impl Applied {
    /// Records it in its case.
    pub(in crate::intake) fn ask(
        self,
        desk: &mut Desk,
        source: Source,
        cause: &DocumentHash,
        on: Date,
    ) -> Result<Result<News, ClaimRefusal>, DeskError> {
        let Self { case, application } = self;
        if case.kind == EvcRule::AGGREGATE {
            desk.ask_case::<EvcRule>(
                &case.id,
                ClaimCommand::RecordApplication {
                    application,
                    source,
                    on,
                },
                cause,
            )
        } else if case.kind == CofinancingRule::AGGREGATE {
            desk.ask_case::<CofinancingRule>(
                &case.id,
                ClaimCommand::RecordApplication {
                    application,
                    source,
                    on,
                },
                cause,
            )
        } else {
            desk.ask_case::<CareerChequeRule>(
                &case.id,
                ClaimCommand::RecordApplication {
                    application,
                    source,
                    on,
                },
                cause,
            )
        }
    }
}

/// Puts a row in the words of the domain.
pub(in crate::intake) type Translate<T> = fn(&LearnerSecret, &T) -> Result<Applied, RowRefusal>;

pub(super) fn grant(secret: &LearnerSecret, row: &doc::Grant) -> Result<Applied, RowRefusal> {
    let (scheme, case, year) = match &row.subject {
        doc::GrantSubject::Evc { learner, .. } => {
            let year = match &row.decision {
                doc::GrantDecision::Granted { on, .. } => FiscalYear::of(*on),
                doc::GrantDecision::Refused { .. } | doc::GrantDecision::Undecided => {
                    FiscalYear::of(row.requested_on)
                }
            };
            (
                SchemeCode::Evc,
                secret.pseudonym(learner.reveal()).to_string(),
                year,
            )
        }
        doc::GrantSubject::Sto { region, year } => (
            SchemeCode::Sto,
            format!("{region}-{year}"),
            FiscalYear::new(*year),
        ),
    };
    let (decision, release) = match &row.decision {
        doc::GrantDecision::Undecided => (None, None),
        doc::GrantDecision::Granted { on, amount, release } => {
            let amount = Euro::from_cents(amount.cents());
            (
                Some(GrantDecision::Granted { amount, on: *on }),
                release.as_ref().map(released),
            )
        }
        doc::GrantDecision::Refused { on, reason } => (
            Some(GrantDecision::Refused {
                cause: cause_of(*reason),
                on: *on,
            }),
            None,
        ),
    };
    Ok(Applied {
        case: CaseRef::of_scheme(scheme, case),
        application: Application {
            number: ApplicationNumber::new(row.number.as_str())?,
            scheme,
            applicant: by_kvk(&row.applicant_kvk)?,
            applied_on: row.requested_on,
            year,
            valid_until: None,
            decision,
            release,
        },
    })
}

fn released(release: &doc::Release) -> Release {
    Release {
        amount: Euro::from_cents(release.amount.cents()),
        cause: cause_of(release.reason),
        on: release.on,
    }
}

const fn cause_of(reason: Option<doc::GrantReason>) -> ReleaseCause {
    match reason {
        Some(doc::GrantReason::Stopped) => ReleaseCause::Stopped,
        Some(doc::GrantReason::NotClaimed) | None => ReleaseCause::NotClaimed,
        Some(doc::GrantReason::Remainder) => ReleaseCause::Remainder,
        Some(doc::GrantReason::NotInSector) => ReleaseCause::OutsideSector,
        Some(doc::GrantReason::TooLate) => ReleaseCause::TooLate,
    }
}

/// An issued cheque is a granted application of its supplier.
pub(super) fn cheque(_: &LearnerSecret, row: &doc::ChequeIssued) -> Result<Applied, RowRefusal> {
    let amount = Euro::from_cents(row.value.cents());
    Ok(Applied {
        case: CaseRef::of_scheme(SchemeCode::CareerCheque, row.number.clone()),
        application: Application {
            number: ApplicationNumber::new(row.number.as_str())?,
            scheme: SchemeCode::CareerCheque,
            applicant: by_kvk(&row.supplier_kvk)?,
            applied_on: row.issued_on,
            year: FiscalYear::of(row.issued_on),
            valid_until: Some(row.valid_until),
            decision: Some(GrantDecision::Granted {
                amount,
                on: row.issued_on,
            }),
            release: None,
        },
    })
}

impl Intake {
    pub(super) fn take_payee(&mut self, row: &doc::Payee, source: Source) -> Outcome {
        let facts = match facts_of(row) {
            Ok(facts) => facts,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = facts.id.clone();
        let outcome = self
            .desk
            .ask_payee(&id, PayeeCommand::Register { facts, source })?;
        Ok(outcome.map(plain).map_err(RowRefusal::from))
    }
}

fn facts_of(row: &doc::Payee) -> Result<PayeeFacts, RowRefusal> {
    Ok(PayeeFacts {
        id: payee_id(&row.id)?,
        name: row.name.clone(),
        kind: match row.kind {
            doc::PayeeKind::School => PayeeKind::School,
            doc::PayeeKind::TrainingProvider => PayeeKind::TrainingProvider,
            doc::PayeeKind::ExamBody => PayeeKind::ExamBody,
            doc::PayeeKind::Employer => PayeeKind::Employer,
            doc::PayeeKind::Supplier => PayeeKind::Supplier,
            doc::PayeeKind::Organisation => PayeeKind::Organisation,
        },
        brin: row.brin.as_deref().map(Brin::new).transpose()?,
        vat_exempt: match row.vat {
            doc::VatStatus::Exempt => true,
            doc::VatStatus::Taxable => false,
        },
        iban: Iban::new(row.iban.as_str()).map_err(|_| RowRefusal("IBAN_CHECKSUM"))?,
        on_difference: ShortPay::ToTariff,
    })
}
