//! The command, run as the runner runs it, on small inputs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the bench on 20,000 elements and one round, with its report in a folder of its own.
fn bench(name: &str, path: Option<&Path>, arguments: &[&str]) -> (Output, PathBuf) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Left over from an earlier run, or not there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command
        .args(["chapter-3", "--size", "20000", "--runs", "1", "--out"])
        .arg(&folder)
        .args(arguments)
        .current_dir(&folder);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    (command.output().unwrap(), folder)
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!(
            "only JSON belongs on standard output ({error}):\n{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
    })
}

fn status<'a>(row: &'a Value, name: &str) -> &'a Value {
    let contenders = row["contenders"].as_array().unwrap();
    &contenders.iter().find(|it| it["name"] == name).unwrap()["status"]
}

#[test]
fn every_contender_is_right_on_one_two_and_three_workers() {
    let (output, folder) = bench("right", None, &["--workers", "1,2,3", "--format", "json"]);
    let printed = json(&output);
    assert!(output.status.success(), "{printed:#}");
    assert_eq!(printed["ok"], true);
    let rows = printed["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 6, "two rows, three numbers of workers");
    for row in rows {
        assert_eq!(status(row, "reference"), "ran");
        assert_eq!(status(row, "Rayon"), "ran");
    }
    let written = fs::read_to_string(folder.join("chapter-3.json")).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), printed);
    assert!(folder.join("chapter-3.svg").is_file());
}

#[test]
fn an_input_of_one_element_is_no_special_case() {
    let (output, _) = bench(
        "one",
        None,
        &["--size", "1", "--workers", "2", "--format", "json"],
    );
    assert_eq!(json(&output)["ok"], true);
}

#[test]
fn without_go_on_the_path_its_contenders_are_named_as_skipped() {
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("empty-path");
    fs::create_dir_all(&empty).unwrap();
    let (output, _) = bench("no-go", Some(&empty), &["--workers", "2"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let named = text
        .matches("skipped: Go goroutines: go is not on the path")
        .count();
    assert_eq!(named, 2, "{text}");
}

#[test]
fn with_go_on_the_path_its_contenders_run() {
    let found = Command::new("go").arg("version").output();
    if found.is_ok_and(|output| output.status.success()) {
        let (output, _) = bench("go", None, &["--workers", "2", "--format", "json"]);
        for row in json(&output)["rows"].as_array().unwrap() {
            assert_eq!(status(row, "Go goroutines"), "ran", "{row:#}");
        }
    } else {
        println!("skipped: go is not on the path");
    }
}

#[test]
fn a_reader_without_a_passing_step_is_named_and_no_obstacle() {
    let (output, _) = bench("no-reader", None, &["--workers", "1", "--reader", ","]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for step in ["array_job", "merge_sort"] {
        let hint = format!(
            "  yours takes part once step {step} passes: cargo xtask check chapter-3 {step}\n"
        );
        assert!(text.contains(&hint), "{text}");
    }
}
