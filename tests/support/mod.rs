//! What the tests share: the replayed year, its manifest, a small fund, and papers to send to it.

pub(crate) mod camt;
pub(crate) mod figures;
pub(crate) mod fund;
pub(crate) mod granted;
pub(crate) mod manifest;
pub(crate) mod office;
pub(crate) mod papers;
pub(crate) mod receipt;
pub(crate) mod shuffle;
pub(crate) mod standards;
pub(crate) mod year;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// Whether the long form of the tests was asked for: `SUBSIDY_LONG=1`.
pub(crate) fn long() -> bool {
    std::env::var("SUBSIDY_LONG").is_ok_and(|asked| asked == "1")
}

/// A folder in memory where the machine has one: what is written there need not last.
pub(crate) fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir()
        && let Ok(folder) = tempfile::tempdir_in(memory)
    {
        return folder;
    }
    tempfile::tempdir().expect("a folder")
}

/// Writes a learner secret that nobody else may read, as `subsidyd` asks.
pub(crate) fn learner_key(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).expect("a key");
    std::io::Write::write_all(&mut file, "07".repeat(32).as_bytes()).expect("a key");
}

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
        .to_owned()
}

/// The fixture year.
pub(crate) fn fixtures() -> PathBuf {
    root().join("fixtures/2023")
}

/// Every file below a folder, in order.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every source file of a folder's Rust code, with its text.
pub(crate) fn rust_below(folder: &Path) -> Vec<(PathBuf, String)> {
    files_below(folder)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .map(|path| {
            let text = read(&path);
            (path, text)
        })
        .collect()
}

/// The text of a file.
pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
