//! The races of chapter 1, with few connections.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn bench(name: &str, path: Option<&Path>) -> Value {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    // Left over from an earlier run, or not there.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command
        .args(["chapter-1", "--size", "100", "--runs", "1"])
        .args(["--workers", "1,2", "--format", "json", "--out"])
        .arg(&folder);
    if let Some(path) = path {
        command.env("PATH", path);
    }
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn status<'a>(row: &'a Value, name: &str) -> &'a Value {
    let contenders = row["contenders"].as_array().unwrap();
    &contenders.iter().find(|it| it["name"] == name).unwrap()["status"]
}

#[test]
fn every_server_answers_every_request_and_one_worker_is_all_there_is() {
    let go = Command::new("go").arg("version").output();
    let go = go.is_ok_and(|output| output.status.success());
    let report = bench("servers", None);
    let rows = report["rows"].as_array().unwrap();
    assert_eq!(
        rows.len(),
        2,
        "two rows; nobody takes part with two workers"
    );
    for row in rows {
        // Resident memory is read on Unix alone.
        let ran = if row["id"] == "memory" && cfg!(not(unix)) {
            "skipped"
        } else {
            "ran"
        };
        assert_eq!(status(row, "reference"), ran);
        assert_eq!(status(row, "std threads"), ran);
        assert_eq!(status(row, "Go net/http"), if go { ran } else { "skipped" });
    }
}

#[test]
fn without_go_on_the_path_its_server_is_named_as_skipped() {
    let empty = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-programs");
    fs::create_dir_all(&empty).unwrap();
    for row in bench("no-go", Some(&empty))["rows"].as_array().unwrap() {
        assert_eq!(status(row, "Go net/http"), "skipped");
        if cfg!(target_os = "linux") {
            assert_eq!(status(row, "reference"), "ran");
        }
    }
}
