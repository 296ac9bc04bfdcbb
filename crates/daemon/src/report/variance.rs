//! Why realisation differs from budget: more or fewer units, another price a unit, or another year in which it counts (E11).

use subsidy_domain::budget::variance as split;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, BudgetLines, Realisation};

use super::Lens;
use super::budget::{Categories, fixture_note, realised, sum};
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns the deviation of each scheme that has a budget of units and euro, split in volume, price and period; the three add up exactly.
///
/// Volume and price are of what was performed in the year; what counts in it on another basis only because of when it was decided, invoiced or paid is the
/// effect of the period.
///
/// # Errors
/// When the views cannot be read.
pub fn variance(lens: Lens<'_>, year: FiscalYear, basis: Basis) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: format!("{} {year}", lang.pick("Verschillenanalyse", "Variance analysis")),
        columns: vec![
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("budget", lang.pick("begroot €", "budget €")),
            Column::new("realised", lang.pick("gerealiseerd €", "realised €")),
            Column::new("deviation", lang.pick("verschil €", "deviation €")),
            Column::new("volume_effect", lang.pick("door aantal €", "by volume €")),
            Column::new("price_effect", lang.pick("door prijs €", "by price €")),
            Column::new("period_effect", lang.pick("door periode €", "by period €")),
        ],
        ..Sheet::default()
    };
    sheet.fact("year", lang.pick("boekjaar", "fiscal year"), year.to_string());
    sheet.fact("basis", lang.pick("grondslag", "basis"), text::basis(basis, lang));
    lens.sign(&mut sheet)?;
    let (lines, realisation) = rows_together(lens.ledger, (BudgetLines, Realisation), lens.as_at)?;
    let performed = realised(realisation.clone(), year, Basis::Performance);
    let realised = realised(realisation, year, basis);
    let none = Categories::new();
    for scheme in SchemeCode::ALL {
        let Some(budget) = lines
            .get(&format!("{year}:{scheme}"))
            .and_then(|line| line.budget)
        else {
            continue;
        };
        let whole = sum(realised.get(scheme).unwrap_or(&none));
        let performed = sum(performed.get(scheme).unwrap_or(&none));
        let Some(effects) = split(budget, performed) else {
            continue;
        };
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(text::scheme(*scheme, lang)),
                Cell::Euro(budget.amount),
                Cell::Euro(whole.amount),
                Cell::Euro(whole.amount - budget.amount),
                Cell::Euro(effects.volume),
                Cell::Euro(effects.price),
                Cell::Euro(whole.amount - performed.amount),
            ],
        );
    }
    sheet.notes.push(fixture_note(lens));
    sheet.notes.push(
        lang.pick(
            "Door aantal: het verschil in eenheden die in het jaar zijn gepresteerd tegen de begrote prijs, half naar boven afgerond op de cent. Door prijs: de rest daarvan. Door periode: wat alleen om het moment van beslissing, factuur of betaling in het jaar telt of niet.",
            "By volume: the difference in units performed in the year at the budgeted price, rounded half up to the cent. By price: the rest of that. By period: what counts in the year or not only because of when it was decided, invoiced or paid.",
        )
        .to_owned(),
    );
    Ok(sheet)
}
