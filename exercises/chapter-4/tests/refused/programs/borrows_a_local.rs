//! A goroutine sums a vector that belongs to the function which started it.

use chapter_4::{JoinHandle, Runtime, go, yield_now};

fn start_total(row: Vec<u64>) -> JoinHandle<u64> {
    go(async {
        yield_now().await;
        row.iter().sum()
    })
}

fn main() {
    let total = Runtime::new().run(async { start_total(vec![1, 2, 3]).await });
    assert_eq!(total.expect("a sum does not panic"), 6);
}
