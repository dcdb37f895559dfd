//! The mutex holds what it protects.

use std::sync::{Arc, Mutex};
use std::thread;

// ANCHOR: shared
fn main() {
    let served = Arc::new(Mutex::new(0));
    let mut cooks = Vec::new();
    for _ in 0..4 {
        let served = Arc::clone(&served);
        cooks.push(thread::spawn(move || {
            for _ in 0..1000 {
                *served.lock().unwrap() += 1;
                // The lock is given back here.
            }
        }));
    }
    for cook in cooks {
        cook.join().unwrap();
    }
    println!("{}", served.lock().unwrap());
}
// ANCHOR_END: shared
