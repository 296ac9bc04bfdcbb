//! What an officer or the board decides about a line that waits.

use jiff::civil::Date;

use super::Course;
use crate::claim::{ClaimEvent, ClaimRefusal, LineState, Rule, Share, Verdict};
use crate::ids::{DecisionRef, LineRef, Subject};

impl<R: Rule> Course<'_, R> {
    /// E9, E18: an officer allows what waits, or refuses it, with a decision on file.
    pub(in crate::claim) fn settle(
        &mut self,
        line: LineRef,
        verdict: Verdict,
        decision: DecisionRef,
        by: Subject,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let Some(held) = self.case.line(&line).cloned() else {
            return Err(ClaimRefusal::NoSuchLine { line });
        };
        let LineState::Parked { reason } = held.state else {
            let state = held.state.name();
            return Err(ClaimRefusal::WrongState { line, state });
        };
        match verdict {
            Verdict::Refuse => {
                self.happen(ClaimEvent::LineRejected {
                    line,
                    reason,
                    by: Some((decision, by)),
                    on,
                });
            }
            Verdict::Allow if held.presented.credits.is_none() && reason.can_be_allowed() => {
                let obstacle = reason.code().to_owned();
                self.happen(ClaimEvent::LineAllowed {
                    line: line.clone(),
                    obstacle,
                    share: None,
                    decision,
                    by: Some(by),
                    on,
                });
                self.judge(&line, on);
            }
            Verdict::Allow => {
                return Err(ClaimRefusal::CannotBeAllowed {
                    line,
                    reason: Box::new(reason),
                });
            }
        }
        self.resume(on);
        Ok(())
    }

    /// E15: the board divided a budget line; a line that waits for it earns at most its share.
    pub(in crate::claim) fn share(
        &mut self,
        line: LineRef,
        share: Share,
        decision: DecisionRef,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let Some(held) = self.case.line(&line) else {
            return Err(ClaimRefusal::NoSuchLine { line });
        };
        let LineState::Parked { reason } = &held.state else {
            let state = held.state.name();
            return Err(ClaimRefusal::WrongState { line, state });
        };
        if held.waits_for_budget() != Some(share.budget) {
            let reason = Box::new(reason.clone());
            return Err(ClaimRefusal::CannotBeAllowed { line, reason });
        }
        let obstacle = reason.code().to_owned();
        self.happen(ClaimEvent::LineAllowed {
            line: line.clone(),
            obstacle,
            share: Some(share),
            decision,
            by: None,
            on,
        });
        self.judge(&line, on);
        self.resume(on);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use crate::claim::{ClaimEvent, ClaimRefusal, Presented, Verdict};
    use crate::iban::Iban;
    use crate::reason::Reason;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::Story;
    use crate::testkit::{self, euro};

    const ISSUED: Date = date(2023, 5, 10);
    const LATE_FROM: Date = date(2024, 4, 1);

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", ISSUED, "1350.00")
    }

    fn late() -> Presented {
        Presented {
            received_on: LATE_FROM,
            ..line()
        }
    }

    fn with_certificate() -> Story<EvcRule> {
        let mut story = Story::begin();
        let certificate = EvcCertificate {
            standard: "APK".to_owned(),
            issued_on: ISSUED,
            provider_recognised: true,
            in_sector: true,
        };
        story.evidence("C-1", 1, certificate);
        story
    }

    #[test]
    fn e9_a_claim_on_the_first_late_day_waits_and_the_day_before_it_is_in_time() {
        let in_time = Presented {
            received_on: date(2024, 3, 31),
            ..line()
        };
        let mut early = with_certificate();
        early.present(&in_time);
        assert_eq!(early.earned(&in_time), euro("1350.00"));
        let mut story = with_certificate();
        story.present(&late());
        assert_eq!(
            story.waits_for(&late()),
            Reason::Late {
                late_from: LATE_FROM,
                received_on: LATE_FROM
            }
        );
    }

    #[test]
    fn e9_an_officer_allows_a_late_claim_and_it_is_matched() {
        let mut story = with_certificate();
        story.present(&late());
        let told = story.settle(&late(), Verdict::Allow).expect("allowed");
        let [
            ClaimEvent::LineAllowed { obstacle, .. },
            ClaimEvent::LineMatched { .. },
        ] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(obstacle, "LATE");
        assert_eq!(story.earned(&late()), euro("1350.00"));
    }

    #[test]
    fn e9_an_officer_refuses_a_late_claim_with_a_decision_on_file() {
        let mut story = with_certificate();
        story.present(&late());
        let told = story.settle(&late(), Verdict::Refuse).expect("refused");
        let [
            ClaimEvent::LineRejected {
                by: Some((decision, officer)),
                ..
            },
        ] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!((decision.as_str(), officer.as_str()), ("D-1", "officer"));
        assert_eq!(story.rejected_for(&late()).code(), "LATE");
    }

    #[test]
    fn e18_an_invoice_with_another_account_waits_until_an_officer_has_called_the_payee() {
        let account = Iban::new("NL20INGB0001234567").expect("an account");
        let asked = Presented {
            accounts: vec![account.clone()],
            ..line()
        };
        let mut story = with_certificate();
        story.present(&asked);
        assert_eq!(story.waits_for(&asked), Reason::IbanChanged { account });
        story.settle(&asked, Verdict::Allow).expect("allowed");
        assert_eq!(story.earned(&asked), euro("1350.00"));
    }

    #[test]
    fn e18_the_registered_account_is_no_obstacle_but_one_beside_it_is() {
        let known = testkit::school(testkit::SCHOOL, "99AA").iban;
        let other = Iban::new("NL20INGB0001234567").expect("an account");
        let asked = Presented {
            accounts: vec![known.clone()],
            ..line()
        };
        let mut story = with_certificate();
        story.present(&asked);
        assert_eq!(story.earned(&asked), euro("1350.00"));
        let both = Presented {
            accounts: vec![known, other],
            ..line()
        };
        let mut story = with_certificate();
        story.present(&both);
        assert_eq!(story.waits_for(&both).code(), "IBAN_CHANGED");
    }

    #[test]
    fn only_lateness_and_an_account_that_was_verified_can_be_allowed() {
        let mut story = Story::<EvcRule>::begin();
        story.present(&line());
        let refused = ClaimRefusal::CannotBeAllowed {
            line: line().line,
            reason: Box::new(Reason::NoEvidence {}),
        };
        assert_eq!(story.settle(&line(), Verdict::Allow), Err(refused));
        story
            .settle(&line(), Verdict::Refuse)
            .expect("refusing can always be done");
    }

    #[test]
    fn a_line_that_does_not_wait_cannot_be_settled_and_one_that_is_not_there_neither() {
        let mut story = with_certificate();
        assert_eq!(
            story.settle(&line(), Verdict::Allow),
            Err(ClaimRefusal::NoSuchLine { line: line().line })
        );
        story.present(&line());
        let refused = Err(ClaimRefusal::WrongState {
            line: line().line,
            state: "matched",
        });
        assert_eq!(story.settle(&line(), Verdict::Refuse), refused);
    }
}
