//! Views follow the ledger: in order, from their own position, saving rows and position together.

use std::collections::BTreeMap;

use crate::error::{ReadError, StorageError};
use crate::event::{Position, Record};
use crate::ledger::{Ledger, PAGE};
use crate::view::{DecodeError, DynView, FoldError, View, fold_into};
use crate::view_store::{Generation, Saved, Stage, Switched, ViewSave};

/// Makes an event of a record.
pub type Decode<'a, E> = dyn Fn(&Record) -> Result<E, DecodeError> + 'a;

/// Why views could not follow. What was saved before stands, rows and position together.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The ledger could not be read, or has a gap.
    #[error("the ledger could not be followed")]
    Read(#[from] ReadError),
    /// A record is not an event that the views know.
    #[error("the record at position {position} cannot be followed")]
    Unreadable {
        /// The record's position.
        position: Position,
        /// What is wrong with it.
        #[source]
        cause: DecodeError,
    },
    /// A view's rows could not be folded.
    #[error("the view {view} cannot be folded on")]
    Fold {
        /// The view.
        view: &'static str,
        /// What is wrong.
        #[source]
        cause: FoldError,
    },
    /// The rows could not be saved.
    #[error("the views could not be saved")]
    Save(#[from] StorageError),
    /// Another follower moved a view at the same time: nothing of the batch was saved, follow again.
    #[error("another follower was here: follow again")]
    Overtaken,
}

/// Follows the ledger to its present head with all views that are behind, decoding each record once.
///
/// A view that was never followed, or was followed in another version, is folded from position 1; in the latter case
/// the old rows stay readable until the new ones have caught up. Returns the position reached.
///
/// # Errors
/// See [`FollowError`].
pub fn follow<E>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    views: &[Box<dyn DynView<E>>],
) -> Result<Position, FollowError> {
    let mut followers = Vec::with_capacity(views.len());
    for view in views.iter() {
        let (stage, generation) = generation(ledger, view.as_ref())?;
        followers.push(Follower {
            view: view.as_ref(),
            stage,
            generation,
        });
    }
    let head = ledger.head()?.position();
    // The head was read last: a view beyond it tells of records that there are none of, and would pass over them when they come.
    if let Some(beyond) = followers
        .iter()
        .map(|follower| follower.generation.position)
        .max()
        && beyond > head
    {
        return Err(ReadError::Beyond {
            position: beyond,
            last: head,
        }
        .into());
    }
    advance(ledger, decode, &mut followers, head)?;
    for follower in &followers {
        if follower.stage == Stage::Next {
            let name = follower.view.name();
            match ledger.write(move |writer| writer.switch_view(name, Stage::Next))? {
                Switched::Done { .. } => {}
                Switched::Behind | Switched::Gone => return Err(FollowError::Overtaken),
            }
        }
    }
    Ok(head)
}

/// What a rebuild came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// The position up to which it was folded.
    pub position: Position,
    /// The number of rows.
    pub rows: u64,
    /// How many rows were not byte for byte those they replaced; none if there were no such rows at this position.
    pub differing: Option<u64>,
}

/// Folds a view anew from position 1, beside the rows that are read meanwhile, and then switches.
///
/// # Errors
/// See [`FollowError`]; the old rows then stay.
pub fn rebuild<E>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    view: &dyn DynView<E>,
) -> Result<Rebuilt, FollowError> {
    let (name, version) = (view.name(), view.version());
    let generation = ledger.write(move |writer| writer.begin_view(name, version, Stage::Rebuild))?;
    let mut followers = [Follower {
        view,
        stage: Stage::Rebuild,
        generation,
    }];
    loop {
        // The current rows may be short of the head; what they have not seen is no difference.
        let current = ledger.store.generation(name, Stage::Current)?;
        let head = ledger.head()?.position();
        let position = match current {
            Some(current) if current.version == version && current.position <= head => current.position,
            Some(current) if current.version == version => {
                // A view beyond the head cannot be compared with anything: it is begun anew too.
                ledger.write(move |writer| writer.begin_view(name, version, Stage::Current))?;
                head
            }
            Some(_) | None => head,
        };
        advance(ledger, decode, &mut followers, position)?;
        match ledger.write(move |writer| writer.switch_view(name, Stage::Rebuild))? {
            Switched::Done { rows, differing } => {
                return Ok(Rebuilt {
                    position,
                    rows,
                    differing,
                });
            }
            Switched::Behind => {}
            Switched::Gone => return Err(FollowError::Overtaken),
        }
    }
}

