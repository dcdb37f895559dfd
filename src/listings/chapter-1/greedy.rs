//! A cooperative loop: nobody takes the thread from a job.

use std::collections::VecDeque;

// ANCHOR: greedy
type Job = Box<dyn FnMut() -> bool>; // more to do?

fn main() {
    let greedy: Job = Box::new(|| {
        let sum: u64 = (0..100_000_000).sum();
        println!("greedy is done: {sum}");
        false
    });
    let mut left = 3;
    let neighbour: Job = Box::new(move || {
        println!("the neighbour goes on");
        left -= 1;
        left > 0
    });
    let mut ready = VecDeque::from([neighbour, greedy]);
    while let Some(mut job) = ready.pop_front() {
        if job() {
            ready.push_back(job);
        }
    }
}
// ANCHOR_END: greedy
