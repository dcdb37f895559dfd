//! `cargo xtask`: see `cargo xtask --help`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use lexopt::prelude::*;
use xtask::check::{self, Options};
use xtask::commands::solution::Action;
use xtask::commands::{hint, list, race, saved, solution};
use xtask::course::{Chapter, Course, Step};
use xtask::progress::Progress;
use xtask::selection::{self, Selection};
use xtask::{compile, interrupt, prove, sync, term};

const HELP: &str = "\
Goroutines from Scratch: build Go's concurrency in Rust, checked step by step.

usage: cargo xtask COMMAND [CHAPTER or STEP] [OPTION]

for readers
  check [STEP]      run the tests of a chapter or a step; nothing named = where you left off
  hint [STEP]       the next of three hints
  list              every step, how far you are, and what is next
  solution STEP     the reference; --diff compares yours with it, --apply puts it in place
  reset STEP        put the starter back; what you wrote is saved
  restore STEP      put a saved version back
  lab CHAPTER       measure this machine and fill the chapter's table
  bench CHAPTER     race your code and the reference against their peers
  serve             build the book and read it in a browser, with live reload
  book              build the book into target/book

for maintainers
  sync              make the starters from the solutions
  test              prove the course: starters, solutions, known mistakes, listings, pages

A chapter is `chapter-3` or `3`; a step is `chapter-3/2`, `3.2`, `timelines`, or the path of its file.
`cargo xtask COMMAND --help` says more. Start here: cargo xtask check chapter-3
";

const COMMANDS: [(&str, &str); 12] = [
    (
        "check",
        "usage: cargo xtask check [CHAPTER or STEP] [--all] [--solution] [--verbose]\n                         [--test NAME]\n\n\
         Compiles the chapter once, runs each test of each step in a process of its own, and stops at the first step\n\
         that fails. Without a chapter: the step where you left off. Exit code 0 only if everything asked for passes.\n\n  \
         --all       every chapter\n  --solution  the reference instead of your code\n  --verbose   every test, also those that pass\n  \
         --test NAME only the tests with NAME in their names; nothing is remembered\n",
    ),
    (
        "hint",
        "usage: cargo xtask hint [STEP]\n\n\
         Three hints a step, one more at each call; then the way to the reference. After a failure that a known mistake\n\
         explains, the hint for that mistake comes first. Without a step: the one where you left off.\n",
    ),
    (
        "list",
        "usage: cargo xtask list\n\nEvery step with its minutes, how far you are, and what is next.\n",
    ),
    (
        "solution",
        "usage: cargo xtask solution STEP [--diff | --apply]\n\n\
         Prints the reference of a step.\n\n  --diff   how your file differs from it\n  \
         --apply  put it in place of your file; yours is saved, and `restore` brings it back\n",
    ),
    (
        "reset",
        "usage: cargo xtask reset STEP\n\nPuts the starter back. What you wrote is saved, and `restore` brings it back.\n",
    ),
    (
        "restore",
        "usage: cargo xtask restore STEP [--version N]\n\n\
         Puts back what `reset` or `solution --apply` saved in the folder `saved`: the newest version, or version N.\n",
    ),
    (
        "lab",
        "usage: cargo xtask lab CHAPTER [--quick] [--format json] [--traces DIR]\n\n\
         Fills the chapter's table with measurements of this machine.\n",
    ),
    (
        "bench",
        "usage: cargo xtask bench CHAPTER [--quick] [--format json] [--rows A,B] [--runs N]\n                         [--workers N,M] [--size N] [--out DIR]\n\n\
         Races your code, where it passes, and the reference against the peers, interleaved in one run. Prints a chart\n\
         and the ratios, and writes a JSON file and an SVG plot. A peer that is not installed is named as skipped.\n",
    ),
    (
        "serve",
        "usage: cargo xtask serve [--port N] [--open]\n\n\
         Builds the book and serves it with live reload. The first call compiles the builder, about a minute.\n",
    ),
    (
        "book",
        "usage: cargo xtask book [--dest DIR]\n\nBuilds the book into target/book.\n",
    ),
    (
        "sync",
        "usage: cargo xtask sync [--check | --record]\n\n\
         Makes every starter from its solution, and the tests' checksums.\n\n  \
         --check   write nothing; fail when something differs\n  \
         --record  run the book's listings as well and record what they print\n",
    ),
    (
        "test",
        "usage: cargo xtask test [STAGE ...] [--list] [--root DIR]\n\n\
         Proves the course. Without a stage: all of them.\n\n  --list      the stages\n  --root DIR  prove another copy of the course\n",
    ),
];

fn main() -> ExitCode {
    term::init();
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// What was typed after the command.
#[derive(Default)]
struct Arguments {
    words: Vec<String>,
    flags: Vec<String>,
    values: Vec<(String, String)>,
}

impl Arguments {
    fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .rfind(|given| given.0 == name)
            .map(|given| given.1.as_str())
    }
}

