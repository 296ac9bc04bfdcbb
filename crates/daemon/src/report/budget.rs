//! Budget versus realisation: what the board set aside, what is committed and realised, what is left.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use subsidy_domain::budget::{Quantity, variance};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::Provenance;
use subsidy_domain::money::{Euro, percentage};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{
    Basis, BudgetLineRow, BudgetLines, CounterRow, Counters, Realisation, RealisationKey,
};

use super::Desk;
use crate::projection::{RowsError, rows};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns budget versus realisation of a year on a basis.
///
/// Units are never added across schemes. No budget is shown as none, not as zero; overspending is negative, not clamped.
///
/// # Errors
/// When the views cannot be read.
pub fn budget(desk: Desk<'_>, year: FiscalYear, basis: Basis) -> Result<Sheet, RowsError> {
    let lang = desk.lang;
    let mut sheet = Sheet {
        title: format!("{} {year}", lang.pick("Begroting en realisatie", "Budget versus realisation")),
        columns: columns(desk),
        ..Sheet::default()
    };
    sheet.fact("year", lang.pick("boekjaar", "fiscal year"), year.to_string());
    sheet.fact("basis", lang.pick("grondslag", "basis"), text::basis(basis, lang));
    desk.sign(&mut sheet)?;

    let lines = rows(desk.ledger, BudgetLines, desk.as_at)?;
    let realised = realised(desk, year, basis)?;
    let mut total = Total::default();
    let mut fixture = false;
    for scheme in SchemeCode::ALL {
        let line = lines.get(&format!("{year}:{scheme}"));
        let categories = realised.get(scheme);
        fixture |= line.is_some_and(|line| line.provenance == Some(Provenance::Fixture));
        scheme_rows(desk, &mut sheet, *scheme, line, categories, &mut total);
    }
    total.row(desk, &mut sheet);
    prior_period(desk, &mut sheet, year, &lines);
    services(desk, &mut sheet, year)?;

    if fixture {
        sheet.notes.push(
            lang.pick(
                "FIXTURE: begrotingen zijn verzonnen, en alle tarieven behalve de examentarieven A en B van 2023 en de EVC-vergoeding.",
                "FIXTURE: budgets are invented, and every tariff but the exam tariffs A and B of 2023 and the EVC amount.",
            )
            .to_owned(),
        );
    }
    sheet.notes.push(
        lang.pick(
            "Aantallen van verschillende regelingen worden niet opgeteld. Een streepje betekent: niet vastgesteld, wat iets anders is dan nul.",
            "Units of different schemes are not added. A dash means: none was set, which is not zero.",
        )
        .to_owned(),
    );
    Ok(sheet)
}

fn columns(desk: Desk<'_>) -> Vec<Column> {
    let lang = desk.lang;
    vec![
        Column::new("scheme", lang.pick("regeling", "scheme")),
        Column::new("unit", lang.pick("eenheid", "unit")),
        Column::new("budget_units", lang.pick("begroot", "budget")),
        Column::new("realised_units", lang.pick("gerealiseerd", "realised")),
        Column::new("units_percent", "%"),
        Column::new("budget", lang.pick("begroot €", "budget EUR")),
        Column::new("committed", lang.pick("verplicht €", "committed EUR")),
        Column::new("realised", lang.pick("gerealiseerd €", "realised EUR")),
        Column::new("available", lang.pick("beschikbaar €", "available EUR")),
        Column::new("percent", "% "),
        Column::new("volume_effect", lang.pick("volume-effect", "volume effect")),
        Column::new("price_effect", lang.pick("prijseffect", "price effect")),
    ]
}

type Categories = BTreeMap<String, Quantity>;

fn realised(desk: Desk<'_>, year: FiscalYear, basis: Basis) -> Result<BTreeMap<SchemeCode, Categories>, RowsError> {
    let mut realised: BTreeMap<SchemeCode, Categories> = BTreeMap::new();
    for (key, row) in rows(desk.ledger, Realisation, desk.as_at)? {
        let Ok(key) = key.parse::<RealisationKey>() else { continue };
        if key.year == year && key.basis == basis {
            let categories = realised.entry(key.scheme).or_default();
            *categories.entry(key.category.to_string()).or_default() += row.realised;
        }
    }
    Ok(realised)
}

#[derive(Default)]
struct Total {
    budget: Euro,
    committed: Euro,
    realised: Euro,
    realised_within: Euro,
}

