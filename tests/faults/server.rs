//! The server fails under many that append: it is killed, its disk is full, its disk fails. What was acknowledged is there afterwards.

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use acceptance::load::{self, Tally};
use subsidy_ledger::{AppendError, DynView, FollowError, Ledger, Opening, Record, StorageKind, follow};
use tempfile::TempDir;
use throwaway_cluster::Cluster;

use super::checks::{holds, send_all_again};
use super::journal::Ack;
use super::mount::Mounted;

const THREADS: u64 = 8;

fn open(cluster: &Cluster) -> Ledger {
    let location = cluster.url("postgres").parse().expect("a place");
    Ledger::open_at(&location, Opening::Create).expect("the ledger opens")
}

/// Appends by many threads, each until something fails or it is told to stop; returns what was acknowledged and how each ended.
fn append_until(ledger: &Ledger, from: &[u64], stop: &AtomicBool) -> (Vec<Ack>, Vec<AppendError>) {
    let (acks, errors) = (Mutex::default(), Mutex::default());
    thread::scope(|scope| {
        for (thread, from) in (0..).zip(from) {
            let (acks, errors): (&Mutex<Vec<Ack>>, &Mutex<Vec<AppendError>>) = (&acks, &errors);
            scope.spawn(move || {
                for n in *from.. {
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    match ledger.append(load::batch(thread, n)) {
                        Ok(at) => acks.lock().expect("a list").push(Ack {
                            thread,
                            n,
                            first: at.first.0,
                            last: at.last.0,
                        }),
                        Err(error) => {
                            errors.lock().expect("a list").push(error);
                            return;
                        }
                    }
                }
            });
        }
    });
    (
        acks.into_inner().expect("a list"),
        errors.into_inner().expect("a list"),
    )
}

/// The batch that each thread sends next: the one after its last acknowledged one.
fn next_of(acks: &[Ack]) -> Vec<u64> {
    let next = |thread| {
        let own = acks.iter().filter(|ack| ack.thread == thread);
        own.map(|ack| ack.n + 1).max().unwrap_or_default()
    };
    (0..THREADS).map(next).collect()
}

/// Waits until the server answers again.
fn answered_again(ledger: &Ledger) {
    let begun = Instant::now();
    while let Err(error) = ledger.head() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{error:?}");
        thread::sleep(Duration::from_millis(50));
    }
}

fn kill(pid: &str) {
    let status = Command::new("kill").args(["-KILL", pid]).status();
    assert!(status.expect("kill").success(), "{pid}");
}

#[test]
fn a_server_killed_while_many_append_has_all_that_was_acknowledged_when_it_is_back() {
    let mut cluster = Cluster::start(&[]).expect("a server");
    let ledger = open(&cluster);
    let mut acks = Vec::new();
    for round in 0..4_u64 {
        let from = next_of(&acks);
        let (more, errors) = thread::scope(|scope| {
            let appending = scope.spawn(|| append_until(&ledger, &from, &AtomicBool::new(false)));
            thread::sleep(Duration::from_millis(150 + 90 * round));
            if round % 2 == 0 {
                // The whole server, at once.
                cluster.kill().expect("killed");
            } else {
                // One of its processes, upon which the server ends all others and recovers.
                let pid = cluster.sql(
                    "postgres",
                    "SELECT pid FROM pg_stat_activity WHERE application_name = 'subsidyd' LIMIT 1",
                );
                kill(&pid.expect("a process"));
            }
            appending.join().expect("it ends")
        });
        assert!(
            errors
                .iter()
                .all(|error| matches!(error, AppendError::Storage(_) | AppendError::Unavailable(_))),
            "{errors:?}"
        );
        assert!(errors.iter().any(AppendError::may_have_been_kept), "{errors:?}");
        assert!(!more.is_empty(), "nothing was acknowledged in round {round}");
        acks.extend(more);
        if round % 2 == 0 {
            cluster.restart().expect("started again");
        }
        answered_again(&ledger);
        // The same one that was cut off, and one that is opened anew.
        holds(&ledger, &acks).expect("sound");
        holds(&open(&cluster), &acks).expect("sound");
    }
}

/// A file system in memory for the server, and the folder around it, where one may be mounted.
fn small(size: &str) -> Option<(Mounted, TempDir)> {
    let parent = tempfile::tempdir().expect("a folder");
    let at = parent.path().join("small");
    std::fs::create_dir(&at).expect("a folder");
    let options = format!("size={size},mode=0755");
    let mounted = Mounted::on(&at, &options, "a server that says that its disk is full")?;
    open_way(parent.path());
    Some((mounted, parent))
}

/// Lets the server's user through.
fn open_way(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, PermissionsExt::from_mode(0o755)).expect("a folder of ours");
}

/// Makes every write to a table fail as the server does when its disk says so.
fn fail_with(cluster: &Cluster, table: &str, condition: &str) {
    let sql = format!(
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{condition}'; END $$;
         CREATE TRIGGER fail AFTER INSERT OR UPDATE ON subsidy.{table} FOR EACH STATEMENT EXECUTE FUNCTION fail()"
    );
    cluster.sql("postgres", &sql).expect("a trigger");
}

fn fail_no_more(cluster: &Cluster) {
    cluster
        .sql("postgres", "DROP FUNCTION fail CASCADE")
        .expect("no trigger");
}

