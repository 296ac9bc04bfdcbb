//! The books of the year: they balance, say what the registers and the bank say, and other programs read the same in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::date;
use subsidy_documents::Limits;
use subsidy_documents::audit_file;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::journal::{Account, Statement};
use subsidy_domain::money::Euro;
use subsidy_domain::payment::OrderState;
use subsidy_domain::view::{
    Approval, Bank, BankRow, GeneralLedger, GeneralLedgerKey, Orders, Payables, Realisation,
};
use subsidyd::export::{self, AuditOf, JournalForm, Scope};
use subsidyd::lang::Lang;
use subsidyd::projection::AsAt;
use subsidyd::report::{self, Lens};
use tempfile::TempDir;

use crate::support::figures::{compared, rows};
use crate::support::year::year;
use crate::support::{quick_folder, standards};

const YEAR: FiscalYear = FiscalYear::new(2023);

/// What stands on each account and scheme: of all years, or of one with what stood before it.
fn stands(of: Option<FiscalYear>) -> BTreeMap<String, i64> {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for (key, row) in rows(&year().ledger, GeneralLedger) {
        let key = GeneralLedgerKey::parse(&key).expect("a key");
        let booked = FiscalYear::new(key.year);
        if of.is_some_and(|of| booked > of) {
            continue;
        }
        let is_before = of.is_some_and(|of| booked < of);
        let name = match key.scheme {
            Some(scheme) if !is_before || key.account.statement() == Statement::BalanceSheet => {
                format!("{}:{scheme}", key.account)
            }
            _ if is_before => report::opens_in(key.account).to_string(),
            _ => key.account.to_string(),
        };
        *sums.entry(name).or_default() += (row.debit - row.credit).cents();
    }
    sums.retain(|_, cents| *cents != 0);
    sums
}

fn on(account: Account) -> Euro {
    let name = account.to_string();
    let sums = stands(None).into_iter();
    let own = sums.filter(|(key, _)| key.split(':').next() == Some(name.as_str()));
    own.map(|(_, cents)| Euro::from_cents(cents)).sum()
}

#[test]
fn the_bank_stands_where_its_last_statement_closes_and_nothing_else_is_unexplained() {
    let bank = rows(&year().ledger, Bank).into_values();
    let last = bank
        .filter_map(|row| match row {
            BankRow::Statement { head, .. } => Some((head.closed_on, head.sequence, head.closing)),
            BankRow::Transaction { .. } => None,
        })
        .max()
        .expect("statements");
    assert_eq!(on(Account::Bank), last.2);
    assert_eq!(on(Account::UnexplainedTransactions), Euro::ZERO);
}

#[test]
fn what_is_owed_and_under_way_is_what_the_registers_say() {
    let orders = rows(&year().ledger, Orders).into_values();
    let placed = orders.filter(|row| row.state == OrderState::Placed);
    let under_way: Euro = placed.map(|row| row.terms.amount).sum();
    assert_eq!(on(Account::MoneyUnderWay), -under_way);
    let payables: Vec<_> = rows(&year().ledger, Payables).into_values().collect();
    let sum = |amounts: &mut dyn Iterator<Item = Euro>| amounts.sum::<Euro>();
    let open = sum(&mut payables.iter().map(|row| row.payments.open()));
    assert_eq!(on(Account::ClawbacksReceivable), open);
    assert!(open > Euro::ZERO, "the year has a clawback that is open");
    let approved = payables.iter().filter(|row| row.approval == Approval::Approved);
    let mut unpaid = approved.filter(|row| row.payments.standing().is_none());
    assert_eq!(
        on(Account::ApprovedUnpaid),
        -sum(&mut unpaid.by_ref().map(|row| row.amount))
    );
    let waits = payables.iter().filter(|row| row.approval != Approval::Approved);
    assert_eq!(
        on(Account::AwaitingApproval),
        -sum(&mut waits.map(|row| row.amount))
    );
}

