//! The command line: which commands there are, what they take, and their help.

use std::str::FromStr;

use lexopt::prelude::*;

use crate::{selection, term};

const HELP: &str = "\
Goroutines from Scratch: build Go's concurrency in Rust, checked step by step.

usage: cargo xtask COMMAND [CHAPTER or STEP] [OPTION]

for readers
  check [STEP]      run the tests of a chapter or a step; nothing named = where you left off
  watch [STEP]      check again on every save; keys for hint, next, list, solution, quit
  hint [STEP]       the next of three hints
  list              every step, how far you are, and what is next
  solution STEP     the reference; --diff compares yours with it, --apply puts it in place
  reset STEP        put the starter back; what you wrote is saved
  restore STEP      put a saved version back
  lab CHAPTER       measure this machine and fill the chapter's table
  bench CHAPTER     race your code and the reference against their peers
  trace CHAPTER     run the chapter's demo and draw what your scheduler did
  serve             build the book and read it in a browser, with live reload
  book              build the book into target/book
  doctor            what is missing on this machine; --prefetch gets all of it, for a room without a network

for classrooms
  report [STEP]     what every step's tests say, as JSON or JUnit

for maintainers
  new CHAPTER STEP… the skeleton of a chapter: exercises, reference, tests, pages
  sync              make the starters from the solutions
  test              prove the course: starters, solutions, known mistakes, listings, pages
  budgets           measure how long a reader waits, beside what was promised

A chapter is `chapter-3` or `3`; a step is `chapter-3/2`, `3.2`, `timelines`, or the path of its file.
`cargo xtask COMMAND --help` says more. Start here: cargo xtask check chapter-1
";

const COMMANDS: [(&str, &str); 18] = [
    (
        "check",
        "usage: cargo xtask check [CHAPTER or STEP] [--all] [--solution] [--verbose]\n                         [--test NAME]\n\n\
         Compiles the chapter once, runs each test of each step in a process of its own, and stops at the first step\n\
         that fails. Without a chapter: the step where you left off. Exit code 0 only if everything asked for passes.\n\n  \
         --all       every chapter\n  --solution  the reference instead of your code\n  --verbose   every test, also those that pass, and every error of the compiler\n  \
         --test NAME only the tests with NAME in their names; nothing is remembered\n",
    ),
    (
        "watch",
        "usage: cargo xtask watch [CHAPTER or STEP]\n\n\
         Checks now, and again on every save. A save during a check cancels it. Without a chapter: where you left off.\n\n  \
         h  the next hint\n  n  on to the next step\n  l  every step\n  s  the reference, after a second s\n  q  quit\n\n\
         Where input or output is no terminal there are no keys, and Ctrl-C ends it.\n",
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
        "trace",
        "usage: cargo xtask trace CHAPTER [--workers N] [--solution] [--record]\n\n\
         Runs the chapter's demo on your scheduler and writes two files: target/trace/CHAPTER.html, a page that shows which\n\
         worker ran which goroutine, who stole, parked and woke, step by step; and target/trace/CHAPTER.json, which opens in\n\
         https://ui.perfetto.dev.\n\n  \
         --workers N  the workers of the demo's runtime\n  --solution   the reference instead of your code\n  \
         --record     for maintainers: keep it for the book, in src/listings/CHAPTER/trace.txt\n",
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
        "doctor",
        "usage: cargo xtask doctor [--prefetch]\n\n\
         Says what is installed, what is missing and what for, and whether everything is here for when there is no network.\n\
         Exit code 0 when the steps can be done; what is optional may be missing.\n\n  \
         --prefetch  first downloads all crates and builds what check, trace and book run: after it, they need no network\n",
    ),
    (
        "report",
        "usage: cargo xtask report [CHAPTER or STEP] [--format json|junit] [--solution] [--out FILE]\n\n\
         Runs the tests of every step, of one chapter or one step where it is named, and writes what became of each to\n\
         standard output. It does not stop at a red and remembers nothing. Exit code 0 only if every step that has tests\n\
         passes; a step that is a command has none. CONTRIBUTING.md describes the formats.\n\n  \
         --format F  json, the default, or junit\n  --solution  the reference instead of your code\n  \
         --out FILE  write it there\n",
    ),
    (
        "new",
        "usage: cargo xtask new CHAPTER STEP ... [--title TITLE]\n\n\
         Writes the skeleton of a chapter: its exercises, reference, tests, known mistakes and pages, with a placeholder in\n\
         each step, which the proof passes. A chapter that is there already is left alone.\n\n  \
         --title TITLE  what the chapter is called\n",
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
    (
        "budgets",
        "usage: cargo xtask budgets [--quick]\n\n\
         Measures in a copy of the course how long a reader waits, and prints it as a Markdown table beside what was\n\
         promised: medians of at least five runs where time passes. It needs a machine with nothing else to do, and\n\
         some minutes. Exit code 0 if every promise is kept.\n\n  --quick  one run of each, to see that it works\n",
    ),
];

/// A command and what was typed after it.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The command: one that `--help` lists.
    pub command: String,
    /// What followed.
    pub given: Arguments,
}

/// What was typed after the command.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// What is no option: a chapter, a step, stages.
    pub words: Vec<String>,
    /// The options without a value, without their dashes.
    pub flags: Vec<String>,
    /// The options with a value.
    pub values: Vec<(String, String)>,
}

impl Arguments {
    /// Whether the option `--flag` was given.
    #[must_use]
    pub fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    /// The value of `--name`, the last one where it was given twice.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .rfind(|given| given.0 == name)
            .map(|given| given.1.as_str())
    }

    /// The number after `--name`.
    ///
    /// # Errors
    ///
    /// When it is none of the kind that is asked for.
    pub fn number<Number: FromStr>(&self, name: &str) -> Result<Option<Number>, String> {
        self.value(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| format!("--{name}: `{text}` is no number that fits"))
            })
            .transpose()
    }
}

/// Reads the command line. `None` when it asked for help or the version, which are printed.
///
/// # Errors
///
/// When a command or an option is unknown: what was meant, perhaps, and where to look.
pub fn parse() -> Result<Option<Invocation>, String> {
    let mut parser = lexopt::Parser::from_env();
    let command = match parser.next().map_err(|error| error.to_string())? {
        None | Some(Short('h') | Long("help")) => {
            term::print(HELP);
            return Ok(None);
        }
        Some(Short('V') | Long("version")) => {
            term::line(env!("CARGO_PKG_VERSION"));
            return Ok(None);
        }
        Some(Value(command)) => command.to_string_lossy().into_owned(),
        Some(other) => {
            return Err(format!("{}\n  see: cargo xtask --help", other.unexpected()));
        }
    };
    if command == "help" {
        term::print(HELP);
        return Ok(None);
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
        "trace" => (&["solution", "record"], &["workers"]),
        "doctor" => (&["prefetch"], &[]),
        "report" => (&["solution"], &["format", "out"]),
        "serve" => (&["open"], &["port"]),
        "book" => (&[], &["dest"]),
        "new" => (&[], &["title"]),
        "sync" => (&["check", "record"], &[]),
        "test" => (&["list"], &["root"]),
        "budgets" => (&["quick"], &[]),
        _ => (&[], &[]),
    };
    let mut given = Arguments::default();
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Short('h') | Long("help") => {
                term::print(help);
                return Ok(None);
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
    Ok(Some(Invocation { command, given }))
}
