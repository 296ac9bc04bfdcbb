//! What people decide about a line that is matched: approve it, all or in part, refuse it, send it back, hold it and go on.

use jiff::civil::Date;

use super::Course;
use crate::budget::Quantity;
use crate::claim::{
    ApprovalOrder, Approver, Award, ClaimEvent, ClaimRefusal, Hold, Line, LineState, Objection, Payable, Rule,
};
use crate::ids::{DecisionRef, LineRef, Subject};
use crate::money::Euro;
use crate::reason::Reason;

impl<R: Rule> Course<'_, R> {
    /// I5, E30: the submitter and both approvers are different persons, by verified subject. Up to the amount of the fund's policy one is enough.
    pub(in crate::claim) fn approve(
        &mut self,
        line: LineRef,
        invoice_total: Euro,
        by: Approver,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let held = self.undisputed(&line)?;
        let forbidden = |subject| ClaimRefusal::Forbidden {
            reason: Reason::SelfApproval { subject },
        };
        let order = match &held.state {
            LineState::Matched { .. } if self.context.one_approval_is_enough(invoice_total) => {
                ApprovalOrder::Sole
            }
            LineState::Matched { .. } => ApprovalOrder::First,
            LineState::ApprovedOnce { first, .. } if *first == by.subject => {
                return Err(forbidden(by.subject));
            }
            LineState::ApprovedOnce { .. } => ApprovalOrder::Second,
            LineState::Presented
            | LineState::Parked { .. }
            | LineState::Rejected { .. }
            | LineState::Approved { .. }
            | LineState::Reversed { .. }
            | LineState::Settled => return Err(wrong(&held)),
        };
        let cut_by = held.cut_by.as_ref();
        if held.presented.submitter.as_ref() == Some(&by.subject) || cut_by == Some(&by.subject) {
            return Err(forbidden(by.subject));
        }
        let payable = match order {
            ApprovalOrder::First => None,
            ApprovalOrder::Second | ApprovalOrder::Sole => held.state.award().map(|award| Payable {
                scheme: award.scheme,
                amount: award.amount,
            }),
        };
        self.happen(ClaimEvent::LineApproved {
            line,
            order,
            by,
            payable,
            on,
        });
        Ok(())
    }

    /// E14: less is approved than the line earns by its rules; the rest is refused with a decision on file. Who cut it does not approve it.
    pub(in crate::claim) fn cut(
        &mut self,
        line: LineRef,
        to: Euro,
        decision: DecisionRef,
        by: Subject,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let held = self.undisputed(&line)?;
        let award = undecided(&held)?;
        if to <= Euro::ZERO || to >= award.amount {
            return Err(ClaimRefusal::NoPart {
                line,
                to,
                of: award.amount,
            });
        }
        let amount = award.amount - to;
        let allocations = award.share_of_allocations(amount);
        self.happen(ClaimEvent::LineCut {
            line,
            award: award.clone(),
            amount,
            allocations,
            decision,
            by,
            on,
        });
        Ok(())
    }

    /// A matched line is refused, or goes back to its sender to be corrected; what was paid on it must come back.
    pub(in crate::claim) fn object(
        &mut self,
        line: LineRef,
        objection: Objection,
        decision: DecisionRef,
        by: Subject,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let held = self.known(&line)?;
        let reason = match objection {
            Objection::Refused => Reason::Refused {
                decision: decision.clone(),
            },
            Objection::ToBeCorrected => Reason::ToBeCorrected {
                decision: decision.clone(),
            },
        };
        if let LineState::Parked { .. } | LineState::Presented = held.state {
            self.happen(ClaimEvent::LineRejected {
                line,
                reason,
                by: Some((decision, by)),
                on,
            });
            self.resume(on);
            return Ok(());
        }
        let award = held.state.award().cloned().ok_or_else(|| wrong(&held))?;
        self.happen(ClaimEvent::LineReversed {
            line: line.clone(),
            reason,
            award: award.clone(),
            approved: held.state.is_approved(),
            by: Some((decision, by)),
            on,
        });
        self.claw_back(&line, award.quantity(), on);
        self.resume(on);
        Ok(())
    }

    /// Nobody approves or pays the line until it is resumed.
    pub(in crate::claim) fn hold(
        &mut self,
        line: LineRef,
        decision: DecisionRef,
        by: Subject,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let held = self.undisputed(&line)?;
        if held.state.award().is_none() || held.payments.standing().is_some() {
            return Err(wrong(&held));
        }
        let hold = Hold { decision, since: on };
        self.happen(ClaimEvent::LineHeld { line, hold, by });
        Ok(())
    }

    /// A line on hold goes on where it stood.
    pub(in crate::claim) fn release_hold(
        &mut self,
        line: LineRef,
        by: Subject,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let held = self.known(&line)?;
        if held.hold.is_none() {
            return Err(wrong(&held));
        }
        self.happen(ClaimEvent::LineResumed { line, by, on });
        Ok(())
    }

    fn known(&self, line: &LineRef) -> Result<Line, ClaimRefusal> {
        let held = self.case.line(line).cloned();
        held.ok_or_else(|| ClaimRefusal::NoSuchLine { line: line.clone() })
    }

    fn undisputed(&self, line: &LineRef) -> Result<Line, ClaimRefusal> {
        let held = self.known(line)?;
        match held.hold {
            Some(_) => Err(wrong(&held)),
            None => Ok(held),
        }
    }
}

