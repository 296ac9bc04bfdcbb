//! Programs are killed at any moment while others go on: what was acknowledged is there, whole and once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use subsidy_ledger::Ledger;
use subsidyd::projection;

use super::stores::Place;
use crate::support::figures::{Figures, claims};
use crate::support::fund::{BRIN, IBAN};
use crate::support::long;
use crate::support::papers::{SCHOOL, exam, exam_tariff, exam_type, invoice, pass, payee, results, terms};
use crate::support::receipt::no_pair_twice;
use crate::support::shuffle::{next, shuffle};

/// How many clients take in files at the same time.
const CLIENTS: usize = 4;
/// How many invoices there are, of so many lines each.
const INVOICES: usize = 12;
const LINES: usize = 4;

/// How many programs are killed.
fn kills() -> usize {
    if long() { 1_000 } else { 50 }
}

/// The seed of a run: `SUBSIDY_SEED`, or always the same.
fn seed() -> u64 {
    std::env::var("SUBSIDY_SEED").map_or(20_231, |seed| seed.parse().expect("a number"))
}

/// The papers of a small fund. Each line of an invoice has a result, and every second one is asked again by the next invoice.
fn papers(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<(String, Vec<u8>)> = vec![
        ("terms.csv".to_owned(), terms("MBO_EXAM")),
        ("tariff.csv".to_owned(), exam_tariff()),
        ("type.csv".to_owned(), exam_type("PA-1", "")),
        ("payee.csv".to_owned(), payee(SCHOOL, BRIN, IBAN)),
    ];
    for n in 0..INVOICES {
        let learner = |line: usize| n * LINES + line;
        let rows: Vec<String> = (0..LINES)
            .map(|line| {
                let (result, candidate) = (format!("R-{}", learner(line)), format!("K-{}", learner(line)));
                pass(&result, &candidate, "PA-1", "2023-03-15", BRIN)
            })
            .collect();
        files.push((format!("results-{n}.csv"), results(&rows)));
        let lines: Vec<_> = (0..LINES)
            .map(|line| {
                let learner = if line % 2 == 1 {
                    learner(line)
                } else {
                    learner(line).saturating_sub(LINES - 1)
                };
                exam(
                    "PA-1",
                    &format!("K-{learner}"),
                    &format!("R-{learner}"),
                    "2023-03-15",
                )
            })
            .collect();
        let number = format!("F-{n}").leak();
        files.push((format!("invoice-{n}.xml"), invoice(number, lines).xml()));
    }
    files
        .into_iter()
        .map(|(name, bytes)| {
            let path = folder.join(name);
            std::fs::write(&path, bytes).expect("a file");
            path
        })
        .collect()
}

/// Runs `subsidyd ingest` on files, kills it after a while if that is asked; tells whether it acknowledged them, and whether it was killed.
fn ingest(place: &dyn Place, files: &[PathBuf], kill_after: Option<Duration>) -> (bool, bool) {
    let mut child = super::stores::ingest(place)
        .args(files)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    if let Some(after) = kill_after {
        std::thread::sleep(after);
        child.kill().expect("a signal");
    }
    let output = child.wait_with_output().expect("it ends");
    match output.status.code() {
        Some(0 | 3) => (true, false),
        None => (false, true),
        Some(code) => panic!("ended with {code}: {}", String::from_utf8_lossy(&output.stderr)),
    }
}

/// Takes in all files by several clients at once, and kills their programs at random moments; returns how many were killed.
fn take_in_and_kill(place: &dyn Place, files: &[PathBuf], life: Duration, seed: u64, most: usize) -> usize {
    let killed = Mutex::new(0);
    std::thread::scope(|scope| {
        for (client, files) in files.chunks(files.len().div_ceil(CLIENTS)).enumerate() {
            let killed = &killed;
            let mut state = seed ^ (u64::try_from(client).expect("a count") << 32);
            scope.spawn(move || {
                let mut waiting: Vec<PathBuf> = files.to_vec();
                while let Some(file) = waiting.pop() {
                    let mut call = vec![file];
                    let more = usize::try_from(next(&mut state) % 3).expect("a count");
                    call.extend(waiting.drain(waiting.len().saturating_sub(more)..));
                    let wanted =
                        !next(&mut state).is_multiple_of(3) && *killed.lock().expect("a count") < most;
                    let micros = u64::try_from(life.as_micros()).expect("a moment").max(1);
                    let after = Duration::from_micros(next(&mut state) % micros);
                    let (acknowledged, was_killed) = ingest(place, &call, wanted.then_some(after));
                    if was_killed {
                        *killed.lock().expect("a count") += 1;
                    }
                    if !acknowledged {
                        waiting.extend(call);
                    }
                }
            });
        }
    });
    killed.into_inner().expect("a count")
}

