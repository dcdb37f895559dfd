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
    // ANCHOR: borrows_a_local todo: read the program borrows_a_local.rs, and name the answer you expect
    Answer::E0373
    // ANCHOR_END: borrows_a_local
}

/// Sums the row in a goroutine that may outlive this function. It lets the others run once before it sums.
// ANCHOR: start_total_whole
pub fn start_total(row: Vec<u64>) -> JoinHandle<u64> {
    // ANCHOR: start_total todo: start the goroutine that the program borrows_a_local.rs meant to start
    go(async move {
        yield_now().await;
        row.iter().sum()
    })
    // ANCHOR_END: start_total
}
// ANCHOR_END: start_total_whole

/// `passes_a_reference.rs`: an `async fn` takes a `&str`, and `go` gets its future. What does the compiler say?
pub fn passes_a_reference() -> Answer {
    // ANCHOR: passes_a_reference todo: read the program passes_a_reference.rs, and name the answer you expect
    Answer::E0597
    // ANCHOR_END: passes_a_reference
}

/// `shares_an_rc.rs`: two goroutines share a text in an `Rc`, and each of them awaits. What does the compiler say?
pub fn shares_an_rc() -> Answer {
    // ANCHOR: shares_an_rc todo: read the program shares_an_rc.rs, and name the answer you expect
    Answer::NotSend
    // ANCHOR_END: shares_an_rc
}

/// Counts characters in one goroutine and words in another. They share the text. Each lets the others run once
/// before it counts.
// ANCHOR: characters_and_words_whole
pub fn characters_and_words(text: String) -> (JoinHandle<usize>, JoinHandle<usize>) {
    // ANCHOR: characters_and_words todo: give each of two goroutines its own handle on the one text
    let for_characters = Arc::new(text);
    let for_words = Arc::clone(&for_characters);
    let characters = go(async move {
        yield_now().await;
        for_characters.chars().count()
    });
    let words = go(async move {
        yield_now().await;
        for_words.split_whitespace().count()
    });
    (characters, words)
    // ANCHOR_END: characters_and_words
}
// ANCHOR_END: characters_and_words_whole

/// `returns_an_rc.rs`: a goroutine's result is an `Rc`. What does the compiler say?
pub fn returns_an_rc() -> Answer {
    // ANCHOR: returns_an_rc todo: read the program returns_an_rc.rs, and name the answer you expect
    Answer::E0277
    // ANCHOR_END: returns_an_rc
}

/// `awaits_with_a_guard.rs`: a goroutine awaits while it holds a lock. What does the compiler say?
pub fn awaits_with_a_guard() -> Answer {
    // ANCHOR: awaits_with_a_guard todo: read the program awaits_with_a_guard.rs, and name the answer you expect
    Answer::NotSend
    // ANCHOR_END: awaits_with_a_guard
}

/// Adds the amounts to the account one by one. After each of them, the other goroutines have a turn.
// ANCHOR: deposit_whole
pub async fn deposit(account: Arc<Mutex<u64>>, amounts: Vec<u64>) {
    // ANCHOR: deposit todo: add each amount under the lock, and yield when the lock is released
    for amount in amounts {
        // The guard is gone at the end of this statement.
        *account.lock().unwrap_or_else(PoisonError::into_inner) += amount;
        yield_now().await;
    }
    // ANCHOR_END: deposit
}
// ANCHOR_END: deposit_whole
