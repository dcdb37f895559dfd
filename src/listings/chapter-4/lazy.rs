//! An async block does nothing until it is polled.

use std::pin::pin;
use std::task::{Context, Waker};

// ANCHOR: lazy
fn main() {
    let mut tea = pin!(async {
        println!("tea");
        42
    });
    println!("the future is made");

    let mut context = Context::from_waker(Waker::noop());
    println!("{:?}", tea.as_mut().poll(&mut context));
}
// ANCHOR_END: lazy
