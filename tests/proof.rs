//! What an auditor can check without trusting the ledger: signed checkpoints, tiles, proofs, and the program's answers to them.

use std::path::Path;
use std::process::{Command, Output};

use crate::rollback::{Desk, fine, first, second};
use crate::support::fund::BRIN;
use crate::support::papers::{pass, results};
use crate::support::{files_below, root, standards};

/// A desk that signs: its key lies on "another disk".
struct Signing {
    desk: Desk,
}

impl Signing {
    fn new() -> Self {
        let signing = Self { desk: Desk::empty() };
        fine(&signing.run(&["key", "generate", "--origin", "ledger.fund.example/1"]));
        signing
    }

    fn path(&self, name: &str) -> String {
        self.desk
            .folder()
            .join("elsewhere")
            .join(name)
            .display()
            .to_string()
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let key = self.path("fund.key");
        self.desk.run("en", &[&["--key-file", &key], arguments].concat())
    }

    fn take(&self, papers: &[(&str, Vec<u8>)]) {
        fine(
            &self
                .desk
                .take_with(&["--key-file", &self.path("fund.key")], papers),
        );
    }

    /// Prints the last checkpoint into a file, as an auditor keeps it.
    fn keep(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, said(&self.run(&["checkpoint", "show"]))).expect("kept");
        path
    }
}

