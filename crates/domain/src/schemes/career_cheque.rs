//! Career cheques: issue reserves, redemption pays, up to the value of the cheque.
//!
//! A case is a cheque: its issue is a grant and so a commitment, its redemption the evidence. Source: annual report 2023, lines 21 and 55.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule};
use crate::context::Context;
use crate::ids::PayeeId;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::cofinancing::{granted, room};
use crate::schemes::named;

/// A career cheque.
pub type CareerCheque = Claim<CareerChequeRule>;

/// The redemption of a cheque.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "verzilvering")]
pub struct Redemption {
    /// The day.
    pub redeemed_on: Date,
    /// The supplier where it was redeemed.
    pub supplier: PayeeId,
}

impl Proof for Redemption {
    fn scheme(&self) -> SchemeCode {
        SchemeCode::CareerCheque
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.redeemed_on)
    }

    fn entitles(&self) -> bool {
        true
    }
}

/// When a cheque is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CareerChequeRule;

impl Rule for CareerChequeRule {
    const AGGREGATE: &'static str = "CareerCheque";
    type Evidence = Redemption;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let (issued, _) = granted(case)?;
        let (id, redemption) = case
            .all_evidence()
            .next()
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;
        let supplier = &issued.application.applicant;
        if redemption.supplier != *supplier || line.line.payee != *supplier {
            return Err(Obstacle::Bars(Reason::PayeeMismatch {
                entitled: supplier.clone(),
            }));
        }
        if let Some(last_day) = issued.application.valid_until
            && redemption.redeemed_on > last_day
        {
            return Err(Obstacle::Bars(Reason::Expired { last_day }));
        }
        let entitlement = named("cheque")?;
        let value = room(case, issued, &entitlement)?;
        Ok(Earned {
            entitlement,
            evidence: Some(id.clone()),
            application: Some(issued.application.number.clone()),
            category: named("CHEQUE")?,
            performed_on: redemption.redeemed_on,
            basis_date: redemption.redeemed_on,
            amount: AmountRule::UpTo(value),
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
    use crate::claim::Application;
    use crate::reason::ReleaseCause;
    use crate::story::{Story, again, application, credit, granted, released};
    use crate::testkit::{self, OTHER_SCHOOL, SCHOOL, euro};

    const REDEEMED: Date = date(2023, 5, 10);

    fn cheque() -> Application {
        let bare = application("CH-1", SchemeCode::CareerCheque, SCHOOL);
        granted(
            Application {
                valid_until: Some(REDEEMED),
                ..bare
            },
            "150.00",
        )
    }

    fn redeemed(on: Date) -> Redemption {
        Redemption {
            redeemed_on: on,
            supplier: testkit::payee(SCHOOL),
        }
    }

    fn line(claimed: &str) -> Presented {
        testkit::line("CAREER_CHEQUE", "CH-1", REDEEMED, claimed)
    }

    fn story() -> Story<CareerChequeRule> {
        Story::begin()
    }

    #[test]
    fn issue_reserves_and_redemption_pays() {
        let mut story = story();
        story.application(cheque());
        assert_eq!(
            story.budget(2023, SchemeCode::CareerCheque).committed(),
            Quantity::one(euro("150.00"))
        );
        story
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&line("150.00"));
        let budget = story.budget(2023, SchemeCode::CareerCheque);
        assert_eq!(
            (budget.committed(), budget.realised()),
            (Quantity::ZERO, Quantity::one(euro("150.00")))
        );
    }

    #[test]
    fn a_cheque_pays_at_most_its_value() {
        let mut story = story();
        story
            .application(cheque())
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&line("175.00"));
        let award = story.award(&line("175.00"));
        assert_eq!(award.amount, euro("150.00"));
        assert_eq!(
            award.remarks,
            [Reason::MoreThanGranted {
                open: euro("150.00"),
                asked: euro("175.00")
            }]
        );
    }

    #[test]
    fn a_cheque_redeemed_on_its_last_day_is_paid_and_the_day_after_is_not() {
        let (last, late) = (REDEEMED, date(2023, 5, 11));
        for (on, paid) in [(last, true), (late, false)] {
            let mut story = story();
            story
                .application(cheque())
                .evidence("V-1", 1, redeemed(on))
                .present(&line("150.00"));
            if paid {
                assert_eq!(story.earned(&line("150.00")), euro("150.00"));
            } else {
                assert_eq!(
                    story.rejected_for(&line("150.00")),
                    Reason::Expired { last_day: REDEEMED }
                );
            }
        }
    }

    #[test]
    fn a_cheque_redeemed_at_another_supplier_is_not_paid() {
        let mismatch = Reason::PayeeMismatch {
            entitled: testkit::payee(SCHOOL),
        };
        let elsewhere = Redemption {
            supplier: testkit::payee(OTHER_SCHOOL),
            ..redeemed(REDEEMED)
        };
        let mut there = story();
        there
            .application(cheque())
            .evidence("V-1", 1, elsewhere)
            .present(&line("150.00"));
        assert_eq!(there.rejected_for(&line("150.00")), mismatch);

        let others = again(&line("150.00"), OTHER_SCHOOL, "X-1", "1");
        let mut claimed = story();
        claimed
            .application(cheque())
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&others);
        assert_eq!(claimed.rejected_for(&others), mismatch);
    }

    #[test]
    fn a_cheque_is_paid_once() {
        let second = again(&line("150.00"), SCHOOL, "F-2", "1");
        let mut story = story();
        story
            .application(cheque())
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&line("150.00"))
            .present(&second);
        assert_eq!(
            story.rejected_for(&second),
            Reason::DuplicateInvoice {
                first: line("150.00").line
            }
        );
    }

    #[test]
    fn a_cheque_credited_by_mistake_can_be_claimed_again() {
        let second = again(&line("150.00"), SCHOOL, "F-2", "1");
        let mut story = story();
        story
            .application(cheque())
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&line("150.00"));
        story.present(&credit(&line("150.00"), "C-1", "150.00"));
        assert_eq!(
            story.budget(2023, SchemeCode::CareerCheque).committed(),
            Quantity::one(euro("150.00"))
        );
        story.present(&second);
        assert_eq!(story.earned(&second), euro("150.00"));
    }

    #[test]
    fn a_cheque_that_was_not_issued_waits_and_a_released_one_is_refused() {
        let mut waiting = story();
        waiting
            .evidence("V-1", 1, redeemed(REDEEMED))
            .present(&line("150.00"));
        assert_eq!(waiting.waits_for(&line("150.00")), Reason::NoGrant {});

        let gone = released(cheque(), "150.00", ReleaseCause::NotClaimed, date(2023, 5, 31));
        waiting.application(gone);
        assert_eq!(
            waiting.rejected_for(&line("150.00")),
            Reason::Released {
                cause: ReleaseCause::NotClaimed
            }
        );
        assert_eq!(
            waiting.budget(2023, SchemeCode::CareerCheque).committed(),
            Quantity::ZERO
        );
    }
}
