//! An async block is cut into pieces at its awaits, and each poll executes one piece.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use chapter_4::yield_now;

// ANCHOR: by_hand
fn main() {
    let mut tea = pin!(async {
        println!("  water on");
        yield_now().await;
        println!("  water boils");
        yield_now().await;
        println!("  tea!");
    });
    let mut context = Context::from_waker(Waker::noop());
    for poll in 1.. {
        println!("poll {poll}");
        if tea.as_mut().poll(&mut context).is_ready() {
            break;
        }
    }
}
// ANCHOR_END: by_hand