#[test]
fn what_is_granted_is_what_is_realised() {
    let realised = rows(&year().ledger, Realisation).into_iter();
    let decided: Euro = realised
        .filter(|(key, _)| key.starts_with("performance|"))
        .map(|(_, row)| row.realised.amount)
        .sum();
    let booked = on(Account::GrantedSubsidies) + on(Account::InvoicesToReceive) + on(Account::PriorPeriods);
    assert_eq!(booked, decided);
}

#[test]
fn a_trial_balance_balances_and_the_next_year_begins_where_it_ends() {
    let lens = Lens {
        ledger: &year().ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    };
    let this = report::balances(lens, YEAR).expect("balances");
    let next = report::balances(lens, YEAR.next()).expect("balances");
    let total = |amounts: &mut dyn Iterator<Item = Euro>| amounts.sum::<Euro>();
    assert_eq!(
        total(&mut this.values().map(|balance| balance.opening)),
        Euro::ZERO
    );
    assert_eq!(
        total(&mut this.values().map(|balance| balance.debit - balance.credit)),
        Euro::ZERO
    );
    let mut carried: BTreeMap<Account, Euro> = BTreeMap::new();
    for (account, balance) in this {
        *carried.entry(report::opens_in(account)).or_default() += balance.closing();
    }
    let opening = next
        .into_iter()
        .map(|(account, balance)| (account, balance.opening));
    let opening: BTreeMap<_, _> = opening.filter(|(_, amount)| !amount.is_zero()).collect();
    carried.retain(|_, amount| !amount.is_zero());
    assert_eq!(compared(&carried, &opening), Vec::<String>::new());
}

/// Writes the journal to a file.
fn journal(of: Option<FiscalYear>, form: JournalForm, folder: &TempDir) -> PathBuf {
    let ledger = &year().ledger;
    let scope = Scope {
        year: of,
        until: ledger.head().expect("a head").position(),
    };
    let mut out = Vec::new();
    export::journal(ledger, scope, form, Lang::En, &mut out).expect("written");
    let path = folder.path().join("journal");
    std::fs::write(&path, out).expect("a file");
    path
}

/// What a program prints; nothing, which is said, when it is absent and nothing demands it.
fn asked(program: &str, arguments: &[&str], file: &Path) -> Option<String> {
    let mut command = Command::new(program);
    let output = command.arg("-f").arg(file).args(arguments).output();
    let Ok(output) = output else {
        standards::missing(&format!(
            "there is no {program}; install the Debian package of that name"
        ));
        return None;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{program}: {said}");
    Some(String::from_utf8(output.stdout).expect("a text"))
}

/// Balances by account without its class, from lines of an account, a tab or comma, and an amount in euro.
fn read_balances(printed: &str, apart: char) -> BTreeMap<String, i64> {
    printed
        .lines()
        .map(|line| line.replace('"', ""))
        .filter(|line| line.contains(':'))
        .map(|line| {
            let (account, amount) = line.split_once(apart).expect("two");
            let (_class, account) = account.split_once(':').expect("a class");
            let amount: Euro = amount.replace("EUR", "").trim().parse().expect("an amount");
            (account.to_owned(), amount.cents())
        })
        .filter(|(_, cents)| *cents != 0)
        .collect()
}

#[test]
fn hledger_finds_the_balances_of_the_general_ledger() {
    for of in [None, Some(YEAR), Some(YEAR.next())] {
        let folder = quick_folder();
        let file = journal(of, JournalForm::HLedger, &folder);
        let Some(_) = asked(
            "hledger",
            &["check", "accounts", "commodities", "balanced"],
            &file,
        ) else {
            return;
        };
        let balances = [
            "balance",
            "--flat",
            "--no-total",
            "--empty",
            "--output-format",
            "csv",
        ];
        let found = asked("hledger", &balances, &file).expect("there");
        let differing = compared(&stands(of), &read_balances(&found, ','));
        assert_eq!(differing, Vec::<String>::new(), "{of:?}");
    }
}

#[test]
fn ledger_finds_the_balances_of_the_general_ledger() {
    let folder = quick_folder();
    let file = journal(Some(YEAR), JournalForm::Ledger, &folder);
    let balances = [
        "balance",
        "--flat",
        "--no-total",
        "--format",
        "%(account)\t%(amount)\n",
    ];
    let Some(found) = asked("ledger", &balances, &file) else {
        return;
    };
    let expected = stands(Some(YEAR));
    assert_eq!(
        compared(&expected, &read_balances(&found, '\t')),
        Vec::<String>::new()
    );
}

#[test]
fn the_list_of_the_journal_has_every_cent_of_the_general_ledger() {
    let folder = quick_folder();
    let file = journal(None, JournalForm::Csv, &folder);
    let mut reader = csv::Reader::from_path(file).expect("a list");
    let names: BTreeMap<&str, &Account> = Account::ALL
        .iter()
        .map(|account| (account.number(), account))
        .collect();
    let mut found: BTreeMap<String, i64> = BTreeMap::new();
    let mut before = 0;
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.expect("a row");
        let euro = |column: &str| match row[column].as_str() {
            "" => Euro::ZERO,
            amount => amount.parse().expect("an amount"),
        };
        let account = names[row["account"].as_str()];
        let name = match row["scheme"].as_str() {
            "" => account.to_string(),
            scheme => format!("{account}:{scheme}"),
        };
        *found.entry(name).or_default() += (euro("debit") - euro("credit")).cents();
        let position: u64 = row["position"].parse().expect("a position");
        assert!(position >= before, "in the order of the ledger");
        before = position;
    }
    found.retain(|_, cents| *cents != 0);
    assert_eq!(compared(&stands(None), &found), Vec::<String>::new());
}

