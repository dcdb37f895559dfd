//! The picture of a trace: what it draws, and which traces it refuses. The runner's tests read the format.

mod course;

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
        complaint.starts_with("src/chapter-1/page.md:1: ../../a.txt: line 1: expected a line that begins with task, run,"),
        "{complaint}"
    );
    assert_eq!(
        course.complaint("{{#timeline ../../a.txt caption=\"c\"}}"),
        "src/chapter-1/page.md:1: expected `{{#timeline PATH.txt caption=\"…\" alt=\"…\" [lane=worker]}}`, found no `alt=`"
    );
}

const SCHEDULER: &str = "\
task main 0 9.5
run main 0 0 9.5
task g1 1 6
run g1 1 3 6
steal 1 0 1 2.5
park 1 0 2
park 1 6 10
wake 1 0 2
";

#[test]
fn what_a_scheduler_did_has_a_row_a_worker() {
    let course = Course::new();
    course.write("a.txt", SCHEDULER);
    let figure = course
        .expand("{{#timeline ../../a.txt caption=\"c\" alt=\"a\"}}")
        .unwrap();
    for words in [
        ">worker 0</text>",
        ">worker 1</text>",
        "<title>g1 on worker 1: 3 to 6 µs</title>",
        "<title>worker 1 is parked: 6 to 10 µs</title>",
        "<title>worker 1 steals 1 goroutine from worker 0 at 2.5 µs</title>",
        "<title>worker 0 wakes worker 1 at 2 µs</title>",
    ] {
        assert!(figure.contains(words), "`{words}` is not in:\n{figure}");
    }
    assert!(!figure.contains("<script"), "{figure}");
}

#[test]
fn a_trace_has_its_steps_in_words_and_a_player() {
    let course = Course::new();
    course.write("a.txt", SCHEDULER);
    let figure = course
        .expand("{{#trace ../../a.txt\n  caption=\"A & b\"\n  alt=\"Two rows.\"}}")
        .unwrap();
    assert!(!figure.contains("\n\n"), "{figure}");
    let steps: Vec<&str> = figure
        .lines()
        .filter_map(|line| line.strip_prefix("<li data-at=")?.split("</span> ").nth(1))
        .collect();
    assert_eq!(
        steps,
        [
            "goroutine main begins</li>",
            "worker 0 runs main for 9.5 µs, to its end</li>",
            "worker 1 parks for 2 µs</li>",
            "goroutine g1 begins</li>",
            "worker 0 wakes worker 1</li>",
            "worker 1 steals 1 goroutine from worker 0</li>",
            "worker 1 runs g1 for 3 µs, to its end</li>",
            "worker 1 parks for 4 µs</li>",
        ]
    );
    assert!(
        figure.contains("<div class=\"gfs-player\" hidden>"),
        "without JavaScript there is no player:\n{figure}"
    );
    assert!(
        figure.contains("<figcaption>A &amp; b</figcaption>"),
        "{figure}"
    );
    assert_eq!(
        course.complaint("{{#trace ../../a.txt caption=\"c\"}}"),
        "src/chapter-1/page.md:1: expected `{{#trace PATH.txt caption=\"…\" alt=\"…\"}}`, found no `alt=`"
    );
}
