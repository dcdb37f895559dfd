//! `check`: compile the tests of a step, run each in a process of its own, go on to the next step, stop at the first red.

use std::time::Duration;

use crate::child::Limits;
use crate::compile::{self, Compiled, Failure, Package};
use crate::course::{Chapter, Course, Step};
use crate::progress::{Failed, Progress, State};
use crate::report;
use crate::selection::Selection;
use crate::sync;
use crate::term;
use crate::trial::{self, Tested};
use crate::verdict::Verdict;
use crate::wrong;

/// What `check` was asked for besides the steps.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'typed> {
    /// Only the tests with this in their names. Then nothing is remembered: a step is more than one of its tests.
    pub test: Option<&'typed str>,
    /// Check the reference instead of the reader's code.
    pub solution: bool,
    /// Print every test, also of steps that pass.
    pub verbose: bool,
}

/// Checks the selected steps in order and stops at the first that fails. `true` when all pass.
///
/// # Errors
///
/// When nothing could be checked: a file is missing, or cargo cannot work.
pub fn check(
    course: &Course,
    selection: Selection<'_>,
    options: Options<'_>,
    progress: &mut Progress,
) -> Result<bool, String> {
    let chapter = selection.chapter;
    let package = if options.solution {
        Package::solution(&course.root, chapter)
    } else {
        files_are_there(chapter)?;
        Package::reader(&course.root, chapter)
    };
    let whose = if options.solution {
        "  (the reference)"
    } else {
        ""
    };
    term::line(format_args!(
        "{} · {}{whose}",
        term::bold(&chapter.id),
        chapter.title
    ));
    let changed = sync::changed_tests(chapter);
    if !changed.is_empty() {
        report::changed_tests(chapter, &changed);
        return Ok(false);
    }
    let mut ready: Option<Ready> = None;
    let mut found = false;
    let steps = selection.steps();
    for (at, step) in steps.iter().enumerate() {
        if step.command.is_none()
            && ready
                .as_ref()
                .is_none_or(|ready| !ready.compiled.holds(&package, step))
        {
            let together = together(course, chapter, &steps[at..], options, progress);
            match compile::compile(&package, &together) {
                Ok(compiled) => {
                    if !options.solution {
                        compile::forget_others(course, chapter, &compiled);
                    }
                    ready = Some(Ready::new(package.clone(), compiled, options.test));
                }
                Err(Failure::Cargo(said)) => return Err(said),
                Err(Failure::DoesNotCompile(errors)) => {
                    let blamed = blamed(&selection, &errors[0]);
                    if let (Some(step), false) = (blamed, options.solution) {
                        progress.visit(chapter, step);
                        let failed = Failed {
                            test: "compiler".into(),
                            verdict: Verdict::DoesNotCompile,
                            mistakes: Vec::new(),
                        };
                        progress.failed(chapter, step, failed);
                    }
                    report::errors(chapter, blamed, &errors, options.verbose);
                    return Ok(false);
                }
            }
        }
        if let (Some(_), Some(ready)) = (options.test, &ready) {
            if trial::tests_of(&ready.compiled, step).is_empty() {
                continue;
            }
            found = true;
            if !check_step(
                course,
                chapter,
                step,
                Some(ready),
                options,
                &mut progress.clone(),
            )? {
                return Ok(false);
            }
            continue;
        }
        if !check_step(course, chapter, step, ready.as_ref(), options, progress)? {
            return Ok(false);
        }
    }
    match options.test {
        Some(wanted) if !found => Err(format!("no test there has `{wanted}` in its name")),
        _ => Ok(true),
    }
}

/// The steps whose tests are compiled with those of the first of `steps`, side by side: those after it, up to one that
/// will be red, as far as anyone knows. The tests after that are not waited for.
fn together<'course>(
    course: &Course,
    chapter: &Chapter,
    steps: &[&'course Step],
    options: Options<'_>,
    progress: &Progress,
) -> Vec<&'course Step> {
    let mut found = Vec::new();
    for step in steps.iter().filter(|step| step.suite == steps[0].suite) {
        if step.command.is_some() {
            continue;
        }
        found.push(*step);
        let all = options.solution || options.test.is_some();
        if !all && progress.state(course, chapter, step) != State::Passed {
            break;
        }
    }
    found
}

/// A crate and test binaries of it.
struct Ready {
    package: Package,
    compiled: Compiled,
}

impl Ready {
    fn new(package: Package, mut compiled: Compiled, wanted: Option<&str>) -> Self {
        if let Some(wanted) = wanted {
            for binary in &mut compiled.binaries {
                binary.tests.retain(|test| test.contains(wanted));
            }
        }
        if compiled.took > Duration::from_secs(1) {
            let seconds = compiled.took.as_secs_f64();
            term::line(term::dim(format_args!(
                "compiled in {seconds:.1} s, not counted against the tests"
            )));
        }
        Self { package, compiled }
    }
}

