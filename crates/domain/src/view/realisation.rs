//! Realisation: units and euro by basis, year, scheme, category and payee.

use std::collections::BTreeSet;
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
        write!(
            f,
            "{}|{}|{}|{}|{}",
            self.basis, self.year, self.scheme, self.category, self.payee
        )
    }
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
            let touched: BTreeSet<String> = movements(event).iter().map(|(key, _)| key.to_string()).collect();
            keys.extend(touched);
        }
    }

    fn fold(key: &str, row: Option<RealisationRow>, event: &Recorded) -> Option<RealisationRow> {
        let Event::Claim(event) = &event.event else {
            return row;
        };
        let mut row = row.unwrap_or_default();
        for (_, (realised, cut)) in movements(event)
            .into_iter()
            // Only one basis can be meant: to write out the others takes longer than all else here.
            .filter(|(moved, _)| key.starts_with(moved.basis.as_str()) && moved.to_string() == key)
        {
            row.realised += realised;
            row.cut += cut;
        }
        (row != RealisationRow::default()).then_some(row)
    }
}

type Movement = (RealisationKey, (Quantity, Euro));

fn movements<P>(event: &ClaimEvent<P>) -> Vec<Movement> {
    match event {
        ClaimEvent::LineMatched { line, award } => {
            let cut = award.claimed - award.amount;
            moved(
                line,
                award,
                &award.allocations,
                cut,
                FiscalYear::of(award.decided_on),
                1,
            )
        }
        ClaimEvent::LineReversed { line, award, on, .. } => {
            let cut = award.claimed - award.amount;
            moved(line, award, &award.allocations, cut, FiscalYear::of(*on), -1)
        }
        ClaimEvent::LineCredited {
            of,
            award: Some(award),
            credited,
            amount,
            allocations,
            on,
            ..
        } => moved(
            of,
            award,
            allocations,
            *credited - *amount,
            FiscalYear::of(*on),
            -1,
        ),
        ClaimEvent::LineCut {
            line,
            award,
            amount,
            allocations,
            on,
            ..
        } => moved(
            line,
            award,
            allocations,
            Euro::ZERO - *amount,
            FiscalYear::of(*on),
            -1,
        ),
        ClaimEvent::LineSettled {
            line,
            paid_for,
            settlement,
            on,
        } => {
            let key = RealisationKey {
                basis: Basis::Payment,
                year: FiscalYear::of(*on),
                scheme: paid_for.scheme,
                category: paid_for.category.clone(),
                payee: line.payee.clone(),
            };
            let realised = settlement.realised();
            if realised.is_zero() {
                Vec::new()
            } else {
                vec![(key, (realised, Euro::ZERO))]
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
        | ClaimEvent::LineCredited { award: None, .. } => Vec::new(),
    }
}

/// What an award moves on each basis; what is taken back counts, on the decision basis, in the year of that decision.
fn moved(
    line: &LineRef,
    award: &Award,
    parts: &[Allocation],
    cut: Euro,
    decided: FiscalYear,
    sign: i64,
) -> Vec<Movement> {
    let whole: Quantity = parts.iter().fold(Quantity::ZERO, |sum, part| {
        sum + Quantity::new(part.units, part.amount)
    });
    let signed = |quantity: Quantity| Quantity::new(quantity.units * sign, quantity.amount.times(sign));
    let cut = cut.times(sign);
    let key = |basis, year| RealisationKey {
        basis,
        year,
        scheme: award.scheme,
        category: award.category.clone(),
        payee: line.payee.clone(),
    };
    // The cut belongs to the year that bears the unit, which is the first.
    let performance = parts.iter().enumerate().map(|(at, part)| {
        let cut = if at == 0 { cut } else { Euro::ZERO };
        (
            key(Basis::Performance, part.year),
            (signed(Quantity::new(part.units, part.amount)), cut),
        )
    });
    let decision = (key(Basis::Decision, decided), (signed(whole), cut));
    let invoice = (
        key(Basis::Invoice, FiscalYear::of(award.invoice_date)),
        (signed(whole), cut),
    );
    performance.chain([decision, invoice]).collect()
}
