//! Jobs that do what a script says, and questions about the record of a run.

use std::time::Duration;

use chapter_1::job::{Clock, Execution, Job, Record, Step};

pub const ZERO: Duration = Duration::ZERO;

pub const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

pub const fn minutes(time: u64) -> Duration {
    Duration::from_secs(60 * time)
}

/// A job that computes for a time in each piece, and then goes on as the script says. The last entry is `Done`.
pub fn job(
    name: &str,
    script: impl IntoIterator<Item = (Duration, Step), IntoIter: 'static>,
) -> Job {
    let owner = name.to_string();
    let mut script = script.into_iter();
    Job::new(name, move |clock: &Clock| {
        let Some((work, step)) = script.next() else {
            panic!(
                "{owner} was executed again after it had said Done.\n\
                 A job that is done must not go back into the queue: drop it."
            );
        };
        clock.advance(work);
        step
    })
}

/// A job of `pieces` pieces which yields between them. Each computes for `work`.
pub fn yielding(name: &str, pieces: usize, work: Duration) -> Job {
    let script = (1..=pieces).map(move |piece| {
        let last = piece == pieces;
        (work, if last { Step::Done } else { Step::Yield })
    });
    job(name, script)
}

/// A job that sleeps once, and does no work at all.
pub fn sleeping(name: &str, time: Duration) -> Job {
    job(name, [(ZERO, Step::Sleep(time)), (ZERO, Step::Done)])
}

/// The names in the order of their executions, with blanks between them.
pub fn order(record: &Record) -> String {
    let names: Vec<&str> = record.executions.iter().map(|e| e.job.as_str()).collect();
    names.join(" ")
}

#[track_caller]
pub fn assert_order(record: &Record, expected: &str, why: &str) {
    let order = order(record);
    if let Some(missing) = expected.strip_prefix(&order)
        && !missing.is_empty()
    {
        panic!(
            "expected the executions  {expected}\n      and the order was  {order}\n\
             The order is right, and the run ended too early. Who was still in the queue? A job that is done ends alone, \
             and the run ends when nobody is left."
        );
    }
    assert!(
        order == expected,
        "expected the executions  {expected}\n      and the order was  {order}\n{why}"
    );
}

/// When `name` was done.
#[track_caller]
pub fn done_at(record: &Record, name: &str) -> Duration {
    let last = record.executions.iter().rfind(|e| e.job == name);
    match last {
        Some(Execution {
            end,
            step: Step::Done,
            ..
        }) => *end,
        Some(Execution { step, .. }) => panic!(
            "{name} never came to its end: after {step:?} it was not executed again.\n\
             The loop may return only when every job is done, those that sleep included."
        ),
        None => panic!("{name} was never executed."),
    }
}

/// The executions of `name`, in order.
pub fn of<'a>(record: &'a Record, name: &'a str) -> impl Iterator<Item = &'a Execution> {
    record.executions.iter().filter(move |e| e.job == name)
}
