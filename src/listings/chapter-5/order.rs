//! In which order does one worker take five goroutines?

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};

use chapter_5::{Runtime, go};

// ANCHOR: order
async fn five() -> Vec<usize> {
    let order = Arc::new(Mutex::new(Vec::new()));
    let start = |i| {
        let order = Arc::clone(&order);
        go(async move { order.lock().unwrap().push(i) })
    };
    let handles: Vec<_> = (0..5).map(start).collect();
    for handle in handles {
        handle.await.unwrap(); // main waits: only now can another goroutine run
    }
    let order = order.lock().unwrap();
    order.clone()
}

fn main() {
    let one_worker = Runtime::new(NonZeroUsize::MIN);
    println!("{:?}", one_worker.run(five()));
}
// ANCHOR_END: order
