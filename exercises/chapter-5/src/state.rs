//! The state of a task, in one word: four states, three flags, and the number of references.
//!
//! | | not running | running |
//! |---|---|---|
//! | **not woken** | idle | running |
//! | **woken** | queued | notified |
//!
//! So two bits hold the four states of chapter 4, and each step is one instruction: nothing loops, nothing is tried twice.
//! The worker that ends a poll learns by the same instruction whether a wake came meanwhile.
//!
//! Invariants:
//! - whoever turns idle into queued owns the task's place in a queue, and nobody else does;
//! - whoever begins a poll was given the queued task, so a task never runs on two workers;
//! - once done, a task stays done. The last reference frees it.

use interleave::sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};

/// Woken since its latest poll began.
const WOKEN: usize = 1;
/// A worker polls it.
const RUNNING: usize = 2;
/// It has a result, and is polled no more.
const DONE: usize = 4;
/// The joiner has left its waker.
const AWAITED: usize = 8;
/// The `JoinHandle` has not been dropped.
const HANDLE: usize = 16;
/// One reference; the rest of the word counts them.
const REFERENCE: usize = 32;

/// The state word of a task.
#[derive(Debug)]
pub struct State(AtomicUsize);

/// What the joiner had left when the task finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joiner {
    /// Its handle is gone: nobody will ask for the result.
    Gone,
    /// It has not asked yet.
    Silent,
    /// It has left a waker.
    Waiting,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// A task that was just made: queued, with two references, the scheduler's and the handle's.
    #[inline]
    #[must_use]
    pub fn new() -> Self {
        State(AtomicUsize::new(WOKEN | HANDLE | (2 * REFERENCE)))
    }

    /// Wakes the task. True if it was idle: then the caller puts it in a queue.
    #[inline]
    #[must_use]
    pub fn wake(&self) -> bool {
        // AcqRel, even if the task is woken already: what the waker wrote before must be visible to the poll that follows.
        // Pairs with `begin`, if the task is queued, and with `pause`, if it is running.
        self.0.fetch_or(WOKEN, AcqRel) & (WOKEN | RUNNING | DONE) == 0
    }

    /// Wakes the task if it is idle, and gives up the waker's reference by the same instruction: a wake that uses up its
    /// waker needs one exchange and not two. False if it was not idle, and then nothing has changed.
    #[inline]
    #[must_use]
    pub fn wake_and_leave(&self) -> bool {
        // Relaxed: the exchange decides.
        let word = self.0.load(Relaxed);
        if word & (WOKEN | RUNNING | DONE) != 0 {
            return false;
        }
        // AcqRel: as in `wake`. The scheduler's own reference is left, for the task is not done.
        self.0
            .compare_exchange(word, (word | WOKEN) - REFERENCE, AcqRel, Relaxed)
            .is_ok()
    }

    /// Queued becomes running. The caller was given the task by a queue.
    #[inline]
    pub fn begin(&self) {
        // AcqRel: pairs with every `wake` before; what comes after is the business of the poll.
        let before = self.0.fetch_add(RUNNING - WOKEN, AcqRel);
        debug_assert!(before & (WOKEN | RUNNING | DONE) == WOKEN);
    }

    /// Whether a wake has come since `begin`.
    #[inline]
    #[must_use]
    pub fn is_woken(&self) -> bool {
        // Relaxed: a hint. `pause` decides.
        self.0.load(Relaxed) & WOKEN != 0
    }

    /// The poll was pending: running becomes idle, notified becomes queued. True if queued: then the caller queues it.
    #[inline]
    #[must_use]
    pub fn pause(&self) -> bool {
        // AcqRel: pairs with a `wake` during the poll, and publishes the poll's work to the next `begin`.
        self.0.fetch_sub(RUNNING, AcqRel) & WOKEN != 0
    }

    /// The result is stored: running becomes done.
    #[inline]
    pub fn finish(&self) -> Joiner {
        // AcqRel: publishes the result to `is_done`, and pairs with `leave_waker`, whose waker the caller takes.
        let before = self.0.fetch_add(DONE - RUNNING, AcqRel);
        match before & (HANDLE | AWAITED) {
            HANDLE => Joiner::Silent,
            0 | AWAITED => Joiner::Gone,
            _ => Joiner::Waiting,
        }
    }

    /// Whether there is a result.
    #[inline]
    #[must_use]
    pub fn is_done(&self) -> bool {
        // Acquire: pairs with `finish`, so that the result is there.
        self.0.load(Acquire) & DONE != 0
    }

    /// The joiner's waker is in its slot; from now on it belongs to `finish`. True if the task was done before.
    #[inline]
    pub fn leave_waker(&self) -> bool {
        // AcqRel: publishes the waker to `finish`, or takes the result from it.
        self.0.fetch_or(AWAITED, AcqRel) & DONE != 0
    }

    /// The joiner wants its slot back. True if the task is done: then the slot is not the joiner's any more.
    #[inline]
    pub fn take_waker_back(&self) -> bool {
        // AcqRel: as in `leave_waker`.
        self.0.fetch_and(!AWAITED, AcqRel) & DONE != 0
    }

    /// Whether the joiner left a waker. Asked by the joiner alone.
    #[inline]
    #[must_use]
    pub fn is_awaited(&self) -> bool {
        // Relaxed: only the caller itself sets the flag.
        self.0.load(Relaxed) & AWAITED != 0
    }

    /// The handle goes. True if the task is done: then the result is the caller's to drop.
    #[inline]
    pub fn drop_handle(&self) -> bool {
        // AcqRel: pairs with `finish`; exactly one of both drops the result.
        self.0.fetch_and(!HANDLE, AcqRel) & DONE != 0
    }

    /// One reference more.
    #[inline]
    pub fn add_reference(&self) {
        // Relaxed: the caller has a reference already.
        self.0.fetch_add(REFERENCE, Relaxed);
    }

    /// One reference less. True if it was the last: then the caller frees the task.
    #[inline]
    #[must_use]
    pub fn drop_reference(&self) -> bool {
        // AcqRel: all that was done with the other references comes before the end.
        self.0.fetch_sub(REFERENCE, AcqRel) / REFERENCE == 1
    }
}
