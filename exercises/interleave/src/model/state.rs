//! Everything a run knows: its threads, its objects, what was done, and who may go next.
//!
//! A thread *announces* its next operation before it does it. From all announcements follows who is able to go on:
//! a thread that wants a lock is able when the lock is free. [`State::decide`] picks one of the able threads.
//! If nobody is able, the virtual clock moves to the next deadline; if there is none, the run is stuck, which is a
//! deadlock, found without a timeout.

use std::time::Duration;

use super::clock::{Clock, MAX_THREADS};
use super::diagnose;
use super::fingerprint::mix;
use super::schedule::{Decision, Guide};
use super::words::{At, Body, Event, Note, Object, ObjectId, Op, ThreadId};
use super::{Failure, Kind};

/// A thread that does so many steps while nothing changes is spinning: the others get their turn, as after a yield.
const SPIN: usize = 40;

pub(crate) struct Thread {
    pub name: String,
    pub op: Op,
    pub at: Option<At>,
    /// The last line of the reader's that this thread passed.
    pub seen: Option<At>,
    pub clock: Clock,
    /// Tells this thread from others in a fingerprint.
    pub origin: u64,
    /// What it has done and learnt, for the fingerprint.
    pub past: u64,
    /// What those who unparked it have done.
    pub inbox: u64,
    /// What a `Release` fence has promised to later relaxed stores.
    pub released: Clock,
    /// What relaxed loads have seen, for a later `Acquire` fence.
    pub acquirable: Clock,
    pub finished: bool,
    pub panic: Option<Panic>,
    /// Somebody has asked how this thread ended.
    pub joined: bool,
    pub notified: bool,
    pub spurious: bool,
    pub timed_out: bool,
    pub token: bool,
    /// What those who unparked this thread knew.
    pub handed: Clock,
    pub deadline: Option<Duration>,
    pub yielded: Option<usize>,
    pub idle: usize,
    /// The thread that waits until this one comes to its first operation.
    pub parent: Option<ThreadId>,
    /// Unwinds, since the run has failed.
    pub unwinding: bool,
    pub throws: usize,
    pub os: Option<std::thread::Thread>,
}

/// A panic of the test's own code.
#[derive(Clone, Debug)]
pub(crate) struct Panic {
    pub message: String,
    pub at: Option<String>,
}

impl Thread {
    pub fn new(name: String, clock: Clock, origin: u64) -> Self {
        Thread {
            name,
            op: Op::Start,
            at: None,
            seen: None,
            clock,
            origin,
            past: origin,
            inbox: 0,
            released: Clock::default(),
            acquirable: Clock::default(),
            finished: false,
            panic: None,
            joined: false,
            notified: false,
            spurious: false,
            timed_out: false,
            token: false,
            handed: Clock::default(),
            deadline: None,
            yielded: None,
            idle: 0,
            parent: None,
            unwinding: false,
            throws: 0,
            os: None,
        }
    }
}

/// A future that was handed to `future::tracked` and still lives.
pub(crate) struct Tracked {
    pub id: usize,
    pub at: At,
}

/// Limits of one run.
#[derive(Clone, Copy)]
pub(crate) struct Rules {
    pub max_steps: usize,
    pub spurious: bool,
    /// Unlocking is a point where the turn may pass on: needed once `try_lock` can see the difference.
    pub stop_at_unlock: bool,
}

pub(crate) struct State {
    pub epoch: u32,
    pub threads: Vec<Thread>,
    pub objects: Vec<Object>,
    pub trace: Vec<Event>,
    pub decisions: Vec<Decision>,
    pub guide: Guide,
    pub rules: Rules,
    pub now: Duration,
    pub failure: Option<Failure>,
    /// The run has failed: every thread unwinds.
    pub aborting: bool,
    pub tried_a_lock: bool,
    /// The threads that each scope, known by its address, has still to wait for.
    pub scoped: Vec<(usize, ThreadId)>,
    pub tracked: Vec<Tracked>,
    pub next_tracked: usize,
    yields: usize,
}

/// Who goes next.
pub(crate) enum Next {
    Thread(ThreadId),
    /// All have ended, or those left never can.
    Over,
}

impl State {
    pub fn new(epoch: u32, guide: Guide, rules: Rules) -> Self {
        let mut clock = Clock::default();
        clock.tick(0);
        State {
            epoch,
            threads: vec![Thread::new("main".into(), clock, 1)],
            objects: Vec::new(),
            trace: Vec::new(),
            decisions: Vec::new(),
            guide,
            rules,
            now: Duration::ZERO,
            failure: None,
            aborting: false,
            tried_a_lock: false,
            scoped: Vec::new(),
            tracked: Vec::new(),
            next_tracked: 0,
            yields: 0,
        }
    }

