//! What a claim is judged against, as the events from before the invoices leave it.

use std::error::Error;

use bench_exchange::Stored;
use cqrs_es::Aggregate;
use subsidy_domain::budget::{BudgetLine, BudgetLineId};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::context::Context;
use subsidy_domain::package::PilotPackage;
use subsidy_domain::payee::Payee;
use subsidy_domain::terms::SchemeTerms;

/// Returns the context after those events, which come in the order in which they were recorded.
pub(crate) fn after(events: &[Stored]) -> Result<Context, Box<dyn Error>> {
    let mut context = Context::default();
    for event in events {
        match event.kind.as_str() {
            SchemeTerms::TYPE => apply(context.schemes.entry(event.id.parse()?).or_default(), event)?,
            BudgetLine::TYPE => apply(context.budgets.entry(line(&event.id)?).or_default(), event)?,
            Payee::TYPE => apply(context.payees.entry(event.id.parse()?).or_default(), event)?,
            PilotPackage::TYPE => apply(context.packages.entry(event.id.parse()?).or_default(), event)?,
            _ => {}
        }
    }
    Ok(context)
}

fn apply<A: Aggregate>(state: &mut A, event: &Stored) -> Result<(), serde_json::Error> {
    state.apply(serde_json::from_str(&event.payload)?);
    Ok(())
}

fn line(id: &str) -> Result<BudgetLineId, Box<dyn Error>> {
    let (year, scheme) = id.split_once(':').ok_or("a budget line is named year:scheme")?;
    Ok(BudgetLineId {
        year: FiscalYear::new(year.parse()?),
        scheme: scheme.parse()?,
    })
}
