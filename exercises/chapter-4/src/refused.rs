//! What `go` refuses: five programs that are wrong once a goroutine outlives its caller, or moves to another thread.
//!
//! The programs stand in `tests/refused/programs/`, and none of them compiles. First you predict what the compiler says.
//! Then you write the piece that lets a program's twin compile. The judge of both is the compiler.

use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    countdown::yield_now,
    runtime::{JoinHandle, go},
};

/// What the compiler says. Most errors have a code, and `rustc --explain E0373` tells more of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A type does not have a trait that the call requires, such as `Send`.
    E0277,
    /// A block borrows from the current function and may outlive it.
    E0373,
    /// A value is used after it was moved.
    E0382,
    /// A value is borrowed mutably twice at once.
    E0499,
    /// A value is dropped while it is still borrowed.
    E0597,
    /// `future cannot be sent between threads safely`: an error without a code. A value that must stay on its thread is
    /// alive across an `.await`, or captured, in a block or an `async fn` of the same crate.
    NotSend,
}

/// `borrows_a_local.rs`: a goroutine sums a vector of the function that started it. What does the compiler say?
pub fn borrows_a_local() -> Answer {
    todo!("read the program borrows_a_local.rs, and name the answer you expect")
}

/// Sums the row in a goroutine that may outlive this function. It lets the others run once before it sums.
pub fn start_total(row: Vec<u64>) -> JoinHandle<u64> {
    todo!("start the goroutine that the program borrows_a_local.rs meant to start")
}

/// `passes_a_reference.rs`: an `async fn` takes a `&str`, and `go` gets its future. What does the compiler say?
pub fn passes_a_reference() -> Answer {
    todo!("read the program passes_a_reference.rs, and name the answer you expect")
}

/// `shares_an_rc.rs`: two goroutines share a text in an `Rc`, and each of them awaits. What does the compiler say?
pub fn shares_an_rc() -> Answer {
    todo!("read the program shares_an_rc.rs, and name the answer you expect")
}

/// Counts characters in one goroutine and words in another. They share the text. Each lets the others run once
/// before it counts.
pub fn characters_and_words(text: String) -> (JoinHandle<usize>, JoinHandle<usize>) {
    todo!("give each of two goroutines its own handle on the one text")
}

/// `returns_an_rc.rs`: a goroutine's result is an `Rc`. What does the compiler say?
pub fn returns_an_rc() -> Answer {
    todo!("read the program returns_an_rc.rs, and name the answer you expect")
}

/// `awaits_with_a_guard.rs`: a goroutine awaits while it holds a lock. What does the compiler say?
pub fn awaits_with_a_guard() -> Answer {
    todo!("read the program awaits_with_a_guard.rs, and name the answer you expect")
}

/// Adds the amounts to the account one by one. After each of them, the other goroutines have a turn.
pub async fn deposit(account: Arc<Mutex<u64>>, amounts: Vec<u64>) {
    todo!("add each amount under the lock, and yield when the lock is released")
}
