//! A roll of tickets: two workers claim eight rows, and each row is claimed once.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

// ANCHOR: tickets
fn main() {
    let next = AtomicUsize::new(0);
    thread::scope(|workers| {
        for _ in 0..2 {
            workers.spawn(|| {
                loop {
                    let row = next.fetch_add(1, Relaxed); // the old value
                    if row >= 8 {
                        return;
                    }
                    println!("row {row}");
                }
            });
        }
    });
}
// ANCHOR_END: tickets
