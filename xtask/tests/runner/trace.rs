//! A trace: its text, and the command that records and draws one.

use xtask::trace::{Execution, Park, Span, Steal, Trace, Wake};

use crate::fixture::{Fixture, text};

#[test]
fn a_trace_is_tasks_with_their_executions_and_what_the_scheduler_did() {
    let trace = Trace::parse(
        "# Two cooks.\n\
         task tea 0 300      # start, end\n\
         run tea 0 0 100\n\
         run tea 7 200.5 300\n\n\
         task sum 50 250\n\
         steal 1 0 3 40.25\n\
         park 1 0 40.2\n\
         wake 1 - 40.2007\n\
         wake 0 1 41\n",
    )
    .expect("a trace");
    let names: Vec<_> = trace.tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["tea", "sum"]);
    let (start, end) = (50_000, 250_000);
    assert_eq!(trace.tasks[1].lifetime, Span { start, end });
    let (start, end) = (200_500, 300_000);
    let span = Span { start, end };
    assert_eq!(trace.tasks[0].executions[1], Execution { core: 7, span });
    assert_eq!(
        trace.steals,
        [Steal {
            thief: 1,
            victim: 0,
            count: 3,
            at: 40_250
        }]
    );
    let span = Span {
        start: 0,
        end: 40_200,
    };
    assert_eq!(trace.parks, [Park { worker: 1, span }]);
    let woken = |worker, by, at| Wake { worker, by, at };
    assert_eq!(
        trace.wakes,
        [woken(1, None, 40_200), woken(0, Some(1), 41_000)]
    );
    assert_eq!(trace.end(), 300_000);
    assert_eq!(trace.cores(), [0, 7]);
    assert_eq!(trace.workers(), [0, 1, 7]);
}

#[test]
fn a_line_that_does_not_fit_is_named() {
    for (text, message) in [
        ("", "expected a line `task NAME START END`, found none"),
        (
            "task tea 0",
            "line 1: expected `task NAME START END`, found `task tea 0`",
        ),
        (
            "task tea 0 soon",
            "line 1: expected microseconds, found `soon`",
        ),
        ("task tea 0 1.", "line 1: expected microseconds, found `1.`"),
        ("task tea 0 -1", "line 1: expected microseconds, found `-1`"),
        ("task tea 9 3", "line 1: the span 9 3 ends before it starts"),
        (
            "task tea 0 9\ntask tea 0 9",
            "line 2: a second task called tea",
        ),
        (
            "\nrun tea 0 0 1",
            "line 2: no line `task tea …` stands before it",
        ),
        (
            "task tea 0 9\nrun tea one 0 1",
            "line 2: expected a worker's number, found `one`",
        ),
        (
            "task tea 0 9\nrun tea 1 5 10",
            "line 2: tea runs outside its lifetime",
        ),
        (
            "steal 1 0 3",
            "line 1: expected `steal THIEF VICTIM COUNT AT`, found `steal 1 0 3`",
        ),
        ("steal 1 1 3 5", "line 1: worker 1 steals from itself"),
        (
            "wake 1 x 5",
            "line 1: expected a worker's number or `-`, found `x`",
        ),
        (
            "SCHED 0ms: gomaxprocs=2",
            "line 1: expected a line that begins with task, run, steal, park or wake, found `SCHED 0ms: gomaxprocs=2`",
        ),
    ] {
        assert_eq!(Trace::parse(text), Err(message.to_string()), "{text}");
    }
}

/// A demo that prints what a scheduler would, and takes the number of workers into it.
const DEMO: &str = r#"
fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let workers = given.get(1).map_or("2", String::as_str);
    let two = chapter_9::double::double(1);
    println!("task main 0 30.5\nrun main 0 0 30.5\ntask <g> 1 9\nrun <g> 1 {two} 9");
    println!("steal 1 0 1 1.5\nwake 1 - 1.2\npark 1 9 {workers}0");
}
"#;

fn course(name: &str) -> Fixture {
    let fixture = Fixture::new(name);
    fixture.write("exercises/chapter-9/examples/trace.rs", DEMO);
    let manifest = "solutions/chapter-9/Cargo.toml";
    fixture.write(
        manifest,
        &format!(
            "{}\n[[example]]\nname = \"chapter-9-solution-trace\"\npath = \"examples/trace.rs\"\n",
            fixture.read(manifest)
        ),
    );
    fixture.write(
        "solutions/chapter-9/examples/trace.rs",
        &format!("extern crate chapter_9_solution as chapter_9;\n{DEMO}"),
    );
    fixture
}

