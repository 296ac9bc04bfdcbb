//! Evidence that comes in, and what a corrected version takes back.

use jiff::civil::Date;

use super::Course;
use crate::claim::{Award, Claim, ClaimEvent, ClaimRefusal, Presented, Rule};
use crate::ids::{EvidenceId, LineRef, Source};
use crate::reason::{Obstacle, Reason};

impl<R: Rule> Course<'_, R> {
    pub(in crate::claim) fn record_evidence(
        &mut self,
        id: EvidenceId,
        version: u32,
        proof: R::Evidence,
        source: Source,
        on: Date,
    ) -> Result<(), ClaimRefusal> {
        match self.case.evidence.get(&id) {
            None => self.happen(ClaimEvent::EvidenceRecorded {
                id,
                version,
                proof,
                source,
                on,
            }),
            Some(held) if version < held.version || (version == held.version && held.proof == proof) => {
                return Ok(());
            }
            Some(held) if version == held.version => {
                return Err(ClaimRefusal::SameVersionOtherContent {
                    evidence: id,
                    version,
                });
            }
            Some(_) => {
                let before = self.case.clone();
                self.happen(ClaimEvent::EvidenceReplaced {
                    id,
                    version,
                    proof,
                    source,
                    on,
                });
                self.take_back_what_is_earned_otherwise(&before, on);
            }
        }
        self.resume(on);
        Ok(())
    }

    /// E6, E24: a line that stands and earns, by the corrected evidence, nothing or something else, is taken back. What it earns now is
    /// awarded anew, and approved anew.
    fn take_back_what_is_earned_otherwise(&mut self, before: &Claim<R>, on: Date) {
        let standing: Vec<(LineRef, Presented, Award, bool)> = self
            .case
            .lines()
            .filter_map(|held| {
                let award = held.state.award()?.clone();
                let (presented, approved) = (held.presented.clone(), held.state.is_approved());
                Some((presented.line.clone(), presented, award, approved))
            })
            .collect();
        for (line, presented, award, approved) in standing {
            let now = R::assess(&self.case, &presented, self.context);
            if now == R::assess(before, &presented, self.context) {
                continue;
            }
            let reason = match now {
                Err(Obstacle::Bars(reason) | Obstacle::Waits(reason)) => reason,
                Ok(_) => Reason::ResultRevoked {},
            };
            self.happen(ClaimEvent::LineReversed {
                line: line.clone(),
                reason,
                award: award.clone(),
                approved,
                by: None,
                on,
            });
            self.claw_back(&line, award.quantity(), on);
            if let Some(Ok(award)) = self.case.line(&line).map(|held| self.assess(held, on)) {
                self.happen(ClaimEvent::LineMatched { line, award });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::claim::{ClaimEvent, ClaimRefusal, Presented};
    use crate::reason::Reason;
    use crate::schemes::evc::{EvcCertificate, EvcRule};
    use crate::story::Story;
    use crate::testkit::{self, euro};

    fn certificate(in_sector: bool) -> EvcCertificate {
        let issued_on = date(2023, 5, 10);
        EvcCertificate {
            standard: "APK".to_owned(),
            issued_on,
            provider_recognised: true,
            in_sector,
        }
    }

    fn line() -> Presented {
        testkit::line("EVC/APK", "C-1", date(2023, 5, 10), "1350.00")
    }

    #[test]
    fn a_lower_version_that_comes_later_changes_nothing() {
        let mut story = Story::<EvcRule>::begin();
        story.evidence("C-1", 2, certificate(true)).present(&line());
        assert_eq!(story.try_evidence("C-1", 1, certificate(false)), Ok(vec![]));
        assert_eq!(story.earned(&line()), euro("1350.00"));
    }

    #[test]
    fn the_same_version_again_changes_nothing_and_with_another_content_is_refused() {
        let mut story = Story::<EvcRule>::begin();
        story.evidence("C-1", 1, certificate(true));
        assert_eq!(story.try_evidence("C-1", 1, certificate(true)), Ok(vec![]));
        let evidence = "C-1".parse().expect("a number");
        let refused = Err(ClaimRefusal::SameVersionOtherContent { evidence, version: 1 });
        assert_eq!(story.try_evidence("C-1", 1, certificate(false)), refused);
    }

    #[test]
    fn a_rejected_line_stays_rejected_whatever_evidence_comes_later() {
        let mut story = Story::<EvcRule>::begin();
        story.evidence("C-1", 1, certificate(false)).present(&line());
        let told = story.try_evidence("C-1", 2, certificate(true)).expect("taken");
        assert!(matches!(told.as_slice(), [ClaimEvent::EvidenceReplaced { .. }]));
        assert_eq!(story.rejected_for(&line()), Reason::NotEligible {});
    }

    #[test]
    fn evidence_of_something_else_takes_nothing_back() {
        let other = EvcCertificate {
            standard: "EAT".to_owned(),
            ..certificate(true)
        };
        let mut story = Story::<EvcRule>::begin();
        story
            .evidence("C-1", 1, certificate(true))
            .evidence("C-2", 1, other.clone())
            .present(&line());
        let told = story
            .try_evidence(
                "C-2",
                2,
                EvcCertificate {
                    in_sector: false,
                    ..other
                },
            )
            .expect("taken");
        assert!(matches!(told.as_slice(), [ClaimEvent::EvidenceReplaced { .. }]));
        assert_eq!(story.earned(&line()), euro("1350.00"));
    }
}
