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
    todo!("read the program counts_in_rc.rs, and name the error code you expect")
}

/// A counter that threads may share.
#[derive(Debug, Default)]
pub struct Counter {
    // A Cell changes through a shared reference, and only one thread may do so. What may many threads change?
    count: std::cell::Cell<usize>,
}

impl Counter {
    /// Adds one.
    pub fn add(&self) {
        todo!("choose the field of Counter, then add one to it in a single operation")
    }

    /// How often `add` was called.
    pub fn total(&self) -> usize {
        todo!("read the count")
    }
}

/// `sums_a_local.rs`: a thread sums a vector of the function that started it, and returns its handle. What does the
/// compiler say?
pub fn sums_a_local() -> Code {
    todo!("read the program sums_a_local.rs, and name the error code you expect")
}

/// Sums the row on a thread that may outlive this function.
pub fn start_sum(row: Vec<u64>) -> JoinHandle<u64> {
    todo!("start the thread that the program sums_a_local.rs meant to start")
}

/// `fills_two_halves.rs`: two scoped threads fill the two halves of one vector. What does the compiler say?
pub fn fills_two_halves() -> Code {
    todo!("read the program fills_two_halves.rs, and name the error code you expect")
}

/// The two halves of a slice, each for a thread of its own. With an odd length, the second is the longer one.
pub fn halves<T>(values: &mut [T]) -> (&mut [T], &mut [T]) {
    todo!("borrow both halves mutably, in one call")
}
