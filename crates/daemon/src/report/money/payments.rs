//! The payment register, and what a payee is told of a payment.

use subsidy_domain::ids::EndToEndId;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{Batches, Claims, Orders, Payees};

use crate::projection::{RowsError, rows_together};
use crate::report::{Lens, name_of};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// Returns every batch, and below it every order when `orders` are asked for.
///
/// # Errors
/// When the views cannot be read.
pub fn payments(lens: Lens<'_>, batch: Option<&str>) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: lang.pick("Betaalregister", "Payment register").to_owned(),
        columns: vec![
            Column::new("batch", "batch"),
            Column::new("order", lang.pick("opdracht", "order")),
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("state", "status"),
            Column::new("lines", lang.pick("regels", "lines")),
            Column::new("gross", lang.pick("bruto €", "gross €")),
            Column::new("offset", lang.pick("verrekend €", "offset €")),
            Column::new("amount", lang.pick("betaald €", "paid €")),
            Column::new("execute_on", lang.pick("uitvoeren op", "execute on")),
            Column::new("paid_on", lang.pick("geboekt op", "booked on")),
            Column::new("released_by", lang.pick("vrijgegeven door", "released by")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let (batches, orders, payees) = rows_together(lens.ledger, (Batches, Orders, Payees), lens.as_at)?;
    let units = |number: u32| Cell::Units(i64::from(number));
    let mut total = (Euro::ZERO, Euro::ZERO, Euro::ZERO);
    for (number, row) in batches
        .iter()
        .filter(|(number, _)| batch.is_none_or(|batch| batch == number.as_str()))
    {
        let proposal = &row.proposal;
        let gross = proposal.total + proposal.offset;
        total = (
            total.0 + gross,
            total.1 + proposal.offset,
            total.2 + proposal.total,
        );
        sheet.row(
            Weight::Normal,
            vec![
                Cell::text(number.as_str()),
                units(proposal.orders),
                Cell::Empty,
                Cell::text(text::batch_state(row.state, lang)),
                units(proposal.lines),
                Cell::Euro(gross),
                Cell::Euro(proposal.offset),
                Cell::Euro(proposal.total),
                Cell::Day(proposal.execute_on),
                Cell::Empty,
                row.released
                    .as_ref()
                    .map_or(Cell::Empty, |(by, _)| Cell::text(by.as_str())),
            ],
        );
        if batch.is_none() {
            continue;
        }
        for (id, order) in orders
            .iter()
            .filter(|(_, order)| order.terms.batch == proposal.number)
        {
            sheet.row(
                Weight::Part,
                vec![
                    Cell::text(number.as_str()),
                    Cell::text(id.as_str()),
                    Cell::text(name_of(&payees, &order.terms.payee)),
                    Cell::text(text::order_state(order, lang)),
                    units(order.terms.lines),
                    Cell::Euro(order.terms.gross),
                    Cell::Euro(order.terms.offset),
                    Cell::Euro(order.terms.amount),
                    Cell::Day(proposal.execute_on),
                    order.paid_on.map_or(Cell::Empty, Cell::Day),
                    Cell::Empty,
                ],
            );
        }
    }
    if batch.is_none() {
        let (gross, offset, paid) = total;
        let mut cells = vec![Cell::text(lang.pick("totaal", "total"))];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        cells.extend([Cell::Euro(gross), Cell::Euro(offset), Cell::Euro(paid)]);
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        sheet.row(Weight::Total, cells);
    }
    Ok(sheet)
}

/// Returns what a payee is told of a payment: its lines, the tariff of each, and what was held back. None when there is no such order.
///
/// # Errors
/// When the views cannot be read.
pub fn remittance(lens: Lens<'_>, id: &EndToEndId) -> Result<Option<Sheet>, RowsError> {
    let lang = lens.lang;
    let (orders, claims, payees) = rows_together(lens.ledger, (Orders, Claims, Payees), lens.as_at)?;
    let Some(order) = orders.get(id.as_str()) else {
        return Ok(None);
    };
    let terms = &order.terms;
    let mut sheet = Sheet {
        title: lang.pick("Betaalspecificatie", "Remittance advice").to_owned(),
        columns: vec![
            Column::new("invoice", lang.pick("factuur", "invoice")),
            Column::new("line", lang.pick("regel", "line")),
            Column::new("scheme", lang.pick("regeling", "scheme")),
            Column::new("item", lang.pick("artikel", "item")),
            Column::new("performed_on", lang.pick("prestatie", "performed")),
            Column::new("tariff", lang.pick("tarief", "tariff")),
            Column::new("claimed", lang.pick("gevraagd €", "claimed €")),
            Column::new("amount", lang.pick("betaald €", "paid €")),
            Column::new("remark", lang.pick("toelichting", "remark")),
        ],
        ..Sheet::default()
    };
    let payee = name_of(&payees, &terms.payee);
    sheet.fact("payee", lang.pick("begunstigde", "payee"), payee);
    sheet.fact(
        "order",
        lang.pick("kenmerk op uw afschrift", "reference on your statement"),
        terms.end_to_end.to_string(),
    );
    sheet.fact(
        "account",
        lang.pick("rekening", "account"),
        terms.iban.as_str().to_owned(),
    );
    sheet.fact("state", "status", text::order_state(order, lang));
    if let Some(on) = order.paid_on {
        sheet.fact("paid_on", lang.pick("betaald op", "paid on"), lang.date(on));
    }
    lens.sign(&mut sheet)?;
    let prefix = format!("{}/", terms.payee);
    let own = claims
        .range(prefix.clone()..)
        .take_while(|(key, _)| key.starts_with(&prefix));
    let mut held_back = Vec::new();
    for (_, row) in own {
        let line = &row.presented.line;
        if let Some((payment, award)) = row.payments.of(&terms.batch).zip(row.award.as_ref()) {
            sheet.row(
                Weight::Normal,
                vec![
                    Cell::text(line.invoice.to_string()),
                    Cell::text(line.line.to_string()),
                    Cell::text(text::scheme(award.scheme, lang)),
                    Cell::text(row.presented.item.to_string()),
                    Cell::Day(award.performed_on),
                    award.tariff.as_ref().map_or(Cell::Empty, |tariff| {
                        Cell::text(format!("{} {}", tariff.key, tariff.version))
                    }),
                    Cell::Euro(award.claimed),
                    Cell::Euro(payment.amount),
                    Cell::text(remarks(&award.remarks, lens)),
                ],
            );
        }
        for payment in row.payments.iter() {
            let offset = payment.offsets.iter().filter(|(later, _)| *later == terms.batch);
            held_back.extend(offset.map(|(_, amount)| (line.clone(), payment.recourse.clone(), *amount)));
        }
    }
    for (line, recourse, amount) in held_back {
        let reference = recourse.map_or_else(String::new, |recourse| recourse.reference.to_string());
        let mut cells = vec![
            Cell::text(line.invoice.to_string()),
            Cell::text(line.line.to_string()),
        ];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
        cells.push(Cell::Euro(Euro::ZERO - amount));
        cells.push(Cell::text(format!(
            "{} {reference}",
            lang.pick("verrekend", "held back")
        )));
        sheet.row(Weight::Part, cells);
    }
    let mut cells = vec![Cell::text(lang.pick("totaal", "total"))];
    cells.extend([
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ]);
    cells.extend([Cell::Euro(terms.amount), Cell::Empty]);
    sheet.row(Weight::Total, cells);
    Ok(Some(sheet))
}

fn remarks(remarks: &[subsidy_domain::reason::Reason], lens: Lens<'_>) -> String {
    let texts: Vec<String> = remarks
        .iter()
        .map(|remark| text::reason(remark, lens.lang))
        .collect();
    texts.join("; ")
}
