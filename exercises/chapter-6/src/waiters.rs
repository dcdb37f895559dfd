//! Given: the operations that wait on one side of a channel, in the order in which they came.
//!
//! A waiter is an entry of a `Vec`, and knows its neighbours by their indices. So it leaves from the middle of the queue
//! as quickly as from its front, and an entry that is free again serves the next waiter: once the `Vec` has grown, to
//! wait allocates nothing.
//!
//! Invariants:
//! - a waiter is linked exactly as long as its state is `Waiting`;
//! - whoever unlinks a waiter to complete it says so in its state, and takes its waker: nobody else will;
//! - an entry belongs to one operation from `push` to `remove`.

use std::{sync::Arc, task::Waker};

use crate::select::Choice;

/// What has become of an operation that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It is in the queue.
    Waiting,
    /// A value was passed: from a sender, or to a receiver.
    Passed,
    /// The channel was closed.
    Closed,
    /// An arm of a `select!` that has chosen another arm.
    Lost,
}

/// An operation that waits.
pub(crate) struct Waiter<T> {
    pub progress: Progress,
    /// A sender's value until it is passed; a receiver's value from then on.
    pub value: Option<T>,
    pub waker: Option<Waker>,
    /// The `select!` of which this is an arm, and which arm.
    pub choice: Option<(Arc<Choice>, usize)>,
}

/// Where a waiter is: the index of its entry.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket(usize);

/// A queue of waiters.
pub(crate) struct Waiters<T> {
    /// Entry 0 is no waiter: the queue is a ring, and starts and ends there.
    entries: Vec<Entry<T>>,
    /// The first free entry; its `next` is the next free one. 0 if there is none.
    free: usize,
}

struct Entry<T> {
    waiter: Waiter<T>,
    previous: usize,
    next: usize,
}

impl<T> Waiters<T> {
    pub fn new() -> Self {
        Waiters {
            entries: Vec::new(),
            free: 0,
        }
    }

    /// Joins the end of the queue.
    pub fn push(&mut self, waiter: Waiter<T>) -> Ticket {
        if self.entries.is_empty() {
            let nobody = Waiter {
                progress: Progress::Lost,
                value: None,
                waker: None,
                choice: None,
            };
            self.entries.push(Entry {
                waiter: nobody,
                previous: 0,
                next: 0,
            });
        }
        let previous = self.entries[0].previous;
        let entry = Entry {
            waiter,
            previous,
            next: 0,
        };
        let index = match self.free {
            0 => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
            index => {
                self.free = self.entries[index].next;
                self.entries[index] = entry;
                index
            }
        };
        self.entries[previous].next = index;
        self.entries[0].previous = index;
        Ticket(index)
    }

    /// Unlinks the first waiter that can be completed, as one whose progress is `progress`.
    ///
    /// The arms of a `select!` may wait in several queues, and only one of them is completed: whoever marks the choice
    /// first. The others have lost, and leave the queue when somebody comes by.
    #[inline]
    pub fn pop(&mut self, progress: Progress) -> Option<&mut Waiter<T>> {
        // The usual case stands alone, so that it costs its callers one comparison.
        if self.entries.first()?.next == 0 {
            return None;
        }
        self.pop_first(progress)
    }

    fn pop_first(&mut self, progress: Progress) -> Option<&mut Waiter<T>> {
        loop {
            let index = self.entries.first()?.next;
            if index == 0 {
                return None;
            }
            self.unlink(index);
            let waiter = &mut self.entries[index].waiter;
            let chosen = match &waiter.choice {
                None => true,
                Some((choice, arm)) => choice.claim(*arm),
            };
            if chosen {
                waiter.progress = progress;
                return Some(&mut self.entries[index].waiter);
            }
            waiter.progress = Progress::Lost;
        }
    }

    /// Whether a waiter could be completed now by an arm of `own`: an arm of the same `select!` could not.
    pub fn any_for(&self, own: &Arc<Choice>) -> bool {
        let mut index = self.entries.first().map_or(0, |start| start.next);
        while index != 0 {
            let entry = &self.entries[index];
            match &entry.waiter.choice {
                None => return true,
                Some((choice, _)) if !Arc::ptr_eq(choice, own) && choice.is_open() => return true,
                Some(_) => index = entry.next,
            }
        }
        false
    }

    pub fn get(&mut self, ticket: Ticket) -> &mut Waiter<T> {
        &mut self.entries[ticket.0].waiter
    }

    /// Takes the waiter out, whatever has become of it.
    pub fn remove(&mut self, ticket: Ticket) -> Waiter<T> {
        let Ticket(index) = ticket;
        if self.entries[index].waiter.progress == Progress::Waiting {
            self.unlink(index);
        }
        let entry = &mut self.entries[index];
        entry.next = self.free;
        self.free = index;
        Waiter {
            progress: entry.waiter.progress,
            value: entry.waiter.value.take(),
            waker: entry.waiter.waker.take(),
            choice: entry.waiter.choice.take(),
        }
    }

    fn unlink(&mut self, index: usize) {
        let Entry { previous, next, .. } = self.entries[index];
        self.entries[previous].next = next;
        self.entries[next].previous = previous;
    }
}
