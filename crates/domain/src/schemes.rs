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

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::claim::Rule as _;
    use crate::testkit;

    #[test]
    fn a_line_finds_its_case_by_what_identifies_the_entitlement() {
        let evidence: EvidenceId = "E-1".parse().expect("a number");
        let learner = testkit::learner();
        let day = date(2023, 5, 10);
        for (item, case) in [
            ("MBO_EXAM/PA-001", learner.to_string()),
            ("RPT/PA", format!("{learner}:2023-05-10")),
            ("RPT_PILOT/PA", format!("{learner}:2023-05-10")),
            ("CAREER_CHEQUE", "E-1".to_owned()),
            ("STO/R07-2023", "R07-2023".to_owned()),
        ] {
            let item = item.parse().expect("an item code");
            assert_eq!(case_of(&item, Some(&learner), Some(&evidence), day), Ok(case));
        }
    }

    #[test]
    fn a_line_without_what_identifies_it_has_no_case() {
        let evidence: EvidenceId = "E-1".parse().expect("a number");
        let learner = testkit::learner();
        for item in [
            "MBO_EXAM/PA-001",
            "EVC/APK",
            "RPT/PA",
            "BMB_FULL/BICYCLE",
            "EV_CERT/IBKI",
        ] {
            let item = item.parse().expect("an item code");
            assert_eq!(
                case_of(&item, None, Some(&evidence), date(2023, 5, 10)),
                Err(Reason::NotIdentified {})
            );
        }
        for item in [
            "CAREER_CHEQUE",
            "BUDGET_COACH/FI",
            "ON_STAGE",
            "TRUCK_ACADEMY",
            "STO",
        ] {
            let item = item.parse().expect("an item code");
            assert_eq!(
                case_of(&item, Some(&learner), None, date(2023, 5, 10)),
                Err(Reason::NotIdentified {})
            );
        }
    }

    #[test]
    fn every_scheme_is_claimed_in_the_cases_of_its_own_rule() {
        let rules = [
            mbo_exam::MboExamRule::AGGREGATE,
            evc::EvcRule::AGGREGATE,
            training_day::TrainingDayRule::AGGREGATE,
            branch_exam::BranchExamRule::AGGREGATE,
            career_cheque::CareerChequeRule::AGGREGATE,
            budget_coach::BudgetCoachRule::AGGREGATE,
            cofinancing::CofinancingRule::AGGREGATE,
            ev_certification::EvCertificationRule::AGGREGATE,
            programme::ProgrammeRule::AGGREGATE,
        ];
        for scheme in SchemeCode::ALL {
            assert!(rules.contains(&scheme.facts().aggregate), "{scheme}");
        }
    }
}
