//! What an operation changes in the model: who holds a lock, who waits, and which knowledge travels (see `clock`).

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Kind;
use super::diagnose;
use super::fingerprint::mix;
use super::state::{State, Thread, members};
use super::words::{Access, At, Body, Note, ObjectId, Op, ThreadId, Value};

impl State {
    /// `thread` takes this lock for itself.
    pub fn hold(&mut self, thread: ThreadId, lock: ObjectId, at: At) {
        match &mut self.objects[lock].body {
            Body::Mutex { holder } | Body::RwLock { writer: holder, .. } => {
                *holder = Some((thread, at))
            }
            _ => unreachable!("a lock"),
        }
        self.acquire(thread, lock);
    }

    pub fn let_go(&mut self, thread: ThreadId, lock: ObjectId) {
        match &mut self.objects[lock].body {
            Body::Mutex { holder } | Body::RwLock { writer: holder, .. } => *holder = None,
            _ => unreachable!("a lock"),
        }
        self.release(thread, lock);
        self.changed();
    }

    /// `thread` reads under this lock.
    pub fn share(&mut self, thread: ThreadId, lock: ObjectId, at: At) {
        if let Body::RwLock { readers, .. } = &mut self.objects[lock].body {
            readers.push((thread, at));
        }
        self.acquire(thread, lock);
    }

    pub fn unshare(&mut self, thread: ThreadId, lock: ObjectId) {
        if let Body::RwLock { readers, .. } = &mut self.objects[lock].body
            && let Some(mine) = readers.iter().position(|&(reader, _)| reader == thread)
        {
            readers.remove(mine);
        }
        self.release(thread, lock);
        self.changed();
    }

    /// The caller has waited for the end of `other`.
    pub fn learn_from(&mut self, thread: ThreadId, other: ThreadId) {
        self.threads[other].joined = true;
        let Thread { clock, past, .. } = self.threads[other];
        let this = &mut self.threads[thread];
        this.clock.merge(&clock);
        this.past = mix(this.past, past);
    }

    /// Returns the number of the round to wait for; `None` if this was the last thread to arrive.
    pub fn arrive(&mut self, barrier: ObjectId, thread: ThreadId) -> Option<usize> {
        let object = &mut self.objects[barrier];
        let Body::Barrier {
            size,
            arrived,
            generation,
            met,
        } = &mut object.body
        else {
            unreachable!("a barrier")
        };
        arrived.push(thread);
        if arrived.len() < *size {
            return Some(*generation);
        }
        arrived.clear();
        *generation += 1;
        *met = std::mem::take(&mut object.clock);
        self.changed();
        self.leave(barrier, thread);
        None
    }

    /// Learns what those knew who have met.
    pub fn leave(&mut self, barrier: ObjectId, thread: ThreadId) {
        let Body::Barrier {
            met, generation, ..
        } = &self.objects[barrier].body
        else {
            unreachable!("a barrier")
        };
        let this = &mut self.threads[thread];
        this.clock.merge(met);
        this.past = mix(this.past, *generation as u64);
    }

    pub fn access(&mut self, cell: ObjectId, me: ThreadId, writes: bool, at: At) {
        let clock = self.threads[me].clock;
        let Body::Cell { write, reads } = &mut self.objects[cell].body else {
            unreachable!("a cell")
        };
        let unheard = |access: &&Access| access.step > clock.of(access.thread);
        let rival = write
            .iter()
            .find(unheard)
            .map(|write| (*write, true))
            .or_else(|| {
                let read = reads.iter().filter(|_| writes).find(unheard);
                read.map(|read| (*read, false))
            });
        let access = Access {
            thread: me,
            step: clock.of(me),
            at,
        };
        if writes {
            *write = Some(access);
            reads.clear();
        } else {
            reads.retain(|read| read.thread != me);
            reads.push(access);
        }
        if let Some(rival) = rival {
            let sentence = diagnose::race(self, cell, (access, writes), rival);
            self.fail(Kind::DataRace, sentence);
        }
    }

    pub fn waiters(&mut self, condvar: ObjectId) -> &mut Vec<ThreadId> {
        match &mut self.objects[condvar].body {
            Body::Condvar { waiters } => waiters,
            _ => unreachable!("a condition variable"),
        }
    }

    pub fn notify(&mut self, me: ThreadId, op: Op, at: At, woken: u32) {
        let Op::Notify(condvar, _) = op else {
            unreachable!("a notification")
        };
        for thread in members(woken) {
            self.threads[thread].notified = true;
            self.waiters(condvar).retain(|&waiter| waiter != thread);
        }
        let note = if woken == 0 {
            Note::Void
        } else {
            Note::Woke(woken)
        };
        if woken != 0 {
            self.changed();
        }
        self.log(me, op, Some(at), note);
    }

    pub fn start_waiting(&mut self, thread: ThreadId, timeout: Option<Duration>) {
        // A timeout too large for the clock never runs out.
        let deadline = timeout.and_then(|timeout| self.now.checked_add(timeout));
        let this = &mut self.threads[thread];
        this.deadline = deadline;
        this.timed_out = deadline.is_some_and(|deadline| deadline <= self.now);
        this.notified = false;
        this.spurious = false;
    }

    /// Moves knowledge between a thread and an atomic, as the ordering of the access promises.
    ///
    /// A store starts a new history: who reads it learns what the writer released, and nothing if the store was
    /// relaxed and no fence came before it. A read-modify-write goes on with the history that it found.
    pub fn order(&mut self, thread: ThreadId, atomic: ObjectId, effect: &Effect) {
        let found = self.objects[atomic].clock;
        let this = &mut self.threads[thread];
        if !matches!(effect.values, Values::Wrote(..)) {
            if acquires(effect.order) {
                this.clock.merge(&found);
            } else {
                this.acquirable.merge(&found);
            }
        }
        let promised = if releases(effect.order) {
            this.clock
        } else {
            this.released
        };
        let past = self.objects[atomic].past;
        if !matches!(effect.values, Values::Wrote(..)) {
            self.threads[thread].past = mix(self.threads[thread].past, past);
        }
        let object = &mut self.objects[atomic];
        match effect.values {
            Values::Saw(_) | Values::Kept(_) => return,
            Values::Wrote(..) => object.clock = promised,
            Values::Changed(..) => object.clock.merge(&promised),
        }
        object.past = mix(self.threads[thread].past, object.origin);
        self.threads[thread].clock.tick(thread);
    }
}

impl Thread {
    /// Stops waiting, and says what ended it.
    pub fn end_waiting(&mut self) -> Note {
        let note = match (self.notified, self.timed_out) {
            (true, _) => Note::None,
            (false, true) => Note::TimedOut,
            (false, false) => Note::Spurious,
        };
        self.deadline = None;
        self.notified = false;
        self.timed_out = false;
        self.spurious = false;
        note
    }
}

/// What an access to an atomic did.
pub(crate) struct Effect {
    pub values: Values,
    pub order: Ordering,
}

pub(crate) enum Values {
    /// Read this.
    Saw(Value),
    /// Compared with this, and wrote nothing.
    Kept(Value),
    /// Stored the second over the first, without reading.
    Wrote(Value, Value),
    /// Read the first and wrote the second, in one step.
    Changed(Value, Value),
}

pub(crate) fn acquires(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Acquire | Ordering::AcqRel | Ordering::SeqCst
    )
}

pub(crate) fn releases(order: Ordering) -> bool {
    matches!(
        order,
        Ordering::Release | Ordering::AcqRel | Ordering::SeqCst
    )
}
