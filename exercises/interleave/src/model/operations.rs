//! The operations of the kit's types inside a run: each announces itself, waits for its turn, and has its effect.
//!
//! The real object (a std mutex, a std atomic) holds the value. The model only keeps who holds it and who waits.

use std::sync::Weak;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::clock::Clock;
use super::effects::{Effect, Values, acquires, releases};
use super::fingerprint::mix;
use super::run::{Current, Run};
use super::state::{Thread, Tracked, bit};
use super::words::{At, Body, Note, ObjectId, Op, ThreadId};
use crate::origin::Origin;

impl Current {
    /// The number of an object in this run; a first visit gives it one.
    pub fn object(
        &self,
        origin: &Origin,
        kind: &'static str,
        body: impl FnOnce() -> Body,
    ) -> ObjectId {
        let mut state = self.run.state();
        let epoch = state.epoch;
        origin.number_in(epoch, || {
            state.add_object(self.me, kind, Some(origin.made), body())
        })
    }

    fn mutex(&self, origin: &Origin) -> ObjectId {
        self.object(origin, "Mutex", || Body::Mutex { holder: None })
    }

    fn rwlock(&self, origin: &Origin) -> ObjectId {
        self.object(origin, "RwLock", || Body::RwLock {
            writer: None,
            readers: Vec::new(),
        })
    }

    fn condvar(&self, origin: &Origin) -> ObjectId {
        self.object(origin, "Condvar", || Body::Condvar {
            waiters: Vec::new(),
        })
    }

    // Mutex

    pub fn lock(&self, origin: &Origin, at: At) {
        let mutex = self.mutex(origin);
        self.act(Op::Lock(mutex), Some(at), |state, me| {
            state.hold(me, mutex, at);
            state.log(me, Op::Lock(mutex), Some(at), Note::None);
        });
    }

    pub fn try_lock(&self, origin: &Origin, at: At) -> bool {
        let mutex = self.mutex(origin);
        self.act(Op::TryLock(mutex), Some(at), |state, me| {
            state.tried_a_lock = true;
            let free = state.free(mutex);
            if free {
                state.hold(me, mutex, at);
            }
            state.log(me, Op::TryLock(mutex), Some(at), refused_unless(free));
            free
        })
    }

    /// Lets others go first, if unlocking is a point where that matters.
    pub fn before_unlock(&self, origin: &Origin) {
        let mutex = self.mutex(origin);
        if self.run.state().rules.stop_at_unlock {
            self.act(Op::Unlock(mutex), None, |_, _| ());
        }
    }

    pub fn unlock(&self, origin: &Origin) {
        let mutex = self.mutex(origin);
        self.act_at_once(|state, me| {
            state.let_go(me, mutex);
            state.log(me, Op::Unlock(mutex), None, Note::None);
        });
    }

    // RwLock

    pub fn read(&self, origin: &Origin, at: At) {
        let lock = self.rwlock(origin);
        self.act(Op::Read(lock), Some(at), |state, me| {
            state.share(me, lock, at);
            state.log(me, Op::Read(lock), Some(at), Note::None);
        });
    }

    pub fn try_read(&self, origin: &Origin, at: At) -> bool {
        let lock = self.rwlock(origin);
        self.act(Op::TryRead(lock), Some(at), |state, me| {
            state.tried_a_lock = true;
            let free = state.readable(lock);
            if free {
                state.share(me, lock, at);
            }
            state.log(me, Op::TryRead(lock), Some(at), refused_unless(free));
            free
        })
    }

    pub fn write(&self, origin: &Origin, at: At) {
        let lock = self.rwlock(origin);
        self.act(Op::Write(lock), Some(at), |state, me| {
            state.hold(me, lock, at);
            state.log(me, Op::Write(lock), Some(at), Note::None);
        });
    }

