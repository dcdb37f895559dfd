//! Two polls, two wakers: whoever waits calls the one of its latest poll.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use chapter_4::Countdown;

// ANCHOR: wakes
struct Bell(&'static str);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        println!("  {} rings", self.0);
    }
}

fn main() {
    let mut countdown = pin!(Countdown::new(2));
    for name in ["the first bell", "the second bell", "the third bell"] {
        let waker = Waker::from(Arc::new(Bell(name)));
        let mut context = Context::from_waker(&waker);
        println!("{:?}", countdown.as_mut().poll(&mut context));
    }
}
// ANCHOR_END: wakes
