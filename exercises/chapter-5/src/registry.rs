//! The tasks that have waited: so that the end of the runtime finds those that are in no queue.
//!
//! A task that waits is known only to its wakers, and two tasks may wait for each other. A task that is not done after its
//! first poll is listed, and struck off when it is done. The list is in shards, one a worker, so that workers seldom meet at
//! a lock. Each task knows its place in it; the last one of the shard takes over the place of one that is struck off.

use std::ptr::NonNull;

use interleave::sync::Mutex;
use interleave::sync::atomic::{AtomicU32, Ordering::*};

use crate::{global::lock, ring::Apart, task::*};

/// The tasks that have waited and are not done.
#[derive(Default)]
pub struct Registry(Box<[Apart<Mutex<Vec<Listed>>>]>);

/// A task in the list.
struct Listed(NonNull<Header>);

// SAFETY: a `Header` may be used by every thread, and it lives as long as it is listed.
unsafe impl Send for Listed {}

/// Where a task is listed.
#[derive(Default)]
pub(crate) struct Place {
    /// Counted from 1; 0: nowhere.
    shard: AtomicU32,
    index: AtomicU32,
}

impl Place {
    /// Asked by whoever has the task.
    pub(crate) fn is_listed(&self) -> bool {
        // Relaxed, here and below: the shard belongs to whoever has the task, and the index to whoever has the shard's lock.
        self.shard.load(Relaxed) != 0
    }
}

impl Registry {
    /// An empty registry of so many shards.
    pub fn new(shards: usize) -> Self {
        Registry((0..shards).map(|_| Apart::default()).collect())
    }

    /// Lists a task that is not listed yet. The caller has the task.
    pub(crate) fn insert(&self, shard: usize, task: &Header) {
        let mut tasks = lock(&self.0[shard].0);
        task.place.shard.store(shard as u32 + 1, Relaxed);
        task.place.index.store(tasks.len() as u32, Relaxed);
        tasks.push(Listed(NonNull::from(task)));
    }

    /// Strikes a listed task off. The caller has the task, and it is not listed again.
    pub(crate) fn remove(&self, task: &Header) {
        let mut tasks = lock(&self.0[task.place.shard.load(Relaxed) as usize - 1].0);
        let index = task.place.index.load(Relaxed);
        tasks.swap_remove(index as usize);
        if let Some(moved) = tasks.get(index as usize) {
            // SAFETY: it is listed, under this lock, so it lives.
            let moved = unsafe { moved.0.as_ref() };
            moved.place.index.store(index, Relaxed);
        }
    }

    /// Wakes every idle task, and gives it to the caller instead of a queue.
    pub(crate) fn claim_idle(&self) -> Vec<Task> {
        // SAFETY: a listed task lives: it is struck off, under this lock, before it is freed.
        let claim = |task: &Listed| unsafe { Task::claim(task.0) };
        let shards = self.0.iter().map(|shard| lock(&shard.0));
        shards
            .flat_map(|tasks| tasks.iter().filter_map(claim).collect::<Vec<_>>())
            .collect()
    }

    /// Whether no task is listed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|shard| lock(&shard.0).is_empty())
    }
}
