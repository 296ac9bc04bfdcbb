//! The journal as text, for hledger and Ledger: a transaction for each entry, its position as the code, its papers as tags.

use std::io::{self, Write};

use jiff::civil::Date;
use subsidy_domain::journal::{Account, Entry, Statement};
use subsidy_domain::money::Euro;
use subsidy_domain::scheme::SchemeCode;
use subsidy_ledger::Ledger;

use super::entries::{each, is_of, opening};
use super::{ExportError, JournalForm, Scope, words};
use crate::lang::Lang;

pub(super) fn write(
    ledger: &Ledger,
    scope: Scope,
    form: JournalForm,
    lang: Lang,
    out: &mut dyn Write,
) -> Result<(), ExportError> {
    head(scope, form, lang, out)?;
    let opening = opening(ledger, scope)?;
    if let Some(year) = scope.year.filter(|_| !opening.is_empty()) {
        let first = Date::new(year.number(), 1, 1).unwrap_or_default();
        let title = lang.pick("Beginbalans", "Opening balance");
        writeln!(out, "\n{first} * (opening) {title}")?;
        for ((account, scheme), amount) in opening {
            posting(out, account, scheme, amount)?;
        }
    }
    each(ledger, scope.until, &mut |entry, _| {
        if is_of(scope, entry) {
            transaction(out, entry, lang)?;
        }
        Ok(())
    })
}

fn head(scope: Scope, form: JournalForm, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    let (title, position) = (
        lang.pick(
            "Journaal van het subsidieregister",
            "Journal of the subsidy ledger",
        ),
        lang.pick("stand", "position"),
    );
    writeln!(out, "; {title}, {position} {}", scope.until.0)?;
    match form {
        JournalForm::Ledger => writeln!(out, "commodity EUR\n    format EUR 1000.00")?,
        JournalForm::HLedger | JournalForm::Csv => writeln!(out, "commodity EUR 1000.00")?,
    }
    for account in Account::ALL {
        let (dutch, english) = account.names();
        writeln!(out, "; {} {}", account.number(), lang.pick(dutch, english))?;
        writeln!(out, "account {}", name(*account))?;
        if let Some(rgs) = account.rgs() {
            writeln!(out, "    ; rgs: {rgs}")?;
        }
        if account.has_schemes() {
            for scheme in SchemeCode::ALL {
                writeln!(out, "account {}:{scheme}", name(*account))?;
            }
        }
    }
    Ok(())
}

fn transaction(out: &mut dyn Write, entry: &Entry, lang: Lang) -> io::Result<()> {
    let what = words::happened(entry.what, lang);
    writeln!(out, "\n{} * ({}) {what}", entry.on, entry.position)?;
    let papers = &entry.reference;
    let statement = papers.statement.as_ref();
    let tags = [
        ("event", Some(entry.what.to_owned())),
        ("line", papers.line.as_ref().map(ToString::to_string)),
        ("batch", papers.batch.as_ref().map(ToString::to_string)),
        ("order", papers.order.as_ref().map(ToString::to_string)),
        ("statement", statement.map(|entry| entry.statement.clone())),
        ("transaction", statement.map(|entry| entry.number.to_string())),
        ("user", entry.actor.as_ref().map(ToString::to_string)),
    ];
    for (tag, value) in tags {
        if let Some(value) = value {
            writeln!(out, "    ; {tag}: {}", one_line(&value))?;
        }
    }
    for line in &entry.lines {
        posting(out, line.account, line.scheme, line.amount)?;
        if let Some(year) = line.year {
            writeln!(out, "    ; performed: {year}")?;
        }
        if let Some(payee) = &line.payee {
            writeln!(out, "    ; relation: {payee}")?;
        }
    }
    Ok(())
}

fn posting(
    out: &mut dyn Write,
    account: Account,
    scheme: Option<SchemeCode>,
    amount: Euro,
) -> io::Result<()> {
    match scheme {
        Some(scheme) => writeln!(out, "    {}:{scheme}  EUR {amount}", name(account)),
        None => writeln!(out, "    {}  EUR {amount}", name(account)),
    }
}

/// The account with its class first, by which programs tell what it is.
fn name(account: Account) -> String {
    let class = match account {
        Account::Reserve => "equity",
        Account::Bank
        | Account::ClawbacksReceivable
        | Account::UnexplainedTransactions
        | Account::OtherBooks => "assets",
        Account::MoneyUnderWay
        | Account::ApprovedUnpaid
        | Account::AwaitingApproval
        | Account::InvoicesToReceive => "liabilities",
        Account::GrantedSubsidies | Account::PriorPeriods | Account::ClawbacksWrittenOff => "expenses",
    };
    debug_assert_eq!(
        class == "expenses",
        account.statement() == Statement::ProfitAndLoss
    );
    format!("{class}:{account}")
}

/// What a payee or a bank wrote never begins a line of its own.
fn one_line(text: &str) -> String {
    let visible = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(visible).collect()
}
