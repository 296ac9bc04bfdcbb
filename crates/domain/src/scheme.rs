//! The catalogue: fifteen schemes, and what is fixed about each.
//!
//! What a decision of the board can change (opening, tariff, budget policy, late date) is in [`crate::terms`]; what follows
//! from the nature of a scheme is here. Source: the scheme cards of the domain dossier, sections 2.0 and 2.3, which rest on the
//! annual report 2023 of the fund.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! schemes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal),+ $(,)?) => {
        /// A subsidy scheme of the fund.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[doc(alias = "regeling")]
        pub enum SchemeCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant),+
        }

        impl SchemeCode {
            /// Every scheme, in the order in which reports list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the code under which the scheme is stored and claimed.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }
    };
}

schemes! {
    /// Practical exams of MBO students: an incentive to the school for every pass.
    MboExam = "MBO_EXAM",
    /// Recognition of prior learning: a fixed amount for a completed procedure.
    Evc = "EVC",
    /// Regional practical training days: a contribution per learner and day, higher for lower levels.
    Rpt = "RPT",
    /// Pilot for first-years: three days of a package of six funded in full.
    RptPilot = "RPT_PILOT",
    /// Technical day and didactic module for workplace mentors in the two-wheeler trade.
    RptLm = "RPT_LM",
    /// Branchemedewerker Basis: participation in the full exam.
    BmbFull = "BMB_FULL",
    /// Branchemedewerker Basis: resit of one core task.
    BmbResit = "BMB_RESIT",
    /// Branchespecialist: participation in the exam.
    BsExam = "BS_EXAM",
    /// Training days of workplace mentors.
    LmTraining = "LM_TRAINING",
    /// Career cheques: issue reserves, redemption pays.
    CareerCheque = "CAREER_CHEQUE",
    /// Budget coaching: a completed trajectory.
    BudgetCoach = "BUDGET_COACH",
    /// Sterk Techniekonderwijs: yearly cofinancing of a region up to its grant.
    Sto = "STO",
    /// Certification for work on electric vehicles.
    EvCert = "EV_CERT",
    /// Contributions to the regional truck academies.
    TruckAcademy = "TRUCK_ACADEMY",
    /// On Stage: an agreed amount for a school year.
    OnStage = "ON_STAGE",
}

/// The event that gives entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "aanspraakmoment")]
pub enum Trigger {
    /// A pass at the exam body, booked by the school.
    Pass,
    /// A completed procedure or trajectory.
    Completion,
    /// A day delivered and attended.
    DayDelivered,
    /// Participation, passed or not.
    Participation,
    /// Redemption of a cheque.
    Redemption,
    /// A grant on an application, then an invoice.
    Grant,
    /// A certificate obtained.
    Certificate,
    /// An agreement for a term.
    Agreement,
}

/// The independent evidence that a claim is matched with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "bewijsstuk")]
pub enum EvidenceKind {
    /// The examiner's result.
    ExamResult,
    /// The certificate of the provider.
    EvcCertificate,
    /// An attendance record.
    Attendance,
    /// The protocol of an exam.
    ExamProtocol,
    /// The redemption of a cheque.
    Redemption,
    /// The supplier's case record.
    CoachingCase,
    /// The grant decided on an application.
    Grant,
    /// The certificate of the exam body.
    EvCertificate,
    /// The agreement.
    Agreement,
}

/// What is counted. Units of different kinds are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[doc(alias = "eenheid")]
pub enum Unit {
    /// Passed or attended exams.
    Exam,
    /// Trajectories.
    Trajectory,
    /// Learners times days.
    Day,
    /// Participants.
    Participant,
    /// Resits.
    Resit,
    /// Cheques.
    Cheque,
    /// Regions times years.
    RegionYear,
    /// Certificates.
    Certificate,
    /// Projects.
    Project,
    /// School years.
    SchoolYear,
}

