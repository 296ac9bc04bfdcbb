//! What is compared: the sides, what they start from, and the rows of the table with their goals.

use std::collections::BTreeSet;
use std::error::Error;
use std::path::PathBuf;

use super::told;

/// Stands in a command for the URL of a fresh PostgreSQL database.
pub(super) const DATABASE: &str = "{database}";

/// Where programs and databases are, and how large the log of claims is.
pub(super) struct Files {
    /// The built programs.
    pub(super) programs: PathBuf,
    /// Everything that is written.
    pub(super) folder: PathBuf,
    /// Claims in the large log.
    pub(super) claims: u64,
}

impl Files {
    /// A file that is made once and read in every round.
    pub(super) fn prepared(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// A file of one run.
    fn fresh(&self, name: &str) -> String {
        self.folder.join("run").join(name).display().to_string()
    }
}

/// One side: a name and how it is run.
pub(super) struct Side {
    pub(super) name: &'static str,
    pub(super) command: Vec<String>,
}

impl Side {
    /// Tells whether it is run on a fresh PostgreSQL database.
    pub(super) fn needs_server(&self) -> bool {
        self.command.iter().any(|word| word == DATABASE)
    }
}

/// What is divided by what.
#[derive(Clone, Copy)]
pub(crate) enum Measure {
    /// Things per second.
    Rate,
    /// Peak memory, theirs over ours: how many times less we need.
    Memory,
    /// Our peak memory against a fixed limit; `theirs` is not run.
    Below {
        /// The limit.
        kib: u64,
    },
    /// Our time in microseconds against a fixed limit; `theirs` is not run.
    Within {
        /// The limit.
        micros: u64,
    },
}

/// A row of the table: ours over theirs, with the goal in hundredths.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) theirs: &'static str,
    pub(crate) measure: Measure,
    /// In hundredths; none where the figure is for information.
    pub(crate) goal: Option<u64>,
}

/// The rows that were asked for and the sides that they need.
pub(super) struct Plan {
    pub(super) rows: Vec<Row>,
    pub(super) sides: Vec<Side>,
}

const fn rate(name: &'static str, ours: &'static str, theirs: &'static str, goal: Option<u64>) -> Row {
    Row {
        name,
        ours,
        theirs,
        measure: Measure::Rate,
        goal,
    }
}

const fn memory(name: &'static str, ours: &'static str, theirs: &'static str, goal: Option<u64>) -> Row {
    Row {
        name,
        ours,
        theirs,
        measure: Measure::Memory,
        goal,
    }
}

