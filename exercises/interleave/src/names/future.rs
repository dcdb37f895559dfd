//! Futures on one thread: `block_on`, and help for testing futures and executors.
//!
//! Inside a run every poll gets a waker of its own, and only the waker of the latest poll wakes the future: that is all
//! that a future may rely on. So a future that keeps an old waker, or none, hangs there for certain.

use std::fmt;
use std::future::Future;
use std::panic::Location;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

use crate::thread::{self, Thread};

/// Polls `future` until it is ready; in between, waits for its waker to be called.
#[track_caller]
pub fn block_on<F: Future>(future: F) -> F::Output {
    let at = Location::caller();
    let mut future = pin!(future);
    under_model!(run => modelled::block_on(&run, future, at));
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
        crate::hang::visit(at);
        let _waiting = crate::hang::wait(
            || "a wake-up of the future in block_on".to_owned(),
            at,
            None,
        );
        std::thread::park();
    }
}

/// Wakes by unparking a thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(feature = "model")]
mod modelled {
    use super::*;
    use crate::model::{Current, ObjectId, Run};
    use std::sync::Weak;

    /// The waker of one poll.
    struct PollWaker {
        run: Weak<Run>,
        future: ObjectId,
        poll: u32,
    }

    impl Wake for PollWaker {
        fn wake(self: Arc<Self>) {
            self.wake_by_ref();
        }

        fn wake_by_ref(self: &Arc<Self>) {
            let here =
                crate::model::current().filter(|run| self.run.ptr_eq(&Arc::downgrade(&run.run)));
            if let Some(run) = here {
                run.wake(self.future, self.poll);
            }
        }
    }

    pub fn block_on<F: Future>(
        run: &Current,
        mut future: Pin<&mut F>,
        at: &'static Location<'static>,
    ) -> F::Output {
        let object = run.begin_future(at);
        for poll in 1.. {
            let waker = Arc::new(PollWaker {
                run: Arc::downgrade(&run.run),
                future: object,
                poll,
            });
            let watched: Weak<PollWaker> = Arc::downgrade(&waker);
            run.begin_poll(object, watched);
            let waker = Waker::from(waker);
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                run.end_future(object);
                return value;
            }
            // From here on only those have the waker to whom the future gave it.
            drop(waker);
            run.await_wake(object, at);
        }
        unreachable!("a run has fewer steps than a u32 has numbers")
    }
}

pub use crate::test_futures::{Gate, WakeCounter};

/// `future`, watched: a run that ends while it is neither completed nor dropped fails with `leaked task`.
#[track_caller]
pub fn tracked<F: Future>(future: F) -> Tracked<F> {
    Tracked {
        future: Box::pin(future),
        #[cfg(feature = "model")]
        track: modelled_track(Location::caller()),
    }
}

/// What [`tracked`] returns.
pub struct Tracked<F> {
    future: Pin<Box<F>>,
    #[cfg(feature = "model")]
    track: Option<Track>,
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let poll = self.future.as_mut().poll(context);
        #[cfg(feature = "model")]
        if poll.is_ready() {
            self.track = None;
        }
        poll
    }
}

impl<F> fmt::Debug for Tracked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").finish_non_exhaustive()
    }
}

/// A future's place on the run's list; dropping it takes it off.
#[cfg(feature = "model")]
struct Track {
    run: Arc<crate::model::Run>,
    id: usize,
}

#[cfg(feature = "model")]
fn modelled_track(at: &'static Location<'static>) -> Option<Track> {
    let run = crate::model::current()?;
    let id = run.track(at);
    Some(Track { run: run.run, id })
}

#[cfg(feature = "model")]
impl Drop for Track {
    fn drop(&mut self) {
        self.run.untrack(self.id);
    }
}
