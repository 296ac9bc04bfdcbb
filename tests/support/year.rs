//! The fixture year, replayed once for all tests of this process.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use subsidy_domain::recorded::Recorded;
use subsidy_ledger::{Ledger, Opening};
use subsidyd::intake::{FileReport, Summary};
use subsidyd::{demo, projection};

use super::fixtures;

/// The year in a ledger that nobody writes to any more.
pub(crate) struct Year {
    /// The ledger, open for reading.
    pub(crate) ledger: Ledger,
    /// Its file: complete, without a write-ahead log.
    pub(crate) path: PathBuf,
    /// What became of each file.
    pub(crate) summary: Summary,
    /// Held until the process ends, so that another run of these tests waits instead of overwriting the file.
    _alone: File,
}

impl Year {
    /// What became of each file of the inbox, which the manifest is about; the rest is what the finance office and its bank did.
    pub(crate) fn inbox(&self) -> impl Iterator<Item = (&Path, &FileReport)> {
        let inbox = fixtures().join("inbox");
        let files = self.summary.files.iter();
        files.filter_map(move |file| Some((file.path.strip_prefix(&inbox).ok()?, file)))
    }
}

/// Returns the year, replayed by whoever asks first.
pub(crate) fn year() -> &'static Year {
    static YEAR: OnceLock<Year> = OnceLock::new();
    YEAR.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let alone = File::create(folder.join("year.lock")).expect("a lock file");
        alone.lock().expect("no other run");
        let path = folder.join("year.db");
        for end in ["", "-wal", "-shm"] {
            fs::remove_file(folder.join(format!("year.db{end}"))).ok();
        }
        let (summary, _) = replay(&path, &fixtures());
        let ledger = Ledger::open_read_only(&path).expect("the ledger opens");
        Year {
            ledger,
            path,
            summary,
            _alone: alone,
        }
    })
}

/// Replays a fixture year into a new ledger.
pub(crate) fn replay(path: &Path, fixtures: &Path) -> (Summary, Date) {
    let ledger = Arc::new(Ledger::open(path, Opening::Create).expect("a ledger"));
    demo::replay(&ledger, fixtures, &mut |_| {}).expect("the year replays")
}

/// Makes a fixture year of the days up to and including one.
pub(crate) fn days_until(last: Date, folder: &Path) -> PathBuf {
    fs::copy(fixtures().join("learner.key"), folder.join("learner.key")).expect("a copy");
    for (day, from) in demo::days_with_payments(&fixtures()).expect("days") {
        if day <= last {
            let to = folder.join(from.strip_prefix(fixtures()).expect("of the year"));
            fs::create_dir_all(&to).expect("a folder");
            for file in super::files_below(&from) {
                fs::copy(&file, to.join(file.file_name().expect("a name"))).expect("a copy");
            }
        }
    }
    folder.to_owned()
}

/// Copies the year's ledger to a file that a test may harm.
pub(crate) fn copy_of_the_year(folder: &Path) -> PathBuf {
    let copy = folder.join("copy.db");
    fs::copy(&year().path, &copy).expect("a copy");
    copy
}

/// Every event of a ledger, in order.
pub(crate) fn events(ledger: &Ledger) -> impl Iterator<Item = Recorded> {
    ledger
        .records(..)
        .expect("records")
        .map(|record| projection::decode(&record.expect("a record")).expect("an event of the domain"))
}
