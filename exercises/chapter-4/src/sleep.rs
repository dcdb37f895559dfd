//! Sleeping: a goroutine leaves its waker with the timers, and comes back when it is due.
//!
//! A run has one clock. That of [`Runtime::new`](crate::Runtime::new) is the machine's. A virtual clock stands still while
//! a goroutine can run, and jumps to the next sleeper when all wait: so a test of a year takes no time, and ends the same
//! way each time. Go's `testing/synctest` does that too.
//!
//! Invariants: a sleep has at most one timer, with the waker of its latest poll; a timer that is gone has fired; a sleep
//! that is dropped leaves no timer behind.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use interleave::{sync::Arc, thread};

use crate::{
    runtime,
    timers::{TimerKey, Timers},
};

/// A sleep. It begins with its first poll.
#[must_use = "a future does nothing until it is awaited or polled"]
pub struct Sleep {
    time: Duration,
    /// Where its timer is, from the first poll on.
    timer: Option<(Arc<Timers>, TimerKey)>,
}

/// Waits for `time`, and lets the other goroutines run meanwhile. No time at all is no wait.
///
/// # Panics
/// When it is polled outside of a runtime.
pub fn sleep(time: Duration) -> Sleep {
    Sleep { time, timer: None }
}

/// The time since the run began, by the clock of the runtime.
///
/// # Panics
/// Outside of a runtime.
#[track_caller]
#[must_use]
pub fn elapsed() -> Duration {
    runtime::current_timers("elapsed").now()
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        todo!(
            "wait for nothing where the time is zero, leave a timer with this waker at the first poll, keep its waker up to date after that, and be ready when it is gone"
        )
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some((timers, key)) = &self.timer {
            todo!("take the timer away, so that it neither wakes anybody nor holds up the clock")
        }
    }
}

/// Wakes all who are due by now, the first one first. The runtime calls it where somebody sleeps.
pub(crate) fn wake_due(timers: &Timers) {
    todo!("wake every sleeper that is due by now")
}

/// Nobody can run before `due`, the moment of the first sleeper: lets time pass, at most until then.
///
/// Another thread may end the wait early, with an unpark.
pub(crate) fn pass_time(timers: &Timers, due: Duration) {
    todo!("move a virtual clock on to that moment, or else park for the time that is left")
}
