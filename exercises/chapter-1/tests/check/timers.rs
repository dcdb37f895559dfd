//! Step 1.2: timers on a virtual clock.

use std::time::Duration;

use chapter_1::{
    job::{Clock, Job, Record, Step},
    timers::{Timers, event_loop},
};

use crate::{
    random::Random,
    script::{ZERO, assert_order, done_at, job, minutes, ms, of, sleeping, yielding},
};

/// A job that only its name tells apart.
fn named(name: &str) -> Job {
    yielding(name, 1, ZERO)
}

#[track_caller]
fn assert_next(timers: &mut Timers, now: Duration, expected: Option<&str>, why: &str) {
    let job = timers.pop_due(now);
    let name = job.as_ref().map(Job::name);
    assert!(
        name == expected,
        "pop_due({now:?}) should give {expected:?}, and gave {name:?}: {why}"
    );
}

#[test]
fn without_sleepers_nothing_is_due() {
    let mut timers = Timers::new();
    assert!(
        timers.next_due().is_none(),
        "nobody sleeps, so next_due is None, and it is {:?}",
        timers.next_due()
    );
    assert_next(&mut timers, minutes(60), None, "nobody sleeps");
}

#[test]
fn a_sleeper_is_due_at_its_instant_and_not_before() {
    let mut timers = Timers::new();
    timers.add(ms(30), named("tea"));
    assert!(
        timers.next_due() == Some(ms(30)),
        "one job is due at 30 ms, and next_due is {:?}",
        timers.next_due()
    );
    assert_next(&mut timers, ms(29), None, "it is due a millisecond later");
    assert_next(
        &mut timers,
        ms(30),
        Some("tea"),
        "30 ms have passed, or an earlier `pop_due` threw it away",
    );
    assert_next(&mut timers, ms(30), None, "it was taken out already");
}

#[test]
fn who_is_due_first_comes_first() {
    let mut timers = Timers::new();
    for (due, name) in [(30, "tea"), (10, "toast"), (20, "eggs")] {
        timers.add(ms(due), named(name));
    }
    assert!(
        timers.next_due() == Some(ms(10)),
        "toast is due first, at 10 ms, and next_due is {:?}. It came second: who came first is another question",
        timers.next_due()
    );
    assert_next(&mut timers, ms(15), Some("toast"), "due at 10 ms");
    assert_next(&mut timers, ms(15), None, "eggs are due at 20 ms");
    assert_next(&mut timers, ms(99), Some("eggs"), "due at 20 ms");
    assert_next(&mut timers, ms(99), Some("tea"), "due at 30 ms");
}

#[test]
fn sleepers_that_are_due_together_are_all_kept_in_order() {
    let mut timers = Timers::new();
    let names = ["tea", "toast", "eggs", "jam"];
    for name in names {
        timers.add(ms(5), named(name));
    }
    for name in names {
        assert_next(
            &mut timers,
            ms(5),
            Some(name),
            "four jobs are due at 5 ms, and they come out in the order in which they came. \
             A map holds one value for a key: what makes the keys different?",
        );
    }
}

#[test]
fn a_sleeper_that_comes_later_replaces_nobody() {
    let mut timers = Timers::new();
    let why = "all are due at 5 ms. If a job vanished: did its key replace another's?";
    timers.add(ms(5), named("tea"));
    timers.add(ms(5), named("toast"));
    assert_next(&mut timers, ms(5), Some("tea"), why);
    timers.add(ms(5), named("eggs"));
    assert_next(&mut timers, ms(5), Some("toast"), why);
    assert_next(&mut timers, ms(5), Some("eggs"), why);
}

#[test]
fn tea_and_toast_end_after_three_minutes() {
    let clock = Clock::new();
    let jobs = vec![sleeping("tea", minutes(3)), sleeping("toast", minutes(2))];
    let record = event_loop(jobs, &clock);
    for (name, time) in [("toast", minutes(2)), ("tea", minutes(3))] {
        assert!(
            done_at(&record, name) == time,
            "{name} sleeps until {} s, and was done at {} s.\n\
             Three minutes and two minutes, slept together, are three: a sleeper holds up nobody.",
            time.as_secs(),
            done_at(&record, name).as_secs()
        );
    }
    assert!(
        clock.now() == minutes(3),
        "at the end the clock should show 180 s, and shows {:?}",
        clock.now()
    );
}

#[test]
fn jobs_that_never_sleep_still_take_turns() {
    let jobs = ["tea", "toast", "eggs"].map(|name| yielding(name, 3, ms(1)));
    let record = event_loop(jobs.into(), &Clock::new());
    assert_order(
        &record,
        "tea toast eggs tea toast eggs tea toast eggs",
        "Without sleepers this is the loop of step 1.1.",
    );
}

#[test]
fn the_clock_waits_for_nobody_who_is_ready() {
    let jobs = vec![sleeping("tea", ms(50)), yielding("toast", 4, ms(10))];
    let record = event_loop(jobs, &Clock::new());
    let starts: Vec<_> = of(&record, "toast").map(|e| e.start).collect();
    assert!(
        starts == [ms(0), ms(10), ms(20), ms(30)],
        "toast is ready all the time and computes for 10 ms in each piece. Its pieces started at {starts:?}.\n\
         Let the clock advance only when the ready queue is empty."
    );
}

#[test]
fn a_sleep_begins_when_the_piece_ends() {
    let jobs = vec![job(
        "tea",
        [(ms(20), Step::Sleep(ms(30))), (ms(1), Step::Done)],
    )];
    let record = event_loop(jobs, &Clock::new());
    let start = of(&record, "tea").nth(1).map(|e| e.start);
    assert!(
        start == Some(ms(50)),
        "tea computes until 20 ms and then sleeps for 30 ms, so it goes on at 50 ms, and it did at {start:?}.\n\
         What does the clock show after the execution?"
    );
}

