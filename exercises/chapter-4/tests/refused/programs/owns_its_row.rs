//! A goroutine sums a vector: the twin of `borrows_a_local.rs`, with your `start_total`.

use chapter_4::{Runtime, refused::start_total};

fn main() {
    let total = Runtime::new().run(async { start_total(vec![1, 2, 3]).await });
    assert_eq!(total.expect("a sum does not panic"), 6);
}
