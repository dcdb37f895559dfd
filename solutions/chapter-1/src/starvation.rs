//! Starvation: a job that keeps the thread makes all others wait.
//!
//! The loop of step 1.2 is *cooperative*: it cannot take the thread from a job. Whoever computes for long without a
//! `Yield` starves its neighbours, and no queue can prevent that. The record shows how long they waited. The remedy
//! is in the job: it works in slices, and yields when its budget is spent.
//!
//! Invariants of a sliced job: each slice makes progress; none goes on once its budget is spent; no work is lost, and
//! none is done twice.

use std::{collections::BTreeMap, ops::ControlFlow, time::Duration};

use crate::job::{Clock, Job, Record, Step};

/// The longest time that each job waited, by name: from the moment it could have gone on until it was executed.
///
/// All jobs are ready at the start of the run, which is the start of the first execution. After a `Yield` a job is
/// ready at once. After a `Sleep` it is ready when that time has passed. The names of the jobs are all different.
// ANCHOR: longest_waits_whole
pub fn longest_waits(record: &Record) -> BTreeMap<String, Duration> {
    // ANCHOR: longest_waits todo: for each execution take the time since its job was ready, and keep each job's longest
    let began = record
        .executions
        .first()
        .map_or(Duration::ZERO, |e| e.start);
    let mut ready_since = BTreeMap::new();
    let mut longest: BTreeMap<String, Duration> = BTreeMap::new();
    for execution in &record.executions {
        let job = &execution.job;
        let since = ready_since.get(job).copied().unwrap_or(began);
        let waited = execution.start - since;
        let so_far = longest.entry(job.clone()).or_default();
        *so_far = waited.max(*so_far);
        let pause = match execution.step {
            Step::Sleep(time) => time,
            Step::Yield | Step::Done => Duration::ZERO,
        };
        ready_since.insert(job, execution.end + pause);
    }
    longest
    // ANCHOR_END: longest_waits
}
// ANCHOR_END: longest_waits_whole

/// A job that works in slices. `unit` does a small piece of the work, and says whether there is more:
/// [`ControlFlow::Continue`] if there is, [`ControlFlow::Break`] if that was the last.
///
/// A slice is at least one unit. It ends when the clock shows that `budget` is spent, or when the work is done.
// ANCHOR: sliced_whole
pub fn sliced(
    name: impl Into<String>,
    budget: Duration,
    mut unit: impl FnMut(&Clock) -> ControlFlow<()> + 'static,
) -> Job {
    // ANCHOR: sliced todo: make a job whose pieces do units until the budget is spent, and then yield
    Job::new(name, move |clock| {
        let end = clock.now() + budget;
        loop {
            if unit(clock).is_break() {
                return Step::Done;
            }
            if clock.now() >= end {
                return Step::Yield;
            }
        }
    })
    // ANCHOR_END: sliced
}
// ANCHOR_END: sliced_whole
