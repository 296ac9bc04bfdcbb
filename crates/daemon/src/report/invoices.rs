//! The invoice register: every invoice, what its credit notes take back of it, and what is left.

use subsidy_domain::ids::InvoiceNumber;
use subsidy_domain::invoice::InvoiceKind;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{InvoiceRow, Invoices, Payees};

use super::{Lens, name_of};
use crate::lang::Lang;
use crate::projection::{RowsError, rows_together};
use crate::sheet::{Cell, Column, Sheet, Weight};

/// Returns every invoice and credit note by payee and number; below an invoice stands each credit note that takes back part of it.
///
/// `of` keeps those of one number, however it is written, or of one payee.
///
/// # Errors
/// When the views cannot be read.
pub fn invoices(lens: Lens<'_>, of: Option<&str>) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: lang.pick("Factuurregister", "Invoice register").to_owned(),
        columns: vec![
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("number", lang.pick("nummer", "number")),
            Column::new("kind", lang.pick("soort", "kind")),
            Column::new("date", lang.pick("datum", "date")),
            Column::new("total", lang.pick("totaal met btw €", "total with VAT €")),
            Column::new("credited", lang.pick("gecrediteerd €", "credited €")),
            Column::new("left", lang.pick("blijft over €", "left €")),
            Column::new("lines", lang.pick("regels", "lines")),
            Column::new("parked", lang.pick("aangehouden", "parked")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let (payees, invoices) = rows_together(lens.ledger, (Payees, Invoices), lens.as_at)?;
    let wanted = of.and_then(|of| InvoiceNumber::new(of).ok());
    let wanted = wanted.map(|number| number.normalised());
    let (mut total, mut credited) = (Euro::ZERO, Euro::ZERO);
    for (key, row) in &invoices {
        let Some((payee, number)) = key.split_once('/') else {
            continue;
        };
        if of.is_some_and(|of| payee != of && wanted.as_deref() != Some(number)) {
            continue;
        }
        let name = payee
            .parse()
            .map_or_else(|_| payee.to_owned(), |payee| name_of(&payees, &payee));
        if let Some((asks, back)) = show(&mut sheet, &name, number, row, lang) {
            total += asks;
            credited += back;
        }
    }
    let mut sums = vec![
        Cell::text(lang.pick("totaal", "total")),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ];
    sums.extend([
        Cell::Euro(total),
        Cell::Euro(credited),
        Cell::Euro(total - credited),
    ]);
    sums.extend([Cell::Empty, Cell::Empty]);
    sheet.row(Weight::Total, sums);
    Ok(sheet)
}

/// Shows an invoice and its credit notes; returns what it asks and what is taken back of that, when it is an invoice that has come.
fn show(sheet: &mut Sheet, payee: &str, number: &str, row: &InvoiceRow, lang: Lang) -> Option<(Euro, Euro)> {
    let head = row.head.as_ref();
    let kind = head.map(|head| match head.kind {
        InvoiceKind::Invoice => lang.pick("factuur", "invoice"),
        InvoiceKind::CreditNote => lang.pick("creditnota", "credit note"),
    });
    let codes: Vec<&str> = row.parked.iter().map(|reason| reason.code()).collect();
    sheet.row(
        Weight::Normal,
        vec![
            Cell::text(payee),
            Cell::text(head.map_or(number, |head| head.number.as_str())),
            kind.map_or(Cell::Empty, Cell::text),
            head.map_or(Cell::Empty, |head| Cell::Day(head.issue_date)),
            head.map_or(Cell::Empty, |head| Cell::Euro(head.net + head.vat)),
            if row.credits.is_empty() {
                Cell::Empty
            } else {
                Cell::Euro(row.credited())
            },
            row.left().map_or(Cell::Empty, Cell::Euro),
            head.map_or(Cell::Empty, |head| Cell::Units(i64::from(head.lines))),
            Cell::text(codes.join(", ")),
        ],
    );
    for note in row.credits.values() {
        let mut cells = vec![
            Cell::Empty,
            Cell::text(note.number.as_str()),
            Cell::text(lang.pick("  waarvan", "  of which")),
            Cell::Day(note.on),
            Cell::Empty,
            Cell::Euro(note.total),
        ];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        sheet.row(Weight::Normal, cells);
    }
    let head = head.filter(|head| head.kind == InvoiceKind::Invoice)?;
    Some((head.net + head.vat, row.credited()))
}
