//! What an auditor samples: planned over what is recorded up to a position, drawn with a seed, looked into, evaluated.

use rust_decimal::Decimal;
use subsidy_documents as doc;
use subsidy_documents::Table;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::{DecisionRef, SampleNumber, SampleSeed, Subject};
use subsidy_domain::money::Euro;
use subsidy_domain::sample::{Frozen, Population, Precision, SampleCommand, SampleScope};
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::{Basis, Claims};
use subsidy_ledger::Position;

use crate::desk::News;
use crate::intake::lists::{RowRefusal, note, plain};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};
use crate::projection::{AsAt, rows};

impl Intake {
    pub(in crate::intake) fn take_sample_steps(
        &mut self,
        table: &Table<doc::SampleStep>,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        for row in &table.rows {
            let outcome = match Step::of(&row.value) {
                Ok(step) => self.sample_step(&row.value, step)?,
                Err(refusal) => Err(refusal),
            };
            note(report, row.number, outcome);
        }
        Ok(())
    }

    fn sample_step(
        &mut self,
        row: &doc::SampleStep,
        Step { number, by }: Step,
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
        let on = self.desk.moment().day;
        let command = match &row.act {
            doc::SampleAct::Plan(design) => match self.plan(design)? {
                Ok((scope, precision, population)) => SampleCommand::Plan {
                    number: number.clone(),
                    scope,
                    precision,
                    population,
                    by,
                    on,
                },
                Err(refusal) => return Ok(Err(refusal)),
            },
            doc::SampleAct::Draw { seed } => {
                let Some(plan) = self.desk.sample(&number)?.plan() else {
                    return Ok(Err(RowRefusal("NO_SUCH_SAMPLE")));
                };
                let scope = plan.scope.clone();
                match SampleSeed::new(seed.as_str()) {
                    Ok(seed) => SampleCommand::Draw {
                        seed,
                        population: self.population(&scope)?,
                        by,
                        on,
                    },
                    Err(wrong) => return Ok(Err(wrong.into())),
                }
            }
            doc::SampleAct::Finding { item, audited, paper } => {
                let paper = paper.as_deref().map(DecisionRef::new).transpose();
                match paper {
                    Ok(paper) => SampleCommand::Examine {
                        item: item.clone(),
                        audited: Euro::from_cents(audited.cents()),
                        paper,
                        by,
                        on,
                    },
                    Err(wrong) => return Ok(Err(wrong.into())),
                }
            }
            doc::SampleAct::Verdict => SampleCommand::Evaluate { by, on },
        };
        let outcome = self.desk.ask_sample(&number, command)?;
        Ok(outcome.map(plain).map_err(RowRefusal::from))
    }

    /// Returns what is to be sampled and how exactly, over the population as it stands.
    fn plan(&self, design: &doc::SampleDesign) -> Result<Result<Planned, RowRefusal>, IntakeError> {
        let named = design.schemes.as_deref().unwrap_or_default().split_whitespace();
        let Ok(mut schemes) = named.map(str::parse).collect::<Result<Vec<SchemeCode>, _>>() else {
            return Ok(Err(RowRefusal("UNKNOWN_SCHEME")));
        };
        schemes.sort_unstable();
        schemes.dedup();
        let head = self.ledger.head()?.size;
        let position = match design.position.map(u64::try_from) {
            None => head,
            Some(Ok(position)) if position > 0 && position <= head => position,
            Some(_) => return Ok(Err(RowRefusal("BEYOND_THE_LEDGER"))),
        };
        let scope = SampleScope {
            year: FiscalYear::new(design.year),
            basis: match design.basis {
                doc::SampleBasis::Performance => Basis::Performance,
                doc::SampleBasis::Decision => Basis::Decision,
                doc::SampleBasis::Invoice => Basis::Invoice,
                doc::SampleBasis::Payment => Basis::Payment,
            },
            schemes,
            position,
        };
        let share = |part: doc::Percentage| Decimal::new(i64::from(part.thousandths()), 5).normalize();
        let precision = Precision {
            materiality: share(design.materiality),
            confidence: share(design.confidence),
            expected: design.expected.map_or(Decimal::ZERO, share),
        };
        let population = Frozen::from(&self.population(&scope)?);
        Ok(Ok((scope, precision, population)))
    }

    /// Returns the lines of a scope with what counts of each, from the records up to its position.
    fn population(&self, scope: &SampleScope) -> Result<Population, IntakeError> {
        let as_at = if scope.position == self.ledger.head()?.size {
            AsAt::Now
        } else {
            AsAt::Position(Position(scope.position))
        };
        let claims = rows(&self.ledger, Claims, as_at)?;
        let counted = claims.into_iter().filter_map(|(line, row)| {
            let mut parts = row
                .standing()
                .filter(|part| scope.schemes.is_empty() || scope.schemes.contains(&part.scheme))
                .filter(|part| part.counts(scope.basis) == Some(scope.year))
                .map(|part| part.quantity.amount)
                .peekable();
            parts.peek()?;
            Some((line, parts.sum()))
        });
        Ok(Population::of(counted))
    }
}

type Planned = (SampleScope, Precision, Frozen);

/// Which sample, and who acts.
struct Step {
    number: SampleNumber,
    by: Subject,
}

impl Step {
    fn of(row: &doc::SampleStep) -> Result<Self, RowRefusal> {
        Ok(Self {
            number: SampleNumber::new(row.sample.as_str())?,
            by: Subject::new(row.by.as_str())?,
        })
    }
}
