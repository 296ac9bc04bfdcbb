//! An application for a grant: the decision on it, and what is released of its commitment.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::FiscalYear;
use crate::ids::{ApplicationNumber, PayeeId};
use crate::money::Euro;
use crate::reason::ReleaseCause;
use crate::scheme::SchemeCode;

/// An application for a grant, with its decision and release as far as known. An issued cheque is one too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "aanvraag")]
pub struct Application {
    /// Its number.
    pub number: ApplicationNumber,
    /// The scheme.
    pub scheme: SchemeCode,
    /// Who applied, and is paid.
    pub applicant: PayeeId,
    /// The day of application.
    pub applied_on: Date,
    /// The fiscal year whose budget bears the commitment.
    pub year: FiscalYear,
    /// The last day on which it can be used, when it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Date>,
    /// The decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<GrantDecision>,
    /// What was released of the commitment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
}

/// The decision on an application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "toekenning")]
pub enum GrantDecision {
    /// Granted up to an amount: a commitment.
    Granted {
        /// The amount.
        amount: Euro,
        /// The day.
        on: Date,
    },
    /// Refused.
    Refused {
        /// Why.
        cause: ReleaseCause,
        /// The day.
        on: Date,
    },
}

/// A commitment, or part of it, set free.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "vrijval")]
pub struct Release {
    /// How much.
    pub amount: Euro,
    /// Why.
    pub cause: ReleaseCause,
    /// The day.
    pub on: Date,
}

/// An application as held, with what is still open of its commitment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldApplication {
    /// The application.
    pub application: Application,
    /// The open commitment.
    pub open: Euro,
}
