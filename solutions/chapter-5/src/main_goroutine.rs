//! The main goroutine: how many workers its program takes, how a thread outside waits for its result, and how that thread
//! hears that nothing can go on any more. Given.
//!
//! A runtime stands still if every worker sleeps, every queue is empty, no blocking call is in progress, and no timer runs.
//! Then only a goroutine could wake a goroutine, and none runs.

use std::future::poll_fn;
use std::task::{Poll, Waker};
use std::{num::NonZeroUsize, panic::resume_unwind, pin::Pin, sync::Arc, thread};

use chapter_4_solution::block_on;
use interleave::sync::Mutex;
use interleave::sync::atomic::{AtomicBool, Ordering::*};

use crate::runtime::{Runtime, Shared};
use crate::{JoinError, Stalled, global::lock, task::Goroutine};

/// Who wants to know if nothing can go on: a flag to set, and whom to wake.
pub(crate) type Roots = Mutex<Vec<(Arc<AtomicBool>, Waker)>>;

/// How many workers a program should have: what the environment variable `GOMAXPROCS` says, or else one for each processor
/// that this process may use.
pub fn gomaxprocs() -> NonZeroUsize {
    let asked = std::env::var("GOMAXPROCS").ok();
    let asked = asked.and_then(|number| number.parse().ok());
    asked.unwrap_or_else(|| thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
}

impl Runtime {
    /// Runs `main` as a goroutine, and waits for its result. The others go on until the runtime is dropped.
    ///
    /// # Panics
    /// If `main` panics: with its payload.
    pub fn run<F: Goroutine>(&self, main: F) -> F::Output {
        value(block_on(self.go(main)))
    }

    /// Like `run`, but gives up when `main` has no result and nothing in the runtime can go on.
    ///
    /// # Errors
    /// When every goroutine waits, no timer runs, and no blocking call is in progress.
    ///
    /// # Panics
    /// As `run`.
    pub fn try_run<F: Goroutine>(&self, main: F) -> Result<F::Output, Stalled> {
        let stalled = Arc::new(AtomicBool::new(false));
        let result = block_on(async {
            let waker = poll_fn(|context| Poll::Ready(context.waker().clone())).await;
            // One lock for both: see `stand_still`.
            let mut handle = {
                let mut roots = lock(&self.shared.roots);
                roots.push((Arc::clone(&stalled), waker));
                self.go(main)
            };
            let wait = poll_fn(|context| {
                // Acquire: pairs with the Release in `stand_still`. Read before the poll: a result counts more.
                let gave_up = stalled.load(Acquire);
                match Pin::new(&mut handle).poll(context) {
                    Poll::Pending if gave_up => Poll::Ready(Err(Stalled)),
                    poll => poll.map(|result| Ok(value(result))),
                }
            });
            wait.await
        });
        lock(&self.shared.roots).retain(|(root, _)| !Arc::ptr_eq(root, &stalled));
        result
    }
}

/// The value of a main goroutine, or its panic.
fn value<T>(result: Result<T, JoinError>) -> T {
    result.unwrap_or_else(|error| resume_unwind(error.into_panic()))
}

impl Shared {
    /// Perhaps nothing can go on. If so, whoever waits for a main goroutine hears of it.
    pub(crate) fn stand_still(&self) {
        // First the lock, then the look: a main goroutine is queued under this lock, so it is not there yet, or it counts.
        let mut roots = lock(&self.roots);
        let asleep = self.idle.all_asleep();
        // SeqCst, in all of them: pairs with the ends of blocking calls and timers, which come after the wakes that they cause.
        let still = self.spares.blocked() == 0 && self.timers.armed() == 0 && !self.has_work();
        // Nobody was awake in between, so all four were true together.
        if asleep.is_some() && still && self.idle.all_asleep() == asleep {
            for (stalled, waker) in roots.drain(..) {
                // Release: pairs with the Acquire in `try_run`.
                stalled.store(true, Release);
                waker.wake();
            }
        }
    }
}
