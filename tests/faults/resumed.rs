//! What waits resumes when it can, also if the program that brought what it waits for was killed in between.

use std::path::Path;
use std::process::{Command, Output};

use subsidy_ledger::{Ledger, Opening};

use super::shim::Disk;
use crate::support::figures::claims;
use crate::support::fund::{BRIN, IBAN};
use crate::support::papers::{SCHOOL, exam, exam_tariff, exam_type, invoice, pass, payee, results, terms};

/// A fund on a disk that can be told to fail: all is there but the tariff, and a line of an invoice waits for it.
struct Waiting {
    disk: Disk,
}

impl Waiting {
    fn new() -> Self {
        let disk = Disk::empty();
        let papers = disk.beside("papers");
        for (name, bytes) in [
            ("terms.csv", terms("MBO_EXAM")),
            ("type.csv", exam_type("PA-1", "")),
            ("payee.csv", payee(SCHOOL, BRIN, IBAN)),
            (
                "results.csv",
                results(&[pass("R-1", "K-1", "PA-1", "2023-03-15", BRIN)]),
            ),
            (
                "invoice.xml",
                invoice("F-1", [exam("PA-1", "K-1", "R-1", "2023-03-15")]).xml(),
            ),
        ] {
            std::fs::write(papers.join(name), bytes).expect("a file");
        }
        let elsewhere = disk.beside("elsewhere");
        crate::support::learner_key(&elsewhere.join("learner.key"));
        std::fs::write(elsewhere.join("tariff.csv"), exam_tariff()).expect("a file");
        let waiting = Self { disk };
        let output = waiting.ingest(&papers, &[]);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{output:?}");
        assert_eq!(waiting.state(), "parked");
        waiting
    }

    fn ingest(&self, path: &Path, faults: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"));
        command
            .arg("--database")
            .arg(format!("sqlite:{}", self.disk.ledger().display()))
            .args(["ingest", "--received-on", "2023-05-01", "--learner-key"])
            .arg(self.disk.beside("elsewhere").join("learner.key"))
            .arg(path);
        self.disk.run(&mut command, faults)
    }

    fn bring_the_tariff(&self, faults: &[(&str, &str)]) -> Output {
        self.ingest(&self.disk.beside("elsewhere").join("tariff.csv"), faults)
    }

    fn state(&self) -> String {
        let ledger = Ledger::open(self.disk.ledger(), Opening::Existing).expect("it opens");
        ledger.verify(&mut |_, _| {}).expect("it agrees with itself");
        subsidyd::projection::follow(&ledger).expect("followed");
        let line = claims(&ledger).remove(&format!("kvk:{SCHOOL}/F-1/1"));
        line.expect("the line").state
    }
}

#[test]
fn what_waits_resumes_when_the_file_it_waits_for_is_sent_again_after_a_kill_at_any_moment() {
    let calm = Waiting::new();
    let before = calm.disk.journal().len();
    calm.bring_the_tariff(&[]);
    assert_eq!(calm.state(), "matched");
    let steps = calm.disk.journal().len() - before;
    assert!(steps > 20, "{steps} steps");
    for n in 1..=steps {
        let killed = Waiting::new();
        let plan = format!("step:{n}:kill:after");
        killed.bring_the_tariff(&[("FAULTS_PLAN", &plan)]);
        let output = killed.bring_the_tariff(&[]);
        assert!(matches!(output.status.code(), Some(0 | 3)), "{plan}: {output:?}");
        assert_eq!(
            killed.state(),
            "matched",
            "killed at step {n} of {steps}, sent again"
        );
    }
}
