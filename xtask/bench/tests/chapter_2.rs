//! The races of chapter 2, run as the runner runs them, on a small picture.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

#[test]
fn every_contender_is_right_on_one_two_and_three_workers() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chapter-2");
    fs::create_dir_all(&folder).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args([
            "chapter-2",
            "--size",
            "60",
            "--runs",
            "1",
            "--workers",
            "1,2,3",
        ])
        .args(["--format", "json", "--out"])
        .arg(&folder)
        .output()
        .unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(output.status.success(), "{printed:#}");
    let rows = printed["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 6, "two rows, three numbers of workers");
    let mut ran = 0;
    for contender in rows
        .iter()
        .flat_map(|row| row["contenders"].as_array().unwrap())
    {
        let status = contender["status"].as_str().unwrap();
        assert!(["ran", "skipped"].contains(&status), "{contender:#}");
        ran += usize::from(status == "ran");
    }
    assert!(
        ran >= 3 * 9,
        "four contenders in one row and five in the other: {printed:#}"
    );
}

#[test]
fn a_speed_up_is_a_quotient_and_more_is_better() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chapter-2-speed-up");
    fs::create_dir_all(&folder).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_bench"))
        .args([
            "chapter-2",
            "--rows",
            "speed-up",
            "--size",
            "60",
            "--runs",
            "1",
        ])
        .args(["--workers", "1", "--format", "json", "--out"])
        .arg(&folder)
        .output()
        .unwrap();
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let row = &printed["rows"][0];
    assert_eq!(row["metric"]["unit"], "x");
    assert_eq!(row["metric"]["better"], "higher");
    let bound = row["contenders"]
        .as_array()
        .unwrap()
        .iter()
        .find(|contender| contender["name"] == "Amdahl's bound")
        .unwrap();
    let bound = bound["summary"]["median"].as_f64().unwrap();
    assert!(
        (bound - 1.0).abs() < 1e-9,
        "one worker gains nothing: {bound}"
    );
}
