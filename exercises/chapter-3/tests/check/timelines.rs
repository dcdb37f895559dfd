//! Step 3.1: lifetimes, executions, and the four kinds of trace.

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

#[track_caller]
fn assert_overlap(a: Interval, b: Interval, expected: bool, why: &str) {
    for (a, b) in [(a, b), (b, a)] {
        assert!(
            overlap(a, b) == expected,
            "overlap({a:?}, {b:?}) should be {expected}, and is {}: {why}",
            !expected
        );
    }
}

#[track_caller]
fn assert_lifetimes(text: &str, expected: bool, why: &str) {
    assert!(
        lifetimes_overlap(&trace(text)) == expected,
        "lifetimes_overlap should be {expected}, and is {}: {why}.\nThe trace:\n{text}",
        !expected
    );
}

#[track_caller]
fn assert_executions(text: &str, expected: bool, why: &str) {
    assert!(
        executions_overlap(&trace(text)) == expected,
        "executions_overlap should be {expected}, and is {}: {why}.\nThe trace:\n{text}",
        !expected
    );
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
        "there is one task, and it takes two different ones",
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
fn lifetimes_overlap_of_tasks_that_are_not_neighbours() {
    assert_lifetimes(
        "task tea 0 100\ntask wash 200 300\ntask toast 50 150\n",
        true,
        "tea and toast share 50 to 100. They are not neighbours in the file: compare every pair",
    );
    assert_lifetimes(
        "task tea 0 100\ntask nothing 50 50\ntask toast 60 70\n",
        true,
        "toast lies inside tea. The empty task between them hides it from a look at neighbours",
    );
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
fn executions_that_take_turns_do_not_overlap() {
    assert_executions(
        "task tea 0 300\nrun tea 0 0 50\nrun tea 0 100 200\ntask toast 40 300\nrun toast 0 50 100\nrun toast 0 200 300\n",
        false,
        "the lifetimes overlap, and yet the one core executes one task at a time",
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
fn executions_overlap_that_are_not_neighbours() {
    assert_executions(
        "task tea 0 300\nrun tea 0 0 100\nrun tea 0 200 300\ntask toast 0 300\nrun toast 1 120 150\nrun toast 1 50 80\n",
        true,
        "the first of tea and the last of toast share 50 to 80: compare every pair",
    );
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
    let kind = classify(&trace(text));
    assert!(
        kind == expected,
        "classify should say {expected:?}, and says {kind:?}: {why}.\nThe trace:\n{text}"
    );
}

/// An independent judge: it looks at every microsecond, and counts who is in progress and who executes.
#[test]
fn classify_agrees_with_counting_microseconds() {
    let mut random = Random::new(3);
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
                let lifetime = part(0, 12);
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
        let trace = Trace { tasks };
        let in_progress = |time| {
            trace
                .tasks
                .iter()
                .filter(|task| holds(task.lifetime, time))
                .count()
        };
        let executing = |time| {
            let all = trace.tasks.iter().flat_map(|task| &task.executions);
            all.filter(|execution| holds(execution.interval, time))
                .count()
        };
        let expected = match (
            (0..12).any(|time| in_progress(time) > 1),
            (0..12).any(|time| executing(time) > 1),
        ) {
            (false, false) => Kind::Sequential,
            (true, false) => Kind::Concurrent,
            (false, true) => Kind::Parallel,
            (true, true) => Kind::ConcurrentAndParallel,
        };
        let kind = classify(&trace);
        assert!(
            kind == expected,
            "classify should say {expected:?}, and says {kind:?}, of this trace:\n{}",
            text_of(&trace)
        );
    }
}

/// The trace as the text that `Trace::parse` reads.
fn text_of(trace: &Trace) -> String {
    let mut text = String::new();
    for Task {
        name,
        lifetime,
        executions,
    } in &trace.tasks
    {
        text += &format!("task {name} {} {}\n", lifetime.start, lifetime.end);
        for Execution { core, interval } in executions {
            text += &format!("run {name} {core} {} {}\n", interval.start, interval.end);
        }
    }
    text
}

fn holds(interval: Interval, time: u64) -> bool {
    (interval.start..interval.end).contains(&time)
}
