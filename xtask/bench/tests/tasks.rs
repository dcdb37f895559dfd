//! The races of chapters 4 to 6, run as the runner runs them, on little work.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Runs one round of a chapter's races, with its report in a folder of its own.
fn bench(name: &str, path: Option<&Path>, arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Left over from an earlier run, or not there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.args(arguments);
    command
        .args(["--runs", "1", "--format", "json", "--out"])
        .arg(&folder);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    command.output().unwrap()
}

fn rows(output: &Output) -> Vec<Value> {
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    assert!(output.status.success(), "{report:#}");
    report["rows"].as_array().unwrap().clone()
}

/// The names of those who ran, and of those who were skipped.
fn names(row: &Value) -> (Vec<&str>, Vec<&str>) {
    let contenders = row["contenders"].as_array().unwrap();
    let with = |status: &str| {
        let chosen = contenders.iter().filter(|it| it["status"] == status);
        chosen.map(|it| it["name"].as_str().unwrap()).collect()
    };
    (with("ran"), with("skipped"))
}

fn no_programs() -> PathBuf {
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tasks-no-programs");
    fs::create_dir_all(&empty).unwrap();
    empty
}

#[test]
fn chapter_4_is_one_thread() {
    let go = Command::new("go").arg("version").output();
    let go = go.is_ok_and(|output| output.status.success());
    let output = bench(
        "chapter-4",
        None,
        &["chapter-4", "--size", "200", "--workers", "1,2"],
    );
    let rows = rows(&output);
    assert_eq!(rows.len(), 4, "nobody takes part with two workers");
    for row in &rows {
        let (ran, skipped) = names(row);
        assert_eq!(ran.contains(&"Go goroutines"), go, "{row:#}");
        if cfg!(target_os = "linux") {
            assert!(
                ran.contains(&"reference") && ran.contains(&"Tokio"),
                "{row:#}"
            );
            assert_eq!(
                skipped.contains(&"yours"),
                cfg!(not(feature = "reader-chapter-4"))
            );
        }
    }
}

#[test]
fn chapter_5_races_its_scheduler_and_its_rest() {
    let empty = no_programs();
    let output = bench(
        "chapter-5",
        Some(&empty),
        &["chapter-5", "--size", "50", "--workers", "1,3"],
    );
    let rows = rows(&output);
    assert_eq!(rows.len(), 14, "seven rows, two numbers of workers");
    for row in &rows {
        let (ran, skipped) = names(row);
        assert!(ran.contains(&"reference") && ran.len() >= 3, "{row:#}");
        assert!(skipped.contains(&"Go goroutines"), "{row:#}");
    }
}

#[test]
fn every_runtime_meets_every_channel() {
    let empty = no_programs();
    let output = bench(
        "chapter-6",
        Some(&empty),
        &["chapter-6", "--size", "40", "--workers", "1,3"],
    );
    let rows = rows(&output);
    assert_eq!(rows.len(), 8, "four rows, two numbers of workers");
    for row in &rows {
        let (ran, skipped) = names(row);
        let missing = match row["id"].as_str().unwrap() {
            "buffered" => "Tokio + mpsc",
            "sieve" => "threads + crossbeam",
            _ => "yours",
        };
        assert!(ran.contains(&"reference"), "{row:#}");
        assert!(ran.len() >= 8, "{row:#}");
        assert!(skipped.contains(&"Go goroutines"), "{row:#}");
        assert!(skipped.contains(&missing), "{row:#}");
    }
}

#[test]
fn a_contender_alone_answers_and_ends_with_its_input() {
    use std::io::{BufRead, BufReader, Write};
    let mut process = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(["alone", "chapter-4"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    let mut answers = BufReader::new(process.stdout.take().unwrap()).lines();
    let mut ask = |line: &str| {
        writeln!(input, "{line}").unwrap();
        answers.next().unwrap().unwrap()
    };
    assert!(ask("run").starts_with("error "));
    assert!(ask("prepare yield workers=1 size=3 quick=true who=nobody").starts_with("error "));
    assert_eq!(
        ask("prepare yield workers=1 size=3 quick=true who=reference"),
        "ready"
    );
    assert!(ask("run").ends_with(&format!(" {:016x}", 3000)));
    drop(input);
    assert!(process.wait().unwrap().success());
}
