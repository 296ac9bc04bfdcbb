//! Realisation: units and euro by basis, year, scheme, category and payee.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::View;
use crate::budget::Quantity;
use crate::calendar::{Allocation, FiscalYear};
use crate::claim::event::comes_before_award;
use crate::claim::{Award, ClaimEvent};
use crate::ids::{Category, LineRef, PayeeId};
use crate::money::Euro;
use crate::recorded::{Event, Family, Recorded};
use crate::scheme::SchemeCode;

/// On which date a realised euro counts. Every figure states its basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[doc(alias = "grondslag")]
pub enum Basis {
    /// The year that bears it: of the performance, or of the part of a term.
    #[doc(alias = "prestatie")]
    Performance,
    /// The year of the decision.
    #[doc(alias = "beslissing")]
    Decision,
    /// The year of the invoice's date.
    Invoice,
    /// The year in which the bank booked it: what was paid and still stands.
    #[doc(alias = "betaling")]
    Payment,
}

impl Basis {
    /// Every basis.
    pub const ALL: &'static [Self] = &[Self::Performance, Self::Decision, Self::Invoice, Self::Payment];

    /// Returns the name of the basis in commands, keys and files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Performance => "performance",
            Self::Decision => "decision",
            Self::Invoice => "invoice",
            Self::Payment => "payment",
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Basis {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .iter()
            .copied()
            .find(|basis| basis.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a basis: use performance, decision, invoice or payment"))
    }
}

/// What a figure is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RealisationKey {
    /// The basis.
    pub basis: Basis,
    /// The year.
    pub year: FiscalYear,
    /// The scheme.
    pub scheme: SchemeCode,
    /// The category.
    pub category: Category,
    /// Who is paid.
    pub payee: PayeeId,
}

impl fmt::Display for RealisationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&key_text(
            self.basis,
            self.year,
            self.scheme,
            &self.category,
            &self.payee,
        ))
    }
}

/// Writes a key out; piece by piece, since a format takes ten times as long and each award has three keys.
fn key_text(
    basis: Basis,
    year: FiscalYear,
    scheme: SchemeCode,
    category: &Category,
    payee: &PayeeId,
) -> String {
    [
        basis.as_str(),
        year.to_string().as_str(),
        scheme.as_str(),
        category.as_str(),
        payee.as_str(),
    ]
    .join("|")
}

impl FromStr for RealisationKey {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a key of the realisation view");
        let parts: Vec<&str> = text.split('|').collect();
        let [basis, year, scheme, category, payee] = parts.as_slice() else {
            return Err(wrong());
        };
        Ok(Self {
            basis: basis.parse()?,
            year: FiscalYear::new(year.parse().map_err(|_| wrong())?),
            scheme: scheme.parse().map_err(|_| wrong())?,
            category: category.parse().map_err(|_| wrong())?,
            payee: payee.parse().map_err(|_| wrong())?,
        })
    }
}

/// Units and euro realised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RealisationRow {
    /// How much.
    pub realised: Quantity,
    /// What was asked beyond that and not awarded.
    pub cut: Euro,
}

/// The view.
#[derive(Clone, Copy, Debug)]
#[doc(alias = "realisatie")]
pub struct Realisation;

impl View for Realisation {
    type Row = RealisationRow;
    const NAME: &'static str = "realisation";
    const VERSION: u32 = 2;

    fn follows(family: Family, event_type: &str) -> bool {
        let moves_nothing = matches!(
            event_type,
            "LineApproved"
                | "LineHeld"
                | "LineResumed"
                | "LineOrdered"
                | "ClawbackAnnounced"
                | "ClawbackRecovered"
                | "ClawbackReopened"
                | "ClawbackWrittenOff"
        );
        family == Family::Claim && !moves_nothing && !comes_before_award(event_type)
    }

    fn keys(event: &Recorded, keys: &mut Vec<String>) {
        if let Event::Claim(event) = &event.event {
            let from = keys.len();
            each_movement(event, |moved| {
                let known = keys.iter().skip(from);
                if !known.into_iter().any(|key| moved.is_under(key)) {
                    keys.push(moved.key());
                }
            });
        }
    }

    fn fold(key: &str, row: Option<RealisationRow>, event: &Recorded) -> Option<RealisationRow> {
        let Event::Claim(event) = &event.event else {
            return row;
        };
        let mut row = row.unwrap_or_default();
        each_movement(event, |moved| {
            if moved.is_under(key) {
                row.realised += moved.realised;
                row.cut += moved.cut;
            }
        });
        (row != RealisationRow::default()).then_some(row)
    }
}

