//! Cofinancing of technical education (STO): a yearly grant to a region, paid to its lead school on invoice, up to the grant.
//!
//! A case is a region and a year, so a region has one grant a year; the grant itself is the evidence. Source: annual report 2023, line 348.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, GrantDecision, HeldApplication, Presented, Proof, Rule};
use crate::context::Context;
use crate::ids::{Brin, Entitlement};
use crate::money::Euro;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// A region's cofinancing of a year.
pub type Cofinancing = Claim<CofinancingRule>;

/// There is no evidence beside the grant: this type has no values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GrantIsEvidence {}

impl Proof for GrantIsEvidence {
    fn scheme(&self) -> SchemeCode {
        match *self {}
    }

    fn performed_on(&self) -> Option<Date> {
        match *self {}
    }

    fn entitles(&self) -> bool {
        match *self {}
    }

    fn school(&self) -> Option<&Brin> {
        match *self {}
    }
}

/// When cofinancing is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CofinancingRule;

impl Rule for CofinancingRule {
    const AGGREGATE: &'static str = "Cofinancing";
    type Evidence = GrantIsEvidence;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let (held, granted_on) = granted(case)?;
        let application = &held.application;
        if line.line.payee != application.applicant {
            return Err(Obstacle::Bars(Reason::PayeeMismatch {
                entitled: application.applicant.clone(),
            }));
        }
        let entitlement = named("grant")?;
        let room = room(case, held, &entitlement)?;
        Ok(Earned {
            entitlement,
            evidence: None,
            application: Some(application.number.clone()),
            category: named(region_of(&line.item.kind))?,
            performed_on: line.performed_on,
            basis_date: granted_on,
            amount: AmountRule::UpTo(room),
            spread: None,
            package: None,
        })
    }
}

/// The kind of an item is a region and a year, for instance `noord-2023`.
fn region_of(kind: &str) -> &str {
    kind.rsplit_once('-').map_or(kind, |(region, _)| region)
}

/// Returns the grant of a case, with the day of its decision.
pub(super) fn granted<R: Rule>(case: &Claim<R>) -> Result<(&HeldApplication, Date), Obstacle> {
    let decided = |held: &HeldApplication| match &held.application.decision {
        Some(GrantDecision::Granted { on, .. }) => Some(*on),
        Some(GrantDecision::Refused { .. }) | None => None,
    };
    if let Some(granted) = case.applications().find_map(|held| Some((held, decided(held)?))) {
        return Ok(granted);
    }
    let undecided = case
        .applications()
        .any(|held| held.application.decision.is_none());
    match case.applications().last() {
        Some(held) if !undecided => Err(Obstacle::Bars(Reason::GrantRefused {
            application: held.application.number.clone(),
        })),
        Some(_) | None => Err(Obstacle::Waits(Reason::NoGrant {})),
    }
}

