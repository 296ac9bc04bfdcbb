//! The ledger against its peers and limits: every side in turn, round after round, each run a process of its own.

pub(crate) mod plan;
pub(crate) mod results;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bench_exchange::Paced;
use throwaway_cluster::Cluster;

use self::plan::{DATABASE, Files, Plan, Side};
use crate::machine;

/// What to compare, and where.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder of the built programs: `bench-driver`, `bench-peer`, `bench-rival` and `subsidyd`
    #[arg(long)]
    programs: PathBuf,
    /// Folder for the databases; a folder `subsidy-bench` in it is emptied before and removed afterwards
    #[arg(long)]
    dir: PathBuf,
    /// File for the results, as JSON
    #[arg(long)]
    results: Option<PathBuf>,
    /// Rounds
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Claims in the log from which reports are made
    #[arg(long, default_value_t = 100_000)]
    claims: u64,
    /// Only rows whose name contains this
    #[arg(long, default_value = "")]
    only: String,
}

/// Prepares, runs the rounds, prints the table and writes the results.
pub(crate) fn compare(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(&arguments.dir)?;
    let files = Files {
        programs: arguments.programs.canonicalize()?,
        folder: arguments.dir.canonicalize()?.join("subsidy-bench"),
        claims: arguments.claims,
    };
    if files.folder.exists() {
        std::fs::remove_dir_all(&files.folder)?;
    }
    std::fs::create_dir_all(files.folder.join("run"))?;
    let load_before = machine::load();
    let plan = Plan::of(&files, &arguments.only);
    for command in plan.preparations(&files) {
        eprintln!("preparing: {}", command.join(" "));
        let output = told(&files, &command)?;
        if !output.is_empty() {
            eprintln!("{output}");
        }
    }
    plan.check_totals(&files)?;
    let cluster = if plan.needs_server() {
        Some(Cluster::start(&["shared_buffers = 512MB", "max_wal_size = 4GB"])?)
    } else {
        None
    };
    let mut runs: BTreeMap<&str, Vec<Paced>> = BTreeMap::new();
    for round in 0..arguments.rounds {
        eprintln!(
            "round {} of {}, load {}",
            round + 1,
            arguments.rounds,
            machine::load()
        );
        let mut sides: Vec<&Side> = plan.sides.iter().collect();
        // Each is first in turn, for the disk remembers who came before.
        if !round.is_multiple_of(2) {
            sides.reverse();
        }
        for side in sides {
            let paced = run(&files, side, cluster.as_ref())?;
            eprintln!("  {:24} {}", side.name, results::per_second(paced));
            runs.entry(side.name).or_default().push(paced);
        }
    }
    let results = results::Results::of(&plan.rows, &runs, &load_before);
    results.print();
    if let Some(path) = &arguments.results {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(&results)?))?;
    }
    std::fs::remove_dir_all(&files.folder)?;
    Ok(())
}

/// Runs a side once, on fresh files.
fn run(files: &Files, side: &Side, cluster: Option<&Cluster>) -> Result<Paced, Box<dyn Error>> {
    let folder = files.folder.join("run");
    std::fs::remove_dir_all(&folder)?;
    std::fs::create_dir_all(&folder)?;
    let mut command = side.command.clone();
    if side.needs_server() {
        let cluster = cluster.ok_or("there is no server")?;
        cluster.sql("postgres", "DROP DATABASE IF EXISTS run WITH (FORCE)")?;
        cluster.sql("postgres", "CREATE DATABASE run")?;
        // What was written before is written out now, not while the next is timed.
        cluster.sql("postgres", "CHECKPOINT")?;
        for word in command.iter_mut().filter(|word| *word == DATABASE) {
            *word = cluster.url("run");
        }
    }
    let output = told(files, &command)?;
    serde_json::from_str(&output).map_err(|error| format!("{} printed {output}: {error}", side.name).into())
}

/// Runs one of the built programs and returns what it printed.
fn told(files: &Files, command: &[String]) -> Result<String, Box<dyn Error>> {
    let (program, arguments) = command.split_first().ok_or("nothing to run")?;
    let output = Command::new(program_path(&files.programs, program))
        .args(arguments)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", command.join(" "), output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// One of the built programs, or one that is installed.
fn program_path(programs: &Path, name: &str) -> PathBuf {
    let built = programs.join(name);
    if built.is_file() {
        built
    } else {
        PathBuf::from(name)
    }
}
