//! Step 4.2: the smallest executor.

use std::{
    cell::Cell,
    future::{Future, poll_fn},
    rc::Rc,
    task::Poll,
};

use chapter_4::{block_on::block_on, countdown::Countdown};
use interleave::{
    Explorer,
    future::Gate,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};

#[test]
fn a_ready_future_is_polled_once() {
    let polls = Cell::new(0);
    let output = block_on(poll_fn(|_| {
        polls.set(polls.get() + 1);
        Poll::Ready("tea")
    }));
    assert_eq!(
        output, "tea",
        "the future's output is what block_on returns"
    );
    assert_eq!(
        polls.get(),
        1,
        "a future that was ready must not be polled again"
    );
}

#[test]
fn the_future_may_borrow_and_stay_on_its_thread() {
    let word = String::from("tea");
    let shared = Rc::new(Cell::new(0));
    let length = block_on(async {
        shared.set(shared.get() + 1);
        word.len()
    });
    assert_eq!((length, shared.get()), (3, 1));
}

/// Under the model a wake that is lost ends the test at once, and does not hang it.
#[track_caller]
fn in_the_model(test: impl Fn() + Send + Sync + 'static) {
    Explorer::new().max_steps(300).check(test);
}

#[test]
fn a_future_that_wakes_itself_is_polled_again() {
    in_the_model(|| {
        let polls = Cell::new(0);
        block_on(poll_fn(|context| {
            polls.set(polls.get() + 1);
            if polls.get() == 4 {
                return Poll::Ready(());
            }
            context.waker().wake_by_ref();
            Poll::Pending
        }));
    });
    in_the_model(|| block_on(Countdown::new(3)));
}

#[test]
fn a_wake_from_another_thread_ends_the_wait() {
    // In every order: before the poll, during it, between the poll and the parking, and after it.
    in_the_model(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let thread = thread::spawn(move || opener.open());
        block_on(gate.wait());
        thread.join().expect("opening a gate does not panic");
    });
}

#[test]
fn each_of_several_wakes_counts() {
    in_the_model(|| {
        let gates = Arc::new([Gate::new(), Gate::new()]);
        let opener = Arc::clone(&gates);
        let thread = thread::spawn(move || opener.iter().for_each(Gate::open));
        block_on(async {
            gates[0].wait().await;
            gates[1].wait().await;
        });
        thread.join().expect("opening a gate does not panic");
    });
}

#[test]
fn a_wake_is_kept_although_the_future_parks() {
    // A future may use `park` for ends of its own, or call something that does. Then the unpark's token is gone.
    in_the_model(|| {
        let mut first = true;
        block_on(poll_fn(|context| {
            if !first {
                return Poll::Ready(());
            }
            first = false;
            context.waker().wake_by_ref();
            // Somebody else's unpark, or the wake's: `park` does not tell, and one of them is used up.
            thread::current().unpark();
            thread::park();
            Poll::Pending
        }));
    });
}

#[test]
fn a_block_on_inside_of_another_takes_no_wake_from_it() {
    in_the_model(|| {
        let mut first = true;
        block_on(poll_fn(|context| {
            if !first {
                return Poll::Ready(());
            }
            first = false;
            context.waker().wake_by_ref();
            block_on(Countdown::new(1));
            Poll::Pending
        }));
    });
}

#[test]
fn nothing_is_polled_without_a_wake() {
    in_the_model(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let polls = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&polls);
        let thread = thread::spawn(move || opener.open());
        let mut wait = Box::pin(gate.wait());
        block_on(poll_fn(|context| {
            counted.fetch_add(1, SeqCst);
            wait.as_mut().poll(context)
        }));
        thread.join().expect("opening a gate does not panic");
        let polls = polls.load(SeqCst);
        assert!(
            polls <= 2,
            "the gate was opened once, and the future was polled {polls} times: once before, and once after, is enough. A thread that polls again and again keeps a core busy: park it"
        );
    });
}

#[test]
fn a_thread_that_is_unparked_without_a_wake_parks_again() {
    // Any code may unpark any thread. That is no wake, and a poll would be wasted on it.
    in_the_model(|| {
        let gate = Arc::new(Gate::new());
        let opener = Arc::clone(&gate);
        let blocked = thread::current();
        let thread = thread::spawn(move || {
            blocked.unpark();
            opener.open();
        });
        let polls = Cell::new(0);
        let mut wait = Box::pin(gate.wait());
        block_on(poll_fn(|context| {
            polls.set(polls.get() + 1);
            wait.as_mut().poll(context)
        }));
        thread.join().expect("opening a gate does not panic");
        assert!(
            polls.get() <= 2,
            "the gate was opened once, and the future was polled {} times: once before, and once after, is enough. `park` may return without a wake: ask the flag, and park again",
            polls.get()
        );
    });
}

#[test]
fn a_panic_of_the_future_reaches_the_caller() {
    let caught = std::panic::catch_unwind(|| {
        block_on(async { std::panic::resume_unwind(Box::new("burnt")) })
    });
    let payload = caught.expect_err("the future panicked, so block_on does too");
    assert_eq!(payload.downcast_ref(), Some(&"burnt"));
}
