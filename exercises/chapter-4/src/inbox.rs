//! Wakes that come from other threads. This file is given.
//!
//! The run queue belongs to the runtime's thread and has no lock. Another thread that wakes a task leaves the task's key
//! here and unparks the runtime's thread, which collects the keys when it looks up.
//!
//! Invariants: a key is left before the thread is unparked, and the thread looks here before it parks; when the run has
//! ended, nothing is kept.

use std::collections::VecDeque;

use interleave::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

use crate::tasks::Key;

/// The keys of tasks that other threads have woken.
pub struct Inbox {
    /// The runtime's thread.
    owner: Thread,
    /// `None` when the run has ended.
    keys: Mutex<Option<Vec<Key>>>,
}

impl Inbox {
    /// The calling thread's inbox.
    pub(crate) fn new() -> Inbox {
        Inbox {
            owner: thread::current(),
            keys: Mutex::new(Some(Vec::new())),
        }
    }

    /// Leaves `key`, and unparks the owner. The run may have ended: then nothing happens.
    pub(crate) fn push(&self, key: Key) {
        let was_empty = match &mut *self.keys() {
            Some(keys) => {
                keys.push(key);
                keys.len() == 1
            }
            None => return,
        };
        // Whoever left the first key has unparked the owner for all of them, or is about to.
        if was_empty {
            self.owner.unpark();
        }
    }

    /// Moves all keys to the end of `queue`. Returns whether there was one.
    pub(crate) fn collect(&self, queue: &mut VecDeque<Key>) -> bool {
        let mut inbox = self.keys();
        let keys = inbox.as_mut().filter(|keys| !keys.is_empty());
        keys.map(|keys| queue.extend(keys.drain(..))).is_some()
    }

    /// The run has ended.
    pub(crate) fn close(&self) {
        *self.keys() = None;
    }

    fn keys(&self) -> MutexGuard<'_, Option<Vec<Key>>> {
        // Nothing panics under this lock.
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