    /// Adds a thread that knows what its parent knows.
    pub fn add_thread(&mut self, parent: ThreadId, name: Option<String>) -> ThreadId {
        let id = self.threads.len();
        assert!(id < MAX_THREADS, "a run can have {MAX_THREADS} threads");
        let mut clock = self.threads[parent].clock;
        clock.tick(id);
        let name = name.unwrap_or_else(|| format!("thread {id}"));
        let origin = mix(self.threads[parent].past, 2);
        self.threads.push(Thread::new(name, clock, origin));
        self.threads[parent].clock.tick(parent);
        id
    }

    /// Adds an object, which `visitor` is the first to use.
    pub fn add_object(
        &mut self,
        visitor: ThreadId,
        kind: &'static str,
        made: Option<At>,
        body: Body,
    ) -> ObjectId {
        let origin = mix(self.threads[visitor].past, kind.len() as u64);
        let number = 1 + self.objects.iter().filter(|o| o.kind == kind).count();
        self.objects.push(Object {
            body,
            kind,
            number,
            made,
            origin,
            past: 0,
            clock: Clock::default(),
        });
        self.objects.len() - 1
    }

    /// Whether `thread` could do what it has announced.
    pub fn able(&self, thread: ThreadId) -> bool {
        let this = &self.threads[thread];
        let woken = this.notified || this.timed_out || this.spurious;
        match this.op {
            _ if this.finished => false,
            Op::Lock(mutex) => self.free(mutex),
            Op::Read(lock) => self.readable(lock),
            Op::Write(lock) => self.free(lock),
            Op::Notified(_, mutex) => woken && self.free(mutex),
            Op::Join(other) => self.threads[other].finished,
            Op::Park => this.token || this.timed_out || this.spurious,
            Op::Sleep => this.timed_out,
            Op::Barrier(barrier, mine) => match &self.objects[barrier].body {
                Body::Barrier { generation, .. } => *generation != mine,
                _ => unreachable!("a barrier"),
            },
            Op::AwaitWake(future, _) => match &self.objects[future].body {
                Body::Future { woken, .. } => *woken,
                _ => unreachable!("a future"),
            },
            _ => true,
        }
    }

    /// Nobody holds this lock in any way.
    pub fn free(&self, lock: ObjectId) -> bool {
        match &self.objects[lock].body {
            Body::Mutex { holder } => holder.is_none(),
            Body::RwLock { writer, readers } => writer.is_none() && readers.is_empty(),
            _ => unreachable!("a lock"),
        }
    }

    /// Nobody writes under this lock.
    pub fn readable(&self, lock: ObjectId) -> bool {
        matches!(&self.objects[lock].body, Body::RwLock { writer: None, .. })
    }

    /// `thread` has changed something, so a thread that yielded may find what it waits for.
    pub fn changed(&mut self) {
        for thread in &mut self.threads {
            thread.yielded = None;
            thread.idle = 0;
        }
    }

    /// `thread` lets the others go first, until somebody has changed something.
    pub fn yields(&mut self, thread: ThreadId) {
        self.yields += 1;
        self.threads[thread].yielded = Some(self.yields);
    }

    /// Announces the next operation of `thread`.
    pub fn announce(&mut self, thread: ThreadId, op: Op, at: Option<At>) {
        let this = &mut self.threads[thread];
        this.op = op;
        this.at = at;
        if at.is_some() {
            this.seen = at;
        }
        this.idle += 1;
        if this.idle > SPIN {
            this.idle = 0;
            self.yields(thread);
        }
    }

    /// Writes a line of the report.
    pub fn log(&mut self, thread: ThreadId, op: Op, at: Option<At>, note: Note) {
        if note != Note::Blocked {
            self.remember(thread, op, at);
        }
        if !self.aborting {
            self.trace.push(Event {
                thread,
                at,
                op,
                note,
            });
            if self.trace.len() > self.rules.max_steps {
                let sentence = diagnose::livelock(self);
                self.fail(Kind::Livelock, sentence);
            }
        }
    }

    /// Ends the run with this failure; only the first one counts.
    pub fn fail(&mut self, kind: Kind, sentence: String) {
        if !self.aborting {
            self.aborting = true;
            self.failure = Some(Failure::new(kind, sentence, self));
        }
    }

