//! Budget coaching: a completed trajectory of financial insight or financial coaching.
//!
//! The supplier's case record is the evidence, under a case number without a name, employer or debt. Requested, started and completed are
//! versions of one record and are never added. Source: annual report 2023, lines 27 and 91-97; payment on completion is a fixture rule.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule, Stage};
use crate::context::Context;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A case of budget coaching.
pub type BudgetCoach = Claim<BudgetCoachRule>;

/// How far a case is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "dossier")]
pub struct CoachingCase {
    /// The day of the request.
    pub requested_on: Date,
    /// The day of the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_on: Option<Date>,
    /// The kind, once chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<CoachingKind>,
    /// The day of completion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completed_on: Option<Date>,
}

/// The kind of a trajectory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "soort traject")]
pub enum CoachingKind {
    /// Two conversations.
    #[doc(alias = "financieel inzicht")]
    FinancialInsight,
    /// Four to six conversations.
    #[doc(alias = "financiële coaching")]
    FinancialCoaching,
}

impl CoachingKind {
    /// Returns the code of item codes, tariffs and categories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::FinancialInsight => "FI",
            Self::FinancialCoaching => "FC",
        }
    }
}

impl Proof for CoachingCase {
    fn scheme(&self) -> SchemeCode {
        SchemeCode::BudgetCoach
    }

    fn performed_on(&self) -> Option<Date> {
        self.completed_on
    }

    fn entitles(&self) -> bool {
        self.completed_on.is_some() && self.kind.is_some()
    }

    fn stage(&self) -> Option<Stage> {
        let name = match (self.started_on, self.completed_on) {
            (_, Some(_)) => "completed",
            (Some(_), None) => "started",
            (None, None) => "requested",
        };
        Some(Stage {
            name: name.to_owned(),
            kind: self.kind.map(|kind| kind.code().to_owned()),
        })
    }
}

/// When a trajectory is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BudgetCoachRule;

impl Rule for BudgetCoachRule {
    const AGGREGATE: &'static str = "BudgetCoach";
    type Evidence = CoachingCase;

    fn assess(case: &Claim<Self>, _line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let completed = case
            .all_evidence()
            .find_map(|(id, record)| Some((id, record.kind?, record.completed_on?)))
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;
        let (id, kind, completed_on) = completed;
        Ok(Earned {
            entitlement: named("completed")?,
            evidence: Some(id.clone()),
            application: None,
            category: named(kind.code())?,
            performed_on: completed_on,
            basis_date: completed_on,
            amount: AmountRule::Tariff(named(kind.code())?),
            spread: None,
            package: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::story::Story;
    use crate::testkit::{self, euro};

    const COMPLETED: Date = date(2023, 5, 10);

    fn requested() -> CoachingCase {
        CoachingCase {
            requested_on: date(2023, 2, 1),
            started_on: None,
            kind: None,
            completed_on: None,
        }
    }

    fn started() -> CoachingCase {
        CoachingCase {
            started_on: Some(date(2023, 3, 1)),
            kind: Some(CoachingKind::FinancialInsight),
            ..requested()
        }
    }

    #[test]
    fn a_trajectory_is_paid_when_it_is_completed_and_its_stages_are_one_record() {
        let asked = testkit::line("BUDGET_COACH/FI", "D-1", COMPLETED, "250.00");
        let mut story = Story::<BudgetCoachRule>::begin();
        story.evidence("D-1", 1, requested()).present(&asked);
        story.evidence("D-1", 2, started());
        assert_eq!(story.waits_for(&asked), Reason::NoEvidence {});
        story.evidence(
            "D-1",
            3,
            CoachingCase {
                completed_on: Some(COMPLETED),
                ..started()
            },
        );
        assert_eq!(story.earned(&asked), euro("250.00"));
        assert_eq!(story.case().all_evidence().count(), 1);
    }

    #[test]
    fn versions_that_arrive_out_of_order_end_in_the_highest() {
        let completed = CoachingCase {
            completed_on: Some(COMPLETED),
            ..started()
        };
        let mut story = Story::<BudgetCoachRule>::begin();
        story.evidence("D-1", 3, completed.clone());
        assert_eq!(story.try_evidence("D-1", 1, requested()), Ok(vec![]));
        assert_eq!(
            story.case().evidence(&"D-1".parse().expect("a number")),
            Some(&completed)
        );
    }

    #[test]
    fn the_stage_of_a_record_tells_how_far_it_is() {
        let stage = |record: CoachingCase| record.stage().map(|stage| stage.name);
        assert_eq!(stage(requested()).as_deref(), Some("requested"));
        assert_eq!(stage(started()).as_deref(), Some("started"));
        let completed = CoachingCase {
            completed_on: Some(COMPLETED),
            ..started()
        };
        assert_eq!(stage(completed).as_deref(), Some("completed"));
    }
}
