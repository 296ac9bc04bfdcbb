//! What the bank says became of a payment file: orders that it refused are to be paid again.

use subsidy_documents::payment_status::PaymentStatus;
use subsidy_domain::claim::UnpaidCause;
use subsidy_domain::ids::{BatchNumber, EndToEndId};
use subsidy_domain::payment::OrderState;
use subsidy_domain::view::{OrderRow, Orders};
use subsidy_ledger::Keys;

use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::{RowRefusal, note};
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

/// The status of what the bank refused (ISO 20022 external code).
const REJECTED: &str = "RJCT";

impl Intake {
    pub(in crate::intake) fn take_payment_status(
        &mut self,
        file: &Found,
        status: &PaymentStatus,
        report: &mut FileReport,
    ) -> Result<(), IntakeError> {
        self.look_up()?;
        for (line, rejected) in rejections(status) {
            let outcome = self.reject(file, &rejected)?;
            note(report, line, outcome);
        }
        Ok(())
    }

    fn reject(
        &mut self,
        file: &Found,
        Rejection { what, code }: &Rejection,
    ) -> Result<Result<News, RowRefusal>, IntakeError> {
        let orders: Vec<OrderRow> = match what {
            What::Order(id) => {
                let rows = self.rows_of::<Orders>(&Keys::One(id.to_string()))?;
                rows.into_iter().map(|(_, row)| row).collect()
            }
            What::Batch(batch) => self.orders_of(batch)?,
            What::Unknown => Vec::new(),
        };
        if orders.is_empty() {
            return Ok(Err(RowRefusal("NO_SUCH_ORDER")));
        }
        let (cause, on) = (UnpaidCause::Rejected(code.clone()), self.desk.moment().day);
        let mut news = News::default();
        for order in orders.iter().filter(|order| order.state == OrderState::Placed) {
            let lines = self.lines_of_order(order)?;
            match self.fail(file, (order, &lines), &cause, None, on)? {
                Ok(happened) => news.add(&happened),
                Err(refusal) => return Ok(Err(refusal)),
            }
            self.block(&order.terms.payee, code)?;
        }
        Ok(Ok(news))
    }
}

struct Rejection {
    what: What,
    code: String,
}

enum What {
    Order(EndToEndId),
    Batch(BatchNumber),
    Unknown,
}

/// Returns what the bank refused, each with the line of the file: the whole file, batches, or single orders.
fn rejections(status: &PaymentStatus) -> Vec<(u64, Rejection)> {
    let code = |reasons: &[subsidy_documents::payment_status::StatusReason]| {
        let code = reasons.iter().find_map(|reason| reason.code.as_deref());
        code.unwrap_or("NARR").to_owned()
    };
    let batch = |number: Option<&str>| {
        number
            .and_then(|number| BatchNumber::new(number).ok())
            .map_or(What::Unknown, What::Batch)
    };
    if status.status.as_deref() == Some(REJECTED) {
        let what = batch(Some(&status.original_message_id));
        let code = code(&status.reasons);
        return vec![(1, Rejection { what, code })];
    }
    let mut rejected = Vec::new();
    for part in &status.batches {
        if part.status.as_deref() == Some(REJECTED) {
            let what = batch(part.payment_information.as_deref());
            let code = code(&part.reasons);
            rejected.push((part.at.line, Rejection { what, code }));
            continue;
        }
        for order in &part.transactions {
            if order.status.as_deref() == Some(REJECTED) {
                let id = order.end_to_end.as_deref().map(EndToEndId::new);
                let what = id.and_then(Result::ok).map_or(What::Unknown, What::Order);
                let code = code(&order.reasons);
                rejected.push((order.at.line, Rejection { what, code }));
            }
        }
    }
    rejected
}
