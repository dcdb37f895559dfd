//! The tasks that have waited: so that the end of the runtime finds those that are in no queue.
//!
//! A task that waits is known only to its wakers, and two tasks may wait for each other. A task that is not done after its
//! first poll is listed, by a waker, and struck off when it is done. The list is in shards, one a worker, so that workers
//! seldom meet at a lock.

use std::task::Waker;

use interleave::sync::Mutex;
use slab::Slab;

use crate::{global::lock, ring::Apart};

/// The tasks that have waited and are not done.
#[derive(Default)]
pub struct Registry(Box<[Apart<Mutex<Slab<Waker>>>]>);

/// Where a task is listed: the shard, and the place in it.
pub(crate) type Place = (u32, u32);

impl Registry {
    /// An empty registry of so many shards.
    pub fn new(shards: usize) -> Self {
        Registry((0..shards).map(|_| Apart::default()).collect())
    }

    /// Lists a task.
    pub(crate) fn insert(&self, shard: usize, waker: Waker) -> Place {
        let place = lock(&self.0[shard].0).insert(waker);
        (shard as u32, place as u32)
    }

    /// Strikes a task off.
    pub(crate) fn remove(&self, (shard, place): Place) {
        lock(&self.0[shard as usize].0).remove(place as usize);
    }

    /// Wakes every idle task, so that it comes to a queue.
    pub(crate) fn wake_all(&self) {
        for list in self.0.iter().map(|shard| lock(&shard.0)) {
            list.iter().for_each(|(_, waker)| waker.wake_by_ref());
        }
    }

    /// Whether no task is listed.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|shard| lock(&shard.0).is_empty())
    }
}
