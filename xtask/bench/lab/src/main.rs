//! `lab chapter-3`: see the library.

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lab::measure::{self, Plan};
use lab::report::{self, Report};
use machine::Machine;

const HELP: &str = "\
Measures {I/O-bound, CPU-bound} x {1, n tasks} x {1, n workers} and fills the primer's table with this machine's numbers.

Usage: cargo xtask lab chapter-3 [options]

  --quick           short tasks and a single round
  --format json     print the measurements as JSON
  --traces DIR      record four short runs as traces there, and measure nothing

Takes about 15 seconds, with --quick about one. It asserts nothing about speed: exit code 1 only if a task cannot do its work.
";

/// What the command line asks for.
#[derive(Default)]
struct Options {
    chapter: Option<String>,
    quick: bool,
    json: bool,
    traces: Option<PathBuf>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|word| word == "--help" || word == "-h")
    {
        return finish(print(HELP));
    }
    match parse(&arguments) {
        Ok(options) => finish(run(&options)),
        Err(problem) => {
            eprintln!("error: {problem}\nSee cargo xtask lab --help.");
            ExitCode::from(2)
        }
    }
}

fn finish(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options::default();
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        match word.as_str() {
            "--quick" => options.quick = true,
            "--format" => match value()?.as_str() {
                "json" => options.json = true,
                "text" => options.json = false,
                other => return Err(format!("the format is json or text, not `{other}`")),
            },
            "--traces" => options.traces = Some(value()?.into()),
            option if option.starts_with('-') => {
                return Err(format!("there is no option {option}"));
            }
            chapter if options.chapter.is_none() => options.chapter = Some(chapter.to_owned()),
            extra => return Err(format!("one chapter at a time, and `{extra}` is a second")),
        }
    }
    match options.chapter.as_deref() {
        Some("chapter-3") => Ok(options),
        Some(other) => Err(format!("{other} has no lab; chapter-3 has")),
        None => Err("name the chapter: chapter-3".to_owned()),
    }
}

fn run(options: &Options) -> Result<(), String> {
    if let Some(folder) = &options.traces {
        return record(folder);
    }
    let plan = Plan::new(machine::cores(), options.quick);
    let shown = io::stderr().is_terminal();
    let mut progress = |stage: &str| {
        if shown {
            // Return to the line's start, write, clear the rest. A lost progress line harms nobody.
            let _ = write!(io::stderr(), "\r{stage}\x1b[K");
        }
    };
    let cells = measure::measure(plan, &mut progress).map_err(|failure| failure.to_string())?;
    let report = Report {
        quick: options.quick,
        plan,
        cells,
        machine: Machine::detect(),
        date: machine::today(),
    };
    print(&if options.json {
        report::json(&report)
    } else {
        report::text(&report)
    })
}

fn record(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    for (name, text) in measure::traces().map_err(|failure| failure.to_string())? {
        let file = folder.join(name);
        fs::write(&file, text)
            .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
        print(&format!("{}\n", file.display()))?;
    }
    Ok(())
}

fn print(text: &str) -> Result<(), String> {
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|error| format!("cannot print: {error}"))
}
