//! Money out and back at the command line: one exam from its invoice to the bank's statement, and the page of commands as it stands.
#![expect(clippy::expect_used, reason = "a test stops at what cannot be")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// What the papers say of the school.
mod fund {
    /// The BRIN of the school.
    pub(crate) const BRIN: &str = "99ZZ";
    /// Its account.
    pub(crate) const IBAN: &str = "NL32FIXT0090000001";
}

#[path = "../../../tests/support/papers.rs"]
#[expect(dead_code, reason = "the other tests send more kinds of papers")]
mod papers;

use papers::SCHOOL;

/// The account of the fund.
const ACCOUNT: &str = "NL25FIXT1000000001";
/// The one order of the one batch.
const ORDER: &str = "2026-0001-90001111";

/// A ledger in a folder of its own.
struct Office(TempDir);

impl Office {
    /// A fund with one school, one pass and an invoice of it that was matched.
    fn with_one_invoice() -> Self {
        let office = Self(tempfile::tempdir().expect("a folder"));
        let account = format!(
            "naam;iban;bic;besluit;datum;herkomst\nFonds;{ACCOUNT};FIXTNL2A;BB-3;01-01-2023;fixture\n"
        );
        let invoice = papers::invoice("F-1", [papers::exam("PA-1", "K-1", "R-1", "2023-03-15")]);
        for (name, bytes) in papers::one_pass() {
            office.write(name, &bytes);
        }
        office.write("account.csv", account.as_bytes());
        office.write("invoice.xml", &invoice.xml());
        let files =
            ["terms", "tariff", "type", "payee", "results", "account"].map(|name| format!("{name}.csv"));
        let mut arguments = vec!["ingest", "--received-on", "2023-05-01", "invoice.xml"];
        arguments.extend(files.iter().map(String::as_str));
        office.fine(&arguments);
        office
    }

    /// The same, paid: approved, proposed, released and written for the bank.
    fn with_a_released_batch() -> Self {
        let office = Self::with_one_invoice();
        office.fine(&["approve", SCHOOL, "F-1", "--by", "anna"]);
        office.fine(&["approve", SCHOOL, "F-1", "--by", "bert"]);
        office.fine(&propose("carla"));
        office.fine(&["pay", "release", "2026-0001", "--by", "dirk"]);
        office
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).expect("a file");
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.0.path().join(name)).expect("a file")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program(self.0.path())
            .args(arguments)
            .output()
            .expect("the program runs")
    }

    /// What it said when it ended with this code.
    fn said(&self, arguments: &[&str], code: i32) -> String {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let said = text(&output.stdout);
        let told = format!("{arguments:?}: {said}{}", text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{told}");
        told
    }

    fn fine(&self, arguments: &[&str]) -> String {
        self.said(arguments, 0)
    }

    fn refused(&self, arguments: &[&str], why: &str) {
        let told = self.said(arguments, 3);
        assert!(told.contains(why), "{why} in {told}");
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    /// How many records the ledger has, which are whole.
    fn records(&self) -> Value {
        let verified = self.json(&["verify"]);
        verified.pointer("/rows/0/size").expect("a number").clone()
    }
}

fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd"));
    command.current_dir(folder);
    for name in [
        "SUBSIDYD_DATABASE",
        "SUBSIDYD_HEAD_FILE",
        "SUBSIDYD_LEARNER_KEY_FILE",
        "SUBSIDYD_ORIGINALS",
    ] {
        command.env_remove(name);
    }
    command.env("SUBSIDYD_LANG", "en");
    command
}

/// The bank is to pay at a day that has not come when this runs.
fn propose(by: &str) -> [&str; 7] {
    [
        "pay",
        "propose",
        "2026-0001",
        "--execute-on",
        "2099-12-30",
        "--by",
        by,
    ]
}

/// An entry of a statement: cents, out when negative, and the end-to-end id that it names.
type Entry<'a> = (i64, Option<&'a str>);

