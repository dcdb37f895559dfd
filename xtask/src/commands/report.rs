//! `report`: what every step's tests say, for a classroom's scripts: as JSON, or as JUnit's XML.
//!
//! Unlike `check` it does not stop at the first red and remembers nothing. Only the report goes to standard output; what
//! is happening goes to standard error. CONTRIBUTING.md describes both formats.

use std::fmt::Write as _;
use std::fs;
use std::time::Duration;

use crate::child::Limits;
use crate::compile::{self, Compiled, Package};
use crate::course::{Chapter, Course, Step, by_suite};
use crate::html::escape;
use crate::interrupt;
use crate::report;
use crate::selection::Selection;
use crate::sync;
use crate::term;
use crate::trace::chrome::quoted;
use crate::trial::{self, Tested};
use crate::verdict::Verdict;

/// The version of the JSON's shape. A field may be added without a new one.
const FORMAT: u32 = 1;

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A JSON object.
    Json,
    /// JUnit's XML, which most graders and CI services read.
    Junit,
}

impl Format {
    /// The format called `name`.
    ///
    /// # Errors
    ///
    /// Names the formats there are.
    pub fn named(name: Option<&str>) -> Result<Self, String> {
        match name {
            None | Some("json") => Ok(Self::Json),
            Some("junit") => Ok(Self::Junit),
            Some(other) => Err(format!("--format: `{other}` is neither json nor junit")),
        }
    }
}

/// What `report` was asked for besides the steps.
#[derive(Clone, Copy, Debug)]
pub struct Options<'typed> {
    /// How to write it.
    pub format: Format,
    /// Test the reference instead of the reader's code.
    pub solution: bool,
    /// The file to write; `None` is standard output.
    pub out: Option<&'typed str>,
}

/// Tests what `words` name, or the whole course, and writes the report. `true` when every step that has tests passes.
///
/// # Errors
///
/// When `words` name nothing, cargo cannot work, or the report cannot be written.
pub fn write(course: &Course, words: &[String], options: Options<'_>) -> Result<bool, String> {
    term::to_standard_error();
    interrupt::watch();
    let selections = if words.is_empty() {
        let whole = |chapter| Selection {
            chapter,
            step: None,
        };
        course.chapters.iter().map(whole).collect()
    } else {
        vec![Selection::parse(course, words)?]
    };
    let mut chapters = Vec::new();
    for selection in selections {
        term::line(format_args!("testing {}", selection.chapter.id));
        let steps = test_all(course, selection, options.solution)?;
        chapters.push((selection.chapter, steps));
    }
    let text = match options.format {
        Format::Json => json(&chapters),
        Format::Junit => junit(&chapters),
    };
    match options.out {
        Some(path) => fs::write(path, text).map_err(|error| format!("{path}: {error}"))?,
        None => term::output(text),
    }
    let steps = chapters.iter().flat_map(|(_, steps)| steps);
    Ok(steps
        .filter(|step| step.state() != "command")
        .all(|step| step.state() == "passed"))
}

/// What became of a step.
struct Reported<'course> {
    step: &'course Step,
    tests: Vec<One>,
}

/// What became of a test.
struct One {
    name: String,
    /// `None` where it was not run, after one that hangs.
    verdict: Option<Verdict>,
    message: String,
    place: String,
    took: Duration,
}

impl One {
    fn of(tested: Tested) -> Self {
        Self {
            name: tested.test,
            verdict: Some(tested.judgement.verdict),
            message: tested.judgement.message.join("\n"),
            place: tested.judgement.place.unwrap_or_default(),
            took: tested.took,
        }
    }

    /// A failure that is none of a single test.
    fn instead(name: &str, verdict: Verdict, message: String) -> Self {
        Self {
            name: name.to_string(),
            verdict: Some(verdict),
            message,
            place: String::new(),
            took: Duration::ZERO,
        }
    }

    fn word(&self) -> String {
        self.verdict
            .map_or("not run".to_string(), |verdict| verdict.to_string())
    }
}

impl Reported<'_> {
    fn failed(&self) -> impl Iterator<Item = &One> {
        self.tests
            .iter()
            .filter(|test| test.verdict != Some(Verdict::Passes))
    }

    fn state(&self) -> &'static str {
        let not_started = |test: &One| test.verdict == Some(Verdict::NotStarted);
        if self.step.command.is_some() {
            "command"
        } else if self.failed().next().is_none() {
            "passed"
        } else if self.tests.iter().all(not_started) {
            "not started"
        } else {
            "failed"
        }
    }

    fn verdict(&self) -> String {
        match self.failed().next() {
            _ if self.step.command.is_some() => String::new(),
            Some(test) => test.word(),
            None => Verdict::Passes.to_string(),
        }
    }
}

/// Runs every test of the selected steps.
fn test_all<'course>(
    course: &Course,
    selection: Selection<'course>,
    solution: bool,
) -> Result<Vec<Reported<'course>>, String> {
    let chapter = selection.chapter;
    let package = if solution {
        Package::solution(&course.root, chapter)
    } else {
        Package::reader(&course.root, chapter)
    };
    let steps = selection.steps();
    let mut ready = Vec::new();
    if sync::changed_tests(chapter).is_empty() {
        for suite in by_suite(steps.iter().copied()) {
            ready.extend(compile::compile_each(&package, &suite)?);
        }
    }
    let mut reported = Vec::new();
    for step in steps {
        let changed = sync::changed_tests(chapter);
        let tests = if step.command.is_some() {
            Vec::new()
        } else if !changed.is_empty() {
            let verdict = Verdict::TestFileChanged;
            vec![One::instead("tests", verdict, changed.join("\n"))]
        } else {
            let own = ready.iter().find(|(built, _)| built.id == step.id);
            match own.map(|(_, compiled)| compiled) {
                Some(Ok(compiled)) => run(&package, compiled, step)?,
                Some(Err(errors)) => {
                    let verdict = Verdict::DoesNotCompile;
                    vec![One::instead("compiler", verdict, errors.join("\n"))]
                }
                // Its tests were changed when they should have been compiled, and no longer are.
                None => vec![One::instead(
                    "tests",
                    Verdict::TestFileChanged,
                    String::new(),
                )],
            }
        };
        reported.push(Reported { step, tests });
    }
    // Code under test may have changed a test while it ran.
    let changed = sync::changed_tests(chapter);
    if !changed.is_empty() {
        for step in reported.iter_mut().filter(|one| !one.tests.is_empty()) {
            let verdict = Verdict::TestFileChanged;
            step.tests = vec![One::instead("tests", verdict, changed.join("\n"))];
        }
    }
    Ok(reported)
}

