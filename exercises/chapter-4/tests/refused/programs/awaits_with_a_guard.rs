//! Two goroutines pay into one account.

use std::sync::{Arc, Mutex};

use chapter_4::{Runtime, go, yield_now};

async fn deposit(account: Arc<Mutex<u64>>, amounts: Vec<u64>) {
    for amount in amounts {
        let mut balance = account.lock().expect("nobody panics with the lock");
        *balance += amount;
        yield_now().await;
    }
}

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
