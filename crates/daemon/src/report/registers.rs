//! Concentration (who gets the money) and unclaimed evidence (what was earned and not yet asked for).

use std::collections::BTreeMap;

use jiff::civil::Date;
use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::PayeeId;
use subsidy_domain::money::percentage;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, Payees, Realisation, RealisationKey, RealisationRow, Unclaimed};

use super::{Lens, name_of};
use crate::projection::{RowsError, rows, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns the payees of a scheme by what they realise, the largest first, with the share of each and of the largest so far.
///
/// # Errors
/// When the views cannot be read.
pub fn concentration(
    lens: Lens<'_>,
    year: FiscalYear,
    basis: Basis,
    scheme: SchemeCode,
) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: format!(
            "{}: {} {year}",
            lang.pick("Verdeling over begunstigden", "Concentration"),
            text::scheme(scheme, lang)
        ),
        columns: vec![
            Column::new("rank", lang.pick("plaats", "rank")),
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("units", lang.pick("aantal", "units")),
            Column::new("share", lang.pick("aandeel", "share")),
            Column::new("cumulative_share", lang.pick("samen", "together")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
        ],
        ..Sheet::default()
    };
    sheet.fact("basis", lang.pick("grondslag", "basis"), text::basis(basis, lang));
    lens.sign(&mut sheet)?;
    let (payees, realisation) = rows_together(lens.ledger, (Payees, Realisation), lens.as_at)?;
    let by_payee = by_payee(realisation, year, basis, scheme);
    let total = by_payee.iter().fold(Quantity::ZERO, |sum, (_, part)| sum + *part);
    let mut together = 0;
    for (rank, (payee, part)) in (1..).zip(&by_payee) {
        together += part.units;
        sheet.row(
            Weight::Normal,
            vec![
                Cell::Units(rank),
                Cell::text(name_of(&payees, payee)),
                Cell::Units(part.units),
                percentage(part.units, total.units).into(),
                percentage(together, total.units).into(),
                Cell::Euro(part.amount),
            ],
        );
    }
    let mut cells = vec![
        Cell::Empty,
        Cell::text(lang.pick("totaal", "total")),
        Cell::Units(total.units),
    ];
    cells.extend([Cell::Empty, Cell::Empty, Cell::Euro(total.amount)]);
    sheet.row(Weight::Total, cells);
    Ok(sheet)
}

/// Returns what each payee of a scheme realises, the largest first.
fn by_payee(
    rows: BTreeMap<String, RealisationRow>,
    year: FiscalYear,
    basis: Basis,
    scheme: SchemeCode,
) -> Vec<(PayeeId, Quantity)> {
    let mut by_payee: BTreeMap<PayeeId, Quantity> = BTreeMap::new();
    for (key, row) in rows {
        let Ok(key) = key.parse::<RealisationKey>() else {
            continue;
        };
        if key.year == year && key.basis == basis && key.scheme == scheme {
            *by_payee.entry(key.payee).or_default() += row.realised;
        }
    }
    let mut by_payee: Vec<(PayeeId, Quantity)> = by_payee.into_iter().collect();
    by_payee.sort_by(|a, b| {
        (b.1.units, b.1.amount)
            .cmp(&(a.1.units, a.1.amount))
            .then_with(|| a.0.cmp(&b.0))
    });
    by_payee
}

/// Returns the evidence that was earned and not awarded, by scheme, with its age on a day.
///
/// # Errors
/// When the views cannot be read.
pub fn unclaimed(lens: Lens<'_>, today: Date) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: lang
            .pick("Verdiend en nog niet gedeclareerd", "Earned and not yet claimed")
            .to_owned(),
        columns: vec![
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("school", "BRIN"),
            Column::new("evidence", lang.pick("bewijs", "evidence")),
            Column::new("performed_on", lang.pick("prestatie op", "performed on")),
            Column::new("since", lang.pick("bekend sinds", "known since")),
            Column::new("days", lang.pick("dagen", "days")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let mut found: Vec<_> = rows(lens.ledger, Unclaimed, lens.as_at)?
        .into_values()
        .filter(|row| row.awarded_to.is_none())
        .collect();
    found.sort_by(|a, b| {
        (a.scheme, &a.school, a.performed_on, &a.evidence).cmp(&(
            b.scheme,
            &b.school,
            b.performed_on,
            &b.evidence,
        ))
    });
    for row in found {
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(text::scheme(row.scheme, lang)),
                row.school.map_or(Cell::Empty, |brin| Cell::text(brin.as_str())),
                Cell::text(row.evidence.as_str()),
                row.performed_on.map_or(Cell::Empty, Cell::Day),
                Cell::Day(row.since),
                Cell::Units(
                    row.since
                        .until(today)
                        .map_or(0, |span| i64::from(span.get_days())),
                ),
            ],
        );
    }
    Ok(sheet)
}
