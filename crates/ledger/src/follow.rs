//! Views follow the ledger: in order, from their own position, saving rows and position together.

use crate::error::{ReadError, StorageError};
use crate::event::{Heading, Position, Record};
use crate::ledger::{Ledger, Writing};
use crate::read_ahead::in_order;
use crate::view::{DecodeError, DynView, FoldError, Folding};
use crate::view_store::{Generation, Saved, Stage, Switched, ViewSave};

/// Makes an event of a record, on any thread.
pub type Decode<'a, E> = dyn Fn(&Record) -> Result<E, DecodeError> + Sync + 'a;

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
    /// The thread that follows has stopped, which only a defect makes it do.
    #[error("the follower has stopped: start the program again")]
    Stopped,
    /// Another follower moved a view at the same time: nothing of the batch was saved, follow again.
    #[error("another follower was here: follow again")]
    Overtaken,
}

/// Follows the ledger to its present head with all views that are behind, decoding each record once.
///
/// See [`Following`], for who follows again and again.
///
/// # Errors
/// See [`FollowError`].
pub fn follow<E: Send>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    views: &[Box<dyn DynView<E>>],
) -> Result<Position, FollowError> {
    Following::new(ledger, decode, views).advance()
}

/// Views that follow the ledger.
///
/// A view that was never followed, or was followed in another version, is folded from position 1; in the latter case
/// the old rows stay readable until the new ones have caught up. Between one advance and the next the rows of the
/// last pages are kept in memory.
pub struct Following<'a, E> {
    ledger: &'a Ledger,
    decode: &'a Decode<'a, E>,
    views: &'a [Box<dyn DynView<E>>],
    /// None before the first advance and after one that failed: what is stored is then read again.
    followers: Vec<Follower<'a, E>>,
}

impl<'a, E: Send> Following<'a, E> {
    /// Prepares to follow; nothing is read yet.
    pub fn new(ledger: &'a Ledger, decode: &'a Decode<'a, E>, views: &'a [Box<dyn DynView<E>>]) -> Self {
        Self {
            ledger,
            decode,
            views,
            followers: Vec::new(),
        }
    }

    /// Brings all views to the ledger's present head; returns its position.
    ///
    /// # Errors
    /// See [`FollowError`]. It can be called again after any of them.
    pub fn advance(&mut self) -> Result<Position, FollowError> {
        let mut followers = std::mem::take(&mut self.followers);
        if followers.is_empty() {
            for view in self.views {
                let (stage, generation) = generation(self.ledger, view.as_ref())?;
                followers.push(Follower::new(view.as_ref(), stage, generation));
            }
        }
        let head = self.ledger.head()?.position();
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
        advance(self.ledger, self.decode, &mut followers, head)?;
        for follower in &mut followers {
            if follower.stage == Stage::Next {
                let name = follower.view.name();
                match self
                    .ledger
                    .write(move |writer| writer.switch_view(name, Stage::Next))?
                {
                    Switched::Done { .. } => follower.stage = Stage::Current,
                    Switched::Behind | Switched::Gone => return Err(FollowError::Overtaken),
                }
            }
        }
        self.followers = followers;
        Ok(head)
    }
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
pub fn rebuild<E: Send>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    view: &dyn DynView<E>,
) -> Result<Rebuilt, FollowError> {
    let (name, version) = (view.name(), view.version());
    let generation = ledger.write(move |writer| writer.begin_view(name, version, Stage::Rebuild))?;
    let mut followers = [Follower::new(view, Stage::Rebuild, generation)];
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

struct Follower<'a, E> {
    view: &'a dyn DynView<E>,
    folding: Box<dyn Folding<E> + 'a>,
    stage: Stage,
    generation: Generation,
}

impl<'a, E> Follower<'a, E> {
    fn new(view: &'a dyn DynView<E>, stage: Stage, generation: Generation) -> Self {
        Self {
            view,
            folding: view.folding(),
            stage,
            generation,
        }
    }
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

/// How many records are folded before the rows are saved.
const FOLDED: usize = 4_000;

/// Brings all followers to a position. While the rows of some pages are being saved, the next are read and folded.
fn advance<E: Send>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    followers: &mut [Follower<'_, E>],
    to: Position,
) -> Result<(), FollowError> {
    let positions = followers.iter().map(|follower| follower.generation.position);
    let Some(after) = positions.min() else {
        return Ok(());
    };
    let views: Vec<_> = followers.iter().map(|follower| follower.view).collect();
    let followed = |heading: Heading<'_>| views.iter().any(|view| view.follows(heading));
    let mut gathered = Vec::new();
    let mut read = 0_usize;
    let mut saving = None;
    let outcome = in_order(
        (after, to),
        |after, until| events(ledger, decode, &followed, (after, until)),
        |page, until| {
            read = read.saturating_add(page.read);
            gathered.extend(page.events);
            if read < FOLDED && until < to {
                return Ok(());
            }
            read = 0;
            let saves = fold(ledger, followers, &std::mem::take(&mut gathered), until)?;
            // If we stop before these rows are durable, every view is where it was and folds them again.
            saving.take().map_or(Ok(()), saved)?;
            saving = Some(ledger.write_later(move |writer| writer.save_views(&saves))?);
            Ok(())
        },
    );
    saving.map_or(Ok(()), saved).and(outcome)
}

/// Events with their positions, of so many records.
pub(crate) struct Page<E> {
    pub(crate) events: Vec<(Position, E)>,
    read: usize,
}

/// Reads and checks the records after one position up to another one, and decodes those under a heading that is followed.
pub(crate) fn events<E>(
    ledger: &Ledger,
    decode: &Decode<'_, E>,
    followed: &impl Fn(Heading<'_>) -> bool,
    (after, until): (Position, Position),
) -> Result<Page<E>, FollowError> {
    let mut page = Page {
        events: Vec::new(),
        read: 0,
    };
    let mut room = None;
    ledger.store.each(after, until, |row| {
        page.read += 1;
        if followed(row.heading()) {
            let record = row.record_in(&mut room);
            let position = record.position;
            let event = decode(record).map_err(|cause| FollowError::Unreadable { position, cause })?;
            page.events.push((position, event));
        }
        Ok::<_, FollowError>(())
    })?;
    Ok(page)
}

/// Folds events up to a position into the views that have not seen them.
fn fold<E>(
    ledger: &Ledger,
    followers: &mut [Follower<'_, E>],
    events: &[(Position, E)],
    until: Position,
) -> Result<Vec<ViewSave>, FollowError> {
    let mut saves = Vec::new();
    for follower in followers.iter_mut() {
        let Generation {
            id, position: from, ..
        } = follower.generation;
        if from >= until {
            continue;
        }
        let unseen: Vec<&E> = events
            .iter()
            .filter(|(position, _)| *position > from)
            .map(|(_, event)| event)
            .collect();
        let changes = follower
            .folding
            .advance(&unseen, &mut |keys| ledger.store.view_rows(id, keys))
            .map_err(|cause| FollowError::Fold {
                view: follower.view.name(),
                cause,
            })?;
        follower.generation.position = until;
        saves.push(ViewSave {
            generation: id,
            from,
            to: until,
            changes,
        });
    }
    Ok(saves)
}

fn saved(saving: Writing<Saved>) -> Result<(), FollowError> {
    match saving.wait()? {
        Saved::Done => Ok(()),
        Saved::Overtaken => Err(FollowError::Overtaken),
    }
}
