//! A future does nothing until it is polled.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

// ANCHOR: lazy
async fn boil() -> u32 {
    println!("the kettle is on");
    3
}

fn main() {
    let mut future = pin!(boil());
    println!("nothing has happened yet");
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(minutes) => println!("minutes: {minutes}"),
        Poll::Pending => println!("still waiting"),
    }
}
// ANCHOR_END: lazy