/// Which date picks the tariff version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "tariefdatum")]
pub enum BasisDate {
    /// The day on which the exam was booked (public precedent of 2012 and 2020).
    Booking,
    /// The day of the performance.
    Performance,
    /// The day of the decision on the application.
    Grant,
    /// The first day of the agreement.
    AgreementStart,
}

/// What makes two claims the same entitlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[doc(alias = "natuurlijke sleutel")]
pub enum NaturalKey {
    /// Learner and exam type: an exam is passed once.
    LearnerExamType,
    /// Learner and standard.
    LearnerStandard,
    /// Participant and date: one subsidised day per person per date, whatever the scheme.
    ParticipantDate,
    /// Candidate and branch: one full exam.
    CandidateBranch,
    /// Candidate, core task and attempt.
    CandidateCoreTaskAttempt,
    /// The number of the cheque.
    ChequeNumber,
    /// The number of the case.
    CaseNumber,
    /// Region and year.
    RegionYear,
    /// The number of the certificate.
    CertificateNumber,
    /// The number of the agreement.
    AgreementNumber,
}

/// What is fixed about a scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemeFacts {
    /// What gives entitlement.
    pub trigger: Trigger,
    /// What proves it.
    pub evidence: EvidenceKind,
    /// What is counted.
    pub unit: Unit,
    /// What makes it one.
    pub key: NaturalKey,
    /// Which date picks the tariff.
    pub basis_date: BasisDate,
    /// The aggregate type in whose streams its claims live.
    pub aggregate: &'static str,
    /// The route of the fund's programme (1 own direction, 2 employership, 3 young talent, 4 safe and healthy).
    pub route: u8,
}

impl SchemeCode {
    /// Returns what is fixed about the scheme.
    #[must_use]
    pub const fn facts(self) -> SchemeFacts {
        use BasisDate as B;
        use EvidenceKind as E;
        use NaturalKey as K;
        use Trigger as T;
        use Unit as U;
        match self {
            Self::MboExam => facts(
                T::Pass,
                E::ExamResult,
                U::Exam,
                K::LearnerExamType,
                B::Booking,
                "MboExam",
                3,
            ),
            Self::Evc => facts(
                T::Completion,
                E::EvcCertificate,
                U::Trajectory,
                K::LearnerStandard,
                B::Performance,
                "Evc",
                1,
            ),
            Self::Rpt => facts(
                T::DayDelivered,
                E::Attendance,
                U::Day,
                K::ParticipantDate,
                B::Performance,
                "TrainingDay",
                3,
            ),
            Self::RptPilot => facts(
                T::DayDelivered,
                E::Attendance,
                U::Day,
                K::ParticipantDate,
                B::Performance,
                "TrainingDay",
                3,
            ),
            Self::RptLm => facts(
                T::DayDelivered,
                E::Attendance,
                U::Participant,
                K::ParticipantDate,
                B::Performance,
                "TrainingDay",
                3,
            ),
            Self::LmTraining => facts(
                T::DayDelivered,
                E::Attendance,
                U::Day,
                K::ParticipantDate,
                B::Performance,
                "TrainingDay",
                3,
            ),
            Self::BmbFull => facts(
                T::Participation,
                E::ExamProtocol,
                U::Trajectory,
                K::CandidateBranch,
                B::Performance,
                "BranchExam",
                1,
            ),
            Self::BmbResit => facts(
                T::Participation,
                E::ExamProtocol,
                U::Resit,
                K::CandidateCoreTaskAttempt,
                B::Performance,
                "BranchExam",
                1,
            ),
            Self::BsExam => facts(
                T::Participation,
                E::ExamProtocol,
                U::Exam,
                K::CandidateBranch,
                B::Performance,
                "BranchExam",
                1,
            ),
            Self::CareerCheque => facts(
                T::Redemption,
                E::Redemption,
                U::Cheque,
                K::ChequeNumber,
                B::Performance,
                "CareerCheque",
                1,
            ),
            Self::BudgetCoach => facts(
                T::Completion,
                E::CoachingCase,
                U::Trajectory,
                K::CaseNumber,
                B::Performance,
                "BudgetCoach",
                1,
            ),
            Self::Sto => facts(
                T::Grant,
                E::Grant,
                U::RegionYear,
                K::RegionYear,
                B::Grant,
                "Cofinancing",
                3,
            ),
            Self::EvCert => facts(
                T::Certificate,
                E::EvCertificate,
                U::Certificate,
                K::CertificateNumber,
                B::Performance,
                "EvCertification",
                1,
            ),
            Self::TruckAcademy => facts(
                T::Agreement,
                E::Agreement,
                U::Project,
                K::AgreementNumber,
                B::AgreementStart,
                "Programme",
                3,
            ),
            Self::OnStage => facts(
                T::Agreement,
                E::Agreement,
                U::SchoolYear,
                K::AgreementNumber,
                B::AgreementStart,
                "Programme",
                3,
            ),
        }
    }
}

