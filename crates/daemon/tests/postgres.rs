//! The program on a PostgreSQL server: the same year, the same reports, the same root.
#![expect(clippy::expect_used, clippy::panic, reason = "a test stops at what cannot be")]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use throwaway_cluster::Cluster;

fn server() -> Cluster {
    Cluster::start(&[]).unwrap_or_else(|error| panic!("{error}"))
}

fn command(folder: &Path, database: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd"));
    command
        .current_dir(folder)
        .args(["--database", database, "--lang", "en"])
        .args(arguments);
    for name in ["SUBSIDYD_DATABASE", "SUBSIDYD_LANG", "SUBSIDYD_LEARNER_KEY_FILE"] {
        command.env_remove(name);
    }
    command
}

fn run(folder: &Path, database: &str, arguments: &[&str]) -> Output {
    command(folder, database, arguments)
        .output()
        .expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn fine(folder: &Path, database: &str, arguments: &[&str]) -> String {
    let output = run(folder, database, arguments);
    let (said, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{arguments:?}: {said}{error}");
    said
}

fn json(folder: &Path, database: &str, arguments: &[&str]) -> Value {
    let said = fine(folder, database, &[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&said).expect("JSON")
}

#[test]
fn the_year_on_a_server_is_the_year_in_a_file_byte_for_byte() {
    let cluster = server();
    cluster
        .sql("postgres", "CREATE DATABASE fund")
        .expect("a database");
    let folder = tempfile::tempdir().expect("a folder");
    let (file, on_server) = ("sqlite:year.db", cluster.url("fund"));
    let at = folder.path();
    fine(at, file, &["demo"]);
    fine(at, &on_server, &["db", "init"]);
    fine(at, &on_server, &["demo"]);
    for arguments in [
        &["report", "budget", "--year", "2023"][..],
        &[
            "report",
            "budget",
            "--year",
            "2023",
            "--basis",
            "invoice",
            "--as-at",
            "2023-06-30",
        ],
        &["report", "variance", "--year", "2023"],
        &["report", "reconcile", "--year", "2023", "--all"],
        &["report", "exceptions"],
        &["report", "concentration", "--year", "2023"],
        &["report", "unclaimed"],
        &["trace", "R01-2023-001"],
        &["verify"],
        &["rebuild"],
    ] {
        for format in ["table", "csv", "json"] {
            let arguments = [arguments, &["--format", format]].concat();
            let (one, two) = (run(at, file, &arguments), run(at, &on_server, &arguments));
            assert_eq!(
                text(&one.stdout),
                text(&two.stdout),
                "{arguments:?}: {}",
                text(&two.stderr)
            );
            assert_eq!(one.status.code(), two.status.code(), "{arguments:?}");
        }
    }
    // Each kept row too.
    let rows = cluster
        .sql("fund", "SELECT count(*) FROM subsidy_view.claims")
        .expect("rows");
    assert!(rows.parse::<u32>().expect("a number") > 10_000, "{rows}");
    // Copied from the file it is the same once more; copied again it is refused.
    cluster
        .sql("postgres", "CREATE DATABASE copied")
        .expect("a database");
    let copied = cluster.url("copied");
    let copy = ["copy", "--from", file, "--to", &copied];
    fine(at, file, &copy);
    assert_eq!(fine(at, &copied, &["verify"]), fine(at, file, &["verify"]));
    let again = run(at, file, &copy);
    assert!(!again.status.success());
    assert!(
        text(&again.stderr).contains("the target has"),
        "{}",
        text(&again.stderr)
    );
    assert_eq!(
        fine(at, &copied, &["report", "budget", "--year", "2023"]),
        fine(at, file, &["report", "budget", "--year", "2023"])
    );
}

#[test]
fn a_server_is_taken_in_to_with_a_secret_of_its_own_and_no_secret_is_made_beside_it() {
    let cluster = server();
    let folder = tempfile::tempdir().expect("a folder");
    let (at, database) = (folder.path(), cluster.url("postgres"));
    let absent = run(at, &database, &["report", "exceptions"]);
    assert_eq!(absent.status.code(), Some(10));
    assert!(
        text(&absent.stderr).contains("subsidyd db init"),
        "{}",
        text(&absent.stderr)
    );
    fine(at, &database, &["db", "init"]);
    let status = json(at, &database, &["db", "status"]);
    assert_eq!(status.pointer("/rows/0/size"), Some(&Value::from(0)), "{status}");
    fs::write(at.join("note.txt"), "no invoice").expect("a file");
    let unnamed = run(at, &database, &["ingest", "note.txt"]);
    assert_eq!(unnamed.status.code(), Some(12), "{}", text(&unnamed.stderr));
    run(at, &database, &["ingest", "note.txt", "--learner-key", "own.key"]);
    assert_eq!(
        fs::read_to_string(at.join("own.key")).expect("made").trim().len(),
        64
    );
}

#[test]
fn a_password_is_in_no_message() {
    let folder = tempfile::tempdir().expect("a folder");
    for database in [
        "postgres://u:geheim@127.0.0.1:1/fund",
        "postgres://u:geheim@host:port/fund",
        "mysql://u:geheim@host/fund",
    ] {
        for arguments in [&["verify"][..], &["db", "status"], &["--help"], &["nonsense"]] {
            let output = run(folder.path(), database, arguments);
            let said = text(&output.stdout) + &text(&output.stderr);
            assert!(!said.contains("geheim"), "{said}");
        }
    }
}

#[test]
fn one_follows_another_stands_by_and_takes_over() {
    let cluster = server();
    let folder = tempfile::tempdir().expect("a folder");
    let (at, database) = (folder.path(), cluster.url("postgres"));
    fine(at, &database, &["db", "init"]);
    let start = || {
        command(at, &database, &["follow"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("started")
    };
    let mut first = start();
    let mut of_first = BufReader::new(first.stdout.take().expect("output")).lines();
    let said = of_first.next().expect("a line").expect("text");
    assert!(said.contains("keeps the views up to date"), "{said}");
    let mut second = start();
    let mut of_second = BufReader::new(second.stdout.take().expect("output")).lines();
    let said = of_second.next().expect("a line").expect("text");
    assert!(said.contains("stands by"), "{said}");
    first.kill().expect("killed");
    first.wait().expect("gone");
    let said = of_second.next().expect("a line").expect("text");
    assert!(said.contains("This program keeps"), "{said}");
    second.kill().expect("killed");
    second.wait().expect("gone");
}