/// The rows.
fn rows() -> Vec<Row> {
    vec![
        rate(
            "500-line invoice, SQLite / stock sqlite-es",
            "invoice",
            "stock-invoice",
            Some(3_000),
        ),
        rate(
            "500-line invoice, SQLite / sqlite-es synced",
            "invoice",
            "stock-invoice-full",
            None,
        ),
        rate(
            "append by 5,000, SQLite / raw prepared insert",
            "append",
            "raw-append",
            Some(85),
        ),
        rate(
            "500-line invoice, PostgreSQL / stock postgres-es",
            "pg-invoice",
            "pg-stock-invoice",
            Some(6_000),
        ),
        rate(
            "16 writers, PostgreSQL / stock postgres-es",
            "pg-writers",
            "pg-stock-writers",
            Some(130),
        ),
        rate(
            "append by 5,000, PostgreSQL / raw UNNEST",
            "pg-append",
            "pg-raw-append",
            Some(85),
        ),
        rate(
            "batch of 1,000, PostgreSQL / doubleentry",
            "pg-batch",
            "pg-rival-batch",
            Some(1_500),
        ),
        rate(
            "rebuild of the budget view, PostgreSQL / stock QueryReplay",
            "pg-rebuild",
            "pg-stock-replay",
            Some(600),
        ),
        rate(
            "rebuild, PostgreSQL / stock with GenericQuery",
            "pg-rebuild",
            "pg-stock-generic",
            Some(100_000),
        ),
        rate(
            "rebuild of the budget view, SQLite / stock QueryReplay",
            "rebuild",
            "stock-replay",
            Some(600),
        ),
        rate(
            "rebuild, SQLite / stock with GenericQuery",
            "rebuild",
            "stock-generic",
            None,
        ),
        rate("rebuild / decode only, one thread", "rebuild", "decode", Some(80)),
        rate(
            "verify, SQLite / read and SHA-256",
            "verify",
            "raw-verify",
            Some(80),
        ),
        rate(
            "verify, SQLite / doubleentry audit",
            "verify",
            "rival-audit",
            Some(800),
        ),
        rate(
            "one durable event, SQLite / doubleentry",
            "one",
            "rival-one",
            Some(200),
        ),
        rate(
            "one durable event, SQLite / fdatasync",
            "one",
            "fdatasync",
            Some(60),
        ),
        rate(
            "batch of 1,000, SQLite / doubleentry",
            "batch",
            "rival-batch",
            Some(1_000),
        ),
        rate("50 clients, one hot line / a line each", "hot", "many", Some(80)),
        rate(
            "cold budget report / ledger-cli budget",
            "report",
            "ledger-cli",
            Some(1_000),
        ),
        rate(
            "cold budget report / hledger balance --budget",
            "report",
            "hledger",
            Some(1_000),
        ),
        rate(
            "cold budget report / tackler balance",
            "report",
            "tackler",
            Some(100),
        ),
        memory(
            "cold budget report, memory / ledger-cli",
            "report",
            "ledger-cli",
            Some(5_000),
        ),
        memory("cold budget report, memory / hledger", "report", "hledger", None),
        memory("cold budget report, memory / tackler", "report", "tackler", None),
        Row {
            name: "budget report query, under 1 ms",
            ours: "query",
            theirs: "",
            measure: Measure::Within { micros: 1_000 },
            goal: Some(100),
        },
        memory(
            "memory taking in a year / ten years at once",
            "ten-years",
            "year",
            Some(50),
        ),
        rate(
            "budget report query, all claims / 10,000 claims",
            "query",
            "query-10k",
            Some(80),
        ),
    ]
}

impl Plan {
    /// Returns the rows whose name contains a text, with their sides.
    pub(super) fn of(files: &Files, only: &str) -> Self {
        let rows: Vec<Row> = rows().into_iter().filter(|row| row.name.contains(only)).collect();
        let wanted: BTreeSet<&str> = rows.iter().flat_map(|row| [row.ours, row.theirs]).collect();
        let sides = sides(files)
            .into_iter()
            .filter(|side| wanted.contains(side.name))
            .collect();
        Self { rows, sides }
    }

    /// Tells whether a PostgreSQL server is needed.
    pub(super) fn needs_server(&self) -> bool {
        self.sides.iter().any(Side::needs_server)
    }

    fn needs(&self, names: &[&str]) -> bool {
        self.sides.iter().any(|side| names.contains(&side.name))
    }

