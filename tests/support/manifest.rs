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

fn read<T: DeserializeOwned>(name: &str) -> Vec<T> {
    csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_path(fixtures().join(format!("manifest/{name}.csv")))
        .expect("the manifest")
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows of the manifest")
}
