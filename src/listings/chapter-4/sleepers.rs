//! Sleepers by a virtual clock: a minute takes no time.

use std::time::Duration;

use chapter_4::{Runtime, WaitGroup, elapsed, sleep};

// ANCHOR: sleepers
fn main() {
    Runtime::with_virtual_clock().run(async {
        let group = WaitGroup::new();
        for number in [30, 10, 20] {
            drop(group.go(async move {
                sleep(Duration::from_secs(number)).await;
                println!("{number} at {:?}", elapsed());
            }));
        }
        group.wait().await;
    });
}
// ANCHOR_END: sleepers
