//! A thread sums a vector: the twin of `sums_a_local.rs`, with your `start_sum`.

use chapter_2::refused::start_sum;

fn main() {
    let handle = start_sum(vec![1, 2, 3]);
    assert_eq!(handle.join().expect("a sum does not panic"), 6);
}
