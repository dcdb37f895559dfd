//! The state of a task, in one word: two bits for its turn, two for its end, and the number of references.
//!
//! | chapter 4 | held: in a queue, or polled | woken since it is held, or since its poll began |
//! |---|---|---|
//! | idle | no | no |
//! | queued, running | yes | no |
//! | notified; queued, and woken again | yes | yes |
//!
//! Whoever wakes an idle task holds it then, and queues it: the queue carries to the poll what came before that wake. Only the
//! wakes after it must be noted. So the word need not tell queued from running, and a poll begins without touching it.
//!
//! Invariants:
//! - whoever turns idle into held has the task, to queue it or to poll it, and nobody else does;
//! - a wake after `begin` is seen by `pause`, or finds the task idle;
//! - once done, a task stays done. Whoever gives up the last reference frees it.

use interleave::sync::atomic::{AtomicUsize, Ordering::*};

/// Woken since its latest poll began, or since it was queued.
const WOKEN: usize = 1;
/// In a queue, or polled by a worker.
const HELD: usize = 2;
/// It has a result, and is polled no more.
const DONE: usize = 4;
/// The joiner has left its waker, and with it a reference for whoever calls it.
const AWAITED: usize = 8;
/// One reference; the rest of the word counts them.
const REFERENCE: usize = 16;

/// The state word of a task.
#[derive(Debug)]
pub struct State(AtomicUsize);

/// What is left to do for whoever has finished a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joiner {
    /// Nobody has a reference any more: free the task.
    Gone,
    /// Nothing: the joiner has not asked yet.
    Silent,
    /// Call the waker that it left, and give up the reference that came with it.
    Waiting,
}

impl State {
    /// A task that was just made: held, with two references, the scheduler's and the handle's.
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        State(AtomicUsize::new(HELD | (2 * REFERENCE)))
    }

    /// Changes the word in one step, or not at all. Returns the word before.
    #[inline]
    fn step(&self, step: impl Fn(usize) -> Option<usize>) -> Result<usize, usize> {
        // AcqRel: whoever comes after sees what this thread did before its step, and this thread what others did before theirs.
        // So `wake` pairs with `begin` and `pause`, and `leave_waker` with `finish`. Acquire: a failure tells that it is done.
        self.0.fetch_update(AcqRel, Acquire, step)
    }

    // ANCHOR: wake
    /// Wakes the task. True if it was idle: then the caller has it, and puts it in a queue.
    pub fn wake(&self) -> bool {
        self.wake_and_leave(0).0
    }

    /// Wakes the task, and gives up so many references in the same step. Whether it was idle, and whether the last is gone.
    #[inline]
    pub fn wake_and_leave(&self, references: usize) -> (bool, bool) {
        // Even if the task is woken already: what the waker wrote before must be visible to the poll that follows.
        let idle = |word| word & (HELD | DONE) == 0;
        let mark = |word| word | if idle(word) { HELD } else { WOKEN };
        let wake = |word| Some(mark(word) - references * REFERENCE);
        let before = self.step(wake).unwrap_or_default();
        (idle(before), before / REFERENCE == references)
    }
    // ANCHOR_END: wake

    // ANCHOR: begin
    /// A poll begins. The caller has the task.
    #[inline]
    pub fn begin(&self) {
        // Relaxed: if this misses a wake, `pause` sees it. The wake that queued the task came to the caller with the queue.
        if self.0.load(Relaxed) & WOKEN != 0 {
            // AcqRel: pairs with every `wake` before.
            self.0.fetch_sub(WOKEN, AcqRel);
        }
    }
    // ANCHOR_END: begin

    // ANCHOR: pause
    /// The poll was pending. True if the task was woken meanwhile: then the caller has it still, and queues it. Else it is idle.
    #[inline]
    pub fn pause(&self) -> bool {
        self.step(|word| (word & WOKEN == 0).then(|| word - HELD))
            .is_err()
    }
    // ANCHOR_END: pause

    /// The result is stored, and the scheduler's reference given up.
    pub fn finish(&self) -> Joiner {
        // AcqRel: publishes the result to `is_done`, and pairs with `leave_waker`, whose waker the caller takes.
        match self
            .0
            .fetch_add(DONE.wrapping_sub(HELD + REFERENCE), AcqRel)
        {
            word if word & AWAITED != 0 => Joiner::Waiting,
            word if word / REFERENCE == 1 => Joiner::Gone,
            _ => Joiner::Silent,
        }
    }

    /// Whether there is a result.
    pub fn is_done(&self) -> bool {
        // Acquire: pairs with `finish`, so that the result is there.
        self.0.load(Acquire) & DONE != 0
    }

    /// The joiner's waker is in its slot; from now on it belongs to `finish`. True if the task was done before.
    pub fn leave_waker(&self) -> bool {
        let leave = |word| (word & DONE == 0).then_some(word + AWAITED + REFERENCE);
        self.step(leave).is_err()
    }

    /// If the joiner has left a waker and the task is not done, the slot is the joiner's again.
    pub fn take_waker_back(&self) {
        let left = |word| word & (DONE | AWAITED) == AWAITED;
        let _ = self.step(|word| left(word).then(|| word - AWAITED - REFERENCE));
    }

    /// One reference more.
    pub fn add_reference(&self) {
        // Relaxed: the caller has a reference already.
        self.0.fetch_add(REFERENCE, Relaxed);
    }

    /// One reference less. True if it was the last: then the caller frees the task.
    pub fn drop_reference(&self) -> bool {
        let only = |word| word / REFERENCE == 1;
        // Acquire: if the caller's reference is the only one, nobody can add another, and there is nothing to count.
        // AcqRel: all that was done with the other references comes before the end.
        only(self.0.load(Acquire)) || only(self.0.fetch_sub(REFERENCE, AcqRel))
    }
}
