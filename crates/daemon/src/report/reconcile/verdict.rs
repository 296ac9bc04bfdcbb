//! Verdicts: what a published figure and the ledger's say of each other.

use subsidy_domain::view::Basis;

use super::measure::{Measure, Obstacle};
use super::number::{Exactness, Value};
use super::published::{Claim, Discrepancy, DiscrepancyKind, Published, Subject, Text};
use super::register::Figures;

/// What a published figure and the ledger's say of each other.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "aansluitingsoordeel")]
pub enum Verdict {
    /// They are the same on every basis.
    Match,
    /// The ledger's is within what was published as approximate, on every basis.
    MatchWithinApproximation,
    /// They are the same on these bases, and differ on the others.
    MatchOnOneBasis {
        /// The bases.
        bases: Vec<Basis>,
    },
    /// They differ on every basis.
    Mismatch,
    /// What was published contradicts itself: no side is taken.
    Contradictory {
        /// The discrepancy.
        id: String,
        /// What was published, all sides of it.
        published: Text,
        /// The figures that the ledger has on some bases and not on others: a possible explanation, not a finding.
        explained: Vec<(String, Vec<Basis>)>,
    },
    /// The published number is not what its own numbers give.
    PublishedArithmeticWrong {
        /// What they give.
        recomputed: Value,
    },
    /// The ledger could neither confirm nor refute it.
    NotReconcilable {
        /// Why.
        because: Obstacle,
    },
    /// It is no subject of the ledger.
    NotInLedger {
        /// What it is about.
        subject: Subject,
    },
}

impl Verdict {
    /// The words for each verdict, in the order in which they are counted.
    pub const WORDS: &'static [&'static str] = &[
        "match",
        "match_within_approximation",
        "match_on_one_basis",
        "mismatch",
        "contradictory",
        "published_arithmetic_wrong",
        "not_reconcilable",
        "not_in_ledger",
    ];

    /// Returns the word for the verdict.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::MatchWithinApproximation => "match_within_approximation",
            Self::MatchOnOneBasis { .. } => "match_on_one_basis",
            Self::Mismatch => "mismatch",
            Self::Contradictory { .. } => "contradictory",
            Self::PublishedArithmeticWrong { .. } => "published_arithmetic_wrong",
            Self::NotReconcilable { .. } => "not_reconcilable",
            Self::NotInLedger { .. } => "not_in_ledger",
        }
    }
}

/// Judges a published figure by the ledger's.
///
/// A figure that can be compared is compared, also when it is one side of a contradiction: the contradiction is judged of its own, beside it.
pub(super) fn of_claim(published: &Published, claim: &Claim, figures: &Figures) -> Verdict {
    let not_comparable = match &claim.measure {
        Measure::Arithmetic(arithmetic) => match (arithmetic.computed(), claim.value) {
            (Some(recomputed), Some(value)) if !claim.exactness.holds(value, recomputed) => {
                return Verdict::PublishedArithmeticWrong { recomputed };
            }
            (Some(_) | None, Some(_) | None) => Verdict::NotInLedger {
                subject: claim.subject,
            },
        },
        Measure::Irreconcilable(because) => Verdict::NotReconcilable { because: *because },
        Measure::Outside => Verdict::NotInLedger {
            subject: claim.subject,
        },
        Measure::Units { .. }
        | Measure::ExamTypes(_)
        | Measure::TopShare { .. }
        | Measure::ShareOfPrice(_)
        | Measure::Reference { .. }
        | Measure::BudgetUnits(_)
        | Measure::Tariff(_)
        | Measure::Service(_)
        | Measure::ServiceTarget(_)
        | Measure::ServiceShare { .. }
        | Measure::Applications(_)
        | Measure::Agreements(_)
        | Measure::Stage { .. } => {
            let because = if claim.value.is_some() {
                Obstacle::NotRecorded
            } else {
                Obstacle::NoNumber
            };
            return compared(claim.exactness, claim.value, figures)
                .unwrap_or(Verdict::NotReconcilable { because });
        }
    };
    let contradiction = published
        .of_claim(claim)
        .find(|known| known.kind == DiscrepancyKind::Contradictory);
    contradiction.map_or(not_comparable, |known| of_contradiction(known, Vec::new()))
}

