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
    pub fn steal_half(&self, into: &mut Ring<T, CAPACITY>) -> Option<T> {
        todo!("copy the older half to `into`, claim it, and publish all but the first")
    }
}
