//! Arguments, and what their texts mean.

mod office;
mod sample;

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::{Parser, Subcommand};
use jiff::civil::Date;
use subsidy_domain::calendar::FiscalYear;
use subsidy_domain::ids::Subject;
use subsidy_domain::scheme::SchemeCode;
use subsidy_domain::view::Basis;
use subsidy_ledger::{Location, LocationError};

pub(super) use self::office::{
    AccountArg, ApproveArgs, BankArg, FateArg, MannerArg, Pay, RecourseArgs, ResolveArgs, RulingArg, TwoSteps,
};
pub(super) use self::sample::{SampleArg, SamplePlanArgs};
use super::originals::OriginalsArg;
use super::output::Failure;
use super::proof::args::{CheckpointStep, KeyStep, Prove, TilesStep, VerifyArgs};
use crate::export::JournalForm;
use crate::lang::Lang;
use crate::report::reconcile::Published;
use crate::sheet::Format;

/// The subsidy ledger of a training fund: it decides every line of every invoice, and can answer for every euro.
#[derive(Debug, Parser)]
#[command(
    name = "subsidyd",
    version,
    max_term_width = 100,
    after_help = "Exit codes: 0 fine · 1 failed · 2 usage · 3 done, with findings · 10 no ledger there · 12 wrong or missing learner secret · 20 the ledger was tampered with · 21 the ledger is older than its kept head or a checkpoint that somebody holds, or another\n\nBegin with: subsidyd demo"
)]
pub(super) struct Cli {
    /// The ledger: sqlite:PATH or postgres://USER@HOST/DATABASE [default: sqlite:subsidyd.db; demo: sqlite:demo.db]
    #[arg(long, global = true, env = "SUBSIDYD_DATABASE", hide_env_values = true)]
    pub(super) database: Option<Database>,
    /// The file of the highest head of the ledger, best on another disk [default: beside a ledger in a file, PATH.head; none for a server]
    #[arg(long, global = true, value_name = "PATH", env = "SUBSIDYD_HEAD_FILE")]
    pub(super) head_file: Option<PathBuf>,
    /// The file of the keys that the ledger signs with, apart from the ledger: each command that records then signs a checkpoint
    #[arg(long, global = true, value_name = "PATH", env = "SUBSIDYD_KEY_FILE")]
    pub(super) key_file: Option<PathBuf>,
    /// Language of reports
    #[arg(long, global = true, value_enum, default_value_t, env = "SUBSIDYD_LANG")]
    pub(super) lang: Lang,
    /// Form of reports
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(super) format: Format,
    /// What to do
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Replay the fictitious year 2023 into a ledger, day by day, and print budget versus realisation
    Demo {
        /// Folder of the fixture year [default: fixtures/2023]
        #[arg(long)]
        fixtures: Option<PathBuf>,
    },
    /// Take in invoices, evidence, terms, budgets and decisions: files or folders, in any order; twice is once
    Ingest {
        /// Files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The fund's secret for learners' pseudonyms [default: beside the ledger, made on first use]
        #[arg(long, env = "SUBSIDYD_LEARNER_KEY_FILE")]
        learner_key: Option<PathBuf>,
        /// The day on which the files were received, when not today: it decides what is late
        #[arg(long, value_name = "DATE")]
        received_on: Option<Date>,
        /// The folder in which originals and attachments are kept, encrypted; its key stands beside it [default: beside a ledger in a file, PATH.originals; none for a server]
        #[arg(long, value_name = "DIR", env = "SUBSIDYD_ORIGINALS")]
        originals: Option<PathBuf>,
        /// Who handed the files in, as the office knows that person: whoever it is does not approve the lines of these invoices
        #[arg(long, value_name = "SUBJECT")]
        by: Option<Subject>,
    },
    /// Say what is wrong with invoices and lists and what to change: files or folders; nothing is recorded, no ledger is needed
    ///
    /// An invoice or credit note is held against the rules that it says it follows (BT-24): UBL 2.1, EN 16931, NLCIUS with or without G-account,
    /// Peppol BIS Billing 3; and against what the ledger asks beyond those: totals to the cent, IBAN check digits, no citizen service number. A list
    /// is held against its columns and rows.
    #[command(
        after_help = "Exit codes: 0 nothing that hinders, warnings included · 3 a file must be changed, cannot be read, or is to be set aside for a person (an unknown BT-24, personal data)\n\nExamples:\n  subsidyd check factuur.xml\n  subsidyd check facturen/ --lang en --format json\n  subsidyd check facturen/ --sarif > facturen.sarif"
    )]
    Check {
        /// Files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Print SARIF 2.1.0, for editors and build servers, in place of --format
        #[arg(long)]
        sarif: bool,
    },
    /// What is kept of documents, encrypted: list, read, destroy; each act is recorded
    #[command(subcommand)]
    Originals(OriginalsArg),
    /// Print a report
    Report {
        /// Which
        #[command(subcommand)]
        report: Report,
    },
    /// Hand the books over: the journal to a program for bookkeeping, or the audit file (XAF 4.0) of a year
    Export {
        /// What
        #[command(subcommand)]
        export: Export,
    },
    /// Show the whole chain of a euro: line, evidence, tariff version, budget line, decision, positions and hashes
    Trace {
        /// A line (payee/invoice/line), an invoice number, an evidence number
        id: String,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Believe nothing: derive positions, hashes, tree and checkpoints again, and name the first fault
    Verify(VerifyArgs),
    /// Make, show or replace the key that the ledger signs with
    #[command(subcommand)]
    Key(KeyStep),
    /// Sign what is recorded, or show what was signed
    #[command(subcommand)]
    Checkpoint(CheckpointStep),
    /// Hand out the tree as files that others can check records with
    #[command(subcommand)]
    Tiles(TilesStep),
    /// Prove a record, or that nothing was changed between two checkpoints; or check such a proof
    #[command(subcommand)]
    Prove(Prove),
    /// After restoring an older backup on purpose: verify the ledger and keep its head in place of the higher one
    AcceptHead {
        /// Why: it is written into the file of the head, and stays there
        #[arg(long)]
        reason: Reason,
    },
    /// Make a database a ledger, bring its schema up to date, or say how it stands
    Db {
        /// What to do
        #[command(subcommand)]
        db: Db,
    },
    /// Copy a ledger to another place, record by record, and verify it there: the same bytes, the same root
    Copy {
        /// The ledger to copy
        #[arg(long)]
        from: Database,
        /// Where to: a ledger without records, which is made where there is none
        #[arg(long)]
        to: Database,
    },
    /// Approve an invoice or a line of it; or approve it in part, refuse it, send it back, hold it, or go on with it
    ///
    /// Two different persons approve what was matched. What is approved waits for a payment run.
    #[command(
        after_help = "Examples:\n  subsidyd approve 90000001 R01-2023-001 --by anna\n  subsidyd approve 90000001 R01-2023-001 --line 7 --ruling partly --amount 100.00 --reason B-12 --by bert\n  subsidyd report open-items"
    )]
    Approve(ApproveArgs),
    /// Pay: propose a batch of all that is approved, let another person release it, write the file for the bank
    Pay {
        /// What to do
        #[command(subcommand)]
        step: Pay,
    },
    /// Ask back what was paid in vain: hold it back from the next payment, have it paid back, or write it off by two persons
    Recourse(RecourseArgs),
    /// Change or confirm the account of a payee: one proposes, two others approve
    Account {
        /// What to do
        #[command(subcommand)]
        step: AccountArg,
    },
    /// What the bank booked: take in statements (camt.053) and what became of payments (pain.002)
    Bank {
        /// What to do
        #[command(subcommand)]
        bank: BankArg,
    },
    /// Set when one approval is enough, by decision of the board: always two at first
    Policy {
        /// Up to which amount of an invoice one approval is enough: 500.00; without it two are always needed
        #[arg(long)]
        one_approval_up_to: Option<String>,
        /// Reference of the board decision
        #[arg(long)]
        decision: String,
    },
    /// Close a month or a year: one proposes, another agrees; nothing is effective in it any more
    Close {
        /// A year (2023) or a month (2023-03)
        period: String,
        /// Propose to close it, or agree to that
        #[arg(long, value_enum)]
        step: TwoSteps,
        /// Who does it, by verified subject
        #[arg(long)]
        by: String,
        /// Try: decide and tell, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Draw and evaluate an audit sample by monetary unit: plan it, draw it with a seed, record what was found, evaluate
    ///
    /// The population is frozen when it is planned; the auditor chooses the seed after that. A sample is drawn once: another is planned beside it.
    #[command(
        after_help = "Examples:\n  subsidyd sample plan S-2023-1 --year 2023 --materiality 3 --by auditor\n  subsidyd sample draw S-2023-1 --seed \"what the auditor typed\" --by auditor\n  subsidyd sample papers S-2023-1 --format csv > papers.csv\n  subsidyd sample record S-2023-1 kvk:90000001/R01-2023-001/7 --audited 123.50 --by auditor\n  subsidyd sample evaluate S-2023-1 --by auditor"
    )]
    Sample {
        /// What to do
        #[command(subcommand)]
        step: SampleArg,
    },
    /// Keep views up to date until stopped: one program leads, others stand by and take over
    Follow,
    /// Build views anew from the ledger and compare them byte for byte
    Rebuild {
        /// A view; all when left out
        view: Option<String>,
    },
}

