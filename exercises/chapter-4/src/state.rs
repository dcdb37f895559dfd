//! The state of a task, in one byte that any thread may change.
//!
//! Two bits make the four states of a live task: was it woken, and is it running?
//!
//! | Woken? | Not running | Running |
//! |---|---|---|
//! | no | idle | running |
//! | yes | queued | notified |
//!
//! Whoever turns idle into queued puts the task on the run queue, and nobody else does. A wake that comes while the task
//! is running leaves a note: the poll in progress may have looked too early, so the task must be polled once more.
//!
//! Invariants: a task is on the run queue exactly while it is queued, and only once; a wake that comes after a poll has
//! begun leads to a poll that begins after the wake; a task that is done stays done.

use std::fmt;

use interleave::sync::atomic::{
    AtomicU8,
    Ordering::{AcqRel, Acquire},
};

/// A wake has come since the latest poll began.
const WOKEN: u8 = 0b001;
/// A poll is in progress.
const RUNNING: u8 = 0b010;
/// The task has ended.
const DONE: u8 = 0b100;

/// The five states by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Waits for a wake; nobody has it.
    Idle,
    /// On the run queue.
    Queued,
    /// Is being polled.
    Running,
    /// Is being polled, and a wake has come meanwhile.
    Notified,
    /// Never polled again.
    Done,
}

/// A task's state. Wakers call [`wake`](State::wake), from any thread. The rest is for the one who runs the task.
pub struct State(AtomicU8);

impl State {
    /// A new task is queued: its first poll needs no wake.
    #[must_use]
    pub fn new() -> State {
        State(AtomicU8::new(WOKEN))
    }

    /// Notes a wake: idle becomes queued, running becomes notified, and nothing else changes. Returns whether the task
    /// was idle, so that the caller must put it on the run queue.
    #[must_use = "whoever turns idle into queued must put the task on the queue"]
    pub fn wake(&self) -> bool {
        todo!("note the wake in one atomic operation, and say whether the task was idle")
    }

    /// A poll begins: queued becomes running.
    pub fn begin(&self) {
        todo!("become running, and forget the wakes that came before")
    }

    /// A poll ends, and the task is pending: running becomes idle, and notified becomes queued. Returns whether the task
    /// is queued, so that the caller must put it on the run queue.
    #[must_use = "a task that was woken during its poll must go back on the queue"]
    pub fn pause(&self) -> bool {
        todo!("stop running in one atomic operation, and say whether a wake came meanwhile")
    }

    /// The task has ended: no wake will queue it again.
    pub fn finish(&self) {
        todo!("become done, whatever the state was")
    }

    /// The state at this moment. Another thread may change it right away, so this is for messages and tests.
    #[must_use]
    pub fn phase(&self) -> Phase {
        // Acquire: pairs with the Release of every change.
        match self.0.load(Acquire) {
            0 => Phase::Idle,
            WOKEN => Phase::Queued,
            RUNNING => Phase::Running,
            state if state & DONE != 0 => Phase::Done,
            _ => Phase::Notified,
        }
    }
}

impl Default for State {
    fn default() -> State {
        State::new()
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "State({:?})", self.phase())
    }
}
