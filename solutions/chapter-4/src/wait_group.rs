//! Waiting for several goroutines: a counter, and the wakers of those who wait for zero.
//!
//! Counting takes one atomic operation and no lock. Only who waits takes the lock, and who brings the counter to zero
//! while somebody waits, or might. It needs wakers and nothing else, so it works on every runtime.
//!
//! Invariants:
//! - a waiter leaves its waker first and looks at the counter after that; whoever reaches zero looks at the wakers after
//!   that. So one of the two sees the other;
//! - a waiter that was released stays released, even if the counter grows again;
//! - wakers are called after the lock is released;
//! - a wait that is dropped leaves no waker.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use interleave::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{
        AtomicIsize,
        Ordering::{AcqRel, Acquire},
    },
};

use crate::runtime::{JoinHandle, go};

/// Counts what is in progress. A clone counts together with its original.
#[derive(Clone, Default)]
pub struct WaitGroup {
    group: Arc<Group>,
}

#[derive(Default)]
struct Group {
    count: AtomicIsize,
    waiting: Mutex<Waiting>,
}

/// Those who wait for zero, each under a number of its own.
#[derive(Default)]
struct Waiting {
    wakers: BTreeMap<u64, Waker>,
    /// How many have come so far.
    count: u64,
}

impl WaitGroup {
    /// Nothing is in progress.
    #[must_use]
    pub fn new() -> WaitGroup {
        WaitGroup::default()
    }

    /// Adds `number` to the counter, in one atomic operation; a negative one takes away. If that makes zero, all who wait
    /// are released.
    ///
    /// # Panics
    /// When the counter becomes negative, more was done than was added: `negative WaitGroup counter`, as Go says.
    // ANCHOR: add_whole
    pub fn add(&self, number: isize) {
        // ANCHOR: add todo: count, and at zero wake all
        // AcqRel: the Release half pairs with the Acquire of whoever sees zero, so a waiter sees all that was done; the
        // Acquire half makes the one who reaches zero see what the others did before.
        let count = self.group.count.fetch_add(number, AcqRel) + number;
        assert!(count >= 0, "negative WaitGroup counter");
        if count == 0 {
            let wakers = std::mem::take(&mut self.group.waiting().wakers);
            // The lock is released: a waker may run anything.
            wakers.into_values().for_each(Waker::wake);
        }
        // ANCHOR_END: add
    }
    // ANCHOR_END: add_whole

    /// One less is in progress.
    ///
    /// # Panics
    /// When the counter becomes negative.
    pub fn done(&self) {
        self.add(-1);
    }

    /// Waits until the counter is zero.
    pub fn wait(&self) -> Wait {
        Wait {
            group: Arc::clone(&self.group),
            ticket: None,
        }
    }

    /// Starts `future` as a goroutine that counts: from now on, until it is gone.
    ///
    /// # Panics
    /// Outside of a runtime.
    // ANCHOR: go_whole
    #[track_caller]
    pub fn go<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        go(self.count(future))
    }
    // ANCHOR_END: go_whole

    /// `future`, counted: from now on, until it has ended, by its result, by a panic, or because it was dropped. For a
    /// runtime of your own: `go(group.count(future))`.
    // ANCHOR: count_whole
    pub fn count<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        // ANCHOR: count todo: add one now, and take it off when the future is dropped, done or not
        self.add(1);
        // Outside of the block: a future that is dropped before its first poll counts down too.
        let counted = Counted(self.clone());
        async move {
            let _counted = counted;
            future.await
        }
        // STARTER
        // // Replace both lines: until then, nothing is counted.
        // todo!("add one now, and take it off when the future is dropped, done or not");
        // future
        // STARTER_END
        // ANCHOR_END: count
    }
    // ANCHOR_END: count_whole
}

/// Is in progress, and counts down when it is dropped.
struct Counted(WaitGroup);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.done();
    }
}

impl Group {
    // A report of a deadlock names the line that asked for the lock, and not this one.
    #[track_caller]
    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        // Nothing panics under this lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for WaitGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitGroup")
            .field("count", &self.group.count.load(Acquire))
            .finish_non_exhaustive()
    }
}

/// What [`WaitGroup::wait`] returns.
#[must_use = "a future does nothing until it is awaited or polled"]
pub struct Wait {
    group: Arc<Group>,
    /// Its number among those who wait, from the first pending poll on.
    ticket: Option<u64>,
}

// ANCHOR: wait_whole
impl Future for Wait {
    type Output = ();

    /// Is ready if it was released. Or else it leaves the waker of this poll, and then looks at the counter.
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // ANCHOR: wait todo: leave a waker, then look
        let group = Arc::clone(&self.group);
        let mut waiting = group.waiting();
        let ticket = match self.ticket {
            Some(ticket) if !waiting.wakers.contains_key(&ticket) => return Poll::Ready(()),
            Some(ticket) => ticket,
            None => {
                waiting.count += 1;
                waiting.count
            }
        };
        waiting.wakers.insert(ticket, context.waker().clone());
        self.ticket = Some(ticket);
        // Acquire: pairs with the Release in `add`. Whoever reaches zero after this look finds the waker.
        if group.count.load(Acquire) == 0 {
            waiting.wakers.remove(&ticket);
            return Poll::Ready(());
        }
        Poll::Pending
        // ANCHOR_END: wait
    }
}
// ANCHOR_END: wait_whole

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket {
            // ANCHOR: wait_drop todo: take the waker away
            let waker = self.group.waiting().wakers.remove(&ticket);
            // The lock is released: dropping a waker may run anything.
            drop(waker);
            // ANCHOR_END: wait_drop
        }
    }
}
