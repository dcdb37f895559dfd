//! `budgets`: how long a reader waits, measured beside what was promised.
//!
//! All of it is measured as a reader meets it: `cargo xtask check`, in a fresh copy of the course, with cargo's defaults.
//! Each answer is looked at before its time counts, so that a quick failure of another kind is no good figure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use tinyjson::JsonValue;

use crate::course::{Course, Suite};
use crate::prove::mirror;
use crate::term;

const STEP: &str = "chapter-3/1";
const FILE: &str = "exercises/chapter-3/src/timelines.rs";

/// Measures every promise and prints the table as Markdown. `true` when every median keeps its promise.
///
/// # Errors
///
/// When the copy cannot be made, or a check does not say what it must.
pub fn budgets(root: &Path, quick: bool) -> Result<bool, String> {
    let course = Course::load(root)?;
    let folder = root.join("target/budgets");
    let _ = fs::remove_dir_all(&folder);
    let lab = Lab {
        copy: mirror::copy(root, folder.join("course"))?,
        runs: if quick { 1 } else { 5 },
    };
    let rows = lab.measure(&course);
    let _ = fs::remove_dir_all(&folder);
    let rows = rows?;
    term::line("| What | Promised | Median | Fastest, slowest | Runs |");
    term::line("| --- | ---: | ---: | ---: | ---: |");
    for row in &rows {
        term::line(row.shown());
    }
    Ok(rows.iter().all(Row::kept))
}

/// A promise and what came of it.
struct Row {
    what: String,
    promised: f64,
    unit: &'static str,
    /// Sorted.
    samples: Vec<f64>,
}

impl Row {
    fn new(what: impl Into<String>, promised: f64, unit: &'static str, mut all: Vec<f64>) -> Self {
        all.sort_by(f64::total_cmp);
        Self {
            what: what.into(),
            promised,
            unit,
            samples: all,
        }
    }

    fn median(&self) -> f64 {
        self.samples[self.samples.len() / 2]
    }

    fn kept(&self) -> bool {
        self.median() <= self.promised
    }

    fn shown(&self) -> String {
        let unit = self.unit;
        let digits = if unit == "s" { 2 } else { 0 };
        let (first, last) = (self.samples[0], self.samples[self.samples.len() - 1]);
        format!(
            "| {} | {} {unit} | {:.digits$} {unit}{} | {first:.digits$}, {last:.digits$} | {} |",
            self.what,
            self.promised,
            self.median(),
            if self.kept() { "" } else { " ✗" },
            self.samples.len()
        )
    }
}

/// A copy of the course, and how often each thing is done in it.
struct Lab {
    copy: PathBuf,
    runs: usize,
}

impl Lab {
    fn measure(&self, course: &Course) -> Result<Vec<Row>, String> {
        let mut rows = Vec::new();
        let first = self.times(self.runs, |_| {
            self.forget("target")?;
            Ok(self.check("chapter-3", "not started")?.0)
        })?;
        let runner = self.times(self.runs, |_| {
            self.forget("target/xtask")?;
            Ok(self.cargo(&["xtask", "--version"], "")?.0)
        })?;
        rows.push(Row::new(
            "An empty target → the first verdict, of chapter 3",
            4.0,
            "s",
            first,
        ));
        rows.push(Row::new("… of it the runner itself", 3.0, "s", runner));
        for chapter in &course.chapters {
            let manifest = self.read(&format!("exercises/{}/Cargo.toml", chapter.id))?;
            let alone = !manifest
                .lines()
                .any(|line| line.starts_with("[dependencies"));
            let times = self.times(self.runs, |_| {
                self.forget("target/exercise")?;
                Ok(self.check(&chapter.id, "not started")?.0)
            })?;
            let promised = if alone { 1.0 } else { 8.0 };
            let what = format!("… with the runner built, of {}", chapter.id);
            rows.push(Row::new(what, promised, "s", times));
        }
        // Each chapter stands alone above; here every step of each, as with a reader who has come to the end.
        for (chapter, step) in course.steps() {
            if step.file.is_some() && step.suite == Suite::Check {
                self.check(&step.typed(chapter), "not started")?;
            }
        }
        let megabytes = size(&self.copy.join("target/exercise")) as f64 / 1e6;
        rows.push(Row::new(
            "All steps' targets together",
            250.0,
            "MB",
            vec![megabytes],
        ));
        self.edits(&mut rows)?;
        self.bad_days(&mut rows)?;
        Ok(rows)
    }