/// Returns what is open of a commitment, with what a standing award for the same entitlement drew from it.
pub(super) fn room<R: Rule>(
    case: &Claim<R>,
    held: &HeldApplication,
    entitlement: &Entitlement,
) -> Result<Euro, Obstacle> {
    let drawn: Euro = case
        .lines()
        .filter_map(|line| line.state.award())
        .filter(|award| award.entitlement == *entitlement)
        .filter_map(|award| award.drawn.as_ref())
        .map(|drawn| drawn.quantity.amount)
        .sum();
    let room = held.open + drawn;
    match &held.application.release {
        Some(release) if room.is_zero() => Err(Obstacle::Bars(Reason::Released { cause: release.cause })),
        Some(_) | None => Ok(room),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::budget::Quantity;
    use crate::claim::Application;
    use crate::reason::ReleaseCause;
    use crate::story::{Story, again, application, credit, granted, released};
    use crate::testkit::{self, OTHER_SCHOOL, SCHOOL, euro};

    const INVOICED: Date = date(2023, 10, 2);
    const YEAR_END: Date = date(2023, 12, 31);

    fn grant() -> Application {
        granted(application("STO-1", SchemeCode::Sto, SCHOOL), "10000.00")
    }

    fn line(claimed: &str) -> Presented {
        testkit::line("STO/R07-2023", "STO-1", INVOICED, claimed)
    }

    fn story() -> Story<CofinancingRule> {
        Story::begin()
    }

    #[test]
    fn a_grant_is_paid_on_invoice_up_to_the_grant() {
        for (claimed, paid, open) in [("9999.99", "9999.99", "0.01"), ("10000.00", "10000.00", "0.00")] {
            let mut story = story();
            story.application(grant()).present(&line(claimed));
            assert_eq!(story.earned(&line(claimed)), euro(paid));
            assert_eq!(story.open("STO-1"), euro(open));
            assert_eq!(story.award(&line(claimed)).category.as_str(), "R07");
        }
        let mut story = story();
        story.application(grant()).present(&line("10000.01"));
        let award = story.award(&line("10000.01"));
        assert_eq!(award.amount, euro("10000.00"));
        assert_eq!(
            award.remarks,
            [Reason::MoreThanGranted {
                open: euro("10000.00"),
                asked: euro("10000.01")
            }]
        );
    }

    #[test]
    fn an_invoice_waits_for_the_grant_and_a_refused_application_refuses_it() {
        let bare = application("STO-1", SchemeCode::Sto, SCHOOL);
        let mut story = story();
        story.present(&line("10000.00"));
        assert_eq!(story.waits_for(&line("10000.00")), Reason::NoGrant {});
        story.application(bare.clone());
        assert_eq!(story.waits_for(&line("10000.00")), Reason::NoGrant {});
        let refused = GrantDecision::Refused {
            cause: ReleaseCause::TooLate,
            on: date(2023, 3, 1),
        };
        story.application(Application {
            decision: Some(refused),
            ..bare
        });
        let expected = Reason::GrantRefused {
            application: "STO-1".parse().expect("a number"),
        };
        assert_eq!(story.rejected_for(&line("10000.00")), expected);
    }

    #[test]
    fn another_school_of_the_region_is_not_paid() {
        let others = again(&line("10000.00"), OTHER_SCHOOL, "X-1", "1");
        let mut story = story();
        story.application(grant()).present(&others);
        assert_eq!(
            story.rejected_for(&others),
            Reason::PayeeMismatch {
                entitled: testkit::payee(SCHOOL)
            }
        );
    }

    #[test]
    fn a_region_is_paid_once_a_year() {
        let second = again(&line("2000.00"), SCHOOL, "F-2", "1");
        let mut story = story();
        story
            .application(grant())
            .present(&line("8000.00"))
            .present(&second);
        assert_eq!(
            story.rejected_for(&second),
            Reason::DuplicateInvoice {
                first: line("8000.00").line
            }
        );
    }

    #[test]
    fn e22_what_is_left_of_a_grant_is_released_with_its_reason() {
        let mut story = story();
        story.application(grant()).present(&line("8000.00"));
        story.application(released(grant(), "2000.00", ReleaseCause::Remainder, YEAR_END));
        assert_eq!(story.open("STO-1"), Euro::ZERO);
        let budget = story.budget(2023, SchemeCode::Sto);
        assert_eq!(
            (budget.committed(), budget.realised()),
            (Quantity::ZERO, Quantity::one(euro("8000.00")))
        );
    }

    #[test]
    fn e22_a_grant_that_nobody_claimed_is_released_whole_and_pays_nothing_any_more() {
        let mut story = story();
        story.application(released(grant(), "10000.00", ReleaseCause::NotClaimed, YEAR_END));
        assert_eq!(
            story.budget(2023, SchemeCode::Sto).committed(),
            Quantity::ZERO,
            "its unit too"
        );
        story.present(&line("10000.00"));
        let released = Reason::Released {
            cause: ReleaseCause::NotClaimed,
        };
        assert_eq!(story.rejected_for(&line("10000.00")), released);
    }

    #[test]
    fn a_credited_invoice_opens_the_grant_again_for_the_next() {
        let second = again(&line("9000.00"), SCHOOL, "F-2", "1");
        let mut story = story();
        story.application(grant()).present(&line("10000.00"));
        story.present(&credit(&line("10000.00"), "C-1", "4000.00"));
        assert_eq!(story.open("STO-1"), euro("4000.00"));
        assert_eq!(
            story.budget(2023, SchemeCode::Sto).committed(),
            Quantity::new(0, euro("4000.00"))
        );
        story.present(&credit(&line("10000.00"), "C-2", "6000.00"));
        assert_eq!(
            story.budget(2023, SchemeCode::Sto).committed(),
            Quantity::one(euro("10000.00"))
        );
        story.present(&second);
        assert_eq!(story.earned(&second), euro("9000.00"));
        assert_eq!(story.open("STO-1"), euro("1000.00"));
    }
}
