//! The disk as it is after a power cut: what was synced is there; the rest is dropped, kept, or torn.

use std::collections::BTreeMap;
use std::path::Path;

use super::journal::Entry;
use crate::support::shuffle::next;

/// What becomes of what was written and not synced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsynced {
    /// Nothing of it is there.
    Dropped,
    /// All of it is there.
    Kept,
    /// Some writes are there and others not, whichever came first.
    Some,
    /// As `Some`, and a write that is there may be there in part: by sectors of 512 bytes.
    Torn,
}

impl Unsynced {
    pub(super) const ALL: [Self; 4] = [Self::Dropped, Self::Kept, Self::Some, Self::Torn];
}

#[derive(Debug, Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Resize(usize),
}

#[derive(Debug, Clone, Default)]
struct File {
    durable: Vec<u8>,
    pending: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Naming {
    Name(String, usize),
    Rename(String, String),
    Unlink(String),
}

/// A disk on which a journal is played.
#[derive(Debug, Clone, Default)]
pub(super) struct Platter {
    files: Vec<File>,
    /// The file that an inode is now.
    inodes: BTreeMap<u64, usize>,
    names: BTreeMap<String, usize>,
    pending: Vec<Naming>,
}

impl Platter {
    /// Lets one thing happen.
    pub(super) fn play(&mut self, entry: &Entry) {
        match entry {
            Entry::Create { file, name } => {
                self.inodes.insert(*file, self.files.len());
                self.pending.push(Naming::Name(name.clone(), self.files.len()));
                self.files.push(File::default());
            }
            Entry::Write {
                file, offset, bytes, ..
            } => self
                .file(*file)
                .pending
                .push(Change::Write(*offset, bytes.clone())),
            Entry::Resize { file, size } => self.file(*file).pending.push(Change::Resize(*size)),
            Entry::Rename { from, to } => self.pending.push(Naming::Rename(from.clone(), to.clone())),
            Entry::Unlink { name } => self.pending.push(Naming::Unlink(name.clone())),
            Entry::Sync { file } => {
                let file = self.file(*file);
                for change in std::mem::take(&mut file.pending) {
                    change.apply(&mut file.durable);
                }
            }
            Entry::SyncFolder => {
                for naming in std::mem::take(&mut self.pending) {
                    naming.apply(&mut self.names);
                }
            }
            Entry::FailedSync { file: 0 } => {}
            Entry::FailedSync { file } => self.file(*file).pending.clear(),
        }
    }

    fn file(&mut self, inode: u64) -> &mut File {
        let file = self.inodes[&inode];
        &mut self.files[file]
    }

    /// Cuts the power, and writes what is left into an empty folder.
    pub(super) fn cut(&self, unsynced: Unsynced, seed: u64, folder: &Path) {
        let mut state = seed;
        let mut below = |limit: usize| {
            let drawn = next(&mut state) % u64::try_from(limit.max(1)).expect("a count");
            usize::try_from(drawn).expect("a count")
        };
        let mut names = self.names.clone();
        // A file system keeps the order of names, and may have written any number of the last changes.
        let named = match unsynced {
            Unsynced::Dropped => 0,
            Unsynced::Kept => self.pending.len(),
            Unsynced::Some | Unsynced::Torn => below(self.pending.len() + 1),
        };
        for naming in &self.pending[..named] {
            naming.apply(&mut names);
        }
        for (name, file) in names {
            let File { mut durable, pending } = self.files[file].clone();
            for change in pending {
                match (unsynced, change) {
                    (Unsynced::Dropped, _) => {}
                    (Unsynced::Kept, change) => change.apply(&mut durable),
                    (Unsynced::Some, change) => {
                        if below(2) == 1 {
                            change.apply(&mut durable);
                        }
                    }
                    (Unsynced::Torn, Change::Write(offset, bytes)) => {
                        let at = (below(bytes.len() + 1) / 512) * 512;
                        match below(4) {
                            0 => {}
                            1 => Change::Write(offset, bytes).apply(&mut durable),
                            2 => Change::Write(offset, bytes[..at].to_vec()).apply(&mut durable),
                            _ => Change::Write(offset + at, bytes[at..].to_vec()).apply(&mut durable),
                        }
                    }
                    (Unsynced::Torn, change @ Change::Resize(_)) => {
                        if below(2) == 1 {
                            change.apply(&mut durable);
                        }
                    }
                }
            }
            std::fs::write(folder.join(name), durable).expect("a file");
        }
    }
}

impl Change {
    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(offset, new) => {
                if new.is_empty() {
                    return;
                }
                let end = offset + new.len();
                bytes.resize(bytes.len().max(end), 0);
                bytes[offset..end].copy_from_slice(&new);
            }
            Self::Resize(size) => bytes.resize(size, 0),
        }
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Name(name, file) => {
                names.insert(name.clone(), *file);
            }
            Self::Rename(from, to) => {
                if let Some(file) = names.remove(from) {
                    names.insert(to.clone(), file);
                }
            }
            Self::Unlink(name) => {
                names.remove(name);
            }
        }
    }
}
