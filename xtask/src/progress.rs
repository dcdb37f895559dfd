//! Where the reader left off: `progress.txt`, a text that a person can read and edit.
//!
//! Steps stand there by name, not by number, so that an update of the course that moves a step loses nothing. A pass
//! carries a fingerprint of the file that passed: a file edited since is shown as such, never as solved.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::course::{Chapter, Course, Step};
use crate::fingerprint::fingerprint;
use crate::verdict::Verdict;

const HEADER: &str = "\
# Goroutines from Scratch: where you left off. You may edit or delete this file.
# passed STEP FINGERPRINT   the step passed with the file of this fingerprint (commands have none)
# hints STEP N              N hints of the step were shown
# failed STEP TEST VERDICT  the step's last failure
# mistake STEP NAME         a known mistake that ends so
# last STEP                 the step that was checked last
";

/// What is remembered between runs.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    path: PathBuf,
    passed: BTreeMap<String, String>,
    hints: BTreeMap<String, usize>,
    failed: BTreeMap<String, Failed>,
    last: Option<String>,
    /// Lines of a newer or a hand-written file that this version does not know: kept as they are.
    other: Vec<String>,
}

/// How a step failed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The first test that failed, as `module::name`.
    pub test: String,
    /// How.
    pub verdict: Verdict,
    /// The names of the known mistakes that end in this way.
    pub mistakes: Vec<String>,
}

/// How far the reader is with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No check of it has passed.
    Open,
    /// A check failed, and the file is no longer the starter.
    Started,
    /// It passed, and its file is unchanged since.
    Passed,
    /// It passed, and its file was edited since.
    ChangedSince,
}

impl Progress {
    /// Reads `progress.txt` of `course`; a missing or unreadable file is a fresh start.
    #[must_use]
    pub fn load(course: &Course) -> Self {
        Self::read(course.root.join("progress.txt"))
    }

