//! A ledger of its own for each test, on whichever store the test is run.

use std::cell::Cell;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use sqlx::{Connection, PgConnection};
use throwaway_cluster::Cluster;

use super::*;

/// A store that keeps the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

thread_local! {
    static KIND: Cell<Kind> = const { Cell::new(Kind::Sqlite) };
}

/// Runs a test on a store.
pub(crate) fn on<R>(kind: Kind, test: impl FnOnce() -> R) -> R {
    KIND.set(kind);
    test()
}

/// The store of the test that runs on this thread.
pub(crate) fn kind() -> Kind {
    KIND.get()
}

/// Makes each promise a test of its own on each store.
macro_rules! contract {
    ($($promise:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $promise() { crate::fixture::on(crate::fixture::Kind::Sqlite, super::$promise); })*
        }
        mod postgres {
            $(#[test] fn $promise() { crate::fixture::on(crate::fixture::Kind::Postgres, super::$promise); })*
        }
    };
}
pub(crate) use contract;

/// The one server of this test run.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(|| {
        let cluster = Cluster::start(&["jit = off"]).unwrap_or_else(|error| panic!("{error}"));
        cluster.sql("postgres", "CREATE DATABASE ledger_template").unwrap();
        Ledger::migrate(&cluster.url("ledger_template").parse().unwrap()).unwrap();
        // What SQLite has and tests use; out of the ledger's own schema.
        cluster
            .sql(
                "ledger_template",
                "CREATE FUNCTION zeroblob(size int) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', size), 'hex') $$;
                 CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the disk is gone'; END $$",
            )
            .unwrap();
        cluster
    })
}

/// Makes an empty database for a test and returns its name.
pub(crate) fn database(template: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
    cluster().sql("postgres", &sql).unwrap();
    name
}

/// A ledger with its place.
pub(crate) struct Fresh {
    pub(crate) ledger: Ledger,
    pub(crate) place: Place,
}

/// Where a ledger is, gone with the test.
pub(crate) enum Place {
    Folder(TempDir),
    Database(String),
}

impl Place {
    pub(crate) fn new() -> Self {
        match kind() {
            Kind::Sqlite => Self::Folder(tempfile::tempdir().unwrap()),
            Kind::Postgres => {
                cluster();
                Self::Database(database("ledger_template"))
            }
        }
    }

    pub(crate) fn location(&self) -> Location {
        match self {
            Self::Folder(folder) => Location::Sqlite(folder.path().join("ledger.db")),
            Self::Database(name) => cluster().url(name).parse().unwrap(),
        }
    }

    pub(crate) fn open(&self) -> Ledger {
        Ledger::open_at(&self.location(), Opening::Create).unwrap()
    }

    /// The database as anyone with full rights can open it: none of the library's care.
    pub(crate) fn raw(&self) -> Raw {
        match self {
            Self::Folder(folder) => {
                Raw::Sqlite(rusqlite::Connection::open(folder.path().join("ledger.db")).unwrap())
            }
            Self::Database(name) => Raw::Postgres(cluster().url(name)),
        }
    }

    /// Changes what triggers and constraints refuse.
    pub(crate) fn tamper(&self, sql: &str) {
        let raw = self.raw();
        raw.lift_guards();
        raw.run(sql).unwrap();
    }
}

impl Fresh {
    pub(crate) fn raw(&self) -> Raw {
        self.place.raw()
    }

    pub(crate) fn tamper(&self, sql: &str) {
        self.place.tamper(sql);
    }
}

pub(crate) fn fresh() -> Fresh {
    let place = Place::new();
    let ledger = place.open();
    Fresh { ledger, place }
}

/// SQL with full rights.
pub(crate) enum Raw {
    Sqlite(rusqlite::Connection),
    Postgres(String),
}

impl Raw {
    /// Runs statements; the error is what the database said.
    pub(crate) fn run(&self, sql: &str) -> Result<(), String> {
        match self {
            Self::Sqlite(connection) => connection
                .execute_batch(&sql.replace("moment(", "("))
                .map_err(|error| error.to_string()),
            Self::Postgres(url) => {
                let sql = format!(
                    "SET search_path = subsidy, public; {}",
                    sql.replace("moment(", "to_timestamp(0.000001 * ")
                );
                alone(|| async {
                    let mut connection = PgConnection::connect(url).await.unwrap();
                    let outcome = sqlx::raw_sql(&sql).execute(&mut connection).await;
                    outcome.map(drop).map_err(|error| error.to_string())
                })
            }
        }
    }

    /// Takes away triggers and checks, as one can who owns the tables.
    pub(crate) fn lift_guards(&self) {
        match self {
            Self::Sqlite(connection) => {
                let triggers: Vec<String> = connection
                    .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
                    .unwrap()
                    .query_map([], |row| row.get(0))
                    .unwrap()
                    .collect::<Result<_, _>>()
                    .unwrap();
                for trigger in triggers {
                    connection
                        .execute_batch(&format!("DROP TRIGGER {trigger}"))
                        .unwrap();
                }
                connection
                    .pragma_update(None, "ignore_check_constraints", true)
                    .unwrap();
                connection.pragma_update(None, "foreign_keys", false).unwrap();
            }
            Self::Postgres(_) => self
                .run(
                    "DO $$ DECLARE c record; BEGIN
                        FOR c IN SELECT conname, conrelid::regclass AS t FROM pg_constraint
                                 WHERE contype = 'c' AND connamespace = 'subsidy'::regnamespace LOOP
                            EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);
                        END LOOP; END $$;
                     ALTER TABLE events DISABLE TRIGGER ALL;
                     ALTER TABLE idempotency_key DISABLE TRIGGER ALL;
                     ALTER TABLE ledger_head DISABLE TRIGGER ALL;
                     ALTER TABLE tile DISABLE TRIGGER ALL;
                     ALTER TABLE checkpoint DISABLE TRIGGER ALL;
                     ALTER TABLE checkpoint_signature DISABLE TRIGGER ALL",
                )
                .unwrap(),
        }
    }

    /// Makes each such write of a table fail from now on.
    pub(crate) fn fail_on(&self, operation: &str, table: &str, when: &str) {
        let body = match self {
            Self::Sqlite(_) => format!("WHEN {when} BEGIN SELECT raise(ABORT, 'the disk is gone'); END"),
            Self::Postgres(_) => format!("FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION fail()"),
        };
        self.run(&format!(
            "CREATE TRIGGER fail AFTER {operation} ON {table} {body}"
        ))
        .unwrap();
    }

    /// Takes that back.
    pub(crate) fn fail_no_more(&self, table: &str) {
        match self {
            Self::Sqlite(_) => self.run("DROP TRIGGER fail"),
            Self::Postgres(_) => self.run(&format!("DROP TRIGGER fail ON {table}")),
        }
        .unwrap();
    }
}

/// Runs work of sqlx on a thread and a runtime of its own, for a test may run on another one.
pub(crate) fn alone<R: Send, F: Future<Output = R>>(work: impl FnOnce() -> F + Send) -> R {
    thread::scope(|scope| {
        scope
            .spawn(|| {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap()
                    .block_on(work())
            })
            .join()
            .unwrap()
    })
}
