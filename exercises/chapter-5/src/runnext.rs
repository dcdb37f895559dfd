//! `runnext`: the task that was just woken or started runs next, before the ring.
//!
//! What it waits for is still in the cache, and a pair of tasks that wake each other in turn never touches a queue. The
//! slot holds one task; the one it displaces goes to the ring's end.
//!
//! A thief may take the task from the slot too, but only if the owner is stuck: it has begun no other task while the thief
//! was looking. Else a hand-off between two tasks of one worker would bounce between two.

use std::ptr;

use interleave::sync::atomic::Ordering::*;

use crate::ring::{Ring, Shared, Thin, own};

impl<T: Thin, const CAPACITY: usize> Ring<T, CAPACITY> {
    /// Makes `task` the next one. Returns the task that it displaces.
    pub fn put_next(&mut self, task: T) -> Option<T> {
        todo!("take out what is in the slot, and put the task there")
    }

    /// Counts a task that the owner begins.
    pub fn begin_turn(&mut self) {
        // Relaxed: only the owner writes, and the number is a hint for thieves.
        self.turns.store(self.turns().wrapping_add(1), Relaxed);
    }
}

impl<T: Thin, const CAPACITY: usize> Shared<T, CAPACITY> {
    /// The next task, if there is one.
    pub fn take_next(&self) -> Option<T> {
        // until this step, the slot is always empty
        None
    }

    /// How many tasks the owner has begun.
    pub fn turns(&self) -> u32 {
        // Relaxed: a hint.
        self.turns.load(Relaxed)
    }

    /// Takes the next task from an owner that has begun no other since `turns` were counted.
    pub fn steal_next(&self, turns: u32) -> Option<T> {
        // until this step, the slot is always empty
        None
    }
}
