//! Contenders, rows, and the interleaved rounds.
//!
//! Every contender of a row runs once before anything is measured. Then come the rounds: in each, every contender runs
//! once, in order (A B C A B C …), so that a slow minute of the machine meets all of them. Invariants:
//!
//! - only the work is timed; a contender copies its input and checks its result outside the timed part;
//! - each result is compared with the row's expected checksum, and a contender with a wrong one leaves the race;
//! - a contender that cannot run is named with the reason, and never disappears silently.

use std::any::Any;
use std::num::NonZeroUsize;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::alone::{self, Lasting};
use crate::go::Toolchain;
use crate::metric::{Better, Metric};
use crate::stats::{Summary, paired_ratios};
use crate::watchdog::Watchdog;

/// The result of one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// The measured value, in the metric's base unit.
    pub value: f64,
    /// The checksum of what the contender computed.
    pub checksum: u64,
}

/// Why a run gave no sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The result is not the right one: what is wrong with it.
    Wrong(String),
    /// There is no result: what happened instead.
    Failed(String),
}

/// Whose code a contender is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The reader's.
    Reader,
    /// The course's solution.
    Reference,
    /// Somebody else's.
    Peer,
}

/// One side of a race.
pub struct Contender {
    name: String,
    detail: String,
    kind: Kind,
    run: Result<Run, Reason>,
    /// It runs in a process of its own already.
    apart: bool,
}

/// One run of a contender.
pub type Run = Box<dyn FnMut() -> Result<Sample, Problem>>;
/// Why a contender does not run.
type Reason = String;

impl Contender {
    /// A contender that measures itself: `run` returns the value and the checksum, or what went wrong.
    pub fn new(
        kind: Kind,
        name: impl Into<String>,
        detail: impl Into<String>,
        run: impl FnMut() -> Result<Sample, Problem> + 'static,
    ) -> Contender {
        Contender {
            name: name.into(),
            detail: detail.into(),
            kind,
            run: Ok(Box::new(run)),
            apart: false,
        }
    }

    /// A contender whose `work` is timed. `prepare` comes before it, and `check` makes the checksum after it.
    pub fn timed<I, O>(
        kind: Kind,
        name: impl Into<String>,
        detail: impl Into<String>,
        mut prepare: impl FnMut() -> I + 'static,
        mut work: impl FnMut(I) -> O + 'static,
        mut check: impl FnMut(O) -> Result<u64, String> + 'static,
    ) -> Contender {
        Contender::new(kind, name, detail, move || {
            let input = prepare();
            let start = Instant::now();
            let output = work(input);
            let value = start.elapsed().as_secs_f64();
            let checksum = check(output).map_err(Problem::Wrong)?;
            Ok(Sample { value, checksum })
        })
    }

    /// This contender, on other work than the rest of the row: its checksum has to be `own`, which counts as the row's.
    #[must_use]
    pub fn with_checksum(mut self, own: u64, expected: u64) -> Contender {
        self.run = self.run.map(|mut run| {
            let checked = move || match run()? {
                sample if sample.checksum == own => Ok(Sample {
                    checksum: expected,
                    ..sample
                }),
                sample => Err(Problem::Wrong(format!(
                    "the checksum of its part is {:#018x}, expected {own:#018x}",
                    sample.checksum
                ))),
            };
            Box::new(checked) as Run
        });
        self
    }

    /// Says that `run` talks to a process of the contender's own.
    #[must_use]
    pub fn that_runs_apart(mut self) -> Contender {
        self.apart = true;
        self
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Runs once, with a panic caught.
    ///
    /// # Errors
    /// What went wrong.
    pub fn run(&mut self) -> Result<Sample, Problem> {
        match &mut self.run {
            Ok(run) => caught(run),
            Err(reason) => Err(Problem::Failed(reason.clone())),
        }
    }

    /// A contender that cannot run here. The reports name it, with the reason.
    pub fn skipped(kind: Kind, name: impl Into<String>, reason: impl Into<String>) -> Contender {
        Contender {
            name: name.into(),
            detail: String::new(),
            kind,
            run: Err(reason.into()),
            apart: false,
        }
    }
}

/// The contenders of a row, ready for one number of workers.
pub struct Race {
    /// How much work it is, such as `50 million u64`.
    pub size: String,
    /// The checksum of the right result.
    pub expected: u64,
    /// Who runs, in the order of a round. One of them is [`Kind::Reference`].
    pub contenders: Vec<Contender>,
}

impl Race {
    /// Gives every contender that has none a process of its own: this program again, which prepares the same row and runs
    /// that contender alone. So nobody runs in the memory that somebody else has left behind.
    #[must_use]
    pub fn apart(mut self, setup: &Setup, row: &str, lasting: Lasting) -> Race {
        for contender in &mut self.contenders {
            if contender.run.is_ok() && !contender.apart && !setup.alone {
                contender.run = Ok(alone::run(setup, row, &contender.name, lasting));
                contender.apart = true;
            }
        }
        self
    }
}

/// As a row's rival: the peer with the best median.
pub const BEST_PEER: &str = "the best peer";

/// One line-up of a chapter: a piece of work, raced at each number of workers.
pub struct Row {
    /// The name for `--rows`.
    pub id: &'static str,
    /// What is done, for people.
    pub title: &'static str,
    /// What is measured.
    pub metric: Metric,
    /// The contender that the summary sentence compares with, by name, or [`BEST_PEER`].
    pub rival: &'static str,
    /// Rounds of a full run.
    pub rounds: usize,
    /// Builds the contenders; called once for each number of workers, and dropped before the next.
    pub prepare: Box<dyn Fn(&Setup) -> Race>,
}

/// What a row needs to know to build its contenders.
pub struct Setup<'a> {
    /// How many threads may execute the work simultaneously.
    pub workers: NonZeroUsize,
    /// Small sizes and few rounds.
    pub quick: bool,
    /// A size asked for on the command line.
    pub size: Option<usize>,
    /// The reader's steps that pass.
    pub reader: &'a ReaderSteps,
    /// Builds the chapter's Go program, once.
    pub go: &'a Toolchain,
    /// This process is one contender's own.
    pub alone: bool,
}

