//! What a year still owes: what was decided for it later, and what is earned and not claimed yet.

use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{Claims, Unclaimed};

use crate::accruals::Owed;
use crate::projection::{RowsError, rows_together};
use crate::report::Lens;
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns, by scheme, what is to be accrued for a year.
///
/// # Errors
/// When the views cannot be read.
pub fn accruals(lens: Lens<'_>, year: FiscalYear) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let (claims, unclaimed) = rows_together(lens.ledger, (Claims, Unclaimed), lens.as_at)?;
    let mut sheet = Sheet {
        title: format!("{} {year}", lang.pick("Nog te ontvangen facturen", "Accruals")),
        columns: vec![
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("later_units", lang.pick("later beslist", "decided later")),
            Column::new("later", lang.pick("later beslist €", "decided later €")),
            Column::new("expected_units", lang.pick("nog verwacht", "expected")),
            Column::new("expected", lang.pick("nog verwacht €", "expected €")),
            Column::new("total", lang.pick("totaal €", "total €")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let (mut later, mut expected) = (Euro::ZERO, Euro::ZERO);
    let mut owed = Owed::of(year);
    claims.values().for_each(|row| owed.claim(row));
    unclaimed.values().for_each(|row| owed.evidence(row));
    for accrual in owed.accruals() {
        later += accrual.decided_later.amount;
        expected += accrual.expected.amount;
        let Quantity { units, amount } = accrual.decided_later;
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(text::scheme(accrual.scheme, lang)),
                Cell::Units(units),
                Cell::Euro(amount),
                Cell::Units(accrual.expected.units),
                Cell::Euro(accrual.expected.amount),
                Cell::Euro(accrual.total().amount),
            ],
        );
    }
    sheet.row(
        Weight::Total,
        vec![
            Cell::text(lang.pick("totaal in euro", "total in euro")),
            Cell::Empty,
            Cell::Euro(later),
            Cell::Empty,
            Cell::Euro(expected),
            Cell::Euro(later + expected),
        ],
    );
    sheet.notes.push(
        lang.pick(
            "Later beslist is bekend tot op de cent. Nog verwacht is een schatting: bewijs dat niet is gedeclareerd, tegen het gemiddelde van het jaar.",
            "Decided later is known to the cent. Expected is an estimate: evidence that was not claimed, at the mean of the year.",
        )
        .to_owned(),
    );
    Ok(sheet)
}
