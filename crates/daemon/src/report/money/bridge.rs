//! The bridge between two bases of a year: what counts on one and not on the other, and why.

use std::collections::BTreeMap;

use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, Claims};

use crate::projection::{RowsError, rows_together};
use crate::report::Lens;
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns, for each scheme, what a year realised on one basis, what takes it to the other, and what it realised there.
///
/// # Errors
/// When the view cannot be read.
pub fn bridge(lens: Lens<'_>, year: FiscalYear, from: Basis, to: Basis) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let (claims,) = rows_together(lens.ledger, (Claims,), lens.as_at)?;
    let mut schemes: BTreeMap<SchemeCode, BTreeMap<Step, Quantity>> = BTreeMap::new();
    for row in claims.values() {
        for part in row.standing() {
            let (here, there) = (part.counts(from) == Some(year), part.counts(to) == Some(year));
            let steps = schemes.entry(part.scheme).or_default();
            if here {
                *steps.entry(Step::From).or_default() += part.quantity;
            }
            if there {
                *steps.entry(Step::To).or_default() += part.quantity;
            }
            if here && !there {
                *steps.entry(Step::Out(part.counts(to))).or_default() += Quantity::ZERO - part.quantity;
            }
            if there && !here {
                *steps.entry(Step::In(part.counts(from))).or_default() += part.quantity;
            }
        }
    }
    let (source, target) = (text::basis(from, lang), text::basis(to, lang));
    let mut sheet = Sheet {
        title: format!(
            "{} {} {source} {} {target}",
            lang.pick("Brug", "Bridge"),
            year,
            lang.pick("naar", "to")
        ),
        columns: vec![
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("step", lang.pick("stap", "step")),
            Column::new("units", lang.pick("aantal", "units")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let mut totals: BTreeMap<Step, subsidy_domain::money::Euro> = BTreeMap::new();
    for (scheme, steps) in &schemes {
        for (step, quantity) in steps {
            *totals.entry(*step).or_default() += quantity.amount;
            sheet.row(
                step.weight(),
                vec![
                    Cell::text(text::scheme(*scheme, lang)),
                    Cell::text(step.name(lens, source, target)),
                    Cell::Units(quantity.units),
                    Cell::Euro(quantity.amount),
                ],
            );
        }
    }
    for (step, amount) in totals {
        sheet.row(
            Weight::Total,
            vec![
                Cell::text(lang.pick("totaal in euro", "total in euro")),
                Cell::text(step.name(lens, source, target)),
                Cell::Empty,
                Cell::Euro(amount),
            ],
        );
    }
    Ok(sheet)
}

/// A step of the bridge, in the order in which it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    From,
    Out(Option<FiscalYear>),
    In(Option<FiscalYear>),
    To,
}

impl Step {
    const fn weight(self) -> Weight {
        match self {
            Self::From | Self::To => Weight::Normal,
            Self::Out(_) | Self::In(_) => Weight::Part,
        }
    }

    fn name(self, lens: Lens<'_>, source: &str, target: &str) -> String {
        let lang = lens.lang;
        let elsewhere = |year: Option<FiscalYear>| {
            year.map_or_else(
                || lang.pick("nog niet", "not yet").to_owned(),
                |year| year.to_string(),
            )
        };
        match self {
            Self::From => format!("{} {source}", lang.pick("op", "on")),
            Self::To => format!("{} {target}", lang.pick("op", "on")),
            Self::Out(year) => format!("{} {target} {}", lang.pick("af:", "less:"), elsewhere(year)),
            Self::In(year) => format!("{} {source} {}", lang.pick("bij:", "plus:"), elsewhere(year)),
        }
    }
}
