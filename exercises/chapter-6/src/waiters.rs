//! Given: the operations that wait on one side of a channel, in the order in which they came.
//!
//! A waiter has a slot for as long as its operation wants it, and the slot's number stands in the queue while it waits. A
//! slot that is free again serves the next waiter: once the vectors have grown, to wait allocates nothing.
//!
//! Invariants:
//! - whoever completes a waiter takes its number out of the queue, says that it is over, and takes its waker: nobody else
//!   will;
//! - the arms of a `select!` that have lost may stand in a queue for a while; nobody can complete them;
//! - a slot belongs to one operation from `push` to `remove`.

use std::{collections::VecDeque, mem, task::Waker};

use crate::select::{Choice, Wait};

/// An operation that waits.
pub(crate) struct Waiter<T> {
    /// Whether it was completed: its value was passed, or the channel was closed.
    pub over: bool,
    /// A sender's value until it is passed; a receiver's value from then on.
    pub value: Option<T>,
    pub waker: Option<Waker>,
    /// The choice of the `select!` of which this is an arm.
    pub choice: Option<Choice>,
}

impl<T> Waiter<T> {
    /// How it waits.
    pub fn wait(&self) -> Wait<'_> {
        self.choice.as_ref().map_or(Wait::Alone, Wait::For)
    }
}

/// A queue of waiters.
pub(crate) struct Waiters<T> {
    slots: Vec<Waiter<T>>,
    free: Vec<usize>,
    queue: VecDeque<usize>,
}

impl<T> Waiters<T> {
    pub fn new() -> Self {
        Waiters {
            slots: Vec::new(),
            free: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    /// Joins the end of the queue. Returns the number of its slot.
    pub fn push(&mut self, waiter: Waiter<T>) -> usize {
        let slot = self.free.pop().unwrap_or(self.slots.len());
        match self.slots.get_mut(slot) {
            Some(free) => *free = waiter,
            None => self.slots.push(waiter),
        }
        self.queue.push_back(slot);
        slot
    }

    /// Completes the first waiter: a receiver gets the value, or a sender gives its own. The waker is theirs.
    #[inline]
    pub fn pass(&mut self, value: &mut Option<T>) -> Option<Waker> {
        // The usual case stands alone, so that it costs its callers one comparison.
        if self.queue.is_empty() {
            return None;
        }
        let waiter = self.pop()?;
        mem::swap(&mut waiter.value, value);
        waiter.waker.take()
    }

    /// Takes the first waiter that can be completed out of the queue.
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
        let waiter = &mut self.slots[slot];
        waiter.over = true;
        Some(waiter)
    }

    /// Whether somebody waits who is no arm of `own`.
    pub fn any_but(&self, own: &Choice) -> bool {
        let mut choices = self.queue.iter().map(|&slot| &self.slots[slot].choice);
        choices.any(|choice| choice.as_ref() != Some(own))
    }

    pub fn get(&mut self, slot: usize) -> &mut Waiter<T> {
        &mut self.slots[slot]
    }

    /// Frees the slot of a waiter whose fields are taken. Who still waits leaves the queue: the search is short for who
    /// has waited long.
    pub fn remove(&mut self, slot: usize) {
        if !self.slots[slot].over
            && let Some(place) = self.queue.iter().position(|&other| other == slot)
        {
            self.queue.remove(place);
        }
        self.free.push(slot);
    }
}
