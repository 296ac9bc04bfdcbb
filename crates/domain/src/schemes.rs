//! The rules of the schemes: one file for each evidence, with the schemes that rest on it.

pub mod branch_exam;
pub mod budget_coach;
pub mod career_cheque;
pub mod cofinancing;
pub mod ev_certification;
pub mod evc;
pub mod mbo_exam;
pub mod programme;
pub mod training_day;

use jiff::civil::Date;

use crate::ids::{EvidenceId, IdError, LearnerKey};
use crate::reason::{Obstacle, Reason};
use crate::scheme::{ItemCode, SchemeCode};

pub use self::branch_exam::{BranchExam, ExamProtocol};
pub use self::budget_coach::{BudgetCoach, CoachingCase};
pub use self::career_cheque::{CareerCheque, Redemption};
pub use self::cofinancing::Cofinancing;
pub use self::ev_certification::{EvCertificate, EvCertification};
pub use self::evc::{Evc, EvcCertificate};
pub use self::mbo_exam::{ExamResult, MboExam};
pub use self::programme::{Agreement, Programme};
pub use self::training_day::{Attendance, TrainingDay};

/// Returns the id of the case in which a line belongs, from what identifies the entitlement.
///
/// # Errors
/// [`Reason::NotIdentified`] when the line lacks the learner or evidence number that its scheme goes by.
pub fn case_of(
    item: &ItemCode,
    learner: Option<&LearnerKey>,
    evidence: Option<&EvidenceId>,
    performed_on: Date,
) -> Result<String, Reason> {
    let learner = || learner.ok_or(Reason::NotIdentified {});
    let number = || {
        evidence
            .map(|id| id.as_str().to_owned())
            .ok_or(Reason::NotIdentified {})
    };
    match item.scheme {
        SchemeCode::MboExam
        | SchemeCode::Evc
        | SchemeCode::BmbFull
        | SchemeCode::BmbResit
        | SchemeCode::BsExam
        | SchemeCode::EvCert => learner().map(|learner| learner.as_str().to_owned()),
        SchemeCode::Rpt | SchemeCode::RptPilot | SchemeCode::RptLm | SchemeCode::LmTraining => {
            learner().map(|learner| training_day::case(learner, performed_on))
        }
        SchemeCode::CareerCheque
        | SchemeCode::BudgetCoach
        | SchemeCode::TruckAcademy
        | SchemeCode::OnStage => number(),
        SchemeCode::Sto if item.kind.is_empty() => Err(Reason::NotIdentified {}),
        SchemeCode::Sto => Ok(item.kind.clone()),
    }
}

/// Returns the id of that name; evidence under a name that cannot be one waits for a better version of it.
fn named<Id>(name: impl Into<String>) -> Result<Id, Obstacle>
where
    Id: TryFrom<String, Error = IdError>,
{
    Id::try_from(name.into()).map_err(|_| Obstacle::Waits(Reason::NotIdentified {}))
}
