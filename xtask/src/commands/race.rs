//! `bench` and `lab`: built by these two commands and by no other, in a workspace of their own.

use std::process::Stdio;

use crate::child::Limits;
use crate::compile::{self, Compiled, Package};
use crate::course::{Chapter, Course, Step, Suite, by_suite};
use crate::progress::Progress;
use crate::term;
use crate::trial;
use crate::verdict::Verdict;

/// Fills the chapter's table with this machine's measurements.
///
/// # Errors
///
/// When the chapter has no lab, or cargo cannot be started.
pub fn lab(
    course: &Course,
    chapter: &Chapter,
    arguments: &[String],
    progress: &mut Progress,
) -> Result<bool, String> {
    let typed = format!("lab {}", chapter.id);
    let Some(step) = chapter
        .steps
        .iter()
        .find(|step| step.command.as_ref() == Some(&typed))
    else {
        return Err(format!("{} has no lab", chapter.id));
    };
    let measured = start(
        course,
        &["--profile", "lab", "--package", "lab"],
        chapter,
        arguments,
    )?;
    if measured {
        progress.passed(chapter, step);
    }
    Ok(measured)
}

/// Races the reader's code where it passes, the reference, and the peers.
///
/// # Errors
///
/// When cargo cannot be started.
pub fn bench(course: &Course, chapter: &Chapter, arguments: &[String]) -> Result<bool, String> {
    let ready = passing(course, chapter);
    let feature = format!("reader-{}", chapter.id);
    let mut build = vec!["--release", "--package", "bench"];
    let mut arguments = arguments.to_vec();
    let quiet = arguments.iter().any(|argument| argument == "json");
    if ready.is_empty() {
        if !quiet {
            term::line(term::dim(
                "no step of yours passes yet, so the reference races alone",
            ));
        }
    } else {
        build.extend(["--features", &feature]);
        arguments.extend(["--reader".to_string(), ready.join(",")]);
    }
    start(course, &build, chapter, &arguments)
}

/// The steps of the reader's that pass now, by name.
fn passing(course: &Course, chapter: &Chapter) -> Vec<String> {
    let package = Package::reader(&course.root, chapter);
    let mut suites = by_suite(&chapter.steps).into_iter();
    let Some(steps) = suites.find(|steps| steps[0].suite == Suite::Check) else {
        return Vec::new();
    };
    let Ok(compiled) = compile::compile_each(&package, &steps) else {
        return Vec::new();
    };
    let passes = |step: &Step, compiled: &Compiled| {
        trial::tests_of(compiled, step).into_iter().all(|test| {
            trial::run_test(&package, compiled, test, Limits::default(), |_| {})
                .is_ok_and(|tested| tested.judgement.verdict == Verdict::Passes)
        })
    };
    compiled
        .into_iter()
        .filter(|(step, compiled)| compiled.as_ref().is_ok_and(|tests| passes(step, tests)))
        .map(|(step, _)| step.id.clone())
        .collect()
}

fn start(
    course: &Course,
    build: &[&str],
    chapter: &Chapter,
    arguments: &[String],
) -> Result<bool, String> {
    let folder = course.root.join("xtask/bench");
    if !folder.join("target").is_dir() {
        eprintln!("the first call compiles what it races against, once");
    }
    let status = compile::cargo()
        .current_dir(&course.root)
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(folder.join("Cargo.toml"))
        .args(build)
        .args(["--", &chapter.id])
        .args(arguments)
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    Ok(status.success())
}