    fn read(path: PathBuf) -> Self {
        let mut progress = Self {
            path,
            ..Self::default()
        };
        let text = fs::read_to_string(&progress.path).unwrap_or_default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [] => {}
                ["passed", step] => drop(progress.passed.insert(step.into(), String::new())),
                ["passed", step, print] => drop(progress.passed.insert(step.into(), print.into())),
                ["hints", step, count] if count.parse::<usize>().is_ok() => {
                    progress
                        .hints
                        .insert(step.into(), count.parse().unwrap_or(0));
                }
                ["failed", step, test, ..] => {
                    let verdict = Verdict::named(&words[3..].join(" "));
                    if let Some(verdict) = verdict {
                        let failed = Failed {
                            test: test.into(),
                            verdict,
                            mistakes: Vec::new(),
                        };
                        progress.failed.insert(step.into(), failed);
                    }
                }
                ["mistake", step, name] if progress.failed.contains_key(step) => {
                    if let Some(failed) = progress.failed.get_mut(step) {
                        failed.mistakes.push(name.into());
                    }
                }
                ["last", step] => progress.last = Some(step.into()),
                _ => progress.other.push(line.into()),
            }
        }
        progress
    }

    /// Writes the file, by way of a second one, so that a crash never leaves half of it. Hints that were shown meanwhile,
    /// as `watch` does while a check runs, stay counted.
    ///
    /// # Errors
    ///
    /// Says why the place where the reader left off cannot be remembered. Nothing else depends on it.
    pub fn save(&self) -> Result<(), String> {
        let mut text = HEADER.to_string();
        for (step, print) in &self.passed {
            text.push_str(format!("passed {step} {print}").trim_end());
            text.push('\n');
        }
        let mut hints = Self::read(self.path.clone()).hints;
        for (step, count) in &self.hints {
            let shown = hints.entry(step.clone()).or_insert(0);
            *shown = (*shown).max(*count);
        }
        for (step, count) in &hints {
            text.push_str(&format!("hints {step} {count}\n"));
        }
        for (step, failed) in &self.failed {
            text.push_str(&format!(
                "failed {step} {} {}\n",
                failed.test, failed.verdict
            ));
            for name in &failed.mistakes {
                text.push_str(&format!("mistake {step} {name}\n"));
            }
        }
        if let Some(step) = &self.last {
            text.push_str(&format!("last {step}\n"));
        }
        for line in &self.other {
            text.push_str(line);
            text.push('\n');
        }
        let draft = self.path.with_extension("txt.new");
        fs::write(&draft, text)
            .and_then(|()| fs::rename(&draft, &self.path))
            .map_err(|error| {
                let _ = fs::remove_file(&draft);
                format!(
                    "note: cannot remember where you left off: {}: {error}",
                    self.path.display()
                )
            })
    }

    /// How far the reader is with `step`.
    #[must_use]
    pub fn state(&self, course: &Course, chapter: &Chapter, step: &Step) -> State {
        match self.passed.get(&step.key(chapter)) {
            Some(print) if *print == fingerprint_of(chapter, step) => State::Passed,
            Some(_) if is_starter(course, chapter, step) => State::Open,
            Some(_) => State::ChangedSince,
            None if self.failed.contains_key(&step.key(chapter))
                && !is_starter(course, chapter, step) =>
            {
                State::Started
            }
            None => State::Open,
        }
    }

    /// Remembers that `step` passed.
    pub fn passed(&mut self, chapter: &Chapter, step: &Step) {
        let key = step.key(chapter);
        self.failed.remove(&key);
        self.passed.insert(key, fingerprint_of(chapter, step));
    }

    /// Remembers that `step` failed, at which test and how.
    pub fn failed(&mut self, chapter: &Chapter, step: &Step, failed: Failed) {
        let key = step.key(chapter);
        self.passed.remove(&key);
        self.failed.insert(key, failed);
    }

    /// How `step` failed last.
    #[must_use]
    pub fn last_failure(&self, chapter: &Chapter, step: &Step) -> Option<&Failed> {
        self.failed.get(&step.key(chapter))
    }

    /// Counts one more hint of `step` as shown, and says how many were shown before.
    pub fn next_hint(&mut self, chapter: &Chapter, step: &Step) -> usize {
        let count = self.hints.entry(step.key(chapter)).or_insert(0);
        *count += 1;
        *count - 1
    }

    /// Remembers `step` as the one that was checked last.
    pub fn visit(&mut self, chapter: &Chapter, step: &Step) {
        self.last = Some(step.key(chapter));
    }

    /// The step that comes next: the first unfinished one from where the reader left off, then from the start.
    #[must_use]
    pub fn next<'course>(
        &self,
        course: &'course Course,
    ) -> Option<(&'course Chapter, &'course Step)> {
        let steps: Vec<_> = course.steps().collect();
        let from = steps
            .iter()
            .position(|(chapter, step)| Some(step.key(chapter)) == self.last)
            .unwrap_or(0);
        steps[from..]
            .iter()
            .chain(&steps[..from])
            .find(|(chapter, step)| self.state(course, chapter, step) != State::Passed)
            .copied()
    }

    /// The chapter in which the reader left off.
    #[must_use]
    pub fn last_chapter<'course>(&self, course: &'course Course) -> Option<&'course Chapter> {
        let last = self.last.as_deref()?;
        course
            .steps()
            .find(|(chapter, step)| step.key(chapter) == last)
            .map(|(chapter, _)| chapter)
    }
}

fn is_starter(course: &Course, chapter: &Chapter, step: &Step) -> bool {
    let Some(file) = &step.file else { return true };
    let reader = fs::read_to_string(chapter.dir.join(file)).unwrap_or_default();
    crate::sync::starter_of(course, chapter, file).is_ok_and(|starter| starter == reader)
}

/// The fingerprint of the file that the reader edits.
fn fingerprint_of(chapter: &Chapter, step: &Step) -> String {
    let Some(file) = &step.file else {
        return String::new();
    };
    let text = fs::read_to_string(chapter.dir.join(file)).unwrap_or_default();
    fingerprint(&text)
}
