//! Why realisation differs from budget: more or fewer units, or another price a unit (E11).

use subsidy_domain::budget::variance as split;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, BudgetLines, Realisation};

use super::Lens;
use super::budget::{Categories, fixture_note, realised, sum};
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns the deviation of each scheme that has a budget of units and euro, split in volume and price; the two add up exactly.
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
        ],
        ..Sheet::default()
    };
    sheet.fact("year", lang.pick("boekjaar", "fiscal year"), year.to_string());
    sheet.fact("basis", lang.pick("grondslag", "basis"), text::basis(basis, lang));
    lens.sign(&mut sheet)?;
    let (lines, realisation) = rows_together(lens.ledger, (BudgetLines, Realisation), lens.as_at)?;
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
        let Some(effects) = split(budget, whole) else {
            continue;
        };
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(text::scheme(*scheme, lang)),
                Cell::Euro(budget.amount),
                Cell::Euro(whole.amount),
                Cell::Euro(effects.total),
                Cell::Euro(effects.volume),
                Cell::Euro(effects.price),
            ],
        );
    }
    sheet.notes.push(fixture_note(lens));
    sheet.notes.push(
        lang.pick(
            "Door aantal: het verschil in eenheden tegen de begrote prijs, half naar boven afgerond op de cent. Door prijs: de rest.",
            "By volume: the difference in units at the budgeted price, rounded half up to the cent. By price: the rest.",
        )
        .to_owned(),
    );
    Ok(sheet)
}
