//! A panic in a scoped thread is a value for the thread that joins it.

use std::any::Any;
use std::thread;

// ANCHOR: panic
fn damaged() -> u64 {
    panic!("chunk 1 is damaged")
}

fn caller() {
    thread::scope(|scope| {
        let worker = scope.spawn(damaged);
        match worker.join() {
            Ok(result) => println!("result: {result}"),
            Err(payload) => println!("caught: {}", text(&payload)),
        }
    });
}
// ANCHOR_END: panic

/// The text that `panic!` was called with.
fn text(payload: &Box<dyn Any + Send>) -> &str {
    payload
        .downcast_ref::<&str>()
        .expect("a plain message is a `&str`")
}

fn main() {
    caller();
}
