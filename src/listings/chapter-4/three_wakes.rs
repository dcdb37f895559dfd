//! Three wakes before a task's turn lead to one poll.

use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};

use chapter_4::{Runtime, go, yield_now};

// ANCHOR: three_wakes
fn main() {
    let bell = Arc::new(Mutex::new(None::<Waker>));
    let place = Arc::clone(&bell);
    Runtime::new().run(async move {
        drop(go(poll_fn(move |context| {
            println!("polled");
            *place.lock().unwrap() = Some(context.waker().clone());
            Poll::<()>::Pending
        })));
        yield_now().await;
        let waker = bell.lock().unwrap().clone().unwrap();
        for _ in 0..3 {
            println!("wake");
            waker.wake_by_ref();
        }
        yield_now().await;
    });
}
// ANCHOR_END: three_wakes
