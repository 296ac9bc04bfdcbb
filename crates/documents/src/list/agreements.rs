//! Agreements with schools, projects and partners (section 2.8).

use jiff::civil::Date;

use super::Record;
use super::cell::Kvk;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::amount::Amount;

/// An agreement under which instalments are paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreement {
    /// Number of the agreement, unique.
    pub number: String,
    /// Under which scheme.
    pub scheme: AgreementScheme,
    /// KVK number of the other party.
    pub contractor_kvk: String,
    /// The region.
    pub region: Option<String>,
    /// First day of the school year, project or term.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// The amount; absent for a framework without an amount of its own.
    pub amount: Option<Amount>,
    /// Reference of the board decision.
    pub decision: String,
}

words! {
    /// A scheme that works by agreements.
    pub enum AgreementScheme {
        /// On Stage.
        OnStage = "ON_STAGE",
        /// TruckAcademy.
        TruckAcademy = "TRUCK_ACADEMY",
        /// Cofinancing of regions.
        Sto = "STO",
    }
}

fields! {
    struct AgreementFields {
        number: String = required "overeenkomst",
        scheme: AgreementScheme = required "regeling",
        contractor: Kvk = required "contractant",
        region: Option<String> = optional "regio",
        from: Date = required "van",
        until: Date = required "tot",
        amount: Option<Amount> = optional "bedrag",
        decision: String = required "besluit",
    }
}

impl Record for Agreement {
    type Fields = AgreementFields;

    fn assemble(fields: AgreementFields, row: &mut RowReader<'_>) -> Option<Self> {
        let (from, until) = row.in_order(fields.from, fields.until, "tot")?;
        Some(Self {
            number: fields.number?,
            scheme: fields.scheme?,
            contractor_kvk: fields.contractor?.0,
            region: fields.region?,
            from,
            until,
            amount: fields.amount?,
            decision: fields.decision?,
        })
    }
}
