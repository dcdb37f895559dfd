//! `test`: the one command that proves the course.
//!
//! Each stage proves one promise and names every place that breaks it. A stage that needs a program which is not here
//! says so loudly; in CI that counts as a failure.

pub mod house;
pub mod listings;
pub mod mirror;
pub mod mistakes;
pub mod offline;
pub mod pages;
pub mod races;
pub mod references;
pub mod room;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::course::Course;
use crate::term;

/// What came of a stage.
pub enum Outcome {
    /// It holds; this was looked at.
    Proved(String),
    /// It does not hold, for these reasons, a paragraph each.
    Failed(Vec<String>),
    /// It could not be looked at: this is missing.
    Skipped(String),
}

impl Outcome {
    /// [`Outcome::Failed`] if there is a problem, else proved.
    #[must_use]
    pub fn of(problems: Vec<String>, proved: impl Into<String>) -> Self {
        if problems.is_empty() {
            Self::Proved(proved.into())
        } else {
            Self::Failed(problems)
        }
    }
}

struct Stage {
    name: &'static str,
    about: &'static str,
    /// The folders under `target/prove` in which it builds.
    builds: &'static [&'static str],
    run: fn(&Course) -> Result<Outcome, String>,
}

const STAGES: [Stage; 12] = [
    Stage {
        name: "format",
        about: "rustfmt and gofmt have nothing to change",
        builds: &[],
        run: house::format,
    },
    Stage {
        name: "lint",
        about: "clippy has nothing to say",
        builds: &[room::LINT],
        run: house::lint,
    },
    Stage {
        name: "starters",
        about: "each starter is its solution's, compiles without a warning, and fails as not started",
        builds: &[room::READER],
        run: references::starters,
    },
    Stage {
        name: "solutions",
        about: "each reference passes its chapter's tests",
        builds: &[room::READER],
        run: references::solutions,
    },
    Stage {
        name: "mistakes",
        about: "each known-wrong solution is caught by the named test with the named verdict",
        builds: &[room::COURSE],
        run: mistakes::caught,
    },
    Stage {
        name: "tests",
        about: "`cargo test` passes: the runner's own tests and the references'",
        builds: &[room::TESTS, room::READER],
        run: house::tests,
    },
    Stage {
        name: "listings",
        about: "each program that the book prints runs, and prints what is recorded",
        builds: &[room::LISTINGS, room::COURSE],
        run: listings::unchanged,
    },
    Stage {
        name: "pages",
        about: "the book builds; no hand-typed code, no broken link",
        builds: &[room::READER],
        run: pages::build,
    },
    Stage {
        name: "browser",
        about: "each page reads well in a real browser: light, dark, phone, paper, no JavaScript",
        builds: &[],
        run: pages::browser,
    },
    Stage {
        name: "offline",
        about: "after `doctor --prefetch`, a check and the book need no network",
        builds: &[room::READER],
        run: offline::works,
    },
    Stage {
        name: "large",
        about: "fifty million elements: right, and within the memory that is allowed",
        builds: &[room::RELEASE],
        run: races::large,
    },
    Stage {
        name: "races",
        about: "every contender of a quick bench and lab gives the right result",
        builds: &[room::RELEASE],
        run: races::quick,
    },
];

/// Proves the stages called `names`, or all. `true` when all hold.
///
/// # Errors
///
/// When a name is unknown or the course cannot be read.
pub fn test(root: &Path, names: &[String], list: bool) -> Result<bool, String> {
    if list {
        for stage in &STAGES {
            term::line(format_args!("{:10} {}", stage.name, stage.about));
        }
        return Ok(true);
    }
    if let Some(unknown) = names
        .iter()
        .find(|name| STAGES.iter().all(|stage| stage.name != name.as_str()))
    {
        return Err(format!(
            "there is no stage `{unknown}`\n  see: cargo xtask test --list"
        ));
    }
    if let Some(proved) = room::enter(root)? {
        return Ok(proved);
    }
    let course = Course::load(root)?;
    let whole = names.is_empty();
    room::announce(root, whole);
    let stages: Vec<&Stage> = STAGES
        .iter()
        .filter(|stage| whole || names.iter().any(|name| name == stage.name))
        .collect();
    let strict = std::env::var_os("CI").is_some();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (place, stage) in stages.iter().enumerate() {
        term::line(format_args!(
            "{} {}",
            term::bold(format_args!("{:10}", stage.name)),
            stage.about
        ));
        let began = Instant::now();
        let outcome = (stage.run)(&course).unwrap_or_else(|what| Outcome::Failed(vec![what]));
        let seconds = began.elapsed().as_secs_f64();
        match outcome {
            Outcome::Proved(what) => {
                passed += 1;
                term::line(format_args!(
                    "  {} {what} ({seconds:.1} s)",
                    term::green("✓")
                ));
            }
            Outcome::Failed(problems) => {
                failed += 1;
                for problem in &problems {
                    term::line(format_args!(
                        "  {} {}",
                        term::red("✗"),
                        problem.replace('\n', "\n    ")
                    ));
                }
                if let Some(what) = room::suspicion(root, &problems) {
                    term::line(format_args!("  {} {what}", term::red("✗")));
                }
                term::line(format_args!(
                    "  {} ({seconds:.1} s). Again: cargo xtask test {}",
                    term::red(term::counted(problems.len(), "problem")),
                    stage.name
                ));
            }
            Outcome::Skipped(what) if strict => {
                failed += 1;
                term::line(format_args!(
                    "  {} {what}; in CI nothing is skipped",
                    term::red("✗")
                ));
            }
            Outcome::Skipped(what) => {
                skipped += 1;
                term::line(format_args!("  {} {what}", term::yellow("SKIPPED:")));
            }
        }
        // Stages that somebody asks for by name are asked for again: then what they built stays.
        for folder in stage.builds.iter().filter(|_| whole || strict) {
            let later = &stages[place + 1..];
            if later.iter().all(|stage| !stage.builds.contains(folder)) {
                room::free(root, folder);
            }
        }
    }
    let skips = if skipped > 0 {
        format!(", {skipped} skipped")
    } else {
        String::new()
    };
    term::line(format_args!("{passed} passed, {failed} failed{skips}"));
    Ok(failed == 0)
}

/// Runs `command` to its end; `Err` holds what it printed, the end of it where it is long.
fn quietly(command: &mut Command) -> Result<String, String> {
    let words: Vec<_> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let shown = words.join(" ");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot start {shown}: {error}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let text = format!("{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<&str> = text.lines().collect();
    Err(format!(
        "{shown}\n{}",
        term::capped(&lines, 15, 60).join("\n")
    ))
}

/// Whether `program` is on the path.
fn is_here(program: &str, argument: &str) -> bool {
    Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