impl Setup<'_> {
    /// The row's size: the one asked for, or the quick or the full one.
    #[must_use]
    pub fn size(&self, full: usize, quick: usize) -> usize {
        self.size.unwrap_or(if self.quick { quick } else { full })
    }

    /// The reader's contender if `step` passes; otherwise a skipped one. Its reason goes on from its name, and says what
    /// to do.
    pub fn reader(
        &self,
        chapter: &str,
        step: &str,
        make: impl FnOnce() -> Option<Contender>,
    ) -> Contender {
        self.reader_of(chapter, &[step], make)
    }

    /// As [`Setup::reader`], for a race that needs several steps, named in the order of the chapter.
    pub fn reader_of(
        &self,
        chapter: &str,
        steps: &[&str],
        make: impl FnOnce() -> Option<Contender>,
    ) -> Contender {
        let passes = |step: &str| match self.reader {
            ReaderSteps::All => true,
            ReaderSteps::These(names) => names.iter().any(|name| name == step),
        };
        let missing = steps.iter().find(|step| !passes(step));
        let step = missing.or(steps.last()).copied().unwrap_or_default();
        // Built without the reader's crate, `make` has nothing to offer.
        let contender = if missing.is_none() { make() } else { None };
        contender.unwrap_or_else(|| {
            Contender::skipped(
                Kind::Reader,
                "yours",
                format!("takes part once step {step} passes: cargo xtask check {chapter} {step}"),
            )
        })
    }
}

/// The reader's steps that pass, as the runner found them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderSteps {
    /// Every step that the build includes.
    All,
    /// The named ones.
    These(Vec<String>),
}

/// How a contender fared.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Took part in every round.
    Ran,
    /// Could not take part: the reason.
    Skipped(Reason),
    /// Computed something else than expected: what.
    Wrong(String),
    /// Panicked, or its process failed: how.
    Failed(String),
}

/// A contender's part of the report.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The contender's name.
    pub name: String,
    /// Which function or crate does the work.
    pub detail: String,
    /// Whose code it is.
    pub kind: Kind,
    /// How it fared.
    pub outcome: Outcome,
    /// One value a round; empty unless it ran.
    pub samples: Vec<f64>,
}

impl Entry {
    /// Median, quartiles and extremes of the samples, if it ran.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        Summary::of(&self.samples)
    }
}

/// The report of one row at one number of workers.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The row's id.
    pub id: String,
    /// The row's title.
    pub title: String,
    /// How much work.
    pub size: String,
    /// How many workers.
    pub workers: usize,
    /// Rounds measured.
    pub rounds: usize,
    /// What was measured.
    pub metric: Metric,
    /// The name of the contender that the summary sentence compares with.
    pub rival: String,
    /// The contenders, in the order of a round.
    pub entries: Vec<Entry>,
}

impl Report {
    /// The reference's entry, if it ran.
    #[must_use]
    pub fn reference(&self) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.kind == Kind::Reference && entry.outcome == Outcome::Ran)
    }

    /// The quotients `entry / other`, round by round, in summary.
    #[must_use]
    pub fn ratio(&self, entry: &Entry, other: &Entry) -> Option<Summary> {
        Summary::of(&paired_ratios(&entry.samples, &other.samples))
    }

    /// How far a chart has to reach: to the longest bar. Among many bars, one that is many times longer than all others
    /// would leave nothing of them to see. So it is cut, and the chart reaches a little beyond the next one.
    #[must_use]
    pub fn reach(&self) -> f64 {
        /// A bar so many times longer than the next one is cut.
        const CUT: f64 = 4.0;
        /// So many bars are many.
        const MANY: usize = 6;
        /// What a cut bar is drawn longer than the next one.
        const BEYOND: f64 = 1.2;
        let ends = self.entries.iter().filter_map(Entry::summary);
        let mut ends: Vec<f64> = ends.map(|summary| summary.q3).collect();
        ends.sort_by(|a, b| b.total_cmp(a));
        match ends[..] {
            [longest, next, ..] if ends.len() >= MANY && longest > CUT * next => BEYOND * next,
            [longest, ..] => longest,
            [] => 0.0,
        }
    }

    /// Whether every contender that took part was right.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.entries
            .iter()
            .all(|entry| matches!(entry.outcome, Outcome::Ran | Outcome::Skipped(_)))
    }
}

