//! What became of a test, in one word that a learner can act on.

use std::fmt;
use std::process::ExitStatus;

use crate::child::{End, Outcome};
use crate::compile::Package;
use crate::panics::{self, Panic};
use crate::threads::{Doing, Thread};

/// The verdicts. A pass needs exit code 0 *and* the test harness' own last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The test passed.
    Passes,
    /// An assertion of the test failed.
    Wrong,
    /// The code under test panicked.
    Panicked,
    /// No thread runs: each waits for another.
    Deadlock,
    /// A thread runs, and runs, and gets nowhere.
    Spinning,
    /// Two threads use the same cell, one of them writes, and nothing orders them.
    DataRace,
    /// It does not end, and this system does not tell why.
    Hangs,
    /// The test was done, and a thread or a task that it started was not.
    LeakedThread,
    /// The test was done, and a process that it started was not.
    LeakedProcess,
    /// The process ended before the test did.
    Exited,
    /// A thread's stack overflowed.
    StackOverflow,
    /// It printed more than it may.
    TooMuchOutput,
    /// It held more memory than it may.
    TooMuchMemory,
    /// The compiler refused the code.
    DoesNotCompile,
    /// A test is not the one that the course brought.
    TestFileChanged,
    /// The first `todo!()` of the starter was reached.
    NotStarted,
}

const NAMES: [(Verdict, &str); 16] = [
    (Verdict::Passes, "passes"),
    (Verdict::Wrong, "wrong"),
    (Verdict::Panicked, "panicked"),
    (Verdict::Deadlock, "deadlock"),
    (Verdict::Spinning, "spinning"),
    (Verdict::DataRace, "data race"),
    (Verdict::Hangs, "hangs"),
    (Verdict::LeakedThread, "leaked thread"),
    (Verdict::LeakedProcess, "leaked process"),
    (Verdict::Exited, "exited"),
    (Verdict::StackOverflow, "stack overflow"),
    (Verdict::TooMuchOutput, "too much output"),
    (Verdict::TooMuchMemory, "too much memory"),
    (Verdict::DoesNotCompile, "does not compile"),
    (Verdict::TestFileChanged, "test file changed"),
    (Verdict::NotStarted, "not started"),
];

impl Verdict {
    /// The verdict called `name`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|known| known.1 == name)
            .map(|known| known.0)
    }

    /// Whether the test had to be stopped at its time limit.
    #[must_use]
    pub fn hung(self) -> bool {
        matches!(self, Self::Deadlock | Self::Spinning | Self::Hangs)
    }

    /// Whether `self` is what a known-wrong solution announced as `expected`. Where the system does not tell a deadlock
    /// from spinning, a hang is either.
    #[must_use]
    pub fn fits(self, expected: Self) -> bool {
        let unknown = self == Self::Hangs || expected == Self::Hangs;
        self == expected || (unknown && self.hung() && expected.hung())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES
            .iter()
            .find(|known| known.0 == *self)
            .map_or("", |known| known.1);
        f.pad(name)
    }
}

/// A verdict with what it rests on.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The word.
    pub verdict: Verdict,
    /// What happened, in lines for the learner: the panic's message first.
    pub message: Vec<String>,
    /// Where, as `file:line`, relative to the workspace.
    pub place: Option<String>,
}

/// Judges `outcome`, the run of `test`, one of the `total` tests in the binary of `package`.
#[must_use]
pub fn judge(package: &Package, test: &str, total: usize, outcome: &Outcome) -> Judgement {
    let panics = panics::all(&outcome.output);
    let own = |panic: &&Panic| panic.file.starts_with(&format!("{}/src/", package.dir));
    if let Some(todo) = panics.iter().filter(own).find_map(Todo::of) {
        return todo;
    }
    match &outcome.end {
        End::OutputLimit => Judgement::of(
            Verdict::TooMuchOutput,
            "it printed more than a test may, and was stopped. Is there a print in a loop that never ends?",
        ),
        End::MemoryLimit => Judgement::of(
            Verdict::TooMuchMemory,
            "it held more memory than a test may, and was stopped. Does a loop push without end?",
        ),
        End::TimeLimit(threads) => hang(threads, &panics, outcome),
        End::Status(status) if status.success() => {
            if !harness_passed(&outcome.output, total) {
                Judgement::of(
                    Verdict::Exited,
                    "the process ended with exit code 0 before the test did. Is there a call of `exit`?",
                )
            } else if let Some(name) = outcome.left_behind.first() {
                Judgement::of(
                    Verdict::LeakedProcess,
                    &format!(
                        "a process that it started, `{name}`, was still running, and was stopped. Who waits for it?"
                    ),
                )
            } else {
                Judgement {
                    verdict: Verdict::Passes,
                    message: Vec::new(),
                    place: None,
                }
            }
        }
        End::Status(status) => {
            if outcome.output.contains("has overflowed its stack") {
                return Judgement::of(
                    Verdict::StackOverflow,
                    "a thread's stack overflowed. Does a recursion have an end that it reaches?",
                );
            }
            match culprit(&panics, test, own) {
                Some(panic) => of_panic(package, panic),
                None => Judgement::of(
                    Verdict::Exited,
                    &format!(
                        "the process ended before the test did: {}",
                        describe(*status)
                    ),
                ),
            }
        }
    }
}

