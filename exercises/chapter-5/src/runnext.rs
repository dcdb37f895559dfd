//! `runnext`: the task that was just woken or started runs next, before the ring.
//!
//! What it waits for is still in the cache, and a pair of tasks that wake each other in turn never touches a queue. The
//! slot holds one task; the one it displaces goes to the ring's end.
//!
//! A thief may take the task from the slot too, but only if the owner is stuck: it has begun no other task while the thief
//! was looking. Else a hand-off between two tasks of one worker would bounce between two.

use std::ptr::{self, NonNull};

use interleave::sync::atomic::{
    AtomicPtr,
    Ordering::{AcqRel, Relaxed, Release},
};

use crate::ring::{Ring, Stealer, Thin};

/// Puts another task, or none, in the slot, and takes out what was there.
fn exchange<T: Thin>(slot: &AtomicPtr<()>, task: Option<T>) -> Option<T> {
    let new = task.map_or(ptr::null_mut(), |task| task.into_raw().as_ptr());
    // AcqRel: pairs with itself, so that the task is there for whoever takes it.
    let old = slot.swap(new, AcqRel);
    // SAFETY: the slot holds what `into_raw` gave, and the exchange took it out.
    NonNull::new(old).map(|old| unsafe { T::from_raw(old) })
}

impl<T: Thin, const CAPACITY: usize> Ring<T, CAPACITY> {
    /// Makes `task` the next one. Returns the task that it displaces.
    pub fn put_next(&mut self, task: T) -> Option<T> {
        todo!("put the task in the slot, and take out what was there, in one exchange")
    }

    /// The next task, if there is one.
    pub fn take_next(&mut self) -> Option<T> {
        // until this step, the slot is always empty
        None
    }

    /// Counts a task that the owner begins.
    pub fn begin_turn(&mut self) {
        let turns = &self.shared.turns;
        // Relaxed: only the owner writes, and the number is a hint for thieves.
        turns.store(turns.load(Relaxed).wrapping_add(1), Relaxed);
    }
}

impl<T: Thin, const CAPACITY: usize> Stealer<T, CAPACITY> {
    /// How many tasks the owner has begun.
    #[must_use]
    pub fn turns(&self) -> u32 {
        // Relaxed: a hint.
        self.shared.turns.load(Relaxed)
    }

    /// Takes the next task from an owner that has begun no other since `turns` were counted.
    pub fn steal_next(&self, turns: u32) -> Option<T> {
        // until this step, the slot is always empty
        None
    }
}
