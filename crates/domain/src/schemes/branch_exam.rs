//! Exams of the trade itself: Branchemedewerker Basis, its resits, and Branchespecialist.
//!
//! Participation is paid, passed or not; the resit of one core task is paid apart and follows a full exam. Candidates come through UWV
//! with a job guarantee; of both only the fact is kept. A candidate's exams are one case. Source: annual report 2023, lines 31 and 113.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule};
use crate::context::Context;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A candidate's branch exams.
pub type BranchExam = Claim<BranchExamRule>;

/// The protocol of an exam.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "examenprotocol")]
pub struct ExamProtocol {
    /// Which exam.
    pub exam: BranchExamKind,
    /// In which branch.
    pub branch: Branch,
    /// The core task of a resit; nothing: a full exam.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[doc(alias = "kerntaak")]
    pub core_task: Option<u32>,
    /// Which attempt.
    pub attempt: u32,
    /// The day.
    pub examined_on: Date,
    /// Whether the candidate took part.
    pub took_part: bool,
    /// Whether UWV referred the candidate.
    pub referred_by_uwv: bool,
    /// Whether a signed job guarantee is on file.
    #[doc(alias = "baangarantie")]
    pub job_guarantee: bool,
}

/// Which exam of the trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "branche-examen")]
pub enum BranchExamKind {
    /// Branchemedewerker Basis.
    Basic,
    /// Branchespecialist.
    Specialist,
}

/// A branch of the two-wheeler trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "tak")]
pub enum Branch {
    /// Bicycles.
    #[doc(alias = "fiets")]
    Bicycle,
    /// Scooters.
    #[doc(alias = "scooter")]
    Scooter,
}

impl Branch {
    /// Returns the code of item codes and categories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bicycle => "BICYCLE",
            Self::Scooter => "SCOOTER",
        }
    }
}

impl Proof for ExamProtocol {
    fn scheme(&self) -> SchemeCode {
        match (self.exam, self.core_task) {
            (BranchExamKind::Basic, None) => SchemeCode::BmbFull,
            (BranchExamKind::Basic, Some(_)) => SchemeCode::BmbResit,
            (BranchExamKind::Specialist, _) => SchemeCode::BsExam,
        }
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.examined_on)
    }

    fn entitles(&self) -> bool {
        self.took_part && self.eligible() && (self.job_guarantee || self.exam == BranchExamKind::Specialist)
    }
}

impl ExamProtocol {
    fn eligible(&self) -> bool {
        self.referred_by_uwv || self.exam == BranchExamKind::Specialist
    }
}

/// When a branch exam is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BranchExamRule;

impl Rule for BranchExamRule {
    const AGGREGATE: &'static str = "BranchExam";
    type Evidence = ExamProtocol;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let scheme = line.item.scheme;
        let (id, protocol) = case
            .all_evidence()
            .find(|(id, protocol)| {
                protocol.scheme() == scheme
                    && line
                        .evidence
                        .as_ref()
                        .map_or(protocol.examined_on == line.performed_on, |named| named == *id)
            })
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;

        if !protocol.took_part {
            return Err(Obstacle::Bars(Reason::NotPerformed {
                planned_on: protocol.examined_on,
            }));
        }
        if !protocol.eligible() {
            return Err(Obstacle::Bars(Reason::NotEligible {}));
        }
        if protocol.exam == BranchExamKind::Basic && !protocol.job_guarantee {
            return Err(Obstacle::Waits(Reason::NoJobGuarantee {}));
        }
        if protocol.core_task.is_some() && !has_full_exam_before(case, protocol) {
            return Err(Obstacle::Waits(Reason::NoFullExam {}));
        }

        let branch = protocol.branch.code();
        let entitlement = match protocol.core_task {
            None => format!("{scheme}-{branch}"),
            Some(task) => format!("{scheme}-{branch}-KT{task}-{}", protocol.attempt),
        };
        Ok(Earned {
            entitlement: named(entitlement)?,
            evidence: Some(id.clone()),
            application: None,
            category: named(branch)?,
            performed_on: protocol.examined_on,
            basis_date: protocol.examined_on,
            amount: AmountRule::Tariff(named(branch)?),
            spread: None,
            package: None,
        })
    }
}

