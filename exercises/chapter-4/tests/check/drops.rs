//! Counts what is dropped.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};

/// Gives out marks, and counts those that are dropped.
#[derive(Clone, Default)]
pub struct Drops(Arc<AtomicUsize>);

/// Counts when it is dropped. A copy of it does not exist, so whatever holds it is dropped that often.
pub struct Mark(Drops);

impl Drops {
    pub fn mark(&self) -> Mark {
        Mark(self.clone())
    }

    pub fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, SeqCst);
    }
}
