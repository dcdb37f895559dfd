//! Four threads count in one place, very often: lost adds show here.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use chapter_2::refused::Counter;

const THREADS: usize = 4;
const ADDS: usize = 2_000_000;

fn main() {
    let count = Arc::new(Counter::default());
    let start = Arc::new(Barrier::new(THREADS));
    let handles: Vec<_> = (0..THREADS)
        .map(|_| {
            let (count, start) = (Arc::clone(&count), Arc::clone(&start));
            thread::spawn(move || {
                start.wait();
                for _ in 0..ADDS {
                    count.add();
                }
            })
        })
        .collect();
    for handle in handles {
        handle.join().expect("counting does not panic");
    }
    assert_eq!(count.total(), THREADS * ADDS, "adds were lost");
}