fn compared(exactness: Exactness, published: Option<Value>, figures: &Figures) -> Option<Verdict> {
    let published = published?;
    let all = match exactness {
        Exactness::Exact => Verdict::Match,
        Exactness::Approximate(_) | Exactness::AtLeast | Exactness::LessThan | Exactness::Share(_) => {
            Verdict::MatchWithinApproximation
        }
        Exactness::NoNumber => return None,
    };
    match figures {
        Figures::None => None,
        Figures::One(figure) if exactness.holds(published, *figure) => Some(all),
        Figures::One(_) => Some(Verdict::Mismatch),
        Figures::PerBasis(figures) => {
            let holds = |figure: &Value| exactness.holds(published, *figure);
            let bases: Vec<Basis> = figures
                .iter()
                .filter(|(_, figure)| holds(figure))
                .map(|(basis, _)| *basis)
                .collect();
            Some(match bases.len() {
                0 => Verdict::Mismatch,
                some if some == figures.len() => all,
                _ => Verdict::MatchOnOneBasis { bases },
            })
        }
    }
}

/// Judges a discrepancy: contradictory, or not to be reconciled; nothing for one that is only noted.
///
/// `judged` are the verdicts on the figures that are part of it.
pub(super) fn of_discrepancy(discrepancy: &Discrepancy, judged: &[(&Claim, &Verdict)]) -> Option<Verdict> {
    match discrepancy.kind {
        DiscrepancyKind::Contradictory => Some(of_contradiction(discrepancy, explanation(judged))),
        DiscrepancyKind::NotReconcilable => Some(Verdict::NotReconcilable {
            because: Obstacle::Ambiguous,
        }),
        DiscrepancyKind::Arithmetic | DiscrepancyKind::Ambiguous => None,
    }
}

fn of_contradiction(discrepancy: &Discrepancy, explained: Vec<(String, Vec<Basis>)>) -> Verdict {
    Verdict::Contradictory {
        id: discrepancy.id.clone(),
        published: discrepancy.published.clone(),
        explained,
    }
}

