//! One thread writes; what many callers ask for at the same time is committed together.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use crate::batch::{Appended, Batch};
use crate::error::AppendError;
use crate::store::StoreWriter;

/// A group is closed once it holds this many events, so that no caller waits for a crowd behind it.
const GROUP: usize = 5_000;

type Outcomes = Vec<Result<Appended, AppendError>>;

enum Job {
    Append(Append),
    Other(Box<dyn FnOnce(&mut StoreWriter) + Send>),
}

struct Append {
    batches: Vec<Batch>,
    reply: SyncSender<Outcomes>,
}

/// The writer's thread. Dropping it finishes what was asked for, then closes the writer.
#[derive(Debug)]
pub(crate) struct Sequencer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// Batches on their way to the disk, in the order in which they were handed over.
///
/// Dropping it does not take them back; only [`wait`](Self::wait) tells what became of them.
#[derive(Debug)]
#[must_use = "only waiting tells whether the batches landed"]
pub struct Pending {
    count: usize,
    state: State,
}

#[derive(Debug)]
enum State {
    Asked(Receiver<Outcomes>),
    Refused(AppendError),
}

impl Pending {
    /// Batches that go nowhere.
    pub(crate) const fn refused(count: usize, why: AppendError) -> Self {
        Self {
            count,
            state: State::Refused(why),
        }
    }

    /// Waits until all is durable; returns one outcome for each batch, in order.
    ///
    /// A batch that is refused does not take its neighbours with it. A failure of the storage is the outcome of all.
    #[must_use = "each batch has an outcome of its own"]
    pub fn wait(self) -> Vec<Result<Appended, AppendError>> {
        match self.state {
            State::Asked(answer) => match answer.recv() {
                Ok(outcomes) => outcomes,
                Err(_) => vec![Err(AppendError::Stopped); self.count],
            },
            State::Refused(why) => vec![Err(why); self.count],
        }
    }
}

/// The writer's thread has stopped, which only a defect makes it do.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stopped;

impl Sequencer {
    pub(crate) fn start(mut writer: StoreWriter) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || run(&queue, &mut writer))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Hands over batches to be appended in one transaction; what was handed over before is appended before.
    pub(crate) fn append(&self, batches: Vec<Batch>) -> Pending {
        let count = batches.len();
        let (reply, answer) = sync_channel(1);
        let asked = self.send(Job::Append(Append { batches, reply }));
        Pending {
            count,
            state: match asked {
                Ok(()) => State::Asked(answer),
                Err(Stopped) => State::Refused(AppendError::Stopped),
            },
        }
    }

    /// Hands over something to be run on the writer.
    pub(crate) fn run<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut StoreWriter) -> R + Send + 'static,
    ) -> Result<Receiver<R>, Stopped> {
        let (reply, answer) = sync_channel(1);
        self.send(Job::Other(Box::new(move |writer| {
            // Nobody waits any more only when the caller's thread died.
            reply.send(job(writer)).ok();
        })))?;
        Ok(answer)
    }

    fn send(&self, job: Job) -> Result<(), Stopped> {
        self.jobs.as_ref().ok_or(Stopped)?.send(job).map_err(|_| Stopped)
    }
}

impl Drop for Sequencer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn run(queue: &Receiver<Job>, writer: &mut StoreWriter) {
    while let Ok(job) = queue.recv() {
        let mut next = Some(job);
        while let Some(job) = next.take() {
            match job {
                Job::Other(job) => job(writer),
                Job::Append(first) => next = append_group(first, queue, writer),
            }
        }
    }
}

/// Commits an append with all others that wait; returns a job of another sort that ended the group.
fn append_group(first: Append, queue: &Receiver<Job>, writer: &mut StoreWriter) -> Option<Job> {
    let mut batches = Vec::new();
    let mut callers = Vec::new();
    let mut events = 0_usize;
    let mut next = Some(Job::Append(first));
    let ended_by = loop {
        match next {
            Some(Job::Append(append)) => {
                events = events.saturating_add(append.batches.iter().map(Batch::len).sum());
                callers.push((append.batches.len(), append.reply));
                batches.extend(append.batches);
            }
            Some(job @ Job::Other(_)) => break Some(job),
            None => break None,
        }
        if events >= GROUP {
            break None;
        }
        next = queue.try_recv().ok();
    };
    // What fails as a whole fails for each batch: the storage, not a batch, is at fault.
    let mut outcomes = match writer.append(&batches) {
        Ok(outcomes) => outcomes,
        Err(error) => vec![Err(error); batches.len()],
    };
    for (count, reply) in callers {
        let rest = outcomes.split_off(count.min(outcomes.len()));
        reply.send(std::mem::replace(&mut outcomes, rest)).ok();
    }
    ended_by
}
