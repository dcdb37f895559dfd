//! Divide and conquer: a sum that forks until the pieces are small enough.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

static FORKS: AtomicUsize = AtomicUsize::new(0);

// ANCHOR: fork_join
fn sum(values: &[u64], grain: usize) -> u64 {
    if values.len() <= grain {
        return values.iter().sum();
    }
    let middle = values.len() / 2;
    let (left, right) = values.split_at(middle);
    thread::scope(|fork| {
        count_a_fork();
        let right = fork.spawn(|| sum(right, grain));
        let left = sum(left, grain);
        left + right.join().expect("no panic")
    })
}
// ANCHOR_END: fork_join

fn count_a_fork() {
    // Relaxed: the count is read after every thread has been joined.
    FORKS.fetch_add(1, Ordering::Relaxed);
}

fn main() {
    let values = [1, 2, 3, 4, 5, 6, 7, 8];
    for grain in [8, 4, 2, 1] {
        FORKS.store(0, Ordering::Relaxed);
        let total = sum(&values, grain);
        let forks = FORKS.load(Ordering::Relaxed);
        println!("grain {grain}: sum {total}, forks {forks}");
    }
}
