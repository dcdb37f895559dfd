//! The picture of a trace: what it draws, and which traces it refuses.

mod course;

use book::course::{Execution, Span, Trace};
use course::Course;

const TRACE: &str = "\
# Two cooks.
task tea 0 300      # start, end
run tea 0 0 100
run tea 7 200 300
task sum 50 250
run sum 0 100 200
run sum 1 100 250
";

#[test]
fn a_trace_is_tasks_and_their_executions() {
    let trace = Trace::parse(TRACE).unwrap();
    let names: Vec<_> = trace.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["tea", "sum"]);
    assert_eq!(
        trace.tasks[1].lifetime,
        Span {
            start: 50,
            end: 250
        }
    );
    assert_eq!(
        trace.tasks[0].executions[1],
        Execution {
            core: 7,
            span: Span {
                start: 200,
                end: 300
            }
        }
    );
    assert_eq!(trace.end(), 300);
    assert_eq!(trace.cores(), [0, 1, 7]);
}

#[test]
fn a_line_that_does_not_fit_is_named() {
    for (text, message) in [
        ("", "expected a line `task NAME START END`, found none"),
        (
            "task tea 0",
            "line 1: expected `task NAME START END` or `run NAME CORE START END`, found `task tea 0`",
        ),
        (
            "task tea 0 soon",
            "line 1: expected microseconds, found `soon`",
        ),
        ("task tea 9 3", "line 1: the span 9 3 ends before it starts"),
        (
            "\nrun tea 0 0 1",
            "line 2: no line `task tea …` stands before it",
        ),
        (
            "task tea 0 9\nrun tea one 0 1",
            "line 2: expected a core's number, found `one`",
        ),
        (
            "task tea 0 9\nrun tea 1 5 10",
            "line 2: tea runs outside its lifetime",
        ),
    ] {
        assert_eq!(Trace::parse(text), Err(message.to_string()), "{text}");
    }
}

#[test]
fn the_figure_has_a_row_a_task_and_a_block_an_execution() {
    let course = Course::new();
    course.write("exercises/chapter-1/traces/a.txt", TRACE);
    let figure = course
        .expand("{{#timeline ../../exercises/chapter-1/traces/a.txt\n  caption=\"Tea & sum\"\n  alt=\"Two rows.\"}}")
        .unwrap();
    assert!(
        !figure.contains("\n\n"),
        "a blank line ends the block of HTML:\n{figure}"
    );
    assert!(figure.contains("role=\"img\""), "{figure}");
    assert!(
        figure.contains("<title>Tea &amp; sum</title>\n<desc>Two rows.</desc>"),
        "{figure}"
    );
    assert!(
        figure.ends_with("<figcaption>Tea &amp; sum</figcaption>\n</figure>"),
        "{figure}"
    );
    assert!(
        figure.contains("<title>tea: in progress from 0 to 300 µs</title>"),
        "{figure}"
    );
    assert!(
        figure.contains("<title>sum on core 1: 100 to 250 µs</title>"),
        "{figure}"
    );
    let blocks = figure.matches(" on core ").count();
    assert_eq!(blocks, 4, "{figure}");
    // Core 7 has a label of its own and the colour of core 1: the theme has six.
    assert!(figure.contains(">core 7</text>"), "{figure}");
    assert!(!figure.contains("gfs-core-7"), "{figure}");
    // No colour is written into the figure: the theme decides.
    assert!(!figure.contains('#') && !figure.contains("rgb"), "{figure}");
}

#[test]
fn work_on_two_cores_at_once_takes_two_lanes() {
    let course = Course::new();
    course.write("a.txt", "task sum 0 10\nrun sum 0 0 10\nrun sum 1 0 10\n");
    let figure = course
        .expand("{{#timeline ../../a.txt caption=\"c\" alt=\"a\"}}")
        .unwrap();
    let tops: Vec<&str> = figure
        .lines()
        .filter(|line| line.contains("on core"))
        .map(|line| {
            line.split(" y=\"")
                .nth(1)
                .unwrap()
                .split('"')
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(tops.len(), 2);
    assert_ne!(tops[0], tops[1], "{figure}");
}

#[test]
fn a_trace_of_workers_says_worker() {
    let course = Course::new();
    course.write("a.txt", "task sum 0 10\nrun sum 3 0 10\n");
    let figure = course
        .expand("{{#timeline ../../a.txt caption=\"c\" alt=\"a\" lane=worker}}")
        .unwrap();
    assert!(figure.contains(">worker 3</text>"), "{figure}");
    assert!(figure.contains("sum on worker 3: 0 to 10"), "{figure}");
    assert!(!figure.contains("core 3"), "{figure}");
}

#[test]
fn a_timeline_needs_its_words_and_a_trace() {
    let course = Course::new();
    course.write("a.txt", "tusk tea 0 9\n");
    let complaint = course.complaint("{{#timeline ../../a.txt caption=\"c\" alt=\"a\"}}");
    assert!(
        complaint.starts_with("src/chapter-1/page.md:1: ../../a.txt: line 1: expected `task"),
        "{complaint}"
    );
    assert_eq!(
        course.complaint("{{#timeline ../../a.txt caption=\"c\"}}"),
        "src/chapter-1/page.md:1: expected `{{#timeline PATH.txt caption=\"…\" alt=\"…\" [lane=worker]}}`, found no `alt=`"
    );
}
