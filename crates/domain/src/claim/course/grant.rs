//! Applications, the decision on them, and what is released of a commitment.

use jiff::civil::Date;

use super::Course;
use crate::claim::{Application, ClaimEvent, ClaimRefusal, GrantDecision, Release, Rule};
use crate::ids::{ApplicationNumber, Source};
use crate::reason::ReleaseCause;

impl<R: Rule> Course<'_, R> {
    pub(in crate::claim) fn record_application(
        &mut self,
        application: Application,
        source: Source,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        let number = application.number.clone();
        let (decision, release) = (application.decision.clone(), application.release.clone());
        if self.case.application(&number).is_none() {
            let bare = Application {
                decision: None,
                release: None,
                ..application
            };
            self.happen(ClaimEvent::ApplicationRecorded {
                application: bare,
                source,
                on,
            });
        }
        if let Some(decision) = decision {
            self.decide_grant(&number, decision)?;
        }
        if let Some(release) = release {
            self.release(&number, release)?;
        }
        self.free_what_was_claimed_before(&number, on);
        self.resume(on);
        Ok(())
    }

    /// An application is decided once.
    fn decide_grant(
        &mut self,
        number: &ApplicationNumber,
        decision: GrantDecision,
    ) -> Result<(), ClaimRefusal> {
        let Some(known) = self.case.application(number).map(|held| &held.application) else {
            return Ok(());
        };
        match &known.decision {
            Some(held) if *held == decision => Ok(()),
            Some(_) => Err(ClaimRefusal::DecidedOtherwise {
                application: number.clone(),
            }),
            None => {
                let (scheme, year) = (known.scheme, known.year);
                self.happen(ClaimEvent::GrantDecided {
                    application: number.clone(),
                    scheme,
                    year,
                    decision,
                });
                Ok(())
            }
        }
    }

    /// A grant that is heard of after its claim was matched is no commitment any more: what it would have drawn is set free.
    fn free_what_was_claimed_before(&mut self, number: &ApplicationNumber, on: Date) {
        let Some(held) = self.case.application(number).filter(|held| !held.open.is_zero()) else {
            return;
        };
        let (scheme, year, open) = (held.application.scheme, held.application.year, held.open);
        let undrawn = self.case.lines().filter_map(|line| line.state.award());
        let undrawn = undrawn
            .filter(|award| award.scheme == scheme && award.application.is_none())
            .count();
        let freed = self
            .case
            .applications()
            .filter_map(|held| held.application.release.as_ref());
        let freed = freed
            .filter(|release| release.cause == ReleaseCause::ClaimedBefore)
            .count();
        if undrawn > freed && self.nothing_drawn_from(number) {
            let cause = ReleaseCause::ClaimedBefore;
            self.happen(ClaimEvent::CommitmentReleased {
                application: number.clone(),
                scheme,
                year,
                units: 1,
                release: Release {
                    amount: open,
                    cause,
                    on,
                },
            });
        }
    }

    /// E22: what is released is open; a later release may follow an earlier one.
    fn release(&mut self, number: &ApplicationNumber, release: Release) -> Result<(), ClaimRefusal> {
        let Some(held) = self.case.application(number) else {
            return Ok(());
        };
        let known = &held.application;
        if release.amount.is_zero() || known.release.as_ref().is_some_and(|last| release.on <= last.on) {
            return Ok(());
        }
        if release.amount > held.open {
            return Err(ClaimRefusal::ReleasedTooMuch {
                application: number.clone(),
                open: held.open,
                released: release.amount,
            });
        }
        let units = if release.amount == held.open && self.nothing_drawn_from(number) {
            1
        } else {
            0
        };
        let (scheme, year) = (known.scheme, known.year);
        self.happen(ClaimEvent::CommitmentReleased {
            application: number.clone(),
            scheme,
            year,
            units,
            release,
        });
        Ok(())
    }

    fn nothing_drawn_from(&self, number: &ApplicationNumber) -> bool {
        !self
            .case
            .lines()
            .filter_map(|line| line.state.award())
            .any(|award| award.application.as_ref() == Some(number) && award.drawn.is_some())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::budget::Quantity;
    use crate::claim::{Application, ClaimEvent, ClaimRefusal, GrantDecision};
    use crate::reason::ReleaseCause;
    use crate::scheme::SchemeCode;
    use crate::schemes::cofinancing::CofinancingRule;
    use crate::story::{Story, application, granted, released};
    use crate::testkit::{self, SCHOOL, euro};

    const YEAR_END: jiff::civil::Date = date(2023, 12, 31);

    fn bare() -> Application {
        application("STO-1", SchemeCode::Sto, SCHOOL)
    }

    fn story() -> Story<CofinancingRule> {
        Story::begin()
    }

    fn committed(story: &Story<CofinancingRule>) -> Quantity {
        story.budget(2023, SchemeCode::Sto).committed()
    }

    #[test]
    fn a_grant_is_a_commitment_and_an_application_is_none() {
        let mut story = story();
        story.application(bare());
        assert_eq!(committed(&story), Quantity::ZERO);
        story.application(granted(bare(), "10000.00"));
        assert_eq!(committed(&story), Quantity::one(euro("10000.00")));
    }

    #[test]
    fn what_is_known_of_an_application_is_told_again_without_effect_in_any_order() {
        let complete = released(
            granted(bare(), "10000.00"),
            "2000.00",
            ReleaseCause::Remainder,
            YEAR_END,
        );
        let mut story = story();
        story.application(complete.clone());
        for earlier in [bare(), granted(bare(), "10000.00"), complete] {
            assert_eq!(story.try_application(earlier), Ok(vec![]));
        }
        assert_eq!(committed(&story), Quantity::new(1, euro("8000.00")));
    }

    #[test]
    fn an_application_is_decided_once() {
        let mut story = story();
        story.application(granted(bare(), "10000.00"));
        let refused = Err(ClaimRefusal::DecidedOtherwise {
            application: "STO-1".parse().expect("a number"),
        });
        assert_eq!(story.try_application(granted(bare(), "12000.00")), refused);
        let decision = Some(GrantDecision::Refused {
            cause: ReleaseCause::TooLate,
            on: date(2023, 3, 1),
        });
        assert_eq!(story.try_application(Application { decision, ..bare() }), refused);
    }

    #[test]
    fn no_more_is_released_than_is_open() {
        let too_much = |amount| {
            released(
                granted(bare(), "10000.00"),
                amount,
                ReleaseCause::Remainder,
                YEAR_END,
            )
        };
        let refused = |open| {
            Err(ClaimRefusal::ReleasedTooMuch {
                application: "STO-1".parse().expect("a number"),
                open: euro(open),
                released: euro("10000.01"),
            })
        };
        let mut story = story();
        assert_eq!(story.try_application(too_much("10000.01")), refused("10000.00"));
        assert_eq!(story.events, [], "nothing of it is recorded");
        story.application(granted(bare(), "10000.00"));
        story.present(&testkit::line(
            "STO/R07-2023",
            "STO-1",
            date(2023, 10, 2),
            "8000.00",
        ));
        assert_eq!(story.try_application(too_much("10000.01")), refused("2000.00"));
    }

    #[test]
    fn a_refused_application_has_nothing_to_release() {
        let decision = Some(GrantDecision::Refused {
            cause: ReleaseCause::OutsideSector,
            on: date(2023, 3, 1),
        });
        let refused = Application { decision, ..bare() };
        let mut story = story();
        story.application(released(refused, "0.00", ReleaseCause::OutsideSector, YEAR_END));
        assert_eq!(committed(&story), Quantity::ZERO);
    }

    #[test]
    fn e22_a_later_release_follows_an_earlier_one_and_the_last_takes_the_unit() {
        let grant = granted(bare(), "10000.00");
        let mut story = story();
        story.application(released(
            grant.clone(),
            "4000.00",
            ReleaseCause::Remainder,
            date(2023, 6, 30),
        ));
        let told = story
            .try_application(released(grant, "6000.00", ReleaseCause::NotClaimed, YEAR_END))
            .expect("released");
        assert!(
            matches!(told.as_slice(), [ClaimEvent::CommitmentReleased { units: 1, .. }]),
            "{told:?}"
        );
        assert_eq!(committed(&story), Quantity::ZERO);
    }
}
