//! The book's figures are drawn from runs of the reference. This keeps the files equal to the runs:
//!
//! `RECORD=1 cargo test -p chapter-1-solution --test traces` writes them again.

use std::{env, fs, ops::ControlFlow, path::Path, time::Duration};

use chapter_1_solution::{
    job::{Clock, Job, Record, Step},
    round_robin::round_robin,
    starvation::sliced,
    timers::event_loop,
};

#[track_caller]
fn assert_recorded(name: &str, about: &str, record: &Record) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../exercises/chapter-1/traces")
        .join(name);
    let now = format!(
        "# Recorded on the virtual clock: {about}\n{}",
        record.trace()
    );
    if env::var_os("RECORD").is_some() {
        fs::write(&file, &now).expect("the folder of traces is there");
    }
    let recorded = fs::read_to_string(&file).expect("the trace was recorded");
    assert_eq!(
        recorded,
        now,
        "{} is not what the run gives",
        file.display()
    );
}

const fn seconds(time: u64) -> Duration {
    Duration::from_secs(time)
}

const fn ms(time: u64) -> Duration {
    Duration::from_millis(time)
}

/// Prepares for 20 s, sleeps, and serves for 10 s.
fn dish(name: &str, wait: Duration) -> Job {
    let mut prepared = false;
    Job::new(name, move |clock: &Clock| {
        if prepared {
            clock.advance(seconds(10));
            return Step::Done;
        }
        prepared = true;
        clock.advance(seconds(20));
        Step::Sleep(wait)
    })
}

fn breakfast() -> Vec<Job> {
    vec![dish("tea", seconds(180)), dish("toast", seconds(120))]
}

/// Computes in `pieces` pieces of `work` each.
fn computing(name: &str, pieces: usize, work: Duration) -> Job {
    let mut left = pieces;
    Job::new(name, move |clock: &Clock| {
        clock.advance(work);
        left -= 1;
        if left == 0 { Step::Done } else { Step::Yield }
    })
}

/// Wants to go on every 10 ms.
fn ticker() -> Job {
    let mut left = 8;
    Job::new("ticker", move |clock: &Clock| {
        clock.advance(ms(1));
        left -= 1;
        if left == 0 {
            Step::Done
        } else {
            Step::Sleep(ms(10))
        }
    })
}

#[test]
fn three_jobs_take_turns() {
    let jobs = vec![
        computing("tea", 3, ms(10)),
        computing("toast", 4, ms(15)),
        computing("eggs", 2, ms(10)),
    ];
    let record = round_robin(jobs, &Clock::new());
    assert_recorded("round-robin.txt", "round_robin with three jobs", &record);
}

#[test]
fn a_sleeper_stops_the_loop_without_timers() {
    let record = round_robin(breakfast(), &Clock::new());
    assert_recorded(
        "without-timers.txt",
        "round_robin, which sleeps with each job",
        &record,
    );
}

#[test]
fn sleeps_overlap_on_timers() {
    let record = event_loop(breakfast(), &Clock::new());
    assert_recorded("timers.txt", "event_loop, the same two jobs", &record);
}

#[test]
fn a_greedy_job_starves_the_ticker() {
    let record = event_loop(
        vec![ticker(), computing("greedy", 1, ms(60))],
        &Clock::new(),
    );
    assert_recorded("greedy.txt", "event_loop, 60 ms in one piece", &record);
}

#[test]
fn a_sliced_job_does_not() {
    let mut left = 60;
    let greedy = sliced("sliced", ms(5), move |clock: &Clock| {
        clock.advance(ms(1));
        left -= 1;
        if left == 0 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    let record = event_loop(vec![ticker(), greedy], &Clock::new());
    assert_recorded(
        "sliced.txt",
        "event_loop, the same 60 ms with a budget of 5 ms",
        &record,
    );
}
