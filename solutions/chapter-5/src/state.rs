//! The state of a task, in one word of two bits.
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
//! - a task that is done stays held, so that no wake queues it again.

use interleave::sync::atomic::{AtomicU32, Ordering::*};

/// Woken since its latest poll began, or since it was queued.
const WOKEN: u32 = 1;
/// In a queue, or polled by a worker.
const HELD: u32 = 2;

/// The state word of a task.
pub struct State(AtomicU32);

impl State {
    /// A task that was just made: held.
    pub fn new() -> Self {
        State(AtomicU32::new(HELD))
    }

    // ANCHOR: wake
    /// Wakes the task. True if it was idle: then the caller has it, and puts it in a queue.
    #[inline]
    pub fn wake(&self) -> bool {
        // Even if the task is woken already: what the waker wrote before must be visible to the poll that follows.
        let mark = |word| Some(word | if word & HELD == 0 { HELD } else { WOKEN });
        // AcqRel: pairs with `begin` and `pause`, so that the poll sees what came before the wake.
        let (Ok(before) | Err(before)) = self.0.fetch_update(AcqRel, Relaxed, mark);
        before & HELD == 0
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
        let pause = |word| (word & WOKEN == 0).then(|| word - HELD);
        // AcqRel: pairs with `wake`. Relaxed on failure: `begin` sees the wake before the next poll.
        self.0.fetch_update(AcqRel, Relaxed, pause).is_err()
    }
    // ANCHOR_END: pause
}
