//! The search: which schedules are tried, in which order, and how a failure is made shorter.
//!
//! It keeps a list of schedules to try for each number of preemptions, and begins with the schedule that deviates
//! nowhere. Each run tells at which points another thread could have gone; each such choice makes a longer schedule, on
//! the list of its price. So every schedule within the bound is tried once, unless it only repeats another (see
//! `fingerprint`), and the first failure needs the fewest preemptions.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use super::diagnose;
use super::one_cpu::OneCpu;
use super::pool::Pool;
use super::run::Run;
use super::schedule::{Guide, Schedule};
use super::state::{Rules, State, members};
use super::{Exploration, Explorer, Failure};

/// A search in progress: the explorer's settings, the test, and the OS threads that it runs on.
pub(super) struct Search<'a> {
    explorer: &'a Explorer,
    test: Arc<dyn Fn() + Send + Sync>,
    pool: Option<Arc<Pool>>,
    _stay: OneCpu,
}

impl<'a> Search<'a> {
    pub fn new(explorer: &'a Explorer, test: Arc<dyn Fn() + Send + Sync>) -> Self {
        let pool = (!explorer.fresh_threads).then(Arc::default);
        Search {
            explorer,
            test,
            pool,
            _stay: OneCpu::stay(),
        }
    }

    pub fn search(&self) -> Result<Exploration, Box<Failure>> {
        match self.explorer.random {
            Some((seed, runs)) => self.search_at_random(seed, runs),
            None => self.search_all(false),
        }
    }

    /// Tries every schedule within the bound, the cheapest first.
    fn search_all(&self, stop_at_unlock: bool) -> Result<Exploration, Box<Failure>> {
        let began = Instant::now();
        let mut schedules = 0;
        // The ways out of a state that a run has taken: see `fingerprint`.
        let mut taken = HashSet::new();
        let merges = self.explorer.merges;
        // To try, by the number of preemptions. Taken from the front: fewer deviations come first.
        let mut lists = vec![VecDeque::new(); self.explorer.preemptions + 1];
        lists[0].push_back((Schedule::default(), None));
        for price in 0..=self.explorer.preemptions {
            while let Some((schedule, edge)) = lists[price].pop_front() {
                if edge.is_some_and(|edge| !taken.insert(edge)) && merges {
                    continue;
                }
                let late = self
                    .explorer
                    .budget
                    .is_some_and(|budget| began.elapsed() > budget);
                if schedules >= self.explorer.max_schedules || late {
                    return Ok(Exploration {
                        schedules,
                        covered: price.checked_sub(1),
                        complete: false,
                    });
                }
                schedules += 1;
                let open_from = schedule.open_from();
                let (state, failure) = self.run(Guide::Follow(schedule.clone()), stop_at_unlock);
                if let Some(mut failure) = failure {
                    failure.schedules = schedules;
                    return Err(self.shrink(failure, stop_at_unlock));
                }
                if state.tried_a_lock && !stop_at_unlock {
                    // Whether a lock is free can be seen, so when it becomes free matters. Begin again.
                    return self.search_all(true);
                }
                for (number, decision) in state.decisions.iter().enumerate().skip(open_from) {
                    for thread in
                        members(decision.among).filter(|&thread| thread != decision.chosen)
                    {
                        let price = price + decision.cost(thread);
                        let edge = state.way_out(decision, thread);
                        if price <= self.explorer.preemptions && !(merges && taken.contains(&edge))
                        {
                            lists[price].push_back((schedule.then(number, thread), Some(edge)));
                        }
                    }
                    if !taken.insert(state.way_out(decision, decision.chosen)) && merges {
                        // From here on it went as some run before.
                        break;
                    }
                }
            }
        }
        Ok(Exploration {
            schedules,
            covered: Some(self.explorer.preemptions),
            complete: true,
        })
    }

    fn search_at_random(&self, seed: u64, runs: usize) -> Result<Exploration, Box<Failure>> {
        for run in 0..runs {
            let (_, failure) = self.run(Guide::Random(seed.wrapping_add(run as u64)), true);
            if let Some(mut failure) = failure {
                failure.schedules = run + 1;
                return Err(self.shrink(failure, true));
            }
        }
        Ok(Exploration {
            schedules: runs,
            covered: None,
            complete: true,
        })
    }

    /// Leaves out deviations for as long as the same kind of failure remains in no more steps.
    fn shrink(&self, mut failure: Box<Failure>, stop_at_unlock: bool) -> Box<Failure> {
        let mut tries = 0;
        let mut index = failure.plan.0.len();
        while index > 0 && tries < 100 {
            index -= 1;
            tries += 1;
            let mut shorter = failure.plan.clone();
            shorter.0.remove(index);
            let (_, found) = self.run(Guide::Follow(shorter), stop_at_unlock);
            let better = |found: &Failure| {
                found.kind == failure.kind
                    && (found.steps, found.plan.0.len()) < (failure.steps, failure.plan.0.len())
            };
            if let Some(mut found) = found.filter(|found| better(found)) {
                found.schedules = failure.schedules;
                index = found.plan.0.len();
                failure = found;
            }
        }
        failure
    }

    pub fn run(&self, guide: Guide, stop_at_unlock: bool) -> (State, Option<Box<Failure>>) {
        static EPOCH: AtomicU32 = AtomicU32::new(0);
        let epoch = 1 + EPOCH.fetch_add(1, Ordering::Relaxed);
        let rules = Rules {
            max_steps: self.explorer.max_steps,
            spurious: self.explorer.spurious,
            stop_at_unlock,
        };
        let mut state = Run::execute(
            State::new(epoch, guide, rules),
            self.pool.clone(),
            Arc::clone(&self.test),
        );
        if state.failure.is_none()
            && let Some((kind, sentence)) = diagnose::after_the_end(&state)
        {
            state.fail(kind, sentence);
        }
        let failure = state.failure.take().map(Box::new);
        (state, failure)
    }
}