    pub fn try_write(&self, origin: &Origin, at: At) -> bool {
        let lock = self.rwlock(origin);
        self.act(Op::TryWrite(lock), Some(at), |state, me| {
            state.tried_a_lock = true;
            let free = state.free(lock);
            if free {
                state.hold(me, lock, at);
            }
            state.log(me, Op::TryWrite(lock), Some(at), refused_unless(free));
            free
        })
    }

    pub fn before_unshare(&self, origin: &Origin) {
        let lock = self.rwlock(origin);
        if self.run.state().rules.stop_at_unlock {
            self.act(Op::Unread(lock), None, |_, _| ());
        }
    }

    pub fn unread(&self, origin: &Origin) {
        let lock = self.rwlock(origin);
        self.act_at_once(|state, me| {
            state.unshare(me, lock);
            state.log(me, Op::Unread(lock), None, Note::None);
        });
    }

    pub fn unwrite(&self, origin: &Origin) {
        let lock = self.rwlock(origin);
        self.act_at_once(|state, me| {
            state.let_go(me, lock);
            state.log(me, Op::Unwrite(lock), None, Note::None);
        });
    }

    // Condvar

    /// Comes before the caller gives up the real lock.
    pub fn before_wait(&self, condvar: &Origin, at: At) {
        let condvar = self.condvar(condvar);
        self.act(Op::Wait(condvar), Some(at), |_, _| ());
    }

    /// Gives up the mutex, waits, and takes the mutex again. Returns whether the time ran out first.
    pub fn wait(
        &self,
        condvar: &Origin,
        mutex: &Origin,
        at: At,
        timeout: Option<Duration>,
    ) -> bool {
        let (condvar, mutex) = (self.condvar(condvar), self.mutex(mutex));
        self.act_at_once(|state, me| {
            state.log(me, Op::Wait(condvar), Some(at), Note::None);
            state.let_go(me, mutex);
            state.waiters(condvar).push(me);
            state.start_waiting(me, timeout);
        });
        let op = Op::Notified(condvar, mutex);
        self.act(op, Some(at), |state, me| {
            let this = &mut state.threads[me];
            let notified = this.notified;
            let note = this.end_waiting();
            state.waiters(condvar).retain(|&waiter| waiter != me);
            state.hold(me, mutex, at);
            state.log(me, op, Some(at), note);
            !notified && note == Note::TimedOut
        })
    }

    pub fn notify_one(&self, condvar: &Origin, at: At) {
        let condvar = self.condvar(condvar);
        let op = Op::Notify(condvar, "notify_one");
        self.act(op, Some(at), |state, me| {
            let waiters = state.waiters(condvar).clone();
            let woken = if waiters.is_empty() {
                0
            } else {
                bit(state.choose_waiter(&waiters))
            };
            state.notify(me, op, at, woken);
        });
    }

    pub fn notify_all(&self, condvar: &Origin, at: At) {
        let condvar = self.condvar(condvar);
        let op = Op::Notify(condvar, "notify_all");
        self.act(op, Some(at), |state, me| {
            let woken = state
                .waiters(condvar)
                .iter()
                .fold(0, |set, &waiter| set | bit(waiter));
            state.notify(me, op, at, woken);
        });
    }

    // Barrier

    /// Returns whether this thread was the last to arrive.
    pub fn barrier(&self, origin: &Origin, size: usize, at: At) -> bool {
        let barrier = self.object(origin, "Barrier", || Body::Barrier {
            size,
            arrived: Vec::new(),
            generation: 0,
            met: Clock::default(),
        });
        let mine = self.act(Op::Arrive(barrier), Some(at), |state, me| {
            state.release(me, barrier);
            let last = state.arrive(barrier, me);
            state.log(me, Op::Arrive(barrier), Some(at), Note::None);
            last
        });
        let Some(mine) = mine else { return true };
        let op = Op::Barrier(barrier, mine);
        self.act(op, Some(at), |state, me| {
            state.leave(barrier, me);
            state.log(me, op, Some(at), Note::None);
        });
        false
    }