    /// Returns the commands that make what the sides start from.
    pub(super) fn preparations(&self, files: &Files) -> Vec<Vec<String>> {
        let mut commands = Vec::new();
        let claims = files.claims.to_string();
        if self.needs(&["rebuild", "decode"]) {
            commands.push(command(&[
                "bench-driver",
                "prepare-booked",
                &files.prepared("booked.db"),
                "200000",
            ]));
        }
        if self.needs(&[
            "verify",
            "raw-verify",
            "report",
            "query",
            "ledger-cli",
            "hledger",
            "tackler",
        ]) {
            let (log, journal) = (files.prepared("claims.db"), files.prepared("claims.journal"));
            commands.push(command(&[
                "bench-driver",
                "prepare-claims",
                &log,
                &journal,
                &claims,
            ]));
        }
        if self.needs(&["query-10k"]) {
            let (log, journal) = (
                files.prepared("claims-10k.db"),
                files.prepared("claims-10k.journal"),
            );
            commands.push(command(&[
                "bench-driver",
                "prepare-claims",
                &log,
                &journal,
                "10000",
            ]));
        }
        if self.needs(&["stock-replay"]) {
            commands.push(command(&[
                "bench-peer",
                "events",
                &files.prepared("stock.db"),
                "200000",
            ]));
        }
        if self.needs(&["stock-generic"]) {
            commands.push(command(&[
                "bench-peer",
                "events",
                &files.prepared("stock-few.db"),
                "2000",
            ]));
        }
        for (side, scale) in [("year", "1"), ("ten-years", "10")] {
            if self.needs(&[side]) {
                commands.push(command(&[
                    "fixture-generator",
                    "--out",
                    &files.prepared(side),
                    "--scale",
                    scale,
                ]));
            }
        }
        if self.needs(&["rival-audit"]) {
            commands.push(command(&[
                "bench-rival",
                "prepare",
                &files.prepared("rival.db"),
                "20000",
            ]));
        }
        commands
    }

    /// Checks that every side of the reports comes to the same total.
    pub(super) fn check_totals(&self, files: &Files) -> Result<(), Box<dyn Error>> {
        if !self.needs(&["report", "ledger-cli", "hledger", "tackler"]) {
            return Ok(());
        }
        // Each claim is 123.50 or 162.00, in turn.
        let cents = files.claims / 2 * (12_350 + 16_200) + files.claims % 2 * 12_350;
        let wanted = cents.to_string();
        let journal = files.prepared("claims.journal");
        for side in &self.sides {
            let printed = match side.name {
                "report" => told(files, &report(files))?,
                "hledger" => told(
                    files,
                    &command(&["hledger", "-f", &journal, "balance", "Expenses", "--depth", "1"]),
                )?,
                "ledger-cli" => told(
                    files,
                    &command(&["ledger", "-f", &journal, "balance", "Expenses", "--depth", "1"]),
                )?,
                "tackler" => told(files, &tackler(files))?,
                _ => continue,
            };
            let digits: String = printed
                .chars()
                .map(|sign| if sign == '.' { ',' } else { sign })
                .filter(|sign| *sign != ',')
                .collect();
            if !digits.contains(&wanted) {
                return Err(format!("{} does not come to {cents} cents: {printed}", side.name).into());
            }
        }
        Ok(())
    }
}

