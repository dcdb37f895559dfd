//! Starters fail as not started, solutions pass: each test of each step, by the same runner that readers use.

use std::collections::BTreeSet;

use super::Outcome;
use crate::child::Limits;
use crate::compile::{self, Compiled, Failure, Package};
use crate::course::{Chapter, Course, Step, by_suite};
use crate::sync;
use crate::trial::{self, Tested};
use crate::verdict::Verdict;

/// Each starter is its solution's, compiles without a warning, and every test on it says "not started".
///
/// # Errors
///
/// When a solution cannot be read.
pub fn starters(course: &Course) -> Result<Outcome, String> {
    let mut problems = sync::drift(course)?;
    if !problems.is_empty() {
        problems.push("edit the solution, not the starter; then: cargo xtask sync".into());
    }
    let mut count = 0;
    for chapter in &course.chapters {
        for tested in run_all(
            chapter,
            &Package::reader(&course.root, chapter),
            &mut problems,
        ) {
            count += 1;
            if tested.judgement.verdict != Verdict::NotStarted {
                problems.push(said(chapter, &tested, Verdict::NotStarted));
            }
        }
    }
    Ok(Outcome::of(
        problems,
        format!("{count} tests say \"not started\""),
    ))
}

/// Each test passes with the reference.
///
/// # Errors
///
/// Never; problems are in the outcome.
pub fn solutions(course: &Course) -> Result<Outcome, String> {
    let mut problems = Vec::new();
    let mut count = 0;
    for chapter in &course.chapters {
        for tested in run_all(
            chapter,
            &Package::solution(&course.root, chapter),
            &mut problems,
        ) {
            count += 1;
            if tested.judgement.verdict != Verdict::Passes {
                problems.push(said(chapter, &tested, Verdict::Passes));
            }
        }
    }
    Ok(Outcome::of(problems, format!("{count} tests pass")))
}

fn compiled(package: &Package, steps: &[&Step], problems: &mut Vec<String>) -> Option<Compiled> {
    match compile::compile(package, steps) {
        Ok(compiled) => Some(compiled),
        Err(Failure::Cargo(what)) => {
            problems.push(format!("{}: {what}", package.name));
            None
        }
        Err(Failure::DoesNotCompile(errors)) => {
            problems.push(format!(
                "{} does not compile:\n{}",
                package.name,
                errors.join("\n")
            ));
            None
        }
    }
}

/// Runs every test of every step of `chapter`.
fn run_all(chapter: &Chapter, package: &Package, problems: &mut Vec<String>) -> Vec<Tested> {
    let mut all = Vec::new();
    for steps in by_suite(&chapter.steps) {
        let Some(compiled) = compiled(package, &steps, problems) else {
            continue;
        };
        problems.extend(compiled.warnings.iter().cloned());
        let mut claimed = BTreeSet::new();
        for step in steps {
            claimed.extend(trial::tests_of(&compiled, step));
            match trial::run_step(package, &compiled, step, Limits::default(), |_, _| {}) {
                Ok(tested) => all.extend(tested),
                Err(what) => problems.push(what),
            }
        }
        for test in compiled.tests() {
            if !claimed.contains(test) {
                problems.push(format!(
                    "{}: the test {test} belongs to no step",
                    chapter.id
                ));
            }
        }
    }
    all
}

fn said(chapter: &Chapter, tested: &Tested, expected: Verdict) -> String {
    format!(
        "{} {}: expected the verdict \"{expected}\", got \"{}\"\n{}\n(all of it: {})",
        chapter.id,
        tested.test,
        tested.judgement.verdict,
        tested.judgement.message.join("\n"),
        tested.log
    )
}
