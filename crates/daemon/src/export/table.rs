//! The journal as a list: a row for each line of each entry.

use std::io::Write;

use subsidy_domain::journal::{Account, Entry};
use subsidy_domain::money::Euro;
use subsidy_domain::scheme::SchemeCode;
use subsidy_ledger::Ledger;

use super::entries::{each, is_of, opening};
use super::{ExportError, Scope};
use crate::lang::Lang;
use crate::sheet::guarded;

const COLUMNS: [&str; 17] = [
    "position",
    "date",
    "event",
    "account",
    "name",
    "rgs",
    "debit",
    "credit",
    "scheme",
    "performance_year",
    "payee",
    "line",
    "batch",
    "order",
    "statement",
    "transaction",
    "user",
];

pub(super) fn write(
    ledger: &Ledger,
    scope: Scope,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    let delimiter = match lang {
        Lang::Nl => b';',
        Lang::En => b',',
    };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    writer.write_record(COLUMNS).map_err(std::io::Error::from)?;
    for ((account, scheme), amount) in opening(ledger, scope)? {
        let mut row = Row::new(account, scheme, amount, lang);
        row.set("position", "opening");
        if let Some(year) = scope.year {
            row.set("date", &format!("{year}-01-01"));
        }
        writer.write_record(row.0).map_err(std::io::Error::from)?;
    }
    each(ledger, scope.until, &mut |entry, _| {
        if is_of(scope, entry) {
            for row in rows(entry, lang) {
                writer.write_record(row.0).map_err(std::io::Error::from)?;
            }
        }
        Ok(())
    })?;
    writer.flush()?;
    Ok(())
}

struct Row([String; COLUMNS.len()]);

impl Row {
    fn new(account: Account, scheme: Option<SchemeCode>, amount: Euro, lang: Lang) -> Self {
        let mut row = Self(std::array::from_fn(|_| String::new()));
        let (dutch, english) = account.names();
        row.set("account", account.number());
        row.set("name", lang.pick(dutch, english));
        row.set("rgs", account.rgs().unwrap_or_default());
        let side = if amount.is_negative() { "credit" } else { "debit" };
        let size = if amount.is_negative() { -amount } else { amount };
        row.set(side, &lang.plain_amount(size));
        row.set("scheme", &told(scheme));
        row
    }

    fn set(&mut self, column: &str, value: &str) {
        let cells = COLUMNS.iter().zip(self.0.iter_mut());
        for (_, cell) in cells.filter(|(name, _)| **name == column) {
            *cell = guarded(value.to_owned());
        }
    }
}

fn rows(entry: &Entry, lang: Lang) -> impl Iterator<Item = Row> {
    let papers = &entry.reference;
    entry.lines.iter().map(move |line| {
        let mut row = Row::new(line.account, line.scheme, line.amount, lang);
        row.set("position", &entry.position.to_string());
        row.set("date", &entry.on.to_string());
        row.set("event", entry.what);
        row.set("performance_year", &told(line.year));
        row.set("payee", &told(line.payee.as_ref()));
        row.set("line", &told(papers.line.as_ref()));
        row.set("batch", &told(papers.batch.as_ref()));
        row.set("order", &told(papers.order.as_ref()));
        let statement = papers.statement.as_ref();
        row.set(
            "statement",
            &told(statement.map(|entry| entry.statement.as_str())),
        );
        row.set("transaction", &told(statement.map(|entry| entry.number)));
        row.set("user", &told(entry.actor.as_ref()));
        row
    })
}

fn told(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}
