//! Applications for a grant and their decisions (section 2.7).

use jiff::civil::Date;

use super::Record;
use super::cell::{Kvk, Year};
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::amount::Amount;
use crate::identifier::LearnerNumber;

/// An application for a grant, and what was decided on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Number of the application, unique.
    pub number: String,
    /// A higher version replaces a lower one.
    pub version: u32,
    /// What the grant is for.
    pub subject: GrantSubject,
    /// KVK number of the applicant.
    pub applicant_kvk: String,
    /// Date of the application.
    pub requested_on: Date,
    /// What was decided.
    pub decision: GrantDecision,
}

/// What a grant is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantSubject {
    /// Recognition of prior learning of one candidate.
    Evc {
        /// The candidate.
        learner: LearnerNumber,
        /// The standard.
        standard: String,
    },
    /// Cofinancing of a region for a year.
    Sto {
        /// The region.
        region: String,
        /// The calendar year.
        year: i16,
    },
}

/// What was decided on an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantDecision {
    /// Nothing yet.
    Undecided,
    /// Granted.
    Granted {
        /// Date of the decision.
        on: Date,
        /// Amount granted.
        amount: Amount,
        /// What was released of it.
        release: Option<Release>,
    },
    /// Refused.
    Refused {
        /// Date of the decision.
        on: Date,
        /// Why.
        reason: Option<GrantReason>,
    },
}

/// The release of what is open of a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Date of the release.
    pub on: Date,
    /// Amount released.
    pub amount: Amount,
    /// Why.
    pub reason: Option<GrantReason>,
}

words! {
    /// Why a grant was refused or released.
    pub enum GrantReason {
        /// The procedure was stopped.
        Stopped = "gestopt",
        /// Nothing was claimed.
        NotClaimed = "niet_gedeclareerd",
        /// Less was claimed than granted.
        Remainder = "restant",
        /// The candidate does not work in the sector.
        NotInSector = "niet_in_sector",
        /// The application came too late.
        TooLate = "te_laat",
    }
}

words! {
    /// A scheme that grants before it pays.
    pub(crate) enum GrantScheme {
        /// Cofinancing of regions.
        Sto = "STO",
        /// Recognition of prior learning.
        Evc = "EVC",
    }
}

words! {
    /// The word that says what was decided.
    pub(crate) enum DecisionWord {
        /// Granted.
        Granted = "toegekend",
        /// Refused.
        Refused = "afgewezen",
    }
}

fields! {
    struct GrantFields {
        number: String = required "aanvraagnummer",
        scheme: GrantScheme = required "regeling",
        version: u32 = or_one "versie" | "rev",
        learner: Option<LearnerNumber> = optional "kandidaat" | "deelnemer",
        standard: Option<String> = optional "standaard",
        region: Option<String> = optional "regio",
        year: Option<Year> = optional "jaar",
        applicant: Kvk = required "aanvrager" | "penvoerder",
        requested_on: Date = required "aangevraagd_op",
        decision: Option<DecisionWord> = optional "besluit",
        decided_on: Option<Date> = optional "besloten_op",
        amount: Option<Amount> = optional "bedrag",
        released_on: Option<Date> = optional "vrijgevallen_op",
        released: Option<Amount> = optional "vrijval" | "vrijgevallen_bedrag",
        reason: Option<GrantReason> = optional "reden",
    }
}

impl Record for Grant {
    type Fields = GrantFields;

    fn assemble(mut fields: GrantFields, row: &mut RowReader<'_>) -> Option<Self> {
        let subject = subject(&mut fields, row);
        let decision = decision(&fields, row);
        Some(Self {
            subject: subject?,
            decision: decision?,
            number: fields.number?,
            version: fields.version?,
            applicant_kvk: fields.applicant?.0,
            requested_on: fields.requested_on?,
        })
    }
}

fn subject(fields: &mut GrantFields, row: &mut RowReader<'_>) -> Option<GrantSubject> {
    match fields.scheme? {
        GrantScheme::Evc => {
            let learner = row.needed(fields.learner.take(), "kandidaat");
            let standard = row.needed(fields.standard.take(), "standaard");
            Some(GrantSubject::Evc {
                learner: learner?,
                standard: standard?,
            })
        }
        GrantScheme::Sto => {
            let region = row.needed(fields.region.take(), "regio");
            let year = row.needed(fields.year, "jaar");
            Some(GrantSubject::Sto {
                region: region?,
                year: year?.0,
            })
        }
    }
}

fn decision(fields: &GrantFields, row: &mut RowReader<'_>) -> Option<GrantDecision> {
    let release = release(fields, row);
    match fields.decision? {
        Some(DecisionWord::Granted) => {
            let on = row.needed(fields.decided_on, "besloten_op");
            let amount = row.needed(fields.amount, "bedrag");
            Some(GrantDecision::Granted {
                on: on?,
                amount: amount?,
                release: release?,
            })
        }
        Some(DecisionWord::Refused) => {
            let on = row.needed(fields.decided_on, "besloten_op");
            match release? {
                Some(_) => row.contradicting("vrijgevallen_op"),
                None => Some(GrantDecision::Refused {
                    on: on?,
                    reason: fields.reason?,
                }),
            }
        }
        None => match release? {
            Some(_) => row.contradicting("vrijgevallen_op"),
            None => Some(GrantDecision::Undecided),
        },
    }
}

/// The release, when there is one: a date and an amount, or neither.
fn release(fields: &GrantFields, row: &mut RowReader<'_>) -> Option<Option<Release>> {
    match (fields.released_on?, fields.released?) {
        (Some(on), Some(amount)) => Some(Some(Release {
            on,
            amount,
            reason: fields.reason?,
        })),
        (None, None) => Some(None),
        (Some(_), None) => row.missing("vrijval"),
        (None, Some(_)) => row.missing("vrijgevallen_op"),
    }
}
