//! Money out and back: a line is ordered and paid once, and what does not stand any more comes back.

use jiff::civil::Date;

use super::Course;
use crate::budget::Quantity;
use crate::claim::{
    ClaimEvent, ClaimRefusal, Line, Manner, Money, PaidFor, Payment, Recovery, Rule, Settlement, UnpaidCause,
};
use crate::ids::{BatchNumber, LineRef};
use crate::money::Euro;
use crate::reason::Reason;

impl<R: Rule> Course<'_, R> {
    pub(in crate::claim) fn money(
        &mut self,
        line: LineRef,
        money: Money,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let Some(held) = self.case.line(&line).cloned() else {
            return Err(ClaimRefusal::NoSuchLine { line });
        };
        let wrong = || ClaimRefusal::WrongState {
            line: line.clone(),
            state: held.standing(),
        };
        match money {
            Money::Order { batch } => {
                let amount = held.payable().ok_or_else(wrong)?;
                if held.payments.of(&batch).is_some() {
                    return Err(wrong());
                }
                let paid_for = held.state.award().map(PaidFor::of).ok_or_else(wrong)?;
                self.settled(&held, paid_for, Settlement::LineOrdered { batch, amount }, on);
            }
            Money::Paid { batch } => {
                let payment = away(&held, &batch).ok_or_else(wrong)?;
                let settlement = Settlement::LinePaid {
                    batch,
                    amount: payment.amount,
                    stands: standing(&held, payment),
                };
                self.settled(&held, payment.paid_for.clone(), settlement, on);
            }
            Money::Unpaid { batch, cause } => self.unpaid(&held, batch, cause, on).ok_or_else(wrong)?,
            Money::Announce { recourse, by } => {
                let (open, owed) = (held.payments.open(), held.payments.owed());
                let first = owed.first().ok_or_else(wrong)?;
                if owed.iter().any(|payment| payment.recourse.as_ref() != Some(&recourse)) {
                    let settlement = Settlement::ClawbackAnnounced { recourse, open, by };
                    self.settled(&held, first.paid_for.clone(), settlement, on);
                }
            }
            Money::Offset { batch } => self.recover(
                &held,
                |payment| matches!(&payment.recourse, Some(recourse) if recourse.manner == Manner::Offset),
                &Recovery::Offset(batch),
                on,
            )
            .ok_or_else(wrong)?,
            Money::Received { entry } => self
                .recover(&held, |_| true, &Recovery::Received(entry), on)
                .ok_or_else(wrong)?,
            Money::Reopen { batch } => {
                let offset: Vec<(&Payment, Euro)> = held
                    .payments
                    .iter()
                    .flat_map(|payment| {
                        let in_batch = payment.offsets.iter().filter(|(later, _)| *later == batch);
                        in_batch.map(move |(_, amount)| (payment, *amount))
                    })
                    .collect();
                if offset.is_empty() {
                    return Err(wrong());
                }
                for (payment, amount) in offset {
                    let settlement = Settlement::ClawbackReopened {
                        batch: payment.batch.clone(),
                        amount,
                        offset_in: batch.clone(),
                    };
                    self.settled(&held, payment.paid_for.clone(), settlement, on);
                }
            }
            Money::WriteOff { reference, by, second } => {
                if by == second {
                    return Err(ClaimRefusal::Forbidden {
                        reason: Reason::SelfApproval { subject: by },
                    });
                }
                let owed = held.payments.owed();
                if owed.is_empty() {
                    return Err(wrong());
                }
                for payment in owed {
                    let settlement = Settlement::ClawbackWrittenOff {
                        batch: payment.batch.clone(),
                        amount: payment.open,
                        reference: reference.clone(),
                        by: by.clone(),
                        second: second.clone(),
                    };
                    self.settled(&held, payment.paid_for.clone(), settlement, on);
                }
            }
        }
        Ok(())
    }

    /// E17: the money did not arrive, so the line is payable again, and nothing of it is to come back.
    fn unpaid(&mut self, held: &Line, batch: BatchNumber, cause: UnpaidCause, on: Date) -> Option<()> {
        let payment = held.payments.of(&batch)?;
        let fits = match &cause {
            UnpaidCause::Withdrawn | UnpaidCause::Rejected(_) => payment.paid_on.is_none(),
            UnpaidCause::Returned(_) => true,
        };
        if !payment.can_come_back() || !fits {
            return None;
        }
        let settlement = Settlement::LineUnpaid {
            batch,
            amount: payment.amount,
            was_paid: payment.paid_on.is_some(),
            stood: standing(held, payment),
            forgiven: payment.open,
            cause,
        };
        self.settled(held, payment.paid_for.clone(), settlement, on);
        Some(())
    }

    fn recover(
        &mut self,
        held: &Line,
        which: impl Fn(&Payment) -> bool,
        by: &Recovery,
        on: Date,
    ) -> Option<()> {
        let owed: Vec<&Payment> = held
            .payments
            .owed()
            .into_iter()
            .filter(|payment| which(payment))
            .collect();
        if owed.is_empty() {
            return None;
        }
        for payment in owed {
            let settlement = Settlement::ClawbackRecovered {
                batch: payment.batch.clone(),
                amount: payment.open,
                by: by.clone(),
            };
            self.settled(held, payment.paid_for.clone(), settlement, on);
        }
        Some(())
    }

    /// What a line loses of its award while its money is away or paid must come back (E24).
    pub(super) fn claw_back(&mut self, line: &LineRef, falls: Quantity, on: Date) {
        let Some(held) = self.case.line(line).cloned() else {
            return;
        };
        let Some(payment) = held.payments.standing() else {
            return;
        };
        let settlement = Settlement::ClawbackOpened {
            batch: payment.batch.clone(),
            amount: falls.amount.min(payment.standing()),
            ordered: payment.amount,
            ordered_on: payment.ordered_on,
            paid_on: payment.paid_on,
            falls,
        };
        self.settled(&held, payment.paid_for.clone(), settlement, on);
    }

    fn settled(&mut self, held: &Line, paid_for: PaidFor, settlement: Settlement, on: Date) {
        self.happen(ClaimEvent::LineSettled {
            line: held.presented.line.clone(),
            paid_for,
            settlement,
            on,
        });
    }
}

