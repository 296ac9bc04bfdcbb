//! Steps of payment batches (section 2.20).

use jiff::civil::Date;

use super::Record;
use super::columns::fields;
use super::row::RowReader;
use super::words::words;

fields! {
    /// What one person did with a payment batch.
    pub struct PaymentStep, read as PaymentStepFields {
        /// Number of the batch, for instance `2023-0001`.
        pub batch: String = required "batch",
        /// What was done.
        pub step: BatchStep = required "stap",
        /// On which day.
        pub on: Date = required "datum",
        /// When the bank is to pay; there when the batch is proposed, and only then.
        pub execute_on: Option<Date> = optional "uitvoeren_op",
        /// Verified subject of who did it, no name.
        pub by: String = required "door",
    }
}

words! {
    /// What is done with a payment batch.
    pub enum BatchStep {
        /// All that is approved and not yet ordered is put into it.
        Propose = "voorstel",
        /// A second person lets it go to the bank.
        Release = "vrijgave",
        /// It does not go to the bank.
        Withdraw = "intrekking",
    }
}

impl Record for PaymentStep {
    type Fields = PaymentStepFields;

    fn assemble(fields: PaymentStepFields, row: &mut RowReader<'_>) -> Option<Self> {
        match (fields.step?, fields.execute_on) {
            (BatchStep::Propose, Some(Some(execute_on))) => {
                row.in_order(fields.on, Some(execute_on), "uitvoeren_op");
            }
            (BatchStep::Propose, execute_on) => {
                row.needed(execute_on, "uitvoeren_op");
            }
            (BatchStep::Release | BatchStep::Withdraw, Some(Some(_))) => {
                row.contradicting::<()>("uitvoeren_op");
            }
            (BatchStep::Release | BatchStep::Withdraw, Some(None) | None) => {}
        }
        fields.sound()
    }
}
