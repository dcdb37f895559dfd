//! The tests catch wrong answers: each known-wrong solution, by the named test, with the named verdict.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{Outcome, mirror};
use crate::child::Limits;
use crate::compile::{self, Failure, Package};
use crate::course::{Chapter, Course};
use crate::term;
use crate::trial;
use crate::verdict::Verdict;
use crate::wrong::{self, Wrong};

/// How many known mistakes a chapter must bring.
const LEAST: usize = 8;

/// A mistake that hangs is known to: it need not hang for as long as a reader's may.
const LIMITS: Limits = Limits {
    time: Duration::from_secs(8),
    output: 8 << 20,
    memory: 2 << 30,
};

/// Makes each mistake in a copy of the course and runs the test that must catch it.
///
/// # Errors
///
/// When the copy cannot be made or a `wrong.toml` cannot be read.
pub fn caught(course: &Course) -> Result<Outcome, String> {
    let copy = mirror::fresh(&course.root)?;
    let mut problems = Vec::new();
    let mut count = 0;
    for chapter in &course.chapters {
        let wrongs = wrong::load(&course.root, chapter)?;
        if wrongs.len() < LEAST {
            problems.push(format!(
                "{}: {} known-wrong solutions, expected at least {LEAST}",
                chapter.id,
                wrongs.len()
            ));
        }
        let mut names = BTreeSet::new();
        for wrong in &wrongs {
            count += 1;
            let label = format!("{}/wrong.toml, {}", chapter.solution_dir(), wrong.name);
            if !names.insert(&wrong.name) {
                problems.push(format!("{label}: the name stands twice"));
            }
            if let Err(what) = one(&copy, chapter, wrong) {
                problems.push(format!("{label} ({}):\n{what}", wrong.about));
            }
            if term::interactive() {
                term::print(format_args!("\r\x1b[K  {}", term::dim(&wrong.name)));
            }
        }
    }
    if term::interactive() {
        term::print("\r\x1b[K");
    }
    Ok(Outcome::of(
        problems,
        format!("{count} mistakes are caught"),
    ))
}

fn one(copy: &Path, chapter: &Chapter, wrong: &Wrong) -> Result<(), String> {
    let folder = copy.join(chapter.solution_dir());
    let mut originals = Vec::new();
    let mut outcome = Ok(());
    for edit in &wrong.edits {
        let path = folder.join(&edit.file);
        outcome = fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", edit.file))
            .and_then(|text| {
                let text = text.replace("\r\n", "\n");
                let edited = edit.apply(&text)?;
                fs::write(&path, edited).map_err(|error| format!("{}: {error}", edit.file))?;
                originals.push((path, text));
                Ok(())
            });
        if outcome.is_err() {
            break;
        }
    }
    let outcome = outcome.and_then(|()| is_caught(copy, chapter, wrong));
    // Undone in reverse: a file that was edited twice ends as it began.
    for (path, text) in originals.into_iter().rev() {
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    outcome
}

fn is_caught(copy: &Path, chapter: &Chapter, wrong: &Wrong) -> Result<(), String> {
    let module = wrong.test.split("::").next().unwrap_or_default();
    let Some(step) = chapter.steps.iter().find(|step| step.id == module) else {
        return Err(format!("the test {} belongs to no step", wrong.test));
    };
    let package = Package {
        // Never the course's own, whatever CARGO_TARGET_DIR says: what is built here is wrong.
        target: Some(copy.join("target")),
        ..Package::solution(copy, chapter)
    };
    let compiled = match compile::compile(&package, &[step]) {
        Ok(compiled) => compiled,
        Err(Failure::DoesNotCompile(_)) if wrong.verdict == Verdict::DoesNotCompile => {
            return Ok(());
        }
        Err(Failure::DoesNotCompile(errors)) => {
            return Err(format!("it does not compile:\n{}", errors.join("\n")));
        }
        Err(Failure::Cargo(what)) => return Err(what),
    };
    if compiled.binary_of(&wrong.test).is_none() {
        return Err(format!("there is no test {}", wrong.test));
    }
    for test in trial::tests_of(&compiled, step) {
        let tested = trial::run_test(&package, &compiled, test, LIMITS, |_| {})?;
        let judgement = &tested.judgement;
        let named = test == wrong.test;
        if (!named && judgement.verdict == Verdict::Passes)
            || (named && wrong.explains(test, judgement))
        {
            if named {
                return Ok(());
            }
            continue;
        }
        let expected = match (named, &wrong.says) {
            (true, Some(words)) => {
                format!("say \"{}\", with the words \"{words}\",", wrong.verdict)
            }
            (true, None) => format!("say \"{}\"", wrong.verdict),
            (false, _) => format!("pass: {} should be the first to fail,", wrong.test),
        };
        return Err(format!(
            "{test} must {expected} and says \"{}\"\n{}",
            judgement.verdict,
            judgement.message.join("\n")
        ));
    }
    Err(format!("{} did not run", wrong.test))
}
