//! `check`: compile a chapter once, run each test of each step in a process of its own, stop at the first red.

use std::path::Path;
use std::time::Duration;

use crate::child::{self, Limits};
use crate::compile::{self, Compiled, Failure, Package};
use crate::course::{Chapter, Course, Step};
use crate::progress::{Failed, Progress, State};
use crate::selection::Selection;
use crate::sync;
use crate::term;
use crate::verdict::{self, Judgement, Verdict};
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

/// One test's run.
#[derive(Clone, Debug)]
pub struct Tested {
    /// `module::name`.
    pub test: String,
    /// What became of it.
    pub judgement: Judgement,
    /// What the code under test printed, without the harness' lines and the panics.
    pub printed: Vec<String>,
    /// Where all of it is kept, relative to the workspace.
    pub log: String,
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
        report_changed_tests(chapter, &changed);
        return Ok(false);
    }
    let mut ready: Option<Ready> = None;
    let mut found = false;
    for step in selection.steps() {
        if step.command.is_none()
            && ready
                .as_ref()
                .is_none_or(|ready| ready.package.suite != step.suite)
        {
            let package = package.with(step.suite);
            match compile::compile(&package) {
                Ok(compiled) => ready = Some(Ready::new(package, compiled, options.test)),
                Err(Failure::Cargo(said)) => return Err(said),
                Err(Failure::DoesNotCompile(errors)) => {
                    report_errors(chapter, &selection, &errors, options, progress);
                    return Ok(false);
                }
            }
        }
        if let (Some(_), Some(ready)) = (options.test, &ready) {
            if tests_of(&ready.compiled, step).is_empty() {
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

/// A crate and its test binary.
struct Ready {
    package: Package,
    compiled: Compiled,
}

impl Ready {
    fn new(package: Package, mut compiled: Compiled, wanted: Option<&str>) -> Self {
        if let Some(wanted) = wanted {
            compiled.tests.retain(|test| test.contains(wanted));
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
    let results = run_step(package, compiled, step, Limits::default(), still_running)?;
    let changed = sync::changed_tests(chapter);
    if !changed.is_empty() {
        report_changed_tests(chapter, &changed);
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
            list_tests(&results, true);
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
    let total = tests_of(compiled, step).len();
    let count = term::counted(total, "test");
    let verb = if passed == 1 { "passes" } else { "pass" };
    if !failed.iter().all(|tested| not_started(tested)) {
        let sign = term::red("✗");
        term::line(format_args!("  {sign} {label}: {passed} of {count} {verb}"));
        list_tests(&results, options.verbose);
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
    report_failure(chapter, step, package, first);
    Ok(false)
}

/// Says that a test is taking its time: every second on a terminal, and elsewhere now and then.
fn still_running(test: &str, elapsed: Duration) {
    let seconds = elapsed.as_secs();
    let limit = Limits::default().time.as_secs();
    let text = format!("    … {test} is still running ({seconds} s of {limit} s)");
    if term::interactive() {
        term::print(format_args!("\r\x1b[K{}", term::dim(text)));
    } else if seconds % 5 == 2 {
        term::line(text);
    }
}

fn not_started(tested: &Tested) -> bool {
    tested.judgement.verdict == Verdict::NotStarted
}

/// Runs the tests of `step`, each in a process of its own, in the order of their file. After one that hangs, the rest is
/// not run: it would hang as well, each for as long.
///
/// # Errors
///
/// When the step has no test, or a process cannot be started.
pub fn run_step(
    package: &Package,
    compiled: &Compiled,
    step: &Step,
    limits: Limits,
    mut still_running: impl FnMut(&str, Duration),
) -> Result<Vec<Tested>, String> {
    let tests = tests_of(compiled, step);
    if tests.is_empty() {
        return Err(format!(
            "the tests of {} hold no test for the step `{}`: expected tests/check/{}.rs and `mod {};` in main.rs",
            package.dir, step.id, step.id, step.id
        ));
    }
    let mut results = Vec::new();
    for test in tests {
        let tested = run_test(package, compiled, test, limits, |elapsed| {
            still_running(test, elapsed);
        })?;
        let hung = tested.judgement.verdict.hung();
        results.push(tested);
        if hung {
            break;
        }
    }
    Ok(results)
}

/// The tests of `step`: those of the module with its name.
#[must_use]
pub fn tests_of<'a>(compiled: &'a Compiled, step: &Step) -> Vec<&'a str> {
    let prefix = format!("{}::", step.id);
    compiled
        .tests
        .iter()
        .filter(|test| test.starts_with(&prefix))
        .map(String::as_str)
        .collect()
}

/// Runs one test in a process of its own and judges it.
///
/// # Errors
///
/// When the process cannot be started.
pub fn run_test(
    package: &Package,
    compiled: &Compiled,
    test: &str,
    limits: Limits,
    still_running: impl FnMut(Duration),
) -> Result<Tested, String> {
    let file = format!("{}.log", test.replace("::", "."));
    let log = logs(&compiled.binary).join(&package.name).join(file);
    let dir = package.workspace.join(&package.dir);
    let outcome = child::run(&compiled.binary, test, &dir, &log, limits, still_running)?;
    let judgement = verdict::judge(package, test, compiled.total, &outcome);
    Ok(Tested {
        test: test.to_string(),
        judgement,
        printed: verdict::printed(&outcome.output),
        log: shown(&package.workspace, &outcome.log),
    })
}

/// Logs stand beside what cargo built: `target/exercise/deps/check-…` gives `target/exercise/logs`.
fn logs(binary: &Path) -> std::path::PathBuf {
    let profile = binary.parent().and_then(Path::parent);
    profile.unwrap_or(Path::new("target")).join("logs")
}

fn shown(workspace: &Path, path: &Path) -> String {
    path.strip_prefix(workspace)
        .unwrap_or(path)
        .display()
        .to_string()
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

/// How many failing tests are named when a step fails; all of them with `--verbose`.
const NAMED: usize = 6;

/// Names the tests that fail, with their verdicts; with `verbose` also those that pass.
fn list_tests(results: &[Tested], verbose: bool) {
    let passes = |tested: &&Tested| tested.judgement.verdict == Verdict::Passes;
    let shown: Vec<&Tested> = results
        .iter()
        .filter(|tested| verbose || !passes(tested))
        .collect();
    let most = if verbose { shown.len() } else { NAMED };
    for tested in shown.iter().take(most) {
        let verdict = tested.judgement.verdict;
        let (_, name) = tested.test.split_once("::").unwrap_or(("", &tested.test));
        let word = format!("{verdict:11}");
        let (sign, word) = match verdict {
            Verdict::Passes => (term::green("✓"), term::green(word)),
            Verdict::NotStarted => (term::yellow("○"), term::yellow(word)),
            _ => (term::red("✗"), term::red(word)),
        };
        term::line(format_args!("    {sign} {word} {name}"));
    }
    if shown.len() > most {
        term::line(term::dim(format_args!(
            "    … and {} more (--verbose names them)",
            shown.len() - most
        )));
    }
}

/// How much of a failure's message is shown; the log holds all of it.
const MESSAGE_LINES: usize = 7;
/// An interleaving or a report of who waits for whom is worth its lines.
const EXPLORED_LINES: usize = 60;
/// The columns of a message.
const WIDTH: usize = 100;

fn explored(judgement: &Judgement) -> bool {
    judgement.message.len() > MESSAGE_LINES
        && !matches!(judgement.verdict, Verdict::Wrong | Verdict::Panicked)
}

fn report_failure(chapter: &Chapter, step: &Step, package: &Package, first: &Tested) {
    let judgement = &first.judgement;
    term::line("");
    if judgement.verdict == Verdict::NotStarted {
        for line in &judgement.message {
            term::line(format_args!("  to do: {}", term::bold(line)));
        }
    } else {
        term::line(format_args!(
            "  {}: {}",
            term::red(judgement.verdict),
            first.test
        ));
        let lines: Vec<String> = judgement
            .message
            .iter()
            .flat_map(|line| term::wrapped(line, WIDTH))
            .collect();
        let most = if explored(judgement) {
            EXPLORED_LINES
        } else {
            MESSAGE_LINES
        };
        for line in lines.iter().take(most) {
            term::line(format_args!("    {line}").to_string().trim_end());
        }
        if lines.len() > most {
            term::line(format_args!("    … (the rest: {})", first.log));
        }
    }
    let file = format!(
        "{}/{}",
        package.dir,
        step.file.as_deref().unwrap_or_default()
    );
    match &judgement.place {
        Some(place) if place.starts_with(&file) => term::line(format_args!("  edit  {place}")),
        Some(place) => {
            term::line(format_args!("  edit  {file}"));
            let what = if place.contains("/tests/") {
                "test"
            } else {
                "at"
            };
            term::line(format_args!("  {what:5} {place}"));
        }
        None => term::line(format_args!("  edit  {file}")),
    }
    term::line(format_args!(
        "  hint  {}",
        term::cyan(format_args!("cargo xtask hint {}", step.typed(chapter)))
    ));
    term::line(format_args!(
        "  page  /{} in the book: cargo xtask serve",
        step.address()
    ));
    if !first.printed.is_empty() && judgement.verdict != Verdict::NotStarted {
        let lines: Vec<&str> = first.printed.iter().map(String::as_str).collect();
        term::line(format_args!("  it printed (all of it: {})", first.log));
        for line in term::capped(&lines, 30, 15) {
            term::line(format_args!("  | {}", clipped(&line)));
        }
    }
}

/// A line that no terminal needs whole.
fn clipped(line: &str) -> String {
    const MOST: usize = 200;
    if line.chars().count() <= MOST {
        line.to_string()
    } else {
        line.chars().take(MOST).chain("…".chars()).collect()
    }
}

fn report_changed_tests(chapter: &Chapter, changed: &[String]) {
    term::line(format_args!(
        "  {} {}: a pass would prove nothing",
        term::red("✗"),
        term::red(Verdict::TestFileChanged)
    ));
    for what in changed {
        term::line(format_args!("    {what}"));
    }
    term::line(format_args!(
        "  to put the course's own back: git checkout -- exercises/{}/tests",
        chapter.id
    ));
    term::line("  if you maintain the course and meant it: cargo xtask sync");
}

fn report_errors(
    chapter: &Chapter,
    selection: &Selection<'_>,
    errors: &[String],
    options: Options<'_>,
    progress: &mut Progress,
) {
    let count = term::counted(errors.len(), "error");
    term::line(format_args!(
        "  {} {} ({count})",
        term::red("✗"),
        term::red(Verdict::DoesNotCompile)
    ));
    let lines: Vec<&str> = errors.iter().flat_map(|error| error.lines()).collect();
    for line in term::capped(&lines, 40, 0) {
        term::line(format_args!("  {line}"));
    }
    // The step to blame is the one whose file the first error names.
    let blamed = selection.chapter.steps.iter().find(|step| {
        step.file
            .as_ref()
            .is_some_and(|file| errors[0].contains(file.as_str()))
    });
    if let Some(step) = blamed.or(selection.step) {
        if !options.solution {
            progress.visit(chapter, step);
            let failed = Failed {
                test: "compiler".into(),
                verdict: Verdict::DoesNotCompile,
                mistakes: Vec::new(),
            };
            progress.failed(chapter, step, failed);
        }
        term::line(format_args!(
            "  hint  {}",
            term::cyan(format_args!("cargo xtask hint {}", step.typed(chapter)))
        ));
    }
}

/// Says what comes after a selection that passes.
pub fn what_next(course: &Course, selection: Selection<'_>, progress: &Progress) {
    let Some((chapter, step)) = progress.next(course) else {
        term::line("every step has passed");
        return;
    };
    // A command among the selected steps was named already, and a step that was just checked says nothing new.
    if selection
        .steps()
        .iter()
        .any(|done| done.key(selection.chapter) == step.key(chapter))
    {
        return;
    }
    let command = match &step.command {
        Some(command) => format!("cargo xtask {command}"),
        None => format!("cargo xtask check {}", step.typed(chapter)),
    };
    term::line(format_args!(
        "next: {} {} · {}",
        step.numbered(chapter),
        step.title,
        term::cyan(command)
    ));
}

/// Says which earlier step of the chapter is unfinished: who looks ahead out of curiosity is not stranded there.
pub fn what_was_skipped(course: &Course, chapter: &Chapter, step: &Step, progress: &Progress) {
    let skipped = chapter
        .steps
        .iter()
        .take_while(|earlier| earlier.number < step.number)
        .find(|earlier| progress.state(course, chapter, earlier) != State::Passed);
    if let Some(earlier) = skipped {
        let typed = earlier.typed(chapter);
        term::line(term::dim(format_args!(
            "going on where you left off; unfinished before it: cargo xtask check {typed}"
        )));
    }
}
