//! What the bank says became of a payment file: orders that it refused are to be paid again.

use std::collections::BTreeSet;

use subsidy_documents::Row;
use subsidy_documents::payment_status::PaymentStatus;
use subsidy_domain::claim::UnpaidCause;
use subsidy_domain::ids::{BatchNumber, EndToEndId};
use subsidy_domain::payment::OrderState;
use subsidy_domain::view::{OrderRow, Orders};
use subsidy_ledger::Keys;

use super::Outcome;
use crate::desk::News;
use crate::intake::gather::Found;
use crate::intake::lists::RowRefusal;
use crate::intake::summary::FileReport;
use crate::intake::{Intake, IntakeError};

/// How long a reason code is at most, as the standard has it (Max35Text).
const LONGEST_CODE: usize = 35;
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
        self.whole_rows(
            &rejections(status),
            report,
            |_| Ok(()),
            |intake, (), rejected| intake.reject(file, rejected),
        )
    }

    fn reject(&mut self, file: &Found, Rejection { what, code }: &Rejection) -> Outcome {
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
        let batches: BTreeSet<&BatchNumber> = orders.iter().map(|order| &order.terms.batch).collect();
        for batch in batches {
            // Of a batch that was not released the bank knows nothing.
            if self.desk.batch(batch)?.released_at().is_none() {
                return Ok(Err(RowRefusal("WRONG_STATE")));
            }
        }
        let (cause, on) = (UnpaidCause::Rejected(code.clone()), self.desk.moment().day);
        let mut news = News::default();
        for order in orders.iter().filter(|order| order.state == OrderState::Placed) {
            let lines = self.lines_of_order(order)?;
            let of = (&order.terms.payee, &order.terms.batch, lines.as_slice());
            match self.fail(file, of, &cause, None, on)? {
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

const fn refused(number: u64, what: What, code: String) -> Row<Rejection> {
    let value = Rejection { what, code };
    Row { number, value }
}

/// Returns what the bank refused, each with the line of the file: the whole file, batches, or single orders.
fn rejections(status: &PaymentStatus) -> Vec<Row<Rejection>> {
    let code = |reasons: &[subsidy_documents::payment_status::StatusReason]| {
        let codes = reasons.iter().filter_map(|reason| reason.code.as_deref());
        let code = codes.into_iter().find(|code| code.len() <= LONGEST_CODE);
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
        return vec![refused(1, what, code)];
    }
    let mut rejected = Vec::new();
    for part in &status.batches {
        if part.status.as_deref() == Some(REJECTED) {
            let what = batch(part.payment_information.as_deref());
            let code = code(&part.reasons);
            rejected.push(refused(part.at.line, what, code));
            continue;
        }
        for order in &part.transactions {
            if order.status.as_deref() == Some(REJECTED) {
                let id = order.end_to_end.as_deref().map(EndToEndId::new);
                let what = id.and_then(Result::ok).map_or(What::Unknown, What::Order);
                let code = code(&order.reasons);
                rejected.push(refused(order.at.line, what, code));
            }
        }
    }
    rejected
}
