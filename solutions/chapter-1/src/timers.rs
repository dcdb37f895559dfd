//! An event loop: a ready queue, and timers beside it.
//!
//! A job that sleeps is not ready, so it leaves the queue for the timers, and the others go on. Where nobody is
//! ready, the loop lets time pass until the first sleeper is due. Here the clock is virtual, so that costs nothing;
//! a real loop would ask the operating system to wake it.
//!
//! Invariants: a job is in the queue, or among the timers, or being executed, or done; nobody is executed before it is
//! due; the clock waits only while nobody is ready; sleepers that are due come before anybody's second turn.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use crate::job::{Clock, Job, Record, Step};

/// Sleeping jobs, the one that is due first in front.
#[derive(Debug, Default)]
pub struct Timers {
    /// Ordered by the instant at which the job is due. The number behind it tells apart those that are due together,
    /// and keeps them in the order in which they came.
    sleepers: BTreeMap<(Duration, u64), Job>,
    /// How many jobs have come so far.
    count: u64,
}

impl Timers {
    /// Nobody sleeps.
    #[must_use]
    pub fn new() -> Timers {
        Timers::default()
    }

    /// Keeps `job` until the clock shows `due`.
    // ANCHOR: add_whole
    pub fn add(&mut self, due: Duration, job: Job) {
        // ANCHOR: add todo: keep the job under the instant at which it is due, and a number that nobody had before
        self.sleepers.insert((due, self.count), job);
        self.count += 1;
        // ANCHOR_END: add
    }
    // ANCHOR_END: add_whole

    /// When the first sleeper is due, or `None` where nobody sleeps.
    #[must_use]
    // ANCHOR: next_due_whole
    pub fn next_due(&self) -> Option<Duration> {
        // ANCHOR: next_due todo: say when the first sleeper is due
        self.sleepers.first_key_value().map(|(&(due, _), _)| due)
        // ANCHOR_END: next_due
    }
    // ANCHOR_END: next_due_whole

    /// Takes out the first sleeper, if it is due at `now` or earlier.
    // ANCHOR: pop_due_whole
    pub fn pop_due(&mut self, now: Duration) -> Option<Job> {
        // ANCHOR: pop_due todo: take out the first sleeper if it is due by now
        if self.next_due()? <= now {
            self.sleepers.pop_first().map(|(_, job)| job)
        } else {
            None
        }
        // ANCHOR_END: pop_due
    }
    // ANCHOR_END: pop_due_whole
}

/// Executes `jobs` in turns until all are done, and returns the record of the run.
///
/// A job that sleeps for some time is due that long after the end of its execution. Before every turn, the sleepers
/// that are due go to the end of the queue.
// ANCHOR: event_loop_whole
pub fn event_loop(jobs: Vec<Job>, clock: &Clock) -> Record {
    // ANCHOR: event_loop todo: execute whoever is ready, keep sleepers among the timers, and let time pass only when nobody is ready
    let mut ready = VecDeque::from(jobs);
    let mut timers = Timers::new();
    let mut record = Record::new();
    loop {
        while let Some(job) = timers.pop_due(clock.now()) {
            ready.push_back(job);
        }
        if let Some(mut job) = ready.pop_front() {
            match record.execute(&mut job, clock) {
                Step::Yield => ready.push_back(job),
                Step::Sleep(time) => timers.add(clock.now() + time, job),
                Step::Done => {}
            }
        } else if let Some(due) = timers.next_due() {
            clock.advance_to(due);
        } else {
            return record;
        }
    }
    // ANCHOR_END: event_loop
}
// ANCHOR_END: event_loop_whole
