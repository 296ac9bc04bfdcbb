//! The ledger's side: its views as at a position, and the figure of each measure.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::counter::Figure;
use subsidy_domain::ids::{PayeeId, Provenance};
use subsidy_domain::money::Euro;
use subsidy_domain::recorded::Event;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::terms::{SchemeTerms, TariffVersion};
use subsidy_domain::view::{
    Basis, BudgetLineRow, BudgetLines, ClaimRow, Claims, CounterRow, Counters, Pipeline, PipelineRow,
    Realisation, RealisationKey,
};
use subsidy_ledger::{FollowError, StreamId};

use super::measure::{Kind, Measure, Service};
use super::number::{Value, ratio};
use crate::projection::{RowsError, decode, rows_together};
use crate::report::Lens;

/// The ledger's figure for a measure.
#[derive(Clone, Debug, PartialEq)]
pub enum Figures {
    /// The ledger has none.
    None,
    /// One, which is the same on every basis.
    One(Value),
    /// One for each basis; a basis without is not there.
    PerBasis(BTreeMap<Basis, Value>),
}

/// The views of a ledger that figures of a year are read from.
pub(super) struct Register {
    year: FiscalYear,
    realised: Vec<(RealisationKey, i64)>,
    counters: BTreeMap<String, CounterRow>,
    pipeline: Vec<PipelineRow>,
    budget_lines: BTreeMap<String, BudgetLineRow>,
    tariffs: BTreeMap<SchemeCode, Vec<TariffVersion>>,
    priced: Vec<Priced>,
}

/// What stands of an award, beside the full price of its units.
struct Priced {
    scheme: SchemeCode,
    basis: Basis,
    year: FiscalYear,
    amount: Euro,
    price: Euro,
}

impl Register {
    pub(super) fn read(lens: Lens<'_>, year: FiscalYear) -> Result<Self, RowsError> {
        let views = (Realisation, Counters, Pipeline, BudgetLines, Claims);
        let (realised, counters, pipeline, budget_lines, claims) =
            rows_together(lens.ledger, views, lens.as_at)?;
        let mut register = Self {
            year,
            realised: realised
                .into_iter()
                .filter_map(|(key, row)| Some((key.parse().ok()?, row.realised.units)))
                .collect(),
            counters,
            pipeline: pipeline.into_values().collect(),
            budget_lines,
            tariffs: tariffs(lens)?,
            priced: Vec::new(),
        };
        register.priced = register.priced(claims);
        Ok(register)
    }

    /// Whether a budget or tariff of it is of the fixture.
    pub(super) fn is_fixture(&self) -> bool {
        let budgets = self.budget_lines.values().filter_map(|line| line.provenance);
        let tariffs = self.tariffs.values().flatten().map(|tariff| tariff.provenance);
        budgets
            .chain(tariffs)
            .any(|provenance| provenance == Provenance::Fixture)
    }