#[test]
fn who_yields_does_not_hold_up_a_sleeper() {
    let jobs = vec![
        sleeping("tea", ms(10)),
        yielding("busy", 100, ms(1)),
        yielding("eager", 100, ms(1)),
    ];
    let record = event_loop(jobs, &Clock::new());
    let start = of(&record, "tea").nth(1).map(|e| e.start);
    let start = start.unwrap_or(Duration::MAX);
    assert!(
        (ms(10)..=ms(13)).contains(&start),
        "tea is due at 10 ms. Two others are always ready, a millisecond each in turn, so tea should go on by 13 ms, \
         and it did at {start:?}.\nLook at the timers before every turn, not only when the queue is empty."
    );
}

#[test]
fn sleepers_that_are_due_together_wake_together() {
    let jobs = vec![
        sleeping("tea", ms(10)),
        sleeping("toast", ms(10)),
        sleeping("eggs", ms(10)),
        yielding("busy", 3, ms(10)),
    ];
    let record = event_loop(jobs, &Clock::new());
    assert_order(
        &record,
        "tea toast eggs busy busy tea toast eggs busy",
        "Three sleepers are due when busy ends its first piece. All three join the queue then, and not one in each turn.",
    );
}

#[test]
fn sleeping_for_no_time_is_yielding() {
    let dozing = |name| {
        job(
            name,
            [
                (ZERO, Step::Sleep(ZERO)),
                (ZERO, Step::Sleep(ZERO)),
                (ZERO, Step::Done),
            ],
        )
    };
    let record = event_loop(vec![dozing("tea"), dozing("toast")], &Clock::new());
    assert_order(
        &record,
        "tea toast tea toast tea toast",
        "Who sleeps for no time is due at once, and goes behind those who are ready.",
    );
}

#[test]
fn a_late_sleeper_does_not_turn_back_the_clock() {
    let jobs = vec![sleeping("tea", ms(10)), yielding("greedy", 2, ms(500))];
    let clock = Clock::new();
    let record = event_loop(jobs, &clock);
    let start = of(&record, "tea").nth(1).map(|e| e.start);
    assert!(
        start >= Some(ms(500)) && clock.now() == ms(1000),
        "greedy computes from 0 to 500 ms, so tea, due at 10 ms, is late: it goes on at 500 ms or later, and \
         did at {start:?}. In the end the clock should show 1 s, and shows {:?}.",
        clock.now()
    );
}

#[test]
fn ten_thousand_sleepers_take_as_long_as_the_longest() {
    let clock = Clock::new();
    let jobs = (0..10_000).map(|number| sleeping(&format!("job-{number}"), ms(number % 1000 + 1)));
    let record = event_loop(jobs.collect(), &clock);
    assert!(
        record.executions.len() == 20_000,
        "10,000 jobs of two pieces are 20,000 executions, and there were {}",
        record.executions.len()
    );
    assert!(
        clock.now() == ms(1000),
        "the longest sleep is 1 s, and the clock shows {:?}",
        clock.now()
    );
}

/// A judge that knows nothing of queues: it looks at the record alone.
#[test]
fn random_jobs_keep_the_rules() {
    let mut random = Random::new(1);
    for round in 0..300 {
        let jobs: Vec<Job> = (0..random.below(6))
            .map(|number| {
                let mut script: Vec<(Duration, Step)> = (0..random.below(6))
                    .map(|_| {
                        let work = ms(random.below(4));
                        let step = match random.below(2) {
                            0 => Step::Yield,
                            _ => Step::Sleep(ms(random.below(12))),
                        };
                        (work, step)
                    })
                    .collect();
                script.push((ms(random.below(4)), Step::Done));
                job(&format!("job-{number}"), script)
            })
            .collect();
        let names: Vec<String> = jobs.iter().map(|job| job.name().to_string()).collect();
        let clock = Clock::new();
        let record = event_loop(jobs, &clock);
        judge(round, &names, &record);
    }
}

#[track_caller]
fn judge(round: u64, names: &[String], record: &Record) {
    let told = || -> String {
        let lines = record.executions.iter().map(|e| {
            format!(
                "\n  {} from {:?} to {:?}, then {:?}",
                e.job, e.start, e.end, e.step
            )
        });
        format!(
            "\nThe record of random round {round}:{}",
            lines.collect::<String>()
        )
    };
    // From when each job is ready; a job that is done never is.
    let mut ready: Vec<Option<Duration>> = vec![Some(ZERO); names.len()];
    let mut now = ZERO;
    for execution in &record.executions {
        let earliest = ready.iter().flatten().min().copied().unwrap_or(ZERO);
        let expected = now.max(earliest);
        assert!(
            execution.start == expected,
            "{} started at {:?}. Until {now:?} the thread was in use, and somebody was ready from {earliest:?}, \
             so the next execution starts at {expected:?}.{}",
            execution.job,
            execution.start,
            told()
        );
        let index = names.iter().position(|name| *name == execution.job);
        let index = index.expect("the record names the jobs that were given");
        assert!(
            ready[index].is_some_and(|since| since <= execution.start),
            "{} was executed at {:?}, and was ready from {:?} (None: it was done).{}",
            execution.job,
            execution.start,
            ready[index],
            told()
        );
        now = execution.end;
        ready[index] = match execution.step {
            Step::Yield => Some(now),
            Step::Sleep(time) => Some(now + time),
            Step::Done => None,
        };
    }
    let open = ready.iter().position(Option::is_some);
    assert!(
        open.is_none(),
        "{} was not done when the loop returned.{}",
        names[open.unwrap_or(0)],
        told()
    );
}
