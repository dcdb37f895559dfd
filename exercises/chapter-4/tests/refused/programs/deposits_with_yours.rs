//! Two goroutines pay into one account: the twin of `awaits_with_a_guard.rs`, with your `deposit`.

use std::sync::{Arc, Mutex};

use chapter_4::{Runtime, go, refused::deposit};

fn main() {
    let account = Arc::new(Mutex::new(0));
    let (first, second) = (Arc::clone(&account), Arc::clone(&account));
    Runtime::new().run(async {
        let first = go(deposit(first, vec![1, 2]));
        let second = go(deposit(second, vec![3, 4]));
        first.await.expect("a deposit does not panic");
        second.await.expect("a deposit does not panic");
    });
    assert_eq!(*account.lock().expect("nobody panicked"), 10);
}
