//! Ten tasks that wait, on ten threads.

use std::thread;
use std::time::{Duration, Instant};

// ANCHOR: waiting
const WAIT: Duration = Duration::from_millis(100);

fn main() {
    let start = Instant::now();
    thread::scope(|tasks| {
        for _ in 0..10 {
            tasks.spawn(|| thread::sleep(WAIT));
        }
    });
    let spent = start.elapsed();
    println!("{} ms", spent.as_millis() / 10 * 10);
}
// ANCHOR_END: waiting
