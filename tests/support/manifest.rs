//! The manifest of the fixture year: what its generator, which knows no ledger, expects.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::fixtures;

/// An expected line.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Line {
    pub(crate) document: String,
    pub(crate) payee_kvk: String,
    pub(crate) invoice: String,
    pub(crate) line: String,
    pub(crate) item_code: String,
    pub(crate) evidence: String,
    pub(crate) performed_on: Date,
    pub(crate) claimed: i64,
    pub(crate) outcome: String,
    pub(crate) reason: String,
    pub(crate) amount: i64,
    pub(crate) fiscal_year: String,
    pub(crate) category: String,
}

impl Line {
    /// The line as the ledger names it: payee, invoice, line.
    pub(crate) fn name(&self) -> String {
        format!("kvk:{}/{}/{}", self.payee_kvk, self.invoice, self.line)
    }
}

/// An expected document.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Document {
    pub(crate) file: String,
    pub(crate) kind: String,
    pub(crate) expected: String,
}

/// An expected payment order.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Payment {
    pub(crate) end_to_end: String,
    pub(crate) lines: u32,
    pub(crate) gross_cents: i64,
    pub(crate) offset_cents: i64,
    pub(crate) amount_cents: i64,
    pub(crate) booked_on: Date,
    pub(crate) fate: String,
}

/// What the bank is expected to have booked on a day.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct BankDay {
    pub(crate) date: Date,
    pub(crate) debits_cents: i64,
    pub(crate) credits_cents: i64,
    pub(crate) closing_cents: i64,
}

/// An expected clawback.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Clawback {
    pub(crate) payee_kvk: String,
    pub(crate) invoice: String,
    pub(crate) line: String,
    pub(crate) amount_cents: i64,
    pub(crate) manner: String,
    pub(crate) settled_on: Option<Date>,
}

#[derive(Deserialize)]
struct PaymentTotal {
    measure: String,
    year: i16,
    value: i64,
}

#[derive(Deserialize)]
struct Total {
    measure: String,
    basis: String,
    value: i64,
}

/// Every expected line.
pub(crate) fn lines() -> Vec<Line> {
    read("lines")
}

/// Every expected document.
pub(crate) fn documents() -> Vec<Document> {
    read("documents")
}

/// Every expected total, by measure and basis.
pub(crate) fn totals() -> BTreeMap<(String, String), i64> {
    let totals: Vec<Total> = read("totals");
    totals
        .into_iter()
        .map(|total| ((total.measure, total.basis), total.value))
        .collect()
}

/// Every expected payment order.
pub(crate) fn payments() -> Vec<Payment> {
    read("payments")
}

/// Every day on which the bank is expected to have booked something.
pub(crate) fn bank() -> Vec<BankDay> {
    read("bank")
}

/// Every expected clawback.
pub(crate) fn clawbacks() -> Vec<Clawback> {
    read("clawbacks")
}

/// Every expected total on the basis of payment, by measure and year.
pub(crate) fn payment_totals() -> BTreeMap<(String, i16), i64> {
    let totals: Vec<PaymentTotal> = read("payment_totals");
    totals
        .into_iter()
        .map(|total| ((total.measure, total.year), total.value))
        .collect()
}

fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(fixtures().join(format!("manifest/{name}.csv")))
        .expect("the manifest")
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows of the manifest")
}
