//! The house's own order: format, lints, tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Outcome, is_here, quietly, room};
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
        .map(|folder| (folder, vec!["--workspace".to_owned()]));
    let kit = kit_faces(course)
        .into_iter()
        .filter(|(_, face)| face.iter().any(|argument| argument == "--features"));
    for (folder, which) in whole.chain(kit) {
        let mut command = cargo();
        command
            .current_dir(folder)
            .args(["clippy", "--quiet", "--locked", "--all-targets"])
            .args(which)
            .arg("--target-dir")
            .arg(room::folder(&course.root, room::LINT))
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
    for (folder, which) in defaults
        .chain(kit_faces(course))
        .chain(second_opinions(course))
    {
        // The stages of the book need what its tests build.
        let room = match folder.ends_with("xtask/book") {
            true => room::READER,
            false => room::TESTS,
        };
        let mut command = cargo();
        command
            .current_dir(folder)
            .args(["test", "--quiet", "--locked", "--no-fail-fast"])
            .args(which)
            .arg("--target-dir")
            .arg(room::folder(&course.root, room))
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

/// A way to call cargo: the folder, and the arguments that name package, features and target.
type Face = (PathBuf, Vec<String>);

fn face(course: &Course, arguments: &str) -> Face {
    let arguments = arguments.split(' ').map(String::from).collect();
    (course.root.clone(), arguments)
}

/// The kit's packages. `interleave` is three: thin names for std, the explorer, and loom.
fn kit_faces(course: &Course) -> Vec<Face> {
    ["refused", "interleave"]
        .into_iter()
        .filter(|kit| {
            course
                .root
                .join("exercises")
                .join(kit)
                .join("Cargo.toml")
                .is_file()
        })
        .flat_map(|kit| {
            match kit {
                "interleave" => vec!["", " --features model", " --features loom"],
                _ => vec![""],
            }
            .into_iter()
            .map(move |features| format!("--package {kit}{features}"))
        })
        .map(|arguments| face(course, &arguments))
        .collect()
}

/// The chapters whose protocols loom looks at too: those that have `tests/second_opinion.rs`.
fn second_opinions(course: &Course) -> Vec<Face> {
    course
        .chapters
        .iter()
        .filter(|chapter| {
            let solution = course.root.join("solutions").join(&chapter.id);
            solution.join("tests/second_opinion.rs").is_file()
        })
        .map(|chapter| {
            let package = format!("{}-solution", chapter.id);
            face(
                course,
                &format!("--package {package} --features loom --test second_opinion"),
            )
        })
        .collect()
}

/// The sum of the harness' `test result: ok. N passed` lines.
fn passed(text: &str) -> usize {
    text.lines()
        .filter_map(|line| line.strip_prefix("test result: ok. "))
        .filter_map(|rest| rest.split(' ').next()?.parse::<usize>().ok())
        .sum()
}
