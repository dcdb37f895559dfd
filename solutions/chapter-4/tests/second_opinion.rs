//! The protocols of the chapter under loom, which also explores weak memory. The explorer's own tests are `check`.
//!
//! What waits by `park` is left to the explorer: loom 0.7.3 forgets the token of an `unpark` in some orders.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Wake, Waker},
};

use chapter_4_solution::{Runtime, WaitGroup, block_on, go, state::State};
use interleave::{
    cell::UnsafeCell,
    sync::{
        Arc,
        atomic::{
            AtomicBool,
            Ordering::{Acquire, Relaxed, Release, SeqCst},
        },
    },
    thread,
};

/// What one thread leaves for another to see, without any lock.
struct Parcel(UnsafeCell<u32>);

// SAFETY: the state says who may touch it: that is what the tests are about, and loom watches.
unsafe impl Sync for Parcel {}

/// A task that is idle.
fn idle() -> State {
    let state = State::new();
    state.begin();
    let _ = state.pause();
    state
}

#[test]
fn of_two_wakes_exactly_one_enqueues() {
    interleave::model(|| {
        let state = Arc::new(idle());
        let threads = [(); 2].map(|()| {
            let state = Arc::clone(&state);
            thread::spawn(move || usize::from(state.wake()))
        });
        let queued: usize = threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum();
        assert_eq!(queued, 1);
    });
}

#[test]
fn a_wake_during_a_poll_is_not_lost() {
    interleave::model(|| {
        let state = Arc::new(State::new());
        let parcel = Arc::new(Parcel(UnsafeCell::new(0)));
        // Relaxed: it shows whether the reason was there, and publishes nothing. That is the state's task.
        let reason = Arc::new(AtomicBool::new(false));
        let waker = {
            let (state, parcel, reason) =
                (Arc::clone(&state), Arc::clone(&parcel), Arc::clone(&reason));
            thread::spawn(move || {
                // SAFETY: nobody reads before the wake.
                parcel.0.with_mut(|parcel| unsafe { *parcel = 42 });
                reason.store(true, Relaxed);
                state.wake()
            })
        };
        state.begin();
        let seen = reason.load(Relaxed);
        let by_pause = state.pause();
        if by_pause {
            state.begin();
            // SAFETY: the note shows that the wake has happened.
            assert_eq!(parcel.0.with(|parcel| unsafe { *parcel }), 42);
            assert!(reason.load(Relaxed), "weak memory kept the reason back");
        }
        let by_wake = waker.join().unwrap();
        assert!(!(by_pause && by_wake), "enqueued twice");
        assert!(seen || by_pause || by_wake, "a lost wake-up");
    });
}

#[test]
fn a_wake_of_a_queued_task_is_seen_by_its_poll() {
    interleave::model(|| {
        let state = Arc::new(State::new());
        let reason = Arc::new(AtomicBool::new(false));
        let waker = {
            let (state, reason) = (Arc::clone(&state), Arc::clone(&reason));
            thread::spawn(move || {
                reason.store(true, Relaxed);
                state.wake()
            })
        };
        // The task is queued all the time until here: a wake before this line enqueues nothing, and the poll must see it.
        state.begin();
        let seen = reason.load(Relaxed);
        let by_pause = state.pause();
        let by_wake = waker.join().unwrap();
        assert!(seen || by_pause || by_wake, "a lost wake-up");
    });
}

/// Wakes nobody, and tells that it was called.
struct Told(AtomicBool);

impl Wake for Told {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Release);
    }
}

#[test]
fn the_last_one_done_meets_the_one_who_waits() {
    interleave::model(|| {
        let group = WaitGroup::new();
        group.add(1);
        let parcel = Arc::new(Parcel(UnsafeCell::new(0)));
        let thread = {
            let (group, parcel) = (group.clone(), Arc::clone(&parcel));
            thread::spawn(move || {
                // SAFETY: nobody reads before the group is done.
                parcel.0.with_mut(|parcel| unsafe { *parcel = 42 });
                group.done();
            })
        };
        let told = Arc::new(Told(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&told));
        let mut wait = pin!(group.wait());
        if wait
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
            .is_ready()
        {
            // SAFETY: the counter is zero, so the other thread is done.
            assert_eq!(parcel.0.with(|parcel| unsafe { *parcel }), 42);
            thread.join().unwrap();
        } else {
            thread.join().unwrap();
            assert!(told.0.load(Acquire), "a lost wake-up");
        }
    });
}

#[test]
fn a_handle_is_awaited_on_another_thread() {
    interleave::model(|| {
        let told = Arc::new(AtomicBool::new(false));
        let gone = Arc::clone(&told);
        let handle = Runtime::new().run(poll_fn(move |_| {
            let told = Arc::clone(&gone);
            Poll::Ready(go(async move { told.store(true, SeqCst) }))
        }));
        // The run is over: whoever awaits the handle is told so.
        let thread = thread::spawn(move || block_on(handle).is_err());
        assert!(thread.join().unwrap());
        assert!(!told.load(SeqCst));
    });
}
