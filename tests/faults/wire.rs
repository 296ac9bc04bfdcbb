//! The connection to the server is cut around an append: what became of it cannot be known, and repeating it by its key is harmless.

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use acceptance::load::{self, SOURCE};
use subsidy_ledger::{AppendError, Ledger, Opening};
use throwaway_cluster::Cluster;

use super::checks::holds;
use super::journal::Ack;
use super::proxy::{Loss, Proxy};
use crate::support::figures::claims;
use crate::support::papers::{SCHOOL, exam, invoice, one_pass};
use crate::support::{learner_key, quick_folder};

const LOSSES: [Loss; 3] = [Loss::Request, Loss::Answer, Loss::Both];

fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| Cluster::start(&[]).unwrap_or_else(|error| panic!("{error}")))
}

fn database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("wire_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    cluster()
        .sql("postgres", &format!("CREATE DATABASE {name}"))
        .expect("a database");
    name
}

fn open(url: &str) -> Ledger {
    Ledger::open_at(&url.parse().expect("a place"), Opening::Create).expect("the ledger opens")
}

#[test]
fn an_append_whose_answer_is_lost_is_said_to_be_perhaps_kept_and_repeating_it_is_harmless() {
    const BATCHES: u64 = 30;
    let (name, proxy) = (database(), Proxy::before(cluster().folder()));
    // One that sees what the server has, by a way on which nothing is lost.
    let beside = open(&cluster().url(&name));
    let ledger = open(&proxy.url(&name));
    let (mut acks, mut unsure) = (Vec::new(), [0, 0]);
    for n in 0..BATCHES {
        let loss = LOSSES[usize::try_from(n).expect("a count") % LOSSES.len()];
        let batch = || load::batch(0, n);
        // Every other time the writer knows the head, and reads nothing before it writes.
        if n % 2 == 0 {
            let before = ledger.append(load::batch(1, n / 2)).expect("appended");
            acks.push(Ack {
                thread: 1,
                n: n / 2,
                first: before.first.0,
                last: before.last.0,
            });
        }
        proxy.lose(1, loss);
        let error = ledger.append(batch()).expect_err("it was cut");
        assert_eq!(proxy.seen(), 1, "{loss:?}: it is not sent again by itself");
        assert!(matches!(error, AppendError::Storage(_)), "{loss:?}: {error:?}");
        assert!(
            error.may_have_been_kept() && error.to_string().contains("perhaps"),
            "{error}"
        );
        let kept = || beside.lookup(SOURCE, &load::key(0, n)).expect("read").is_some();
        match loss {
            Loss::Request => assert!(!kept(), "{n}"),
            Loss::Answer => assert!(kept(), "{n}"),
            Loss::Both => {}
        }
        let again = ledger.append(batch()).expect("appended");
        if loss != Loss::Both {
            assert_eq!(again.repeated, loss == Loss::Answer, "{n}: {loss:?}");
        }
        unsure[usize::from(again.repeated)] += 1;
        acks.push(Ack {
            thread: 0,
            n,
            first: again.first.0,
            last: again.last.0,
        });
    }
    assert!(unsure.iter().all(|count| *count >= 10), "{unsure:?}");
    for seen in [&ledger, &beside] {
        holds(seen, &acks).expect("sound");
    }
}

/// The papers of a fund with an invoice, in a folder with the secret beside it.
struct Papers {
    folder: tempfile::TempDir,
}

impl Papers {
    fn new() -> Self {
        let folder = quick_folder();
        learner_key(&folder.path().join("learner.key"));
        let papers = Self { folder };
        std::fs::create_dir(papers.path()).expect("a folder");
        let bill = invoice("F-1", [exam("PA-1", "K-1", "R-1", "2023-03-15")]);
        for (name, bytes) in one_pass().into_iter().chain([("invoice.xml", bill.xml())]) {
            std::fs::write(papers.path().join(name), bytes).expect("a file");
        }
        papers
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("papers")
    }

    fn ingest(&self, url: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"))
            .args(["--database", url, "ingest", "--received-on", "2023-05-01"])
            .arg("--learner-key")
            .arg(self.folder.path().join("learner.key"))
            .arg(self.path())
            .output()
            .expect("the program runs")
    }
}

#[test]
fn a_program_cut_off_around_any_of_its_appends_is_run_again_and_nothing_is_doubled_or_missing() {
    let (papers, proxy) = (Papers::new(), Proxy::before(cluster().folder()));
    let calm = database();
    proxy.lose(0, Loss::Request);
    let output = papers.ingest(&proxy.url(&calm));
    assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
    let (appends, calm) = (proxy.seen(), open(&cluster().url(&calm)));
    assert!(appends >= 3, "{appends} appends");
    let wanted = calm.head().expect("a head").size;
    for loss in LOSSES {
        for n in 1..=appends {
            let name = database();
            proxy.lose(n, loss);
            let cut = papers.ingest(&proxy.url(&name));
            assert!(proxy.seen() >= n, "{loss:?} {n}");
            let told = !matches!(cut.status.code(), Some(0 | 3));
            let again = papers.ingest(&proxy.url(&name));
            assert!(
                matches!(again.status.code(), Some(0 | 3)),
                "{loss:?} {n}: {again:?}"
            );
            let ledger = open(&cluster().url(&name));
            ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
            assert_eq!(
                ledger.head().expect("a head").size,
                wanted,
                "{loss:?} {n}, told: {told}"
            );
            subsidyd::projection::follow(&ledger).expect("followed");
            let line = claims(&ledger).remove(&format!("kvk:{SCHOOL}/F-1/1"));
            assert_eq!(line.expect("the line").state, "matched", "{loss:?} {n}");
        }
    }
}
