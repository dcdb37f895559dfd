//! When each task was executed, by which worker.
//!
//! A task is *in progress* from its first poll to the end of its last. It is *executed* during a poll. So a task that
//! waits for an answer is in progress, and nobody executes it. Times are monotonic and share one origin.
//!
//! What a recording cannot see: the operating system may take the processor from a worker in the middle of a poll.
//! Two overlapping polls prove that two workers were in the middle of one together, not that two cores computed.

use std::cell::Cell;
use std::fmt::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

thread_local! {
    static WORKER: Cell<usize> = const { Cell::new(0) };
}

/// Gives the current thread its number. A runtime calls this as each of its workers starts.
pub fn name_worker(index: usize) {
    WORKER.set(index);
}

/// One poll: from when to when, and on which worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Execution {
    /// The worker's number.
    pub worker: usize,
    /// Since the origin.
    pub start: Duration,
    /// Since the origin.
    pub end: Duration,
}

/// The executions of one task, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskRecord {
    /// The task's name: one word.
    pub name: String,
    /// At least one.
    pub executions: Vec<Execution>,
}

impl TaskRecord {
    /// When the task was first executed.
    #[must_use]
    pub fn start(&self) -> Duration {
        self.executions
            .first()
            .map_or(Duration::ZERO, |run| run.start)
    }

    /// When the task was done.
    #[must_use]
    pub fn end(&self) -> Duration {
        self.executions.last().map_or(Duration::ZERO, |run| run.end)
    }

    /// For how long workers executed the task.
    #[must_use]
    pub fn executed(&self) -> Duration {
        self.executions.iter().map(|run| run.end - run.start).sum()
    }
}

/// A future that records its polls.
pub struct Recorded<F> {
    future: Pin<Box<F>>,
    origin: Instant,
    record: TaskRecord,
}

impl<F: Future> Recorded<F> {
    /// Records `future` under a name. Times count from `origin`.
    pub fn new(name: String, origin: Instant, future: F) -> Recorded<F> {
        Recorded {
            future: Box::pin(future),
            origin,
            record: TaskRecord {
                name,
                executions: Vec::new(),
            },
        }
    }
}

impl<F: Future> Future for Recorded<F> {
    type Output = (F::Output, TaskRecord);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let worker = WORKER.get();
        let start = self.origin.elapsed();
        let result = self.future.as_mut().poll(context);
        let end = self.origin.elapsed();
        self.record
            .executions
            .push(Execution { worker, start, end });
        result.map(|output| (output, self.record.clone()))
    }
}

/// The largest number of tasks in progress together.
#[must_use]
pub fn most_in_progress(records: &[TaskRecord]) -> usize {
    most(records.iter().map(|task| (task.start(), task.end())))
}

/// The largest number of executions that overlapped.
#[must_use]
pub fn most_executing(records: &[TaskRecord]) -> usize {
    let runs = records.iter().flat_map(|task| &task.executions);
    most(runs.map(|run| (run.start, run.end)))
}

/// The largest number of half-open spans that share a moment.
fn most(spans: impl Iterator<Item = (Duration, Duration)>) -> usize {
    // At the same moment an end (false) sorts before a start (true): touching spans do not overlap.
    let mut edges: Vec<(Duration, bool)> = spans
        .filter(|(start, end)| start < end)
        .flat_map(|(start, end)| [(start, true), (end, false)])
        .collect();
    edges.sort_unstable();
    let mut open = 0_usize;
    let mut most = 0;
    for (_, opens) in edges {
        if opens {
            open += 1;
            most = most.max(open);
        } else {
            open -= 1;
        }
    }
    most
}

/// The recording in the trace format of chapter 3, in whole microseconds from the first execution on.
///
/// Both ends of a span are rounded down, which keeps order and cannot make spans overlap that did not. A poll within
/// one microsecond becomes empty that way and is left out.
#[must_use]
pub fn to_trace(comments: &[String], records: &[TaskRecord]) -> String {
    let first = records.iter().map(TaskRecord::start).min();
    let since = |time: Duration| (time - first.unwrap_or_default()).as_micros();
    let mut out = String::new();
    // Writing to a String cannot fail.
    for comment in comments {
        let _ = writeln!(out, "# {comment}");
    }
    for task in records {
        let (start, end) = (since(task.start()), since(task.end()));
        let _ = writeln!(out, "task {} {start} {end}", task.name);
        for run in &task.executions {
            let (start, end) = (since(run.start), since(run.end));
            if start < end {
                let _ = writeln!(out, "run {} {} {start} {end}", task.name, run.worker);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(name: &str, runs: &[(usize, u64, u64)]) -> TaskRecord {
        let executions = runs.iter().map(|&(worker, start, end)| Execution {
            worker,
            start: Duration::from_nanos(start),
            end: Duration::from_nanos(end),
        });
        TaskRecord {
            name: name.into(),
            executions: executions.collect(),
        }
    }

    #[test]
    fn interleaved_tasks_are_in_progress_together_and_never_executed_together() {
        let records = [
            task("a", &[(0, 0, 10), (0, 20, 30)]),
            task("b", &[(0, 10, 20), (0, 30, 40)]),
        ];
        assert_eq!(most_in_progress(&records), 2);
        assert_eq!(most_executing(&records), 1);
    }

    #[test]
    fn two_workers_can_execute_together() {
        let records = [task("a", &[(0, 0, 10)]), task("b", &[(1, 5, 9)])];
        assert_eq!(most_executing(&records), 2);
    }

    #[test]
    fn a_trace_begins_at_zero_and_drops_empty_runs() {
        let records = [task(
            "a",
            &[(0, 5_000, 7_900), (1, 8_100, 8_900), (0, 9_000, 12_000)],
        )];
        let trace = to_trace(&["a comment".into()], &records);
        assert_eq!(
            trace,
            "# a comment\ntask a 0 7\nrun a 0 0 2\nrun a 1 3 3\nrun a 0 4 7\n"
                .replace("run a 1 3 3\n", "")
        );
    }
}
