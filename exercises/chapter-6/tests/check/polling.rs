//! A future that is polled by hand, with a waker that counts.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use interleave::future::WakeCounter;

pub struct Polled<'a, T> {
    future: Pin<Box<dyn Future<Output = T> + 'a>>,
    counter: WakeCounter,
}

/// `future`, not polled yet.
pub fn by_hand<'a, T>(future: impl Future<Output = T> + 'a) -> Polled<'a, T> {
    Polled {
        future: Box::pin(future),
        counter: WakeCounter::new(),
    }
}

impl<T> Polled<'_, T> {
    /// Polls it once.
    pub fn poll(&mut self) -> Poll<T> {
        let waker = self.counter.waker();
        self.future.as_mut().poll(&mut Context::from_waker(&waker))
    }

    /// Polls it once, and it has to wait.
    #[track_caller]
    pub fn waits(&mut self, why: &str) {
        assert!(
            self.poll().is_pending(),
            "this operation should wait: {why}"
        );
    }

    /// From now on it is polled by another task.
    pub fn change_task(&mut self) -> WakeCounter {
        std::mem::take(&mut self.counter)
    }

    /// How often it was woken.
    pub fn wakes(&self) -> usize {
        self.counter.wakes()
    }

    /// How many of its wakers somebody keeps.
    pub fn kept_wakers(&self) -> usize {
        self.counter.wakers()
    }

    pub fn counter(&self) -> WakeCounter {
        self.counter.clone()
    }
}