    /// Picks the thread that goes next, after `me` has announced what it wants.
    pub fn decide(&mut self, me: ThreadId) -> Next {
        loop {
            let able = self.set_of(|state, thread| state.able(thread));
            if self.aborting {
                return self.next_to_unwind(me, able);
            }
            let eager = able & self.set_of(|state, thread| state.threads[thread].yielded.is_none());
            // Time passes when all else waits, and also while threads only spin.
            if eager == 0 && self.advance_clock() {
                continue;
            }
            if able == 0 {
                if self.threads.iter().all(|thread| thread.finished) {
                    return Next::Over;
                }
                let (kind, sentence) = diagnose::stuck(self);
                self.fail(kind, sentence);
                continue;
            }
            if eager == 0 {
                // All of them spin. The one that has waited longest looks again: a fair order, and no branch.
                let next = members(able)
                    .min_by_key(|&thread| self.threads[thread].yielded)
                    .expect("some thread is able");
                self.threads[next].yielded = None;
                return Next::Thread(next);
            }
            return Next::Thread(self.choose(me, eager));
        }
    }

    /// Asks the schedule which of the `able` threads goes next.
    fn choose(&mut self, me: ThreadId, able: u32) -> ThreadId {
        let stays = has(able, me);
        let default = if stays { me } else { after(able, me) };
        let sleepers = if self.rules.spurious {
            self.set_of(|state, thread| {
                let this = &state.threads[thread];
                match this.op {
                    Op::Notified(_, mutex) => !this.notified && state.free(mutex),
                    Op::Park => !this.token,
                    _ => false,
                }
            }) & !able
        } else {
            0
        };
        let fingerprint = self.fingerprint();
        let chosen = self.guide.choose(
            &mut self.decisions,
            Decision {
                among: able | sleepers,
                default,
                chosen: default,
                fingerprint,
                // To stop a thread that could go on is a preemption. So is waking one for no reason.
                costly: if stays { able | sleepers } else { sleepers },
            },
        );
        if has(sleepers, chosen) {
            self.threads[chosen].spurious = true;
        }
        chosen
    }

    /// Picks one of several waiters; std does not say which one a notification wakes.
    pub fn choose_waiter(&mut self, waiters: &[ThreadId]) -> ThreadId {
        let fingerprint = mix(self.fingerprint(), 3);
        let among = waiters.iter().fold(0, |set, &thread| set | bit(thread));
        self.guide.choose(
            &mut self.decisions,
            Decision {
                among,
                default: waiters[0],
                chosen: waiters[0],
                fingerprint,
                costly: 0,
            },
        )
    }

    /// Moves the virtual clock to the earliest deadline, if there is one.
    fn advance_clock(&mut self) -> bool {
        let waiting = |thread: &&mut Thread| !thread.finished && !thread.timed_out;
        let Some(next) = self
            .threads
            .iter_mut()
            .filter(waiting)
            .filter_map(|thread| thread.deadline)
            .min()
        else {
            return false;
        };
        self.now = self.now.max(next);
        for thread in self.threads.iter_mut().filter(waiting) {
            thread.timed_out = thread.deadline.is_some_and(|deadline| deadline <= next);
        }
        self.changed();
        true
    }

    /// After a failure the threads unwind one after the other, so their destructors run.
    fn next_to_unwind(&self, me: ThreadId, able: u32) -> Next {
        let can = self.set_of(|state, thread| {
            !state.threads[thread].finished && !state.threads[thread].unwinding
        }) | able;
        match can {
            0 => Next::Over,
            _ if has(can, me) => Next::Thread(me),
            _ => Next::Thread(after(can, me)),
        }
    }

    fn set_of(&self, belongs: impl Fn(&State, ThreadId) -> bool) -> u32 {
        (0..self.threads.len())
            .filter(|&thread| belongs(self, thread))
            .fold(0, |set, thread| set | bit(thread))
    }

    /// `thread` learns what `object` knows.
    pub fn acquire(&mut self, thread: ThreadId, object: ObjectId) {
        let this = &mut self.threads[thread];
        let object = &self.objects[object];
        this.clock.merge(&object.clock);
        this.past = mix(this.past, object.past);
    }

    /// `object` learns what `thread` knows. What the thread does later is not part of it.
    pub fn release(&mut self, thread: ThreadId, object: ObjectId) {
        let this = &mut self.threads[thread];
        let object = &mut self.objects[object];
        object.clock.merge(&this.clock);
        // A sum: who acquires the object has learnt from all of them, in whatever order they came.
        object.past = object.past.wrapping_add(mix(this.past, object.origin));
        this.clock.tick(thread);
    }
}

pub(crate) fn bit(thread: ThreadId) -> u32 {
    1 << thread
}

pub(crate) fn has(set: u32, thread: ThreadId) -> bool {
    set & bit(thread) != 0
}

pub(crate) fn members(set: u32) -> impl Iterator<Item = ThreadId> {
    (0..MAX_THREADS).filter(move |&thread| has(set, thread))
}

/// The first member of `set` after `me`, round robin.
fn after(set: u32, me: ThreadId) -> ThreadId {
    members(set)
        .find(|&thread| thread > me)
        .or_else(|| members(set).next())
        .expect("the set has a member")
}