fn audit_of(of: FiscalYear) -> Vec<u8> {
    let ledger = &year().ledger;
    let of = AuditOf {
        year: of,
        until: ledger.head().expect("a head").position(),
        created: date(2024, 4, 1),
        fiscal_number: "123456782".to_owned(),
        kvk: Some("12345678".to_owned()),
    };
    let mut out = Vec::new();
    export::audit_file(ledger, &of, Lang::Nl, &mut out).expect("written");
    out
}

#[test]
fn the_audit_file_of_the_year_is_accepted_and_made_alike_twice() {
    let file = audit_of(YEAR);
    let verdict = audit_file::check(&file, &Limits::for_bank_files()).expect("read");
    assert_eq!(verdict.findings, []);
    assert!(
        verdict.transactions > 35_000,
        "{} transactions",
        verdict.transactions
    );
    assert!(file == audit_of(YEAR), "the same bytes");
    let lens = Lens {
        ledger: &year().ledger,
        as_at: AsAt::Now,
        lang: Lang::En,
    };
    let balances = report::balances(lens, YEAR).expect("balances");
    let debit: Euro = balances.values().map(|balance| balance.debit).sum();
    let text = String::from_utf8(file).expect("a text");
    assert!(
        text.contains(&format!("<totalDebit>{debit}</totalDebit>")),
        "{debit}"
    );
}

#[test]
fn another_reader_and_the_schema_take_the_audit_files_of_the_year() {
    const VALIDATE: &str = "
import sys, pyxaf
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
for path in sys.argv[2:]:
    schema.assertValid(etree.parse(path))
    report = pyxaf.validate(path)
    assert report.ok, report
";
    let Some(schema) = standards::schema_of_audit_files() else {
        return;
    };
    let folder = quick_folder();
    let files = [YEAR, YEAR.next()].map(|of| {
        let path = folder.path().join(format!("{of}.xaf"));
        std::fs::write(&path, audit_of(of)).expect("a file");
        path
    });
    let python = std::env::var_os("SUBSIDY_PYTHON").unwrap_or_else(|| "python3".into());
    let can = Command::new(&python).args(["-c", "import lxml, pyxaf"]).output();
    if !can.is_ok_and(|output| output.status.success()) {
        standards::missing("python3 has no lxml and pyxaf; install them, or set SUBSIDY_PYTHON");
        return;
    }
    let mut command = Command::new(&python);
    let output = command.args(["-c", VALIDATE]).arg(schema).args(files).output();
    let output = output.expect("python");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