/// Folds a view in memory up to a position: what its rows were when that was the last record.
///
/// # Errors
/// See [`FollowError`].
pub fn fold_at<E, V: View<E>>(
    ledger: &Ledger,
    position: Position,
    decode: &Decode<'_, E>,
    view: &V,
) -> Result<BTreeMap<String, V::Row>, FollowError> {
    let mut rows = BTreeMap::new();
    let mut keys = Vec::new();
    for record in ledger.records(..=position)? {
        let event = decoded(decode, &record?)?;
        keys.clear();
        view.keys(&event, &mut keys);
        for key in &keys {
            fold_into(view, &mut rows, key, &event);
        }
    }
    Ok(rows)
}

struct Follower<'a, E> {
    view: &'a dyn DynView<E>,
    stage: Stage,
    generation: Generation,
}

/// Finds the generation that a view follows in, or starts one.
fn generation<E>(ledger: &Ledger, view: &dyn DynView<E>) -> Result<(Stage, Generation), FollowError> {
    let (name, version) = (view.name(), view.version());
    let mut stage = Stage::Current;
    if let Some(current) = ledger.store.generation(name, stage)? {
        if current.version == version {
            return Ok((stage, current));
        }
        stage = Stage::Next;
        if let Some(next) = ledger.store.generation(name, stage)?
            && next.version == version
        {
            return Ok((stage, next));
        }
    }
    Ok((
        stage,
        ledger.write(move |writer| writer.begin_view(name, version, stage))?,
    ))
}

/// Brings all followers to a position, a page of records at a time.
fn advance<E>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    followers: &mut [Follower<'_, E>],
    to: Position,
) -> Result<(), FollowError> {
    while let Some(after) = followers
        .iter()
        .map(|follower| follower.generation.position)
        .min()
        && after < to
    {
        let until = Position(after.0.saturating_add(PAGE).min(to.0));
        let mut events = Vec::new();
        for record in ledger.store.page(after, until)? {
            events.push((record.position, decoded(decode, &record)?));
        }
        let mut saves = Vec::new();
        for follower in followers.iter() {
            let from = follower.generation.position;
            if from >= until {
                continue;
            }
            let unseen: Vec<&E> = events
                .iter()
                .filter(|(position, _)| *position > from)
                .map(|(_, event)| event)
                .collect();
            let id = follower.generation.id;
            let changes = follower
                .view
                .advance(&unseen, &mut |keys| ledger.store.view_rows(id, keys))
                .map_err(|cause| FollowError::Fold {
                    view: follower.view.name(),
                    cause,
                })?;
            saves.push(ViewSave {
                generation: id,
                from,
                to: until,
                changes,
            });
        }
        // If we stop before this is durable, every view is where it was and folds the page again.
        match ledger.write(move |writer| writer.save_views(&saves))? {
            Saved::Done => {}
            Saved::Overtaken => return Err(FollowError::Overtaken),
        }
        for follower in followers.iter_mut() {
            let position = &mut follower.generation.position;
            *position = (*position).max(until);
        }
    }
    Ok(())
}

fn decoded<E>(decode: &Decode<'_, E>, record: &Record) -> Result<E, FollowError> {
    decode(record).map_err(|cause| FollowError::Unreadable {
        position: record.position,
        cause,
    })
}
