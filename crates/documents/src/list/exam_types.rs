//! Exam types (section 2.11).

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;

/// A type of exam that can be subsidised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamType {
    /// Exam code, for instance `PA-017`; a later row for the same code replaces an earlier one.
    pub code: String,
    /// What it is called.
    pub description: String,
    /// Sub-branch.
    pub branch: ExamBranch,
    /// Level.
    pub level: ExamLevel,
    /// Key of the tariff, for instance `A`.
    pub tariff_group: String,
    /// Content group: types that share one exclude each other.
    pub content_group: String,
    /// Other codes under which the type is claimed.
    pub also_known_as: Vec<String>,
    /// What kind of exam.
    pub kind: ExamTypeKind,
}

words! {
    /// Sub-branch of an exam type.
    pub enum ExamBranch {
        /// Passenger cars.
        PassengerCar = "personenauto",
        /// Trucks.
        Truck = "truck",
        /// Bicycles.
        Bicycle = "fiets",
        /// Scooters.
        Scooter = "scooter",
        /// Caravans.
        Caravan = "caravan",
        /// Mobile equipment.
        Mobile = "mobiel",
        /// Commercial work.
        Commercial = "commercieel",
    }
}

words! {
    /// Level of an exam type.
    pub enum ExamLevel {
        /// Level 2.
        Two = "2",
        /// Level 3.
        Three = "3",
        /// Level 4.
        Four = "4",
    }
}

words! {
    /// What kind of exam a type is.
    pub enum ExamTypeKind {
        /// BVE.
        Bve = "bve",
        /// Proeve van bekwaamheid.
        Pvb = "pvb",
        /// HKS.
        Hks = "hks",
    }
}

fields! {
    struct ExamTypeFields {
        code: String = required "examencode",
        description: String = required "omschrijving",
        branch: ExamBranch = required "deelbranche",
        level: ExamLevel = required "niveau",
        tariff_group: String = required "tariefgroep",
        content_group: String = required "inhoud",
        also_known_as: Option<String> = optional "ook_bekend_als",
        kind: ExamTypeKind = required "soort",
    }
}

impl Record for ExamType {
    type Fields = ExamTypeFields;

    fn assemble(fields: ExamTypeFields, _: &mut RowReader<'_>) -> Option<Self> {
        let others = fields.also_known_as?.unwrap_or_default();
        Some(Self {
            code: fields.code?,
            description: fields.description?,
            branch: fields.branch?,
            level: fields.level?,
            tariff_group: fields.tariff_group?,
            content_group: fields.content_group?,
            also_known_as: others
                .split(',')
                .map(str::trim)
                .filter(|code| !code.is_empty())
                .map(str::to_owned)
                .collect(),
            kind: fields.kind?,
        })
    }
}
