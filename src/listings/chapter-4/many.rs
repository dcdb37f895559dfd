//! A hundred thousand goroutines, asleep together, on one thread.

use std::time::Duration;

use chapter_4::{Runtime, WaitGroup, sleep};

// ANCHOR: many
fn main() {
    Runtime::new().run(async {
        let group = WaitGroup::new();
        for _ in 0..100_000 {
            drop(group.go(sleep(Duration::from_secs(1))));
        }
        group.wait().await;
        println!("all have slept");
    });
}
// ANCHOR_END: many
