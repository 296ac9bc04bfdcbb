//! Twice is once, and the order in which files come decides no figure.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use subsidy_ledger::{Ledger, Opening};
use subsidyd::intake::Became;

use crate::support::figures::Figures;
use crate::support::receipt::{Receipt, take};
use crate::support::shuffle::shuffle;
use crate::support::year::copy_of_the_year;
use crate::support::{files_below, fixtures};

fn inbox() -> PathBuf {
    fixtures().join("inbox")
}

/// The year taken in by some seventy calls, its files in the order of a seed; an officer decides on what waits, so after it came.
fn scattered(seed: u64) -> Figures {
    let mut files = files_below(&inbox());
    shuffle(&mut files, seed);
    files.sort_by_key(|file| file.to_string_lossy().contains("besluiten-"));
    let receipt = Receipt::empty();
    let calls = files.chunks(7);
    assert!(calls.len() >= 60);
    calls.for_each(|call| receipt.take(call));
    receipt.figures()
}

/// The year taken in by one call.
fn at_once() -> Figures {
    let receipt = Receipt::empty();
    receipt.take(&[inbox()]);
    receipt.figures()
}

#[test]
fn files_that_come_in_scattered_give_the_figures_of_one_call() {
    let once = at_once();
    assert!(once.realised.len() > 1_000, "{} figures", once.realised.len());
    for seed in [2023, 8987, 3145] {
        assert_eq!(
            once.differences(&scattered(seed)),
            Vec::<String>::new(),
            "seed {seed}"
        );
    }
}

#[test]
fn one_call_gives_one_log_in_whatever_order_its_files_are_named() {
    let mut files = files_below(&inbox());
    let root_of = |files: &[PathBuf]| {
        let receipt = Receipt::empty();
        receipt.take(files);
        receipt.ledger.head().expect("a head")
    };
    let sorted = root_of(&files);
    shuffle(&mut files, 1);
    assert_eq!(sorted, root_of(&files));
}

#[test]
fn everything_taken_in_a_second_time_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = copy_of_the_year(folder.path());
    let ledger = Arc::new(Ledger::open(&path, Opening::Existing).expect("the ledger"));
    let before = ledger.head().expect("a head");
    let copies = renamed(folder.path());
    let summary = take(&ledger, &[inbox(), copies]);
    assert_eq!(ledger.head().expect("a head"), before);
    assert_eq!(summary.files.len(), 2 * files_below(&inbox()).len());
    let new: Vec<_> = summary
        .files
        .iter()
        .filter(|file| file.became != Became::Repeated)
        .collect();
    assert!(new.is_empty(), "{new:?}");
}

/// The same contents under other names.
fn renamed(folder: &Path) -> PathBuf {
    let copies = folder.join("copies");
    std::fs::create_dir(&copies).expect("a folder");
    for (number, file) in files_below(&inbox()).iter().enumerate() {
        std::fs::copy(file, copies.join(format!("copy-{number}"))).expect("a copy");
    }
    copies
}
