//! A future by hand: it counts down from poll to poll, and asks for each next poll itself.
//!
//! A future does nothing until it is polled. A poll that answers `Pending` has made a promise: somebody will call the
//! waker of that poll as soon as another poll is worthwhile. Nobody else waits for this future, so it calls the waker
//! itself, before it answers.
//!
//! Invariants: each poll that answers `Pending` has called the waker that it was given; polls that nobody asked for are
//! answered too.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// A future that is pending for a number of polls, and then ready.
#[derive(Clone, Debug)]
#[must_use = "a future does nothing until it is awaited or polled"]
pub struct Countdown {
    left: usize,
}

impl Countdown {
    /// Pending `polls` times.
    pub fn new(polls: usize) -> Countdown {
        Countdown { left: polls }
    }
}

impl Future for Countdown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        todo!("answer Ready at zero, or else count down, call the waker, and answer Pending")
    }
}

/// Lets every other task that is queued have a turn first. Go calls it `runtime.Gosched()`.
pub fn yield_now() -> Countdown {
    todo!("return a future that is pending exactly once")
}