/// A statement (camt.053.001.08) that opens at EUR 1,000.00 and says to close at so many cents.
fn statement(id: &str, entries: &[Entry<'_>], closing: i64) -> Vec<u8> {
    let euro = |cents: i64| format!("{}.{:02}", cents.abs() / 100, cents.abs() % 100);
    let sign = |cents: i64| if cents < 0 { "DBIT" } else { "CRDT" };
    let balance = |kind: &str, cents: i64| {
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>{}</CdtDbtInd>\
             <Dt><Dt>2026-10-01</Dt></Dt></Bal>",
            euro(cents),
            sign(cents)
        )
    };
    let mut booked = String::new();
    for (cents, order) in entries {
        let (amount, sign) = (euro(*cents), sign(*cents));
        let refs = order.map_or_else(String::new, |order| {
            format!("<Refs><EndToEndId>{order}</EndToEndId></Refs>")
        });
        write!(
            booked,
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
             <BookgDt><Dt>2026-10-01</Dt></BookgDt><NtryDtls><TxDtls>{refs}<Amt Ccy=\"EUR\">{amount}</Amt>\
             <CdtDbtInd>{sign}</CdtDbtInd></TxDtls></NtryDtls></Ntry>"
        )
        .expect("text");
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt>\
         <GrpHdr><MsgId>{id}</MsgId><CreDtTm>2026-10-01T22:15:00</CreDtTm></GrpHdr><Stmt><Id>{id}</Id>\
         <Acct><Id><IBAN>{ACCOUNT}</IBAN></Id><Ccy>EUR</Ccy></Acct>{}{}{booked}</Stmt></BkToCstmrStmt></Document>",
        balance("OPBD", 100_000),
        balance("CLBD", closing)
    )
    .into_bytes()
}

#[test]
fn an_exam_is_approved_by_two_released_by_a_third_and_seen_to_arrive() {
    let office = Office::with_one_invoice();
    let approve = |by| ["approve", SCHOOL, "F-1", "--by", by];
    office.fine(&approve("anna"));
    office.refused(&approve("anna"), "SELF_APPROVAL");
    office.fine(&approve("bert"));

    let before = office.records();
    let trial = office.fine(&[&propose("carla")[..], &["--dry-run"]].concat());
    assert!(trial.contains("123.50"), "{trial}");
    assert_eq!(office.records(), before, "a trial recorded something");
    office.said(&["pay", "export", "2026-0001"], 1);
    office.fine(&propose("carla"));
    office.said(&["pay", "export", "2026-0001"], 1);
    for by in ["carla", "bert"] {
        office.refused(&["pay", "release", "2026-0001", "--by", by], "SELF_APPROVAL");
    }
    office.fine(&["pay", "release", "2026-0001", "--by", "dirk"]);

    office.fine(&["pay", "export", "2026-0001"]);
    office.fine(&["pay", "export", "2026-0001", "--out", "again.xml"]);
    let file = office.read("2026-0001.xml");
    assert_eq!(
        file,
        office.read("again.xml"),
        "the same bytes whenever it is asked for"
    );
    assert!(String::from_utf8_lossy(&file).contains("<InstdAmt Ccy=\"EUR\">123.50</InstdAmt>"));
    office.fine(&["check", "2026-0001.xml"]);

    office.write("paid.xml", &statement("A-1", &[(-12_350, Some(ORDER))], 87_650));
    office.fine(&["bank", "import", "paid.xml"]);
    office.fine(&["report", "bank"]);
    office.fine(&["report", "controls"]);
    let trace = office.fine(&["trace", "F-1/1"]);
    for part in ["anna", "bert", "2026-0001", "dirk", ORDER, "A-1", "2026-10-01"] {
        assert!(trace.contains(part), "{part} in {trace}");
    }
    let open = office.json(&["report", "open-items"]);
    assert_eq!(open["rows"].as_array().map(Vec::len), Some(0), "{open}");
    let after = office.records();
    office.fine(&["bank", "import", "paid.xml"]);
    assert_eq!(office.records(), after, "twice is once");
}

#[test]
fn a_statement_that_does_not_add_up_is_set_apart_and_nothing_of_it_is_booked() {
    let office = Office::with_a_released_batch();
    office.write("wrong.xml", &statement("A-1", &[(-12_350, Some(ORDER))], 87_651));
    office.refused(&["bank", "import", "wrong.xml"], "TOTAL_MISMATCH");
    let orders = office.json(&["report", "payments", "--batch", "2026-0001"]);
    assert_eq!(orders["rows"][1]["state"], "on its way", "{orders}");
    let bank = office.json(&["report", "bank"]);
    assert_eq!(
        bank["rows"].as_array().map(Vec::len),
        Some(1),
        "the total: {bank}"
    );
    // The bank sends it anew, under the same number.
    office.write("right.xml", &statement("A-1", &[(-12_350, Some(ORDER))], 87_650));
    office.fine(&["bank", "import", "right.xml"]);
    office.fine(&["report", "bank"]);
}

