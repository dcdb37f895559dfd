//! Two threads claim the numbers below a million, by a load and then a store. No data race, and still wrong.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

// ANCHOR: two_operations
fn main() {
    let next = AtomicUsize::new(0);
    let claims: usize = thread::scope(|workers| {
        let claim_all = || {
            let mut claims = 0;
            while next.load(Relaxed) < 1_000_000 {
                let row = next.load(Relaxed);
                next.store(row + 1, Relaxed);
                claims += 1;
            }
            claims
        };
        let handles = [workers.spawn(claim_all), workers.spawn(claim_all)];
        handles
            .map(|handle| handle.join().expect("no panic"))
            .iter()
            .sum()
    });
    println!("{claims} claims of 1000000 rows");
}
// ANCHOR_END: two_operations
