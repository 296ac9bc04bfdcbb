//! Rows of evidence, each in the words of the domain and in the case where it belongs.

use jiff::civil::Date;
use subsidy_documents as doc;
use subsidy_domain::claim::{ClaimCommand, Rule};
use subsidy_domain::ids::{Brin, Category, DecisionRef, EvidenceId, PackageNumber, Source};
use subsidy_domain::money::Euro;
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::schemes::branch_exam::{Branch, BranchExamKind, BranchExamRule, ExamProtocol};
use subsidy_domain::schemes::budget_coach::{BudgetCoachRule, CoachingCase, CoachingKind};
use subsidy_domain::schemes::career_cheque::{CareerChequeRule, Redemption};
use subsidy_domain::schemes::ev_certification::{EvCertificate, EvCertificationRule, EvExamBody};
use subsidy_domain::schemes::evc::{EvcCertificate, EvcRule};
use subsidy_domain::schemes::mbo_exam::{Booker, ExamResult, Holder, MboExamRule, Outcome};
use subsidy_domain::schemes::programme::{Agreement, ProgrammeRule};
use subsidy_domain::schemes::training_day::{
    self, Attendance, Level, Participant, SubBranch, TrainingDayRule,
};

use super::{RowRefusal, by_kvk};

/// A piece of evidence and the case where it belongs.
pub(in crate::intake) struct Evidence<R: Rule> {
    pub(in crate::intake) case: String,
    /// The package that it names.
    pub(in crate::intake) package: Option<PackageNumber>,
    id: EvidenceId,
    version: u32,
    proof: R::Evidence,
}

impl<R: Rule> Evidence<R> {
    fn new(case: String, id: &str, version: u32, proof: R::Evidence) -> Result<Self, RowRefusal> {
        Ok(Self {
            case,
            package: None,
            id: EvidenceId::new(id)?,
            version,
            proof,
        })
    }

    /// Returns the case and the command that records it.
    pub(in crate::intake) fn command(self, source: Source, on: Date) -> (String, ClaimCommand<R::Evidence>) {
        let Self {
            case,
            id,
            version,
            proof,
            ..
        } = self;
        (
            case,
            ClaimCommand::RecordEvidence {
                id,
                version,
                proof,
                source,
                on,
            },
        )
    }
}

/// Puts a row in the words of the domain.
pub(in crate::intake) type Translate<T, R> = fn(&LearnerSecret, &T) -> Result<Evidence<R>, RowRefusal>;

pub(super) fn exam_result(
    secret: &LearnerSecret,
    row: &doc::ExamResult,
) -> Result<Evidence<MboExamRule>, RowRefusal> {
    let proof = ExamResult {
        exam: row.exam_code.clone(),
        booked_on: row.booked_on,
        examined_on: row.examined_on,
        attempt: row.attempt,
        outcome: match row.outcome {
            doc::ExamOutcome::Passed => Outcome::Passed,
            doc::ExamOutcome::Failed => Outcome::Failed,
            doc::ExamOutcome::Absent => Outcome::Absent,
            doc::ExamOutcome::Cancelled => Outcome::Cancelled,
            doc::ExamOutcome::Withdrawn => Outcome::Withdrawn,
        },
        booked_by: match &row.booked_by {
            doc::Booker::School { brin } => Booker::School(Brin::new(brin.as_str())?),
            doc::Booker::Company { .. } => Booker::Company,
            doc::Booker::Learner { .. } => Booker::Learner,
        },
        held_by: match row.taken_by {
            doc::ExamTaker::Ibki => Holder::ExamBody,
            doc::ExamTaker::School => Holder::School,
        },
    };
    let case = secret.pseudonym(row.learner.reveal()).to_string();
    Evidence::new(case, &row.number, row.version, proof)
}

pub(super) fn attendance(
    secret: &LearnerSecret,
    row: &doc::Attendance,
) -> Result<Evidence<TrainingDayRule>, RowRefusal> {
    let proof = Attendance {
        scheme: match row.scheme {
            doc::AttendanceScheme::Rpt => SchemeCode::Rpt,
            doc::AttendanceScheme::RptPilot => SchemeCode::RptPilot,
            doc::AttendanceScheme::RptLm => SchemeCode::RptLm,
            doc::AttendanceScheme::LmTraining => SchemeCode::LmTraining,
        },
        day: row.day,
        sub_branch: match row.sub_branch {
            doc::SubBranch::PassengerCar => SubBranch::PassengerCar,
            doc::SubBranch::Truck => SubBranch::Truck,
            doc::SubBranch::TwoWheeler => SubBranch::TwoWheeler,
        },
        level: row.level.map(|level| match level {
            doc::Level::Two => Level::Two,
            doc::Level::Three => Level::Three,
            doc::Level::Four => Level::Four,
            doc::Level::LateralEntry => Level::LateralEntry,
        }),
        participant: match row.participant {
            doc::ParticipantKind::Bbl => Participant::Learner,
            doc::ParticipantKind::LateralEntrant => Participant::LateralEntrant,
            doc::ParticipantKind::Mentor => Participant::WorkplaceMentor,
            doc::ParticipantKind::FirstYear => Participant::FirstYear,
        },
        present: match row.presence {
            doc::Presence::Present => true,
            doc::Presence::Absent | doc::Presence::Excused => false,
        },
        affiliated: row.affiliation.is_some(),
        package: row.package.as_deref().map(PackageNumber::new).transpose()?,
        module_on: row.module_on,
        training: row
            .training
            .map(|training| Category::new(training.word()))
            .transpose()?,
    };
    let case = training_day::case(&secret.pseudonym(row.learner.reveal()), row.day);
    let package = proof.package.clone();
    let evidence = Evidence::new(case, &row.number, row.version, proof)?;
    Ok(Evidence { package, ..evidence })
}

