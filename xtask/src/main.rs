//! `cargo xtask`: see `cargo xtask --help`.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use xtask::arguments::{self, Arguments};
use xtask::check::{self, Options};
use xtask::commands::report as report_command;
use xtask::commands::solution::Action;
use xtask::commands::{budgets, doctor, hint, list, new, race, saved, solution, trace, watch};
use xtask::course::{Chapter, Course};
use xtask::progress::Progress;
use xtask::selection::{Selection, one_step};
use xtask::{compile, interrupt, prove, report, sync, term};

fn main() -> ExitCode {
    term::init();
    let outcome = arguments::parse().and_then(|invocation| match invocation {
        Some(invocation) => dispatch(&invocation.command, &invocation.given),
        None => Ok(true),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("{what}");
            ExitCode::from(2)
        }
    }
}

/// `true` when what was asked for holds; `Err` when it could not be asked.
fn dispatch(command: &str, given: &Arguments) -> Result<bool, String> {
    let root = match given.value("root") {
        Some(other) => std::path::absolute(other).map_err(|error| error.to_string())?,
        None => root()?,
    };
    match command {
        "serve" | "book" => return book(&root, command, given),
        "doctor" => return doctor::doctor(&root, given.has("prefetch")),
        "budgets" => return budgets::budgets(&root, given.has("quick")),
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
        "watch" => watch::watch(course, &given.words)?,
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
            saved::restore(course, chapter, step, given.number("version")?)?;
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
        "trace" => {
            let chapter = one_chapter(course, &given.words)?;
            let options = trace::Options {
                workers: given.number("workers")?,
                solution: given.has("solution"),
                record: given.has("record"),
            };
            return trace::trace(course, chapter, options);
        }
        "report" => {
            let options = report_command::Options {
                format: report_command::Format::named(given.value("format"))?,
                solution: given.has("solution"),
                out: given.value("out"),
            };
            return report_command::write(course, &given.words, options);
        }
        "new" => new::new(course, &given.words, given.value("title"))?,
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
            report::what_next(course, selection, progress);
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
    report::what_was_skipped(course, chapter, step, progress);
    let passes = check::check(course, selection, options, progress)?;
    if passes && !options.solution {
        report::what_next(course, selection, progress);
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
