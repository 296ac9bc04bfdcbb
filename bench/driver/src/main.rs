//! Measures the intake of a year of invoices against stock cqrs-es on sqlite-es, and against its limit: parsing the same
//! files and inserting the same rows.

mod compare;
mod files;
mod limit;
mod machine;
mod ours;
mod prepare;
mod script;
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
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}
