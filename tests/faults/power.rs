//! Power cuts: what was acknowledged is on the disk, whatever the disk did with the rest.

use std::collections::BTreeSet;

use super::checks::{send_all_again, sound};
use super::cut::{Platter, Unsynced};
use super::journal::{Ack, Entry, ack};
use super::shim::Disk;
use crate::support::shuffle::next;
use crate::support::{long, quick_folder};

const THREADS: u64 = 4;
const BATCHES: u64 = 100;

/// How many cuts are tried over one run.
fn cuts() -> usize {
    if long() { 4_000 } else { 240 }
}

/// The moments at which the power is cut: before and after each of some syncs, and any others.
fn moments(journal: &[Entry], wanted: usize, seed: u64) -> BTreeSet<usize> {
    let mut state = seed;
    let mut any = |limit: usize| {
        usize::try_from(next(&mut state) % u64::try_from(limit).expect("a count")).expect("a count")
    };
    let syncs: Vec<usize> = (0..journal.len())
        .filter(|at| {
            matches!(
                journal[*at],
                Entry::Sync { .. } | Entry::SyncFolder | Entry::FailedSync { .. }
            )
        })
        .collect();
    let mut moments = BTreeSet::from([journal.len()]);
    while moments.len() < wanted.min(journal.len() / 2) {
        let around_a_sync = any(2) == 0 && !syncs.is_empty();
        let at = if around_a_sync {
            syncs[any(syncs.len())] + any(3)
        } else {
            any(journal.len())
        };
        moments.insert(at.min(journal.len()));
    }
    moments
}

/// Cuts the power at many moments of a journal; returns what did not hold, each with its moment.
fn cut_often(journal: &[Entry], wanted: usize, seed: u64, threads: u64, batches: u64) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut platter = Platter::default();
    let mut acks: Vec<Ack> = Vec::new();
    let mut played = 0;
    for (turn, moment) in moments(journal, wanted, seed).into_iter().enumerate() {
        for entry in &journal[played..moment] {
            platter.play(entry);
            acks.extend(ack(entry));
        }
        played = moment;
        let unsynced = Unsynced::ALL[turn % Unsynced::ALL.len()];
        let folder = quick_folder();
        platter.cut(
            unsynced,
            seed ^ u64::try_from(moment).expect("a count"),
            folder.path(),
        );
        let held = sound(folder.path(), &acks).and_then(|ledger| {
            if turn % 8 < 4 {
                send_all_again(&ledger, &acks, threads, batches)
            } else {
                Ok(())
            }
        });
        if let Err(why) = held {
            wrong.push(format!(
                "seed {seed}, cut at {moment} of {}, unsynced {unsynced:?}, {} acknowledged: {why}",
                journal.len(),
                acks.len()
            ));
        }
    }
    wrong
}

fn acknowledged(journal: &[Entry]) -> usize {
    journal.iter().filter_map(ack).count()
}

#[test]
fn a_power_cut_at_any_moment_leaves_all_that_was_acknowledged_whole_and_once() {
    let disk = Disk::empty();
    let output = disk.write(THREADS, BATCHES, &[]);
    assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
    let journal = disk.journal();
    assert_eq!(acknowledged(&journal), 400);
    let copied = journal.iter().any(|entry| matches!(entry, Entry::Write { name, offset, .. } if name == "ledger.db" && *offset > 200_000));
    assert!(copied, "the log was copied into the database file at least once");
    let wrong = cut_often(&journal, cuts(), 20_231, THREADS, BATCHES);
    assert!(wrong.is_empty(), "{} cuts: {}", wrong.len(), wrong.join("\n"));
}

#[test]
fn a_disk_that_does_not_sync_is_caught_by_these_cuts() {
    // All syncs; or those of the log alone, which is what `synchronous=NORMAL` leaves out.
    for dropped in ["all", "-wal"] {
        let disk = Disk::empty();
        let output = disk.write(THREADS, BATCHES, &[("FAULTS_NO_SYNC", dropped)]);
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
        let journal = disk.journal();
        let wrong = cut_often(&journal, 40, 20_232, THREADS, BATCHES);
        assert!(wrong.len() > 10, "without syncs of {dropped}: {wrong:?}");
    }
}

#[test]
fn after_a_failed_sync_nothing_more_is_acknowledged_and_what_was_survives_a_power_cut() {
    // Of the log and of the database file, early and late; the sync fails once, and the next one reports success.
    for (suffix, n) in [("-wal", 1), ("-wal", 2), ("-wal", 9), ("-wal", 60), (".db", 3)] {
        let disk = Disk::empty();
        let plan = format!("sync:{n}:EIO:before:{suffix}");
        let output = disk.write(THREADS, BATCHES, &[("FAULTS_PLAN", &plan)]);
        let said = String::from_utf8_lossy(&output.stdout);
        let journal = disk.journal();
        let failed = journal
            .iter()
            .position(|entry| matches!(entry, Entry::FailedSync { .. }))
            .unwrap_or_else(|| panic!("{plan} never came: {said}"));
        let opened = output.status.success();
        assert!(!opened || said.contains("stopped"), "{plan}: {said}");
        // Each thread may have been about to write down an acknowledgement that it had got before.
        let late = acknowledged(&journal[failed..]);
        assert!(late < 4, "{plan}: {late} were acknowledged after the failure");
        let moments = if opened { 24 } else { 6 };
        let wrong = cut_often(&journal, moments, 20_233, THREADS, BATCHES);
        assert!(wrong.is_empty(), "{plan}: {}", wrong.join("\n"));
    }
}

#[test]
fn what_a_killed_program_left_unsynced_is_synced_before_it_is_said_to_be_known() {
    let mut found = 0;
    for n in [3, 5, 8] {
        // Ended in the middle of a commit: the batch is in the log, and the log is not synced.
        let disk = Disk::empty();
        let plan = format!("sync:{n}:kill:before:-wal");
        disk.write(1, 10, &[("FAULTS_PLAN", &plan)]);
        // Another program finds the batch there, and is told so: known, recorded before.
        let output = disk.write(1, n, &[]);
        assert!(output.status.success() && output.stdout.is_empty(), "{output:?}");
        let journal = disk.journal();
        let mut platter = Platter::default();
        let mut acks = Vec::new();
        for entry in &journal {
            platter.play(entry);
            acks.extend(ack(entry));
            if ack(entry).is_none() {
                continue;
            }
            found += 1;
            let folder = quick_folder();
            platter.cut(Unsynced::Dropped, 0, folder.path());
            if let Err(why) = sound(folder.path(), &acks) {
                panic!("{plan}: after {} acknowledgements: {why}", acks.len());
            }
        }
    }
    assert!(found > 20);
}
