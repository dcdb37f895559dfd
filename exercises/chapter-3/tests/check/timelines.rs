//! Step 3.1: lifetimes, executions, and the four kinds of trace.

use std::{
    collections::BTreeMap,
    panic,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use chapter_3::timelines::{
    Execution, Interval, Kind, Task, Trace, classify, executions_overlap, lifetimes_overlap,
    overlap,
};

use crate::random::Random;

fn span(start: u64, end: u64) -> Interval {
    Interval { start, end }
}

fn trace(text: &str) -> Trace {
    Trace::parse(text).expect("the test's own trace is well formed")
}

/// A call as a message names it.
fn call(a: Interval, b: Interval) -> String {
    format!("overlap({}..{}, {}..{})", a.start, a.end, b.start, b.end)
}

#[track_caller]
fn assert_overlap(a: Interval, b: Interval, expected: bool, why: &str) {
    for (a, b) in [(a, b), (b, a)] {
        assert!(
            overlap(a, b) == expected,
            "{} should be {expected}, and is {}: {why}",
            call(a, b),
            !expected
        );
    }
}

#[track_caller]
fn assert_lifetimes(text: &str, expected: bool, why: &str) {
    let trace = trace(text);
    assert!(
        lifetimes_overlap(&trace) == expected,
        "lifetimes_overlap should be {expected}, and is {}: {why}.\n{}",
        !expected,
        shown(&trace)
    );
}

#[track_caller]
fn assert_executions(text: &str, expected: bool, why: &str) {
    let trace = trace(text);
    assert!(
        executions_overlap(&trace) == expected,
        "executions_overlap should be {expected}, and is {}: {why}.\n{}",
        !expected,
        shown(&trace)
    );
}

/// The trace in few lines, one for each task, so that a failure's message shows all of it.
fn shown(trace: &Trace) -> String {
    let mut text = String::from("The trace:");
    if trace.tasks.is_empty() {
        text += " no task at all";
    }
    for task in &trace.tasks {
        let Interval { start, end } = task.lifetime;
        text += &format!("\n  {}: in progress {start} to {end}", task.name);
        let mut cores: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for Execution { core, interval } in &task.executions {
            let span = format!("{} to {}", interval.start, interval.end);
            cores.entry(*core).or_default().push(span);
        }
        for (core, spans) in cores {
            text += &format!("; on core {core}: {}", spans.join(", "));
        }
    }
    text
}

#[test]
fn intervals_that_share_some_time_overlap() {
    assert_overlap(
        span(0, 10),
        span(5, 15),
        true,
        "both hold the microseconds 5 to 9",
    );
    assert_overlap(
        span(0, 10),
        span(9, 15),
        true,
        "both hold the microsecond 9",
    );
}

#[test]
fn an_interval_inside_another_overlaps_it() {
    assert_overlap(
        span(0, 100),
        span(40, 50),
        true,
        "the second lies inside the first",
    );
    assert_overlap(
        span(0, 100),
        span(0, 10),
        true,
        "the second is the beginning of the first",
    );
    assert_overlap(
        span(0, 100),
        span(90, 100),
        true,
        "the second is the end of the first",
    );
    assert_overlap(
        span(7, 9),
        span(7, 9),
        true,
        "they are equal, and not empty",
    );
}

#[test]
fn intervals_apart_do_not_overlap() {
    assert_overlap(
        span(0, 10),
        span(20, 30),
        false,
        "one is over long before the other starts",
    );
}

#[test]
fn touching_intervals_do_not_overlap() {
    let why = "an interval is half-open, so it does not hold its end: they touch and share no microsecond";
    assert_overlap(span(0, 10), span(10, 20), false, why);
}

#[test]
fn an_empty_interval_overlaps_nothing() {
    let why = "an interval whose start is its end holds no microsecond to share";
    assert_overlap(span(5, 5), span(0, 10), false, why);
    assert_overlap(span(0, 0), span(0, 10), false, why);
    assert_overlap(span(10, 10), span(0, 10), false, why);
    assert_overlap(span(5, 5), span(5, 5), false, why);
}

#[test]
fn overlap_agrees_with_counting_microseconds() {
    let spans = || (0..6).flat_map(|start| (start..7).map(move |end| span(start, end)));
    for a in spans() {
        for b in spans() {
            let shared = (a.start..a.end)
                .filter(|time| (b.start..b.end).contains(time))
                .count();
            assert_overlap(
                a,
                b,
                shared > 0,
                &format!("they share {shared} microseconds"),
            );
        }
    }
}

/// How long an answer may take that needs no search. A pass depends on no clock: arithmetic is done in nanoseconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// The answer of `overlap`, asked on a thread of its own: a search would look for it for years.
#[track_caller]
fn overlap_without_a_search(a: Interval, b: Interval) -> bool {
    let (sender, answer) = mpsc::channel();
    let asking = thread::spawn(move || {
        let answer = overlap(a, b);
        // Nobody listens any more if the test has given up.
        let _ = sender.send(answer);
    });
    match answer.recv_timeout(PATIENCE) {
        Ok(answer) => answer,
        Err(RecvTimeoutError::Timeout) => panic!(
            "{} had no answer after {} s. Does it look at every microsecond?\n\
             A trace may last for millions of them: find the answer from the two starts and the two ends alone.",
            call(a, b),
            PATIENCE.as_secs()
        ),
        Err(RecvTimeoutError::Disconnected) => {
            let payload = asking.join().expect_err("it ended without an answer");
            panic::resume_unwind(payload)
        }
    }
}

#[test]
fn long_intervals_are_compared_without_a_search() {
    const LAST: u64 = u64::MAX;
    for (a, b, expected) in [
        (span(0, 1 << 62), span(1 << 62, 1 << 63), false),
        (span(0, 1 << 62), span((1 << 62) - 1, 1 << 63), true),
        (span(0, LAST - 10), span(LAST - 10, LAST), false),
        (span(0, LAST - 10), span(LAST - 11, LAST), true),
        (span(0, LAST), span(LAST, LAST), false),
        (span(0, LAST), span(LAST - 1, LAST), true),
        (span(0, 1), span(LAST - 1, LAST), false),
    ] {
        for (a, b) in [(a, b), (b, a)] {
            assert!(
                overlap_without_a_search(a, b) == expected,
                "{} should be {expected}, and is {}: what holds for short intervals holds for long ones.\n\
                 Does a difference or a sum leave the numbers that a u64 can hold?",
                call(a, b),
                !expected
            );
        }
    }
}

#[test]
fn tasks_in_progress_together_overlap_in_lifetime() {
    assert_lifetimes(
        "task tea 0 300\nrun tea 0 0 50\ntask toast 50 250\nrun toast 0 50 100\n",
        true,
        "toast starts at 50, and tea is in progress until 300",
    );
}

#[test]
fn lifetimes_overlap_while_nothing_executes() {
    assert_lifetimes(
        "task tea 0 300\ntask toast 100 400\n",
        true,
        "a task that waits is in progress: what counts is the lifetime, not the executions",
    );
}

#[test]
fn one_task_alone_does_not_overlap_in_lifetime() {
    assert_lifetimes(
        "task tea 0 300\nrun tea 0 0 300\n",
        false,
        "there is one task, and an overlap needs two",
    );
}

#[test]
fn tasks_one_after_another_do_not_overlap_in_lifetime() {
    assert_lifetimes(
        "task tea 0 300\ntask toast 300 500\ntask wash 500 600\n",
        false,
        "each task starts when the one before it is done, and touching is not overlapping",
    );
}

#[test]
fn equal_lifetimes_of_two_tasks_overlap() {
    assert_lifetimes(
        "task tea 0 100\ntask toast 0 100\n",
        true,
        "tea and toast are two tasks, and both are in progress from 0 to 100. Tell two tasks apart by their places in \
         the list: their lifetimes may be equal",
    );
}

#[test]
fn a_later_task_may_be_listed_first() {
    assert_lifetimes(
        "task toast 200 300\ntask tea 0 100\n",
        false,
        "tea is over at 100, and toast starts at 200. The tasks stand in the list in no particular order",
    );
}

#[test]
fn lifetimes_overlap_of_tasks_that_are_not_neighbours() {
    assert_lifetimes(
        "task tea 0 100\ntask wash 200 300\ntask toast 50 150\n",
        true,
        "tea and toast share 50 to 100. They are not neighbours in the file: compare every pair",
    );
}

#[test]
fn an_empty_lifetime_overlaps_nothing_and_hides_nothing() {
    assert_lifetimes(
        "task tea 0 100\ntask nothing 50 50\n",
        false,
        "a task from 50 to 50 is in progress for no microsecond",
    );
    assert_lifetimes(
        "task tea 0 100\ntask nothing 50 50\ntask toast 60 70\n",
        true,
        "toast lies inside tea. The empty task between them hides it from a look at neighbours",
    );
}

/// The microseconds of a random trace.
const LENGTH: u64 = 12;

/// Small random traces, the smallest first: what fails first is what is read most quickly.
fn random_traces() -> Vec<Trace> {
    let mut random = Random::new(3);
    let mut traces = Vec::new();
    for round in 0..2_000 {
        let mut part = |from: u64, to: u64| {
            let (one, other) = (
                from + random.below(to - from + 1),
                from + random.below(to - from + 1),
            );
            span(one.min(other), one.max(other))
        };
        let tasks: Vec<Task> = (0..round % 4)
            .map(|index| {
                let lifetime = part(0, LENGTH);
                let executions = (0..round / 4 % 3)
                    .map(|core| Execution {
                        core,
                        interval: part(lifetime.start, lifetime.end),
                    })
                    .collect();
                Task {
                    name: format!("task-{index}"),
                    lifetime,
                    executions,
                }
            })
            .collect();
        traces.push(Trace { tasks });
    }
    let executions = |trace: &Trace| -> usize {
        let of_tasks = trace.tasks.iter().map(|task| task.executions.len());
        of_tasks.sum()
    };
    traces.sort_by_key(|trace| (trace.tasks.len() + executions(trace), executions(trace)));
    traces
}

/// An independent judge: it looks at every microsecond. Two tasks that are in progress together, and when.
fn two_in_progress(trace: &Trace) -> Option<String> {
    let lifetimes = trace.tasks.iter().map(|task| (&task.name, task.lifetime));
    two_together(lifetimes.collect(), "are both in progress")
}

/// It looks at every microsecond. Two executions at the same time, and when.
fn two_executing(trace: &Trace) -> Option<String> {
    let executions = trace.tasks.iter().flat_map(|task| {
        let of_task = task.executions.iter();
        of_task.map(|execution| (&task.name, execution.interval))
    });
    two_together(executions.collect(), "both execute")
}

fn two_together(intervals: Vec<(&String, Interval)>, do_what: &str) -> Option<String> {
    let at = |time| {
        let there = intervals.iter().enumerate();
        let mut there = there.filter(move |(_, (_, interval))| holds(*interval, time));
        there.next().zip(there.next())
    };
    let (start, ((first, (one, _)), (second, (other, _)))) =
        (0..LENGTH).find_map(|time| Some((time, at(time)?)))?;
    let together =
        |time: &u64| holds(intervals[first].1, *time) && holds(intervals[second].1, *time);
    let end = start + (start..LENGTH).take_while(together).count() as u64;
    Some(if one == other {
        format!("two executions of {one} share {start} to {end}")
    } else {
        format!("{one} and {other} {do_what} from {start} to {end}")
    })
}

fn holds(interval: Interval, time: u64) -> bool {
    (interval.start..interval.end).contains(&time)
}

#[test]
fn lifetimes_overlap_agrees_with_counting_microseconds() {
    for trace in random_traces() {
        let found = two_in_progress(&trace);
        let expected = found.is_some();
        let why = found.unwrap_or("no microsecond has two tasks in progress".into());
        assert!(
            lifetimes_overlap(&trace) == expected,
            "lifetimes_overlap should be {expected}, and is {}: {why}.\n{}",
            !expected,
            shown(&trace)
        );
    }
}

#[test]
fn executions_on_two_cores_overlap() {
    assert_executions(
        "task tea 0 100\nrun tea 0 0 60\ntask toast 0 100\nrun toast 1 40 100\n",
        true,
        "from 40 to 60 core 0 and core 1 both execute",
    );
}

#[test]
fn executions_of_one_task_on_two_cores_overlap() {
    assert_executions(
        "task sum 0 100\nrun sum 0 0 60\nrun sum 1 20 80\n",
        true,
        "one task executes on core 0 and on core 1 from 20 to 60: two executions need not be of two tasks",
    );
}

#[test]
fn a_hand_over_to_another_core_does_not_overlap() {
    assert_executions(
        "task tea 0 200\nrun tea 0 0 100\nrun tea 1 100 200\n",
        false,
        "two cores take part, one after the other: core 1 starts at 100, where core 0 has stopped",
    );
}

#[test]
fn executions_on_one_core_overlap_too() {
    assert_executions(
        "task tea 0 100\nrun tea 0 0 60\ntask toast 0 100\nrun toast 0 40 100\n",
        true,
        "both execute from 40 to 60. The question is about time: that both are recorded on core 0 does not matter",
    );
}

#[test]
fn equal_executions_overlap() {
    for (text, why) in [
        (
            "task tea 0 100\nrun tea 0 0 60\ntask toast 0 100\nrun toast 0 0 60\n",
            "tea and toast both execute from 0 to 60",
        ),
        (
            "task sum 0 100\nrun sum 0 0 60\nrun sum 1 0 60\n",
            "sum executes from 0 to 60 on two cores",
        ),
    ] {
        let why =
            format!("{why}. Tell two executions apart by their places: their values may be equal");
        assert_executions(text, true, &why);
    }
}

#[test]
fn executions_that_take_turns_do_not_overlap() {
    assert_executions(
        "task tea 0 300\nrun tea 0 0 50\nrun tea 0 100 200\ntask toast 40 300\nrun toast 0 50 100\nrun toast 0 200 300\n",
        false,
        "the lifetimes overlap, and yet the one core executes one task at a time",
    );
}

#[test]
fn executions_overlap_that_are_not_neighbours() {
    assert_executions(
        "task tea 0 300\nrun tea 0 0 100\nrun tea 0 200 300\ntask toast 0 300\nrun toast 1 120 150\nrun toast 1 50 80\n",
        true,
        "the first of tea and the last of toast share 50 to 80: compare every pair",
    );
}

#[test]
fn a_later_execution_may_be_listed_first() {
    assert_executions(
        "task tea 0 300\nrun tea 0 200 300\nrun tea 0 0 100\n",
        false,
        "one is over at 100, the other starts at 200. Executions stand in the list in no particular order",
    );
}

#[test]
fn an_empty_execution_overlaps_nothing_and_hides_nothing() {
    assert_executions(
        "task tea 0 100\nrun tea 0 0 100\nrun tea 1 50 50\n",
        false,
        "an execution from 50 to 50 holds no microsecond",
    );
    assert_executions(
        "task tea 0 100\nrun tea 0 0 100\nrun tea 1 50 50\ntask toast 0 100\nrun toast 1 60 70\n",
        true,
        "tea and toast both execute from 60 to 70. The empty execution between them hides it from a look at neighbours",
    );
}

#[test]
fn executions_overlap_agrees_with_counting_microseconds() {
    for trace in random_traces() {
        let found = two_executing(&trace);
        let expected = found.is_some();
        let why = found.unwrap_or("no microsecond has two executions".into());
        assert!(
            executions_overlap(&trace) == expected,
            "executions_overlap should be {expected}, and is {}: {why}.\n{}",
            !expected,
            shown(&trace)
        );
    }
}

#[test]
fn one_task_at_a_time_is_sequential() {
    for text in [
        include_str!("../../traces/sequential.txt"),
        include_str!("../../traces/hand-over.txt"),
    ] {
        assert_kind(
            text,
            Kind::Sequential,
            "no two lifetimes overlap, and no two executions do",
        );
    }
    assert_kind(
        "",
        Kind::Sequential,
        "where nothing happens, nothing overlaps",
    );
}

#[test]
fn tasks_that_take_turns_are_concurrent() {
    for text in [
        include_str!("../../traces/concurrent.txt"),
        include_str!("../../traces/one-thread-server.txt"),
    ] {
        assert_kind(
            text,
            Kind::Concurrent,
            "lifetimes overlap, and no two executions do",
        );
    }
}

#[test]
fn one_task_on_several_cores_is_parallel() {
    let text = include_str!("../../traces/parallel.txt");
    assert_kind(
        text,
        Kind::Parallel,
        "executions overlap, and they all belong to the one task",
    );
}

#[test]
fn tasks_executed_at_the_same_time_are_both() {
    let text = include_str!("../../traces/concurrent-and-parallel.txt");
    let why = "the lifetimes of two tasks overlap, and so do two executions";
    assert_kind(text, Kind::ConcurrentAndParallel, why);
}

#[test]
fn a_task_beside_a_parallel_one_makes_the_trace_both() {
    assert_kind(
        "task sum 0 100\nrun sum 0 0 60\nrun sum 1 20 80\ntask log 30 90\n",
        Kind::ConcurrentAndParallel,
        "sum executes on two cores, and log is in progress beside it: which tasks overlap does not matter",
    );
}

#[track_caller]
fn assert_kind(text: &str, expected: Kind, why: &str) {
    let trace = trace(text);
    let kind = classify(&trace);
    assert!(
        kind == expected,
        "classify should say {expected:?}, and says {kind:?}: {why}.\n{}",
        shown(&trace)
    );
}

#[test]
fn classify_agrees_with_counting_microseconds() {
    for trace in random_traces() {
        let (in_progress, executing) = (two_in_progress(&trace), two_executing(&trace));
        let expected = match (in_progress.is_some(), executing.is_some()) {
            (false, false) => Kind::Sequential,
            (true, false) => Kind::Concurrent,
            (false, true) => Kind::Parallel,
            (true, true) => Kind::ConcurrentAndParallel,
        };
        let kind = classify(&trace);
        assert!(
            kind == expected,
            "classify should say {expected:?}, and says {kind:?}: {}, and {}.\n{}",
            in_progress.unwrap_or("no two tasks are in progress together".into()),
            executing.unwrap_or("no two executions share a microsecond".into()),
            shown(&trace)
        );
    }
}
