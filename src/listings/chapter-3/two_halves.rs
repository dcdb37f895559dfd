//! The parallel array job for two workers and one job: a sum.

use std::thread;

fn sum(values: &[u64]) -> u64 {
    values.iter().sum()
}

// ANCHOR: two_halves
fn sum_of_halves(values: &[u64]) -> u64 {
    let middle = values.len() / 2;
    let (left, right) = values.split_at(middle);
    thread::scope(|workers| {
        let left = workers.spawn(|| sum(left));
        let right = workers.spawn(|| sum(right));
        let left = left.join().expect("no panic");
        let right = right.join().expect("no panic");
        left + right
    })
}
// ANCHOR_END: two_halves

fn main() {
    let values: Vec<u64> = (1..=1000).collect();
    println!("{}", sum_of_halves(&values));
}
