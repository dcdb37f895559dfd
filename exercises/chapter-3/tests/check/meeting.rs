//! A meeting proves that several pieces of work are in progress together: each waits until all have arrived.
//!
//! A pass depends on no clock. Only a failure does: if somebody is still missing when the patience is over, everybody
//! goes on, and `assert_met` tells who waited for whom. So a sequential fake gets an explanation and not a hang.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long the first to arrive waits before the meeting fails. A machine under load gets there in milliseconds.
const PATIENCE: Duration = Duration::from_secs(3);

pub struct Meeting {
    names: Vec<String>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    arrived: Vec<bool>,
    failure: Option<String>,
}

impl Meeting {
    pub fn of<N: ToString>(names: impl IntoIterator<Item = N>) -> Meeting {
        let names: Vec<String> = names.into_iter().map(|name| name.to_string()).collect();
        Meeting {
            state: Mutex::new(State {
                arrived: vec![false; names.len()],
                failure: None,
            }),
            changed: Condvar::new(),
            names,
        }
    }

    /// Arrives, and waits for all the others. Arriving again does no harm.
    pub fn join(&self, who: usize) {
        self.arrive(who);
        self.wait_for(who, 0..self.names.len());
    }

    /// Arrives and does not wait.
    pub fn arrive(&self, who: usize) {
        self.state().arrived[who] = true;
        self.changed.notify_all();
    }

    /// `who` waits until all of `others` have arrived.
    pub fn wait_for(&self, who: usize, others: impl IntoIterator<Item = usize> + Clone) {
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.state();
        loop {
            let missing = others
                .clone()
                .into_iter()
                .find(|&other| !state.arrived[other]);
            let (Some(missing), None) = (missing, &state.failure) else {
                return;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.failure = Some(format!(
                    "{} waited {} s for {}, which was not in progress in all that time.",
                    self.names[who],
                    PATIENCE.as_secs(),
                    self.names[missing],
                ));
                self.changed.notify_all();
                return;
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Fails the test if somebody waited in vain, or if somebody never came.
    #[track_caller]
    pub fn assert_met(&self, look_at: &str) {
        let state = self.state();
        if let Some(failure) = &state.failure {
            panic!("{failure}\n{look_at}");
        }
        if let Some(missing) = state.arrived.iter().position(|arrived| !arrived) {
            panic!("{} was never in progress.\n{look_at}", self.names[missing]);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
