//! Budget versus realisation: what the board set aside, what is committed and realised, what is left.

use std::collections::BTreeMap;

use subsidy_domain::budget::Quantity;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::Provenance;
use subsidy_domain::money::{Euro, percentage};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{
    Basis, BudgetLineRow, BudgetLines, CounterRow, Counters, Realisation, RealisationKey, RealisationRow,
};

use super::Lens;
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns budget versus realisation of a year on a basis.
///
/// Units are never added across schemes. No budget is shown as none, not as zero; overspending is negative, not clamped.
///
/// # Errors
/// When the views cannot be read.
pub fn budget(lens: Lens<'_>, year: FiscalYear, basis: Basis) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: format!(
            "{} {year}",
            lang.pick("Begroting en realisatie", "Budget versus realisation")
        ),
        columns: vec![
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("unit", lang.pick("eenheid", "unit")),
            Column::new("budget_units", lang.pick("begroot", "budget")),
            Column::new("realised_units", lang.pick("gerealiseerd", "realised")),
            Column::new("units_percent", "%"),
            Column::new("budget", lang.pick("begroot €", "budget €")),
            Column::new("committed", lang.pick("verplicht €", "committed €")),
            Column::new("realised", lang.pick("gerealiseerd €", "realised €")),
            Column::new("available", lang.pick("beschikbaar €", "available €")),
            Column::new("percent", "% €"),
        ],
        ..Sheet::default()
    };
    sheet.fact("year", lang.pick("boekjaar", "fiscal year"), year.to_string());
    sheet.fact("basis", lang.pick("grondslag", "basis"), text::basis(basis, lang));
    lens.sign(&mut sheet)?;

    let views = (BudgetLines, Realisation, Counters);
    let (lines, realisation, counters) = rows_together(lens.ledger, views, lens.as_at)?;
    let realised = realised(realisation, year, basis);
    let mut total = Total::default();
    let none = Categories::new();
    for scheme in SchemeCode::ALL {
        let line = lines.get(&format!("{year}:{scheme}"));
        let categories = realised.get(scheme).unwrap_or(&none);
        let figures = Figures::of_scheme(lens, *scheme, line, categories);
        total.add(&figures);
        sheet.row(Weight::Normal, figures.cells());
        parts(&mut sheet, *scheme, categories);
    }
    sheet.row(Weight::Total, total.figures(lens).cells());
    for line in lines.values().filter(|line| line.line.year.next() == year) {
        if let Some(figures) = Figures::of_ended_year(lens, line) {
            sheet.row(Weight::Normal, figures.cells());
        }
    }
    for figures in services(lens, counters, year) {
        sheet.row(Weight::Normal, figures.cells());
    }

    let of_year = lines.values().filter(|line| line.line.year == year);
    if of_year
        .into_iter()
        .any(|line| line.provenance == Some(Provenance::Fixture))
    {
        sheet.notes.push(fixture_note(lens));
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

/// Returns the label of figures that rest on invented budgets and rates.
pub(super) fn fixture_note(lens: Lens<'_>) -> String {
    lens.lang
        .pick(
            "FIXTURE: begrotingen zijn verzonnen, en alle tarieven behalve de examentarieven A en B van 2023 en de EVC-vergoeding.",
            "FIXTURE: budgets are invented, and every tariff but the exam tariffs A and B of 2023 and the EVC amount.",
        )
        .to_owned()
}

pub(super) type Categories = BTreeMap<String, Quantity>;

/// Returns what is realised in a year on a basis, by scheme and category.
pub(super) fn realised(
    rows: BTreeMap<String, RealisationRow>,
    year: FiscalYear,
    basis: Basis,
) -> BTreeMap<SchemeCode, Categories> {
    let mut realised: BTreeMap<SchemeCode, Categories> = BTreeMap::new();
    for (key, row) in rows {
        let Ok(key) = key.parse::<RealisationKey>() else {
            continue;
        };
        if key.year == year && key.basis == basis {
            let categories = realised.entry(key.scheme).or_default();
            *categories.entry(key.category.to_string()).or_default() += row.realised;
        }
    }
    realised
}

/// Returns the sum over the categories of a scheme.
pub(super) fn sum(categories: &Categories) -> Quantity {
    categories.values().fold(Quantity::ZERO, |sum, part| sum + *part)
}

/// The figures of one row; what is nothing is unknown or does not apply.
#[derive(Default)]
struct Figures {
    what: String,
    unit: Option<&'static str>,
    budget_units: Option<i64>,
    realised_units: Option<i64>,
    budget: Option<Euro>,
    committed: Option<Euro>,
    realised: Option<Euro>,
    available: Option<Euro>,
    shares: bool,
}

impl Figures {
    fn of_scheme(
        lens: Lens<'_>,
        scheme: SchemeCode,
        line: Option<&BudgetLineRow>,
        categories: &Categories,
    ) -> Self {
        let realised = sum(categories);
        let budget = line.and_then(|line| line.budget);
        let committed = line.map_or(Euro::ZERO, |line| line.committed.amount);
        Self {
            what: text::scheme(scheme, lens.lang),
            unit: Some(text::unit(scheme.facts().unit, lens.lang)),
            budget_units: budget.and_then(|budget| budget.units),
            realised_units: Some(realised.units),
            budget: budget.map(|budget| budget.amount),
            committed: Some(committed),
            realised: Some(realised.amount),
            available: budget.map(|budget| budget.amount - committed - realised.amount),
            shares: true,
        }
    }

    /// What came in for an ended year beyond its accrual: prior-period result, a line of its own (E10).
    fn of_ended_year(lens: Lens<'_>, line: &BudgetLineRow) -> Option<Self> {
        let accrued = line.accrued?;
        let scheme = line.line.scheme;
        let result = lens.lang.pick("boven nog te ontvangen", "beyond accrual of");
        Some(Self {
            what: format!("{result} {}: {}", line.line.year, text::scheme(scheme, lens.lang)),
            unit: Some(text::unit(scheme.facts().unit, lens.lang)),
            budget_units: Some(accrued.units),
            realised_units: Some(line.prior_period.units),
            budget: Some(accrued.amount),
            realised: Some(line.prior_period.amount),
            ..Self::default()
        })
    }

    fn cells(self) -> Vec<Cell> {
        let percent = |part: Option<i64>, whole: Option<i64>| {
            part.zip(whole)
                .filter(|_| self.shares)
                .and_then(|(part, whole)| percentage(part, whole))
        };
        vec![
            Cell::Text(self.what),
            self.unit.map_or(Cell::Empty, Cell::text),
            self.budget_units.into(),
            self.realised_units.into(),
            percent(self.realised_units, self.budget_units).into(),
            self.budget.into(),
            self.committed.into(),
            self.realised.into(),
            self.available.into(),
            percent(self.realised.map(Euro::cents), self.budget.map(Euro::cents)).into(),
        ]
    }
}

/// Shows the parts of a scheme. Exams have 84 types: those are in `report concentration` and the claims.
fn parts(sheet: &mut Sheet, scheme: SchemeCode, categories: &Categories) {
    if scheme == SchemeCode::MboExam || categories.len() < 2 {
        return;
    }
    for (category, part) in categories {
        let figures = Figures {
            what: category.clone(),
            realised_units: Some(part.units),
            realised: Some(part.amount),
            ..Figures::default()
        };
        sheet.row(Weight::Part, figures.cells());
    }
}

/// The total in euro; what is available counts only schemes that have a budget.
#[derive(Default)]
struct Total {
    budget: Option<Euro>,
    committed: Euro,
    realised: Euro,
    available: Option<Euro>,
}

impl Total {
    fn add(&mut self, figures: &Figures) {
        self.budget = plus(self.budget, figures.budget);
        self.committed += figures.committed.unwrap_or_default();
        self.realised += figures.realised.unwrap_or_default();
        self.available = plus(self.available, figures.available);
    }

    fn figures(&self, lens: Lens<'_>) -> Figures {
        Figures {
            what: lens.lang.pick("totaal in euro", "total in euro").to_owned(),
            budget: self.budget,
            committed: Some(self.committed),
            realised: Some(self.realised),
            available: self.available,
            ..Figures::default()
        }
    }
}

/// Adds what was set; nothing and nothing is nothing, not zero.
fn plus(sum: Option<Euro>, more: Option<Euro>) -> Option<Euro> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum + more),
        (some, None) | (None, some) => some,
    }
}

/// Own services: counted beside the claims, without a euro. The parts of a service add up to it.
fn services(lens: Lens<'_>, counters: BTreeMap<String, CounterRow>, year: FiscalYear) -> Vec<Figures> {
    let prefix = format!("service|{year}|");
    let mut services: BTreeMap<String, Vec<CounterRow>> = BTreeMap::new();
    for (key, row) in counters {
        if let Some((service, _)) = key.strip_prefix(&prefix).and_then(|rest| rest.split_once('|')) {
            services.entry(service.to_owned()).or_default().push(row);
        }
    }
    let figures = services.into_iter().map(|(service, parts)| {
        let counted: Vec<i64> = parts.iter().filter_map(CounterRow::total).collect();
        Figures {
            what: text::service(&service, lens.lang),
            unit: Some(lens.lang.pick("eigen dienst", "own service")),
            budget_units: parts.iter().find_map(|row| row.target),
            realised_units: (!counted.is_empty()).then(|| counted.iter().sum()),
            shares: true,
            ..Figures::default()
        }
    });
    figures.collect()
}
