//! `trace`: runs a chapter's demo on the reader's scheduler and draws what the scheduler did.
//!
//! The demo is the example `trace` of the chapter's package. It prints the events as text, in the format of
//! [`crate::trace`]; they become a page and a file for Perfetto.

use std::fs::{self, File};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Command;

use crate::check;
use crate::child::{self, End, Limits, Outcome};
use crate::compile::{self, Failure, Package};
use crate::course::{Chapter, Course, Step};
use crate::interrupt;
use crate::report;
use crate::selection::Selection;
use crate::term;
use crate::trace::{Trace, chrome, micros, page};
use crate::verdict::{self, Verdict};

/// What `trace` was asked for besides the chapter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// How many workers the demo's runtime gets; `None` leaves it to the demo.
    pub workers: Option<NonZeroUsize>,
    /// Run the reference instead of the reader's code.
    pub solution: bool,
    /// Keep the text for the book's page as well.
    pub record: bool,
}

/// Runs the demo of `chapter` and writes its picture. `true` when there is one.
///
/// # Errors
///
/// When the chapter has no demo, when it prints what is no trace, or when a file cannot be written.
pub fn trace(course: &Course, chapter: &Chapter, options: Options) -> Result<bool, String> {
    let package = if options.solution {
        Package::solution(&course.root, chapter)
    } else {
        Package::reader(&course.root, chapter)
    };
    let Some(example) = example(&package) else {
        return Err(without_demo(course, chapter));
    };
    interrupt::watch();
    let binary = match compile::example(&package, &example) {
        Ok(binary) => binary,
        Err(Failure::Cargo(said)) => return Err(said),
        Err(Failure::DoesNotCompile(errors)) => {
            let whole = Selection {
                chapter,
                step: None,
            };
            let blamed = check::blamed(&whole, &errors[0]);
            report::errors(chapter, blamed, &errors, false);
            return Ok(false);
        }
    };
    let folder = course.root.join("target/trace");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let file = |end: &str| folder.join(format!("{}.{end}", chapter.id));
    let (events, said) = (file("txt"), file("log"));
    let outcome = run(&package, &binary, &events, &said, options.workers)?;
    if !matches!(&outcome.end, End::Status(status) if status.success()) {
        failed(chapter, &package, &outcome);
        return Ok(false);
    }
    let text = read(&events)?;
    let shown = |path: &Path| {
        let path = path.strip_prefix(&course.root).unwrap_or(path);
        path.display().to_string().replace('\\', "/")
    };
    let trace = Trace::parse(&text).map_err(|what| {
        format!(
            "the demo does not print a trace: {}: {what}",
            shown(&events)
        )
    })?;
    let command = typed(chapter, options);
    let title = format!("{}: what the scheduler did", chapter.id);
    write(&file("html"), &page::page(&trace, &title, &command))?;
    write(&file("json"), &chrome::chrome(&trace))?;
    term::line(format_args!(
        "{} on {} in {} µs: {}, {}, {}",
        term::counted(trace.tasks.len(), "goroutine"),
        term::counted(trace.workers().len(), "worker"),
        micros(trace.end()),
        term::counted(trace.steals.len(), "steal"),
        term::counted(trace.parks.len(), "park"),
        term::counted(trace.wakes.len(), "wake-up"),
    ));
    term::line(format_args!(
        "  {}   open it in a browser",
        shown(&file("html"))
    ));
    term::line(format_args!(
        "  {}   open it in https://ui.perfetto.dev",
        shown(&file("json"))
    ));
    if options.record {
        let path = course
            .root
            .join("src/listings")
            .join(&chapter.id)
            .join("trace.txt");
        write(&path, &format!("# Recorded by `{command}`.\n{text}"))?;
        term::line(format_args!("recorded {}", shown(&path)));
    }
    Ok(true)
}

