//! What `check` prints: short when all is well, and on a failure what happened, where, and what to do next.

use std::time::Duration;

use crate::child::Limits;
use crate::compile::Package;
use crate::course::{Chapter, Course, Step};
use crate::panics;
use crate::progress::{Progress, State};
use crate::selection::Selection;
use crate::term;
use crate::trial::Tested;
use crate::verdict::{Judgement, Verdict};

/// How many failing tests are named when a step fails; all of them with `--verbose`.
const NAMED: usize = 5;

/// How much of a failure's message is shown; the log holds all of it.
const MESSAGE_LINES: usize = 7;

/// An interleaving or a report of who waits for whom is worth its lines.
const EXPLORED_LINES: usize = 60;

/// How many of the compiler's errors have a line; all of them with `--verbose`.
const ERRORS: usize = 12;

/// How many of rustc's warnings are named beside a failure.
const WARNINGS: usize = 3;

/// How much of the first error is shown; all of it with `--verbose`.
const ERROR_LINES: usize = 40;

/// The columns of a message.
const WIDTH: usize = 100;

/// Says that a test is taking its time: every second on a terminal, and elsewhere now and then.
pub fn still_running(test: &str, elapsed: Duration) {
    let seconds = elapsed.as_secs();
    let limit = Limits::default().time.as_secs();
    let text = format!("    … {test} is still running ({seconds} s of {limit} s)");
    if term::interactive() {
        term::print(format_args!("\r\x1b[K{}", term::dim(text)));
    } else if seconds % 5 == 2 {
        term::line(text);
    }
}

/// Names the tests that fail, with their verdicts; with `verbose` also those that pass.
pub fn failing(results: &[Tested], verbose: bool) {
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

/// Prints the first failure of a step: what happened first, then where, then what to do next.
pub fn failure(chapter: &Chapter, step: &Step, package: &Package, first: &Tested) {
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
        for line in term::capped(&lines, 20, 12) {
            term::line(format_args!("  | {}", clipped(&line)));
        }
    }
}

fn explored(judgement: &Judgement) -> bool {
    judgement.verdict.hung()
        || judgement
            .message
            .iter()
            .any(|line| panics::heads_interleaving(line))
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

/// Prints that tests are not the course's own.
pub fn changed_tests(chapter: &Chapter, changed: &[String]) {
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

/// Prints the compiler's errors and the hint of the step whose file they are in: of several a line each, then the first
/// as the compiler renders it; with `verbose` all as it renders them.
pub fn errors(chapter: &Chapter, blamed: Option<&Step>, errors: &[String], verbose: bool) {
    let count = term::counted(errors.len(), "error");
    let word = term::red(Verdict::DoesNotCompile);
    term::line(format_args!("  {} {word} ({count})", term::red("✗")));
    if errors.len() > 1 {
        let heads: Vec<String> = errors.iter().map(|error| head(error)).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let most = if verbose { heads.len() } else { ERRORS };
        for line in term::capped(&heads, most, 0) {
            term::line(format_args!("    {line}"));
        }
        term::line("");
    }
    let shown = if verbose {
        errors
    } else {
        &errors[..errors.len().min(1)]
    };
    let lines: Vec<&str> = shown.iter().flat_map(|error| error.lines()).collect();
    let most = if verbose { lines.len() } else { ERROR_LINES };
    for line in term::capped(&lines, most, 0) {
        term::line(format_args!("  {line}"));
    }
    if shown.len() < errors.len() || lines.len() > most + 1 {
        let all = match blamed {
            Some(step) => step.typed(chapter),
            None => chapter.id.clone(),
        };
        term::line(format_args!(
            "  all   {}",
            term::cyan(format_args!("cargo xtask check {all} --verbose"))
        ));
    }
    if let Some(step) = blamed {
        let hint = format!("cargo xtask hint {}", step.typed(chapter));
        term::line(format_args!("  hint  {}", term::cyan(hint)));
    }
}

/// Names what rustc warned of: a future that nobody awaits, or an arm that is never reached, is often the reason of a red.
pub fn warnings(warnings: &[String]) {
    for (at, warning) in warnings.iter().enumerate() {
        if at == WARNINGS {
            let left = warnings.len() - WARNINGS;
            return term::line(term::dim(format_args!("        … and {left} more")));
        }
        term::line(format_args!("  rustc {}", head(warning)));
    }
}

/// An error of rustc's in one line: `error[E0507] src/runtime.rs:75: cannot move out of …`.
fn head(error: &str) -> String {
    let error = term::plain(error);
    let first = error.lines().next().unwrap_or_default();
    let (kind, what) = first.split_once(": ").unwrap_or((first, ""));
    let place = error.lines().find_map(|line| line.split_once("--> "));
    // Of `src/runtime.rs:75:9` the column is for editors.
    let place = place.map_or("", |(_, place)| {
        place
            .trim()
            .rsplit_once(':')
            .map_or(place, |(line, _)| line)
    });
    clipped(&format!("{kind} {place}: {what}"))
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
