//! The trial balance: what stood on each account when a year began, what was booked in it, and what stands.

use std::collections::BTreeMap;

use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::journal::{Account, Statement};
use subsidy_domain::money::Euro;
use subsidy_domain::view::{GeneralLedger, GeneralLedgerKey};

use super::Lens;
use crate::projection::{RowsError, rows};
use crate::sheet::{Cell, Column, Sheet, Weight};

/// What a year did to an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// What stood when it began: debit is positive.
    pub opening: Euro,
    /// All debits of the year.
    pub debit: Euro,
    /// All credits of the year.
    pub credit: Euro,
}

impl Balance {
    /// Returns what stands after the year.
    #[must_use]
    pub fn closing(&self) -> Euro {
        self.opening + self.debit - self.credit
    }
}

/// Returns what a year did to each account.
///
/// What earlier years cost stands in the reserve when a year begins: accounts of the result begin at nothing.
///
/// # Errors
/// When the view cannot be read.
pub fn balances(lens: Lens<'_>, year: FiscalYear) -> Result<BTreeMap<Account, Balance>, RowsError> {
    let mut balances: BTreeMap<Account, Balance> = BTreeMap::new();
    for (key, row) in rows(lens.ledger, GeneralLedger, lens.as_at)? {
        let Some(key) = GeneralLedgerKey::parse(&key) else {
            continue;
        };
        let booked = FiscalYear::new(key.year);
        if booked < year {
            let account = opens_in(key.account);
            balances.entry(account).or_default().opening += row.debit - row.credit;
        } else if booked == year {
            let balance = balances.entry(key.account).or_default();
            balance.debit += row.debit;
            balance.credit += row.credit;
        }
    }
    Ok(balances)
}

/// Returns the account in which what stands on an account is carried over to the next year.
#[must_use]
pub const fn opens_in(account: Account) -> Account {
    match account.statement() {
        Statement::BalanceSheet => account,
        Statement::ProfitAndLoss => Account::Reserve,
    }
}

/// Returns the trial balance of a year.
///
/// # Errors
/// When the view cannot be read.
pub fn general_ledger(lens: Lens<'_>, year: FiscalYear) -> Result<Sheet, RowsError> {
    let lang = lens.lang;
    let mut sheet = Sheet {
        title: format!("{} {year}", lang.pick("Saldibalans", "Trial balance")),
        columns: vec![
            Column::new("account", lang.pick("rekening", "account")),
            Column::new("name", lang.pick("naam", "name")),
            Column::new("rgs", "RGS"),
            Column::new("opening", lang.pick("beginsaldo €", "opening €")),
            Column::new("debit", lang.pick("debet €", "debit €")),
            Column::new("credit", "credit €"),
            Column::new("closing", lang.pick("eindsaldo €", "closing €")),
        ],
        ..Sheet::default()
    };
    sheet.fact("year", lang.pick("boekjaar", "fiscal year"), year.to_string());
    lens.sign(&mut sheet)?;
    let balances = balances(lens, year)?;
    let mut total = Balance::default();
    for account in Account::ALL {
        let Some(balance) = balances.get(account) else {
            continue;
        };
        total.opening += balance.opening;
        total.debit += balance.debit;
        total.credit += balance.credit;
        let (dutch, english) = account.names();
        let rgs = account.rgs();
        let start = [
            Cell::text(account.number()),
            Cell::text(lang.pick(dutch, english)),
            rgs.map_or(Cell::Empty, Cell::text),
        ];
        sheet.row(Weight::Normal, start.into_iter().chain(cells(balance)).collect());
    }
    let start = [Cell::text(lang.pick("totaal", "total")), Cell::Empty, Cell::Empty];
    sheet.row(Weight::Total, start.into_iter().chain(cells(&total)).collect());
    sheet.notes.push(
        lang.pick(
            "Debet is positief, credit negatief. Kosten van vorige jaren staan in het beginsaldo van de bestemmingsreserve. De RGS-codes zijn een voorstel.",
            "Debit is positive, credit negative. What earlier years cost stands in the opening of the reserve. The RGS codes are a proposal.",
        )
        .to_owned(),
    );
    Ok(sheet)
}

fn cells(balance: &Balance) -> [Cell; 4] {
    [
        Cell::Euro(balance.opening),
        Cell::Euro(balance.debit),
        Cell::Euro(balance.credit),
        Cell::Euro(balance.closing()),
    ]
}