/// Runs one row: a warm-up, then the rounds. `progress` hears who runs next.
pub fn run(
    row: &Row,
    setup: &Setup,
    rounds: usize,
    limit: Duration,
    progress: &mut dyn FnMut(&str),
) -> Report {
    let watchdog = Watchdog::start(limit);
    progress(&format!("{}: preparing the data", row.id));
    let race = (row.prepare)(setup);
    let mut runs = Vec::new();
    let mut entries = Vec::new();
    for contender in race.contenders {
        let (run, outcome) = match contender.run {
            Ok(run) => (Some(run), Outcome::Ran),
            Err(reason) => (None, Outcome::Skipped(reason)),
        };
        runs.push(run);
        entries.push(Entry {
            name: contender.name,
            detail: contender.detail,
            kind: contender.kind,
            outcome,
            samples: Vec::new(),
        });
    }
    // Round 0 is the warm-up: checked like every round, and not counted.
    for round in 0..=rounds {
        for (run, entry) in runs.iter_mut().zip(&mut entries) {
            let Some(work) = run else { continue };
            let stage = match round {
                0 => "warm-up".to_owned(),
                _ => format!("round {round} of {rounds}"),
            };
            progress(&format!("{}: {stage}, {}", row.id, entry.name));
            let name = format!("{} in row {}", entry.name, row.id);
            match watchdog.watch(&name, || attempt(work, race.expected)) {
                Ok(value) if round > 0 => entry.samples.push(value),
                Ok(_) => {}
                Err(outcome) => {
                    entry.outcome = outcome;
                    entry.samples.clear();
                    // Its child process, its pool and its memory go at once.
                    *run = None;
                }
            }
        }
    }
    progress("");
    let rival = match row.rival {
        BEST_PEER => best_peer(&entries, row.metric).unwrap_or_default(),
        name => name.to_owned(),
    };
    Report {
        id: row.id.to_owned(),
        title: row.title.to_owned(),
        size: race.size,
        workers: setup.workers.get(),
        rounds,
        metric: row.metric,
        rival,
        entries,
    }
}

fn best_peer(entries: &[Entry], metric: Metric) -> Option<String> {
    let peers = entries.iter().filter(|entry| entry.kind == Kind::Peer);
    let medians = peers.filter_map(|entry| Some((entry, entry.summary()?.median)));
    let better = |a: &(_, f64), b: &(_, f64)| match metric.better {
        Better::Lower => a.1.total_cmp(&b.1),
        Better::Higher => b.1.total_cmp(&a.1),
    };
    medians.min_by(better).map(|(entry, _)| entry.name.clone())
}

/// The first panic of the current run: its message and its place.
static FIRST_PANIC: Mutex<Option<String>> = Mutex::new(None);

/// Makes panics silent. The report names them, and a backtrace through the bench helps nobody.
///
/// For a program, not for a library: the setting is global.
pub fn silence_panics() {
    panic::set_hook(Box::new(|info| {
        let message = panic_message(info.payload());
        let place = info
            .location()
            .map(|place| format!(" ({}:{})", place.file(), place.line()))
            .unwrap_or_default();
        let mut first = FIRST_PANIC.lock().unwrap_or_else(PoisonError::into_inner);
        // A worker's panic comes before the one that it causes in its caller, and tells more.
        first.get_or_insert_with(|| format!("{message}{place}"));
    }));
}

/// One run, with its checksum compared.
fn attempt(work: &mut Run, expected: u64) -> Result<f64, Outcome> {
    match caught(work) {
        Ok(sample) if sample.checksum == expected => Ok(sample.value),
        Ok(sample) => Err(Outcome::Wrong(format!(
            "the checksum of the result is {:#018x}, expected {expected:#018x}",
            sample.checksum
        ))),
        Err(Problem::Wrong(what)) => Err(Outcome::Wrong(what)),
        Err(Problem::Failed(how)) => Err(Outcome::Failed(how)),
    }
}

/// One run, with its panic caught.
fn caught(work: &mut Run) -> Result<Sample, Problem> {
    // A contender that panicked leaves the race, so nobody sees the state that the panic left behind.
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let first = FIRST_PANIC
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let message = first.unwrap_or_else(|| panic_message(&*payload).to_owned());
        Err(Problem::Failed(format!("panicked: {message}")))
    })
}

/// The text of a panic's payload, which is a string unless someone chose otherwise.
fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}
