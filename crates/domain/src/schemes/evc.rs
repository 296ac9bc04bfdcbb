//! Recognition of prior learning (EVC): a fixed amount for a completed procedure.
//!
//! The certificate of a recognised provider is the evidence; a grant before the start, where one was given, is the commitment that it
//! draws. Source: annual report 2023, line 109 (EUR 1,350 for a completed procedure).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, GrantDecision, Presented, Proof, Rule};
use crate::context::Context;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A person's recognitions of prior learning.
pub type Evc = Claim<EvcRule>;

/// A certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "ervaringscertificaat")]
pub struct EvcCertificate {
    /// The standard.
    pub standard: String,
    /// The day of the certificate.
    pub issued_on: Date,
    /// Whether the provider is recognised.
    pub provider_recognised: bool,
    /// Whether the candidate works in the sector.
    pub in_sector: bool,
}

impl Proof for EvcCertificate {
    fn scheme(&self) -> SchemeCode {
        SchemeCode::Evc
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.issued_on)
    }

    fn entitles(&self) -> bool {
        self.provider_recognised && self.in_sector
    }
}

/// When a procedure is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EvcRule;

impl Rule for EvcRule {
    const AGGREGATE: &'static str = "Evc";
    type Evidence = EvcCertificate;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let (id, certificate) = case
            .all_evidence()
            .find(|(id, certificate)| {
                line.evidence.as_ref().map_or(
                    certificate.issued_on == line.performed_on && certificate.standard == line.item.kind,
                    |named| named == *id,
                )
            })
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;
        if !certificate.entitles() {
            return Err(Obstacle::Bars(Reason::NotEligible {}));
        }
        let granted = case
            .applications()
            .find(|held| {
                matches!(held.application.decision, Some(GrantDecision::Granted { .. }))
                    && !held.open.is_zero()
            })
            .map(|held| held.application.number.clone());
        Ok(Earned {
            entitlement: named(certificate.standard.as_str())?,
            evidence: Some(id.clone()),
            application: granted,
            category: named(certificate.standard.as_str())?,
            performed_on: certificate.issued_on,
            basis_date: certificate.issued_on,
            amount: AmountRule::Tariff(named(certificate.standard.as_str())?),
            spread: None,
            package: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::budget::Quantity;
    use crate::calendar::FiscalYear;
    use crate::claim::Application;
    use crate::money::Euro;
    use crate::reason::ReleaseCause;
    use crate::story::{Story, again, application, granted, released};
    use crate::testkit::{self, SCHOOL, euro};

    const ISSUED: Date = date(2023, 5, 10);

    fn certificate() -> EvcCertificate {
        EvcCertificate {
            standard: "APK".to_owned(),
            issued_on: ISSUED,
            provider_recognised: true,
            in_sector: true,
        }
    }

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", ISSUED, "1350.00")
    }

    fn story() -> Story<EvcRule> {
        Story::begin()
    }

    #[test]
    fn a_line_before_its_certificate_waits_and_resumes() {
        let mut story = story();
        story.present(&line());
        assert_eq!(story.waits_for(&line()), Reason::NoEvidence {});
        story.evidence("C-1", 1, certificate());
        assert_eq!(story.earned(&line()), euro("1350.00"));
    }

    #[test]
    fn a_provider_that_is_not_recognised_or_a_person_outside_the_sector_earns_nothing() {
        for outside in [
            EvcCertificate {
                provider_recognised: false,
                ..certificate()
            },
            EvcCertificate {
                in_sector: false,
                ..certificate()
            },
        ] {
            let mut story = story();
            story.evidence("C-1", 1, outside).present(&line());
            assert_eq!(story.rejected_for(&line()), Reason::NotEligible {});
        }
    }

    #[test]
    fn a_person_is_paid_once_for_a_standard() {
        let second = again(
            &testkit::line("EVC/APK", "C-2", ISSUED, "1350.00"),
            SCHOOL,
            "F-2",
            "1",
        );
        let mut story = story();
        story
            .evidence("C-1", 1, certificate())
            .evidence("C-2", 1, certificate())
            .present(&line())
            .present(&second);
        assert_eq!(
            story.rejected_for(&second),
            Reason::DuplicateInvoice { first: line().line }
        );
    }

    #[test]
    fn a_standard_without_a_name_waits_for_one() {
        let nameless = EvcCertificate {
            standard: String::new(),
            ..certificate()
        };
        let mut story = story();
        story.evidence("C-1", 1, nameless).present(&line());
        assert_eq!(story.waits_for(&line()), Reason::NotIdentified {});
    }

    #[test]
    fn e27_a_grant_of_the_old_year_is_drawn_by_the_year_of_the_certificate() {
        let old = Application {
            year: FiscalYear::new(2022),
            ..application("A-1", SchemeCode::Evc, SCHOOL)
        };
        let mut story = story();
        story
            .application(granted(old, "1350.00"))
            .evidence("C-1", 1, certificate())
            .present(&line());
        let (old, new) = (
            story.budget(2022, SchemeCode::Evc),
            story.budget(2023, SchemeCode::Evc),
        );
        assert_eq!(
            (old.committed(), old.realised()),
            (Quantity::ZERO, Quantity::ZERO)
        );
        assert_eq!(
            (new.committed(), new.realised()),
            (Quantity::ZERO, Quantity::one(euro("1350.00")))
        );
    }

    #[test]
    fn e24_a_certificate_taken_back_opens_its_grant_again() {
        let grant = granted(application("A-1", SchemeCode::Evc, SCHOOL), "1350.00");
        let mut story = story();
        story
            .application(grant)
            .evidence("C-1", 1, certificate())
            .present(&line());
        assert_eq!(story.open("A-1"), Euro::ZERO);
        story.evidence(
            "C-1",
            2,
            EvcCertificate {
                in_sector: false,
                ..certificate()
            },
        );
        assert_eq!(story.reversed_for(&line()), Reason::NotEligible {});
        assert_eq!(story.open("A-1"), euro("1350.00"));
        let budget = story.budget(2023, SchemeCode::Evc);
        assert_eq!(
            (budget.committed(), budget.realised()),
            (Quantity::one(euro("1350.00")), Quantity::ZERO)
        );
    }

    #[test]
    fn e22_a_stopped_procedure_releases_its_grant() {
        let grant = granted(application("A-1", SchemeCode::Evc, SCHOOL), "1350.00");
        let mut story = story();
        story.application(grant.clone());
        story.application(released(
            grant,
            "1350.00",
            ReleaseCause::Stopped,
            date(2023, 9, 1),
        ));
        assert_eq!(story.budget(2023, SchemeCode::Evc).committed(), Quantity::ZERO);
    }
}
