//! A credit note's line, and the line of an invoice that it takes back.

use jiff::civil::Date;

use super::Course;
use crate::budget::Quantity;
use crate::claim::assess::asked;
use crate::claim::{ClaimEvent, Line, LineState, Rule};
use crate::ids::LineRef;
use crate::money::Euro;
use crate::reason::Reason;

impl<R: Rule> Course<'_, R> {
    /// E13: a credit takes back a line of an invoice, at most what stands of it.
    ///
    /// Of a line that waits, all can be credited at once: it is not judged any more. Part of it can only be taken back when it is known
    /// what it earns, so the credit waits for what its line waits for.
    pub(super) fn credit(&mut self, credit: &Line, of: &LineRef, on: Date) {
        let target = self
            .case
            .lines()
            .find(|held| held.presented.credits.is_none() && held.presented.line.names(of))
            .cloned();
        let Some(target) = target else {
            self.park(credit, Reason::CreditNoRef {}, on);
            return;
        };
        let scheme = target.presented.item.scheme;
        let credited = asked(&credit.presented, scheme, self.context);
        let waits = matches!(target.state, LineState::Presented | LineState::Parked { .. });
        let stands = match target.state.award() {
            Some(award) => award.claimed,
            None if waits => asked(&target.presented, scheme, self.context),
            None => {
                self.set_against(credit, &target, credited, on);
                return;
            }
        };
        if credited > stands {
            let reason = Reason::CreditTooLarge { credited, stands };
            self.reject(credit.presented.line.clone(), reason, on);
            return;
        }
        if let LineState::Parked { reason } = &target.state
            && credited < stands
        {
            self.park(credit, reason.clone(), on);
            return;
        }
        if waits {
            let by = credit.presented.line.clone();
            self.reject(target.presented.line.clone(), Reason::Credited { by }, on);
        }
        self.set_against(credit, &target, credited, on);
    }

    fn set_against(&mut self, credit: &Line, target: &Line, credited: Euro, on: Date) {
        let (line, of) = (credit.presented.line.clone(), target.presented.line.clone());
        let (award, approved) = (target.state.award().cloned(), target.state.is_approved());
        let amount = award
            .as_ref()
            .map_or(Euro::ZERO, |award| award.credit_of(credited));
        let allocations = award
            .as_ref()
            .map_or_else(Vec::new, |award| award.share_of_allocations(amount));
        let units = allocations.iter().map(|part| part.units).sum();
        self.happen(ClaimEvent::LineCredited {
            line,
            of: of.clone(),
            award,
            approved,
            credited,
            amount,
            allocations,
            on,
        });
        if amount > Euro::ZERO {
            self.claw_back(&of, Quantity::new(units, amount), on);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::budget::Quantity;
    use crate::claim::{LineState, Presented, Verdict};
    use crate::ids::LineId;
    use crate::reason::Reason;
    use crate::scheme::SchemeCode;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::{Story, again, credit};
    use crate::testkit::{self, SCHOOL, euro};

    const ISSUED: jiff::civil::Date = date(2023, 5, 10);

    fn certificate() -> EvcCertificate {
        EvcCertificate {
            standard: "APK".to_owned(),
            issued_on: ISSUED,
            provider_recognised: true,
            in_sector: true,
        }
    }

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", ISSUED, "1400.00")
    }

    /// A line of 1400.00 that earns 1350.00.
    fn paid() -> Story<EvcRule> {
        let mut story = Story::begin();
        story.evidence("C-1", 1, certificate()).present(&line());
        story
    }

    fn realised(story: &Story<EvcRule>) -> Quantity {
        story.budget(2023, SchemeCode::Evc).realised()
    }

    #[test]
    fn e13_a_credit_in_full_takes_back_all_and_the_claim_can_be_made_anew() {
        let credit = credit(&line(), "N-1", "1400.00");
        let mut story = paid();
        story.present(&credit);
        assert_eq!(
            story.reversed_for(&line()),
            Reason::Credited {
                by: credit.line.clone()
            }
        );
        assert_eq!(story.state(&credit), LineState::Settled);
        assert_eq!(realised(&story), Quantity::ZERO);
        let anew = again(&line(), SCHOOL, "F-2", "1");
        story.present(&anew);
        assert_eq!(story.earned(&anew), euro("1350.00"));
    }

    #[test]
    fn e13_a_credit_in_part_takes_back_that_part_and_the_unit_stands() {
        let mut story = paid();
        story.present(&credit(&line(), "N-1", "150.00"));
        assert_eq!(
            story.earned(&line()),
            euro("1250.00"),
            "the 50.00 that was not awarded went first"
        );
        assert_eq!(realised(&story), Quantity::one(euro("1250.00")));
    }

    #[test]
    fn e13_what_was_not_awarded_is_credited_once() {
        let mut story = paid();
        story.present(&credit(&line(), "N-1", "50.00"));
        assert_eq!(story.earned(&line()), euro("1350.00"));
        story.present(&credit(&line(), "N-2", "50.00"));
        assert_eq!(story.earned(&line()), euro("1300.00"));
        assert_eq!(story.award(&line()).claimed, euro("1300.00"));
    }

    #[test]
    fn e13_a_credit_of_more_than_stands_is_refused() {
        let (part, rest, too_large) = (
            credit(&line(), "N-1", "1000.00"),
            credit(&line(), "N-2", "400.00"),
            credit(&line(), "N-3", "400.01"),
        );
        let mut story = paid();
        story.present(&part).present(&too_large);
        let expected = Reason::CreditTooLarge {
            credited: euro("400.01"),
            stands: euro("400.00"),
        };
        assert_eq!(story.rejected_for(&too_large), expected);
        story.present(&rest);
        assert_eq!(realised(&story), Quantity::ZERO);
    }

    #[test]
    fn e13_a_credit_before_its_line_waits_for_it() {
        let credit = credit(&line(), "N-1", "150.00");
        let mut story = Story::<EvcRule>::begin();
        story.evidence("C-1", 1, certificate()).present(&credit);
        assert_eq!(story.waits_for(&credit), Reason::CreditNoRef {});
        story.present(&line());
        assert_eq!(story.state(&credit), LineState::Settled);
        assert_eq!(story.earned(&line()), euro("1250.00"));
    }

    #[test]
    fn e13_a_credit_may_spell_the_number_of_the_invoice_otherwise() {
        let mut credit = credit(&line(), "N-1", "1400.00");
        credit.credits = Some(testkit::line_ref(SCHOOL, " f-1", "1"));
        let mut story = paid();
        story.present(&credit);
        assert_eq!(story.reversed_for(&line()).code(), "CREDITED");
    }

    #[test]
    fn e13_a_credit_takes_back_no_credit_and_not_itself() {
        let mut own = credit(&line(), "N-1", "10.00");
        own.credits = Some(own.line.clone());
        let mut of_credit = credit(&line(), "N-2", "10.00");
        of_credit.credits = Some(own.line.clone());
        let mut story = paid();
        story.present(&own).present(&of_credit);
        assert_eq!(story.waits_for(&own), Reason::CreditNoRef {});
        assert_eq!(story.waits_for(&of_credit), Reason::CreditNoRef {});
    }

    #[test]
    fn a_negative_line_that_names_no_other_waits_as_a_credit_without_reference() {
        let mut negative = again(&line(), SCHOOL, "F-2", "1");
        negative.claimed = euro("-1350.00");
        let mut story = paid();
        story.present(&negative);
        assert_eq!(story.waits_for(&negative), Reason::CreditNoRef {});
        assert_eq!(realised(&story), Quantity::one(euro("1350.00")));
    }

    #[test]
    fn a_line_that_waits_and_is_credited_in_full_is_not_judged_any_more() {
        let mut story = Story::<EvcRule>::begin();
        story.present(&line()).present(&credit(&line(), "N-1", "1400.00"));
        assert_eq!(story.rejected_for(&line()).code(), "CREDITED");
        story.evidence("C-1", 1, certificate());
        assert_eq!(realised(&story), Quantity::ZERO);
    }

    #[test]
    fn a_line_that_waits_and_is_credited_in_part_earns_the_rest_when_its_evidence_comes() {
        let credit = credit(&line(), "N-1", "150.00");
        let mut story = Story::<EvcRule>::begin();
        story.present(&line()).present(&credit);
        assert_eq!(
            story.waits_for(&credit),
            Reason::NoEvidence {},
            "for what its line waits for"
        );
        story.evidence("C-1", 1, certificate());
        assert_eq!(story.earned(&line()), euro("1250.00"));
        assert_eq!(story.state(&credit), LineState::Settled);
    }

    #[test]
    fn a_credit_that_is_judged_before_its_line_is_judged_again_after_it() {
        let credit = credit(&line(), "A-1", "150.00");
        let mut story = Story::<EvcRule>::begin();
        story
            .present(&line())
            .present(&credit)
            .evidence("C-1", 1, certificate());
        assert_eq!(story.state(&credit), LineState::Settled);
        assert_eq!(story.earned(&line()), euro("1250.00"));
    }

    #[test]
    fn a_line_that_is_credited_while_it_waits_does_not_wait_any_more() {
        let mut story = Story::<EvcRule>::begin();
        story.present(&credit(&line(), "A-1", "1400.00")).present(&line());
        assert_eq!(story.rejected_for(&line()).code(), "CREDITED");
    }

    #[test]
    fn a_credit_of_a_line_that_an_officer_refuses_is_settled_with_it() {
        let credit = credit(&line(), "N-1", "150.00");
        let mut story = Story::<EvcRule>::begin();
        story.present(&line()).present(&credit);
        story.settle(&line(), Verdict::Refuse).expect("refused");
        assert_eq!(story.state(&credit), LineState::Settled);
        assert_eq!(story.rejected_for(&line()), Reason::NoEvidence {});
    }

    #[test]
    fn a_credit_of_a_rejected_line_moves_nothing() {
        let credit = credit(&line(), "N-1", "1400.00");
        let mut story = Story::<EvcRule>::begin();
        story
            .evidence(
                "C-1",
                1,
                EvcCertificate {
                    in_sector: false,
                    ..certificate()
                },
            )
            .present(&line())
            .present(&credit);
        assert_eq!(story.state(&credit), LineState::Settled);
        assert_eq!(story.rejected_for(&line()), Reason::NotEligible {});
        assert_eq!(realised(&story), Quantity::ZERO);
    }

    #[test]
    fn an_approved_line_stays_approved_for_what_stands_of_it() {
        let mut story = paid();
        story.approve(&line(), "s1", "anna").expect("first");
        story.approve(&line(), "s2", "bert").expect("second");
        story.present(&credit(&line(), "N-1", "100.00"));
        let LineState::Approved { award, .. } = story.state(&line()) else {
            panic!("{:?}", story.state(&line()))
        };
        assert_eq!(award.amount, euro("1300.00"));
    }

    #[test]
    fn the_line_id_of_a_credit_may_be_any() {
        let other = LineId::new("17").expect("a line id");
        let mut credit = credit(&line(), "N-1", "1400.00");
        credit.line.line = other;
        let mut story = paid();
        story.present(&credit);
        assert_eq!(realised(&story), Quantity::ZERO);
    }
}
