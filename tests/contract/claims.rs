//! Many at once: one entitlement is granted once, and no position is taken twice.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Barrier};

use acceptance::load;
use jiff::civil::date;
use subsidy_ledger::{Ledger, Position};
use subsidyd::clock::{Clock, Moment};
use subsidyd::intake::Intake;
use subsidyd::projection;

use super::stores::Place;
use crate::support::figures::{claims, stands};
use crate::support::fund::secret;
use crate::support::papers::{exam, invoice, one_pass};

/// Writes papers to a folder: what makes the fund, the evidence, and as many invoices for one exam as asked.
fn papers(place: &dyn Place, clients: usize) -> (PathBuf, Vec<PathBuf>) {
    let (fund, bills) = (place.folder().join("fund"), place.folder().join("bills"));
    for folder in [&fund, &bills] {
        std::fs::create_dir(folder).expect("a folder");
    }
    for (name, bytes) in one_pass() {
        std::fs::write(fund.join(name), bytes).expect("a file");
    }
    let bills = (0..clients)
        .map(|n| {
            let path = bills.join(format!("{n}.xml"));
            let number = format!("F-{n}").leak();
            let bill = invoice(number, [exam("PA-1", "K-1", "R-1", "2023-03-15")]);
            std::fs::write(&path, bill.xml()).expect("a file");
            path
        })
        .collect();
    (fund, bills)
}

fn intake(ledger: &Arc<Ledger>) -> Intake {
    let clock = Clock::At(Moment::morning_of(date(2023, 5, 1)));
    Intake::open(Arc::clone(ledger), secret(), clock).expect("intake")
}

fn one_is_granted(ledger: &Ledger, clients: usize) {
    projection::follow(ledger).expect("followed");
    let lines = claims(ledger);
    assert_eq!(lines.len(), clients, "every line was decided");
    let granted: Vec<_> = lines.values().filter(|row| stands(row)).collect();
    assert_eq!(granted.len(), 1, "{granted:?}");
    let cents: i64 = granted
        .iter()
        .filter_map(|row| row.award.as_ref())
        .map(|award| award.amount.cents())
        .sum();
    assert_eq!(cents, 12_350);
    let rebuilt = projection::rebuild(ledger, None)
        .expect("rebuilt")
        .expect("views");
    for (name, rebuilt) in rebuilt {
        assert_eq!(rebuilt.differing, Some(0), "{name}");
    }
    ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
}

pub(super) fn of_a_hundred_clients_that_claim_one_entitlement_at_once_one_is_granted(place: &dyn Place) {
    const CLIENTS: usize = 100;
    let (fund, bills) = papers(place, CLIENTS);
    let ledger = Arc::new(place.open());
    intake(&ledger).ingest(&[fund], &mut |_| {}).expect("taken in");
    let start = Barrier::new(CLIENTS);
    std::thread::scope(|scope| {
        for bill in bills {
            let mut intake = intake(&ledger);
            let start = &start;
            scope.spawn(move || {
                start.wait();
                intake.ingest(&[bill], &mut |_| {}).expect("taken in");
            });
        }
    });
    one_is_granted(&ledger, CLIENTS);
}

pub(super) fn of_programs_that_claim_one_entitlement_at_once_one_is_granted(place: &dyn Place) {
    const CLIENTS: usize = 10;
    let (fund, bills) = papers(place, CLIENTS);
    crate::support::learner_key(&place.folder().join("learner.key"));
    let ingest = |path: PathBuf| -> Child {
        let program = super::stores::ingest(place).arg(path).spawn();
        program.expect("the program runs")
    };
    let mut ended = vec![ingest(fund).wait()];
    let all: Vec<Child> = bills.into_iter().map(ingest).collect();
    ended.extend(all.into_iter().map(|mut child| child.wait()));
    for status in ended {
        let code = status.expect("it ends").code();
        assert!(matches!(code, Some(0 | 3)), "{code:?}");
    }
    one_is_granted(&place.open(), CLIENTS);
}

pub(super) fn two_writers_on_one_ledger_take_no_position_twice_and_leave_none_out(place: &dyn Place) {
    const BATCHES: u64 = 60;
    place.open();
    std::thread::scope(|scope| {
        for writer in 0..2_u64 {
            scope.spawn(move || {
                // Each is a program of its own: its own connections, its own sequencer.
                let ledger = place.open();
                std::thread::scope(|scope| {
                    for thread in [writer * 2, writer * 2 + 1] {
                        let ledger = &ledger;
                        scope.spawn(move || {
                            for n in 0..BATCHES {
                                ledger.append(load::batch(thread, n)).expect("appended");
                            }
                        });
                    }
                });
            });
        }
    });
    let ledger = place.open();
    let expected: u64 = (0..4)
        .flat_map(|thread| (0..BATCHES).map(move |n| load::events(thread, n) + 1))
        .sum();
    assert_eq!(ledger.verify(&mut |_, _| {}).expect("sound").size, expected);
    let positions: Vec<Position> = ledger
        .records(..)
        .expect("records")
        .map(|record| record.expect("a record").position)
        .collect();
    assert!(positions.into_iter().eq((1..=expected).map(Position)));
}

pub(super) fn many_that_start_one_ledger_at_once_all_open_it(place: &dyn Place) {
    let (fund, _) = papers(place, 0);
    let key = place.folder().join("learner.key");
    crate::support::learner_key(&key);
    for round in 0..30 {
        let new = place.another();
        let begin = || -> Child {
            Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"))
                .args(["--database", &new.address(), "ingest", "--learner-key"])
                .args([&key, &fund.join("terms.csv")])
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the program runs")
        };
        let all: Vec<Child> = (0..8).map(|_| begin()).collect();
        for child in all {
            let output = child.wait_with_output().expect("it ends");
            assert!(
                matches!(output.status.code(), Some(0 | 3)),
                "round {round}: {output:?}"
            );
        }
        new.open().verify(&mut |_, _| {}).expect("it agrees with itself");
    }
}