fn command(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The budget report from nothing but the log.
fn report(files: &Files) -> Vec<String> {
    let database = format!("sqlite:{}", files.prepared("claims.db"));
    // Three events a claim, a booking an invoice, and the budget.
    let last = files.claims * 3 + files.claims.div_ceil(bench_exchange::exams::LINES) + 1;
    command(&[
        "subsidyd",
        "--database",
        &database,
        "--lang",
        "en",
        "--format",
        "csv",
        "report",
        "budget",
        "--year",
        "2023",
        "--as-at",
        &last.to_string(),
    ])
}

/// The balance of the same claims by tackler.
fn tackler(files: &Files) -> Vec<String> {
    command(&[
        &files.programs.join("tackler").display().to_string(),
        "--config",
        &files.prepared("claims.toml"),
        "--input.file",
        &files.prepared("claims.txn"),
    ])
}

/// All sides, those beside each other that are compared.
fn sides(files: &Files) -> Vec<Side> {
    let side = |name, words: &[&str]| Side {
        name,
        command: command(words),
    };
    let fresh = |name: &'static str, what: &str, count: &str| {
        side(
            name,
            &[
                "bench-driver",
                "side",
                what,
                "--at",
                &files.fresh("ours.db"),
                "--count",
                count,
            ],
        )
    };
    let prepared = |name: &'static str, what: &str, file: &str| {
        side(
            name,
            &["bench-driver", "side", what, "--at", &files.prepared(file)],
        )
    };
    let postgres = |name: &'static str, what: &str, count: &str| {
        side(
            name,
            &["bench-driver", "side", what, "--at", DATABASE, "--count", count],
        )
    };
    let peer = files.fresh("peer.db");
    let rival = files.fresh("rival.db");
    let (out, journal, claims) = (
        files.fresh("out"),
        files.prepared("claims.journal"),
        files.claims.to_string(),
    );
    let timed = |name: &'static str, words: &[String]| {
        let mut all = command(&["bench-driver", "timed", "--count", &claims, "--out", &out, "--"]);
        all.extend_from_slice(words);
        Side { name, command: all }
    };
    let year = |name: &'static str, folder: &str| {
        let subsidyd = files.programs.join("subsidyd").display().to_string();
        let database = format!("sqlite:{}", files.fresh("demo.db"));
        timed(
            name,
            &command(&[
                &subsidyd,
                "--database",
                &database,
                "demo",
                "--fixtures",
                &files.prepared(folder),
            ]),
        )
    };
    let mut report = report(files);
    if let Some(program) = report.first_mut() {
        *program = files.programs.join("subsidyd").display().to_string();
    }
    vec![
        fresh("invoice", "invoice", "0"),
        side("stock-invoice", &["bench-peer", "invoice", &peer]),
        side("stock-invoice-full", &["bench-peer", "invoice", &peer, "--full"]),
        fresh("append", "append", "50000"),
        fresh("raw-append", "raw-append", "50000"),
        prepared("rebuild", "rebuild", "booked.db"),
        prepared("decode", "decode", "booked.db"),
        side(
            "stock-replay",
            &["bench-peer", "replay", &files.prepared("stock.db")],
        ),
        side(
            "stock-generic",
            &[
                "bench-peer",
                "replay",
                &files.prepared("stock-few.db"),
                "--generic",
            ],
        ),
        prepared("verify", "verify", "claims.db"),
        prepared("raw-verify", "raw-verify", "claims.db"),
        side(
            "rival-audit",
            &["bench-rival", "audit", &files.prepared("rival.db")],
        ),
        fresh("one", "one", "400"),
        side("rival-one", &["bench-rival", "record", &rival, "400", "1"]),
        fresh("fdatasync", "fdatasync", "400"),
        fresh("batch", "batch", "10000"),
        side("rival-batch", &["bench-rival", "record", &rival, "5000", "1000"]),
        postgres("pg-invoice", "invoice", "0"),
        postgres("pg-stock-invoice", "stock-invoice", "0"),
        postgres("pg-writers", "writers", "100"),
        postgres("pg-stock-writers", "stock-writers", "100"),
        postgres("pg-append", "append", "50000"),
        postgres("pg-raw-append", "raw-unnest", "50000"),
        postgres("pg-batch", "batch", "10000"),
        postgres("pg-rebuild", "booked-rebuild", "100000"),
        postgres("pg-stock-replay", "stock-replay", "100000"),
        postgres("pg-stock-generic", "stock-generic", "1000"),
        side(
            "pg-rival-batch",
            &["bench-rival", "record", DATABASE, "5000", "1000"],
        ),
        fresh("hot", "hot", "200"),
        fresh("many", "many", "200"),
        timed("report", &report),
        timed(
            "ledger-cli",
            &command(&["ledger", "-f", &journal, "budget", "--depth", "2"]),
        ),
        timed(
            "hledger",
            &command(&[
                "hledger", "-f", &journal, "balance", "--budget", "-Y", "--depth", "2",
            ]),
        ),
        timed("tackler", &tackler(files)),
        year("year", "year"),
        year("ten-years", "ten-years"),
        prepared("query", "query", "claims.db"),
        prepared("query-10k", "query", "claims-10k.db"),
    ]
}
