//! The global queue: one lock for everybody. Wakes and spawns from outside arrive here, and what overflows a ring.
//!
//! Its length stands beside the lock, so that a worker sees for free that there is nothing to take.

use std::collections::VecDeque;

use interleave::sync::atomic::{AtomicUsize, Ordering::*};
use interleave::sync::{Mutex, MutexGuard};

use crate::ring::{Ring, Thin};

/// Takes a lock of the scheduler's.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics under this lock")
}

/// A queue behind one lock.
pub struct Global<T> {
    tasks: Mutex<VecDeque<T>>,
    length: AtomicUsize,
}

impl<T> Default for Global<T> {
    fn default() -> Self {
        let (tasks, length) = Default::default();
        Global { tasks, length }
    }
}

impl<T> Global<T> {
    /// How many tasks it holds. By the time the caller looks at the number, it may be another.
    pub fn len(&self) -> usize {
        // Acquire: pairs with the Release below. Whoever counts on a push that it heard of sees its task.
        self.length.load(Acquire)
    }

    /// Whether it holds no task.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a task at the end.
    pub fn push(&self, task: T) {
        self.extend([task]);
    }

    /// Puts tasks at the end, under one lock.
    pub fn extend(&self, new: impl IntoIterator<Item = T>) {
        let mut tasks = lock(&self.tasks);
        tasks.extend(new);
        // Release: pairs with the Acquire in `len`.
        self.length.store(tasks.len(), Release);
    }

    /// The oldest task.
    pub fn pop(&self) -> Option<T> {
        self.take(VecDeque::pop_front)
    }

    /// Takes tasks out, if there are any.
    fn take(&self, take: impl FnOnce(&mut VecDeque<T>) -> Option<T>) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let mut tasks = lock(&self.tasks);
        let task = take(&mut tasks);
        // Release: as in `extend`.
        self.length.store(tasks.len(), Release);
        task
    }
}

impl<T: Thin> Global<T> {
    /// A worker's share: the oldest task, and as many more into its empty ring as leave the others theirs.
    pub fn take_share(&self, ring: &mut Ring<T>, workers: usize) -> Option<T> {
        self.take(|tasks| {
            let share = tasks.len().div_ceil(workers).min(ring.room() / 2);
            let first = tasks.pop_front();
            ring.extend(tasks.drain(..share.saturating_sub(1)));
            first
        })
    }
}
