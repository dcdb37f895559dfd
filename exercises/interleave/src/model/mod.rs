//! The explorer: runs a test under one schedule after the other, the ones with the fewest preemptions first.
//!
//! The search keeps a list of schedules to try for each number of preemptions. It starts with the schedule that
//! deviates nowhere. Each run tells at which points another thread could have gone; each such choice makes a longer
//! schedule, on the list of its price. So every schedule within the bound is tried once, and the first failure needs
//! the fewest preemptions. A failure is then shrunk: a deviation that is not needed for it goes.

mod clock;
mod diagnose;
mod fingerprint;
mod operations;
mod report;
mod run;
mod schedule;
mod state;

pub(crate) use operations::{Effect, Values};
pub(crate) use run::{Current, Run, current, describe};
pub(crate) use state::{ObjectId, Panic, ThreadId, Value};

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use schedule::{Guide, Schedule};
use state::{Rules, State};

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
        format!("{}{}", if self.stop_at_unlock { "u" } else { "" }, self.plan)
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
        let budget = std::env::var("INTERLEAVE_BUDGET_MS").ok().and_then(|ms| ms.parse().ok());
        Explorer {
            preemptions: 2,
            max_schedules: 100_000,
            max_steps: 10_000,
            budget: budget.map(Duration::from_millis),
            spurious: false,
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
        let ordinal = next_ordinal();
        let test: Arc<dyn Fn() + Send + Sync> = Arc::new(test);
        let outcome = match replay_for(ordinal) {
            Some((plan, stop_at_unlock)) => {
                let (_, failure) = self.run(Guide::Follow(plan), stop_at_unlock, &test);
                failure.map_or(Ok(Exploration { schedules: 1, covered: None, complete: false }), Err)
            }
            None => self.search(&test),
        };
        match outcome {
            Ok(exploration) => exploration,
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
        self.search(&test).map_err(|mut failure| {
            failure.report = report::message(&failure, 1);
            failure.schedule = failure.replay();
            Box::new(failure)
        })
    }

    fn search(&self, test: &Arc<dyn Fn() + Send + Sync>) -> Result<Exploration, Failure> {
        match self.random {
            Some((seed, runs)) => self.search_at_random(seed, runs, test),
            None => self.search_all(test, false),
        }
    }

    /// Tries every schedule within the bound, the cheapest first.
    fn search_all(&self, test: &Arc<dyn Fn() + Send + Sync>, stop_at_unlock: bool) -> Result<Exploration, Failure> {
        let began = Instant::now();
        let mut schedules = 0;
        // The ways out of a state that a run has taken: see `fingerprint`.
        let mut taken = HashSet::new();
        // To try, by the number of preemptions. Taken from the front: fewer deviations come first.
        let mut lists = vec![VecDeque::new(); self.preemptions + 1];
        lists[0].push_back((Schedule::default(), None));
        for price in 0..=self.preemptions {
            while let Some((schedule, edge)) = lists[price].pop_front() {
                if edge.is_some_and(|edge| !taken.insert(edge)) {
                    continue;
                }
                let late = self.budget.is_some_and(|budget| began.elapsed() > budget);
                if schedules >= self.max_schedules || late {
                    return Ok(Exploration { schedules, covered: price.checked_sub(1), complete: false });
                }
                schedules += 1;
                let open_from = schedule.open_from();
                let (state, failure) = self.run(Guide::Follow(schedule.clone()), stop_at_unlock, test);
                if let Some(mut failure) = failure {
                    failure.schedules = schedules;
                    return Err(self.shrink(failure, stop_at_unlock, test));
                }
                if state.tried_a_lock && !stop_at_unlock {
                    // Whether a lock is free can be seen, so when it becomes free matters. Begin again.
                    return self.search_all(test, true);
                }
                for (number, decision) in state.decisions.iter().enumerate().skip(open_from) {
                    for thread in state::members(decision.among).filter(|&thread| thread != decision.chosen) {
                        let price = price + decision.cost(thread);
                        let edge = decision.edge(thread);
                        if price <= self.preemptions && !taken.contains(&edge) {
                            lists[price].push_back((schedule.then(number, thread), Some(edge)));
                        }
                    }
                    if !taken.insert(decision.edge(decision.chosen)) {
                        // From here on it went as some run before.
                        break;
                    }
                }
            }
        }
        Ok(Exploration { schedules, covered: Some(self.preemptions), complete: true })
    }

    fn search_at_random(&self, seed: u64, runs: usize, test: &Arc<dyn Fn() + Send + Sync>) -> Result<Exploration, Failure> {
        for run in 0..runs {
            let (_, failure) = self.run(Guide::Random(seed.wrapping_add(run as u64)), true, test);
            if let Some(mut failure) = failure {
                failure.schedules = run + 1;
                return Err(self.shrink(failure, true, test));
            }
        }
        Ok(Exploration { schedules: runs, covered: None, complete: true })
    }

    /// Leaves out deviations for as long as the same kind of failure remains in no more steps.
    fn shrink(&self, mut failure: Failure, stop_at_unlock: bool, test: &Arc<dyn Fn() + Send + Sync>) -> Failure {
        let mut tries = 0;
        let mut index = failure.plan.0.len();
        while index > 0 && tries < 100 {
            index -= 1;
            tries += 1;
            let mut shorter = failure.plan.clone();
            shorter.0.remove(index);
            let (_, found) = self.run(Guide::Follow(shorter), stop_at_unlock, test);
            let better = |found: &Failure| {
                found.kind == failure.kind && (found.steps, found.plan.0.len()) < (failure.steps, failure.plan.0.len())
            };
            if let Some(mut found) = found.filter(better) {
                found.schedules = failure.schedules;
                index = found.plan.0.len();
                failure = found;
            }
        }
        failure
    }

    fn run(&self, guide: Guide, stop_at_unlock: bool, test: &Arc<dyn Fn() + Send + Sync>) -> (State, Option<Failure>) {
        static EPOCH: AtomicU32 = AtomicU32::new(0);
        let epoch = 1 + EPOCH.fetch_add(1, Ordering::Relaxed);
        let rules = Rules { max_steps: self.max_steps, spurious: self.spurious, stop_at_unlock };
        let mut state = Run::execute(State::new(epoch, guide, rules), Arc::clone(test));
        if state.failure.is_none()
            && let Some((kind, sentence)) = diagnose::after_the_end(&state)
        {
            state.fail(kind, sentence);
        }
        let failure = state.failure.take();
        (state, failure)
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
    let text = std::env::var("INTERLEAVE_REPLAY").ok().filter(|text| !text.is_empty())?;
    let (number, plan) = text.split_once('@').unwrap_or(("1", &text));
    let (stop_at_unlock, plan) = plan.strip_prefix('u').map_or((false, plan), |plan| (true, plan));
    let (Ok(number), Ok(plan)) = (number.parse::<usize>(), plan.parse::<Schedule>()) else {
        panic!(
            "INTERLEAVE_REPLAY={text} is not a schedule; expected something like 1@7:2,12:0 (test at {})",
            Location::caller()
        );
    };
    (number == ordinal).then_some((plan, stop_at_unlock))
}
