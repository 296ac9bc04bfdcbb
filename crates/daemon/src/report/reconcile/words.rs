//! The prose of a reconciliation, in Dutch and English.

use subsidy_domain::view::Basis;

use super::measure::Obstacle;
use super::number::{Exactness, Value};
use super::published::{Claim, Discrepancy, Period, Subject};
use super::verdict::Verdict;
use crate::lang::Lang;
use crate::sheet::Cell;
use crate::text;

/// Returns the name of a verdict by its word.
pub(super) fn verdict(word: &str, lang: Lang) -> &'static str {
    match word {
        "match" => lang.pick("klopt", "match"),
        "match_within_approximation" => lang.pick("klopt binnen benadering", "match within approximation"),
        "match_on_one_basis" => lang.pick("klopt niet op elke grondslag", "match not on every basis"),
        "mismatch" => lang.pick("klopt niet", "mismatch"),
        "contradictory" => lang.pick("tegenstrijdig gepubliceerd", "contradictory sources"),
        "published_arithmetic_wrong" => lang.pick("rekenfout in publicatie", "published arithmetic wrong"),
        "not_reconcilable" => lang.pick("niet te toetsen", "not reconcilable"),
        _ => lang.pick("niet in het register", "not in the ledger"),
    }
}

/// Returns what there is to say of a verdict beyond its name, first things first.
pub(super) fn of_verdict(verdict: &Verdict, lang: Lang) -> Option<String> {
    match verdict {
        Verdict::Match | Verdict::MatchWithinApproximation | Verdict::Mismatch => None,
        Verdict::MatchOnOneBasis { bases } => Some(on(bases, lang)),
        Verdict::Contradictory { published, .. } => Some(published.of(lang).to_owned()),
        Verdict::PublishedArithmeticWrong { recomputed } => Some(format!(
            "{} {}",
            lang.pick("nagerekend", "recomputed"),
            shown(*recomputed, lang)
        )),
        Verdict::NotReconcilable { because } => Some(obstacle(*because, lang).to_owned()),
        Verdict::NotInLedger { subject } => Some(self::subject(*subject, lang).to_owned()),
    }
}

/// Returns what there is to say of the verdict on a discrepancy, whose sides are shown beside it.
pub(super) fn of_discrepancy(verdict: &Verdict, lang: Lang) -> Option<String> {
    match verdict {
        Verdict::Contradictory { explained, .. } => {
            let explained: Vec<String> = explained
                .iter()
                .map(|(claim, bases)| format!("{claim} {}", on(bases, lang)))
                .collect();
            let would = lang.pick(
                "zou worden verklaard door de grondslag",
                "would be explained by the basis",
            );
            (!explained.is_empty()).then(|| format!("{would}: {}", explained.join(", ")))
        }
        Verdict::Match
        | Verdict::MatchWithinApproximation
        | Verdict::MatchOnOneBasis { .. }
        | Verdict::Mismatch
        | Verdict::PublishedArithmeticWrong { .. }
        | Verdict::NotReconcilable { .. }
        | Verdict::NotInLedger { .. } => of_verdict(verdict, lang),
    }
}

/// Returns what there is to say of a published figure: its period when that is not the year, and where it is contradicted.
pub(super) fn of_claim(claim: &Claim, lang: Lang) -> Option<String> {
    let period = match claim.period {
        Period::Year | Period::Standing => None,
        Period::PriorYear => Some(lang.pick("over het jaar ervoor", "of the year before").to_owned()),
        Period::SchoolYear => Some(lang.pick("over een schooljaar", "of a school year").to_owned()),
        Period::Moment => Some(lang.pick("stand op een moment", "as at a moment").to_owned()),
    };
    let see = (!claim.discrepancies.is_empty())
        .then(|| format!("{} {}", lang.pick("zie", "see"), claim.discrepancies.join(", ")));
    joined([period, see])
}

/// Joins what there is of remarks.
pub(super) fn joined(remarks: impl IntoIterator<Item = Option<String>>) -> Option<String> {
    let remarks: Vec<String> = remarks
        .into_iter()
        .flatten()
        .filter(|remark| !remark.is_empty())
        .collect();
    (!remarks.is_empty()).then(|| remarks.join("; "))
}

/// Returns how exact a published number is; nothing for an exact one.
pub(super) fn exactness(exactness: Exactness, lang: Lang) -> Option<String> {
    match exactness {
        Exactness::Exact => None,
        Exactness::Approximate(nearest) => {
            let nearest = lang.number(nearest.into());
            Some(format!("{} {nearest}", lang.pick("circa, op", "about, nearest")))
        }
        Exactness::AtLeast => Some(lang.pick("ten minste", "at least").to_owned()),
        Exactness::LessThan => Some(lang.pick("minder dan", "less than").to_owned()),
        Exactness::Share(_) => Some(lang.pick("afgerond", "rounded").to_owned()),
        Exactness::NoNumber => Some(lang.pick("zonder getal", "no number").to_owned()),
    }
}

/// Returns a number as a cell, a share as one decimal.
pub(super) fn cell(value: Value) -> Cell {
    match value {
        Value::Count(count) => Cell::Units(count),
        Value::Percent(share) => Cell::Percent(
            share.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero),
        ),
        Value::Euro(amount) => Cell::Euro(amount),
    }
}

/// Returns the line at the foot on a discrepancy.
pub(super) fn note(discrepancy: &Discrepancy, lang: Lang) -> String {
    let line = lang.pick("regel", "line");
    let (id, lines) = (&discrepancy.id, &discrepancy.lines);
    let (what, remark) = (discrepancy.what.of(lang), discrepancy.remark.of(lang));
    format!(
        "{id} ({line} {lines}) {what}: {}; {remark}",
        discrepancy.published.of(lang)
    )
}

fn shown(value: Value, lang: Lang) -> String {
    match value {
        Value::Count(count) => lang.number(count),
        Value::Percent(share) => lang
            .percent(share.round_dp_with_strategy(1, rust_decimal::RoundingStrategy::MidpointAwayFromZero)),
        Value::Euro(amount) => lang.euro(amount),
    }
}

fn on(bases: &[Basis], lang: Lang) -> String {
    let bases: Vec<&str> = bases.iter().map(|basis| text::basis(*basis, lang)).collect();
    format!(
        "{} {}",
        lang.pick("op", "on"),
        bases.join(lang.pick(" en ", " and "))
    )
}

const fn obstacle(obstacle: Obstacle, lang: Lang) -> &'static str {
    match obstacle {
        Obstacle::NotKept => lang.pick("het register houdt dit niet bij", "the ledger does not keep this"),
        Obstacle::NoNumber => lang.pick("zonder getal gepubliceerd", "published without a number"),
        Obstacle::OtherUnit => lang.pick(
            "het register telt een andere eenheid",
            "the ledger counts another unit",
        ),
        Obstacle::OtherPeriod => lang.pick(
            "het register telt over een andere periode",
            "the ledger counts over another period",
        ),
        Obstacle::Ambiguous => lang.pick("niet eenduidig gepubliceerd", "published ambiguously"),
        Obstacle::NotRecorded => lang.pick("nog niet vastgelegd", "not recorded yet"),
    }
}

const fn subject(subject: Subject, lang: Lang) -> &'static str {
    match subject {
        Subject::Scheme(_) => lang.pick("regeling", "scheme"),
        Subject::OwnService => lang.pick("eigen dienst", "own service"),
        Subject::Communication => lang.pick("communicatie", "communication"),
        Subject::Context => lang.pick("achtergrond", "context"),
    }
}