/// What to do with a database.
#[derive(Clone, Copy, Debug, Subcommand)]
pub(super) enum Db {
    /// Make it a ledger, with a login that may create roles; a ledger is left as it is
    Init,
    /// Bring the schema of a ledger up to date
    Migrate,
    /// Say which schema it has, how many records and which root
    Status,
}

/// What to hand over.
#[derive(Debug, Subcommand)]
pub(super) enum Export {
    /// The journal as double entry, an entry for each event that moves money
    Journal {
        /// The fiscal year, with an entry for what stood when it began; all years when left out
        #[arg(long)]
        year: Option<YearArg>,
        /// For which program
        #[arg(long, value_enum, default_value = "hledger")]
        form: JournalForm,
        /// The file to write [default: standard output]
        #[arg(long)]
        out: Option<PathBuf>,
    },
    /// The audit file of a year (XAF 4.0), as auditors and the tax administration read it
    Xaf {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// The file to write [default: standard output]
        #[arg(long)]
        out: Option<PathBuf>,
        /// The fund's fiscal number (RSIN)
        #[arg(long, env = "SUBSIDYD_FISCAL_NUMBER", default_value = "")]
        fiscal_number: String,
        /// The fund's number in the trade register (KVK)
        #[arg(long, env = "SUBSIDYD_KVK")]
        kvk: Option<String>,
    },
}