/// The command line that does the same again.
fn typed(chapter: &Chapter, options: Options) -> String {
    let mut command = format!("cargo xtask trace {}", chapter.id);
    if let Some(workers) = options.workers {
        command.push_str(&format!(" --workers {workers}"));
    }
    if options.solution {
        command.push_str(" --solution");
    }
    if options.record {
        command.push_str(" --record");
    }
    command
}

/// The name of the package's demo. Two packages of a workspace cannot both call theirs `trace`, so the reference's carries
/// the package's name.
#[must_use]
pub fn example(package: &Package) -> Option<String> {
    let dir = package.workspace.join(&package.dir);
    let manifest = fs::read_to_string(dir.join("Cargo.toml")).unwrap_or_default();
    let own = format!("{}-trace", package.name);
    if manifest.contains(&format!("name = \"{own}\"")) {
        return Some(own);
    }
    let found = dir.join("examples/trace.rs").is_file() || manifest.contains("name = \"trace\"");
    found.then(|| "trace".to_string())
}

fn without_demo(course: &Course, chapter: &Chapter) -> String {
    let with: Vec<&str> = course
        .chapters
        .iter()
        .filter(|chapter| example(&Package::reader(&course.root, chapter)).is_some())
        .map(|chapter| chapter.id.as_str())
        .collect();
    let with = if with.is_empty() {
        "none yet".to_string()
    } else {
        with.join(", ")
    };
    format!(
        "{} has no demo whose scheduler could be traced\n  chapters that have one: {with}",
        chapter.id
    )
}

fn run(
    package: &Package,
    binary: &Path,
    events: &Path,
    said: &Path,
    workers: Option<NonZeroUsize>,
) -> Result<Outcome, String> {
    let create = |path: &Path| {
        File::create(path).map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    let mut demo = Command::new(binary);
    demo.current_dir(package.workspace.join(&package.dir))
        .stdout(create(events)?)
        .stderr(create(said)?);
    if let Some(workers) = workers {
        demo.args(["--workers", &workers.to_string()]);
    }
    let limits = Limits {
        output: 64 << 20,
        ..Limits::default()
    };
    let (end, left_behind, took) =
        child::watched(&mut demo, &[events, said], limits, &mut |elapsed| {
            report::still_running("the demo", elapsed);
        })?;
    Ok(Outcome {
        end,
        left_behind,
        output: read(said)?,
        log: said.to_path_buf(),
        took,
    })
}

/// Says why there is no picture: mostly, that a step is not written yet.
fn failed(chapter: &Chapter, package: &Package, outcome: &Outcome) {
    let judgement = verdict::judge(package, "main", 1, outcome);
    let place = judgement.place.unwrap_or_default();
    if judgement.verdict == Verdict::NotStarted {
        term::line(format_args!(
            "  {} the demo needs a step that is {}",
            term::yellow("○"),
            term::yellow(judgement.verdict)
        ));
    } else {
        term::line(format_args!(
            "  {} the demo: {}",
            term::red("✗"),
            term::red(judgement.verdict)
        ));
    }
    for line in judgement.message.iter().take(20) {
        term::line(format_args!("    {line}"));
    }
    if !place.is_empty() {
        term::line(format_args!("  edit  {place}"));
    }
    let owner = chapter.steps.iter().find(|step: &&Step| {
        let file = step.file.as_deref();
        file.is_some_and(|file| place.contains(&format!("{}/{file}:", package.dir)))
    });
    let hint = owner.map_or(format!("cargo xtask check {}", chapter.id), |step| {
        format!("cargo xtask hint {}", step.typed(chapter))
    });
    term::line(format_args!("  next  {}", term::cyan(hint)));
    if judgement.verdict == Verdict::NotStarted {
        let reference = format!("cargo xtask trace {} --solution", chapter.id);
        term::line(format_args!(
            "  until then, the reference's picture: {}",
            term::cyan(reference)
        ));
    } else {
        term::line(format_args!("  all it said: {}", outcome.log.display()));
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))
        .map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
