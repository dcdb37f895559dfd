//! The races give right results. How fast they are is for `bench` to say, never for a test.

use super::{Outcome, is_here, quietly, room};
use crate::compile::cargo;
use crate::course::Course;

/// The chapters' tests of tens of millions of elements, which are too long for a reader's every save.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn large(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    let mut count = 0;
    for chapter in &course.chapters {
        if !course
            .root
            .join(chapter.solution_dir())
            .join("tests/large.rs")
            .is_file()
        {
            continue;
        }
        count += 1;
        let mut command = cargo();
        command
            .current_dir(&course.root)
            .args(["test", "--quiet", "--locked", "--release"])
            .args(["--package", &chapter.solution_package(), "--test", "large"])
            .arg("--target-dir")
            .arg(room::folder(&course.root, room::RELEASE))
            // One at a time: each counts the bytes that its whole process holds.
            .args(["--", "--ignored", "--test-threads", "1"]);
        match quietly(&mut command) {
            Ok(text) if text.contains("0 passed") => {
                problems.push(format!("{}: no large test ran", chapter.id))
            }
            Ok(_) => {}
            Err(what) => problems.push(what),
        }
    }
    Ok(Outcome::of(
        problems,
        format!("the large tests of {count} chapters pass"),
    ))
}

/// `bench --quick` and `lab --quick` of every chapter that has them, the reference in the reader's place.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn quick(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    for chapter in &course.chapters {
        let lab = format!("lab {}", chapter.id);
        let has_lab = chapter
            .steps
            .iter()
            .any(|step| step.command.as_ref() == Some(&lab));
        for package in ["bench", "lab"] {
            if package == "lab" && !has_lab {
                continue;
            }
            let mut command = cargo();
            command
                .current_dir(&course.root)
                .args(["run", "--release", "--quiet", "--locked", "--target-dir"])
                .arg(room::folder(&course.root, room::RELEASE))
                .args([
                    "--manifest-path",
                    "xtask/bench/Cargo.toml",
                    "--package",
                    package,
                ])
                .args(["--", &chapter.id, "--quick", "--format", "json"]);
            problems.extend(quietly(&mut command).err());
        }
    }
    if problems.is_empty() && !is_here("go", "version") {
        return Ok(Outcome::Skipped(
            "the Rust contenders are right; go is not on the path".into(),
        ));
    }
    Ok(Outcome::of(
        problems,
        "every contender gives the right result",
    ))
}
