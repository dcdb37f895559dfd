//! A thread sums a vector that belongs to the function which started it.

use std::thread::{self, JoinHandle};

fn start_sum(row: Vec<u64>) -> JoinHandle<u64> {
    thread::spawn(|| row.iter().sum())
}

fn main() {
    let handle = start_sum(vec![1, 2, 3]);
    assert_eq!(handle.join().expect("a sum does not panic"), 6);
}
