//! What each measurement shows, in one sentence that says no more than was measured.
//!
//! Nothing here is a verdict. A machine may be busy, and then the sentence says that the figure is not what a quiet
//! machine would give.

use crate::measure::{Cell, Plan};
use crate::work::Kind;

/// From how many times the speed of one worker on we speak of parallelism: less may be noise.
pub(crate) const GAIN: f64 = 1.3;

/// A sentence for each cell, in the order of the cells.
#[must_use]
pub fn sentences(plan: Plan, cells: &[Cell]) -> Vec<String> {
    cells
        .iter()
        .map(|cell| sentence(plan, cell, cells))
        .collect()
}

fn sentence(plan: Plan, cell: &Cell, cells: &[Cell]) -> String {
    let ratio = cell.ratio;
    match (cell.kind, cell.tasks, cell.workers) {
        (Kind::Io, 1, 1) => format!(
            "The yardstick: {} answers, {} ms each or a little more. Its worker executed it for {} of {}; the rest was waiting: \
             for the socket, the server's timer and the operating system's scheduler.",
            plan.requests,
            plan.delay.as_millis(),
            milliseconds(cell.executed.as_secs_f64()),
            milliseconds(cell.elapsed.as_secs_f64())
        ),
        (Kind::Cpu, 1, 1) => format!(
            "The yardstick: its worker executed it for {} of {}, so it hardly waited.",
            milliseconds(cell.executed.as_secs_f64()),
            milliseconds(cell.elapsed.as_secs_f64())
        ),
        (_, 1, _) if near(ratio, 1.0) => {
            "One task is one sequence of steps: the added worker found nothing to execute."
                .to_owned()
        }
        (_, 1, _) => format!(
            "One task cannot be shared out; {ratio:.2} instead of 1 is this machine's noise or its other work."
        ),
        (Kind::Io, n, 1) if ratio < n as f64 / 2.0 => format!(
            "{}: {} in progress together, at most {} executing. Concurrency without parallelism.",
            if ratio < 1.5 {
                "The waits overlap"
            } else {
                "Most of the waiting overlaps"
            },
            cell.in_progress,
            cell.executing
        ),
        (Kind::Io, n, 1) => format!(
            "The waits of {n} tasks should overlap, and here they hardly did: is the machine busy, or loopback filtered?"
        ),
        (Kind::Io, _, workers) => {
            let one = one_worker(cell, cells).map_or(ratio, |one| one.ratio);
            let change = if near(ratio / one, 1.0) {
                "changed little"
            } else if ratio < one {
                "gained something"
            } else {
                "cost something"
            };
            format!(
                "{workers} workers {change} ({one:.2} x on one worker, {ratio:.2} x here): waiting for an answer needs no core."
            )
        }
        (Kind::Cpu, n, 1) => format!(
            "{} in progress together, at most {} executing, and interleaving {n} computations saves none of them. Concurrency without parallelism.",
            cell.in_progress, cell.executing
        ),
        (Kind::Cpu, _, workers) => {
            let gain = gain(cell, cells);
            if gain >= GAIN {
                format!(
                    "Up to {} executions overlapped, {gain:.2} times as fast as on one worker: parallelism.",
                    cell.executing
                )
            } else {
                format!(
                    "{workers} workers gave {gain:.2} times the speed of one, so little or nothing. Possible reasons: \
                     other programs on the same cores, two hardware threads of one core, a container's CPU limit, \
                     a lower clock when every core computes."
                )
            }
        }
    }
}

/// How many times as fast as the same tasks on one worker; 1 if there is nothing to compare with.
#[must_use]
pub fn gain(cell: &Cell, cells: &[Cell]) -> f64 {
    one_worker(cell, cells).map_or(1.0, |one| {
        one.elapsed.as_secs_f64() / cell.elapsed.as_secs_f64()
    })
}

fn one_worker<'a>(cell: &Cell, cells: &'a [Cell]) -> Option<&'a Cell> {
    cells
        .iter()
        .find(|other| other.kind == cell.kind && other.tasks == cell.tasks && other.workers == 1)
}

/// Within a tenth.
fn near(value: f64, target: f64) -> bool {
    (value / target - 1.0).abs() <= 0.1
}

/// `61.3 ms`.
#[must_use]
pub fn milliseconds(seconds: f64) -> String {
    let value = seconds * 1e3;
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} ms")
}
