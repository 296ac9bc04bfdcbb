//! Own services and reference figures.

use jiff::civil::Date;
use subsidy_documents as doc;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::counter::{CounterCommand, Delivery, Figure, Reference};
use subsidy_domain::ids::{Category, Source};

use super::{Outcome, RowRefusal, plain};
use crate::intake::Intake;

impl Intake {
    pub(super) fn take_delivery(&mut self, row: &doc::Delivery, source: Source) -> Outcome {
        self.count(delivery_of(row, source))
    }

    pub(super) fn take_figure(&mut self, row: &doc::ReferenceFigure, source: Source) -> Outcome {
        self.count(reference_of(row, source))
    }

    fn count(&mut self, counted: Result<(String, CounterCommand), RowRefusal>) -> Outcome {
        match counted {
            Ok((id, command)) => Ok(Ok(plain(self.desk.ask_counter(&id, command)?))),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

fn delivery_of(row: &doc::Delivery, source: Source) -> Result<(String, CounterCommand), RowRefusal> {
    let month = Date::new(row.month.year, row.month.month, 1).map_err(|_| RowRefusal("INVALID_DATE"))?;
    let delivery = Delivery {
        service: Category::new(row.service.as_str())?,
        part: row.part.as_deref().map(Category::new).transpose()?,
        month,
        count: row.units.map(i64::from),
        target: row.yearly_target.map(i64::from),
        source,
    };
    Ok((
        format!("{}:{}", delivery.service, month.year()),
        CounterCommand::Deliver(delivery),
    ))
}

fn reference_of(row: &doc::ReferenceFigure, source: Source) -> Result<(String, CounterCommand), RowRefusal> {
    let reference = Reference {
        scheme: row.scheme.parse()?,
        year: FiscalYear::new(row.year),
        category: Category::new(row.category.as_str())?,
        figure: match row.figure {
            doc::Figure::Requested => Figure::Requested,
            doc::Figure::Realised => Figure::RealisedBefore,
            doc::Figure::Invited => Figure::Invited,
            doc::Figure::Registered => Figure::Registered,
        },
        count: i64::from(row.units),
        source,
    };
    Ok((
        format!("{}:{}", reference.scheme, reference.year),
        CounterCommand::Refer(reference),
    ))
}