#[test]
fn the_demo_becomes_a_page_and_a_file_for_perfetto() {
    let fixture = course("trace");
    let (drawn, said) = fixture.says(&["trace", "9", "--solution", "--workers", "4", "--record"]);
    assert!(drawn, "{said}");
    for words in [
        "2 goroutines on 2 workers in 40 µs: 1 steal, 1 park, 1 wake-up",
        "target/trace/chapter-9.html",
        "target/trace/chapter-9.json",
        "recorded src/listings/chapter-9/trace.txt",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    let page = fixture.read("target/trace/chapter-9.html");
    for words in [
        "<!doctype html>",
        "cargo xtask trace chapter-9 --workers 4 --solution",
        "worker 1 steals 1 goroutine from worker 0",
        "worker 1 runs &lt;g&gt; for 7 µs, to its end",
        "light-dark(",
        "document.currentScript",
    ] {
        assert!(page.contains(words), "`{words}` is not in:\n{page}");
    }
    for outside in ["src=", "<link", "@import", "url("] {
        assert!(
            !page.contains(outside),
            "`{outside}`: the page fetches nothing"
        );
    }

    let json: tinyjson::JsonValue = fixture
        .read("target/trace/chapter-9.json")
        .parse()
        .expect("JSON");
    let events: &Vec<tinyjson::JsonValue> = json["traceEvents"].get().expect("a list");
    let count = |phase: &str| {
        let is = |event: &&tinyjson::JsonValue| event["ph"].get() == Some(&phase.to_string());
        events.iter().filter(is).count()
    };
    // Two lifetimes, two runs twice, a park; a steal and a wake-up; the steal's arrow.
    assert_eq!(
        [count("X"), count("i"), count("s"), count("f")],
        [7, 2, 1, 1]
    );
    let run = events
        .iter()
        .find(|event| {
            event["ph"].get() == Some(&"X".to_string()) && event["tid"].get() == Some(&1.0)
        })
        .expect("something runs");
    assert_eq!(
        (run["ts"].get(), run["dur"].get()),
        (Some(&1.0_f64), Some(&8.0_f64))
    );

    let recorded = fixture.read("src/listings/chapter-9/trace.txt");
    assert!(
        recorded.starts_with(
            "# Recorded by `cargo xtask trace chapter-9 --workers 4 --solution --record`.\ntask main"
        ),
        "{recorded}"
    );
    assert!(Trace::parse(&recorded).is_ok());
}

#[test]
fn a_demo_that_needs_an_unwritten_step_says_which() {
    let fixture = course("trace-todo");
    let output = fixture.xtask(&["trace", "chapter-9"]);
    let said = text(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in [
        "the demo needs a step that is not started",
        "multiply by two",
        "edit  exercises/chapter-9/src/double.rs:3",
        "cargo xtask hint chapter-9/1",
        "cargo xtask trace chapter-9 --solution",
    ] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn what_is_no_trace_is_refused_with_its_line() {
    let fixture = course("trace-wrong");
    for (demo, code, words) in [
        (
            "fn main() { println!(\"task a 0 1\\nrun a 0 0\") }",
            2,
            "the demo does not print a trace: target/trace/chapter-9.txt: line 2: expected `run NAME WORKER START END`",
        ),
        (
            "fn main() { panic!(\"no workers\") }",
            1,
            "the demo: panicked",
        ),
        ("fn main() { nothing }", 1, "does not compile"),
    ] {
        fixture.write("exercises/chapter-9/examples/trace.rs", demo);
        let output = fixture.xtask(&["trace", "9"]);
        let said = text(&output);
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    std::fs::remove_dir_all(fixture.root.join("exercises/chapter-9/examples")).expect("removed");
    for (arguments, words) in [
        (&["trace", "9"][..], "chapter-9 has no demo"),
        (&["trace"], "say which chapter"),
        (&["trace", "8"], "chapters: chapter-9"),
        (
            &["trace", "9", "--workers", "0"],
            "--workers: `0` is no number that fits",
        ),
    ] {
        let output = fixture.xtask(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output).contains(words), "{}", text(&output));
    }
}

#[test]
fn a_demo_that_never_ends_is_stopped() {
    let fixture = course("trace-hangs");
    fixture.write(
        "exercises/chapter-9/examples/trace.rs",
        "fn main() { std::thread::spawn(|| loop { std::thread::park() }).join().unwrap() }",
    );
    let (drawn, said) = fixture.says(&["trace", "9"]);
    assert!(!drawn, "{said}");
    assert!(said.contains("the demo is still running"), "{said}");
    let verdict = if cfg!(target_os = "linux") {
        "the demo: deadlock"
    } else {
        "the demo: hangs"
    };
    assert!(
        said.contains(verdict) && said.contains("after 10 s"),
        "{said}"
    );
    assert!(!fixture.root.join("target/trace/chapter-9.html").exists());
}
