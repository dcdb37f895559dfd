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

// ANCHOR: countdown_whole
impl Future for Countdown {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // ANCHOR: countdown todo: answer Ready at zero, or else count down, call the waker, and answer Pending
        if self.left == 0 {
            return Poll::Ready(());
        }
        self.left -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
        // ANCHOR_END: countdown
    }
}
// ANCHOR_END: countdown_whole

/// Lets every other task that is queued have a turn first. Go calls it `runtime.Gosched()`.
// ANCHOR: yield_now_whole
pub fn yield_now() -> Countdown {
    // ANCHOR: yield_now todo: return a future that is pending exactly once
    Countdown::new(1)
    // ANCHOR_END: yield_now
}
// ANCHOR_END: yield_now_whole
