//! The words of the model: what a thread can do, what can come of it, and what the objects are.

use std::panic::Location;
use std::sync::Weak;

use super::clock::Clock;

pub(crate) type At = &'static Location<'static>;
pub(crate) type ThreadId = usize;
pub(crate) type ObjectId = usize;

/// What a thread is about to do, or did.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Op {
    Start,
    Lock(ObjectId),
    TryLock(ObjectId),
    Unlock(ObjectId),
    Read(ObjectId),
    TryRead(ObjectId),
    Write(ObjectId),
    TryWrite(ObjectId),
    Unread(ObjectId),
    Unwrite(ObjectId),
    /// Is about to give up the lock and wait.
    Wait(ObjectId),
    /// Waits for a notification of the first, then for the lock, the second.
    Notified(ObjectId, ObjectId),
    Notify(ObjectId, &'static str),
    Atomic(ObjectId, &'static str),
    Fence,
    Arrive(ObjectId),
    /// Waits until the barrier's generation is no longer this one.
    Barrier(ObjectId, usize),
    Spawn(ThreadId),
    Join(ThreadId),
    Park,
    Unpark(ThreadId),
    Yield,
    Sleep,
    /// `block_on` waits for a wake-up after this many polls.
    AwaitWake(ObjectId, u32),
    /// Calls a waker of that poll.
    Wake(ObjectId, u32),
    Touch(ObjectId, bool),
    Panic,
    Finish,
}

impl Op {
    /// The object that the operation is about.
    pub fn object(self) -> Option<ObjectId> {
        match self {
            Op::Lock(object)
            | Op::TryLock(object)
            | Op::Unlock(object)
            | Op::Read(object)
            | Op::TryRead(object)
            | Op::Write(object)
            | Op::TryWrite(object)
            | Op::Unread(object)
            | Op::Unwrite(object)
            | Op::Wait(object)
            | Op::Notified(object, _)
            | Op::Notify(object, _)
            | Op::Atomic(object, _)
            | Op::Arrive(object)
            | Op::Barrier(object, _)
            | Op::AwaitWake(object, _)
            | Op::Wake(object, _)
            | Op::Touch(object, _) => Some(object),
            Op::Start
            | Op::Fence
            | Op::Spawn(_)
            | Op::Join(_)
            | Op::Park
            | Op::Unpark(_)
            | Op::Yield
            | Op::Sleep
            | Op::Panic
            | Op::Finish => None,
        }
    }
}

/// A value that an atomic held.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Value {
    Bool(bool),
    Signed(i64),
    Unsigned(u64),
    Pointer(usize),
}

/// What came of an operation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Note {
    None,
    /// Could not go on, so the turn passed to another thread.
    Blocked,
    Refused,
    Saw(Value),
    Wrote(Value),
    Changed(Value, Value),
    /// Failed, since this was the value.
    Kept(Value),
    /// Woke these threads: a set.
    Woke(u32),
    /// Nobody was waiting, and nothing remembers the call.
    Void,
    /// The waker was not that of the latest poll.
    Stale,
    TimedOut,
    Spurious,
}

/// One line of the report.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub thread: ThreadId,
    pub at: Option<At>,
    pub op: Op,
    pub note: Note,
}

/// An access to a cell: a thread, its step, and where.
#[derive(Clone, Copy)]
pub(crate) struct Access {
    pub thread: ThreadId,
    pub step: u32,
    pub at: At,
}

pub(crate) struct Object {
    pub body: Body,
    /// `Mutex`, `AtomicBool`, …
    pub kind: &'static str,
    /// Counts the objects of this kind, from 1.
    pub number: usize,
    pub made: Option<At>,
    /// Tells this object from others in a fingerprint, whatever its number in this run.
    pub origin: u64,
    /// What has become of it, for the fingerprint.
    pub past: u64,
    /// What a thread learns by acquiring this object.
    pub clock: Clock,
}

/// What the model remembers of an object; its real value stays in the real object.
pub(crate) enum Body {
    Mutex {
        holder: Option<(ThreadId, At)>,
    },
    RwLock {
        writer: Option<(ThreadId, At)>,
        readers: Vec<(ThreadId, At)>,
    },
    Condvar {
        waiters: Vec<ThreadId>,
    },
    Atomic,
    Cell {
        write: Option<Access>,
        reads: Vec<Access>,
    },
    Barrier {
        size: usize,
        arrived: Vec<ThreadId>,
        generation: usize,
        /// What those knew who met in the last round.
        met: Clock,
    },
    /// A future in `block_on`; `waker` tells whether anybody still holds the latest poll's waker.
    Future {
        owner: ThreadId,
        polls: u32,
        woken: bool,
        done: bool,
        waker: Weak<dyn Send + Sync>,
    },
}