impl Judgement {
    fn of(verdict: Verdict, message: &str) -> Self {
        Self {
            verdict,
            message: vec![message.to_string()],
            place: None,
        }
    }
}

struct Todo;

impl Todo {
    fn of(panic: &Panic) -> Option<Judgement> {
        let task = panic.message.first()?.strip_prefix("not yet implemented")?;
        let task = task.strip_prefix(": ").unwrap_or("write this part");
        Some(Judgement {
            verdict: Verdict::NotStarted,
            message: vec![task.to_string()],
            place: Some(panic.place()),
        })
    }
}

/// The test kit's own panics begin with the kind of failure that it found; of the others the place tells.
fn of_panic(package: &Package, panic: &Panic) -> Judgement {
    let first = panic.message.first().map_or("", String::as_str);
    let kind = first.split_once(": ").map_or("", |(kind, _)| kind);
    let explored = panic
        .message
        .iter()
        .any(|line| panics::heads_interleaving(line));
    if let Some(inner) = panics::explored(package, panic).filter(|_| explored) {
        if let Some(todo) = Todo::of(&inner) {
            return todo;
        }
        return Judgement {
            verdict: if inner.in_tests() {
                Verdict::Wrong
            } else {
                Verdict::Panicked
            },
            message: panic.message.clone(),
            place: Some(inner.place()),
        };
    }
    let verdict = match kind {
        "leaked thread" | "leaked task" => Verdict::LeakedThread,
        "deadlock" | "lost wake-up" if explored => Verdict::Deadlock,
        "data race" if explored => Verdict::DataRace,
        "livelock" | "stuck" if explored => Verdict::Spinning,
        _ if panic.in_tests() => Verdict::Wrong,
        _ => Verdict::Panicked,
    };
    Judgement {
        verdict,
        message: panic.message.clone(),
        place: Some(panic.place()),
    }
}

/// The panic that failed the test: the last one on the test's own thread. Where that only passes on what a thread of
/// the code under test did, the first panic in that code.
fn culprit<'a>(
    panics: &'a [Panic],
    test: &str,
    own: impl Fn(&&Panic) -> bool,
) -> Option<&'a Panic> {
    let last = panics
        .iter()
        .rfind(|panic| panic.thread == test)
        .or(panics.last())?;
    if last.in_tests() {
        return Some(last);
    }
    Some(panics.iter().find(own).unwrap_or(last))
}

fn hang(threads: &[Thread], panics: &[Panic], outcome: &Outcome) -> Judgement {
    let running = threads.iter().any(|thread| thread.doing == Doing::Running);
    let waiting = threads
        .iter()
        .any(|thread| thread.doing == Doing::WaitingForThread);
    let seconds = outcome.took.as_secs();
    let (verdict, says) = if running {
        (Verdict::Spinning, "a thread was still running")
    } else if waiting {
        (
            Verdict::Deadlock,
            "no thread was running: each waited for something",
        )
    } else {
        (Verdict::Hangs, "it had not ended")
    };
    let mut message = vec![format!(
        "after {seconds} s {says}, and the test was stopped."
    )];
    let report = kit_report(&outcome.output);
    if report.is_empty() {
        message.extend(threads.iter().map(|thread| {
            let doing = match thread.doing {
                Doing::Running => "is running",
                Doing::WaitingForThread => {
                    "waits for a lock, a condition, a channel, a join or an unpark"
                }
                Doing::Sleeping => "sleeps",
            };
            format!("thread `{}` {doing}", thread.name)
        }));
    } else {
        message.extend(report);
    }
    if let Some(panic) = panics.first() {
        let said = panic.message.first().map_or("", String::as_str);
        message.push(format!(
            "before that, a panic at {}:{}: {said}",
            panic.file, panic.line
        ));
    }
    Judgement {
        verdict,
        message,
        place: None,
    }
}

/// What the test kit printed shortly before the limit: who waits for what, where, and who holds it.
fn kit_report(output: &str) -> Vec<String> {
    output
        .lines()
        .skip_while(|line| *line != "-- interleave: hang report --")
        .skip(1)
        .take_while(|line| *line != "-- end of hang report --")
        .map(str::to_string)
        .collect()
}

/// Whether the harness said, as its last words, that one test passed. The count of tests that it left out is part of
/// the line: code that prints a line of its own does not know it.
fn harness_passed(output: &str, total: usize) -> bool {
    let expected = format!(
        "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; {} filtered out;",
        total - 1
    );
    output
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .is_some_and(|line| line.starts_with(&expected))
}

fn describe(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            let name = match signal {
                4 => "SIGILL",
                6 => "SIGABRT, an abort",
                7 | 10 => "SIGBUS",
                8 => "SIGFPE",
                9 => "SIGKILL, perhaps for want of memory",
                11 => "SIGSEGV, an access to memory that is not its own",
                15 => "SIGTERM",
                _ => "no panic was seen",
            };
            return format!("signal {signal} ({name})");
        }
    }
    match status.code() {
        Some(code) => format!("exit code {code}, and no panic was seen"),
        None => "no exit code".into(),
    }
}
