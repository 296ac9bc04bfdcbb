//! What the machine says of itself and of a program that ran on it.

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use bench_exchange::Paced;
use nix::sys::resource::{UsageWho, getrusage};

/// Runs a program in silence and returns its peak memory in KiB. Nothing else may have been run by this process.
pub(crate) fn peak_kib(program: &Path, arguments: &[String]) -> Result<i64, Box<dyn Error>> {
    let status = Command::new(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("{} ended with {status}", program.display()).into());
    }
    // In KiB on Linux, in bytes on macOS.
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss();
    Ok(if cfg!(target_os = "macos") {
        peak / 1024
    } else {
        peak
    })
}

/// Runs a program, what it prints going to a file, and returns how long it took and its peak memory. Nothing else may have been
/// run by this process.
pub(crate) fn timed(
    count: u64,
    out: &Path,
    program: &Path,
    arguments: &[String],
) -> Result<Paced, Box<dyn Error>> {
    let start = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .stdout(File::create(out)?)
        .stderr(Stdio::null())
        .status()?;
    let micros = u64::try_from(start.elapsed().as_micros())?;
    // Findings of a report are no failure.
    if !matches!(status.code(), Some(0 | 3)) {
        return Err(format!("{} {arguments:?} ended with {status}", program.display()).into());
    }
    let peak = u64::try_from(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss())?;
    Ok(Paced {
        count,
        micros,
        peak_kib: if cfg!(target_os = "macos") {
            peak / 1024
        } else {
            peak
        },
    })
}

/// Returns the load averages as the system writes them.
pub(crate) fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .map(|text| text.split(' ').take(3).collect::<Vec<_>>().join(" "))
        .unwrap_or_else(|_| "unknown".to_owned())
}

/// Returns the name of the processor.
pub(crate) fn processor() -> String {
    std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let name = text.lines().find(|line| line.starts_with("model name"))?;
            Some(name.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| "unknown".to_owned())
}

/// Returns how many threads can run at once.
pub(crate) fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
