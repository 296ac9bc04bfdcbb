//! Arguments of what the finance office does.

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

/// What to approve, and how.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ApproveArgs {
    /// Whose invoice: KVK number (8 digits) or OIN (20 digits)
    pub(in crate::cli) payee: String,
    /// Its number
    pub(in crate::cli) invoice: String,
    /// One line of it; every line that can be ruled so when left out
    #[arg(long)]
    pub(in crate::cli) line: Option<String>,
    /// What is ruled
    #[arg(long, value_enum, default_value = "approve")]
    pub(in crate::cli) ruling: RulingArg,
    /// What is approved of the line, with --ruling partly: 100.00 or 100,00
    #[arg(long)]
    pub(in crate::cli) amount: Option<String>,
    /// The decision on file; needed for all but approve and resume
    #[arg(long)]
    pub(in crate::cli) reason: Option<String>,
    /// Who rules, by verified subject
    #[arg(long)]
    pub(in crate::cli) by: String,
    /// The account of that person
    #[arg(long)]
    pub(in crate::cli) account: Option<String>,
    /// Try: decide and tell, and record nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// What is ruled.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::cli) enum RulingArg {
    /// Pay what it earns
    Approve,
    /// Pay a part of it
    Partly,
    /// Pay nothing
    Reject,
    /// Its sender is to correct it
    Return,
    /// Not yet
    Hold,
    /// A hold ends
    Resume,
}

/// A step of a payment batch.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Pay {
    /// Put all that is approved and not paid into a batch, less what payees owe and were told of
    Propose {
        /// Its number: year, hyphen, four digits
        batch: String,
        /// The day on which the bank is to pay
        #[arg(long, value_name = "DATE")]
        execute_on: Date,
        /// Who proposes, by verified subject
        #[arg(long)]
        by: String,
        /// Try: decide and tell, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Let a batch go to the bank: another person than who proposed it or approved last
    Release {
        /// Its number
        batch: String,
        /// Who releases, by verified subject
        #[arg(long)]
        by: String,
        /// Try: decide and tell, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Withdraw a batch that was not released
    Withdraw {
        /// Its number
        batch: String,
        /// Who withdraws, by verified subject
        #[arg(long)]
        by: String,
        /// Try: decide and tell, and record nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the file of a released batch for the bank (pain.001.001.09): the same bytes whenever it is asked for
    Export {
        /// Its number
        batch: String,
        /// Where to [default: BATCH.xml]
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

/// What to ask back, and how.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct RecourseArgs {
    /// Of whom: KVK number (8 digits) or OIN (20 digits)
    pub(in crate::cli) payee: String,
    /// The invoice of which paid lines were taken back
    pub(in crate::cli) invoice: String,
    /// One line of it; every line that is owed when left out
    #[arg(long)]
    pub(in crate::cli) line: Option<String>,
    /// Under which reference, which the payee names when paying: letters, digits, hyphens
    #[arg(long)]
    pub(in crate::cli) reference: String,
    /// How it comes back
    #[arg(long, value_enum)]
    pub(in crate::cli) manner: MannerArg,
    /// Who decides, by verified subject
    #[arg(long)]
    pub(in crate::cli) by: String,
    /// Who agrees, to write off
    #[arg(long)]
    pub(in crate::cli) second: Option<String>,
    /// Try: decide and tell, and record nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// How money comes back.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::cli) enum MannerArg {
    /// Held back from the next payment
    Offset,
    /// Paid back by the payee
    Repay,
    /// Given up, by two persons
    WriteOff,
}

/// A step of a change of account.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AccountArg {
    /// Propose an account, after the payee was called on a known number; the same one to confirm it
    Propose {
        /// Whose: KVK number (8 digits) or OIN (20 digits)
        payee: String,
        /// The account
        #[arg(long)]
        iban: String,
        /// The exact name of its holder
        #[arg(long)]
        name: String,
        /// Who proposes, by verified subject
        #[arg(long)]
        by: String,
    },
    /// Approve the account that is proposed
    Approve {
        /// Whose
        payee: String,
        /// Who approves, by verified subject
        #[arg(long)]
        by: String,
    },
    /// Refuse the account that is proposed
    Reject {
        /// Whose
        payee: String,
        /// Who refuses, by verified subject
        #[arg(long)]
        by: String,
    },
}

/// What to do with the bank.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BankArg {
    /// Take in statements and payment statuses: files or folders; twice is once
    Import {
        /// Files or folders
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// The folder in which originals are kept, encrypted; its key stands beside it [default: beside a ledger in a file, PATH.originals; none for a server]
        #[arg(long, value_name = "DIR", env = "SUBSIDYD_ORIGINALS")]
        originals: Option<PathBuf>,
    },
    /// Say what a transaction is that was not recognised; amount and direction must fit
    Resolve(ResolveArgs),
}

/// What a transaction turned out to be.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ResolveArgs {
    /// The bank's number of the statement
    pub(in crate::cli) statement: String,
    /// The transaction within it, from 1
    pub(in crate::cli) transaction: u32,
    /// What it is
    #[arg(long, value_enum)]
    pub(in crate::cli) fate: FateArg,
    /// End-to-end id of the order, or the reference under which money was asked back
    #[arg(long)]
    pub(in crate::cli) reference: Option<String>,
    /// The decision on file
    #[arg(long)]
    pub(in crate::cli) decision: String,
    /// Who found out, by verified subject
    #[arg(long)]
    pub(in crate::cli) by: String,
    /// Try: decide and tell, and record nothing
    #[arg(long)]
    pub(in crate::cli) dry_run: bool,
}

/// What a transaction is.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::cli) enum FateArg {
    /// It paid an order
    Paid,
    /// It gave an order back
    Returned,
    /// A payee paid back what was asked
    Recovered,
    /// It is about no subsidy: interest, charges, a levy
    NoSubsidy,
}

/// One of two steps by two persons.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(in crate::cli) enum TwoSteps {
    /// Propose it
    Propose,
    /// Agree to it
    Approve,
}
