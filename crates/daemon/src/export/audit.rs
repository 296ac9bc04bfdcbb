//! The audit file of a year, out of the entries: read once for what its head announces, and once for each journal.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use jiff::civil::Date;
use subsidy_documents::Amount;
use subsidy_documents::audit_file::{
    AuditHead, AuditLine, AuditTransaction, AuditWriter, Journal, JournalKind, LedgerAccount, Relation,
};
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::fund::FundEvent;
use subsidy_domain::ids::PayeeId;
use subsidy_domain::journal::{Account, Entry, Reference, Statement};
use subsidy_domain::money::Euro;
use subsidy_domain::recorded::{Event, Family};
use subsidy_domain::view::Payees;
use subsidy_ledger::{Ledger, Position};

use super::entries::{Opening, carry_over, each, is_of};
use super::{ExportError, Scope, words};
use crate::lang::Lang;
use crate::projection::{AsAt, decode, rows};

/// Which audit file.
#[derive(Clone, Debug)]
pub struct AuditOf {
    /// The fiscal year.
    pub year: FiscalYear,
    /// The last record.
    pub until: Position,
    /// The day on which it is made.
    pub created: Date,
    /// The fund's fiscal number (RSIN), which the ledger does not know.
    pub fiscal_number: String,
    /// Its number in the trade register.
    pub kvk: Option<String>,
}

/// The version of the reference scheme of which [`Account::rgs`] has codes.
const RGS: &str = "3.7";

/// Where an entry is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Daybook {
    Subsidies,
    Bank,
    Memorial,
}

impl Daybook {
    const ALL: [Self; 3] = [Self::Subsidies, Self::Bank, Self::Memorial];

    fn of(entry: &Entry) -> Self {
        match entry.what {
            "TransactionMatched" => Self::Bank,
            "TransactionResolved" | "TransactionSetAside" | "StatementJoined" => Self::Memorial,
            _ => Self::Subsidies,
        }
    }

    fn told(self, lang: Lang) -> Journal {
        let (id, name, kind, offset) = match self {
            Self::Subsidies => (
                "SUB",
                lang.pick("Subsidies", "Subsidies"),
                JournalKind::Purchase,
                None,
            ),
            Self::Bank => (
                "BNK",
                lang.pick("Bank", "Bank"),
                JournalKind::Bank,
                Some(Account::Bank),
            ),
            Self::Memorial => (
                "MEM",
                lang.pick("Memoriaal", "Memorial"),
                JournalKind::Memorial,
                None,
            ),
        };
        Journal {
            id: id.to_owned(),
            name: name.to_owned(),
            kind,
            offset: offset.map(|account| account.number().to_owned()),
        }
    }
}

/// What the head announces.
#[derive(Default)]
struct Announced {
    opening: Opening,
    payees: BTreeSet<PayeeId>,
    lines: u64,
    debit: i128,
    credit: i128,
}

/// Writes the audit file of a year: each entry a transaction, with its position in the ledger as number, so that each line leads back to a record.
///
/// # Errors
/// See [`ExportError`].
pub fn audit_file(ledger: &Ledger, of: &AuditOf, lang: Lang, out: &mut dyn Write) -> Result<(), ExportError> {
    let scope = Scope {
        year: Some(of.year),
        until: of.until,
    };
    let mut sums = Announced::default();
    each(ledger, of.until, &mut |entry, _| {
        carry_over(&mut sums.opening, of.year, entry);
        if is_of(scope, entry) {
            for line in &entry.lines {
                sums.lines += 1;
                sums.debit += i128::from(line.debit().cents());
                sums.credit += i128::from(line.credit().cents());
                sums.payees.extend(line.payee.clone());
            }
        }
        Ok(())
    })?;
    let head = AuditHead {
        fiscal_year: of.year.number(),
        created: of.created,
        software: env!("CARGO_PKG_NAME").to_owned(),
        software_version: env!("CARGO_PKG_VERSION").to_owned(),
        rgs_version: Some(RGS.to_owned()),
        company: name_of_fund(ledger, of.until)?,
        company_kvk: of.kvk.clone(),
        fiscal_number: of.fiscal_number.clone(),
        relations: relations(ledger, of.until, sums.payees)?,
        accounts: accounts(lang),
        opening: opening(&sums.opening),
        lines: sums.lines,
        debit: sums.debit,
        credit: sums.credit,
    };
    let mut file = AuditWriter::begin(out, &head)?;
    for daybook in Daybook::ALL {
        file.journal(&daybook.told(lang))?;
        each(ledger, of.until, &mut |entry, _| {
            if is_of(scope, entry) && Daybook::of(entry) == daybook {
                file.transaction(&transaction(entry, lang))?;
            }
            Ok(())
        })?;
    }
    file.finish()?;
    Ok(())
}

