//! Verdicts: what a published figure and the ledger's say of each other.

use subsidy_domain::view::Basis;

use super::measure::{Measure, Obstacle};
use super::published::{Claim, Discrepancy, DiscrepancyKind, Exactness, Published, Subject, Text, Value};
use super::register::Figures;

/// What a published figure and the ledger's say of each other.
#[derive(Clone, Debug, PartialEq)]
#[doc(alias = "oordeel")]
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
            (Some(_) | None, Some(_) | None) => Verdict::NotInLedger { subject: claim.subject },
        },
        Measure::Irreconcilable(because) => Verdict::NotReconcilable { because: *because },
        Measure::Outside => Verdict::NotInLedger { subject: claim.subject },
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
            let because = if claim.value.is_some() { Obstacle::NotRecorded } else { Obstacle::NoNumber };
            return compared(claim.exactness, claim.value, figures)
                .unwrap_or(Verdict::NotReconcilable { because });
        }
    };
    let contradiction = published.of_claim(claim).find(|known| known.kind == DiscrepancyKind::Contradictory);
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
            let bases: Vec<Basis> =
                figures.iter().filter(|(_, figure)| holds(figure)).map(|(basis, _)| *basis).collect();
            Some(match bases.len() {
                0 => Verdict::Mismatch,
                some if some == Basis::ALL.len() => all,
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
        DiscrepancyKind::NotReconcilable => Some(Verdict::NotReconcilable { because: Obstacle::Ambiguous }),
        DiscrepancyKind::Arithmetic | DiscrepancyKind::Ambiguous => None,
    }
}

fn of_contradiction(discrepancy: &Discrepancy, explained: Vec<(String, Vec<Basis>)>) -> Verdict {
    Verdict::Contradictory { id: discrepancy.id.clone(), published: discrepancy.published.clone(), explained }
}

/// Returns the figures with the bases on which the ledger has them, when each has bases of its own: then a difference of basis would explain them.
fn explanation(judged: &[(&Claim, &Verdict)]) -> Vec<(String, Vec<Basis>)> {
    let mut taken: Vec<Basis> = Vec::new();
    let mut explained = Vec::new();
    for (claim, verdict) in judged {
        let Verdict::MatchOnOneBasis { bases } = verdict else { return Vec::new() };
        if bases.iter().any(|basis| taken.contains(basis)) {
            return Vec::new();
        }
        taken.extend(bases);
        explained.push((claim.id.clone(), bases.clone()));
    }
    if explained.len() > 1 { explained } else { Vec::new() }
}