fn check_step(
    course: &Course,
    chapter: &Chapter,
    step: &Step,
    ready: Option<&Ready>,
    options: Options<'_>,
    progress: &mut Progress,
) -> Result<bool, String> {
    let label = format!("{} {}", step.numbered(chapter), step.id);
    let (None, Some(Ready { package, compiled })) = (&step.command, ready) else {
        let command = step.command.as_deref().unwrap_or_default();
        let typed = term::cyan(format_args!("cargo xtask {command}"));
        term::line(format_args!("  {} {label}: {typed}", term::dim("→")));
        return Ok(true);
    };
    if !options.solution {
        progress.visit(chapter, step);
    }
    let results = trial::run_step(
        package,
        compiled,
        step,
        Limits::default(),
        report::still_running,
    )?;
    let changed = sync::changed_tests(chapter);
    if !changed.is_empty() {
        report::changed_tests(chapter, &changed);
        return Ok(false);
    }
    let failed: Vec<&Tested> = results
        .iter()
        .filter(|tested| tested.judgement.verdict != Verdict::Passes)
        .collect();
    let Some(first) = failed.first() else {
        let count = term::counted(results.len(), "test");
        let verb = if results.len() == 1 { "passes" } else { "pass" };
        term::line(format_args!(
            "  {} {label}: {count} {verb}",
            term::green("✓")
        ));
        if options.verbose {
            report::failing(&results, true);
        }
        if !options.solution {
            progress.passed(chapter, step);
        }
        return Ok(true);
    };
    if !options.solution {
        let known = wrong::load(&course.root, chapter)?;
        let mistakes = known
            .into_iter()
            .filter(|wrong| wrong.explains(&first.test, &first.judgement))
            .map(|wrong| wrong.name)
            .collect();
        progress.failed(
            chapter,
            step,
            Failed {
                test: first.test.clone(),
                verdict: first.judgement.verdict,
                mistakes,
            },
        );
    }
    if term::interactive() && first.judgement.verdict.hung() {
        term::print("\r\x1b[K");
    }
    let passed = results.len() - failed.len();
    let total = trial::tests_of(compiled, step).len();
    let count = term::counted(total, "test");
    let verb = if passed == 1 { "passes" } else { "pass" };
    if !failed.iter().all(|tested| not_started(tested)) {
        let sign = term::red("✗");
        term::line(format_args!("  {sign} {label}: {passed} of {count} {verb}"));
        report::failing(&results, options.verbose);
        if results.len() < total {
            let left = total - results.len();
            term::line(term::dim(format_args!(
                "    … {left} not run, after one that hangs"
            )));
        }
    } else if passed == 0 {
        term::line(format_args!(
            "  {} {label}: {}. This red is expected: the step is yours to write.",
            term::yellow("○"),
            term::yellow(Verdict::NotStarted)
        ));
    } else {
        term::line(format_args!(
            "  {} {label}: {passed} of {count} {verb}, the rest is {}",
            term::yellow("○"),
            term::yellow(Verdict::NotStarted)
        ));
    }
    report::failure(chapter, step, package, first);
    if !not_started(first) {
        report::warnings(&compiled.warnings);
    }
    Ok(false)
}

fn not_started(tested: &Tested) -> bool {
    tested.judgement.verdict == Verdict::NotStarted
}

/// The step to whose file or tests `error` points, or else the one that was asked for.
#[must_use]
pub fn blamed<'course>(selection: &Selection<'course>, error: &str) -> Option<&'course Step> {
    // The first arrow is where it is wrong; the others are where the reason stands.
    let place = error
        .lines()
        .find(|line| line.contains("--> "))
        .unwrap_or_default()
        .replace('\\', "/");
    selection
        .chapter
        .steps
        .iter()
        .find(|step| {
            step.file.as_ref().is_some_and(|file| {
                place.contains(file.as_str())
                    || place.contains(&format!("tests/{}/{}.rs", step.suite.name(), step.id))
            })
        })
        .or(selection.step)
}

fn files_are_there(chapter: &Chapter) -> Result<(), String> {
    for step in &chapter.steps {
        if let Some(file) = &step.file
            && !chapter.dir.join(file).is_file()
        {
            let typed = step.typed(chapter);
            return Err(format!(
                "exercises/{}/{file} is missing. Was it moved or renamed? The name must stay.\n  \
                 to start the step over: cargo xtask reset {typed}",
                chapter.id
            ));
        }
    }
    Ok(())
}
