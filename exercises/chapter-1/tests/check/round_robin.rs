//! Step 1.1: a ready queue on one thread.

use std::{cell::RefCell, rc::Rc};

use chapter_1::{
    job::{Clock, Job, Step},
    round_robin::round_robin,
};

use crate::script::{ZERO, assert_order, done_at, job, minutes, ms, of, sleeping, yielding};

#[test]
fn no_jobs_is_no_work() {
    let clock = Clock::new();
    let record = round_robin(Vec::new(), &clock);
    assert!(
        record.executions.is_empty() && clock.now() == ZERO,
        "without jobs there is nothing to execute and nothing to wait for, and the record says {record:?}"
    );
}

#[test]
fn one_job_is_executed_to_its_end() {
    let record = round_robin(vec![yielding("tea", 3, ms(5))], &Clock::new());
    assert_order(
        &record,
        "tea tea tea",
        "The job yields twice and is then done. Where did it go after the first piece?",
    );
    assert!(
        done_at(&record, "tea") == ms(15),
        "three pieces of 5 ms end at 15 ms, and they ended at {:?}. Does the loop advance the clock? \
         The job does that itself.",
        done_at(&record, "tea")
    );
}

#[test]
fn jobs_take_turns() {
    let jobs = ["tea", "toast", "eggs"].map(|name| yielding(name, 3, ms(1)));
    let record = round_robin(jobs.into(), &Clock::new());
    assert_order(
        &record,
        "tea toast eggs tea toast eggs tea toast eggs",
        "A job that yields goes behind all the others, and the next one comes from the front.",
    );
}

#[test]
fn a_job_that_is_done_leaves_the_queue() {
    let jobs = vec![
        yielding("tea", 1, ms(1)),
        yielding("toast", 3, ms(1)),
        yielding("eggs", 2, ms(1)),
    ];
    let record = round_robin(jobs, &Clock::new());
    assert_order(
        &record,
        "tea toast eggs toast eggs toast",
        "Tea has one piece, eggs have two, toast has three: who is done takes no more turns.",
    );
}

#[test]
fn jobs_of_one_name_are_still_different_jobs() {
    let jobs = vec![yielding("tea", 2, ms(1)), yielding("tea", 3, ms(1))];
    let record = round_robin(jobs, &Clock::new());
    assert!(
        record.executions.len() == 5,
        "two cups of tea, of two and of three pieces, make five executions, and there were {}",
        record.executions.len()
    );
}

#[test]
fn all_jobs_are_in_progress_before_one_is_done() {
    // Each job looks at what the others have done: a check from inside, which no record can fake.
    let begun = Rc::new(RefCell::new(Vec::new()));
    let looks = |name: &'static str| {
        let begun = Rc::clone(&begun);
        let mut first = true;
        Job::new(name, move |_| {
            if first {
                first = false;
                begun.borrow_mut().push(name);
                return Step::Yield;
            }
            assert!(
                begun.borrow().len() == 3,
                "{name} got its second turn when only {:?} had begun.\n\
                 Interleaved jobs are in progress together: everybody gets a first turn before anybody gets a second.",
                begun.borrow()
            );
            Step::Done
        })
    };
    round_robin(
        vec![looks("tea"), looks("toast"), looks("eggs")],
        &Clock::new(),
    );
    assert!(
        begun.borrow().len() == 3,
        "three jobs were given, and {:?} began",
        begun.borrow()
    );
}

#[test]
fn sleep_stops_the_whole_loop() {
    let clock = Clock::new();
    let jobs = vec![sleeping("tea", minutes(3)), sleeping("toast", minutes(2))];
    let record = round_robin(jobs, &clock);
    assert_order(
        &record,
        "tea toast tea toast",
        "A job that has slept goes to the end of the queue, like one that yields.",
    );
    assert!(
        clock.now() == minutes(5),
        "three minutes and two minutes, one after the other, are five, and the clock shows {:?}.\n\
         This loop has no timers: when a job sleeps, it advances the clock itself.",
        clock.now()
    );
}

#[test]
fn the_sleeper_wakes_before_the_next_job_goes() {
    let jobs = vec![
        job("tea", [(ms(1), Step::Sleep(ms(10))), (ms(1), Step::Done)]),
        yielding("toast", 1, ms(1)),
    ];
    let record = round_robin(jobs, &Clock::new());
    let start = of(&record, "toast").next().map(|e| e.start);
    assert!(
        start == Some(ms(11)),
        "tea computes until 1 ms and sleeps until 11 ms, and the loop sleeps with it. \
         So toast starts at 11 ms, and it started at {start:?}"
    );
}

#[test]
fn ten_thousand_jobs_take_turns() {
    let jobs = (0..10_000).map(|number| yielding(&format!("job-{number}"), 3, ms(1)));
    let record = round_robin(jobs.collect(), &Clock::new());
    assert!(
        record.executions.len() == 30_000,
        "10,000 jobs of three pieces are 30,000 executions, and there were {}",
        record.executions.len()
    );
    for (index, execution) in record.executions.iter().enumerate() {
        let expected = format!("job-{}", index % 10_000);
        assert!(
            execution.job == expected,
            "in turn {index} it is for {expected} to go, and {} went",
            execution.job
        );
    }
}
