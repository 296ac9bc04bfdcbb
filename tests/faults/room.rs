//! A real file system that is too small, and one that is read-only. Where none may be mounted, the shim stands in and the test says so.

use super::checks::{send_all_again, sound};
use super::journal::{Ack, ack};
use super::mount::Mounted;
use super::shim::Disk;
use subsidy_ledger::Ledger;

const BATCHES: u64 = 120;

fn small(disk: &Disk) -> Option<Mounted> {
    Mounted::on(&disk.folder, "size=600k", "the shim")
}

fn acks(disk: &Disk) -> Vec<Ack> {
    disk.journal().iter().filter_map(ack).collect()
}

#[test]
fn a_full_file_system_is_told_and_with_room_again_nothing_is_missing() {
    let disk = Disk::empty();
    let small = small(&disk);
    let output = match small {
        Some(_) => disk.write(2, BATCHES, &[]),
        None => disk.write(2, BATCHES, &[("FAULTS_PLAN", "write:150+:ENOSPC:half")]),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("kind: Full"),
        "{output:?}"
    );
    let before = acks(&disk);
    assert!(before.len() > 5, "{} were acknowledged", before.len());
    if let Some(small) = &small {
        // Still full: what is there can be read, and is right.
        let ledger = Ledger::open_read_only(disk.ledger()).expect("it opens");
        ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
        drop(ledger);
        small.remount("size=60m");
    }
    let ledger = sound(&disk.folder, &before).expect("sound");
    send_all_again(&ledger, &before, 2, BATCHES).expect("sent again");
}

#[test]
fn a_read_only_file_system_is_told_and_loses_nothing() {
    let disk = Disk::empty();
    let small = small(&disk);
    disk.write(1, 10, &[]);
    let before = acks(&disk);
    assert_eq!(before.len(), 10);
    let output = match &small {
        Some(small) => {
            small.remount("ro");
            disk.write(1, 12, &[])
        }
        None => disk.write(1, 12, &[("FAULTS_PLAN", "write:1+:EROFS:before")]),
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("not opened"), "{output:?}");
    if let Some(small) = &small {
        // SQLite reads a write-ahead log only where it can make the memory file beside it.
        let read = Ledger::open_read_only(disk.ledger());
        assert!(read.is_err(), "now it can be read: say so in docs/operations.md");
        small.remount("rw");
    }
    let ledger = sound(&disk.folder, &before).expect("sound");
    send_all_again(&ledger, &before, 1, 12).expect("sent again");
}
