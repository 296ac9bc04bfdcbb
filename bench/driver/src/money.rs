//! The payment run and the statement of the bank: whether they stay linear in the lines they pay, and what memory they take.

mod fund;

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use bench_exchange::{Paced, copy_prepared};
use clap::ValueEnum;
use nix::sys::resource::{UsageWho, getrusage};
use subsidy_ledger::{Ledger, Opening};
use subsidyd::intake::Became;

use crate::ledger::plan::{Measure, Row};
use crate::ledger::results::Results;
use crate::machine;

/// What to compare, and where.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Folder for the ledgers; a folder `money-bench` in it is emptied before and removed afterwards
    #[arg(long)]
    dir: PathBuf,
    /// File for the results, as JSON
    #[arg(long)]
    results: Option<PathBuf>,
    /// Rounds
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Lines of the large ledger; the small one has a tenth
    #[arg(long, default_value_t = 100_000)]
    lines: u64,
}

/// What is timed, or made ready for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// A payment run over all that is approved
    Propose,
    /// Its release, and the statement that books it: made ready, not timed
    Release,
    /// That statement
    Bank,
}

/// To whom the lines of a ledger are paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Payees {
    /// Each line to another payee
    Each,
    /// All to 33 schools
    Schools,
}

const ROWS: [Row; 8] = [
    rate(
        "payment run, a payee each: a line of many / of few",
        "each-many-propose",
        "each-few-propose",
    ),
    rate(
        "payment run, 33 payees: a line of many / of few",
        "schools-many-propose",
        "schools-few-propose",
    ),
    rate(
        "statement, an entry each: a line of many / of few",
        "each-many-bank",
        "each-few-bank",
    ),
    rate(
        "statement, 33 entries: a line of many / of few",
        "schools-many-bank",
        "schools-few-bank",
    ),
    memory(
        "payment run of many, a payee each, under 1 GiB",
        "each-many-propose",
    ),
    memory(
        "payment run of many, 33 payees, under 1 GiB",
        "schools-many-propose",
    ),
    memory("statement of many entries, under 1 GiB", "each-many-bank"),
    memory("statement of 33 entries, under 1 GiB", "schools-many-bank"),
];

/// The cost of a line may grow by a fifth at most.
const fn rate(name: &'static str, ours: &'static str, theirs: &'static str) -> Row {
    Row {
        name,
        ours,
        theirs,
        measure: Measure::Rate,
        goal: Some(83),
    }
}

const fn memory(name: &'static str, ours: &'static str) -> Row {
    Row {
        name,
        ours,
        theirs: "",
        measure: Measure::Below { kib: 1_024 * 1_024 },
        goal: Some(100),
    }
}

/// The ledgers, each with the names of its timed steps.
const LEDGERS: [(Payees, bool, [&str; 2]); 4] = [
    (Payees::Each, false, ["each-few-propose", "each-few-bank"]),
    (Payees::Each, true, ["each-many-propose", "each-many-bank"]),
    (
        Payees::Schools,
        false,
        ["schools-few-propose", "schools-few-bank"],
    ),
    (
        Payees::Schools,
        true,
        ["schools-many-propose", "schools-many-bank"],
    ),
];

/// Makes the ledgers, runs the rounds, prints the table and writes the results.
pub(crate) fn compare(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let folder = arguments.dir.join("money-bench");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let load_before = machine::load();
    let mut runs: BTreeMap<&str, Vec<Paced>> = BTreeMap::new();
    let of = |is_large: bool| {
        if is_large {
            arguments.lines
        } else {
            arguments.lines / 10
        }
    };
    let prepared = |names: [&str; 2]| folder.join(names.concat()).with_extension("db");
    for (payees, is_large, names) in LEDGERS {
        eprintln!("preparing {} approved lines, {payees:?}", of(is_large));
        fund::prepare(&prepared(names), of(is_large), payees)?;
    }
    for round in 0..arguments.rounds {
        eprintln!(
            "round {} of {}, load {}",
            round + 1,
            arguments.rounds,
            machine::load()
        );
        let mut ledgers = LEDGERS;
        if !round.is_multiple_of(2) {
            ledgers.reverse();
        }
        for (_, is_large, names) in ledgers {
            let (run, lines) = (folder.join("run"), of(is_large));
            std::fs::create_dir_all(&run)?;
            copy_prepared(&prepared(names), &run.join(LEDGER))?;
            let proposed = told(&run, Step::Propose, lines)?;
            told(&run, Step::Release, lines)?;
            let booked = told(&run, Step::Bank, lines)?;
            for (name, paced) in names.into_iter().zip([proposed, booked]) {
                let (micros, mib) = (paced.micros / lines.max(1), paced.peak_kib / 1_024);
                eprintln!("  {name:24} {micros} µs a line, {mib} MiB");
                runs.entry(name).or_default().push(paced);
            }
            std::fs::remove_dir_all(&run)?;
        }
    }
    let results = Results::of(&ROWS, &runs, &load_before);
    results.print();
    if let Some(path) = &arguments.results {
        std::fs::write(path, format!("{}\n", serde_json::to_string_pretty(&results)?))?;
    }
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

const LEDGER: &str = "ledger.db";
const STATEMENT: &str = "statement.xml";

/// Runs a step as a process of its own, whose memory is then its own too.
fn told(folder: &Path, step: Step, lines: u64) -> Result<Paced, Box<dyn Error>> {
    let step = step.to_possible_value().ok_or("a step has a name")?;
    let output = Command::new(std::env::current_exe()?)
        .arg("money-step")
        .arg(folder)
        .arg(step.get_name())
        .arg(lines.to_string())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", step.get_name(), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Takes a step over so many lines in the folder of a run.
pub(crate) fn run(folder: &Path, step: Step, lines: u64) -> Result<Paced, Box<dyn Error>> {
    let ledger = Arc::new(Ledger::open(folder.join(LEDGER), Opening::Existing)?);
    let mut intake = fund::open_intake(&ledger)?;
    let file = match step {
        Step::Propose => fund::batch_step(folder, "voorstel", "payer-1")?,
        Step::Release => fund::batch_step(folder, "vrijgave", "payer-2")?,
        Step::Bank => folder.join(STATEMENT),
    };
    let start = Instant::now();
    let summary = intake.ingest(&[file], &mut |_| {})?;
    let micros = u64::try_from(start.elapsed().as_micros())?;
    for report in &summary.files {
        if report.became != Became::Taken || !report.refused_rows.is_empty() {
            return Err(format!("{step:?} was not taken: {report:?}").into());
        }
    }
    fund::check(&ledger, step, lines)?;
    if step == Step::Release {
        fund::write_statement(&ledger, &folder.join(STATEMENT))?;
    }
    Ok(Paced {
        count: lines,
        micros,
        peak_kib: u64::try_from(getrusage(UsageWho::RUSAGE_SELF)?.max_rss())?,
    })
}
