//! Checkpoints: what the ledger signs of itself, kept with the tiles that prove it.

use subsidy_proof::{
    Checkpoint, Distrust, KeyKind, KeyName, NotACheckpoint, NotANote, Note, RootHash, Signature, SignerKey,
    Tree, TreeError, VerifierKey, signers,
};

use crate::error::{ReadError, StorageError};
use crate::fault::Fault;
use crate::known_head::{KnownHead, KnownHeadError};
use crate::ledger::Ledger;
use crate::tiles::{KeptCheckpoint, LayError, Proofs};

/// Why no checkpoint was signed, or no signature was added to one.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// There is nothing to sign.
    #[error("the ledger has no records yet: there is nothing to sign")]
    Empty,
    /// No key was given, or one that does not sign for a log.
    #[error("a checkpoint is signed with keys of the ledger, all of one name")]
    Keys,
    /// The last checkpoint is of another name.
    #[error("this ledger signed its checkpoints as {0}: use a key of that name")]
    OtherOrigin(KeyName),
    /// The records do not follow on the last checkpoint.
    #[error("the ledger is not the one whose checkpoint was signed last: nothing more is signed, run verify")]
    Forked(#[from] Fault),
    /// There is no such checkpoint.
    #[error("no checkpoint of {0} records was signed")]
    NoCheckpoint(u64),
    /// A signature that was to be added is none of the keys that are trusted, or false.
    #[error("a signature was not added")]
    Signature(#[from] Distrust),
    /// The ledger could not be read.
    #[error("the ledger could not be read")]
    Read(#[from] ReadError),
    /// The ledger could not be written.
    #[error("the checkpoint could not be kept")]
    Storage(#[from] StorageError),
}

impl From<LayError> for CheckpointError {
    fn from(error: LayError) -> Self {
        match error {
            LayError::Read(error) => Self::Read(error),
            LayError::Storage(error) => Self::Storage(error),
        }
    }
}

/// A checkpoint that the ledger signed, with all signatures that it has by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What it says.
    pub checkpoint: Checkpoint,
    /// The note: signatures of the ledger first.
    pub note: Note,
}

/// How many checkpoints are read at a time.
const PAGE: u32 = 1_000;

impl Ledger {
    /// Signs what is committed now, and keeps the signed checkpoint and all full tiles below it in one transaction.
    ///
    /// Where as many records were signed before, missing signatures are added to that checkpoint: so a new key signs beside the old one.
    /// It is durable when this returns, and only then may it be shown to anybody.
    ///
    /// # Errors
    /// See [`CheckpointError`]; nothing is signed that does not continue the last checkpoint.
    pub fn sign_checkpoint(&self, keys: &[SignerKey]) -> Result<Signed, CheckpointError> {
        let origin = match keys {
            [first, ..] => first.verifier().name().clone(),
            [] => return Err(CheckpointError::Keys),
        };
        let is_ours =
            |key: &SignerKey| key.verifier().kind() == KeyKind::Log && *key.verifier().name() == origin;
        if !keys.iter().all(is_ours) {
            return Err(CheckpointError::Keys);
        }
        let head = self.head()?;
        if head.size == 0 {
            return Err(CheckpointError::Empty);
        }
        let last = self.last_checkpoint()?;
        if let Some(last) = &last {
            if last.checkpoint.origin != origin {
                return Err(CheckpointError::OtherOrigin(last.checkpoint.origin.clone()));
            }
            self.continues(&last.checkpoint)?;
        }
        let tiles = self.unlaid(head.size)?;
        let (size, root) = (head.size, head.root);
        // What is signed is what the tiles prove, or it is not signed.
        if self.root_at(size)? != root {
            return Err(CheckpointError::Forked(Fault::Head { what: "tree", size }));
        }
        let checkpoint = Checkpoint { origin, size, root };
        let note = checkpoint.signed(keys);
        self.keep(&note, size, tiles)?;
        let kept = self.signed_at(size)?.ok_or(CheckpointError::NoCheckpoint(size))?;
        if kept.note.text != note.text {
            // Another program was first, and signed something else.
            let what = "says something else";
            return Err(CheckpointError::Forked(Fault::Checkpoint { size, what }));
        }
        Ok(kept)
    }

    /// Adds signatures to a checkpoint, such as those of witnesses, when each is of one of the keys and true.
    ///
    /// # Errors
    /// See [`CheckpointError`].
    pub fn add_signatures(
        &self,
        size: u64,
        signatures: &[Signature],
        keys: &[VerifierKey],
    ) -> Result<Signed, CheckpointError> {
        let signed = self.signed_at(size)?.ok_or(CheckpointError::NoCheckpoint(size))?;
        for signature in signatures {
            let note = Note {
                text: signed.note.text.clone(),
                signatures: vec![signature.clone()],
            };
            signers(&note, keys)?;
        }
        let note = Note {
            text: signed.note.text,
            signatures: signatures.to_vec(),
        };
        self.keep(&note, size, Vec::new())?;
        self.signed_at(size)?.ok_or(CheckpointError::NoCheckpoint(size))
    }

    fn keep(
        &self,
        note: &Note,
        size: u64,
        tiles: Vec<(subsidy_proof::TileId, subsidy_proof::Tile)>,
    ) -> Result<(), StorageError> {
        let checkpoint = KeptCheckpoint {
            size,
            text: note.text.clone(),
            lines: note.signatures.iter().map(Signature::to_string).collect(),
        };
        let proofs = Proofs {
            tiles,
            checkpoint: Some(checkpoint),
        };
        self.write(move |writer| writer.keep_proofs(&proofs))
    }

    /// Keeps the checkpoints of another ledger with the same records, and lays the tiles below them.
    pub(crate) fn take_checkpoints(&self, from: &Self) -> Result<(), LayError> {
        let Some(last) = from.store.proofs().last_checkpoint()? else {
            return Ok(());
        };
        let tiles = self.unlaid(last.size)?;
        let proofs = Proofs {
            tiles,
            checkpoint: None,
        };
        self.write(move |writer| writer.keep_proofs(&proofs))?;
        let mut above = 0;
        while above < last.size {
            for kept in from.store.proofs().checkpoints(above, PAGE)? {
                above = kept.size;
                let proofs = Proofs {
                    tiles: Vec::new(),
                    checkpoint: Some(kept),
                };
                self.write(move |writer| writer.keep_proofs(&proofs))?;
            }
        }
        Ok(())
    }

    /// Returns the last checkpoint that was signed, if there is one. Its signatures are not checked.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn last_checkpoint(&self) -> Result<Option<Signed>, ReadError> {
        let kept = self.store.proofs().last_checkpoint()?;
        Ok(kept.as_ref().map(signed).transpose()?)
    }

    /// Returns the checkpoint over so many records, if one was signed. Its signatures are not checked.
    ///
    /// # Errors
    /// See [`ReadError`].
    pub fn signed_at(&self, size: u64) -> Result<Option<Signed>, ReadError> {
        let above = self.store.proofs().checkpoints(size.saturating_sub(1), 1)?;
        let kept = above.first().filter(|kept| kept.size == size);
        Ok(kept.map(signed).transpose()?)
    }

    /// Hands each checkpoint above a size to `each`, in order. Their signatures are not checked.
    ///
    /// # Errors
    /// See [`ReadError`]; also what `each` returns.
    pub fn each_checkpoint<E: From<ReadError>>(
        &self,
        mut above: u64,
        mut each: impl FnMut(Signed) -> Result<(), E>,
    ) -> Result<(), E> {
        loop {
            let page = self.store.proofs().checkpoints(above, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            above = last.size;
            for kept in &page {
                each(signed(kept).map_err(ReadError::Broken)?)?;
            }
        }
    }

    /// Returns the root over the first records, as the tiles have it.
    ///
    /// # Errors
    /// [`ReadError::Beyond`] where there are fewer; see [`ReadError`].
    pub fn root_at(&self, size: u64) -> Result<RootHash, ReadError> {
        let last = self.head()?.position();
        if size > last.0 {
            let position = crate::event::Position(size);
            return Err(ReadError::Beyond { position, last });
        }
        Tree::new(&self.tiles(), size).root().map_err(unproven)
    }

    /// Checks that a checkpoint which somebody holds is of the history of this ledger: in logarithmic time, by the tiles.
    ///
    /// Its signatures are for the caller to check. [`check_known_head`](Self::check_known_head) reads the records themselves.
    ///
    /// # Errors
    /// See [`KnownHeadError`].
    pub fn check_checkpoint(&self, held: &Checkpoint) -> Result<(), KnownHeadError> {
        let known = KnownHead {
            size: held.size,
            root: held.root,
        };
        let size = self.head()?.size;
        if size < known.size {
            return Err(KnownHeadError::Older { known, size });
        }
        let found = self.root_at(known.size)?;
        if found == known.root {
            Ok(())
        } else {
            Err(KnownHeadError::Rewritten { known, found })
        }
    }

    /// Refuses to go on from a checkpoint that is not of this history.
    fn continues(&self, last: &Checkpoint) -> Result<(), CheckpointError> {
        match self.check_checkpoint(last) {
            Ok(()) => Ok(()),
            Err(KnownHeadError::Older { .. } | KnownHeadError::Rewritten { .. }) => {
                let (size, what) = (last.size, "is of another history");
                Err(CheckpointError::Forked(Fault::Checkpoint { size, what }))
            }
            Err(KnownHeadError::Read(error)) => Err(error.into()),
        }
    }
}

/// What a failure to make a proof says of the ledger.
pub(crate) fn unproven(error: TreeError<ReadError>) -> ReadError {
    use crate::event::Position;
    match error {
        TreeError::Tile(error) => error,
        TreeError::Short(id) => ReadError::Broken(Fault::Tile {
            level: id.level,
            number: id.number,
        }),
        TreeError::NoLeaf { index, size } => ReadError::Beyond {
            position: Position(index.saturating_add(1)),
            last: Position(size),
        },
        TreeError::NoBeginning { old, size } => ReadError::Beyond {
            position: Position(old),
            last: Position(size),
        },
    }
}

/// Reads a stored checkpoint: its form, not its signatures.
fn signed(kept: &KeptCheckpoint) -> Result<Signed, Fault> {
    let size = kept.size;
    let odd = |what| Fault::Checkpoint { size, what };
    let checkpoint: Checkpoint = kept
        .text
        .parse()
        .map_err(|_: NotACheckpoint| odd("cannot be read"))?;
    if checkpoint.size != size {
        return Err(odd("stands under another size"));
    }
    let lines = kept.lines.iter().map(|line| line.parse());
    let mut signatures: Vec<Signature> = lines
        .collect::<Result<_, NotANote>>()
        .map_err(|_| odd("has a line that is no signature"))?;
    // Stable: within each sort the order of bytes stays.
    signatures.sort_by_key(|signature| signature.name != checkpoint.origin);
    let note = Note {
        text: kept.text.clone(),
        signatures,
    };
    Ok(Signed { checkpoint, note })
}

/// Holds a stored checkpoint against the root of the tree, and its signatures against the keys, where there are any.
///
/// Every line must be of a known key: the ledger keeps no other.
pub(crate) fn check(
    kept: &KeptCheckpoint,
    root: RootHash,
    keys: &[VerifierKey],
) -> Result<Checkpoint, Fault> {
    let Signed { checkpoint, note } = signed(kept)?;
    let odd = |what| Fault::Checkpoint {
        size: kept.size,
        what,
    };
    if checkpoint.root != root {
        return Err(odd("is over other records"));
    }
    if !note
        .signatures
        .iter()
        .any(|signature| signature.name == checkpoint.origin)
    {
        return Err(odd("is not signed"));
    }
    if keys.is_empty() {
        return Ok(checkpoint);
    }
    for signature in &note.signatures {
        let key = keys
            .iter()
            .find(|key| key.claims(signature))
            .ok_or_else(|| odd("is signed with a key that is not known"))?;
        key.check(&note.text, signature)
            .ok_or_else(|| odd("has a false signature"))?;
    }
    Checkpoint::of_log(&note, keys).map_err(|_| odd("is not signed by the ledger"))
}