#[test]
fn a_server_whose_disk_is_full_says_so_and_with_room_again_nothing_is_missing() {
    // Records and the server's own log are on the small one.
    let small = small("76m");
    let mut cluster = match &small {
        Some((small, _)) => Cluster::start_in(&small.at, &["min_wal_size = 32MB", "max_wal_size = 32MB"]),
        None => Cluster::start(&[]),
    }
    .expect("a server");
    let ledger = open(&cluster);
    let go = AtomicBool::new(false);
    let (mut acks, errors) = match small {
        Some(_) => append_until(&ledger, &[0; 8], &go),
        None => {
            let first = (0..THREADS).map(|thread| {
                let at = ledger.append(load::batch(thread, 0)).expect("appended");
                Ack {
                    thread,
                    n: 0,
                    first: at.first.0,
                    last: at.last.0,
                }
            });
            let first: Vec<Ack> = first.collect();
            fail_with(&cluster, "events", "disk_full");
            let (none, errors) = append_until(&ledger, &[1; 8], &go);
            assert!(none.is_empty());
            (first, errors)
        }
    };
    println!("{} acknowledged, then {:?}", acks.len(), errors.first());
    assert!(acks.len() >= 8 && errors.len() == 8, "{} {errors:?}", acks.len());
    // Where the server's own log has no room, the server ends: the connection breaks.
    let full = |kind: StorageKind| matches!(kind, StorageKind::Full | StorageKind::Other);
    let told = |error: &AppendError| {
        matches!(error, AppendError::Unavailable(_))
            || matches!(error, AppendError::Storage(error) if full(error.kind))
    };
    assert!(errors.iter().all(told), "{errors:?}");
    match &small {
        Some((small, _)) => {
            small.remount("size=400m");
            cluster.kill().expect("killed");
            cluster.restart().expect("started again");
        }
        None => fail_no_more(&cluster),
    }
    answered_again(&ledger);
    holds(&ledger, &acks).expect("sound");
    // And it goes on, by the same program.
    for (thread, n) in (0..).zip(next_of(&acks)) {
        let at = ledger
            .append(load::batch(thread, n))
            .expect("there is room again");
        acks.push(Ack {
            thread,
            n,
            first: at.first.0,
            last: at.last.0,
        });
    }
    holds(&ledger, &acks).expect("sound");
    drop(ledger);
    drop(cluster);
}

#[test]
fn after_the_servers_disk_failed_nothing_more_is_acknowledged_until_the_ledger_is_opened_again() {
    let cluster = Cluster::start(&[]).expect("a server");
    let ledger = open(&cluster);
    let first = ledger.append(load::batch(0, 0)).expect("appended");
    fail_with(&cluster, "events", "io_error");
    let error = ledger.append(load::batch(0, 1)).expect_err("the disk failed");
    assert!(
        matches!(&error, AppendError::Storage(error) if error.kind == StorageKind::Disk),
        "{error:?}"
    );
    // The disk may look well again: what this program knew of it is in doubt all the same.
    fail_no_more(&cluster);
    for _ in 0..3 {
        let error = ledger.append(load::batch(0, 1)).expect_err("it has stopped");
        assert!(matches!(error, AppendError::Stopped), "{error:?}");
        assert!(error.to_string().contains("open the ledger again"), "{error}");
    }
    let acks = [Ack {
        thread: 0,
        n: 0,
        first: first.first.0,
        last: first.last.0,
    }];
    assert_eq!(verified(&ledger), first.last.0, "it can still be read");
    let again = open(&cluster);
    holds(&again, &acks).expect("nothing is missing");
    send_all_again(&again, &acks, 1, 2).expect("sent again");
}

#[test]
fn after_the_servers_disk_failed_under_a_view_nothing_more_is_written_either() {
    let cluster = Cluster::start(&[]).expect("a server");
    let ledger = open(&cluster);
    let views: [Box<dyn DynView<Record>>; 1] = [Box::new(Tally)];
    let first = ledger.append(load::batch(0, 0)).expect("appended");
    follow(&ledger, &load::decode, &views).expect("followed");
    let second = ledger.append(load::batch(0, 1)).expect("appended");
    fail_with(&cluster, "view_row", "io_error");
    let disk_failed =
        |error: &FollowError| matches!(error, FollowError::Save(error) if error.kind == StorageKind::Disk);
    let error = follow(&ledger, &load::decode, &views).expect_err("the disk failed");
    assert!(disk_failed(&error), "{error:?}");
    fail_no_more(&cluster);
    let error = follow(&ledger, &load::decode, &views).expect_err("it has stopped");
    assert!(disk_failed(&error), "{error:?}");
    let error = ledger.append(load::batch(0, 2)).expect_err("it has stopped");
    assert!(matches!(error, AppendError::Stopped), "{error:?}");
    let state = ledger.view_state("tally").expect("read").expect("followed");
    assert_eq!(state.position, first.last);
    assert_eq!(verified(&ledger), second.last.0, "it can still be read");
    let again = open(&cluster);
    holds(&again, &[]).expect("the views follow on");
    send_all_again(&again, &[], 1, 3).expect("sent again");
}

fn verified(ledger: &Ledger) -> u64 {
    ledger.verify(&mut |_, _| {}).expect("verified").size
}
