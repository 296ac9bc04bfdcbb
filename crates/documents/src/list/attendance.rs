//! Attendance at training days: training providers, monthly (section 2.2).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::identifier::LearnerNumber;

fields! {
    /// One participant on one training day.
    pub struct Attendance, read as AttendanceFields {
        /// Number of the attendance record, unique.
        pub number: String = required "presentienummer" | "presentie_id",
        /// A higher version replaces a lower one.
        pub version: u32 = or_one "versie" | "rev",
        /// The provider's number of the participant.
        pub learner: LearnerNumber = required "deelnemer" | "deelnemernummer" | "kandidaat",
        /// Under which scheme the day was given.
        pub scheme: AttendanceScheme = required "regeling",
        /// Date of the day: performance date and tariff date.
        pub day: Date = required "datum" | "dag",
        /// Sub-branch of the training.
        pub sub_branch: SubBranch = required "deelbranche",
        /// Level as enrolled at that date; always there for `RPT`.
        pub level: Option<Level> = optional "niveau",
        /// What kind of participant.
        pub participant: ParticipantKind = required "soort_deelnemer" | "soort",
        /// Whether the participant was there.
        pub presence: Presence = required "aanwezig" | "presentie",
        /// Affiliation number of the training company; absent when it is not affiliated.
        pub affiliation: Option<String> = expected "aansluitnummer" | "aansluiting",
        /// `RPT_PILOT`: number of the package.
        pub package: Option<String> = optional "pakket" | "pakketnummer",
        /// `RPT_LM`: date of the didactic module, when followed.
        pub module_on: Option<Date> = optional "module_op" | "didactische_module_op",
        /// `LM_TRAINING`: which training.
        pub training: Option<MentorTraining> = optional "training" | "lijn",
        [ignored: "locatie"]
    }
}

words! {
    /// A scheme under which training days are given.
    pub enum AttendanceScheme {
        /// Practical training days.
        Rpt = "RPT",
        /// The first-year package.
        RptPilot = "RPT_PILOT",
        /// The technical day of a workplace mentor.
        RptLm = "RPT_LM",
        /// Mentor training.
        LmTraining = "LM_TRAINING",
    }
}

words! {
    /// Sub-branch of a training day.
    pub enum SubBranch {
        /// Passenger cars.
        PassengerCar = "personenauto",
        /// Trucks.
        Truck = "truck",
        /// Two-wheelers.
        TwoWheeler = "tweewieler",
    }
}

words! {
    /// Level at which a participant is enrolled.
    pub enum Level {
        /// Level 2.
        Two = "2",
        /// Level 3.
        Three = "3",
        /// Level 4.
        Four = "4",
        /// Lateral entry.
        LateralEntry = "zij-instroom",
    }
}

words! {
    /// What kind of participant.
    pub enum ParticipantKind {
        /// A learner in BBL.
        Bbl = "bbl",
        /// A lateral entrant.
        LateralEntrant = "zij-instroom",
        /// A workplace mentor.
        Mentor = "leermeester",
        /// A first-year student.
        FirstYear = "eerstejaars",
    }
}

words! {
    /// Whether a participant was there.
    pub enum Presence {
        /// Was there.
        Present = "ja" | "j" | "1",
        /// Was not there.
        Absent = "nee" | "n" | "0",
        /// Was not there and had said so.
        Excused = "afgemeld",
    }
}

words! {
    /// A training for workplace mentors.
    pub enum MentorTraining {
        /// Two-wheelers.
        TwoWheeler = "TW",
        /// Becoming a mentor, workshop.
        BecomingWorkshop = "LW-WP",
        /// Becoming a mentor, management and sales.
        BecomingManagement = "LW-MS",
        /// Being a mentor.
        Being = "LZ",
    }
}

impl Record for Attendance {
    type Fields = AttendanceFields;

    fn assemble(fields: AttendanceFields, row: &mut RowReader<'_>) -> Option<Self> {
        if fields.scheme == Some(AttendanceScheme::Rpt) && fields.level == Some(None) {
            return row.missing("niveau");
        }
        fields.sound()
    }
}
