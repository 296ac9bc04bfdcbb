//! Protocols of Branchemedewerker and Branchespecialist exams (section 2.4).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use super::words::{CycleBranch, words};
use crate::identifier::LearnerNumber;

fields! {
    /// The protocol of one candidate's branch exam.
    pub struct ExamProtocol, read as ExamProtocolFields {
        /// Number of the protocol, unique.
        pub number: String = required "protocolnummer",
        /// A higher version replaces a lower one.
        pub version: u32 = or_one "versie" | "rev",
        /// Number of the candidate.
        pub learner: LearnerNumber = required "kandidaat" | "deelnemer",
        /// Which exam.
        pub exam: BranchExam = required "examen",
        /// Bicycle or scooter.
        pub branch: CycleBranch = required "tak",
        /// The core task that was resat; absent for a full exam.
        pub core_task: Option<u32> = optional "kerntaak",
        /// Which attempt it was, from 1.
        pub attempt: u32 = or_one "poging",
        /// Date of the exam: performance date and tariff date.
        pub held_on: Date = required "datum",
        /// Whether the candidate took part.
        pub participated: bool = required "deelgenomen",
        /// Whether the candidate passed; absent when not known.
        pub passed: Option<bool> = optional "geslaagd",
        /// Whether UWV referred the candidate.
        pub uwv_referral: bool = required "uwv" | "uwv_verwijzing",
        /// Whether a signed job guarantee is on file.
        pub job_guarantee: bool = required "baangarantie",
    }
}

words! {
    /// An exam of the branch.
    pub enum BranchExam {
        /// Branchemedewerker.
        Branchemedewerker = "branchemedewerker",
        /// Branchespecialist.
        Branchespecialist = "branchespecialist",
    }
}

plain_record!(ExamProtocol, ExamProtocolFields);