fn name_of_fund(ledger: &Ledger, until: Position) -> Result<String, ExportError> {
    let mut name = None;
    for record in ledger.records(..=until)? {
        let record = record?;
        if Family::of(record.stream.kind.as_str(), &record.event_version) == Some(Family::Fund)
            && let Event::Fund(FundEvent::AccountAdopted { account, .. }) = decode(&record)?.event
        {
            name = Some(account.name);
        }
    }
    name.ok_or(ExportError::NoFund)
}

fn relations(
    ledger: &Ledger,
    until: Position,
    payees: BTreeSet<PayeeId>,
) -> Result<Vec<Relation>, ExportError> {
    let registered = rows(ledger, Payees, AsAt::Position(until))?;
    let relation = |payee: PayeeId| match registered.get(payee.as_str()) {
        Some(row) => Ok(Relation {
            id: payee.to_string(),
            name: row.facts.name.clone(),
            kvk: payee.as_str().strip_prefix("kvk:").map(str::to_owned),
        }),
        None => Err(ExportError::NoPayee { payee }),
    };
    payees.into_iter().map(relation).collect()
}

fn accounts(lang: Lang) -> Vec<LedgerAccount> {
    let told = |account: &Account| {
        let (dutch, english) = account.names();
        LedgerAccount {
            id: account.number().to_owned(),
            name: lang.pick(dutch, english).to_owned(),
            is_balance: account.statement() == Statement::BalanceSheet,
            rgs: account.rgs().map(str::to_owned),
        }
    };
    Account::ALL.iter().map(told).collect()
}

/// The audit file has one balance an account; schemes stand on the lines of transactions only.
fn opening(opening: &Opening) -> Vec<(String, Amount)> {
    let mut sums: BTreeMap<Account, Euro> = BTreeMap::new();
    for ((account, _), amount) in opening {
        *sums.entry(*account).or_default() += *amount;
    }
    let stands = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    stands
        .map(|(account, amount)| (account.number().to_owned(), Amount::from_cents(amount.cents())))
        .collect()
}

fn transaction(entry: &Entry, lang: Lang) -> AuditTransaction {
    let papers = &entry.reference;
    let invoice = papers.line.as_ref().map(|line| line.invoice.to_string());
    let document = document(papers).unwrap_or_else(|| entry.position.to_string());
    let lines = entry.lines.iter().map(|line| AuditLine {
        account: line.account.number().to_owned(),
        document: document.clone(),
        amount: Amount::from_cents(line.amount.cents()),
        relation: line.payee.as_ref().map(ToString::to_string),
        invoice: invoice.clone(),
        cost: line.year.map(|year| year.to_string()),
        project: line.scheme.map(|scheme| scheme.to_string()),
    });
    AuditTransaction {
        number: entry.position,
        on: entry.on,
        description: words::happened(entry.what, lang),
        source: Some(entry.what.to_owned()),
        user: entry.actor.as_ref().map(ToString::to_string),
        lines: lines.collect(),
    }
}

/// The paper that is nearest to the money: a transaction of the bank, the order, the batch, or the line of the invoice.
fn document(papers: &Reference) -> Option<String> {
    let statement = papers.statement.as_ref();
    let of_bank = statement.map(|entry| format!("{} nr {}", entry.statement, entry.number));
    of_bank
        .or_else(|| papers.order.as_ref().map(ToString::to_string))
        .or_else(|| papers.batch.as_ref().map(ToString::to_string))
        .or_else(|| papers.line.as_ref().map(ToString::to_string))
}
