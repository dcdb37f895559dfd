//! The command line: `bench chapter-3 [options]`.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use machine::Machine;

use crate::go::{Toolchain, source_folder};
use crate::json::{self, Run};
use crate::race::{self, ReaderSteps, Row, Setup};
use crate::svg;
use crate::terminal::{self, Style};

const HELP: &str = "\
Races the reader's code and the reference against the peers, in one interleaved run.

Usage: cargo xtask bench <chapter> [options]

  --quick           small sizes and few rounds: checks that everything works, measures nothing
  --rows A,B        only these rows
  --runs N          rounds to measure, after a warm-up
  --workers A,B     numbers of workers (default: 1 and the number of cores)
  --size N          elements of the input, tasks, messages: whatever the row counts
  --format json     print the report as JSON, and nothing else, on standard output
  --out DIR         write <chapter>.json and <chapter>.svg there (default: target/bench)
  --reader A,B      the reader's steps that pass (default: all that are built in)
  --limit SECONDS   end the bench when a single run takes longer (default: 120)

A full run writes chapter-N.json and chapter-N.svg, a quick one chapter-N.quick.json and chapter-N.quick.svg.
Exit code: 0, 1 if a contender computed something wrong or failed, 2 for a command line that makes no sense.
";

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Options {
    chapter: String,
    quick: bool,
    json: bool,
    rows: Option<Vec<String>>,
    runs: Option<usize>,
    workers: Vec<NonZeroUsize>,
    size: Option<usize>,
    out: Option<PathBuf>,
    reader: ReaderSteps,
    limit: Duration,
}

/// Runs the command. `find` looks up a chapter's rows, and `out` takes what belongs on standard output.
pub fn main(
    arguments: impl IntoIterator<Item = String>,
    find: fn(&str) -> Option<Vec<Row>>,
    out: &mut dyn Write,
) -> ExitCode {
    let arguments: Vec<String> = arguments.into_iter().collect();
    if arguments
        .iter()
        .any(|word| word == "--help" || word == "-h")
    {
        return match out.write_all(HELP.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    let command = format!("cargo xtask bench {}", arguments.join(" "));
    let (options, rows) = match parse(&arguments).and_then(|options| {
        let rows = choose(&options, find)?;
        Ok((options, rows))
    }) {
        Ok(both) => both,
        Err(problem) => {
            eprintln!("error: {problem}\nSee cargo xtask bench --help.");
            return ExitCode::from(2);
        }
    };
    match race_all(&options, command, &rows, out) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!(
                "error: a contender failed or computed something wrong; see WRONG or FAILED above"
            );
            ExitCode::FAILURE
        }
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the rows and reports. Returns whether every result was right.
fn race_all(
    options: &Options,
    command: String,
    rows: &[Row],
    out: &mut dyn Write,
) -> Result<bool, String> {
    let broken = |error: io::Error| format!("cannot write the report: {error}");
    let style = Style::detect(io::stdout().is_terminal());
    let go = Toolchain::new(&options.chapter);
    let machine = Machine::detect();
    if !options.json {
        writeln!(out, "{}", machine.line()).map_err(broken)?;
        if options.quick {
            let label = "QUICK RUN: small sizes and few rounds. It checks the results; its times measure nothing.";
            writeln!(out, "{label}").map_err(broken)?;
        }
        writeln!(out, "{}", terminal::RATIOS).map_err(broken)?;
    }
    let mut progress = Progress::new();
    let mut reports = Vec::new();
    for row in rows {
        for &workers in &options.workers {
            let setup = Setup {
                workers,
                quick: options.quick,
                size: options.size,
                reader: &options.reader,
                go: &go,
                alone: false,
            };
            let rounds = options
                .runs
                .unwrap_or(if options.quick { 3 } else { row.rounds });
            let report = race::run(row, &setup, rounds, options.limit, &mut |stage| {
                progress.show(stage);
            });
            // A row may have nobody for this number of workers, such as a server that is one thread.
            if report.entries.is_empty() {
                continue;
            }
            if !options.json {
                write!(out, "\n{}", terminal::row(&report, style)).map_err(broken)?;
                out.flush().map_err(broken)?;
            }
            reports.push(report);
        }
    }
    let run = Run {
        chapter: options.chapter.clone(),
        quick: options.quick,
        command,
        date: machine::today(),
        machine,
        go: go.version(),
        reports,
    };
    let document = format!("{:#}\n", json::document(&run));
    let folder = options.out.clone().unwrap_or_else(default_folder);
    let (json_file, svg_file) = files(&folder, &run);
    save(&json_file, &document)?;
    save(&svg_file, &svg::document(&run))?;
    if options.json {
        out.write_all(document.as_bytes()).map_err(broken)?;
    } else {
        let [json, svg] = [json_file, svg_file].map(|file| file.display().to_string());
        writeln!(out, "\nWritten: {json} and {svg}").map_err(broken)?;
    }
    Ok(run.ok())
}

/// A quick run has file names of its own: it never replaces figures that took minutes to measure.
fn files(folder: &Path, run: &Run) -> (PathBuf, PathBuf) {
    let quick = if run.quick { ".quick" } else { "" };
    let file = |kind: &str| folder.join(format!("{}{quick}.{kind}", run.chapter));
    (file("json"), file("svg"))
}

/// `target/bench` of the repository, wherever the command was started.
fn default_folder() -> PathBuf {
    let bench = source_folder();
    let root = bench.ancestors().nth(2).unwrap_or(&bench);
    root.join("target").join("bench")
}

fn save(file: &Path, text: &str) -> Result<(), String> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(file, text))
        .map_err(|error| format!("cannot write {}: {error}", file.display()))
}

