//! The places where a ledger can be kept, as the promises need them.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use rusqlite::types::Value;
use rusqlite::{Connection, params};
use subsidy_ledger::{Keys, Ledger, OpenError, Opening};
use tempfile::TempDir;

use crate::support::quick_folder;

/// A column of a table of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
}

/// A place for one ledger, of its own for each test, gone afterwards.
pub(super) trait Place: Sync {
    /// Opens the ledger, or starts it.
    fn try_open(&self) -> Result<Ledger, OpenError>;
    /// The same where nothing stands in the way.
    fn open(&self) -> Ledger {
        self.try_open().expect("the ledger opens")
    }
    /// What `--database` takes.
    fn address(&self) -> String;
    /// A folder for what else a test needs.
    fn folder(&self) -> PathBuf;
    /// An empty place of the same kind, on a real disk: its syncs take time, in which much can happen.
    fn another(&self) -> Box<dyn Place>;
    /// A copy of the ledger as it stands, at a place of its own. Nobody has the ledger open meanwhile.
    fn copy(&self) -> Box<dyn Place>;
    /// Every column of every table, as the catalogue has them: whoever adds one cannot forget these tests.
    fn columns(&self) -> Vec<Column>;
    /// How many rows a table has.
    fn rows(&self, table: &str) -> u32;
    /// Changes a column in one row (from 0, in the order of the key), with every right and without the guards. Tells whether the table took it.
    fn change(&self, column: &Column, row: u32) -> bool;
    /// Makes such a change where it can be looked at, hands over where it was made, and leaves this ledger as it was. Tells whether the table took it.
    fn changed(&self, column: &Column, row: u32, look: &mut dyn FnMut(&dyn Place)) -> bool;
    /// Removes the record at a position, with every right and without the guards.
    fn remove(&self, position: u64);
}

/// A file of SQLite.
pub(super) struct Sqlite {
    folder: TempDir,
}

impl Sqlite {
    pub(super) fn empty() -> Self {
        Self {
            folder: quick_folder(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger.db")
    }

    fn raw(&self) -> Connection {
        let raw = Connection::open(self.path()).expect("a connection");
        raw.pragma_update(None, "foreign_keys", false).expect("set");
        raw.pragma_update(None, "ignore_check_constraints", true)
            .expect("set");
        raw
    }

    fn unguarded(&self) -> Connection {
        let raw = self.raw();
        let triggers: Vec<String> = raw
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .and_then(|mut names| names.query_map([], |row| row.get(0))?.collect())
            .expect("the triggers");
        for trigger in triggers {
            raw.execute_batch(&format!("DROP TRIGGER {trigger}"))
                .expect("dropped");
        }
        raw
    }
}

impl Place for Sqlite {
    fn try_open(&self) -> Result<Ledger, OpenError> {
        Ledger::open(self.path(), Opening::Create)
    }

    fn address(&self) -> String {
        format!("sqlite:{}", self.path().display())
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    fn another(&self) -> Box<dyn Place> {
        Box::new(Self {
            folder: tempfile::tempdir().expect("a folder"),
        })
    }

    fn copy(&self) -> Box<dyn Place> {
        let copy = Self::empty();
        let target = copy.path();
        self.raw()
            .execute("VACUUM INTO ?", [target.to_str().expect("text")])
            .expect("copied");
        Box::new(copy)
    }

    fn columns(&self) -> Vec<Column> {
        self.raw()
            .prepare(
                "SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name <> 'sqlite_schema'",
            )
            .and_then(|mut columns| {
                columns
                    .query_map([], |row| {
                        Ok(Column {
                            table: row.get(0)?,
                            name: row.get(1)?,
                        })
                    })?
                    .collect()
            })
            .expect("columns")
    }

    fn rows(&self, table: &str) -> u32 {
        self.raw()
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .expect("a count")
    }

    fn change(&self, Column { table, name }: &Column, row: u32) -> bool {
        let raw = self.unguarded();
        let key: Vec<String> = raw
            .prepare("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk")
            .and_then(|mut names| names.query_map([table], |row| row.get(0))?.collect())
            .expect("a key");
        // The one internal table has no key.
        let key = if key.is_empty() {
            "rowid".to_owned()
        } else {
            key.join(", ")
        };
        let found = format!("({key}) = (SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {row})");
        let before: Value = raw
            .query_row(&format!("SELECT {name} FROM {table} WHERE {found}"), [], |row| {
                row.get(0)
            })
            .expect("a value");
        let after = match before {
            Value::Integer(number) => Value::Integer(number + 1),
            Value::Text(text) => Value::Text(format!("{text} ")),
            Value::Blob(mut bytes) => {
                if let Some(last) = bytes.last_mut() {
                    *last ^= 1;
                }
                Value::Blob(bytes)
            }
            Value::Null => Value::Integer(1),
            Value::Real(_) => panic!("{table}.{name} holds a fraction"),
        };
        match raw.execute(
            &format!("UPDATE {table} SET {name} = ? WHERE {found}"),
            params![after],
        ) {
            Ok(changed) => changed == 1,
            // Two rows cannot stand at one place: that change cannot be made at all.
            Err(error) if error.to_string().starts_with("UNIQUE") => false,
            Err(error) => panic!("{table}.{name}: {error}"),
        }
    }

    fn changed(&self, column: &Column, row: u32, look: &mut dyn FnMut(&dyn Place)) -> bool {
        let copy = self.copy();
        let taken = copy.change(column, row);
        if taken {
            look(copy.as_ref());
        }
        taken
    }

    fn remove(&self, position: u64) {
        let removed = self
            .unguarded()
            .execute(
                "DELETE FROM events WHERE position = ?",
                [i64::try_from(position).expect("a position")],
            )
            .expect("removed");
        assert_eq!(removed, 1);
    }
}

/// The rows of the tally, as kept.
pub(super) fn tally(ledger: &Ledger) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    ledger
        .rows("tally", &Keys::All, &mut |key, row| {
            rows.push((key.to_owned(), row.to_owned()));
        })
        .expect("rows");
    rows
}

/// The program, about to take in files that came in on 1 May 2023; what it prints is not looked at.
pub(super) fn ingest(place: &dyn Place) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_subsidyd-under-test"));
    command
        .args(["--database", &place.address(), "ingest"])
        .args(["--received-on", "2023-05-01", "--learner-key"])
        .arg(place.folder().join("learner.key"))
        .stdout(Stdio::null());
    command
}
