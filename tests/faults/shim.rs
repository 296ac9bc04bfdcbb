//! Runs a program on a disk that can be told to fail: `shim.c` has the words.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::journal::{self, Entry};
use crate::support::quick_folder;

/// The shim, compiled by whoever asks first.
fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("faults/shim.c");
        let built = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shim-{}.so", std::process::id()));
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let output = Command::new(compiler)
            .args(["-O1", "-shared", "-fPIC", "-o"])
            .args([&built, &source])
            .args(["-ldl", "-lpthread"])
            .output()
            .expect("a C compiler, as for the rest of the workspace");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        built
    })
}

/// A folder on a disk that can be told to fail, and the journal of what happened to it.
pub(super) struct Disk {
    /// Where the watched files are.
    pub(super) folder: PathBuf,
    journal: PathBuf,
    parent: TempDir,
}

impl Disk {
    pub(super) fn empty() -> Self {
        let parent = quick_folder();
        let folder = parent.path().join("disk");
        std::fs::create_dir(&folder).expect("a folder");
        Self {
            journal: parent.path().join("journal"),
            folder,
            parent,
        }
    }

    pub(super) fn ledger(&self) -> PathBuf {
        self.folder.join("ledger.db")
    }

    /// A folder beside it, on a disk that does not fail.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        let folder = self.parent.path().join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    /// Runs `ledger-writer` on it.
    pub(super) fn write(&self, threads: u64, batches: u64, faults: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ledger-writer"));
        command
            .arg(&self.folder)
            .args([threads.to_string(), batches.to_string()]);
        self.run(&mut command, faults)
    }

    /// Runs a program on it, with what shall fail as variables of the shim.
    pub(super) fn run(&self, command: &mut Command, faults: &[(&str, &str)]) -> Output {
        let output = command
            .env("LD_PRELOAD", shim())
            .env("FAULTS_FOLDER", &self.folder)
            .env("FAULTS_JOURNAL", &self.journal)
            .envs(faults.iter().copied())
            .output()
            .expect("the program runs");
        // The shim ends a program that goes past it with this code.
        assert_ne!(
            output.status.code(),
            Some(97),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        output
    }

    /// What happened so far, in order.
    pub(super) fn journal(&self) -> Vec<Entry> {
        journal::parse(&std::fs::read(&self.journal).expect("a journal"))
    }
}
