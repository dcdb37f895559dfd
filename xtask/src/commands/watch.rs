//! `watch`: checks again on every save.
//!
//! Each check is a runner of its own, so what it prints is seen at once, and a save that comes meanwhile can end it: the
//! runner is asked to, as by Ctrl-C, and ends its test or its compiler first. Modification times are polled, because that
//! works on every file system, also on one from the network.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::course::{Chapter, Course, Step};
use crate::interrupt;
use crate::progress::{Progress, State};
use crate::selection::{Selection, one_step};
use crate::term;
use crate::terminal::{END, Keys};

/// How often the keyboard and the run are looked at.
const TURN: Duration = Duration::from_millis(40);

/// How often the files are: a save is seen within this time.
const LOOK: Duration = Duration::from_millis(200);

/// How long a cancelled run may take to end what it started.
const PATIENCE: Duration = Duration::from_secs(3);

/// Checks what `words` name, or where the reader left off, now and on every save, until the reader quits.
///
/// # Errors
///
/// When `words` name nothing, or a check cannot be started.
pub fn watch(course: &Course, words: &[String]) -> Result<(), String> {
    if !words.is_empty() {
        Selection::parse(course, words)?;
    }
    interrupt::watch_all();
    let mut watch = Watch {
        course,
        words: words.to_vec(),
        program: std::env::current_exe()
            .map_err(|error| format!("where is the runner? {error}"))?,
        keys: Keys::new(),
        run: None,
        passed: false,
        solution_asked: false,
    };
    if watch.keys.is_none() {
        term::line(
            "watching without keys: input and output are not both a terminal. Ctrl-C ends it",
        );
    }
    watch.until_quit()
}

struct Watch<'course> {
    course: &'course Course,
    /// What is checked; nothing is where the reader left off.
    words: Vec<String>,
    program: PathBuf,
    keys: Option<Keys>,
    run: Option<Run>,
    /// Whether the last run passed.
    passed: bool,
    /// Whether `s` was the last key: the reference spoils the step, so it takes two.
    solution_asked: bool,
}

struct Run {
    runner: Child,
    /// Since when it is asked to end.
    cancelled: Option<Instant>,
}

