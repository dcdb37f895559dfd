//! Round robin: several jobs, one thread, and a queue of those that are ready.
//!
//! The loop takes the job at the front, executes one piece of it, and puts it back at the end. So the jobs are
//! interleaved: all are in progress together, and one is executed.
//!
//! Invariants: at most one job is executed at any moment; between two pieces of a job, every other job that is ready
//! gets exactly one turn; a job that is done never comes back.

use std::collections::VecDeque;

use crate::job::{Clock, Job, Record, Step};

/// Executes `jobs` in turns until all are done, and returns the record of the run.
///
/// This loop knows no timers. When a job wants to sleep, the loop sleeps: it advances the clock by that time, and
/// everybody waits. The job then goes to the end of the queue. Step 1.2 does better.
// ANCHOR: round_robin_whole
pub fn round_robin(jobs: Vec<Job>, clock: &Clock) -> Record {
    // ANCHOR: round_robin todo: take the job at the front, execute a piece of it, and put it at the end unless it is done
    let mut ready = VecDeque::from(jobs);
    let mut record = Record::new();
    while let Some(mut job) = ready.pop_front() {
        match record.execute(&mut job, clock) {
            Step::Yield => ready.push_back(job),
            Step::Sleep(time) => {
                clock.advance(time);
                ready.push_back(job);
            }
            Step::Done => {}
        }
    }
    record
    // ANCHOR_END: round_robin
}
// ANCHOR_END: round_robin_whole
