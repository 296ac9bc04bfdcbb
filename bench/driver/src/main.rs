//! Measures the intake of a year of invoices against stock cqrs-es on sqlite-es and against its limit, the ledger itself against
//! its peers and theirs, and the payment run and the bank's statement against themselves at a tenth of the lines.

mod compare;
mod files;
mod ledger;
mod limit;
mod machine;
mod money;
mod ours;
mod prepare;
mod rules;
mod script;
mod sides;
mod table;

use std::error::Error;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use subsidyd::intake::Upkeep;

/// Measures the intake of a year of invoices against stock cqrs-es on sqlite-es and against its limit
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Prepare, run all sides in turn, and print the table
    #[command(args_override_self = true)]
    Compare(compare::Arguments),
    /// Compare the ledger with stock cqrs-es, doubleentry, plain-text accounting and raw limits, and print the table
    #[command(args_override_self = true)]
    Ledger(ledger::Arguments),
    /// Compare the invoice rules with the official ones run by SaxonC, and print the table
    #[command(args_override_self = true)]
    Rules(rules::Arguments),
    /// Measure payment run and statement of the bank over few and over many lines, and print the table
    #[command(args_override_self = true)]
    Money(money::Arguments),
    /// One step of that, in the folder of a run
    MoneyStep {
        folder: PathBuf,
        step: money::Step,
        lines: u64,
    },
    /// Judge the files of a list, over and over, and print how long it took
    Judge {
        /// A file with a path a line
        list: PathBuf,
        /// As how many each is counted
        #[arg(long, default_value_t = 1)]
        worth: u64,
    },
    /// One run of a side of that comparison
    Side(sides::Arguments),
    /// Make a ledger of so many bookings on budget lines
    PrepareBooked { at: PathBuf, count: u64 },
    /// Make a ledger of so many claims, and the same claims as a journal and beside it one for tackler; prints the last position
    PrepareClaims {
        at: PathBuf,
        journal: PathBuf,
        claims: u64,
    },
    /// Run a program and print how long it took and its peak memory
    Timed {
        /// What it has to do, counted
        #[arg(long)]
        count: u64,
        /// File for what it prints
        #[arg(long)]
        out: PathBuf,
        program: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Make what the sides start from
    Prepare {
        /// Folder of the fixture year
        fixtures: PathBuf,
        /// Empty folder for what is prepared
        folder: PathBuf,
    },
    /// One run of the intake, in a folder of its own beside what is prepared
    Ours {
        fixtures: PathBuf,
        prepared: PathBuf,
        folder: PathBuf,
        /// Leave the views to another
        #[arg(long)]
        recorded: bool,
    },
    /// One run of the limit, in a folder of its own beside what is prepared
    Limit { prepared: PathBuf, folder: PathBuf },
    /// Run a program and print its peak memory in KiB
    Memory {
        program: PathBuf,
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    let measured = match Arguments::parse().what {
        What::Compare(arguments) => return compare::compare(&arguments),
        What::Ledger(arguments) => return ledger::compare(&arguments),
        What::Rules(arguments) => return rules::compare(&arguments),
        What::Money(arguments) => return money::compare(&arguments),
        What::MoneyStep { folder, step, lines } => return printed(money::run(&folder, step, lines)?),
        What::Judge { list, worth } => return printed(rules::judge(&list, worth)?),
        What::Side(arguments) => return printed(sides::run(&arguments)?),
        What::PrepareBooked { at, count } => return sides::prepare_booked(&at, count),
        What::PrepareClaims { at, journal, claims } => {
            sides::journals(&journal, claims)?;
            println!("{}", sides::prepare_claims(&at, claims)?);
            return Ok(());
        }
        What::Timed {
            count,
            out,
            program,
            arguments,
        } => return printed(machine::timed(count, &out, &program, &arguments)?),
        What::Prepare { fixtures, folder } => return prepare::prepare(&fixtures, &folder),
        What::Memory { program, arguments } => {
            println!("{}", machine::peak_kib(&program, &arguments)?);
            return Ok(());
        }
        What::Ours {
            fixtures,
            prepared,
            folder,
            recorded,
        } => {
            let upkeep = if recorded {
                Upkeep::Elsewhere
            } else {
                Upkeep::Beside
            };
            ours::run(&fixtures, &prepared, &folder, upkeep)?
        }
        What::Limit { prepared, folder } => limit::run(&prepared, &folder)?,
    };
    printed(measured)
}

fn printed(measured: impl serde::Serialize) -> Result<(), Box<dyn Error>> {
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