fn choose(options: &Options, find: fn(&str) -> Option<Vec<Row>>) -> Result<Vec<Row>, String> {
    let chapter = &options.chapter;
    let rows = find(chapter).ok_or(format!("{chapter} has no races (yet)"))?;
    let Some(wanted) = &options.rows else {
        return Ok(rows);
    };
    let known: Vec<&str> = rows.iter().map(|row| row.id).collect();
    if let Some(unknown) = wanted.iter().find(|id| !known.contains(&id.as_str())) {
        let known = known.join(", ");
        return Err(format!("{chapter} has no row `{unknown}`; it has {known}"));
    }
    let chosen = rows
        .into_iter()
        .filter(|row| wanted.iter().any(|id| id == row.id));
    Ok(chosen.collect())
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        chapter: String::new(),
        quick: false,
        json: false,
        rows: None,
        runs: None,
        workers: Vec::new(),
        size: None,
        out: None,
        reader: ReaderSteps::All,
        limit: Duration::from_secs(120),
    };
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
            "--rows" => options.rows = Some(list(value()?)),
            "--runs" => options.runs = Some(number::<NonZeroUsize>(word, value()?)?.get()),
            "--size" => options.size = Some(number::<NonZeroUsize>(word, value()?)?.get()),
            "--limit" => {
                let seconds: NonZeroUsize = number(word, value()?)?;
                options.limit = Duration::from_secs(seconds.get() as u64);
            }
            "--workers" => {
                let counts = list(value()?);
                options.workers = counts
                    .iter()
                    .map(|count| number(word, count))
                    .collect::<Result<_, _>>()?;
            }
            "--out" => options.out = Some(value()?.into()),
            "--reader" => options.reader = ReaderSteps::These(list(value()?)),
            option if option.starts_with('-') => {
                return Err(format!("there is no option {option}"));
            }
            chapter if options.chapter.is_empty() => chapter.clone_into(&mut options.chapter),
            extra => return Err(format!("one chapter at a time, and `{extra}` is a second")),
        }
    }
    if options.chapter.is_empty() {
        return Err("name a chapter, such as chapter-3".to_owned());
    }
    if options.workers.is_empty() {
        let all = NonZeroUsize::new(machine::cores()).unwrap_or(NonZeroUsize::MIN);
        options.workers = vec![NonZeroUsize::MIN, all];
        options.workers.dedup();
    }
    Ok(options)
}

fn list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

fn number<T: std::str::FromStr>(option: &str, text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("{option} needs a number above zero, not `{text}`"))
}

/// The line that says who runs, on a terminal only. It is gone when the report is printed.
struct Progress {
    shown: bool,
}

impl Progress {
    fn new() -> Progress {
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Progress {
            shown: io::stderr().is_terminal() && !dumb,
        }
    }

    fn show(&mut self, stage: &str) {
        if self.shown {
            // Return to the line's start, write, and clear what the last stage left. A lost progress line harms nobody.
            let _ = write!(io::stderr(), "\r{stage}\x1b[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Options, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        parse(&words)
    }

    #[test]
    fn every_option_is_read() {
        let options = parsed(
            "chapter-3 --quick --format json --rows sum,sort --runs 5 --workers 1,2 --size 10 --out x --reader array_job --limit 9",
        )
        .unwrap();
        assert_eq!(options.chapter, "chapter-3");
        assert!(options.quick && options.json);
        assert_eq!(options.rows, Some(vec!["sum".into(), "sort".into()]));
        assert_eq!((options.runs, options.size), (Some(5), Some(10)));
        assert_eq!(options.workers.len(), 2);
        assert_eq!(options.out, Some("x".into()));
        assert_eq!(options.reader, ReaderSteps::These(vec!["array_job".into()]));
        assert_eq!(options.limit, Duration::from_secs(9));
    }

    #[test]
    fn nonsense_is_refused_with_its_name() {
        for (line, part) in [
            ("", "name a chapter"),
            ("chapter-3 --fast", "--fast"),
            ("chapter-3 chapter-4", "chapter-4"),
            ("chapter-3 --runs 0", "--runs"),
            ("chapter-3 --runs", "--runs"),
            ("chapter-3 --format xml", "xml"),
        ] {
            let problem = parsed(line).unwrap_err();
            assert!(problem.contains(part), "{line}: {problem}");
        }
    }

    #[test]
    fn no_reader_step_may_be_ready() {
        let options = parsed("chapter-3 --reader ,").unwrap();
        assert_eq!(options.reader, ReaderSteps::These(Vec::new()));
    }
}
