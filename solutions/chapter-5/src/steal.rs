//! Stealing: a worker without work takes half of another one's ring.
//!
//! Half, so that both have work and need not meet again soon; the older half, so that the order stays. The protocol is the
//! ring's: copy, then move `head` by one compare-exchange. If that fails, the copies are worth nothing, and the thief looks
//! again.

use std::ptr::NonNull;

use interleave::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::ring::{Ring, Stealer, Thin};

impl<T: Thin, const CAPACITY: usize> Stealer<T, CAPACITY> {
    /// How many tasks the ring holds; it may be another number by the time the caller looks at it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shared.len()
    }

    /// Whether the ring holds no task. The same holds for this.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the older half of the ring, rounded up: of 5 tasks 3, of 1 task that one. The oldest is returned, the rest goes
    /// to the end of `into`, the thief's own ring. Never more than fits there.
    // ANCHOR: steal_half_whole
    pub fn steal_half(&self, into: &mut Ring<T, CAPACITY>) -> Option<T> {
        // ANCHOR: steal_half todo: copy the older half to `into`, claim it by moving `head`, and publish all but the first
        let (victim, thief) = (&*self.shared, &*into.shared);
        // Relaxed: only the thief itself writes its own tail.
        let end = thief.tail.0.load(Relaxed);
        let room = into.room() as u32;
        loop {
            // Acquire: pairs with the Release of whoever moved `head`: the tail read next is not older than that.
            let start = victim.head.0.load(Acquire);
            // Acquire: pairs with the Release in `push`, so the places up to `tail` are there to be read.
            let length = victim.tail.0.load(Acquire).wrapping_sub(start);
            let half = (length - length / 2).min(room + 1);
            if half == 0 {
                return None;
            }
            if length as usize > CAPACITY {
                // `head` has moved between the two loads, and the exchange would fail. Look again.
                continue;
            }
            // Relaxed: what is copied here counts only if `head` has not moved.
            let oldest = victim.place(start).load(Relaxed);
            for i in 1..half {
                let copy = victim.place(start.wrapping_add(i)).load(Relaxed);
                thief.place(end.wrapping_add(i - 1)).store(copy, Relaxed);
            }
            // Release: the copies are made before the owner sees the places as free: pairs with the Acquire in `push`.
            let claim =
                victim
                    .head
                    .0
                    .compare_exchange(start, start.wrapping_add(half), Release, Relaxed);
            if claim.is_ok() {
                // Release: pairs with the Acquire of the next thief, as in `push`.
                thief.tail.0.store(end.wrapping_add(half - 1), Release);
                // SAFETY: this thread moved `head` past the task, so it owns it.
                return Some(unsafe {
                    T::from_raw(NonNull::new(oldest).expect("a claimed place holds a task"))
                });
            }
        }
        // ANCHOR_END: steal_half
    }
    // ANCHOR_END: steal_half_whole
}
