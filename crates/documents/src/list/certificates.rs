//! Certificates: recognised prior learning (section 2.3), work on electric vehicles (section 2.9).

use jiff::civil::Date;

use super::columns::{fields, plain_record};
use super::words::words;
use crate::identifier::LearnerNumber;

fields! {
    /// A certificate of recognised prior learning.
    pub struct EvcCertificate, read as EvcCertificateFields {
        /// Number of the certificate, unique.
        pub number: String = required "certificaatnummer",
        /// A higher version replaces a lower one.
        pub version: u32 = or_one "versie" | "rev",
        /// The provider's number of the candidate.
        pub learner: LearnerNumber = required "kandidaat" | "deelnemer",
        /// The standard, for instance `APK`.
        pub standard: String = required "standaard",
        /// Date of the certificate: performance date and tariff date.
        pub issued_on: Date = required "afgegeven_op",
        /// Name or number of the provider, an organisation.
        pub provider: String = required "aanbieder",
        /// Whether the provider is recognised.
        pub provider_recognised: bool = required "erkend",
        /// Whether the candidate works in the sector.
        pub employed_in_sector: bool = required "in_dienst",
    }
}

fields! {
    /// A certificate for work on electric vehicles.
    pub struct EvCertificate, read as EvCertificateFields {
        /// Number of the certificate, unique.
        pub number: String = required "certificaatnummer",
        /// A higher version replaces a lower one.
        pub version: u32 = or_one "versie" | "rev",
        /// The exam body's number of the candidate.
        pub learner: LearnerNumber = required "kandidaat",
        /// Who examined.
        pub exam_body: ExamBody = required "exameninstelling",
        /// Date of the exam: performance date.
        pub examined_on: Date = required "examendatum",
        /// Date of the certificate.
        pub issued_on: Date = required "afgegeven_op",
        /// Whether the candidate passed.
        pub passed: bool = required "geslaagd",
    }
}

words! {
    /// A body that examines for EV certificates.
    pub enum ExamBody {
        /// IBKI.
        Ibki = "IBKI",
        /// ECARR.
        Ecarr = "ECARR",
    }
}

plain_record!(EvcCertificate, EvcCertificateFields);
plain_record!(EvCertificate, EvCertificateFields);
