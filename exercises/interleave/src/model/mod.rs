//! The explorer, from the outside in: what a test calls, and what it gets back.
//!
//! To read on: `search` chooses the schedules, `schedule` says what one is, `run` executes a test under it, `state` and
//! `operations` know what every operation means, `clock` finds races, `fingerprint` saves work, `diagnose` and `report`
//! tell the reader.

mod clock;
mod diagnose;
mod effects;
mod fingerprint;
mod one_cpu;
mod operations;
mod pool;
mod report;
mod run;
mod schedule;
mod search;
mod state;
mod words;

pub(crate) use effects::{Effect, Values};
pub(crate) use run::{Current, Run, current, describe};
pub(crate) use state::Panic;
pub(crate) use words::{ObjectId, ThreadId, Value};

use std::cell::Cell;
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use schedule::{Guide, Schedule};
use search::Search;
use state::State;

/// What kind of failure a schedule led to. Its text begins the report.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// No thread can go on.
    Deadlock,
    /// No thread can go on, and a notification, unpark or wake went to nobody.
    LostWakeup,
    /// Two accesses to a cell, at least one of them a write, that nothing orders.
    DataRace,
    /// A panic of the test, or of a thread that nobody joined.
    Panic,
    /// The test has ended, and a thread of it never will.
    LeakedThread,
    /// A tracked future was neither completed nor dropped.
    LeakedTask,
    /// More steps than the bound.
    Livelock,
    /// A thread waits for something that the kit does not see, or loops without any operation.
    Stuck,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Deadlock => "deadlock",
            Kind::LostWakeup => "lost wake-up",
            Kind::DataRace => "data race",
            Kind::Panic => "panic",
            Kind::LeakedThread => "leaked thread",
            Kind::LeakedTask => "leaked task",
            Kind::Livelock => "livelock",
            Kind::Stuck => "stuck",
        })
    }
}

/// A schedule that fails.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: Kind,
    /// What happened, in one sentence.
    pub sentence: String,
    /// The schedule, as `INTERLEAVE_REPLAY` takes it after the `@`.
    pub schedule: String,
    /// How many schedules were tried until this one.
    pub schedules: usize,
    /// The report: the sentence, the interleaving, and how to replay it.
    pub report: String,
    table: String,
    steps: usize,
    plan: Schedule,
    stop_at_unlock: bool,
}

impl Failure {
    fn new(kind: Kind, sentence: String, state: &State) -> Self {
        Failure {
            kind,
            table: report::table(state, &sentence, kind),
            sentence,
            schedule: String::new(),
            schedules: 0,
            report: String::new(),
            steps: state.trace.len(),
            plan: Schedule::of(&state.decisions),
            stop_at_unlock: state.rules.stop_at_unlock,
        }
    }
}

impl Failure {
    /// The schedule; an `u` says that the turn may also pass on at an unlock.
    fn replay(&self) -> String {
        format!(
            "{}{}",
            if self.stop_at_unlock { "u" } else { "" },
            self.plan
        )
    }
}

/// What a search without a failure has covered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exploration {
    /// How many schedules were run.
    pub schedules: usize,
    /// Every schedule with at most so many preemptions was run. `None` for a random search, or if a limit came first.
    pub covered: Option<usize>,
    /// Whether all that was asked for was run, before any limit.
    pub complete: bool,
}

impl fmt::Display for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} schedules tried without a failure", self.schedules)?;
        match self.covered {
            Some(most) => write!(f, ", among them all with at most {most} preemptions")?,
            None if self.complete => {}
            None => write!(f, ", but not even all without a preemption")?,
        }
        if self.complete {
            Ok(())
        } else {
            write!(f, "; a limit ended the search")
        }
    }
}

/// Tries the schedules of a test.
///
/// ```
/// # #[cfg(all(feature = "model", not(feature = "loom")))] {
/// let covered = interleave::Explorer::new().preemptions(1).check(|| {
///     let thread = interleave::thread::spawn(|| 1);
///     assert_eq!(thread.join().unwrap(), 1);
/// });
/// assert!(covered.complete);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "an explorer does nothing until `check` or `explore`"]
pub struct Explorer {
    preemptions: usize,
    max_schedules: usize,
    max_steps: usize,
    budget: Option<Duration>,
    spurious: bool,
    fresh_threads: bool,
    merges: bool,
    random: Option<(u64, usize)>,
}

impl Default for Explorer {
    fn default() -> Self {
        Self::new()
    }
}

impl Explorer {
    /// Depth first, at most 2 preemptions, 100,000 schedules of 10,000 steps each. `INTERLEAVE_BUDGET_MS` bounds the time.
    pub fn new() -> Self {
        let budget = std::env::var("INTERLEAVE_BUDGET_MS")
            .ok()
            .and_then(|ms| ms.parse().ok());
        Explorer {
            preemptions: 2,
            max_schedules: 100_000,
            max_steps: 10_000,
            budget: budget.map(Duration::from_millis),
            spurious: false,
            fresh_threads: false,
            merges: true,
            random: None,
        }
    }

