//! The fixture year, day by day as it came in: each folder of the inbox on its own day.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;
use subsidy_ledger::Ledger;

use crate::clock::{Clock, Moment};
use crate::intake::{Intake, IntakeError, Progress, Summary};
use crate::secret::{self, SecretError};

/// Why the year could not be replayed.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The fixture year is not there.
    #[error(
        "there is no fixture year at {path}; run from the repository, or give its folder with --fixtures"
    )]
    NoFixtures {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Its learner secret cannot be used.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// Intake stopped.
    #[error(transparent)]
    Intake(#[from] IntakeError),
}

/// Finds the days of a fixture year on which something came in: the folders of its inbox whose name is a date, in order.
///
/// # Errors
/// When there is no inbox.
pub fn days(fixtures: &Path) -> Result<Vec<(Date, PathBuf)>, DemoError> {
    dated(&fixtures.join("inbox"))
}

/// Finds the days of a fixture year on which something came in or the finance office and its bank did something. On one day the inbox
/// comes first.
///
/// # Errors
/// When there is no inbox.
pub fn days_with_payments(fixtures: &Path) -> Result<Vec<(Date, PathBuf)>, DemoError> {
    let mut days = days(fixtures)?;
    days.extend(dated(&fixtures.join("payments")).unwrap_or_default());
    days.sort();
    Ok(days)
}

fn dated(folder: &Path) -> Result<Vec<(Date, PathBuf)>, DemoError> {
    let missing = || DemoError::NoFixtures {
        path: folder.to_owned(),
    };
    let entries = std::fs::read_dir(folder).map_err(|_| missing())?;
    let mut days: Vec<(Date, PathBuf)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .collect();
    days.sort();
    if days.is_empty() { Err(missing()) } else { Ok(days) }
}

/// Replays a fixture year into a ledger, each day with the clock at nine in the morning of it. What was replayed before is skipped.
///
/// # Errors
/// See [`DemoError`].
pub fn replay(
    ledger: &Arc<Ledger>,
    fixtures: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<(Summary, Date), DemoError> {
    let secret = secret::read(&fixtures.join("learner.key"))?;
    let days = days_with_payments(fixtures)?;
    let clock_of = |day| Clock::At(Moment::morning_of(day));
    let first = days.first().map_or(Date::MIN, |(day, _)| *day);
    let mut intake = Intake::open(Arc::clone(ledger), secret, clock_of(first))?;
    let mut summary = Summary::default();
    let (mut last, of) = (first, days.len());
    for (done, (day, folder)) in days.into_iter().enumerate() {
        intake.set_clock(clock_of(day));
        summary.extend(intake.ingest(&[folder], &mut |_| {})?);
        progress(Progress { done: done + 1, of });
        last = day;
    }
    Ok((summary, last))
}
