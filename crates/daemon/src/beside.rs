//! Where a file stands that belongs to another: in the same folder, under its name and an end.

use std::path::{Path, PathBuf};

/// Returns the path beside another whose name is that of the other with an end: `fund.db` and `.head` give `fund.db.head`.
pub(crate) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(end);
    path.with_file_name(name)
}
