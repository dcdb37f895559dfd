//! The house's own order: format, lints, tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Outcome, is_here, quietly};
use crate::compile::cargo;
use crate::course::Course;

/// Every workspace of the repository: the course, the book's builder, the races.
fn workspaces(root: &Path) -> Vec<PathBuf> {
    ["", "xtask/book", "xtask/bench"]
        .iter()
        .map(|folder| root.join(folder))
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .collect()
}

/// `cargo fmt --check` in every workspace, `gofmt -l` over the Go programs.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn format(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    for folder in workspaces(&course.root) {
        let mut command = cargo();
        command
            .current_dir(&folder)
            .args(["fmt", "--all", "--check"]);
        problems.extend(quietly(&mut command).err());
    }
    if !is_here("go", "version") {
        return Ok(match problems.is_empty() {
            true => Outcome::Skipped("rustfmt is content; gofmt is not on the path".into()),
            false => Outcome::Failed(problems),
        });
    }
    for folder in ["src/listings", "xtask/bench/go"] {
        match quietly(
            Command::new("gofmt")
                .current_dir(&course.root)
                .args(["-l", folder]),
        ) {
            Ok(files) => problems.extend(files.lines().map(|file| format!("{file}: run gofmt -w"))),
            Err(what) => problems.push(what),
        }
    }
    Ok(Outcome::of(problems, "rustfmt and gofmt are content"))
}

/// Clippy over every target of every workspace and of every face of the kit, warnings denied.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn lint(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    let mut count = 0;
    let whole = workspaces(&course.root)
        .into_iter()
        .map(|folder| (folder, vec!["--workspace"]));
    let kit = kit_faces(course)
        .into_iter()
        .filter(|(_, face)| face.contains(&"--features"));
    for (folder, which) in whole.chain(kit) {
        let mut command = cargo();
        command
            .current_dir(folder)
            .args(["clippy", "--quiet", "--locked", "--all-targets"])
            .args(which)
            .args(["--", "-D", "warnings"]);
        count += 1;
        problems.extend(quietly(&mut command).err());
    }
    Ok(Outcome::of(
        problems,
        format!("clippy is content {count} times over"),
    ))
}

/// `cargo test` in every workspace, as a maintainer would run it, and of every face of the kit.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn tests(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    let mut count = 0;
    let defaults = workspaces(&course.root)
        .into_iter()
        .map(|folder| (folder, Vec::new()));
    for (folder, which) in defaults.chain(kit_faces(course)) {
        let mut command = cargo();
        command
            .current_dir(folder)
            .args(["test", "--quiet", "--locked", "--no-fail-fast"])
            .args(which)
            .env("LOOM_MAX_PREEMPTIONS", "2")
            .env("LOOM_LOCATION", "1");
        match quietly(&mut command) {
            Ok(text) => count += passed(&text),
            Err(what) => problems.push(what),
        }
    }
    if problems.is_empty() && count == 0 {
        problems.push("cargo test ran no test at all".into());
    }
    Ok(Outcome::of(problems, format!("{count} tests")))
}

/// The kit's packages as cargo's arguments. `interleave` is three: thin names for std, the explorer, and loom.
fn kit_faces(course: &Course) -> Vec<(PathBuf, Vec<&'static str>)> {
    let faces: [&[&str]; 4] = [
        &["--package", "refused"],
        &["--package", "interleave"],
        &["--package", "interleave", "--features", "model"],
        &["--package", "interleave", "--features", "loom"],
    ];
    faces
        .iter()
        .filter(|face| {
            course
                .root
                .join("exercises")
                .join(face[1])
                .join("Cargo.toml")
                .is_file()
        })
        .map(|face| (course.root.clone(), face.to_vec()))
        .collect()
}

/// The sum of the harness' `test result: ok. N passed` lines.
fn passed(text: &str) -> usize {
    text.lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok())
        .sum()
}
