//! A hundred goroutines, and one that waits for all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use chapter_4::{Runtime, WaitGroup};

// ANCHOR: wait_group
fn main() {
    Runtime::new().run(async {
        let group = WaitGroup::new();
        let sum = Arc::new(AtomicU64::new(0));
        for number in 0..100 {
            let sum = Arc::clone(&sum);
            drop(group.go(async move {
                sum.fetch_add(number, Relaxed);
            }));
        }
        group.wait().await;
        println!("{}", sum.load(Relaxed));
    });
}
// ANCHOR_END: wait_group
