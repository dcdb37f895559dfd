//! The global queue: one lock for everybody. Wakes and spawns from outside arrive here, and what overflows a ring.
//!
//! Its length stands beside the lock, so that a worker sees for free that there is nothing to take.

use std::collections::VecDeque;

use interleave::sync::{
    Mutex, MutexGuard,
    atomic::{
        AtomicUsize,
        Ordering::{Acquire, Release},
    },
};

use crate::ring::{Ring, Thin};

/// A queue behind one lock.
#[derive(Debug)]
pub struct Global<T> {
    tasks: Mutex<VecDeque<T>>,
    length: AtomicUsize,
}

impl<T> Default for Global<T> {
    fn default() -> Self {
        Global {
            tasks: Mutex::new(VecDeque::new()),
            length: AtomicUsize::new(0),
        }
    }
}

impl<T> Global<T> {
    fn lock(&self) -> MutexGuard<'_, VecDeque<T>> {
        let tasks = self.tasks.lock();
        tasks.expect("nothing panics while it holds this lock")
    }

    /// How many tasks it holds. By the time the caller looks at the number, it may be another.
    #[must_use]
    pub fn len(&self) -> usize {
        // Acquire: pairs with the Release below. Whoever counts on a push that it heard of sees its task.
        self.length.load(Acquire)
    }

    /// Whether it holds no task.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a task at the end.
    pub fn push(&self, task: T) {
        self.extend([task]);
    }

    /// Puts tasks at the end, under one lock.
    pub fn extend(&self, new: impl IntoIterator<Item = T>) {
        let mut tasks = self.lock();
        tasks.extend(new);
        // Release: pairs with the Acquire in `len`.
        self.length.store(tasks.len(), Release);
    }

    /// The oldest task.
    pub fn pop(&self) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let mut tasks = self.lock();
        let task = tasks.pop_front();
        // Release: as in `extend`.
        self.length.store(tasks.len(), Release);
        task
    }
}

impl<T: Thin> Global<T> {
    // ANCHOR: take_share
    /// A worker's share: the oldest task, and as many more into its empty ring as leave the others theirs.
    pub fn take_share<const CAPACITY: usize>(
        &self,
        ring: &mut Ring<T, CAPACITY>,
        workers: usize,
    ) -> Option<T> {
        if self.is_empty() {
            return None;
        }
        let mut tasks = self.lock();
        let share = tasks.len().div_ceil(workers).min(ring.room() / 2);
        let first = tasks.pop_front();
        let more = share.saturating_sub(1).min(tasks.len());
        ring.extend(tasks.drain(..more));
        // Release: as in `extend`.
        self.length.store(tasks.len(), Release);
        first
    }
    // ANCHOR_END: take_share
}