/// `true` when what was asked for holds; `Err` when it could not be asked.
fn run() -> Result<bool, String> {
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next().map_err(|error| error.to_string())? {
        None | Some(Short('h') | Long("help")) => {
            term::print(HELP);
            return Ok(true);
        }
        Some(Short('V') | Long("version")) => {
            term::line(env!("CARGO_PKG_VERSION"));
            return Ok(true);
        }
        Some(Value(command)) => command.to_string_lossy().into_owned(),
        Some(other) => {
            return Err(format!("{}\n  see: cargo xtask --help", other.unexpected()));
        }
    };
    if command == "help" {
        term::print(HELP);
        return Ok(true);
    }
    let Some((_, help)) = COMMANDS.iter().find(|known| known.0 == command) else {
        let names: Vec<String> = COMMANDS.iter().map(|known| known.0.to_string()).collect();
        let meant = selection::closest(&command, &names)
            .map(|name| format!(" Did you mean `{name}`?"))
            .unwrap_or_default();
        return Err(format!(
            "there is no command `{command}`.{meant}\n  see: cargo xtask --help"
        ));
    };
    let (flags, valued): (&[&str], &[&str]) = match command.as_str() {
        "check" => (&["all", "solution", "verbose"], &["test"]),
        "solution" => (&["diff", "apply"], &[]),
        "restore" => (&[], &["version"]),
        "lab" => (&["quick"], &["format", "traces"]),
        "bench" => (
            &["quick"],
            &["format", "rows", "runs", "workers", "size", "out"],
        ),
        "serve" => (&["open"], &["port"]),
        "book" => (&[], &["dest"]),
        "sync" => (&["check", "record"], &[]),
        "test" => (&["list"], &["root"]),
        _ => (&[], &[]),
    };
    let mut given = Arguments::default();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => {
                term::print(help);
                return Ok(true);
            }
            Short('v') if flags.contains(&"verbose") => given.flags.push("verbose".into()),
            Long(name) if flags.contains(&name) => given.flags.push(name.into()),
            Long(name) if valued.contains(&name) => {
                let name = name.to_string();
                let value = parser.value().map_err(|error| error.to_string())?;
                given
                    .values
                    .push((name, value.to_string_lossy().into_owned()));
            }
            Value(word) => given.words.push(word.to_string_lossy().into_owned()),
            other => {
                return Err(format!(
                    "{}\n  see: cargo xtask {command} --help",
                    other.unexpected()
                ));
            }
        }
    }
    dispatch(&command, &given)
}

fn dispatch(command: &str, given: &Arguments) -> Result<bool, String> {
    let root = match given.value("root") {
        Some(other) => std::path::absolute(other).map_err(|error| error.to_string())?,
        None => root()?,
    };
    match command {
        "serve" | "book" => return book(&root, command, given),
        "test" => return prove::test(&root, &given.words, given.has("list")),
        _ => {}
    }
    let course = Course::load(&root)?;
    let mut progress = Progress::load(&course);
    let outcome = reader_command(&course, command, given, &mut progress);
    if matches!(command, "check" | "hint" | "lab")
        && !given.has("solution")
        && given.value("test").is_none()
        && let Err(note) = progress.save()
    {
        eprintln!("{note}");
    }
    outcome
}

fn reader_command(
    course: &Course,
    command: &str,
    given: &Arguments,
    progress: &mut Progress,
) -> Result<bool, String> {
    match command {
        "check" => {
            interrupt::watch();
            return run_check(course, given, progress);
        }
        "list" => list::list(course, progress),
        "hint" => {
            let (chapter, step) = one_step(course, &given.words, Some(progress))?;
            hint::hint(course, chapter, step, progress)?;
        }
        "solution" => {
            let (chapter, step) = one_step(course, &given.words, None)?;
            let action = match (given.has("diff"), given.has("apply")) {
                (false, false) => Action::Show,
                (true, false) => Action::Diff,
                (false, true) => Action::Apply,
                (true, true) => return Err("say --diff or --apply, not both".into()),
            };
            solution::solution(course, chapter, step, action)?;
        }
        "reset" => {
            let (chapter, step) = one_step(course, &given.words, None)?;
            saved::reset(course, chapter, step)?;
        }
        "restore" => {
            let (chapter, step) = one_step(course, &given.words, None)?;
            let number = given
                .value("version")
                .map(|text| {
                    text.parse()
                        .map_err(|_| format!("--version: `{text}` is no number"))
                })
                .transpose()?;
            saved::restore(course, chapter, step, number)?;
        }
        "lab" | "bench" => {
            let chapter = one_chapter(course, &given.words)?;
            let mut arguments: Vec<String> =
                given.flags.iter().map(|flag| format!("--{flag}")).collect();
            for (name, value) in &given.values {
                arguments.extend([format!("--{name}"), value.clone()]);
            }
            return if command == "lab" {
                race::lab(course, chapter, &arguments, progress)
            } else {
                race::bench(course, chapter, &arguments)
            };
        }
        "sync" => return run_sync(course, given),
        other => unreachable!("`{other}` is in COMMANDS and nowhere else"),
    }
    Ok(true)
}

