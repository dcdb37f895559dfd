//! The reader of traces is given, so it is tested here and not among the exercises.

use chapter_3_solution::timelines::{Execution, Interval, ParseError, Task, Trace};

fn error(text: &str) -> ParseError {
    Trace::parse(text).expect_err("this is no trace")
}

#[test]
fn tasks_and_executions_are_read() {
    let text = "# tea\ntask tea 0 600  # a comment\n\n  run tea 1 20 100\r\ntask toast 5 5\n";
    let tea = Task {
        name: "tea".to_string(),
        lifetime: Interval { start: 0, end: 600 },
        executions: vec![Execution {
            core: 1,
            interval: Interval {
                start: 20,
                end: 100,
            },
        }],
    };
    let toast = Task {
        name: "toast".to_string(),
        lifetime: Interval { start: 5, end: 5 },
        executions: vec![],
    };
    let trace = Trace::parse(text).expect("this is a trace");
    assert_eq!(trace.tasks, [tea, toast]);
}

#[test]
fn errors_name_the_line_and_the_problem() {
    for (text, expected) in [
        (
            "\nsleep tea 0 1\n",
            "line 2: expected `task NAME START END` or `run NAME CORE START END`, found `sleep tea 0 1`",
        ),
        (
            "task tea 0",
            "line 1: expected `task NAME START END` or `run NAME CORE START END`, found `task tea 0`",
        ),
        (
            "task tea 0 -1",
            "line 1: expected a whole number, found `-1`",
        ),
        (
            "task tea 9 3",
            "line 1: the end, 3, lies before the start, 9",
        ),
        ("run tea 0 0 1", "line 1: no task named `tea` above"),
        (
            "task tea 0 1\ntask tea 2 3",
            "line 2: there is a task named `tea` above",
        ),
        (
            "task tea 0 9\nrun tea 0 5 10",
            "line 2: `tea` executes outside its lifetime",
        ),
    ] {
        assert_eq!(error(text).to_string(), expected);
    }
}

#[test]
fn every_trace_of_the_chapter_is_read() {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../exercises/chapter-3/traces"
    );
    let mut number = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of traces is there") {
        let path = entry.expect("the folder can be read").path();
        let text = std::fs::read_to_string(&path).expect("a trace is a text file");
        if let Err(error) = Trace::parse(&text) {
            panic!("{}, {error}", path.display());
        }
        number += 1;
    }
    assert!(number >= 5, "{number} traces are too few for the tests");
}
