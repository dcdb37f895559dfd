//! The eight measurements, round by round.
//!
//! A round runs all eight, one after the other, so that a slow minute of the machine meets them all. A ratio is taken
//! within its round: the run's time over the time of *one task of its kind on one worker*.

use std::time::Duration;

use crate::record::{TaskRecord, most_executing, most_in_progress};
use crate::work::{self, Failure, Kind, SlowServer, Start, Work};

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The n of "n tasks".
    pub tasks: usize,
    /// The n of "n workers": at least 2, to have a comparison.
    pub workers: usize,
    /// Rounds, after a warm-up.
    pub rounds: usize,
    /// How long the server takes for an answer.
    pub delay: Duration,
    /// Requests of an I/O-bound task.
    pub requests: u32,
    /// About how long a CPU-bound task computes alone.
    pub computing: Duration,
    /// Slices of a CPU-bound task.
    pub slices: u32,
}

impl Plan {
    /// The full plan, or a quick one of about a second.
    #[must_use]
    pub fn new(cores: usize, quick: bool) -> Plan {
        let workers = cores.max(2);
        Plan {
            tasks: if quick { 4 } else { 16 }.max(2 * workers),
            workers,
            rounds: if quick { 1 } else { 5 },
            delay: Duration::from_millis(if quick { 5 } else { 20 }),
            requests: 3,
            computing: Duration::from_millis(if quick { 15 } else { 60 }),
            slices: if quick { 10 } else { 30 },
        }
    }
}

/// One cell of {I/O-bound, CPU-bound} x {1, n tasks} x {1, n workers}.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which kind of task.
    pub kind: Kind,
    /// How many tasks.
    pub tasks: usize,
    /// How many workers.
    pub workers: usize,
    /// The median time.
    pub elapsed: Duration,
    /// The median ratio to one task of the kind on one worker.
    pub ratio: f64,
    /// The smallest and the largest ratio.
    pub spread: (f64, f64),
    /// For how long workers executed tasks, in the median run, all workers added up.
    pub executed: Duration,
    /// The most tasks in progress together, in any round.
    pub in_progress: usize,
    /// The most executions that overlapped, in any round.
    pub executing: usize,
}

/// Measures all eight cells: I/O-bound first, one task first, one worker first.
///
/// # Errors
/// When a task could not do its work.
pub fn measure(plan: Plan, progress: &mut dyn FnMut(&str)) -> Result<Vec<Cell>, Failure> {
    let server = SlowServer::start(plan.delay)?;
    let works = [
        Work::Io {
            server: server.address(),
            requests: plan.requests,
            handling: 0,
        },
        Work::Cpu {
            slices: plan.slices,
            rounds: work::rounds_for(plan.computing / plan.slices),
        },
    ];
    let mut combinations = Vec::new();
    for work in works {
        for tasks in [1, plan.tasks] {
            for workers in [1, plan.workers] {
                combinations.push((work, tasks, workers));
            }
        }
    }
    let mut runs: Vec<Vec<work::Outcome>> = vec![Vec::new(); combinations.len()];
    // Round 0 is the warm-up.
    for round in 0..=plan.rounds {
        progress(&match round {
            0 => "lab: warm-up".to_owned(),
            _ => format!("lab: round {round} of {}", plan.rounds),
        });
        for (&(work, tasks, workers), runs) in combinations.iter().zip(&mut runs) {
            let outcome = work::run(work, tasks, workers, Start::Together)?;
            if round > 0 {
                runs.push(outcome);
            }
        }
    }
    progress("");
    // The yardstick is the first cell of its kind, four cells a kind.
    let cells = combinations.iter().zip(&runs).enumerate();
    Ok(cells
        .map(|(index, (&(work, tasks, workers), own))| {
            cell(work.kind(), tasks, workers, own, &runs[index / 4 * 4])
        })
        .collect())
}

fn cell(
    kind: Kind,
    tasks: usize,
    workers: usize,
    runs: &[work::Outcome],
    yardstick: &[work::Outcome],
) -> Cell {
    let mut ratios: Vec<f64> = runs
        .iter()
        .zip(yardstick)
        .map(|(run, one)| run.elapsed.as_secs_f64() / one.elapsed.as_secs_f64())
        .collect();
    ratios.sort_by(f64::total_cmp);
    let mut by_time: Vec<&work::Outcome> = runs.iter().collect();
    by_time.sort_by_key(|run| run.elapsed);
    let middle = by_time[by_time.len() / 2];
    let most = |count: fn(&[TaskRecord]) -> usize| {
        runs.iter()
            .map(|run| count(&run.records))
            .max()
            .unwrap_or(0)
    };
    Cell {
        kind,
        tasks,
        workers,
        elapsed: middle.elapsed,
        ratio: ratios[ratios.len() / 2],
        spread: (ratios[0], ratios[ratios.len() - 1]),
        executed: middle.records.iter().map(TaskRecord::executed).sum(),
        in_progress: most(most_in_progress),
        executing: most(most_executing),
    }
}

/// A recorded run for chapter 3: its file name, and its text in the trace format.
pub type NamedTrace = (&'static str, String);

/// Records the four runs that chapter 3 shows, three short tasks each.
///
/// # Errors
/// When a task could not do its work.
pub fn traces() -> Result<Vec<NamedTrace>, Failure> {
    // Short waits and some work on each answer: otherwise the executions would be too thin to see.
    const DELAY: Duration = Duration::from_millis(4);
    let server = SlowServer::start(DELAY)?;
    let io = Work::Io {
        server: server.address(),
        requests: 2,
        handling: work::rounds_for(Duration::from_micros(600)),
    };
    let cpu = Work::Cpu {
        slices: 4,
        rounds: work::rounds_for(Duration::from_millis(1)),
    };
    let io_text = "Each task sends 2 requests to a server that answers after 4 ms, and computes 0.6 ms on each answer.";
    let cpu_text = "Each task computes 4 slices of 1 ms and lets other tasks run in between.";
    let plans = [
        ("recorded-io-1-worker.txt", io, 1, Start::Together, io_text),
        (
            "recorded-cpu-1-worker.txt",
            cpu,
            1,
            Start::Together,
            cpu_text,
        ),
        (
            "recorded-cpu-2-workers.txt",
            cpu,
            2,
            Start::Together,
            cpu_text,
        ),
        ("recorded-sequential.txt", cpu, 1, Start::OneByOne, cpu_text),
    ];
    let mut traces = Vec::new();
    for (file, work, workers, start, what) in plans {
        // Once to warm up, once to keep.
        work::run(work, 3, workers, start)?;
        let outcome = work::run(work, 3, workers, start)?;
        traces.push((file, trace_text(&outcome.records, workers, start, what)));
    }
    Ok(traces)
}

fn trace_text(records: &[TaskRecord], workers: usize, start: Start, what: &str) -> String {
    let workers = match workers {
        1 => "one worker".to_owned(),
        n => format!("{n} workers"),
    };
    let start = match start {
        Start::Together => "spawned together",
        Start::OneByOne => "each spawned when the one before it was done",
    };
    let comments = [
        format!("Recorded by `cargo xtask lab chapter-3`: 3 tasks, {start}, on {workers}."),
        what.to_owned(),
        "A task's lifetime is first poll to last; an execution is a poll; the core is the worker's number.".to_owned(),
        "Times in microseconds.".to_owned(),
    ];
    crate::record::to_trace(&comments, records)
}
