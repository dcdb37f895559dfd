//! Chapter 4's `WaitGroup`, whose `go` starts goroutines on this chapter's runtime. Given.

use std::future::Future;

use crate::{go, task::JoinHandle};

/// Counts what is in progress. A clone counts together with its original.
#[derive(Clone, Debug, Default)]
pub struct WaitGroup(chapter_4_solution::WaitGroup);

impl WaitGroup {
    /// Nothing is in progress.
    #[must_use]
    pub fn new() -> WaitGroup {
        WaitGroup::default()
    }

    /// Adds `number` to the counter; a negative one takes away. If that makes zero, all who wait are released.
    ///
    /// # Panics
    /// When the counter becomes negative: more was done than was added.
    pub fn add(&self, number: isize) {
        self.0.add(number);
    }

    /// One less is in progress.
    ///
    /// # Panics
    /// When the counter becomes negative.
    pub fn done(&self) {
        self.0.done();
    }

    /// Waits until the counter is zero.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn wait(&self) -> impl Future<Output = ()> + use<> {
        self.0.wait()
    }

    /// Starts `future` as a goroutine that counts: from now on, until it is gone.
    ///
    /// # Panics
    /// Outside a runtime; there, use `runtime.go(group.count(future))`.
    pub fn go<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        go(self.count(future))
    }

    /// `future`, counted: from now on, until it has ended, by its result, by a panic, or because it was dropped.
    #[must_use = "a future does nothing until it is awaited"]
    pub fn count<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        self.0.count(future)
    }
}