impl Watch<'_> {
    fn until_quit(&mut self) -> Result<(), String> {
        let folder = self.course.root.join("exercises");
        let mut known = files(&folder);
        let mut looked = Instant::now();
        let mut due = Some(self.words.clone());
        loop {
            if interrupt::requested() {
                self.end();
                interrupt::obey();
            }
            if interrupt::suspended() {
                self.suspend();
            }
            match self.key() {
                Some(b'q' | END) => {
                    self.end();
                    term::line("bye: cargo xtask watch goes on where you left off");
                    return Ok(());
                }
                Some(key) => due = self.press(key)?.or(due),
                None => {}
            }
            if looked.elapsed() >= LOOK {
                let now = files(&folder);
                if let Some(saved) = changed(&known, &now) {
                    let shown = saved.strip_prefix(&self.course.root).unwrap_or(saved);
                    let so = if self.cancel() {
                        "the run is cancelled, checking again"
                    } else {
                        "checking"
                    };
                    self.say(&format!("── {} was saved: {so}", shown.display()));
                    due = Some(self.words.clone());
                    known = now;
                }
                looked = Instant::now();
            }
            self.tend()?;
            if let (None, Some(words)) = (&self.run, &due) {
                let runner = self.start("check", words)?;
                self.run = Some(Run {
                    runner,
                    cancelled: None,
                });
                due = None;
            }
        }
    }

    /// The next key, if one comes within a turn.
    fn key(&mut self) -> Option<u8> {
        match &mut self.keys {
            Some(keys) => {
                keys.direct();
                keys.wait(TURN)
            }
            None => {
                thread::sleep(TURN);
                None
            }
        }
    }

    /// Does what `key` asks for; what is to be checked then, if that.
    fn press(&mut self, key: u8) -> Result<Option<Vec<String>>, String> {
        let solution_asked = std::mem::take(&mut self.solution_asked);
        match key {
            b'h' => self.call("hint", &self.words.clone())?,
            b'l' => self.call("list", &[])?,
            b'n' => return Ok(self.next()),
            b's' => {
                let progress = Progress::load(self.course);
                match one_step(self.course, &self.words, Some(&progress)) {
                    Ok((chapter, step)) if solution_asked => {
                        self.call("solution", &[step.typed(chapter)])?;
                    }
                    Ok((chapter, step)) => {
                        self.solution_asked = true;
                        let step = step.numbered(chapter);
                        self.say(&format!("s once more shows the reference of {step}"));
                    }
                    Err(what) => self.say(&what),
                }
            }
            // What a key without Enter leaves on a terminal that wants Enter.
            b'\n' | b'\r' => self.solution_asked = solution_asked,
            _ => self.legend(),
        }
        Ok(None)
    }

    /// Goes to the next step that is not finished: the one after this, also when this one is still red.
    fn next(&mut self) -> Option<Vec<String>> {
        let progress = Progress::load(self.course);
        let here = if self.passed {
            progress.next(self.course)
        } else {
            one_step(self.course, &self.words, Some(&progress)).ok()
        };
        let stay = self.passed && here.is_some_and(|(_, step)| step.file.is_some());
        let next = if stay {
            here
        } else {
            here.and_then(|here| following(self.course, &progress, here))
        };
        let Some((chapter, step)) = next else {
            self.say("no other step is unfinished");
            return None;
        };
        self.cancel();
        // The check remembers this step as the one where the reader is, so the next save checks it again.
        self.words.clear();
        Some(vec![step.typed(chapter)])
    }

    /// Looks whether the run has ended.
    fn tend(&mut self) -> Result<(), String> {
        let Some(run) = &mut self.run else {
            return Ok(());
        };
        if run
            .cancelled
            .is_some_and(|since| since.elapsed() > PATIENCE)
        {
            let _ = run.runner.kill();
        }
        let ended = run
            .runner
            .try_wait()
            .map_err(|error| format!("lost the check's process: {error}"))?;
        if let Some(status) = ended {
            let cancelled = run.cancelled.is_some();
            self.run = None;
            if !cancelled {
                self.passed = status.success();
                self.legend();
            }
        }
        Ok(())
    }

    /// Asks the run to end. Whether there is one.
    fn cancel(&mut self) -> bool {
        let Some(run) = &mut self.run else {
            return false;
        };
        if run.cancelled.is_none() {
            interrupt::ask_to_end(&mut run.runner);
            run.cancelled = Some(Instant::now());
        }
        true
    }

    /// Ends the run and gives the terminal back.
    fn end(&mut self) {
        self.cancel();
        while self.run.is_some() && self.tend().is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
        if term::interactive() {
            term::print("\r\x1b[K");
        }
        self.keys = None;
    }

    /// Gives the terminal back while the reader is away. The run is of our process group and stops with us.
    fn suspend(&mut self) {
        if let Some(keys) = &mut self.keys {
            keys.restore();
        }
        interrupt::suspend();
        self.legend();
    }

    fn legend(&self) {
        let Some(keys) = &self.keys else {
            return self.say("watching: a save checks again");
        };
        let enter = if keys.need_enter() {
            ", each with Enter"
        } else {
            ""
        };
        self.say(&format!(
            "watching · h hint · n next · l list · s solution · q quit{enter}"
        ));
    }

    fn say(&self, what: &str) {
        let clear = if term::interactive() { "\r\x1b[K" } else { "" };
        term::line(format_args!("{clear}{}", term::dim(what)));
    }

    /// Runs another of the runner's commands to its end.
    fn call(&self, command: &str, words: &[String]) -> Result<(), String> {
        if term::interactive() {
            term::print("\r\x1b[K");
        }
        let ended = self.start(command, words)?.wait();
        ended
            .map(drop)
            .map_err(|error| format!("lost the command's process: {error}"))
    }

    fn start(&self, command: &str, words: &[String]) -> Result<Child, String> {
        Command::new(&self.program)
            .arg(command)
            .args(words)
            .current_dir(&self.course.root)
            .stdin(Stdio::null())
            .spawn()
            .map_err(|error| format!("cannot start {}: {error}", self.program.display()))
    }
}

/// The first unfinished step with a file after `here`, round to the start.
fn following<'course>(
    course: &'course Course,
    progress: &Progress,
    here: (&'course Chapter, &'course Step),
) -> Option<(&'course Chapter, &'course Step)> {
    let key = here.1.key(here.0);
    let steps: Vec<_> = course.steps().collect();
    let at = steps
        .iter()
        .position(|(chapter, step)| step.key(chapter) == key)?;
    steps[at + 1..]
        .iter()
        .chain(&steps[..at])
        .find(|(chapter, step)| {
            step.file.is_some() && progress.state(course, chapter, step) != State::Passed
        })
        .copied()
}

type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

/// What the reader can save below `folder`: sources and manifests, with their times and sizes.
fn files(folder: &Path) -> Files {
    let mut found = Files::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let name = entry.file_name();
            let Ok(meta) = fs::metadata(&path) else {
                continue;
            };
            if meta.is_dir() && name != "target" {
                folders.push(path);
            } else if name.to_string_lossy().ends_with(".rs")
                || name.to_string_lossy().ends_with(".toml")
            {
                found.insert(path, (meta.modified().ok(), meta.len()));
            }
        }
    }
    found
}

/// The first file that is new, gone or different.
fn changed<'files>(before: &'files Files, now: &'files Files) -> Option<&'files Path> {
    now.iter()
        .find(|(path, stamp)| before.get(*path) != Some(stamp))
        .or_else(|| before.iter().find(|(path, _)| !now.contains_key(*path)))
        .map(|(path, _)| path.as_path())
}
