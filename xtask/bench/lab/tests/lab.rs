//! The lab on small plans. Nothing here asserts a time.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use lab::measure::{self, Cell, Plan};
use lab::record::{most_executing, most_in_progress};
use lab::words;
use lab::work::{self, Kind, SlowServer, Start, Work};

fn lab(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_lab"))
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn waiting_tasks_are_in_progress_together_on_one_worker() {
    let server = SlowServer::start(Duration::from_millis(50)).unwrap();
    let work = Work::Io {
        server: server.address(),
        requests: 1,
        handling: 0,
    };
    let outcome = work::run(work, 4, 1, Start::Together).unwrap();
    // All four connect before the first answer can come, unless the machine sleeps for 50 ms.
    assert!(most_in_progress(&outcome.records) > 1);
    assert_eq!(most_executing(&outcome.records), 1);
}

#[test]
fn computing_tasks_interleave_on_one_worker() {
    let work = Work::Cpu {
        slices: 5,
        rounds: 10_000,
    };
    let outcome = work::run(work, 3, 1, Start::Together).unwrap();
    assert_eq!(most_executing(&outcome.records), 1);
    for record in &outcome.records {
        assert_eq!(record.executions.len(), 5, "a poll a slice");
    }
}

#[test]
fn tasks_that_start_one_by_one_never_overlap() {
    let work = Work::Cpu {
        slices: 3,
        rounds: 10_000,
    };
    let outcome = work::run(work, 3, 2, Start::OneByOne).unwrap();
    assert_eq!(most_in_progress(&outcome.records), 1);
}

#[test]
fn traces_have_lifetimes_that_contain_executions_and_cores_that_run_one_at_a_time() {
    for (name, text) in measure::traces().unwrap() {
        let mut lifetimes = HashMap::new();
        let mut cores: HashMap<&str, Vec<(u64, u64)>> = HashMap::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            let number = |at: usize| words[at].parse::<u64>().unwrap();
            match words[0] {
                "task" => {
                    assert!(number(2) < number(3), "{name}: {line}");
                    lifetimes.insert(words[1], (number(2), number(3)));
                }
                "run" => {
                    let (start, end) = (number(3), number(4));
                    let (from, to) = lifetimes[words[1]];
                    assert!(from <= start && start < end && end <= to, "{name}: {line}");
                    cores.entry(words[2]).or_default().push((start, end));
                }
                other => panic!("{name}: a line begins with {other}"),
            }
        }
        assert_eq!(lifetimes.len(), 3, "{name}");
        assert_eq!(
            lifetimes.values().map(|(start, _)| start).min(),
            Some(&0),
            "{name}"
        );
        for runs in cores.values_mut() {
            runs.sort_unstable();
            assert!(
                runs.windows(2).all(|pair| pair[0].1 <= pair[1].0),
                "{name}: {runs:?}"
            );
        }
        if !name.contains("2-workers") {
            assert_eq!(cores.len(), 1, "{name}");
        }
    }
}

#[test]
fn the_words_follow_the_figures() {
    let plan = Plan::new(2, false);
    let cell = |kind, tasks, workers, milliseconds: u64, ratio| Cell {
        kind,
        tasks,
        workers,
        elapsed: Duration::from_millis(milliseconds),
        ratio,
        spread: (ratio, ratio),
        executed: Duration::from_millis(1),
        in_progress: tasks,
        executing: workers.min(tasks),
    };
    let mut cells = vec![
        cell(Kind::Io, 1, 1, 60, 1.0),
        cell(Kind::Io, 1, 2, 60, 1.0),
        cell(Kind::Io, 16, 1, 63, 1.05),
        cell(Kind::Io, 16, 2, 63, 1.05),
        cell(Kind::Cpu, 1, 1, 60, 1.0),
        cell(Kind::Cpu, 1, 2, 60, 1.0),
        cell(Kind::Cpu, 16, 1, 960, 16.0),
        cell(Kind::Cpu, 16, 2, 480, 8.0),
    ];
    let said = words::sentences(plan, &cells);
    assert!(
        said[2].contains("oncurrency without parallelism"),
        "{}",
        said[2]
    );
    assert!(said[3].contains("changed little"), "{}", said[3]);
    assert!(said[7].contains("2.00 times as fast"), "{}", said[7]);

    // Two workers on a machine that has no second core to give.
    cells[7] = cell(Kind::Cpu, 16, 2, 950, 15.8);
    let said = words::sentences(plan, &cells);
    assert!(said[7].contains("little or nothing"), "{}", said[7]);
    assert!(!said[7].contains("parallelism"), "{}", said[7]);
}

#[test]
fn the_quick_lab_prints_the_primers_table() {
    let output = lab(&["chapter-3", "--quick"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for part in [
        "QUICK RUN",
        "and m, the tasks, is ",
        " tasks of 3 network requests each",
        "| Concept ",
        "| Meaning ",
        "| Concurrency ",
        "| Parallelism ",
        "What they show",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(!text.contains("min to max"), "one round has none: {text}");
    let rows = text
        .lines()
        .filter(|line| line.starts_with("  I/O-bound ") || line.starts_with("  CPU-bound "));
    assert_eq!(rows.count(), 8, "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 100),
        "{text}"
    );
}

#[test]
fn json_and_traces_are_written() {
    let output = lab(&["chapter-3", "--quick", "--format", "json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("{\n") && text.ends_with("}\n"), "{text}");
    assert_eq!(text.matches("\"kind\": ").count(), 8, "{text}");

    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("traces");
    let output = lab(&["chapter-3", "--traces", folder.to_str().unwrap()]);
    assert!(output.status.success());
    for name in ["io-1-worker", "cpu-1-worker", "cpu-2-workers", "sequential"] {
        let trace = fs::read_to_string(folder.join(format!("recorded-{name}.txt"))).unwrap();
        assert!(trace.contains("\ntask "), "{trace}");
    }
}

#[test]
fn nonsense_is_refused() {
    for arguments in [&["chapter-4"][..], &[], &["chapter-3", "--fast"]] {
        assert_eq!(lab(arguments).status.code(), Some(2), "{arguments:?}");
    }
}
