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
    // ANCHOR: put_next_whole
    pub fn put_next(&mut self, task: T) -> Option<T> {
        // ANCHOR: put_next todo: take out what is in the slot, and put the task there
        let displaced = self.take_next();
        // Release: pairs with the exchange of whoever takes the task. Only the owner fills the slot, so it is still empty.
        self.next.store(task.into_raw().as_ptr(), Release);
        displaced
        // ANCHOR_END: put_next
    }
    // ANCHOR_END: put_next_whole

    /// Counts a task that the owner begins.
    pub fn begin_turn(&mut self) {
        // Relaxed: only the owner writes, and the number is a hint for thieves.
        self.turns.store(self.turns().wrapping_add(1), Relaxed);
    }
}

impl<T: Thin, const CAPACITY: usize> Shared<T, CAPACITY> {
    /// The next task, if there is one.
    // ANCHOR: take_next_whole
    pub fn take_next(&self) -> Option<T> {
        // ANCHOR: take_next todo: empty the slot; an empty slot needs no exchange
        // Relaxed: a look is cheap, and an exchange is dear. Whoever misses a task comes again.
        if self.next.load(Relaxed).is_null() {
            return None;
        }
        // AcqRel: pairs with the Release in `put_next`, and only one gets the task.
        own(self.next.swap(ptr::null_mut(), AcqRel))
        // STARTER
        // // until this step, the slot is always empty
        // None
        // STARTER_END
        // ANCHOR_END: take_next
    }
    // ANCHOR_END: take_next_whole

    /// How many tasks the owner has begun.
    pub fn turns(&self) -> u32 {
        // Relaxed: a hint.
        self.turns.load(Relaxed)
    }

    /// Takes the next task from an owner that has begun no other since `turns` were counted.
    // ANCHOR: steal_next_whole
    pub fn steal_next(&self, turns: u32) -> Option<T> {
        // ANCHOR: steal_next todo: leave the slot alone while its owner makes progress; else empty it
        let stuck = self.turns() == turns;
        stuck.then(|| self.take_next()).flatten()
        // STARTER
        // // until this step, the slot is always empty
        // None
        // STARTER_END
        // ANCHOR_END: steal_next
    }
    // ANCHOR_END: steal_next_whole
}
