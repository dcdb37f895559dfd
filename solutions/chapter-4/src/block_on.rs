//! The smallest executor: one future, one thread.
//!
//! The thread polls the future. Where it is pending, the thread parks until the waker is called, and polls again. The
//! waker may be called by any thread, at any moment: during the poll, between the poll and the parking, or later.
//!
//! Invariants:
//! - a wake is remembered in `woken` until a poll begins after it, so none is lost, whenever it comes;
//! - the flag is set before the thread is unparked, and looked at before the thread parks;
//! - `park` may also return for no reason: the thread parks again until the flag is set.

use std::{
    future::Future,
    pin::pin,
    task::{Context, Poll, Wake, Waker},
};

use interleave::{
    sync::{
        Arc,
        atomic::{
            AtomicBool,
            Ordering::{AcqRel, Release},
        },
    },
    thread::{self, Thread},
};

/// Wakes the thread that is in `block_on`.
struct Alarm {
    woken: AtomicBool,
    thread: Thread,
}

// ANCHOR: wake_whole
impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ANCHOR: wake todo: remember the wake, then unpark the thread
        // Release: pairs with the swap in `block_on`, so the next poll sees all that was done before this wake. A swap and
        // no store: a second wake that stores would hide the first one, and what was done before it.
        self.woken.swap(true, Release);
        self.thread.unpark();
        // ANCHOR_END: wake
    }
}
// ANCHOR_END: wake_whole

/// Polls `future` on this thread until it is ready, and parks the thread in between.
///
/// The future need neither be `Send` nor `'static`: it stays on this thread, and is gone when the call returns.
// ANCHOR: block_on_whole
pub fn block_on<F: Future>(future: F) -> F::Output {
    // From here on the future has a fixed place, as `poll` demands.
    let mut future = pin!(future);
    let alarm = Arc::new(Alarm {
        woken: AtomicBool::new(false),
        thread: thread::current(),
    });
    let waker = Waker::from(Arc::clone(&alarm));
    let mut context = Context::from_waker(&waker);
    // ANCHOR: block_on todo: poll until the future is ready, and after each pending poll park until a wake has come
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        // AcqRel: taking the wake pairs with the Release in `wake`.
        while !alarm.woken.swap(false, AcqRel) {
            thread::park();
        }
    }
    // ANCHOR_END: block_on
}
// ANCHOR_END: block_on_whole