pub(super) fn evc(
    secret: &LearnerSecret,
    row: &doc::EvcCertificate,
) -> Result<Evidence<EvcRule>, RowRefusal> {
    let proof = EvcCertificate {
        standard: row.standard.clone(),
        issued_on: row.issued_on,
        provider_recognised: row.provider_recognised,
        in_sector: row.employed_in_sector,
    };
    Evidence::new(
        secret.pseudonym(row.learner.reveal()).to_string(),
        &row.number,
        row.version,
        proof,
    )
}

pub(super) fn protocol(
    secret: &LearnerSecret,
    row: &doc::ExamProtocol,
) -> Result<Evidence<BranchExamRule>, RowRefusal> {
    let proof = ExamProtocol {
        exam: match row.exam {
            doc::BranchExam::Branchemedewerker => BranchExamKind::Basic,
            doc::BranchExam::Branchespecialist => BranchExamKind::Specialist,
        },
        branch: match row.branch {
            doc::CycleBranch::Bicycle => Branch::Bicycle,
            doc::CycleBranch::Scooter => Branch::Scooter,
        },
        core_task: row.core_task,
        attempt: row.attempt,
        examined_on: row.held_on,
        took_part: row.participated,
        referred_by_uwv: row.uwv_referral,
        job_guarantee: row.job_guarantee,
    };
    Evidence::new(
        secret.pseudonym(row.learner.reveal()).to_string(),
        &row.number,
        row.version,
        proof,
    )
}

pub(super) fn redemption(
    _: &LearnerSecret,
    row: &doc::ChequeRedeemed,
) -> Result<Evidence<CareerChequeRule>, RowRefusal> {
    let proof = Redemption {
        redeemed_on: row.redeemed_on,
        supplier: by_kvk(&row.supplier_kvk)?,
    };
    Evidence::new(row.number.clone(), &row.number, row.version, proof)
}

pub(super) fn coaching(
    _: &LearnerSecret,
    row: &doc::BudgetCoachingCase,
) -> Result<Evidence<BudgetCoachRule>, RowRefusal> {
    let proof = CoachingCase {
        requested_on: row.requested_on,
        started_on: row.started_on,
        kind: row.product.map(|product| match product {
            doc::CoachingProduct::Insight => CoachingKind::FinancialInsight,
            doc::CoachingProduct::Coaching => CoachingKind::FinancialCoaching,
        }),
        completed_on: row.completed_on,
    };
    Evidence::new(row.number.clone(), &row.number, row.version, proof)
}

pub(super) fn ev(
    secret: &LearnerSecret,
    row: &doc::EvCertificate,
) -> Result<Evidence<EvCertificationRule>, RowRefusal> {
    let proof = EvCertificate {
        exam_body: match row.exam_body {
            doc::ExamBody::Ibki => EvExamBody::Ibki,
            doc::ExamBody::Ecarr => EvExamBody::Ecarr,
        },
        examined_on: row.examined_on,
        issued_on: row.issued_on,
        passed: row.passed,
    };
    Evidence::new(
        secret.pseudonym(row.learner.reveal()).to_string(),
        &row.number,
        row.version,
        proof,
    )
}

pub(super) fn agreement(
    _: &LearnerSecret,
    row: &doc::Agreement,
) -> Result<Evidence<ProgrammeRule>, RowRefusal> {
    let proof = Agreement {
        scheme: match row.scheme {
            doc::AgreementScheme::OnStage => SchemeCode::OnStage,
            doc::AgreementScheme::TruckAcademy => SchemeCode::TruckAcademy,
            doc::AgreementScheme::Sto => SchemeCode::Sto,
        },
        contractor: by_kvk(&row.contractor_kvk)?,
        region: row.region.as_deref().map(Category::new).transpose()?,
        from: row.from,
        until: row.until,
        amount: row.amount.map(|amount| Euro::from_cents(amount.cents())),
        decision: DecisionRef::new(row.decision.as_str())?,
    };
    Evidence::new(row.number.clone(), &row.number, 1, proof)
}
