//! Vector clocks: who knows of whose steps.
//!
//! Each thread counts its own steps. Its clock holds, for every thread, the latest step it has heard of. Releasing a
//! lock copies the clock into the lock, and acquiring it merges the copy back: knowledge travels with synchronisation
//! and with nothing else. An earlier access *happens before* this one if this thread's clock has heard of it.
//! Two accesses of which neither has heard of the other race, whatever order they had in this run.

/// The most threads that one run can have. Sets of threads are bits of a `u32`.
pub(crate) const MAX_THREADS: usize = 32;

/// For every thread, the latest of its steps that the owner has heard of.
#[derive(Clone, Copy, Default)]
pub(crate) struct Clock([u32; MAX_THREADS]);

impl Clock {
    /// Learns all that `other` knows.
    pub fn merge(&mut self, other: &Clock) {
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    /// Counts a step of `thread`, the owner.
    pub fn tick(&mut self, thread: usize) {
        self.0[thread] += 1;
    }

    /// The latest step of `thread` that the owner has heard of.
    pub fn of(&self, thread: usize) -> u32 {
        self.0[thread]
    }
}
