//! Every single write and sync fails, in each way; whoever repeats the batch with its key does no harm.

use std::sync::Mutex;

use super::checks::{send_all_again, sound};
use super::journal::{Ack, Entry, ack};
use super::shim::Disk;
use acceptance::load::SOURCE;

const BATCHES: u64 = 6;

/// The steps of a run in which nothing fails: whether each is a write.
fn steps() -> Vec<bool> {
    let disk = Disk::empty();
    let output = disk.write(1, BATCHES, &[]);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    disk.journal()
        .iter()
        .filter(|entry| ack(entry).is_none())
        .filter_map(|entry| match entry {
            Entry::Create { name, .. } if name == "acks" => None,
            Entry::Sync { .. } | Entry::SyncFolder | Entry::FailedSync { .. } => Some(false),
            Entry::Create { .. }
            | Entry::Write { .. }
            | Entry::Resize { .. }
            | Entry::Rename { .. }
            | Entry::Unlink { .. } => Some(true),
        })
        .collect()
}

/// What came of the batches that were not acknowledged.
#[derive(Debug, Default)]
struct Outcome {
    kept: usize,
    not_kept: usize,
}

/// Runs with something failing, then repeats all that was sent.
fn fail_and_repeat(plan: &str) -> Outcome {
    let disk = Disk::empty();
    let output = disk.write(1, BATCHES, &[("FAULTS_PLAN", plan)]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        matches!(output.status.code(), Some(0 | 3)) || plan.contains("kill"),
        "{plan} ended the program: {output:?}"
    );
    let acks: Vec<Ack> = disk.journal().iter().filter_map(ack).collect();
    let ledger = sound(&disk.folder, &acks).unwrap_or_else(|why| panic!("{plan}: {why}\n{said}"));
    let mut outcome = Outcome::default();
    for n in 0..BATCHES {
        if acks.iter().all(|ack| ack.n != n) {
            match ledger
                .lookup(SOURCE, &acceptance::load::key(0, n))
                .expect("a key")
            {
                Some(_) => outcome.kept += 1,
                None => outcome.not_kept += 1,
            }
        }
    }
    send_all_again(&ledger, &acks, 1, BATCHES).unwrap_or_else(|why| panic!("{plan}: {why}\n{said}"));
    outcome
}

/// Does all of some work, on two threads.
fn all(plans: &[String]) -> Vec<Outcome> {
    let outcomes = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for half in plans.chunks(plans.len().div_ceil(2)) {
            let outcomes = &outcomes;
            scope.spawn(move || {
                for plan in half {
                    let outcome = fail_and_repeat(plan);
                    outcomes.lock().expect("outcomes").push(outcome);
                }
            });
        }
    });
    outcomes.into_inner().expect("outcomes")
}

#[test]
fn every_write_and_sync_that_fails_kept_or_not_is_harmless_to_repeat() {
    let steps = steps();
    assert!(steps.len() > 60, "{} steps", steps.len());
    let plans: Vec<String> = (1..)
        .zip(&steps)
        .flat_map(|(n, is_write)| {
            let ways: &[&str] = if *is_write {
                &["before", "after", "half"]
            } else {
                &["before", "after"]
            };
            let alone = ways.iter().map(move |way| format!("step:{n}:EIO:{way}"));
            // Killed before it can take back what it was told that failed: the next program finds it.
            let then_killed = format!("step:{n}:EIO:after,step:{}:kill:before", n + 1);
            alone.chain([then_killed])
        })
        .collect();
    let outcomes = all(&plans);
    // Both ways to fail were met: without them this test would show nothing.
    assert!(
        outcomes.iter().any(|outcome| outcome.kept > 0),
        "kept but reported as failed"
    );
    assert!(outcomes.iter().any(|outcome| outcome.not_kept > 0), "not kept");
}

#[test]
fn a_program_killed_at_every_write_and_sync_leaves_nothing_that_cannot_be_repeated() {
    let steps = steps();
    for n in (1..=steps.len()).step_by(2) {
        let disk = Disk::empty();
        let plan = format!("step:{n}:kill:{}", if n % 4 == 1 { "half" } else { "after" });
        let output = disk.write(1, BATCHES, &[("FAULTS_PLAN", &plan)]);
        assert_eq!(output.status.code(), None, "{plan}: {output:?}");
        let acks: Vec<Ack> = disk.journal().iter().filter_map(ack).collect();
        let ledger = sound(&disk.folder, &acks).unwrap_or_else(|why| panic!("{plan}: {why}"));
        send_all_again(&ledger, &acks, 1, BATCHES).unwrap_or_else(|why| panic!("{plan}: {why}"));
    }
}

#[test]
fn a_disk_that_stays_full_from_any_write_on_loses_nothing_that_was_acknowledged() {
    let steps = steps();
    let plans: Vec<String> = (1..=steps.len())
        .step_by(3)
        .flat_map(|n| ["before", "half"].map(|way| format!("write:{n}+:ENOSPC:{way}")))
        .collect();
    all(&plans);
}

#[test]
fn a_disk_that_was_full_once_is_written_to_again() {
    // No room is no failing disk: what was begun is taken back, and the next append goes on.
    let disk = Disk::empty();
    let output = disk.write(1, 40, &[("FAULTS_PLAN", "write:60:ENOSPC:before")]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("kind: Full") && !said.contains("stopped"), "{said}");
    let journal = disk.journal();
    assert!(journal.iter().filter_map(ack).any(|ack| ack.n < 20));
    let acks: Vec<Ack> = journal.iter().filter_map(ack).collect();
    let ledger = sound(&disk.folder, &acks).expect("sound");
    send_all_again(&ledger, &acks, 1, 40).expect("sent again");
}

#[test]
fn a_disk_that_became_read_only_is_told_and_loses_nothing() {
    let disk = Disk::empty();
    disk.write(1, BATCHES, &[]);
    let before: Vec<Ack> = disk.journal().iter().filter_map(ack).collect();
    for plan in [
        "write:1+:EROFS:before",
        "write:1+:EROFS:before:-wal",
        "write:1+:EROFS:before:.db",
    ] {
        let output = disk.write(1, BATCHES + 2, &[("FAULTS_PLAN", plan)]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            plan.ends_with(".db") || said.contains("failed") || said.contains("not opened"),
            "{plan}: {said}"
        );
        assert!(matches!(output.status.code(), Some(0 | 3)), "{plan}: {output:?}");
    }
    let ledger = sound(&disk.folder, &before).expect("sound");
    send_all_again(&ledger, &before, 1, BATCHES + 2).expect("sent again");
}