/// Which report.
#[derive(Debug, Subcommand)]
pub(super) enum Report {
    /// Budget versus realisation
    Budget {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// The date on which a euro counts: performance, decision, invoice or payment
        #[arg(long, default_value = "performance")]
        basis: Basis,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Why realisation differs from budget: volume and price, apart
    Variance {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// The date on which a euro counts
        #[arg(long, default_value = "performance")]
        basis: Basis,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What waits, by reason and age
    Exceptions {
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Who gets the money: the payees of a scheme, the largest first
    Concentration {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// The scheme
        #[arg(long, default_value = "MBO_EXAM")]
        scheme: SchemeCode,
        /// The date on which a euro counts
        #[arg(long, default_value = "performance")]
        basis: Basis,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// The published figures of a year beside the ledger's on each basis, with a verdict each
    Reconcile {
        /// The fiscal year, of which the published figures are known
        #[arg(long)]
        year: PublishedArg,
        /// Show the figures that are no subject of the ledger too
        #[arg(long)]
        all: bool,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Per day what was paid, returned and paid back, beside what the bank booked; exit code 3 when a day differs or a transaction is open
    Bank {
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Every payment batch; with --batch its orders
    Payments {
        /// One batch
        #[arg(long)]
        batch: Option<String>,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What a payee is told of a payment: its lines, tariffs, and what was held back
    Remittance {
        /// The end-to-end id of the payment, for instance 2023-0003-90000001
        order: String,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What waits for approval, payment or the bank, and what must come back, by age
    OpenItems {
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// Four eyes, tariffs, evidence, budgets: how many were looked at and which broke the rule; exit code 3 when any did
    Controls {
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What a year still owes: decided for it after its end, and earned but not claimed yet
    Accruals {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What counts in a year on one basis and not on another, and why
    Bridge {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// From this basis
        #[arg(long, default_value = "performance")]
        from: Basis,
        /// To this one
        #[arg(long, default_value = "payment")]
        to: Basis,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// The trial balance of the general ledger: opening, debit, credit and closing of each account
    GeneralLedger {
        /// The fiscal year
        #[arg(long)]
        year: YearArg,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// The invoice register: what each invoice asks, which credit notes take back how much of it, and what is left
    Invoices {
        /// Only those of which the number or the payee is this
        #[arg(long, value_name = "NUMBER|PAYEE")]
        of: Option<String>,
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
    /// What was earned and not yet claimed
    Unclaimed {
        /// As it was on a day or at a position
        #[arg(long, value_name = "DATE|POSITION")]
        as_at: Option<AsAtArg>,
    },
}

/// Where a ledger is.
///
/// A URL that cannot be read is refused later and not here: a refused argument is shown, and it may hold a password.
#[derive(Clone, Debug)]
pub(super) struct Database(Result<Location, Arc<LocationError>>);

impl Database {
    pub(super) fn location(self) -> Result<Location, Failure> {
        self.0.map_err(Failure::Location)
    }
}

impl FromStr for Database {
    type Err = LocationError;
    fn from_str(text: &str) -> Result<Self, LocationError> {
        match text.parse() {
            Err(error) if !text.contains("://") => Err(error),
            location => Ok(Self(location.map_err(Arc::new))),
        }
    }
}

/// A reason, in words.
#[derive(Clone, Debug)]
pub(super) struct Reason(pub(super) String);

impl FromStr for Reason {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("write why the older ledger is the right one".to_owned());
        }
        Ok(Self(text.trim().to_owned()))
    }
}

/// A fiscal year.
#[derive(Clone, Copy, Debug)]
pub(super) struct YearArg(pub(super) FiscalYear);

impl FromStr for YearArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text.parse::<i16>() {
            Ok(year) if (2000..=2100).contains(&year) => Ok(Self(FiscalYear::new(year))),
            Ok(_) | Err(_) => Err("write a year, for instance 2023".to_owned()),
        }
    }
}

/// What was published of a fiscal year.
#[derive(Clone, Copy, Debug)]
pub(super) struct PublishedArg(pub(super) &'static Published);

impl FromStr for PublishedArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let YearArg(year) = text.parse()?;
        Published::of(year)
            .map(Self)
            .ok_or_else(|| format!("of {year} no published figures are known; they are of 2023"))
    }
}

/// As at when.
#[derive(Clone, Copy, Debug)]
pub(super) enum AsAtArg {
    /// The end of a day.
    Day(Date),
    /// A position.
    Position(u64),
}

impl FromStr for AsAtArg {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        text.parse()
            .map(Self::Day)
            .map_err(|_| "write a date (2023-06-30) or a position (1200)".to_owned())
    }
}
