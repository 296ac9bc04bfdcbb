//! Waiting for the network on whichever thread asks.
//!
//! The ledger blocks, and sqlx does not. One thread of a small runtime watches the sockets; a caller polls its own work
//! and sleeps until that thread wakes it. So it can be called from anywhere, also from inside another runtime.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::{Builder, Runtime};

/// The thread that watches the sockets.
#[derive(Debug)]
pub(super) struct Watch {
    /// Taken only when dropped.
    runtime: Option<Runtime>,
}

impl Watch {
    pub(super) fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("ledger-sockets")
            .enable_all()
            .build()?;
        Ok(Self {
            runtime: Some(runtime),
        })
    }

    /// Waits on this thread until the work is done.
    pub(super) fn wait<F: Future>(&self, work: F) -> F::Output {
        let _inside = self.runtime.as_ref().map(Runtime::enter);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut context = Context::from_waker(&waker);
        let mut work = pin!(work);
        loop {
            match work.as_mut().poll(&mut context) {
                Poll::Ready(done) => return done,
                Poll::Pending => thread::park(),
            }
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // Does not wait: a ledger may be dropped inside another runtime, where waiting is not allowed.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
