//! Given: the operations that wait on one side of a channel, in the order in which they came.
//!
//! A waiter has a slot for as long as its operation wants it, and the slot's number stands in the queue while it waits. A
//! slot that is free again serves the next waiter: once both have grown, to wait allocates nothing.
//!
//! Invariants:
//! - whoever completes a waiter takes its number out of the queue, and takes its waker: nobody else will;
//! - the arms of a `select!` that have lost may stand in a queue for a while; nobody can complete them;
//! - a slot belongs to one operation, which fills it, and empties it when it leaves.

use std::{collections::VecDeque, mem, task::Waker};

use slab::Slab;

use crate::select::Choice;

/// An operation that waits.
pub(crate) struct Waiter<T> {
    /// A sender's value until it is passed; a receiver's value from then on.
    pub value: Option<T>,
    /// Whoever completes it takes the waker: without one it is over.
    pub waker: Option<Waker>,
    /// The choice of the `select!` of which this is an arm.
    pub choice: Option<Choice>,
}

/// A queue of waiters.
pub(crate) struct Waiters<T> {
    pub slots: Slab<Waiter<T>>,
    pub queue: VecDeque<usize>,
}

impl<T> Waiters<T> {
    pub fn new() -> Self {
        let (slots, queue) = (Slab::new(), VecDeque::new());
        Waiters { slots, queue }
    }

    /// Completes the first waiter: a receiver gets the value, or a sender gives its own. The waker is theirs.
    pub fn pass(&mut self, value: &mut Option<T>) -> Option<Waker> {
        // The usual case stands alone, so that it costs its callers one comparison.
        if self.queue.is_empty() {
            return None;
        }
        let waiter = self.pop()?;
        mem::swap(&mut waiter.value, value);
        waiter.waker.take()
    }

    /// Takes the first waiter that can be completed out of the queue. It is over when its waker is taken too.
    ///
    /// The arms of a `select!` may wait in several queues, and only one of them is completed: whoever claims the choice
    /// first. The others have lost.
    #[inline(never)]
    pub fn pop(&mut self) -> Option<&mut Waiter<T>> {
        let slot = loop {
            let slot = self.queue.pop_front()?;
            let choice = &self.slots[slot].choice;
            if choice.as_ref().is_none_or(Choice::claim) {
                break slot;
            }
        };
        Some(&mut self.slots[slot])
    }

    /// Whether somebody waits who is no arm of `own`.
    pub fn any_but(&self, own: &Choice) -> bool {
        let mut choices = self.queue.iter().map(|&slot| &self.slots[slot].choice);
        choices.any(|choice| choice.as_ref() != Some(own))
    }
}
