//! Money out: a batch of payment orders, each to one payee, proposed by one person and released by another.
//!
//! A batch is small whatever it pays: its orders and the lines that they pay are streams of their own, written in the same append. The
//! payment file is made from what is recorded, so it is the same bytes whenever it is asked for.

mod batch;
#[cfg(test)]
mod laws;
mod order;

pub use self::batch::{BatchCommand, BatchEvent, BatchProposal, BatchRefusal, BatchState, PaymentBatch};
pub use self::order::{OrderCommand, OrderEvent, OrderRefusal, OrderState, OrderTerms, PaymentOrder};