/// Returns the figures with the bases on which the ledger has them, when each has bases of its own: then a difference of basis would explain them.
fn explanation(judged: &[(&Claim, &Verdict)]) -> Vec<(String, Vec<Basis>)> {
    let mut taken: Vec<Basis> = Vec::new();
    let mut explained = Vec::new();
    for (claim, verdict) in judged {
        let Verdict::MatchOnOneBasis { bases } = verdict else {
            return Vec::new();
        };
        if bases.iter().any(|basis| taken.contains(basis)) {
            return Vec::new();
        }
        taken.extend(bases);
        explained.push((claim.id.clone(), bases.clone()));
    }
    if explained.len() > 1 {
        explained
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use subsidy_domain::calendar::FiscalYear;

    use super::*;

    fn claim(exactness: Exactness, value: Option<i64>, measure: &str) -> Claim {
        let published = Published::of(FiscalYear::new(2023)).expect("the year is known");
        let claim = published.claims.first().expect("a figure").clone();
        let measure = measure.parse().expect("a measure");
        Claim {
            exactness,
            value: value.map(Value::Count),
            measure,
            ..claim
        }
    }

    fn judged(claim: &Claim, figures: &Figures) -> Verdict {
        let published = Published::of(FiscalYear::new(2023)).expect("the year is known");
        of_claim(published, claim, figures)
    }

    fn per_basis(counts: [i64; 3]) -> Figures {
        Figures::PerBasis(Basis::ALL.iter().copied().zip(counts.map(Value::Count)).collect())
    }

    #[test]
    fn the_verdict_follows_from_exactness_and_bases() {
        let some = |bases: &[Basis]| Verdict::MatchOnOneBasis {
            bases: bases.to_vec(),
        };
        let not_recorded = Verdict::NotReconcilable {
            because: Obstacle::NotRecorded,
        };
        let (exact, about) = (Exactness::Exact, Exactness::Approximate(1000));
        for (exactness, published, figures, verdict) in [
            (exact, 25, per_basis([25, 25, 25]), Verdict::Match),
            (exact, 24, per_basis([24, 25, 25]), some(&[Basis::Performance])),
            (
                exact,
                25,
                per_basis([24, 25, 25]),
                some(&[Basis::Decision, Basis::Invoice]),
            ),
            (exact, 26, per_basis([24, 25, 25]), Verdict::Mismatch),
            (
                about,
                9000,
                per_basis([8987, 8633, 8944]),
                Verdict::MatchWithinApproximation,
            ),
            (
                about,
                9000,
                per_basis([8987, 8499, 8944]),
                some(&[Basis::Performance, Basis::Invoice]),
            ),
            (exact, 11, Figures::One(Value::Count(11)), Verdict::Match),
            (
                Exactness::AtLeast,
                6000,
                Figures::One(Value::Count(6120)),
                Verdict::MatchWithinApproximation,
            ),
            (exact, 11, Figures::One(Value::Count(12)), Verdict::Mismatch),
            (exact, 11, Figures::None, not_recorded),
        ] {
            let claim = claim(exactness, Some(published), "units RPT *");
            assert_eq!(judged(&claim, &figures), verdict, "{published} {figures:?}");
        }
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let wrong = Verdict::PublishedArithmeticWrong {
            recomputed: Value::Count(5),
        };
        let outside = Verdict::NotInLedger {
            subject: Subject::Context,
        };
        let none = |because| Verdict::NotReconcilable { because };
        for (value, measure, verdict) in [
            (Some(4), "arithmetic sum 2 3", wrong),
            (Some(5), "arithmetic sum 2 3", outside.clone()),
            (Some(5), "outside", outside),
            (Some(5), "irreconcilable not_kept", none(Obstacle::NotKept)),
            (None, "units RPT *", none(Obstacle::NoNumber)),
        ] {
            let claim = claim(Exactness::Exact, value, measure);
            assert_eq!(judged(&claim, &Figures::None), verdict, "{measure}");
        }
    }

    #[test]
    fn a_figure_in_a_contradiction_is_compared_when_it_can_be_and_no_side_is_taken_when_not() {
        let contradicted = |measure: &str| Claim {
            discrepancies: vec!["C13".to_owned()],
            ..claim(Exactness::Exact, Some(5), measure)
        };
        assert_eq!(
            judged(&contradicted("units RPT *"), &per_basis([5, 5, 5])),
            Verdict::Match
        );
        for measure in ["outside", "irreconcilable not_kept"] {
            let verdict = judged(&contradicted(measure), &Figures::None);
            assert!(
                matches!(&verdict, Verdict::Contradictory { id, .. } if id == "C13"),
                "{verdict:?}"
            );
        }
    }

    #[test]
    fn a_contradiction_is_explained_only_when_each_side_has_bases_of_its_own() {
        let published = Published::of(FiscalYear::new(2023)).expect("the year is known");
        let known = &published.discrepancies[0];
        let (one, two) = (&published.claims[0], &published.claims[1]);
        let on = |bases: &[Basis]| Verdict::MatchOnOneBasis {
            bases: bases.to_vec(),
        };
        let explained =
            |first: &Verdict, second: &Verdict| match of_discrepancy(known, &[(one, first), (two, second)]) {
                Some(Verdict::Contradictory { explained, .. }) => explained.len(),
                other => panic!("{other:?}"),
            };
        let (performance, decision) = (on(&[Basis::Performance]), on(&[Basis::Decision, Basis::Invoice]));
        assert_eq!(explained(&performance, &decision), 2);
        assert_eq!(explained(&performance, &performance), 0);
        assert_eq!(explained(&performance, &Verdict::Match), 0);
        assert_eq!(explained(&performance, &Verdict::Mismatch), 0);
    }
}
