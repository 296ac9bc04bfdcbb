//! The comparison: every side in turn, round after round, each run a process of its own with fresh files.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bench_exchange::Measured;

use crate::files::{PEER, SCRIPT};
use crate::machine;
use crate::table::{Pace, rates, ratios};

/// What to compare, and where.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The peer's program
    #[arg(long)]
    peer: PathBuf,
    /// The product's program
    #[arg(long)]
    subsidyd: PathBuf,
    /// Folder of the fixture year
    #[arg(long)]
    fixtures: PathBuf,
    /// Folder for the databases; a folder `subsidy-bench` in it is emptied before and removed afterwards
    #[arg(long)]
    dir: PathBuf,
    /// Rounds
    #[arg(long, default_value_t = 7)]
    rounds: usize,
}

/// One round: each side once.
struct Round {
    ours: Measured,
    recorded: Measured,
    peer: Measured,
    peer_full: Measured,
    peer_view: Measured,
    limit: Measured,
}

/// Prepares, runs the rounds and prints the table.
pub(crate) fn compare(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let (driver, fixtures) = (std::env::current_exe()?, arguments.fixtures.canonicalize()?);
    std::fs::create_dir_all(&arguments.dir)?;
    let files = arguments.dir.canonicalize()?.join("subsidy-bench");
    let (prepared, folder) = (files.join("prepared"), files.join("run"));
    fresh(&files)?;
    fresh(&prepared)?;
    let load_before = machine::load();
    done(Command::new(&driver).arg("prepare").args([&fixtures, &prepared]))?;
    done(
        Command::new(&arguments.peer)
            .arg("prepare")
            .args([&prepared.join(SCRIPT), &prepared.join(PEER)]),
    )?;

    let ours = |variant: Option<&str>| {
        fresh(&folder)?;
        let paths = [&fixtures, &prepared, &folder];
        measured(Command::new(&driver).arg("ours").args(paths).args(variant))
    };
    let limit = || {
        fresh(&folder)?;
        measured(Command::new(&driver).arg("limit").args([&prepared, &folder]))
    };
    let peer = |variant: Option<&str>| {
        fresh(&folder)?;
        let paths = [prepared.join(SCRIPT), prepared.join(PEER), folder.join("peer.db")];
        measured(Command::new(&arguments.peer).arg("run").args(paths).args(variant))
    };
    let mut rounds = Vec::with_capacity(arguments.rounds);
    for number in 1..=arguments.rounds {
        eprintln!("round {number} of {}, load {}", arguments.rounds, machine::load());
        rounds.push(Round {
            ours: ours(None)?,
            peer: peer(None)?,
            limit: limit()?,
            recorded: ours(Some("--recorded"))?,
            peer_full: peer(Some("--full"))?,
            peer_view: peer(Some("--views"))?,
        });
    }
    fresh(&folder)?;
    let peak = peak_of_demo(&driver, &arguments.subsidyd, &fixtures, &folder.join("demo.db"))?;
    print(&rounds, peak, &load_before)?;
    std::fs::remove_dir_all(&files)?;
    Ok(())
}

fn print(rounds: &[Round], peak_kib: u64, load_before: &str) -> Result<(), Box<dyn Error>> {
    let first = rounds.first().ok_or("no rounds")?;
    for round in rounds {
        for (side, run) in [
            ("intake", &round.recorded),
            ("peer", &round.peer),
            ("peer", &round.peer_full),
            ("limit", &round.limit),
        ] {
            if run.events != first.ours.events {
                let message = format!(
                    "the {side} wrote {:?}, and we {:?}: nothing to compare",
                    run.events, first.ours.events
                );
                return Err(message.into());
            }
        }
    }
    let whole: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.ours)).collect();
    let recorded: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.recorded)).collect();
    let peer: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.peer)).collect();
    let full: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.peer_full)).collect();
    let view: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.peer_view)).collect();
    let limit: Vec<Pace> = rounds.iter().map(|round| Pace::whole(&round.limit)).collect();
    let rate = |paces: &[Pace]| -> Vec<u64> { paces.iter().map(|pace| pace.rate()).collect() };
    let ratio = |ours: &[Pace], theirs: &[Pace]| -> Vec<u64> {
        ours.iter()
            .zip(theirs)
            .map(|(ours, theirs)| ours.hundredths_of(*theirs))
            .collect()
    };

    println!(
        "{} claims, {} events, {} rounds",
        first.ours.claims,
        first.ours.events.values().sum::<u64>(),
        rounds.len()
    );
    println!(
        "{}, {} threads; load {load_before} before, {} after",
        machine::processor(),
        machine::cpus(),
        machine::load()
    );
    println!(
        "\n{:36} {:>9} {:>9} {:>9}",
        "claims per second", "median", "least", "most"
    );
    rates("intake, recorded (FULL)", &rate(&recorded));
    rates("intake with its nine views (FULL)", &rate(&whole));
    rates("peer, stock (NORMAL)", &rate(&peer));
    rates("peer at our durability (FULL)", &rate(&full));
    rates("peer, stock, with one view (NORMAL)", &rate(&view));
    rates("limit (FULL)", &rate(&limit));
    println!("\n{:36} {:>9} {:>9} {:>9}", "ratio", "median", "least", "most");
    ratios("recorded / peer, FULL", &ratio(&recorded, &full));
    ratios("recorded / peer, stock", &ratio(&recorded, &peer));
    ratios("recorded / limit", &ratio(&recorded, &limit));
    ratios("with nine views / peer with one", &ratio(&whole, &view));
    ratios("with nine views / peer, FULL", &ratio(&whole, &full));
    ratios("with nine views / limit", &ratio(&whole, &limit));
    ratios("limit / peer, stock", &ratio(&limit, &peer));
    ratios("limit / peer, FULL", &ratio(&limit, &full));
    println!(
        "\npeak memory of `subsidyd demo`: {} MB",
        (peak_kib * 1024).div_ceil(1_000_000)
    );
    Ok(())
}

/// In a process of its own: the peak that the system tells of is that of the largest child.
fn peak_of_demo(
    driver: &Path,
    subsidyd: &Path,
    fixtures: &Path,
    database: &Path,
) -> Result<u64, Box<dyn Error>> {
    let database = format!("sqlite:{}", database.display());
    let output = Command::new(driver)
        .arg("memory")
        .arg(subsidyd)
        .args(["--database", &database, "demo", "--fixtures"])
        .arg(fixtures)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the demonstration ended with {}", output.status).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn measured(command: &mut Command) -> Result<Measured, Box<dyn Error>> {
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?} ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn done(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = command.status()?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{command:?} ended with {status}").into())
    }
}

fn fresh(folder: &Path) -> Result<(), std::io::Error> {
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    std::fs::create_dir_all(folder)
}