/// What an event adds to one row, told without a copy of the names in its key.
struct Movement<'a> {
    basis: Basis,
    year: FiscalYear,
    scheme: SchemeCode,
    category: &'a Category,
    payee: &'a PayeeId,
    realised: Quantity,
    cut: Euro,
}

impl Movement<'_> {
    /// Returns the key of its row.
    fn key(&self) -> String {
        key_text(self.basis, self.year, self.scheme, self.category, self.payee)
    }

    /// Whether this is the key of its row. To write the key out for it would take longer than all else in the fold.
    fn is_under(&self, key: &str) -> bool {
        let rest = || {
            let rest = key.strip_prefix(self.basis.as_str())?.strip_prefix('|')?;
            let (year, rest) = rest.split_once('|')?;
            let rest = rest.strip_prefix(self.scheme.as_str())?.strip_prefix('|')?;
            let payee = rest.strip_prefix(self.category.as_str())?.strip_prefix('|')?;
            Some((year, payee))
        };
        rest().is_some_and(|(year, payee)| {
            payee == self.payee.as_str() && year.parse() == Ok(self.year.number())
        })
    }
}

/// Hands over what an event adds to each row.
fn each_movement<'a, P>(event: &'a ClaimEvent<P>, mut each: impl FnMut(Movement<'a>)) {
    match event {
        ClaimEvent::LineMatched { line, award } => {
            let cut = award.claimed - award.amount;
            let decided = FiscalYear::of(award.decided_on);
            moved(line, award, &award.allocations, cut, decided, 1, each);
        }
        ClaimEvent::LineReversed { line, award, on, .. } => {
            let cut = award.claimed - award.amount;
            moved(
                line,
                award,
                &award.allocations,
                cut,
                FiscalYear::of(*on),
                -1,
                each,
            );
        }
        ClaimEvent::LineCredited {
            of,
            award: Some(award),
            credited,
            amount,
            allocations,
            on,
            ..
        } => {
            let cut = *credited - *amount;
            moved(of, award, allocations, cut, FiscalYear::of(*on), -1, each);
        }
        ClaimEvent::LineCut {
            line,
            award,
            amount,
            allocations,
            on,
            ..
        } => {
            let cut = Euro::ZERO - *amount;
            moved(line, award, allocations, cut, FiscalYear::of(*on), -1, each);
        }
        ClaimEvent::LineSettled {
            line,
            paid_for,
            settlement,
            on,
        } => {
            let realised = settlement.realised();
            if !realised.is_zero() {
                each(Movement {
                    basis: Basis::Payment,
                    year: FiscalYear::of(*on),
                    scheme: paid_for.scheme,
                    category: &paid_for.category,
                    payee: &line.payee,
                    realised,
                    cut: Euro::ZERO,
                });
            }
        }
        ClaimEvent::EvidenceRecorded { .. }
        | ClaimEvent::EvidenceReplaced { .. }
        | ClaimEvent::ApplicationRecorded { .. }
        | ClaimEvent::GrantDecided { .. }
        | ClaimEvent::CommitmentReleased { .. }
        | ClaimEvent::LinePresented { .. }
        | ClaimEvent::LineParked { .. }
        | ClaimEvent::LineAllowed { .. }
        | ClaimEvent::LineRejected { .. }
        | ClaimEvent::LineApproved { .. }
        | ClaimEvent::LineHeld { .. }
        | ClaimEvent::LineResumed { .. }
        | ClaimEvent::LineCredited { award: None, .. } => {}
    }
}

/// What an award moves on each basis; what is taken back counts, on the decision basis, in the year of that decision.
fn moved<'a>(
    line: &'a LineRef,
    award: &'a Award,
    parts: &[Allocation],
    cut: Euro,
    decided: FiscalYear,
    sign: i64,
    mut each: impl FnMut(Movement<'a>),
) {
    let mut on = |basis, year, quantity: Quantity, cut: Euro| {
        each(Movement {
            basis,
            year,
            scheme: award.scheme,
            category: &award.category,
            payee: &line.payee,
            realised: Quantity::new(quantity.units * sign, quantity.amount.times(sign)),
            cut: cut.times(sign),
        });
    };
    let mut whole = Quantity::ZERO;
    for (at, part) in parts.iter().enumerate() {
        let part_of_it = Quantity::new(part.units, part.amount);
        whole += part_of_it;
        // The cut belongs to the year that bears the unit, which is the first.
        on(
            Basis::Performance,
            part.year,
            part_of_it,
            if at == 0 { cut } else { Euro::ZERO },
        );
    }
    on(Basis::Decision, decided, whole, cut);
    on(Basis::Invoice, FiscalYear::of(award.invoice_date), whole, cut);
}