    /// Returns the figure of a measure.
    pub(super) fn figures(&self, measure: &Measure) -> Figures {
        match measure {
            Measure::Units { scheme, categories } => per_basis(|basis| {
                let units = self
                    .units(basis, *scheme)
                    .filter(|(key, _)| categories.has(key.category.as_str()));
                Some(Value::Count(units.map(|(_, units)| units).sum()))
            }),
            Measure::ExamTypes(scheme) => per_basis(|basis| {
                let types: BTreeSet<&str> = self
                    .units(basis, *scheme)
                    .filter(|(_, units)| *units > 0)
                    .map(|(key, _)| key.category.as_str())
                    .collect();
                count(types.len())
            }),
            Measure::TopShare { scheme, payees } => {
                per_basis(|basis| self.top_share(basis, *scheme, *payees).map(Value::Percent))
            }
            Measure::ShareOfPrice(scheme) => {
                per_basis(|basis| self.share_of_price(basis, *scheme).map(Value::Percent))
            }
            Measure::Reference { scheme, figure, year } => one(self
                .reference(*scheme, *figure, year.unwrap_or(self.year))
                .map(Value::Count)),
            Measure::BudgetUnits(scheme) => {
                let line = self.budget_lines.get(&format!("{}:{scheme}", self.year));
                one(line.and_then(|line| line.budget?.units).map(Value::Count))
            }
            Measure::Tariff(scheme) => one(self.tariff(*scheme).map(Value::Euro)),
            Measure::Service(service) => one(self.delivered(service).map(Value::Count)),
            Measure::ServiceTarget(name) => one(self.service_target(name).map(Value::Count)),
            Measure::ServiceShare { part, whole } => {
                let share = self
                    .delivered(part)
                    .zip(self.delivered(whole))
                    .and_then(|(part, whole)| ratio(part, whole));
                one(share.map(Value::Percent))
            }
            Measure::Applications(scheme) => one(self.cases(*scheme, |row| {
                row.stage != "agreed" && row.year == Some(self.year)
            })),
            Measure::Agreements(scheme) => one(self.cases(*scheme, |row| {
                row.stage == "agreed" && row.year.is_some_and(|begun| begun <= self.year)
            })),
            Measure::Stage { scheme, stage, kind } => one(self.cases(*scheme, |row| {
                self.came(row, kind) && stage.reached_by(&row.stage)
            })),
            Measure::Arithmetic(_) | Measure::Irreconcilable(_) | Measure::Outside => Figures::None,
        }
    }

    fn units(&self, basis: Basis, scheme: SchemeCode) -> impl Iterator<Item = (&RealisationKey, i64)> {
        self.realised
            .iter()
            .filter(move |(key, _)| key.basis == basis && key.scheme == scheme && key.year == self.year)
            .map(|(key, units)| (key, *units))
    }

    fn top_share(&self, basis: Basis, scheme: SchemeCode, payees: usize) -> Option<Decimal> {
        let mut by_payee: BTreeMap<&PayeeId, i64> = BTreeMap::new();
        for (key, units) in self.units(basis, scheme) {
            *by_payee.entry(&key.payee).or_default() += units;
        }
        let mut units: Vec<i64> = by_payee.into_values().collect();
        units.sort_unstable_by(|one, two| two.cmp(one));
        ratio(units.iter().take(payees).sum(), units.iter().sum())
    }

    fn share_of_price(&self, basis: Basis, scheme: SchemeCode) -> Option<Decimal> {
        let (mut amount, mut price) = (Euro::ZERO, Euro::ZERO);
        for part in &self.priced {
            if part.scheme == scheme && part.basis == basis && part.year == self.year {
                amount += part.amount;
                price += part.price;
            }
        }
        ratio(amount.cents(), price.cents())
    }

    fn reference(&self, scheme: SchemeCode, figure: Figure, year: FiscalYear) -> Option<i64> {
        let prefix = format!("reference|{year}|{scheme}|{}|", figure.as_str());
        sum(self
            .counters
            .iter()
            .filter(|(key, _)| key.starts_with(&prefix))
            .map(|(_, row)| row.total()))
    }

    /// Adds the parts named; parts that are not may count another unit.
    fn delivered(&self, service: &Service) -> Option<i64> {
        sum(service.parts.iter().map(|part| {
            self.counters
                .get(&format!("service|{}|{}|{part}", self.year, service.name))?
                .total()
        }))
    }

    fn service_target(&self, name: &str) -> Option<i64> {
        let prefix = format!("service|{}|{name}|", self.year);
        self.counters
            .iter()
            .filter(|(key, _)| key.starts_with(&prefix))
            .find_map(|(_, row)| row.target)
    }

    /// Returns the tariff of a scheme in the year, when there was one amount all year.
    fn tariff(&self, scheme: SchemeCode) -> Option<Euro> {
        let held = |tariff: &&TariffVersion| {
            tariff.from.year() <= self.year.number()
                && tariff
                    .until
                    .is_none_or(|until| until.year() >= self.year.number())
        };
        let amounts: BTreeSet<Euro> = self
            .tariffs
            .get(&scheme)
            .into_iter()
            .flatten()
            .filter(held)
            .map(|tariff| tariff.amount)
            .collect();
        (amounts.len() == 1).then(|| amounts.first().copied()).flatten()
    }