fn undecided(held: &Line) -> Result<&Award, ClaimRefusal> {
    match &held.state {
        LineState::Matched { award } => Ok(award),
        LineState::Presented
        | LineState::Parked { .. }
        | LineState::Rejected { .. }
        | LineState::ApprovedOnce { .. }
        | LineState::Approved { .. }
        | LineState::Reversed { .. }
        | LineState::Settled => Err(wrong(held)),
    }
}

fn wrong(held: &Line) -> ClaimRefusal {
    ClaimRefusal::WrongState {
        line: held.presented.line.clone(),
        state: held.standing(),
    }
}

impl Award {
    /// Returns what the award realises over all years.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        Quantity::new(self.units(), self.amount)
    }

    /// Returns the units of the award over all years.
    #[must_use]
    pub fn units(&self) -> i64 {
        self.allocations.iter().map(|part| part.units).sum()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use crate::budget::Quantity;
    use crate::claim::{
        Act, ApprovalOrder, Approver, ClaimEvent, ClaimRefusal, LineState, Money, Objection, Payable,
        Presented,
    };
    use crate::reason::Reason;
    use crate::scheme::SchemeCode;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::{Story, TODAY};
    use crate::testkit::{self, euro};

    const ISSUED: Date = date(2023, 5, 10);

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", ISSUED, "1350.00")
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

    fn matched() -> Story<EvcRule> {
        let mut story = with_certificate();
        story.present(&line());
        story
    }

    fn cut(to: &str, by: &str) -> Act {
        Act::Cut {
            to: euro(to),
            decision: "D-2".parse().expect("a reference"),
            by: by.parse().expect("a subject"),
        }
    }

    fn object(objection: Objection) -> Act {
        Act::Object {
            objection,
            decision: "D-3".parse().expect("a reference"),
            by: "officer".parse().expect("a subject"),
        }
    }

    #[test]
    fn two_persons_approve_first_and_second() {
        let mut story = with_certificate();
        story.present(&line());
        let by = |subject: &str, account: &str| Approver {
            subject: subject.parse().expect("a subject"),
            account: account.to_owned(),
        };
        let approved = |order, by| ClaimEvent::LineApproved {
            line: line().line,
            order,
            by,
            payable: (order == ApprovalOrder::Second).then(|| Payable {
                scheme: SchemeCode::Evc,
                amount: euro("1350.00"),
            }),
            on: TODAY,
        };
        let first = story.approve(&line(), "s1", "anna");
        assert_eq!(first, Ok(vec![approved(ApprovalOrder::First, by("s1", "anna"))]));
        let second = story.approve(&line(), "s2", "bert");
        assert_eq!(
            second,
            Ok(vec![approved(ApprovalOrder::Second, by("s2", "bert"))])
        );
        assert!(matches!(story.state(&line()), LineState::Approved { .. }));
        let third = Err(ClaimRefusal::WrongState {
            line: line().line,
            state: "approved",
        });
        assert_eq!(story.approve(&line(), "s3", "cees"), third);
    }

    #[test]
    fn e30_one_person_with_two_accounts_does_not_approve_twice() {
        let mut story = with_certificate();
        story.present(&line());
        story.approve(&line(), "s1", "anna").expect("first");
        let reason = Reason::SelfApproval {
            subject: "s1".parse().expect("a subject"),
        };
        assert_eq!(
            story.approve(&line(), "s1", "anna.admin"),
            Err(ClaimRefusal::Forbidden { reason })
        );
    }

    #[test]
    fn e30_who_handed_a_line_in_does_not_approve_it_first_or_second() {
        let own = Presented {
            submitter: "s1".parse().ok(),
            ..line()
        };
        let reason = Reason::SelfApproval {
            subject: "s1".parse().expect("a subject"),
        };
        let refused = Err(ClaimRefusal::Forbidden { reason });
        let mut story = with_certificate();
        story.present(&own);
        assert_eq!(story.approve(&own, "s1", "anna"), refused);
        story.approve(&own, "s2", "bert").expect("first");
        assert_eq!(story.approve(&own, "s1", "anna"), refused);
    }

    #[test]
    fn one_person_is_enough_up_to_the_amount_of_the_funds_policy_and_not_above_it() {
        for (most, expected) in [("10000.00", "approved"), ("9999.99", "approved_once")] {
            let mut story = matched();
            story.context.one_approval_up_to = Some(euro(most));
            story.approve(&line(), "s1", "anna").expect("approved");
            assert_eq!(
                story.state(&line()).name(),
                expected,
                "the invoice earns 10,000.00"
            );
        }
    }

    #[test]
    fn e14_a_line_is_approved_in_part_and_the_rest_goes_back_to_the_budget() {
        let mut story = matched();
        story.act(&line(), cut("1000.00", "officer")).expect("cut");
        assert_eq!(story.earned(&line()), euro("1000.00"));
        assert_eq!(
            story.budget(2023, SchemeCode::Evc).realised(),
            Quantity::one(euro("1000.00"))
        );
        let reason = Reason::SelfApproval {
            subject: "officer".parse().expect("a subject"),
        };
        assert_eq!(
            story.approve(&line(), "officer", "o"),
            Err(ClaimRefusal::Forbidden { reason }),
            "who cut it does not approve it"
        );
    }

    #[test]
    fn e14_a_part_is_more_than_nothing_and_less_than_all() {
        for to in ["0.00", "-1.00", "1350.00", "1350.01"] {
            assert!(matches!(
                matched().act(&line(), cut(to, "officer")),
                Err(ClaimRefusal::NoPart { .. })
            ));
        }
    }

    #[test]
    fn a_matched_line_is_refused_or_sent_back_and_its_budget_is_free_again() {
        for (objection, code) in [
            (Objection::Refused, "REFUSED"),
            (Objection::ToBeCorrected, "TO_BE_CORRECTED"),
        ] {
            let mut story = matched();
            story.approve(&line(), "s1", "anna").expect("first");
            story.act(&line(), object(objection)).expect("objected");
            assert_eq!(story.reversed_for(&line()).code(), code);
            assert_eq!(story.budget(2023, SchemeCode::Evc).realised(), Quantity::ZERO);
        }
    }

    #[test]
    fn a_line_that_waits_is_refused_by_an_officer_too() {
        let mut story = Story::<EvcRule>::begin();
        story.present(&line());
        story.act(&line(), object(Objection::Refused)).expect("refused");
        assert_eq!(story.rejected_for(&line()).code(), "REFUSED");
    }

    #[test]
    fn a_line_on_hold_is_neither_approved_nor_paid_until_it_is_resumed() {
        let mut story = matched();
        story.approve(&line(), "s1", "anna").expect("first");
        let hold = Act::Hold {
            decision: "D-4".parse().expect("a reference"),
            by: "officer".parse().expect("a subject"),
        };
        story.act(&line(), hold).expect("held");
        let held = || ClaimRefusal::WrongState {
            line: line().line,
            state: "held",
        };
        assert_eq!(story.approve(&line(), "s2", "bert"), Err(held()));
        let order = Act::Money(Money::Order {
            batch: "2023-0001".parse().expect("a number"),
        });
        assert_eq!(story.act(&line(), order), Err(held()));
        let by = "officer".parse().expect("a subject");
        story.act(&line(), Act::Resume { by }).expect("resumed");
        story.approve(&line(), "s2", "bert").expect("second");
    }
}