fn run_check(course: &Course, given: &Arguments, progress: &mut Progress) -> Result<bool, String> {
    let options = Options {
        test: given.value("test"),
        solution: given.has("solution"),
        verbose: given.has("verbose"),
    };
    if given.has("all") {
        if !given.words.is_empty() {
            return Err("say a chapter or --all, not both".into());
        }
        let mut all = true;
        for chapter in &course.chapters {
            all &= check::check(
                course,
                Selection {
                    chapter,
                    step: None,
                },
                options,
                progress,
            )?;
        }
        return Ok(all);
    }
    if !given.words.is_empty() {
        let selection = Selection::parse(course, &given.words)?;
        let passes = check::check(course, selection, options, progress)?;
        if passes && !options.solution && options.test.is_none() {
            check::what_next(course, selection, progress);
        }
        return Ok(passes);
    }
    let Some((chapter, step)) = progress.next(course) else {
        term::line("every step has passed. `cargo xtask check --all` runs them all again");
        return Ok(true);
    };
    let selection = Selection {
        chapter,
        step: Some(step),
    };
    check::what_was_skipped(course, chapter, step, progress);
    let passes = check::check(course, selection, options, progress)?;
    if passes && !options.solution {
        check::what_next(course, selection, progress);
    }
    Ok(passes)
}

fn run_sync(course: &Course, given: &Arguments) -> Result<bool, String> {
    if given.has("check") {
        let drift = sync::drift(course)?;
        for what in &drift {
            term::line(what);
        }
        if drift.is_empty() {
            term::line("every starter is what its solution says");
        } else {
            term::line("edit the solution, not the starter; then: cargo xtask sync");
        }
        return Ok(drift.is_empty());
    }
    let written = sync::write(course)?;
    for path in &written {
        term::line(format_args!("wrote {path}"));
    }
    if written.is_empty() {
        term::line("every starter is what its solution says");
    }
    if given.has("record") {
        return prove::listings::record(&course.root);
    }
    Ok(true)
}

fn one_step<'course>(
    course: &'course Course,
    words: &[String],
    left_off: Option<&Progress>,
) -> Result<(&'course Chapter, &'course Step), String> {
    if words.is_empty() {
        return match left_off {
            Some(progress) => progress
                .next(course)
                .ok_or_else(|| "every step has passed: say which one you mean".into()),
            None => {
                Err("say which step, for example chapter-3/2. Every step: cargo xtask list".into())
            }
        };
    }
    let selection = Selection::parse(course, words)?;
    match (selection.step, left_off) {
        (Some(step), _) => Ok((selection.chapter, step)),
        // `hint chapter-3` means the step at which the reader is in that chapter.
        (None, Some(progress)) => {
            let chapter = selection.chapter;
            let step = chapter
                .steps
                .iter()
                .find(|step| {
                    progress.state(course, chapter, step) != xtask::progress::State::Passed
                })
                .unwrap_or(&chapter.steps[0]);
            Ok((chapter, step))
        }
        (None, None) => {
            let steps: Vec<String> = selection
                .chapter
                .steps
                .iter()
                .map(|step| format!("{} ({})", step.typed(selection.chapter), step.id))
                .collect();
            Err(format!(
                "{} is a whole chapter: say which step.\n  {}",
                selection.chapter.id,
                steps.join(", ")
            ))
        }
    }
}

fn one_chapter<'course>(
    course: &'course Course,
    words: &[String],
) -> Result<&'course Chapter, String> {
    if words.is_empty() {
        return Err("say which chapter, for example chapter-3".into());
    }
    Ok(Selection::parse(course, words)?.chapter)
}

fn book(root: &Path, command: &str, given: &Arguments) -> Result<bool, String> {
    let manifest = root.join("xtask/book/Cargo.toml");
    let mut builder = compile::cargo();
    builder
        .current_dir(root)
        .args(["run", "--quiet", "--locked", "--manifest-path"])
        .arg(&manifest);
    builder
        .arg("--")
        .arg(if command == "serve" { "serve" } else { "build" });
    for flag in &given.flags {
        builder.arg(format!("--{flag}"));
    }
    for (name, value) in &given.values {
        builder.arg(format!("--{name}")).arg(value);
    }
    if !root.join("xtask/book/target").is_dir() {
        term::line("the first call compiles the book's builder: about a minute, once");
    }
    succeeds(&mut builder)
}

fn succeeds(command: &mut Command) -> Result<bool, String> {
    let status = command
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    Ok(status.success())
}

/// The course's folder: the nearest one upwards from here that holds it, so that every sub-folder will do.
fn root() -> Result<PathBuf, String> {
    let here = std::env::current_dir().map_err(|error| format!("this folder is gone: {error}"))?;
    here.ancestors()
        .find(|folder| {
            folder.join("exercises").is_dir() && folder.join("xtask/Cargo.toml").is_file()
        })
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{} is not inside the course's folder", here.display()))
}