fn scheme_rows(
    desk: Desk<'_>,
    sheet: &mut Sheet,
    scheme: SchemeCode,
    line: Option<&BudgetLineRow>,
    categories: Option<&Categories>,
    total: &mut Total,
) {
    let lang = desk.lang;
    let realised = categories.into_iter().flat_map(BTreeMap::values).fold(Quantity::ZERO, |sum, part| sum + *part);
    let budget = line.and_then(|line| line.budget);
    let committed = line.map_or(Euro::ZERO, |line| line.committed.amount);
    let available = budget.map(|budget| budget.amount - committed - realised.amount);
    let effects = budget.and_then(|budget| variance(budget, realised));
    total.committed += committed;
    total.realised += realised.amount;
    if let Some(budget) = budget {
        total.budget += budget.amount;
        total.realised_within += realised.amount + committed;
    }
    sheet.row(
        Weight::Normal,
        vec![
            Cell::text(text::scheme(scheme, lang)),
            Cell::text(text::unit(scheme.facts().unit, lang)),
            budget.and_then(|budget| budget.units).into(),
            Cell::Units(realised.units),
            budget.and_then(|budget| budget.units).and_then(|units| percentage(realised.units, units)).into(),
            budget.map(|budget| budget.amount).into(),
            Cell::Euro(committed),
            Cell::Euro(realised.amount),
            available.into(),
            budget.and_then(|budget| percentage(realised.amount.cents(), budget.amount.cents())).into(),
            effects.map(|effects| effects.volume).into(),
            effects.map(|effects| effects.price).into(),
        ],
    );
    // Exams have 84 types: their own report. Others show their parts.
    if scheme != SchemeCode::MboExam && categories.is_some_and(|parts| parts.len() > 1) {
        for (category, part) in categories.into_iter().flatten() {
            sheet.row(Weight::Part, part_cells(category, *part));
        }
    }
}

fn part_cells(category: &str, part: Quantity) -> Vec<Cell> {
    let mut cells = vec![Cell::text(category), Cell::Empty, Cell::Empty, Cell::Units(part.units)];
    cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Euro(part.amount)]);
    cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    cells
}

impl Total {
    fn row(&self, desk: Desk<'_>, sheet: &mut Sheet) {
        let mut cells = vec![Cell::text(desk.lang.pick("totaal in euro", "total in euro"))];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        cells.extend([Cell::Euro(self.budget), Cell::Euro(self.committed), Cell::Euro(self.realised)]);
        cells.push(Cell::Euro(self.budget - self.realised_within));
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        sheet.row(Weight::Total, cells);
    }
}

/// What this year's intake brought to an ended year beyond its accrual: a line of its own (E10).
fn prior_period(desk: Desk<'_>, sheet: &mut Sheet, year: FiscalYear, lines: &BTreeMap<String, BudgetLineRow>) {
    let ended: Vec<&BudgetLineRow> =
        lines.values().filter(|line| line.line.year.next() == year && line.accrued.is_some()).collect();
    for line in ended {
        let lang = desk.lang;
        let what = format!(
            "{} {} {}",
            lang.pick("resultaat voorgaand jaar:", "prior-period result:"),
            text::scheme(line.line.scheme, lang),
            line.line.year
        );
        let mut cells = vec![Cell::text(what), Cell::text(text::unit(line.line.scheme.facts().unit, lang))];
        cells.extend([line.accrued.map(|accrued| accrued.units).into(), Cell::Units(line.prior_period.units), Cell::Empty]);
        cells.extend([line.accrued.map(|accrued| accrued.amount).into(), Cell::Empty]);
        cells.extend([Cell::Euro(line.prior_period.amount), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        sheet.row(Weight::Normal, cells);
    }
}

/// Own services: counted beside the claims, without a euro.
fn services(desk: Desk<'_>, sheet: &mut Sheet, year: FiscalYear) -> Result<(), RowsError> {
    let prefix = format!("service|{year}|");
    let mut services: BTreeMap<String, Vec<(String, CounterRow)>> = BTreeMap::new();
    for (key, row) in rows(desk.ledger, Counters, desk.as_at)? {
        if let Some((service, part)) = key.strip_prefix(&prefix).and_then(|rest| rest.split_once('|')) {
            services.entry(service.to_owned()).or_default().push((part.to_owned(), row));
        }
    }
    for (service, parts) in services {
        let target: Option<i64> = parts.iter().find_map(|(_, row)| row.target);
        let counted: Vec<i64> = parts.iter().filter_map(|(_, row)| row.total()).collect();
        let count: Option<i64> = (!counted.is_empty()).then(|| counted.iter().sum());
        let share: Option<Decimal> = count.zip(target).and_then(|(count, target)| percentage(count, target));
        let unit = desk.lang.pick("eigen dienst", "own service");
        let mut cells = vec![Cell::text(text::service(&service, desk.lang)), Cell::text(unit)];
        cells.extend([target.into(), count.into(), share.into()]);
        cells.extend(std::iter::repeat_n(Cell::Empty, 7));
        sheet.row(Weight::Normal, cells);
    }
    Ok(())
}