    // Atomics

    /// Reads or changes an atomic by `access`, which reports the old value and, if it wrote one, the new.
    pub fn atomic<R>(
        &self,
        origin: &Origin,
        kind: &'static str,
        verb: &'static str,
        at: At,
        access: impl FnOnce() -> (R, Effect),
    ) -> R {
        let atomic = self.object(origin, kind, || Body::Atomic);
        let op = Op::Atomic(atomic, verb);
        self.act(op, Some(at), |state, me| {
            let (result, effect) = access();
            state.order(me, atomic, &effect);
            let note = match effect.values {
                Values::Saw(value) => Note::Saw(value),
                Values::Kept(value) => Note::Kept(value),
                Values::Wrote(_, new) => Note::Wrote(new),
                Values::Changed(old, new) => Note::Changed(old, new),
            };
            if let Values::Wrote(old, new) | Values::Changed(old, new) = effect.values
                && old != new
            {
                state.changed();
            }
            state.log(me, op, Some(at), note);
            result
        })
    }

    pub fn fence(&self, order: Ordering, at: At) {
        self.act(Op::Fence, Some(at), |state, me| {
            let this = &mut state.threads[me];
            if acquires(order) {
                let seen = this.acquirable;
                this.clock.merge(&seen);
            }
            if releases(order) {
                this.released = this.clock;
                this.clock.tick(me);
            }
            state.log(me, Op::Fence, Some(at), Note::None);
        });
    }

    // Cells

    /// Notes an access to a cell, and fails the run if it races with an earlier one.
    pub fn touch(&self, origin: &Origin, writes: bool, at: At) {
        let cell = self.object(origin, "UnsafeCell", || Body::Cell {
            write: None,
            reads: Vec::new(),
        });
        self.act_at_once(|state, me| {
            state.threads[me].seen = Some(at);
            state.log(me, Op::Touch(cell, writes), Some(at), Note::None);
            state.access(cell, me, writes, at);
        });
    }

    /// The access ends: if it released anything meanwhile, what follows from that is not ordered after its end.
    pub fn touch_again(&self, origin: &Origin, writes: bool, at: At) {
        let cell = self.object(origin, "UnsafeCell", || {
            unreachable!("the access has begun")
        });
        self.act_at_once(|state, me| state.access(cell, me, writes, at));
    }

    // Threads

    /// Makes a thread of the run; the caller starts it.
    pub fn spawn(&self, name: Option<String>, at: At) -> ThreadId {
        self.act_at_once(|state, me| {
            let child = state.add_thread(me, name);
            state.threads[me].seen = Some(at);
            state.log(me, Op::Spawn(child), Some(at), Note::None);
            state.changed();
            child
        })
    }

    pub fn join(&self, thread: ThreadId, at: At) {
        self.act(Op::Join(thread), Some(at), |state, me| {
            state.learn_from(me, thread);
            state.log(me, Op::Join(thread), Some(at), Note::None);
        });
    }

    pub fn is_finished(&self, thread: ThreadId, at: At) -> bool {
        self.act(Op::Yield, Some(at), |state, _| {
            state.threads[thread].finished
        })
    }

    pub fn yields(&self, at: At) {
        {
            let mut state = self.run.state();
            state.log(self.me, Op::Yield, Some(at), Note::None);
            state.yields(self.me);
        }
        self.act(Op::Yield, Some(at), |state, me| {
            state.threads[me].yielded = None
        });
    }

    /// Waits for a token, or for the time to run out.
    pub fn park(&self, timeout: Option<Duration>, at: At) {
        self.run.state().start_waiting(self.me, timeout);
        self.act(Op::Park, Some(at), |state, me| {
            let this = &mut state.threads[me];
            let token = std::mem::take(&mut this.token);
            let note = this.end_waiting();
            if token {
                this.clock.merge(&std::mem::take(&mut this.handed));
                this.past = mix(this.past, std::mem::take(&mut this.inbox));
            }
            state.log(
                me,
                Op::Park,
                Some(at),
                if token { Note::None } else { note },
            );
        });
    }

