//! MBO practical exams: a fixed incentive to the school for every pass.
//!
//! The examiner's result is the evidence and comes from the examiner, never from the school that claims. The school that booked is
//! paid, also when the learner has moved on; a fail, an exam that the learner or employer booked, or one that the school held itself
//! gives nothing. The tariff is that of the day of booking. Source: annual report 2023, lines 376-380, and the examiner's public terms.
//!
//! All exams of a learner are one case, so that an exam code that is mapped later, and the two successors of an old two-part exam, are
//! judged beside what was already paid.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Award, Claim, Earned, Presented, Proof, Rule};
use crate::context::Context;
use crate::ids::{Brin, Entitlement, EvidenceId};
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;
use crate::terms::{ExamType, SchemeTerms};

/// A learner's MBO practical exams.
pub type MboExam = Claim<MboExamRule>;

/// A result as the examiner recorded it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "examenresultaat")]
pub struct ExamResult {
    /// The examiner's code of the exam.
    pub exam: String,
    /// The day of booking.
    pub booked_on: Date,
    /// The day of the exam.
    pub examined_on: Date,
    /// Which attempt it was.
    pub attempt: u32,
    /// How it ended.
    pub outcome: Outcome,
    /// Who booked.
    pub booked_by: Booker,
    /// Who held the exam.
    pub held_by: Holder,
}

/// How an exam ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "uitslag")]
pub enum Outcome {
    /// Passed.
    #[doc(alias = "geslaagd")]
    Passed,
    /// Failed.
    #[doc(alias = "gezakt")]
    Failed,
    /// Did not appear.
    Absent,
    /// Cancelled.
    Cancelled,
    /// A pass that was withdrawn later.
    Withdrawn,
}

/// Who booked an exam.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "boekende partij")]
pub enum Booker {
    /// A school.
    School(Brin),
    /// The training company.
    Company,
    /// The learner.
    Learner,
}

/// Who held an exam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "afnemer")]
pub enum Holder {
    /// The exam body.
    ExamBody,
    /// The school itself.
    School,
}

impl Proof for ExamResult {
    fn scheme(&self) -> SchemeCode {
        SchemeCode::MboExam
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.examined_on)
    }

    fn entitles(&self) -> bool {
        self.outcome == Outcome::Passed
            && self.held_by == Holder::ExamBody
            && matches!(self.booked_by, Booker::School(_))
    }

    fn school(&self) -> Option<&Brin> {
        match &self.booked_by {
            Booker::School(brin) => Some(brin),
            Booker::Company | Booker::Learner => None,
        }
    }
}

/// When an exam is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MboExamRule;

impl Rule for MboExamRule {
    const AGGREGATE: &'static str = "MboExam";
    type Evidence = ExamResult;

    fn assess(case: &Claim<Self>, line: &Presented, context: &Context) -> Result<Earned, Obstacle> {
        let terms = context
            .scheme(SchemeCode::MboExam)
            .ok_or(Obstacle::Waits(Reason::NoTerms {}))?;
        let exam = known_type(terms, &line.item.kind)?;
        let (id, result) = matching(case, line, terms, exam).ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;

        match result.outcome {
            Outcome::Passed => {}
            Outcome::Failed => {
                return bars(Reason::NotPassed {
                    examined_on: result.examined_on,
                });
            }
            Outcome::Absent | Outcome::Cancelled => {
                return bars(Reason::NotPerformed {
                    planned_on: result.examined_on,
                });
            }
            Outcome::Withdrawn => return bars(Reason::ResultRevoked {}),
        }
        if result.held_by == Holder::School {
            return bars(Reason::NotIbki {});
        }
        match &result.booked_by {
            Booker::Company | Booker::Learner => return bars(Reason::NotBookedBySchool {}),
            Booker::School(brin) => {
                let payee = context.payee(&line.line.payee);
                if payee.and_then(|payee| payee.brin.as_ref()) != Some(brin) {
                    let first = other_payee(case, line, exam);
                    return bars(Reason::DuplicateOtherPayee {
                        first,
                        booked_by: Some(brin.clone()),
                    });
                }
            }
        }

        Ok(Earned {
            entitlement: named(exam.code.as_str())?,
            evidence: Some(id.clone()),
            application: None,
            category: named(exam.code.as_str())?,
            performed_on: result.examined_on,
            basis_date: result.booked_on,
            amount: AmountRule::Tariff(exam.tariff.clone()),
            spread: None,
            package: None,
        })
    }

    /// An exam is paid once; an old two-part exam and the successors of the same content exclude each other.
    fn excludes(standing: &Award, earned: &Earned, context: &Context) -> bool {
        if standing.entitlement == earned.entitlement {
            return true;
        }
        let of = |entitlement: &Entitlement| {
            context
                .scheme(SchemeCode::MboExam)
                .and_then(|terms| terms.exam_type(entitlement.as_str()))
        };
        match (of(&standing.entitlement), of(&earned.entitlement)) {
            (Some(a), Some(b)) => a.code == b.code || (a.content == b.content && (a.two_part || b.two_part)),
            _ => false,
        }
    }
}

fn known_type<'a>(terms: &'a SchemeTerms, code: &str) -> Result<&'a ExamType, Obstacle> {
    terms.exam_type(code).ok_or_else(|| {
        Obstacle::Waits(Reason::UnknownType {
            item: code.to_owned(),
        })
    })
}

/// The result that the line refers to, by number or else by exam and date; of two on one day the one that entitles.
fn matching<'a>(
    case: &'a MboExam,
    line: &Presented,
    terms: &SchemeTerms,
    exam: &ExamType,
) -> Option<(&'a EvidenceId, &'a ExamResult)> {
    let referred_to = |(id, result): &(&EvidenceId, &ExamResult)| {
        let found = line
            .evidence
            .as_ref()
            .map_or(result.examined_on == line.performed_on, |named| named == *id);
        found
            && terms
                .exam_type(&result.exam)
                .is_some_and(|known| known.code == exam.code)
    };
    let mut results = case.all_evidence().filter(referred_to);
    results
        .clone()
        .find(|(_, result)| result.entitles())
        .or_else(|| results.next())
}

fn other_payee(case: &MboExam, line: &Presented, exam: &ExamType) -> Option<crate::ids::LineRef> {
    case.lines()
        .find(|other| {
            other.presented.line.payee != line.line.payee
                && other
                    .state
                    .award()
                    .is_some_and(|award| award.entitlement.as_str() == exam.code)
        })
        .map(|other| other.presented.line.clone())
}

const fn bars<T>(reason: Reason) -> Result<T, Obstacle> {
    Err(Obstacle::Bars(reason))
}

#[cfg(test)]
mod tests;
