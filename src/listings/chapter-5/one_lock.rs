//! How often a worker finds its queue locked: with a queue each, and with one for both.

use std::collections::VecDeque;
use std::sync::{Barrier, Mutex};
use std::thread;

// ANCHOR: one_lock
type Queue = Mutex<VecDeque<usize>>;

/// Two workers take a task and put it back, 100,000 times each. How often did one have to wait?
fn waits(a: &Queue, b: &Queue) -> usize {
    let begin = Barrier::new(2);
    let worker = |queue: &Queue| {
        begin.wait();
        let mut waits = 0;
        for _ in 0..100_000 {
            let mut tasks = queue.try_lock().unwrap_or_else(|_| {
                waits += 1;
                queue.lock().unwrap()
            });
            let task = tasks.pop_front().unwrap();
            tasks.push_back(task); // as if it yielded
        }
        waits
    };
    thread::scope(|threads| {
        let other = threads.spawn(|| worker(b));
        worker(a) + other.join().unwrap()
    })
}

fn main() {
    let queue = || Mutex::new(VecDeque::from_iter(0..100));
    let (a, b) = (queue(), queue());
    // The system may let the threads take turns, so look for a round in which both had a core.
    let most = |a, b| (0..20).map(|_| waits(a, b)).max().unwrap();
    println!("a queue each: up to {} waits", most(&a, &b));
    println!("one queue:    up to {} waits", most(&a, &a));
}
// ANCHOR_END: one_lock
