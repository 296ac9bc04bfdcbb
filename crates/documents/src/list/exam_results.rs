//! Exam results: the examiner's monthly export (section 2.1).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;
use crate::fault::FaultCode;
use crate::identifier::{LearnerNumber, parse_brin};

/// The result of one exam of one learner, as the examiner booked it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExamResult {
    /// Number of the result, unique.
    pub number: String,
    /// A higher version replaces a lower one.
    pub version: u32,
    /// The examiner's number of the learner.
    pub learner: LearnerNumber,
    /// Exam code, for instance `PA-017`.
    pub exam_code: String,
    /// Date of booking: basis date of the tariff.
    pub booked_on: Date,
    /// Date of the exam: performance date.
    pub examined_on: Date,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// How it ended.
    pub outcome: ExamOutcome,
    /// Who booked it.
    pub booked_by: Booker,
    /// Who held it.
    pub taken_by: ExamTaker,
}

/// Who booked an exam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Booker {
    /// A school, by its BRIN.
    School {
        /// The BRIN, four characters.
        brin: String,
    },
    /// A training company, by its own number.
    Company {
        /// The company's number.
        number: String,
    },
    /// The learner; the number is personal.
    Learner {
        /// The learner's own number.
        number: LearnerNumber,
    },
}

words! {
    /// How an exam ended.
    pub enum ExamOutcome {
        /// Passed.
        Passed = "geslaagd",
        /// Failed.
        Failed = "gezakt",
        /// The learner did not appear.
        Absent = "niet verschenen",
        /// The booking was cancelled.
        Cancelled = "geannuleerd",
        /// A pass that was withdrawn later.
        Withdrawn = "ingetrokken",
    }
}

words! {
    /// Who held an exam.
    pub enum ExamTaker {
        /// The examiner.
        Ibki = "IBKI",
        /// The school itself.
        School = "school",
    }
}

words! {
    /// What kind of booker.
    pub(crate) enum BookerKind {
        /// A school.
        School = "school",
        /// A training company.
        Company = "leerbedrijf",
        /// The learner.
        Learner = "kandidaat",
    }
}

fields! {
    struct ExamResultFields {
        number: String = required "uitslagnummer" | "resultaatnr" | "result_id",
        version: u32 = or_one "versie" | "rev",
        learner: LearnerNumber = required "kandidaatnummer" | "kandidaat",
        exam_code: String = required "examencode" | "examen",
        booked_on: Date = required "boekingsdatum" | "geboekt_op",
        examined_on: Date = required "examendatum" | "examen_op",
        attempt: u32 = or_one "poging",
        outcome: ExamOutcome = required "uitslag" | "resultaat",
        booked_by: String = required "geboekt_door" | "boeker",
        booker: BookerKind = required "soort_boeker" | "boekersoort",
        taken_by: ExamTaker = required "afgenomen_door" | "afname",
        [ignored: "examenomschrijving" | "omschrijving"]
    }
}

impl Record for ExamResult {
    type Fields = ExamResultFields;

    fn assemble(fields: ExamResultFields, row: &mut RowReader<'_>) -> Option<Self> {
        let booked_by = match (fields.booker?, fields.booked_by?) {
            (BookerKind::School, text) => match parse_brin(&text) {
                Some(brin) => Booker::School { brin },
                None => return row.refuse(FaultCode::InvalidBrin, "geboekt_door"),
            },
            (BookerKind::Company, number) => Booker::Company { number },
            (BookerKind::Learner, text) => {
                row.holds_learner("geboekt_door");
                Booker::Learner {
                    number: LearnerNumber::new(text),
                }
            }
        };
        Some(Self {
            number: fields.number?,
            version: fields.version?,
            learner: fields.learner?,
            exam_code: fields.exam_code?,
            booked_on: fields.booked_on?,
            examined_on: fields.examined_on?,
            attempt: fields.attempt?,
            outcome: fields.outcome?,
            booked_by,
            taken_by: fields.taken_by?,
        })
    }
}
