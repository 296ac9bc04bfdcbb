//! Exceptions: what waits, by reason and age.

use std::collections::BTreeMap;

use jiff::civil::Date;
use subsidy_domain::document::DocumentFault;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{ExceptionRow, ExceptionSubject, Exceptions, Payees};

use super::{Lens, name_of};
use crate::lang::Lang;
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns what waits on a day, by reason, the oldest first.
///
/// # Errors
/// When the views cannot be read.
pub fn exceptions(lens: Lens<'_>, today: Date) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: lang.pick("Uitzonderingen", "Exceptions").to_owned(),
        columns: vec![
            Column::new("code", "code"),
            Column::new("why", lang.pick("waarom", "why")),
            Column::new("what", lang.pick("wat", "what")),
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
            Column::new("since", lang.pick("sinds", "since")),
            Column::new("days", lang.pick("dagen", "days")),
        ],
        ..Sheet::default()
    };
    sheet.fact("on", lang.pick("op", "on"), lang.date(today));
    lens.sign(&mut sheet)?;

    let (payees, exceptions) = rows_together(lens.ledger, (Payees, Exceptions), lens.as_at)?;
    let mut by_reason: BTreeMap<String, Vec<ExceptionRow>> = BTreeMap::new();
    for row in exceptions.into_values() {
        if let Some(code) = row.code.clone() {
            by_reason.entry(code).or_default().push(row);
        }
    }
    for (code, mut waiting) in by_reason {
        waiting.sort_by_key(|row| row.since);
        let count = i64::try_from(waiting.len()).unwrap_or(i64::MAX);
        let amount: Euro = waiting.iter().filter_map(|row| row.amount).sum();
        for row in &waiting {
            let (what, payee) = subject(lens, row, &payees);
            sheet.row(
                Weight::Normal,
                vec![
                    Cell::text(code.as_str()),
                    Cell::text(row.reason.as_ref().map_or_else(
                        || text::code(&code, lang).to_owned(),
                        |reason| text::reason(reason, lang),
                    )),
                    Cell::text(what),
                    Cell::text(payee),
                    row.amount.into(),
                    Cell::Day(row.since),
                    Cell::Units(age(row.since, today)),
                ],
            );
        }
        sheet.row(
            Weight::Total,
            vec![
                Cell::text(code.as_str()),
                Cell::text(format!(
                    "{} {}",
                    lang.number(count),
                    lang.pick("in totaal", "in all")
                )),
                Cell::Empty,
                Cell::Empty,
                Cell::Euro(amount),
                Cell::Empty,
                Cell::Empty,
            ],
        );
    }
    if sheet.rows.is_empty() {
        sheet
            .notes
            .push(lang.pick("Er wacht niets.", "Nothing waits.").to_owned());
    }
    Ok(sheet)
}

fn subject(
    lens: Lens<'_>,
    row: &ExceptionRow,
    payees: &BTreeMap<String, subsidy_domain::view::PayeeRow>,
) -> (String, String) {
    let lang = lens.lang;
    match &row.subject {
        ExceptionSubject::Line { line, scheme, .. } => (
            format!(
                "{} {} {} {}",
                text::scheme(*scheme, lang),
                line.invoice,
                lang.pick("regel", "line"),
                line.line
            ),
            name_of(payees, &line.payee),
        ),
        ExceptionSubject::Invoice {
            payee,
            number,
            faults,
            ..
        } => (
            format!(
                "{} {number}{}",
                lang.pick("factuur", "invoice"),
                places(faults, lang)
            ),
            name_of(payees, payee),
        ),
        ExceptionSubject::Document { document, faults } => {
            let short: String = document.as_str().chars().take(12).collect();
            (
                format!(
                    "{} {short}…{}",
                    lang.pick("document", "document"),
                    places(faults, lang)
                ),
                String::new(),
            )
        }
    }
}

/// How many places of a document are shown; the rest is counted.
const SHOWN: usize = 3;

fn places(faults: &[DocumentFault], lang: Lang) -> String {
    let mut text: String = faults
        .iter()
        .take(SHOWN)
        .map(|fault| format!(", {}", text::place(fault, lang)))
        .collect();
    if faults.len() > SHOWN {
        text.push_str(&format!(
            ", {} {}",
            faults.len() - SHOWN,
            lang.pick("meer", "more")
        ));
    }
    text
}

fn age(since: Date, today: Date) -> i64 {
    since.until(today).map_or(0, |span| i64::from(span.get_days()))
}
