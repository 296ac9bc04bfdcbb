//! Open items: what waits for approval, for payment or for the bank, what must come back, and what is granted and not claimed; the oldest first.

use jiff::civil::Date;
use subsidy_domain::bank::EntryFate;
use subsidy_domain::ids::PayeeId;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{Approval, Bank, BankRow, Claims, Payables, Payees, Pipeline};

use crate::projection::{RowsError, rows_together};
use crate::report::{Lens, name_of};
use crate::sheet::{Cell, Column, Sheet, Weight};
use crate::text;

/// What an item waits for, in the order in which the report shows them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Waits {
    FirstApproval,
    SecondApproval,
    Resumption,
    Verification,
    PaymentRun,
    Bank,
    Repayment,
    Offset,
    Recourse,
    Explanation,
    Claim,
}

impl Waits {
    const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::FirstApproval => ("wacht op eerste goedkeuring", "waits for first approval"),
            Self::SecondApproval => ("wacht op tweede goedkeuring", "waits for second approval"),
            Self::Resumption => ("aangehouden", "on hold"),
            Self::Verification => (
                "wacht op bevestiging van de rekening: begunstigde geblokkeerd",
                "waits until the account is verified: payee blocked",
            ),
            Self::PaymentRun => ("wacht op betaalrun", "waits for a payment run"),
            Self::Bank => ("onderweg naar de bank", "on its way to the bank"),
            Self::Repayment => ("terug te betalen", "to be paid back"),
            Self::Offset => ("te verrekenen", "to be held back"),
            Self::Recourse => (
                "terug te vorderen, nog niet aangezegd",
                "to be asked back, payee not told yet",
            ),
            Self::Claim => ("toegekend, nog niet gedeclareerd", "granted, not claimed yet"),
            Self::Explanation => ("bankmutatie uit te zoeken", "bank transaction to look into"),
        }
    }
}

/// Returns what is open on a day, each with what it waits for and how long it has; totals by what it waits for and by age.
///
/// # Errors
/// When the views cannot be read.
pub fn open_items(lens: Lens<'_>, today: Date) -> Result<Sheet, RowsError> {
    use subsidy_domain::claim::Manner;
    let lang = lens.lang;
    let views = (Payables, Bank, Payees, Claims, Pipeline);
    let (payables, bank, payees, claims, pipeline) = rows_together(lens.ledger, views, lens.as_at)?;
    let mut items: Vec<(Waits, Date, String, String, Euro)> = Vec::new();
    let is_blocked = |payee: &PayeeId| {
        let row = payees.get(payee.as_str());
        row.is_some_and(|row| row.blocked.is_some())
    };
    for (key, row) in &payables {
        let payee = name_of(&payees, &row.line.payee);
        let what = format!("{}/{}", row.line.invoice, row.line.line);
        let decided = claims
            .get(key)
            .and_then(|claim| claim.decided_on)
            .unwrap_or(today);
        let standing = row.payments.standing();
        if row.amount > Euro::ZERO && standing.is_none() {
            let waits = match row.approval {
                _ if row.held => Waits::Resumption,
                Approval::None => Waits::FirstApproval,
                Approval::Once => Waits::SecondApproval,
                Approval::Approved if is_blocked(&row.line.payee) => Waits::Verification,
                Approval::Approved => Waits::PaymentRun,
            };
            items.push((waits, decided, payee.clone(), what.clone(), row.amount));
        }
        if let Some(payment) = standing.filter(|payment| payment.paid_on.is_none()) {
            items.push((
                Waits::Bank,
                payment.ordered_on,
                payee.clone(),
                what.clone(),
                payment.standing(),
            ));
        }
        for payment in row.payments.owed() {
            let waits = match payment.recourse.as_ref().map(|recourse| recourse.manner) {
                Some(Manner::Offset) => Waits::Offset,
                Some(Manner::Repay) => Waits::Repayment,
                None => Waits::Recourse,
            };
            let what = payment.recourse.as_ref().map_or_else(
                || what.clone(),
                |recourse| format!("{what} {}", recourse.reference),
            );
            items.push((waits, decided, payee.clone(), what, payment.open));
        }
    }
    for row in bank.values() {
        if let BankRow::Transaction {
            statement,
            transaction,
            fate: Some(EntryFate::Open { payee }),
            ..
        } = row
        {
            let payee = payee
                .as_ref()
                .map_or_else(String::new, |payee| name_of(&payees, payee));
            let what = format!("{statement}/{}", transaction.number);
            items.push((
                Waits::Explanation,
                transaction.booked_on,
                payee,
                what,
                transaction.signed(),
            ));
        }
    }
    for (key, row) in pipeline {
        if row.open > Euro::ZERO {
            let number = key.rsplit('|').next().unwrap_or_default();
            let what = format!("{} {number}", text::scheme(row.scheme, lang));
            let since = row.granted_on.unwrap_or(today);
            items.push((Waits::Claim, since, String::new(), what, row.open));
        }
    }
    items.sort();

    let mut sheet = Sheet {
        title: lang.pick("Openstaande posten", "Open items").to_owned(),
        columns: vec![
            Column::new("waits_for", lang.pick("wacht op", "waits for")),
            Column::new("payee", lang.pick("begunstigde", "payee")),
            Column::new("what", lang.pick("wat", "what")),
            Column::new("amount", lang.pick("bedrag €", "amount €")),
            Column::new("since", lang.pick("sinds", "since")),
            Column::new("days", lang.pick("dagen", "days")),
            Column::new("age", lang.pick("ouderdom", "age")),
        ],
        ..Sheet::default()
    };
    sheet.fact("on", lang.pick("op", "on"), lang.date(today));
    lens.sign(&mut sheet)?;
    let mut at = 0;
    while let Some((waits, ..)) = items.get(at) {
        let waits = *waits;
        let (dutch, english) = waits.names();
        let name = lang.pick(dutch, english);
        let mut total = Euro::ZERO;
        let mut count = 0_i64;
        while let Some((_, since, payee, what, amount)) = items.get(at).filter(|item| item.0 == waits) {
            let days = since.until(today).map_or(0, |span| i64::from(span.get_days()));
            sheet.row(
                Weight::Normal,
                vec![
                    Cell::text(name),
                    Cell::text(payee.as_str()),
                    Cell::text(what.as_str()),
                    Cell::Euro(*amount),
                    Cell::Day(*since),
                    Cell::Units(days),
                    Cell::text(age(days)),
                ],
            );
            total += *amount;
            count += 1;
            at += 1;
        }
        let all = format!("{} {}", lang.number(count), lang.pick("in totaal", "in all"));
        let mut cells = vec![Cell::text(name), Cell::Empty, Cell::text(all), Cell::Euro(total)];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty]);
        sheet.row(Weight::Total, cells);
    }
    if sheet.rows.is_empty() {
        sheet
            .notes
            .push(lang.pick("Er staat niets open.", "Nothing is open.").to_owned());
    }
    Ok(sheet)
}

/// Returns the age class of an item: up to 30, 60 and 90 days, and beyond.
const fn age(days: i64) -> &'static str {
    match days {
        ..=30 => "0-30",
        31..=60 => "31-60",
        61..=90 => "61-90",
        _ => "90+",
    }
}