fn run(package: &Package, compiled: &Compiled, step: &Step) -> Result<Vec<One>, String> {
    let limits = Limits::default();
    let tested = trial::run_step(package, compiled, step, limits, report::still_running)?;
    let mut tests: Vec<One> = tested.into_iter().map(One::of).collect();
    let left = trial::tests_of(compiled, step)
        .into_iter()
        .skip(tests.len());
    let not_run: Vec<One> = left
        .map(|name| One {
            verdict: None,
            ..One::instead(name, Verdict::Hangs, "after one that hangs".into())
        })
        .collect();
    tests.extend(not_run);
    Ok(tests)
}

type Chapters<'course> = [(&'course Chapter, Vec<Reported<'course>>)];

/// How many steps pass, and how many have tests.
fn count(chapters: &Chapters<'_>) -> (usize, usize) {
    let steps = || chapters.iter().flat_map(|(_, steps)| steps);
    let with = |state: &'static str| steps().filter(move |step| step.state() == state).count();
    (with("passed"), steps().count() - with("command"))
}

fn json(chapters: &Chapters<'_>) -> String {
    let (passed, total) = count(chapters);
    let chapters: Vec<String> = chapters
        .iter()
        .map(|(chapter, steps)| {
            let steps: Vec<String> = steps.iter().map(|step| step_json(chapter, step)).collect();
            format!(
                "    {{\n      \"id\": {},\n      \"title\": {},\n      \"steps\": [\n{}\n      ]\n    }}",
                quoted(&chapter.id),
                quoted(&chapter.title),
                steps.join(",\n")
            )
        })
        .collect();
    format!(
        "{{\n  \"format\": {FORMAT},\n  \"passed\": {passed},\n  \"total\": {total},\n  \"chapters\": [\n{}\n  ]\n}}\n",
        chapters.join(",\n")
    )
}

fn step_json(chapter: &Chapter, reported: &Reported<'_>) -> String {
    let step = reported.step;
    let tests: Vec<String> = reported
        .tests
        .iter()
        .map(|test| {
            format!(
                "\n            {{\"name\": {}, \"verdict\": {}, \"seconds\": {:.3}, \"place\": {}, \"message\": {}}}",
                quoted(&test.name),
                quoted(&test.word()),
                test.took.as_secs_f64(),
                quoted(&test.place),
                quoted(&test.message)
            )
        })
        .collect();
    let end = if tests.is_empty() { "" } else { "\n          " };
    format!(
        "        {{\n          \"id\": {}, \"number\": {}, \"title\": {}, \"core\": {}, \"minutes\": {},\n          \
         \"state\": {}, \"verdict\": {},\n          \"tests\": [{}{end}]\n        }}",
        quoted(&step.id),
        quoted(&step.numbered(chapter)),
        quoted(&step.title),
        step.core,
        step.minutes,
        quoted(reported.state()),
        quoted(&reported.verdict()),
        tests.join(",")
    )
}

/// A suite a step, a case a test. A step that is a command has no tests, so it is left out.
fn junit(chapters: &Chapters<'_>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (chapter, steps) in chapters {
        for reported in steps.iter().filter(|step| step.state() != "command") {
            let skipped = reported.failed().filter(|test| test.verdict.is_none());
            let skipped = skipped.count();
            let took: Duration = reported.tests.iter().map(|test| test.took).sum();
            let _ = writeln!(
                text,
                "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\" time=\"{:.3}\">",
                escape(&reported.step.key(chapter)),
                reported.tests.len(),
                reported.failed().count() - skipped,
                took.as_secs_f64()
            );
            for test in &reported.tests {
                text.push_str(&case(chapter, reported.step, test));
            }
            text.push_str("  </testsuite>\n");
        }
    }
    text + "</testsuites>\n"
}

fn case(chapter: &Chapter, step: &Step, test: &One) -> String {
    let (_, name) = test.name.split_once("::").unwrap_or(("", &test.name));
    let head = format!(
        "    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.3}\"",
        escape(&chapter.id),
        escape(&step.id),
        escape(name),
        test.took.as_secs_f64()
    );
    let first = test.message.lines().next().unwrap_or_default();
    match test.verdict {
        Some(Verdict::Passes) => format!("{head}/>\n"),
        None => format!("{head}><skipped message=\"{}\"/></testcase>\n", xml(first)),
        Some(verdict) => format!(
            "{head}>\n      <failure type=\"{verdict}\" message=\"{}\">{}</failure>\n    </testcase>\n",
            xml(&format!("{verdict}: {first}")),
            xml(&format!("{}\n{}", test.place, test.message))
        ),
    }
}

/// `text` without what XML does not allow at all.
fn xml(text: &str) -> String {
    let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    escape(&text.trim().chars().filter(allowed).collect::<String>())
}
