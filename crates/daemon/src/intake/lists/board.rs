//! Decisions of the board: terms, tariffs, exam types, budgets.

use subsidy_documents as doc;
use subsidy_domain::budget::{Budget, BudgetCommand, BudgetLineId, Quantity};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::{DecisionRef, Provenance, Source, TariffKey};
use subsidy_domain::money::Euro;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::terms::{BudgetPolicy, ExamType, LateFrom, TariffVersion, Terms, TermsCommand, VatBasis};

use super::{Outcome, RowRefusal, plain};
use crate::desk::News;
use crate::intake::Intake;

impl Intake {
    pub(super) fn take_terms(&mut self, row: &doc::SchemeTerms, _: Source) -> Outcome {
        self.adopt(terms_of(row))
    }

    pub(super) fn take_tariff(&mut self, row: &doc::Tariff, _: Source) -> Outcome {
        self.adopt(tariff_of(row))
    }

    pub(super) fn take_exam_type(&mut self, row: &doc::ExamType, _: Source) -> Outcome {
        self.adopt(exam_type_of(row))
    }

    fn adopt(&mut self, command: Result<(SchemeCode, TermsCommand), RowRefusal>) -> Outcome {
        let (scheme, command) = match command {
            Ok(command) => command,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let outcome = self.desk.ask_terms(scheme, command)?;
        Ok(outcome.map(plain).map_err(RowRefusal::from))
    }

    pub(super) fn take_budget(
        &mut self,
        orders: Result<Vec<(BudgetLineId, BudgetCommand)>, RowRefusal>,
    ) -> Outcome {
        let orders = match orders {
            Ok(orders) => orders,
            Err(refusal) => return Ok(Err(refusal)),
        };
        // A transfer is two amendments; when the second would be refused, the first is not made either.
        for (line, command) in &orders {
            if let Err(refusal) = self.desk.would_budget(*line, command)? {
                return Ok(Err(refusal.into()));
            }
        }
        let mut news = News::default();
        for (line, command) in orders {
            match self.desk.ask_budget(line, command)? {
                Ok(events) => news.add(&plain(events)),
                Err(refusal) => return Ok(Err(refusal.into())),
            }
        }
        Ok(Ok(news))
    }
}

fn terms_of(row: &doc::SchemeTerms) -> Result<(SchemeCode, TermsCommand), RowRefusal> {
    let terms = Terms {
        decision: DecisionRef::new(row.decision.as_str())?,
        decided_on: row.decided_on,
        opens_on: row.from,
        closes_on: row.until,
        budget_policy: match row.budget_policy {
            doc::BudgetPolicy::Block => BudgetPolicy::Block,
            doc::BudgetPolicy::Warn => BudgetPolicy::Warn,
            doc::BudgetPolicy::Queue => BudgetPolicy::Queue,
            doc::BudgetPolicy::ProRata => BudgetPolicy::ProRata,
        },
        vat_basis: match row.vat_basis {
            doc::VatBasis::Exclusive => VatBasis::Exclusive,
            doc::VatBasis::Inclusive => VatBasis::Inclusive,
        },
        late_from: row.late_from.map(|late| LateFrom {
            month: late.month,
            day: late.day,
        }),
        spending_goal: row.spending_goal.clone().unwrap_or_default(),
        provenance: row.origin.map_or(Provenance::Fixture, provenance),
    };
    Ok((row.scheme.parse()?, TermsCommand::Adopt(terms)))
}

const fn provenance(origin: doc::Origin) -> Provenance {
    match origin {
        doc::Origin::Public => Provenance::Public,
        doc::Origin::Fixture => Provenance::Fixture,
    }
}

fn tariff_of(row: &doc::Tariff) -> Result<(SchemeCode, TermsCommand), RowRefusal> {
    let scheme = row.scheme.parse()?;
    let tariff = TariffVersion {
        scheme,
        key: TariffKey::new(row.key.as_str())?,
        version: row.version.clone(),
        amount: Euro::from_cents(row.amount.cents()),
        price: row.full_price.map(|price| Euro::from_cents(price.cents())),
        from: row.from,
        until: row.until,
        decision: DecisionRef::new(row.decision.as_str())?,
        decided_on: row.decided_on,
        provenance: provenance(row.origin),
        published_in: row.source.clone(),
    };
    Ok((scheme, TermsCommand::AdoptTariff(tariff)))
}

fn exam_type_of(row: &doc::ExamType) -> Result<(SchemeCode, TermsCommand), RowRefusal> {
    let mut aliases = row.also_known_as.clone();
    aliases.sort();
    let exam_type = ExamType {
        code: row.code.clone(),
        description: row.description.clone(),
        sub_branch: row.branch.word().to_owned(),
        level: match row.level {
            doc::ExamLevel::Two => 2,
            doc::ExamLevel::Three => 3,
            doc::ExamLevel::Four => 4,
        },
        tariff: TariffKey::new(row.tariff_group.as_str())?,
        content: row.content_group.clone(),
        two_part: row.kind == doc::ExamTypeKind::Hks,
        aliases,
    };
    Ok((SchemeCode::MboExam, TermsCommand::AdoptExamType(exam_type)))
}

/// Returns the budget line of an entry.
pub(super) fn line_of(row: &doc::BudgetEntry) -> Result<BudgetLineId, RowRefusal> {
    Ok(BudgetLineId {
        year: FiscalYear::new(row.year),
        scheme: row.scheme.parse()?,
    })
}

/// Returns what an entry asks of budget lines; a division asks nothing of them.
pub(super) fn budget_orders(
    row: &doc::BudgetEntry,
) -> Result<Vec<(BudgetLineId, BudgetCommand)>, RowRefusal> {
    let line = line_of(row)?;
    let decision = DecisionRef::new(row.decision.as_str())?;
    let decided_on = row.decided_on;
    let amount = Euro::from_cents(row.amount.cents());
    let quantity = Quantity::new(row.units.unwrap_or(0), amount);
    let amend = |change, counterpart, decision| BudgetCommand::Amend {
        change,
        counterpart,
        decision,
        decided_on,
    };
    Ok(match &row.kind {
        doc::BudgetEntryKind::Adoption => {
            let budget = Budget {
                units: row.units,
                amount,
            };
            let provenance = row.origin.map_or(Provenance::Fixture, provenance);
            vec![(
                line,
                BudgetCommand::Adopt {
                    budget,
                    decision,
                    decided_on,
                    provenance,
                },
            )]
        }
        doc::BudgetEntryKind::Division => vec![],
        doc::BudgetEntryKind::Amendment => vec![(line, amend(quantity, None, decision))],
        doc::BudgetEntryKind::OpeningAccrual => {
            vec![(
                line,
                BudgetCommand::Accrue {
                    accrued: quantity,
                    decision,
                    decided_on,
                },
            )]
        }
        doc::BudgetEntryKind::Transfer { to } => {
            let other = BudgetLineId {
                year: line.year,
                scheme: to.parse()?,
            };
            vec![
                (
                    line,
                    amend(Quantity::ZERO - quantity, Some(other.scheme), decision.clone()),
                ),
                (other, amend(quantity, Some(line.scheme), decision)),
            ]
        }
    })
}
