//! Training days: regional practical training, its pilots, and the days of workplace mentors.
//!
//! A day is subsidised once per person, whatever the scheme (I3, I13), so a case is a participant and a date. The attendance list of
//! the provider is the evidence. A regional day earns a contribution by sub-branch and level as enrolled on that date, the lower level
//! the more. Of a pilot package at most three days are funded. A mentor's two-wheeler day counts when the didactic module was followed too.
//! Source: annual report 2023, lines 255, 299-306, 324-344.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule};
use crate::context::Context;
use crate::ids::{Category, LearnerKey, PackageNumber};
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A participant's training day.
pub type TrainingDay = Claim<TrainingDayRule>;

/// Returns the case of a participant and a date.
#[must_use]
pub fn case(participant: &LearnerKey, day: Date) -> String {
    format!("{participant}:{day}")
}

/// An attendance record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "presentie")]
pub struct Attendance {
    /// The scheme under which the day was given.
    pub scheme: SchemeCode,
    /// The day.
    pub day: Date,
    /// The sub-branch.
    pub sub_branch: SubBranch,
    /// The level as enrolled on that day; nothing where it does not matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// What the participant is.
    pub participant: Participant,
    /// Whether the participant was there.
    pub present: bool,
    /// Whether the training company is affiliated with the fund.
    pub affiliated: bool,
    /// The package of a pilot day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<PackageNumber>,
    /// The day of the didactic module, when it was followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module_on: Option<Date>,
    /// The line of mentor training.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub training: Option<Category>,
}

/// A sub-branch of the trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "deelbranche")]
pub enum SubBranch {
    /// Passenger cars.
    PassengerCar,
    /// Trucks.
    Truck,
    /// Two-wheelers.
    TwoWheeler,
}

impl SubBranch {
    /// Returns the short code of item codes and categories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::PassengerCar => "PA",
            Self::Truck => "TR",
            Self::TwoWheeler => "TW",
        }
    }
}

/// The level at which a learner is enrolled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "niveau")]
pub enum Level {
    /// MBO level 2.
    Two,
    /// MBO level 3.
    Three,
    /// MBO level 4.
    Four,
    /// Lateral entry, without a level.
    #[doc(alias = "zij-instroom")]
    LateralEntry,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Two => "N2",
            Self::Three => "N3",
            Self::Four => "N4",
            Self::LateralEntry => "ZIJ",
        })
    }
}

/// What a participant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "soort deelnemer")]
pub enum Participant {
    /// A learner of the dual track (BBL).
    #[doc(alias = "BBL")]
    Learner,
    /// A lateral entrant.
    LateralEntrant,
    /// A first-year student of a pilot.
    FirstYear,
    /// A workplace mentor.
    #[doc(alias = "leermeester")]
    WorkplaceMentor,
}

impl Proof for Attendance {
    fn scheme(&self) -> SchemeCode {
        self.scheme
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.day)
    }

    fn entitles(&self) -> bool {
        self.present && self.affiliated && right_participant(self)
    }
}

/// When a day is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrainingDayRule;

impl Rule for TrainingDayRule {
    const AGGREGATE: &'static str = "TrainingDay";
    type Evidence = Attendance;

    fn assess(case: &Claim<Self>, line: &Presented, context: &Context) -> Result<Earned, Obstacle> {
        let scheme = line.item.scheme;
        let (id, record) = case
            .all_evidence()
            .find(|(id, record)| {
                record.scheme == scheme && line.evidence.as_ref().is_none_or(|named| named == *id)
            })
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;

        if !record.present {
            return Err(Obstacle::Bars(Reason::NotPerformed {
                planned_on: record.day,
            }));
        }
        if !right_participant(record) {
            return Err(Obstacle::Bars(Reason::NotALearner {}));
        }
        if !record.affiliated {
            return Err(Obstacle::Waits(Reason::NotAffiliated {}));
        }
        if scheme == SchemeCode::RptLm && record.module_on.is_none() {
            return Err(Obstacle::Waits(Reason::ModuleMissing {}));
        }
        let package = package_of(record)?;
        if let Some(package) = package
            && !context.package_has_room(package, &line.line)
        {
            return Err(Obstacle::Bars(Reason::PackageFull {
                package: package.clone(),
            }));
        }

        let kind = kind_of(record);
        Ok(Earned {
            entitlement: named("day")?,
            evidence: Some(id.clone()),
            application: None,
            category: named(kind.as_str())?,
            performed_on: record.day,
            basis_date: record.day,
            amount: AmountRule::Tariff(named(kind)?),
            spread: None,
            package: package.cloned(),
        })
    }
}

/// Mentors follow mentor days; everyone else follows learners' days.
fn right_participant(record: &Attendance) -> bool {
    let mentor = record.participant == Participant::WorkplaceMentor;
    mentor == matches!(record.scheme, SchemeCode::RptLm | SchemeCode::LmTraining)
}

/// A pilot day belongs to a package, or it cannot be known how many were funded; other days belong to none.
fn package_of(record: &Attendance) -> Result<Option<&PackageNumber>, Obstacle> {
    match (record.scheme, &record.package) {
        (SchemeCode::RptPilot, None) => Err(Obstacle::Waits(Reason::NotIdentified {})),
        (SchemeCode::RptPilot, package) => Ok(package.as_ref()),
        _ => Ok(None),
    }
}

/// The key of tariff and category: by evidence, whatever the invoice says.
fn kind_of(record: &Attendance) -> String {
    match (record.scheme, record.level, &record.training) {
        (SchemeCode::Rpt, Some(level), _) => format!("{}-{level}", record.sub_branch.code()),
        (SchemeCode::LmTraining, _, Some(training)) => training.to_string(),
        _ => record.sub_branch.code().to_owned(),
    }
}

#[cfg(test)]
mod tests;
