//! Step 1.3: who starves, and what a budget changes.

use std::{cell::RefCell, collections::BTreeMap, ops::ControlFlow, rc::Rc, time::Duration};

use chapter_1::{
    job::{Clock, Execution, Job, Record, Step},
    starvation::{longest_waits, sliced},
};

use crate::script::{ZERO, ms};

/// A record by hand: name, start, end, and how the job went on. Step 1.3 needs no loop of yours.
fn record(executions: &[(&str, u64, u64, Step)]) -> Record {
    let execution = |&(name, start, end, step): &(&str, u64, u64, Step)| Execution {
        job: name.to_string(),
        start: ms(start),
        end: ms(end),
        step,
    };
    Record {
        executions: executions.iter().map(execution).collect(),
    }
}

#[track_caller]
fn assert_waits(record: &Record, expected: &[(&str, u64)], why: &str) {
    let expected: BTreeMap<String, Duration> = expected
        .iter()
        .map(|&(name, time)| (name.to_string(), ms(time)))
        .collect();
    let found = longest_waits(record);
    assert!(
        found == expected,
        "expected the longest waits  {expected:?}\n              and they were  {found:?}\n{why}"
    );
}

#[test]
fn nobody_waits_in_an_empty_run() {
    assert_waits(
        &record(&[]),
        &[],
        "Nothing was executed, so nobody is named.",
    );
}

#[test]
fn the_first_turn_is_waited_for() {
    let run = record(&[
        ("tea", 0, 30, Step::Done),
        ("toast", 30, 40, Step::Done),
        ("eggs", 40, 50, Step::Done),
    ]);
    assert_waits(
        &run,
        &[("tea", 0), ("toast", 30), ("eggs", 40)],
        "All were ready when the run began. Toast waited for tea, and eggs for both.",
    );
}

#[test]
fn a_run_need_not_begin_at_zero() {
    let run = record(&[
        ("tea", 100, 130, Step::Done),
        ("toast", 130, 140, Step::Done),
    ]);
    assert_waits(
        &run,
        &[("tea", 0), ("toast", 30)],
        "The run begins where its first execution starts, at 100 ms.",
    );
}

#[test]
fn after_a_yield_a_job_is_ready_at_once() {
    let run = record(&[
        ("tea", 0, 10, Step::Yield),
        ("toast", 10, 35, Step::Done),
        ("tea", 35, 40, Step::Done),
    ]);
    assert_waits(
        &run,
        &[("tea", 25), ("toast", 10)],
        "Tea yielded at 10 ms and went on at 35 ms.",
    );
}

#[test]
fn sleeping_is_not_waiting() {
    let run = record(&[
        ("tea", 0, 10, Step::Sleep(ms(100))),
        ("toast", 10, 130, Step::Done),
        ("tea", 130, 140, Step::Done),
    ]);
    assert_waits(
        &run,
        &[("tea", 20), ("toast", 10)],
        "Tea wanted to sleep from 10 to 110 ms, and went on at 130 ms. It waited for the last 20 ms of that.",
    );
}

#[test]
fn the_longest_wait_counts_and_not_the_last() {
    let run = record(&[
        ("tea", 0, 1, Step::Yield),
        ("toast", 1, 50, Step::Yield),
        ("tea", 50, 51, Step::Yield),
        ("toast", 51, 52, Step::Done),
        ("tea", 52, 53, Step::Done),
    ]);
    assert_waits(
        &run,
        &[("tea", 49), ("toast", 1)],
        "Tea waited 49 ms first and 1 ms later. Keep the longest.",
    );
}

/// A sliced job of `count` units, 2 ms each, and the units that it has done.
fn units(count: usize, budget: Duration) -> (Job, Rc<RefCell<usize>>) {
    let done = Rc::new(RefCell::new(0));
    let counter = Rc::clone(&done);
    let job = sliced("greedy", budget, move |clock: &Clock| {
        let mut done = counter.borrow_mut();
        assert!(
            *done < count,
            "the unit was asked for more after it had returned Break, which says that nothing is left.\n\
             The piece in which that happens ends with Step::Done."
        );
        *done += 1;
        clock.advance(ms(2));
        if *done == count {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    (job, done)
}

/// Executes the job alone, to its end, and returns its pieces: how long each took, and how it went on.
fn pieces(mut job: Job) -> Vec<(Duration, Step)> {
    let clock = Clock::new();
    let mut record = Record::new();
    while record.execute(&mut job, &clock) != Step::Done {
        assert!(
            record.executions.len() < 10_000,
            "after 10,000 pieces the job is still not done. Each piece should do at least one unit of the work."
        );
    }
    let piece = |e: &Execution| (e.end - e.start, e.step);
    record.executions.iter().map(piece).collect()
}

#[track_caller]
fn assert_pieces(count: usize, budget: Duration, expected: &[(u64, Step)], why: &str) {
    let (job, done) = units(count, budget);
    let found = pieces(job);
    let expected: Vec<_> = expected
        .iter()
        .map(|&(time, step)| (ms(time), step))
        .collect();
    assert!(
        found == expected,
        "{count} units of 2 ms with a budget of {budget:?}:\nexpected the pieces  {expected:?}\n      and they were  {found:?}\n{why}"
    );
    let done = *done.borrow();
    assert!(
        done == count,
        "{count} units were to do, and {done} were done"
    );
}

#[test]
fn making_a_sliced_job_does_no_work() {
    let (job, done) = units(3, ms(10));
    assert!(
        *done.borrow() == 0,
        "{} was only made, not executed, and {} units are done already",
        job.name(),
        done.borrow()
    );
    assert!(
        job.name() == "greedy",
        "the job should have the name that was given, greedy, and has {:?}",
        job.name()
    );
}

#[test]
fn a_slice_ends_when_the_budget_is_spent() {
    assert_pieces(
        5,
        ms(4),
        &[(4, Step::Yield), (4, Step::Yield), (2, Step::Done)],
        "Two units spend a budget of 4 ms: spent is spent, so no third unit begins at 4 ms.",
    );
}

#[test]
fn a_unit_is_never_cut() {
    assert_pieces(
        4,
        ms(3),
        &[(4, Step::Yield), (4, Step::Done)],
        "After one unit 1 ms is left, so the second begins, and nobody can stop it in the middle.",
    );
}

#[test]
fn every_piece_has_a_budget_of_its_own() {
    assert_pieces(
        6,
        ms(4),
        &[(4, Step::Yield), (4, Step::Yield), (4, Step::Done)],
        "The budget is counted from the start of each piece. The last unit ends the job, and not one piece more.",
    );
}

#[test]
fn a_budget_of_nothing_still_makes_progress() {
    assert_pieces(
        3,
        ZERO,
        &[(2, Step::Yield), (2, Step::Yield), (2, Step::Done)],
        "A piece does one unit first and looks at the clock then. Otherwise it would yield for ever.",
    );
}

#[test]
fn a_large_budget_is_one_piece() {
    assert_pieces(
        4,
        ms(1000),
        &[(8, Step::Done)],
        "All the work fits into the budget, so there is nothing to yield for.",
    );
}