pub(super) fn programs_killed_at_any_moment_lose_double_and_halve_nothing(place: &dyn Place) {
    let (seed, wanted) = (seed(), kills());
    println!("SUBSIDY_SEED={seed}");
    let paper = place.folder().join("papers");
    std::fs::create_dir(&paper).expect("a folder");
    let mut files = papers(&paper);
    let key = |place: &dyn Place| {
        crate::support::learner_key(&place.folder().join("learner.key"));
    };
    // The measure: the same files, in one call, with nobody killed.
    let calm = place.another();
    key(calm.as_ref());
    let (last, others) = files.split_last().expect("files");
    ingest(calm.as_ref(), others, None);
    // Kills are spread over as long as a program lives: this long, and longer with others beside it.
    let begun = Instant::now();
    ingest(calm.as_ref(), std::slice::from_ref(last), None);
    let life = begun.elapsed() * 2;
    let expected = calm.open();
    assert_eq!(claims(&expected).len(), INVOICES * LINES);

    let mut killed = 0;
    let mut round = 0_u64;
    while killed < wanted {
        round += 1;
        shuffle(&mut files, seed ^ round);
        let stormy = place.another();
        key(stormy.as_ref());
        killed += take_in_and_kill(
            stormy.as_ref(),
            &files,
            life,
            seed.wrapping_add(round),
            wanted - killed,
        );
        holds_all(&stormy.open(), &expected, &files, round);
    }
    assert!(killed >= wanted, "{killed} were killed");
}

/// Whether everything that was acknowledged, which is everything, is there once and whole.
fn holds_all(ledger: &Ledger, expected: &Ledger, files: &[PathBuf], round: u64) {
    ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
    let counted = kinds(ledger);
    for kind in ["Document", "Invoice"] {
        assert_eq!(
            counted.get(kind),
            kinds(expected).get(kind),
            "round {round}: {kind}"
        );
    }
    assert_eq!(documents(ledger).len(), files.len(), "round {round}");
    no_pair_twice(ledger);
    let lines: BTreeSet<String> = claims(ledger).into_keys().collect();
    let wanted: BTreeSet<String> = claims(expected).into_keys().collect();
    assert_eq!(lines, wanted, "round {round}: every line of every invoice");
    let waiting: Vec<_> = claims(ledger)
        .into_iter()
        .filter(|(_, row)| row.state == "parked")
        .map(|(name, row)| (name, row.reason, row.positions))
        .collect();
    assert_eq!(
        Figures::of(expected).differences(&Figures::of(ledger)),
        Vec::<String>::new(),
        "round {round}; waiting: {waiting:?}; appended in this order: {:?}",
        appended(ledger)
    );
    let rebuilt = projection::rebuild(ledger, None)
        .expect("rebuilt")
        .expect("views");
    for (name, rebuilt) in rebuilt {
        assert_eq!(rebuilt.differing, Some(0), "round {round}: {name}");
    }
}

/// Every record as its position, what it is about and what happened.
fn appended(ledger: &Ledger) -> Vec<String> {
    let records = ledger
        .records(..)
        .expect("records")
        .map(|record| record.expect("a record"));
    records
        .map(|record| format!("{} {} {}", record.position.0, record.stream, record.event_type))
        .collect()
}

fn kinds(ledger: &Ledger) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for record in ledger.records(..).expect("records") {
        let record = record.expect("a record");
        *counts.entry(record.stream.kind.as_str().to_owned()).or_default() += 1;
    }
    counts
}

/// The keys of the documents that were taken.
fn documents(ledger: &Ledger) -> BTreeSet<String> {
    ledger
        .records(..)
        .expect("records")
        .filter_map(|record| {
            let metadata = record.expect("a record").metadata;
            metadata.entries().expect("an object").remove("idempotency_key")
        })
        .collect()
}
