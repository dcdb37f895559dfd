//! What the compiler refuses: three programs that share what must not be shared, and what makes each of them right.
//!
//! The programs stand in `tests/refused/programs/`. None of them compiles, and each would be a data race or a use of freed
//! memory if it did. First you predict the compiler's error code. Then you write the piece that its twin, a program
//! that differs in that piece alone, needs in order to compile. The judge of both is the compiler.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    thread::{self, JoinHandle},
};

/// The error codes that ownership and threads bring up most often. `rustc --explain E0277` tells more of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A type does not have a trait that the call requires, such as `Send` or `Sync`.
    E0277,
    /// A closure borrows from the current function and may outlive it.
    E0373,
    /// A value is used after it was moved.
    E0382,
    /// A value is borrowed mutably twice at once.
    E0499,
    /// A value is borrowed mutably while it is borrowed immutably.
    E0502,
    /// A value is dropped while it is still borrowed.
    E0597,
}

/// `counts_in_rc.rs`: two threads count in one `Rc<Cell<usize>>`. What does the compiler say?
pub fn counts_in_rc() -> Code {
    // ANCHOR: counts_in_rc todo: read the program counts_in_rc.rs, and name the error code you expect
    Code::E0277
    // ANCHOR_END: counts_in_rc
}

/// A counter that threads may share.
#[derive(Debug, Default)]
pub struct Counter {
    // ANCHOR: counter_fields todo: choose a field
    count: AtomicUsize,
    // STARTER
    // // A Cell changes through a shared reference, and only one thread may do so. What may many threads change?
    // count: std::cell::Cell<usize>,
    // STARTER_END
    // ANCHOR_END: counter_fields
}

// ANCHOR: counter
impl Counter {
    /// Adds one.
    pub fn add(&self) {
        // ANCHOR: counter_add todo: choose the field of Counter, then add one to it in a single operation
        // Relaxed: only the number counts. Whoever reads it joins the threads first.
        self.count.fetch_add(1, Relaxed);
        // ANCHOR_END: counter_add
    }

    /// How often `add` was called.
    pub fn total(&self) -> usize {
        // ANCHOR: counter_total todo: read the count
        self.count.load(Relaxed)
        // ANCHOR_END: counter_total
    }
}
// ANCHOR_END: counter

/// `sums_a_local.rs`: a thread sums a vector of the function that started it, and returns its handle. What does the
/// compiler say?
pub fn sums_a_local() -> Code {
    // ANCHOR: sums_a_local todo: read the program sums_a_local.rs, and name the error code you expect
    Code::E0373
    // ANCHOR_END: sums_a_local
}

/// Sums the row on a thread that may outlive this function.
// ANCHOR: start_sum_whole
pub fn start_sum(row: Vec<u64>) -> JoinHandle<u64> {
    // ANCHOR: start_sum todo: start the thread that the program sums_a_local.rs meant to start
    thread::spawn(move || row.iter().sum())
    // ANCHOR_END: start_sum
}
// ANCHOR_END: start_sum_whole

/// `fills_two_halves.rs`: two scoped threads fill the two halves of one vector. What does the compiler say?
pub fn fills_two_halves() -> Code {
    // ANCHOR: fills_two_halves todo: read the program fills_two_halves.rs, and name the error code you expect
    Code::E0499
    // ANCHOR_END: fills_two_halves
}

/// The two halves of a slice, each for a thread of its own. With an odd length, the second is the longer one.
// ANCHOR: halves_whole
pub fn halves<T>(values: &mut [T]) -> (&mut [T], &mut [T]) {
    // ANCHOR: halves todo: borrow both halves mutably, in one call
    values.split_at_mut(values.len() / 2)
    // ANCHOR_END: halves
}
// ANCHOR_END: halves_whole
