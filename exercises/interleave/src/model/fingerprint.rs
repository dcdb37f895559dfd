//! Tells when two schedules have led to the same state, so that only one of them is followed further.
//!
//! Swap two neighbouring steps that have nothing to do with each other, and nothing comes out differently. So a state
//! is named not by the order of its steps, but by what each thread has done and what it has learnt by that: a thread
//! that takes a lock mixes the past of the lock into its own, and leaves its own in the lock when it lets go.
//! Orders that differ in nothing else give the same fingerprint.
//!
//! What can follow depends on the state and on the thread that goes next. The search goes from few preemptions to many,
//! so if it has seen that pair before, it was for the same price or less, and all that can follow is on the list already.

use super::schedule::Decision;
use super::state::State;
use super::words::{At, Op, ThreadId};

/// Mixes `more` into `past`; the order matters.
pub(crate) fn mix(past: u64, more: u64) -> u64 {
    let mut mixed = (past.rotate_left(25) ^ more).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^= mixed >> 29;
    mixed.wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (mixed >> 32)
}

fn mix_place(past: u64, at: Option<At>) -> u64 {
    at.map_or(past, |at| {
        mix(
            past,
            u64::from(at.line()) << 32 | u64::from(at.column()) << 16 | at.file().len() as u64,
        )
    })
}

/// What kind of operation this is, apart from the thread or object that it is about.
fn kind(op: Op) -> u64 {
    match op {
        Op::Start => 1,
        Op::Lock(_) => 2,
        Op::TryLock(_) => 3,
        Op::Unlock(_) => 4,
        Op::Read(_) => 5,
        Op::TryRead(_) => 6,
        Op::Write(_) => 7,
        Op::TryWrite(_) => 8,
        Op::Unread(_) => 9,
        Op::Unwrite(_) => 10,
        Op::Wait(_) => 11,
        Op::Notified(..) => 12,
        Op::Notify(..) => 13,
        Op::Atomic(_, verb) => 14 + verb.len() as u64 * 64,
        Op::Fence => 15,
        Op::Arrive(_) => 16,
        Op::Barrier(..) => 17,
        Op::Spawn(_) => 18,
        Op::Join(_) => 19,
        Op::Park => 20,
        Op::Unpark(_) => 21,
        Op::Yield => 22,
        Op::Sleep => 23,
        Op::AwaitWake(_, poll) => 24 + u64::from(poll) * 64,
        Op::Wake(_, poll) => 25 + u64::from(poll) * 64,
        Op::Touch(_, writes) => 26 + u64::from(writes) * 64,
        Op::Panic => 27,
        Op::Finish => 28,
    }
}

impl State {
    /// Names the state in which the decision was taken, and the thread that goes next.
    pub fn way_out(&self, decision: &Decision, thread: ThreadId) -> u64 {
        mix(decision.fingerprint, self.threads[thread].origin)
    }

    /// The thread has done `op` there.
    pub fn remember(&mut self, thread: ThreadId, op: Op, at: Option<At>) {
        let about = match op {
            Op::Unpark(other) | Op::Join(other) => self.threads[other].origin,
            _ => op.object().map_or(0, |object| self.objects[object].origin),
        };
        let past = mix(mix(self.threads[thread].past, kind(op)), about);
        self.threads[thread].past = mix_place(past, at);
    }

    /// Names this state, in which every thread has announced an operation.
    pub fn fingerprint(&self) -> u64 {
        // Sums do not depend on the order in which the run met its threads and objects.
        let threads = self.threads.iter().fold(0_u64, |sum, this| {
            let flags = u64::from(this.notified)
                | u64::from(this.timed_out) << 1
                | u64::from(this.token) << 2
                | u64::from(this.yielded.is_some()) << 3
                | u64::from(this.finished) << 4;
            let next = mix_place(mix(flags, kind(this.op)), this.at);
            sum.wrapping_add(mix(mix(this.past, this.inbox), next))
        });
        let objects = self.objects.iter().fold(0_u64, |sum, object| {
            sum.wrapping_add(mix(object.origin, object.past))
        });
        mix(mix(threads, objects), self.now.as_nanos() as u64)
    }
}
