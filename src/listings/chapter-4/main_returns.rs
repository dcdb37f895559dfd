//! When main returns, the other goroutines end: here by being dropped.

use std::time::Duration;

use chapter_4::{Runtime, go, sleep};

struct Goes;

// ANCHOR: main_returns
impl Drop for Goes {
    fn drop(&mut self) {
        println!("the goroutine goes");
    }
}

fn main() {
    Runtime::new().run(async {
        drop(go(async {
            let _goes = Goes;
            sleep(Duration::from_secs(3600)).await;
        }));
        sleep(Duration::from_millis(10)).await;
        println!("main returns");
    });
}
// ANCHOR_END: main_returns