    fn cases(&self, scheme: SchemeCode, counts: impl Fn(&PipelineRow) -> bool) -> Option<Value> {
        count(
            self.pipeline
                .iter()
                .filter(|row| row.scheme == scheme && counts(row))
                .count(),
        )
    }

    /// Whether a case is of a kind and of the year; one that is not completed has no year yet, and counts.
    fn came(&self, row: &PipelineRow, kind: &Kind) -> bool {
        kind.is(row.kind.as_deref()) && row.year.is_none_or(|year| year == self.year)
    }

    fn priced(&self, claims: BTreeMap<String, ClaimRow>) -> Vec<Priced> {
        let prices: BTreeMap<_, Euro> = self
            .tariffs
            .values()
            .flatten()
            .filter_map(|tariff| Some(((tariff.scheme, &tariff.key, &tariff.version), tariff.price?)))
            .collect();
        let mut priced = Vec::new();
        for row in claims.into_values() {
            let Some(award) = row.award.filter(|_| row.state != "reversed") else {
                continue;
            };
            let price = award
                .tariff
                .as_ref()
                .and_then(|set| prices.get(&(set.scheme, &set.key, &set.version)));
            let Some(price) = price else { continue };
            let paid_on = row.payments.standing().and_then(|payment| payment.paid_on);
            let mut add = |basis, year, units, amount| {
                priced.push(Priced {
                    scheme: award.scheme,
                    basis,
                    year,
                    amount,
                    price: price.times(units),
                });
            };
            for part in &award.allocations {
                add(Basis::Performance, part.year, part.units, part.amount);
                add(
                    Basis::Decision,
                    FiscalYear::of(award.decided_on),
                    part.units,
                    part.amount,
                );
                add(
                    Basis::Invoice,
                    FiscalYear::of(award.invoice_date),
                    part.units,
                    part.amount,
                );
                if let Some(paid_on) = paid_on {
                    add(Basis::Payment, FiscalYear::of(paid_on), part.units, part.amount);
                }
            }
        }
        priced
    }
}

fn tariffs(lens: Lens<'_>) -> Result<BTreeMap<SchemeCode, Vec<TariffVersion>>, RowsError> {
    let position = lens.position()?;
    let streams: Vec<StreamId> = SchemeCode::ALL
        .iter()
        .map(|scheme| StreamId::new("SchemeTerms", scheme.as_str()))
        .collect();
    let mut tariffs = BTreeMap::new();
    for (scheme, records) in SchemeCode::ALL.iter().zip(lens.ledger.streams(&streams)?) {
        let mut terms = SchemeTerms::default();
        for record in records.iter().filter(|record| record.position <= position) {
            let recorded = decode(record).map_err(|cause| FollowError::Unreadable {
                position: record.position,
                cause,
            })?;
            if let Event::Terms(event) = recorded.event {
                terms.evolve(event);
            }
        }
        tariffs.insert(*scheme, terms.tariffs().cloned().collect());
    }
    Ok(tariffs)
}

fn per_basis(figure: impl Fn(Basis) -> Option<Value>) -> Figures {
    let figures: BTreeMap<Basis, Value> = Basis::ALL
        .iter()
        .filter_map(|basis| Some((*basis, figure(*basis)?)))
        .collect();
    if figures.is_empty() {
        Figures::None
    } else {
        Figures::PerBasis(figures)
    }
}

fn one(figure: Option<Value>) -> Figures {
    figure.map_or(Figures::None, Figures::One)
}

fn count(number: usize) -> Option<Value> {
    i64::try_from(number).ok().map(Value::Count)
}

/// Returns the sum of what was counted; nothing when nothing was, or a part was not.
fn sum(mut counts: impl Iterator<Item = Option<i64>>) -> Option<i64> {
    let first = counts.next()??;
    counts.try_fold(first, |sum, count| Some(sum + count?))
}