    /// How often the schedule may stop a thread that could go on. Most bugs need two.
    pub fn preemptions(mut self, most: usize) -> Self {
        self.preemptions = most;
        self
    }

    /// After how many schedules the search ends, complete or not.
    pub fn max_schedules(mut self, most: usize) -> Self {
        self.max_schedules = most;
        self
    }

    /// After how many steps a run counts as a livelock.
    pub fn max_steps(mut self, most: usize) -> Self {
        self.max_steps = most;
        self
    }

    /// After which time the search ends, complete or not.
    pub fn budget(mut self, budget: Duration) -> Self {
        self.budget = Some(budget);
        self
    }

    /// Also lets `Condvar::wait` and `park` return for no reason, as std allows. Each costs one preemption.
    pub fn spurious_wakeups(mut self, allowed: bool) -> Self {
        self.spurious = allowed;
        self
    }

    /// Gives every thread of every run an OS thread of its own, and so thread-local variables of its own. Slower.
    pub fn fresh_threads(mut self, fresh: bool) -> Self {
        self.fresh_threads = fresh;
        self
    }

    /// Whether a state that two schedules lead to is followed only once. It saves time and changes nothing else; the
    /// kit's own tests switch it off to show that.
    pub fn merge_states(mut self, merges: bool) -> Self {
        self.merges = merges;
        self
    }

    /// Instead of all schedules, tries `runs` that are chosen at random from this seed.
    pub fn random(mut self, seed: u64, runs: usize) -> Self {
        self.random = Some((seed, runs));
        self
    }

    /// Searches, and panics with the report if a schedule fails.
    ///
    /// `INTERLEAVE_REPLAY=<n>@<schedule>` runs only that schedule of the n-th search on this thread.
    ///
    /// # Panics
    ///
    /// With the report as its message.
    #[track_caller]
    pub fn check<F>(&self, test: F) -> Exploration
    where
        F: Fn() + Send + Sync + 'static,
    {
        crate::hang::visit(Location::caller());
        let ordinal = next_ordinal();
        let test: Arc<dyn Fn() + Send + Sync> = Arc::new(test);
        let outcome = match replay_for(ordinal) {
            Some((plan, stop_at_unlock)) => {
                let (_, failure) = Search::new(self, test).run(Guide::Follow(plan), stop_at_unlock);
                failure.map_or(
                    Ok(Exploration {
                        schedules: 1,
                        covered: None,
                        complete: true,
                    }),
                    Err,
                )
            }
            None => Search::new(self, test).search(),
        };
        match outcome {
            Ok(exploration) => {
                if self.random.is_none() && !exploration.complete {
                    eprintln!("interleave: {exploration}");
                }
                exploration
            }
            Err(mut failure) => {
                failure.schedules = failure.schedules.max(1);
                panic!("{}", report::message(&failure, ordinal))
            }
        }
    }

    /// Searches, and returns the failure if a schedule fails.
    ///
    /// # Errors
    ///
    /// The first failure found, shrunk.
    pub fn explore<F>(&self, test: F) -> Result<Exploration, Box<Failure>>
    where
        F: Fn() + Send + Sync + 'static,
    {
        let test: Arc<dyn Fn() + Send + Sync> = Arc::new(test);
        Search::new(self, test).search().map_err(|mut failure| {
            failure.report = report::message(&failure, 1);
            failure.schedule = failure.replay();
            failure
        })
    }
}

thread_local! {
    static ORDINAL: Cell<usize> = const { Cell::new(0) };
}

/// Counts the searches of this thread: a test has a thread of its own, so the number means the same in each run of it.
fn next_ordinal() -> usize {
    ORDINAL.with(|ordinal| {
        ordinal.set(ordinal.get() + 1);
        ordinal.get()
    })
}

/// The schedule that `INTERLEAVE_REPLAY` asks for, if it is meant for this search.
#[track_caller]
fn replay_for(ordinal: usize) -> Option<(Schedule, bool)> {
    let text = std::env::var("INTERLEAVE_REPLAY")
        .ok()
        .filter(|text| !text.is_empty())?;
    let (number, plan) = text.split_once('@').unwrap_or(("1", &text));
    let (stop_at_unlock, plan) = plan
        .strip_prefix('u')
        .map_or((false, plan), |plan| (true, plan));
    let (Ok(number), Ok(plan)) = (number.parse::<usize>(), plan.parse::<Schedule>()) else {
        panic!(
            "INTERLEAVE_REPLAY={text} is not a schedule; expected something like 1@7:2,12:0 (test at {})",
            Location::caller()
        );
    };
    (number == ordinal).then_some((plan, stop_at_unlock))
}
