//! What is handed out: tiles as files, and proofs. Each proof is checked before it leaves.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use subsidy_ledger::{Ledger, Position, ReadError, Signed};
use subsidy_proof::check::{self, Unproven};
use subsidy_proof::{GrowthProof, RecordProof, TileId, TileReader, Tree, TreeError, WIDTH, bundle};

use crate::beside::beside;

/// Why nothing was handed out.
#[derive(Debug, thiserror::Error)]
pub enum HandOutError {
    /// Nothing was signed yet, or not of so many records.
    #[error("no checkpoint {of} was signed: sign one with `subsidyd checkpoint sign`")]
    NotSigned {
        /// Of what.
        of: String,
    },
    /// The tiles lead to another root than the one that was signed.
    #[error("the stored tiles do not prove what was signed: run `subsidyd verify`")]
    Unproven(#[from] Unproven),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file cannot be written.
    #[error("the file {path} cannot be written")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder is of another ledger, or of a longer one.
    #[error("the folder {path} holds the tiles of another ledger: name another folder")]
    OtherLedger {
        /// The folder.
        path: PathBuf,
    },
}

impl From<TreeError<ReadError>> for HandOutError {
    fn from(error: TreeError<ReadError>) -> Self {
        match error {
            TreeError::Tile(error) => Self::Read(error),
            TreeError::Short(_) | TreeError::NoLeaf { .. } | TreeError::NoBeginning { .. } => {
                Self::Unproven(Unproven::Length)
            }
        }
    }
}

/// The checkpoint that was signed of so many records, or the last one.
///
/// # Errors
/// See [`HandOutError`].
pub fn signed(ledger: &Ledger, size: Option<u64>) -> Result<Signed, HandOutError> {
    let (found, of) = match size {
        Some(size) => (ledger.signed_at(size)?, format!("of {size} records")),
        None => (ledger.last_checkpoint()?, "at all".to_owned()),
    };
    found.ok_or(HandOutError::NotSigned { of })
}

/// Proves that a record is in a checkpoint; returns the proof with the entry that it is about.
///
/// # Errors
/// See [`HandOutError`].
pub fn record(
    ledger: &Ledger,
    position: Position,
    at: &Signed,
) -> Result<(RecordProof, Vec<u8>), HandOutError> {
    let size = at.checkpoint.size;
    let index = position.0.checked_sub(1).filter(|index| *index < size);
    let of = format!("of position {position}");
    let index = index.ok_or(HandOutError::NotSigned { of })?;
    let entry = ledger.record(position)?.entry();
    let tiles = ledger.tiles();
    let proof = RecordProof {
        index,
        hashes: Tree::new(&tiles, size).inclusion(index)?,
        checkpoint: at.note.clone(),
    };
    proof.check(&entry, &at.checkpoint)?;
    Ok((proof, entry))
}

/// Proves that one checkpoint is the beginning of another.
///
/// # Errors
/// See [`HandOutError`].
pub fn growth(ledger: &Ledger, old: &Signed, new: &Signed) -> Result<GrowthProof, HandOutError> {
    let tiles = ledger.tiles();
    let (older, newer) = (&old.checkpoint, &new.checkpoint);
    let hashes = Tree::new(&tiles, newer.size).consistency(older.size)?;
    check::consistency((older.size, older.root), (newer.size, newer.root), &hashes)?;
    Ok(GrowthProof {
        old: older.size,
        hashes,
        checkpoint: new.note.clone(),
    })
}

/// What a witness is asked with that has seen nothing of this ledger: anything continues nothing.
#[must_use]
pub fn beginning(new: &Signed) -> GrowthProof {
    GrowthProof {
        old: 0,
        hashes: Vec::new(),
        checkpoint: new.note.clone(),
    }
}

/// How many files there were to write, and were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files of the tree, and of entries.
    pub files: u64,
    /// Those that were not there yet.
    pub new: u64,
}

/// Writes the tiles of a checkpoint below a folder, as a web server can serve them, and the checkpoint last.
///
/// What is there of an earlier time stays as it is: a full tile never changes. Entries are what the records say: without them the folder
/// proves records to whoever holds them, and tells nobody else anything.
///
/// # Errors
/// See [`HandOutError`]. A folder that has the checkpoint of another history is left alone.
pub fn tiles(
    ledger: &Ledger,
    at: &Signed,
    folder: &Path,
    with_entries: bool,
) -> Result<Written, HandOutError> {
    let checkpoint = folder.join("checkpoint");
    belongs(ledger, &checkpoint, at, folder)?;
    let (source, size) = (ledger.tiles(), at.checkpoint.size);
    if Tree::new(&source, size).root()? != at.checkpoint.root {
        return Err(Unproven::Root.into());
    }
    let mut written = Written::default();
    for id in TileId::all(size) {
        let width = usize::from(id.width);
        let tile = || -> Result<_, HandOutError> {
            let hashes = source.tile(id)?;
            Ok(hashes.hashes().get(..width).unwrap_or_default().concat())
        };
        written.add(&folder.join(id.path()), tile)?;
        if with_entries && id.level == 0 {
            written.add(&folder.join(id.entries_path()), || entries(ledger, id))?;
        }
    }
    let failed = |source| HandOutError::Io {
        path: checkpoint.clone(),
        source,
    };
    super::keys::write_whole(&checkpoint, &at.note.to_string(), false).map_err(failed)?;
    Ok(written)
}

fn entries(ledger: &Ledger, id: TileId) -> Result<Vec<u8>, HandOutError> {
    let first = id.number.saturating_mul(u64::from(WIDTH)).saturating_add(1);
    let last = first.saturating_add(u64::from(id.width)).saturating_sub(1);
    let entries: Vec<Vec<u8>> = ledger
        .records(Position(first)..=Position(last))?
        .map(|record| Ok(record?.entry()))
        .collect::<Result<_, ReadError>>()?;
    // The ledger refuses an entry that does not fit.
    bundle(entries.iter().map(Vec::as_slice)).ok_or(HandOutError::Unproven(Unproven::Length))
}

/// Refuses a folder whose checkpoint this ledger never signed, or that is ahead of what is written now.
fn belongs(ledger: &Ledger, checkpoint: &Path, at: &Signed, folder: &Path) -> Result<(), HandOutError> {
    let text = match fs::read_to_string(checkpoint) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(HandOutError::Io {
                path: checkpoint.to_owned(),
                source,
            });
        }
    };
    let before = text
        .parse::<subsidy_proof::Note>()
        .ok()
        .and_then(|note| note.text.parse().ok());
    let before: Option<subsidy_proof::Checkpoint> = before;
    match before {
        Some(before) if before.origin == at.checkpoint.origin && before.size <= at.checkpoint.size => {
            if ledger.root_at(before.size)? == before.root {
                return Ok(());
            }
        }
        Some(_) | None => {}
    }
    Err(HandOutError::OtherLedger {
        path: folder.to_owned(),
    })
}

impl Written {
    /// Writes a file that is not there yet: under another name first, so that what stands under its own is whole.
    fn add(
        &mut self,
        path: &Path,
        bytes: impl FnOnce() -> Result<Vec<u8>, HandOutError>,
    ) -> Result<(), HandOutError> {
        self.files = self.files.saturating_add(1);
        if path.exists() {
            return Ok(());
        }
        self.new = self.new.saturating_add(1);
        let bytes = bytes()?;
        let write = || {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let part = beside(path, ".part");
            let mut file = File::create(&part)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            fs::rename(&part, path)
        };
        write().map_err(|source| HandOutError::Io {
            path: path.to_owned(),
            source,
        })
    }
}
