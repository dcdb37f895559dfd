//! The tasks that have waited: so that the end of the runtime finds those that are in no queue.
//!
//! A task that waits is known only to its wakers, and two tasks may wait for each other. A task is listed before it waits
//! for the first time, and struck off when it is done. One that never waits is never listed.
//!
//! The list is in shards, one a worker, so that workers seldom meet at a lock.

use std::ptr::NonNull;

use interleave::sync::{Mutex, MutexGuard};

use crate::task::{Header, Task};

/// The tasks that have waited and are not done.
#[derive(Debug)]
pub struct Registry {
    shards: Box<[Shard]>,
}

/// A cache line or two of its own: else two workers' locks would share one.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Shard(Mutex<Slots>);

#[derive(Debug, Default)]
struct Slots {
    tasks: Vec<Option<NonNull<Header>>>,
    free: Vec<usize>,
}

// SAFETY: a `Header` may be used by every thread, and the pointers are valid while they are listed.
unsafe impl Send for Slots {}

/// Where a task is listed.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    shard: u32,
    index: u32,
}

impl Registry {
    /// An empty registry of so many shards.
    #[must_use]
    pub fn new(shards: usize) -> Self {
        Registry {
            shards: (0..shards).map(|_| Shard::default()).collect(),
        }
    }

    fn lock(&self, shard: usize) -> MutexGuard<'_, Slots> {
        let slots = self.shards[shard].0.lock();
        slots.expect("nothing panics while it holds this lock")
    }

    pub(crate) fn insert(&self, shard: usize, task: NonNull<Header>) -> Key {
        let mut slots = self.lock(shard);
        let index = slots.free.pop().unwrap_or(slots.tasks.len());
        if index == slots.tasks.len() {
            slots.tasks.push(Some(task));
        } else {
            slots.tasks[index] = Some(task);
        }
        Key {
            shard: shard as u32,
            index: u32::try_from(index).expect("fewer tasks than a u32 counts"),
        }
    }

    pub(crate) fn remove(&self, key: Key) {
        let mut slots = self.lock(key.shard as usize);
        slots.tasks[key.index as usize] = None;
        slots.free.push(key.index as usize);
    }

    /// Wakes every idle task, and gives it to the caller instead of a queue.
    pub(crate) fn claim_idle(&self) -> Vec<Task> {
        let claim = |shard| {
            let slots = self.lock(shard);
            // SAFETY: a listed task lives: it is struck off, under this lock, before it is freed.
            let claimed = slots
                .tasks
                .iter()
                .flatten()
                .filter_map(|&task| unsafe { Task::claim(task) });
            claimed.collect::<Vec<_>>()
        };
        (0..self.shards.len()).flat_map(claim).collect()
    }

    /// Whether no task is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        (0..self.shards.len()).all(|shard| {
            let slots = self.lock(shard);
            slots.free.len() == slots.tasks.len()
        })
    }
}
