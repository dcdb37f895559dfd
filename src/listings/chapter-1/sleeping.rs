//! Two jobs on one thread, and each sleeps by stopping that thread.

use std::thread;
use std::time::{Duration, Instant};

// ANCHOR: sleeping
fn main() {
    let start = Instant::now();
    let jobs = [3, 2].map(|minutes| {
        move || {
            let time = Duration::from_millis(100 * minutes);
            thread::sleep(time);
        }
    });
    for job in jobs {
        job();
    }
    println!("{} minutes", start.elapsed().as_millis() / 100);
}
// ANCHOR_END: sleeping