fn said(output: &Output) -> String {
    fine(output);
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn each_command_that_records_signs_and_proofs_are_checked_without_the_ledger() {
    let signing = Signing::new();
    signing.take(&first());
    let kept = signing.keep("auditor.checkpoint");
    signing.take(&second("K-1"));
    let listed = said(&signing.run(&["checkpoint", "list", "--format", "csv"]));
    assert_eq!(listed.lines().count(), 3, "{listed}");
    let size = signing.desk.open().head().expect("a head").size;
    let policy = signing.path("fund.key.policy");

    let (proof, entry) = (signing.path("one.tlog-proof"), signing.path("entry"));
    fine(&signing.run(&["prove", "inclusion", "3", "--out", &proof, "--entry", &entry]));
    let nowhere = Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"))
        .args([
            "prove", "check", &proof, "--entry", &entry, "--policy", &policy, "--lang", "en",
        ])
        .current_dir(tempfile::tempdir().expect("a folder").path())
        .output()
        .expect("it runs");
    assert!(
        said(&nowhere).contains(&format!("record 3 of the {size}")),
        "{nowhere:?}"
    );
    let mut bytes = std::fs::read(&entry).expect("the entry");
    bytes[40] ^= 1;
    std::fs::write(&entry, bytes).expect("written");
    let refused = signing.run(&["prove", "check", &proof, "--entry", &entry, "--policy", &policy]);
    assert_eq!(code(&refused), Some(3), "{refused:?}");
    // Nobody's signature is enough.
    let stranger = Signing::new();
    let other = stranger.path("fund.key.policy");
    let refused = signing.run(&["prove", "check", &proof, "--entry", &entry, "--policy", &other]);
    assert_eq!(code(&refused), Some(3), "{refused:?}");

    let old = said(&signing.run(&["checkpoint", "list", "--format", "csv"]));
    let old = old
        .lines()
        .nth(1)
        .and_then(|line| line.split(',').next())
        .expect("a size")
        .to_owned();
    let growth = said(&signing.run(&["prove", "consistency", &old]));
    assert!(growth.starts_with(&format!("old {old}\n")), "{growth}");
    let beyond = signing.run(&["prove", "inclusion", &(size + 1).to_string()]);
    assert_eq!(code(&beyond), Some(1), "{beyond:?}");

    // Verified whole, since what somebody kept, and night by night.
    for asked in [
        &["verify"][..],
        &["verify", "--since", &kept],
        &["verify", "--subset", "2/3"],
    ] {
        let output = signing.run(asked);
        assert_eq!(code(&output), Some(0), "{asked:?}: {output:?}");
    }
    assert_eq!(code(&signing.run(&["verify", "--subset", "4/3"])), Some(2));
    assert_eq!(
        code(&signing.desk.run("en", &["verify", "--since", &kept])),
        Some(1),
        "whose signature?"
    );
}

#[test]
fn a_ledger_older_than_a_checkpoint_that_somebody_holds_ends_with_21_and_a_forged_checkpoint_with_20() {
    let signing = Signing::new();
    signing.take(&first());
    let old = signing.desk.folder().join("old.db");
    std::fs::copy(signing.desk.ledger(), &old).expect("a copy");
    signing.take(&second("K-1"));
    let kept = signing.keep("auditor.checkpoint");
    fine(&signing.run(&["verify", "--since", &kept]));
    // Both the ledger and its head are set back: only the one who holds the checkpoint can tell.
    std::fs::copy(&old, signing.desk.ledger()).expect("put back");
    std::fs::remove_file(signing.desk.head()).expect("removed");
    fine(&signing.run(&["verify"]));
    let told = signing.run(&["verify", "--since", &kept]);
    assert_eq!(code(&told), Some(21), "{told:?}");
    assert!(
        String::from_utf8_lossy(&told.stderr).contains("older copy"),
        "{told:?}"
    );
    // Another history of more records, signed with the real key.
    signing.take(&second("K-2"));
    signing.take(&second("K-3"));
    let told = signing.run(&["verify", "--since", &kept]);
    assert_eq!(code(&told), Some(21), "{told:?}");
    assert!(
        String::from_utf8_lossy(&told.stderr).contains("rewritten"),
        "{told:?}"
    );
    // What the auditor holds was touched: it says nothing about the ledger.
    let text = std::fs::read_to_string(&kept).expect("kept");
    std::fs::write(&kept, text.replacen('\n', "\n1", 1)).expect("written");
    assert_eq!(code(&signing.run(&["verify", "--since", &kept])), Some(1));
    // A checkpoint in the ledger that the key never signed.
    let raw = rusqlite::Connection::open(signing.desk.ledger()).expect("a connection");
    raw.execute_batch(
        "DROP TRIGGER checkpoint_signature_update;
         UPDATE checkpoint_signature SET line = (SELECT line FROM checkpoint_signature ORDER BY size LIMIT 1)
         WHERE size = (SELECT max(size) FROM checkpoint);
         CREATE TRIGGER checkpoint_signature_update BEFORE UPDATE ON checkpoint_signature
BEGIN
    SELECT raise(ABORT, 'append-only: a signature is never changed');
END;",
    )
    .expect("forged");
    drop(raw);
    let told = signing.run(&["verify"]);
    assert_eq!(code(&told), Some(20), "{told:?}");
    assert!(
        String::from_utf8_lossy(&told.stderr).contains("false signature"),
        "{told:?}"
    );
}

#[test]
fn a_key_is_replaced_with_an_overlap_and_nobody_is_left_unable_to_check() {
    let signing = Signing::new();
    signing.take(&first());
    let policy = signing.path("fund.key.policy");
    let old_policy = signing.path("auditor.policy");
    std::fs::copy(&policy, &old_policy).expect("what the auditor has");
    assert_eq!(
        said(&signing.run(&["key", "rotate"]))
            .matches("ledger.fund.example/1+")
            .count(),
        2
    );
    // During the overlap each checkpoint is believed by who knows either key.
    signing.take(&second("K-1"));
    let (proof, entry) = (signing.path("proof"), signing.path("entry"));
    fine(&signing.run(&["prove", "inclusion", "1", "--out", &proof, "--entry", &entry]));
    let check =
        |policy: &str| code(&signing.run(&["prove", "check", &proof, "--entry", &entry, "--policy", policy]));
    assert_eq!((check(&policy), check(&old_policy)), (Some(0), Some(0)));
    // Afterwards only by who has the new one.
    fine(&signing.run(&["key", "retire"]));
    signing.take(&second("K-2"));
    fine(&signing.run(&["prove", "inclusion", "1", "--out", &proof, "--entry", &entry]));
    assert_eq!((check(&policy), check(&old_policy)), (Some(0), Some(3)));
    fine(&signing.run(&["verify"]));
    // No command shows a secret.
    for arguments in [
        &["key", "show"][..],
        &["checkpoint", "show"],
        &["verify", "--format", "json"],
    ] {
        let output = signing.run(arguments);
        assert!(!format!("{output:?}").contains("PRIVATE"), "{output:?}");
    }
}

/// The Python that has what the programs of others need; where there is none that is said, or a failure.
fn python() -> Option<std::ffi::OsString> {
    let python = std::env::var_os("SUBSIDY_PYTHON").unwrap_or_else(|| "python3".into());
    let can = Command::new(&python).args(["-c", "import cryptography"]).output();
    if can.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    standards::missing("python3 has no cryptography; install it, or set SUBSIDY_PYTHON");
    None
}

#[test]
fn a_program_that_is_not_ours_checks_the_tiles_and_a_proof_and_refuses_them_changed() {
    let Some(python) = python() else {
        return;
    };
    let signing = Signing::new();
    signing.take(&first());
    // Enough learners for a full tile.
    let learners: Vec<(String, String)> = (0..300).map(|n| (format!("R-{n}"), format!("K-{n}"))).collect();
    let passed = learners
        .iter()
        .map(|(result, learner)| pass(result, learner, "PA-1", "2023-03-15", BRIN));
    signing.take(&[("many.csv", results(&passed.collect::<Vec<_>>()))]);
    let size = signing.desk.open().head().expect("a head").size;
    assert!(size > 256, "{size} records");
    let folder = signing.desk.folder().join("public");
    let export = |arguments: &[&str]| {
        let folder = folder.display().to_string();
        said(&signing.run(&[&["tiles", "export", &folder], arguments].concat()))
    };
    export(&[]);
    let (proof, entry) = (signing.path("proof"), signing.path("entry"));
    fine(&signing.run(&["prove", "inclusion", "17", "--out", &proof, "--entry", &entry]));
    let verify = || {
        Command::new(&python)
            .arg(root().join("tests/outside/verify_log.py"))
            .arg(&folder)
            .args([&signing.path("fund.key.policy"), &proof, &entry])
            .output()
            .expect("python")
    };
    assert_eq!(said(&verify()), format!("ledger.fund.example/1 {size} {size}\n"));

    // Each file changed in one byte is refused: at its first, its last and its middle byte.
    let mut changed = files_below(&folder);
    changed.extend([Path::new(&proof).to_owned(), Path::new(&entry).to_owned()]);
    for path in changed {
        let right = std::fs::read(&path).expect("a file");
        for at in [0, right.len() / 2, right.len() - 2] {
            let mut wrong = right.clone();
            wrong[at] ^= 1;
            std::fs::write(&path, wrong).expect("written");
            let output = verify();
            assert_eq!(code(&output), Some(1), "{} at {at}: {output:?}", path.display());
        }
        std::fs::write(&path, right).expect("written");
    }
    // What is there already stays; what came is added, and believed.
    signing.take(&second("K-more"));
    let told = export(&[]);
    assert!(!told.starts_with("0 of"), "{told}");
    assert!(export(&[]).starts_with("0 of"));
    fine(&verify());
    // Another ledger does not write over it.
    let other = Signing::new();
    other.take(&first());
    let refused = other.run(&["tiles", "export", &folder.display().to_string()]);
    assert_eq!(code(&refused), Some(1), "{refused:?}");
}

#[test]
fn a_program_that_follows_signs_when_nothing_more_comes() {
    let signing = Signing::new();
    // Recorded without a key, so not signed yet.
    fine(&signing.desk.take_with(&[], &first()));
    let size = signing.desk.open().head().expect("a head").size;
    let mut following = Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"))
        .arg("--database")
        .arg(format!("sqlite:{}", signing.desk.ledger().display()))
        .arg("--head-file")
        .arg(signing.desk.head())
        .args(["--key-file", &signing.path("fund.key"), "follow"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("it follows");
    let signed = || {
        signing
            .desk
            .open()
            .last_checkpoint()
            .expect("read")
            .map(|last| last.checkpoint.size)
    };
    let found = (0..300).find_map(|_| {
        std::thread::sleep(std::time::Duration::from_millis(100));
        signed()
    });
    following.kill().expect("ended");
    following.wait().expect("ended");
    assert_eq!(found, Some(size));
    fine(&signing.run(&["verify"]));
}

/// Asks the witness of `tests/outside`, which has its state in a folder: its answer, and the status that it gives.
fn witness(python: &std::ffi::OsStr, state: &str, log_key: &str, request: &str) -> (String, String) {
    let mut witness = Command::new(python)
        .arg(root().join("tests/outside/witness.py"))
        .args([state, log_key])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("python");
    let mut input = witness.stdin.take().expect("its input");
    std::io::Write::write_all(&mut input, request.as_bytes()).expect("asked");
    drop(input);
    let output = witness.wait_with_output().expect("an answer");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (text(output.stdout), text(output.stderr))
}

#[test]
fn a_witness_signs_what_continues_and_refuses_a_rewritten_history_signed_with_the_real_key() {
    let Some(python) = python() else {
        return;
    };
    let signing = Signing::new();
    signing.take(&first());
    let old = signing.desk.folder().join("old.db");
    std::fs::copy(signing.desk.ledger(), &old).expect("a copy");
    let state = signing.path("witness");
    let published = Command::new(&python)
        .arg(root().join("tests/outside/witness.py"))
        .arg(&state)
        .output()
        .expect("python");
    let policy = signing.path("fund.key.policy");
    let text = std::fs::read_to_string(&policy).expect("a policy");
    let named = format!("witness accountant {}quorum accountant", said(&published));
    std::fs::write(&policy, text.replace("quorum none", &named)).expect("written");
    let log_key = said(&signing.run(&["key", "show"])).trim().to_owned();
    let ask = |request: &str| witness(&python, &state, &log_key, request);
    let request = |old: &str| said(&signing.run(&["prove", "consistency", old]));
    let answer = signing.path("answer");
    let size = || signing.desk.open().head().expect("a head").size.to_string();

    // Without its signature the log's own word is not enough under this policy.
    let (proof, entry) = (signing.path("proof"), signing.path("entry"));
    let check = || {
        fine(&signing.run(&["prove", "inclusion", "1", "--out", &proof, "--entry", &entry]));
        code(&signing.run(&["prove", "check", &proof, "--entry", &entry, "--policy", &policy]))
    };
    assert_eq!(check(), Some(3));
    let (cosigned, told) = ask(&request("0"));
    assert_eq!(told, "");
    std::fs::write(&answer, &cosigned).expect("written");
    assert_eq!(code(&signing.run(&["checkpoint", "cosign", &answer])), Some(0));
    assert_eq!(check(), Some(0));
    let seen = size();

    // It goes on with what continues that; an answer for another checkpoint is not kept.
    signing.take(&second("K-1"));
    let stale = signing.run(&["checkpoint", "cosign", &answer]);
    assert_eq!(code(&stale), Some(1), "{stale:?}");
    let (cosigned, told) = ask(&request(&seen));
    assert_eq!(told, "");
    std::fs::write(&answer, &cosigned).expect("written");
    fine(&signing.run(&["checkpoint", "cosign", &answer]));
    assert_eq!(check(), Some(0));
    fine(&signing.run(&["verify"]));
    let seen_now = size();
    let (none, told) = ask(&request(&seen));
    assert_eq!(
        (none.as_str(), told.trim()),
        ("", format!("409 {seen_now}").as_str())
    );

    // The ledger and all that is kept beside it are set back, and another history is signed with the real key.
    std::fs::copy(&old, signing.desk.ledger()).expect("put back");
    std::fs::remove_file(signing.desk.head()).expect("removed");
    for learner in ["K-7", "K-8"] {
        signing.take(&second(learner));
    }
    fine(&signing.run(&["verify"]));
    let (none, told) = ask(&request(&seen));
    assert_eq!(
        (none.as_str(), told.trim()),
        ("", format!("409 {seen_now}").as_str())
    );
    // Also when the forger claims to continue what the witness saw.
    let forged = request(&seen).replacen(&format!("old {seen}"), &format!("old {seen_now}"), 1);
    let (none, told) = ask(&forged);
    assert_eq!(none, "");
    assert!(told.starts_with("422") || told.starts_with("409"), "{told}");
    // And under this policy nobody believes what it does not sign.
    assert_eq!(check(), Some(3));
}
