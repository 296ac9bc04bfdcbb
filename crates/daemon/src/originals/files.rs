//! Files that are there whole or not at all, and that stay when the power fails.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::OriginalsError;

/// Files that this program began to write.
static WRITTEN: AtomicU64 = AtomicU64::new(0);

/// Whether a file was written or was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Now,
    Before,
}

fn cannot(path: &Path) -> impl FnOnce(std::io::Error) -> OriginalsError {
    let path = path.to_owned();
    |source| OriginalsError::Io { path, source }
}

/// Reads a file, when it is there.
pub(super) fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, OriginalsError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(cannot(path)(error)),
    }
}

/// Makes a folder and those above it, for its owner only.
pub(super) fn make_folder(path: &Path) -> Result<(), OriginalsError> {
    if path.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(cannot(path))?;
    sync_folder(path.parent().unwrap_or(path))
}

/// Writes a file that is not there yet; it has all its bytes, durably, before it has its name.
pub(super) fn write_once(path: &Path, bytes: &[u8]) -> Result<Kept, OriginalsError> {
    let kept = put(path, bytes, |from, to| match fs::hard_link(from, to) {
        Ok(()) => Ok(Kept::Now),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(Kept::Before),
        // A disk that knows no links: the name is taken over, after a look.
        Err(_) if to.exists() => Ok(Kept::Before),
        Err(_) => fs::copy(from, to)
            .and_then(|_| File::open(to)?.sync_all())
            .map(|()| Kept::Now),
    })?;
    Ok(kept)
}

/// Writes a file in place of another.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), OriginalsError> {
    put(path, bytes, |from, to| fs::rename(from, to)).map(drop)
}

/// Writes a file beside its place and lets `place` give it its name.
fn put<T>(
    path: &Path,
    bytes: &[u8],
    place: impl FnOnce(&Path, &Path) -> std::io::Result<T>,
) -> Result<T, OriginalsError> {
    let folder = path.parent().unwrap_or(path);
    make_folder(folder)?;
    let beside = unused(path);
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()?;
        place(&beside, path)
    });
    // Gone when it was renamed.
    drop(fs::remove_file(&beside));
    let placed = written.map_err(cannot(path))?;
    sync_folder(folder)?;
    Ok(placed)
}

/// A name beside a file that no other program takes.
fn unused(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}-{number}.part", std::process::id()));
    path.with_file_name(name)
}

/// Overwrites a file and takes it away, durably.
pub(super) fn wipe(path: &Path) -> Result<(), OriginalsError> {
    let wiped = || {
        let length = usize::try_from(fs::metadata(path)?.len()).unwrap_or(0);
        let mut file = OpenOptions::new().write(true).open(path)?;
        file.write_all(&vec![0; length])?;
        file.sync_all()?;
        fs::remove_file(path)
    };
    wiped().map_err(cannot(path))?;
    sync_folder(path.parent().unwrap_or(path))
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> Result<(), OriginalsError> {
    let path = if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    };
    File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(cannot(path))
}

#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> Result<(), OriginalsError> {
    Ok(())
}