/// The protocol of the full exam may still be on its way, so a resit without one waits; an officer refuses it when none comes.
fn has_full_exam_before(case: &BranchExam, resit: &ExamProtocol) -> bool {
    case.all_evidence().any(|(_, full)| {
        full.exam == resit.exam
            && full.core_task.is_none()
            && full.branch == resit.branch
            && full.took_part
            && full.examined_on <= resit.examined_on
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::story::{Story, again};
    use crate::testkit::{self, SCHOOL, euro};

    const MAY: Date = date(2023, 5, 10);
    const JUNE: Date = date(2023, 6, 14);

    fn full() -> ExamProtocol {
        ExamProtocol {
            exam: BranchExamKind::Basic,
            branch: Branch::Bicycle,
            core_task: None,
            attempt: 1,
            examined_on: MAY,
            took_part: true,
            referred_by_uwv: true,
            job_guarantee: true,
        }
    }

    fn resit(attempt: u32) -> ExamProtocol {
        ExamProtocol {
            core_task: Some(2),
            attempt,
            examined_on: JUNE,
            ..full()
        }
    }

    fn line(item: &str, protocol: &str, day: Date, claimed: &str) -> Presented {
        testkit::line(item, protocol, day, claimed)
    }

    fn full_line() -> Presented {
        line("BMB_FULL/BICYCLE", "P-1", MAY, "395.00")
    }

    fn resit_line(protocol: &str, invoice: &str) -> Presented {
        again(
            &line("BMB_RESIT/BICYCLE", protocol, JUNE, "145.00"),
            SCHOOL,
            invoice,
            "1",
        )
    }

    fn story() -> Story<BranchExamRule> {
        Story::begin()
    }

    #[test]
    fn participation_is_paid_passed_or_not() {
        let mut story = story();
        story.evidence("P-1", 1, full()).present(&full_line());
        assert_eq!(story.earned(&full_line()), euro("395.00"));
    }

    #[test]
    fn e3_who_did_not_take_part_earns_nothing() {
        let mut story = story();
        story
            .evidence(
                "P-1",
                1,
                ExamProtocol {
                    took_part: false,
                    ..full()
                },
            )
            .present(&full_line());
        assert_eq!(
            story.rejected_for(&full_line()),
            Reason::NotPerformed { planned_on: MAY }
        );
    }

    #[test]
    fn a_candidate_not_referred_by_uwv_is_outside_the_scheme() {
        let mut story = story();
        story
            .evidence(
                "P-1",
                1,
                ExamProtocol {
                    referred_by_uwv: false,
                    ..full()
                },
            )
            .present(&full_line());
        assert_eq!(story.rejected_for(&full_line()), Reason::NotEligible {});
    }

    #[test]
    fn an_exam_without_a_job_guarantee_waits_for_it() {
        let mut story = story();
        story
            .evidence(
                "P-1",
                1,
                ExamProtocol {
                    job_guarantee: false,
                    ..full()
                },
            )
            .present(&full_line());
        assert_eq!(story.waits_for(&full_line()), Reason::NoJobGuarantee {});
        story.evidence("P-1", 2, full());
        assert_eq!(story.earned(&full_line()), euro("395.00"));
    }

    #[test]
    fn a_resit_waits_for_the_full_exam_before_it() {
        let asked = resit_line("P-2", "F-2");
        let mut story = story();
        story.evidence("P-2", 1, resit(2)).present(&asked);
        assert_eq!(story.waits_for(&asked), Reason::NoFullExam {});
        story.evidence(
            "P-9",
            1,
            ExamProtocol {
                branch: Branch::Scooter,
                ..full()
            },
        );
        assert_eq!(
            story.waits_for(&asked),
            Reason::NoFullExam {},
            "of the same branch"
        );
        story.evidence("P-1", 1, full());
        assert_eq!(story.earned(&asked), euro("145.00"));
    }

    #[test]
    fn the_resit_of_a_specialist_does_not_follow_the_basic_exam() {
        let asked = line("BS_EXAM/BICYCLE", "P-2", JUNE, "145.00");
        let mut story = story();
        story.evidence("P-1", 1, full());
        story
            .evidence(
                "P-2",
                1,
                ExamProtocol {
                    exam: BranchExamKind::Specialist,
                    ..resit(2)
                },
            )
            .present(&asked);
        assert_eq!(story.waits_for(&asked), Reason::NoFullExam {});
    }

    #[test]
    fn a_resit_falls_with_the_full_exam_that_it_followed() {
        let asked = resit_line("P-2", "F-2");
        let mut story = story();
        story
            .evidence("P-1", 1, full())
            .evidence("P-2", 1, resit(2))
            .present(&full_line())
            .present(&asked);
        story.evidence(
            "P-1",
            2,
            ExamProtocol {
                took_part: false,
                ..full()
            },
        );
        assert_eq!(
            story.reversed_for(&full_line()),
            Reason::NotPerformed { planned_on: MAY }
        );
        assert_eq!(story.reversed_for(&asked), Reason::NoFullExam {});
    }

    #[test]
    fn a_second_resit_is_paid_and_the_same_attempt_is_not_paid_twice() {
        let (first, second, repeated) = (
            resit_line("P-2", "F-2"),
            resit_line("P-3", "F-3"),
            resit_line("P-4", "F-4"),
        );
        let mut story = story();
        story.evidence("P-1", 1, full());
        story
            .evidence("P-2", 1, resit(2))
            .evidence("P-3", 1, resit(3))
            .evidence("P-4", 1, resit(2));
        story.present(&first).present(&second).present(&repeated);
        assert_eq!(story.earned(&first) + story.earned(&second), euro("290.00"));
        assert_eq!(
            story.rejected_for(&repeated),
            Reason::DuplicateInvoice { first: first.line }
        );
    }
}
