//! The tasks that have waited: so that the end of the runtime finds those that are in no queue.
//!
//! A task that waits is known only to its wakers, and two tasks may wait for each other. A task that is not done after its
//! first poll is listed, by a waker, and struck off when it is done. The list is in shards, one a worker, so that workers
//! seldom meet at a lock.

use std::task::Waker;

use interleave::sync::Mutex;

use crate::{global::lock, ring::Apart};

/// The tasks that have waited and are not done.
#[derive(Default)]
pub struct Registry(Box<[Apart<Mutex<Shard>>]>);

#[derive(Default)]
struct Shard {
    wakers: Vec<Option<Waker>>,
    /// The places of those that were struck off.
    free: Vec<u32>,
}

/// Where a task is listed: the shard, and the place in it.
pub(crate) type Place = (u32, u32);

impl Registry {
    /// An empty registry of so many shards.
    pub fn new(shards: usize) -> Self {
        Registry((0..shards).map(|_| Apart::default()).collect())
    }

    /// Lists a task.
    pub(crate) fn insert(&self, shard: usize, waker: Waker) -> Place {
        let list = &mut *lock(&self.0[shard].0);
        let place = list.free.pop().unwrap_or_else(|| {
            list.wakers.push(None);
            list.wakers.len() as u32 - 1
        });
        list.wakers[place as usize] = Some(waker);
        (shard as u32, place)
    }

    /// Strikes a task off.
    pub(crate) fn remove(&self, (shard, place): Place) {
        let mut list = lock(&self.0[shard as usize].0);
        list.wakers[place as usize] = None;
        list.free.push(place);
    }

    /// Wakes every idle task, so that it comes to a queue.
    pub(crate) fn wake_all(&self) {
        for list in self.0.iter().map(|shard| lock(&shard.0)) {
            list.wakers.iter().flatten().for_each(Waker::wake_by_ref);
        }
    }

    /// Whether no task is listed.
    pub fn is_empty(&self) -> bool {
        let mut lists = self.0.iter().map(|shard| lock(&shard.0));
        lists.all(|list| list.wakers.len() == list.free.len())
    }
}
