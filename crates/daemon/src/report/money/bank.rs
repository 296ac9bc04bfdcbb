//! The bank reconciliation: per day what the register settled, returned and recovered, beside what the bank booked (I1).

use std::collections::BTreeMap;

use jiff::civil::Date;
use subsidy_domain::bank::EntryFate;
use subsidy_domain::money::Euro;
use subsidy_domain::view::{Bank, BankRow, Claims, Orders};

use crate::projection::{RowsError, rows_together};
use crate::report::Lens;
use crate::sheet::{Cell, Column, Sheet, Weight};

/// What one day brought: as the register has it and as the bank has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Day {
    settled: Euro,
    returned: Euro,
    recovered: Euro,
    aside: Euro,
    open: Euro,
    bank: Euro,
    /// The closing balance of the last statement of the day.
    closing: Option<Euro>,
}

impl Day {
    /// What the register expects of the bank.
    fn register(&self) -> Euro {
        self.returned + self.recovered - self.settled
    }

    /// What differs once the items that somebody has to look at are left out.
    fn difference(&self) -> Euro {
        self.bank - self.register() - self.aside - self.open
    }

    fn add(&mut self, other: &Self) {
        self.settled += other.settled;
        self.returned += other.returned;
        self.recovered += other.recovered;
        self.aside += other.aside;
        self.open += other.open;
        self.bank += other.bank;
        self.closing = other.closing.or(self.closing);
    }
}

/// Returns the bank reconciliation up to a position, and whether every day agrees and nothing is open.
///
/// What the register settled is taken from payment orders, what was returned and recovered from orders and claims; what the bank booked from
/// its statements: two ways to one figure.
///
/// # Errors
/// When the views cannot be read.
pub fn bank(lens: Lens<'_>) -> Result<(Sheet, bool), RowsError> {
    let lang = lens.lang;
    let (bank, orders, claims) = rows_together(lens.ledger, (Bank, Orders, Claims), lens.as_at)?;
    let mut days: BTreeMap<Date, Day> = BTreeMap::new();
    let mut gaps = Vec::new();
    // Counted, for two that are open may make nothing together.
    let mut open = 0_u32;
    for row in bank.values() {
        match row {
            BankRow::Statement { head, joint, .. } => {
                let day = days.entry(head.closed_on).or_default();
                day.closing = Some(head.closing);
                if let Some((from, to)) = joint.missing {
                    gaps.push(match lang {
                        crate::lang::Lang::Nl => format!(
                            "voor afschrift {} ontbreken de nummers {from} tot en met {to}",
                            head.id
                        ),
                        crate::lang::Lang::En => {
                            format!("before statement {} numbers {from} to {to} are missing", head.id)
                        }
                    });
                }
                if let Some(before) = joint.differs_from {
                    let (before, opening) = (lang.amount(before), lang.amount(head.opening));
                    gaps.push(match lang {
                        crate::lang::Lang::Nl => format!(
                            "afschrift {} begint met {opening}, het vorige eindigt met {before}",
                            head.id
                        ),
                        crate::lang::Lang::En => format!(
                            "statement {} opens at {opening}, the one before closes at {before}",
                            head.id
                        ),
                    });
                }
            }
            BankRow::Transaction {
                transaction,
                fate,
                resolved,
                ..
            } => {
                let amount = transaction.signed();
                let day = days.entry(transaction.booked_on).or_default();
                day.bank += amount;
                // What was explained after its period was closed was open there, and is explained on the day as of which it is (I9).
                let explained = resolved.as_ref().map_or(transaction.booked_on, |(_, _, on)| *on);
                if explained != transaction.booked_on {
                    day.open += amount;
                    days.entry(explained).or_default().open -= amount;
                }
                let day = days.entry(explained).or_default();
                match fate {
                    None => day.aside += amount,
                    Some(EntryFate::Open { .. }) => {
                        day.open += amount;
                        open += 1;
                    }
                    Some(
                        EntryFate::Paid { .. }
                        | EntryFate::PaidBatch { .. }
                        | EntryFate::Returned { .. }
                        | EntryFate::Recovered { .. },
                    ) => {}
                }
            }
        }
    }
    for order in orders.values() {
        if let Some(on) = order.paid_on {
            days.entry(on).or_default().settled += order.terms.amount;
        }
        if let Some((on, _, Some(_))) = &order.failed {
            days.entry(*on).or_default().returned += order.terms.amount;
        }
    }
    for claim in claims.values() {
        for (on, amount) in claim.payments.iter().flat_map(|payment| payment.received.iter()) {
            days.entry(*on).or_default().recovered += *amount;
        }
    }

    let mut sheet = Sheet {
        title: lang.pick("Bankaansluiting", "Bank reconciliation").to_owned(),
        columns: vec![
            Column::new("day", lang.pick("dag", "day")),
            Column::new("settled", lang.pick("betaald €", "settled €")),
            Column::new("returned", lang.pick("retour €", "returned €")),
            Column::new("recovered", lang.pick("terugontvangen €", "recovered €")),
            Column::new("aside", lang.pick("geen subsidie €", "no subsidy €")),
            Column::new("open", lang.pick("uit te zoeken €", "to look into €")),
            Column::new("bank", lang.pick("bank €", "bank €")),
            Column::new("difference", lang.pick("verschil €", "difference €")),
            Column::new("closing", lang.pick("saldo €", "balance €")),
        ],
        ..Sheet::default()
    };
    lens.sign(&mut sheet)?;
    let mut total = Day::default();
    let mut agrees = gaps.is_empty() && open == 0;
    for (on, day) in &days {
        total.add(day);
        agrees &= day.difference().is_zero();
        sheet.row(Weight::Normal, cells(Cell::Day(*on), day));
    }
    let title = lang.pick("totaal", "total");
    sheet.row(Weight::Total, cells(Cell::text(title), &total));
    sheet.notes.extend(gaps);
    sheet.notes.push(
        lang.pick(
            "Bank = retour + terugontvangen − betaald + geen subsidie + uit te zoeken. Verschil hoort op elke dag nul te zijn.",
            "Bank = returned + recovered − settled + no subsidy + to look into. The difference is to be zero on every day.",
        )
        .to_owned(),
    );
    Ok((sheet, agrees))
}

fn cells(first: Cell, day: &Day) -> Vec<Cell> {
    vec![
        first,
        Cell::Euro(day.settled),
        Cell::Euro(day.returned),
        Cell::Euro(day.recovered),
        Cell::Euro(day.aside),
        Cell::Euro(day.open),
        Cell::Euro(day.bank),
        Cell::Euro(day.difference()),
        day.closing.into(),
    ]
}