    pub fn unpark(&self, thread: ThreadId, at: At) {
        self.act(Op::Unpark(thread), Some(at), |state, me| {
            let Thread { clock, past, .. } = state.threads[me];
            state.threads[me].clock.tick(me);
            let other = &mut state.threads[thread];
            let lost = std::mem::replace(&mut other.token, true) || other.finished;
            other.handed.merge(&clock);
            other.inbox = other.inbox.wrapping_add(mix(past, 4));
            state.changed();
            state.log(
                me,
                Op::Unpark(thread),
                Some(at),
                if lost { Note::Void } else { Note::None },
            );
        });
    }

    pub fn sleep(&self, time: Duration, at: At) {
        self.run.state().start_waiting(self.me, Some(time));
        self.act(Op::Sleep, Some(at), |state, me| {
            state.threads[me].end_waiting();
            state.log(me, Op::Sleep, Some(at), Note::None);
        });
    }

    /// The virtual time since the run began.
    pub fn now(&self) -> Duration {
        self.run.state().now
    }

    // Futures

    pub fn begin_future(&self, at: At) -> ObjectId {
        let me = self.me;
        let body = Body::Future {
            owner: me,
            polls: 0,
            woken: false,
            done: false,
            waker: Weak::<()>::new(),
        };
        self.run.state().add_object(me, "future", Some(at), body)
    }

    /// Counts a poll. Only the waker given to this poll will wake the future.
    pub fn begin_poll(&self, future: ObjectId, new_waker: Weak<dyn Send + Sync>) {
        let mut state = self.run.state();
        if let Body::Future { polls, waker, .. } = &mut state.objects[future].body {
            *polls += 1;
            *waker = new_waker;
        }
    }

    pub fn polls(&self, future: ObjectId) -> u32 {
        match &self.run.state().objects[future].body {
            Body::Future { polls, .. } => *polls,
            _ => unreachable!("a future"),
        }
    }

    pub fn end_future(&self, future: ObjectId) {
        if let Body::Future { done, .. } = &mut self.run.state().objects[future].body {
            *done = true;
        }
    }

    /// The future is pending: waits for its waker to be called.
    pub fn await_wake(&self, future: ObjectId, at: At) {
        let op = Op::AwaitWake(future, self.polls(future));
        self.act(op, Some(at), |state, me| {
            state.acquire(me, future);
            if let Body::Future { woken, .. } = &mut state.objects[future].body {
                *woken = false;
            }
            state.log(me, op, Some(at), Note::None);
        });
    }

    /// A waker made for poll number `poll` is called.
    pub fn wake(&self, future: ObjectId, poll: u32) {
        let op = Op::Wake(future, poll);
        self.act(op, None, |state, me| {
            state.release(me, future);
            let Body::Future {
                polls, woken, done, ..
            } = &mut state.objects[future].body
            else {
                unreachable!("a future")
            };
            let note = if *done {
                Note::Void
            } else if poll != *polls {
                Note::Stale
            } else if std::mem::replace(woken, true) {
                Note::Void
            } else {
                Note::None
            };
            if note == Note::None {
                state.changed();
            }
            state.log(me, op, state.threads[me].seen, note);
        });
    }

    /// A future whose end the run is to see. Returns its number.
    pub fn track(&self, at: At) -> usize {
        let mut state = self.run.state();
        let id = state.next_tracked;
        state.next_tracked += 1;
        state.tracked.push(Tracked { id, at });
        id
    }
}

impl Run {
    pub fn untrack(&self, id: usize) {
        self.state().tracked.retain(|tracked| tracked.id != id);
    }
}

fn refused_unless(free: bool) -> Note {
    if free { Note::None } else { Note::Refused }
}
