//! A small fund: an empty ledger that takes in papers, one call after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::{Date, date};
use subsidy_domain::pseudonym::LearnerSecret;
use subsidy_domain::view::ClaimRow;
use subsidy_ledger::{Ledger, Opening, Position, Record};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::{FileReport, Intake, Summary};
use subsidyd::originals::Originals;
use tempfile::TempDir;

use super::figures::claims;
use super::papers::{SCHOOL, exam_tariff, exam_type, payee, terms};
use super::quick_folder;

/// The BRIN of the school.
pub(crate) const BRIN: &str = "99ZZ";
/// Its account.
pub(crate) const IBAN: &str = "NL32FIXT0090000001";

/// A fund with a ledger of its own.
pub(crate) struct Fund {
    pub(crate) ledger: Arc<Ledger>,
    intake: Intake,
    folder: TempDir,
    calls: usize,
}

impl Fund {
    /// A fund of which nothing is known yet.
    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ledger = Ledger::open(folder.path().join("fund.db"), Opening::Create).expect("a ledger");
        Self::begun(ledger, folder)
    }

    /// Such a fund in memory, where the machine has a folder there: it need not last.
    pub(crate) fn quick() -> Self {
        let folder = quick_folder();
        let ledger = Ledger::open(folder.path().join("fund.db"), Opening::Create).expect("a ledger");
        Self::begun(ledger, folder)
    }

    fn begun(ledger: Ledger, folder: TempDir) -> Self {
        let ledger = Arc::new(ledger);
        let clock = Clock::At(Moment::morning_of(date(2023, 5, 1)));
        let intake = Intake::open(Arc::clone(&ledger), secret(), clock).expect("intake");
        Self {
            ledger,
            intake,
            folder,
            calls: 0,
        }
    }

    /// A fund that pays exams `PA-1` and `PA-2` at EUR 123.50 to the school.
    pub(crate) fn open() -> Self {
        Self::empty().with_terms()
    }

    /// Such a fund in a ledger that is kept elsewhere.
    pub(crate) fn within(ledger: Ledger) -> Self {
        Self::begun(ledger, tempfile::tempdir().expect("a folder")).with_terms()
    }

    fn with_terms(mut self) -> Self {
        let fund = &mut self;
        fund.take(&[
            ("terms.csv", terms("MBO_EXAM")),
            ("tariff.csv", exam_tariff()),
            ("type-1.csv", exam_type("PA-1", "")),
            ("type-2.csv", exam_type("PA-2", "")),
            ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
        ]);
        self
    }

    /// Ends the program and starts it again: what is not in the ledger is forgotten.
    pub(crate) fn start_again(&mut self) {
        let clock = Clock::At(Moment::morning_of(date(2023, 5, 2)));
        self.intake = Intake::open(Arc::clone(&self.ledger), secret(), clock).expect("intake");
    }

    /// Lets time go on.
    pub(crate) fn on(&mut self, day: Date) {
        self.intake.set_clock(Clock::At(Moment::morning_of(day)));
    }

    /// Lets somebody hand in what comes.
    pub(crate) fn handed_in_by(&mut self, submitter: Option<&str>) {
        let submitter = submitter.map(|by| by.parse().expect("a subject"));
        self.intake.set_submitter(submitter);
    }

    /// Keeps originals from now on, in the folder that is returned.
    pub(crate) fn keeps_originals(&mut self) -> PathBuf {
        let folder = self.folder.path().join("originals");
        self.intake
            .set_originals(Some(Originals::open(&folder).expect("a store")));
        folder
    }

    /// Takes in one file.
    pub(crate) fn send(&mut self, name: &str, bytes: impl Into<Vec<u8>>) -> FileReport {
        let mut summary = self.take(&[(name, bytes.into())]);
        summary.files.pop().expect("a report")
    }

    /// Takes in files by one call.
    pub(crate) fn take(&mut self, files: &[(&str, Vec<u8>)]) -> Summary {
        self.calls += 1;
        let folder = self.folder.path().join(format!("call-{}", self.calls));
        std::fs::create_dir(&folder).expect("a folder");
        for (name, bytes) in files {
            std::fs::write(folder.join(name), bytes).expect("a file");
        }
        self.take_path(folder)
    }

    /// Takes in a file or folder.
    pub(crate) fn take_path(&mut self, path: PathBuf) -> Summary {
        self.intake.ingest(&[path], &mut |_| {}).expect("taken in")
    }

    /// How many records there are.
    pub(crate) fn size(&self) -> u64 {
        self.ledger.head().expect("a head").size
    }

    /// The records after a position.
    pub(crate) fn records_after(&self, position: u64) -> Vec<Record> {
        let records = self.ledger.records(Position(position + 1)..).expect("records");
        records.map(|record| record.expect("a record")).collect()
    }

    /// A line of the school, by invoice and line id.
    pub(crate) fn line(&self, name: &str) -> ClaimRow {
        claims(&self.ledger)
            .remove(&format!("kvk:{SCHOOL}/{name}"))
            .unwrap_or_else(|| panic!("no line {name}"))
    }

    /// Where a line of the school stands, and why.
    pub(crate) fn stand(&self, name: &str) -> String {
        let row = self.line(name);
        match &row.reason {
            Some(reason) => format!("{} {}", row.state, reason.code()),
            None => row.state,
        }
    }

    /// What a line of the school earns, in cents.
    pub(crate) fn earns(&self, name: &str) -> i64 {
        self.line(name).award.map_or(0, |award| award.amount.cents())
    }

    /// Every byte that the ledger has on disk.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        bytes_of(&self.folder.path().join("fund.db"))
    }
}

/// Every byte that a ledger has on disk, with what is in its write-ahead log.
pub(crate) fn bytes_of(database: &Path) -> Vec<u8> {
    let mut bytes = std::fs::read(database).expect("the ledger's file");
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    bytes.extend(std::fs::read(log).unwrap_or_default());
    bytes
}

/// Whether a text occurs in bytes.
pub(crate) fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The small fund's secret.
pub(crate) fn secret() -> LearnerSecret {
    LearnerSecret::new([7; 32])
}
