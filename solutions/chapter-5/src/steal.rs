//! Stealing: a worker without work takes half of another one's ring.
//!
//! Half, so that both have work and need not meet again soon; the older half, so that the order stays. The protocol is the
//! ring's: copy, then move `head` by one compare-exchange. If that fails, the copies are worth nothing, and the thief looks
//! again.

use interleave::sync::atomic::Ordering::*;

use crate::ring::{Ring, Shared, Thin, own};

impl<T: Thin, const CAPACITY: usize> Shared<T, CAPACITY> {
    /// Takes the older half of the ring, rounded up: of 5 tasks 3, of 1 task that one. The oldest is returned, the rest goes
    /// to the end of `into`, the thief's own ring. Never more than fits there.
    // ANCHOR: steal_half_whole
    pub fn steal_half(&self, into: &mut Ring<T, CAPACITY>) -> Option<T> {
        // ANCHOR: steal_half todo: copy the older half to `into`, claim it, and publish all but the first
        // Relaxed: only the thief itself writes its own tail.
        let end = into.tail.0.load(Relaxed);
        loop {
            // Acquire: pairs with whoever moved `head`: the tail read next is not older than that.
            let start = self.head.0.load(Acquire);
            // Acquire: pairs with the Release in `extend`, so the places up to `tail` are there to be read.
            let length = self.tail.0.load(Acquire).wrapping_sub(start);
            let half = length.div_ceil(2).min(into.room() as u32 + 1);
            if half == 0 {
                return None;
            }
            if length as usize > CAPACITY {
                // `head` has moved between the two loads. Look again.
                continue;
            }
            // Relaxed: what is copied here counts only if `head` has not moved.
            let oldest = self.place(start).load(Relaxed);
            for i in 1..half {
                let copy = self.place(start.wrapping_add(i)).load(Relaxed);
                into.place(end.wrapping_add(i - 1)).store(copy, Relaxed);
            }
            if self.claim(start, half) {
                // Release: pairs with the Acquire of the next thief, as in `extend`.
                into.tail.0.store(end.wrapping_add(half - 1), Release);
                return own(oldest);
            }
        }
        // ANCHOR_END: steal_half
    }
    // ANCHOR_END: steal_half_whole
}
