//! A barrier: std's, which says that a thread waits.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::AtomicU32;

use crate::hang;
use crate::origin::Origin;

/// `std::sync::Barrier`, driven by the explorer inside a run.
pub struct Barrier {
    origin: Origin,
    size: usize,
    inner: std::sync::Barrier,
}

/// Whether this thread was the last to arrive.
#[derive(Clone, Copy, Debug)]
pub struct BarrierWaitResult(bool);

impl BarrierWaitResult {
    /// Whether this thread was the last to arrive; exactly one thread of each round is.
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.0
    }
}

impl Barrier {
    /// A barrier for `size` threads.
    #[must_use]
    #[track_caller]
    pub const fn new(size: usize) -> Self {
        Barrier {
            origin: Origin::here(),
            size,
            inner: std::sync::Barrier::new(size),
        }
    }

    /// Waits until all threads have arrived. The barrier can then be used again.
    #[track_caller]
    pub fn wait(&self) -> BarrierWaitResult {
        let at = Location::caller();
        under_model!(run => BarrierWaitResult(run.barrier(&self.origin, self.size, at)));
        hang::visit(at);
        let _waiting = hang::wait(|| self.name(), at, None);
        BarrierWaitResult(self.inner.wait().is_leader())
    }

    fn name(&self) -> String {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        format!(
            "all {} threads at Barrier #{} (made at {})",
            self.size,
            self.origin.number(&COUNTER),
            hang::place(self.origin.made)
        )
    }
}

impl fmt::Debug for Barrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Barrier").finish_non_exhaustive()
    }
}
