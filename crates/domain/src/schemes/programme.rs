//! Programme contributions under an agreement: On Stage by school year, the TruckAcademies by project.
//!
//! The agreement is the evidence and its amount the most that is paid. The amount divides over the fiscal years of its term by calendar
//! months: 5/12 and 7/12 for a school year (E27). Source: annual report 2023, lines 354 and 369-371; the division is a fixture rule.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::claim::{AmountRule, Claim, Earned, Presented, Proof, Rule, Stage};
use crate::context::Context;
use crate::ids::{Category, DecisionRef, PayeeId};
use crate::money::Euro;
use crate::reason::{Obstacle, Reason};
use crate::scheme::SchemeCode;
use crate::schemes::named;

/// An agreement and what is claimed under it.
pub type Programme = Claim<ProgrammeRule>;

/// An agreement for a term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[doc(alias = "overeenkomst")]
pub struct Agreement {
    /// The scheme.
    pub scheme: SchemeCode,
    /// With whom.
    pub contractor: PayeeId,
    /// The region, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Category>,
    /// First day of the term.
    pub from: Date,
    /// Last day of the term.
    pub until: Date,
    /// The amount; nothing: a framework without an amount of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Euro>,
    /// The board's decision.
    pub decision: DecisionRef,
}

impl Proof for Agreement {
    fn scheme(&self) -> SchemeCode {
        self.scheme
    }

    fn performed_on(&self) -> Option<Date> {
        Some(self.from)
    }

    fn entitles(&self) -> bool {
        self.amount.is_some()
    }

    fn stage(&self) -> Option<Stage> {
        Some(Stage {
            name: "agreed".to_owned(),
            kind: None,
        })
    }
}

/// When an amount under an agreement is paid.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProgrammeRule;

impl Rule for ProgrammeRule {
    const AGGREGATE: &'static str = "Programme";
    type Evidence = Agreement;

    fn assess(case: &Claim<Self>, line: &Presented, _context: &Context) -> Result<Earned, Obstacle> {
        let (id, agreement) = case
            .all_evidence()
            .next()
            .ok_or(Obstacle::Waits(Reason::NoEvidence {}))?;
        if agreement.scheme != line.item.scheme {
            return Err(Obstacle::Waits(Reason::NoEvidence {}));
        }
        if line.line.payee != agreement.contractor {
            return Err(Obstacle::Bars(Reason::PayeeMismatch {
                entitled: agreement.contractor.clone(),
            }));
        }
        let amount = agreement.amount.ok_or(Obstacle::Bars(Reason::NoGrant {}))?;
        Ok(Earned {
            entitlement: named(id.as_str())?,
            evidence: Some(id.clone()),
            application: None,
            category: named(format!("{}-{}", agreement.from.year(), agreement.until.year()))?,
            performed_on: line.performed_on,
            basis_date: agreement.from,
            amount: AmountRule::UpTo(amount),
            spread: Some((agreement.from, agreement.until)),
            package: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::budget::Quantity;
    use crate::story::{Story, again, credit};
    use crate::testkit::{self, OTHER_SCHOOL, SCHOOL, euro};

    fn agreement() -> Agreement {
        Agreement {
            scheme: SchemeCode::OnStage,
            contractor: testkit::payee(SCHOOL),
            region: None,
            from: date(2022, 8, 1),
            until: date(2023, 7, 31),
            amount: Some(euro("60000.00")),
            decision: "B-2022-06".parse().expect("a reference"),
        }
    }

    fn line(claimed: &str) -> Presented {
        testkit::line("ON_STAGE", "OS-22", date(2023, 7, 31), claimed)
    }

    fn story() -> Story<ProgrammeRule> {
        Story::begin()
    }

    #[test]
    fn e27_a_school_year_is_borne_five_twelfths_and_seven_twelfths() {
        let mut story = story();
        story.evidence("OS-22", 1, agreement()).present(&line("60000.00"));
        assert_eq!(
            story.budget(2022, SchemeCode::OnStage).realised(),
            Quantity::one(euro("25000.00"))
        );
        assert_eq!(
            story.budget(2023, SchemeCode::OnStage).realised(),
            Quantity::new(0, euro("35000.00"))
        );
    }

    #[test]
    fn e27_a_credit_is_given_back_by_both_years_in_proportion() {
        let mut story = story();
        story.evidence("OS-22", 1, agreement()).present(&line("60000.00"));
        story.present(&credit(&line("60000.00"), "C-1", "0.02"));
        assert_eq!(
            story.budget(2022, SchemeCode::OnStage).realised(),
            Quantity::one(euro("24999.99"))
        );
        assert_eq!(
            story.budget(2023, SchemeCode::OnStage).realised(),
            Quantity::new(0, euro("34999.99"))
        );
        story.present(&credit(&line("60000.00"), "C-2", "59999.98"));
        for year in [2022, 2023] {
            assert_eq!(story.budget(year, SchemeCode::OnStage).realised(), Quantity::ZERO);
        }
    }

    #[test]
    fn an_agreement_pays_at_most_its_amount_and_only_its_contractor() {
        let others = again(&line("60000.00"), OTHER_SCHOOL, "X-1", "1");
        let mut story = story();
        story
            .evidence("OS-22", 1, agreement())
            .present(&others)
            .present(&line("60000.01"));
        assert_eq!(
            story.rejected_for(&others),
            Reason::PayeeMismatch {
                entitled: testkit::payee(SCHOOL)
            }
        );
        assert_eq!(story.earned(&line("60000.01")), euro("60000.00"));
    }

    #[test]
    fn a_framework_without_an_amount_pays_nothing() {
        let mut story = story();
        story
            .evidence(
                "OS-22",
                1,
                Agreement {
                    amount: None,
                    ..agreement()
                },
            )
            .present(&line("60000.00"));
        assert_eq!(story.rejected_for(&line("60000.00")), Reason::NoGrant {});
    }

    #[test]
    fn an_amount_agreed_anew_below_what_was_paid_is_awarded_anew() {
        let mut story = story();
        story.evidence("OS-22", 1, agreement()).present(&line("60000.00"));
        story.evidence(
            "OS-22",
            2,
            Agreement {
                amount: Some(euro("48000.00")),
                ..agreement()
            },
        );
        assert_eq!(story.earned(&line("60000.00")), euro("48000.00"));
        assert_eq!(
            story.budget(2022, SchemeCode::OnStage).realised(),
            Quantity::one(euro("20000.00"))
        );
    }
}