fn away<'a>(held: &'a Line, batch: &BatchNumber) -> Option<&'a Payment> {
    held.payments
        .of(batch)
        .filter(|payment| payment.paid_on.is_none())
}

/// What of a payment stands: all that the award has, or nothing of a line that was taken back.
fn standing(held: &Line, payment: &Payment) -> Quantity {
    match held.state.award() {
        Some(award) if payment.standing() > Euro::ZERO => Quantity::new(award.units(), payment.standing()),
        Some(_) | None => Quantity::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use crate::budget::Quantity;
    use crate::claim::{
        Act, ClaimEvent, ClaimRefusal, EntryRef, Manner, Money, Presented, Recourse, Settlement, UnpaidCause,
    };
    use crate::money::Euro;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::{Story, Told, credit};
    use crate::testkit::{self, euro};

    const ISSUED: Date = date(2023, 5, 10);

    fn certificate(in_sector: bool) -> EvcCertificate {
        EvcCertificate {
            standard: "APK".to_owned(),
            issued_on: ISSUED,
            provider_recognised: true,
            in_sector,
        }
    }

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", ISSUED, "1350.00")
    }

    fn money(story: &mut Story<EvcRule>, money: Money) -> Told<EvcRule> {
        story.act(&line(), Act::Money(money))
    }

    fn batch(number: u8) -> crate::ids::BatchNumber {
        format!("2023-{number:04}").parse().expect("a number")
    }

    fn order(number: u8) -> Money {
        Money::Order { batch: batch(number) }
    }

    fn paid_in(number: u8) -> Money {
        Money::Paid { batch: batch(number) }
    }

    fn unpaid(number: u8, cause: UnpaidCause) -> Money {
        Money::Unpaid {
            batch: batch(number),
            cause,
        }
    }

    fn announced(manner: Manner) -> Money {
        let recourse = Recourse {
            reference: "TV-1".parse().expect("a reference"),
            manner,
        };
        let by = "officer".parse().expect("a subject");
        Money::Announce { recourse, by }
    }

    fn approved() -> Story<EvcRule> {
        let mut story = Story::begin();
        story.evidence("C-1", 1, certificate(true)).present(&line());
        story.approve(&line(), "s1", "anna").expect("first");
        story.approve(&line(), "s2", "bert").expect("second");
        story
    }

    fn paid() -> Story<EvcRule> {
        let mut story = approved();
        money(&mut story, order(1)).expect("ordered");
        money(&mut story, paid_in(1)).expect("paid");
        story
    }

    fn open(story: &Story<EvcRule>) -> Euro {
        story
            .case()
            .line(&line().line)
            .expect("presented")
            .payments
            .open()
    }

    fn standing(story: &Story<EvcRule>) -> &'static str {
        story.case().line(&line().line).expect("presented").standing()
    }

    /// What the payment basis has gained.
    fn realised(story: &Story<EvcRule>) -> Quantity {
        let settlements = story.events.iter().filter_map(|event| {
            if let ClaimEvent::LineSettled { settlement, .. } = event {
                Some(settlement)
            } else {
                None
            }
        });
        settlements.fold(Quantity::ZERO, |sum, settlement| sum + settlement.realised())
    }

    #[test]
    fn i3_a_line_is_ordered_once_and_paid_once() {
        let mut story = approved();
        money(&mut story, order(1)).expect("ordered");
        assert!(matches!(
            money(&mut story, order(2)),
            Err(ClaimRefusal::WrongState { state: "ordered", .. })
        ));
        money(&mut story, paid_in(1)).expect("paid");
        assert!(matches!(
            money(&mut story, paid_in(1)),
            Err(ClaimRefusal::WrongState { state: "paid", .. })
        ));
        assert!(money(&mut story, order(2)).is_err());
        assert_eq!(realised(&story), Quantity::one(euro("1350.00")));
    }

    #[test]
    fn i5_a_line_that_is_not_approved_by_two_is_not_ordered() {
        let mut story = Story::begin();
        story.evidence("C-1", 1, certificate(true)).present(&line());
        assert!(money(&mut story, order(1)).is_err());
        story.approve(&line(), "s1", "anna").expect("first");
        assert!(money(&mut story, order(1)).is_err());
    }

    #[test]
    fn e17_a_payment_that_comes_back_is_paid_again_in_another_batch() {
        let mut story = paid();
        money(&mut story, unpaid(1, UnpaidCause::Returned("AC04".to_owned()))).expect("returned");
        assert_eq!(standing(&story), "approved");
        assert_eq!(realised(&story), Quantity::ZERO);
        money(&mut story, order(2)).expect("ordered again");
        money(&mut story, paid_in(2)).expect("paid again");
        assert_eq!(realised(&story), Quantity::one(euro("1350.00")));
    }

    #[test]
    fn what_was_paid_is_neither_withdrawn_nor_rejected_any_more() {
        for cause in [UnpaidCause::Withdrawn, UnpaidCause::Rejected("AC01".to_owned())] {
            assert!(money(&mut paid(), unpaid(1, cause)).is_err());
        }
    }

    #[test]
    fn e24_what_was_paid_and_is_taken_back_must_come_back() {
        let mut story = paid();
        story.evidence("C-1", 2, certificate(false));
        assert_eq!(open(&story), euro("1350.00"));
        assert_eq!(
            realised(&story),
            Quantity::ZERO,
            "a revoked result is no paid result"
        );
        let entry = EntryRef {
            statement: "A-1".to_owned(),
            number: 1,
        };
        money(&mut story, Money::Received { entry }).expect("received");
        assert_eq!(open(&story), Euro::ZERO);
    }

    #[test]
    fn e13_a_credit_of_part_of_what_was_paid_asks_that_part_back() {
        let mut story = paid();
        story.present(&credit(&line(), "N-1", "100.00"));
        assert_eq!(open(&story), euro("100.00"));
        assert_eq!(standing(&story), "paid");
        assert_eq!(realised(&story), Quantity::one(euro("1250.00")));
    }

    #[test]
    fn e23_only_what_the_payee_was_told_of_is_held_back() {
        let mut story = paid();
        story.evidence("C-1", 2, certificate(false));
        assert!(money(&mut story, Money::Offset { batch: batch(2) }).is_err());
        money(&mut story, announced(Manner::Repay)).expect("announced");
        assert!(money(&mut story, Money::Offset { batch: batch(2) }).is_err());
        money(&mut story, announced(Manner::Offset)).expect("announced otherwise");
        money(&mut story, Money::Offset { batch: batch(2) }).expect("held back");
        assert_eq!(open(&story), Euro::ZERO);
        money(&mut story, Money::Reopen { batch: batch(2) }).expect("the order was not paid");
        assert_eq!(open(&story), euro("1350.00"));
        assert!(money(&mut story, Money::Reopen { batch: batch(2) }).is_err());
    }

    #[test]
    fn a_clawback_is_written_off_by_two_persons() {
        let mut story = paid();
        story.evidence("C-1", 2, certificate(false));
        let write_off = |second: &str| Money::WriteOff {
            reference: "TV-1".parse().expect("a reference"),
            by: "s1".parse().expect("a subject"),
            second: second.parse().expect("a subject"),
        };
        assert!(matches!(
            money(&mut story, write_off("s1")),
            Err(ClaimRefusal::Forbidden { .. })
        ));
        money(&mut story, write_off("s2")).expect("written off");
        assert_eq!(open(&story), Euro::ZERO);
    }

    #[test]
    fn what_is_taken_back_while_its_money_is_away_counts_nowhere_once_it_is_paid() {
        let mut story = approved();
        money(&mut story, order(1)).expect("ordered");
        story.evidence("C-1", 2, certificate(false));
        money(&mut story, paid_in(1)).expect("the bank paid");
        assert_eq!(realised(&story), Quantity::ZERO);
        assert_eq!(open(&story), euro("1350.00"));
    }

    #[test]
    fn what_is_taken_back_and_was_never_paid_need_not_come_back() {
        let mut story = approved();
        money(&mut story, order(1)).expect("ordered");
        story.evidence("C-1", 2, certificate(false));
        let told = money(&mut story, unpaid(1, UnpaidCause::Rejected("AC01".to_owned()))).expect("rejected");
        let [
            ClaimEvent::LineSettled {
                settlement: Settlement::LineUnpaid { forgiven, .. },
                ..
            },
        ] = told.as_slice()
        else {
            panic!("{told:?}")
        };
        assert_eq!(*forgiven, euro("1350.00"));
        assert_eq!((open(&story), realised(&story)), (Euro::ZERO, Quantity::ZERO));
    }

    #[test]
    fn e24_a_result_that_is_corrected_is_approved_and_paid_anew_and_the_old_payment_comes_back() {
        let mut story = paid();
        let later = EvcCertificate {
            issued_on: date(2023, 5, 11),
            ..certificate(true)
        };
        story.evidence("C-1", 2, later);
        assert_eq!(standing(&story), "matched");
        assert_eq!(open(&story), euro("1350.00"));
        assert!(money(&mut story, order(2)).is_err(), "it is to be approved anew");
        story.approve(&line(), "s1", "anna").expect("first");
        story.approve(&line(), "s2", "bert").expect("second");
        money(&mut story, order(2)).expect("ordered");
        money(&mut story, paid_in(2)).expect("paid");
        assert_eq!(realised(&story), Quantity::one(euro("1350.00")));
    }
}