#[test]
fn transactions_that_nobody_knows_stay_open_also_when_they_make_nothing_together() {
    let office = Office::with_a_released_batch();
    let unknown = [(-12_350, Some(ORDER)), (-1_250, None), (1_250, None)];
    office.write("costs.xml", &statement("A-1", &unknown, 87_650));
    office.fine(&["bank", "import", "costs.xml"]);
    office.said(&["report", "bank"], 3);
    let open = office.fine(&["report", "open-items"]);
    for number in ["A-1/2", "A-1/3"] {
        assert!(open.contains(number), "{number} in {open}");
    }
    assert!(!open.contains("A-1/1"), "{open}");
}

#[test]
fn of_an_invoice_each_line_is_approved_that_can_be_and_what_forbids_another_is_told() {
    let office = Office::with_one_invoice();
    let passes = ["2", "3"].map(|n| {
        let (result, learner) = (format!("R-{n}"), format!("K-{n}"));
        papers::pass(&result, &learner, "PA-1", "2023-03-15", fund::BRIN)
    });
    let lines = ["2", "3"].map(|n| papers::exam("PA-1", &format!("K-{n}"), &format!("R-{n}"), "2023-03-15"));
    office.write("more.csv", &papers::results(&passes));
    office.write("two.xml", &papers::invoice("F-2", lines).xml());
    office.fine(&["ingest", "--received-on", "2023-05-01", "more.csv", "two.xml"]);
    let whole = |by| ["approve", SCHOOL, "F-2", "--by", by];
    let partly = [
        "--line", "2", "--ruling", "partly", "--amount", "100.00", "--reason", "B-1",
    ];
    office.fine(&[&whole("anna")[..], &partly].concat());
    office.refused(&whole("anna"), "SELF_APPROVAL");
    let open = office.json(&["report", "open-items"]).to_string();
    for waits in ["second approval", "first approval"] {
        assert!(open.contains(waits), "{waits} in {open}");
    }
    office.fine(&whole("bert"));
    office.fine(&whole("carla"));
    let trial = office.fine(&[&propose("dirk")[..], &["--dry-run"]].concat());
    assert!(trial.contains("223.50"), "{trial}");
}

#[test]
fn what_was_refused_in_the_morning_can_be_done_in_the_afternoon() {
    let office = Office::with_one_invoice();
    office.refused(&propose("carla"), "NOTHING_TO_PAY");
    office.fine(&["approve", SCHOOL, "F-1", "--by", "anna"]);
    office.fine(&["approve", SCHOOL, "F-1", "--by", "bert"]);
    office.fine(&propose("carla"));
    office.refused(&propose("carla"), "BATCH_NUMBER_TAKEN");
}

#[test]
fn who_pays_needs_no_learner_secret_and_takes_in_nothing_that_names_learners() {
    let office = Office::with_one_invoice();
    fs::remove_file(office.0.path().join("subsidyd.db.learner.key")).expect("the secret");
    office.fine(&["approve", SCHOOL, "F-1", "--by", "anna"]);
    let another = papers::invoice("F-2", [papers::exam("PA-1", "K-2", "R-2", "2023-03-15")]);
    office.write("another.xml", &another.xml());
    let told = office.said(&["bank", "import", "another.xml"], 1);
    assert!(told.contains("subsidyd ingest"), "{told}");
}

/// Every command of docs/money.md, in its order: how it ends is as the page says.
#[test]
fn every_command_of_the_page_works_as_it_stands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = fs::read_to_string(root.join("docs/money.md")).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    std::os::unix::fs::symlink(root.join("fixtures"), folder.path().join("fixtures")).expect("a link");
    let binary = Path::new(env!("CARGO_BIN_EXE_subsidyd"));
    let path = format!(
        "{}:{}",
        binary.parent().expect("a folder").display(),
        std::env::var("PATH").expect("a path")
    );
    let mut database = String::new();
    let mut run = 0;
    for line in page.split("```").skip(1).step_by(2).flat_map(str::lines) {
        if let Some(named) = line.strip_prefix("export SUBSIDYD_DATABASE=") {
            named.clone_into(&mut database);
        }
        if !line.starts_with("subsidyd ") {
            continue;
        }
        let expected = match line.split_once("# exit code ") {
            Some((_, code)) => code.split(':').next().expect("a code").parse().expect("a number"),
            None => 0,
        };
        // The day on which the bank is to pay has not come when this runs.
        let command = line.replace("--execute-on 2026-12-01", "--execute-on 2099-12-30");
        let output = Command::new("sh")
            .args(["-c", &command])
            .current_dir(folder.path())
            .env("PATH", &path)
            .env("SUBSIDYD_DATABASE", &database)
            .env("SUBSIDYD_LANG", "en")
            .output()
            .expect("a shell");
        assert_eq!(
            output.status.code(),
            Some(expected),
            "{line}\n{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        run += 1;
    }
    assert!(run > 40, "{run} commands");
}