    /// What a reader waits for hundreds of times a day.
    fn edits(&self, rows: &mut Vec<Row>) -> Result<(), String> {
        let often = 2 * self.runs + 1;
        for (step, file, promised, kind) in [
            (STEP, FILE, 0.2, "with std alone"),
            (
                "chapter-2/1",
                "exercises/chapter-2/src/split.rs",
                0.3,
                "with Rayon",
            ),
            (
                "chapter-6/1",
                "exercises/chapter-6/src/blocking.rs",
                0.3,
                "on the scheduler",
            ),
        ] {
            self.cargo(&["xtask", "solution", step, "--apply"], "")?;
            self.check(step, "✓")?;
            let (tests, count) = self.tests(step)?;
            if step == STEP {
                let again = self.times(often, |_| Ok(self.check(step, "✓")?.0 - tests))?;
                rows.push(Row::new(
                    format!("Nothing changed → verdict, without the tests of {step}"),
                    0.1,
                    "s",
                    again,
                ));
                let each = vec![tests / count * 40.0];
                rows.push(Row::new(
                    format!(
                        "40 short tests, each in a process (from {count} of {step}, which do next to nothing)"
                    ),
                    0.15,
                    "s",
                    each,
                ));
            }
            let text = self.read(file)?;
            let edited = self.times(often, |run| {
                self.write(file, &format!("{text}\npub const EDIT: usize = {run};\n"))?;
                Ok(self.check(step, "✓")?.0 - tests)
            })?;
            self.write(file, &text)?;
            rows.push(Row::new(
                format!("An edit → verdict, {kind}, without the tests of {step}"),
                promised,
                "s",
                edited,
            ));
        }
        let text = self.read(FILE)?;
        let broken = self.times(often, |run| {
            self.write(
                FILE,
                &format!("{text}\nfn broken{run}() -> u32 {{ \"\" }}\n"),
            )?;
            Ok(self.check(STEP, "does not compile")?.0)
        })?;
        self.write(FILE, &text)?;
        rows.push(Row::new(
            "An edit that does not compile → rustc's words",
            0.1,
            "s",
            broken,
        ));
        Ok(())
    }

    /// What a reader sees when it goes wrong.
    fn bad_days(&self, rows: &mut Vec<Row>) -> Result<(), String> {
        let text = self.read(FILE)?;
        let lines = |said: &str| vec![said.lines().count() as f64];
        let plant = |body: &str| {
            let head = "pub fn overlap(a: Interval, b: Interval) -> bool {\n";
            let planted = text.replace(head, &format!("{head}    {body}\n"));
            match planted == text {
                true => Err(format!("{FILE} has no function overlap to break")),
                false => self.write(FILE, &planted),
            }
        };
        plant("return a.start <= b.start;")?;
        let (_, said) = self.check(STEP, "wrong")?;
        rows.push(Row::new(
            "Lines that a wrong answer prints",
            15.0,
            "lines",
            lines(&said),
        ));
        plant("for n in 0..100_000 { println!(\"{n}\"); }\n    return a.start <= b.start;")?;
        let (_, said) = self.check(STEP, "wrong")?;
        rows.push(Row::new(
            "… after 100,000 lines of its own",
            50.0,
            "lines",
            lines(&said),
        ));
        for (body, verdict, what) in [
            (
                "let one = std::sync::Mutex::new(a); let _held = one.lock(); let _again = one.lock();",
                "deadlock",
                "A deadlock → its verdict",
            ),
            (
                "loop { std::hint::spin_loop(); }",
                "spinning",
                "An endless loop → its verdict",
            ),
        ] {
            plant(body)?;
            let times = self.times(self.runs.min(3), |_| Ok(self.check(STEP, verdict)?.0))?;
            // The time limit, and what comes before and after it.
            rows.push(Row::new(what, 11.0, "s", times));
        }
        self.write(FILE, &text)
    }

