//! Who sleeps, until when, and by which clock: chapter 1's timers with wakers in the place of jobs. This file is given.
//!
//! A sleep may be dropped on another thread than the one on which it was polled, so a lock guards the timers.
//!
//! Invariants: the sleeper that is due first comes first, and of those that are due together, the one that came first;
//! the virtual clock never goes back.

use std::{collections::BTreeMap, task::Waker, time::Duration};

use interleave::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// When a sleeper is due, and a number that tells apart those that are due together.
pub(crate) type TimerKey = (Duration, u64);

/// The timers of one run, and its clock.
pub(crate) struct Timers {
    began: Instant,
    state: Mutex<State>,
}

struct State {
    /// What the virtual clock shows. `None`: the clock is the machine's.
    virtual_now: Option<Duration>,
    sleepers: BTreeMap<TimerKey, Waker>,
    /// How many sleepers have come so far.
    count: u64,
}

impl Timers {
    pub(crate) fn new(virtual_clock: bool) -> Timers {
        Timers {
            began: Instant::now(),
            state: Mutex::new(State {
                virtual_now: virtual_clock.then_some(Duration::ZERO),
                sleepers: BTreeMap::new(),
                count: 0,
            }),
        }
    }

    /// The time since the run began.
    pub(crate) fn now(&self) -> Duration {
        self.lock()
            .virtual_now
            .unwrap_or_else(|| self.began.elapsed())
    }

    /// Wakes `waker` when the clock shows `due`, unless it is removed before.
    pub(crate) fn insert(&self, due: Duration, waker: Waker) -> TimerKey {
        let mut state = self.lock();
        let key = (due, state.count);
        state.count += 1;
        state.sleepers.insert(key, waker);
        key
    }

    /// Lets the sleeper be woken through `waker` from now on. `false` if it is not among the timers.
    pub(crate) fn update(&self, key: TimerKey, waker: &Waker) -> bool {
        match self.lock().sleepers.get_mut(&key) {
            Some(known) => {
                known.clone_from(waker);
                true
            }
            None => false,
        }
    }

    /// The sleeper is not to be woken any more.
    pub(crate) fn remove(&self, key: TimerKey) {
        // The waker is dropped after the lock is released: nobody knows what that runs.
        let waker = self.lock().sleepers.remove(&key);
        drop(waker);
    }

    /// When the first sleeper is due.
    pub(crate) fn next_due(&self) -> Option<Duration> {
        let state = self.lock();
        state.sleepers.first_key_value().map(|(&(due, _), _)| due)
    }

    /// Takes out the first sleeper if it is due by `now`.
    pub(crate) fn pop_due(&self, now: Duration) -> Option<Waker> {
        let mut state = self.lock();
        let first = state.sleepers.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }

    /// Moves a virtual clock on to `instant`. `false` if the clock is the machine's: it moves by itself.
    pub(crate) fn jump_to(&self, instant: Duration) -> bool {
        match &mut self.lock().virtual_now {
            Some(now) => {
                *now = instant.max(*now);
                true
            }
            None => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
