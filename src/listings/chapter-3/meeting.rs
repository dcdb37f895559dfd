//! A barrier for two threads: each cook waits until both have arrived.
//! On a machine with one core it passes as well.

use std::sync::Barrier;
use std::thread;

// ANCHOR: meeting
fn main() {
    let arrived = Barrier::new(2);
    thread::scope(|kitchen| {
        for _ in 0..2 {
            kitchen.spawn(|| {
                println!("a cook arrives");
                arrived.wait(); // for both
                println!("a cook goes on");
            });
        }
    });
}
// ANCHOR_END: meeting
