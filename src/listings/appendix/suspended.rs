//! An `.await` may stop an async block in the middle. What it needs later is kept in the future.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

// ANCHOR: suspended
/// Is pending the first time, and ready the second.
async fn once_more() {
    let mut asked = false;
    poll_fn(|context| {
        if asked {
            return Poll::Ready(());
        }
        asked = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn breakfast() -> String {
    let dish = String::from("toast");
    println!("begins");
    once_more().await;
    println!("goes on, and still has its {dish}");
    dish
}

fn main() {
    let mut future: Pin<&mut _> = pin!(breakfast());
    let mut context = Context::from_waker(Waker::noop());
    for poll in 1..=2 {
        let ready = future.as_mut().poll(&mut context).is_ready();
        println!("poll {poll}: ready is {ready}");
    }
}
// ANCHOR_END: suspended