    fn times(
        &self,
        runs: usize,
        one: impl FnMut(usize) -> Result<f64, String>,
    ) -> Result<Vec<f64>, String> {
        (0..runs).map(one).collect()
    }

    /// How long `cargo xtask check STEP` takes, and all that it says; what it says must hold `expected`.
    fn check(&self, step: &str, expected: &str) -> Result<(f64, String), String> {
        self.cargo(&["xtask", "check", step], expected)
    }

    fn cargo(&self, arguments: &[&str], expected: &str) -> Result<(f64, String), String> {
        // Not the cargo that runs us, but the one that a reader's shell finds.
        let mut command = Command::new("cargo");
        command
            .args(arguments)
            .current_dir(&self.copy)
            .stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            let inherited = [
                "CARGO_PKG_",
                "CARGO_MANIFEST",
                "CARGO_TARGET_DIR",
                "CARGO_INCREMENTAL",
            ];
            if inherited
                .iter()
                .any(|start| name.to_string_lossy().starts_with(start))
            {
                command.env_remove(&name);
            }
        }
        let began = Instant::now();
        let output = command
            .output()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        let took = began.elapsed().as_secs_f64();
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        if said.contains(expected) {
            Ok((took, said))
        } else {
            Err(format!(
                "cargo {} should say \"{expected}\" and says:\n{said}",
                arguments.join(" ")
            ))
        }
    }

    /// How long the tests of `step` run, the median of several times, and how many there are.
    fn tests(&self, step: &str) -> Result<(f64, f64), String> {
        let mut count = 0;
        let mut sums = self.times(self.runs, |_| {
            let (_, said) = self.cargo(&["xtask", "report", step], "\"seconds\"")?;
            // What the runner says besides goes to the other stream, and so stands before or behind.
            let (from, to) = (said.find('{').unwrap_or(0), said.rfind('}').unwrap_or(0));
            let report: JsonValue = said
                .get(from..=to)
                .and_then(|report| report.parse().ok())
                .ok_or_else(|| format!("no report:\n{said}"))?;
            let mut seconds = Vec::new();
            collect(&report, "seconds", &mut seconds);
            count = seconds.len();
            Ok(seconds.iter().sum())
        })?;
        sums.sort_by(f64::total_cmp);
        Ok((sums[sums.len() / 2], count as f64))
    }

    fn forget(&self, folder: &str) -> Result<(), String> {
        let folder = self.copy.join(folder);
        match fs::remove_dir_all(&folder) {
            Err(error) if folder.exists() => Err(format!("{}: {error}", folder.display())),
            _ => Ok(()),
        }
    }

    fn read(&self, file: &str) -> Result<String, String> {
        fs::read_to_string(self.copy.join(file)).map_err(|error| format!("{file}: {error}"))
    }

    fn write(&self, file: &str, text: &str) -> Result<(), String> {
        fs::write(self.copy.join(file), text).map_err(|error| format!("{file}: {error}"))
    }
}

/// Every number called `name`, wherever it stands in `value`.
fn collect(value: &JsonValue, name: &str, found: &mut Vec<f64>) {
    match value {
        JsonValue::Array(items) => items.iter().for_each(|item| collect(item, name, found)),
        JsonValue::Object(fields) => {
            for (key, field) in fields {
                match field {
                    JsonValue::Number(number) if key == name => found.push(*number),
                    _ => collect(field, name, found),
                }
            }
        }
        _ => {}
    }
}

/// The bytes of all files under `path`.
fn size(path: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(path) else {
        return fs::symlink_metadata(path).map_or(0, |data| data.len());
    };
    entries.flatten().map(|entry| size(&entry.path())).sum()
}

#[cfg(test)]
mod tests {
    use super::Row;

    #[test]
    fn a_median_above_its_promise_is_marked() {
        let row = Row::new("An edit", 0.2, "s", vec![0.5, 0.1, 0.3]);
        assert_eq!(
            row.shown(),
            "| An edit | 0.2 s | 0.30 s ✗ | 0.10, 0.50 | 3 |"
        );
        assert!(Row::new("Room", 250.0, "MB", vec![249.6]).kept());
    }
}
