//! Certification for work on electric vehicles: part of the cost of exam and certificate. Opens in 2024; in 2023 it must be zero.
//!
//! Source: annual report 2023, lines 39 and 79: two exam bodies, at most five years.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule};
use crate::context::Context;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A technician's EV certificates.
pub type EvCertification = Claim<EvCertificationRule>;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "EV-certificaat")]
pub struct EvCertificate {
    /// The exam body, one of the two selected.
    pub exam_body: EvExamBody,
    /// The day of the exam.
    pub examined_on: Date,
    /// The day of the certificate.
    pub issued_on: Date,
    /// Whether the exam was passed.
    pub passed: bool,
}

/// The exam bodies selected for the scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "exameninstelling")]
pub enum EvExamBody {
    /// IBKI.
    Ibki,
    /// Ecarr.
    Ecarr,
}

impl EvExamBody {
    /// Returns the code of item codes, tariffs and categories.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ibki => "IBKI",
            Self::Ecarr => "ECARR",
        }
    }
}

impl Proof for EvCertificate {
    fn scheme(&self) -> SchemeCode {
        SchemeCode::EvCert
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.examined_on)
    }

    fn entitles(&self) -> bool {
        self.passed
    }
}

/// When a certificate is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvCertificationRule;

impl Rule for EvCertificationRule {
    const AGGREGATE: &'static str = "EvCertification";
    type Evidence = EvCertificate;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let (id, certificate) = case
            .all_evidence()
            .find(|(id, certificate)| {
                line.evidence
                    .as_ref()
                    .map_or(certificate.examined_on == line.performed_on, |named| named == *id)
            })
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;
        if !certificate.passed {
            return Err(Obstacle::Bars(Reason::NotPassed {
                examined_on: certificate.examined_on,
            }));
        }
        let body = certificate.exam_body.code();
        Ok(Earned {
            entitlement: named(id.as_str())?,
            evidence: Some(id.clone()),
            application: None,
            category: named(body)?,
            performed_on: certificate.examined_on,
            basis_date: certificate.examined_on,
            amount: AmountRule::Tariff(named(body)?),
            spread: None,
            package: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::story::Story;
    use crate::terms::{BudgetPolicy, Terms, TermsCommand};
    use crate::testkit::{self, euro};

    const OPENS: Date = date(2024, 4, 1);

    fn opens_in_2024() -> Story<EvCertificationRule> {
        let mut context = testkit::context();
        let terms = Terms {
            opens_on: OPENS,
            decided_on: date(2023, 11, 1),
            ..testkit::terms(BudgetPolicy::Warn)
        };
        testkit::adopt(&mut context, SchemeCode::EvCert, &TermsCommand::Adopt(terms));
        Story::within(context)
    }

    fn certificate(examined_on: Date) -> EvCertificate {
        EvCertificate {
            exam_body: EvExamBody::Ibki,
            examined_on,
            issued_on: examined_on,
            passed: true,
        }
    }

    #[test]
    fn an_exam_before_the_opening_is_refused_and_one_on_the_day_is_paid() {
        for (day, paid) in [(date(2024, 3, 31), false), (OPENS, true)] {
            let asked = testkit::line("EV_CERT/IBKI", "E-1", day, "300.00");
            let mut story = opens_in_2024();
            story.evidence("E-1", 1, certificate(day)).present(&asked);
            if paid {
                assert_eq!(story.earned(&asked), euro("300.00"));
            } else {
                let expected = Reason::SchemeNotOpen {
                    opens_on: Some(OPENS),
                    basis_date: day,
                };
                assert_eq!(story.rejected_for(&asked), expected);
            }
        }
    }

    #[test]
    fn a_line_that_says_a_later_day_than_its_certificate_is_refused_too() {
        let asked = testkit::line("EV_CERT/IBKI", "E-1", date(2024, 5, 1), "300.00");
        let early = date(2023, 10, 1);
        let mut story = opens_in_2024();
        story.evidence("E-1", 1, certificate(early)).present(&asked);
        let expected = Reason::SchemeNotOpen {
            opens_on: Some(OPENS),
            basis_date: early,
        };
        assert_eq!(story.rejected_for(&asked), expected);
    }

    #[test]
    fn e1_a_failed_exam_gives_no_certificate() {
        let asked = testkit::line("EV_CERT/IBKI", "E-1", OPENS, "300.00");
        let mut story = opens_in_2024();
        story
            .evidence(
                "E-1",
                1,
                EvCertificate {
                    passed: false,
                    ..certificate(OPENS)
                },
            )
            .present(&asked);
        assert_eq!(
            story.rejected_for(&asked),
            Reason::NotPassed { examined_on: OPENS }
        );
    }
}