const fn facts(
    trigger: Trigger,
    evidence: EvidenceKind,
    unit: Unit,
    key: NaturalKey,
    basis_date: BasisDate,
    aggregate: &'static str,
    route: u8,
) -> SchemeFacts {
    SchemeFacts {
        trigger,
        evidence,
        unit,
        key,
        basis_date,
        aggregate,
        route,
    }
}

impl fmt::Display for SchemeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The text is no scheme code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a scheme code")]
pub struct UnknownScheme(pub String);

impl FromStr for SchemeCode {
    type Err = UnknownScheme;
    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        Self::ALL
            .iter()
            .copied()
            .find(|scheme| scheme.as_str() == text)
            .ok_or_else(|| UnknownScheme(text.to_owned()))
    }
}

/// An item code of an invoice line (BT-155): a scheme, and the kind within it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
#[doc(alias = "artikelcode")]
pub struct ItemCode {
    /// The scheme.
    pub scheme: SchemeCode,
    /// The kind within it, for instance an exam code; may be empty.
    pub kind: String,
}

impl FromStr for ItemCode {
    type Err = UnknownScheme;
    fn from_str(text: &str) -> Result<Self, UnknownScheme> {
        let (scheme, kind) = text.trim().split_once('/').unwrap_or((text.trim(), ""));
        Ok(Self {
            scheme: scheme.parse()?,
            kind: kind.to_owned(),
        })
    }
}

impl fmt::Display for ItemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind.is_empty() {
            write!(f, "{}", self.scheme)
        } else {
            write!(f, "{}/{}", self.scheme, self.kind)
        }
    }
}

impl TryFrom<String> for ItemCode {
    type Error = UnknownScheme;
    fn try_from(text: String) -> Result<Self, UnknownScheme> {
        text.parse()
    }
}

impl From<ItemCode> for String {
    fn from(item: ItemCode) -> Self {
        item.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_fifteen_schemes_each_under_its_own_code() {
        let codes: std::collections::BTreeSet<_> = SchemeCode::ALL.iter().map(|s| s.as_str()).collect();
        assert_eq!(codes.len(), 15);
        for scheme in SchemeCode::ALL {
            assert_eq!(scheme.as_str().parse(), Ok(*scheme));
            assert_eq!(serde_json::to_value(scheme).expect("serialises"), scheme.as_str());
        }
    }

    #[test]
    fn an_item_code_names_a_scheme_and_a_kind() {
        let item: ItemCode = "MBO_EXAM/PA-017".parse().expect("known");
        assert_eq!((item.scheme, item.kind.as_str()), (SchemeCode::MboExam, "PA-017"));
        assert_eq!(item.to_string(), "MBO_EXAM/PA-017");
        assert_eq!("STO".parse::<ItemCode>().expect("known").to_string(), "STO");
        assert!("MBO/PA-017".parse::<ItemCode>().is_err());
    }
}
